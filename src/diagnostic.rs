//! Findings: a code, a severity, a place, a message and what to type instead.
//!
//! Owns how a problem in a text file is described and printed, for people (source line and caret) and for programs
//! (JSON), and how a kind of problem is explained ([`Rule`]). Never reads a file and never decides what is a problem.

mod place;
mod rule;

use std::fmt;

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use serde::Serialize;

pub(crate) use place::floor_char_boundary;
pub use place::{Excerpt, Place, SourceFile, SourceMap, Span, Spanned};
pub use rule::Rule;

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
    /// How many findings it is: more than one when it stands for others of its kind that are not shown.
    pub count: usize,
}

impl Diagnostic {
    /// A finding without a place, related places or help yet.
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: one_line(message.into()),
            place: None,
            related: Vec::new(),
            help: None,
            count: 1,
        }
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
            self.related.push((place, one_line(words.into())));
        }
        self
    }

    /// The same with a sentence on what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, standing for so many.
    #[must_use]
    pub fn times(mut self, count: usize) -> Self {
        self.count = count;
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
            .elements(self.place.iter().map(|p| shown(p, AnnotationKind::Primary, None)));
        for (place, words) in &self.related {
            group = group.element(match place.excerpt {
                Some(_) => shown(place, AnnotationKind::Context, Some(words)),
                None => Level::NOTE.message(format!("{words}: {}:{}:{}", place.file, place.line, place.column)).into(),
            });
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = renderer.render(&[group]);
        put_true_columns(&mut text, self.place.iter().chain(self.related.iter().map(|(place, _)| place)));
        text.push('\n');
        text
    }

    /// For programs: one JSON object with `code`, `severity`, `message`, `file`, `line`, `column`, `help`, `related`,
    /// `count`.
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
            "count": self.count,
        })
    }
}

/// What is quoted may have line breaks and other characters that are none: they are written as escapes.
fn one_line(text: String) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if !text.contains(breaks) {
        return text;
    }
    text.chars().fold(String::new(), |mut line, c| {
        if breaks(c) {
            line.extend(c.escape_default())
        } else {
            line.push(c)
        }
        line
    })
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

/// A place as the renderer takes it: with the source line and a caret, or the place alone.
fn shown<'a>(place: &'a Place, kind: AnnotationKind, label: Option<&'a str>) -> Element<'a> {
    let Some(Excerpt { text, skipped }) = &place.excerpt else {
        return Element::Origin(Origin::path(place.file.as_str()).line(place.line).char_column(place.column));
    };
    let byte_at = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(i, _)| i);
    let column = place.column.saturating_sub(1 + skipped);
    let start = byte_at(column);
    let end = byte_at(column + place.length).max(start);
    let annotation: Annotation<'a> = kind.span(start..end);
    let annotation = match label {
        Some(words) => annotation.label(words),
        None => annotation,
    };
    let snippet = Snippet::source(text.as_str()).line_start(place.line).path(place.file.as_str());
    Element::Cause(snippet.annotation(annotation))
}

/// The renderer counts columns from the beginning of what it is shown. Where that is not the beginning of the line, it
/// names a wrong one, which this puts right. `places` are in the order in which they were rendered.
fn put_true_columns<'a>(text: &mut String, places: impl Iterator<Item = &'a Place>) {
    // Places stand below the message, which may say anything.
    let mut from = text.find('\n').unwrap_or(text.len());
    for place in places {
        let Some(excerpt) = place.excerpt.as_ref().filter(|excerpt| excerpt.skipped > 0) else { continue };
        let wrong = format!("{}:{}:{}", place.file, place.line, place.column.saturating_sub(excerpt.skipped));
        let Some(at) = text.get(from..).and_then(|rest| rest.find(&wrong)).map(|at| from + at) else { continue };
        let right = format!("{}:{}:{}", place.file, place.line, place.column);
        text.replace_range(at..at + wrong.len(), &right);
        from = at + right.len();
    }
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
    fn the_caret_points_at_the_word() {
        let text = "question = \"x\"\nphrasing = []\n";
        let shown = Diagnostic::new("FAQ103", Severity::Warning, "unknown key `phrasing`")
            .at(Place::in_text("faq/a.md", text, 15..23))
            .with_help("did you mean `phrasings`?")
            .render(false);
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn a_message_is_one_line_whatever_it_quotes() {
        let finding = Diagnostic::new("FAQ103", Severity::Warning, "unknown key `a\r\nb\u{2028}c`");
        assert_eq!(finding.message, r"unknown key `a\r\nb\u{2028}c`");
        assert_eq!(finding.to_string().lines().count(), 1);
    }

    #[test]
    fn a_place_far_along_a_long_line_is_shown_with_what_is_around_it_and_its_true_column() {
        let long = format!("[{}{{\"id\": \"wrong id\"}}{}]\n", "{\"id\": \"a\"}, ".repeat(300), ", {}".repeat(300));
        let at = long.find("\"wrong").unwrap();
        let finding = Diagnostic::new("FAQ107", Severity::Error, "`wrong id` cannot be an id (see data.json:1:61)")
            .at(Place::in_text("data.json", &long, at..at + 10))
            .with_related(Some(Place::in_text("data.json", &long, 2..6)), "as in this one");
        assert_eq!(finding.to_json()["column"], at + 1);
        let shown = finding.render(false);
        assert!(shown.contains(&format!("--> data.json:1:{}\n", at + 1)), "{shown}");
        insta::assert_snapshot!(shown);
        let colored = finding.render(true);
        assert!(colored.contains(&format!("data.json:1:{}", at + 1)), "{colored}");
    }

    #[test]
    fn what_is_about_a_file_as_a_whole_is_shown_without_a_line_of_it() {
        let files = SourceMap::new(vec![SourceFile { path: "faq/a b.md".into(), text: "+++\n".into() }]);
        let shown = Diagnostic::new("FAQ107", Severity::Error, "`a b` cannot be an id")
            .at(files.place(Span::new(0, 0..0)))
            .with_help("rename the file")
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
