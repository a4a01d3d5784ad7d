//! What is answered unasked: decided when it is heard, said after a while if nobody else has answered by then.
//!
//! What waits is in the store, sealed, so that a restart forgets none of it and an update need not wait for it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Here, reply_to};
use crate::app::moment::hour;
use crate::app::trace::per_cent;
use crate::app::{
    App, Beside, ChatKey, Event, Group, Heard, Inbound, MessageId, Outbound, ReplyTo, Rights, Said, Scene, Step,
    Surface, Trace, Trigger, redact,
};
use crate::engine::reply::{Mode, Reply};
use crate::store::{Change, QuestionRecord, Sample, StoreError, Waiting};

/// A question that was heard so long after it was written is not answered unasked any more.
const LATEST_SECS: i64 = 10 * 60;
/// For how long the report on a trial waits for somebody who cannot be written to.
const REPORT_WAITS_SECS: i64 = 14 * 24 * 60 * 60;
/// How many samples of a trial are kept.
const MOST_SAMPLES: usize = 500;
/// What somebody writes who has found the answer.
const NEVER_MIND: &[&str] =
    &["nvm", "never mind", "nevermind", "found it", "got it", "solved", "figured it out", "thank"];
/// Longer than this, a message with one of those words says something else as well.
const SHORT_WORDS: usize = 8;

/// Something that is to happen later, as it is sealed.
#[derive(Serialize, Deserialize)]
pub(in crate::app) enum Later {
    /// An answer that nobody has asked the bot for.
    Answer {
        chat: i64,
        topic: Option<i32>,
        message: i32,
        person: i64,
        username: String,
        title: String,
        link: Option<String>,
        entry: String,
        confidence: f64,
        /// When it was asked.
        asked: i64,
        /// Without personal data, for the question log.
        text: String,
    },
    /// The end of a trial.
    TrialEnd { chat: i64, title: String, owner: i64, until: i64 },
    /// A post in a channel.
    Post { chat: i64, username: String, slot: i64 },
    /// Questions of a message that were not answered well are forgotten, each with the position of the reply that says so.
    Unanswered { questions: Vec<(u32, String)> },
    /// What somebody has not decided to pass on to a person is forgotten; the message that it was asked in, if that is kept.
    Preview { question: String, of: Option<i32> },
    /// Mentors are reminded of a conversation.
    Reminder { conversation: i64 },
    /// A message that says what it says.
    Message { chat: i64, topic: Option<i32>, html: String },
    /// How the week was.
    Digest { chat: i64 },
    /// What is to be done about the entries of one who owns some.
    Owned { chat: i64 },
    /// Which answers are new or changed since then.
    News { chat: i64, topic: Option<i32>, username: String, since: i64 },
}

/// Something that is due.
pub struct Due {
    /// Its number.
    pub id: i64,
    /// The chat it is to happen in, and the topic of it.
    pub chat: ChatKey,
    /// The topic.
    pub topic: Option<i32>,
    /// What is to happen.
    pub outbound: Outbound,
}

impl App {
    pub(super) async fn overheard(&self, here: &Here<'_>, heard: &Heard) -> Outbound {
        let speaks = here.mode == Mode::Ambient && !here.trial_is_on();
        let Said::Question(text) = &heard.said else { return Outbound::default() };
        if !(speaks || here.trial_is_on()) || here.mode == Mode::Off || heard.to_others || here.age() > LATEST_SECS {
            return Outbound::default();
        }
        // A changed message may be anything by now; whoever reads it has its first words in mind.
        if heard.edited {
            return Outbound::default();
        }
        // Nor does the bot call attention to what should not stand there, or keep it.
        if redact::looks_like_patient_data(text) {
            return Outbound::default();
        }
        let Some((number, confidence)) = here.moment.overhear(text).await else { return Outbound::default() };
        let Some(entry) = here.moment.engine.entry(number) else { return Outbound::default() };
        let thresholds = here.moment.engine.settings().thresholds;
        let redacted = || redact::redact(text);
        let mut outbound = Outbound::default();
        if here.trial_is_on() {
            // From the lowest confidence on that could be recommended.
            if confidence >= thresholds.answer_at && !self.has_enough_samples(here).await {
                outbound.memo.changes.push(Change::Sample(Sample {
                    id: fastrand::i64(1..),
                    chat: here.chat,
                    at: here.now(),
                    text: redacted(),
                    entry: entry.id.value.clone(),
                    confidence,
                    fits: None,
                }));
            }
            return outbound;
        }
        let ambient_at = here.settings.ambient_at.map_or(thresholds.ambient_at, f64::from);
        if confidence < ambient_at {
            return outbound;
        }
        let later = Later::Answer {
            chat: here.inbound.chat.id,
            topic: here.inbound.topic,
            message: heard.id.0,
            person: here.group.person.id,
            username: here.group.username.clone(),
            title: here.group.title.clone(),
            link: here.group.link.clone(),
            entry: entry.id.value.clone(),
            confidence,
            asked: here.inbound.at.unwrap_or(here.now()),
            text: redacted(),
        };
        // From now on, not from when it was written: what people have said since has yet to be heard.
        let due = here.now().saturating_add(self.settings.groups.grace_secs);
        outbound.memo.changes.extend(self.wait(&later, due, here.place, heard.id.0, here.group.person));
        outbound
    }

    async fn has_enough_samples(&self, here: &Here<'_>) -> bool {
        match self.store.samples(here.chat).await {
            Ok(samples) => samples.len() >= MOST_SAMPLES,
            Err(_) => true,
        }
    }

    /// Has something happen later.
    pub(in crate::app) fn wait(
        &self,
        later: &Later,
        due: i64,
        place: crate::store::Hashed,
        message: i32,
        person: ChatKey,
    ) -> Option<Change> {
        self.later_of(later, fastrand::i64(1..), due, place, message, person)
    }

    /// The same under a number of the caller's.
    pub(in crate::app) fn later_of(
        &self,
        later: &Later,
        id: i64,
        due: i64,
        place: crate::store::Hashed,
        message: i32,
        person: ChatKey,
    ) -> Option<Change> {
        let sealed = self.seal.seal(id, &serde_json::to_string(later).ok()?)?;
        let asker = self.hashed(person);
        Some(Change::Wait(Waiting { id, due, place, message, asker, sealed }))
    }

    /// What is not to be answered any more because of this message: it is the answer of a person, or takes the question
    /// back.
    pub(super) async fn called_off(&self, here: &Here<'_>, heard: &Heard) -> Vec<Change> {
        if here.mode != Mode::Ambient {
            return Vec::new();
        }
        let waiting = match self.store.waiting_in(here.place).await {
            Ok(waiting) => waiting,
            Err(error) => {
                tracing::error!(%error, "cannot see what waits to be answered");
                return Vec::new();
            }
        };
        let person = self.hashed(here.group.person);
        // What is about no message is the end of a trial.
        let called_off = waiting.into_iter().filter(|waiting| waiting.message > 0).filter(|waiting| {
            if waiting.message >= heard.id.0 {
                // Changed, it may ask something else.
                return waiting.message == heard.id.0 && heard.edited;
            }
            let own = waiting.asker == person;
            let replies = heard.replied.as_ref().map(|replied| replied.id.0);
            match (&heard.said, replies) {
                (Said::Question(text), _) if own => is_never_mind(text),
                (_, Some(to)) if to == waiting.message => true,
                // To a third: perhaps to somebody who has answered.
                (Said::Question(text), _) if heard.trigger == Trigger::None => self.may_answer(here, text, waiting),
                // A voice message, a picture: most likely about what was said last.
                (Said::Wordless, None) => !own,
                _ => false,
            }
        });
        called_off.map(|waiting| Change::CallOff(here.place, waiting.message)).collect()
    }

    /// What is to happen, if it can be read.
    pub(in crate::app) fn opened(&self, waiting: &Waiting) -> Option<Later> {
        self.seal.open(waiting.id, &waiting.sealed).and_then(|text| serde_json::from_str(&text).ok())
    }

    /// Whether what somebody says may be the answer to the question that waits.
    fn may_answer(&self, here: &Here<'_>, text: &str, waiting: &Waiting) -> bool {
        let engine = &here.moment.engine;
        if engine.only_asks(text) {
            return false;
        }
        match self.opened(waiting) {
            Some(Later::Answer { entry, text: question, .. }) => {
                engine.corpus().position(&entry).is_none_or(|number| engine.may_reply(text, &question, number))
            }
            _ => true,
        }
    }

    /// What is due by now and not in hand, with what is to be done about it. Nobody else is given it for a minute; once it is
    /// carried out, what is to be remembered of it is to be noted.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn due(
        &self,
        today: Date,
        now: i64,
        limit: u32,
        in_hand: impl Fn(i64) -> bool,
    ) -> Result<Vec<Due>, StoreError> {
        let mut all = Vec::new();
        for (id, sealed) in self.store.take_due(now, limit).await? {
            if in_hand(id) {
                continue;
            }
            let opened = self.seal.open(id, &sealed).and_then(|text| serde_json::from_str::<Later>(&text).ok());
            let nowhere = ChatKey { surface: Surface::Telegram, id: 0 };
            let mut reported_at = None;
            let mut due = match opened {
                Some(later @ Later::Answer { .. }) => self.due_answer(id, later, today, now).await?,
                Some(Later::TrialEnd { chat, title, owner, until }) => {
                    reported_at = Some(until);
                    let chat = ChatKey { surface: Surface::Telegram, id: chat };
                    let owner = ChatKey { surface: Surface::Telegram, id: owner };
                    let outbound = self.trial_report(chat, &title, today, now).await?;
                    Due { id, chat: owner, topic: None, outbound }
                }
                Some(Later::Post { chat, username, slot }) => {
                    let chat = ChatKey { surface: Surface::Telegram, id: chat };
                    self.due_post(id, chat, (&username, slot), today, now).await?
                }
                Some(Later::Reminder { conversation }) => {
                    let moment = self.moment_for(nowhere, None, None, today, now);
                    let due = self.due_reminder(id, conversation, &moment).await?;
                    due.unwrap_or(Due { id, chat: nowhere, topic: None, outbound: Outbound::default() })
                }
                Some(Later::Unanswered { .. } | Later::Preview { .. }) => {
                    Due { id, chat: nowhere, topic: None, outbound: Outbound::default() }
                }
                Some(Later::Message { chat, topic, html }) => {
                    let chat = ChatKey { surface: Surface::Telegram, id: chat };
                    let reply = Reply { html, buttons: Vec::new() };
                    Due { id, chat, topic, outbound: Step::say(reply).into() }
                }
                Some(Later::Digest { chat }) => self.due_digest(id, chat, today, now).await?,
                Some(Later::Owned { chat }) => self.due_owned(id, chat, today, now).await?,
                Some(Later::News { chat, topic, username, since }) => {
                    self.due_news(id, (chat, topic), (&username, since), today, now).await?
                }
                None => {
                    tracing::error!("dropped what was to happen later: it cannot be opened");
                    Due { id, chat: nowhere, topic: None, outbound: Outbound::default() }
                }
            };
            if self.store.chat_settings(self.hashed(due.chat)).await?.gone {
                due.outbound.steps.clear();
                if reported_at.is_some_and(|at| now.saturating_sub(at) < REPORT_WAITS_SECS) {
                    // Whoever began the trial may write to the bot yet.
                    continue;
                }
            }
            due.outbound.memo.changes.push(Change::Happened(id));
            all.push(due);
        }
        Ok(all)
    }

    async fn due_answer(&self, id: i64, later: Later, today: Date, now: i64) -> Result<Due, StoreError> {
        let nothing = |chat, topic| Due { id, chat, topic, outbound: Outbound::default() };
        let Later::Answer { chat, topic, message, person, username, title, link, entry, confidence, asked, text } =
            later
        else {
            return Ok(nothing(ChatKey { surface: Surface::Telegram, id: 0 }, None));
        };
        let key = |id| ChatKey { surface: Surface::Telegram, id };
        // The bot was off: by now they talk of something else.
        if now.saturating_sub(asked) > self.settings.groups.grace_secs.saturating_add(LATEST_SECS) {
            return Ok(nothing(key(chat), topic));
        }
        let group = Group { person: key(person), rights: Rights::Unknown, username, title, link };
        let said = Said::Question(String::new());
        let id_of = MessageId(message);
        let heard = Heard {
            said,
            id: id_of,
            edited: false,
            trigger: Trigger::None,
            to_others: false,
            replied: None,
            beside: Beside::default(),
        };
        let inbound = Inbound {
            chat: key(chat),
            topic,
            scene: Scene::Group(group.clone()),
            bot_name: None,
            name: None,
            at: Some(now),
            event: Event::Heard(heard.clone()),
        };
        let here = self.here(&inbound, &group, today, now).await?;
        let Some(entry) = here.moment.engine.corpus().entry(&entry) else { return Ok(nothing(inbound.chat, topic)) };
        // The process may have ended after saying it.
        let said_before = !self.store.answers_of(here.chat, message).await?.is_empty();
        let again = self.answered_lately(&here, &entry.id, &heard).await?.is_some();
        let speaks = here.mode == Mode::Ambient && !here.trial_is_on() && !said_before && !again;
        let budgets = &self.settings.groups;
        if !speaks || !self.budgets.take_quietly(here.inbound.chat, here.group.person, now, budgets) {
            return Ok(nothing(inbound.chat, topic));
        }
        let reply = here.moment.voice().short_answer(entry, here.room());
        let about = here.about(Some(&entry.id), here.group.person);
        let trace = Trace {
            question: text.clone(),
            audience: "ambient".to_owned(),
            cohort: here.cohort.clone(),
            decision: "answer".to_owned(),
            confidence: per_cent(confidence),
            top: Some(entry.id.value.clone()),
            last: None,
        };
        let answers = Some(ReplyTo { trace: Some(trace), ..reply_to(id_of, 0, about) });
        let mut outbound: Outbound = Step::Send { reply, answers, below: Some(id_of), only_for: None }.into();
        if self.settings.keep_log {
            outbound.memo.questions.push(QuestionRecord {
                at: hour(now),
                text,
                decision: "answer",
                confidence,
                top: Some(entry.id.value.clone()),
                ticket: None,
                outcome: None,
                audience: "ambient",
            });
        }
        Ok(Due { id, chat: inbound.chat, topic, outbound })
    }
}

fn is_never_mind(text: &str) -> bool {
    let text = text.to_lowercase();
    text.split_whitespace().count() <= SHORT_WORDS && NEVER_MIND.iter().any(|words| text.contains(words))
}
