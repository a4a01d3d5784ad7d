//! The default store: one SQLite file in WAL mode.
//!
//! Owns the SQL and the migrations in `migrations/sqlite/`. Reads go to a small pool, beside the writer.
//!
//! All writes go through one task that commits whatever is waiting as one transaction. So a write is on the disk when
//! its method returns (`synchronous = FULL`: with `NORMAL` a power cut could forget that an update was handled, and the
//! bot would answer it again), and yet a thousand chats at once cost a handful of disk flushes, not thousands.

mod admin;
mod aside;
mod conversations;
mod write;

use std::collections::HashSet;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::error::ErrorKind;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Pool, Sqlite};
use tokio::sync::{mpsc, oneshot};

use super::{
    About, AnswerLink, ChatSettings, Conversations, EntryAge, Feedback, Hashed, LoggedQuestion, Memo, Outcome,
    QuestionRecord, Sample, Store, StoreError, UpdateState, VoteCount, Waiting, Writes,
};
use write::{Write, Written, write_one};

/// The most writes in one transaction; readers never wait for it, so it only bounds memory.
const BATCH: usize = 256;
/// How many writes may wait before their callers do.
const QUEUE: usize = 1024;
/// Connections for reading, and one for the writer.
const CONNECTIONS: u32 = 4;
/// How long to wait for another process (a backup, say) that holds the file.
const BUSY: Duration = Duration::from_secs(5);

/// A store in one SQLite file.
pub struct SqliteStore {
    pool: Pool<Sqlite>,
    writer: mpsc::Sender<Job>,
}

/// One write, and who waits for it.
struct Job {
    write: Write,
    done: oneshot::Sender<Result<Written, StoreError>>,
}

impl SqliteStore {
    /// Opens `sqlite://PATH` or `sqlite::memory:`, creates what is missing and brings the tables up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError::Address`] when the address makes no sense or its folder cannot be created,
    /// [`StoreError::Database`] when the file cannot be used.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|e| StoreError::Address(format!("not a usable SQLite address ({e}); use sqlite://PATH")))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // What is deleted is overwritten: it was promised to be gone.
            .pragma("secure_delete", "ON")
            .busy_timeout(BUSY);
        if options.get_filename().as_os_str().is_empty() {
            // SQLite would take this for a temporary file, one for each connection.
            return Err(StoreError::Address("the path is missing; use sqlite://PATH".to_owned()));
        }
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        if !in_memory {
            create_folder_of(options.get_filename())?;
            create_file(options.get_filename())?;
        }
        // A database in memory lives as long as its one connection, which nothing closes. With `min_connections` sqlx would
        // open two at once at the start, and of two that turn a new file to WAL one finds it locked.
        let pool = SqlitePoolOptions::new()
            .max_connections(if in_memory { 1 } else { CONNECTIONS })
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
            .map_err(database)?;
        sqlx::migrate!("./migrations/sqlite").run(&pool).await.map_err(|e| StoreError::Database(e.to_string()))?;
        try_to_write(&pool).await?;
        shorten_log(&pool).await;
        let (writer, jobs) = mpsc::channel(QUEUE);
        tokio::spawn(write_jobs(pool.clone(), jobs));
        Ok(Self { pool, writer })
    }

    async fn write(&self, write: Write) -> Result<Written, StoreError> {
        let stopped = || StoreError::Database("the store has been closed".to_owned());
        let (done, wait) = oneshot::channel();
        self.writer.send(Job { write, done }).await.map_err(|_| stopped())?;
        wait.await.map_err(|_| stopped())?
    }
}

/// The writer: takes what waits, writes it in one transaction, tells everybody, until the store is dropped.
async fn write_jobs(pool: Pool<Sqlite>, mut jobs: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        let (writes, waiting): (Vec<_>, Vec<_>) = batch.drain(..).map(|job| (job.write, job.done)).unzip();
        // A caller that has gone away does not want to know: a failed `send` is fine.
        match write_all(&pool, writes).await {
            Ok(results) => {
                for (done, result) in waiting.into_iter().zip(results) {
                    let _ = done.send(result);
                }
            }
            Err(error) => {
                let message = error.to_string();
                for done in waiting {
                    let _ = done.send(Err(StoreError::Database(message.clone())));
                }
            }
        }
    }
}

/// Writes a batch. When that fails, the connection is closed: SQLite may have rolled back by itself (a full disk), sqlx
/// would take the connection for one within a transaction, and nothing could be written with it ever again.
async fn write_all(pool: &Pool<Sqlite>, writes: Vec<Write>) -> Result<Vec<Result<Written, StoreError>>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let written = write_batch(&mut connection, writes).await;
    if written.is_err() {
        // What it cannot say goodbye to is closed as well.
        let _ = connection.close().await;
        shorten_log(pool).await;
    }
    written
}

/// Writes a batch in one transaction. A write that a rule of its table forbids (SQLite undoes just its statement) does
/// not take the others with it.
async fn write_batch(
    connection: &mut SqliteConnection,
    writes: Vec<Write>,
) -> Result<Vec<Result<Written, StoreError>>, sqlx::Error> {
    // IMMEDIATE: two processes then wait for each other at the start, where waiting cannot fail half-way.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut results = Vec::with_capacity(writes.len());
    for write in writes {
        results.push(match write_one(&mut transaction, write).await {
            Err(error) if !is_forbidden(&error) => return Err(error),
            written => written.map_err(database),
        });
    }
    transaction.commit().await?;
    Ok(results)
}

/// Whether it was the write that was wrong, and not the database.
fn is_forbidden(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| !matches!(error.kind(), ErrorKind::Other))
}

/// A line of the question log as it is stored.
#[derive(sqlx::FromRow)]
struct QuestionRow {
    at: i64,
    text: String,
    decision: String,
    confidence: f64,
    top: Option<String>,
    ticket: Option<i64>,
    outcome: Option<String>,
    chosen: Option<String>,
    audience: String,
}

impl From<QuestionRow> for QuestionRecord {
    /// A later version may have written a word that this one does not have.
    fn from(row: QuestionRow) -> Self {
        let QuestionRow { at, text, decision, confidence, top, ticket, outcome, chosen, audience } = row;
        let decision = Self::DECISIONS.into_iter().find(|&known| known == decision).unwrap_or("other");
        let outcome = match (outcome.as_deref(), chosen) {
            (Some("chosen"), Some(entry)) => Some(Outcome::Chosen(entry)),
            (Some("rejected"), _) => Some(Outcome::Rejected),
            _ => None,
        };
        let audience = Self::AUDIENCES.into_iter().find(|&known| known == audience).unwrap_or("other");
        Self { at, text, decision, confidence, top, ticket, outcome, audience }
    }
}

/// An answer as it is stored.
#[derive(sqlx::FromRow)]
struct AnswerRow {
    question: i32,
    position: u32,
    place: Option<Vec<u8>>,
    asker: Option<Vec<u8>>,
    entry: Option<String>,
    trace: Option<Vec<u8>>,
}

/// A chat as it is stored.
#[derive(sqlx::FromRow)]
struct ChatRow {
    mode: Option<String>,
    cohort: Option<String>,
    ambient_at: Option<u8>,
    trial_until: Option<i64>,
    gone: bool,
    search: Option<String>,
    search_at: Option<i64>,
    writes: Option<i64>,
    writes_at: Option<i64>,
}

impl From<ChatRow> for ChatSettings {
    fn from(row: ChatRow) -> Self {
        let ChatRow { mode, cohort, ambient_at, trial_until, gone, search, search_at, writes, writes_at } = row;
        let writes = writes.zip(writes_at);
        let writes = writes.map(|(id, since)| Writes { conversation: Some(id).filter(|id| *id != 0), since });
        Self { mode, cohort, ambient_at, trial_until, gone, search: search.zip(search_at), writes }
    }
}

/// A sample as it is stored.
#[derive(sqlx::FromRow)]
struct SampleRow {
    id: i64,
    chat: Vec<u8>,
    at: i64,
    text: String,
    entry: String,
    confidence: f64,
    fits: Option<bool>,
}

impl SampleRow {
    fn read(self) -> Option<Sample> {
        let Self { id, chat, at, text, entry, confidence, fits } = self;
        Some(Sample { id, chat: hashed(chat)?, at, text, entry, confidence, fits })
    }
}

/// A hash as it is stored; `None` when it is none.
fn hashed(bytes: Vec<u8>) -> Option<Hashed> {
    bytes.try_into().ok().map(Hashed)
}

#[async_trait]
impl Store for SqliteStore {
    async fn begin_update(&self, update: i64, now: i64) -> Result<UpdateState, StoreError> {
        match self.write(Write::Begin { update, now }).await? {
            Written::State(state) => Ok(state),
            _ => Ok(UpdateState::Open { tries: 0 }),
        }
    }

    async fn release_update(&self, update: i64) -> Result<(), StoreError> {
        self.write(Write::Release { update }).await.map(drop)
    }

    async fn finish_update(&self, update: i64, now: i64, memo: Memo) -> Result<(), StoreError> {
        self.write(Write::Finish { update, now, memo }).await.map(drop)
    }

    async fn handled(&self, updates: &[i64]) -> Result<HashSet<i64>, StoreError> {
        let list = serde_json::json!(updates).to_string();
        sqlx::query_scalar("SELECT id FROM updates WHERE handled = 1 AND id IN (SELECT value FROM json_each(?1))")
            .bind(list)
            .fetch_all(&self.pool)
            .await
            .map(|handled: Vec<i64>| handled.into_iter().collect())
            .map_err(database)
    }

    async fn set_aside(&self, updates: Vec<(i64, Vec<u8>)>, now: i64) -> Result<(), StoreError> {
        self.write(Write::SetAside { updates, now }).await.map(drop)
    }

    async fn updates_set_aside(&self, limit: u32) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        sqlx::query_as("SELECT id, sealed FROM set_aside ORDER BY id LIMIT ?1")
            .bind(limit)
            .fetch_all(&self.pool)
            .await
            .map_err(database)
    }

    async fn take_up(&self, limit: u32, free_at: i64, now: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        match self.write(Write::TakeUp { limit, free_at, now }).await? {
            Written::TakenUp(updates) => Ok(updates),
            _ => Ok(Vec::new()),
        }
    }

    async fn hold(&self, updates: &[i64], until: i64) -> Result<(), StoreError> {
        self.write(Write::Hold { updates: updates.to_vec(), until }).await.map(drop)
    }

    async fn drop_set_aside(&self, update: i64) -> Result<(), StoreError> {
        self.write(Write::DropSetAside { update }).await.map(drop)
    }

    async fn note(&self, memo: Memo, now: i64) -> Result<(), StoreError> {
        self.write(Write::Memo { memo, now }).await.map(drop)
    }

    async fn note_outcome(&self, ticket: i64, outcome: Outcome) -> Result<(), StoreError> {
        self.write(Write::Outcome { ticket, outcome }).await.map(drop)
    }

    async fn last_questions(&self, limit: u32) -> Result<Vec<QuestionRecord>, StoreError> {
        let rows: Vec<QuestionRow> = sqlx::query_as(
            "SELECT at, text, decision, confidence, top, ticket, outcome, chosen, audience
             FROM questions ORDER BY id DESC LIMIT ?1",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await
        .map_err(database)?;
        Ok(rows.into_iter().map(QuestionRecord::from).collect())
    }

    async fn last_answer(&self, place: Hashed) -> Result<Option<(String, i64)>, StoreError> {
        sqlx::query_as("SELECT entry, at FROM last_answers WHERE place = ?1")
            .bind(place.0.as_slice())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)
    }

    async fn answers_of(&self, chat: Hashed, question: i32) -> Result<Vec<(u32, i32)>, StoreError> {
        sqlx::query_as("SELECT position, answer FROM answers WHERE chat = ?1 AND question = ?2 ORDER BY position")
            .bind(chat.0.as_slice())
            .bind(question)
            .fetch_all(&self.pool)
            .await
            .map_err(database)
    }

    async fn remember_answer(&self, link: AnswerLink, at: i64) -> Result<(), StoreError> {
        self.write(Write::Answer { link, at }).await.map(drop)
    }

    async fn answer_at(&self, chat: Hashed, answer: i32) -> Result<Option<AnswerLink>, StoreError> {
        let row: Option<AnswerRow> = sqlx::query_as(
            "SELECT question, position, place, asker, entry, trace FROM answers WHERE chat = ?1 AND answer = ?2
             ORDER BY at DESC LIMIT 1",
        )
        .bind(chat.0.as_slice())
        .bind(answer)
        .fetch_optional(&self.pool)
        .await
        .map_err(database)?;
        Ok(row.map(|AnswerRow { question, position, place, asker, entry, trace }| {
            let about = place.and_then(hashed).zip(asker.and_then(hashed));
            let about = about.map(|(place, asker)| About { place, asker, entry });
            AnswerLink { chat, question, position, answer: Some(answer), about, trace }
        }))
    }

    async fn answered_in(&self, place: Hashed, entry: &str, since: i64) -> Result<Option<i32>, StoreError> {
        sqlx::query_scalar(
            "SELECT answer FROM answers WHERE place = ?1 AND entry = ?2 AND at >= ?3 ORDER BY at DESC, answer DESC LIMIT 1",
        )
        .bind(place.0.as_slice())
        .bind(entry)
        .bind(since)
        .fetch_optional(&self.pool)
        .await
        .map_err(database)
    }

    async fn chat_settings(&self, place: Hashed) -> Result<ChatSettings, StoreError> {
        let row: Option<ChatRow> = sqlx::query_as(
            "SELECT mode, cohort, ambient_at, trial_until, gone, search, search_at, writes, writes_at
             FROM chats WHERE place = ?1",
        )
        .bind(place.0.as_slice())
        .fetch_optional(&self.pool)
        .await
        .map_err(database)?;
        Ok(row.map(ChatSettings::from).unwrap_or_default())
    }

    async fn waiting_in(&self, place: Hashed) -> Result<Vec<Waiting>, StoreError> {
        let rows: Vec<(i64, i64, i32, Vec<u8>, Vec<u8>)> =
            sqlx::query_as("SELECT id, due, message, asker, sealed FROM waiting WHERE place = ?1 ORDER BY message, id")
                .bind(place.0.as_slice())
                .fetch_all(&self.pool)
                .await
                .map_err(database)?;
        let waiting = |(id, due, message, asker, sealed)| {
            Some(Waiting { id, due, place, message, asker: hashed(asker)?, sealed })
        };
        Ok(rows.into_iter().filter_map(waiting).collect())
    }

    async fn take_due(&self, now: i64, limit: u32) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        // Looked at every second, and mostly in vain: the writer is left alone then.
        let due: Option<i64> = sqlx::query_scalar("SELECT 1 FROM waiting WHERE due <= ?1 LIMIT 1")
            .bind(now)
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        if due.is_none() {
            return Ok(Vec::new());
        }
        match self.write(Write::TakeDue { now, limit }).await? {
            Written::TakenUp(due) => Ok(due),
            _ => Ok(Vec::new()),
        }
    }

    async fn samples(&self, chat: Hashed) -> Result<Vec<Sample>, StoreError> {
        let rows: Vec<SampleRow> = sqlx::query_as(
            "SELECT id, chat, at, text, entry, confidence, fits FROM samples WHERE chat = ?1 ORDER BY at, id",
        )
        .bind(chat.0.as_slice())
        .fetch_all(&self.pool)
        .await
        .map_err(database)?;
        Ok(rows.into_iter().filter_map(SampleRow::read).collect())
    }

    async fn sample(&self, id: i64) -> Result<Option<Sample>, StoreError> {
        let row: Option<SampleRow> =
            sqlx::query_as("SELECT id, chat, at, text, entry, confidence, fits FROM samples WHERE id = ?1")
                .bind(id)
                .fetch_optional(&self.pool)
                .await
                .map_err(database)?;
        Ok(row.and_then(SampleRow::read))
    }

    async fn most_asked(&self, since: i64, limit: u32) -> Result<Vec<(String, i64)>, StoreError> {
        sqlx::query_as(
            "SELECT coalesce(chosen, top) AS entry, count(*) AS times FROM questions
             WHERE at >= ?1 AND coalesce(chosen, top) IS NOT NULL
               AND (outcome = 'chosen' OR (outcome IS NULL AND decision = 'answer'))
             GROUP BY entry ORDER BY times DESC, entry LIMIT ?2",
        )
        .bind(since)
        .bind(limit)
        .fetch_all(&self.pool)
        .await
        .map_err(database)
    }

    async fn posts(&self, channel: Hashed) -> Result<Vec<(String, i64)>, StoreError> {
        sqlx::query_as("SELECT entry, at FROM posts WHERE channel = ?1 ORDER BY entry")
            .bind(channel.0.as_slice())
            .fetch_all(&self.pool)
            .await
            .map_err(database)
    }

    async fn vote(&self, feedback: Feedback) -> Result<Option<bool>, StoreError> {
        match self.write(Write::Vote(feedback)).await? {
            Written::EarlierVote(earlier) => Ok(earlier),
            _ => Ok(None),
        }
    }

    fn conversations(&self) -> &dyn Conversations {
        self
    }

    async fn questions_since(&self, since: i64, limit: u32) -> Result<Vec<LoggedQuestion>, StoreError> {
        admin::questions_since(&self.pool, since, limit).await.map_err(database)
    }

    async fn votes_since(&self, since: i64) -> Result<Vec<VoteCount>, StoreError> {
        admin::votes_since(&self.pool, since).await.map_err(database)
    }

    async fn mark(&self, name: &str) -> Result<Option<(String, i64)>, StoreError> {
        admin::mark(&self.pool, name).await.map_err(database)
    }

    async fn entries_since(&self, since: i64) -> Result<Vec<EntryAge>, StoreError> {
        admin::entries_since(&self.pool, since).await.map_err(database)
    }

    async fn forget(&self, person: Hashed) -> Result<u64, StoreError> {
        let forgotten = self.write(Write::Forget(person)).await?;
        shorten_log(&self.pool).await;
        match forgotten {
            Written::Count(count) => Ok(count),
            _ => Ok(0),
        }
    }

    async fn prune(&self, before: i64, now: i64) -> Result<(), StoreError> {
        self.write(Write::Prune { before, now }).await?;
        shorten_log(&self.pool).await;
        Ok(())
    }
}

fn create_folder_of(file: &Path) -> Result<(), StoreError> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    std::fs::create_dir_all(folder)
        .map_err(|e| StoreError::Address(format!("cannot create the folder {}: {e}", folder.display())))
}

/// For its owner only, as the key beside it: SQLite would let everybody on the machine read it. The files that SQLite
/// puts beside it get the same permissions. A file that is there keeps those its owner gave it.
fn create_file(file: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::Address(format!("cannot create the file {}: {error}", file.display()))),
    }
}

/// A store that can only be read would answer every question again after each restart. Deleting nothing takes all that
/// writing takes.
async fn try_to_write(pool: &Pool<Sqlite>) -> Result<(), StoreError> {
    match sqlx::query("DELETE FROM updates WHERE 0").execute(pool).await {
        Ok(_) => Ok(()),
        Err(error) => Err(StoreError::Address(format!("it can be read but not written ({error})"))),
    }
}

/// Moves what the log beside the file holds into the file, so that on a disk that is full or small nothing takes its room
/// twice, and what was deleted is not read in it. That it cannot be done now does no harm.
async fn shorten_log(pool: &Pool<Sqlite>) {
    if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(pool).await {
        tracing::debug!(%error, "cannot shorten the log of the store");
    }
}

/// SQLite's messages name tables and columns; values that were bound never appear in them.
fn database(error: sqlx::Error) -> StoreError {
    StoreError::Database(error.to_string())
}

#[cfg(test)]
mod tests;
