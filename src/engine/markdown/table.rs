//! Small tables as aligned text.

use std::ops::Range;

use pulldown_cmark::Alignment;

/// The most characters of fixed width that a phone shows on one line.
pub const WIDEST: usize = 40;

/// A table being read: cells without markup, the first row is the head.
pub(super) struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<String>>,
    /// Bytes of the Markdown.
    pub range: Range<usize>,
}

impl Table {
    pub fn new(alignments: Vec<Alignment>, range: Range<usize>) -> Self {
        Self { alignments, rows: Vec::new(), range }
    }

    pub fn begin_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub fn begin_cell(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.push(String::new());
        }
    }

    pub fn text(&mut self, text: &str) {
        if let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut()) {
            cell.push_str(text);
        }
    }

    /// The table line by line, columns aligned; its width when that is too wide.
    pub fn lines(&self) -> Result<Vec<String>, usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width_of = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.trim().chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width_of).collect();
        let total = widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1);
        if total > WIDEST {
            return Err(total);
        }
        let mut lines: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let cells: Vec<String> = widths
                    .iter()
                    .enumerate()
                    .map(|(column, &width)| {
                        let cell = row.get(column).map_or("", |cell| cell.trim());
                        match self.alignments.get(column) {
                            Some(Alignment::Right) => format!("{cell:>width$}"),
                            Some(Alignment::Center) => format!("{cell:^width$}"),
                            _ => format!("{cell:<width$}"),
                        }
                    })
                    .collect();
                cells.join("  ").trim_end().to_owned()
            })
            .collect();
        if lines.len() > 1 {
            let rule: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
            lines.insert(1, rule.join("  "));
        }
        Ok(lines)
    }

    /// The table as lines of "head: cell", for one too wide to be aligned.
    pub fn as_sentences(&self) -> String {
        let (head, body) = self.rows.split_first().map_or((&[][..], &[][..]), |(head, body)| (head.as_slice(), body));
        let lines: Vec<String> = body
            .iter()
            .map(|row| {
                let cells: Vec<String> = row
                    .iter()
                    .enumerate()
                    .filter(|(_, cell)| !cell.trim().is_empty())
                    .map(|(column, cell)| match head.get(column).map(|h| h.trim()).filter(|h| !h.is_empty()) {
                        Some(head) => format!("{head}: {}", cell.trim()),
                        None => cell.trim().to_owned(),
                    })
                    .collect();
                format!("• {}", cells.join("; "))
            })
            .collect();
        if lines.is_empty() { head.join("; ") } else { lines.join("\n") }
    }
}
