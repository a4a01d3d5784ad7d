//! A question as it is taken: its words among those of the corpus, as typed or with the typos corrected.
//!
//! Owns what becomes of each word, and the two vectors that are made of the words: terms (stems and pairs) and letters.

use compact_str::CompactString;

use super::learn::Sparse;
use super::meaning::{self, DIMENSIONS};
use super::restriction::ruled_out;
use super::speller::{Meant, Speller, general_words, is_general};
use super::text::language::Language;
use super::text::{Analyzer, Token};
use super::vocabulary::Vocabulary;

/// How many words of a question count; a question is shorter, and a pasted chapter must not cost more.
pub const MAX_WORDS: usize = 200;
/// Length of the letter groups' part of a question beside its terms' part, which is 1: letters carry more, for short
/// questions and for words not seen before (.3 to 1 point of accuracy over equal parts).
const LETTERS_LENGTH: f32 = 1.4;
/// The same for the meaning of the words.
const MEANING_LENGTH: f32 = 1.4;
/// How telling a word is, for the meaning of a question, that no entry has: less than a rare one of theirs, for nobody
/// knows whether it matters.
const STRANGE_WORD: f32 = 4.5;
/// What a pair of stems counts beside one stem: pairs are many, and say twice what the stems say.
const PAIR: f32 = 0.7;
/// What a word of the background of a question counts beside one of the question.
const BACKGROUND: f32 = 0.25;
/// How many letters a name in capitals has that nobody declared: `CNA`, `NCLEX`. A longer word in capitals is a cry.
const CAPITALS: std::ops::RangeInclusive<usize> = 2..=6;

/// One word of a question.
#[derive(Debug, Clone)]
pub struct ReadWord {
    /// As analysed.
    pub typed: CompactString,
    /// What it counts: 1, or less for a word of what is told beside the question.
    pub weight: f32,
    /// The English word it was taken for, if that is not in the vocabulary.
    pub english: Option<&'static str>,
    /// Its number in the vocabulary, after correction.
    pub word: Option<u32>,
    /// Its stem's number: also of another form of a known word, "certifying".
    pub stem: Option<u32>,
    /// It was taken for another word, and may be one that no entry has.
    pub doubtful: bool,
    /// Whether it is a protected term.
    pub protected: bool,
    /// Whether the question rules it out: "without experience".
    pub ruled_out: bool,
    /// Whether it is a name in capitals that neither the lexicon nor an entry has.
    pub strange_name: bool,
    /// Whether it has a subject of its own, unlike "how", "the" and a number that counts something.
    pub content: bool,
    /// Whether the language has it for a word without a subject.
    function: bool,
    /// Whether it is a word that no entry has and no typo of one that an entry has.
    general: bool,
}

/// A question, read: its words in order.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// At most [`MAX_WORDS`].
    pub words: Vec<ReadWord>,
}

/// Stems and pairs of a question.
#[derive(Debug, Default)]
pub struct Terms {
    /// By term number, weighted by rarity and repetition, of length 1. Pairs are numbered after all stems.
    pub vector: Sparse,
    /// Share of the length that is in known terms, 0..=1.
    pub known: f32,
}

/// Letter groups of a question, scaled so that all together have about [`LETTERS_LENGTH`] (groups that two words share are
/// counted as if they were not).
#[derive(Debug, Default)]
pub struct Letters {
    /// Words of the vocabulary, which stand for their groups.
    pub words: Sparse,
    /// Groups of the other words.
    pub grams: Sparse,
}

/// The meaning of a question, a sum of the meanings of its words, of length [`MEANING_LENGTH`].
#[derive(Debug)]
pub struct Meanings {
    /// The share of each word of the vocabulary.
    pub words: Sparse,
    /// The sum over the others.
    pub others: Option<[f32; DIMENSIONS]>,
}

impl ReadWord {
    /// The word as it was taken.
    pub fn text(&self) -> &str {
        self.english.unwrap_or(&self.typed)
    }

    /// Whether it says something that no entry says. "Basically" says nothing.
    pub fn is_unknown(&self) -> bool {
        self.doubtful || (self.stem.is_none() && !self.function)
    }

    /// Whether besides it is no typo: another subject.
    pub fn is_foreign(&self) -> bool {
        self.is_unknown() && (self.strange_name || self.protected || self.general)
    }
}

impl Reading {
    /// The words as they were typed.
    pub fn plain(vocabulary: &Vocabulary, tokens: &[Token]) -> Self {
        let language = vocabulary.language();
        let read = |token: &Token| {
            let word = vocabulary.word(&token.word);
            let (stem, function) = match word.and_then(|word| vocabulary.info(word)) {
                Some(info) => (Some(info.stem), info.function),
                None => (vocabulary.stem(&language.stem(&token.word)), language.is_function_word(&token.word)),
            };
            let is_listed = stem.is_none() && is_general(&token.word, language);
            let strange_name = stem.is_none() && is_code(&token.word)
                || token.capitals
                    && stem.is_none()
                    && CAPITALS.contains(&token.word.len())
                    && token.word.bytes().all(|b| b.is_ascii_alphabetic())
                    && !function
                    && !is_listed;
            let is_number = || token.word.bytes().all(|b| b.is_ascii_digit());
            // Of languages without a list every word is taken for a general one, until the speller knows better; and nothing
            // says what it is about.
            let has_digit = || token.word.bytes().any(|b| b.is_ascii_digit());
            let is_strange = stem.is_none() && general_words(language).is_empty() && !has_digit();
            ReadWord {
                typed: token.word.clone(),
                weight: 1.0,
                english: None,
                word,
                stem,
                doubtful: false,
                protected: token.protected,
                ruled_out: false,
                strange_name,
                content: token.protected || !(function || is_number() || is_strange),
                function,
                general: is_listed || is_strange,
            }
        };
        let mut words: Vec<ReadWord> = tokens.iter().take(MAX_WORDS).map(read).collect();
        for at in ruled_out(tokens, language) {
            words.get_mut(at).into_iter().for_each(|word| word.ruled_out = true);
        }
        Self { words }
    }

    /// The same with its typos corrected.
    pub fn corrected(mut self, vocabulary: &Vocabulary, speller: &Speller, analyzer: &Analyzer) -> Self {
        for at in 0..self.words.len() {
            let Some(word) = self.words.get(at) else { break };
            if word.word.is_some() || word.protected || analyzer.knows(&word.typed) {
                continue;
            }
            let stem_at = |i: Option<usize>| self.words.get(i?)?.stem;
            let (before, after) = (stem_at(at.checked_sub(1)), stem_at(Some(at + 1)));
            let Some(found) = speller.correct(vocabulary, &word.typed, before, after) else { continue };
            let Some(word) = self.words.get_mut(at) else { break };
            word.content |= word.general && !word.function;
            word.general = false;
            match found.word {
                Meant::Indexed(number) => {
                    (word.word, word.stem) = (Some(number), vocabulary.info(number).map(|info| info.stem));
                }
                Meant::English(text) => {
                    (word.word, word.stem) = (None, vocabulary.stem(&Language::English.stem(text)));
                    word.function = Language::English.is_function_word(text);
                    word.content = !word.function;
                    (word.english, word.general) = (Some(text), true);
                }
            }
            word.doubtful = word.strange_name || !found.sure;
        }
        self
    }

    /// The same with the words of `background` that have a subject and are no names, each once.
    pub fn beside(mut self, background: &Self) -> Self {
        for word in background.words.iter().filter(|word| word.content && !word.protected) {
            let is_same = |other: &ReadWord| match word.word {
                Some(_) => other.word == word.word,
                None => other.typed == word.typed,
            };
            if !self.words.iter().any(is_same) {
                self.words.push(ReadWord { weight: BACKGROUND, ruled_out: false, strange_name: false, ..word.clone() });
            }
        }
        self
    }

    /// The question as it is taken, for an encoder that reads words as typed where it `knows` them.
    pub fn text(&self, vocabulary: &Vocabulary, knows: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        for word in self.words.iter().filter(|word| word.weight == 1.0) {
            if !text.is_empty() {
                text.push(' ');
            }
            let indexed = || word.word.and_then(|number| vocabulary.info(number)).map(|info| info.text.as_str());
            let taken = indexed().or(word.english).unwrap_or(&word.typed);
            text.push_str(if taken == word.typed || knows(&word.typed) { &word.typed } else { taken });
        }
        text
    }

    /// The stems with a subject, and whether each is ruled out.
    pub fn restricted(&self) -> impl Iterator<Item = (u32, bool)> {
        self.words.iter().filter(|word| word.content).filter_map(|word| Some((word.stem?, word.ruled_out)))
    }

    /// Its stems and pairs.
    pub fn terms(&self, vocabulary: &Vocabulary) -> Terms {
        let (stems, _, _) = vocabulary.sizes();
        let mut counts: Vec<(u32, f32)> = Vec::with_capacity(self.words.len() * 2);
        let mut unknown = 0f32;
        let mut before = None;
        for word in &self.words {
            match word.stem {
                Some(stem) => counts.push((stem, word.weight)),
                None => {
                    let rarity = word.weight * vocabulary.unknown_rarity();
                    unknown += rarity * rarity;
                }
            }
            if word.weight == 1.0
                && let (Some(before), Some(stem)) = (before, word.stem)
                && let Some(pair) = vocabulary.pair(before, stem)
            {
                counts.push((stems as u32 + pair, word.weight));
            }
            before = word.stem;
        }
        counts.sort_unstable_by_key(|&(term, _)| term);
        counts.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        let weighted = |(term, count): (u32, f32)| {
            let rarity = match term.checked_sub(stems as u32) {
                None => vocabulary.stem_rarity(term),
                Some(pair) => PAIR * vocabulary.pair_rarity(pair),
            };
            (term, repeated(count) * rarity)
        };
        let mut vector: Sparse = counts.into_iter().map(weighted).collect();
        let known: f32 = vector.iter().map(|(_, v)| v * v).sum();
        let length = known.sqrt().max(f32::MIN_POSITIVE);
        vector.iter_mut().for_each(|(_, value)| *value /= length);
        Terms { vector, known: length / (known + unknown).sqrt().max(f32::MIN_POSITIVE) }
    }

    /// Its letter groups.
    pub fn letters(&self, vocabulary: &Vocabulary) -> Letters {
        let mut known = Sparse::with_capacity(self.words.len());
        let mut grams = Sparse::new();
        for word in &self.words {
            match word.word {
                Some(number) => known.push((number, word.weight)),
                None if word.protected => {}
                None => {
                    let groups = vocabulary.grams_of(word.text());
                    grams.extend(groups.into_iter().map(|gram| (gram, word.weight * vocabulary.gram_rarity(gram))));
                }
            }
        }
        let mut squares: f32 = grams.iter().map(|(_, v)| v * v).sum();
        known.sort_unstable_by_key(|&(number, _)| number);
        let mut words: Sparse = Vec::with_capacity(known.len());
        for same in known.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(number, _)) = same.first() else { continue };
            let value = repeated(same.iter().map(|(_, weight)| weight).sum());
            squares += value * value * vocabulary.info(number).map_or(0.0, |info| info.letters_square);
            words.push((number, value));
        }
        let scale = if squares > 0.0 { LETTERS_LENGTH / squares.sqrt() } else { 0.0 };
        words.iter_mut().chain(&mut grams).for_each(|(_, value)| *value *= scale);
        Letters { words, grams }
    }

    /// What it means.
    pub fn meanings(&self, vocabulary: &Vocabulary) -> Meanings {
        let mut sum = [0f32; DIMENSIONS];
        let mut others: Option<[f32; DIMENSIONS]> = None;
        let mut words = Sparse::new();
        for word in &self.words {
            if let Some((number, info)) = word.word.and_then(|number| Some((number, vocabulary.info(number)?))) {
                if let Some(meaning) = info.meaning {
                    let weight = word.weight * info.meaning_weight;
                    meaning::add(&mut sum, weight, meaning);
                    words.push((number, weight));
                }
            } else if let Some(meaning) = vocabulary.meaning(word.text()).filter(|_| !word.protected) {
                let weight = word.weight * STRANGE_WORD * meaning::weight(meaning);
                meaning::add(&mut sum, weight, meaning);
                meaning::add(others.get_or_insert([0.0; DIMENSIONS]), weight, meaning);
            }
        }
        let square: f32 = sum.iter().map(|x| x * x).sum();
        let scale = if square > 0.0 { MEANING_LENGTH / square.sqrt() } else { 0.0 };
        words.iter_mut().for_each(|(_, value)| *value *= scale);
        others.iter_mut().flatten().for_each(|value| *value *= scale);
        Meanings { words, others }
    }
}

/// Whether this looks like a code of some list, of which no general answer speaks: `99213`, `e119`. Round numbers and
/// years count something.
fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let all_digits = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    match word.len() - digits.len() {
        0 => digits.len() == 5 && all_digits(digits) && !digits.ends_with("00"),
        1 => (2..=6).contains(&digits.len()) && all_digits(digits),
        _ => false,
    }
}

/// A word said twice says a little more than once.
fn repeated(count: f32) -> f32 {
    if count <= 1.0 { count } else { 1.0 + libm::logf(count) }
}
