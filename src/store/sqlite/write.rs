//! What is written, and the SQL of it: run by the one writer, within its transaction.

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use super::super::{
    About, AnswerLink, Change, Claim, Feedback, Hashed, LEASE_SECS, Memo, Outcome, QuestionRecord, Sample,
    UPDATES_KEPT_SECS, UpdateState, Waiting,
};
use super::{admin, aside, conversations};

/// One write.
pub(super) enum Write {
    Begin { update: i64, now: i64 },
    Release { update: i64 },
    Finish { update: i64, now: i64, memo: Memo },
    SetAside { updates: Vec<(i64, Vec<u8>)>, now: i64 },
    TakeUp { limit: u32, free_at: i64, now: i64 },
    Hold { updates: Vec<i64>, until: i64 },
    TakeDue { now: i64, limit: u32 },
    DropSetAside { update: i64 },
    Memo { memo: Memo, now: i64 },
    Outcome { ticket: i64, outcome: Outcome },
    Answer { link: AnswerLink, at: i64 },
    Vote(Feedback),
    Conversation(conversations::Write),
    Forget(Hashed),
    Prune { before: i64, now: i64 },
}

/// What a write has to say.
pub(super) enum Written {
    Nothing,
    State(UpdateState),
    TakenUp(Vec<(i64, Vec<u8>)>),
    EarlierVote(Option<bool>),
    Claim(Option<Claim>),
    Count(u64),
}

/// Makes one write.
pub(super) async fn write_one(on: &mut SqliteConnection, write: Write) -> Result<Written, sqlx::Error> {
    match write {
        Write::Begin { update, now } => {
            let (tries, handled): (u32, bool) = sqlx::query_as(
                "INSERT INTO updates (id, tries, handled, at) VALUES (?1, 1, 0, ?2)
                 ON CONFLICT (id) DO UPDATE SET
                     tries = tries + 1 - handled,
                     at = CASE handled WHEN 1 THEN at ELSE excluded.at END
                 RETURNING tries, handled",
            )
            .bind(update)
            .bind(now)
            .fetch_one(on)
            .await?;
            let state =
                if handled { UpdateState::Handled } else { UpdateState::Open { tries: tries.saturating_sub(1) } };
            return Ok(Written::State(state));
        }
        Write::Release { update } => {
            sqlx::query("UPDATE updates SET tries = max(tries - 1, 0) WHERE id = ?1 AND handled = 0")
                .bind(update)
                .execute(on)
                .await?;
        }
        Write::Finish { update, now, memo } => {
            // Within the batch, so that nothing of it is kept without the rest.
            let mut both = on.begin().await?;
            let newly = sqlx::query(
                "INSERT INTO updates (id, tries, handled, at) VALUES (?1, 1, 1, ?2)
                 ON CONFLICT (id) DO UPDATE SET handled = 1, at = excluded.at WHERE handled = 0",
            )
            .bind(update)
            .bind(now)
            .execute(&mut *both)
            .await?
            .rows_affected();
            if newly > 0 {
                note(&mut both, memo, now).await?;
            }
            aside::drop_set_aside(&mut both, update).await?;
            both.commit().await?;
        }
        Write::SetAside { updates, now } => aside::set_aside(on, updates, now).await?,
        Write::TakeUp { limit, free_at, now } => {
            return aside::take_up(on, limit, free_at, now).await.map(Written::TakenUp);
        }
        Write::TakeDue { now, limit } => {
            let mut taken: Vec<(i64, i64, Vec<u8>)> =
                sqlx::query_as("SELECT due, id, sealed FROM waiting WHERE due <= ?1 ORDER BY due, id LIMIT ?2")
                    .bind(now)
                    .bind(limit)
                    .fetch_all(&mut *on)
                    .await?;
            for (_, id, _) in &taken {
                sqlx::query("UPDATE waiting SET due = ?2 WHERE id = ?1")
                    .bind(id)
                    .bind(now.saturating_add(LEASE_SECS))
                    .execute(&mut *on)
                    .await?;
            }
            return Ok(Written::TakenUp(taken.drain(..).map(|(_, id, sealed)| (id, sealed)).collect()));
        }
        Write::Hold { updates, until } => aside::hold(on, updates, until).await?,
        Write::DropSetAside { update } => aside::drop_set_aside(on, update).await?,
        Write::Memo { memo, now } => {
            let mut all = on.begin().await?;
            note(&mut all, memo, now).await?;
            all.commit().await?;
        }
        Write::Outcome { ticket, outcome } => {
            let (outcome, chosen) = words_of(outcome);
            sqlx::query("UPDATE questions SET outcome = ?2, chosen = ?3 WHERE ticket = ?1")
                .bind(ticket)
                .bind(outcome)
                .bind(chosen)
                .execute(on)
                .await?;
        }
        Write::Answer { link: AnswerLink { chat, question, position, answer: Some(answer), about, trace }, at } => {
            let (place, asker, entry) = match about {
                Some(About { place, asker, entry }) => (Some(place.0.to_vec()), Some(asker.0.to_vec()), entry),
                None => (None, None, None),
            };
            sqlx::query(
                "INSERT OR REPLACE INTO answers (chat, question, position, answer, at, place, asker, entry, trace)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )
            .bind(chat.0.as_slice())
            .bind(question)
            .bind(position)
            .bind(answer)
            .bind(at)
            .bind(place)
            .bind(asker)
            .bind(entry)
            .bind(trace)
            .execute(on)
            .await?;
        }
        Write::Answer { link: AnswerLink { chat, question, position, answer: None, .. }, .. } => {
            sqlx::query("DELETE FROM answers WHERE chat = ?1 AND question = ?2 AND position = ?3")
                .bind(chat.0.as_slice())
                .bind(question)
                .bind(position)
                .execute(on)
                .await?;
        }
        Write::Vote(vote) => {
            let earlier: Option<bool> = sqlx::query_scalar("SELECT up FROM votes WHERE voter = ?1 AND entry = ?2")
                .bind(vote.voter.0.as_slice())
                .bind(&vote.entry)
                .fetch_optional(&mut *on)
                .await?;
            sqlx::query("INSERT OR REPLACE INTO votes (voter, entry, up, reason, at) VALUES (?1, ?2, ?3, ?4, ?5)")
                .bind(vote.voter.0.as_slice())
                .bind(vote.entry)
                .bind(vote.up)
                .bind(vote.reason)
                .bind(vote.at)
                .execute(on)
                .await?;
            return Ok(Written::EarlierVote(earlier));
        }
        Write::Conversation(write) => return conversations::write_one(on, write).await,
        Write::Forget(person) => {
            let mut all = on.begin().await?;
            let forgotten = admin::forget(&mut all, person).await?;
            all.commit().await?;
            return Ok(Written::Count(forgotten));
        }
        Write::Prune { before, now } => {
            conversations::prune(on, before).await?;
            for statement in [
                "DELETE FROM questions WHERE at < ?1",
                "DELETE FROM votes WHERE at < ?1",
                "DELETE FROM answers WHERE at < ?1",
                "DELETE FROM samples WHERE at < ?1",
            ] {
                sqlx::query(statement).bind(before).execute(&mut *on).await?;
            }
            for statement in [
                "DELETE FROM last_answers WHERE at < ?1",
                "DELETE FROM updates WHERE at < ?1",
                "DELETE FROM set_aside WHERE at < ?1",
                "DELETE FROM waiting WHERE due < ?1",
                "UPDATE chats SET search = NULL, search_at = NULL WHERE search_at < ?1",
                "UPDATE chats SET writes = NULL, writes_at = NULL WHERE writes_at < ?1",
            ] {
                sqlx::query(statement).bind(now.saturating_sub(UPDATES_KEPT_SECS)).execute(&mut *on).await?;
            }
            // That nothing is set for a chat is nothing to be kept.
            sqlx::query(
                "DELETE FROM chats WHERE mode IS NULL AND cohort IS NULL AND ambient_at IS NULL AND trial_until IS NULL
                 AND gone = 0 AND search IS NULL AND writes IS NULL",
            )
            .execute(&mut *on)
            .await?;
        }
    }
    Ok(Written::Nothing)
}

async fn note(on: &mut SqliteConnection, memo: Memo, now: i64) -> Result<(), sqlx::Error> {
    for question in memo.questions {
        log_question(on, question).await?;
    }
    if let Some(last) = memo.last {
        sqlx::query("INSERT OR REPLACE INTO last_answers (place, entry, at) VALUES (?1, ?2, ?3)")
            .bind(last.place.0.as_slice())
            .bind(last.entry)
            .bind(now)
            .execute(&mut *on)
            .await?;
    }
    for change in memo.changes {
        make(on, change, now).await?;
    }
    Ok(())
}

/// What says nothing where there is no row.
trait Unset {
    fn is_unset(&self) -> bool;
}

impl<T> Unset for Option<T> {
    fn is_unset(&self) -> bool {
        self.is_none()
    }
}

impl Unset for bool {
    fn is_unset(&self) -> bool {
        !self
    }
}

/// Sets one column of a chat's row. That nothing is set is no reason for a row: nobody is kept in mind for it.
macro_rules! set {
    ($on:expr, $place:expr, $column:literal, $value:expr) => {{
        let value = $value;
        let statement = if value.is_unset() {
            concat!("UPDATE chats SET ", $column, " = ?2 WHERE place = ?1")
        } else {
            concat!(
                "INSERT INTO chats (place, ",
                $column,
                ") VALUES (?1, ?2) ON CONFLICT (place) DO UPDATE SET ",
                $column,
                " = excluded.",
                $column
            )
        };
        sqlx::query(statement).bind($place.0.to_vec()).bind(value).execute($on).await.map(drop)
    }};
}

async fn make(on: &mut SqliteConnection, change: Change, now: i64) -> Result<(), sqlx::Error> {
    match change {
        Change::Mode(place, mode) => set!(on, place, "mode", mode),
        Change::Cohort(place, cohort) => set!(on, place, "cohort", cohort),
        Change::AmbientAt(place, percent) => set!(on, place, "ambient_at", percent),
        Change::TrialUntil(place, until) => set!(on, place, "trial_until", until),
        Change::Gone(place, gone) => set!(on, place, "gone", gone),
        Change::Search(place, topic) => {
            let at = topic.is_some().then_some(now);
            set!(&mut *on, place, "search", topic)?;
            set!(on, place, "search_at", at)
        }
        Change::Writes(place, writes) => {
            let at = writes.is_some().then_some(now);
            set!(&mut *on, place, "writes", writes.map(Option::unwrap_or_default))?;
            set!(on, place, "writes_at", at)
        }
        Change::Conversation(change) => conversations::make(on, change, now).await,
        Change::Moved { from, to } => {
            for statement in [
                "INSERT INTO chats (place, mode, cohort, ambient_at, trial_until)
                 SELECT ?2, mode, cohort, ambient_at, trial_until FROM chats WHERE place = ?1
                 ON CONFLICT (place) DO UPDATE SET
                     mode = coalesce(mode, excluded.mode), cohort = coalesce(cohort, excluded.cohort),
                     ambient_at = coalesce(ambient_at, excluded.ambient_at),
                     trial_until = coalesce(trial_until, excluded.trial_until)",
                "DELETE FROM chats WHERE place = ?1 AND place <> ?2",
                "UPDATE samples SET chat = ?2 WHERE chat = ?1",
            ] {
                sqlx::query(statement).bind(from.0.to_vec()).bind(to.0.to_vec()).execute(&mut *on).await?;
            }
            conversations::moved(on, from, to).await
        }
        Change::Wait(Waiting { id, due, place, message, asker, sealed }) => sqlx::query(
            "INSERT OR IGNORE INTO waiting (id, due, place, message, asker, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(id)
        .bind(due)
        .bind(place.0.to_vec())
        .bind(message)
        .bind(asker.0.to_vec())
        .bind(sealed)
        .execute(on)
        .await
        .map(drop),
        Change::CallOff(place, message) => sqlx::query("DELETE FROM waiting WHERE place = ?1 AND message = ?2")
            .bind(place.0.to_vec())
            .bind(message)
            .execute(on)
            .await
            .map(drop),
        Change::Happened(id) => sqlx::query("DELETE FROM waiting WHERE id = ?1").bind(id).execute(on).await.map(drop),
        Change::Sample(Sample { id, chat, at, text, entry, confidence, fits }) => sqlx::query(
            "INSERT OR REPLACE INTO samples (id, chat, at, text, entry, confidence, fits)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(id)
        .bind(chat.0.to_vec())
        .bind(at)
        .bind(text)
        .bind(entry)
        .bind(confidence)
        .bind(fits)
        .execute(on)
        .await
        .map(drop),
        Change::Judged(id, fits) => {
            sqlx::query("UPDATE samples SET fits = ?2 WHERE id = ?1").bind(id).bind(fits).execute(on).await.map(drop)
        }
        Change::NoSamples(chat) => {
            sqlx::query("DELETE FROM samples WHERE chat = ?1").bind(chat.0.to_vec()).execute(on).await.map(drop)
        }
        Change::Mark(name, value) => sqlx::query("INSERT OR REPLACE INTO marks (name, value, at) VALUES (?1, ?2, ?3)")
            .bind(name)
            .bind(value)
            .bind(now)
            .execute(on)
            .await
            .map(drop),
        Change::Entries(entries) => admin::note_entries(on, entries, now).await,
        Change::Settled(questions) => admin::settle(on, questions).await,
        Change::Posted(channel, entry) => {
            sqlx::query("INSERT OR REPLACE INTO posts (channel, entry, at) VALUES (?1, ?2, ?3)")
                .bind(channel.0.to_vec())
                .bind(entry)
                .bind(now)
                .execute(on)
                .await
                .map(drop)
        }
    }
}

async fn log_question(on: &mut SqliteConnection, record: QuestionRecord) -> Result<(), sqlx::Error> {
    let (outcome, chosen) = record.outcome.map(words_of).unzip();
    sqlx::query(
        "INSERT INTO questions (at, text, decision, confidence, top, ticket, outcome, chosen, audience)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )
    .bind(record.at)
    .bind(record.text)
    .bind(record.decision)
    .bind(record.confidence)
    .bind(record.top)
    .bind(record.ticket)
    .bind(outcome)
    .bind(chosen.flatten())
    .bind(record.audience)
    .execute(on)
    .await
    .map(drop)
}

/// An outcome as its two columns.
fn words_of(outcome: Outcome) -> (&'static str, Option<String>) {
    match outcome {
        Outcome::Chosen(entry) => ("chosen", Some(entry)),
        Outcome::Rejected => ("rejected", None),
    }
}
