//! Entries as a table, for spreadsheets.
//!
//! Owns what stands in a cell: a list one item a line, and before what a spreadsheet would take for a formula a quote sign
//! that reading takes away again.

use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};

use super::columns::{self, COLUMNS, Column, Key, Value};
use super::{Row, Table, Unreadable};
use crate::app::entry_text::NewEntry;

/// What may stand between two cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Signs that begin a formula, in spreadsheets of East Asia in their wide forms too.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// How many names of columns are named when none is known.
const NAMED: usize = 8;

/// The columns that are written: an address is a source of another program.
fn written() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| column.key != Key::Url)
}

/// The table of these entries, as RFC 4180 has it.
pub fn write(entries: &[NewEntry]) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let header: Vec<String> = written().map(|column| column.name.to_owned()).collect();
    let rows = entries.iter().map(|entry| written().map(|column| cell(entry, column.key)).collect::<Vec<_>>());
    for row in std::iter::once(header).chain(rows) {
        // Writing into memory does not fail.
        let _ = writer.write_record(&row);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn cell(entry: &NewEntry, key: Key) -> String {
    harmless(columns::get(entry, key).text())
}

/// Whether a spreadsheet would take it for a formula, but for quote signs before it.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').trim_start().starts_with(FORMULA)
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: String) -> String {
    if is_formula(&cell) { format!("'{cell}") } else { cell }
}

/// The same as it was before.
fn as_it_was(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// What the table in `text` holds.
///
/// # Errors
///
/// When no column is called like the question, the answer or the id of an entry.
pub fn read(text: &str) -> Result<Table, Unreadable> {
    let (told, text) = told_delimiter(text);
    let delimiter = told.unwrap_or_else(|| likely_delimiter(text));
    let mut records = records(text, delimiter);
    let Some(header) = records.next() else {
        return Err(Unreadable { what: "there is nothing in this file".into(), help: header_help() });
    };
    let names: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    let keys = columns::keys(&names);
    if ![Key::Question, Key::Answer].iter().any(|key| keys.contains(&Some(*key))) {
        return Err(unknown_header(&names));
    }
    let unknown = names.iter().zip(&keys).filter(|(name, key)| key.is_none() && !name.is_empty());
    let unknown = unknown.map(|(name, _)| name.clone()).collect();
    let rows: Vec<StringRecord> = records.collect();
    let mut rows: Vec<Row> = rows.iter().enumerate().filter_map(|(at, record)| row(at + 2, record, &keys)).collect();
    // A quote that is not closed takes in all that follows.
    if text.matches('"').count() % 2 == 1
        && let Some(last) = rows.last_mut().filter(|row| row.values.values().any(|value| value.text().contains('\n')))
    {
        last.problem = Some("a quote (\") in it is not closed, so it takes in the rest of the file".to_owned());
    }
    Ok(Table { rows, unknown, notes: Vec::new(), unit: "row" })
}

/// The row of this number; none where all cells are empty, as below the last one that somebody has filled in.
fn row(number: usize, record: &StringRecord, keys: &[Option<Key>]) -> Option<Row> {
    if record.iter().all(|cell| cell.trim().is_empty()) {
        return None;
    }
    let mut row = Row { number, ..Row::default() };
    let more = record.iter().skip(keys.len()).filter(|cell| !cell.trim().is_empty()).count();
    if more > 0 {
        row.problem = Some(format!(
            "it has {more} more {} than there are names in the first row: is a quote (\") missing around a cell with a comma?",
            if more == 1 { "cell" } else { "cells" }
        ));
    }
    for (key, cell) in keys.iter().zip(record) {
        if let Some(key) = key {
            row.values.insert(*key, Value::Text(as_it_was(cell).to_owned()));
        }
    }
    Some(row)
}

fn records(text: &str, delimiter: u8) -> impl Iterator<Item = StringRecord> {
    let reader =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    // Text in memory can be read, and rows of any length are taken.
    reader.into_records().map_while(Result::ok)
}

/// What Excel says in a line of its own is between two cells, and the text below that line.
fn told_delimiter(text: &str) -> (Option<u8>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let told = line.trim().to_ascii_lowercase();
    match told.strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter]) => (Some(*delimiter), rest),
        // A tab is a blank, too.
        Some([]) => (Some(b'\t'), rest),
        _ => (None, text),
    }
}

/// What makes the most known names out of the first row; a comma when that says nothing.
fn likely_delimiter(text: &str) -> u8 {
    let known = |delimiter: u8| {
        let names: Vec<String> =
            records(text, delimiter).next().iter().flatten().map(|name| name.trim().to_owned()).collect();
        columns::keys(&names).iter().flatten().count()
    };
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let known = known(delimiter);
        if known > best.0 {
            best = (known, delimiter);
        }
    }
    best.1
}

fn header_help() -> String {
    "the first row names the columns: question and answer at least, as in\nquestion,answer\n\"What is ...?\",\"It is ...\"".into()
}

fn unknown_header(names: &[String]) -> Unreadable {
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| name.chars().take(30).collect()).collect();
    let more = if names.len() > NAMED { ", ..." } else { "" };
    Unreadable {
        what: format!("no column is called question or answer: the first row has {}{more}", shown.join(", ")),
        help: header_help(),
    }
}
