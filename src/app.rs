//! One straight line for every question, wherever it was asked: [`App::handle`].
//!
//! Owns what happens between an [`Inbound`] and its [`Outbound`]: what was answered before, one engine snapshot, decision,
//! reply. Knows neither Telegram nor HTTP; never calls back into them to decide.

pub mod folder;
pub mod inbound;
pub mod key;
pub mod load;
mod moment;
pub mod outbound;
pub mod redact;
mod repeats;
mod seal;

use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::civil::Date;

pub use inbound::{ChatKey, Event, Inbound, MessageId, Said, Surface};
pub use key::{HashKey, load_or_create_key};
pub use outbound::{Outbound, ReplyTo, Step};

use crate::engine::corpus::{Entry, Kind};
pub use crate::engine::reply::Command;
use crate::engine::reply::{self, Press, Reason, Reply, Ticket, Voice};
use crate::engine::{Engine, EntryNumber};
use crate::store::{Feedback, HELD_SECS, Hashed, LastAnswer, Memo, Outcome, Store, StoreError};
use moment::{Moment, Response};
use repeats::Repeats;
use seal::Seal;

/// How many updates that had to wait are taken up again after a start; a running bot sets fewer aside.
const MOST_TAKEN_UP: u32 = 5000;

/// For how long after an answer a question is read in its light. Somebody who follows on from an answer does so while
/// reading it; later "it" is something else, and the answer about the wrong thing would look like the right one.
const FOLLOW_UP_SECONDS: i64 = 10 * 60;

/// Which of the updates that were set aside are taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeUp {
    /// All of them: nobody else is at work.
    All,
    /// Those at which no other process is at work that shares the store.
    Unheld,
}

/// What the owner of the bot has decided.
#[derive(Debug, Clone)]
pub struct AppSettings {
    /// The bot's name, as it introduces itself where people know it by no other.
    pub bot_name: String,
    /// How to reach a person, in the owner's words; `None`: the bot says that it cannot pass questions on.
    pub contact: Option<String>,
    /// After how many days an entry is stale that does not say so itself.
    pub review_days: u32,
    /// Whether questions are logged (redacted, without the asker).
    pub keep_log: bool,
    /// After how many days what is kept is deleted; said by `/privacy`, done by whoever calls [`Store::prune`].
    pub retention_days: u32,
    /// Hides ids at rest.
    pub key: HashKey,
}

/// The bot, behind every front.
pub struct App {
    engine: ArcSwap<Engine>,
    store: Arc<dyn Store>,
    /// Shared with answers that are being made on threads of their own.
    settings: Arc<AppSettings>,
    repeats: Repeats,
    seal: Seal,
}

impl App {
    /// A bot that answers from `engine` and remembers in `store`.
    pub fn new(engine: Arc<Engine>, store: Arc<dyn Store>, settings: AppSettings) -> Self {
        let seal = Seal::new(&settings.key);
        let (engine, settings) = (ArcSwap::new(engine), Arc::new(settings));
        Self { engine, store, settings, repeats: Repeats::default(), seal }
    }

    /// The engine of this moment. Take it once for one event.
    pub fn engine(&self) -> Arc<Engine> {
        self.engine.load_full()
    }

    /// Answers from `engine` from now on; answers under way finish with the old one.
    pub fn swap_engine(&self, engine: Arc<Engine>) {
        self.engine.store(engine);
    }

    /// What is remembered.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// What the owner has decided.
    pub fn settings(&self) -> &AppSettings {
        &self.settings
    }

    /// The chat as the store knows it.
    pub fn hashed(&self, chat: ChatKey) -> Hashed {
        self.settings.key.hash(chat)
    }

    /// Questions to begin with, for people who do not know what to ask: from as many topics as there are, at most
    /// `limit`.
    pub fn examples(&self, limit: usize) -> Vec<String> {
        reply::examples(self.engine().corpus(), limit)
    }

    /// What to do about an event. `today` decides what is stale, `now` (seconds since 1970) is recorded. To be called
    /// within a tokio runtime: the engine thinks on a thread for blocking work, so that nobody else waits for it.
    ///
    /// # Errors
    ///
    /// Only when something the person was told about could not be stored: a vote. A question is answered even when the
    /// store is down.
    pub async fn handle(&self, inbound: &Inbound, today: Date, now: i64) -> Result<Outbound, StoreError> {
        let moment = Moment {
            engine: self.engine(),
            settings: Arc::clone(&self.settings),
            bot_name: inbound.bot_name.clone(),
            surface: inbound.chat.surface,
            today,
            now,
        };
        match &inbound.event {
            Event::Message { said, id, edited } => {
                let last = if said.is_question() { self.last_answer(inbound, &moment.engine, now).await } else { None };
                let Response { mut replies, questions, entry } = moment.reply(said, last).await;
                let waited = inbound.at.map_or(0, |at| now.saturating_sub(at));
                if let Some(first) = replies.first_mut().filter(|_| said.is_question()) {
                    *first = reply::late(std::mem::take(first), waited);
                }
                let steps = self.say(inbound.chat, replies, *id, *edited).await;
                let last = entry.map(|entry| LastAnswer { place: self.place(inbound), entry });
                Ok(Outbound { steps, memo: Memo { questions, last } })
            }
            Event::Press { data, on } => match Press::decode(data, moment.engine.corpus()) {
                Some(press) => {
                    let mut outbound = self.press(&moment.voice(), inbound.chat, &press, *on, now).await?;
                    let shown = shown(&press).and_then(|id| moment.engine.corpus().entry(id));
                    let last = shown.filter(|entry| entry.kind == Kind::Faq);
                    outbound.memo.last =
                        last.map(|entry| LastAnswer { place: self.place(inbound), entry: entry.id.value.clone() });
                    Ok(self.once(outbound, inbound.chat, &press, *on, now))
                }
                None => Ok(toast(reply::OLD_BUTTON)),
            },
        }
    }

    /// The message that a press has brought has been sent only at `now`, for it had to wait: the press counts from then.
    pub fn has_sent(&self, inbound: &Inbound, now: i64) {
        if let Event::Press { data, on } = &inbound.event
            && let Some(press) = Press::decode(data, self.engine().corpus())
        {
            self.repeats.sent(inbound.chat, *on, press, now);
        }
    }

    /// Remembers what was answered, for fronts that have no update to finish with it. Whoever asked has the answer by then,
    /// so a failure is logged and that is all.
    pub async fn remember(&self, memo: Memo, now: i64) {
        if memo == Memo::default() {
            return;
        }
        if let Err(error) = self.store.note(memo, now).await {
            tracing::error!(%error, "cannot write the question log");
        }
    }

    /// Remembers that `message` of the bot answers `answers`, so that an edit of the question edits the answer; `None`: no
    /// message does any more. Fronts call this after a step with `answers` was carried out.
    ///
    /// # Errors
    ///
    /// When it could not be stored.
    pub async fn sent(
        &self,
        chat: ChatKey,
        answers: ReplyTo,
        message: Option<MessageId>,
        now: i64,
    ) -> Result<(), StoreError> {
        let ReplyTo { question, position } = answers;
        let message = message.map(|MessageId(message)| message);
        self.store.remember_answer(self.hashed(chat), question.0, position, message, now).await
    }

    /// Keeps updates that have to wait, by their numbers, so that the front need not be given them again: sealed, for they
    /// say who wrote what.
    ///
    /// # Errors
    ///
    /// When they could not be stored.
    pub async fn set_aside(&self, updates: &[(i64, String)], now: i64) -> Result<(), StoreError> {
        let sealed = updates.iter().filter_map(|(number, text)| Some((*number, self.seal.seal(*number, text)?)));
        self.store.set_aside(sealed.collect(), now).await
    }

    /// Says that this process is still at work on these updates, which were set aside.
    ///
    /// # Errors
    ///
    /// When that could not be stored.
    pub async fn hold(&self, updates: &[i64], now: i64) -> Result<(), StoreError> {
        self.store.hold(updates, now.saturating_add(HELD_SECS)).await
    }

    /// Says that this process is at work on these updates no longer.
    ///
    /// # Errors
    ///
    /// When that could not be stored.
    pub async fn let_go(&self, updates: &[i64]) -> Result<(), StoreError> {
        self.store.hold(updates, 0).await
    }

    /// Takes up updates that were set aside and are not done with, in the order of their numbers. What cannot be opened,
    /// for the key is another by now, is dropped.
    ///
    /// # Errors
    ///
    /// When they could not be read.
    pub async fn take_up(&self, which: TakeUp, now: i64) -> Result<Vec<(i64, String)>, StoreError> {
        let free_at = match which {
            TakeUp::All => i64::MAX,
            TakeUp::Unheld => now,
        };
        let mut opened = Vec::new();
        let mut lost = 0;
        for (number, sealed) in self.store.take_up(MOST_TAKEN_UP, free_at, now).await? {
            match self.seal.open(number, &sealed) {
                Some(text) => opened.push((number, text)),
                None => {
                    lost += 1;
                    self.store.drop_set_aside(number).await?;
                }
            }
        }
        if lost > 0 {
            tracing::error!(
                lost,
                "dropped what was set aside: it was sealed with another key than that beside the store"
            );
        }
        Ok(opened)
    }

    /// Sends, or edits what was said to the same message before: the first reply takes the place of the first, and so on.
    async fn say(&self, chat: ChatKey, replies: Vec<Reply>, question: MessageId, edited: bool) -> Vec<Step> {
        // Of several the first may be there: the process may have ended between them, and the update has come again.
        let earlier = if edited || replies.len() > 1 { self.earlier_answers(chat, question).await } else { Vec::new() };
        let mut steps = Vec::new();
        for (position, reply) in (0..).zip(replies) {
            let answers = Some(ReplyTo { question, position });
            steps.push(match earlier.iter().find(|(at, _)| *at == position) {
                Some(&(_, message)) => Step::Edit { message, reply, answers },
                None => Step::Send { reply, answers },
            });
        }
        // Where nothing is said any more, that the question was put differently is no reason to take an answer away.
        let said = u32::try_from(steps.len()).unwrap_or(u32::MAX);
        let surplus = earlier.into_iter().filter(|(position, _)| said > 0 && *position >= said);
        steps.extend(
            surplus.map(|(position, message)| Step::Delete { message, answers: ReplyTo { question, position } }),
        );
        steps
    }

    /// The bot's messages that answer this one, by their positions.
    async fn earlier_answers(&self, chat: ChatKey, message: MessageId) -> Vec<(u32, MessageId)> {
        match self.store.answers_of(self.hashed(chat), message.0).await {
            Ok(answers) => answers.into_iter().map(|(position, answer)| (position, MessageId(answer))).collect(),
            Err(error) => {
                tracing::error!(%error, "cannot look up the answers to a message; sending new ones");
                Vec::new()
            }
        }
    }

    /// The conversation that an event belongs to, as the store knows it.
    fn place(&self, inbound: &Inbound) -> Hashed {
        self.settings.key.hash_topic(inbound.chat, inbound.topic)
    }

    /// The entry in whose light a question is to be read. How long ago it was the answer counts from when the question was
    /// asked, not from when its turn came.
    async fn last_answer(&self, inbound: &Inbound, engine: &Engine, now: i64) -> Option<EntryNumber> {
        let last = match self.store.last_answer(self.place(inbound)).await {
            Ok(last) => last,
            Err(error) => {
                tracing::error!(%error, "cannot look up the last answer; reading a question by itself");
                None
            }
        };
        let asked = inbound.at.map_or(now, |at| at.min(now));
        let (entry, _) = last.filter(|(_, at)| asked.saturating_sub(*at) <= FOLLOW_UP_SECONDS)?;
        engine.corpus().position(&entry)
    }

    /// Without the message that the same press has brought a moment ago. What changes a message may be done again.
    fn once(&self, mut outbound: Outbound, chat: ChatKey, press: &Press, on: Option<MessageId>, now: i64) -> Outbound {
        let sends = |step: &Step| matches!(step, Step::Send { .. });
        if outbound.steps.iter().any(sends) && self.repeats.is_one(chat, on, press, now) {
            outbound.steps.retain(|step| !sends(step));
            if outbound.steps.is_empty() {
                return toast(reply::JUST_SENT);
            }
        }
        outbound
    }

    async fn press(
        &self,
        voice: &Voice<'_>,
        chat: ChatKey,
        press: &Press,
        on: Option<MessageId>,
        now: i64,
    ) -> Result<Outbound, StoreError> {
        let entry = |id: &str| voice.corpus.entry(id);
        Ok(match press {
            Press::Entry(id) => entry(id).map_or_else(gone, |entry| show(None, voice.answer(entry))),
            Press::Choose { entry: id, ticket } => {
                let Some(entry) = entry(id) else { return Ok(gone()) };
                self.note(*ticket, Outcome::Chosen(id.clone())).await;
                show(on, voice.answer(entry))
            }
            Press::Open(id) => entry(id).map_or_else(gone, |entry| show(on, voice.opened(entry))),
            Press::Topics => show(None, voice.topics()),
            Press::BackToTopics => show(on, voice.topics()),
            Press::Topic { id, page } => match voice.topic(id, *page) {
                Some(reply) => show(on, reply),
                None => {
                    let mut outbound = toast(reply::TOPIC_GONE);
                    outbound.steps.extend(show(on, voice.topics()).steps);
                    outbound
                }
            },
            Press::NoneOfThese { ticket } => {
                self.note(*ticket, Outcome::Rejected).await;
                show(on, voice.none_of_these())
            }
            Press::Person => show(None, voice.person()),
            Press::Vote { entry: id, up, opened } => {
                let Some(entry) = entry(id) else { return Ok(gone()) };
                let earlier = self.vote(chat, id, *up, None, now).await?;
                if *up {
                    return Ok(toast(if earlier == Some(false) { reply::THANKS_CHANGED } else { reply::THANKS }));
                }
                let mut outbound = toast(reply::THANKS_WHY);
                let reply = voice.ask_reason(entry, *opened);
                outbound.steps.push(match on {
                    Some(message) => Step::EditButtons { message, reply },
                    None => Step::Send { reply, answers: None },
                });
                outbound
            }
            Press::Reason { entry: id, reason, opened } => {
                let Some(entry) = entry(id) else { return Ok(gone()) };
                self.vote(chat, id, false, Some(reason_word(*reason)), now).await?;
                let mut outbound = toast(reply::THANKS_REASON);
                outbound.steps.extend(on.map(|message| answer_buttons(voice, entry, *opened, message)));
                outbound
            }
            Press::NoReason { entry: id, opened } => {
                let Some(entry) = entry(id) else { return Ok(gone()) };
                let steps = on.map(|message| answer_buttons(voice, entry, *opened, message));
                Outbound { steps: steps.into_iter().collect(), memo: Memo::default() }
            }
        })
    }

    /// Notes what became of suggestions. The person is told nothing about it, so a failure is logged and that is all.
    async fn note(&self, ticket: Option<Ticket>, outcome: Outcome) {
        let Some(Ticket(ticket)) = ticket else { return };
        if let Err(error) = self.store.note_outcome(ticket, outcome).await {
            tracing::error!(%error, "cannot note what became of suggestions");
        }
    }

    async fn vote(
        &self,
        chat: ChatKey,
        entry: &str,
        up: bool,
        reason: Option<&'static str>,
        at: i64,
    ) -> Result<Option<bool>, StoreError> {
        self.store.vote(Feedback { voter: self.hashed(chat), entry: entry.to_owned(), up, reason, at }).await
    }
}

/// The entry that is the answer from now on, if the press has shown one.
fn shown(press: &Press) -> Option<&str> {
    match press {
        Press::Entry(entry) | Press::Choose { entry, .. } | Press::Open(entry) => Some(entry),
        Press::Topics
        | Press::BackToTopics
        | Press::Topic { .. }
        | Press::Vote { .. }
        | Press::Reason { .. }
        | Press::NoReason { .. }
        | Press::NoneOfThese { .. }
        | Press::Person => None,
    }
}

/// In place of a message, or as a new one when there is none to be replaced.
fn show(on: Option<MessageId>, reply: Reply) -> Outbound {
    match on {
        Some(message) => Step::Edit { message, reply, answers: None }.into(),
        None => Step::Send { reply, answers: None }.into(),
    }
}

/// The buttons of the answer, in place of those that ask for a reason.
fn answer_buttons(voice: &Voice<'_>, entry: &Entry, opened: bool, message: MessageId) -> Step {
    let reply = if opened { voice.opened(entry) } else { voice.answer(entry) };
    Step::EditButtons { message, reply }
}

fn toast(words: &str) -> Outbound {
    Step::Toast(words.to_owned()).into()
}

fn gone() -> Outbound {
    toast(reply::ENTRY_GONE)
}

fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Wrong => "wrong",
        Reason::Outdated => "outdated",
        Reason::Incomplete => "incomplete",
        Reason::NotMyQuestion => "not_my_question",
    }
}
