//! How long Telegram thinks a text is, and how to shorten one without breaking its markup.

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

/// The length of Telegram's HTML as Telegram counts it: UTF-16 units of what is left when tags are taken out and
/// entities are one character each.
pub fn telegram_len(html: &str) -> usize {
    Tokens(html).map(|token| token.units()).sum()
}

pub(super) fn blocks_len(blocks: &[Block]) -> usize {
    let gaps: usize = blocks.iter().skip(1).map(|block| block.gap.len()).sum();
    gaps + blocks.iter().map(|block| telegram_len(&block.html)).sum::<usize>()
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
        let with = used + if fitting == 0 { 0 } else { block.gap.len() } + telegram_len(&block.html);
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

/// `html` cut to at most `limit` UTF-16 units at the end of a word, with all tags closed and "…" at the end; unchanged
/// when it fits. `html` must be balanced, as [`super::render`] makes it.
pub fn cut_html(html: &str, limit: usize) -> String {
    if telegram_len(html) <= limit {
        return html.to_owned();
    }
    if limit == 0 {
        return String::new();
    }
    let room = limit - 1;
    let mut open: Vec<&str> = Vec::new();
    let (mut at, mut used) = (0, 0);
    // Where the last word ended, and which tags were open there.
    let mut word_end: Option<(usize, Vec<&str>)> = None;
    let mut after_space = true;
    for token in Tokens(html) {
        match token {
            Token::Open(name, _) => open.push(name),
            Token::Close(_) => {
                open.pop();
            }
            Token::Character(text) => {
                let space = text.chars().all(char::is_whitespace);
                if space && !after_space {
                    word_end = Some((at, open.clone()));
                }
                after_space = space;
                used += token.units();
                if used > room {
                    break;
                }
            }
        }
        at += token.source().len();
    }
    let (end, open) = word_end.filter(|(end, _)| *end >= at / 2).unwrap_or((at, open));
    let mut cut = html.get(..end).unwrap_or_default().to_owned();
    cut.push(ELLIPSIS);
    for name in open.into_iter().rev() {
        cut.push_str("</");
        cut.push_str(name);
        cut.push('>');
    }
    cut
}

/// A piece of Telegram's HTML.
#[derive(Debug, Clone, Copy)]
enum Token<'a> {
    /// The tag's name, and the whole tag.
    Open(&'a str, &'a str),
    /// The whole closing tag.
    Close(&'a str),
    /// One character, or an entity that stands for one.
    Character(&'a str),
}

impl<'a> Token<'a> {
    fn source(&self) -> &'a str {
        match self {
            Self::Open(_, source) | Self::Close(source) | Self::Character(source) => source,
        }
    }

    fn units(&self) -> usize {
        match self {
            Self::Character(text) if text.starts_with('&') => 1,
            Self::Character(text) => text.encode_utf16().count(),
            _ => 0,
        }
    }
}

struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let first = self.0.chars().next()?;
        let end = match first {
            '<' => self.0.find('>').map_or(self.0.len(), |end| end + 1),
            // The longest entity in use is `&quot;`.
            '&' => self.0.bytes().take(8).position(|b| b == b';').map_or(1, |end| end + 1),
            _ => first.len_utf8(),
        };
        let (source, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(match source.strip_prefix('<') {
            Some(tag) if tag.starts_with('/') => Token::Close(source),
            Some(tag) => Token::Open(tag.trim_end_matches('>').split(' ').next().unwrap_or_default(), source),
            None => Token::Character(source),
        })
    }
}
