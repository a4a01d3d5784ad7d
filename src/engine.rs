//! The engine: an immutable index built from one corpus, and what it makes of a question.
//!
//! Pure: everything here is a function of its arguments. No Telegram, files, clock, network or async; nothing can fail
//! but by finding fault with the corpus, and that is data ([`crate::diagnostic::Diagnostic`]).
//!
//! Reading order: [`corpus`] is what is known, [`text`] what a word is, [`vocabulary`], [`index`], [`learn`] and
//! [`speller`] what is built at load, [`score`] what speaks for a candidate, [`matcher`] the ranking, [`calibrate`] what
//! a score is worth, [`decide`] what to do, [`reply`] how to say it.

// Covers all modules below. The list is in .clippy.toml.
#![deny(clippy::disallowed_methods)]

pub mod calibrate;
pub mod corpus;
pub mod decide;
pub mod index;
pub mod learn;
pub(crate) mod lint;
pub mod markdown;
pub mod matcher;
pub mod numeric;
pub mod reply;
pub mod score;
pub mod speller;
pub mod text;
pub mod vocabulary;

use calibrate::Calibration;
use corpus::{Corpus, Entry, Kind};
pub use decide::{Audience, Decision, Thresholds};
use matcher::{Matcher, Prepared, Ranking};
use text::{Analyzer, Token};

/// What the engine needs to know beside the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Settings {
    /// When to answer, suggest, speak unasked.
    pub thresholds: Thresholds,
}

/// Number of an entry: its position in [`Corpus::entries`].
pub type EntryNumber = usize;

/// One candidate entry and its ranking score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Position in [`Corpus::entries`].
    pub entry: EntryNumber,
    /// Higher is better. Comparable within one question only.
    pub score: f64,
}

/// What the engine makes of one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What to do.
    pub decision: Decision,
    /// 0-100: the calibrated chance, in per cent, that the top hit is right.
    pub confidence: f64,
    /// Best first, at most ten. Ties are broken by id.
    pub hits: Vec<Hit>,
}

/// Why a question was ranked as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Each word after the lexicon, and the word of the corpus it was taken for (another one where it was corrected).
    pub words: Vec<(String, Option<String>)>,
    /// Share of the question's weight in words that no entry has, 0..=1.
    pub unknown: f64,
    /// Best first.
    pub candidates: Vec<ExplainedHit>,
}

/// One candidate with what its score is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedHit {
    /// Entry and score.
    pub hit: Hit,
    /// It is about other names than the question's, so it is no answer.
    pub vetoed: bool,
    /// Name and share of each feature; the shares sum to the score.
    pub shares: Vec<(&'static str, f64)>,
}

/// An immutable index built from one corpus.
#[derive(Debug)]
pub struct Engine {
    corpus: Corpus,
    settings: Settings,
    analyzer: Analyzer,
    matcher: Matcher,
    calibration: Calibration,
}

impl Engine {
    /// Indexes, learns and calibrates. Deterministic.
    pub fn build(corpus: Corpus, settings: Settings) -> Self {
        let analyzer = Analyzer::new(&corpus.lexicon);
        let prepared: Vec<Prepared> = corpus.entries.iter().map(|entry| prepare(&analyzer, entry)).collect();
        let (matcher, learned) = Matcher::build(&prepared, &|_, _| true, None);
        let calibration = Calibration::fit(&analyzer, &prepared, &learned);
        Self { corpus, settings, analyzer, matcher, calibration }
    }

    /// What to do with `question`, asked of `audience`.
    pub fn answer(&self, question: &str, audience: Audience) -> Verdict {
        let ranking = self.rank(question, audience);
        let confidence = self.calibration.confidence(&ranking);
        let hits: Vec<Hit> = ranking.candidates.iter().filter(|c| !c.vetoed).map(|c| c.hit).collect();
        let decision = decide::decide(&hits, confidence, audience, &self.settings.thresholds);
        Verdict { decision, confidence, hits }
    }

    /// How the verdict on `question` comes about: the words as read, and every candidate's features.
    pub fn explain(&self, question: &str, audience: Audience) -> Explanation {
        let ranking = self.rank(question, audience);
        let words = ranking.reading.words.iter().map(|word| {
            let known = word.word.and_then(|w| self.matcher.word_text(w)).map(str::to_owned);
            (word.typed.clone(), known)
        });
        let candidates = ranking.candidates.iter().map(|c| ExplainedHit {
            hit: c.hit,
            vetoed: c.vetoed,
            shares: score::FEATURES.iter().map(|f| (f.name, f.weight * (f.measure)(&c.evidence))).collect(),
        });
        Explanation { words: words.collect(), unknown: ranking.unknown, candidates: candidates.collect() }
    }

    fn rank(&self, question: &str, audience: Audience) -> Ranking {
        let mut ranking = self.matcher.rank(&self.analyzer, &self.analyzer.analyze(question));
        if audience != Audience::Private {
            let smalltalk = |n: EntryNumber| self.entry(n).is_some_and(|e| e.kind == Kind::Smalltalk);
            // Small talk at the top is no question; further down it is no suggestion.
            if ranking.candidates.first().is_some_and(|c| smalltalk(c.hit.entry)) {
                ranking.candidates.clear();
            }
            ranking.candidates.retain(|c| !smalltalk(c.hit.entry));
        }
        ranking
    }

    /// The corpus this engine was built from.
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// The entry with this number, which came from this engine.
    pub fn entry(&self, number: EntryNumber) -> Option<&Entry> {
        self.corpus.entries.get(number)
    }
}

fn prepare(analyzer: &Analyzer, entry: &Entry) -> Prepared {
    let question = analyzer.analyze(&entry.question);
    let names = protected_terms(&question);
    let others = entry.phrasings.iter().map(|p| analyzer.analyze(p));
    let phrasings: Vec<Vec<Token>> = std::iter::once(question).chain(others).collect();
    let mentions = protected_terms(phrasings.iter().flatten());
    Prepared { phrasings, answer: analyzer.analyze(&entry.text), names, mentions }
}

/// The protected terms among these tokens, each once, sorted.
fn protected_terms<'a>(tokens: impl IntoIterator<Item = &'a Token>) -> Vec<String> {
    let terms = tokens.into_iter().filter(|t| t.protected).map(|t| t.word.clone());
    terms.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_an_explanation_sum_to_the_score() {
        let entry = |id: &str, question: &str| {
            let spanned = |s: &str| crate::diagnostic::Spanned::new(s.to_owned(), Default::default());
            Entry { id: spanned(id), question: spanned(question), ..Entry::default() }
        };
        let entries = vec![entry("cost", "What does the exam cost?"), entry("time", "How long is the course?")];
        let engine = Engine::build(Corpus { entries, ..Corpus::default() }, Settings::default());
        let explanation = engine.explain("exam csot zebra", Audience::Private);
        assert_eq!(explanation.words[1], ("csot".to_owned(), Some("cost".to_owned())));
        assert_eq!(explanation.words[2], ("zebra".to_owned(), None));
        assert!(!explanation.candidates.is_empty());
        for candidate in &explanation.candidates {
            let sum: f64 = candidate.shares.iter().map(|(_, share)| share).sum();
            assert!((sum - candidate.hit.score).abs() < 1e-9);
        }
    }

    #[test]
    fn an_engine_of_nothing_declines() {
        let engine = Engine::build(Corpus::default(), Settings::default());
        assert_eq!(engine.answer("anything", Audience::Private).decision, Decision::Decline);
    }
}
