//! What to type: values written as TOML wants them. Whatever is suggested has been read before it is said.

use super::tokens::{is_curly, is_invisible};
use super::{Shape, is_right};

/// The longest line that is written out as a suggestion.
const LONGEST: usize = 200;

/// The longest list that is written out, one text a line.
const LONGEST_LIST: usize = 4_000;

/// `key = value` with the words of `raw` as a value of this shape; `None` when that would not be right.
pub(super) fn line(key: &str, raw: &str, shape: Option<Shape>) -> Option<String> {
    let raw = raw.trim();
    let value = match shape {
        // Good as it is.
        _ if fits(raw, shape) => raw.to_owned(),
        Some(Shape::List) => {
            let texts: Vec<String> = elements(raw).map(quoted).collect();
            format!("[{}]", texts.join(", "))
        }
        // Which words belong together is for the author to say.
        Some(Shape::Groups | Shape::Pairs) => return None,
        Some(Shape::Date) => date(raw).unwrap_or_else(|| "2026-11-22".to_owned()),
        Some(Shape::Number) => number(raw).unwrap_or_else(|| "180".to_owned()),
        Some(Shape::Numbers) => {
            let numbers: Vec<String> = elements(raw).filter_map(number).collect();
            format!("[{}]", numbers.join(", "))
        }
        Some(Shape::Switch) => {
            let no = ["no", "off", "false", "0", "n"].contains(&bare(raw).to_lowercase().as_str());
            if no { "false" } else { "true" }.to_owned()
        }
        Some(Shape::Text) | None => quoted(raw),
    };
    let mut line = format!("{key} = {value}");
    if shape == Some(Shape::List) && line.len() > LONGEST && !fits(raw, shape) {
        let texts: Vec<String> = elements(raw).map(|text| format!("  {},\n", quoted(text))).collect();
        line = format!("{key} = [\n{}]", texts.concat());
        return (line.len() <= LONGEST_LIST && is_right(&line)).then_some(line);
    }
    (line.len() <= LONGEST && is_right(&line)).then_some(line)
}

/// Whether `raw` is TOML for a value of this shape.
fn fits(raw: &str, shape: Option<Shape>) -> bool {
    if !is_right(&format!("x = {raw}")) {
        return false;
    }
    match shape {
        Some(Shape::List | Shape::Groups | Shape::Numbers) => raw.starts_with('['),
        Some(Shape::Pairs) => raw.starts_with('{'),
        Some(Shape::Text) => raw.starts_with(['"', '\'']),
        Some(Shape::Date) => raw.starts_with(|c: char| c.is_ascii_digit()),
        Some(Shape::Number | Shape::Switch) => !raw.starts_with(['"', '\'', '[', '{']),
        None => true,
    }
}

/// The texts of something meant as a list.
fn elements(raw: &str) -> impl Iterator<Item = &str> {
    let inside = raw.trim_start_matches(['[', '(', '{']).trim_end_matches([']', ')', '}']);
    let dashes = inside.trim_start().starts_with('-');
    inside
        .split(move |c| if dashes { c == '\n' } else { c == ',' || c == ';' || c == '\n' })
        .map(|text| text.trim().trim_start_matches("- ").trim().trim_end_matches(','))
        .filter(|text| !text.is_empty())
}

/// Words without what was meant as quotes around them.
fn bare(words: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || is_invisible(c);
    words.trim_matches(blank).trim_matches(|c| c == '"' || is_curly(c) || c == '`' || c == '＂').trim_matches(blank)
}

/// What was meant as a text, in quotes that hold it.
fn quoted(words: &str) -> String {
    let words = bare(words);
    // One apostrophe at each end was meant as quotes, one at one end may belong to the word.
    exactly_quoted(words.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(words))
}

/// A text in quotes that hold it as it is.
pub(super) fn exactly_quoted(words: &str) -> String {
    let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if !words.contains(['"', '\\']) {
        format!("\"{words}\"")
    } else if !words.contains('\'') {
        format!("'{words}'")
    } else {
        format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// A day as TOML writes it, where there is no doubt about month and day.
pub fn date(raw: &str) -> Option<String> {
    let numbers: Vec<u32> =
        bare(raw).split(['.', '/', '-', ' ', '–']).map(str::parse).collect::<Result<_, _>>().ok()?;
    let &[one, two, three] = numbers.as_slice() else { return None };
    let (year, month, day) = match (one, two, three) {
        (1000.., month, day) => (one, month, day),
        // With points the day comes first; with strokes nobody can say, unless there is no such month.
        (day, month, 1000..) if raw.contains('.') || day > 12 => (three, month, day),
        (month, day @ 13.., 1000..) => (three, month, day),
        _ => return None,
    };
    let date = format!("{year:04}-{month:02}-{day:02}");
    is_right(&format!("x = {date}")).then_some(date)
}

fn number(raw: &str) -> Option<String> {
    let digits: String = bare(raw).chars().take_while(char::is_ascii_digit).take(9).collect();
    let digits = digits.trim_start_matches('0');
    (!digits.is_empty()).then(|| digits.to_owned())
}
