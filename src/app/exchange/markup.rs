//! HTML of other programs as the Markdown of an answer, as far as a chat can show it.
//!
//! Owns which elements mean what, and how blocks stand below each other; what is within a paragraph is [`inline`]'s. Takes
//! any text for HTML, as browsers do, and never nests deeper than a chat shows. What cannot be shown (pictures, scripts,
//! forms) is left out, or linked to.

mod inline;
mod table;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, StartTag, Token, Tokenizer};

use inline::{Paragraph, Style};
use table::Table;

/// Quotes and lists inside each other beyond this are shown at this depth.
const DEEPEST: usize = 6;

/// Elements of which nothing is shown.
const UNSEEN: [&str; 13] = [
    "script", "style", "title", "template", "noscript", "svg", "math", "select", "button", "object", "audio", "canvas",
    "textarea",
];

/// Elements that are linked to, whatever is in them.
const FRAMES: [&str; 2] = ["iframe", "video"];

/// Elements that begin a paragraph of their own.
const BLOCKS: [&str; 27] = [
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "address",
    "figure",
    "figcaption",
    "form",
    "fieldset",
    "legend",
    "center",
    "dl",
    "dt",
    "dd",
    "details",
    "summary",
    "body",
    "html",
    "head",
    "caption",
    "hgroup",
    "menu",
];

/// Elements that are neither a block nor shown in any way, and still say that a text is HTML.
const OTHERS: [&str; 31] = [
    "a", "b", "strong", "i", "em", "cite", "u", "s", "del", "strike", "ins", "code", "kbd", "samp", "tt", "var", "pre",
    "span", "font", "small", "sub", "sup", "mark", "abbr", "br", "hr", "img", "iframe", "ul", "ol", "li",
];

/// The Markdown of this HTML.
pub fn to_markdown(html: &str) -> String {
    let mut writer = Writer::default();
    let mut unseen: Option<(String, usize)> = None;
    for token in tokens(html) {
        // Within what is not shown only its end matters.
        if let Some((name, depth)) = &mut unseen {
            match &token {
                Token::StartTag(tag) if text_of(&tag.name) == *name && !tag.self_closing => *depth += 1,
                Token::EndTag(tag) if text_of(&tag.name) == *name => *depth -= 1,
                _ => {}
            }
            if *depth == 0 {
                unseen = None;
            }
            continue;
        }
        match token {
            Token::StartTag(tag) => {
                let name = text_of(&tag.name);
                let is_unseen = UNSEEN.contains(&name.as_str());
                if !is_unseen {
                    writer.start(&name, &tag);
                }
                if (is_unseen || FRAMES.contains(&name.as_str())) && !tag.self_closing {
                    unseen = Some((name, 1));
                }
            }
            Token::EndTag(tag) => writer.end(&text_of(&tag.name)),
            Token::String(text) => writer.text(&text_of(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    writer.finish()
}

/// The words of this HTML in one line, without markup: for a question. In a text without elements a `<` is one.
pub fn to_line(html: &str) -> String {
    let text = if is_html(html) { html.to_owned() } else { html.replace('<', "&lt;") };
    let mut words = String::new();
    for token in tokens(&text) {
        match token {
            Token::String(text) => words.push_str(&text_of(&text)),
            // A word may be partly bold, and is no two words for that.
            Token::StartTag(tag) if !is_within_words(&text_of(&tag.name)) => words.push(' '),
            Token::EndTag(tag) if !is_within_words(&text_of(&tag.name)) => words.push(' '),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether there is an element of HTML in this text. A `<` alone, or an address in `< >`, makes none.
pub fn is_html(text: &str) -> bool {
    text.contains('<')
        && tokens(text).any(|token| match token {
            Token::StartTag(tag) => is_element(&text_of(&tag.name)),
            Token::EndTag(tag) => is_element(&text_of(&tag.name)),
            _ => false,
        })
}

/// What stands in each `<script>` of this type in a page.
pub fn scripts(html: &str, wanted: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for token in tokens(html) {
        match token {
            Token::StartTag(tag) if text_of(&tag.name) == "script" => {
                let kind = attribute(&tag, "type").unwrap_or_default();
                // "application/ld+json; charset=utf-8" is one, too.
                inside = kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted);
                if inside {
                    found.push(String::new());
                }
            }
            Token::EndTag(tag) if text_of(&tag.name) == "script" => inside = false,
            Token::String(text) if inside => {
                if let Some(script) = found.last_mut() {
                    script.push_str(&text_of(&text));
                }
            }
            _ => {}
        }
    }
    found
}

fn is_element(name: &str) -> bool {
    let heading = heading(name).is_some();
    heading
        || BLOCKS.contains(&name)
        || OTHERS.contains(&name)
        || UNSEEN.contains(&name)
        || ["blockquote", "table", "thead", "tbody", "tr", "td", "th"].contains(&name)
}

fn is_within_words(name: &str) -> bool {
    OTHERS.contains(&name) && !["br", "hr", "img", "iframe", "pre", "ul", "ol", "li"].contains(&name)
}

fn tokens(html: &str) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    // Reading from memory does not fail.
    Tokenizer::new_with_emitter(html, emitter).map_while(Result::ok)
}

fn text_of(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    tag.attributes.get(name.as_bytes()).map(|value| text_of(&value.value))
}

/// The level of a heading.
fn heading(name: &str) -> Option<u32> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// Something that blocks are in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Container {
    Quote,
    /// The number of the next item, or none for bullets; whether its signs are the other ones, because a list stands right
    /// before it.
    List {
        next: Option<u64>,
        other: bool,
    },
    /// Its sign, and whether that is written.
    Item {
        sign: String,
        begun: bool,
    },
}

/// A container and what tells it from others.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Open {
    number: usize,
    container: Container,
}

#[derive(Default)]
struct Writer {
    out: String,
    open: Vec<Open>,
    /// How many containers there have been.
    containers: usize,
    /// The containers that the last block was in.
    last: Vec<Open>,
    paragraph: Paragraph,
    style: Style,
    /// How often each style is on: bold, italic, struck, code, heading.
    on: [usize; 5],
    /// What is in `<pre>`, while one is open.
    code: Option<String>,
    /// The table that is open, and how many are within it.
    table: Option<(Table, usize)>,
}

const BOLD: usize = 0;
const ITALIC: usize = 1;
const STRUCK: usize = 2;
const CODE: usize = 3;
const HEADING: usize = 4;

fn style_of(name: &str) -> Option<usize> {
    match name {
        "b" | "strong" | "dt" | "summary" | "caption" | "legend" => Some(BOLD),
        "i" | "em" | "cite" | "var" => Some(ITALIC),
        "s" | "del" | "strike" => Some(STRUCK),
        "code" | "kbd" | "samp" | "tt" => Some(CODE),
        _ => None,
    }
}

impl Writer {
    fn start(&mut self, name: &str, tag: &StartTag<()>) {
        if self.code.is_some() {
            if name == "br" {
                self.text("\n");
            }
            return;
        }
        let is_block = BLOCKS.contains(&name) || heading(name).is_some();
        if is_block {
            self.flush();
        }
        if heading(name).is_some() {
            self.switch(HEADING, true);
        }
        if let Some(style) = style_of(name) {
            self.switch(style, true);
        }
        match name {
            "br" => self.paragraph.line_break(),
            "hr" => {
                self.flush();
                self.block("---");
            }
            "a" => self.style.link = attribute(tag, "href").and_then(|href| inline::address(&href)),
            "img" => self.picture(attribute(tag, "alt"), attribute(tag, "src")),
            "iframe" | "video" => {
                self.picture(attribute(tag, "title").or_else(|| attribute(tag, "src")), attribute(tag, "src"))
            }
            "pre" if self.table.is_none() => {
                self.flush();
                self.code = Some(String::new());
            }
            "blockquote" if self.table.is_none() => self.enter(Container::Quote),
            "ul" | "ol" if self.table.is_none() => {
                let start = attribute(tag, "start").and_then(|start| start.parse().ok()).unwrap_or(1);
                self.enter_list((name == "ol").then_some(start));
            }
            "li" if self.table.is_none() => self.enter_item(),
            "table" => self.start_table(),
            "tr" | "td" | "th" | "li" | "blockquote" | "pre" => self.cell(name),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if name == "pre" {
            self.end_code();
            return;
        }
        if self.code.is_some() {
            return;
        }
        if BLOCKS.contains(&name) || heading(name).is_some() {
            self.flush();
        }
        if heading(name).is_some() {
            self.switch(HEADING, false);
        }
        if let Some(style) = style_of(name) {
            self.switch(style, false);
        }
        match name {
            // A paragraph that only ends is an empty one to browsers.
            "a" => self.style.link = None,
            "blockquote" => self.leave(|container| *container == Container::Quote),
            "ul" | "ol" => self.leave(|container| matches!(container, Container::List { .. })),
            "li" => self.leave_item(),
            "table" => self.end_table(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match &mut self.code {
            Some(code) => code.push_str(text),
            None => self.paragraph.push(text, &self.style),
        }
    }

    fn switch(&mut self, style: usize, on: bool) {
        if let Some(count) = self.on.get_mut(style) {
            *count = if on { *count + 1 } else { count.saturating_sub(1) };
        }
        let on = |style: usize| self.on.get(style).is_some_and(|count| *count > 0);
        self.style.bold = on(BOLD) && !on(HEADING);
        self.style.italic = on(ITALIC);
        self.style.struck = on(STRUCK);
        self.style.code = on(CODE);
    }

    /// A picture is a link to it under the words that stand for it; one without words only decorates.
    fn picture(&mut self, words: Option<String>, source: Option<String>) {
        let words = words.unwrap_or_default();
        let link = source.and_then(|source| inline::address(&source)).or(self.style.link.clone());
        self.paragraph.push(words.trim(), &Style { link, ..Style::default() });
    }

    fn enter(&mut self, container: Container) {
        self.flush();
        self.containers += 1;
        // What lies deeper is shown at this depth: there is nothing to be in.
        if self.open.len() < 2 * DEEPEST {
            self.open.push(Open { number: self.containers, container });
        }
    }

    fn enter_list(&mut self, next: Option<u64>) {
        self.flush();
        // Two lists after each other would be read as one if their items began alike.
        let within = self.open.iter().zip(&self.last).all(|(open, last)| open.number == last.number);
        let before = self.last.get(self.open.len()).filter(|_| within).map(|open| &open.container);
        let other = match before {
            Some(Container::List { next: was, other }) => was.is_some() == next.is_some() && !other,
            _ => false,
        };
        self.enter(Container::List { next, other });
    }

    fn enter_item(&mut self) {
        self.leave_item();
        let list = self.open.last_mut().map(|open| &mut open.container);
        let sign = match list {
            Some(Container::List { next: Some(number), other }) => {
                let sign = format!("{}{} ", (*number).min(999_999_999), if *other { ')' } else { '.' });
                *number = number.saturating_add(1);
                sign
            }
            Some(Container::List { next: None, other: true }) => "* ".to_owned(),
            _ => "- ".to_owned(),
        };
        self.enter(Container::Item { sign, begun: false });
    }

    /// Leaves the item of the innermost list, if one is open.
    fn leave_item(&mut self) {
        self.flush();
        let is_list = |open: &Open| matches!(open.container, Container::List { .. });
        let list = self.open.iter().rposition(is_list);
        let item = self.open.iter().rposition(|open| matches!(open.container, Container::Item { .. }));
        if let Some(item) = item.filter(|item| list.is_none_or(|list| list < *item)) {
            self.open.truncate(item);
        }
    }

    /// Leaves the innermost container of a kind, and what is in it.
    fn leave(&mut self, is_meant: impl Fn(&Container) -> bool) {
        self.flush();
        if self.table.is_none()
            && let Some(at) = self.open.iter().rposition(|open| is_meant(&open.container))
        {
            self.open.truncate(at);
        }
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        if let Some((table, _)) = &mut self.table {
            table.push(std::mem::take(&mut self.paragraph));
            return;
        }
        let heading = self.on.get(HEADING).is_some_and(|count| *count > 0);
        for text in std::mem::take(&mut self.paragraph).into_markdown() {
            if heading {
                self.block(&inline::heading(&text));
            } else {
                self.block(&text);
            }
        }
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        let code = code.trim_matches('\n').trim_end();
        if !code.is_empty() {
            let fence = "`".repeat(inline::longest_run(code, '`').max(2) + 1);
            self.block(&format!("{fence}\n{code}\n{fence}"));
        }
    }

    fn start_table(&mut self) {
        self.flush();
        match &mut self.table {
            Some((_, within)) => *within += 1,
            None => self.table = Some((Table::default(), 0)),
        }
    }

    /// A cell begins, or within one something that stands apart.
    fn cell(&mut self, name: &str) {
        self.flush();
        if let Some((table, 0)) = &mut self.table {
            match name {
                "tr" => table.begin_row(),
                "td" | "th" => table.begin_cell(),
                _ => {}
            }
        }
    }

    fn end_table(&mut self) {
        self.flush();
        match self.table.take() {
            Some((table, within @ 1..)) => self.table = Some((table, within - 1)),
            Some((table, 0)) => {
                for text in table.into_markdown() {
                    self.block(&text);
                }
            }
            None => {}
        }
    }

    /// Writes a block of lines where it belongs.
    fn block(&mut self, text: &str) {
        if !self.out.is_empty() {
            let shared = self.open.iter().zip(&self.last).take_while(|(open, last)| open.number == last.number).count();
            let begins_item = |open: &Open| matches!(open.container, Container::Item { begun: false, .. });
            let within = self.open.iter().take(shared);
            let in_list = within.clone().any(|open| matches!(open.container, Container::List { .. }));
            self.out.push('\n');
            // The items of a list stand close together.
            if !(in_list && self.open.iter().any(begins_item)) {
                self.out.push_str(within.map(Open::later).collect::<String>().trim_end());
                self.out.push('\n');
            }
        }
        let first: String = self.open.iter().map(Open::first).collect();
        let later: String = self.open.iter().map(Open::later).collect();
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.out.push('\n');
            }
            let prefix = if number == 0 { &first } else { &later };
            self.out.push_str(format!("{prefix}{line}").trim_end());
        }
        for open in &mut self.open {
            if let Container::Item { begun, .. } = &mut open.container {
                *begun = true;
            }
        }
        self.last.clone_from(&self.open);
    }

    fn finish(mut self) -> String {
        self.end_code();
        while self.table.is_some() {
            self.end_table();
        }
        self.flush();
        self.out
    }
}

impl Open {
    /// What stands before the first line of a block in it.
    fn first(&self) -> String {
        match &self.container {
            Container::Item { sign, begun: false } => sign.clone(),
            _ => self.later(),
        }
    }

    /// What stands before any other line.
    fn later(&self) -> String {
        match &self.container {
            Container::Quote => "> ".to_owned(),
            Container::List { .. } => String::new(),
            Container::Item { sign, .. } => " ".repeat(sign.len()),
        }
    }
}

#[cfg(test)]
mod tests;
