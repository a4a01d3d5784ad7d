//! A TOML text in statements: one key with its value each, or the name of a table.
//!
//! Owns where a statement ends that is not closed: where the next key begins.

use std::ops::Range;

use super::tokens::{self, Kind, Token, line_end};

/// A key with its value, the name of a table, or whatever stands on a line instead.
#[derive(Debug)]
pub(super) struct Statement {
    /// From its first character to its last.
    pub span: Range<usize>,
    pub tokens: Vec<Token>,
    /// Where the key begins before which a list should have ended, or the end of the text.
    pub unclosed: Option<usize>,
}

impl Statement {
    /// Whether it names a table, rightly or not.
    pub fn is_header(&self) -> bool {
        self.tokens.first().is_some_and(|token| token.is('['))
    }
}

/// After so many texts in three quotes that do not end, nobody can say any more what belongs to what.
const MOST_ENDLESS: usize = 10;

/// All statements of `text`, in order.
pub(super) fn split(text: &str) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    let (mut at, mut endless) = (0, 0);
    while at < text.len() {
        let token = tokens::next(text, at);
        let ends = token.as_ref().map_or(text.len(), |token| token.span.start);
        // What cannot be seen before a key, or alone on a line, belongs to no token.
        let before = unseen(text, at..ends);
        let token = match token {
            Some(token) if token.kind != Kind::Break => token,
            other => {
                statements.extend(before.map(|span| Statement { span, tokens: Vec::new(), unclosed: None }));
                at = other.map_or(text.len(), |token| token.span.end);
                continue;
            }
        };
        let mut statement = statement(text, token.span.start);
        endless += usize::from(statement.tokens.last().is_some_and(Token::is_endless));
        if endless > MOST_ENDLESS {
            statement.span.end = text.len();
        }
        let end = statement.span.end.max(at + 1);
        at = if statement.unclosed.is_some() { end } else { line_end(text, end) };
        if let Some(before) = before {
            statement.span.start = before.start;
        }
        // What follows on its last line is blank or a note.
        if let Some(behind) = unseen(text, end..at) {
            statement.span.end = behind.end;
        }
        statements.push(statement);
    }
    statements
}

/// From the first to the last invisible character of a part of a line, up to a note.
fn unseen(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let written = text.get(part.clone())?.split('#').next()?;
    let mut found = written.char_indices().filter(|(_, c)| tokens::is_invisible(*c));
    let (first, c) = found.next()?;
    let (last, c) = found.next_back().unwrap_or((first, c));
    Some(part.start + first..part.start + last + c.len_utf8())
}

fn statement(text: &str, start: usize) -> Statement {
    let mut found = Statement { span: start..start, tokens: Vec::new(), unclosed: None };
    let (mut at, mut depth, mut has_key) = (start, 0_usize, false);
    while let Some(token) = tokens::next(text, at) {
        at = token.span.end;
        if token.kind == Kind::Break {
            if found.is_header() {
                return found;
            }
            let next = next_line(text, at);
            if depth > 0 && (next == text.len() || begins_statement(text, next)) {
                found.unclosed = Some(next);
                return found;
            }
            if depth == 0 && !goes_on(text, &found, next, next == at) {
                return found;
            }
            found.tokens.push(token);
            continue;
        }
        match token.kind {
            Kind::Sign('=') => has_key = true,
            Kind::Bare if text[token.span.clone()].contains(':') => has_key = true,
            Kind::Sign('[' | '{') if has_key => depth += 1,
            Kind::Sign(']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        found.span.end = token.span.end;
        let endless = token.is_endless();
        found.tokens.push(token);
        if endless {
            // It has swallowed what follows; the next key shows where it should have ended.
            let lines = std::iter::successors(Some(line_end(text, start)), |end| Some(line_end(text, end + 1)));
            let end = lines.take_while(|end| *end < text.len()).find(|end| begins_statement(text, end + 1));
            found.span.end = end.unwrap_or(text.len());
            return found;
        }
    }
    if depth > 0 {
        found.unclosed = Some(text.len());
    }
    found
}

/// Whether a statement that could end here goes on with the line at `next`. `at_once`: no line between the two.
fn goes_on(text: &str, found: &Statement, next: usize, at_once: bool) -> bool {
    if next >= text.len() || begins_statement(text, next) {
        return false;
    }
    let line = text[next..line_end(text, next)].trim_start();
    let Some(last) = found.tokens.iter().rev().find(|token| token.kind != Kind::Break) else { return false };
    let has_value = !last.is('=') && (last.kind != Kind::Bare || !text[last.span.clone()].ends_with(':'));
    let dashes = found.tokens.iter().any(|token| token.kind == Kind::Break) && line.starts_with('-');
    // A value on the next line, or a list with a dash before each text.
    if !has_value || dashes {
        return line.starts_with(['-', '"', '\'', '[', '{']) || tokens::is_curly(line.chars().next().unwrap_or(' '));
    }
    // A text over two lines.
    at_once && matches!(last.kind, Kind::Text { closed: false, .. }) && found.tokens.iter().any(|token| token.is('='))
}

/// The beginning of the next line with something on it, from the beginning of a line on.
fn next_line(text: &str, from: usize) -> usize {
    let mut at = from;
    while at < text.len() {
        match tokens::next(text, at) {
            Some(token) if token.kind == Kind::Break => at = token.span.end,
            Some(token) => return text[..token.span.start].rfind('\n').map_or(0, |i| i + 1),
            None => return text.len(),
        }
    }
    text.len()
}

/// Whether the line at byte `at` begins a statement whatever stands before it: a key, or the name of a table.
fn begins_statement(text: &str, at: usize) -> bool {
    let line = text.get(at..line_end(text, at)).unwrap_or_default().trim();
    if is_header(line) {
        return true;
    }
    let word = line.find(|c: char| !is_key_letter(c)).unwrap_or(line.len());
    if word > 0 {
        let rest = line[word..].trim_start_matches(|c: char| c.is_whitespace() || tokens::is_invisible(c));
        return rest.starts_with(['=', '＝'])
            || rest.strip_prefix(':').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '"', '[', '\'']));
    }
    // Keys of the lexicon may stand in quotes.
    match tokens::next(line, 0) {
        Some(first) if first.is_closed_text() => {
            tokens::next(line, first.span.end).is_some_and(|second| second.is('='))
        }
        _ => false,
    }
}

/// Whether a line is the name of a table in brackets, of which some may be missing.
fn is_header(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default().trim();
    let name = line.trim_start_matches('[').trim_end_matches(']');
    line.starts_with('[')
        && line.ends_with(']')
        && !name.is_empty()
        && name.chars().all(|c| is_key_letter(c) || c == '.')
}

pub(super) fn is_key_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}
