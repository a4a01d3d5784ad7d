//! Messages in another script or another language than the corpus, which are declined as such and not matched by accident:
//! `¿cuánto cuesta el examen?` is near to what English has to say about exams, and "die" is a word in German.
//!
//! The script is told by the letters, the language by small words: those without a subject, and a few that only tell the
//! language. Names and loan words are the same in all languages, so nothing else is looked at. To call a question foreign
//! that is not costs more than the other way round, for that is only matched as before.

use std::fmt;
use std::sync::OnceLock;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::corpus::{Entry, Kind};
use super::speller::is_general;
use super::text::language::{Language, listed, tables};
use super::text::script::Script;
use super::text::{Analyzer, Words, words};

/// So many small words of another language make a message foreign.
const FEWEST_WORDS: u8 = 2;
/// And at least so many times as many as there are of the corpus's own.
const TIMES_OWN: u8 = 2;
/// One entry in so many that has a wording in a language makes it a language of the corpus. Fewer are a greeting, or the
/// entry that says which languages are spoken here.
const ENTRIES_FOR_A_LANGUAGE: usize = 10;

/// One of them has so many letters: shorter ones come about by slips and in chat language ("w/o").
const SHORTEST_SURE: usize = 3;

/// Small words of so many letters that names have, in any language: alone they tell nothing. Sorted.
const OF_NAMES: &[&str] =
    &["das", "degli", "dei", "del", "della", "den", "der", "des", "dos", "las", "les", "los", "san", "van", "von"];

/// More than there are languages in [`tables`]; each has a bit of a `u32`.
const MOST: usize = 32;

/// How a message is foreign. Prints as what follows "it is".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign(Sign);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Script(Script),
    Language(&'static str),
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Sign::Script(script) => write!(f, "in {script:?} letters"),
            Sign::Language(name) => write!(f, "in {name}, by its small words"),
        }
    }
}

/// What a corpus is written in.
#[derive(Debug, Default)]
pub struct Tongue {
    language: Language,
    /// Scripts of the wordings.
    scripts: u32,
    /// Languages of the wordings.
    languages: u32,
    /// Words of the wordings that are small words of another language, but are not used as such: "Los Angeles".
    own_words: FxHashSet<CompactString>,
}

impl Tongue {
    /// That of these entries, by their questions and phrasings. Not by small talk: who answers "hola" need not know Spanish.
    pub fn of(analyzer: &Analyzer, entries: &[Entry]) -> Self {
        let language = analyzer.language();
        let own = 1 << language as u32;
        let mut tongue = Self { language, scripts: language.script().bit(), languages: own, ..Self::default() };
        let mut entries_in = [0usize; MOST];
        let mut own_words = FxHashSet::default();
        let asked = || entries.iter().filter(|entry| entry.kind == Kind::Faq);
        for entry in asked() {
            let mut languages = 0u32;
            for wording in std::iter::once(&entry.question).chain(&entry.phrasings) {
                let words = analyzer.words(wording);
                tongue.scripts |= words.iter().flat_map(str::chars).filter_map(Script::of).fold(0, |s, c| s | c.bit());
                match tongue.other_language(analyzer, &words) {
                    Some(other) => languages |= 1 << other,
                    None => own_words
                        .extend(words.iter().filter(|word| marks(word, language) & own == 0).map(CompactString::from)),
                }
            }
            entries_in.iter_mut().enumerate().for_each(|(i, count)| *count += (languages >> i & 1) as usize);
        }
        let is_spoken = |count: usize| count > 0 && count * ENTRIES_FOR_A_LANGUAGE >= asked().count();
        let spoken = entries_in.iter().enumerate().filter(|(_, count)| is_spoken(**count));
        tongue.languages |= spoken.fold(0, |languages, (i, _)| languages | 1 << i);
        own_words.retain(|word| marks(word, language) != 0);
        tongue.own_words = own_words;
        tongue
    }

    /// Whether a message is in letters that no wording has, or in another language.
    pub fn foreign(&self, analyzer: &Analyzer, words: &Words) -> Option<Foreign> {
        if let Some(script) = self.other_script(words) {
            return Some(Foreign(Sign::Script(script)));
        }
        let (name, _) = tables().nth(self.other_language(analyzer, words)?)?;
        Some(Foreign(Sign::Language(name)))
    }

    /// The script of most letters that are not of a script of the corpus, if they are more than half of all.
    fn other_script(&self, words: &Words) -> Option<Script> {
        let (mut own, mut others) = (0usize, 0usize);
        let mut most: Option<(Script, usize)> = None;
        for word in words.iter() {
            if word.is_ascii() && self.scripts & Script::Latin.bit() != 0 {
                own += word.bytes().filter(u8::is_ascii_alphabetic).count();
                continue;
            }
            for script in word.chars().filter(|c| c.is_alphabetic()).filter_map(Script::of) {
                if self.scripts & script.bit() != 0 {
                    own += 1;
                    continue;
                }
                others += 1;
                // The one with a majority, if there is one.
                most = match most {
                    Some((leading, lead)) if leading == script => Some((leading, lead + 1)),
                    Some((leading, lead)) if lead > 0 => Some((leading, lead - 1)),
                    _ => Some((script, 1)),
                };
            }
        }
        most.filter(|_| others > own).map(|(script, _)| script)
    }

    /// The place in [`tables`] of the language that clearly more small words are of than of the corpus's.
    fn other_language(&self, analyzer: &Analyzer, words: &Words) -> Option<usize> {
        let own = 1u32 << self.language as u32;
        let mut own_count = 0u8;
        // By language: small words that are of the corpus's language too, and others.
        let (mut shared, mut foreign) = ([0u8; MOST], [0u8; MOST]);
        // The first of the others, which counts once, and the languages that have one which slips and names do not account
        // for.
        let mut first: [&str; MOST] = [""; MOST];
        let mut sure = 0u32;
        let each = |marks: u32, count: &mut [u8; MOST], add: &mut dyn FnMut(usize) -> bool| {
            let mut left = marks;
            while left != 0 {
                let i = left.trailing_zeros() as usize;
                left &= left - 1;
                if let Some(count) = count.get_mut(i).filter(|_| add(i)) {
                    *count = count.saturating_add(1);
                }
            }
        };
        for word in words.iter() {
            let marks = marks(word, self.language);
            if marks & own != 0 {
                own_count = own_count.saturating_add(1);
                each(marks & !own, &mut shared, &mut |_| true);
            } else if marks & !self.languages != 0 && !self.own_words.contains(word) && !analyzer.knows(word) {
                if word.len() >= SHORTEST_SURE && OF_NAMES.binary_search(&word).is_err() {
                    sure |= marks;
                }
                each(marks, &mut foreign, &mut |i| match first.get_mut(i) {
                    Some(first) if first.is_empty() => {
                        *first = word;
                        true
                    }
                    first => first.is_some_and(|first| *first != word),
                });
            }
        }
        let counts = foreign.iter().zip(&shared).enumerate();
        let clearly = counts.filter(|(i, (foreign, shared))| {
            let own = own_count.saturating_sub(**shared);
            let is_other = (sure & !self.languages) >> *i & 1 != 0;
            is_other && **foreign >= FEWEST_WORDS && **foreign >= own.saturating_mul(TIMES_OWN)
        });
        // Of equals the first.
        clearly.max_by_key(|(i, (foreign, _))| (**foreign, usize::MAX - i)).map(|(i, _)| i)
    }
}

/// The languages that a word is a small word of: a bit for each, in the order of [`tables`]. To a corpus in English a word
/// of English is no word of another language.
fn marks(word: &str, language: Language) -> u32 {
    static MARKS: OnceLock<FxHashMap<CompactString, (u32, bool)>> = OnceLock::new();
    let english = 1 << Language::English as u32;
    let table = MARKS.get_or_init(|| {
        let mut table: FxHashMap<CompactString, (u32, bool)> = FxHashMap::default();
        for (i, (_, file)) in tables().enumerate() {
            for written in listed(file, false).chain(listed(file, true)) {
                // Letters are made plain in another way in English than elsewhere, and apostrophes in yet another.
                for reader in [Language::English, Language::German] {
                    let mut parts = words(written, reader);
                    if let (Some(word), None) = (parts.next(), parts.next()) {
                        table.entry(word).or_default().0 |= 1 << i;
                    }
                }
            }
        }
        for (word, (marks, general)) in &mut table {
            *general = *marks & english == 0 && is_general(word, Language::English);
        }
        table
    });
    match table.get(word) {
        Some((_, true)) if language == Language::English => 0,
        Some((marks, _)) => *marks,
        None => 0,
    }
}

#[cfg(test)]
mod tests;
