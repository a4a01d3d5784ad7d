//! The signs of a TOML text, right or wrong: what a person sees who looks at it.
//!
//! Owns where a text in quotes ends when a quote is missing (at the end of its line), and which signs only look like
//! others. Never fails.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text in quotes. One that is not closed ends with its line; one in three quotes with the file.
    Text { quote: char, closed: bool, long: bool },
    /// Letters and other signs without quotes, up to a blank.
    Bare,
    /// One of `[ ] { } , =`.
    Sign(char),
    /// The end of a line.
    Break,
}

/// A token and where it is.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Range<usize>,
}

impl Token {
    pub fn is(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    pub fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text { .. })
    }

    /// A text in three quotes that does not end.
    pub fn is_endless(&self) -> bool {
        matches!(self.kind, Kind::Text { closed: false, long: true, .. })
    }

    pub fn is_closed_text(&self) -> bool {
        matches!(self.kind, Kind::Text { closed: true, .. })
    }
}

/// The quotes that word processors write.
pub(super) fn is_curly(c: char) -> bool {
    "“”„‟«»‘’‚‛".contains(c)
}

/// What nobody sees: blanks of another kind and signs without width.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
        || (c.is_whitespace() && !matches!(c, ' ' | '\t' | '\n' | '\r'))
}

/// Whether it has no business in TOML, in quotes or not. `next` is what follows.
pub(super) fn is_control(c: char, next: Option<char>) -> bool {
    match c {
        '\t' | '\n' => false,
        '\r' => next != Some('\n'),
        _ => c.is_ascii_control(),
    }
}

/// The sign that a wide sign of an Asian keyboard looks like.
pub(super) fn narrow(c: char) -> Option<char> {
    matches!(c, '＝' | '＂' | '＇' | '，' | '［' | '］' | '｛' | '｝' | '：')
        .then(|| char::from_u32(u32::from(c) - 0xfee0))
        .flatten()
}

/// The token at or after byte `from`, passing over blanks and notes; `None` at the end.
pub(super) fn next(text: &str, from: usize) -> Option<Token> {
    let mut at = from;
    loop {
        let c = text.get(at..)?.chars().next()?;
        match c {
            '\n' => return Some(Token { kind: Kind::Break, span: at..at + 1 }),
            '#' => at = line_end(text, at),
            _ if c.is_whitespace() || is_invisible(c) => at += c.len_utf8(),
            '[' | ']' | '{' | '}' | ',' | '=' => {
                return Some(Token { kind: Kind::Sign(c), span: at..at + 1 });
            }
            '"' | '\'' => return Some(quoted(text, at, c)),
            _ => return Some(Token { kind: Kind::Bare, span: at..bare_end(text, at) }),
        }
    }
}

/// The byte at which the line of byte `at` ends, before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |i| at + i)
}

fn bare_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    // An apostrophe inside a word opens nothing.
    let ends = |c: char| c.is_whitespace() || is_invisible(c) || "[]{},=\"".contains(c);
    start + rest.find(ends).unwrap_or(rest.len())
}

fn quoted(text: &str, start: usize, quote: char) -> Token {
    let rest = text.get(start..).unwrap_or_default();
    let three = if quote == '"' { "\"\"\"" } else { "'''" };
    if let Some(inside) = rest.strip_prefix(three) {
        let closing = inside.match_indices(three).find(|(at, _)| quote == '\'' || !is_escaped(inside, *at));
        let end = closing.map(|(at, _)| {
            // Two more quotes may stand before the three that close.
            let more = inside[at + 3..].chars().take(2).take_while(|c| *c == quote).count();
            start + 3 + at + 3 + more
        });
        let kind = Kind::Text { quote, closed: end.is_some(), long: true };
        return Token { kind, span: start..end.unwrap_or(text.len()) };
    }
    let line = &text[start..line_end(text, start)];
    let closing = line.match_indices(quote).skip(1).find(|(at, _)| quote == '\'' || !is_escaped(line, *at));
    let end = closing.map_or(start + line.trim_end().len(), |(at, _)| start + at + 1);
    Token { kind: Kind::Text { quote, closed: closing.is_some(), long: false }, span: start..end }
}

/// Whether an odd number of backslashes stands before byte `at`.
fn is_escaped(text: &str, at: usize) -> bool {
    text.as_bytes().iter().take(at).rev().take_while(|b| **b == b'\\').count() % 2 == 1
}
