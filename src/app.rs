//! One straight line for every question, wherever it was asked: [`App::handle`].
//!
//! Owns what happens between an [`Inbound`] and its [`Outbound`]: what was answered before, one engine snapshot, decision,
//! reply. Knows neither Telegram nor HTTP; never calls back into them to decide.

mod admin;
mod budget;
pub mod clock;
pub mod drafts;
pub mod edit;
mod encoding;
mod engines;
pub mod entry_text;
pub mod exchange;
pub mod files;
pub mod folder;
pub mod gate;
mod group;
pub mod inbound;
mod inline;
pub mod key;
pub mod load;
mod moment;
pub mod outbound;
pub mod person;
pub mod posts;
mod private;
pub mod redact;
pub mod reload;
mod repeats;
pub mod roles;
mod seal;
pub mod template;
mod trace;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use arc_swap::ArcSwap;
use jiff::civil::Date;

pub use admin::{DigestSettings, Gap, count_stats, find_complaints, find_gaps};
pub use encoding::{Encoding, Work, build_each};
pub use engines::Engines;
pub use group::{Due, GroupSettings};
pub use inbound::{
    Beside, ChatKey, Event, Group, Heard, Inbound, MessageId, Replied, Rights, Said, Scene, Surface, Trigger,
};
pub use inline::{InlineAnswer, InlineQuery, InlineResult};
pub use key::{HashKey, load_or_create_key};
pub use outbound::{Elsewhere, Outbound, OwnTopic, Relays, ReplyTo, Step};
pub use person::{HoursError, OfficeHours, PersonSettings};
pub use posts::{PostSettings, Schedule, ScheduleError};
pub use reload::Keeper;
pub use roles::People;
pub use trace::Trace;

use crate::encoder::Description;
use crate::engine::corpus::Corpus;
use crate::engine::reply::{self, Press, Reply, Ticket};
pub use crate::engine::reply::{Command, Menu, Mode};
use crate::engine::{Engine, EntryNumber};
use crate::store::{AnswerLink, Change, Feedback, HELD_SECS, Hashed, Memo, Outcome, Store, StoreError};
use budget::Budgets;
use moment::Moment;
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
    /// Up to how old (seconds) a question in a private chat is answered that had to wait, because the bot was off.
    pub latest_secs: i64,
    /// What holds in groups.
    pub groups: GroupSettings,
    /// Which channels are posted to, if any are.
    pub posts: Option<PostSettings>,
    /// The mentors that questions are passed on to, if there are any.
    pub person: Option<PersonSettings>,
    /// Who keeps the bot and its FAQ.
    pub people: People,
    /// What is sent once a week, if anything.
    pub digest: Option<DigestSettings>,
    /// Hides ids at rest.
    pub key: HashKey,
}

impl AppSettings {
    /// What holds where the owner has decided nothing: no way to a person, no admins, nothing that happens by itself.
    pub fn with_key(key: HashKey) -> Self {
        Self {
            bot_name: "telefaq".to_owned(),
            contact: None,
            review_days: 180,
            keep_log: true,
            retention_days: 180,
            latest_secs: 24 * 60 * 60,
            groups: GroupSettings::default(),
            posts: None,
            person: None,
            people: People::default(),
            digest: None,
            key,
        }
    }
}

/// The bot, behind every front.
pub struct App {
    engines: ArcSwap<Engines>,
    store: Arc<dyn Store>,
    /// Shared with answers that are being made on threads of their own.
    settings: Arc<AppSettings>,
    repeats: Repeats,
    budgets: Budgets,
    /// What was asked most, and when that was found out.
    most_asked: ArcSwap<Option<(i64, Vec<String>)>>,
    seal: Seal,
    /// Seals conversations with the mentors.
    talks: Seal,
    /// The id of the mentors' chat, which may become another one; 0: there is none.
    mentors: AtomicI64,
    /// The folder that is served, if it is looked at.
    keeper: Option<Keeper>,
}

impl App {
    /// A bot that answers from `engines` and remembers in `store`.
    pub fn new(engines: impl Into<Engines>, store: Arc<dyn Store>, settings: AppSettings) -> Self {
        let (seal, talks) = (Seal::new(&settings.key), Seal::of_conversations(&settings.key));
        let mentors = AtomicI64::new(settings.person.as_ref().map_or(0, |person| person.chat));
        let (engines, settings) = (ArcSwap::from_pointee(engines.into()), Arc::new(settings));
        Self {
            engines,
            store,
            settings,
            repeats: Repeats::default(),
            budgets: Budgets::default(),
            most_asked: ArcSwap::default(),
            seal,
            talks,
            mentors,
            keeper: None,
        }
    }

    /// The same, kept in step with a folder: see [`App::watch_folder`] and [`App::reload`].
    #[must_use]
    pub fn keeping(self, keeper: Keeper) -> Self {
        Self { keeper: Some(keeper), ..self }
    }

    /// The engine of this moment, for whoever belongs to no cohort. Take it once for one event.
    pub fn engine(&self) -> Arc<Engine> {
        Arc::clone(self.engines.load().of(None))
    }

    /// The engines of this moment. Take them once for one event.
    pub fn engines(&self) -> Arc<Engines> {
        self.engines.load_full()
    }

    /// Answers from `engines` from now on; answers under way finish with the old ones.
    pub fn swap_engine(&self, engines: impl Into<Engines>) {
        self.engines.store(Arc::new(engines.into()));
    }

    /// The encoder that has a part in the answers, if one has, and how it went with the questions so far.
    pub fn encoder(&self) -> Option<(Description, Work)> {
        let encoding = self.keeper.as_ref()?.gate().encoding.as_ref()?;
        Some((encoding.description(), encoding.work()))
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

    /// The names of the cohorts.
    pub fn cohorts(&self) -> Vec<String> {
        self.engines.load().names().map(str::to_owned).collect()
    }

    /// What to do about an event. `today` decides what is stale, `now` (seconds since 1970) is recorded. To be called
    /// within a tokio runtime: the engine thinks on a thread for blocking work, so that nobody else waits for it.
    ///
    /// # Errors
    ///
    /// When something could not be stored that the person was told about (a vote, a setting), or could not be looked up
    /// without which nothing should be said in a group. A question in a private chat is answered even when the store is
    /// down.
    pub async fn handle(&self, inbound: &Inbound, today: Date, now: i64) -> Result<Outbound, StoreError> {
        match &inbound.scene {
            Scene::Private => self.in_private(inbound, today, now).await,
            Scene::Group(group) => self.in_group(inbound, group, today, now).await,
        }
    }

    fn moment(&self, inbound: &Inbound, cohort: Option<&str>, today: Date, now: i64) -> Moment {
        self.moment_for(inbound.chat, inbound.bot_name.clone(), cohort, today, now)
    }

    fn moment_for(
        &self,
        chat: ChatKey,
        bot_name: Option<String>,
        cohort: Option<&str>,
        today: Date,
        now: i64,
    ) -> Moment {
        let (engine, settings) = (self.engine_of(cohort), Arc::clone(&self.settings));
        Moment { engine, settings, bot_name, surface: chat.surface, today, now }
    }

    /// Has a message be sent to a chat, or to a topic of it, soon; `None`: it cannot be kept.
    fn later_message(&self, chat: i64, topic: Option<i32>, reply: &Reply, now: i64) -> Option<Change> {
        let key = ChatKey { surface: Surface::Telegram, id: chat };
        let later = group::Later::Message { chat, topic, html: reply.html.clone() };
        self.later_of(&later, fastrand::i64(1..), now, self.hashed(key), 0, key)
    }

    /// The same as members of the chat's cohort get it, and what stands for that cohort in links.
    async fn moment_of_cohort(
        &self,
        chat: ChatKey,
        today: Date,
        now: i64,
    ) -> Result<(Moment, Option<String>), StoreError> {
        let settings = self.store.chat_settings(self.hashed(chat)).await?;
        let cohort = self.cohort_of(chat, &settings);
        let tag = cohort.as_deref().map(|cohort| self.settings.key.tag(cohort));
        Ok((self.moment_for(chat, None, cohort.as_deref(), today, now), tag))
    }

    /// The id of the entry that this is the id or the payload of, in any cohort.
    fn known(&self, result: &str) -> Option<String> {
        let engines = self.engines();
        let cohorts = engines.names().map(Some);
        std::iter::once(None).chain(cohorts).find_map(|cohort| {
            let corpus = engines.of(cohort).corpus();
            let entry = corpus.entry(result).or_else(|| reply::entry_of_payload(result, corpus))?;
            Some(entry.id.value.clone())
        })
    }

    fn engine_of(&self, cohort: Option<&str>) -> Arc<Engine> {
        Arc::clone(self.engines.load().of(cohort))
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
        let ReplyTo { question, position, about, trace } = answers;
        let answer = message.map(|MessageId(message)| message);
        let trace = trace.and_then(|trace| trace.sealed(&self.seal, question.0));
        let link = AnswerLink { chat: self.hashed(chat), question: question.0, position, answer, about, trace };
        self.store.remember_answer(link, now).await
    }

    /// Nothing can be sent to this chat any more, until it is heard of again.
    pub async fn is_gone(&self, chat: ChatKey, now: i64) {
        let changes = vec![Change::Gone(self.hashed(chat), true)];
        self.remember(Memo { changes, ..Memo::default() }, now).await;
    }

    /// The chat has become another one, to which its settings go.
    pub async fn has_moved(&self, from: ChatKey, to: ChatKey, now: i64) {
        match self.moved(from, to).await {
            Ok(changes) => self.remember(Memo { changes, ..Memo::default() }, now).await,
            Err(error) => tracing::error!(%error, "cannot move the settings of a group"),
        }
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
    /// `traces`: how the first replies came about, as far as that is to be remembered.
    async fn say(
        &self,
        chat: ChatKey,
        replies: Vec<Reply>,
        traces: Vec<Trace>,
        question: MessageId,
        edited: bool,
    ) -> Vec<Step> {
        // Of several the first may be there: the process may have ended between them, and the update has come again.
        let earlier = if edited || replies.len() > 1 { self.earlier_answers(chat, question).await } else { Vec::new() };
        let mut steps = Vec::new();
        let mut traces = traces.into_iter();
        for (position, reply) in (0..).zip(replies) {
            let answers = Some(ReplyTo { question, position, about: None, trace: traces.next() });
            steps.push(match earlier.iter().find(|(at, _)| *at == position) {
                Some(&(_, message)) => Step::Edit { message, reply, answers },
                None => Step::Send { reply, answers, below: None, only_for: None },
            });
        }
        // Where nothing is said any more, that the question was put differently is no reason to take an answer away.
        let said = u32::try_from(steps.len()).unwrap_or(u32::MAX);
        let surplus = earlier.into_iter().filter(|(position, _)| said > 0 && *position >= said);
        steps.extend(surplus.map(|(position, message)| {
            let answers = ReplyTo { question, position, about: None, trace: None };
            Step::Delete { message, answers }
        }));
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
    async fn last_in(&self, place: Hashed, asked: Option<i64>, corpus: &Corpus, now: i64) -> Option<EntryNumber> {
        let last = match self.store.last_answer(place).await {
            Ok(last) => last,
            Err(error) => {
                tracing::error!(%error, "cannot look up the last answer; reading a question by itself");
                None
            }
        };
        let asked = asked.map_or(now, |at| at.min(now));
        let (entry, _) = last.filter(|(_, at)| asked.saturating_sub(*at) <= FOLLOW_UP_SECONDS)?;
        corpus.position(&entry)
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

    /// Notes what became of suggestions. The person is told nothing about it, so a failure is logged and that is all.
    async fn note(&self, ticket: Option<Ticket>, outcome: Outcome) {
        let Some(Ticket(ticket)) = ticket else { return };
        if let Err(error) = self.store.note_outcome(ticket, outcome).await {
            tracing::error!(%error, "cannot note what became of suggestions");
        }
    }

    async fn vote(
        &self,
        person: ChatKey,
        entry: &str,
        up: bool,
        reason: Option<&'static str>,
        at: i64,
    ) -> Result<Option<bool>, StoreError> {
        self.store.vote(Feedback { voter: self.hashed(person), entry: entry.to_owned(), up, reason, at }).await
    }
}

/// In place of a message, or as a new one when there is none to be replaced.
fn show(on: Option<MessageId>, reply: Reply) -> Outbound {
    match on {
        Some(message) => Step::Edit { message, reply, answers: None }.into(),
        None => Step::say(reply).into(),
    }
}

fn toast(words: &str) -> Outbound {
    Step::Toast(words.to_owned()).into()
}
