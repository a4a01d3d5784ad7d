//! A store that forgets everything at the end: for the terminal and for tests.
//!
//! Means the same as [`super::SqliteStore`] by the story in `tests/it/store.rs`. Never touches a disk.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{
    Feedback, HELD_SECS, Hashed, Memo, Outcome, QuestionRecord, Store, StoreError, UPDATES_KEPT_SECS, UpdateState,
};

/// Everything in maps behind one lock, which is never held across an `await`.
#[derive(Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    updates: HashMap<i64, Update>,
    aside: BTreeMap<i64, Aside>,
    questions: Vec<QuestionRecord>,
    /// By chat, question and position: the answer, and when.
    answers: BTreeMap<([u8; 16], i32, u32), (i32, i64)>,
    /// By chat or topic: the entry, and when.
    last: HashMap<Hashed, (String, i64)>,
    votes: HashMap<(Hashed, String), Feedback>,
}

struct Aside {
    sealed: Vec<u8>,
    at: i64,
    held: i64,
}

struct Update {
    tries: u32,
    handled: bool,
    at: i64,
}

impl State {
    fn note(&mut self, memo: Memo, now: i64) {
        self.questions.extend(memo.questions);
        self.last.extend(memo.last.map(|last| (last.place, (last.entry, now))));
    }
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

    async fn finish_update(&self, update: i64, now: i64, memo: Memo) -> Result<(), StoreError> {
        let mut state = self.state();
        let row = state.updates.entry(update).or_insert(Update { tries: 1, handled: false, at: now });
        if !std::mem::replace(&mut row.handled, true) {
            row.at = now;
            state.note(memo, now);
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
                let held = now.saturating_add(HELD_SECS);
                state.aside.insert(update, Aside { sealed, at: now, held });
            }
        }
        Ok(())
    }

    async fn updates_set_aside(&self, limit: u32) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.state().aside.iter().take(limit).map(|(&update, aside)| (update, aside.sealed.clone())).collect())
    }

    async fn take_up(&self, limit: u32, free_at: i64, now: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut state = self.state();
        let free = state.aside.iter_mut().filter(|(_, aside)| aside.held <= free_at).take(limit);
        let take = |(&update, aside): (&i64, &mut Aside)| {
            aside.held = now.saturating_add(HELD_SECS);
            (update, aside.sealed.clone())
        };
        Ok(free.map(take).collect())
    }

    async fn hold(&self, updates: &[i64], until: i64) -> Result<(), StoreError> {
        let mut state = self.state();
        for update in updates {
            if let Some(aside) = state.aside.get_mut(update) {
                aside.held = until;
            }
        }
        Ok(())
    }

    async fn drop_set_aside(&self, update: i64) -> Result<(), StoreError> {
        self.state().aside.remove(&update);
        Ok(())
    }

    async fn note(&self, memo: Memo, now: i64) -> Result<(), StoreError> {
        self.state().note(memo, now);
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

    async fn last_answer(&self, place: Hashed) -> Result<Option<(String, i64)>, StoreError> {
        Ok(self.state().last.get(&place).cloned())
    }

    async fn answers_of(&self, chat: Hashed, question: i32) -> Result<Vec<(u32, i32)>, StoreError> {
        let state = self.state();
        let answers = state.answers.range((chat.0, question, 0)..=(chat.0, question, u32::MAX));
        Ok(answers.map(|(&(_, _, position), &(answer, _))| (position, answer)).collect())
    }

    async fn remember_answer(
        &self,
        chat: Hashed,
        question: i32,
        position: u32,
        answer: Option<i32>,
        at: i64,
    ) -> Result<(), StoreError> {
        let key = (chat.0, question, position);
        match answer {
            Some(answer) => drop(self.state().answers.insert(key, (answer, at))),
            None => drop(self.state().answers.remove(&key)),
        }
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
        state.last.retain(|_, (_, at)| *at >= before);
        let kept = now.saturating_sub(UPDATES_KEPT_SECS);
        state.updates.retain(|_, u| u.at >= kept);
        state.aside.retain(|_, aside| aside.at >= kept);
        Ok(())
    }
}
