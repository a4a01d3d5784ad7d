//! What is remembered, in domain words. Only the modules below this one name SQL.
//!
//! Nothing here can identify a person: chats and people are keyed hashes, question texts come in redacted, and updates that
//! have to wait come in sealed.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;

mod conversations;
mod memory;
mod sqlite;

pub use conversations::{Claim, Conversation, ConversationChange, Conversations, Passed, Relayed, Writes};
pub use memory::MemoryStore;
pub use sqlite::SqliteStore;

/// How long [`Store::prune`] keeps handled updates, and those that were set aside: Telegram redelivers for a day.
const UPDATES_KEPT_SECS: i64 = 2 * 24 * 60 * 60;

/// How many seconds whoever has set an update aside, or taken it up, is taken to be at work on it without saying so again.
/// Short, for after a sudden death that is how long it lies there; long enough for a slow disk.
pub const HELD_SECS: i64 = 10;

/// For how long (seconds) what is due is nobody else's once somebody has taken it: long enough to say it, and after a crash
/// it is not too late for another.
pub const LEASE_SECS: i64 = 60;

/// A keyed hash of a chat or person, 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hashed(pub [u8; 16]);

/// What is known of an update that has come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateState {
    /// To be handled; how many tries began before this one and did not end well.
    Open {
        /// Earlier tries.
        tries: u32,
    },
    /// Handled before: nothing is to be done.
    Handled,
}

/// One line of the question log.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionRecord {
    /// Seconds since 1970.
    pub at: i64,
    /// The question, personal data removed.
    pub text: String,
    /// `answer`, `suggest`, `decline`, `silent`.
    pub decision: &'static str,
    /// 0-100.
    pub confidence: f64,
    /// Id of the best entry.
    pub top: Option<String>,
    /// With `suggest`: a random number by which what becomes of the suggestions is noted, without who asked.
    pub ticket: Option<i64>,
    /// What became of the suggestions.
    pub outcome: Option<Outcome>,
    /// Where it was asked: one of [`QuestionRecord::AUDIENCES`].
    pub audience: &'static str,
}

/// What became of suggestions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The entry of this id was meant: the question is another phrasing of it.
    Chosen(String),
    /// None of them was meant.
    Rejected,
}

/// Which entry was last the answer in a chat, or in a topic of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAnswer {
    /// The chat or the topic.
    pub place: Hashed,
    /// Entry id.
    pub entry: String,
}

/// What is to be remembered of something that is done with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Memo {
    /// Lines of the question log: one for each question of a message, in order.
    pub questions: Vec<QuestionRecord>,
    /// What the conversation is about from now on, if that has changed.
    pub last: Option<LastAnswer>,
    /// What else has changed, in order.
    pub changes: Vec<Change>,
}

/// What the admins of a chat have set, or those of a topic for it alone; what is not set holds as everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChatSettings {
    /// When the bot speaks, in the words of the app.
    pub mode: Option<String>,
    /// The cohort that the chat, or the person of a private chat, belongs to.
    pub cohort: Option<String>,
    /// From which confidence on the bot speaks unasked, 0-100.
    pub ambient_at: Option<u8>,
    /// Until when (seconds since 1970) the bot only notes what it would have answered unasked.
    pub trial_until: Option<i64>,
    /// The bot was removed or blocked: nothing is to be sent there.
    pub gone: bool,
    /// In a private chat: the topic in which the next message looks for something, and since when.
    pub search: Option<(String, i64)>,
    /// In a private chat: that the next message is for a person.
    pub writes: Option<Writes>,
}

/// Something to happen later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// A random number.
    pub id: i64,
    /// When, in seconds since 1970.
    pub due: i64,
    /// The chat or topic where it may be called off.
    pub place: Hashed,
    /// The message it is about.
    pub message: i32,
    /// Who wrote that.
    pub asker: Hashed,
    /// What is to happen; the caller has sealed it.
    pub sealed: Vec<u8>,
}

/// What the bot would have answered unasked.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// A random number.
    pub id: i64,
    /// The chat.
    pub chat: Hashed,
    /// Seconds since 1970.
    pub at: i64,
    /// The question, personal data removed.
    pub text: String,
    /// Id of the entry.
    pub entry: String,
    /// 0-100.
    pub confidence: f64,
    /// Whether a person found that it fits.
    pub fits: Option<bool>,
}

/// One thing to be remembered. A later one holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// When the bot speaks in a chat or topic.
    Mode(Hashed, Option<String>),
    /// The cohort of a chat or person.
    Cohort(Hashed, Option<String>),
    /// From which confidence on it speaks unasked.
    AmbientAt(Hashed, Option<u8>),
    /// Until when it only notes what it would say.
    TrialUntil(Hashed, Option<i64>),
    /// Whether a chat can be written to no more.
    Gone(Hashed, bool),
    /// In which topic the next message of a private chat looks for something.
    Search(Hashed, Option<String>),
    /// That the next message of a private chat is for a person, from now on or no longer: `Some(None)` in a new conversation,
    /// or else in that of this number.
    Writes(Hashed, Option<Option<i64>>),
    /// Something has changed in a conversation with the mentors.
    Conversation(ConversationChange),
    /// A group has become another chat, to which its settings (as far as that has none) and samples go.
    Moved {
        /// The chat it was.
        from: Hashed,
        /// The chat it is.
        to: Hashed,
    },
    /// Something is to happen later, unless something of the same number is to happen already.
    Wait(Waiting),
    /// What was to happen about this message of a place is not to happen.
    CallOff(Hashed, i32),
    /// What was to happen later, by its number, is done with.
    Happened(i64),
    /// The bot would have answered.
    Sample(Sample),
    /// Whether a sample fits, by its number.
    Judged(i64, bool),
    /// The samples of a chat are not needed any more.
    NoSamples(Hashed),
    /// An entry was posted to a channel.
    Posted(Hashed, String),
    /// What the bot has to remember for itself, under a name.
    Mark(String, String),
    /// What the entries that everybody gets say now: each id with a number made of what it says. The first time they are
    /// taken for old.
    Entries(Vec<(String, i64)>),
    /// It is decided what becomes of these lines of the question log, by their numbers: they are no gaps any more.
    Settled(Vec<i64>),
}

/// A line of the question log as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedQuestion {
    /// Its number.
    pub id: i64,
    /// An admin has decided what becomes of it.
    pub settled: bool,
    /// The line.
    pub record: QuestionRecord,
}

/// How often an entry was voted for or against for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoteCount {
    /// Entry id.
    pub entry: String,
    /// 👍 or 👎.
    pub up: bool,
    /// As in [`Feedback::reason`].
    pub reason: Option<String>,
    /// How often.
    pub times: i64,
    /// When last, in seconds since 1970.
    pub last: i64,
}

/// Since when (seconds since 1970) an entry is there, and says what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryAge {
    /// Entry id.
    pub id: String,
    /// Since when it is there; 0: longer than anybody has looked.
    pub added: i64,
    /// Since when it says what it says.
    pub changed: i64,
}

/// Which message of the bot's answers which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerLink {
    /// The chat.
    pub chat: Hashed,
    /// The message that asked.
    pub question: i32,
    /// Which of the answers to it.
    pub position: u32,
    /// The bot's message; `None`: none does any more.
    pub answer: Option<i32>,
    /// In a group: whose it is.
    pub about: Option<About>,
    /// How it came about, for admins who ask; the caller has sealed it.
    pub trace: Option<Vec<u8>>,
}

/// Where an answer in a group stands, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The chat or topic.
    pub place: Hashed,
    /// Who asked.
    pub asker: Hashed,
    /// Id of the entry it shows, if it shows one.
    pub entry: Option<String>,
}

/// A person's opinion of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Who; one vote a person and entry, changeable.
    pub voter: Hashed,
    /// Entry id.
    pub entry: String,
    /// 👍 or 👎.
    pub up: bool,
    /// `wrong`, `outdated`, `incomplete`, `not_my_question`; only with 👎.
    pub reason: Option<&'static str>,
    /// Seconds since 1970.
    pub at: i64,
}

/// What a store could not do. Never carries what people wrote.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is not one this build can open.
    #[error("cannot use the store: {0}")]
    Address(String),
    /// The database failed.
    #[error("the store failed: {0}")]
    Database(String),
}

impl From<QuestionRecord> for Memo {
    fn from(record: QuestionRecord) -> Self {
        Self { questions: vec![record], ..Self::default() }
    }
}

impl QuestionRecord {
    /// Every value of [`QuestionRecord::audience`].
    pub const AUDIENCES: [&'static str; 5] = ["private", "group", "ambient", "inline", "guest"];

    /// Every value of [`QuestionRecord::decision`].
    pub const DECISIONS: [&'static str; 4] = ["answer", "suggest", "decline", "silent"];
}

/// Opens the store at `url`: `sqlite://PATH` (folder and file are created) or `sqlite::memory:` (forgets at the end).
///
/// # Errors
///
/// [`StoreError::Address`] for any other address, which is not repeated because it may hold a password;
/// [`StoreError::Database`] when the file cannot be opened or brought up to date.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':').map_or(url, |(scheme, _)| scheme) {
        "sqlite" => Ok(Arc::new(SqliteStore::open(url).await?)),
        "postgres" | "postgresql" => Err(StoreError::Address(
            "this version stores in SQLite only; use sqlite://... (for example sqlite://data/telefaq.db)".to_owned(),
        )),
        _ => Err(StoreError::Address(
            "the address must start with sqlite:// (for example sqlite://data/telefaq.db)".to_owned(),
        )),
    }
}

/// Durable memory of the bot. When a writing method has returned, what it wrote survives a crash.
#[async_trait]
pub trait Store: Send + Sync {
    /// Notes that a try at this update begins, and says how it stands. `now` is when, in seconds since 1970.
    async fn begin_update(&self, update: i64, now: i64) -> Result<UpdateState, StoreError>;
    /// The try failed for a reason outside the update (the network): it does not count against it.
    async fn release_update(&self, update: i64) -> Result<(), StoreError>;
    /// The update is done with; a redelivery finds [`UpdateState::Handled`]. What is to be remembered of it is written with
    /// that or not at all, and not again when the update was done with before. What was set aside of it is deleted.
    async fn finish_update(&self, update: i64, now: i64, memo: Memo) -> Result<(), StoreError>;
    /// Which of these updates are done with.
    async fn handled(&self, updates: &[i64]) -> Result<HashSet<i64>, StoreError>;
    /// Keeps updates that have to wait, by number, until they are done with; in place of what was kept of the same one
    /// before. What is done with already is not kept. The caller has sealed them, and holds them for [`HELD_SECS`].
    async fn set_aside(&self, updates: Vec<(i64, Vec<u8>)>, now: i64) -> Result<(), StoreError>;
    /// The first `limit` updates that are kept so, in the order of their numbers.
    async fn updates_set_aside(&self, limit: u32) -> Result<Vec<(i64, Vec<u8>)>, StoreError>;
    /// Takes up the first `limit` of the updates that are kept so and that nobody holds at `free_at`, in the order of their
    /// numbers: from `now` on the caller holds them for [`HELD_SECS`]. Of several callers one gets an update.
    async fn take_up(&self, limit: u32, free_at: i64, now: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError>;
    /// Holds these updates until then, or lets go of them, as far as they are kept.
    async fn hold(&self, updates: &[i64], until: i64) -> Result<(), StoreError>;
    /// Deletes what was set aside of an update that cannot be opened; what else is known of it stays.
    async fn drop_set_aside(&self, update: i64) -> Result<(), StoreError>;
    /// Remembers all of this or nothing, for what did not come as an update.
    async fn note(&self, memo: Memo, now: i64) -> Result<(), StoreError>;
    /// Notes what became of the suggestions to the question with this ticket, in place of what was noted before. The
    /// question may be forgotten by now.
    async fn note_outcome(&self, ticket: i64, outcome: Outcome) -> Result<(), StoreError>;
    /// The last `limit` lines of the question log, newest first.
    async fn last_questions(&self, limit: u32) -> Result<Vec<QuestionRecord>, StoreError>;
    /// The entry that was last the answer in this chat or topic, and when.
    async fn last_answer(&self, place: Hashed) -> Result<Option<(String, i64)>, StoreError>;
    /// The bot's messages that answer this message of this chat, by their positions and in that order.
    async fn answers_of(&self, chat: Hashed, question: i32) -> Result<Vec<(u32, i32)>, StoreError>;
    /// Remembers which message answers a question at a position, in place of what was remembered before.
    async fn remember_answer(&self, link: AnswerLink, at: i64) -> Result<(), StoreError>;
    /// What the bot's message answers.
    async fn answer_at(&self, chat: Hashed, answer: i32) -> Result<Option<AnswerLink>, StoreError>;
    /// The bot's last message in this place, not older than `since`, that shows the entry.
    async fn answered_in(&self, place: Hashed, entry: &str, since: i64) -> Result<Option<i32>, StoreError>;
    /// What is set for a chat, a topic or a person.
    async fn chat_settings(&self, place: Hashed) -> Result<ChatSettings, StoreError>;
    /// What is to happen about messages of this place, in the order of these.
    async fn waiting_in(&self, place: Hashed) -> Result<Vec<Waiting>, StoreError>;
    /// The first `limit` things that are to have happened by `now`, by number. They are due again after [`LEASE_SECS`],
    /// unless they have happened ([`Change::Happened`]) by then.
    async fn take_due(&self, now: i64, limit: u32) -> Result<Vec<(i64, Vec<u8>)>, StoreError>;
    /// The samples of a chat, oldest first.
    async fn samples(&self, chat: Hashed) -> Result<Vec<Sample>, StoreError>;
    /// A sample by its number.
    async fn sample(&self, id: i64) -> Result<Option<Sample>, StoreError>;
    /// The ids of the entries that were answered or chosen most often since then, with how often; ties by id.
    async fn most_asked(&self, since: i64, limit: u32) -> Result<Vec<(String, i64)>, StoreError>;
    /// When which entry was last posted to a channel.
    async fn posts(&self, channel: Hashed) -> Result<Vec<(String, i64)>, StoreError>;
    /// Stores a vote, replacing the same voter's earlier one on the entry; returns the earlier one's direction.
    async fn vote(&self, feedback: Feedback) -> Result<Option<bool>, StoreError>;
    /// The lines of the question log since then (seconds since 1970), newest first, at most `limit`.
    async fn questions_since(&self, since: i64, limit: u32) -> Result<Vec<LoggedQuestion>, StoreError>;
    /// How often which entry was voted for or against since then, and why; by entry.
    async fn votes_since(&self, since: i64) -> Result<Vec<VoteCount>, StoreError>;
    /// What is kept under this name, and since when.
    async fn mark(&self, name: &str) -> Result<Option<(String, i64)>, StoreError>;
    /// The entries that are new or say something else since then, by id.
    async fn entries_since(&self, since: i64) -> Result<Vec<EntryAge>, StoreError>;
    /// What is remembered of conversations between students and mentors.
    fn conversations(&self) -> &dyn Conversations;
    /// Deletes what is kept about a person, and says how many things that was. What was never theirs by name stays: the
    /// question log.
    async fn forget(&self, person: Hashed) -> Result<u64, StoreError>;
    /// Deletes question log, votes, answer links, samples and conversations older than this (seconds since 1970), and last answers,
    /// searches, handled updates, those set aside and what was due older than two days. Settings, posts, marks and entries
    /// stay.
    async fn prune(&self, before: i64, now: i64) -> Result<(), StoreError>;
}
