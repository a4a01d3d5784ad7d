//! A store that fails as stores do: slow, down, full, or falling over one row.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use telefaq::store::{
    AnswerLink, ChatSettings, Conversations, EntryAge, Feedback, Hashed, LoggedQuestion, Memo, MemoryStore, Outcome,
    QuestionRecord, Sample, Store, StoreError, UpdateState, VoteCount, Waiting,
};

/// The message whose change makes [`SlowStore`] panic.
pub const POISON: i32 = 666;

/// A store that is slow, down, or panics over a change of a message, as a test wishes.
#[derive(Default)]
pub struct SlowStore {
    pub inner: MemoryStore,
    pub delay: Arc<AtomicU64>,
    pub down: Arc<AtomicBool>,
    pub refused: Arc<AtomicUsize>,
    /// How often it has refused to set updates aside, if it does.
    pub keeps_nothing: Option<Arc<AtomicUsize>>,
    pub panics: Arc<AtomicUsize>,
    /// Whether it cannot tell the last answer.
    pub forgetful: bool,
    /// Votes in the order they came.
    pub votes: Arc<Mutex<Vec<Feedback>>>,
}

impl SlowStore {
    /// Sets how long it takes to look up the answer to a message that is changed.
    pub fn slow(&self) -> impl Fn(Duration) + use<> {
        let delay = Arc::clone(&self.delay);
        move |time| delay.store(time.as_millis() as u64, Ordering::SeqCst)
    }

    /// Whether it is down, to be changed.
    pub fn down(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.down)
    }

    /// Has it refuse to set updates aside, and counts how often it does.
    pub fn keeps_nothing(&mut self) -> Arc<AtomicUsize> {
        Arc::clone(self.keeps_nothing.get_or_insert_default())
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.down.load(Ordering::SeqCst) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return Err(StoreError::Database("down".into()));
        }
        Ok(())
    }
}

#[async_trait]
impl Store for SlowStore {
    fn conversations(&self) -> &dyn Conversations {
        self.inner.conversations()
    }
    async fn begin_update(&self, update: i64, now: i64) -> Result<UpdateState, StoreError> {
        self.check()?;
        self.inner.begin_update(update, now).await
    }
    async fn release_update(&self, update: i64) -> Result<(), StoreError> {
        self.check()?;
        self.inner.release_update(update).await
    }
    async fn finish_update(&self, update: i64, now: i64, memo: Memo) -> Result<(), StoreError> {
        self.check()?;
        self.inner.finish_update(update, now, memo).await
    }
    async fn handled(&self, updates: &[i64]) -> Result<HashSet<i64>, StoreError> {
        self.check()?;
        self.inner.handled(updates).await
    }
    async fn set_aside(&self, updates: Vec<(i64, Vec<u8>)>, now: i64) -> Result<(), StoreError> {
        self.check()?;
        if let Some(refused) = &self.keeps_nothing {
            refused.fetch_add(1, Ordering::SeqCst);
            return Err(StoreError::Database("full".into()));
        }
        self.inner.set_aside(updates, now).await
    }
    async fn updates_set_aside(&self, limit: u32) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        self.check()?;
        self.inner.updates_set_aside(limit).await
    }
    async fn take_up(&self, limit: u32, free_at: i64, now: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        self.check()?;
        self.inner.take_up(limit, free_at, now).await
    }
    async fn hold(&self, updates: &[i64], until: i64) -> Result<(), StoreError> {
        self.check()?;
        self.inner.hold(updates, until).await
    }
    async fn drop_set_aside(&self, update: i64) -> Result<(), StoreError> {
        self.inner.drop_set_aside(update).await
    }
    async fn note(&self, memo: Memo, now: i64) -> Result<(), StoreError> {
        self.check()?;
        self.inner.note(memo, now).await
    }
    async fn note_outcome(&self, ticket: i64, outcome: Outcome) -> Result<(), StoreError> {
        self.check()?;
        self.inner.note_outcome(ticket, outcome).await
    }
    async fn last_questions(&self, limit: u32) -> Result<Vec<QuestionRecord>, StoreError> {
        self.inner.last_questions(limit).await
    }
    async fn last_answer(&self, place: Hashed) -> Result<Option<(String, i64)>, StoreError> {
        self.check()?;
        if self.forgetful {
            return Err(StoreError::Database("locked".into()));
        }
        self.inner.last_answer(place).await
    }
    async fn answers_of(&self, chat: Hashed, question: i32) -> Result<Vec<(u32, i32)>, StoreError> {
        tokio::time::sleep(Duration::from_millis(self.delay.load(Ordering::SeqCst))).await;
        if question == POISON {
            self.panics.fetch_add(1, Ordering::SeqCst);
            panic!("on purpose");
        }
        self.inner.answers_of(chat, question).await
    }
    async fn remember_answer(&self, link: AnswerLink, at: i64) -> Result<(), StoreError> {
        self.check()?;
        self.inner.remember_answer(link, at).await
    }
    async fn answer_at(&self, chat: Hashed, answer: i32) -> Result<Option<AnswerLink>, StoreError> {
        self.inner.answer_at(chat, answer).await
    }
    async fn answered_in(&self, place: Hashed, entry: &str, since: i64) -> Result<Option<i32>, StoreError> {
        self.inner.answered_in(place, entry, since).await
    }
    async fn chat_settings(&self, place: Hashed) -> Result<ChatSettings, StoreError> {
        self.check()?;
        self.inner.chat_settings(place).await
    }
    async fn waiting_in(&self, place: Hashed) -> Result<Vec<Waiting>, StoreError> {
        self.inner.waiting_in(place).await
    }
    async fn take_due(&self, now: i64, limit: u32) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        self.inner.take_due(now, limit).await
    }
    async fn questions_since(&self, since: i64, limit: u32) -> Result<Vec<LoggedQuestion>, StoreError> {
        self.inner.questions_since(since, limit).await
    }
    async fn votes_since(&self, since: i64) -> Result<Vec<VoteCount>, StoreError> {
        self.inner.votes_since(since).await
    }
    async fn mark(&self, name: &str) -> Result<Option<(String, i64)>, StoreError> {
        self.inner.mark(name).await
    }
    async fn entries_since(&self, since: i64) -> Result<Vec<EntryAge>, StoreError> {
        self.inner.entries_since(since).await
    }
    async fn forget(&self, person: Hashed) -> Result<u64, StoreError> {
        self.inner.forget(person).await
    }
    async fn samples(&self, chat: Hashed) -> Result<Vec<Sample>, StoreError> {
        self.inner.samples(chat).await
    }
    async fn sample(&self, id: i64) -> Result<Option<Sample>, StoreError> {
        self.inner.sample(id).await
    }
    async fn most_asked(&self, since: i64, limit: u32) -> Result<Vec<(String, i64)>, StoreError> {
        self.inner.most_asked(since, limit).await
    }
    async fn posts(&self, channel: Hashed) -> Result<Vec<(String, i64)>, StoreError> {
        self.inner.posts(channel).await
    }
    async fn vote(&self, feedback: Feedback) -> Result<Option<bool>, StoreError> {
        self.check()?;
        self.votes.lock().unwrap().push(feedback.clone());
        self.inner.vote(feedback).await
    }
    async fn prune(&self, before: i64, now: i64) -> Result<(), StoreError> {
        self.inner.prune(before, now).await
    }
}
