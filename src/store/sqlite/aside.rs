//! Updates that were set aside, in SQL.

use sqlx::sqlite::SqliteConnection;

use crate::store::HELD_SECS;

/// Keeps these, unless they are done with.
pub async fn set_aside(on: &mut SqliteConnection, updates: Vec<(i64, Vec<u8>)>, now: i64) -> Result<(), sqlx::Error> {
    for (update, sealed) in updates {
        sqlx::query(
            "INSERT OR REPLACE INTO set_aside (id, sealed, at, held) SELECT ?1, ?2, ?3, ?4
             WHERE NOT EXISTS (SELECT 1 FROM updates WHERE id = ?1 AND handled = 1)",
        )
        .bind(update)
        .bind(sealed)
        .bind(now)
        .bind(now.saturating_add(HELD_SECS))
        .execute(&mut *on)
        .await?;
    }
    Ok(())
}

/// Holds the first `limit` of those that nobody holds at `free_at`, and returns them.
pub async fn take_up(
    on: &mut SqliteConnection,
    limit: u32,
    free_at: i64,
    now: i64,
) -> Result<Vec<(i64, Vec<u8>)>, sqlx::Error> {
    let mut taken: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "UPDATE set_aside SET held = ?3
         WHERE id IN (SELECT id FROM set_aside WHERE held <= ?2 ORDER BY id LIMIT ?1) RETURNING id, sealed",
    )
    .bind(limit)
    .bind(free_at)
    .bind(now.saturating_add(HELD_SECS))
    .fetch_all(on)
    .await?;
    // SQLite returns them in any order.
    taken.sort_unstable_by_key(|(update, _)| *update);
    Ok(taken)
}

/// Holds these until then.
pub async fn hold(on: &mut SqliteConnection, updates: Vec<i64>, until: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE set_aside SET held = ?2 WHERE id IN (SELECT value FROM json_each(?1))")
        .bind(serde_json::json!(updates).to_string())
        .bind(until)
        .execute(on)
        .await
        .map(drop)
}

/// Keeps this one no longer.
pub async fn drop_set_aside(on: &mut SqliteConnection, update: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM set_aside WHERE id = ?1").bind(update).execute(on).await.map(drop)
}
