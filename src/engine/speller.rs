//! Spelling correction against the words of the index, before matching.
//!
//! A noisy channel (Kernighan, Church and Gale 1990): among the words a typo can have come from, the one with the best
//! prior, distance and neighbours. Candidates come from an index of words with letters deleted (SymSpell), never from a
//! scan. `strsim` measures distance (optimal string alignment) and likeness (Jaro-Winkler, which knows that people
//! rarely miss the first letters).
//!
//! A word of the index, of the lexicon or of general English is never changed; a protected term is never produced. What
//! is known of English is the SCOWL list beside this file (`english.txt`; its terms are in `english.LICENSE.txt`). A typo
//! may be of a word that only English has: then it is that word, not the nearest of the index. The list is for a corpus in
//! English: of other languages the words of the corpus are all that is known.

mod keyboard;

use std::sync::OnceLock;

use super::meaning;
use super::text::language::Language;
use super::vocabulary::Vocabulary;
use keyboard::slip;

/// General English, one word a line, sorted: SCOWL sizes 10 to 40, lower case, three letters and more.
const ENGLISH: &str = include_str!("english.txt");

/// What one edit costs, in natural-log units: people mistype about one letter in a hundred.
const EDIT_COST: f64 = 5.0;
/// What unlikeness costs: the distance between two words that share nothing by Jaro-Winkler.
const UNLIKE_COST: f64 = 10.0;
/// What a known neighbour is worth.
const PAIR_BONUS: f64 = 2.0;
/// Share of the index words in the prior; the rest is general English.
const INDEX_PRIOR: f64 = 0.8;
/// How frequent an English word is at least, of which no more is known than that it is rare.
const RARE: f64 = 1e-6;

/// What a typo was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    /// The word.
    pub word: Meant,
    /// Whether it can hardly be anything else.
    pub sure: bool,
}

/// A word that was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// One of the index: its number in the vocabulary.
    Indexed(u32),
    /// One of general English. The index may have another form of it.
    English(&'static str),
}

/// Corrects words that are no words.
#[derive(Debug)]
pub struct Speller {
    deletes: Deletes,
    total: f64,
}

impl Speller {
    /// A speller for the words of this vocabulary.
    pub fn new(vocabulary: &Vocabulary) -> Self {
        let mut total = 1.0;
        let mut deletes = Vec::new();
        for (number, word) in vocabulary.infos().iter().enumerate() {
            total += f64::from(word.count) + 1.0;
            if word.protected || word.text.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            for_each_delete(&word.text, reach(&word.text), &mut |key| deletes.push((key, number)));
        }
        Self { deletes: Deletes::new(deletes), total }
    }

    /// The word that `typed` most likely stands for, if it is a typo of one. `before` and `after` are the stems beside
    /// it, where they are known.
    pub fn correct(
        &self,
        vocabulary: &Vocabulary,
        typed: &str,
        before: Option<u32>,
        after: Option<u32>,
    ) -> Option<Correction> {
        let language = vocabulary.language();
        let reach = reach(typed);
        if reach == 0 || typed.bytes().any(|b| b.is_ascii_digit()) || is_general(typed, language) {
            return None;
        }
        let mut best: Option<(f64, Correction)> = None;
        let mut consider = |cost: f64, word: Meant, text: &str, stem: Option<u32>| {
            let follows =
                |a: Option<u32>, b: Option<u32>| a.zip(b).is_some_and(|(a, b)| vocabulary.pair(a, b).is_some());
            let pairs = usize::from(follows(before, stem)) + usize::from(follows(stem, after));
            let sure = pairs > 0 || !is_anything(typed, text, language);
            let cost = cost - PAIR_BONUS * pairs as f64;
            let better = |(least, first): &(f64, Correction)| match cost.total_cmp(least) {
                std::cmp::Ordering::Equal => order(word) < order(first.word),
                other => other.is_lt(),
            };
            if best.as_ref().is_none_or(better) {
                best = Some((cost, Correction { word, sure }));
            }
        };
        // A word two slips away is looked for where none is one slip away: twice as unlikely, and many times the work.
        for depth in 1..=reach {
            let mut found = false;
            self.deletes.near(typed, depth, &mut |word| {
                let Some(info) = vocabulary.info(word) else { return };
                let Some(cost) = cost(typed, &info.text, reach) else { return };
                found = true;
                let prior = INDEX_PRIOR * (f64::from(info.count) + 1.0) / self.total;
                consider(cost - libm::log(prior), Meant::Indexed(word), &info.text, Some(info.stem));
            });
            if depth == 1 && language == Language::English {
                english_deletes().near(typed, 1, &mut |number| {
                    let Some(word) = english_words().get(number as usize).copied() else { return };
                    let Some(cost) = cost(typed, word, 1) else { return };
                    let stem = vocabulary.stem(&language.stem(word));
                    let known = if stem.is_some() { INDEX_PRIOR / self.total } else { 0.0 };
                    let prior = known + (1.0 - INDEX_PRIOR) * frequency(word);
                    consider(cost - libm::log(prior), Meant::English(word), word, stem);
                });
            }
            if found {
                break;
            }
        }
        best.map(|(_, correction)| correction)
    }
}

/// Which of two equally good words comes first.
fn order(word: Meant) -> (u32, &'static str) {
    match word {
        Meant::Indexed(number) => (number, ""),
        Meant::English(text) => (u32::MAX, text),
    }
}

/// How frequent a word is in English, roughly.
fn frequency(word: &str) -> f64 {
    meaning::of(word).map_or(RARE, |meaning| f64::from(meaning::frequency(meaning)).max(RARE))
}

/// What it costs to have typed `typed` for `word`; `None` when they are more than `reach` edits apart.
fn cost(typed: &str, word: &str, reach: usize) -> Option<f64> {
    let edits = match slip(typed, word) {
        Some(cost) => f64::from(cost),
        None => {
            let edits = strsim::osa_distance(typed, word);
            if edits > reach {
                return None;
            }
            edits as f64
        }
    };
    Some(EDIT_COST * edits + UNLIKE_COST * (1.0 - strsim::jaro_winkler(typed, word)))
}

/// Words by what is left of them with letters deleted.
#[derive(Debug)]
struct Deletes {
    /// Hash and word, sorted.
    keys: Vec<(u32, u32)>,
    /// First of [`Self::keys`] for each value of the hash's upper bits, and one past the last.
    starts: Vec<u32>,
    /// How far a hash is shifted for that.
    shift: u32,
}

impl Deletes {
    fn new(mut keys: Vec<(u32, u32)>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        keys.shrink_to_fit();
        // About four keys to a start.
        let bits = (keys.len() / 4).max(2).ilog2().min(24);
        let shift = 32 - bits;
        let mut starts = vec![0u32; (1 << bits) + 1];
        for &(key, _) in &keys {
            if let Some(count) = starts.get_mut((key >> shift) as usize + 1) {
                *count += 1;
            }
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Self { keys, starts, shift }
    }

    /// Calls back with the words that share a spelling with `typed` after so many deletions in it and up to as many in
    /// the word; a word may be called more than once.
    fn near(&self, typed: &str, depth: usize, each: &mut impl FnMut(u32)) {
        for_each_delete(typed, depth, &mut |hash| {
            let bucket = (hash >> self.shift) as usize;
            let range = self.starts.get(bucket).zip(self.starts.get(bucket + 1));
            let keys = range.and_then(|(from, to)| self.keys.get(*from as usize..*to as usize)).unwrap_or_default();
            keys.iter().filter(|&&(key, _)| key == hash).for_each(|&(_, word)| each(word));
        });
    }
}

/// How many edits a word of this length may be away: short words are near everything. Long ones are hardly words, and what
/// is near them costs the square of their length.
fn reach(word: &str) -> usize {
    match word.chars().count() {
        0..=2 | 25.. => 0,
        3..=4 | 19..=24 => 1,
        5..=18 => 2,
    }
}

/// Whether `typed` is so short, for how far it is off, that it may as well be another word or a name (`cna`, `congrats`) as
/// a typo of this one, unless the words beside it say so.
fn is_anything(typed: &str, word: &str, language: Language) -> bool {
    let letters = typed.chars().count();
    letters <= 3 && word.chars().count() <= letters
        || letters <= 4 && language.is_function_word(word)
        || letters <= 8 && strsim::osa_distance(typed, word) > 1
}

/// Whether this is a general word of a language, as far as one is known.
pub fn is_general(word: &str, language: Language) -> bool {
    general_words(language).binary_search(&word).is_ok()
}

/// What is known of a language beside the corpus, sorted: of English much, of the others nothing.
pub fn general_words(language: Language) -> &'static [&'static str] {
    if language == Language::English { english_words() } else { &[] }
}

/// General English, sorted.
fn english_words() -> &'static [&'static str] {
    static WORDS: OnceLock<Vec<&'static str>> = OnceLock::new();
    WORDS.get_or_init(|| ENGLISH.lines().collect())
}

/// English words with up to one letter deleted.
fn english_deletes() -> &'static Deletes {
    static DELETES: OnceLock<Deletes> = OnceLock::new();
    DELETES.get_or_init(|| {
        let mut deletes = Vec::new();
        for (number, word) in english_words().iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            for_each_delete(word, 1, &mut |key| deletes.push((key, number)));
        }
        Deletes::new(deletes)
    })
}

/// Calls back with a hash of `word` and of it with up to `depth` letters deleted.
fn for_each_delete(word: &str, depth: usize, each: &mut impl FnMut(u32)) {
    let letters: Vec<char> = word.chars().collect();
    let mut skipped = [usize::MAX; 2];
    deletes(&letters, 0, depth.min(2), 0, &mut skipped, each);
}

fn deletes(
    letters: &[char],
    from: usize,
    depth: usize,
    used: usize,
    skipped: &mut [usize; 2],
    each: &mut impl FnMut(u32),
) {
    let mut hash = 0x811c_9dc5_u32;
    for (i, letter) in letters.iter().enumerate() {
        if !skipped.contains(&i) {
            hash = (hash ^ *letter as u32).wrapping_mul(0x0100_0193);
        }
    }
    each(hash);
    if used < depth {
        for i in from..letters.len() {
            if let Some(slot) = skipped.get_mut(used) {
                *slot = i;
            }
            deletes(letters, i + 1, depth, used + 1, skipped, each);
            if let Some(slot) = skipped.get_mut(used) {
                *slot = usize::MAX;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::text::Token;
    use proptest::prelude::*;

    fn vocabulary() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        let phrasings =
            ["how much does the certification exam cost", "salary of a coder", "cpc-a", "remote work from home"];
        for (entry, phrasing) in phrasings.iter().enumerate() {
            let tokens: Vec<Token> = phrasing
                .split(' ')
                .map(|w| Token { word: w.into(), protected: w.contains('-'), ..Token::default() })
                .collect();
            vocabulary.see(&tokens, entry as u32);
        }
        vocabulary
    }

    fn corrected(typed: &str) -> Option<String> {
        let vocabulary = vocabulary();
        match Speller::new(&vocabulary).correct(&vocabulary, typed, None, None)?.word {
            Meant::Indexed(word) => vocabulary.info(word).map(|w| w.text.to_string()),
            Meant::English(word) => Some(word.to_owned()),
        }
    }

    #[test]
    fn a_short_word_may_be_another_word_unless_its_neighbours_say_so() {
        let vocabulary = vocabulary();
        let sure = |typed: &str, before: Option<&str>, after: Option<&str>| {
            let stem = |word: Option<&str>| vocabulary.stem(word?);
            Speller::new(&vocabulary).correct(&vocabulary, typed, stem(before), stem(after)).map(|found| found.sure)
        };
        for (typed, before, after, expected) in [
            ("teh", None, None, Some(false)),
            ("teh", Some("doe"), None, Some(true)),
            ("teh", None, Some("certif"), Some(true)),
            ("exm", None, None, Some(true)),
            ("ofo", None, None, Some(false)),
            ("frmo", None, None, Some(false)),
            ("cots", None, None, None),
            ("wrok", None, None, Some(true)),
            ("coodeer", None, None, Some(false)),
            ("certificaton", None, None, Some(true)),
        ] {
            assert_eq!(sure(typed, before, after), expected, "{typed} {before:?} {after:?}");
        }
    }

    #[test]
    fn typos() {
        for (typed, expected) in [
            ("certifcation", Some("certification")),
            ("certificatoin", Some("certification")),
            ("salery", Some("salary")),
            ("exm", Some("exam")),
            ("remotee", Some("remote")),
            ("xyzzyplugh", None),
            ("ca", None),
        ] {
            assert_eq!(corrected(typed).as_deref(), expected, "{typed}");
        }
    }

    #[test]
    fn real_words_and_names_are_left_alone() {
        for typed in ["cord", "homes", "celery", "cpc-b", "cpca", "99213"] {
            assert_eq!(corrected(typed), None, "{typed}");
        }
    }

    #[test]
    fn the_word_list_is_sorted() {
        assert!(english_words().is_sorted());
        assert!(is_general("celery", Language::English) && !is_general("salery", Language::English));
    }

    proptest! {
        #[test]
        fn any_word_is_survived(typed in "\\PC{0,40}") {
            corrected(&typed);
        }
    }
}
