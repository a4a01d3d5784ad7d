//! "Ask a person": conversations between students and mentors, by way of the bot.
//!
//! Owns what goes from whom to whom and what is kept of it. Reading order: `ask` has what a student decides before anything
//! is passed on, `student` and `mentors` what either side writes and presses then, `remind` what happens when nobody
//! answers, `draft` what becomes of a good answer, `hours` when somebody is on duty.
//!
//! A student is known to the mentors by a pseudonym of that conversation, unless they have said otherwise. What is passed on
//! goes as it was written; what is kept of it is without personal data, and sealed.

mod ask;
mod draft;
mod hours;
mod mentors;
mod remind;
mod student;

use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};

use super::{App, ChatKey, Elsewhere, MessageId, Outbound, OwnTopic, Relays, Step, Surface, redact};
use crate::engine::reply::Reply;
use crate::engine::reply::person::{self as words, Duty, Stand, Student};
use crate::store::{Claim, Conversation, Conversations, Passed, Relayed, StoreError};

/// In place of the message that something to happen later is about, where it is about none.
const NO_MESSAGE: i32 = -1;

pub use hours::{HoursError, OfficeHours};

/// What the owner of the bot has decided about mentors.
#[derive(Debug, Clone)]
pub struct PersonSettings {
    /// The id of their chat.
    pub chat: i64,
    /// When they are on duty.
    pub hours: OfficeHours,
    /// Within how many hours they usually answer, if students are to be told.
    pub answer_within_hours: Option<u32>,
    /// After how many seconds without an answer they are reminded; `None`: never.
    pub remind_secs: Option<i64>,
    /// Whether students are told the first name of whoever answers.
    pub mentor_names: bool,
}

/// What is sealed of a conversation.
#[derive(Serialize, Deserialize)]
struct Sealed {
    /// The private chat of the student, and the topic of it.
    student: i64,
    topic: Option<i32>,
    /// Their first name, if they want it known.
    name: Option<String>,
    /// What they asked, without personal data.
    question: String,
}

/// A conversation that could be opened.
struct Opened {
    row: Conversation,
    sealed: Sealed,
    pseudonym: String,
}

impl Opened {
    /// What the student is called before the mentors.
    fn student(&self) -> Student<'_> {
        Student { pseudonym: &self.pseudonym, name: self.sealed.name.as_deref() }
    }

    /// Their private chat.
    fn chat(&self) -> ChatKey {
        ChatKey { surface: Surface::Telegram, id: self.sealed.student }
    }

    fn is_open(&self) -> bool {
        self.row.closed.is_none()
    }
}

impl App {
    /// What is decided about mentors, where a student in this chat can be passed on to them.
    fn mentors_for(&self, chat: ChatKey) -> Option<&PersonSettings> {
        self.settings.person.as_ref().filter(|_| chat.surface == Surface::Telegram)
    }

    /// The chat of the mentors: as it is configured, or what that has become.
    fn mentors_chat(&self) -> ChatKey {
        ChatKey { surface: Surface::Telegram, id: self.mentors.load(Ordering::Relaxed) }
    }

    pub(super) fn is_mentors_chat(&self, chat: ChatKey) -> bool {
        self.settings.person.is_some() && chat == self.mentors_chat()
    }

    /// A chat has become another one.
    pub(super) fn mentors_moved(&self, from: ChatKey, to: ChatKey) {
        if self.is_mentors_chat(from) && from != to {
            self.mentors.store(to.id, Ordering::Relaxed);
            tracing::warn!(
                "the mentors' chat has become a supergroup with a new id: set that as mentors_chat below [telegram]"
            );
        }
    }

    /// A chat could not be written to, and something else was done instead.
    pub fn not_delivered(&self, chat: ChatKey, why: &dyn std::fmt::Display) {
        if self.is_mentors_chat(chat) {
            tracing::error!(
                %why,
                "the mentors' chat cannot be written to: is mentors_chat right, and is the bot a member that may write there?"
            );
        } else {
            tracing::info!(%why, "an answer of a mentor could not be delivered");
        }
    }

    /// Remembers which message passes something on, so that replies and changes find their way. Fronts call this after such
    /// a message was sent to `chat`.
    ///
    /// # Errors
    ///
    /// When it could not be stored.
    pub async fn relayed(&self, relays: &Relays, message: MessageId, now: i64) -> Result<(), StoreError> {
        let Relays { conversation, what, position, source, text } = relays;
        let source = source.map(|MessageId(source)| source);
        let (at_mentors, at_student) = match what {
            Passed::Question | Passed::ToMentors => (Some(message.0), None),
            Passed::FromStudent => (Some(message.0), source),
            Passed::FromMentor => (source, Some(message.0)),
            Passed::ToStudent => (None, Some(message.0)),
        };
        let sealed = text.as_ref().and_then(|text| self.talks.seal(*conversation, text));
        let (conversation, what, position) = (*conversation, *what, *position);
        let relayed = Relayed { conversation, what, position, at_mentors, at_student, sealed };
        self.kept().remember_relayed(relayed, now).await
    }

    /// The topic that is a conversation's own, if it has one.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn topic_of(&self, conversation: i64) -> Result<Option<i32>, StoreError> {
        Ok(self.kept().conversation(conversation).await?.and_then(|row| row.topic))
    }

    /// From now on this topic is the conversation's own.
    ///
    /// # Errors
    ///
    /// When it could not be stored.
    pub async fn has_topic(&self, conversation: i64, topic: i32) -> Result<(), StoreError> {
        self.kept().remember_topic(conversation, topic).await
    }

    fn kept(&self) -> &dyn Conversations {
        self.store.conversations()
    }

    /// The conversation of this number; `None`: there is none, or it cannot be opened.
    async fn talk(&self, id: i64) -> Result<Option<Opened>, StoreError> {
        Ok(self.kept().conversation(id).await?.and_then(|row| self.open(row)))
    }

    fn open(&self, row: Conversation) -> Option<Opened> {
        let text = self.talks.open(row.id, &row.sealed)?;
        let sealed = serde_json::from_str(&text).ok()?;
        Some(Opened { pseudonym: self.pseudonym(row.id), row, sealed })
    }

    /// Four signs that stand for a student, in this conversation only.
    fn pseudonym(&self, conversation: i64) -> String {
        let number = self.settings.key.number(&[b"pseudonym", &conversation.to_be_bytes()]);
        format!("{:04X}", number & 0xffff)
    }

    /// What the mentor is called who sees to it.
    fn claimer(&self, conversation: i64, claim: &Claim) -> String {
        self.talks.open(conversation, &claim.name).unwrap_or_default()
    }

    fn duty(&self, settings: &PersonSettings, now: i64) -> Duty {
        settings.hours.duty(now, settings.answer_within_hours)
    }

    /// What passes these parts on: those that are there are left alone, or changed where what they pass on has changed.
    /// `spot` says where a new one goes.
    fn pass_on(&self, parts: Vec<Reply>, passed: &Passing<'_>, spot: impl Fn(Reply) -> Elsewhere) -> Vec<Step> {
        let (mut steps, count) = (Vec::new(), parts.len());
        for (position, reply) in (0..).zip(parts) {
            let there = passed.there.iter().find(|relayed| relayed.position == position);
            if there.is_some() && !passed.edited {
                continue;
            }
            let text = passed.text.filter(|_| position == 0).map(redact::redact);
            let Passing { conversation, what, source, .. } = *passed;
            let relays = Some(Relays { conversation, what, position, source, text });
            let replaces = there.and_then(|there| passed.shown(there));
            steps.push(Step::from(Elsewhere { relays, replaces, ..spot(reply) }));
        }
        let is_surplus = |there: &&Relayed| usize::try_from(there.position).is_ok_and(|position| position >= count);
        let surplus = passed.there.iter().filter(is_surplus).filter_map(|there| passed.shown(there));
        let chat = spot(Reply::default()).chat;
        steps.extend(surplus.map(|message| Step::In(chat, Box::new(Step::TidyUp(message)))));
        steps
    }

    /// A message to the mentors about a conversation: in its topic, or below its question.
    fn to_mentors(&self, talk: &Opened, relayed: &[Relayed], reply: Reply) -> Elsewhere {
        let topic = talk.row.topic;
        let below = question_of(relayed).filter(|_| topic.is_none());
        Elsewhere { topic, below, ..Elsewhere::new(self.mentors_chat(), reply) }
    }

    /// A message to the student about a conversation, below what they were told when it began.
    fn to_student(&self, talk: &Opened, relayed: &[Relayed], reply: Reply) -> Elsewhere {
        let told = relayed.iter().find(|relayed| relayed.what == Passed::ToStudent);
        let below = told.and_then(|told| told.at_student).map(MessageId);
        Elsewhere { topic: talk.sealed.topic, below, ..Elsewhere::new(talk.chat(), reply) }
    }

    /// The buttons below the question of a conversation as it stands, on this message or where the question is.
    fn buttons_at_question(
        &self,
        talk: &Opened,
        on: Option<MessageId>,
        relayed: &[Relayed],
        stand: Stand<'_>,
    ) -> Option<Step> {
        let message = question_of(relayed).or(on)?;
        let reply = words::question_again(talk.row.id, &talk.sealed.question, talk.student(), stand);
        Some(Step::EditButtons { message, reply })
    }
}

/// What is passed on, and what of it is there already.
struct Passing<'a> {
    conversation: i64,
    what: Passed,
    source: Option<MessageId>,
    /// What is to be kept of it.
    text: Option<&'a str>,
    edited: bool,
    there: Vec<Relayed>,
}

impl Passing<'_> {
    /// The message that passes this part on.
    fn shown(&self, relayed: &Relayed) -> Option<MessageId> {
        let message = if self.what == Passed::FromMentor { relayed.at_student } else { relayed.at_mentors };
        message.map(MessageId)
    }
}

/// The message with the buttons of a conversation: the last part of its question.
fn question_of(relayed: &[Relayed]) -> Option<MessageId> {
    let question = relayed.iter().rev().find(|relayed| relayed.what == Passed::Question);
    question.and_then(|question| question.at_mentors).map(MessageId)
}

/// The messages that pass on this message of the one side.
fn passing(relayed: &[Relayed], what: Passed, MessageId(source): MessageId) -> Vec<Relayed> {
    let is_it = |relayed: &&Relayed| {
        let at = if what == Passed::FromMentor { relayed.at_mentors } else { relayed.at_student };
        relayed.what == what && at == Some(source)
    };
    relayed.iter().filter(is_it).cloned().collect()
}

/// What is done in place of what was planned: this is said in the chat of the event.
fn instead(step: Step) -> Option<Box<Outbound>> {
    Some(Box::new(step.into()))
}

/// The question, for a topic of its own or for the chat.
fn own_topic(talk: &Opened, position: usize, reply: Reply) -> Option<OwnTopic> {
    let name = (position == 0).then(|| words::topic_name(&talk.sealed.question, talk.student()));
    Some(OwnTopic { name, reply })
}
