//! From hits and confidence to a decision. Owns the thresholds; knows no words.

use super::{EntryNumber, Hit};

/// Where a question came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// A private chat, the page or the terminal.
    Private,
    /// A group message to the bot: a command, a mention, a reply.
    GroupAddressed,
    /// A group message to nobody in particular.
    GroupAmbient,
    /// An inline query in any chat.
    Inline,
    /// A mention in a chat the bot is not a member of.
    Guest,
    /// `match` and `eval`: as a group would ask, small talk left out.
    Pipeline,
}

/// What to do with a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Answer with this entry.
    Answer(EntryNumber),
    /// Ask which of these was meant; one to three.
    Suggest(Vec<EntryNumber>),
    /// Say that the bot does not know.
    Decline,
    /// Say nothing.
    Silent,
}

impl Decision {
    /// `answer`, `suggest`, `decline` or `silent`: as output and the question log call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answer(_) => "answer",
            Self::Suggest(_) => "suggest",
            Self::Decline => "decline",
            Self::Silent => "silent",
        }
    }
}

/// Percentages of confidence, 0-100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// From here on: answer.
    pub answer_at: f64,
    /// From here on: suggest.
    pub suggest_at: f64,
    /// From here on: speak unasked in a group.
    pub ambient_at: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { answer_at: 70.0, suggest_at: 35.0, ambient_at: 90.0 }
    }
}

/// The decision for these hits, best first, at this confidence.
pub fn decide(hits: &[Hit], confidence: f64, audience: Audience, thresholds: &Thresholds) -> Decision {
    let Some(top) = hits.first() else {
        return if audience == Audience::GroupAmbient { Decision::Silent } else { Decision::Decline };
    };
    if audience == Audience::GroupAmbient {
        return if confidence >= thresholds.ambient_at { Decision::Answer(top.entry) } else { Decision::Silent };
    }
    if confidence >= thresholds.answer_at {
        Decision::Answer(top.entry)
    } else if confidence >= thresholds.suggest_at {
        Decision::Suggest(hits.iter().take(3).map(|h| h.entry).collect())
    } else {
        Decision::Decline
    }
}
