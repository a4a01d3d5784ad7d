//! Findings: a code, a severity, a place, a message and what to type instead.
//!
//! Owns how a problem in a text file is described and printed, for people (source line and caret) and for programs
//! (JSON). Never reads a file and never decides what is a problem.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::OnceLock;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It works, but not as well as its author thinks: no source, a near-duplicate, a stale date.
    Warning,
    /// It cannot be served: the entry is left out, a reload is refused, a configuration is not used.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A range of bytes in one of the files of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Index of the file in its [`SourceMap`].
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range` in file number `file`. Offsets past 4 GiB saturate.
    pub fn new(file: u32, range: Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { file, start: clamp(range.start), end: clamp(range.end) }
    }
}

/// A value together with where it was written. Derefs to the value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `value`, written at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// The files that spans point into.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    /// Where the lines of each file begin, counted when first asked for: a file can have thousands of findings.
    lines: Vec<OnceLock<Vec<usize>>>,
}

/// One text file: its path as shown to people, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path for display, with `/` on every platform.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl SourceMap {
    /// A map of these files; the index of a file is its position.
    pub fn new(files: Vec<SourceFile>) -> Self {
        let lines = files.iter().map(|_| OnceLock::new()).collect();
        Self { files, lines }
    }

    /// All files in order.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Where `span` is, in lines and columns counted from 1. Offsets outside the text or inside a character are moved
    /// to the nearest place before them. `None` when the map has no such file.
    pub fn place(&self, span: Span) -> Option<Place> {
        let file = self.files.get(span.file as usize)?;
        let lines = self.lines.get(span.file as usize)?.get_or_init(|| line_starts(&file.text));
        Some(Place::in_lines(&file.path, &file.text, lines, span.start as usize..span.end as usize))
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// A source line longer than this (bulk JSON on one line) is not carried along with a finding.
const LONGEST_LINE_SHOWN: usize = 2_000;

/// A place in a file, with the source line it is on, so that it can be shown without the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path for display.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters of the line the finding is about (0: the point before the column).
    pub length: usize,
    /// The text of that line.
    pub source_line: String,
}

impl Place {
    /// The place of a byte range of `text`.
    pub fn in_text(file: &str, text: &str, range: Range<usize>) -> Self {
        Self::in_lines(file, text, &line_starts(text), range)
    }

    /// The same, with the beginnings of the lines already known.
    fn in_lines(file: &str, text: &str, lines: &[usize], range: Range<usize>) -> Self {
        let start = floor_char_boundary(text, range.start);
        let line = lines.partition_point(|&line_start| line_start <= start).max(1);
        let line_start = lines.get(line - 1).copied().unwrap_or(0);
        let line_end = lines.get(line).map_or(text.len(), |&next| next - 1).max(start);
        let end = floor_char_boundary(text, range.end.max(start)).min(line_end).max(start);
        let shown = line_end - line_start <= LONGEST_LINE_SHOWN;
        Self {
            file: file.to_owned(),
            line,
            column: text[line_start..start].chars().count() + 1,
            length: text[start..end].chars().count(),
            source_line: if shown {
                text[line_start..line_end].trim_end_matches('\r').to_owned()
            } else {
                String::new()
            },
        }
    }

    /// A file as a whole: line 1, column 1, no source line.
    pub fn whole_file(file: &str) -> Self {
        Self { file: file.to_owned(), line: 1, column: 1, length: 0, source_line: String::new() }
    }
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, never reused: `FAQ101`, `CFG002`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one line that stands alone.
    pub message: String,
    /// Where, when there is a place.
    pub place: Option<Place>,
    /// Other places that belong to it, each with a few words.
    pub related: Vec<(Place, String)>,
    /// What to type or do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding without a place, related places or help yet.
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), place: None, related: Vec::new(), help: None }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }

    /// The same with another place that belongs to it.
    #[must_use]
    pub fn with_related(mut self, place: Option<Place>, words: impl Into<String>) -> Self {
        if let Some(place) = place {
            self.related.push((place, words.into()));
        }
        self
    }

    /// The same with a sentence on what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// For people: message, source line with a caret, help. Ends with a newline. `color` adds ANSI colours.
    pub fn render(&self, color: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = level
            .primary_title(self.message.as_str())
            .id(self.code)
            .elements(self.place.iter().map(|p| snippet(p, AnnotationKind::Primary, None)));
        for (place, words) in &self.related {
            group = group.element(snippet(place, AnnotationKind::Context, Some(words)));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = renderer.render(&[group]);
        text.push('\n');
        text
    }

    /// For programs: one JSON object with `code`, `severity`, `message`, `file`, `line`, `column`, `help`, `related`.
    pub fn to_json(&self) -> serde_json::Value {
        let place = self.place.as_ref();
        serde_json::json!({
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "file": place.map(|p| p.file.as_str()),
            "line": place.map(|p| p.line),
            "column": place.map(|p| p.column),
            "help": self.help,
            "related": self.related.iter().map(|(p, words)| serde_json::json!({
                "file": p.file, "line": p.line, "column": p.column, "message": words,
            })).collect::<Vec<_>>(),
        })
    }
}

/// One line: `file:line:column: severity[CODE]: message`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(p) = &self.place {
            write!(f, "{}:{}:{}: ", p.file, p.line, p.column)?;
        }
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)
    }
}

fn snippet<'a>(
    place: &'a Place,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let byte_at =
        |chars: usize| place.source_line.char_indices().nth(chars).map_or(place.source_line.len(), |(i, _)| i);
    let start = byte_at(place.column.saturating_sub(1));
    let end = byte_at(place.column.saturating_sub(1) + place.length).max(start);
    let annotation = kind.span(start..end);
    let annotation = match label {
        Some(words) => annotation.label(words),
        None => annotation,
    };
    Snippet::source(place.source_line.as_str()).line_start(place.line).path(place.file.as_str()).annotation(annotation)
}

/// The known name nearest to `wrong`, when one is near enough to be what was meant: Damerau-Levenshtein of at most a
/// third of its length, or one name beginning with the other.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            let lower = name.to_lowercase();
            let near = wrong.len() >= 3 && (lower.starts_with(&wrong) || wrong.starts_with(&lower));
            (if near { 1 } else { strsim::damerau_levenshtein(&wrong, &lower) }, name)
        })
        .filter(|(distance, name)| *distance <= (name.chars().count().max(wrong.chars().count()) / 3).max(1))
        .min_by_key(|&(distance, name)| (distance, name))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes() {
        let place = Place::in_text("a.md", "é = 1\nüb = 2\r\n", 11..12);
        assert_eq!((place.line, place.column, place.length), (2, 4, 1));
        assert_eq!(place.source_line, "üb = 2");
    }

    #[test]
    fn a_place_outside_the_text_or_inside_a_character_is_moved_not_panicked_on() {
        assert_eq!(Place::in_text("a", "é", 1..2).column, 1);
        assert_eq!(Place::in_text("a", "abc\n", 99..120).line, 2);
        assert_eq!(Place::in_text("a", "", Range { start: 5, end: 3 }).column, 1);
    }

    #[test]
    fn the_caret_points_at_the_word() {
        let text = "question = \"x\"\nphrasing = []\n";
        let shown = Diagnostic::new("FAQ103", Severity::Warning, "unknown key `phrasing`")
            .at(Place::in_text("faq/a.md", text, 15..23))
            .with_help("did you mean `phrasings`?")
            .render(false);
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn the_nearest_name_is_offered_only_when_near() {
        let keys = ["question", "phrasings", "related", "reviewed"];
        assert_eq!(nearest("phrasing", keys), Some("phrasings"));
        assert_eq!(nearest("reviwed", keys), Some("reviewed"));
        assert_eq!(nearest("banana", keys), None);
    }
}
