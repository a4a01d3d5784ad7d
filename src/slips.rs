//! Slips of the keyboard in TOML: what they are in words for people who do not program, and what to type instead.
//!
//! Owns the guesses at what the author meant. A text is taken apart into statements, each of which is right or has a
//! slip of its own, so that one slip is one finding and takes nothing else along. Knows no key but those it is told of
//! ([`Layout`]), and reports nothing: whose file it is says under which code.

mod encoding;
mod explain;
mod header;
mod list;
mod statement;
mod suggest;
mod tokens;
mod value;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeTable;

use crate::diagnostic::floor_char_boundary;
pub use encoding::{OLD_LINE_ENDS, has_old_line_ends, is_utf16};
use explain::Explainer;
use statement::Statement;
pub use suggest::date;

/// What belongs into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// A list of texts.
    List,
    /// A list of lists of texts.
    Groups,
    /// Short forms with their long forms.
    Pairs,
    /// A day.
    Date,
    /// A number.
    Number,
    /// A list of numbers.
    Numbers,
    /// `true` or `false`.
    Switch,
}

/// What may stand in one kind of file.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// What belongs into the value of a key; `None` for a key nobody knows.
    pub shape: fn(&str) -> Option<Shape>,
    /// Names of tables that stand once: `[name]`.
    pub tables: &'a [&'a str],
    /// Names of tables that stand once for each thing: `[[name]]`.
    pub repeated: &'a [&'a str],
    /// Whether nothing of this part of the file may be repeated in a finding: a password, say.
    pub is_secret: fn(&str) -> bool,
    /// What to do with a line that is no key and value.
    pub stray: &'static str,
}

/// One slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to type.
    pub help: String,
    /// Another place that belongs to it, with a few words.
    pub related: Option<(Range<usize>, &'static str)>,
    /// Whether something that was written is lost by it. If not, it was read as it was meant.
    pub lost: bool,
    /// Whether what stands at its places must not be shown.
    pub secret: bool,
}

/// The lines below one name of a table, or those at the beginning.
#[derive(Debug)]
pub struct Section {
    /// The name of the table and its place; `None` at the beginning, and where nobody can say.
    pub name: Option<(String, Range<usize>)>,
    /// Whether the table stands once for each thing.
    pub repeated: bool,
    /// The bytes of its lines, without the name.
    pub body: Range<usize>,
}

/// A text with slips.
#[derive(Debug)]
pub struct Broken {
    /// The slips, in order; at least one.
    pub slips: Vec<Slip>,
    /// The text with blanks in the place of what could not be read. Every body of a section in it is right.
    pub readable: String,
    /// Its parts, in order.
    pub sections: Vec<Section>,
}

/// Whoever has made this many slips in one file will look at the first ones.
const MOST_SLIPS: usize = 200;

/// The slips of `text`, or `None` when it is right.
pub fn find(text: &str, layout: &Layout<'_>) -> Option<Broken> {
    let right = is_right(text);
    // A table in the wrong brackets is good TOML, though not what is meant.
    if right && !layout.repeated.iter().chain(layout.tables).any(|name| is_table(text, name)) {
        return None;
    }
    let mut slips = Vec::new();
    let cleaned = encoding::without_controls(text, &mut slips);
    let mut reader = Reader {
        text: cleaned.as_deref().unwrap_or(text),
        layout,
        slips,
        blanks: Vec::new(),
        sections: vec![Section { name: None, repeated: false, body: 0..0 }],
        keys: BTreeMap::new(),
        tables: BTreeMap::new(),
        is_lost: false,
    };
    for statement in statement::split(reader.text) {
        reader.read(&statement);
    }
    let mut broken = reader.finish();
    explain_the_rest(&mut broken);
    if broken.slips.is_empty() {
        return None;
    }
    broken.slips.sort_by_key(|slip| slip.span.start);
    broken.slips.truncate(MOST_SLIPS);
    Some(broken)
}

/// Whether a line may be the name of this table.
fn is_table(text: &str, name: &str) -> bool {
    text.lines().any(|line| line.trim_start().strip_prefix('[').is_some_and(|line| line.contains(name)))
}

/// Whether this is good TOML.
fn is_right(text: &str) -> bool {
    DeTable::parse(text).is_ok()
}

struct Reader<'a> {
    text: &'a str,
    layout: &'a Layout<'a>,
    slips: Vec<Slip>,
    /// What cannot be read.
    blanks: Vec<Range<usize>>,
    sections: Vec<Section>,
    /// The keys of this section so far.
    keys: BTreeMap<String, Range<usize>>,
    /// The tables so far that stand once.
    tables: BTreeMap<String, Range<usize>>,
    /// Nobody can say which table this is.
    is_lost: bool,
}

impl Reader<'_> {
    fn read(&mut self, statement: &Statement) {
        let explainer = Explainer { text: self.text, layout: self.layout, statement };
        let written = &self.text[statement.span.clone()];
        if self.is_lost && !statement.is_header() {
            self.blanks.push(statement.span.clone());
            return;
        }
        if statement.is_header() {
            if let Some((header, slip)) = header::read(&explainer) {
                let right = slip.is_none();
                self.slips.extend(slip);
                self.begin(statement, header, right);
                return;
            }
        } else if is_right(written) {
            let key = first_key(written);
            let at = statement.tokens.first().map_or(statement.span.clone(), |token| token.span.clone());
            match self.keys.get(&key) {
                None => {
                    self.keys.insert(key, at);
                }
                Some(first) => {
                    let help = "keep one of the two lines; a list can hold several texts: [\"one\", \"two\"]";
                    let mut slip = explainer.slip(at, format!("`{key}` is given twice"), help);
                    slip.related = Some((first.clone(), "first given here"));
                    self.slips.push(slip);
                    self.blanks.push(statement.span.clone());
                }
            }
            return;
        }
        self.blanks.push(statement.span.clone());
        if self.slips.len() < MOST_SLIPS {
            self.slips.extend(explainer.explain());
        }
    }

    fn begin(&mut self, statement: &Statement, header: header::Header, right: bool) {
        let name = header.name;
        if right && !header.repeated {
            match self.tables.get(&name) {
                None => {
                    self.tables.insert(name.clone(), header.span.clone());
                }
                Some(first) => {
                    self.slips.push(Slip {
                        span: statement.span.clone(),
                        message: format!("[{name}] is given twice"),
                        help: format!("move the lines below it to where [{name}] stands first, and take this line out"),
                        related: Some((first.clone(), "first given here")),
                        lost: true,
                        secret: false,
                    });
                }
            }
        }
        self.end_section(statement.span.start);
        let end = tokens::line_end(self.text, statement.span.end);
        self.keys.clear();
        self.is_lost = header.lost;
        // The lines of a table nobody knows are blanks.
        let name = (!header.lost).then_some((name, header.span));
        self.sections.push(Section { name, repeated: header.repeated, body: end..end });
    }

    fn end_section(&mut self, at: usize) {
        if let Some(section) = self.sections.last_mut() {
            section.body.end = at;
        }
    }

    fn finish(mut self) -> Broken {
        self.end_section(self.text.len());
        let mut readable = String::with_capacity(self.text.len());
        for range in self.blanks {
            readable.push_str(self.text.get(readable.len()..range.start).unwrap_or_default());
            blank(&mut readable, self.text.get(range).unwrap_or_default());
        }
        readable.push_str(self.text.get(readable.len()..).unwrap_or_default());
        Broken { slips: self.slips, readable, sections: self.sections }
    }
}

/// Adds blanks of the length of `text` to `readable`, with its line breaks.
fn blank(readable: &mut String, text: &str) {
    readable.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

/// What is right line by line can be wrong together: `a.b = 1` below `a = 2`. Rare, so all lines of the section are
/// given up.
fn explain_the_rest(broken: &mut Broken) {
    let Broken { slips, readable, sections } = broken;
    for body in sections.iter().map(|section| section.body.clone()) {
        let lines = readable.get(body.clone()).unwrap_or_default();
        let Err(error) = DeTable::parse(lines) else { continue };
        let at = error.span().map_or(0, |span| span.start).min(lines.trim_end().len());
        let at = body.start + floor_char_boundary(lines, at);
        let start = readable[..at].rfind('\n').map_or(0, |i| i + 1).max(body.start);
        slips.push(Slip {
            span: start..tokens::line_end(readable, at),
            message: "this line does not go together with the lines above it".to_owned(),
            help: "give each key once, as key = value".to_owned(),
            related: None,
            lost: true,
            secret: true,
        });
        let mut blanked = String::with_capacity(lines.len());
        blank(&mut blanked, lines);
        readable.replace_range(body, &blanked);
    }
}

/// The key a statement that is right begins with.
fn first_key(statement: &str) -> String {
    let Ok(table) = DeTable::parse(statement) else { return String::new() };
    let Some((key, value)) = table.get_ref().iter().next() else { return String::new() };
    // `a.b = 1` and `a.c = 2` may stand together.
    let dotted = matches!(value.get_ref(), toml::de::DeValue::Table(_)) && !statement.contains('{');
    if dotted { statement.split('=').next().unwrap_or_default().trim().to_owned() } else { key.get_ref().to_string() }
}

#[cfg(test)]
mod tests;
