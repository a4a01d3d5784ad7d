//! Half an emoji in a text makes the whole update unreadable as JSON. Owns the repair.

use std::borrow::Cow;

/// Digits of an escape, after `\u`.
const DIGITS: usize = 4;

/// The JSON text with each escaped surrogate that lacks its other half replaced by the replacement character.
pub(super) fn lone_surrogates(json: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(next) = json.get(at..).and_then(|rest| rest.find('\\')).map(|found| at + found) {
        at = match unit(json, next) {
            Some(0xD800..=0xDBFF) if matches!(unit(json, next + 2 + DIGITS), Some(0xDC00..=0xDFFF)) => {
                next + 2 * (2 + DIGITS)
            }
            Some(0xD800..=0xDFFF) => {
                mended.push_str(json.get(kept..next).unwrap_or_default());
                mended.push_str("\\ufffd");
                kept = next + 2 + DIGITS;
                kept
            }
            // Also over the second of two backslashes, which begins nothing.
            _ => next + 2,
        };
    }
    if kept == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(json.get(kept..).unwrap_or_default());
    Cow::Owned(mended)
}

/// The UTF-16 unit that is escaped at this place, if one is.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..)?.strip_prefix("\\u")?.get(..DIGITS)?;
    // `from_str_radix` would take a sign.
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_alone_are_replaced_and_nothing_else_is_touched() {
        for (json, expected) in [
            (r#""a \ud83d b""#, r#""a \ufffd b""#),
            (r#""\uDE00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ud83d\u0041 é""#, r#""\ufffd\u0041 é""#),
            (r#""\\ud83d \"\\\ud83d""#, r#""\\ud83d \"\\\ufffd""#),
            (r#""\u+83d \ud83 \u""#, r#""\u+83d \ud83 \u""#),
            ("\\", "\\"),
            ("\\é\\u12é", "\\é\\u12é"),
        ] {
            assert_eq!(lone_surrogates(json), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_in_no_lone_half_comes_out(json in r#"([\\"u]|\\u[dD][89c-f][0-9]{2}|é|d8){0,20}"#) {
            let json = format!("\"{json}\"");
            // Skips over escapes without looking at what they stand for.
            let well_formed = serde_json::from_str::<serde::de::IgnoredAny>(&json).is_ok();
            let read = serde_json::from_str::<String>(&lone_surrogates(&json));
            proptest::prop_assert_eq!(read.is_ok(), well_formed);
        }
    }
}
