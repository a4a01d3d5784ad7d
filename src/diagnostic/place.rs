//! Where in a file something is.

use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

/// A range of bytes in one of the files of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Index of the file in its [`SourceMap`].
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range` in file number `file`. Offsets past 4 GiB saturate.
    pub fn new(file: u32, range: Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { file, start: clamp(range.start), end: clamp(range.end) }
    }
}

/// A value together with where it was written. Derefs to the value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `value`, written at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// The files that spans point into. A clone is as cheap as a reference: the corpora of a folder share its files.
#[derive(Debug, Clone, Default)]
pub struct SourceMap(Arc<Files>);

#[derive(Debug, Default)]
struct Files {
    files: Vec<SourceFile>,
    /// Where the lines of each file begin, counted when first asked for: a file can have thousands of findings.
    lines: Vec<OnceLock<Vec<usize>>>,
}

/// One text file: its path as shown to people, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path for display, with `/` on every platform.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl SourceMap {
    /// A map of these files; the index of a file is its position.
    pub fn new(files: Vec<SourceFile>) -> Self {
        let lines = files.iter().map(|_| OnceLock::new()).collect();
        Self(Arc::new(Files { files, lines }))
    }

    /// All files in order.
    pub fn files(&self) -> &[SourceFile] {
        &self.0.files
    }

    /// The same files without their texts: places in them are then the files as wholes.
    #[must_use]
    pub fn without_texts(&self) -> Self {
        let bare = |file: &SourceFile| SourceFile { path: file.path.clone(), text: String::new() };
        Self::new(self.files().iter().map(bare).collect())
    }

    /// Where `span` is, in lines and columns counted from 1. Offsets outside the text or inside a character are moved
    /// to the nearest place before them. Nothing at the very beginning is the file as a whole. `None` when the map has
    /// no such file.
    pub fn place(&self, span: Span) -> Option<Place> {
        let file = self.0.files.get(span.file as usize)?;
        if (span.start, span.end) == (0, 0) {
            return Some(Place::whole_file(&file.path));
        }
        let lines = self.0.lines.get(span.file as usize)?.get_or_init(|| line_starts(&file.text));
        Some(Place::in_lines(&file.path, &file.text, lines, span.start as usize..span.end as usize))
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// Of a line longer than this many characters (bulk JSON on one line) a finding carries only a part.
const LONGEST_EXCERPT: usize = 400;

/// How many characters before the place that part begins.
const EXCERPT_BEFORE: usize = 60;

/// What stands where a part of a line was left out.
const ELLIPSIS: char = '…';

/// A place in a file, with what stands there, so that it can be shown without the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path for display.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters of the line the finding is about (0: the point before the column).
    pub length: usize,
    /// What to show of the line; `None` when there is nothing to see: an empty line, or a file as a whole.
    pub excerpt: Option<Excerpt>,
}

/// A source line, or the part of a long one that is around a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excerpt {
    /// The text, with "…" where the line goes on.
    pub text: String,
    /// The column in the line is so many characters more than in the text.
    pub skipped: usize,
}

impl Excerpt {
    /// Of `line`, what is around byte `at` of it, which is the character with this column (from 0).
    fn around(line: &str, at: usize, column: usize) -> Option<Self> {
        if line.trim().is_empty() {
            return None;
        }
        if line.len() <= LONGEST_EXCERPT || line.chars().nth(LONGEST_EXCERPT).is_none() {
            return Some(Self { text: line.to_owned(), skipped: 0 });
        }
        let (before, after) = line.split_at_checked(at)?;
        let (start, kept) = before
            .char_indices()
            .rev()
            .take(EXCERPT_BEFORE)
            .last()
            .map_or((at, 0), |(start, _)| (start, column.min(EXCERPT_BEFORE)));
        let end = after.char_indices().nth(LONGEST_EXCERPT - kept).map_or(line.len(), |(end, _)| at + end);
        let mut text = String::with_capacity(end - start + 2 * ELLIPSIS.len_utf8());
        let mut skipped = column - kept;
        if skipped > 0 {
            text.push(ELLIPSIS);
            skipped -= 1;
        }
        text.push_str(line.get(start..end)?);
        if end < line.len() {
            text.push(ELLIPSIS);
        }
        Some(Self { text, skipped })
    }

    /// Whether it is a part of a longer line.
    pub fn is_part(&self) -> bool {
        self.skipped > 0 || self.text.starts_with(ELLIPSIS) || self.text.ends_with(ELLIPSIS)
    }
}

impl Place {
    /// The place of a byte range of `text`.
    pub fn in_text(file: &str, text: &str, range: Range<usize>) -> Self {
        Self::in_lines(file, text, &line_starts(text), range)
    }

    /// The same, with the beginnings of the lines already known.
    fn in_lines(file: &str, text: &str, lines: &[usize], range: Range<usize>) -> Self {
        let start = floor_char_boundary(text, range.start);
        let line = lines.partition_point(|&line_start| line_start <= start).max(1);
        let line_start = lines.get(line - 1).copied().unwrap_or(0);
        let line_end = lines.get(line).map_or(text.len(), |&next| next - 1).max(start);
        let end = floor_char_boundary(text, range.end.max(start)).min(line_end).max(start);
        let source_line = text[line_start..line_end].trim_end_matches('\r');
        let column = text[line_start..start].chars().count();
        Self {
            file: file.to_owned(),
            line,
            column: column + 1,
            length: text[start..end].chars().count(),
            excerpt: Excerpt::around(source_line, (start - line_start).min(source_line.len()), column),
        }
    }

    /// A file as a whole: line 1, column 1, nothing of its text.
    pub fn whole_file(file: &str) -> Self {
        Self { file: file.to_owned(), line: 1, column: 1, length: 0, excerpt: None }
    }
}

/// The byte at which the character at byte `at` begins; the end of the text when that is further on.
pub(crate) fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes() {
        let place = Place::in_text("a.md", "é = 1\nüb = 2\r\n", 11..12);
        assert_eq!((place.line, place.column, place.length), (2, 4, 1));
        assert_eq!(place.excerpt, Some(Excerpt { text: "üb = 2".into(), skipped: 0 }));
    }

    #[test]
    fn a_place_outside_the_text_or_inside_a_character_is_moved_not_panicked_on() {
        assert_eq!(Place::in_text("a", "é", 1..2).column, 1);
        assert_eq!(Place::in_text("a", "abc\n", 99..120).line, 2);
        assert_eq!(Place::in_text("a", "", Range { start: 5, end: 3 }).column, 1);
    }

    #[test]
    fn the_excerpt_of_a_long_line_has_the_place_in_it() {
        let line = "é".repeat(5_000);
        for column in [0, 1, 59, 60, 61, 62, 4_000, 4_998, 4_999, 5_000] {
            let place = Place::in_text("a", &line, column * 2..column * 2 + 2);
            assert_eq!(place.column, column + 1);
            let excerpt = place.excerpt.unwrap();
            assert!(excerpt.is_part());
            let length = excerpt.text.chars().count();
            assert!(length <= LONGEST_EXCERPT + 2 && column - excerpt.skipped <= length, "{column}: {length}");
            let shown = excerpt.text.chars().nth(column - excerpt.skipped);
            assert!(column == 5_000 || shown == Some('é'), "{column}: {shown:?}");
        }
        assert!(!Place::in_text("a", "short", 0..1).excerpt.unwrap().is_part());
    }

    proptest::proptest! {
        #[test]
        fn any_range_of_any_text_has_a_place(text in "[a-é\\n\\r😀]{0,900}", start in 0usize..4_000, length in 0usize..900) {
            Place::in_text("a", &text, start..start + length);
        }
    }
}
