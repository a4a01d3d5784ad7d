//! What is typed like markup and shown as it is typed, because a part of it is missing.

use std::ops::Range;

use crate::engine::html::is_dropped;

/// Everything but some ranges.
pub(super) struct Prose(Vec<Range<usize>>);

impl Prose {
    /// Everything but `ranges`, which come in any order.
    pub fn around(ranges: &[Range<usize>]) -> Self {
        let mut excluded: Vec<Range<usize>> = ranges.to_vec();
        excluded.sort_by_key(|range| range.start);
        // Ranges nest (code inside a link): merged, they can be searched.
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(excluded.len());
        for range in excluded {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    /// Whether the byte is prose.
    pub fn holds(&self, at: usize) -> bool {
        let next = self.0.partition_point(|range| range.end <= at);
        self.0.get(next).is_none_or(|range| at < range.start)
    }
}

/// Where first two or more of the `stars`, bytes of a `*` that is shown, begin a word together, as bold text does. Others are
/// shown on purpose: `2 ** 3`, `$425**`.
pub(super) fn unclosed(markdown: &str, stars: &[usize]) -> Option<Range<usize>> {
    stars.chunk_by(|one, next| one + 1 == *next).filter(|run| run.len() > 1).find_map(|run| {
        let range = *run.first()?..run.last()? + 1;
        let before = markdown.get(..range.start)?.chars().next_back();
        let after = markdown.get(range.end..)?.chars().next();
        let begins = before.is_none_or(|c| !c.is_alphanumeric() && c != '\\');
        (begins && after.is_some_and(|c| !c.is_whitespace())).then_some(range)
    })
}

/// The first of each group of lines that are written like a table (`| a | b |`) outside the tables.
pub(super) fn no_tables(
    markdown: &str,
    not_prose: &[Range<usize>],
    tables: &[Range<usize>],
) -> impl Iterator<Item = Range<usize>> {
    let prose = Prose::around(&[not_prose, tables].concat());
    let mut again = false;
    lines(markdown)
        .filter(move |(start, line)| {
            let cells = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            let like_a_row = cells.starts_with('|') && cells.ends_with('|') && cells.matches('|').nth(2).is_some();
            let row = like_a_row && prose.holds(*start + (line.len() - line.trim_start().len()));
            row && !std::mem::replace(&mut again, row)
        })
        .map(|(start, line)| start..start + line.trim_end().len())
}

/// The first line that is the end of a header, or the beginning of another.
pub(super) fn fence(markdown: &str, not_prose: &[Range<usize>]) -> Option<Range<usize>> {
    let prose = Prose::around(not_prose);
    let (start, line) = lines(markdown).find(|(start, line)| line.trim_end() == "+++" && prose.holds(*start))?;
    Some(start..start + line.trim_end().len())
}

/// The first character that is left out of what is shown.
pub(super) fn control(markdown: &str) -> Option<(Range<usize>, char)> {
    let (at, c) = markdown.char_indices().find(|&(_, c)| is_dropped(c) && c != '\r')?;
    Some((at..at + c.len_utf8(), c))
}

/// Lines with where they begin.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |offset, line| {
        let start = *offset;
        *offset += line.len();
        Some((start, line))
    })
}
