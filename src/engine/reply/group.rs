//! What the bot says in groups: short, for everybody reads along, and with the way to the private chat.

use super::answer::caveat;
use super::buttons::button;
use super::press::{LIMIT, in_cohort, payload_within, question_payload};
use super::{Action, Button, Press, Reply, Voice};
use crate::engine::corpus::{Entry, Kind};
use crate::engine::html::{self, MESSAGE_UNITS, cut_html, cut_line, escape, visible_units};

/// UTF-16 units of the question above an answer.
const QUESTION_UNITS: usize = 200;
/// UTF-16 units of a short answer: more than a screen of a phone is not short.
const SHORT_UNITS: usize = 900;

/// UTF-16 units of what a group is called.
const TITLE_UNITS: usize = 64;
/// What patient data is, for people.
const PATIENT_DATA: &str = "a name, a date of birth, the number of a record or a claim";

/// To somebody who presses a button that is another's.
pub const NOT_YOURS: &str = "That is for whoever asked. Ask me yourself, and you get buttons of your own.";
/// To somebody who may not take an answer away.
pub const NOT_YOURS_TO_REMOVE: &str = "Only whoever asked, or an admin of this chat, can take my answer away.";
/// To a member who presses a button of the settings.
pub const ADMINS_ONLY: &str = "Only the admins of this chat can change that.";

/// To a button or command for admins while it cannot be found out who is one.
pub const CANNOT_CHECK: &str = "I cannot see right now who is an admin here. Please try again in a minute.";
/// In place of an answer that was taken away and cannot be deleted any more.
pub const TAKEN_AWAY: &str = "(taken away)";

/// What the words in a group depend on beside the corpus.
#[derive(Debug, Clone, Copy)]
pub struct Room<'a> {
    /// The bot's user name.
    pub username: &'a str,
    /// What stands for the chat's cohort in links; `None`: it has none.
    pub cohort: Option<&'a str>,
}

impl Room<'_> {
    /// An address that opens the private chat with this payload; without one, just the chat.
    fn private(&self, payload: Option<&str>) -> String {
        let payload = match (self.cohort, payload) {
            (Some(cohort), payload) => Some(in_cohort(cohort, payload.unwrap_or_default())),
            (None, payload) => payload.map(str::to_owned),
        };
        let start = payload.map(|payload| format!("?start={payload}")).unwrap_or_default();
        format!("https://t.me/{}{start}", self.username)
    }

    /// How long a payload may be beside the cohort.
    fn room(&self) -> usize {
        LIMIT - self.cohort.map_or(0, |cohort| in_cohort(cohort, "").len())
    }

    fn link(&self, label: &str, payload: Option<&str>) -> Button {
        Button { label: label.to_owned(), action: Action::Url(self.private(payload)) }
    }

    /// An address that opens the entry in the private chat.
    pub fn link_to(&self, entry: &Entry) -> String {
        self.private(Some(&payload_within(&entry.id, self.room())))
    }

    fn open(&self, entry: &Entry) -> Button {
        self.link("Full answer", Some(&payload_within(&entry.id, self.room())))
    }
}

impl Voice<'_> {
    /// The answer made of `entry`, short.
    pub fn short_answer(&self, entry: &Entry, room: Room<'_>) -> Reply {
        let mut buttons = vec![vec![room.open(entry)]];
        if let Some(row) = buttons.first_mut() {
            let vote = |label, up| button(label, Press::Vote { entry: entry.id.value.clone(), up, opened: false });
            row.extend([vote("👍", true), vote("👎", false), button("✕", Press::Remove)]);
        }
        Reply { html: self.short_html(entry), buttons }
    }

    /// The same for a chat that the bot is not in, or that it writes to in somebody's name: without what only members can
    /// press.
    pub fn carried_answer(&self, entry: &Entry, room: Room<'_>) -> Reply {
        Reply { html: self.short_html(entry), buttons: vec![vec![room.open(entry)]] }
    }

    /// An entry as a post in a channel.
    pub fn post(&self, entry: &Entry, room: Room<'_>) -> Reply {
        let mut reply = self.carried_answer(entry, room);
        reply.buttons.push(vec![room.link("Ask me something else", None)]);
        reply
    }

    fn short_html(&self, entry: &Entry) -> String {
        let question = cut_line(&entry.question, QUESTION_UNITS);
        let short = if html::is_blank(&entry.short_html) { &entry.html } else { &entry.short_html };
        let short = if html::is_blank(short) { escape(&entry.text) } else { short.clone() };
        let mut parts = vec![format!("<b>{}</b>", escape(&question)), cut_html(short.trim(), SHORT_UNITS)];
        parts.retain(|part| !html::is_blank(part));
        if entry.kind == Kind::Faq {
            parts.extend(entry.claim.map(|claim| format!("<i>{}</i>", caveat(claim))));
            let below: Vec<String> = self.first_source(entry).into_iter().chain(self.checked(entry)).collect();
            if !below.is_empty() {
                parts.push(below.join("\n"));
            }
        }
        let html = parts.join("\n\n");
        if visible_units(&html) <= MESSAGE_UNITS { html } else { cut_html(&html, MESSAGE_UNITS) }
    }

    /// Points to where the same was answered a while ago; without an address the message is shown below that one.
    pub fn answered_above(&self, entry: &Entry, address: Option<&str>, room: Room<'_>) -> Reply {
        let question = cut_line(&entry.question, QUESTION_UNITS);
        let html = match address {
            Some(address) => format!("☝️ Answered above: {}", html::link(Some(address), &question)),
            None => format!("☝️ Answered above: {}", escape(&question)),
        };
        // It may have been deleted meanwhile: bots are not told.
        Reply { html, buttons: vec![vec![room.open(entry)]] }
    }

    /// Says that the bot does not know, in a line.
    pub fn decline_in_group(&self, question: &str, foreign: bool, room: Room<'_>) -> Reply {
        let words = if foreign {
            format!("Sorry, I can only read {} so far.", self.corpus.language.name())
        } else {
            "I don't know the answer to that, and I would rather not guess.".to_owned()
        };
        let person = if self.mentors {
            Some(" In private I can pass it on to a person.".to_owned())
        } else {
            self.contact().map(|contact| format!(" To reach a person: {}", escape(&contact)))
        };
        let payload = question_payload(question, room.room());
        let button = room.link("Look further in private", payload.as_deref());
        Reply { html: format!("{words}{}", person.unwrap_or_default()), buttons: vec![vec![button]] }
    }

    /// To a call without a question.
    pub fn ask_what_in_group(&self, room: Room<'_>) -> Reply {
        let html = format!(
            "Yes? Write your question after my name or after /ask, like: <code>/ask@{} what does it cost?</code> Or reply \
             with /faq to somebody's question, and I answer them.",
            escape(room.username)
        );
        Reply { html, buttons: Vec::new() }
    }

    /// The same where the bot is no member.
    pub fn ask_what_as_guest(&self, room: Room<'_>) -> Reply {
        let html = format!(
            "Yes? Write your question after my name, like: <code>@{} what does it cost?</code>",
            escape(room.username)
        );
        Reply { html, buttons: vec![vec![room.link("Ask in private", None)]] }
    }

    /// To a command whose answer is for the private chat.
    pub fn in_private(&self, payload: Option<&str>, room: Room<'_>) -> Reply {
        let buttons = vec![vec![room.link("Open the private chat", payload)]];
        Reply { html: "That is too long for a group; I show it to you in private.".to_owned(), buttons }
    }

    /// `/help` in a group.
    pub fn group_help(&self, speaks_unasked: bool, room: Room<'_>) -> Reply {
        let when = if speaks_unasked {
            "I also answer a question to everybody when I am very sure of it and nobody else has answered."
        } else {
            "Otherwise I keep quiet."
        };
        let html = format!(
            "<b>How to use me here</b>\nAsk me with /ask and your question, write @{} in front of it, or reply to one of my \
             messages. With /faq as a reply to somebody's question I answer them. {when}\n\nWhoever asked, and the admins, \
             can take an answer away with ✕. Admins say with /settings when I speak.",
            escape(room.username)
        );
        Reply { html, buttons: vec![vec![room.link("Ask in private", None)]] }
    }

    /// To new members, where the owner of the bot wants that.
    pub fn greeting(&self, room: Room<'_>) -> Reply {
        let html = format!(
            "Welcome! I am {}, a bot with answers to frequent questions. Ask me with /ask, or in private.",
            escape(&self.name())
        );
        Reply { html, buttons: vec![vec![room.link("Ask in private", None)]] }
    }

    /// Once to a group or to somebody in it who asks more than is good for the others.
    pub fn enough(&self, room: Room<'_>) -> Reply {
        let html =
            "That is a lot of my answers in a short time. Let us go on in private, where nobody minds.".to_owned();
        Reply { html, buttons: vec![vec![room.link("Ask in private", None)]] }
    }

    /// In private, to whoever wrote what looks like a patient's data in the group of this title.
    pub fn patient_data(&self, title: &str) -> Reply {
        let title = cut_line(title, TITLE_UNITS);
        let place = if title.is_empty() { "a group".to_owned() } else { format!("<b>{}</b>", escape(&title)) };
        let html = format!(
            "In {place} you wrote what looks like patient data ({PATIENT_DATA}). Please edit that message, or delete it: \
             everybody there can read it, and so can I. I have not kept it as you wrote it."
        );
        Reply { html, buttons: Vec::new() }
    }

    /// The same where everybody may read it.
    pub fn patient_data_here(&self) -> Reply {
        Reply::plain(&format!(
            "Please take out patient data ({PATIENT_DATA}); everybody here can read it, and so can I."
        ))
    }

    /// To `/settings` from somebody who is no admin.
    pub fn admins_only(&self) -> Reply {
        Reply::plain(ADMINS_ONLY)
    }
}
