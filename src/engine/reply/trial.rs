//! The report on a trial: what the bot would have answered unasked, to be judged by whoever began it.

use super::buttons::{button, question};
use super::{Press, Reply, Voice};
use crate::engine::corpus::Entry;
use crate::engine::html::{cut_line, escape};

/// UTF-16 units of what somebody wrote, in the report.
const WRITTEN_UNITS: usize = 300;
/// UTF-16 units of an entry's question there.
const QUESTION_UNITS: usize = 200;
/// Of a hundred unasked answers so many have to fit before it is recommended to speak.
pub const FITTING: u32 = 90;

/// How a trial went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialOutcome {
    /// How many questions would have been answered unasked.
    pub answered: usize,
    /// How many of the answers were judged, and how many of them fit.
    pub judged: usize,
    /// How many of those fit.
    pub fitting: usize,
    /// From which confidence on [`FITTING`] per cent of the judged answers fit; `None`: from none.
    pub recommended: Option<u8>,
}

impl Voice<'_> {
    /// To whoever begins a trial, in private.
    pub fn trial_begins(&self, chat: &str, until: &str) -> Reply {
        Reply::plain(&format!(
            "The trial in {} has begun. Until {until} I say nothing unasked there; then I tell you here what I would have \
             answered.",
            shown(chat)
        ))
    }

    /// The end of a trial in which nothing would have been answered.
    pub fn trial_was_quiet(&self, chat: &str) -> Reply {
        Reply::plain(&format!(
            "The trial in {} is over: nobody asked a question that I would have answered unasked. It is best to leave it at \
             answering when I am addressed.",
            shown(chat)
        ))
    }

    /// The next sample to be judged: number `at` (from 1) of `of`. `token` stands for the sample.
    pub fn judge(
        &self,
        chat: &str,
        written: &str,
        entry: Option<&Entry>,
        token: i64,
        (at, of): (usize, usize),
    ) -> Reply {
        let answer = entry.map_or_else(
            || "an answer that is no longer here".to_owned(),
            |entry| format!("“{}”", question(entry, QUESTION_UNITS)),
        );
        let html = format!(
            "<b>What I would have answered in {}</b> ({at} of {of})\n\n<blockquote>{}</blockquote>\nwith {}\n\nDoes that \
             fit?",
            escape(&shown(chat)),
            escape(&cut_line(written, WRITTEN_UNITS)),
            escape(&answer),
        );
        let press = |label: &str, fits: Option<bool>| button(label, Press::Judge { sample: token, fits });
        Reply {
            html,
            buttons: vec![vec![press("It fits", Some(true)), press("It does not", Some(false)), press("Skip", None)]],
        }
    }

    /// What comes of a trial. `chat_ref` stands for the chat.
    pub fn trial_result(&self, chat: &str, outcome: TrialOutcome, chat_ref: &str) -> Reply {
        let TrialOutcome { answered, judged, fitting, recommended } = outcome;
        let mut html = format!(
            "<b>The trial in {}</b>\nI would have answered {} unasked. Of {judged} that you judged, {fitting} fit.\n\n",
            escape(&shown(chat)),
            super::topics::questions(answered),
        );
        let mut buttons = Vec::new();
        match recommended {
            Some(percent) => {
                html += &format!(
                    "From {percent} % of confidence on, at least {FITTING} in 100 of what you judged fit. I can speak unasked \
                     from there on."
                );
                let press = Press::EndTrial { chat: chat_ref.to_owned(), ambient_at: Some(percent) };
                buttons.push(vec![button(&format!("Speak from {percent} % on"), press)]);
            }
            None => html += "Too few of them fit: I had better speak only when I am addressed.",
        }
        let quiet = Press::EndTrial { chat: chat_ref.to_owned(), ambient_at: None };
        buttons.push(vec![button("Only when addressed", quiet)]);
        Reply { html, buttons }
    }

    /// After the decision.
    pub fn trial_ended(&self, ambient_at: Option<u8>) -> Reply {
        Reply::plain(&match ambient_at {
            Some(percent) => format!(
                "Done: there I speak unasked from {percent} % of confidence on. /settings in the chat changes it."
            ),
            None => "Done: there I speak only when I am addressed. /settings in the chat changes it.".to_owned(),
        })
    }
}

fn shown(chat: &str) -> String {
    let chat = cut_line(chat, 60);
    if chat.is_empty() { "your group".to_owned() } else { format!("“{chat}”") }
}
