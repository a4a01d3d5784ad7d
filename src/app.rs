//! One straight line for every question, wherever it was asked: [`App::handle`].
//!
//! Owns what happens between an [`Inbound`] and its [`Outbound`]: one store read, one engine snapshot, decision, reply.
//! Knows neither Telegram nor HTTP; never calls back into them to decide.

pub mod folder;
pub mod inbound;
pub mod key;
pub mod load;
pub mod outbound;
pub mod redact;

use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::civil::Date;

pub use inbound::{ChatKey, Event, Inbound, MessageId, Surface};
pub use key::{HashKey, load_or_create_key};
pub use outbound::{Outbound, Step};

use crate::engine::reply::{self, Press, Reason, Reply, Voice};
pub use crate::engine::reply::{COMMANDS, Command};
use crate::engine::{Audience, Decision, Engine, Verdict};
use crate::store::{Feedback, Hashed, QuestionRecord, Store, StoreError};

/// What the owner of the bot has decided.
#[derive(Debug, Clone)]
pub struct AppSettings {
    /// The bot's name, as it introduces itself.
    pub bot_name: String,
    /// How to reach a person, in the owner's words; `None`: the bot says that nobody is on duty.
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

/// Fresh random key: what is kept under it cannot be found again after a restart.
impl Default for AppSettings {
    fn default() -> Self {
        Self {
            bot_name: "telefaq".to_owned(),
            contact: None,
            review_days: 365,
            keep_log: true,
            retention_days: 90,
            key: HashKey::random(),
        }
    }
}

/// The bot, behind every front.
pub struct App {
    engine: ArcSwap<Engine>,
    store: Arc<dyn Store>,
    settings: AppSettings,
}

impl App {
    /// A bot that answers from `engine` and remembers in `store`.
    pub fn new(engine: Arc<Engine>, store: Arc<dyn Store>, settings: AppSettings) -> Self {
        Self { engine: ArcSwap::new(engine), store, settings }
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

    /// What to do about an event. `today` decides what is stale, `now` (seconds since 1970) is recorded.
    ///
    /// # Errors
    ///
    /// Only when something the person was told about could not be stored: a vote. A question is answered even when the
    /// store is down.
    pub async fn handle(&self, inbound: &Inbound, today: Date, now: i64) -> Result<Outbound, StoreError> {
        let engine = self.engine();
        let voice = self.voice(&engine, today);
        let send = |reply| Outbound { steps: vec![Step::Send { reply, answers: None }] };
        Ok(match &inbound.event {
            Event::Question { text, message, edited } => {
                self.question(&engine, &voice, inbound.chat, text, *message, *edited, now).await
            }
            Event::Ask { text, message, edited } => {
                if text.trim().is_empty() {
                    self.say(inbound.chat, voice.ask_what(), *message, *edited).await
                } else {
                    self.question(&engine, &voice, inbound.chat, text, *message, *edited, now).await
                }
            }
            Event::Start(payload) => send(match reply::entry_of_payload(payload, engine.corpus()) {
                Some(entry) => voice.answer(entry),
                None => voice.start(!payload.trim().is_empty()),
            }),
            Event::Help => send(voice.help()),
            Event::Topics => send(voice.topics()),
            Event::Privacy => send(voice.privacy()),
            Event::UnknownCommand => send(voice.unknown_command()),
            Event::Wordless => send(voice.wordless()),
            Event::Press { press: None, .. } => toast(reply::OLD_BUTTON),
            Event::Press { press: Some(press), on } => self.press(&voice, inbound.chat, press, *on, now).await?,
        })
    }

    /// Remembers that `message` of the bot answers `answers`, so that an edit of the question edits the answer. Fronts
    /// call this after a step with `answers` was carried out.
    ///
    /// # Errors
    ///
    /// When it could not be stored.
    pub async fn sent(
        &self,
        chat: ChatKey,
        answers: MessageId,
        message: MessageId,
        now: i64,
    ) -> Result<(), StoreError> {
        self.store.remember_answer(self.hashed(chat), answers.0, message.0, now).await
    }

    fn voice<'a>(&'a self, engine: &'a Engine, today: Date) -> Voice<'a> {
        let settings = &self.settings;
        Voice {
            corpus: engine.corpus(),
            today,
            bot_name: &settings.bot_name,
            contact: settings.contact.as_deref(),
            review_days: settings.review_days,
            keep_log: settings.keep_log,
            retention_days: settings.retention_days,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one private step of `handle`, with the snapshot it took")]
    async fn question(
        &self,
        engine: &Engine,
        voice: &Voice<'_>,
        chat: ChatKey,
        text: &str,
        message: MessageId,
        edited: bool,
        now: i64,
    ) -> Outbound {
        if !text.chars().any(char::is_alphanumeric) {
            return self.say(chat, voice.wordless(), message, edited).await;
        }
        let verdict = engine.answer(text, Audience::Private);
        let reply = match &verdict.decision {
            Decision::Answer(number) => engine.entry(*number).map_or_else(|| voice.decline(), |e| voice.answer(e)),
            Decision::Suggest(numbers) => voice.suggest(numbers),
            Decision::Decline => voice.decline(),
            Decision::Silent => return Outbound::default(),
        };
        if self.settings.keep_log {
            let record = record(engine, &verdict, text, now);
            // Whoever asked should not go without an answer because the log could not be written.
            if let Err(error) = self.store.log_question(record).await {
                tracing::error!(%error, "cannot write the question log");
            }
        }
        self.say(chat, reply, message, edited).await
    }

    /// Sends, or edits what was said to the same message before.
    async fn say(&self, chat: ChatKey, reply: Reply, message: MessageId, edited: bool) -> Outbound {
        let answers = Some(message);
        let earlier = if edited { self.earlier_answer(chat, message).await } else { None };
        let step = match earlier {
            Some(earlier) => Step::Edit { message: earlier, reply, answers },
            None => Step::Send { reply, answers },
        };
        Outbound { steps: vec![step] }
    }

    async fn earlier_answer(&self, chat: ChatKey, message: MessageId) -> Option<MessageId> {
        match self.store.answer_of(self.hashed(chat), message.0).await {
            Ok(answer) => answer.map(MessageId),
            Err(error) => {
                tracing::error!(%error, "cannot look up the answer to an edited question; sending a new one");
                None
            }
        }
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
            Press::Choose(id) => entry(id).map_or_else(gone, |entry| show(on, voice.answer(entry))),
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
            Press::NoneOfThese => show(on, voice.none_of_these()),
            Press::Person => show(None, voice.person()),
            Press::Vote { entry: id, up } => {
                let Some(entry) = entry(id) else { return Ok(gone()) };
                let earlier = self.vote(chat, id, *up, None, now).await?;
                if *up {
                    return Ok(toast(if earlier == Some(false) { reply::THANKS_CHANGED } else { reply::THANKS }));
                }
                let mut outbound = toast(reply::THANKS_WHY);
                outbound.steps.extend(on.map(|on| Step::EditButtons { message: on, reply: voice.ask_reason(entry) }));
                outbound
            }
            Press::Reason { entry: id, reason } => {
                let Some(entry) = entry(id) else { return Ok(gone()) };
                self.vote(chat, id, false, Some(reason_word(*reason)), now).await?;
                let mut outbound = toast(reply::THANKS_REASON);
                outbound.steps.extend(on.map(|on| Step::EditButtons { message: on, reply: voice.answer(entry) }));
                outbound
            }
        })
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

/// In place of a message, or as a new one when there is none to be replaced.
fn show(on: Option<MessageId>, reply: Reply) -> Outbound {
    let step = match on {
        Some(message) => Step::Edit { message, reply, answers: None },
        None => Step::Send { reply, answers: None },
    };
    Outbound { steps: vec![step] }
}

fn toast(words: &str) -> Outbound {
    Outbound { steps: vec![Step::Toast(words.to_owned())] }
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

fn record(engine: &Engine, verdict: &Verdict, text: &str, at: i64) -> QuestionRecord {
    QuestionRecord {
        at,
        text: redact::redact(text),
        decision: match verdict.decision {
            Decision::Answer(_) => "answer",
            Decision::Suggest(_) => "suggest",
            Decision::Decline => "decline",
            Decision::Silent => "silent",
        },
        confidence: verdict.confidence,
        top: verdict.hits.first().and_then(|hit| engine.entry(hit.entry)).map(|entry| entry.id.value.clone()),
    }
}
