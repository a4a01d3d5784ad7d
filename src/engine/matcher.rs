//! From a question to ranked candidates.
//!
//! [`Matcher::build`] indexes and learns; [`Matcher::rank`] reads a question, corrects its spelling, collects the
//! evidence for each entry and adds it up with the table in [`super::score`]. Decides nothing.

use rustc_hash::FxHashMap;

use super::index::{Document, Index};
use super::learn::{Coefficients, Examples, Sparse, Weights};
use super::numeric::{add_scaled, softmax};
use super::score::{Evidence, score};
use super::speller::{Speller, is_english};
use super::text::{Analyzer, Token};
use super::vocabulary::Vocabulary;
use super::{EntryNumber, Hit};

/// How many candidates are looked at closely.
const CLOSE_LOOK: usize = 16;
/// Length of the letter groups' part of a question beside its terms' part, which is 1: letters carry more, for short
/// questions and for words not seen before (.3 to 1 point of accuracy over equal parts).
const LETTERS_LENGTH: f32 = 1.4;
/// How many hits are returned.
pub const MAX_HITS: usize = 10;
/// How many words of a question count; a question is shorter, and a pasted chapter must not cost more.
const MAX_WORDS: usize = 200;
/// Above this many examples times entries nothing is learned: BM25 and the nearest phrasing rank alone.
const LEARN_LIMIT: usize = 6_000_000;

/// One entry as the matcher sees it.
#[derive(Debug, Clone, Default)]
pub struct Prepared {
    /// The question first, then the phrasings.
    pub phrasings: Vec<Vec<Token>>,
    /// The answer's words.
    pub answer: Vec<Token>,
    /// Protected terms of its question: what it is about.
    pub names: Vec<String>,
    /// Protected terms of its question and phrasings: names it can be asked by.
    pub mentions: Vec<String>,
}

/// Which phrasings to index: all, or a part of them to ask the rest.
pub trait Keep: Fn(usize, usize) -> bool + Sync {}
impl<F: Fn(usize, usize) -> bool + Sync> Keep for F {}

/// An index of prepared entries, with what was learned from them.
#[derive(Debug)]
pub struct Matcher {
    vocabulary: Vocabulary,
    index: Index,
    speller: Speller,
    learned: Option<Weights>,
    /// Term vectors of the phrasings, entry by entry.
    phrasings: Vec<Sparse>,
    /// First phrasing of each entry, and one past the last.
    starts: Vec<u32>,
    names: Vec<Vec<String>>,
    mentions: Vec<Vec<String>>,
}

/// A question, read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Its words in order.
    pub words: Vec<ReadWord>,
}

/// One word of a question.
#[derive(Debug, Clone)]
pub struct ReadWord {
    /// As analysed.
    pub typed: String,
    /// Its number in the vocabulary, after correction.
    pub word: Option<u32>,
    /// Whether it was corrected.
    pub corrected: bool,
    /// Whether it is a protected term.
    pub protected: bool,
}

/// One candidate with its evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Entry and score.
    pub hit: Hit,
    /// What the score is made of.
    pub evidence: Evidence,
    /// The question names terms, the entry is about others and is never asked by these: it is no answer.
    pub vetoed: bool,
}

/// The outcome of a search.
#[derive(Debug, Clone, Default)]
pub struct Ranking {
    /// Best first, at most [`MAX_HITS`]; ties by entry number, which is id order.
    pub candidates: Vec<Candidate>,
    /// The reading that ranked best.
    pub reading: Reading,
    /// Share of the question's idf mass in words that no entry has, 0..=1.
    pub unknown: f64,
}

impl Matcher {
    /// Indexes and learns. The coefficients can start the learning from a part of the same phrasings.
    pub fn build(entries: &[Prepared], keep: &impl Keep, warm: Option<&Coefficients>) -> (Self, Coefficients) {
        let mut vocabulary = Vocabulary::default();
        let kept: Vec<Vec<&Vec<Token>>> = entries
            .iter()
            .enumerate()
            .map(|(e, entry)| entry.phrasings.iter().enumerate().filter(|&(p, _)| keep(e, p)).map(|(_, t)| t).collect())
            .collect();
        for (number, phrasings) in kept.iter().enumerate() {
            for tokens in phrasings {
                vocabulary.see(tokens, number as u32);
            }
        }
        let documents: Vec<Document> = entries
            .iter()
            .zip(&kept)
            .map(|(entry, phrasings)| {
                let mut stems = |tokens: &[Token]| -> Vec<u32> {
                    let words: Vec<u32> = tokens.iter().map(|t| vocabulary.add_word(t)).collect();
                    words.into_iter().filter_map(|w| vocabulary.info(w).map(|i| i.stem)).collect()
                };
                let answer = if phrasings.is_empty() { Vec::new() } else { stems(&entry.answer) };
                Document { phrasings: phrasings.iter().flat_map(|tokens| stems(tokens)).collect(), answer }
            })
            .collect();
        let index = Index::new(&vocabulary, &documents);
        let speller = Speller::new(&vocabulary);

        let mut matcher = Self {
            vocabulary,
            index,
            speller,
            learned: None,
            phrasings: Vec::new(),
            starts: vec![0],
            names: entries.iter().map(|e| e.names.clone()).collect(),
            mentions: entries.iter().map(|e| e.mentions.clone()).collect(),
        };
        let mut examples = Examples { entries: entries.len(), ..Examples::default() };
        for (number, phrasings) in kept.iter().enumerate() {
            for tokens in phrasings {
                let reading = matcher.read_plainly(tokens);
                let (terms, _) = matcher.terms(&reading);
                examples.words.push(matcher.letters(&reading).0);
                examples.terms.push(terms.clone());
                examples.labels.push(number as u32);
                matcher.phrasings.push(terms);
            }
            matcher.starts.push(matcher.phrasings.len() as u32);
        }
        if examples.labels.len() * entries.len() > LEARN_LIMIT {
            return (matcher, Coefficients::new());
        }
        let (stems, pairs, grams) = matcher.vocabulary.sizes();
        examples.term_count = stems + pairs;
        examples.gram_count = grams;
        examples.grams = matcher.vocabulary.infos().iter().map(|w| matcher.gram_vector(&w.grams)).collect();
        // The rows of the examples that are left, in order.
        let warm = warm.map(|all| {
            let width = entries.len();
            let mut rows = all.chunks_exact(width.max(1));
            let mut left = Vec::with_capacity(examples.labels.len() * width);
            for (e, entry) in entries.iter().enumerate() {
                for p in 0..entry.phrasings.len() {
                    let row = rows.next().unwrap_or_default();
                    if keep(e, p) {
                        left.extend_from_slice(row);
                    }
                }
            }
            left
        });
        let coefficients = examples.learn(warm);
        matcher.learned = Some(examples.weights(&coefficients));
        (matcher, coefficients)
    }

    /// Ranks the entries for a question.
    pub fn rank(&self, analyzer: &Analyzer, tokens: &[Token]) -> Ranking {
        let raw = self.read_plainly(tokens.get(..MAX_WORDS.min(tokens.len())).unwrap_or_default());
        let corrected = self.correct(analyzer, &raw);
        let best = self.rank_reading(raw);
        let Some(corrected) = corrected.map(|reading| self.rank_reading(reading)) else { return best };
        let top = |ranking: &Ranking| ranking.candidates.first().map_or(f64::NEG_INFINITY, |c| c.hit.score);
        if top(&corrected) >= top(&best) { corrected } else { best }
    }

    fn read_plainly(&self, tokens: &[Token]) -> Reading {
        let words = tokens.iter().map(|token| ReadWord {
            typed: token.word.clone(),
            word: self.vocabulary.word(&token.word),
            corrected: false,
            protected: token.protected,
        });
        Reading { words: words.collect() }
    }

    /// The reading with its typos corrected; `None` when there are none.
    fn correct(&self, analyzer: &Analyzer, raw: &Reading) -> Option<Reading> {
        let mut corrected: Option<Reading> = None;
        for (at, word) in raw.words.iter().enumerate() {
            if word.word.is_some() || word.protected || analyzer.knows(&word.typed) {
                continue;
            }
            let words = corrected.as_ref().map_or(&raw.words, |r| &r.words);
            let stem_at = |i: Option<usize>| {
                let word = words.get(i?)?.word?;
                self.vocabulary.info(word).map(|w| w.stem)
            };
            let found =
                self.speller.correct(&self.vocabulary, &word.typed, stem_at(at.checked_sub(1)), stem_at(Some(at + 1)));
            if let Some(found) = found {
                let reading = corrected.get_or_insert_with(|| raw.clone());
                if let Some(word) = reading.words.get_mut(at) {
                    (word.word, word.corrected) = (Some(found), true);
                }
            }
        }
        corrected
    }

    fn stem_of(&self, word: &ReadWord) -> Option<u32> {
        match word.word {
            Some(known) => self.vocabulary.info(known).map(|w| w.stem),
            // Another form of a known word: "certifying".
            None => self.vocabulary.stem(&super::text::stem(&word.typed)),
        }
    }

    /// Stems and pairs, weighted by rarity and repetition, of length 1; and the share of the length that is known.
    fn terms(&self, reading: &Reading) -> (Sparse, f32) {
        let (stems, _, _) = self.vocabulary.sizes();
        let mut counts: Vec<(u32, u32)> = Vec::with_capacity(reading.words.len() * 2);
        let mut unknown = 0f32;
        let mut before = None;
        for word in &reading.words {
            let stem = self.stem_of(word);
            match stem {
                Some(stem) => counts.push((stem, 1)),
                None => unknown += self.vocabulary.unknown_rarity() * self.vocabulary.unknown_rarity(),
            }
            if let (Some(before), Some(stem)) = (before, stem)
                && let Some(pair) = self.vocabulary.pair(before, stem)
            {
                counts.push((stems as u32 + pair, 1));
            }
            before = stem;
        }
        counts.sort_unstable();
        counts.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += u32::from(same) * next.1;
            same
        });
        let mut terms: Sparse = counts
            .into_iter()
            .map(|(feature, count)| {
                let rarity = if (feature as usize) < stems {
                    self.vocabulary.stem_rarity(feature)
                } else {
                    self.vocabulary.pair_rarity(feature - stems as u32)
                };
                (feature, repeated(count) * rarity)
            })
            .collect();
        let known: f32 = terms.iter().map(|(_, v)| v * v).sum();
        let length = known.sqrt().max(f32::MIN_POSITIVE);
        for (_, value) in &mut terms {
            *value /= length;
        }
        (terms, length / (known + unknown).sqrt().max(f32::MIN_POSITIVE))
    }

    /// The words that are in the vocabulary, and those that are not with their letter groups, scaled so that all letter
    /// groups together have about [`LETTERS_LENGTH`] (groups shared by two words of a question are counted as if they were not).
    fn letters(&self, reading: &Reading) -> (Sparse, Vec<Sparse>) {
        let mut known: Vec<u32> = Vec::with_capacity(reading.words.len());
        let mut unknown: Vec<Sparse> = Vec::new();
        let mut squares = 0f32;
        for word in &reading.words {
            match word.word {
                Some(number) => known.push(number),
                None if word.protected => {}
                None => {
                    let grams = self.gram_vector(&self.vocabulary.grams_of(&word.typed));
                    squares += grams.iter().map(|(_, v)| v * v).sum::<f32>();
                    unknown.push(grams);
                }
            }
        }
        known.sort_unstable();
        let mut words: Sparse = Vec::with_capacity(known.len());
        for same in known.chunk_by(|a, b| a == b) {
            let Some(&number) = same.first() else { continue };
            let value = repeated(same.len() as u32);
            let grams = self.vocabulary.info(number).map_or(&[][..], |w| &w.grams);
            let length: f32 = grams.iter().map(|&g| self.vocabulary.gram_rarity(g)).map(|r| r * r).sum();
            squares += value * value * length;
            words.push((number, value));
        }
        let scale = if squares > 0.0 { LETTERS_LENGTH / squares.sqrt() } else { 0.0 };
        words.iter_mut().for_each(|(_, v)| *v *= scale);
        unknown.iter_mut().flatten().for_each(|(_, v)| *v *= scale);
        (words, unknown)
    }

    fn gram_vector(&self, grams: &[u32]) -> Sparse {
        grams.iter().map(|&g| (g, self.vocabulary.gram_rarity(g))).collect()
    }

    fn rank_reading(&self, reading: Reading) -> Ranking {
        let (terms, known_share) = self.terms(&reading);
        let (coverage, unknown) = self.coverage(&reading);
        let log_probabilities = self.log_probabilities(&reading, &terms);
        let named: Vec<&str> = reading.words.iter().filter(|w| w.protected).map(|w| w.typed.as_str()).collect();

        let evidence_of = |entry: usize, coverage: f64| {
            let names = self.names.get(entry).map_or(&[][..], Vec::as_slice);
            let shared = named.iter().filter(|n| names.iter().any(|m| m == *n)).count();
            let all = named.len() + names.iter().filter(|n| !named.contains(&n.as_str())).count();
            let both_name = !named.is_empty() && !names.is_empty();
            Evidence {
                log_probability: log_probabilities.as_ref().and_then(|l| l.get(entry)).map(|p| f64::from(*p)),
                coverage,
                nearest: 0.0,
                names: both_name.then(|| shared as f64 / all.max(1) as f64),
            }
        };
        let candidate = |entry: usize, evidence: Evidence| {
            let mentions = self.mentions.get(entry).map_or(&[][..], Vec::as_slice);
            let foreign = !named.iter().any(|n| mentions.iter().any(|m| m == n));
            Candidate {
                hit: Hit { entry, score: score(&evidence) },
                evidence,
                vetoed: evidence.names.is_some() && foreign,
            }
        };
        let mut candidates: Vec<Candidate> = match &log_probabilities {
            Some(all) => {
                let mut dense = vec![0f32; all.len()];
                for (entry, value) in coverage {
                    if let Some(slot) = dense.get_mut(entry as usize) {
                        *slot = value;
                    }
                }
                dense.iter().enumerate().map(|(e, c)| candidate(e, evidence_of(e, f64::from(*c)))).collect()
            }
            None => coverage
                .into_iter()
                .map(|(e, c)| candidate(e as usize, evidence_of(e as usize, f64::from(c))))
                .collect(),
        };
        let order = |a: &Candidate, b: &Candidate| {
            (a.vetoed.cmp(&b.vetoed)).then(b.hit.score.total_cmp(&a.hit.score)).then(a.hit.entry.cmp(&b.hit.entry))
        };
        let close = if log_probabilities.is_some() { CLOSE_LOOK } else { 4 * CLOSE_LOOK };
        if candidates.len() > close {
            candidates.select_nth_unstable_by(close, order);
            candidates.truncate(close);
        }
        for c in &mut candidates {
            let mut evidence = c.evidence;
            evidence.nearest = f64::from(self.nearest(c.hit.entry, &terms) * known_share);
            *c = candidate(c.hit.entry, evidence);
        }
        candidates.sort_by(order);
        candidates.truncate(MAX_HITS);
        Ranking { candidates, reading, unknown }
    }

    /// BM25 of every entry that shares a stem with the question, over the highest possible; and the unknown share.
    fn coverage(&self, reading: &Reading) -> (Vec<(u32, f32)>, f64) {
        let mut stems: Vec<Option<u32>> = reading.words.iter().map(|w| self.stem_of(w)).collect();
        let unknown = stems.iter().filter(|s| s.is_none()).count();
        stems.retain(Option::is_some);
        stems.sort_unstable();
        stems.dedup();
        let known_mass: f32 = stems.iter().map(|s| self.index.idf(*s)).sum();
        let unknown_mass = self.index.idf(None) * unknown as f32;
        let mass = known_mass + unknown_mass;
        let ceiling = Index::ceiling(mass).max(f32::MIN_POSITIVE);
        let mut sums: FxHashMap<u32, f32> = FxHashMap::default();
        for stem in stems.into_iter().flatten() {
            self.index.visit(stem, |entry, impact| *sums.entry(entry).or_default() += impact);
        }
        let mut coverage: Vec<(u32, f32)> = sums.into_iter().map(|(e, sum)| (e, (sum / ceiling).min(1.0))).collect();
        coverage.sort_unstable_by_key(|&(entry, _)| entry);
        (coverage, f64::from(unknown_mass / mass.max(f32::MIN_POSITIVE)))
    }

    /// Natural-log probability of every entry, by what was learned.
    fn log_probabilities(&self, reading: &Reading, terms: &Sparse) -> Option<Vec<f32>> {
        let weights = self.learned.as_ref()?;
        let mut logits = vec![0f32; weights.entries];
        for &(term, value) in terms {
            add_scaled(&mut logits, value, weights.row(&weights.terms, term));
        }
        let (words, unknown) = self.letters(reading);
        for (word, value) in words {
            add_scaled(&mut logits, value, weights.row(&weights.words, word));
        }
        for (gram, value) in unknown.into_iter().flatten() {
            add_scaled(&mut logits, value, weights.row(&weights.grams, gram));
        }
        let mut probabilities = logits.clone();
        let log_partition = softmax(&mut probabilities) as f32;
        logits.iter_mut().for_each(|l| *l -= log_partition);
        Some(logits)
    }

    /// Cosine of the question's terms to the nearest phrasing of an entry.
    fn nearest(&self, entry: EntryNumber, terms: &Sparse) -> f32 {
        let range = self.starts.get(entry..).and_then(|s| Some(*s.first()? as usize..*s.get(1)? as usize));
        let phrasings = range.and_then(|r| self.phrasings.get(r)).unwrap_or_default();
        phrasings.iter().map(|p| sparse_dot(p, terms)).fold(0.0, f32::max)
    }

    /// Whether the word is in some entry, in the lexicon or in general English.
    pub fn knows(&self, analyzer: &Analyzer, word: &str) -> bool {
        self.vocabulary.word(word).is_some() || analyzer.knows(word) || is_english(word)
    }

    /// The word with this number.
    pub fn word_text(&self, word: u32) -> Option<&str> {
        self.vocabulary.info(word).map(|w| w.text.as_str())
    }
}

/// A word said twice says a little more than once.
fn repeated(count: u32) -> f32 {
    1.0 + libm::logf(count.max(1) as f32)
}

fn sparse_dot(a: &Sparse, b: &Sparse) -> f32 {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut sum = 0f32;
    while let (Some((fa, va)), Some((fb, vb))) = (a.peek(), b.peek()) {
        match fa.cmp(fb) {
            std::cmp::Ordering::Less => _ = a.next(),
            std::cmp::Ordering::Greater => _ = b.next(),
            std::cmp::Ordering::Equal => {
                sum += va * vb;
                a.next();
                b.next();
            }
        }
    }
    sum
}
