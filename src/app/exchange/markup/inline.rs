//! Within a paragraph: words with their style, and the signs of Markdown around them.
//!
//! Owns what has to be escaped, and where signs of style mean what they are to mean. Where they would not, the words stand
//! without them.

/// How words look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Style {
    pub bold: bool,
    pub italic: bool,
    pub struck: bool,
    pub code: bool,
    /// The address they lead to.
    pub link: Option<String>,
}

/// Words of one style; a line break is `\n`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    text: String,
    style: Style,
}

impl Run {
    /// What it begins with when it stands without signs of style.
    fn first_sign(&self) -> Option<char> {
        match self.text.chars().next() {
            Some(' ') => Some(' '),
            _ if self.style.code => Some('`'),
            first => first,
        }
    }
}

/// The words of a paragraph so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paragraph(Vec<Run>);

impl Paragraph {
    /// Adds words. Blanks of all kinds are one blank, and none at the beginning of a line.
    pub fn push(&mut self, text: &str, style: &Style) {
        let mut blank = self.0.last().is_none_or(|run| run.text.ends_with([' ', '\n']));
        let mut words = String::with_capacity(text.len());
        for c in text.chars() {
            let is_blank = c.is_whitespace() || c.is_control();
            if !is_blank || !blank {
                words.push(if is_blank { ' ' } else { c });
            }
            blank = is_blank;
        }
        self.add(words, style.clone());
    }

    /// Adds a line break.
    pub fn line_break(&mut self) {
        if let Some(run) = self.0.last_mut() {
            run.text.truncate(run.text.trim_end_matches(' ').len());
            self.add("\n".to_owned(), Style::default());
        }
    }

    fn add(&mut self, text: String, style: Style) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(run) if run.style == style => run.text.push_str(&text),
            _ => self.0.push(Run { text, style }),
        }
    }

    /// Adds another paragraph, a blank between them.
    pub fn join(&mut self, other: Self) {
        if !self.0.is_empty() && !other.0.is_empty() {
            self.push(" ", &Style::default());
        }
        for run in other.0 {
            self.push(&run.text, &run.style);
        }
    }

    /// Whether there is nothing to see.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|run| run.text.trim().is_empty())
    }

    /// Whether a word of it leads anywhere.
    pub fn has_link(&self) -> bool {
        self.0.iter().any(|run| run.style.link.is_some())
    }

    /// The words alone, on one line.
    pub fn words(&self) -> String {
        let text: String = self.0.iter().map(|run| run.text.as_str()).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The Markdown of each paragraph: two line breaks after each other make another one.
    pub fn into_markdown(self) -> Vec<String> {
        let mut lines: Vec<Vec<Run>> = vec![Vec::new()];
        for run in self.0 {
            for (number, text) in run.text.split('\n').enumerate() {
                if number > 0 {
                    lines.push(Vec::new());
                }
                if let Some(line) = lines.last_mut().filter(|_| !text.is_empty()) {
                    line.push(Run { text: text.to_owned(), style: run.style.clone() });
                }
            }
        }
        let lines: Vec<String> = lines.iter().map(|line| line_of(line)).collect();
        let paragraphs = lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty());
        paragraphs.map(|lines| lines.join("\\\n")).collect()
    }
}

/// What a link of this address leads to, if a chat can show it: a page of the web.
pub fn address(href: &str) -> Option<String> {
    let href = href.trim();
    let href = if href.starts_with("//") { format!("https:{href}") } else { href.to_owned() };
    let (scheme, rest) = href.split_once("://")?;
    let known = ["http", "https", "tg"].iter().any(|known| known.eq_ignore_ascii_case(scheme));
    let escaped = |c: char| match c {
        ' ' => "%20".to_owned(),
        '(' => "%28".to_owned(),
        ')' => "%29".to_owned(),
        '<' => "%3C".to_owned(),
        '>' => "%3E".to_owned(),
        '\\' => "%5C".to_owned(),
        '*' => "%2A".to_owned(),
        '`' => "%60".to_owned(),
        c if c.is_control() || c.is_whitespace() => String::new(),
        c => c.to_string(),
    };
    (known && rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')).then(|| href.chars().map(escaped).collect())
}

/// How many of `sign` stand side by side at most.
pub fn longest_run(text: &str, sign: char) -> usize {
    text.split(|c| c != sign).map(|run| run.chars().count()).max().unwrap_or(0)
}

/// A heading with this text, on one line.
pub fn heading(text: &str) -> String {
    let line = text.replace("\\\n", " ");
    let words = line.trim_end_matches('#');
    // Such signs at the end are none of the text.
    match line.get(words.len()..) {
        Some(signs) if !signs.is_empty() && (words.is_empty() || words.ends_with(' ')) => {
            format!("## {words}\\{signs}")
        }
        _ => format!("## {line}"),
    }
}

/// The Markdown of one line.
fn line_of(runs: &[Run]) -> String {
    let mut line = String::new();
    let mut rest = runs;
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|run| run.style.link == first.style.link).count();
        let (group, others) = rest.split_at(same.max(1));
        let after = others.first().and_then(|run| match run.style.link {
            Some(_) if !run.text.starts_with(' ') => Some('['),
            _ => run.first_sign(),
        });
        match &first.style.link {
            Some(link) => {
                // Behind this sign it would be a picture.
                if line.ends_with('!') {
                    line.truncate(line.len() - 1);
                    line.push_str("\\!");
                }
                line.push_str(&linked(group, link));
            }
            None => styled(group, &mut line, after),
        }
        rest = others;
    }
    let line = line.trim().to_owned();
    if line.is_empty() { line } else { at_beginning(&line) }
}

/// Words that lead to `link`, with the blanks around them outside.
fn linked(group: &[Run], link: &str) -> String {
    let mut words = String::new();
    styled(group, &mut words, None);
    let inner = words.trim();
    if inner.is_empty() {
        return words;
    }
    let before = if words.starts_with(' ') { " " } else { "" };
    let after = if words.ends_with(' ') { " " } else { "" };
    // An address as it is typed says itself where it leads.
    let typed = group.iter().map(|run| run.text.as_str()).collect::<String>();
    let entity = |(at, _): (usize, &str)| is_entity(link.get(at + 1..).unwrap_or_default());
    if !link.match_indices('&').any(entity) {
        let is_typed = typed.trim() == link;
        return if is_typed { format!("{before}<{link}>{after}") } else { format!("{before}[{inner}]({link}){after}") };
    }
    format!("{before}[{inner}]({}){after}", link.replace('&', "\\&"))
}

/// Words with their signs. `after`: what follows them.
fn styled(runs: &[Run], line: &mut String, after: Option<char>) {
    for (position, run) in runs.iter().enumerate() {
        let core = run.text.trim();
        if core.is_empty() {
            push_blank(line);
            continue;
        }
        if run.text.starts_with(' ') {
            push_blank(line);
        }
        let next = match runs.get(position + 1) {
            _ if run.text.ends_with(' ') => Some(' '),
            // Its signs are left out where they would touch those of this one.
            Some(next) => next.first_sign(),
            None => after,
        };
        // Two pieces of code side by side would be one, of other signs.
        let words = if run.style.code && !line.ends_with('`') { code(core) } else { escape(core) };
        let signs = signs(&run.style);
        // The outer signs of two kinds stand beside the inner ones.
        let nested = run.style.struck && (run.style.bold || run.style.italic);
        let sign = |c: Option<char>| if nested { Some('*') } else { c };
        let (first, last) = (sign(words.chars().next()), sign(words.chars().next_back()));
        let fits = opens(line.chars().next_back(), first) && closes(last, next) && !line.ends_with(['*', '~']);
        if fits {
            let closing: String = signs.chars().rev().collect();
            line.push_str(&format!("{signs}{words}{closing}"));
        } else {
            line.push_str(&words);
        }
        if run.text.ends_with(' ') {
            push_blank(line);
        }
    }
}

fn push_blank(line: &mut String) {
    if !line.ends_with(' ') {
        line.push(' ');
    }
}

fn signs(style: &Style) -> String {
    let mut signs = String::new();
    for (on, sign) in [(style.struck, "~~"), (style.bold, "**"), (style.italic, "*")] {
        if on {
            signs.push_str(sign);
        }
    }
    signs
}

/// Whether signs between these two open a style.
fn opens(before: Option<char>, first: Option<char>) -> bool {
    let stands_apart = before.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation());
    first.is_some_and(char::is_alphanumeric) || stands_apart
}

/// Whether signs between these two close one.
fn closes(last: Option<char>, after: Option<char>) -> bool {
    opens(after, last)
}

fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// `text` with a `\` before each sign that would mean something.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        let within_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let means_something = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' => true,
            // Within a word it is a letter like others.
            '_' => !(within_word(before) && within_word(after.chars().next())),
            '&' => is_entity(after),
            _ => false,
        };
        if means_something {
            escaped.push('\\');
        }
        escaped.push(c);
        before = Some(c);
    }
    escaped
}

/// Whether an `&` before this begins a name for a sign.
fn is_entity(after: &str) -> bool {
    let name = after.split(';').next().unwrap_or_default();
    name.len() < after.len()
        && name.len() <= 32
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
}

/// A line that is none of a list, a quote, a heading, a table, though it begins like one.
fn at_beginning(line: &str) -> String {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let behind = line.get(digits..).unwrap_or_default();
    if (1..=9).contains(&digits) && is_sign_alone(behind.strip_prefix(['.', ')'])) {
        return format!("{}\\{behind}", line.get(..digits).unwrap_or_default());
    }
    if begins_block(line) { format!("\\{line}") } else { line.to_owned() }
}

/// Whether nothing or a blank follows the sign of an item or a heading.
fn is_sign_alone(rest: Option<&str>) -> bool {
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn begins_block(line: &str) -> bool {
    let consists_of = |signs: &str| line.chars().all(|c| signs.contains(c));
    match line.chars().next() {
        Some('>' | '|') => true,
        Some('#') => is_sign_alone(Some(line.trim_start_matches('#'))),
        Some('+') => line == "+++" || is_sign_alone(line.strip_prefix('+')),
        Some('-') => is_sign_alone(line.strip_prefix('-')) || consists_of("-:| "),
        Some(':') => consists_of("-:| "),
        Some('=') => consists_of("="),
        _ => false,
    }
}
