//! The words of a corpus: each with its stem, its letter groups and how rare it is.
//!
//! Owns the numbering of words, stems, stem pairs and letter groups, and how rare each is **over entries**: a word of
//! twenty phrasings of one entry is as telling as a word of one. Knows no scores.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::meaning::{self, Meaning};
use super::text::Token;
use super::text::language::Language;

/// Letter groups are of these lengths, inside words with their edges marked: `^pa`, `pay`, `ay$`.
const GRAM_LENGTHS: std::ops::RangeInclusive<usize> = 2..=5;

/// A number for every word, stem, pair and letter group, and how many entries have it.
#[derive(Debug, Default)]
pub struct Vocabulary {
    language: Language,
    words: FxHashMap<CompactString, u32>,
    infos: Vec<Word>,
    stems: FxHashMap<CompactString, u32>,
    stem_entries: Counter,
    pairs: FxHashMap<(u32, u32), u32>,
    pair_entries: Counter,
    grams: FxHashMap<u64, u32>,
    gram_entries: Counter,
    /// How telling it is to be in so many entries.
    rarities: Vec<f32>,
    entries: u32,
}

/// One word of the corpus.
#[derive(Debug, Clone)]
pub struct Word {
    /// As analysed.
    pub text: CompactString,
    /// Its stem's number.
    pub stem: u32,
    /// Its letter groups, each once; none for protected terms, which resemble nothing.
    pub grams: Vec<u32>,
    /// Sum of the squares of how telling its letter groups are; set by [`Vocabulary::finish`].
    pub letters_square: f32,
    /// Its place in the table of meanings, if it has one.
    pub meaning: Option<Meaning>,
    /// How telling its meaning is: in general, and in this corpus; set by [`Vocabulary::finish`].
    pub meaning_weight: f32,
    /// Whether it has no subject of its own, as the language's table has it.
    pub function: bool,
    /// Never spelled differently.
    pub protected: bool,
    /// How often it occurs, for the speller.
    pub count: u32,
}

/// In how many entries each number occurs.
#[derive(Debug, Default)]
struct Counter {
    counts: Vec<u32>,
    /// The last entry counted, so that an entry counts once.
    last: Vec<u32>,
}

impl Counter {
    fn see(&mut self, number: u32, entry: u32) {
        let i = number as usize;
        if self.counts.len() <= i {
            self.counts.resize(i + 1, 0);
            self.last.resize(i + 1, u32::MAX);
        }
        if let (Some(count), Some(last)) = (self.counts.get_mut(i), self.last.get_mut(i))
            && *last != entry
        {
            *count += 1;
            *last = entry;
        }
    }

    fn get(&self, number: u32) -> u32 {
        self.counts.get(number as usize).copied().unwrap_or_default()
    }
}

fn number_of<K: std::hash::Hash + Eq>(map: &mut FxHashMap<K, u32>, key: K) -> u32 {
    let next = u32::try_from(map.len()).unwrap_or(u32::MAX);
    *map.entry(key).or_insert(next)
}

impl Vocabulary {
    /// An empty one, of a corpus in this language.
    pub fn new(language: Language) -> Self {
        Self { language, ..Self::default() }
    }

    /// The language of the words.
    pub fn language(&self) -> Language {
        self.language
    }

    /// What a word of this language means: of English a table tells.
    pub fn meaning(&self, word: &str) -> Option<Meaning> {
        if self.language == Language::English { meaning::of(word) } else { None }
    }

    /// Numbers the word, without counting it.
    pub fn add_word(&mut self, token: &Token) -> u32 {
        if let Some(&word) = self.words.get(&token.word) {
            return word;
        }
        let stem_text = if token.protected { token.word.clone() } else { self.language.stem(&token.word) };
        let stem = number_of(&mut self.stems, stem_text);
        let mut grams: Vec<u32> = Vec::new();
        if !token.protected {
            for_each_gram(&token.word, |gram| grams.push(number_of(&mut self.grams, gram)));
        }
        grams.sort_unstable();
        grams.dedup();
        let number = number_of(&mut self.words, token.word.clone());
        self.infos.push(Word {
            text: token.word.clone(),
            stem,
            grams,
            letters_square: 0.0,
            meaning: if token.protected { None } else { self.meaning(&token.word) },
            meaning_weight: 0.0,
            function: self.language.is_function_word(&token.word),
            protected: token.protected,
            count: 0,
        });
        number
    }

    /// Numbers and counts the words, stems, pairs and letter groups of one phrasing of entry number `entry`. Phrasings
    /// of one entry must come one after another.
    pub fn see(&mut self, tokens: &[Token], entry: u32) {
        self.entries = self.entries.max(entry + 1);
        let mut before = None;
        for token in tokens {
            let word = self.add_word(token);
            let Some(info) = self.infos.get_mut(word as usize) else { continue };
            info.count += 1;
            self.stem_entries.see(info.stem, entry);
            for &gram in &info.grams {
                self.gram_entries.see(gram, entry);
            }
            if let Some(before) = before {
                let pair = number_of(&mut self.pairs, (before, info.stem));
                self.pair_entries.see(pair, entry);
            }
            before = Some(info.stem);
        }
    }

    /// All phrasings have been seen and all words numbered: how rare each thing is can be told from now on.
    pub fn finish(&mut self) {
        let all = f64::from(self.entries);
        let rarity = |with: u32| (1.0 + libm::log((1.0 + all) / (1.0 + f64::from(with)))) as f32;
        self.rarities = (0..=self.entries).map(rarity).collect();
        let mut infos = std::mem::take(&mut self.infos);
        for word in &mut infos {
            word.letters_square = word.grams.iter().map(|&gram| self.gram_rarity(gram)).map(|r| r * r).sum();
            let in_general = word.meaning.map_or(0.0, meaning::weight);
            word.meaning_weight = in_general * self.rarity(self.stem_entries.get(word.stem));
        }
        self.infos = infos;
    }

    /// The number of a word.
    pub fn word(&self, text: &str) -> Option<u32> {
        self.words.get(text).copied()
    }

    /// What is known of a word.
    pub fn info(&self, word: u32) -> Option<&Word> {
        self.infos.get(word as usize)
    }

    /// All words by number.
    pub fn infos(&self) -> &[Word] {
        &self.infos
    }

    /// The number of a stem.
    pub fn stem(&self, text: &str) -> Option<u32> {
        self.stems.get(text).copied()
    }

    /// The number of two stems that follow each other in some phrasing.
    pub fn pair(&self, first: u32, second: u32) -> Option<u32> {
        self.pairs.get(&(first, second)).copied()
    }

    /// The numbers of the letter groups of a word that is not in the vocabulary, each once.
    pub fn grams_of(&self, word: &str) -> Vec<u32> {
        let mut grams = Vec::new();
        for_each_gram(word, |gram| grams.extend(self.grams.get(&gram)));
        grams.sort_unstable();
        grams.dedup();
        grams
    }

    /// How many stems, pairs and letter groups there are.
    pub fn sizes(&self) -> (usize, usize, usize) {
        (self.stems.len(), self.pairs.len(), self.grams.len())
    }

    /// How telling a stem is: `1 + ln((1 + entries) / (1 + entries with it))`.
    pub fn stem_rarity(&self, stem: u32) -> f32 {
        self.rarity(self.stem_entries.get(stem))
    }

    /// The same for a pair.
    pub fn pair_rarity(&self, pair: u32) -> f32 {
        self.rarity(self.pair_entries.get(pair))
    }

    /// The same for a letter group.
    pub fn gram_rarity(&self, gram: u32) -> f32 {
        self.rarity(self.gram_entries.get(gram))
    }

    /// How telling a word is that no entry has.
    pub fn unknown_rarity(&self) -> f32 {
        self.rarity(0)
    }

    fn rarity(&self, with: u32) -> f32 {
        self.rarities.get(with as usize).copied().unwrap_or(1.0)
    }
}

/// Calls back with a hash of every letter group of a word, edges marked.
fn for_each_gram(word: &str, mut each: impl FnMut(u64)) {
    let marked: Vec<char> = std::iter::once('^').chain(word.chars()).chain(std::iter::once('$')).collect();
    for length in GRAM_LENGTHS {
        for gram in marked.windows(length) {
            each(hash(gram));
        }
    }
}

/// FNV-1a over the characters: the same on every platform, unlike the standard library's.
fn hash(gram: &[char]) -> u64 {
    gram.iter()
        .flat_map(|c| (*c as u32).to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        text.split(' ').map(|w| Token { word: w.into(), protected: w.contains('-'), ..Token::default() }).collect()
    }

    #[test]
    fn a_word_counts_once_an_entry() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.see(&tokens("exam cost"), 0);
        vocabulary.see(&tokens("exam exam fees"), 0);
        vocabulary.see(&tokens("salary"), 1);
        vocabulary.see(&tokens("exams"), 2);
        vocabulary.finish();
        let exam = vocabulary.stem("exam").unwrap();
        assert_eq!(vocabulary.stem_entries.get(exam), 2);
        assert!(vocabulary.stem_rarity(exam) < vocabulary.stem_rarity(vocabulary.stem("salari").unwrap()));
        assert!(vocabulary.unknown_rarity() > vocabulary.stem_rarity(exam));
        assert!(vocabulary.pair(exam, vocabulary.stem("cost").unwrap()).is_some());
    }

    #[test]
    fn a_protected_term_resembles_nothing() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.see(&tokens("cpc-a"), 0);
        let word = vocabulary.word("cpc-a").unwrap();
        assert!(vocabulary.info(word).unwrap().grams.is_empty());
        assert!(vocabulary.grams_of("cpc").is_empty());
    }
}
