//! A word to whoever writes a patient's data where everybody reads it: to them alone if that can be, and once a day.
//!
//! What is said repeats nothing of the message. What looks like such data is `redact`'s to say.

use super::Here;
use crate::app::redact::looks_like_patient_data;
use crate::app::{App, ChatKey, Event, Heard, Inbound, MessageId, Said, Step, Trigger};
use crate::engine::reply::Mode;

/// Under what it is noted that somebody was warned.
const WARNED: &str = "patient data";
/// At most once in so many seconds somebody is warned, in each group.
const WARNING_SECS: i64 = 24 * 60 * 60;

impl App {
    /// Whether a message that nobody has addressed to the bot is one to warn of, in a group in which the bot speaks. Asks no
    /// store.
    pub(super) fn is_to_be_warned_of(&self, inbound: &Inbound, now: i64) -> bool {
        let Event::Heard(heard) = &inbound.event else { return false };
        let key = (inbound.chat, inbound.person());
        self.settings.groups.warn_patient_data
            && self.budgets.may_say(WARNED, key, now)
            && words(&heard.said).is_some_and(looks_like_patient_data)
    }

    /// The warning, if the message has a patient's data, or that which it has the bot answer.
    pub(super) async fn warning(&self, here: &Here<'_>, heard: &Heard) -> Option<Step> {
        if here.mode == Mode::Off || !self.settings.groups.warn_patient_data {
            return None;
        }
        let (person, below) = self.at_fault(here, heard)?;
        if !self.budgets.once_for(WARNED, (here.inbound.chat, person), here.now(), WARNING_SECS) {
            return None;
        }
        let voice = here.moment.voice();
        let everybody = voice.patient_data_here();
        // A channel, or an admin in the name of the group, has no private chat; and who has blocked the bot wants none.
        let has_chat = person.id > 0 && !self.is_known_gone(person).await;
        Some(if has_chat {
            let reply = voice.patient_data(&here.group.title);
            Step::SendPrivately { person, reply, here: everybody, below }
        } else {
            Step::Send { reply: everybody, answers: None, below: Some(below), only_for: Some(person) }
        })
    }

    /// Who has written a patient's data, and in which message: this one, or the one that the bot is to answer for it.
    fn at_fault(&self, here: &Here<'_>, heard: &Heard) -> Option<(ChatKey, MessageId)> {
        if words(&heard.said).is_some_and(looks_like_patient_data) {
            return Some((here.group.person, heard.id));
        }
        let replied =
            heard.replied.as_ref().filter(|_| matches!(heard.trigger, Trigger::Command | Trigger::Mention))?;
        let theirs = replied.text.as_deref().is_some_and(looks_like_patient_data);
        replied.person.filter(|_| theirs).map(|person| (person, replied.id))
    }

    /// Whether it is known that a private chat cannot be written to. What cannot be looked up is tried.
    async fn is_known_gone(&self, person: ChatKey) -> bool {
        self.store.chat_settings(self.hashed(person)).await.is_ok_and(|settings| settings.gone)
    }
}

/// The words of a message, or behind its command.
fn words(said: &Said) -> Option<&str> {
    match said {
        Said::Question(words) | Said::Command(_, words) => Some(words),
        Said::UnknownCommand | Said::Wordless => None,
    }
}
