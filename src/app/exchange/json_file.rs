//! Entries as JSON: the objects that the FAQ folder holds in `.json` files, and what is near to them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::columns::{self, COLUMNS, Key, Value};
use super::{Row, Table, Unreadable};
use crate::app::entry_text::NewEntry;
use crate::engine::corpus::json_slip;

/// An entry in the order of its keys; what says nothing is left out.
#[derive(Serialize)]
struct Object<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<&'a str>,
    question: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    phrasings: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tests: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    not: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    sources: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    related: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    review_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    short: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    answer: &'a str,
}

impl<'a> From<&'a NewEntry> for Object<'a> {
    fn from(entry: &'a NewEntry) -> Self {
        Self {
            id: &entry.id,
            topic: entry.topic.as_deref(),
            question: &entry.question,
            phrasings: &entry.phrasings,
            tests: &entry.tests,
            not: &entry.not,
            sources: &entry.sources,
            related: &entry.related,
            reviewed: entry.reviewed.map(|date| date.to_string()),
            review_days: entry.review_days,
            claim: entry.claim.map(crate::engine::corpus::Claim::name),
            short: entry.short.as_deref(),
            owner: entry.owner.as_deref(),
            kind: (entry.kind != crate::engine::corpus::Kind::default()).then(|| entry.kind.name()),
            answer: &entry.answer,
        }
    }
}

/// The array of these entries, as `faq/**/*.json` holds them.
pub fn write(entries: &[NewEntry]) -> String {
    let objects: Vec<Object<'_>> = entries.iter().map(Object::from).collect();
    // Texts and numbers can always be written.
    serde_json::to_string_pretty(&objects).unwrap_or_default() + "\n"
}

/// What the array in `text` holds, or the object, or the objects one a line. An object with a list of objects in it stands
/// for that list.
///
/// # Errors
///
/// When it is no JSON, with the place and what to type instead; or when there are no objects in it.
pub fn read(text: &str) -> Result<Table, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match serde_json::from_str(text) {
        Ok(Json::Array(items)) => Ok(table(items.into_iter().map(Ok), "entry")),
        Ok(Json::Object(object)) => {
            let is_entry = columns::keys(&names([&object])).contains(&Some(Key::Question));
            let lists =
                object.values().find_map(|value| value.as_array().filter(|list| list.iter().any(Json::is_object)));
            match lists.filter(|_| !is_entry) {
                Some(list) => Ok(table(list.iter().cloned().map(Ok), "entry")),
                None => Ok(table(std::iter::once(Ok(Json::Object(object))), "entry")),
            }
        }
        Ok(_) => Err(no_json()),
        Err(error) => lines(text).ok_or_else(|| {
            let (line, what, help) = json_slip(text, &error);
            Unreadable { what: format!("line {line}: {what}"), help: help.to_owned() }
        }),
    }
}

/// What a file is that should be JSON and is none.
pub fn no_json() -> Unreadable {
    Unreadable {
        what: "there are no entries in this file".into(),
        help: "write [{\"question\": \"...\", \"answer\": \"...\"}], or one such object a line; of another kind of file, say \
               which: --format csv, --format faqpage"
            .into(),
    }
}

/// One object a line; `None` when the first line is none.
fn lines(text: &str) -> Option<Table> {
    let mut items = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, first) = items.clone().next()?;
    serde_json::from_str::<Map<String, Json>>(first).ok()?;
    let mut numbers = Vec::new();
    let values = items.by_ref().map(|(at, line)| {
        numbers.push(at + 1);
        serde_json::from_str(line).map_err(|error| {
            let (_, what, help) = json_slip(line, &error);
            format!("{what}: {help}")
        })
    });
    let values: Vec<Result<Json, String>> = values.collect();
    let mut table = table(values.into_iter(), "line");
    for (row, number) in table.rows.iter_mut().zip(numbers) {
        row.number = number;
    }
    Some(table)
}

fn table(items: impl Iterator<Item = Result<Json, String>>, unit: &'static str) -> Table {
    let items: Vec<Result<Json, String>> = items.collect();
    let names = names(items.iter().filter_map(|item| item.as_ref().ok()?.as_object()));
    let keys = columns::keys(&names);
    let known: BTreeMap<&str, Key> =
        names.iter().zip(&keys).filter_map(|(name, key)| Some((name.as_str(), (*key)?))).collect();
    let unknown = names.iter().zip(&keys).filter(|(_, key)| key.is_none()).map(|(name, _)| name.clone()).collect();
    let row = |(at, item): (usize, Result<Json, String>)| {
        let mut row = Row { number: at + 1, ..Row::default() };
        match item {
            Ok(Json::Object(object)) => {
                for (name, value) in &object {
                    let Some(key) = known.get(name.as_str()) else { continue };
                    match read_value(value) {
                        Ok(value) => row.values.extend(value.map(|value| (*key, value))),
                        Err(what) => {
                            row.problem = Some(format!("`{name}` should be a text or a list of texts, but is {what}"))
                        }
                    }
                }
            }
            Ok(_) => row.problem = Some("it is no object: write {\"question\": \"...\", \"answer\": \"...\"}".into()),
            Err(why) => row.problem = Some(why),
        }
        row
    };
    Table { rows: items.into_iter().enumerate().map(row).collect(), unknown, notes: Vec::new(), unit }
}

/// The names of all keys, in the order of our columns where they are ours.
fn names<'a>(objects: impl IntoIterator<Item = &'a Map<String, Json>>) -> Vec<String> {
    let names: BTreeSet<&String> = objects.into_iter().flat_map(Map::keys).collect();
    let own = |name: &String| COLUMNS.iter().position(|column| column.name == name).unwrap_or(COLUMNS.len());
    let mut names: Vec<String> = names.into_iter().cloned().collect();
    names.sort_by_key(own);
    names
}

/// A text or a list of them; nothing for `null`.
fn read_value(value: &Json) -> Result<Option<Value>, &'static str> {
    let text = |value: &Json| match value {
        Json::String(text) => Ok(Some(text.clone())),
        Json::Number(number) => Ok(Some(number.to_string())),
        Json::Bool(yes) => Ok(Some(yes.to_string())),
        Json::Null => Ok(None),
        Json::Array(_) => Err("a list of lists"),
        Json::Object(_) => Err("an object"),
    };
    match value {
        Json::Array(items) => {
            let texts: Vec<Option<String>> = items.iter().map(text).collect::<Result<_, _>>()?;
            Ok(Some(Value::List(texts.into_iter().flatten().collect())))
        }
        value => Ok(text(value)?.map(Value::Text)),
    }
}
