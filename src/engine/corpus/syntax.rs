//! From TOML text to fields, and the slips in it.
//!
//! Owns how the sections of a text with slips become the tables that the parser would have made of them. What a slip is
//! in words is said by [`crate::slips`].

use std::ops::Range;

use toml::de::DeTable;

use super::raw::{self, Field, Raw, RawKind};
use crate::slips::{self, Layout, Section, Shape, Slip};

/// Keys with what belongs into their values.
pub(super) type Keys = [(&'static str, Shape)];

/// The names of `keys`.
pub(super) fn names(keys: &Keys) -> Vec<&'static str> {
    keys.iter().map(|(name, _)| *name).collect()
}

/// What belongs into the value of `key`.
pub(super) fn shape(keys: &Keys, key: &str) -> Option<Shape> {
    keys.iter().find(|(name, _)| *name == key).map(|(_, shape)| *shape)
}

/// The fields of the TOML text at `range` of `file_text` that can be trusted, and the slips, in bytes of the file.
pub(super) fn parse(file_text: &str, range: Range<usize>, layout: &Layout<'_>) -> (Vec<Field>, Vec<Slip>) {
    let text = file_text.get(range.clone()).unwrap_or_default();
    let offset = range.start;
    let Some(broken) = slips::find(text, layout) else {
        let (table, _) = DeTable::parse_recoverable(text);
        return (raw::from_toml(table.get_ref(), offset), Vec::new());
    };
    let mut fields: Vec<Field> = Vec::new();
    for section in broken.sections {
        add(&mut fields, section, &broken.readable, offset);
    }
    let mut slips = broken.slips;
    for slip in &mut slips {
        slip.span = slip.span.start + offset..slip.span.end + offset;
        if let Some((span, _)) = &mut slip.related {
            *span = span.start + offset..span.end + offset;
        }
    }
    (fields, slips)
}

fn add(fields: &mut Vec<Field>, section: Section, readable: &str, offset: usize) {
    let body = readable.get(section.body.clone()).unwrap_or_default();
    let (table, _) = DeTable::parse_recoverable(body);
    let inner = raw::from_toml(table.get_ref(), offset + section.body.start);
    let Some((key, span)) = section.name else {
        fields.extend(inner);
        return;
    };
    let key_span = span.start + offset..span.end + offset;
    let known = fields.iter_mut().find(|field| field.key == key);
    let table = Raw { kind: RawKind::Table(inner), span: key_span.clone() };
    match (known, section.repeated) {
        (Some(Field { value: Raw { kind: RawKind::List(items), .. }, .. }), true) => items.push(table),
        (Some(Field { value: Raw { kind: RawKind::Table(first), .. }, .. }), false) => {
            if let RawKind::Table(more) = table.kind {
                first.extend(more);
            }
        }
        (Some(_), _) => {}
        (None, true) => {
            let value = Raw { kind: RawKind::List(vec![table]), span: key_span.clone() };
            fields.push(Field { key, key_span, value });
        }
        (None, false) => fields.push(Field { key, key_span, value: table }),
    }
}
