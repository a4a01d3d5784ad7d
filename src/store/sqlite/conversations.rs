//! Conversations between students and mentors, in SQL.

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row};

use super::write::{Write as AnyWrite, Written};
use super::{SqliteStore, database, hashed};
use crate::store::{Claim, Conversation, ConversationChange, Conversations, Hashed, Passed, Relayed, StoreError};

/// One write.
pub(super) enum Write {
    Open(Conversation),
    Topic { conversation: i64, topic: i32 },
    Relayed { relayed: Relayed, at: i64 },
    Claim { conversation: i64, claim: Claim },
    Release { conversation: i64, by: Hashed },
    Forget { student: Hashed },
}

/// The columns of a conversation.
macro_rules! conversation {
    ($condition:literal) => {
        concat!(
            "SELECT id, student, mentors, topic, sealed, opened, closed, answered, claimed, claimer, draft
             FROM conversations ",
            $condition
        )
    };
}

/// The columns of a message, and its conversation as `c`.
macro_rules! relayed {
    ($condition:literal) => {
        concat!(
            "SELECT r.conversation, r.what, r.position, r.at_mentors, r.at_student, r.sealed
             FROM relayed r JOIN conversations c ON c.id = r.conversation ",
            $condition
        )
    };
}

/// What is wrong with a row that this version cannot read.
fn unreadable(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{what} cannot be read").into())
}

impl FromRow<'_, SqliteRow> for Conversation {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let hash = |column: &str| hashed(row.try_get(column)?).ok_or_else(|| unreadable("a hash"));
        Ok(Self {
            id: row.try_get("id")?,
            student: hash("student")?,
            mentors: hash("mentors")?,
            topic: row.try_get("topic")?,
            sealed: row.try_get("sealed")?,
            opened: row.try_get("opened")?,
            closed: row.try_get("closed")?,
            answered: row.try_get("answered")?,
            claim: claim_of(row.try_get("claimed")?, row.try_get("claimer")?),
            draft: row.try_get("draft")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Relayed {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let word: String = row.try_get("what")?;
        let what = Passed::ALL.into_iter().find(|what| what.word() == word);
        Ok(Self {
            conversation: row.try_get("conversation")?,
            what: what.ok_or_else(|| unreadable("a kind of message"))?,
            position: row.try_get("position")?,
            at_mentors: row.try_get("at_mentors")?,
            at_student: row.try_get("at_student")?,
            sealed: row.try_get("sealed")?,
        })
    }
}

fn claim_of(claimed: Option<Vec<u8>>, claimer: Option<Vec<u8>>) -> Option<Claim> {
    Some(Claim { by: hashed(claimed?)?, name: claimer? })
}

#[async_trait]
impl Conversations for SqliteStore {
    async fn open_conversation(&self, conversation: Conversation) -> Result<(), StoreError> {
        self.write(AnyWrite::Conversation(Write::Open(conversation))).await.map(drop)
    }

    async fn conversation(&self, id: i64) -> Result<Option<Conversation>, StoreError> {
        let sql = sqlx::query_as(conversation!("WHERE id = ?1")).bind(id);
        sql.fetch_optional(&self.pool).await.map_err(database)
    }

    async fn conversations_of(&self, student: Hashed) -> Result<Vec<Conversation>, StoreError> {
        let sql = sqlx::query_as(conversation!("WHERE student = ?1 ORDER BY opened DESC, id DESC"));
        sql.bind(student.0.as_slice()).fetch_all(&self.pool).await.map_err(database)
    }

    async fn conversation_in(&self, mentors: Hashed, topic: i32) -> Result<Option<Conversation>, StoreError> {
        let sql = sqlx::query_as(conversation!("WHERE mentors = ?1 AND topic = ?2 ORDER BY id DESC LIMIT 1"));
        sql.bind(mentors.0.as_slice()).bind(topic).fetch_optional(&self.pool).await.map_err(database)
    }

    async fn remember_topic(&self, conversation: i64, topic: i32) -> Result<(), StoreError> {
        self.write(AnyWrite::Conversation(Write::Topic { conversation, topic })).await.map(drop)
    }

    async fn remember_relayed(&self, relayed: Relayed, at: i64) -> Result<(), StoreError> {
        self.write(AnyWrite::Conversation(Write::Relayed { relayed, at })).await.map(drop)
    }

    async fn relayed(&self, conversation: i64) -> Result<Vec<Relayed>, StoreError> {
        let mut relayed: Vec<Relayed> = sqlx::query_as(relayed!("WHERE r.conversation = ?1"))
            .bind(conversation)
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        relayed.sort_by_key(|relayed| (relayed.what, relayed.source(), relayed.position));
        Ok(relayed)
    }

    async fn relayed_at_mentors(&self, mentors: Hashed, message: i32) -> Result<Option<Relayed>, StoreError> {
        let sql =
            sqlx::query_as(relayed!("WHERE r.at_mentors = ?2 AND c.mentors = ?1 ORDER BY r.conversation DESC LIMIT 1"));
        sql.bind(mentors.0.as_slice()).bind(message).fetch_optional(&self.pool).await.map_err(database)
    }

    async fn relayed_at_student(&self, student: Hashed, message: i32) -> Result<Option<Relayed>, StoreError> {
        let sql =
            sqlx::query_as(relayed!("WHERE r.at_student = ?2 AND c.student = ?1 ORDER BY r.conversation DESC LIMIT 1"));
        sql.bind(student.0.as_slice()).bind(message).fetch_optional(&self.pool).await.map_err(database)
    }

    async fn claim(&self, conversation: i64, claim: Claim) -> Result<Option<Claim>, StoreError> {
        self.claimed(Write::Claim { conversation, claim }).await
    }

    async fn release(&self, conversation: i64, by: Hashed) -> Result<Option<Claim>, StoreError> {
        self.claimed(Write::Release { conversation, by }).await
    }

    async fn forget_conversations(&self, student: Hashed) -> Result<(), StoreError> {
        self.write(AnyWrite::Conversation(Write::Forget { student })).await.map(drop)
    }
}

impl SqliteStore {
    /// Makes this write, and says who sees to the conversation then.
    async fn claimed(&self, write: Write) -> Result<Option<Claim>, StoreError> {
        match self.write(AnyWrite::Conversation(write)).await? {
            Written::Claim(claim) => Ok(claim),
            _ => Ok(None),
        }
    }
}

/// Makes one write.
pub(super) async fn write_one(on: &mut SqliteConnection, write: Write) -> Result<Written, sqlx::Error> {
    match write {
        Write::Open(conversation) => open(on, conversation).await?,
        Write::Topic { conversation, topic } => {
            sqlx::query("UPDATE conversations SET topic = ?2 WHERE id = ?1")
                .bind(conversation)
                .bind(topic)
                .execute(on)
                .await?;
        }
        Write::Relayed { relayed, at } => remember(on, relayed, at).await?,
        Write::Claim { conversation, claim: Claim { by, name } } => {
            sqlx::query(
                "UPDATE conversations SET claimed = ?2, claimer = ?3
                 WHERE id = ?1 AND claimed IS NULL AND closed IS NULL",
            )
            .bind(conversation)
            .bind(by.0.as_slice())
            .bind(name)
            .execute(&mut *on)
            .await?;
            return who_claimed(on, conversation).await;
        }
        Write::Release { conversation, by } => {
            sqlx::query(
                "UPDATE conversations SET claimed = NULL, claimer = NULL
                 WHERE id = ?1 AND claimed = ?2 AND closed IS NULL",
            )
            .bind(conversation)
            .bind(by.0.as_slice())
            .execute(&mut *on)
            .await?;
            return who_claimed(on, conversation).await;
        }
        Write::Forget { student } => drop(forget(on, student).await?),
    }
    Ok(Written::Nothing)
}

async fn who_claimed(on: &mut SqliteConnection, conversation: i64) -> Result<Written, sqlx::Error> {
    let row: Option<Conversation> =
        sqlx::query_as(conversation!("WHERE id = ?1")).bind(conversation).fetch_optional(on).await?;
    Ok(Written::Claim(row.and_then(|row| row.claim)))
}

async fn open(on: &mut SqliteConnection, conversation: Conversation) -> Result<(), sqlx::Error> {
    let Conversation { id, student, mentors, topic, sealed, opened, closed, answered, claim, draft } = conversation;
    let (claimed, claimer) = claim.map(|claim| (claim.by.0.to_vec(), claim.name)).unzip();
    sqlx::query(
        "INSERT OR IGNORE INTO conversations
             (id, student, mentors, topic, sealed, opened, closed, answered, claimed, claimer, draft, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?6)",
    )
    .bind(id)
    .bind(student.0.to_vec())
    .bind(mentors.0.to_vec())
    .bind(topic)
    .bind(sealed)
    .bind(opened)
    .bind(closed)
    .bind(answered)
    .bind(claimed)
    .bind(claimer)
    .bind(draft)
    .execute(on)
    .await
    .map(drop)
}

async fn remember(on: &mut SqliteConnection, relayed: Relayed, at: i64) -> Result<(), sqlx::Error> {
    // Of a conversation that was forgotten meanwhile nothing is kept.
    let known = sqlx::query(
        "UPDATE conversations SET at = ?2, answered = CASE ?3 WHEN 1 THEN coalesce(answered, ?2) ELSE answered END
         WHERE id = ?1",
    )
    .bind(relayed.conversation)
    .bind(at)
    .bind(relayed.what == Passed::FromMentor)
    .execute(&mut *on)
    .await?
    .rows_affected();
    if known == 0 {
        return Ok(());
    }
    sqlx::query(
        "INSERT OR REPLACE INTO relayed (conversation, what, source, position, at_mentors, at_student, sealed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )
    .bind(relayed.conversation)
    .bind(relayed.what.word())
    .bind(relayed.source())
    .bind(relayed.position)
    .bind(relayed.at_mentors)
    .bind(relayed.at_student)
    .bind(relayed.sealed)
    .execute(on)
    .await
    .map(drop)
}

/// Makes a change that is noted together with others.
pub(super) async fn make(on: &mut SqliteConnection, change: ConversationChange, now: i64) -> Result<(), sqlx::Error> {
    match change {
        ConversationChange::Closed(id) => {
            sqlx::query("UPDATE conversations SET closed = coalesce(closed, ?2), at = ?2 WHERE id = ?1")
                .bind(id)
                .bind(now)
                .execute(on)
                .await
                .map(drop)
        }
        ConversationChange::Dropped(id) => {
            for statement in ["DELETE FROM relayed WHERE conversation = ?1", "DELETE FROM conversations WHERE id = ?1"]
            {
                sqlx::query(statement).bind(id).execute(&mut *on).await?;
            }
            Ok(())
        }
        ConversationChange::Drafted(id, draft) => sqlx::query("UPDATE conversations SET draft = ?2 WHERE id = ?1")
            .bind(id)
            .bind(draft)
            .execute(on)
            .await
            .map(drop),
    }
}

/// A mentors' chat has become another one, where messages have other numbers.
pub(super) async fn moved(on: &mut SqliteConnection, from: Hashed, to: Hashed) -> Result<(), sqlx::Error> {
    for statement in [
        "UPDATE relayed SET at_mentors = NULL WHERE ?1 <> ?2
             AND conversation IN (SELECT id FROM conversations WHERE mentors = ?1)",
        "UPDATE conversations SET mentors = ?2, topic = NULL WHERE mentors = ?1 AND ?1 <> ?2",
    ] {
        sqlx::query(statement).bind(from.0.to_vec()).bind(to.0.to_vec()).execute(&mut *on).await?;
    }
    Ok(())
}

/// Deletes what nothing has happened in since `before`.
pub(super) async fn prune(on: &mut SqliteConnection, before: i64) -> Result<(), sqlx::Error> {
    for statement in [
        "DELETE FROM relayed WHERE conversation IN (SELECT id FROM conversations WHERE at < ?1)",
        "DELETE FROM conversations WHERE at < ?1",
    ] {
        sqlx::query(statement).bind(before).execute(&mut *on).await?;
    }
    Ok(())
}

/// Deletes all that is kept of a student's conversations, and says how many they were and what waited to be one.
pub(super) async fn forget(on: &mut SqliteConnection, student: Hashed) -> Result<u64, sqlx::Error> {
    let mut forgotten = 0;
    for (statement, counts) in [
        ("DELETE FROM relayed WHERE conversation IN (SELECT id FROM conversations WHERE student = ?1)", false),
        ("DELETE FROM conversations WHERE student = ?1", true),
        // What is about no message at all is for whoever keeps the FAQ.
        ("DELETE FROM waiting WHERE place = ?1 AND asker = ?1 AND message <> 0", true),
        ("UPDATE chats SET writes = NULL, writes_at = NULL WHERE place = ?1", false),
    ] {
        let rows = sqlx::query(statement).bind(student.0.to_vec()).execute(&mut *on).await?.rows_affected();
        forgotten += if counts { rows } else { 0 };
    }
    Ok(forgotten)
}
