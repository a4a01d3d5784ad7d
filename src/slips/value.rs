//! What is wrong with a value that is no list.

use super::explain::Explainer;
use super::statement::is_key_letter;
use super::tokens::{Kind, Token, is_curly};
use super::{Shape, Slip, is_right, suggest};

/// A value without quotes that begins at byte `at`.
pub(super) fn bare(explainer: &Explainer<'_>, key: &str, raw: &str, at: usize) -> Slip {
    if raw.starts_with(is_curly) {
        return explainer.curly(at);
    }
    let span = at..at + raw.len();
    match explainer.shape(key) {
        Some(Shape::Date) => {
            let line = explainer.suggestion(key, raw).unwrap_or_else(|| explainer.example(key));
            explainer.slip(span, "this is not a date", format!("write year-month-day without quotes: {line}"))
        }
        Some(Shape::Number) => {
            let line = explainer.suggestion(key, raw).unwrap_or_else(|| explainer.example(key));
            explainer.slip(span, "this is not a number", format!("write digits and nothing else: {line}"))
        }
        Some(Shape::Switch) => {
            let line = explainer.suggestion(key, raw).unwrap_or_else(|| explainer.example(key));
            explainer.slip(span, "this is neither true nor false", format!("write {line}"))
        }
        Some(Shape::Numbers) => {
            let line = explainer.suggestion(key, raw).filter(|line| line.contains(|c: char| c.is_ascii_digit()));
            let line = line.unwrap_or_else(|| explainer.example(key));
            explainer.slip(span, "this is not a list of numbers", format!("write numbers in brackets: {line}"))
        }
        Some(Shape::Text | Shape::List | Shape::Groups | Shape::Pairs) | None => {
            let line = explainer.suggestion(key, raw).unwrap_or_else(|| explainer.example(key));
            explainer.slip(span, "this text has no quotes around it", format!("put it in straight quotes: {line}"))
        }
    }
}

/// A value that begins with a quote.
pub(super) fn text(explainer: &Explainer<'_>, key: &str, tokens: &[Token]) -> Slip {
    let Some((first, rest)) = tokens.split_first() else { return explainer.otherwise() };
    let Kind::Text { quote, closed, .. } = first.kind else { return explainer.otherwise() };
    let written = explainer.of(first);
    if !closed {
        if let Some(at) = curly_in(explainer, first) {
            return explainer.curly(at);
        }
        let line = explainer.first_line();
        if rest.iter().any(|token| token.kind != Kind::Break) {
            let message = "this text does not end on its line";
            let help = "write it on one line with a quote at each end, or begin and end it with three quotes: \"\"\"";
            return explainer.slip(line, message, help);
        }
        if written.ends_with("\\\"") {
            let at = first.span.end - 2;
            let message = "the \\ before this quote makes it part of the text, so that the text does not end";
            return explainer.slip(at..at + 2, message, "take the \\ out, or type \\\\ for a backslash");
        }
        return explainer.slip(
            line,
            "a quote is missing: the text does not end on its line",
            format!(
                "put a closing {quote} at the end of the text; a text over several lines begins and ends with three \
                 quotes: \"\"\""
            ),
        );
    }
    match after(explainer, key, first.span.start, rest) {
        Some(slip) => slip,
        None => explainer.otherwise(),
    }
}

/// Where a text in quotes has a curly one, which was meant to end it.
pub(super) fn curly_in(explainer: &Explainer<'_>, text: &Token) -> Option<usize> {
    let curly = explainer.of(text).char_indices().find(|(_, c)| "“”„‟«»".contains(*c));
    curly.map(|(at, _)| text.span.start + at)
}

/// What is wrong with `rest`, which follows a value that begins at byte `from` and should be the end of the line;
/// `None` when there is nothing.
pub(super) fn after(explainer: &Explainer<'_>, key: &str, from: usize, rest: &[Token]) -> Option<Slip> {
    let (second, more) = rest.split_first().filter(|(second, _)| second.kind != Kind::Break)?;
    let point = second.span.start..second.span.start + explainer.of(second).chars().next().map_or(0, char::len_utf8);
    let value = explainer.get(from..second.span.start).trim_end();
    if let Some(slip) = second_key(explainer, from, rest) {
        return Some(slip);
    }
    let raw = explainer.get(from..explainer.statement.span.end);
    let sign = explainer.of(second);
    let alone = more.iter().all(|token| token.kind == Kind::Break);
    if alone && [",", ";", ".", "]", "}", ")"].contains(&sign) {
        return Some(explainer.slip(point, format!("there is a {sign} after the value"), "take it out"));
    }
    let texts = rest.iter().filter(|token| token.is_closed_text()).count();
    if second.is(',') && texts > 0 {
        let texts = raw.trim_end_matches(']').trim_end();
        let list =
            is_right(&format!("x = [{texts}]")).then(|| suggest::line(key, &format!("[{texts}]"), None)).flatten();
        let help = match list.filter(|_| explainer.quoted("").is_some() && !raw.starts_with('[')) {
            Some(line) => format!("put the texts in brackets: {line}"),
            None => "put the texts in one pair of brackets: [\"one\", \"two\"]".to_owned(),
        };
        return Some(explainer.slip(point, "a list of several texts has brackets around it", help));
    }
    if value.starts_with('[') {
        let message = "there is something after the list that does not belong there";
        return Some(explainer.slip(point, message, "one key and one value on each line; a note begins with #"));
    }
    if value.starts_with('"') && curly_value(value) {
        return Some(explainer.otherwise());
    }
    Some(quote_inside(explainer, raw, point.start))
}

fn curly_value(value: &str) -> bool {
    value.contains(['“', '”'])
}

/// A text that ends at byte `at`, before its end, because of a quote of its own kind. `raw`: all of it.
pub(super) fn quote_inside(explainer: &Explainer<'_>, raw: &str, at: usize) -> Slip {
    let point = at..at + explainer.get(at..explainer.text.len()).chars().next().map_or(0, char::len_utf8);
    let quote = raw.chars().next().unwrap_or('"');
    let inside = raw.get(1..).and_then(|raw| raw.strip_suffix(quote));
    let right = inside.and_then(|inside| explainer.quoted(inside));
    if quote == '\'' {
        return explainer.slip(
            point,
            "the text ends here, because of an apostrophe in it",
            format!("put the text in double quotes: {}", right.as_deref().unwrap_or("\"it's\"")),
        );
    }
    let message = "the text ends here, because of a quote inside it";
    let help = match right.as_deref() {
        Some(right) if right.starts_with('\'') => {
            format!("type \\\" for a quote inside the text, or put the whole text in single quotes: {right}")
        }
        Some(right) => format!("type \\\" for a quote inside the text: {right}"),
        None => "type \\\" for a quote inside the text, or put the whole text in single quotes: 'the \"big\" exam'"
            .to_owned(),
    };
    explainer.slip(point, message, help)
}

/// Another key on the same line.
fn second_key(explainer: &Explainer<'_>, from: usize, rest: &[Token]) -> Option<Slip> {
    let place = rest.windows(2).position(|pair| {
        pair[1].is('=') && pair[0].kind == Kind::Bare && explainer.of(&pair[0]).chars().all(is_key_letter)
    })?;
    let key = rest.get(place)?;
    let start = explainer.statement.span.start;
    let one = explainer.get(start..key.span.start).trim_end().trim_end_matches([',', ';']).trim_end();
    let two = explainer.get(key.span.start..explainer.statement.span.end);
    let right = explainer.quoted("").is_some() && from < key.span.start && is_right(&format!("{one}\n{two}"));
    let help = match right && one.len() + two.len() <= 400 {
        true => format!("write one key on each line:\n{one}\n{two}"),
        false => "write one key on each line".to_owned(),
    };
    Some(explainer.slip(key.span.clone(), "there are two keys on this line", help))
}
