//! What a mistake in TOML means in words for people who do not program, and what to type instead.
//!
//! Owns the guesses at what the author meant; the TOML parser recovers from most mistakes, so several are reported at
//! once, one for each line.

use std::ops::Range;

use toml::de::DeTable;

use super::raw::{self, Field};
use crate::diagnostic::floor_char_boundary;

/// One mistake.
pub(super) struct Mistake {
    /// Bytes of the file.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to type.
    pub help: String,
    /// Another place that belongs to it, with a few words.
    pub related: Option<(Range<usize>, &'static str)>,
}

/// Whoever has made this many mistakes in one file will look at the first ones.
const MOST_MISTAKES: usize = 200;

/// The fields of the TOML text at `range` of `file_text` that can be trusted, and the mistakes: at most one a line.
pub(super) fn parse(file_text: &str, range: Range<usize>) -> (Vec<Field>, Vec<Mistake>) {
    let text = file_text.get(range.clone()).unwrap_or_default();
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut fields = raw::from_toml(table.get_ref(), range.start);
    let mut mistakes: Vec<Mistake> = Vec::new();
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut errors: Vec<(Range<usize>, String)> =
        errors.into_iter().map(|error| (error.span().unwrap_or(0..0), error.message().to_owned())).collect();
    errors.sort_by_key(|(at, _)| at.start);
    errors.truncate(MOST_MISTAKES);
    for (at, message) in errors {
        let line = line_at(text, at.start);
        let before = lines.last().is_some_and(|last: &Range<usize>| last.end + 1 == line.start);
        // A text that does not end takes the comma after it along.
        let aftermath = before && message.contains("missing comma") && text[line.clone()].trim_start().starts_with('"');
        if lines.contains(&line) || aftermath {
            continue;
        }
        lines.push(line.clone());
        let inside_list = ["array", "missing comma", "must be quoted"].iter().any(|part| message.contains(part));
        if inside_list && is_key(&text[line.clone()], at.start.saturating_sub(line.start)) {
            mistakes.push(unclosed_list(text, range.start, &line));
            // The list has swallowed what follows, so what is said about that is of no use.
            lines.push(line.start..text.len());
            break;
        }
        mistakes.push(explain(text, range.start, &line, at, &message, &fields));
    }
    mistakes.sort_by_key(|mistake| mistake.span.start);
    let trusted = |field: &Field| {
        let touched = field.key_span.start..field.value.span.end.max(field.key_span.end);
        !lines.iter().any(|line| line.start + range.start < touched.end && touched.start < line.end + range.start)
    };
    fields.retain(trusted);
    (fields, mistakes)
}

/// Whether what stands at byte `at` of a line is its key, which cannot be inside a list.
fn is_key(line: &str, at: usize) -> bool {
    line.split_once('=').is_some_and(|(key, _)| {
        let word = key.trim();
        at <= key.len() && !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    })
}

fn unclosed_list(text: &str, offset: usize, line: &Range<usize>) -> Mistake {
    let line_end = line.start + text[line.clone()].trim_end().len();
    let begins = text[..line.start].rfind('[').map(|at| at + offset..at + 1 + offset);
    Mistake {
        span: line.start + offset..line_end + offset,
        message: "the list above this line does not end".to_owned(),
        help: "close the list with ] after its last text".to_owned(),
        related: begins.map(|begins| (begins, "the list begins here")),
    }
}

/// The line `at` is on, without its line break.
fn line_at(text: &str, at: usize) -> Range<usize> {
    let at = floor_char_boundary(text, at);
    // A mistake noticed at the very end belongs to the last line with something on it.
    let at = if at == text.len() { text.trim_end().len() } else { at };
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    start..end
}

fn explain(
    text: &str,
    offset: usize,
    line: &Range<usize>,
    at: Range<usize>,
    message: &str,
    fields: &[Field],
) -> Mistake {
    let line_text = text[line.clone()].trim_end();
    let shift = |range: Range<usize>| range.start + offset..range.end + offset;
    let whole_line = {
        let indent = line_text.len() - line_text.trim_start().len();
        line.start + indent..line.start + line_text.len()
    };
    let point = if at.is_empty() { at.start..(at.start + 1).min(text.len()) } else { at.clone() };
    let mistake =
        |span: Range<usize>, message: String, help: String| Mistake { span: shift(span), message, help, related: None };
    let curly = line_text.char_indices().find(|(_, c)| "“”„‟«»‘’".contains(*c));
    let key = line_text.split(['=', ':']).next().unwrap_or_default().trim();
    let value = line_text.split_once('=').map(|(_, value)| value.trim());
    let expects_quotes = message.contains("must be quoted") || message.contains("unquoted key");

    if message.contains("duplicate key") {
        let mut found = mistake(
            at.clone(),
            format!("`{}` is given twice", &text[at]),
            "keep one of the two lines; a list can hold several texts: [\"one\", \"two\"]".to_owned(),
        );
        let first = fields.iter().find(|field| field.key == key).map(|field| field.key_span.clone());
        found.related = first.map(|span| (span, "first given here"));
        return found;
    }
    if let Some((column, c)) = curly.filter(|_| expects_quotes) {
        return mistake(
            line.start + column..line.start + column + c.len_utf8(),
            format!("curly quotes ({c}) cannot be used here"),
            "type straight quotes: \" before and after the text (word processors change them on their own)".to_owned(),
        );
    }
    if message.contains("unclosed array") {
        return mistake(
            whole_line,
            "a list that begins with [ does not end".to_owned(),
            "close the list with ] after its last text, before the next key".to_owned(),
        );
    }
    if message.contains("missing comma between array elements") && !text[..at.start].trim_end().ends_with(',') {
        return mistake(
            point,
            "a comma is missing between two texts of a list".to_owned(),
            "put a comma after each text: [\"one\", \"two\"]".to_owned(),
        );
    }
    if message.contains("multi-line") {
        let quotes = text[..at.start].rfind("\"\"\"").or_else(|| text[..at.start].rfind("'''"));
        return mistake(
            quotes.map_or(point, |start| start..start + 3),
            "a text that begins with three quotes does not end".to_owned(),
            "close it with three quotes".to_owned(),
        );
    }
    if message.contains("escaped value") || message.contains("escape") {
        return mistake(
            point,
            "a backslash \\ has a special meaning inside double quotes".to_owned(),
            "type \\\\ for one backslash, or put the text in single quotes: 'a\\b'".to_owned(),
        );
    }
    if message.contains("invalid basic string")
        || message.contains("invalid literal string")
        || message.contains("missing opening quote")
        || (message.contains("missing comma") && line_text.matches('"').count() % 2 == 1)
    {
        let ending = if line_text.trim_end().ends_with(',') { "before the comma" } else { "at the end of the text" };
        return mistake(
            whole_line,
            "a quote is missing: the text does not end on its line".to_owned(),
            format!("put a closing \" {ending}; a text over several lines begins and ends with three quotes: \"\"\""),
        );
    }
    if message.contains("unexpected key or value") {
        let single = value.is_some_and(|value| value.starts_with('\''));
        let quotes = value.is_some_and(|value| value.matches(if single { '\'' } else { '"' }).count() > 2);
        if single && value.is_some_and(|value| value.matches('\'').count() >= 2) {
            return mistake(
                point,
                "the text ends here, because of an apostrophe in it".to_owned(),
                "put the text in double quotes: \"it's\"".to_owned(),
            );
        }
        if quotes && !text[at.start..].trim_start().starts_with(',') {
            return mistake(
                point,
                "the text ends here, because of a quote inside it".to_owned(),
                "type \\\" for a quote inside the text, or put the whole text in single quotes: 'the \"big\" exam'"
                    .to_owned(),
            );
        }
        return mistake(
            point,
            "there is something after the value that does not belong there".to_owned(),
            "one key and one value on each line; a comma between values works only inside [ ]; a note begins with #"
                .to_owned(),
        );
    }
    if message.contains("invalid date")
        || message.contains("invalid time")
        || (matches!(key, "reviewed") && (message.contains("invalid") || expects_quotes))
    {
        return mistake(
            value.filter(|value| !value.is_empty()).map_or(whole_line, |value| shift_in(line, line_text, value)),
            "this is not a date".to_owned(),
            "write year-month-day without quotes: reviewed = 2026-11-22".to_owned(),
        );
    }
    if message.contains("must be quoted") {
        return match value {
            Some("") => mistake(
                whole_line,
                format!("`{key}` has no value"),
                format!("write the value after the =, as in {key} = \"...\", or take the line out"),
            ),
            Some(value) if !value.starts_with('[') => mistake(
                shift_in(line, line_text, value),
                "this text has no quotes around it".to_owned(),
                format!("put it in straight quotes: {key} = \"{}\"", value.replace('"', "'")),
            ),
            _ => mistake(
                point,
                "this text has no quotes around it".to_owned(),
                "put each text of the list in straight quotes: [\"one\", \"two\"]".to_owned(),
            ),
        };
    }
    if !line_text.contains('=') && line_text.contains(':') {
        let (key, value) = line_text.split_once(':').unwrap_or((line_text, ""));
        let value = value.trim().trim_matches('"');
        return mistake(
            whole_line,
            "a key is followed by : here, but this header uses =".to_owned(),
            format!("type {} = \"{value}\"", key.trim()),
        );
    }
    if message.contains("key with no value") || message.contains("unquoted key") {
        if line_text.contains('=') {
            return mistake(
                whole_line,
                format!("`{key}` cannot be a key: a key is one word of letters, digits, - and _"),
                "write one key on each line, as in question = \"...\"".to_owned(),
            );
        }
        return mistake(
            whole_line,
            "this line is not of the form key = value".to_owned(),
            "begin a note with #, or move text that belongs to the answer below the second +++ line".to_owned(),
        );
    }
    mistake(
        point,
        format!("this cannot be read: {message}"),
        "write one key and one value on each line: question = \"...\", phrasings = [\"...\", \"...\"]".to_owned(),
    )
}

/// The bytes of `part`, which is a slice of `line_text`.
fn shift_in(line: &Range<usize>, line_text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(line_text.as_ptr() as usize);
    line.start + start..line.start + start + part.len()
}
