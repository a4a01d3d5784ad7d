//! What a rule takes of what it has found, where a pattern alone cannot tell: names, numbers, dates, cards.
//!
//! Owns the small grammars of these. Each looks at a few words, however long the text is.

use std::ops::Range;

use super::words::{is_common, is_given, is_surname};

/// So many words of a name at most: what follows is the rest of the sentence.
const NAME_WORDS: usize = 4;
/// Words between the parts of a name, in lower case.
const PARTICLES: &[&str] =
    &["da", "de", "del", "della", "der", "di", "dos", "du", "la", "las", "le", "san", "van", "von"];
/// What may follow a name and belongs to it, in lower case.
const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv"];
/// Words that may stand between "my name is" and the name.
const ADVERBS: &[&str] = &["actually", "just", "legally", "now", "officially", "really", "still", "also"];
/// A number called somebody's may be written in so many groups.
const GROUPS: usize = 12;

/// How sure it is that a name follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// "My name is": whatever is no everyday word.
    Announced,
    /// "Mr": the same, but an everyday word only if it is a surname, too.
    Titled,
    /// "I'm": what is written as a name, or is a known one.
    Possible,
    /// "This is": the same, if it has two words, is a known one, or what follows goes on as after a name.
    Introduced,
    /// "Member": two words that are written as a name, or one that is known.
    Full,
    /// "Thanks,": what is written as a name, or is a known one, up to the end of the line.
    Closing,
    /// "Regards,": any words up to the end of the line, but everyday ones.
    Signed,
    /// "Hi": a known one, written as a name.
    Known,
}

/// A word of a text, with its place.
#[derive(Debug, Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Word<'t> {
    /// The word that begins at `at`, or behind spaces and signs there.
    fn at(text: &'t str, at: usize, signs: &[char]) -> Option<Self> {
        let rest = text.get(at..)?;
        let start = at + rest.find(|c: char| c != ' ' && !signs.contains(&c))?;
        let rest = text.get(start..)?;
        let length = rest.find(|c: char| !(c.is_alphabetic() || matches!(c, '\'' | '-'))).unwrap_or(rest.len());
        let word = rest.get(..length)?.trim_end_matches(['\'', '-']);
        let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("'S")).unwrap_or(word);
        let begins = word.starts_with(char::is_alphabetic);
        begins.then_some(Self { text: word, start, end: start + word.len() })
    }

    /// Written as names are: `Maria`, `McKay`.
    fn is_title(&self) -> bool {
        self.text.starts_with(char::is_uppercase) && self.text.contains(char::is_lowercase)
    }

    /// `MARIA`, `J`.
    fn is_upper(&self) -> bool {
        self.text.chars().all(|c| !c.is_lowercase())
    }

    fn is_initial(&self) -> bool {
        self.text.chars().nth(1).is_none() && self.is_upper() && self.text != "I"
    }

    fn is_in(&self, list: &[&str]) -> bool {
        list.iter().any(|word| word.eq_ignore_ascii_case(self.text))
    }
}

/// Where the name stands that begins at `at`, or behind a space and a sign there.
pub fn name(text: &str, at: usize, names: Names) -> Option<Range<usize>> {
    let mut first = Word::at(text, at, &['"', '\'', '(', ':', '-', ','])?;
    if names == Names::Announced && first.is_in(ADVERBS) {
        first = Word::at(text, first.end, &[])?;
    }
    let written = first.is_title() && !is_common(first.text);
    let begins = match names {
        Names::Announced => written || !is_common(first.text) || is_given(first.text),
        Names::Titled | Names::Signed => !is_common(first.text) || (first.is_title() && is_surname(first.text)),
        Names::Possible | Names::Introduced | Names::Full | Names::Closing => written || is_given(first.text),
        Names::Known => first.is_title() && is_given(first.text),
    };
    let is_letter = first.text.chars().nth(1).is_none();
    if !(begins && !is_letter || first.is_initial() && names != Names::Known) {
        return None;
    }
    let (end, words) = rest_of_name(text, first);
    // A letter alone is no name, "J. Smith" is one.
    let holds = words > 1 || !is_letter;
    let holds = holds
        && match names {
            Names::Announced | Names::Titled | Names::Possible | Names::Known => true,
            Names::Introduced => words > 1 || is_given(first.text) || says_more(text, end) || ends_line(text, end),
            Names::Full => words > 1 || is_given(first.text),
            Names::Closing | Names::Signed => ends_line(text, end),
        };
    holds.then_some(first.start..end)
}

/// Where a name ends that begins with this word, and how many words it has.
fn rest_of_name(text: &str, first: Word<'_>) -> (usize, usize) {
    let (mut end, mut words) = (first.end, 1);
    let lower = !first.is_title() && !first.is_upper();
    while words < NAME_WORDS {
        let mut from = end;
        if text.get(from..).is_some_and(|rest| rest.starts_with(". ")) && is_short(text, from) {
            from += 1;
        }
        // "Lopez, Maria".
        let comma = words == 1 && !lower && text.get(from..).is_some_and(|rest| rest.starts_with(", "));
        let Some(next) = Word::at(text, if comma { from + 1 } else { from }, &[]) else { break };
        let reached = next.start > from && next.start <= from + 2;
        let mut last = next;
        let mut belongs = if comma {
            next.is_title() && is_given(next.text)
        } else {
            next.is_in(SUFFIXES) || belongs(next, first, words)
        };
        if !belongs && next.is_in(PARTICLES) && !comma {
            // "De la Cruz": as many as there are, if a name follows.
            let mut behind = Word::at(text, next.end, &[]);
            while let Some(word) = behind.filter(|word| word.is_in(PARTICLES)) {
                behind = Word::at(text, word.end, &[]);
            }
            if let Some(word) = behind.filter(|word| !is_common(word.text) && word.is_title() != lower) {
                (last, belongs) = (word, true);
            }
        }
        if !(reached && belongs) {
            break;
        }
        end = last.end;
        words += 1;
    }
    (end, words)
}

/// Whether the word that ends there has a dot as part of it: `J.`, `Jr.`.
fn is_short(text: &str, end: usize) -> bool {
    let word = text.get(..end).and_then(|text| text.rsplit(|c: char| !c.is_alphabetic()).next());
    word.is_some_and(|word| word.chars().count() <= 2)
}

/// Whether a word goes on a name that began with `first` and has so many words by now.
fn belongs(word: Word<'_>, first: Word<'_>, words: usize) -> bool {
    if word.is_initial() {
        return !first.text.chars().all(char::is_lowercase) || words == 1;
    }
    if word.is_title() {
        return !is_common(word.text) || is_surname(word.text);
    }
    let inflected = ["ing", "ed", "ly"].iter().any(|end| word.text.to_lowercase().ends_with(end));
    let is_name = !is_common(word.text) && !inflected && word.text.chars().nth(1).is_some();
    if first.is_upper() && !first.is_initial() {
        // All is in capitals, or the surname is not.
        return is_name && word.is_upper();
    }
    // In lower case only the next word is: what follows may be anything.
    is_name && words == 1 && !first.is_title() && !word.is_upper()
}

/// Whether what follows goes on as after a name: "this is Dana from billing".
fn says_more(text: &str, end: usize) -> bool {
    Word::at(text, end, &[','])
        .is_some_and(|word| word.is_in(&["from", "here", "calling", "speaking", "writing", "again", "with"]))
}

/// Whether the line ends there, but for signs.
fn ends_line(text: &str, end: usize) -> bool {
    let line = text.get(end..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    !line.contains(char::is_alphanumeric)
}

/// Where a name stands at the end of these words.
pub fn name_before(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let words = text.get(part.clone())?;
    let mut from = part.start;
    let mut all = Vec::new();
    while let Some(word) = Word::at(text, from, &[',']).filter(|word| word.end <= part.end) {
        from = word.end;
        all.push(word);
    }
    // All in lower case, a word before "dob" may be anything: of two one is known, or it is no name.
    let of_name = all.iter().rev().take_while(|word| !is_common(word.text) || is_given(word.text)).count();
    let name = all.get(all.len().checked_sub(of_name)?..)?;
    let written = name.iter().any(|word| word.is_title() || is_given(word.text));
    (written && !words.contains('\n')).then_some(name.first()?.start..name.last()?.end)
}

/// How a number is called somebody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// By its kind and as a number ("claim number"): with so many letters and digits at least.
    Named(usize),
    /// By its kind alone ("claim"), which has codes, too: five digits at least, and no [`is_code`].
    Kind,
}

/// Where the number stands that begins at `at`, perhaps in groups.
pub fn number(text: &str, at: usize, number: Number) -> Option<Range<usize>> {
    let (first, mut end) = token(text, at)?;
    let start = end - first.len();
    let digits = |token: &str| token.bytes().filter(u8::is_ascii_digit).count();
    let signs = |token: &str| token.bytes().filter(u8::is_ascii_alphanumeric).count();
    if is_year(first) {
        return None;
    }
    match number {
        Number::Kind => {
            let letters = first.bytes().take_while(u8::is_ascii_alphabetic).count();
            let enough = digits(first) >= 5 && letters <= 5;
            (enough && !is_code(first)).then_some(start..end)
        }
        Number::Named(least) => {
            let mut all = signs(first);
            let mut found = digits(first);
            for _ in 1..GROUPS {
                let Some((next, its_end)) = token(text, end) else { break };
                let is_near = text.get(end..its_end - next.len()).is_some_and(|between| between == " ");
                // One that is long enough by itself is followed by something else.
                let goes_on = digits(next) > 0 && (all < 9 || digits(next) == next.len() && next.len() > 2);
                if !is_near || !goes_on || (is_code(next) || is_year(next)) && all >= 8 {
                    break;
                }
                all += signs(next);
                found += digits(next);
                end = its_end;
            }
            (all >= least && found >= 2).then_some(start..end)
        }
    }
}

/// Letters, digits and hyphens that begin at `at`, or behind a space and a sign there, and where they end.
fn token(text: &str, at: usize) -> Option<(&str, usize)> {
    let rest = text.get(at..)?;
    let start = at + rest.find(|c: char| !matches!(c, ' ' | '#' | ':' | '"' | '\'' | '('))?;
    let rest = text.get(start..)?;
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))).unwrap_or(rest.len());
    let token = rest.get(..length)?.trim_end_matches(['-', '.']);
    // A part of a longer word, a date or a price is none.
    let after = text.get(start + token.len()..)?;
    let goes_on = after.starts_with(char::is_alphanumeric) || after.starts_with('/') && after.len() > 1;
    (!token.is_empty() && !goes_on).then_some((token, start + token.len()))
}

/// Whether it is a code that everybody uses, perhaps with modifiers: `99213`, `J1100`, `0001F`, `99213-25-59`.
pub fn is_code(text: &str) -> bool {
    let mut parts = text.split('-');
    let code = parts.next().unwrap_or_default().as_bytes();
    let [first, middle @ .., last] = code else { return false };
    let shape = code.len() == 5
        && middle.iter().all(u8::is_ascii_digit)
        && match (first.is_ascii_digit(), last.is_ascii_digit()) {
            (true, true) => true,
            (false, true) => first.is_ascii_alphabetic(),
            (true, false) => last.is_ascii_alphabetic(),
            (false, false) => false,
        };
    shape && parts.all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether it is a year of these times.
pub fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse::<u32>().is_ok_and(|year| (1900..2100).contains(&year))
}

/// Whether it is written as names are elsewhere on the net: with a digit or a sign in it, and no code.
pub fn is_handle(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ',']);
    text.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '.' | '#' | '@' | '$')) && !is_code(text)
}

/// Whether it is no everyday word. An `@` before it does not count.
pub fn is_uncommon(text: &str) -> bool {
    let text = text.trim_start_matches('@').trim_end_matches(['.', ',', '!', '?', ';']);
    !text.is_empty() && !is_common(text)
}

/// Whether it could be a password: it has a digit or a sign in it.
pub fn is_secret(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ',', '!', '?', ';']);
    text.contains(|c: char| !c.is_alphabetic() && !matches!(c, '\'' | '-' | '/'))
}

/// Whether day, month and year could be those of a day: 4/12/1990, 12.4.90, 1990-04-12.
pub fn is_date(text: &str) -> bool {
    let parts: Vec<u32> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    let (month, day) = (1..=12, 1..=31);
    match parts.as_slice() {
        [year, a, b] if *year > 99 => month.contains(a) && day.contains(b) || day.contains(a) && month.contains(b),
        [a, b, _] => month.contains(a) && day.contains(b) || day.contains(a) && month.contains(b),
        _ => false,
    }
}

/// Whether each of the numbers of an address could be one.
pub fn is_ip(text: &str) -> bool {
    let host = text.split(':').next().unwrap_or_default();
    host.split('.').all(|part| part.parse::<u32>().is_ok_and(|part| part < 256))
}

/// Whether the checksum of a card holds (Luhn's), and it is no list of codes.
pub fn is_card(text: &str) -> bool {
    let mut sum = 0;
    for (position, digit) in text.chars().rev().filter_map(|c| c.to_digit(10)).enumerate() {
        let doubled = if position % 2 == 1 { digit * 2 } else { digit };
        sum += if doubled > 9 { doubled - 9 } else { doubled };
    }
    sum % 10 == 0 && !text.split([' ', '-', '.']).all(|group| group.len() == 5)
}

/// Whether digits that stand alone are more than people count: 5 5 5 1 2 3 4, and not 1 2 3 4 5 6 7.
pub fn is_no_count(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let steps = digits.iter().zip(digits.iter().skip(1)).filter(|(a, b)| **b == **a + 1).count();
    steps + 2 < digits.len()
}

/// Whether the groups of digits differ in length, as those of a telephone number do and those of a list of codes do not.
pub fn is_grouped(text: &str) -> bool {
    let mut lengths = text.split([' ', '-', '.']).map(str::len);
    let first = lengths.next();
    lengths.any(|length| Some(length) != first)
}

/// Whether `555-1234` is a telephone number and not from so much to so much.
pub fn is_local(text: &str) -> bool {
    let second = text.split('-').nth(1).unwrap_or_default();
    second.parse::<u32>().is_ok_and(|number| number % 50 != 0) && !is_year(second)
}

/// Whether digits that follow "call" could be dialled: they neither begin with a code nor are years.
pub fn is_dialled(text: &str) -> bool {
    let begins_with_code = text.split(' ').next().is_some_and(|first| is_code(first) && first.len() < text.len());
    !begins_with_code && !text.split([' ', '-']).all(is_year)
}

/// Whether groups of digits with hyphens are eight digits or more, and neither years nor a code with its modifiers.
pub fn is_long(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 8 && !is_code(text) && !text.split('-').all(is_year)
}

/// Whether letters and digits are mixed as in the number of a thing: five digits at least, and a letter.
pub fn is_mixed(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= 5 && text.contains(|c: char| c.is_ascii_alphabetic())
}

/// Whether a number, words and the word for a street could be an address: no word between is an everyday one, save for
/// those that begin with a capital. `way` and the like need that.
pub fn is_street(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [_, between @ .., last] = words.as_slice() else { return false };
    let last = last.trim_end_matches('.').to_lowercase();
    let clear = CLEAR_STREETS.contains(&last.as_str());
    let is_part = |word: &&str| {
        let bare = word.trim_end_matches(['.', ',']);
        let is_capital = bare.starts_with(char::is_uppercase);
        let is_number =
            bare.starts_with(|c: char| c.is_ascii_digit()) && bare.ends_with(['t', 'h', 'd', 'T', 'H', 'D']);
        let is_way = ["n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west", "st", "mt", "old"]
            .contains(&bare.to_lowercase().as_str());
        is_capital || is_number || is_way || clear && !is_common(bare)
    };
    !between.is_empty() && between.iter().all(is_part)
}

/// Words for a street that mean nothing else.
const CLEAR_STREETS: &[&str] =
    &["street", "avenue", "ave", "blvd", "boulevard", "rd", "road", "ln", "lane", "pkwy", "parkway", "hwy", "terrace"];

/// Words before a state that are no towns: behind them a number of five digits is a code.
const NO_TOWNS: &[&str] =
    &["in", "for", "from", "of", "and", "or", "the", "by", "medicare", "medicaid", "code", "codes"];

/// Whether the last word before a state and a number could be a town.
pub fn is_town(text: &str) -> bool {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let [before @ .., _state, _zip] = words.as_slice() else { return false };
    before.last().is_some_and(|word| !NO_TOWNS.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tells(holds: fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        yes.iter().for_each(|text| assert!(holds(text), "{text}"));
        no.iter().for_each(|text| assert!(!holds(text), "{text}"));
    }

    #[test]
    fn checks_tell_what_a_pattern_cannot() {
        tells(
            is_code,
            &["99213", "J1100", "0001F", "99213-25-59"],
            &["9921", "992133", "AB123", "99213-255", "", "é1234"],
        );
        tells(is_year, &["1999", "2026"], &["1899", "2100", "202", "02026"]);
        tells(
            is_date,
            &["4/12/1990", "12.4.90", "1990-04-12", "31/1/90"],
            &["13/13/90", "0/1/90", "4/12", "99999999999/1/1"],
        );
        tells(is_card, &["4111 1111 1111 1111", "60111 11111 11111 7"], &["4111 1111 1111 1112", "99213 99214 99215"]);
        tells(is_ip, &["203.0.113.7", "203.0.113.7:80"], &["300.1.1.1", "1.2.3.999"]);
        tells(is_no_count, &["5 5 5 1 2 3 4", "7 4 0 5 5 5 0"], &["1 2 3 4 5 6 7", "3 4 5 6 7 8 9"]);
        tells(is_local, &["555-1234", "555-0199"], &["100-1500", "500-1000", "555-2026"]);
        tells(is_long, &["447-20931", "D123-4567-8901"], &["2025-2026", "99213-25-59-76", "12-345"]);
        tells(
            is_street,
            &["12 Maple St", "5 oak hollow rd", "7 5th Ave."],
            &["2 people in the street", "9 st", "3 days by road"],
        );
        tells(is_town, &["Columbus OH 43215", "Chicago, IL 60601"], &["In TX 99213", "Medicare TX 99213"]);
        tells(is_secret, &["Tulsa!24", "1234"], &["wrong.", "it's", "case-sensitive"]);
    }
}
