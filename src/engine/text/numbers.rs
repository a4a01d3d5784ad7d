//! Numbers and what they count, each written in one way: `six months`, `6mo` and `6 months` say the same, and so do `$2k`
//! and `two thousand dollars`.
//!
//! English only. "One" is left alone, which is seldom a number ("which one").

use compact_str::{CompactString, ToCompactString};

use super::RawWord;

/// How many digits a number may have to be multiplied.
const MOST_DIGITS: usize = 6;

/// The words with numbers in digits and units in full.
pub(super) fn written_out(words: Vec<RawWord>) -> Vec<RawWord> {
    let mut written: Vec<RawWord> = Vec::with_capacity(words.len());
    for word in words {
        let text = word.word.as_str();
        let number_before = written.last_mut().filter(|before| !word.apart && is_number(&before.word));
        let after_number = number_before.is_some();
        if let Some((before, factor)) = number_before.zip(factor_of(text))
            && times(&mut before.word, factor)
        {
            continue;
        }
        if let Some(number) = number_of(text) {
            written.push(RawWord { word: number.to_compact_string(), ..word });
        } else if let Some(unit) = unit(text, after_number) {
            written.push(RawWord { word: unit.into(), ..word });
        } else if text.starts_with(|c: char| c.is_ascii_digit()) && !is_number(text) {
            take_apart(word, &mut written);
        } else {
            written.push(word);
        }
    }
    written
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// By what a word after a number multiplies it.
fn factor_of(word: &str) -> Option<u32> {
    match word {
        "hundred" => Some(100),
        "k" | "thousand" => Some(1_000),
        _ => None,
    }
}

/// Multiplies a number, if it is none of too many digits.
fn times(number: &mut CompactString, factor: u32) -> bool {
    let value = number.parse::<u64>().ok().filter(|_| number.len() <= MOST_DIGITS);
    if let Some(value) = value {
        *number = (value * u64::from(factor)).to_compact_string();
    }
    value.is_some()
}

/// The number that a word says.
fn number_of(word: &str) -> Option<u32> {
    Some(match word {
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "seventy" => 70,
        "eighty" => 80,
        "ninety" => 90,
        _ => return None,
    })
}

/// The unit that a short form stands for; some only after a number, for `hr` alone is a department.
fn unit(short: &str, after_number: bool) -> Option<&'static str> {
    Some(match short {
        "hr" if after_number => "hour",
        "min" if after_number => "minute",
        "mo" if after_number => "month",
        "hrs" => "hours",
        "mins" => "minutes",
        "mos" => "months",
        "wk" => "week",
        "wks" => "weeks",
        "yr" => "year",
        "yrs" => "years",
        _ => return None,
    })
}

/// A number with what is written behind it: `6mo`, `20k`, `1st`.
fn take_apart(word: RawWord, written: &mut Vec<RawWord>) {
    let digits = word.word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = word.word.split_at_checked(digits).unwrap_or((&word.word, ""));
    let whole = match (number, rest) {
        ("1", "st") => Some("first"),
        ("2", "nd") => Some("second"),
        ("3", "rd") => Some("third"),
        _ => None,
    };
    let mut number = CompactString::from(number);
    if let Some(whole) = whole {
        written.push(RawWord { word: whole.into(), ..word });
    } else if rest == "k" && number != "401" && times(&mut number, 1_000) {
        // A 401k is a plan for the old age.
        written.push(RawWord { word: number, ..word });
    } else if let Some(unit) = unit(rest, true).or_else(|| ["am", "pm"].into_iter().find(|half| *half == rest)) {
        written.push(RawWord { word: number, ..word.clone() });
        written.push(RawWord { word: unit.into(), joined: true, apart: false, ..word });
    } else {
        written.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::super::split;
    use super::*;
    use crate::engine::text::language::Language;

    #[test]
    fn numbers_and_units() {
        for (text, expected) in [
            ("six months and 2 yrs", "6 months and 2 years"),
            ("a 6mo program, 12wks or 40hrs", "a 6 month program 12 weeks or 40 hours"),
            ("is it 15/hr or $20k a yr", "is it 15 hour or 20000 a year"),
            ("two thousand, 2 k or 3 hundred", "2000 2000 or 300"),
            ("which one, 1st or 3rd", "which one first or third"),
            ("at 9am in 2026", "at 9 am in 2026"),
            ("the hr department, 5. min", "the hr department 5 min"),
            ("e119 and 99213 and 4x and a 401k", "e119 and 99213 and 4x and a 401k"),
            ("99999999999999999999999k thousand", "99999999999999999999999k thousand"),
        ] {
            let words = written_out(split(text, Language::English));
            let words: Vec<&str> = words.iter().map(|word| word.word.as_str()).collect();
            assert_eq!(words.join(" "), expected, "{text}");
        }
    }
}
