//! A store that forgets everything at the end: for the terminal and for tests.
//!
//! Means the same as [`super::SqliteStore`] by the story in `tests/it/store.rs`. Never touches a disk.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Feedback, Hashed, Outcome, QuestionRecord, Store, StoreError, UPDATES_KEPT_SECS, UpdateState};

/// Everything in maps behind one lock, which is never held across an `await`.
#[derive(Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    updates: HashMap<i64, Update>,
    /// By number: the sealed update, and when it was set aside.
    aside: BTreeMap<i64, (Vec<u8>, i64)>,
    questions: Vec<QuestionRecord>,
    /// By chat and question: the answer, and when.
    answers: HashMap<(Hashed, i32), (i32, i64)>,
    votes: HashMap<(Hashed, String), Feedback>,
}

struct Update {
    tries: u32,
    handled: bool,
    at: i64,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// A panic of another holder leaves whole rows behind, so its poison is no reason to stop.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin_update(&self, update: i64, now: i64) -> Result<UpdateState, StoreError> {
        let mut state = self.state();
        let row = state.updates.entry(update).or_insert(Update { tries: 0, handled: false, at: now });
        if row.handled {
            return Ok(UpdateState::Handled);
        }
        row.tries = row.tries.saturating_add(1);
        row.at = now;
        Ok(UpdateState::Open { tries: row.tries - 1 })
    }

    async fn release_update(&self, update: i64) -> Result<(), StoreError> {
        if let Some(row) = self.state().updates.get_mut(&update) {
            row.tries = row.tries.saturating_sub(1);
        }
        Ok(())
    }

    async fn finish_update(&self, update: i64, now: i64, question: Option<QuestionRecord>) -> Result<(), StoreError> {
        let mut state = self.state();
        let row = state.updates.entry(update).or_insert(Update { tries: 1, handled: false, at: now });
        if !std::mem::replace(&mut row.handled, true) {
            row.at = now;
            state.questions.extend(question);
        }
        state.aside.remove(&update);
        Ok(())
    }

    async fn handled(&self, updates: &[i64]) -> Result<HashSet<i64>, StoreError> {
        let state = self.state();
        let is_handled = |update: &&i64| state.updates.get(update).is_some_and(|row| row.handled);
        Ok(updates.iter().filter(is_handled).copied().collect())
    }

    async fn set_aside(&self, updates: Vec<(i64, Vec<u8>)>, now: i64) -> Result<(), StoreError> {
        let mut state = self.state();
        for (update, sealed) in updates {
            if state.updates.get(&update).is_none_or(|row| !row.handled) {
                state.aside.insert(update, (sealed, now));
            }
        }
        Ok(())
    }

    async fn updates_set_aside(&self, limit: u32) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.state().aside.iter().take(limit).map(|(&update, (sealed, _))| (update, sealed.clone())).collect())
    }

    async fn drop_set_aside(&self, update: i64) -> Result<(), StoreError> {
        self.state().aside.remove(&update);
        Ok(())
    }

    async fn log_question(&self, record: QuestionRecord) -> Result<(), StoreError> {
        self.state().questions.push(record);
        Ok(())
    }

    async fn note_outcome(&self, ticket: i64, outcome: Outcome) -> Result<(), StoreError> {
        let mut state = self.state();
        for question in state.questions.iter_mut().filter(|question| question.ticket == Some(ticket)) {
            question.outcome = Some(outcome.clone());
        }
        Ok(())
    }

    async fn last_questions(&self, limit: u32) -> Result<Vec<QuestionRecord>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.state().questions.iter().rev().take(limit).cloned().collect())
    }

    async fn answer_of(&self, chat: Hashed, question: i32) -> Result<Option<i32>, StoreError> {
        Ok(self.state().answers.get(&(chat, question)).map(|&(answer, _)| answer))
    }

    async fn remember_answer(&self, chat: Hashed, question: i32, answer: i32, at: i64) -> Result<(), StoreError> {
        self.state().answers.insert((chat, question), (answer, at));
        Ok(())
    }

    async fn vote(&self, feedback: Feedback) -> Result<Option<bool>, StoreError> {
        let key = (feedback.voter, feedback.entry.clone());
        Ok(self.state().votes.insert(key, feedback).map(|earlier| earlier.up))
    }

    async fn prune(&self, before: i64, now: i64) -> Result<(), StoreError> {
        let mut state = self.state();
        state.questions.retain(|q| q.at >= before);
        state.votes.retain(|_, v| v.at >= before);
        state.answers.retain(|_, (_, at)| *at >= before);
        let kept = now.saturating_sub(UPDATES_KEPT_SECS);
        state.updates.retain(|_, u| u.at >= kept);
        state.aside.retain(|_, (_, at)| *at >= kept);
        Ok(())
    }
}
