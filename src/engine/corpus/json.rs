//! Bulk entries: a JSON array of objects.

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::entry::{self, Built, Origin};
use super::raw;
use crate::diagnostic::Span;
use crate::engine::lint::{self, Findings};

/// What became of the entries of the array in `text`. Of a broken file, the entries before the break.
pub(super) fn parse(file: u32, text: &str, findings: &mut Findings<'_>) -> Vec<Built> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - json.len();
    let first = offset + (json.len() - json.trim_start().len());
    if json.trim_start().starts_with('{') {
        let message = "a JSON file of entries is a list, but this one begins with {";
        findings.report(&lint::JSON_NOT_A_LIST, Span::new(file, first..first + 1), message, |finding| {
            finding.with_help("put [ before the first { and ] after the last }, and a comma between two entries")
        });
        return Vec::new();
    }
    let mut objects: Vec<&RawValue> = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let outcome = Collect(&mut objects).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    let mut entries = Vec::with_capacity(objects.len());
    for raw in &objects {
        let range = raw::json_span(text, raw);
        // The whole object would be a long caret.
        let object = Span::new(file, range.start..range.start + 1);
        let Some(fields) = raw::from_json(text, raw) else {
            let message = "each element of the list should be an entry in { }, but this one is not; it is left out";
            findings.report(&lint::JSON_NOT_AN_ENTRY, object, message, |finding| {
                finding.with_help("write {\"id\": \"my-question\", \"question\": \"...\", \"answer\": \"...\"}")
            });
            continue;
        };
        entries.push(entry::build(file, &fields, Origin::Json { object }, false, findings));
    }
    if let Err(error) = outcome {
        let at = offset + byte_at(json, error.line(), error.column());
        let (message, help) = words(&error, json.trim().is_empty(), text.as_bytes().get(at).copied());
        let message = match objects.len() {
            0 => message,
            read => format!("{message}; what follows is not read (entries before it: {read})"),
        };
        findings.report(&lint::JSON_SYNTAX, Span::new(file, at..at + 1), message, |finding| finding.with_help(help));
    }
    entries
}

/// Takes the elements of an array as slices of the text, keeping those before a mistake.
struct Collect<'a, 'de>(&'a mut Vec<&'de RawValue>);

impl<'de> DeserializeSeed<'de> for Collect<'_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Collect<'_, 'de> {
    type Value = ();
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of entries")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while let Some(element) = sequence.next_element()? {
            self.0.push(element);
        }
        Ok(())
    }
}

/// The byte of a line and column that count from 1; the column counts bytes, and is 0 at a line's beginning.
fn byte_at(text: &str, line: usize, column: usize) -> usize {
    let line_start = match line.saturating_sub(2) {
        _ if line <= 1 => 0,
        breaks => text.match_indices('\n').nth(breaks).map_or(text.len(), |(at, _)| at + 1),
    };
    (line_start + column.saturating_sub(1)).min(text.len())
}

/// What is wrong with a text that should be JSON: the line, from 1, what it is in words, and what to type.
pub fn slip(json: &str, error: &serde_json::Error) -> (usize, String, &'static str) {
    let at = byte_at(json, error.line(), error.column());
    let (message, help) = words(error, json.trim().is_empty(), json.as_bytes().get(at).copied());
    (error.line(), message, help)
}

fn words(error: &serde_json::Error, empty: bool, found: Option<u8>) -> (String, &'static str) {
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or(&full);
    let known: [(&str, &str, &str); 9] = [
        ("trailing comma", "there is a comma after the last element", "take out the comma before this ] or }"),
        ("trailing characters", "there is something after the end of the list", "take out what follows the last ]"),
        (
            "expected `,` or `]`",
            "a comma or the closing ] is missing",
            "put a comma between two elements, and ] at the end",
        ),
        (
            "expected `,` or `}`",
            "a comma or the closing } is missing",
            "put a comma between two keys, and } after the last; a quote inside a text is written \\\"",
        ),
        ("expected `:`", "a : is missing between a key and its value", "write \"key\": \"value\""),
        (
            "key must be a string",
            "a key is not in double quotes",
            "write \"question\": \"...\" with straight double quotes",
        ),
        (
            "EOF while parsing",
            "the file ends too early",
            "close every { with }, every [ with ] and every text with a quote",
        ),
        (
            "control character",
            "a line break or tab stands inside a text",
            "write \\n for a line break and \\t for a tab",
        ),
        ("invalid escape", "a backslash \\ has a special meaning here", "type \\\\ for one backslash"),
    ];
    // The parser asks for the next key; who typed this sees a comma too many.
    let message =
        if matches!(found, Some(b'}' | b']')) && message.contains("key must be") { "trailing comma" } else { message };
    if empty {
        return (
            "this file is empty".to_owned(),
            "write [ ] with the entries between the brackets, or delete the file",
        );
    }
    match known.iter().find(|(part, _, _)| message.contains(part)) {
        Some((_, meaning, help)) => ((*meaning).to_owned(), help),
        None => (
            format!("this is not JSON the bot can read ({message})"),
            "write [{\"id\": \"my-question\", \"question\": \"...\", \"answer\": \"...\"}] with straight double quotes",
        ),
    }
}
