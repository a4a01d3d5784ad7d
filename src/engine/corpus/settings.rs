//! `topics.toml`, `sources.toml` and `lexicon.toml`.

use std::collections::BTreeMap;

use super::entry::{Format, Reader};
use super::raw::{Field, Raw, RawKind};
use super::{Lexicon, Source, Topic, markdown_file, syntax};
use crate::diagnostic::{Span, Spanned, nearest};
use crate::engine::lint::{self, Findings};
use crate::slips::{Layout, Shape, Slip};

/// Sources by id, each with where its id is written.
pub(super) type Sources = BTreeMap<String, (Source, Span)>;

const TOPIC_KEYS: [(&str, Shape); 3] = [("id", Shape::Text), ("title", Shape::Text), ("emoji", Shape::Text)];
const SOURCE_KEYS: [(&str, Shape); 6] = [
    ("id", Shape::Text),
    ("title", Shape::Text),
    ("publisher", Shape::Text),
    ("url", Shape::Text),
    ("as_of", Shape::Text),
    ("tier", Shape::Text),
];
const LEXICON_KEYS: [(&str, Shape); 3] =
    [("protected", Shape::List), ("synonyms", Shape::Groups), ("abbreviations", Shape::Pairs)];

const TOPICS: Layout<'static> = Layout {
    shape: |key| syntax::shape(&TOPIC_KEYS, key),
    tables: &[],
    repeated: &["topic"],
    is_secret: |_| false,
    stray: STRAY,
};
const SOURCES: Layout<'static> =
    Layout { shape: |key| syntax::shape(&SOURCE_KEYS, key), repeated: &["source"], ..TOPICS };
const LEXICON: Layout<'static> =
    Layout { shape: |key| syntax::shape(&LEXICON_KEYS, key), tables: &["abbreviations"], repeated: &[], ..TOPICS };

const STRAY: &str = "write key = value, or begin the line with # to make it a note";

/// The topics, in order, and whether some could not be read.
pub(super) fn topics(file: u32, text: &str, findings: &mut Findings<'_>) -> (Vec<Topic>, bool) {
    let names = syntax::names(&TOPIC_KEYS);
    let mut topics: Vec<(Topic, Span)> = Vec::new();
    let Tables { tables, lost: mut incomplete } = tables(file, text, "topic", &TOPICS, findings);
    for Table { whole, fields, broken } in tables {
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
                _ => reader.unknown(&lint::SETTING_UNKNOWN_KEY, field, &names, None),
            }
        }
        if topic.id.is_empty() {
            incomplete = true;
            if broken || is_misread("id", &fields, &names) {
                continue;
            }
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
    (topics.into_iter().map(|(topic, _)| topic).collect(), incomplete)
}

/// Adds the sources. Whether something that an entry could need was written and could not be read.
pub(super) fn sources(file: u32, text: &str, findings: &mut Findings<'_>, sources: &mut Sources) -> bool {
    let names = syntax::names(&SOURCE_KEYS);
    let Tables { tables, lost: mut incomplete } = tables(file, text, "source", &SOURCES, findings);
    for Table { whole, fields, broken } in tables {
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
                _ => reader.unknown(&lint::SETTING_UNKNOWN_KEY, field, &names, None),
            }
        }
        incomplete |= source.as_of.is_none() && (broken || is_misread("as_of", &fields, &names));
        if source.id.is_empty() {
            incomplete = true;
            if broken || is_misread("id", &fields, &names) {
                continue;
            }
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
            if !broken && !is_misread("title", &fields, &names) {
                let message = format!("the source `{}` has no title; its id is shown instead", source.id);
                findings.report(&lint::SOURCE_WITHOUT_TITLE, id_span, message, |finding| {
                    finding.with_help("write title = \"the title of the page\"")
                });
            }
            source.title.clone_from(&source.id);
        }
        sources.insert(source.id.clone(), (source, id_span));
    }
    incomplete
}

/// Whether `key` was written, rightly spelt or nearly, with something that could not be used: that has been reported.
fn is_misread(key: &str, fields: &[Field], names: &[&str]) -> bool {
    fields.iter().any(|field| match &field.value.kind {
        RawKind::Text(_) if names.contains(&field.key.as_str()) => false,
        _ => field.key == key || (!names.contains(&field.key.as_str()) && is_near(&field.key, key, names)),
    })
}

fn is_near(written: &str, key: &str, names: &[&str]) -> bool {
    nearest(written, names.iter().copied()) == Some(key)
}

/// The lexicon.
pub(super) fn lexicon(file: u32, text: &str, findings: &mut Findings<'_>) -> Lexicon {
    let names = syntax::names(&LEXICON_KEYS);
    let mut lexicon = Lexicon::default();
    let (fields, _) = fields(file, text, &LEXICON, findings);
    let mut reader = Reader { file, findings, wrong_type: lint::SETTING_WRONG_TYPE, format: Format::Toml };
    for field in &fields {
        match field.key.as_str() {
            "protected" => lexicon.protected.extend(reader.list(field)),
            "synonyms" => lexicon.synonyms.extend(groups(&mut reader, field)),
            "abbreviations" => {
                for misplaced in abbreviations(&mut reader, field, &mut lexicon.abbreviations) {
                    match misplaced.key.as_str() {
                        "protected" => lexicon.protected.extend(reader.list(misplaced)),
                        _ => lexicon.synonyms.extend(groups(&mut reader, misplaced)),
                    }
                }
            }
            _ => reader.unknown(&lint::SETTING_UNKNOWN_KEY, field, &names, None),
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
    let words: Vec<&str> = items
        .iter()
        .filter_map(|item| match &item.kind {
            RawKind::Text(text) => Some(text.trim()),
            _ => None,
        })
        .collect();
    // One group that lacks its brackets is one slip, however many words it has.
    if !words.is_empty() && words.len() == items.len() {
        let group: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
        let message = "`synonyms` should be a list of groups but is a list of texts; it is ignored";
        let span = Span::new(reader.file, field.value.span.clone());
        reader.findings.report(&lint::SETTING_WRONG_TYPE, span, message, |finding| {
            finding.with_help(format!(
                "put brackets around each group of words that mean the same: synonyms = [[{}]]",
                group.join(", ")
            ))
        });
        return Vec::new();
    }
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

/// Adds the pairs; the other keys of the lexicon among them, which belong further up.
fn abbreviations<'a>(
    reader: &mut Reader<'_, '_>,
    field: &'a Field,
    pairs: &mut Vec<(Spanned<String>, String)>,
) -> Vec<&'a Field> {
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
    let mut misplaced = Vec::new();
    for inner in fields {
        if syntax::shape(&LEXICON_KEYS, &inner.key).is_some() {
            let message = format!("`{}` stands below [abbreviations], where every line is an abbreviation", inner.key);
            let span = Span::new(reader.file, inner.key_span.clone());
            reader.findings.report(&lint::MISPLACED_SETTING, span, message, |finding| {
                finding.with_help(match &inner.value.kind {
                    RawKind::Text(text) if inner.key == "protected" => {
                        format!("write above the line [abbreviations]: protected = [{:?}]", text.trim())
                    }
                    _ => "move it up, above the line [abbreviations]".to_owned(),
                })
            });
            // With the value it should have, it is read as it was meant.
            if matches!(inner.value.kind, RawKind::List(_)) {
                misplaced.push(inner);
            }
            continue;
        }
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
    misplaced
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

/// All keys of a settings file, and its slips, which are reported.
fn fields(file: u32, text: &str, layout: &Layout<'_>, findings: &mut Findings<'_>) -> (Vec<Field>, Vec<Slip>) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (fields, slips) = syntax::parse(text, start..text.len(), layout);
    markdown_file::report_slips(&lint::SETTINGS_SYNTAX, file, slips.clone(), findings);
    (fields, slips)
}

/// The `[[name]]` tables of a settings file.
struct Tables {
    tables: Vec<Table>,
    /// Whether something was written that could not be read.
    lost: bool,
}

/// One of them.
struct Table {
    whole: Span,
    fields: Vec<Field>,
    /// Some of its lines could not be read, which has been reported: nothing is missing.
    broken: bool,
}

fn tables(file: u32, text: &str, name: &str, layout: &Layout<'_>, findings: &mut Findings<'_>) -> Tables {
    let mut found: Vec<Table> = Vec::new();
    let (fields, slips) = fields(file, text, layout, findings);
    let mut lost = false;
    for field in fields {
        let mut reader = Reader { file, findings, wrong_type: lint::SETTING_WRONG_TYPE, format: Format::Toml };
        let example = format!("[[{name}]] with two brackets above each {name}");
        match field.value.kind {
            RawKind::List(items) if field.key == name => {
                for item in items {
                    match item {
                        Raw { kind: RawKind::Table(fields), span } => {
                            found.push(Table { whole: Span::new(file, span), fields, broken: false });
                        }
                        other => {
                            lost = true;
                            reader.wrong(&lint::SETTING_WRONG_TYPE, name, &other, "a table", &example);
                        }
                    }
                }
            }
            _ if field.key != name => {
                lost = true;
                reader.unknown(&lint::SETTING_UNKNOWN_KEY, &field, &[name], Some(&format!("write {example}")));
            }
            _ => {
                lost = true;
                reader.wrong(&lint::SETTING_WRONG_TYPE, name, &field.value, "a list of tables", &example);
            }
        }
    }
    let starts: Vec<u32> = found.iter().map(|table| table.whole.start).skip(1).chain([u32::MAX]).collect();
    let mut slips =
        slips.iter().filter(|slip| slip.lost).map(|slip| Span::new(file, slip.span.clone()).start).peekable();
    // Above the first table, or in the name of one, a slip may hide a whole table.
    let hides = |slip: u32| text.get(slip as usize..).is_some_and(|rest| rest.starts_with('['));
    for (table, next) in found.iter_mut().zip(starts) {
        while let Some(slip) = slips.next_if(|slip| *slip < next) {
            let inside = slip >= table.whole.start && !hides(slip);
            table.broken |= inside;
            lost |= !inside;
        }
    }
    lost |= slips.next().is_some();
    Tables { tables: found, lost }
}
