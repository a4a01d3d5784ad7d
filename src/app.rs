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
mod repeats;
mod seal;

use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::civil::Date;

pub use inbound::{ChatKey, Event, Inbound, MessageId, Said, Surface};
pub use key::{HashKey, load_or_create_key};
pub use outbound::{Outbound, Step};

use crate::engine::MAX_CHARS;
use crate::engine::corpus::Entry;
pub use crate::engine::reply::Command;
use crate::engine::reply::{self, Press, Reason, Reply, Ticket, Voice};
use crate::engine::{Audience, Decision, Engine, Verdict};
use crate::store::{Feedback, Hashed, Outcome, QuestionRecord, Store, StoreError};
use repeats::Repeats;
use seal::Seal;

/// How many updates that had to wait are taken up again after a start; a running bot sets fewer aside.
const MOST_TAKEN_UP: u32 = 5000;

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
                let (reply, record) = moment.reply(said).await;
                let waited = inbound.at.map_or(0, |at| now.saturating_sub(at));
                let reply = reply.map(|reply| if said.is_question() { reply::late(reply, waited) } else { reply });
                Ok(match reply {
                    Some(reply) => Outbound { record, ..self.say(inbound.chat, reply, *id, *edited).await },
                    None => Outbound { record, steps: Vec::new() },
                })
            }
            Event::Press { data, on } => match Press::decode(data, moment.engine.corpus()) {
                Some(press) => {
                    let outbound = self.press(&moment.voice(), inbound.chat, &press, *on, now).await?;
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

    /// Writes a line of the question log, for fronts that have no update to finish with it. Whoever asked has the answer
    /// by then, so a failure is logged and that is all.
    pub async fn record(&self, record: QuestionRecord) {
        if let Err(error) = self.store.log_question(record).await {
            tracing::error!(%error, "cannot write the question log");
        }
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

    /// The updates that were set aside and are not done with, in the order of their numbers. What cannot be opened, for
    /// the key is another by now, is dropped.
    ///
    /// # Errors
    ///
    /// When they could not be read.
    pub async fn updates_set_aside(&self) -> Result<Vec<(i64, String)>, StoreError> {
        let mut opened = Vec::new();
        let mut lost = 0;
        for (number, sealed) in self.store.updates_set_aside(MOST_TAKEN_UP).await? {
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

    /// Sends, or edits what was said to the same message before.
    async fn say(&self, chat: ChatKey, reply: Reply, message: MessageId, edited: bool) -> Outbound {
        let answers = Some(message);
        let earlier = if edited { self.earlier_answer(chat, message).await } else { None };
        match earlier {
            Some(earlier) => Step::Edit { message: earlier, reply, answers }.into(),
            None => Step::Send { reply, answers }.into(),
        }
    }

    async fn earlier_answer(&self, chat: ChatKey, message: MessageId) -> Option<MessageId> {
        match self.store.answer_of(self.hashed(chat), message.0).await {
            Ok(answer) => answer.map(MessageId),
            Err(error) => {
                tracing::error!(%error, "cannot look up the answer to an edited message; sending a new one");
                None
            }
        }
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
                Outbound { steps: steps.into_iter().collect(), record: None }
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

/// All that an answer is made of: one engine for the whole of an event.
#[derive(Clone)]
struct Moment {
    engine: Arc<Engine>,
    settings: Arc<AppSettings>,
    bot_name: Option<String>,
    surface: Surface,
    today: Date,
    now: i64,
}

impl Moment {
    fn voice(&self) -> Voice<'_> {
        let settings = &self.settings;
        Voice {
            corpus: self.engine.corpus(),
            today: self.today,
            bot_name: self.bot_name.as_deref().unwrap_or(&settings.bot_name),
            contact: settings.contact.as_deref(),
            review_days: settings.review_days,
            keep_log: settings.keep_log,
            retention_days: settings.retention_days,
            edits: self.surface.edits(),
        }
    }

    /// What to say to a message, and what to log of it.
    async fn reply(&self, said: &Said) -> (Option<Reply>, Option<QuestionRecord>) {
        let voice = self.voice();
        let command = match said {
            Said::Question(text) => self.meant(text).map(|command| Said::Command(command, String::new())),
            _ => None,
        };
        let reply = match command.as_ref().unwrap_or(said) {
            Said::Question(text) => return self.ask(text).await,
            Said::Command(Command::Ask, text) if !text.trim().is_empty() => return self.ask(text).await,
            Said::Command(Command::Ask, _) => voice.ask_what(),
            Said::Command(Command::Start, payload) => match reply::entry_of_payload(payload, self.engine.corpus()) {
                Some(entry) => voice.answer(entry),
                None => voice.start(!payload.trim().is_empty()),
            },
            Said::Command(Command::Topics, _) => voice.topics(),
            Said::Command(Command::Help, _) => voice.help(),
            Said::Command(Command::Privacy, _) => voice.privacy(),
            Said::UnknownCommand => voice.unknown_command(),
            Said::Wordless => voice.wordless(),
        };
        (Some(reply), None)
    }

    /// The command whose name alone somebody wrote, unless an entry is asked with that very word.
    fn meant(&self, text: &str) -> Option<Command> {
        let command = Command::meant(text)?;
        fn bare(text: &str) -> &str {
            text.trim_matches(|c: char| !c.is_alphanumeric())
        }
        let asks = |wording: &str| bare(wording).eq_ignore_ascii_case(bare(text));
        let asked = |entry: &Entry| asks(&entry.question) || entry.phrasings.iter().any(|phrasing| asks(phrasing));
        (!self.engine.corpus().entries.iter().any(asked)).then_some(command)
    }

    /// Has the engine answer on a thread of its own. A panic there is one here.
    async fn ask(&self, text: &str) -> (Option<Reply>, Option<QuestionRecord>) {
        if !text.chars().any(char::is_alphanumeric) {
            return (Some(self.voice().wordless()), None);
        }
        let (moment, text) = (self.clone(), text.to_owned());
        match tokio::task::spawn_blocking(move || moment.answer(&text)).await {
            Ok(answer) => answer,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is ending, and with it whoever waits for this.
                Err(_) => std::future::pending().await,
            },
        }
    }

    fn answer(&self, text: &str) -> (Option<Reply>, Option<QuestionRecord>) {
        let (engine, voice) = (&self.engine, self.voice());
        let verdict = engine.answer(text, Audience::Private);
        let suggests = matches!(verdict.decision, Decision::Suggest(_));
        let ticket = (self.settings.keep_log && suggests).then(|| Ticket(fastrand::i64(0..)));
        let reply = match &verdict.decision {
            Decision::Answer(number) => {
                Some(engine.entry(*number).map_or_else(|| voice.decline(), |entry| voice.answer(entry)))
            }
            Decision::Suggest(numbers) => Some(voice.suggest(numbers, ticket)),
            Decision::Decline if verdict.foreign.is_some() => Some(voice.foreign()),
            Decision::Decline => Some(voice.decline()),
            Decision::Silent => None,
        };
        let logged = self.settings.keep_log && reply.is_some();
        let record = logged.then(|| record(engine, &verdict, text, ticket, self.now));
        (reply, record)
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

fn record(engine: &Engine, verdict: &Verdict, text: &str, ticket: Option<Ticket>, at: i64) -> QuestionRecord {
    QuestionRecord {
        at,
        // As much as the engine reads. Cut last: half of a telephone number would not be recognised as one.
        text: redact::redact(text).chars().take(MAX_CHARS).collect(),
        decision: match verdict.decision {
            Decision::Answer(_) => "answer",
            Decision::Suggest(_) => "suggest",
            Decision::Decline => "decline",
            Decision::Silent => "silent",
        },
        confidence: verdict.confidence,
        top: verdict.hits.first().and_then(|hit| engine.entry(hit.entry)).map(|entry| entry.id.value.clone()),
        ticket: ticket.map(|Ticket(number)| number),
        outcome: None,
    }
}
