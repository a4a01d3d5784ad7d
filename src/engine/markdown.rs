//! Markdown to the HTML that Telegram shows.
//!
//! Owns what an answer looks like in a chat and how it is cut to one message. Whatever comes in, what goes out is
//! balanced, uses only the tags Telegram knows and is short enough: what cannot be shown is shown as its text and
//! reported as a [`Problem`], so that sending never fails because of an answer.

mod cut;
mod links;
mod literal;
mod page;
mod table;

use std::ops::Range;

use pulldown_cmark::{BrokenLink, Event, LinkType, Options, Parser, Tag, TagEnd};

pub use cut::{Block, cut_to};
pub use page::page_html;
pub use table::WIDEST as WIDEST_TABLE;

use super::html::{cut_html, escape, is_dropped};
use super::lint::{self, Lint};
use table::Table;

/// The longest answer in UTF-16 units: of the 4096 of a message, the rest is for question, sources and caveat.
pub const ANSWER_BUDGET: usize = 3_300;

/// A quote longer than this is folded until the reader opens it.
const LONGEST_OPEN_QUOTE: usize = 400;

/// Deeper lists are shown at this depth.
const DEEPEST_INDENT: usize = 6;

/// An answer as Telegram shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Telegram's HTML, at most [`ANSWER_BUDGET`] long.
    pub html: String,
    /// Without markup, uncut.
    pub text: String,
    /// The first paragraph; without one, the beginning of the text.
    pub first_paragraph_html: String,
    /// What could not be shown as written, with bytes of the Markdown.
    pub problems: Vec<(Range<usize>, Problem)>,
}

/// Something in the Markdown that Telegram does not show as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A construct it has nothing for, in words.
    Unsupported(&'static str),
    /// Something that looks like a link but is none.
    BrokenLink,
    /// A link to an address that is to stand elsewhere in the answer, and does not.
    NoAddress,
    /// An address for links elsewhere in the answer, of which there are none: nobody sees it.
    Unseen,
    /// Bold text that begins and does not end.
    Unclosed,
    /// Lines that are to be a table and are none.
    NoTable,
    /// The line that ends a header, and so begins one.
    Fence,
    /// A character that no chat shows.
    Control(char),
    /// A link to something else than a page, a chat or a mail address.
    LinkTarget(String),
    /// A table that does not fit a phone, and how many characters wide it is.
    TableTooWide(usize),
    /// The answer has this many UTF-16 units.
    TooLong(usize),
}

impl Problem {
    /// The row it is reported under, what is wrong, and what to type.
    pub fn words(&self) -> (Lint, String, String) {
        match self {
            Self::Unsupported(what) => (
                lint::UNSUPPORTED_MARKDOWN,
                format!("Telegram cannot show {what}: students see plain text"),
                match *what {
                    IMAGE => "link to the picture instead: [what it shows](https://...)",
                    HTML => "use Markdown: **bold**, *italic*, `code`, [text](https://...); an empty line begins a new paragraph",
                    FOOTNOTE => "put the note in brackets into the text, or the source into `sources`",
                    _ => "put the link above or below the table",
                }
                .to_owned(),
            ),
            Self::BrokenLink => (
                lint::BROKEN_LINK,
                "this looks like a link but is none".to_owned(),
                "write [text](https://...) with no space between ] and ( and none inside the address".to_owned(),
            ),
            Self::NoAddress => (
                lint::BROKEN_LINK,
                "this looks like a link, but nothing says where it leads".to_owned(),
                "write [text](https://...)".to_owned(),
            ),
            Self::Unseen => (
                lint::UNSEEN_LINE,
                "students do not see this line".to_owned(),
                "begin it with another character than [, or type \\[ (to hide a note from students: <!-- note -->)".to_owned(),
            ),
            Self::Unclosed => (
                lint::HALF_MARKUP,
                "nothing ends the bold text that begins here: students see the stars".to_owned(),
                "type ** right before its first word and right after its last, and a space or a comma after that: \
                 **bold** (to show stars: \\*\\*)"
                    .to_owned(),
            ),
            Self::NoTable => (
                lint::HALF_MARKUP,
                "this is no table yet: students see the lines as they are written".to_owned(),
                "type below the first line, which names the columns, a line with --- for each of them: |---|---|".to_owned(),
            ),
            Self::Fence => (
                lint::SECOND_HEADER,
                "there is a +++ line in the answer: students see it and what is below it".to_owned(),
                "give a second entry a file of its own (to draw a line across the answer, type ---)".to_owned(),
            ),
            Self::Control(c) => (
                lint::CONTROL_CHARACTER,
                format!("there is a character here that cannot be seen (U+{:04X}); it is left out", u32::from(*c)),
                "delete it, or type the word again: it came along when the text was copied from somewhere".to_owned(),
            ),
            Self::LinkTarget(target) => (
                lint::LINK_TARGET,
                format!("`{target}` cannot be linked from a chat; only the text is shown"),
                links::instead_of(target),
            ),
            Self::TableTooWide(width) => (
                lint::TABLE_TOO_WIDE,
                format!("this table is {width} characters wide, and a phone shows {}", table::WIDEST),
                "shorten the cells, drop a column, or write a list".to_owned(),
            ),
            Self::TooLong(units) => (
                lint::ANSWER_TOO_LONG,
                format!("this answer has {units} characters; it is cut after {ANSWER_BUDGET}"),
                "shorten it, or split it into two entries that name each other in `related`".to_owned(),
            ),
        }
    }
}

const IMAGE: &str = "a picture";
const HTML: &str = "HTML tags";
const FOOTNOTE: &str = "a footnote";
const LINK_IN_TABLE: &str = "a link inside a table";

/// Renders an answer. Linear in its length.
pub fn render(markdown: &str) -> Rendered {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut writer = Writer::default();
    let mut missing = Vec::new();
    let mut note = |link: BrokenLink<'_>| {
        missing.push((link.span, link.link_type));
        None
    };
    let events = Parser::new_with_broken_link_callback(markdown, options, Some(&mut note)).into_offset_iter();
    let addresses = links::addresses(events.reference_definitions());
    for (event, range) in events {
        writer.event(event, range);
    }
    writer.flush();
    let Writer { blocks, mut problems, not_prose, tables, stars, named, first_paragraph, .. } = writer;
    problems.extend(links::broken(markdown, &not_prose).map(|range| (range, Problem::BrokenLink)));
    problems.extend(missing.into_iter().filter_map(|(range, link)| {
        let problem = links::missing(markdown, &range, link)?;
        Some((range, problem))
    }));
    problems.extend(links::unseen(addresses, &named).map(|range| (range, Problem::Unseen)));
    problems.extend(literal::unclosed(markdown, &stars).map(|range| (range, Problem::Unclosed)));
    problems.extend(literal::no_tables(markdown, &not_prose, &tables).map(|range| (range, Problem::NoTable)));
    problems.extend(literal::fence(markdown, &not_prose).map(|range| (range, Problem::Fence)));
    problems.extend(literal::control(markdown).map(|(range, c)| (range, Problem::Control(c))));
    let units = cut::blocks_len(&blocks);
    if units > ANSWER_BUDGET {
        problems.push((0..0, Problem::TooLong(units)));
    }
    problems.sort_by_key(|(range, _)| (range.start, range.end));
    problems.dedup();
    let text = cut::join(&blocks, |block| &block.text);
    let first_paragraph_html = match first_paragraph {
        Some(html) => cut_html(&html, ANSWER_BUDGET),
        None => cut_html(&escape(&text), LONGEST_OPEN_QUOTE),
    };
    Rendered { html: cut_to(&blocks, ANSWER_BUDGET), text, first_paragraph_html, problems }
}

/// `html` without its comments.
fn without_comments(html: &str) -> String {
    let mut rest = html;
    let mut shown = String::with_capacity(html.len());
    while let Some((before, comment)) = rest.split_once("<!--") {
        shown.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    shown
}

/// Inline styles; the position in [`STYLES`] is the position in [`Writer::open`].
const STYLES: [(&str, &str); 3] = [("<b>", "</b>"), ("<i>", "</i>"), ("<s>", "</s>")];
const BOLD: usize = 0;
const ITALIC: usize = 1;
const STRUCK: usize = 2;

/// Turns events into blocks.
#[derive(Default)]
struct Writer {
    blocks: Vec<Block>,
    /// Blocks outside the quote that is being written.
    outside_quote: Option<Vec<Block>>,
    quote_depth: usize,
    current: Option<Block>,
    /// The line break before the next block, when it is not the usual one.
    next_gap: Option<&'static str>,
    /// How often each style is open: opened at the first, closed at the last.
    open: [usize; STYLES.len()],
    /// For each open link, whether it was written as one.
    links: Vec<bool>,
    /// The next number of each open list; `None` for bullets.
    lists: Vec<Option<u64>>,
    table: Option<Table>,
    first_paragraph: Option<String>,
    problems: Vec<(Range<usize>, Problem)>,
    /// Bytes in which a bracket is no broken link: links, pictures, code.
    not_prose: Vec<Range<usize>>,
    /// Bytes of tables.
    tables: Vec<Range<usize>>,
    /// Bytes of each `*` that is shown.
    stars: Vec<usize>,
    /// Names of the addresses that links lead to.
    named: Vec<String>,
    in_code: bool,
    /// The block of HTML that is being read, and its bytes.
    html_block: Option<(String, Range<usize>)>,
}

impl Writer {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                // Elsewhere the text is not what is written, and has no stars.
                if !self.in_code && text.len() == range.len() {
                    self.stars.extend(text.match_indices('*').map(|(at, _)| range.start + at));
                }
                self.text(&text);
            }
            Event::Code(code) => {
                self.not_prose.push(range);
                self.html("<code>");
                self.text(&code);
                self.html("</code>");
            }
            Event::Html(html) => match &mut self.html_block {
                Some((block, _)) => block.push_str(&html),
                None => self.text(&html),
            },
            Event::InlineHtml(html) => {
                self.not_prose.push(range.clone());
                // A comment is a note of the author's, for nobody to see.
                if !html.starts_with("<!--") {
                    // The closing tag goes without saying.
                    if !html.starts_with("</") {
                        self.problems.push((range, Problem::Unsupported(HTML)));
                    }
                    self.text(&html);
                }
            }
            Event::FootnoteReference(label) => {
                self.problems.push((range, Problem::Unsupported(FOOTNOTE)));
                self.text(&format!("[{label}]"));
            }
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.text("\n"),
            Event::Rule => {
                self.begin("");
                self.text("———");
                self.flush();
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            Event::TaskListMarker(done) => self.text(if done { "☑ " } else { "☐ " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                // The first paragraph of a list item stands beside its bullet.
                if self.current.is_none() {
                    self.begin_indented();
                }
            }
            Tag::Heading { .. } => {
                self.begin("");
                self.style(BOLD, true);
            }
            Tag::BlockQuote(_) => {
                self.flush();
                if self.quote_depth == 0 {
                    self.outside_quote = Some(std::mem::take(&mut self.blocks));
                }
                self.quote_depth += 1;
            }
            Tag::CodeBlock(_) => {
                self.not_prose.push(range);
                self.in_code = true;
                self.begin("");
                self.html("<pre>");
            }
            Tag::HtmlBlock => {
                self.not_prose.push(range.clone());
                self.begin("");
                self.html_block = Some((String::new(), range));
            }
            Tag::List(first) => {
                self.flush();
                if self.lists.is_empty() {
                    self.next_gap.get_or_insert("\n\n");
                }
                self.lists.push(first);
            }
            Tag::Item => {
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}. ");
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => "• ".to_owned(),
                };
                let indent = "   ".repeat(self.lists.len().saturating_sub(1).min(DEEPEST_INDENT));
                self.begin(&format!("{indent}{marker}"));
            }
            Tag::FootnoteDefinition(label) => {
                self.begin(&format!("[{label}] "));
            }
            Tag::Table(alignments) => {
                self.flush();
                self.tables.push(range.clone());
                self.table = Some(Table::new(alignments, range));
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.begin_row();
                }
            }
            Tag::TableCell => {
                if let Some(table) = &mut self.table {
                    table.begin_cell();
                }
            }
            Tag::Emphasis => self.style(ITALIC, true),
            Tag::Strong => self.style(BOLD, true),
            Tag::Strikethrough => self.style(STRUCK, true),
            Tag::Link { link_type, dest_url, id, .. } => {
                self.named.push(id.to_string());
                self.start_link(link_type, &dest_url, range);
            }
            Tag::Image { id, .. } => {
                self.named.push(id.to_string());
                self.not_prose.push(range.clone());
                self.problems.push((range, Problem::Unsupported(IMAGE)));
            }
            // Not enabled, so never seen; their text is.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                let plain = self.lists.is_empty() && self.quote_depth == 0;
                let html = self.current.as_ref().map(|block| block.html.trim().to_owned());
                self.flush();
                if plain && self.first_paragraph.is_none() {
                    self.first_paragraph = html.filter(|html| !html.is_empty());
                }
            }
            TagEnd::Heading(_) => {
                self.style(BOLD, false);
                self.flush();
                self.next_gap = Some("\n");
            }
            TagEnd::BlockQuote(_) => self.end_quote(),
            TagEnd::CodeBlock => {
                self.in_code = false;
                if let Some(block) = &mut self.current {
                    block.html.truncate(block.html.trim_end_matches('\n').len());
                    block.text.truncate(block.text.trim_end_matches('\n').len());
                }
                self.html("</pre>");
                self.flush();
            }
            TagEnd::HtmlBlock => {
                if let Some((html, range)) = self.html_block.take() {
                    let shown = without_comments(&html);
                    if !shown.trim().is_empty() {
                        self.problems.push((range, Problem::Unsupported(HTML)));
                        self.text(shown.trim());
                    }
                }
                self.flush();
            }
            TagEnd::Item | TagEnd::FootnoteDefinition => self.flush(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Table => self.end_table(),
            TagEnd::Emphasis => self.style(ITALIC, false),
            TagEnd::Strong => self.style(BOLD, false),
            TagEnd::Strikethrough => self.style(STRUCK, false),
            TagEnd::Link => self.end_link(),
            _ => {}
        }
    }

    fn start_link(&mut self, link_type: LinkType, target: &str, range: Range<usize>) {
        self.not_prose.push(range.clone());
        let written = if link_type == LinkType::Email {
            // Telegram makes a link of a mail address itself, and of nothing else to one.
            false
        } else if self.table.is_some() {
            self.problems.push((range, Problem::Unsupported(LINK_IN_TABLE)));
            false
        } else if links::can_be_linked(target) {
            // Links do not nest in Markdown, but a picture's words can hold one.
            !self.links.contains(&true)
        } else {
            self.problems.push((range, Problem::LinkTarget(target.to_owned())));
            false
        };
        if written {
            self.html(&format!("<a href=\"{}\">", escape(target)));
        }
        self.links.push(written);
    }

    fn end_link(&mut self) {
        if self.links.pop() == Some(true) {
            self.html("</a>");
        }
    }

    fn end_quote(&mut self) {
        self.flush();
        self.quote_depth = self.quote_depth.saturating_sub(1);
        if self.quote_depth > 0 {
            return;
        }
        let inner = std::mem::replace(&mut self.blocks, self.outside_quote.take().unwrap_or_default());
        if inner.is_empty() {
            return;
        }
        let tag = if cut::blocks_len(&inner) > LONGEST_OPEN_QUOTE { "<blockquote expandable>" } else { "<blockquote>" };
        self.next_gap = None;
        self.begin("");
        if let Some(block) = &mut self.current {
            block.html = format!("{tag}{}</blockquote>", cut::join(&inner, |b| &b.html));
            block.text = cut::join(&inner, |b| &b.text);
        }
        self.flush();
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        self.begin("");
        match table.lines() {
            Ok(lines) => {
                let text = lines.join("\n");
                self.html("<pre>");
                self.text(&text);
                self.html("</pre>");
            }
            Err(width) => {
                self.problems.push((table.range.start..table.range.start, Problem::TableTooWide(width)));
                self.text(&table.as_sentences());
            }
        }
        self.flush();
    }

    /// Begins a block whose text begins with `prefix`.
    fn begin(&mut self, prefix: &str) {
        self.flush();
        let usual = if self.lists.is_empty() { "\n\n" } else { "\n" };
        let gap = self.next_gap.take().unwrap_or(usual);
        self.current = Some(Block { html: escape(prefix), text: prefix.to_owned(), gap });
    }

    /// Begins a paragraph; inside a list, one that is not the first of its item.
    fn begin_indented(&mut self) {
        let indent = "   ".repeat(self.lists.len().min(DEEPEST_INDENT));
        self.begin(&indent);
    }

    fn text(&mut self, text: &str) {
        if let Some(table) = &mut self.table {
            table.text(text);
            return;
        }
        if self.current.is_none() {
            self.begin_indented();
        }
        if let Some(block) = &mut self.current {
            block.html.push_str(&escape(text));
            block.text.extend(text.chars().filter(|&c| !is_dropped(c)));
        }
    }

    /// Writes a tag. Cells of a table hold none: they are shown as they are written.
    fn html(&mut self, tag: &str) {
        if self.table.is_some() {
            return;
        }
        if self.current.is_none() {
            self.begin_indented();
        }
        if let Some(block) = &mut self.current {
            block.html.push_str(tag);
        }
    }

    fn style(&mut self, style: usize, on: bool) {
        if self.table.is_some() {
            return;
        }
        let (opening, closing) = STYLES[style];
        let open = &mut self.open[style];
        let tag = if on {
            *open += 1;
            (*open == 1).then_some(opening)
        } else {
            *open = open.saturating_sub(1);
            (*open == 0).then_some(closing)
        };
        if let Some(tag) = tag {
            self.html(tag);
        }
    }

    /// Ends the current block, if it shows anything.
    fn flush(&mut self) {
        if let Some(block) = self.current.take() {
            if block.text.trim().is_empty() {
                self.next_gap = Some(block.gap);
            } else {
                self.blocks.push(block);
            }
        }
    }
}

#[cfg(test)]
mod tests;
