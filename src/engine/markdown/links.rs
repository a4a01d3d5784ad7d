//! Links: which can be shown, and what looks like one but is none.

use std::ops::Range;

use crate::diagnostic::floor_char_boundary;

/// What a link in a chat may lead to.
const SCHEMES: [&str; 4] = ["http", "https", "tg", "mailto"];

/// How far from its middle a broken link is looked at, in bytes: enough for any address, and no line is read twice over
/// because of its length.
const LONGEST: usize = 2_000;

/// Whether Telegram shows a link to `target`.
pub(super) fn can_be_linked(target: &str) -> bool {
    target.split_once(':').is_some_and(|(scheme, rest)| {
        SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)) && rest.trim_start_matches('/').len() > 1
    })
}

/// Places outside `not_prose` (in any order) where somebody meant to write a link: `[text](address` that does not
/// end, `[text] (address)`, `(text)[address]`.
pub(super) fn broken<'a>(
    markdown: &'a str,
    not_prose: &'a [Range<usize>],
) -> impl Iterator<Item = Range<usize>> + use<'a> {
    let mut excluded: Vec<Range<usize>> = not_prose.to_vec();
    excluded.sort_by_key(|range| range.start);
    // Ranges nest (code inside a link): merged, they can be searched.
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(excluded.len());
    for range in excluded {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    let outside = move |at: usize| {
        let next = merged.partition_point(|range| range.end <= at);
        merged.get(next).is_none_or(|range| at < range.start)
    };
    markdown.match_indices([']', ')']).filter_map(move |(at, closing)| {
        let rest = markdown.get(at + 1..)?;
        let escaped = markdown.get(..at)?.ends_with('\\');
        let gap = rest.len() - rest.trim_start_matches(' ').len();
        let inner = rest.get(gap + 1..)?;
        let meant = match (closing, rest.as_bytes().get(gap)?) {
            ("]", b'(') => gap == 0 || (gap <= 2 && is_address(inner)),
            (")", b'[') => gap <= 1 && is_address(inner),
            _ => false,
        };
        if !meant || escaped || !outside(at) {
            return None;
        }
        // From the bracket that opens it to the one that closes it, on the same line.
        let window = floor_char_boundary(markdown, at.saturating_sub(LONGEST));
        let line_start = markdown.get(window..at)?.rfind('\n').map_or(window, |i| window + i + 1);
        let start = markdown.get(line_start..at)?.rfind(['[', '(']).map(|i| line_start + i)?;
        if markdown.get(..start)?.ends_with('\\') {
            return None;
        }
        let inner = inner.get(..floor_char_boundary(inner, LONGEST))?;
        let end = inner.find([')', ']', '\n']).map_or(at + 1 + gap + 1 + inner.len(), |i| {
            let stop = at + 1 + gap + 1 + i;
            if markdown.as_bytes().get(stop) == Some(&b'\n') { stop } else { stop + 1 }
        });
        Some(start..end)
    })
}

fn is_address(text: &str) -> bool {
    ["http://", "https://", "www.", "mailto:", "tg://"].iter().any(|start| text.starts_with(start))
}
