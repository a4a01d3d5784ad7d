//! From "Ask a person" to a question that is with the mentors: what is to be passed on is shown first, and the student
//! decides.
//!
//! A question that was not answered well is kept, sealed, for an hour, and so is what is shown to be decided about: the bot's
//! messages say nothing of what they answer, and a press brings no text along.

use super::{NO_MESSAGE, Opened, PersonSettings, Sealed, own_topic};
use crate::app::group::Later;
use crate::app::moment::Moment;
use crate::app::{
    App, ChatKey, Command, Elsewhere, Inbound, MessageId, Outbound, Relays, Said, Step, redact, show, toast,
};
use crate::engine::reply::person::{self as words, Student, Talk};
use crate::engine::reply::{self, Reply};
use crate::store::{Change, Conversation, ConversationChange, Hashed, Passed, StoreError, Waiting};

/// For how long (seconds) a question that was not answered well, and one that is shown to be decided about, are kept.
const KEPT_SECS: i64 = 60 * 60;
/// How many conversations a student may have open.
const MOST_OPEN: usize = 3;
/// How many a student may begin in a day.
const MOST_A_DAY: usize = 5;
/// Seconds of a day.
const DAY_SECS: i64 = 24 * 60 * 60;

/// What a student wants to have passed on.
pub(super) struct Wanted<'a> {
    /// As they wrote it.
    pub question: &'a str,
    /// The message that is kept for it as one that was not answered well.
    pub of: Option<MessageId>,
    /// Whether there was more to it than words.
    pub media: bool,
}

impl App {
    /// Questions of this message, by the positions of their replies, were not answered well: they are kept for an hour, in case
    /// they are to go to a person. In place of those that it asked before.
    pub(in crate::app) fn unanswered(
        &self,
        chat: ChatKey,
        message: MessageId,
        questions: Vec<(u32, String)>,
        edited: bool,
        now: i64,
    ) -> Vec<Change> {
        if self.mentors_for(chat).is_none() || (questions.is_empty() && !edited) {
            return Vec::new();
        }
        let place = self.hashed(chat);
        let mut changes = vec![Change::CallOff(place, message.0)];
        if !questions.is_empty() {
            let later = Later::Unanswered { questions };
            changes.extend(self.wait(&later, now.saturating_add(KEPT_SECS), place, message.0, chat));
        }
        changes
    }

    /// What is to be done about `/person`, where it leads to mentors.
    pub(in crate::app) async fn asked_for_person(
        &self,
        inbound: &Inbound,
        moment: &Moment,
        said: &Said,
    ) -> Result<Option<Outbound>, StoreError> {
        let Some(settings) = self.mentors_for(inbound.chat) else { return Ok(None) };
        let Said::Command(Command::Person, words) = said else { return Ok(None) };
        let question = Some(words.trim()).filter(|words| !words.is_empty());
        self.ask_person(inbound, moment, settings, (question, None)).await.map(Some)
    }

    /// To `/person` and these words, or to the button below the message `on`: shows what would be passed on, or asks for it.
    pub(super) async fn ask_person(
        &self,
        inbound: &Inbound,
        moment: &Moment,
        settings: &PersonSettings,
        (question, on): (Option<&str>, Option<MessageId>),
    ) -> Result<Outbound, StoreError> {
        if let Some(refusal) = self.refusal(inbound.chat, moment).await? {
            return Ok(Step::say(refusal).into());
        }
        let kept = match question {
            Some(_) => None,
            None => self.kept_question(inbound.chat, on, moment.now).await?,
        };
        let wanted = match (question, &kept) {
            (Some(question), _) => Wanted { question, of: None, media: false },
            (None, Some((message, question))) => Wanted { question, of: Some(*message), media: false },
            (None, None) => {
                let mut outbound: Outbound = Step::say(words::ask_question()).into();
                outbound.memo.changes.push(Change::Writes(self.hashed(inbound.chat), Some(None)));
                return Ok(outbound);
            }
        };
        Ok(self.preview(inbound, settings, &wanted, moment.now))
    }

    /// Why nothing can be passed on from this chat now, if so.
    async fn refusal(&self, chat: ChatKey, moment: &Moment) -> Result<Option<Reply>, StoreError> {
        let voice = moment.voice();
        let mentors = self.mentors_chat();
        // What a student would write to themselves is no conversation.
        if mentors == chat || self.store.chat_settings(self.hashed(mentors)).await?.gone {
            return Ok(Some(voice.nobody_reached()));
        }
        let all = self.kept().conversations_of(self.hashed(chat)).await?;
        let open = all.iter().filter(|conversation| conversation.closed.is_none()).count();
        if open >= MOST_OPEN {
            return Ok(Some(words::too_many_open(open)));
        }
        let lately =
            all.iter().filter(|conversation| moment.now.saturating_sub(conversation.opened) < DAY_SECS).count();
        Ok((lately >= MOST_A_DAY).then(|| voice.too_many_asked(lately)))
    }

    /// What is kept for this chat, with the numbers under which it waits, oldest first.
    async fn kept_for(&self, chat: Hashed) -> Result<Vec<(Waiting, Later)>, StoreError> {
        let waiting = self.store.waiting_in(chat).await?;
        Ok(waiting.into_iter().filter_map(|waiting| self.opened(&waiting).map(|later| (waiting, later))).collect())
    }

    /// The question that was not answered well and that the message `on` says so about, or else the last one; with the message
    /// that asked it.
    async fn kept_question(
        &self,
        chat: ChatKey,
        on: Option<MessageId>,
        now: i64,
    ) -> Result<Option<(MessageId, String)>, StoreError> {
        let chat = self.hashed(chat);
        let link = match on {
            Some(on) => self.store.answer_at(chat, on.0).await?,
            None => None,
        };
        let kept = self.kept_for(chat).await?;
        let questions = kept.into_iter().rev().filter(|(waiting, _)| waiting.due > now);
        let mut questions = questions.filter_map(|(waiting, later)| match later {
            Later::Unanswered { questions } => Some((MessageId(waiting.message), questions)),
            _ => None,
        });
        Ok(match link {
            Some(link) => questions.find(|(message, _)| message.0 == link.question).and_then(|(message, questions)| {
                let of_reply = questions.into_iter().find(|(position, _)| *position == link.position);
                of_reply.map(|(_, question)| (message, question))
            }),
            None => questions.next().and_then(|(message, questions)| {
                questions.into_iter().next_back().map(|(_, question)| (message, question))
            }),
        })
    }

    /// Shows what would be passed on.
    pub(super) fn preview(
        &self,
        inbound: &Inbound,
        settings: &PersonSettings,
        wanted: &Wanted<'_>,
        now: i64,
    ) -> Outbound {
        // It becomes the number of the conversation.
        let id = fastrand::i64(1..);
        let pseudonym = self.pseudonym(id);
        let student = Student { pseudonym: &pseudonym, name: inbound.name.as_deref() };
        let personal = redact::kinds(wanted.question);
        let shown = words::Preview {
            conversation: id,
            question: wanted.question,
            student,
            personal: &personal,
            media: wanted.media,
            duty: &self.duty(settings, now),
        };
        let mut outbound = Outbound::default();
        outbound.steps.extend(words::preview(&shown).into_iter().map(Step::say));
        let of = wanted.of.map(|MessageId(message)| message);
        let later = Later::Preview { question: wanted.question.to_owned(), of };
        let (chat, due) = (self.hashed(inbound.chat), now.saturating_add(KEPT_SECS));
        outbound.memo.changes.extend(self.later_of(&later, id, due, chat, NO_MESSAGE, inbound.chat));
        outbound
    }

    /// What a student has decided about what the message `on` shows them.
    pub(super) async fn decided(
        &self,
        inbound: &Inbound,
        moment: &Moment,
        settings: &PersonSettings,
        (id, act, on): (i64, Talk, Option<MessageId>),
    ) -> Result<Outbound, StoreError> {
        let chat = self.hashed(inbound.chat);
        let kept = self.kept_for(chat).await?.into_iter().find(|(waiting, _)| waiting.id == id);
        let kept = match kept {
            Some((waiting, Later::Preview { question, of })) if waiting.due > moment.now => Some((question, of)),
            _ => None,
        };
        let begun = self.talk(id).await?;
        let (talk, question) = match (begun, kept.as_ref().map(|(question, _)| question)) {
            (Some(talk), _) if talk.row.student != chat => return Ok(toast(reply::OLD_BUTTON)),
            // Begun before: the process may have ended before all of it was said.
            (Some(talk), Some(question)) => (talk, question.clone()),
            (Some(_), None) => return Ok(toast(words::SENT_ALREADY)),
            (None, None) => return Ok(toast(words::PREVIEW_GONE)),
            (None, Some(question)) => {
                if let Some(refusal) = self.refusal(inbound.chat, moment).await? {
                    return Ok(show(on, refusal));
                }
                let name = inbound.name.clone().filter(|_| act == Talk::SendNamed);
                let Some(talk) = self.begin(inbound, id, question, name, moment.now).await? else {
                    return Ok(show(on, moment.voice().nobody_reached()));
                };
                (talk, question.clone())
            }
        };
        let mut outbound = self.send_question(&talk, &question, settings, moment, on).await?;
        let of = kept.and_then(|(_, of)| of);
        outbound.memo.changes.extend(of.map(|message| Change::CallOff(chat, message)));
        outbound.memo.changes.push(Change::Happened(id));
        outbound.memo.changes.extend(self.remind_of(&talk, settings));
        Ok(outbound)
    }

    /// Begins a conversation. `None`: it cannot be sealed.
    async fn begin(
        &self,
        inbound: &Inbound,
        id: i64,
        question: &str,
        name: Option<String>,
        now: i64,
    ) -> Result<Option<Opened>, StoreError> {
        let question = redact::redact(question);
        let sealed = Sealed { student: inbound.chat.id, topic: inbound.topic, name, question };
        let Some(text) = serde_json::to_string(&sealed).ok().and_then(|text| self.talks.seal(id, &text)) else {
            return Ok(None);
        };
        let row = Conversation {
            id,
            student: self.hashed(inbound.chat),
            mentors: self.hashed(self.mentors_chat()),
            topic: None,
            sealed: text,
            opened: now,
            closed: None,
            answered: None,
            claim: None,
            draft: None,
        };
        // At once: answers may come before all of it is said.
        self.kept().open_conversation(row.clone()).await?;
        Ok(Some(Opened { pseudonym: self.pseudonym(id), row, sealed }))
    }

    /// Passes a question on, as far as that has not been done, and says so in place of what the message `on` shows.
    async fn send_question(
        &self,
        talk: &Opened,
        question: &str,
        settings: &PersonSettings,
        moment: &Moment,
        on: Option<MessageId>,
    ) -> Result<Outbound, StoreError> {
        let id = talk.row.id;
        let relayed = self.kept().relayed(id).await?;
        let is_there = |what: Passed, at: u32| relayed.iter().any(|it| it.what == what && it.position == at);
        let mut not_sent: Outbound = show(on, moment.voice().nobody_reached());
        not_sent.memo.changes.extend([Change::Conversation(ConversationChange::Dropped(id)), Change::Happened(id)]);
        let in_chat = words::question(id, question, talk.student(), false);
        let in_topic = words::question(id, question, talk.student(), true);
        let mut outbound = Outbound::default();
        for (position, (reply, in_topic)) in in_chat.into_iter().zip(in_topic).enumerate() {
            let part = u32::try_from(position).unwrap_or(u32::MAX);
            if is_there(Passed::Question, part) {
                continue;
            }
            let relays = Relays { conversation: id, what: Passed::Question, position: part, source: None, text: None };
            let step = Elsewhere {
                own_topic: own_topic(talk, position, in_topic),
                relays: Some(relays),
                otherwise: Some(Box::new(not_sent.clone())),
                ..Elsewhere::new(self.mentors_chat(), reply)
            };
            outbound.steps.push(step.into());
        }
        if !is_there(Passed::ToStudent, 0) {
            let reply = words::sent(id, &talk.sealed.question, talk.student(), &self.duty(settings, moment.now));
            let relays = Relays { conversation: id, what: Passed::ToStudent, position: 0, source: None, text: None };
            let topic = talk.sealed.topic;
            let told = Elsewhere { replaces: on, relays: Some(relays), topic, ..Elsewhere::new(talk.chat(), reply) };
            outbound.steps.push(told.into());
        }
        Ok(outbound)
    }
}
