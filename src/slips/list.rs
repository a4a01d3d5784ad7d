//! What is wrong with a list: its quotes, commas and brackets, line by line.

use super::explain::Explainer;
use super::tokens::{Kind, Token, is_curly, line_end};
use super::value::{self, curly_in, quote_inside};
use super::{Shape, Slip, is_right, suggest};

/// What a list waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A text, after the bracket that begins the list.
    First,
    /// A text, after a comma.
    Element,
    /// A comma or the end, after a text.
    Comma,
    /// Anything, after a slip.
    Any,
}

/// The slips of the list that `tokens` begin with, at most one a line.
pub(super) fn explain(explainer: &Explainer<'_>, tokens: &[Token]) -> Vec<Slip> {
    let mut slips: Vec<Slip> = Vec::new();
    let (mut next, mut depth, mut dashes) = (Next::Any, 0_usize, false);
    // Whoever knows of no commas leaves out all of them.
    let mut no_commas = false;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        let rest = tokens.get(at..).unwrap_or_default();
        let found = match token.kind {
            Kind::Break => continue,
            Kind::Sign('[') if next == Next::Comma => Some(explainer.slip(
                token.span.clone(),
                "a comma is missing between two lists",
                "put a comma after each list: [[\"a\", \"b\"], [\"c\", \"d\"]]",
            )),
            Kind::Sign('[') => {
                depth += 1;
                next = Next::First;
                continue;
            }
            Kind::Sign(']') => {
                depth = depth.saturating_sub(1);
                next = Next::Comma;
                if depth > 0 {
                    continue;
                }
                let key = explainer.written().split('=').next().unwrap_or_default().trim();
                let from = tokens.first().map_or(token.span.start, |first| first.span.start);
                slips.extend(value::after(explainer, key, from, rest).filter(|_| slips.is_empty()));
                break;
            }
            Kind::Sign(',') if matches!(next, Next::First | Next::Element) => {
                Some(explainer.slip(token.span.clone(), "there is a comma too many here", "take it out"))
            }
            Kind::Sign(',') => {
                next = Next::Element;
                continue;
            }
            Kind::Sign(sign) => {
                let message = format!("a {sign} does not belong into a list of texts");
                Some(explainer.slip(token.span.clone(), message, EACH_TEXT))
            }
            Kind::Bare if explainer.of(token) == "-" || (dashes && explainer.of(token).starts_with('-')) => {
                let first = !std::mem::replace(&mut dashes, true);
                first.then(|| dash(explainer, token))
            }
            Kind::Bare => bare(explainer, token, rest, next),
            Kind::Text { .. } => {
                let alone = rest.first().is_none_or(|next| next.kind == Kind::Break);
                let missing = next == Next::Comma && alone && token.is_closed_text();
                let again = missing && no_commas;
                no_commas |= missing;
                text(explainer, token, rest, next, dashes || again)
            }
        };
        next = Next::Comma;
        if let Some(slip) = found {
            slips.push(slip);
            // What follows on the line may be a consequence. Brackets still count.
            next = if no_commas { Next::Comma } else { Next::Any };
            let skipped = std::iter::once(token).chain(rest.iter().take_while(|token| token.kind != Kind::Break));
            for token in skipped {
                match token.kind {
                    Kind::Sign('[') => depth += 1,
                    Kind::Sign(']') => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
            at += rest.iter().take_while(|token| token.kind != Kind::Break).count();
            if depth == 0 {
                break;
            }
        } else if token.kind == Kind::Bare && dashes && explainer.of(token) == "-" {
            next = Next::Any;
        } else if token.kind == Kind::Bare {
            // All words of the element.
            at += rest.iter().take_while(|token| token.kind == Kind::Bare).count();
        }
    }
    slips.extend(unclosed(explainer, tokens, &slips));
    if slips.is_empty() {
        slips.push(explainer.otherwise());
    }
    slips
}

const EACH_TEXT: &str = "put each text of the list in straight quotes, with commas between: [\"one\", \"two\"]";

fn comma_missing(explainer: &Explainer<'_>, token: &Token, what: &str) -> Slip {
    explainer.slip(
        token.span.start..token.span.start + 1,
        format!("a comma is missing between {what} of a list"),
        "put a comma after each text: [\"one\", \"two\"]",
    )
}

fn dash(explainer: &Explainer<'_>, token: &Token) -> Slip {
    explainer.slip(
        token.span.clone(),
        "there is a dash before this text; a list has commas and no dashes",
        "take the dashes out and put a comma after each text: [\"one\", \"two\"]",
    )
}

/// A text of a list.
fn text(explainer: &Explainer<'_>, token: &Token, rest: &[Token], next: Next, dashes: bool) -> Option<Slip> {
    let Kind::Text { quote, closed, .. } = token.kind else { return None };
    let follower = rest.first().filter(|next| next.kind != Kind::Break);
    let runs_on = follower.is_some_and(|next| next.kind == Kind::Bare || next.is_text());
    if !closed || runs_on {
        // A curly quote was meant to end it.
        if let Some(at) = curly_in(explainer, token).filter(|_| !closed || follower.is_some_and(|f| !f.is_text())) {
            return Some(explainer.curly(at));
        }
    }
    if !closed {
        return Some(quote_missing(explainer, token, quote));
    }
    if let Some(follower) = follower.filter(|next| next.kind == Kind::Bare) {
        let word = explainer.of(follower);
        if word.starts_with(';') {
            let span = follower.span.start..follower.span.start + 1;
            return Some(explainer.slip(span, "there is a ; where a comma belongs", "type a comma in its place"));
        }
        let inside = explainer.of(token).trim_end_matches(quote).trim_end();
        if let Some(words) = inside.strip_suffix(',') {
            let span = token.span.start..token.span.start + words.len();
            let message = "a quote is missing: this text does not end before the comma";
            return Some(explainer.slip(span, message, format!("put a closing {quote} before the comma")));
        }
        let end = element_end(explainer, token, rest);
        return Some(quote_inside(explainer, explainer.get(token.span.start..end), follower.span.start));
    }
    (next == Next::Comma && !dashes).then(|| comma_missing(explainer, token, "two texts"))
}

/// Where the element that begins with `token` ends: before a comma or bracket, or the end of the line.
fn element_end(explainer: &Explainer<'_>, token: &Token, rest: &[Token]) -> usize {
    let ends = |token: &&Token| token.kind == Kind::Break || token.is(',') || token.is(']');
    let end = rest.iter().find(ends).map_or(explainer.statement.span.end, |token| token.span.start);
    token.span.start + explainer.get(token.span.start..end).trim_end().len()
}

fn quote_missing(explainer: &Explainer<'_>, token: &Token, quote: char) -> Slip {
    let written = explainer.of(token);
    let place = match written.trim_end().chars().last() {
        Some(',') => "before the comma",
        Some(']') => "before the ]",
        _ => "at the end of the text",
    };
    // A quote that opens nothing, after a word.
    let line = explainer.text[..token.span.start].rfind('\n').map_or(0, |at| at + 1);
    let before = explainer.text.get(line..token.span.start).unwrap_or_default().trim_end();
    if before.ends_with(|c: char| c.is_alphanumeric()) {
        let message = "a quote is missing at the beginning of this text";
        return explainer.slip(token.span.clone(), message, EACH_TEXT);
    }
    explainer.slip(
        token.span.clone(),
        "a quote is missing: the text does not end on its line",
        format!("put a closing {quote} {place}; a text over several lines begins and ends with three quotes: \"\"\""),
    )
}

/// Words without quotes in a list; `None` when they are a number or so.
fn bare(explainer: &Explainer<'_>, token: &Token, rest: &[Token], next: Next) -> Option<Slip> {
    let end = element_end(explainer, token, rest);
    let words = explainer.get(token.span.start..end);
    if words.starts_with(is_curly) {
        return Some(explainer.curly(token.span.start));
    }
    if words.starts_with(';') {
        let span = token.span.start..token.span.start + 1;
        return Some(explainer.slip(span, "there is a ; where a comma belongs", "type a comma in its place"));
    }
    if is_right(&format!("x = {words}")) {
        return (next == Next::Comma).then(|| comma_missing(explainer, token, "two values"));
    }
    let last = std::iter::once(token).chain(rest.iter().take_while(|token| token.kind == Kind::Bare)).last()?;
    if rest.iter().any(|next| next.is_text() && next.span.start == last.span.end) {
        let span = token.span.start..last.span.end;
        return Some(explainer.slip(span, "a quote is missing at the beginning of this text", EACH_TEXT));
    }
    let key = explainer.written().split('=').next().unwrap_or_default().trim();
    let raw = explainer.written().split_once('=').map_or("", |(_, raw)| raw);
    let short = !raw.contains(['\n', '"', '\'']) && explainer.quoted("").is_some();
    let whole = short.then(|| suggest::line(key, raw, Some(Shape::List))).flatten();
    let help = match whole.or_else(|| explainer.quoted(words)) {
        Some(right) => format!("put each text of the list in straight quotes: {right}"),
        None => EACH_TEXT.to_owned(),
    };
    Some(explainer.slip(token.span.start..end, "this text has no quotes around it", help))
}

/// The bracket that should end the list, unless a slip on its last line explains that it is not seen.
fn unclosed(explainer: &Explainer<'_>, tokens: &[Token], slips: &[Slip]) -> Option<Slip> {
    let next = explainer.statement.unclosed?;
    let last = tokens.iter().rev().find(|token| token.kind != Kind::Break)?;
    // A text that does not end may have swallowed it.
    let swallowed = |token: &Token| token.is_text() && !token.is_closed_text() && explainer.of(token).contains(']');
    if tokens.iter().any(swallowed)
        || slips.last().is_some_and(|slip| line_end(explainer.text, slip.span.start) >= last.span.start)
    {
        return None;
    }
    let bracket = tokens.first()?.span.clone();
    let line = explainer.first_line();
    if next >= explainer.text.len() || last.span.start < line.end {
        let help = "close the list with ] after its last text, before the next key";
        return Some(explainer.slip(line, "a list that begins with [ does not end", help));
    }
    let key_line = explainer.get(next..line_end(explainer.text, next));
    let indent = key_line.len() - key_line.trim_start().len();
    let span = next + indent..next + key_line.trim_end().len();
    let message = "the list above this line does not end";
    let mut slip = explainer.slip(span, message, "close the list with ] after its last text");
    slip.related = Some((bracket, "the list begins here"));
    Some(slip)
}
