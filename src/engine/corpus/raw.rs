//! Values as they were written, before anybody asks whether they make sense: one form for TOML and JSON.
//!
//! Owns the translation from the two formats; knows no keys.

use std::ops::Range;

use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

/// A value and the bytes of the file it takes.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub kind: RawKind,
    pub span: Range<usize>,
}

/// What was written.
#[derive(Debug, Clone)]
pub(super) enum RawKind {
    Text(String),
    Number(i64),
    Date(Date),
    List(Vec<Raw>),
    Table(Vec<Field>),
    /// Anything no key takes, in words.
    Other(&'static str),
}

/// A key with its value, in the order of the file.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub key: String,
    pub key_span: Range<usize>,
    pub value: Raw,
}

impl Raw {
    /// What it is, for "should be X but is Y".
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            RawKind::Text(_) => "text",
            RawKind::Number(_) => "a number",
            RawKind::Date(_) => "a date",
            RawKind::List(_) => "a list",
            RawKind::Table(_) => "a table",
            RawKind::Other(words) => words,
        }
    }
}

/// The fields of a TOML table whose text begins at byte `offset` of its file.
pub(super) fn from_toml(table: &DeTable<'_>, offset: usize) -> Vec<Field> {
    let mut fields: Vec<Field> = table
        .iter()
        .map(|(key, value)| Field {
            key: key.get_ref().to_string(),
            key_span: shift(key.span(), offset),
            value: toml_value(value.get_ref(), value.span(), offset),
        })
        .collect();
    fields.sort_by_key(|field| field.key_span.start);
    fields
}

fn toml_value(value: &DeValue<'_>, span: Range<usize>, offset: usize) -> Raw {
    let kind = match value {
        DeValue::String(text) => RawKind::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(RawKind::Other("a number that is too large"), RawKind::Number),
        DeValue::Float(_) => RawKind::Other("a number with a point"),
        DeValue::Boolean(_) => RawKind::Other("true or false"),
        DeValue::Datetime(at) => match at.date.and_then(calendar_day) {
            Some(date) => RawKind::Date(date),
            None => RawKind::Other("a time"),
        },
        DeValue::Array(items) => {
            RawKind::List(items.iter().map(|item| toml_value(item.get_ref(), item.span(), offset)).collect())
        }
        DeValue::Table(table) => RawKind::Table(from_toml(table, offset)),
    };
    Raw { kind, span: shift(span, offset) }
}

fn calendar_day(date: toml::value::Date) -> Option<Date> {
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

fn shift(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// The keys and values of one JSON object, in order; values are slices of the text they were read from.
struct JsonObject<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for JsonObject<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = JsonObject<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(JsonObject(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// The fields of the JSON object `raw`, which is a slice of `text`; `None` when it is something else. A `null` is taken
/// as "not given", as exports write it.
pub(super) fn from_json(text: &str, raw: &RawValue) -> Option<Vec<Field>> {
    let object: JsonObject<'_> = serde_json::from_str(raw.get()).ok()?;
    let fields = object.0.into_iter().filter(|(_, value)| value.get() != "null").map(|(key, value)| {
        let value = json_value(text, value, true);
        Field { key_span: json_key_span(text, &key, value.span.start).unwrap_or(value.span.clone()), value, key }
    });
    Some(fields.collect())
}

/// No key takes lists inside lists, so `outermost` is as deep as values are looked into.
fn json_value(text: &str, raw: &RawValue, outermost: bool) -> Raw {
    let json = raw.get();
    let span = json_span(text, raw);
    let kind = match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str(json).map_or(RawKind::Other("broken text"), RawKind::Text),
        Some(b'[') if !outermost => RawKind::Other("a list"),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(json).map_or(RawKind::Other("a broken list"), |items| {
            RawKind::List(items.into_iter().map(|item| json_value(text, item, false)).collect())
        }),
        Some(b'{') => RawKind::Other("an object"),
        Some(b't' | b'f') => RawKind::Other("true or false"),
        Some(b'n') => RawKind::Other("null"),
        _ => json.parse().map_or(RawKind::Other("a number that is not whole"), RawKind::Number),
    };
    Raw { kind, span }
}

/// Where `raw` lies in `text`, of which it is a slice.
pub(super) fn json_span(text: &str, raw: &RawValue) -> Range<usize> {
    let start = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len());
    start..(start + raw.get().len()).min(text.len())
}

/// Where the key is whose value begins at `value_start`; `None` when the key is written with escapes.
fn json_key_span(text: &str, key: &str, value_start: usize) -> Option<Range<usize>> {
    let before = text.get(..value_start)?.trim_end().strip_suffix(':')?.trim_end();
    let quoted = format!("\"{key}\"");
    before.ends_with(&quoted).then(|| before.len() - quoted.len()..before.len())
}
