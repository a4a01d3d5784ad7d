//! What a score is worth on this corpus: confidence by self-questioning.
//!
//! At load the engine asks itself questions whose truth it knows: phrasings left out of the index, with and without
//! typos; phrasings of entries left out as a whole, which are honest out-of-scope questions; and phrasings with a word
//! that no entry has in place of one of theirs, which ask in the corpus's own words about something else. A logistic curve
//! is fitted to how often the top hit was right (Platt 1999), so that a confidence of 70 means 70 in 100 on any corpus.

use std::sync::Arc;

use compact_str::CompactString;
use rayon::prelude::*;

use super::encoder::{Embedding, Encoder};
use super::matcher::{Candidate, Learned, Matcher, Prepared, Ranking};
use super::score::sense_score;
use super::speller::general_words;
use super::text::language::Language;
use super::text::{Analyzer, Token};

/// Into how many parts the phrasings are divided; each is asked of an index of the others. A corpus too large to learn
/// from has enough phrasings in the first part.
const FOLDS: usize = 5;
/// With more phrasings than this only so many of the parts are asked: the others would say the same again.
const ENOUGH: usize = 1_500;
const FEWER_FOLDS: usize = 3;
/// Above this many questions a sample of them is asked: the curve has a handful of parameters.
const MAX_ASKED: usize = 6_000;
/// Share of questions taken to be out of scope *and* as near to the corpus as a missing entry of it. More are asked that
/// have nothing to do with it, but those score so low that they do not move the curve.
const OUT_OF_SCOPE_SHARE: f64 = 0.15;
/// The same for questions about something else in the corpus's own words: "how do I become a chef", asked of coders.
const FOREIGN_SHARE: f64 = 0.1;
/// How many questions with typos, and about something else, an encoder is asked: each costs an encoding, and what is clean is
/// encoded already.
const ENCODED_TYPOS: u64 = 200;
const ENCODED_FOREIGN: u64 = 500;
/// To an encoder a question that has no answer is nearer to the corpus than to the words: with as many of them as above, of
/// those that nobody had written for the purpose three times as many were answered.
const ENCODED_OUT_OF_SCOPE_SHARE: f64 = 0.25;
/// What a question with typos counts beside a clean one.
const TYPO_WEIGHT: f64 = 0.5;
/// Strength of the pull towards [`Calibration::PRIOR`], in questions: it decides for a corpus of a few entries only.
const PRIOR_STRENGTH: f64 = 20.0;

/// Confidence is at most this often the share of the question that is in known words.
const UNDERSTOOD: f64 = 1.5;
/// Confidence in an entry that has been asked for in the very words of one of its phrasings, at least.
const WORD_FOR_WORD: f64 = 0.97;

/// Confidence is at most this in an entry that does not mention a name which the question does.
const STRANGER_NAMED: f64 = 0.6;
/// Confidence is at most this that an answer is what somebody wants who wants something done.
const REQUESTED: f64 = 0.6;
/// From this cosine on two sentences may mean the same though they have no word in common.
const NEAR: f64 = 0.4;
/// Confidence is at most this by the words alone, where an encoder is less sure of the same entry.
const AGREED: f64 = 0.6;
/// A margin over the next candidate beyond this says no more.
const WIDEST_MARGIN: f64 = 4.0;

/// How many signals the curve has, the constant included.
const SIGNALS: usize = 9;

/// From a ranking to a chance of being right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Of rankings by words alone.
    weights: [f64; SIGNALS],
    /// Of those in which an encoder had its part.
    encoded: Option<[f64; SIGNALS]>,
}

/// One self-question's outcome.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    signals: [f64; SIGNALS],
    scope: Scope,
    right: bool,
    weight: f64,
}

/// Whether a self-question has an answer in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Inside,
    /// Its entry is left out.
    LeftOut,
    /// It is about something of which no entry speaks.
    Foreign,
}

impl Default for Calibration {
    fn default() -> Self {
        Self::PRIOR
    }
}

impl Calibration {
    /// Fitted over public data sets; what a corpus too small to ask itself starts from.
    const PRIOR: Self = Self { weights: [-8.0, 0.5, 0.2, -1.0, -2.0, -2.0, -2.0, 0.0, 0.0], encoded: None };
    /// The same where an encoder has its part: its features make scores some three times as high.
    const ENCODED_PRIOR: [f64; SIGNALS] = [-16.0, 0.3, 0.15, -1.0, -2.0, -2.0, -2.0, 8.0, 0.0];

    /// The chance, 0-100, that the top candidate of `ranking` is the right entry.
    pub fn confidence(&self, ranking: &Ranking) -> f64 {
        self.confidence_raised(ranking, 1.0)
    }

    /// The same with a chance that is so many times as high, where there is more to go by than the ranking shows. What bounds
    /// it still does.
    pub fn confidence_raised(&self, ranking: &Ranking, times: f64) -> f64 {
        let Some(signals) = signals(ranking) else { return 0.0 };
        // What is mostly unknown words is not understood, however much the rest resembles an entry: a corpus of a few
        // entries cannot learn that from itself.
        let understood = (UNDERSTOOD * (1.0 - ranking.unknown)).min(1.0).max(likeness(ranking));
        // Of "when" alone a corpus of a few entries is sure: nothing else in it says "when". Where nothing is named, a
        // phrasing must be nearly that.
        let most = if names_something(ranking) { understood } else { understood.min(nearest(ranking)) };
        let strange = ranking.candidates.iter().find(|c| !c.vetoed).is_some_and(|top| top.strange);
        let most = if strange { most.min(STRANGER_NAMED) } else { most };
        let most = if ranking.request { most.min(REQUESTED) } else { most };
        // A sentence of a story says to an encoder what it says anywhere.
        let times = if ranking.by_words.is_some() { times.min(1.0) } else { times };
        let weights = if ranking.by_words.is_some() {
            self.encoded.as_ref().unwrap_or(&Self::ENCODED_PRIOR)
        } else {
            &self.weights
        };
        let chance = (times * logistic(product(weights, &signals))).min(most).max(self.agreed(ranking));
        100.0 * if is_word_for_word(ranking) { chance.max(WORD_FOR_WORD) } else { chance }
    }

    /// The chance, 0..=1, that the top candidate is right by the words alone, where they have the same one and an encoder doubts
    /// it. That two agree who look in different ways makes neither less likely; but it is no sure answer.
    fn agreed(&self, ranking: &Ranking) -> f64 {
        let top = |ranking: &Ranking| ranking.candidates.iter().find(|c| !c.vetoed).map(|c| c.hit.entry);
        let by_words = ranking.by_words.as_deref().filter(|words| top(words) == top(ranking));
        by_words.map_or(0.0, |words| (self.confidence(words) / 100.0).min(AGREED))
    }

    /// Asks `entries` of themselves and fits. `matcher` is built from all of them; `encoder` has its part if it has in that.
    pub fn fit(
        analyzer: &Analyzer,
        entries: &[Prepared],
        matcher: &Matcher,
        encoder: Option<&Arc<dyn Encoder>>,
    ) -> Self {
        let learned = matcher.learned();
        // One after the other, each on all cores: an index and what is learned for it take memory.
        let phrasings: usize = entries.iter().map(|entry| entry.phrasings.len()).sum();
        let folds = match learned {
            None => 1,
            Some(_) if phrasings > ENOUGH => FEWER_FOLDS,
            Some(_) => FOLDS,
        };
        let most = MAX_ASKED / folds;
        let asker = Asker { analyzer, learned, encoder, variants: Vec::new(), most };
        let asker = match encoder {
            Some(encoder) => Asker { variants: variants(analyzer, entries, matcher, encoder), ..asker },
            None => asker,
        };
        let (mut by_words, mut encoded) = (Vec::new(), Vec::new());
        for number in 0..folds {
            let (words, sense) = Fold { entries, number }.ask(&asker);
            by_words.extend(words);
            encoded.extend(sense);
        }
        Self {
            weights: fit_logistic(by_words, Self::PRIOR.weights, OUT_OF_SCOPE_SHARE),
            encoded: encoder.map(|_| fit_logistic(encoded, Self::ENCODED_PRIOR, ENCODED_OUT_OF_SCOPE_SHARE)),
        }
    }
}

/// What every part of the phrasings is asked with.
struct Asker<'a> {
    analyzer: &'a Analyzer,
    /// From all phrasings.
    learned: Option<Learned<'a>>,
    encoder: Option<&'a Arc<dyn Encoder>>,
    variants: Vec<Variant>,
    /// How many questions a part is asked at most.
    most: usize,
}

/// A phrasing in other words, of which an encoder has made something.
struct Variant {
    entry: usize,
    phrasing: usize,
    tokens: Vec<Token>,
    embedding: Embedding,
    /// It asks about something else, unlike one that only has typos.
    foreign: bool,
}

/// Phrasings with typos, and about something else, for an encoder: some hundreds, for each costs an encoding. Which they are
/// depends on the text of each phrasing alone, so that a change to the corpus makes few new ones.
fn variants(analyzer: &Analyzer, entries: &[Prepared], matcher: &Matcher, encoder: &Arc<dyn Encoder>) -> Vec<Variant> {
    let language = analyzer.language();
    let unasked = unasked(matcher, language);
    let all = entries.iter().map(|entry| entry.phrasings.len()).sum::<usize>().max(1) as u64;
    let mut tokens: Vec<(usize, usize, Vec<Token>, bool)> = Vec::new();
    for (e, entry) in entries.iter().enumerate() {
        for (p, phrasing) in entry.phrasings.iter().enumerate() {
            let seed = seed(phrasing);
            let mut random = Xorshift::new(seed);
            // As many as are wanted of all, wherever they stand.
            let chosen = |wanted: u64, random: &mut Xorshift| random.below(all) < wanted;
            if chosen(ENCODED_TYPOS, &mut random) {
                tokens.push((e, p, with_typos(phrasing, &mut random), false));
            }
            if chosen(ENCODED_FOREIGN, &mut random) {
                let other = about_something_else(phrasing, matcher, Unasked::Any(&unasked), language, &mut random);
                tokens.extend(other.map(|other| (e, p, other, true)));
            }
        }
    }
    let texts: Vec<String> = tokens.iter().map(|(_, _, tokens, _)| matcher.text(analyzer, tokens)).collect();
    let embeddings = encoder.encode_all(&texts);
    let made = tokens.into_iter().zip(embeddings).filter_map(|((entry, phrasing, tokens, foreign), embedding)| {
        Some(Variant { entry, phrasing, tokens, embedding: embedding?, foreign })
    });
    made.collect()
}

/// A number that depends on the words alone (FNV-1a).
fn seed(tokens: &[Token]) -> u64 {
    let bytes = tokens.iter().flat_map(|token| token.word.bytes().chain([b' ']));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Words with a subject that only answers have.
fn unasked(matcher: &Matcher, language: Language) -> Vec<&str> {
    let has_subject = |word: &&str| word.len() > 3 && !language.is_function_word(word);
    matcher.unasked_words().filter(has_subject).collect()
}

/// How a word that only answers have is chosen.
#[derive(Clone, Copy)]
enum Unasked<'a> {
    /// By its place among all.
    At(&'a [&'a str]),
    /// By itself: another word more or less changes nothing for most choices.
    Any(&'a [&'a str]),
}

impl Unasked<'_> {
    fn is_empty(self) -> bool {
        let (Self::At(words) | Self::Any(words)) = self;
        words.is_empty()
    }

    fn choose(self, random: &mut Xorshift) -> Option<CompactString> {
        match self {
            Self::At(words) => {
                words.get(random.below(words.len() as u64) as usize).map(|word| CompactString::from(*word))
            }
            Self::Any(words) => {
                let salt = random.below(u64::MAX);
                let rank = |word: &&&str| {
                    let hash =
                        word.bytes().fold(salt, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
                    hash ^ (hash >> 29)
                };
                words.iter().min_by_key(rank).map(|word| CompactString::from(*word))
            }
        }
    }
}

/// What the curve looks at. `None` without a candidate that could be an answer.
fn signals(ranking: &Ranking) -> Option<[f64; SIGNALS]> {
    let mut candidates = ranking.candidates.iter().filter(|c| !c.vetoed);
    // Without a word in common it is no candidate, however the letters fall.
    let top = candidates.next().filter(|c| may_be_meant(c))?;
    // A vetoed entry that fits better means: asked about another name than this entry, or any, has an answer for.
    let rivals = candidates.next().map(|second| second.hit.score).into_iter().chain(ranking.vetoed_score);
    let margin = rivals.map(|rival| top.hit.score - rival).fold(WIDEST_MARGIN, f64::min).max(-WIDEST_MARGIN);
    let empty = f64::from(u8::from(!names_something(ranking)));
    // A word nobody knows is a typo as often as not; a word of English that no entry has is another subject.
    let typos = ranking.unknown - ranking.foreign;
    // To an encoder some entry is always the likeliest, of whatever the question is; how near it is, and whether the words
    // agree, says more.
    let (nearest, sense) = top.evidence.sense.map_or((0.0, 0.0), |sense| (sense.nearest, sense_score(&top.evidence)));
    Some([1.0, top.hit.score, margin, typos, ranking.foreign, empty, ranking.elsewhere, nearest, sense])
}

/// Whether a candidate has anything in common with the question: a word, or a phrasing that means nearly the same.
pub fn may_be_meant(candidate: &Candidate) -> bool {
    candidate.evidence.coverage > 0.0 || candidate.evidence.sense.is_some_and(|sense| sense.nearest >= NEAR)
}

/// Whether the question has a word with a subject of its own.
fn names_something(ranking: &Ranking) -> bool {
    ranking.reading.words.iter().any(|word| word.content)
}

/// The same to an encoder, which may understand what no entry has a word for; 0 without one.
fn likeness(ranking: &Ranking) -> f64 {
    let top = ranking.candidates.iter().find(|c| !c.vetoed);
    top.and_then(|top| top.evidence.sense).map_or(0.0, |sense| sense.nearest)
}

/// Cosine of the top candidate's nearest phrasing.
fn nearest(ranking: &Ranking) -> f64 {
    ranking.candidates.iter().find(|c| !c.vetoed).map_or(0.0, |c| c.evidence.nearest)
}

/// Whether the question is one of the top candidate's phrasings, and of no other's.
pub fn is_word_for_word(ranking: &Ranking) -> bool {
    let mut same = ranking.candidates.iter().filter(|c| !c.vetoed).map(|c| c.evidence.nearest > 0.999);
    ranking.unknown == 0.0 && same.next() == Some(true) && same.next() != Some(true)
}

/// One part of the phrasings: entries whose number falls into it are left out whole, of the others the phrasings that do.
#[derive(Clone, Copy)]
struct Fold<'a> {
    entries: &'a [Prepared],
    number: usize,
}

impl Fold<'_> {
    fn leaves_out_whole(&self, entry: usize) -> bool {
        entry % FOLDS == self.number
    }

    /// An entry's only phrasing is never left out alone: nothing would be left to find the entry by.
    fn leaves_out(&self, entry: usize, phrasing: usize) -> bool {
        // A shift by entry, so that the question itself is not always in the same part.
        self.leaves_out_whole(entry) || (!self.is_single(entry) && (entry / FOLDS + phrasing) % FOLDS == self.number)
    }

    fn is_single(&self, entry: usize) -> bool {
        self.entries.get(entry).is_some_and(|e| e.phrasings.len() == 1)
    }

    /// Asks what is left out of an index of the rest; and the only phrasings of entries, in other words. The outcomes by words
    /// alone, and those in which an encoder has its part.
    fn ask(&self, asker: &Asker) -> (Vec<Outcome>, Vec<Outcome>) {
        let Asker { analyzer, learned, encoder, .. } = *asker;
        let keep = |e: usize, p: usize| !self.leaves_out(e, p);
        let matcher = Matcher::build(analyzer.language(), self.entries, &keep, learned, encoder);
        let language = analyzer.language();
        let unasked = unasked(&matcher, language);
        let all =
            self.entries.iter().enumerate().flat_map(|(e, entry)| (0..entry.phrasings.len()).map(move |p| (e, p)));
        let asked: Vec<(usize, usize)> = all
            .filter(|&(e, p)| self.leaves_out(e, p) || (self.is_single(e) && e / FOLDS % FOLDS == self.number))
            .collect();
        let every = asked.len().div_ceil(asker.most / 2).max(1);
        let sample: Vec<(usize, usize)> = asked.into_iter().step_by(every).collect();
        let outcome = |tokens: &[Token], embedding: Option<&Embedding>, number: usize, scope: Scope, weight: f64| {
            let ranking = matcher.rank_encoded(analyzer, tokens, embedding);
            let top = ranking.candidates.iter().find(|c| !c.vetoed);
            let right = scope == Scope::Inside && top.is_some_and(|c| c.hit.entry == number);
            Some(Outcome { signals: signals(&ranking)?, scope, right, weight })
        };
        let scope_of = |number: usize| if self.leaves_out_whole(number) { Scope::LeftOut } else { Scope::Inside };
        let ask = |&(number, phrasing): &(usize, usize)| {
            let entry = self.entries.get(number);
            let whole = entry.and_then(|e| e.phrasings.get(phrasing)).map_or(&[][..], Vec::as_slice);
            let mut random = Xorshift::new((number * 31 + phrasing) as u64);
            let mut shortened = Vec::new();
            let left_out = self.leaves_out(number, phrasing);
            let tokens = if left_out {
                whole
            } else {
                shortened.extend(whole.iter().filter(|_| random.below(3) > 0).cloned());
                &shortened
            };
            let typos = with_typos(tokens, &mut random);
            let scope = scope_of(number);
            let other = about_something_else(tokens, &matcher, Unasked::At(&unasked), language, &mut random);
            let embedding = entry.filter(|_| left_out).and_then(|e| e.vectors.get(phrasing)?.as_ref());
            let by_words = [
                outcome(tokens, None, number, scope, 1.0),
                outcome(&typos, None, number, scope, TYPO_WEIGHT),
                other.and_then(|tokens| outcome(&tokens, None, number, Scope::Foreign, 1.0)),
            ];
            (by_words, embedding.and_then(|embedding| outcome(tokens, Some(embedding), number, scope, 1.0)))
        };
        let outcomes: Vec<([Option<Outcome>; 3], Option<Outcome>)> = sample.par_iter().map(ask).collect();
        let variant = |variant: &Variant| {
            let Variant { entry, phrasing, tokens, embedding, foreign } = variant;
            let scope = if *foreign { Scope::Foreign } else { scope_of(*entry) };
            let weight = if *foreign { 1.0 } else { TYPO_WEIGHT };
            let asked = self.leaves_out(*entry, *phrasing);
            asked.then(|| outcome(tokens, Some(embedding), *entry, scope, weight)).flatten()
        };
        let variants: Vec<Option<Outcome>> = asker.variants.par_iter().map(variant).collect();
        let encoded = outcomes.iter().map(|(_, encoded)| *encoded).chain(variants).flatten().collect();
        (outcomes.into_iter().flat_map(|(by_words, _)| by_words).flatten().collect(), encoded)
    }
}

/// One slip about every eight letters: a letter left out, doubled, swapped with the next or replaced. Names stay.
fn with_typos(tokens: &[Token], random: &mut Xorshift) -> Vec<Token> {
    let typo = |token: &Token, random: &mut Xorshift| {
        let mut letters: Vec<char> = token.word.chars().collect();
        if token.protected || letters.len() < 3 || random.below(8) >= letters.len() as u64 {
            return token.clone();
        }
        let at = random.below(letters.len() as u64 - 1) as usize;
        match random.below(4) {
            0 => _ = letters.remove(at),
            1 => letters.insert(at, letters[at]),
            2 => letters.swap(at, at + 1),
            _ => letters[at] = char::from(b'a' + random.below(26) as u8),
        }
        Token { word: letters.into_iter().collect(), ..Token::default() }
    };
    tokens.iter().map(|token| typo(token, random)).collect()
}

/// The same question with another subject: one of its words replaced by a general word of the language that no entry has.
/// Where none is known the word is written backwards, which is as strange. `None` for a question without a word of its own.
fn about_something_else(
    tokens: &[Token],
    matcher: &Matcher,
    unasked: Unasked,
    language: Language,
    random: &mut Xorshift,
) -> Option<Vec<Token>> {
    let has_subject = |token: &&Token| !token.protected && !language.is_function_word(&token.word);
    let subjects = tokens.iter().filter(has_subject).count();
    let chosen = random.below(subjects as u64) as usize;
    let at = tokens.iter().enumerate().filter(|(_, token)| has_subject(token)).nth(chosen)?.0;
    let words = general_words(language);
    // Half of the time a word that some answer has, though nobody asks by it: "will AI replace lawyers", where one entry
    // speaks of lawyers.
    let foreign = if !unasked.is_empty() && random.below(2) == 0 {
        unasked.choose(random)
    } else if words.is_empty() {
        Some(tokens.get(at)?.word.chars().rev().collect()).filter(|word: &CompactString| !matcher.knows(word))
    } else {
        let mut any = || words.get(random.below(words.len() as u64) as usize).copied().unwrap_or_default();
        (0..20).map(|_| any()).find(|word| word.len() > 3 && !matcher.knows(word)).map(CompactString::from)
    };
    let mut other = tokens.to_vec();
    *other.get_mut(at)? = Token { word: foreign?, ..Token::default() };
    Some(other)
}

/// Marsaglia's 64-bit xorshift: the same noise at every load.
struct Xorshift(u64);

impl Xorshift {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound.max(1)
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

fn product(a: &[f64; SIGNALS], b: &[f64; SIGNALS]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Weighted logistic regression with a pull towards the prior. `share`: of questions whose entry is left out.
fn fit_logistic(mut outcomes: Vec<Outcome>, prior: [f64; SIGNALS], share: f64) -> [f64; SIGNALS] {
    let mass = |scope: Scope| -> f64 { outcomes.iter().filter(|o| o.scope == scope).map(|o| o.weight).sum() };
    let inside = mass(Scope::Inside);
    if inside == 0.0 {
        return prior;
    }
    let all = inside / (1.0 - share - FOREIGN_SHARE);
    let [left_out, foreign] = [(Scope::LeftOut, share), (Scope::Foreign, FOREIGN_SHARE)]
        .map(|(scope, share)| all * share / mass(scope).max(1.0));
    for outcome in &mut outcomes {
        outcome.weight *= match outcome.scope {
            Scope::Inside => 1.0,
            Scope::LeftOut => left_out,
            Scope::Foreign => foreign,
        };
    }
    // More score can never mean less confidence, whatever a few odd outcomes say: then the curve does without.
    let mut held = prior;
    let mut weights = newton(&outcomes, &held);
    for slope in 1..3 {
        if weights[slope] < 0.0 {
            held[slope] = 0.0;
            outcomes.iter_mut().for_each(|outcome| outcome.signals[slope] = 0.0);
            weights = newton(&outcomes, &held);
        }
    }
    if weights.iter().all(|w| w.is_finite()) { weights } else { prior }
}

/// The weights of the curve that fits best, by Newton's method, from `prior` on and held by it.
fn newton(outcomes: &[Outcome], prior: &[f64; SIGNALS]) -> [f64; SIGNALS] {
    let mut weights = *prior;
    for _ in 0..50 {
        let mut gradient = [0.0; SIGNALS];
        let mut hessian = [[0.0; SIGNALS]; SIGNALS];
        for outcome in outcomes {
            let p = logistic(product(&weights, &outcome.signals));
            let error = outcome.weight * (f64::from(u8::from(outcome.right)) - p);
            let curvature = outcome.weight * p * (1.0 - p);
            for (i, x) in outcome.signals.iter().enumerate() {
                gradient[i] += error * x;
                for (j, y) in outcome.signals.iter().enumerate() {
                    hessian[i][j] += curvature * x * y;
                }
            }
        }
        for i in 0..SIGNALS {
            // The constant moves freely, the slopes are held.
            let pull = if i == 0 { 0.01 } else { PRIOR_STRENGTH / 4.0 };
            gradient[i] -= pull * (weights[i] - prior[i]);
            hessian[i][i] += pull;
        }
        let step = solve(hessian, gradient);
        let size = step.iter().map(|s| s.abs()).fold(0.0, f64::max);
        let damping = if size > 4.0 { 4.0 / size } else { 1.0 };
        for (weight, step) in weights.iter_mut().zip(step) {
            *weight += damping * step;
        }
        if size < 1e-9 {
            break;
        }
    }
    weights
}

/// Solves a small symmetric positive definite system by elimination with pivoting.
fn solve(mut a: [[f64; SIGNALS]; SIGNALS], mut b: [f64; SIGNALS]) -> [f64; SIGNALS] {
    for column in 0..SIGNALS {
        let pivot = (column..SIGNALS).max_by(|&i, &j| a[i][column].abs().total_cmp(&a[j][column].abs()));
        let pivot = pivot.unwrap_or(column);
        a.swap(column, pivot);
        b.swap(column, pivot);
        if a[column][column].abs() < 1e-12 {
            continue;
        }
        for row in column + 1..SIGNALS {
            let factor = a[row][column] / a[column][column];
            let pivot_row = a[column];
            for (x, p) in a[row].iter_mut().zip(pivot_row).skip(column) {
                *x -= factor * p;
            }
            b[row] -= factor * b[column];
        }
    }
    let mut x = [0.0; SIGNALS];
    for row in (0..SIGNALS).rev() {
        let known: f64 = (row + 1..SIGNALS).map(|k| a[row][k] * x[k]).sum();
        x[row] = if a[row][row].abs() < 1e-12 { 0.0 } else { (b[row] - known) / a[row][row] };
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a high score is a bad sign, by chance, the curve does without the score, and still says how often it is right.
    #[test]
    fn a_curve_without_the_score_is_as_honest() {
        let outcome = |score: f64, margin: f64, right: bool| Outcome {
            signals: [1.0, score, margin, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            scope: if right { Scope::Inside } else { Scope::LeftOut },
            right,
            weight: 1.0,
        };
        let outcomes: Vec<Outcome> = (0..2_000)
            .map(|i| {
                let right = i % 2 == 0;
                let noise = f64::from(i % 7) / 7.0;
                outcome(if right { 6.0 } else { 8.0 } + noise, if right { 1.0 } else { 0.2 } + noise, right)
            })
            .collect();
        let weights = fit_logistic(outcomes.clone(), Calibration::PRIOR.weights, OUT_OF_SCOPE_SHARE);
        assert_eq!(weights[1], 0.0);
        assert!(weights[2] > 0.0);
        let mean = |outcomes: &[&Outcome]| {
            let chances = outcomes.iter().map(|outcome| logistic(product(&weights, &outcome.signals)));
            chances.sum::<f64>() / outcomes.len() as f64
        };
        // Of as many that are right as wrong, in a world where those left out are a seventh of all.
        let (right, wrong): (Vec<&Outcome>, Vec<&Outcome>) = outcomes.iter().partition(|outcome| outcome.right);
        let share = OUT_OF_SCOPE_SHARE / (1.0 - FOREIGN_SHARE);
        let expected = (1.0 - share) * mean(&right) + share * mean(&wrong);
        assert!((expected - (1.0 - share)).abs() < 0.02, "{expected}");
    }
}
