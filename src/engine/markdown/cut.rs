//! How to shorten an answer by whole blocks where that is possible.

use crate::engine::html::{cut_html, visible_units};

/// A paragraph, list item, quote...: balanced HTML of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// Telegram's HTML.
    pub html: String,
    /// The same without markup.
    pub text: String,
    /// Line breaks between the block before and this one.
    pub gap: &'static str,
}

/// What stands where something was left out.
const ELLIPSIS: char = '…';

pub(super) fn blocks_len(blocks: &[Block]) -> usize {
    let gaps: usize = blocks.iter().skip(1).map(|block| block.gap.len()).sum();
    gaps + blocks.iter().map(|block| visible_units(&block.html)).sum::<usize>()
}

pub(super) fn join(blocks: &[Block], part: impl Fn(&Block) -> &str) -> String {
    let mut joined = String::new();
    for block in blocks {
        if !joined.is_empty() {
            joined.push_str(block.gap);
        }
        joined.push_str(part(block));
    }
    joined
}

/// The blocks as one text of at most `limit` UTF-16 units. What does not fit is left out from a block's beginning on,
/// or, if that would leave less than half, from a word on; "…" stands in its place.
pub fn cut_to(blocks: &[Block], limit: usize) -> String {
    if blocks_len(blocks) <= limit {
        return join(blocks, |block| &block.html);
    }
    // Room for the gap and the ellipsis.
    let room = limit.saturating_sub(3);
    let mut used = 0;
    let mut fitting = 0;
    for block in blocks {
        let with = used + if fitting == 0 { 0 } else { block.gap.len() } + visible_units(&block.html);
        if with > room {
            break;
        }
        (used, fitting) = (with, fitting + 1);
    }
    let (kept, rest) = blocks.split_at(fitting);
    let mut html = join(kept, |block| &block.html);
    match rest.first() {
        Some(next) if used < limit / 2 => {
            let gap = if kept.is_empty() { "" } else { next.gap };
            html.push_str(gap);
            html.push_str(&cut_html(&next.html, limit.saturating_sub(used + gap.len())));
        }
        _ => {
            html.push('\n');
            html.push(ELLIPSIS);
        }
    }
    html
}
