//! `topics.toml`, `sources.toml` and `lexicon.toml`.

use std::collections::BTreeMap;

use super::entry::{Format, Reader};
use super::raw::{Field, Raw, RawKind};
use super::{Lexicon, Source, Topic, markdown_file, syntax};
use crate::diagnostic::{Span, Spanned};
use crate::engine::lint::{self, Findings};

/// Sources by id, each with where its id is written.
pub(super) type Sources = BTreeMap<String, (Source, Span)>;

const TOPIC_KEYS: [&str; 3] = ["id", "title", "emoji"];
const SOURCE_KEYS: [&str; 6] = ["id", "title", "publisher", "url", "as_of", "tier"];
const LEXICON_KEYS: [&str; 3] = ["protected", "synonyms", "abbreviations"];

/// The topics, in order.
pub(super) fn topics(file: u32, text: &str, findings: &mut Findings<'_>) -> Vec<Topic> {
    let mut topics: Vec<(Topic, Span)> = Vec::new();
    for (whole, fields) in tables(file, text, "topic", findings) {
        let mut reader = Reader { file, findings, wrong_type: lint::SETTING_WRONG_TYPE, format: Format::Toml };
        let (mut topic, mut id_span) = (Topic::default(), whole);
        for field in &fields {
            match field.key.as_str() {
                "id" => {
                    if let Some(id) = reader.text(field) {
                        (topic.id, id_span) = (id.value, id.span);
                    }
                }
                "title" => topic.title = reader.text(field).map(|t| t.value).unwrap_or_default(),
                "emoji" => topic.emoji = reader.text(field).map(|t| t.value).filter(|e| !e.is_empty()),
                _ => reader.unknown(&lint::SETTING_UNKNOWN_KEY, field, &TOPIC_KEYS, None),
            }
        }
        if topic.id.is_empty() {
            findings.report(&lint::SETTING_WITHOUT_ID, whole, "this topic has no id; it is left out", |finding| {
                finding.with_help("write id = \"the name of the folder\"")
            });
            continue;
        }
        if let Some((_, first)) = topics.iter().find(|(other, _)| other.id == topic.id) {
            let first = findings.files().place(*first);
            let message = format!("the topic `{}` is listed twice; this one is left out", topic.id);
            findings.report(&lint::DUPLICATE_TOPIC, id_span, message, |finding| {
                finding.with_related(first, "first listed here").with_help("take one of the two out")
            });
            continue;
        }
        if topic.title.is_empty() {
            topic.title.clone_from(&topic.id);
        }
        topics.push((topic, id_span));
    }
    topics.into_iter().map(|(topic, _)| topic).collect()
}

/// Adds the sources.
pub(super) fn sources(file: u32, text: &str, findings: &mut Findings<'_>, sources: &mut Sources) {
    for (whole, fields) in tables(file, text, "source", findings) {
        let mut reader = Reader { file, findings, wrong_type: lint::SETTING_WRONG_TYPE, format: Format::Toml };
        let (mut source, mut id_span) = (Source::default(), whole);
        for field in &fields {
            match field.key.as_str() {
                "id" => {
                    if let Some(id) = reader.text(field) {
                        (source.id, id_span) = (id.value, id.span);
                    }
                }
                "title" => source.title = reader.text(field).map(|t| t.value).unwrap_or_default(),
                "publisher" => source.publisher = filled(reader.text(field)),
                "url" => source.url = address(&mut reader, field),
                "as_of" => source.as_of = as_of(&mut reader, field),
                "tier" => source.tier = filled(reader.text(field)),
                _ => reader.unknown(&lint::SETTING_UNKNOWN_KEY, field, &SOURCE_KEYS, None),
            }
        }
        if source.id.is_empty() {
            findings.report(&lint::SETTING_WITHOUT_ID, whole, "this source has no id; it is left out", |finding| {
                finding.with_help("write id = \"a-short-name\", and that name in the `sources` of entries")
            });
            continue;
        }
        if let Some((_, first)) = sources.get(&source.id) {
            let first = findings.files().place(*first);
            let message = format!("the source `{}` is listed twice; this one is left out", source.id);
            findings.report(&lint::DUPLICATE_SOURCE, id_span, message, |finding| {
                finding
                    .with_related(first, "first listed here")
                    .with_help("give one of them another id, or take it out")
            });
            continue;
        }
        if source.title.is_empty() {
            let message = format!("the source `{}` has no title; its id is shown instead", source.id);
            findings.report(&lint::SOURCE_WITHOUT_TITLE, id_span, message, |finding| {
                finding.with_help("write title = \"the title of the page\"")
            });
            source.title.clone_from(&source.id);
        }
        sources.insert(source.id.clone(), (source, id_span));
    }
}

/// The lexicon.
pub(super) fn lexicon(file: u32, text: &str, findings: &mut Findings<'_>) -> Lexicon {
    let mut lexicon = Lexicon::default();
    let fields = fields(file, text, findings);
    let mut reader = Reader { file, findings, wrong_type: lint::SETTING_WRONG_TYPE, format: Format::Toml };
    for field in &fields {
        match field.key.as_str() {
            "protected" => lexicon.protected = reader.list(field),
            "synonyms" => lexicon.synonyms = groups(&mut reader, field),
            "abbreviations" => lexicon.abbreviations = abbreviations(&mut reader, field),
            _ => reader.unknown(&lint::SETTING_UNKNOWN_KEY, field, &LEXICON_KEYS, None),
        }
    }
    lexicon
}

fn groups(reader: &mut Reader<'_, '_>, field: &Field) -> Vec<Vec<Spanned<String>>> {
    const EXAMPLE: &str = "synonyms = [[\"salary\", \"pay\", \"wage\"], [\"exam\", \"test\"]]";
    let RawKind::List(items) = &field.value.kind else {
        let lint = reader.wrong_type;
        reader.wrong(&lint, &field.key, &field.value, "a list of lists", EXAMPLE);
        return Vec::new();
    };
    let mut groups = Vec::with_capacity(items.len());
    for item in items {
        let RawKind::List(_) = &item.kind else {
            let lint = reader.wrong_type;
            reader.wrong(&lint, "a group of synonyms", item, "a list in its own brackets", EXAMPLE);
            continue;
        };
        let inner = Field { key: field.key.clone(), key_span: field.key_span.clone(), value: item.clone() };
        let group = reader.list(&inner);
        if group.len() < 2 {
            let message = "a group of synonyms needs at least two words; this one is left out";
            let span = Span::new(reader.file, item.span.clone());
            reader.findings.report(&lint::EMPTY_GROUP, span, message, |finding| {
                finding.with_help("add another word that means the same, or take the group out")
            });
            continue;
        }
        groups.push(group);
    }
    groups
}

fn abbreviations(reader: &mut Reader<'_, '_>, field: &Field) -> Vec<(Spanned<String>, String)> {
    let RawKind::Table(fields) = &field.value.kind else {
        let lint = reader.wrong_type;
        reader.wrong(
            &lint,
            &field.key,
            &field.value,
            "pairs of a short and a long form",
            "abbreviations = { hr = \"hour\", wk = \"week\" }",
        );
        return Vec::new();
    };
    let mut pairs: Vec<(Spanned<String>, String)> = Vec::with_capacity(fields.len());
    for inner in fields {
        let short = Spanned::new(inner.key.trim().to_owned(), Span::new(reader.file, inner.key_span.clone()));
        let Some(long) = filled(reader.text(inner)) else { continue };
        if let Some((first, _)) = pairs.iter().find(|(other, _)| other.to_lowercase() == short.to_lowercase()) {
            let first = reader.findings.files().place(first.span);
            let message = format!("the abbreviation `{}` is given twice; this one is left out", *short);
            reader.findings.report(&lint::REPEATED_ABBREVIATION, short.span, message, |finding| {
                finding
                    .with_related(first, "first given here")
                    .with_help("keep one of the two (case makes no difference)")
            });
            continue;
        }
        pairs.push((short, long));
    }
    pairs
}

fn filled(text: Option<Spanned<String>>) -> Option<String> {
    text.map(|text| text.value).filter(|text| !text.is_empty())
}

/// A date or year, in quotes or not.
fn as_of(reader: &mut Reader<'_, '_>, field: &Field) -> Option<String> {
    match &field.value.kind {
        RawKind::Number(year) => Some(year.to_string()),
        RawKind::Date(date) => Some(date.to_string()),
        _ => filled(reader.text(field)),
    }
}

fn address(reader: &mut Reader<'_, '_>, field: &Field) -> Option<String> {
    let url = reader.text(field)?;
    if url.is_empty() {
        return None;
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    if host.is_some_and(|host| host.contains('.')) && !url.contains(char::is_whitespace) {
        return Some(url.value);
    }
    let message = format!("`{}` is not a web address; the source is shown without a link", url.value);
    reader.findings.report(&lint::BAD_URL, url.span, message, |finding| {
        finding.with_help("copy the address from the browser; it begins with https:// and has no spaces")
    });
    None
}

/// All keys of a settings file, mistakes reported.
fn fields(file: u32, text: &str, findings: &mut Findings<'_>) -> Vec<Field> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (fields, mistakes) = syntax::parse(text, start..text.len());
    markdown_file::report_mistakes(&lint::SETTINGS_SYNTAX, file, mistakes, findings);
    fields
}

/// The `[[name]]` tables of a settings file, each with its place and keys.
fn tables(file: u32, text: &str, name: &str, findings: &mut Findings<'_>) -> Vec<(Span, Vec<Field>)> {
    let mut found = Vec::new();
    for field in fields(file, text, findings) {
        let mut reader = Reader { file, findings, wrong_type: lint::SETTING_WRONG_TYPE, format: Format::Toml };
        let example = format!("[[{name}]] with two brackets above each {name}");
        match field.value.kind {
            _ if field.key != name => {
                reader.unknown(&lint::SETTING_UNKNOWN_KEY, &field, &[name], Some(&format!("write {example}")))
            }
            RawKind::List(items) => {
                for item in items {
                    match item {
                        Raw { kind: RawKind::Table(fields), span } => found.push((Span::new(file, span), fields)),
                        other => reader.wrong(&lint::SETTING_WRONG_TYPE, name, &other, "a table", &example),
                    }
                }
            }
            RawKind::Table(_) => {
                let message = format!("[{name}] needs two brackets on each side; what is below it is ignored");
                let span = Span::new(file, field.key_span.clone());
                findings.report(&lint::SETTING_WRONG_TYPE, span, message, |finding| {
                    finding.with_help(format!("write {example}"))
                });
            }
            _ => reader.wrong(&lint::SETTING_WRONG_TYPE, name, &field.value, "a list of tables", &example),
        }
    }
    found
}
