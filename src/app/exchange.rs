//! Entries in the files of other programs: tables, JSON, and the questions of web pages.
//!
//! Owns the formats, from the bytes of a file to rows and from entries to a text. What becomes of a row in the folder is
//! [`plan`]'s to say. Touches no file.

mod columns;
mod csv_file;
mod encoding;
mod faq_page;
mod json_file;
mod markup;
pub mod plan;
mod replace;

use std::collections::BTreeMap;

pub use columns::{COLUMNS, Column, Key, Value};

use super::entry_text::NewEntry;
use crate::engine::corpus::Corpus;

/// The largest file that is imported, in bytes. More entries than fit in it are no entries of files of their own.
pub const LARGEST: u64 = 1 << 26;

/// How entries stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table: one row an entry, the names of the columns in the first.
    Csv,
    /// An array of objects, or one object a line.
    Json,
    /// An FAQPage of schema.org, as JSON-LD.
    FaqPage,
}

impl Format {
    /// The format that the ending of a file's name stands for.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tab" => Some(Self::Csv),
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "jsonld" | "html" | "htm" | "xhtml" => Some(Self::FaqPage),
            _ => None,
        }
    }

    /// The format that a text looks like.
    fn of_text(text: &str) -> Self {
        match text.trim_start().chars().next() {
            Some('{' | '[') => Self::Json,
            Some('<') => Self::FaqPage,
            _ => Self::Csv,
        }
    }
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Its entries, in order.
    pub rows: Vec<Row>,
    /// Names of columns or keys that nothing is known of.
    pub unknown: Vec<String>,
    /// What somebody should know about how it was read.
    pub notes: Vec<String>,
    /// What a row is called there: row, entry, line, question.
    pub unit: &'static str,
}

/// What a file says of one entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number, as somebody would count who looks at the file.
    pub number: usize,
    /// What it says; a key that is missing is one that the file does not speak of.
    pub values: BTreeMap<Key, Value>,
    /// Why it cannot be used.
    pub problem: Option<String>,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong, in one line.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

/// Everything in `corpus` in this format.
pub fn export(corpus: &Corpus, format: Format) -> String {
    match format {
        Format::Csv => csv_file::write(&entries(corpus)),
        Format::Json => json_file::write(&entries(corpus)),
        Format::FaqPage => faq_page::write(&entries(corpus)),
    }
}

/// The same for a file that somebody opens. Excel takes a table for UTF-8 only if it begins with a byte-order mark.
pub fn export_file(corpus: &Corpus, format: Format) -> String {
    let mark = if format == Format::Csv { "\u{feff}" } else { "" };
    format!("{mark}{}", export(corpus, format))
}

fn entries(corpus: &Corpus) -> Vec<NewEntry> {
    corpus.entries.iter().map(|entry| NewEntry::from(entry).cleaned()).collect()
}

/// What these bytes of a file hold; `name`: what the file is called. Without a format it is told from the name and the text.
///
/// # Errors
///
/// When there is nothing in them that could be an entry.
pub fn read(bytes: &[u8], name: &str, format: Option<Format>) -> Result<Table, Unreadable> {
    let encoding::Decoded { text, note } = encoding::decode(bytes)?;
    let format = format.or_else(|| Format::of_name(name)).unwrap_or_else(|| Format::of_text(&text));
    let mut table = match format {
        // A page's data is often saved as .json.
        Format::Json | Format::FaqPage if !text.trim_start().starts_with('<') => {
            let known = faq_page::of_json(&text);
            match known {
                Some(table) => table,
                None if format == Format::Json => json_file::read(&text)?,
                None => return Err(faq_page::none_found()),
            }
        }
        Format::Json => return Err(json_file::no_json()),
        Format::FaqPage => faq_page::of_page(&text)?,
        Format::Csv => csv_file::read(&text)?,
    };
    let converted = table.rows.iter_mut().map(without_html).filter(|converted| *converted).count();
    if converted > 0 {
        table.notes.push(format!("answers in HTML were made Markdown: {converted}"));
    }
    table.notes.extend(note);
    Ok(table)
}

/// Makes answers that are HTML Markdown. One that begins with a tag is: no Markdown that a chat shows does.
fn without_html(row: &mut Row) -> bool {
    let mut converted = false;
    for key in [Key::Answer, Key::Short] {
        if let Some(value) = row.values.get_mut(&key) {
            let text = value.text();
            if text.trim_start().starts_with('<') && markup::is_html(&text) {
                *value = Value::Text(markup::to_markdown(&text));
                converted = true;
            }
        }
    }
    converted
}

#[cfg(test)]
mod tests;
