//! A table of HTML: a table in Markdown where a phone can show it, and else a list.

use super::inline::Paragraph;
use crate::engine::markdown::WIDEST_TABLE;

/// The cells so far, row by row.
#[derive(Debug, Clone, Default)]
pub struct Table(Vec<Vec<Paragraph>>);

impl Table {
    pub fn begin_row(&mut self) {
        self.0.push(Vec::new());
    }

    pub fn begin_cell(&mut self) {
        match self.0.last_mut() {
            Some(row) => row.push(Paragraph::default()),
            None => self.0.push(vec![Paragraph::default()]),
        }
    }

    /// Adds words to the last cell, or what stands between cells as one of its own.
    pub fn push(&mut self, words: Paragraph) {
        if words.is_empty() {
            return;
        }
        if self.0.last().is_none_or(Vec::is_empty) {
            self.begin_cell();
        }
        if let Some(cell) = self.0.last_mut().and_then(|row| row.last_mut()) {
            cell.join(words);
        }
    }

    /// The Markdown of its blocks.
    pub fn into_markdown(self) -> Vec<String> {
        let rows: Vec<Vec<Paragraph>> =
            self.0.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        // A table for the sake of the layout has one row or one column.
        if rows.len() < 2 || columns < 2 {
            return rows.into_iter().flatten().flat_map(Paragraph::into_markdown).collect();
        }
        if rows.iter().flatten().any(Paragraph::has_link) || width(&rows, columns) > WIDEST_TABLE {
            return list(rows);
        }
        let line = |row: &Vec<Paragraph>| {
            let cells = (0..columns).map(|column| row.get(column).map(cell).unwrap_or_default());
            format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
        };
        let mut lines: Vec<String> = rows.iter().map(line).collect();
        lines.insert(1, format!("|{}", "---|".repeat(columns)));
        vec![lines.join("\n")]
    }
}

/// How wide it is on a phone, in characters.
fn width(rows: &[Vec<Paragraph>], columns: usize) -> usize {
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.words().chars().count()).max().unwrap_or(0)
    };
    (0..columns).map(widest).sum::<usize>() + 2 * (columns - 1)
}

/// A cell without styles, which a table in a chat does not show.
fn cell(cell: &Paragraph) -> String {
    let mut plain = Paragraph::default();
    plain.push(&cell.words(), &super::Style::default());
    plain.into_markdown().concat().replace('|', "\\|")
}

/// One item a row, each cell behind the head of its column.
fn list(rows: Vec<Vec<Paragraph>>) -> Vec<String> {
    let mut rows = rows.into_iter();
    let heads: Vec<String> = rows.next().unwrap_or_default().iter().map(cell).collect();
    let item = |row: Vec<Paragraph>| {
        let cells = row.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(column, cell)| {
            let text = cell.into_markdown().join(" ").replace("\\\n", " ");
            match heads.get(column).filter(|head| !head.is_empty()) {
                Some(head) => format!("{head}: {text}"),
                None => text,
            }
        });
        format!("- {}", cells.collect::<Vec<_>>().join("; "))
    };
    vec![rows.map(item).collect::<Vec<_>>().join("\n")]
}
