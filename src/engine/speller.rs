//! Spelling correction against the words of the index, before matching.
//!
//! A noisy channel (Kernighan, Church and Gale 1990): among the words a typo can have come from, the one with the best
//! prior, distance and neighbours. Candidates come from an index of words with letters deleted (SymSpell), never from a
//! scan. `strsim` measures distance (optimal string alignment) and likeness (Jaro-Winkler, which knows that people
//! rarely miss the first letters).
//!
//! A word of the index, of the lexicon or of general English is never changed; a protected term is never produced. What
//! is known of English is the SCOWL list beside this file (`english.txt`; its terms are in `english.LICENSE.txt`). It is
//! for a corpus in English: of other languages the words of the corpus are all that is known.

use std::sync::OnceLock;

use super::text::language::Language;
use super::vocabulary::Vocabulary;

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

/// What a typo was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    /// Number in the vocabulary.
    pub word: u32,
    /// Whether it can hardly be anything else.
    pub sure: bool,
}

/// Corrects words that are no words.
#[derive(Debug)]
pub struct Speller {
    /// Hash of a word with letters deleted, and the word; sorted.
    deletes: Vec<(u32, u32)>,
    total: f64,
}

impl Speller {
    /// A speller for the words of this vocabulary.
    pub fn new(vocabulary: &Vocabulary) -> Self {
        let mut deletes = Vec::new();
        let mut total = 1.0;
        for (number, word) in vocabulary.infos().iter().enumerate() {
            total += f64::from(word.count) + 1.0;
            if word.protected || word.text.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            for_each_delete(&word.text, reach(&word.text), &mut |key| deletes.push((key, number)));
        }
        deletes.sort_unstable();
        deletes.dedup();
        Self { deletes, total }
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
        let reach = reach(typed);
        if reach == 0 || typed.bytes().any(|b| b.is_ascii_digit()) || is_general(typed, vocabulary.language()) {
            return None;
        }
        let mut candidates = Vec::new();
        for_each_delete(typed, reach, &mut |key| {
            let from = self.deletes.partition_point(|&(k, _)| k < key);
            let found = self.deletes.get(from..).unwrap_or_default();
            candidates.extend(found.iter().take_while(|&&(k, _)| k == key).map(|&(_, word)| word));
        });
        candidates.sort_unstable();
        candidates.dedup();
        let best = candidates
            .into_iter()
            .filter_map(|word| {
                let info = vocabulary.info(word)?;
                let pairs = usize::from(before.is_some_and(|b| vocabulary.pair(b, info.stem).is_some()))
                    + usize::from(after.is_some_and(|a| vocabulary.pair(info.stem, a).is_some()));
                let sure = pairs > 0 || !is_anything(typed, &info.text, vocabulary.language());
                let prior = INDEX_PRIOR * (f64::from(info.count) + 1.0) / self.total;
                let cost = cost(typed, &info.text, reach)? - libm::log(prior) - PAIR_BONUS * pairs as f64;
                Some((cost, Correction { word, sure }))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.word.cmp(&b.1.word)))?;
        if vocabulary.language() != Language::English {
            return Some(best.1);
        }
        // An English word that is nearer than anything in the index is what was meant: it stays an unknown word.
        let english = english_near(typed).filter_map(|word| cost(typed, word, 1)).fold(f64::INFINITY, f64::min);
        let english = english - libm::log((1.0 - INDEX_PRIOR) / english_words().len() as f64);
        (best.0 <= english).then_some(best.1)
    }
}

/// What it costs to have typed `typed` for `word`; `None` when they are more than `reach` edits apart.
fn cost(typed: &str, word: &str, reach: usize) -> Option<f64> {
    let edits = strsim::osa_distance(typed, word);
    (edits <= reach).then(|| EDIT_COST * edits as f64 + UNLIKE_COST * (1.0 - strsim::jaro_winkler(typed, word)))
}

/// How many edits a word of this length may be away: short words are near everything.
fn reach(word: &str) -> usize {
    match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
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

/// English words that share a spelling with `typed` after at most one deletion in each.
fn english_near(typed: &str) -> impl Iterator<Item = &'static str> {
    static DELETES: OnceLock<Vec<(u32, u32)>> = OnceLock::new();
    let deletes = DELETES.get_or_init(|| {
        let mut deletes = Vec::new();
        for (number, word) in english_words().iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            for_each_delete(word, 1, &mut |key| deletes.push((key, number)));
        }
        deletes.sort_unstable();
        deletes
    });
    let mut keys = Vec::new();
    for_each_delete(typed, 1, &mut |key| keys.push(key));
    keys.into_iter().flat_map(move |key| {
        let from = deletes.partition_point(|&(k, _)| k < key);
        let found = deletes.get(from..).unwrap_or_default().iter().take_while(move |&&(k, _)| k == key);
        found.filter_map(|&(_, number)| english_words().get(number as usize).copied())
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
                .map(|w| Token { word: w.to_owned(), protected: w.contains('-'), ..Token::default() })
                .collect();
            vocabulary.see(&tokens, entry as u32);
        }
        vocabulary
    }

    fn corrected(typed: &str) -> Option<String> {
        let vocabulary = vocabulary();
        let found = Speller::new(&vocabulary).correct(&vocabulary, typed, None, None)?;
        vocabulary.info(found.word).map(|w| w.text.clone())
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
