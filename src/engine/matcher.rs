//! From a question to ranked candidates.
//!
//! [`Matcher::build`] indexes and learns; [`Matcher::rank`] reads a question, corrects its spelling, collects the
//! evidence for each entry and adds it up with the table in [`super::score`]. Decides nothing.
//!
//! Cost of a question: with learned weights some additions per word and entry; without, the postings of its stems. The
//! nearest phrasing is looked for in a few candidates only.

use std::cell::RefCell;
use std::sync::Arc;

use super::Hit;
use super::encoded::{Asked, Encoded};
use super::encoder::{Embedding, Encoder};
use super::index::{Document, Index};
use super::learn::{Coefficients, Examples, Sparse, Weights, learn};
use super::meaning::{self, DIMENSIONS};
use super::names::Names;
use super::nearest::{Phrasings, Question};
use super::numeric::log_partition;
use super::reading::{ReadWord, Reading, Terms};
use super::restriction::{Agreement, Restrictions};
use super::score::{Evidence, Sense, rough_score, rough_sense, score};
use super::speller::Speller;
use super::text::language::Language;
use super::text::{Analyzer, Token};
use super::vocabulary::Vocabulary;

/// How many candidates are looked at closely.
const CLOSE_LOOK: usize = 10;
/// How many are taken from all for that.
const ROUGHLY: usize = 40;
/// So many postings of a question's stems are visited, if the rarest has not more: the others are looked up for the
/// entries that are best by then.
const MOST_POSTINGS: usize = 4_096;
/// For how many.
const LOOKED_UP: usize = 64;
/// How many hits are returned.
pub const MAX_HITS: usize = 10;
/// Above this many examples times entries nothing is learned: BM25 and the nearest phrasing rank alone. Learning takes
/// about 100 bytes for each, and a time that grows with them: 350 entries of 20 phrasings are within it.
const LEARN_LIMIT: usize = 2_500_000;

/// One entry as the matcher sees it.
#[derive(Debug, Clone, Default)]
pub struct Prepared {
    /// The question first, then the phrasings.
    pub phrasings: Vec<Vec<Token>>,
    /// The answer's words.
    pub answer: Vec<Token>,
    /// What an encoder makes of each phrasing; empty without one.
    pub vectors: Vec<Option<Embedding>>,
}

/// An index of prepared entries, with what was learned from them.
#[derive(Debug)]
pub struct Matcher {
    vocabulary: Vocabulary,
    index: Index,
    speller: Speller,
    names: Names,
    restrictions: Restrictions,
    phrasings: Phrasings,
    learned: Option<Weights>,
    encoded: Option<Encoded>,
}

/// What was learned, to start from.
#[derive(Debug, Clone, Copy)]
pub struct Learned<'a> {
    words: &'a Coefficients,
    encoded: Option<&'a Coefficients>,
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
    /// Share of it in words with a subject that entries have, but not the first of [`Self::candidates`].
    pub elsewhere: f64,
    /// Whether the message asks for something to be done, or is for other people.
    pub request: bool,
    /// Where an encoder had its part in it: what it would be without.
    pub by_words: Option<Box<Ranking>>,
}

/// Which phrasings to index, by entry and position: all, or a part of them to ask the rest.
pub type Keep<'a> = &'a (dyn Fn(usize, usize) -> bool + Sync);

impl Matcher {
    /// Indexes what `keep` keeps of entries in this language, and learns from it. `learned` from all of the same entries is
    /// where learning from a part of them starts. `encoder` has made their vectors, if there is one.
    pub fn build(
        language: Language,
        entries: &[Prepared],
        keep: Keep,
        learned: Option<Learned>,
        encoder: Option<&Arc<dyn Encoder>>,
    ) -> Self {
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
            restrictions: Restrictions::default(),
            phrasings: Phrasings::default(),
            learned: None,
            encoded: None,
            vocabulary,
        };
        let asked: usize = kept.iter().map(Vec::len).sum();
        let learns = asked * entries.len() <= LEARN_LIMIT;
        let (stems, pairs, grams) = matcher.vocabulary.sizes();
        let mut examples =
            Examples { entries: entries.len(), term_count: stems + pairs, gram_count: grams, ..Examples::default() };
        for (number, phrasings) in kept.iter().enumerate() {
            let mut wordings = Vec::new();
            for tokens in phrasings {
                let reading = Reading::plain(&matcher.vocabulary, tokens);
                let terms = reading.terms(&matcher.vocabulary);
                wordings.extend(reading.restricted());
                matcher.phrasings.push(&terms.vector);
                if learns {
                    examples.words.push(reading.letters(&matcher.vocabulary).words);
                    examples.meanings.push(reading.meanings(&matcher.vocabulary).words);
                    examples.terms.push(terms.vector);
                    examples.labels.push(number as u32);
                }
            }
            matcher.phrasings.end_entry();
            matcher.restrictions.add(wordings.into_iter());
        }
        matcher.phrasings.finish();
        if learns {
            let words = matcher.vocabulary.infos().iter().take(asked_words);
            examples.grams = words.map(|word| matcher.gram_vector(&word.grams, 1.0).collect()).collect();
            examples.word_meanings =
                matcher.vocabulary.infos().iter().take(asked_words).map(|word| word.meaning).collect();
        }
        let learn_words = || {
            let start = learned.map(|all| left_of(all.words, entries, keep));
            learns.then(|| learn(&examples, start))
        };
        let learn_meanings = || {
            let start = learned.and_then(|all| all.encoded).map(|all| left_of(all, entries, keep));
            let labels = learns.then_some(examples.labels.as_slice());
            encoder.map(|encoder| Encoded::new(Arc::clone(encoder), entries, keep, labels, start))
        };
        (matcher.learned, matcher.encoded) = rayon::join(learn_words, learn_meanings);
        matcher
    }

    /// What was learned, to start learning from a part of the same entries; `None` if there is too much to learn from.
    pub fn learned(&self) -> Option<Learned<'_>> {
        let words = self.learned.as_ref()?.coefficients();
        Some(Learned { words, encoded: self.encoded.as_ref().and_then(Encoded::coefficients) })
    }

    /// Ranks the entries for a question, its typos corrected. The reading as typed is not tried beside: it ranked better
    /// as often by accident as with reason (.2 points of accuracy less under typos), and costs as much again.
    pub fn rank(&self, analyzer: &Analyzer, tokens: &[Token]) -> Ranking {
        self.rank_reading(self.read(analyzer, tokens))
    }

    /// The same for a question that is asked beside a background, whose words count little.
    pub fn rank_beside(&self, analyzer: &Analyzer, tokens: &[Token], background: &Reading) -> Ranking {
        self.rank_reading(self.read(analyzer, tokens).beside(background))
    }

    /// Words as they are taken, their typos corrected.
    pub fn read(&self, analyzer: &Analyzer, tokens: &[Token]) -> Reading {
        Reading::plain(&self.vocabulary, tokens).corrected(&self.vocabulary, &self.speller, analyzer)
    }

    /// Ranks by the words alone, and by words and vector, for a question whose vector is known.
    pub fn rank_encoded(&self, analyzer: &Analyzer, tokens: &[Token], embedding: Option<&Embedding>) -> Ranking {
        let asked = self.encoded.as_ref().zip(embedding).map(|(encoded, embedding)| encoded.asked(embedding.clone()));
        let reading = self.read(analyzer, tokens);
        SCRATCH.with_borrow_mut(|scratch| self.rank_with(reading, asked.as_ref(), scratch))
    }

    /// A question's words as the encoder would read them, its typos corrected.
    pub fn text(&self, analyzer: &Analyzer, tokens: &[Token]) -> String {
        let knows = |word: &str| self.encoded.as_ref().is_some_and(|encoded| encoded.knows(word));
        self.read(analyzer, tokens).text(&self.vocabulary, knows)
    }

    /// Asks another encoder from now on, if it asks one: the same model, as others may wait for it.
    pub fn ask_of(&mut self, encoder: Arc<dyn Encoder>) {
        self.encoded.iter_mut().for_each(|encoded| encoded.ask_of(Arc::clone(&encoder)));
    }

    /// Has an encoder, if there is one, make something of the texts that `texts` makes with what it is given.
    pub fn encode_ahead(&self, texts: impl FnOnce(&dyn Fn(&Analyzer, &[Token]) -> String) -> Vec<String>) {
        if let Some(encoded) = &self.encoded {
            encoded.encode_ahead(&texts(&|analyzer, tokens| self.text(analyzer, tokens)));
        }
    }

    fn rank_reading(&self, reading: Reading) -> Ranking {
        // Before the scratch is taken: an encoder may wait for its turn, and others rank on this thread meanwhile.
        let asked = self.encoded.as_ref().and_then(|encoded| encoded.ask(&reading, &self.vocabulary));
        SCRATCH.with_borrow_mut(|scratch| {
            let by_words = asked.is_some().then(|| Box::new(self.rank_with(reading.clone(), None, scratch)));
            Ranking { by_words, ..self.rank_with(reading, asked.as_ref(), scratch) }
        })
    }

    fn rank_with(&self, reading: Reading, asked: Option<&Asked>, scratch: &mut Scratch) -> Ranking {
        let terms = reading.terms(&self.vocabulary);
        let names = |ruled_out: bool| {
            let words = reading.words.iter().filter(|word| word.protected && word.ruled_out == ruled_out);
            self.names.in_question(words.map(|word| word.typed.as_str()))
        };
        let (named, excluded) = (names(false), names(true));
        let names_a_stranger = reading.words.iter().any(|word| word.strange_name);
        let restricted: Vec<(u32, bool)> = reading.restricted().collect();
        let Scratch { coverage, touched, logits, best, sums } = scratch;
        coverage.resize(self.index.len(), 0.0);

        let mass = self.cover(&reading, coverage, touched, best);
        // But for names and what is ruled out the rough order is the final one.
        let is_rough = !named.is_empty() || restricted.iter().any(|(_, is_out)| *is_out);
        best.start(if is_rough { ROUGHLY } else { CLOSE_LOOK });
        let mut vetoed: Option<(f32, u32)> = None;
        let mut choose = |entry: u32, rough: f32| {
            if self.names.rules_out(&excluded, entry as usize) {
                return;
            }
            if !named.is_empty() && self.names.forbid(&named, entry as usize) {
                if vetoed.is_none_or(|(most, _)| rough > most) {
                    vetoed = Some((rough, entry));
                }
            } else {
                best.add(rough, entry);
            }
        };
        if let Some(weights) = &self.learned {
            self.log_probabilities(weights, &reading, &terms, logits);
            let senses = asked.map_or(&[][..], |asked| &asked.log_probabilities);
            let scored = logits.iter().zip(coverage.iter()).zip(0u32..);
            scored.for_each(|((log_probability, coverage), entry)| {
                let sense = senses.get(entry as usize).map_or(0.0, |sense| rough_sense(*sense));
                choose(entry, rough_score(*log_probability, *coverage) + sense)
            });
        } else {
            logits.clear();
            let all = coverage.iter().copied().zip(0..).filter(|(covered, _)| *covered > 0.0);
            match &mass.touched {
                Touched::Listed => {
                    touched.iter().for_each(|&e| choose(e, coverage.get(e as usize).copied().unwrap_or_default()));
                }
                Touched::Any => all.for_each(|(covered, entry)| choose(entry, covered)),
            }
        }
        let chosen = best.finish();
        let vetoed = vetoed.map(|(_, entry)| entry);

        let candidate = |entry: u32, nearest: f32, sense: Option<Sense>| {
            let entry = entry as usize;
            let evidence = Evidence {
                log_probability: logits.get(entry).map(|p| f64::from(*p)),
                coverage: coverage.get(entry).copied().map_or(0.0, f64::from),
                nearest: f64::from(nearest * terms.known),
                names: self.names.fit(&named, entry),
                restriction: self
                    .restrictions
                    .agreement(&restricted, entry, |stem| self.index.impact(stem, entry as u32) > 0.0)
                    .map(|agreement| agreement == Agreement::Same),
                sense,
            };
            let hit = Hit { entry, score: score(&evidence) };
            let strange = names_a_stranger || self.names.is_strange(&named, entry);
            Candidate { hit, evidence, vetoed: self.names.forbid(&named, entry), strange }
        };
        if chosen.len() > CLOSE_LOOK {
            chosen.iter_mut().for_each(|(score, entry)| {
                *score = candidate(*entry, 0.0, asked.map(|asked| asked.roughly(*entry as usize))).hit.score as f32;
            });
            keep_best(chosen, CLOSE_LOOK);
        }
        let question = Question::new(&terms.vector);
        let sense = |entry: usize| Some(self.encoded.as_ref()?.sense(entry, asked?));
        let mut closely = |entry: u32| {
            candidate(entry, self.phrasings.nearest(entry as usize, &question, sums), sense(entry as usize))
        };
        let mut candidates: Vec<Candidate> = chosen.iter().map(|&(_, entry)| closely(entry)).collect();
        let vetoed = vetoed.map(closely);
        candidates.sort_by(|a, b| b.hit.score.total_cmp(&a.hit.score).then(a.hit.entry.cmp(&b.hit.entry)));
        candidates.truncate(MAX_HITS);
        let vetoed_score = vetoed.map(|candidate| candidate.hit.score);
        // It is shown, last, but never an answer.
        if candidates.len() < MAX_HITS {
            candidates.extend(vetoed);
        }
        match mass.touched {
            Touched::Listed => touched.iter().for_each(|&entry| set(coverage, entry, 0.0)),
            Touched::Any => coverage.fill(0.0),
        }
        touched.clear();
        let elsewhere = candidates.first().map_or(0.0, |top| self.elsewhere(&reading, top.hit.entry));
        Ranking {
            candidates,
            vetoed_score,
            reading,
            unknown: mass.unknown.into(),
            foreign: mass.foreign.into(),
            elsewhere: f64::from(elsewhere / mass.all),
            request: false,
            by_words: None,
        }
    }

    /// Adds up in `coverage` how much of the question each entry covers, BM25 over the highest possible, 0..=1.
    ///
    /// Rare stems first. If the postings of the common ones are too many, they are looked up for the best entries only, and
    /// the others are left at 0.
    fn cover(&self, reading: &Reading, coverage: &mut [f32], touched: &mut Vec<u32>, best: &mut Best) -> Mass {
        let sure = reading.words.iter().filter(|word| !word.doubtful);
        let mut stems: Sparse = sure.filter_map(|word| Some((word.stem?, word.weight))).collect();
        stems.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        stems.dedup_by_key(|&mut (stem, _)| stem);
        let mass_of = |is: fn(&ReadWord) -> bool| {
            self.index.idf(None) * reading.words.iter().filter(|word| is(word)).map(|word| word.weight).sum::<f32>()
        };
        let (unknown, foreign) = (mass_of(ReadWord::is_unknown), mass_of(ReadWord::is_foreign));
        let known: f32 = stems.iter().map(|&(stem, weight)| weight * self.index.idf(Some(stem))).sum();
        let mass = (known + unknown).max(f32::MIN_POSITIVE);
        let share = 1.0 / Index::ceiling(mass).max(f32::MIN_POSITIVE);

        stems.sort_by(|a, b| self.index.idf(Some(b.0)).total_cmp(&self.index.idf(Some(a.0))));
        let mut visited = 0;
        let mut stems = stems.into_iter();
        let mut put_off = None;
        let mut all_listed = true;
        for (stem, weight) in stems.by_ref() {
            let cost = self.index.cost(stem);
            visited += cost;
            if visited > MOST_POSTINGS && visited > cost {
                put_off = Some((stem, weight));
                break;
            }
            all_listed &= self.index.add(stem, weight * share, coverage, touched);
        }
        if let Some(first) = put_off {
            best.start(LOOKED_UP);
            if all_listed {
                touched.iter().for_each(|&e| best.add(coverage.get(e as usize).copied().unwrap_or_default(), e));
                touched.iter().for_each(|&entry| set(coverage, entry, 0.0));
            } else {
                coverage.iter().zip(0..).for_each(|(covered, entry)| best.add(*covered, entry));
                coverage.fill(0.0);
            }
            touched.clear();
            let common: Sparse = std::iter::once(first).chain(stems).collect();
            for &mut (sum, entry) in best.finish().iter_mut().filter(|(sum, _)| *sum > 0.0) {
                let more: f32 = common.iter().map(|&(stem, weight)| weight * self.index.impact(stem, entry)).sum();
                set(coverage, entry, sum + more * share);
                touched.push(entry);
            }
            all_listed = true;
        }
        let touched = if all_listed { Touched::Listed } else { Touched::Any };
        Mass { all: mass, unknown: unknown / mass, foreign: foreign / mass, touched }
    }

    /// The idf mass of the question's words with a subject that this entry does not have.
    fn elsewhere(&self, reading: &Reading, entry: usize) -> f32 {
        let sure = reading.words.iter().filter(|word| word.content && !word.doubtful);
        let known = sure.filter_map(|word| Some((word.stem?, word.weight)));
        let missing = known.filter(|&(stem, _)| self.index.impact(stem, entry as u32) == 0.0);
        missing.map(|(stem, weight)| weight * self.index.idf(Some(stem))).sum()
    }

    /// Puts into `logits` the natural-log probability of every entry, by what was learned.
    fn log_probabilities(&self, weights: &Weights, reading: &Reading, terms: &Terms, logits: &mut Vec<f32>) {
        logits.clear();
        logits.resize(weights.entries(), 0.0);
        for &(term, value) in &terms.vector {
            weights.add_term(logits, term, value);
        }
        let letters = reading.letters(&self.vocabulary);
        for (word, value) in letters.words {
            if weights.has_word(word) {
                weights.add_word(logits, word, value);
            } else if let Some(info) = self.vocabulary.info(word) {
                let grams = self.gram_vector(&info.grams, value);
                grams.for_each(|(gram, value)| weights.add_gram(logits, gram, value));
            }
        }
        for (gram, value) in letters.grams {
            weights.add_gram(logits, gram, value);
        }
        let meanings = reading.meanings(&self.vocabulary);
        let mut others = meanings.others;
        for (word, value) in meanings.words {
            if weights.has_word(word) {
                weights.add_word_meaning(logits, word, value);
            } else if let Some(meaning) = self.vocabulary.info(word).and_then(|info| info.meaning) {
                meaning::add(others.get_or_insert([0.0; DIMENSIONS]), value, meaning);
            }
        }
        if let Some(sum) = others {
            weights.add_meaning(logits, &sum);
        }
        let log_partition = log_partition(logits) as f32;
        logits.iter_mut().for_each(|logit| *logit -= log_partition);
    }

    fn gram_vector<'a>(&'a self, grams: &'a [u32], value: f32) -> impl Iterator<Item = (u32, f32)> + 'a {
        grams.iter().map(move |&gram| (gram, value * self.vocabulary.gram_rarity(gram)))
    }

    /// The words that only answers have.
    pub fn unasked_words(&self) -> impl Iterator<Item = &str> {
        let unasked = self.vocabulary.infos().iter().filter(|word| word.count == 0 && !word.protected);
        unasked.map(|word| word.text.as_str())
    }

    /// Whether an entry has this word, in whatever form.
    pub fn knows(&self, word: &str) -> bool {
        self.vocabulary.word(word).is_some() || self.vocabulary.stem(&self.vocabulary.language().stem(word)).is_some()
    }

    /// The word of the corpus, or of English, that this one was taken for, if any; of several forms of it the first.
    pub fn taken_for<'a>(&'a self, word: &'a ReadWord) -> Option<&'a str> {
        let same_stem = || self.vocabulary.infos().iter().find(|info| Some(info.stem) == word.stem);
        let info = word.word.and_then(|number| self.vocabulary.info(number));
        info.or_else(|| word.stem.and_then(|_| same_stem())).map(|info| info.text.as_str()).or(word.english)
    }
}

/// A question's idf mass, and shares of it.
#[derive(Debug, Clone, Copy)]
struct Mass {
    all: f32,
    /// In words that no entry has.
    unknown: f32,
    /// The part of that which is in words of English and in names.
    foreign: f32,
    touched: Touched,
}

/// Which entries cover something of the question.
#[derive(Debug, Clone, Copy)]
enum Touched {
    /// Those that are listed.
    Listed,
    /// Maybe most.
    Any,
}

/// Room to work in, kept by each thread: a question allocates nothing that grows with the corpus.
#[derive(Debug, Default)]
struct Scratch {
    /// By entry; all 0 between questions.
    coverage: Vec<f32>,
    touched: Vec<u32>,
    logits: Vec<f32>,
    best: Best,
    sums: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// The entries with the highest scores of those added; of equals those with the lower number.
#[derive(Debug, Default)]
struct Best {
    /// Up to four times as many as are wanted.
    kept: Vec<(f32, u32)>,
    wanted: usize,
    /// What is below cannot be among them.
    least: f32,
}

impl Best {
    /// Begins anew.
    fn start(&mut self, wanted: usize) {
        self.kept.clear();
        (self.wanted, self.least) = (wanted, f32::NEG_INFINITY);
    }

    #[inline]
    fn add(&mut self, score: f32, entry: u32) {
        if score < self.least {
            return;
        }
        self.kept.push((score, entry));
        if self.kept.len() >= 4 * self.wanted {
            keep_best(&mut self.kept, self.wanted);
            self.least = self.kept.iter().fold(f32::INFINITY, |least, (score, _)| least.min(*score));
        }
    }

    /// In no order.
    fn finish(&mut self) -> &mut Vec<(f32, u32)> {
        keep_best(&mut self.kept, self.wanted);
        &mut self.kept
    }
}

/// Keeps the `count` best, in no order; of equals those with the lower number.
fn keep_best(scored: &mut Vec<(f32, u32)>, count: usize) {
    if scored.len() > count {
        scored.select_nth_unstable_by(count, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        scored.truncate(count);
    }
}

fn set(numbers: &mut [f32], at: u32, value: f32) {
    if let Some(number) = numbers.get_mut(at as usize) {
        *number = value;
    }
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
