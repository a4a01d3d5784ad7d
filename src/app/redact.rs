//! Removes personal data from what people write, before it is kept.
//!
//! Owns what counts as personal data, and what is a patient's. Pure. What a person could be found by goes, and whatever is
//! called somebody's; what everybody uses stays readable: years, prices, exam and code numbers. A short code (`99213`,
//! `J1100`, `0001F`, `99213-25`) is one of those unless it is called somebody's number. Names go where something announces
//! one: a name that stands alone looks like any other word, and stays.
//!
//! Reading order: `plain` is a text as it reads; `rules` the table of what is looked for in it; `takes` decides where a
//! pattern alone cannot; `words` has the words that are names, and those that are none.

mod plain;
mod rules;
mod takes;
mod words;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use plain::Plain;
use rules::{Kind, RULES, Rule, Take};

static COMPILED: LazyLock<Vec<(Regex, &Rule)>> =
    LazyLock::new(|| RULES.iter().filter_map(|rule| Some((Regex::new(rule.find).ok()?, rule))).collect());

/// Compiles the patterns. That takes a quarter of a second, and the first message would wait for it.
pub fn prepare() {
    LazyLock::force(&COMPILED);
}

/// Something that was found in a text as it reads.
#[derive(Debug)]
struct Found {
    at: Range<usize>,
    kind: Kind,
    of_patient: bool,
}

/// `text` with personal data replaced by `[email]`, `[phone]`, `[number]`, `[date]`, `[age]`, `[name]`, `[address]`,
/// `[device]`, `[link]` and `[secret]`. All else stays as it was written.
pub fn redact(text: &str) -> String {
    redact_part(text, text)
}

/// The same for a part of a message, in the light of all of it: what is announced in one sentence may stand in another.
pub fn redact_part(message: &str, part: &str) -> String {
    let Some(start) = message.find(part) else { return redact(part) };
    let end = start + part.len();
    let mut kept = String::with_capacity(part.len());
    let mut from = start;
    for (place, kind) in places(message) {
        if place.end <= from || place.start >= end {
            continue;
        }
        kept.push_str(message.get(from..place.start).unwrap_or_default());
        kept.push_str(kind.placeholder());
        from = place.end;
    }
    kept.push_str(message.get(from..end).unwrap_or_default());
    kept
}

/// What kinds of personal data a text seems to have, in the words that stand for them in a redacted text.
pub fn kinds(text: &str) -> Vec<&'static str> {
    let found = places(text);
    let is_found = |kind: &Kind| found.iter().any(|(_, of)| of == kind);
    Kind::ALL.into_iter().filter(is_found).map(|kind| kind.placeholder().trim_matches(['[', ']'])).collect()
}

/// Whether a message has a patient's data: a name beside "patient", "member", a date of birth or the number of a record; a
/// number called that of a record, a member or a claim; a date of birth; a social security number. Somebody's own name,
/// telephone number or mail address is none of these.
pub fn looks_like_patient_data(text: &str) -> bool {
    found_in(&mut Plain::of(text)).iter().any(|found| found.of_patient)
}

/// What is to go, by its places in the text as it was written: in order, none within another.
fn places(text: &str) -> Vec<(Range<usize>, Kind)> {
    let mut plain = Plain::of(text);
    let mut found = found_in(&mut plain);
    found.sort_by_key(|found| (found.at.start, found.at.end));
    let mut places: Vec<(Range<usize>, Kind)> = Vec::new();
    for Found { at, kind, .. } in found {
        let Some(place) = plain.place(&at) else { continue };
        match places.last_mut() {
            Some((last, of)) if place.start < last.end || *of == kind && is_one(text, kind, last.end..place.start) => {
                last.end = last.end.max(place.end);
            }
            _ => places.push((place, kind)),
        }
    }
    places
}

/// Whether two pieces with this between them are one: a name or an address that two rules have found.
fn is_one(text: &str, kind: Kind, between: Range<usize>) -> bool {
    let is_near = text.get(between).is_some_and(|between| between.chars().all(|c| c == ' '));
    is_near && matches!(kind, Kind::Name | Kind::Address)
}

/// What the rules find; it is taken out of `plain`.
fn found_in(plain: &mut Plain) -> Vec<Found> {
    let written = plain.text.clone();
    let mut all = Vec::new();
    for (find, rule) in COMPILED.iter() {
        let places: Vec<Range<usize>> =
            find.captures_iter(&plain.shape).filter_map(|captures| taken(rule, &captures, plain)).collect();
        for at in places {
            if matches!(rule.take, Take::Nothing) {
                plain.keep(at);
            } else {
                plain.take(at.clone());
                all.push(Found { at, kind: rule.kind, of_patient: rule.of_patient });
            }
        }
    }
    let again = said_again(&written, plain, &all);
    for found in &again {
        plain.take(found.at.clone());
    }
    all.extend(again);
    all
}

/// Where that stands which a rule takes of what it has found, if it takes anything.
fn taken(rule: &Rule, captures: &Captures<'_>, plain: &Plain) -> Option<Range<usize>> {
    let text = plain.text.as_str();
    let all = captures.get(0)?;
    let gone = captures.name("gone").or_else(|| captures.name("also")).unwrap_or(all);
    let gone = plain.whole(gone.range());
    match rule.take {
        Take::Found | Take::Nothing => Some(gone),
        Take::If(holds) => text.get(gone.clone()).is_some_and(holds).then_some(gone),
        Take::Name(names) => takes::name(text, all.end(), names),
        Take::NameBefore => takes::name_before(text, gone),
        Take::Number(number) => takes::number(text, all.end(), number),
    }
}

/// Where names and numbers stand once more that were found: "my name is Maria Lopez ... thanks, Maria".
fn said_again(written: &str, plain: &Plain, all: &[Found]) -> Vec<Found> {
    let mut names = HashSet::new();
    let mut numbers = HashSet::new();
    for Found { at, kind, .. } in all {
        let Some(found) = written.get(at.clone()) else { continue };
        match kind {
            Kind::Name => names.extend(words_of(found).map(|(_, word)| word.to_lowercase())),
            Kind::Number => drop(numbers.insert(found.to_lowercase())),
            _ => {}
        }
    }
    names.retain(|name| {
        name.chars().count() >= 3 && !name.contains(|c: char| c.is_ascii_digit()) && !words::is_common(name)
    });
    numbers.retain(|number| number.len() >= 4 && !takes::is_code(number));
    if names.is_empty() && numbers.is_empty() {
        return Vec::new();
    }
    let again = words_of(&plain.text).filter_map(|(at, word)| {
        let word_is = word.to_lowercase();
        let kind = if names.contains(word_is.strip_suffix("'s").unwrap_or(&word_is)) {
            Kind::Name
        } else if numbers.contains(&word_is) {
            Kind::Number
        } else {
            return None;
        };
        let end = at + word.strip_suffix("'s").map_or(word.len(), str::len);
        // With the surname, should only this time one be written.
        let whole = takes::name(&plain.text, at, takes::Names::Possible)
            .filter(|whole| kind == Kind::Name && whole.start == at);
        Some(Found { at: at..whole.map_or(end, |whole| whole.end.max(end)), kind, of_patient: false })
    });
    again.collect()
}

/// The words of a text, with digits and hyphens in them, and where each begins.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let between = |c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-'));
    let mut at = 0;
    text.split_inclusive(between).filter_map(move |piece| {
        let start = at;
        at += piece.len();
        let word = piece.trim_end_matches(between);
        (!word.is_empty()).then_some((start, word))
    })
}

#[cfg(test)]
mod tests;
