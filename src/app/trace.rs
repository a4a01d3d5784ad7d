//! How an answer came about, for admins who ask with `/why`.
//!
//! Owns what is remembered of it: enough to have the engine explain it again. Sealed in the store, for it has the question
//! beside whom it was for; kept of answers in groups, which everybody there can read, and of those to the bot's own admins.

use serde::{Deserialize, Serialize};

use super::moment::Moment;
use super::seal::Seal;
use crate::engine::Part;

/// What an answer was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The question, personal data removed.
    pub question: String,
    /// As in [`crate::store::QuestionRecord::audience`].
    pub audience: String,
    /// Whose entries it was answered with; `None`: everybody's.
    pub cohort: Option<String>,
    /// `answer`, `suggest`, `decline`.
    pub decision: String,
    /// Per cent.
    pub confidence: u8,
    /// The id of the best entry.
    pub top: Option<String>,
    /// The id of the entry in whose light it was read.
    pub last: Option<String>,
}

impl Trace {
    /// Of one question of a message, of which these words may be kept.
    pub fn of((part, text): (&Part, &str), moment: &Moment, audience: &str, last: Option<&str>) -> Self {
        let engine = &moment.engine;
        let top = part.verdict.hits.first().and_then(|hit| engine.entry(hit.entry));
        Self {
            question: text.to_owned(),
            audience: audience.to_owned(),
            cohort: engine.corpus().overlay.as_ref().map(|overlay| overlay.name.clone()),
            decision: part.verdict.decision.name().to_owned(),
            confidence: per_cent(part.verdict.confidence),
            top: top.map(|entry| entry.id.value.clone()),
            last: last.map(str::to_owned),
        }
    }

    /// Sealed for the message of this number.
    pub(super) fn sealed(&self, seal: &Seal, message: i32) -> Option<Vec<u8>> {
        seal.seal(message.into(), &serde_json::to_string(self).ok()?)
    }

    /// What was sealed for it.
    pub(super) fn opened(seal: &Seal, message: i32, sealed: &[u8]) -> Option<Self> {
        serde_json::from_str(&seal.open(message.into(), sealed)?).ok()
    }
}

/// A confidence as people read it: 0-100.
pub fn per_cent(confidence: f64) -> u8 {
    // In range by the clamp.
    confidence.clamp(0.0, 100.0).round() as u8
}
