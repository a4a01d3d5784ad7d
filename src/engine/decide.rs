//! From hits and confidence to a decision. Owns the thresholds; knows no words.

use super::EntryNumber;

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

/// How many entries are suggested at most: more is a list to read, not a question to answer.
pub const MAX_SUGGESTIONS: usize = 3;

/// What to do when `top` is right with this confidence, and `suggestions`, best first, may be what was meant.
pub fn decide(
    top: Option<EntryNumber>,
    suggestions: &[EntryNumber],
    confidence: f64,
    audience: Audience,
    thresholds: &Thresholds,
) -> Decision {
    let (least, otherwise) = match audience {
        Audience::GroupAmbient => (thresholds.ambient_at, Decision::Silent),
        _ if confidence >= thresholds.suggest_at && !suggestions.is_empty() => {
            (thresholds.answer_at, Decision::Suggest(suggestions.iter().take(MAX_SUGGESTIONS).copied().collect()))
        }
        _ => (thresholds.answer_at, Decision::Decline),
    };
    top.filter(|_| confidence >= least).map_or(otherwise, Decision::Answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_decide_by_audience() {
        let thresholds = Thresholds { answer_at: 70.0, suggest_at: 35.0, ambient_at: 90.0 };
        let suggest = Decision::Suggest(vec![7, 2, 5]);
        for (confidence, addressed, ambient) in [
            (100.0, Decision::Answer(7), Decision::Answer(7)),
            (90.0, Decision::Answer(7), Decision::Answer(7)),
            (89.9, Decision::Answer(7), Decision::Silent),
            (70.0, Decision::Answer(7), Decision::Silent),
            (69.9, suggest.clone(), Decision::Silent),
            (35.0, suggest, Decision::Silent),
            (34.9, Decision::Decline, Decision::Silent),
            (0.0, Decision::Decline, Decision::Silent),
        ] {
            let decided = |audience| decide(Some(7), &[7, 2, 5, 1], confidence, audience, &thresholds);
            for audience in
                [Audience::Private, Audience::GroupAddressed, Audience::Inline, Audience::Guest, Audience::Pipeline]
            {
                assert_eq!(decided(audience), addressed, "{confidence} {audience:?}");
            }
            assert_eq!(decided(Audience::GroupAmbient), ambient, "{confidence}");
        }
    }

    #[test]
    fn nothing_found_is_nothing_to_answer_or_suggest() {
        let thresholds = Thresholds::default();
        assert_eq!(decide(None, &[], 100.0, Audience::Private, &thresholds), Decision::Decline);
        assert_eq!(decide(Some(1), &[], 50.0, Audience::Private, &thresholds), Decision::Decline);
        assert_eq!(decide(None, &[], 100.0, Audience::GroupAmbient, &thresholds), Decision::Silent);
    }
}
