//! What the admins look at, in SQL.

use sqlx::sqlite::SqliteConnection;
use sqlx::{Pool, Sqlite};

use super::QuestionRow;
use crate::store::{EntryAge, Hashed, LoggedQuestion, QuestionRecord, VoteCount};

/// The lines of the question log since then, newest first.
pub async fn questions_since(pool: &Pool<Sqlite>, since: i64, limit: u32) -> Result<Vec<LoggedQuestion>, sqlx::Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: i64,
        settled: bool,
        #[sqlx(flatten)]
        question: QuestionRow,
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, settled, at, text, decision, confidence, top, ticket, outcome, chosen, audience FROM questions
         WHERE at >= ?1 ORDER BY at DESC, id DESC LIMIT ?2",
    )
    .bind(since)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    let read = |Row { id, settled, question }| LoggedQuestion { id, settled, record: QuestionRecord::from(question) };
    Ok(rows.into_iter().map(read).collect())
}

/// How often which entry was voted for or against, and why.
pub async fn votes_since(pool: &Pool<Sqlite>, since: i64) -> Result<Vec<VoteCount>, sqlx::Error> {
    let rows: Vec<(String, bool, Option<String>, i64, i64)> = sqlx::query_as(
        "SELECT entry, up, reason, count(*), max(at) FROM votes WHERE at >= ?1
         GROUP BY entry, up, reason ORDER BY entry, up, reason",
    )
    .bind(since)
    .fetch_all(pool)
    .await?;
    let read = |(entry, up, reason, times, last)| VoteCount { entry, up, reason, times, last };
    Ok(rows.into_iter().map(read).collect())
}

/// The value of a mark, and since when.
pub async fn mark(pool: &Pool<Sqlite>, name: &str) -> Result<Option<(String, i64)>, sqlx::Error> {
    sqlx::query_as("SELECT value, at FROM marks WHERE name = ?1").bind(name).fetch_optional(pool).await
}

/// Entries that are new or say something else since then, by id.
pub async fn entries_since(pool: &Pool<Sqlite>, since: i64) -> Result<Vec<EntryAge>, sqlx::Error> {
    let rows: Vec<(String, i64, i64)> =
        sqlx::query_as("SELECT id, added, changed FROM entries WHERE added >= ?1 OR changed >= ?1 ORDER BY id")
            .bind(since)
            .fetch_all(pool)
            .await?;
    Ok(rows.into_iter().map(|(id, added, changed)| EntryAge { id, added, changed }).collect())
}

/// Notes what the entries say now.
pub async fn note_entries(on: &mut SqliteConnection, entries: Vec<(String, i64)>, now: i64) -> Result<(), sqlx::Error> {
    let known: i64 = sqlx::query_scalar("SELECT count(*) FROM entries").fetch_one(&mut *on).await?;
    let added = if known == 0 { 0 } else { now };
    let before: Vec<String> = sqlx::query_scalar("SELECT id FROM entries").fetch_all(&mut *on).await?;
    for id in before.iter().filter(|id| !entries.iter().any(|(entry, _)| entry == *id)) {
        sqlx::query("DELETE FROM entries WHERE id = ?1").bind(id).execute(&mut *on).await?;
    }
    for (id, content) in entries {
        sqlx::query(
            "INSERT INTO entries (id, content, added, changed) VALUES (?1, ?2, ?3, ?3)
             ON CONFLICT (id) DO UPDATE SET content = excluded.content, changed = ?4
             WHERE content <> excluded.content",
        )
        .bind(id)
        .bind(content)
        .bind(added)
        .bind(now)
        .execute(&mut *on)
        .await?;
    }
    Ok(())
}

/// Marks lines of the question log, by number, as no gaps.
pub async fn settle(on: &mut SqliteConnection, questions: Vec<i64>) -> Result<(), sqlx::Error> {
    for id in questions {
        sqlx::query("UPDATE questions SET settled = 1 WHERE id = ?1").bind(id).execute(&mut *on).await?;
    }
    Ok(())
}

/// Deletes what is known of a person, and says how many things that was.
pub async fn forget(on: &mut SqliteConnection, person: Hashed) -> Result<u64, sqlx::Error> {
    let mut forgotten = super::conversations::forget(on, person).await?;
    for statement in [
        "DELETE FROM votes WHERE voter = ?1",
        "DELETE FROM last_answers WHERE place = ?1",
        "DELETE FROM answers WHERE chat = ?1 OR asker = ?1",
        "DELETE FROM waiting WHERE asker = ?1 AND place <> ?1",
        "DELETE FROM chats WHERE place = ?1",
    ] {
        forgotten += sqlx::query(statement).bind(person.0.as_slice()).execute(&mut *on).await?.rows_affected();
    }
    Ok(forgotten)
}
