//! An entry's file: the header between `+++` lines, and the answer below it.

use std::ops::Range;

use super::entry::{self, Built, Origin};
use super::syntax;
use crate::diagnostic::{SourceMap, Span, Spanned};
use crate::engine::lint::{self, Findings};
use crate::slips::{self, Slip};

const FENCE: &str = "+++";
const EXAMPLE: &str = "begin the file with\n+++\nquestion = \"What is ...?\"\n+++\nand write the answer below";

/// The entry in the file at `path`, which is relative to the FAQ folder.
pub(super) fn parse(file: u32, path: &str, text: &str, findings: &mut Findings<'_>) -> Built {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let id = Spanned::new(id_of(path).to_owned(), Span::new(file, 0..0));
    let topic = folder.rsplit('/').next().filter(|topic| !topic.is_empty());
    let topic = topic.map(|topic| Spanned::new(topic.to_owned(), Span::new(file, 0..0)));
    let Some((header, body)) = split(file, text, findings) else { return Built::LeftOut(Some(id.value)) };
    let (fields, slips) = syntax::parse(text, header, &entry::HEADER);
    let broken = !slips.is_empty();
    report_slips(&lint::HEADER_SYNTAX, file, slips, findings);
    let answer = Spanned::new(text.get(body.clone()).unwrap_or_default().to_owned(), Span::new(file, body));
    entry::build(file, &fields, Origin::Markdown { id, topic, answer }, broken, findings)
}

/// The id of the entry in the file at `path`.
pub(super) fn id_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".md").unwrap_or(name)
}

/// The bytes of the header of an entry's file, between its fences; `None`: it has none.
pub fn header_of(text: &str) -> Option<Range<usize>> {
    let nowhere = SourceMap::default();
    split(0, text, &mut Findings::new(&nowhere)).map(|(header, _)| header)
}

/// Reports slips in TOML under `lint`.
pub(super) fn report_slips(lint: &lint::Lint, file: u32, slips: Vec<Slip>, findings: &mut Findings<'_>) {
    for slip in slips {
        let related =
            slip.related.and_then(|(span, words)| Some((findings.files().place(Span::new(file, span))?, words)));
        findings.report(lint, Span::new(file, slip.span), slip.message, |finding| {
            let finding = finding.with_help(slip.help);
            match related {
                Some((place, words)) => finding.with_related(Some(place), words),
                None => finding,
            }
        });
    }
}

/// The bytes of the header and of the answer; `None` when there is no header, which is then reported.
fn split(file: u32, text: &str, findings: &mut Findings<'_>) -> Option<(Range<usize>, Range<usize>)> {
    let mut lines = lines_with_offsets(text).skip_while(|(_, line)| line.trim().is_empty());
    let Some((first_start, first)) = lines.next() else {
        findings.report(&lint::HEADER_MISSING, Span::new(file, 0..0), "this file is empty", |finding| {
            finding.with_help(EXAMPLE)
        });
        return None;
    };
    let first_span = Span::new(file, first_start..first_start + first.trim_end().len());
    if slips::has_old_line_ends(text) {
        let (message, help) = slips::OLD_LINE_ENDS;
        findings.report(&lint::HEADER_MISSING, Span::new(file, 0..0), message, |finding| finding.with_help(help));
        return None;
    }
    if first.trim_end() != FENCE {
        if first.trim_end() == "---" {
            findings.report(&lint::YAML_HEADER, first_span, "the header is fenced by --- lines", |finding| {
                finding.with_help(
                    "type +++ instead of --- above and below the header, and = instead of : after each key: \
                     question = \"What is ...?\"",
                )
            });
        } else if first.trim().starts_with('+') {
            let message = "the first line should be +++ and nothing else";
            findings.report(&lint::HEADER_MISSING, first_span, message, |finding| finding.with_help("type +++"));
        } else {
            findings.report(&lint::HEADER_MISSING, first_span, "this file has no header", |finding| {
                finding.with_help(EXAMPLE)
            });
        }
        return None;
    }
    let header_start = first_start + first.len();
    let mut almost = None;
    for (start, line) in lines {
        if line.trim_end() == FENCE {
            return Some((header_start..start, body(text, start + line.len())));
        }
        let mark = line.trim();
        if almost.is_none() && (mark == "---" || (mark.len() >= 2 && mark.bytes().all(|b| b == b'+'))) {
            almost = Some(start..start + line.trim_end().len());
        }
    }
    let message = "the header does not end: there is no second +++ line";
    let (span, help) = match almost {
        Some(range) => (Span::new(file, range), "type +++ here, at the beginning of the line and nothing else on it"),
        None => (first_span, "type +++ on a line of its own after the last key of the header, above the answer"),
    };
    findings.report(&lint::HEADER_UNTERMINATED, span, message, |finding| finding.with_help(help));
    None
}

/// From the first line with something on it to the last character.
fn body(text: &str, from: usize) -> Range<usize> {
    let rest = text.get(from..).unwrap_or_default();
    let end = from + rest.trim_end().len();
    let blank = rest.len() - rest.trim_start().len();
    let start = text.get(..from + blank).and_then(|before| before.rfind('\n')).map_or(from, |i| i + 1).max(from);
    start.min(end)..end
}

/// Lines with their line breaks, and where they begin; a leading byte-order mark is passed over.
fn lines_with_offsets(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    text[mark..].split_inclusive('\n').scan(mark, |offset, line| {
        let start = *offset;
        *offset += line.len();
        Some((start, line))
    })
}
