//! A store that forgets everything at the end: for the terminal and for tests.
//!
//! Means the same as [`super::SqliteStore`] by the story in `tests/it/store.rs`. Never touches a disk.

mod conversations;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{
    AnswerLink, Change, ChatSettings, Conversations, EntryAge, Feedback, HELD_SECS, Hashed, LEASE_SECS, LoggedQuestion,
    Memo, Outcome, QuestionRecord, Sample, Store, StoreError, UPDATES_KEPT_SECS, UpdateState, VoteCount, Waiting,
    Writes,
};
use conversations::{Kept, forget_conversations};

/// Everything in maps behind one lock, which is never held across an `await`.
#[derive(Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    updates: HashMap<i64, Update>,
    aside: BTreeMap<i64, Aside>,
    questions: Vec<LoggedQuestion>,
    /// How many lines the question log has had.
    logged: i64,
    /// By chat, question and position: the link, and when.
    answers: BTreeMap<([u8; 16], i32, u32), (AnswerLink, i64)>,
    /// By chat or topic: the entry, and when.
    last: HashMap<Hashed, (String, i64)>,
    votes: HashMap<(Hashed, String), Feedback>,
    chats: HashMap<Hashed, ChatSettings>,
    waiting: BTreeMap<i64, Waiting>,
    samples: Vec<Sample>,
    /// By channel and entry: when.
    posts: HashMap<(Hashed, String), i64>,
    /// Conversations between students and mentors.
    kept: Kept,
    /// By name: the value, and since when.
    marks: HashMap<String, (String, i64)>,
    /// By id: a number made of what the entry says, and since when it is there and says so.
    entries: BTreeMap<String, (i64, EntryAge)>,
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
        for record in memo.questions {
            self.logged += 1;
            self.questions.push(LoggedQuestion { id: self.logged, settled: false, record });
        }
        self.last.extend(memo.last.map(|last| (last.place, (last.entry, now))));
        memo.changes.into_iter().for_each(|change| self.change(change, now));
        self.forget_unset();
    }

    /// That nothing is set for a chat is nothing to be kept.
    fn forget_unset(&mut self) {
        self.chats.retain(|_, settings| *settings != ChatSettings::default());
    }

    fn chat(&mut self, place: Hashed) -> &mut ChatSettings {
        self.chats.entry(place).or_default()
    }

    fn change(&mut self, change: Change, now: i64) {
        match change {
            Change::Mode(place, mode) => self.chat(place).mode = mode,
            Change::Cohort(place, cohort) => self.chat(place).cohort = cohort,
            Change::AmbientAt(place, percent) => self.chat(place).ambient_at = percent,
            Change::TrialUntil(place, until) => self.chat(place).trial_until = until,
            Change::Gone(place, gone) => self.chat(place).gone = gone,
            Change::Search(place, topic) => self.chat(place).search = topic.map(|topic| (topic, now)),
            Change::Writes(place, writes) => {
                self.chat(place).writes = writes.map(|conversation| Writes { conversation, since: now });
            }
            Change::Conversation(change) => self.kept.change(change, now),
            Change::Moved { from, to } => {
                self.kept.moved(from, to);
                if let Some(old) = self.chats.remove(&from) {
                    let new = self.chat(to);
                    new.mode = new.mode.take().or(old.mode);
                    new.cohort = new.cohort.take().or(old.cohort);
                    new.ambient_at = new.ambient_at.or(old.ambient_at);
                    new.trial_until = new.trial_until.or(old.trial_until);
                }
                for sample in self.samples.iter_mut().filter(|sample| sample.chat == from) {
                    sample.chat = to;
                }
            }
            Change::Wait(waiting) => drop(self.waiting.entry(waiting.id).or_insert(waiting)),
            Change::CallOff(place, message) => {
                self.waiting.retain(|_, waiting| waiting.place != place || waiting.message != message);
            }
            Change::Happened(id) => drop(self.waiting.remove(&id)),
            Change::Sample(sample) => self.samples.push(sample),
            Change::Judged(id, fits) => {
                for sample in self.samples.iter_mut().filter(|sample| sample.id == id) {
                    sample.fits = Some(fits);
                }
            }
            Change::NoSamples(chat) => self.samples.retain(|sample| sample.chat != chat),
            Change::Mark(name, value) => drop(self.marks.insert(name, (value, now))),
            Change::Entries(entries) => self.note_entries(entries, now),
            Change::Settled(questions) => {
                for question in self.questions.iter_mut().filter(|question| questions.contains(&question.id)) {
                    question.settled = true;
                }
            }
            Change::Posted(channel, entry) => drop(self.posts.insert((channel, entry), now)),
        }
    }
}

impl State {
    fn note_entries(&mut self, entries: Vec<(String, i64)>, now: i64) {
        let since = if self.entries.is_empty() { 0 } else { now };
        let mut before = std::mem::take(&mut self.entries);
        for (id, content) in entries {
            let age = match before.remove(&id) {
                Some((known, age)) if known == content => age,
                Some((_, age)) => EntryAge { changed: now, ..age },
                None => EntryAge { id: id.clone(), added: since, changed: since },
            };
            self.entries.insert(id, (content, age));
        }
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
        let questions = state.questions.iter_mut().map(|question| &mut question.record);
        for question in questions.filter(|question| question.ticket == Some(ticket)) {
            question.outcome = Some(outcome.clone());
        }
        Ok(())
    }

    async fn last_questions(&self, limit: u32) -> Result<Vec<QuestionRecord>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.state().questions.iter().rev().take(limit).map(|question| question.record.clone()).collect())
    }

    async fn last_answer(&self, place: Hashed) -> Result<Option<(String, i64)>, StoreError> {
        Ok(self.state().last.get(&place).cloned())
    }

    async fn answers_of(&self, chat: Hashed, question: i32) -> Result<Vec<(u32, i32)>, StoreError> {
        let state = self.state();
        let answers = state.answers.range((chat.0, question, 0)..=(chat.0, question, u32::MAX));
        Ok(answers.filter_map(|(&(_, _, position), (link, _))| Some((position, link.answer?))).collect())
    }

    async fn remember_answer(&self, link: AnswerLink, at: i64) -> Result<(), StoreError> {
        let key = (link.chat.0, link.question, link.position);
        match link.answer {
            Some(_) => drop(self.state().answers.insert(key, (link, at))),
            None => drop(self.state().answers.remove(&key)),
        }
        Ok(())
    }

    async fn answer_at(&self, chat: Hashed, answer: i32) -> Result<Option<AnswerLink>, StoreError> {
        let state = self.state();
        let mut links = state.answers.values().map(|(link, _)| link);
        Ok(links.find(|link| link.chat == chat && link.answer == Some(answer)).cloned())
    }

    async fn answered_in(&self, place: Hashed, entry: &str, since: i64) -> Result<Option<i32>, StoreError> {
        let state = self.state();
        let shows = |link: &AnswerLink| {
            link.about.as_ref().is_some_and(|about| about.place == place && about.entry.as_deref() == Some(entry))
        };
        let shown = state.answers.values().filter(|(link, at)| *at >= since && shows(link));
        Ok(shown.max_by_key(|(link, at)| (*at, link.answer)).and_then(|(link, _)| link.answer))
    }

    async fn chat_settings(&self, place: Hashed) -> Result<ChatSettings, StoreError> {
        Ok(self.state().chats.get(&place).cloned().unwrap_or_default())
    }

    async fn waiting_in(&self, place: Hashed) -> Result<Vec<Waiting>, StoreError> {
        let state = self.state();
        let mut here: Vec<Waiting> = state.waiting.values().filter(|waiting| waiting.place == place).cloned().collect();
        here.sort_by_key(|waiting| (waiting.message, waiting.id));
        Ok(here)
    }

    async fn take_due(&self, now: i64, limit: u32) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let mut state = self.state();
        let mut due: Vec<&mut Waiting> = state.waiting.values_mut().filter(|waiting| waiting.due <= now).collect();
        due.sort_by_key(|waiting| (waiting.due, waiting.id));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let taken = due.into_iter().take(limit).map(|waiting| {
            waiting.due = now.saturating_add(LEASE_SECS);
            (waiting.id, waiting.sealed.clone())
        });
        Ok(taken.collect())
    }

    async fn samples(&self, chat: Hashed) -> Result<Vec<Sample>, StoreError> {
        let mut samples: Vec<Sample> =
            self.state().samples.iter().filter(|sample| sample.chat == chat).cloned().collect();
        samples.sort_by_key(|sample| (sample.at, sample.id));
        Ok(samples)
    }

    async fn sample(&self, id: i64) -> Result<Option<Sample>, StoreError> {
        Ok(self.state().samples.iter().find(|sample| sample.id == id).cloned())
    }

    async fn most_asked(&self, since: i64, limit: u32) -> Result<Vec<(String, i64)>, StoreError> {
        let state = self.state();
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        let questions = state.questions.iter().map(|question| &question.record);
        for question in questions.filter(|question| question.at >= since) {
            let entry = match &question.outcome {
                Some(Outcome::Chosen(entry)) => Some(entry),
                Some(Outcome::Rejected) => None,
                None => question.top.as_ref().filter(|_| question.decision == "answer"),
            };
            if let Some(entry) = entry {
                *counts.entry(entry).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, i64)> =
            counts.into_iter().map(|(entry, count)| (entry.to_owned(), count)).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(counts)
    }

    async fn posts(&self, channel: Hashed) -> Result<Vec<(String, i64)>, StoreError> {
        let state = self.state();
        let posts = state.posts.iter().filter(|((of, _), _)| *of == channel);
        let mut posts: Vec<(String, i64)> = posts.map(|((_, entry), at)| (entry.clone(), *at)).collect();
        posts.sort();
        Ok(posts)
    }

    async fn vote(&self, feedback: Feedback) -> Result<Option<bool>, StoreError> {
        let key = (feedback.voter, feedback.entry.clone());
        Ok(self.state().votes.insert(key, feedback).map(|earlier| earlier.up))
    }

    fn conversations(&self) -> &dyn Conversations {
        self
    }

    async fn questions_since(&self, since: i64, limit: u32) -> Result<Vec<LoggedQuestion>, StoreError> {
        let state = self.state();
        let mut questions: Vec<LoggedQuestion> =
            state.questions.iter().filter(|question| question.record.at >= since).cloned().collect();
        questions.sort_by_key(|question| std::cmp::Reverse((question.record.at, question.id)));
        questions.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(questions)
    }

    async fn votes_since(&self, since: i64) -> Result<Vec<VoteCount>, StoreError> {
        let mut counts: BTreeMap<(String, bool, Option<&str>), (i64, i64)> = BTreeMap::new();
        let state = self.state();
        for vote in state.votes.values().filter(|vote| vote.at >= since) {
            let (times, last) = counts.entry((vote.entry.clone(), vote.up, vote.reason)).or_default();
            (*times, *last) = (*times + 1, vote.at.max(*last));
        }
        let count = |((entry, up, reason), (times, last)): ((String, bool, Option<&str>), (i64, i64))| VoteCount {
            entry,
            up,
            reason: reason.map(str::to_owned),
            times,
            last,
        };
        Ok(counts.into_iter().map(count).collect())
    }

    async fn mark(&self, name: &str) -> Result<Option<(String, i64)>, StoreError> {
        Ok(self.state().marks.get(name).cloned())
    }

    async fn entries_since(&self, since: i64) -> Result<Vec<EntryAge>, StoreError> {
        let state = self.state();
        let ages = state.entries.values().map(|(_, age)| age);
        Ok(ages.filter(|age| age.added >= since || age.changed >= since).cloned().collect())
    }

    async fn forget(&self, person: Hashed) -> Result<u64, StoreError> {
        let mut state = self.state();
        let kept = |state: &State| {
            let own = state.votes.len() + state.last.len() + state.answers.len();
            own + state.waiting.len() + state.chats.len() + state.kept.count()
        };
        let before = kept(&state);
        state.votes.retain(|(voter, _), _| *voter != person);
        state.last.remove(&person);
        let is_theirs =
            |link: &AnswerLink| link.chat == person || link.about.as_ref().is_some_and(|about| about.asker == person);
        state.answers.retain(|_, (link, _)| !is_theirs(link));
        state.waiting.retain(|_, waiting| waiting.asker != person || waiting.place == person);
        forget_conversations(&mut state, person);
        state.chats.remove(&person);
        Ok(u64::try_from(before - kept(&state)).unwrap_or(u64::MAX))
    }

    async fn prune(&self, before: i64, now: i64) -> Result<(), StoreError> {
        let mut state = self.state();
        state.kept.prune(before);
        state.questions.retain(|q| q.record.at >= before);
        state.votes.retain(|_, v| v.at >= before);
        state.answers.retain(|_, (_, at)| *at >= before);
        state.samples.retain(|sample| sample.at >= before);
        let kept = now.saturating_sub(UPDATES_KEPT_SECS);
        state.last.retain(|_, (_, at)| *at >= kept);
        state.waiting.retain(|_, waiting| waiting.due >= kept);
        for settings in state.chats.values_mut() {
            settings.search = settings.search.take().filter(|(_, at)| *at >= kept);
            settings.writes = settings.writes.take().filter(|writes| writes.since >= kept);
        }
        state.forget_unset();
        state.updates.retain(|_, u| u.at >= kept);
        state.aside.retain(|_, aside| aside.at >= kept);
        Ok(())
    }
}
