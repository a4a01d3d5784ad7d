//! From a question to ranked candidates.
//!
//! [`Matcher::build`] indexes and learns; [`Matcher::rank`] reads a question, corrects its spelling, collects the
//! evidence for each entry and adds it up with the table in [`super::score`]. Decides nothing.
//!
//! Cost of a question: with learned weights some additions per word and entry; without, the postings of its stems. The
//! nearest phrasing is looked for in a few candidates only.

use super::Hit;
use super::index::{Document, Index};
use super::learn::{Coefficients, Examples, Weights, learn};
use super::names::Names;
use super::nearest::{Lookup, Phrasings};
use super::numeric::softmax;
use super::reading::{Reading, Terms};
use super::score::{Evidence, score};
use super::speller::Speller;
use super::text::language::Language;
use super::text::{Analyzer, Token};
use super::vocabulary::Vocabulary;

/// How many candidates are looked at closely: four times as many when nothing was learned that puts them in order.
const CLOSE_LOOK: usize = 10;
/// How many hits are returned.
pub const MAX_HITS: usize = 10;
/// Above this many examples times entries nothing is learned: BM25 and the nearest phrasing rank alone. Learning takes
/// about 150 bytes for each, and a time that grows with them: 300 entries of 16 phrasings are within it.
const LEARN_LIMIT: usize = 1_500_000;

/// One entry as the matcher sees it.
#[derive(Debug, Clone, Default)]
pub struct Prepared {
    /// The question first, then the phrasings.
    pub phrasings: Vec<Vec<Token>>,
    /// The answer's words.
    pub answer: Vec<Token>,
}

/// An index of prepared entries, with what was learned from them.
#[derive(Debug)]
pub struct Matcher {
    vocabulary: Vocabulary,
    index: Index,
    speller: Speller,
    names: Names,
    phrasings: Phrasings,
    learned: Option<Weights>,
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
    /// The question names something that the entry does not mention at all.
    pub strange: bool,
}

/// The outcome of a search.
#[derive(Debug, Clone, Default)]
pub struct Ranking {
    /// Best first, at most [`MAX_HITS`]; ties by entry number, which is id order.
    pub candidates: Vec<Candidate>,
    /// The best score among vetoed entries: what would have been answered if the names had not spoken against it.
    pub vetoed_score: Option<f64>,
    /// The reading that ranked best.
    pub reading: Reading,
    /// Share of the question's idf mass in words that no entry has, 0..=1.
    pub unknown: f64,
    /// The part of that which is in words of English, and names in capitals: they are no typos.
    pub foreign: f64,
    /// Whether the message asks for something to be done.
    pub request: bool,
}

/// Which phrasings to index, by entry and position: all, or a part of them to ask the rest.
pub type Keep<'a> = &'a (dyn Fn(usize, usize) -> bool + Sync);

impl Matcher {
    /// Indexes what `keep` keeps of entries in this language, and learns from it. `learned` from all of the same entries is where learning from a
    /// part of them starts.
    pub fn build(language: Language, entries: &[Prepared], keep: Keep, learned: Option<&Coefficients>) -> Self {
        let kept: Vec<Vec<&[Token]>> = entries
            .iter()
            .enumerate()
            .map(|(e, entry)| {
                let phrasings = entry.phrasings.iter().enumerate().filter(|&(p, _)| keep(e, p));
                phrasings.map(|(_, tokens)| tokens.as_slice()).collect()
            })
            .collect();
        let mut vocabulary = Vocabulary::new(language);
        for (number, phrasings) in kept.iter().enumerate() {
            phrasings.iter().for_each(|tokens| vocabulary.see(tokens, number as u32));
        }
        let asked_words = vocabulary.infos().len();
        let documents: Vec<Document> = entries
            .iter()
            .zip(&kept)
            .map(|(entry, phrasings)| {
                let mut stems = |tokens: &[Token]| -> Vec<u32> {
                    let words: Vec<u32> = tokens.iter().map(|t| vocabulary.add_word(t)).collect();
                    words.into_iter().filter_map(|w| vocabulary.info(w).map(|i| i.stem)).collect()
                };
                // An entry left out whole is left out with its answer.
                let answer = if phrasings.is_empty() { Vec::new() } else { stems(&entry.answer) };
                Document { phrasings: phrasings.iter().flat_map(|tokens| stems(tokens)).collect(), answer }
            })
            .collect();
        vocabulary.finish();
        let mut matcher = Self {
            index: Index::new(&vocabulary, &documents),
            speller: Speller::new(&vocabulary),
            names: names_of(entries),
            phrasings: Phrasings::default(),
            learned: None,
            vocabulary,
        };
        let asked: usize = kept.iter().map(Vec::len).sum();
        let learns = asked * entries.len() <= LEARN_LIMIT;
        let (stems, pairs, grams) = matcher.vocabulary.sizes();
        let mut examples =
            Examples { entries: entries.len(), term_count: stems + pairs, gram_count: grams, ..Examples::default() };
        for (number, phrasings) in kept.iter().enumerate() {
            for tokens in phrasings {
                let reading = Reading::plain(&matcher.vocabulary, tokens);
                let terms = reading.terms(&matcher.vocabulary);
                matcher.phrasings.push(&terms.vector);
                if learns {
                    examples.words.push(reading.letters(&matcher.vocabulary).words);
                    examples.terms.push(terms.vector);
                    examples.labels.push(number as u32);
                }
            }
            matcher.phrasings.end_entry();
        }
        if learns {
            let words = matcher.vocabulary.infos().iter().take(asked_words);
            examples.grams = words.map(|word| matcher.gram_vector(&word.grams, 1.0).collect()).collect();
            let start = learned.map(|all| left_of(all, entries, keep));
            matcher.learned = Some(learn(&examples, start));
        }
        matcher
    }

    /// What was learned, to start learning from a part of the same entries; `None` if there is too much to learn from.
    pub fn learned(&self) -> Option<&Coefficients> {
        self.learned.as_ref().map(Weights::coefficients)
    }

    /// Ranks the entries for a question: as typed, and with its typos corrected, whichever fits better.
    pub fn rank(&self, analyzer: &Analyzer, tokens: &[Token]) -> Ranking {
        let typed = Reading::plain(&self.vocabulary, tokens);
        let corrected = typed.corrected(&self.vocabulary, &self.speller, analyzer);
        let typed = self.rank_reading(typed);
        let Some(corrected) = corrected.map(|reading| self.rank_reading(reading)) else { return typed };
        let top = |ranking: &Ranking| ranking.candidates.first().map_or(f64::NEG_INFINITY, |c| c.hit.score);
        if top(&corrected) >= top(&typed) { corrected } else { typed }
    }

    fn rank_reading(&self, reading: Reading) -> Ranking {
        let terms = reading.terms(&self.vocabulary);
        let coverage = self.coverage(&reading);
        let log_probabilities = self.learned.as_ref().map(|weights| self.log_probabilities(weights, &reading, &terms));
        let named = reading.words.iter().filter(|word| word.protected).map(|word| word.typed.as_str());
        let named = self.names.in_question(named);
        let names_a_stranger = reading.words.iter().any(|word| word.strange_name);

        let candidate = |entry: usize, nearest: f32| {
            let evidence = Evidence {
                log_probability: log_probabilities.as_ref().and_then(|l| l.get(entry)).map(|p| f64::from(*p)),
                coverage: coverage.by_entry.get(entry).copied().map_or(0.0, f64::from),
                nearest: f64::from(nearest * terms.known),
                names: self.names.fit(&named, entry),
            };
            let hit = Hit { entry, score: score(&evidence) };
            let strange = names_a_stranger || self.names.is_strange(&named, entry);
            Candidate { hit, evidence, vetoed: self.names.forbid(&named, entry), strange }
        };
        let order = |a: &Candidate, b: &Candidate| {
            (a.vetoed.cmp(&b.vetoed)).then(b.hit.score.total_cmp(&a.hit.score)).then(a.hit.entry.cmp(&b.hit.entry))
        };
        let (mut candidates, close): (Vec<Candidate>, usize) = if log_probabilities.is_some() {
            ((0..coverage.by_entry.len()).map(|entry| candidate(entry, 0.0)).collect(), CLOSE_LOOK)
        } else {
            (coverage.covered.iter().map(|&entry| candidate(entry as usize, 0.0)).collect(), 4 * CLOSE_LOOK)
        };
        let vetoed = candidates.iter().filter(|c| c.vetoed).max_by(|a, b| a.hit.score.total_cmp(&b.hit.score));
        let vetoed = vetoed.map(|c| c.hit.entry);
        if candidates.len() > close {
            candidates.select_nth_unstable_by(close, order);
            candidates.truncate(close);
        }
        let lookup = Lookup::new(&terms.vector);
        let closely = |entry: usize| candidate(entry, self.phrasings.nearest(entry, &lookup));
        candidates.iter_mut().for_each(|c| *c = closely(c.hit.entry));
        let vetoed_score = vetoed.map(|entry| closely(entry).hit.score);
        candidates.sort_by(order);
        candidates.truncate(MAX_HITS);
        Ranking {
            candidates,
            vetoed_score,
            reading,
            unknown: coverage.unknown.into(),
            foreign: coverage.foreign.into(),
            request: false,
        }
    }

    fn coverage(&self, reading: &Reading) -> Coverage {
        let mut stems: Vec<u32> =
            reading.words.iter().filter(|word| !word.doubtful).filter_map(|word| word.stem).collect();
        let mass_of = |count: usize| count as f32 * self.index.idf(None);
        let unknown = mass_of(reading.words.iter().filter(|word| word.is_unknown()).count());
        let foreign = mass_of(reading.words.iter().filter(|word| word.is_foreign()).count());
        stems.sort_unstable();
        stems.dedup();
        let known: f32 = stems.iter().map(|stem| self.index.idf(Some(*stem))).sum();
        let mass = known + unknown;
        let ceiling = Index::ceiling(mass).max(f32::MIN_POSITIVE);
        let mut by_entry = vec![0f32; self.index.len()];
        let mut covered = Vec::new();
        for stem in stems {
            self.index.visit(stem, |entry, impact| {
                let Some(sum) = by_entry.get_mut(entry as usize) else { return };
                if *sum == 0.0 {
                    covered.push(entry);
                }
                *sum += impact;
            });
        }
        for &entry in &covered {
            if let Some(sum) = by_entry.get_mut(entry as usize) {
                *sum = (*sum / ceiling).min(1.0);
            }
        }
        Coverage {
            by_entry,
            covered,
            unknown: unknown / mass.max(f32::MIN_POSITIVE),
            foreign: foreign / mass.max(f32::MIN_POSITIVE),
        }
    }

    /// Natural-log probability of every entry, by what was learned.
    fn log_probabilities(&self, weights: &Weights, reading: &Reading, terms: &Terms) -> Vec<f32> {
        let mut logits = vec![0f32; weights.entries()];
        for &(term, value) in &terms.vector {
            weights.add_term(&mut logits, term, value);
        }
        let letters = reading.letters(&self.vocabulary);
        for (word, value) in letters.words {
            if weights.has_word(word) {
                weights.add_word(&mut logits, word, value);
            } else if let Some(info) = self.vocabulary.info(word) {
                let grams = self.gram_vector(&info.grams, value);
                grams.for_each(|(gram, value)| weights.add_gram(&mut logits, gram, value));
            }
        }
        for (gram, value) in letters.grams {
            weights.add_gram(&mut logits, gram, value);
        }
        let mut probabilities = logits.clone();
        let log_partition = softmax(&mut probabilities) as f32;
        logits.iter_mut().for_each(|logit| *logit -= log_partition);
        logits
    }

    fn gram_vector<'a>(&'a self, grams: &'a [u32], value: f32) -> impl Iterator<Item = (u32, f32)> + 'a {
        grams.iter().map(move |&gram| (gram, value * self.vocabulary.gram_rarity(gram)))
    }

    /// Whether an entry has this word, in whatever form.
    pub fn knows(&self, word: &str) -> bool {
        self.vocabulary.word(word).is_some() || self.vocabulary.stem(&self.vocabulary.language().stem(word)).is_some()
    }

    /// The word of the corpus that this one was taken for, if any; of several forms of it the first.
    pub fn taken_for(&self, word: &super::reading::ReadWord) -> Option<&str> {
        let same_stem = || self.vocabulary.infos().iter().find(|info| Some(info.stem) == word.stem);
        let info = word.word.and_then(|number| self.vocabulary.info(number));
        info.or_else(|| word.stem.and_then(|_| same_stem())).map(|info| info.text.as_str())
    }
}

/// How much of a question each entry covers.
struct Coverage {
    /// BM25 over the highest possible, 0..=1.
    by_entry: Vec<f32>,
    /// The entries that share a stem with the question.
    covered: Vec<u32>,
    /// Share of the question's idf mass in words that no entry has.
    unknown: f32,
    /// The part of that which is in words of English and in names.
    foreign: f32,
}

fn names_of(entries: &[Prepared]) -> Names {
    let mut names = Names::default();
    for entry in entries {
        let of = |phrasings: usize| {
            let tokens = entry.phrasings.iter().take(phrasings).flatten();
            tokens.filter(|token| token.protected).map(|token| token.word.as_str())
        };
        let answered = entry.answer.iter().filter(|token| token.protected).map(|token| token.word.as_str());
        names.add(of(1), of(usize::MAX), answered);
    }
    names
}

/// The rows of the coefficients that belong to phrasings that are kept.
fn left_of(all: &Coefficients, entries: &[Prepared], keep: Keep) -> Coefficients {
    let mut rows = all.chunks_exact(entries.len().max(1));
    let mut left = Vec::new();
    for (e, entry) in entries.iter().enumerate() {
        for p in 0..entry.phrasings.len() {
            let row = rows.next().unwrap_or_default();
            if keep(e, p) {
                left.extend_from_slice(row);
            }
        }
    }
    left
}
