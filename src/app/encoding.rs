//! A model at work: what it has encoded is kept, and nobody waits long for it.
//!
//! Owns when a text is encoded, and when the answer has to do without. What stands in a folder, phrasings and goldens, is encoded
//! as the folder is looked at, however long it takes, and kept on disk ([`cache`]). A question waits for its turn for
//! [`PATIENCE`] at most; a machine that takes longer than that for one question is left alone for [`REST`]. What people ask is
//! kept in memory only.

mod cache;

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::encoder::{Description, Model};
use crate::engine::{Embedding, Encoder};
use cache::{Cache, Key};

/// How long a question waits for its turn, and how long it may take.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long no question is encoded after one has taken too long.
const REST: Duration = Duration::from_secs(10);
/// How many questions are kept, the last ones, some 3 kB each: the same question is ranked more than once, and asked again, by
/// other people and whenever an admin looks at what was not answered.
const KEPT_QUESTIONS: usize = 4_000;
/// Told how many texts have been encoded, of how many.
pub type Progress = dyn Fn(usize, usize) + Send + Sync;

/// A model with what it has encoded.
pub struct Encoding {
    model: Model,
    cache: Cache,
    questions: Mutex<Questions>,
    turns: Turns,
    counts: Counts,
    /// How long a question waits.
    patience: Duration,
    progress: Option<Box<Progress>>,
}

/// How it went with the questions so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// So many were encoded.
    pub encoded: u64,
    /// So many were answered without, because they would have had to wait too long.
    pub late: u64,
    /// Of so many it made nothing.
    pub failed: u64,
}

#[derive(Debug, Default)]
struct Counts {
    encoded: AtomicU64,
    late: AtomicU64,
    failed: AtomicU64,
}

/// The last questions.
#[derive(Debug, Default)]
struct Questions {
    embeddings: HashMap<Key, Option<Embedding>>,
    order: VecDeque<Key>,
    /// No question is encoded before.
    rests_until: Option<Instant>,
}

/// How many may encode a question at a time: more would only wait for one another. First come, first served: whoever reads
/// thousands of old questions again comes back at once, and must not keep a student from his turn.
#[derive(Debug)]
struct Turns {
    state: Mutex<TurnState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct TurnState {
    free: usize,
    /// Who waits, by the numbers they got.
    waiting: VecDeque<u64>,
    given: u64,
}

impl std::fmt::Debug for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoding").field("model", &self.model.description()).finish_non_exhaustive()
    }
}

impl Encoding {
    /// How many texts one core encodes before it says how far it is.
    pub const A_STEP: usize = 16;

    /// With `model`. What it encodes of entries is kept in a file in `folder`, if there is one.
    pub fn new(model: Model, folder: Option<PathBuf>) -> Self {
        let cache = Cache::open(folder, model.fingerprint());
        Self {
            model,
            cache,
            questions: Mutex::default(),
            turns: Turns::new(rayon::current_num_threads()),
            counts: Counts::default(),
            patience: PATIENCE,
            progress: None,
        }
    }

    /// The same with another patience than [`PATIENCE`].
    #[must_use]
    pub fn waiting(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The same with somebody who is told how far it is with many texts.
    #[must_use]
    pub fn telling(self, progress: Box<Progress>) -> Self {
        Self { progress: Some(progress), ..self }
    }

    /// The same model for those who rather wait than do without: measuring, and answering from the command line.
    pub fn unhurried(self: &Arc<Self>) -> Arc<dyn Encoder> {
        Arc::new(Unhurried { encoding: Arc::clone(self), keeps: false })
    }

    /// The same model for looking at a folder: whoever does waits, for an answer to a golden must not depend on what else the
    /// machine has to do, and whatever is encoded stands in the folder, and is kept as its phrasings are.
    pub fn for_folder(self: &Arc<Self>) -> Arc<dyn Encoder> {
        Arc::new(Unhurried { encoding: Arc::clone(self), keeps: true })
    }

    /// What the model is.
    pub fn description(&self) -> Description {
        self.model.description()
    }

    /// What was wrong with the file of what was encoded before, if it had to be made anew.
    pub fn complaint(&self) -> Option<&str> {
        self.cache.complaint()
    }

    /// How it went with the questions so far.
    pub fn work(&self) -> Work {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Work { encoded: of(&self.counts.encoded), late: of(&self.counts.late), failed: of(&self.counts.failed) }
    }

    /// Writes down what has been encoded of entries since the last time. Whatever the last looks at a folder have not asked
    /// for is forgotten.
    pub fn save(&self) {
        if let Err(error) = self.cache.save() {
            tracing::warn!(%error, "cannot keep what the encoder has made of the entries: the next start has to do it again");
        }
    }

    /// What is known of a text already.
    fn known(&self, key: &Key) -> Option<Option<Embedding>> {
        self.cache.get(key).or_else(|| locked(&self.questions).embeddings.get(key).cloned())
    }

    fn rests(&self) -> bool {
        locked(&self.questions).rests_until.is_some_and(|until| Instant::now() < until)
    }

    fn keep_question(&self, key: Key, embedding: Option<Embedding>) {
        let mut questions = locked(&self.questions);
        if questions.embeddings.insert(key, embedding).is_none() {
            questions.order.push_back(key);
            if questions.order.len() > KEPT_QUESTIONS
                && let Some(first) = questions.order.pop_front()
            {
                questions.embeddings.remove(&first);
            }
        }
    }
}

impl Encoder for Encoding {
    fn encode(&self, text: &str) -> Option<Embedding> {
        let key = cache::key(text);
        if let Some(embedding) = self.known(&key) {
            return embedding;
        }
        let turn = if self.rests() { None } else { self.turns.next(Some(self.patience)) };
        let Some(_turn) = turn else {
            self.counts.late.fetch_add(1, Ordering::Relaxed);
            return None;
        };
        let start = Instant::now();
        let embedding = self.model.encode(text);
        let is_slow = start.elapsed() > self.patience;
        let count = if embedding.is_some() { &self.counts.encoded } else { &self.counts.failed };
        count.fetch_add(1, Ordering::Relaxed);
        locked(&self.questions).rests_until = is_slow.then(|| Instant::now() + REST);
        self.keep_question(key, embedding.clone());
        embedding
    }

    fn knows(&self, word: &str) -> bool {
        self.model.knows(word)
    }

    fn encode_all(&self, texts: &[String]) -> Vec<Option<Embedding>> {
        let keys: Vec<Key> = texts.par_iter().map(|text| cache::key(text)).collect();
        let mut seen = HashSet::new();
        let missing: Vec<(Key, &str)> = keys
            .iter()
            .zip(texts)
            .filter(|(key, _)| !self.cache.has(key) && seen.insert(**key))
            .map(|(key, text)| (*key, text.as_str()))
            .collect();
        let done = AtomicU64::new(0);
        missing.par_chunks(Self::A_STEP).for_each(|texts| {
            let made: Vec<(Key, Option<Embedding>)> =
                texts.iter().map(|(key, text)| (*key, self.model.encode(text))).collect();
            self.cache.add(made);
            let done = done.fetch_add(texts.len() as u64, Ordering::Relaxed) as usize + texts.len();
            self.progress.iter().for_each(|tell| tell(done, missing.len()));
        });
        keys.iter().map(|key| self.cache.get(key).flatten()).collect()
    }
}

/// A model that is waited for.
#[derive(Debug)]
struct Unhurried {
    encoding: Arc<Encoding>,
    /// Whether what it encodes is kept on disk.
    keeps: bool,
}

impl Encoder for Unhurried {
    fn encode(&self, text: &str) -> Option<Embedding> {
        let (encoding, key) = (&self.encoding, cache::key(text));
        if let Some(embedding) = encoding.known(&key) {
            return embedding;
        }
        let _turn = encoding.turns.next(None);
        let embedding = encoding.model.encode(text);
        if self.keeps {
            encoding.cache.add(vec![(key, embedding.clone())]);
        } else {
            encoding.keep_question(key, embedding.clone());
        }
        embedding
    }

    fn knows(&self, word: &str) -> bool {
        self.encoding.knows(word)
    }

    fn encode_all(&self, texts: &[String]) -> Vec<Option<Embedding>> {
        self.encoding.encode_all(texts)
    }
}

/// What `build` makes of each of `items`: side by side without an encoder; with one, one after the other, for most of what a
/// cohort's entries say the base's say too, and need not be encoded twice.
pub fn build_each<T: Send, R: Send>(
    encoding: Option<&Encoding>,
    items: Vec<T>,
    build: impl Fn(T) -> R + Send + Sync,
) -> Vec<R> {
    match encoding {
        None => items.into_par_iter().map(build).collect(),
        Some(_) => items.into_iter().map(build).collect(),
    }
}

impl Turns {
    fn new(free: usize) -> Self {
        Self { state: Mutex::new(TurnState { free, ..TurnState::default() }), changed: Condvar::new() }
    }

    /// A turn; `None` if it does not come within `patience`.
    fn next(&self, patience: Option<Duration>) -> Option<Turn<'_>> {
        let mut state = locked(&self.state);
        let until = patience.map(|patience| Instant::now() + patience);
        let number = state.given;
        state.given += 1;
        state.waiting.push_back(number);
        while state.free == 0 || state.waiting.front() != Some(&number) {
            let left = until.map(|until| until.checked_duration_since(Instant::now()));
            state = match left {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(Some(left)) => self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
                Some(None) => {
                    state.waiting.retain(|waiting| *waiting != number);
                    drop(state);
                    self.changed.notify_all();
                    return None;
                }
            };
        }
        state.waiting.pop_front();
        state.free -= 1;
        drop(state);
        // The next one's turn may be free as well.
        self.changed.notify_all();
        Some(Turn(self))
    }
}

/// Gives the turn to the next when it goes.
#[derive(Debug)]
struct Turn<'a>(&'a Turns);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        locked(&self.0.state).free += 1;
        self.0.changed.notify_all();
    }
}

/// What is in there, also after somebody who held it has panicked: none of it is half changed.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Waits until so many wait for a turn.
    fn until_waiting(turns: &Turns, count: usize) {
        while locked(&turns.state).waiting.len() != count {
            std::thread::yield_now();
        }
    }

    #[test]
    fn turns_are_had_in_the_order_of_coming_and_who_gives_up_holds_up_nobody() {
        let turns = Turns::new(1);
        let order = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            let mut first = turns.next(None);
            assert_eq!(turns.next(Some(Duration::ZERO)).map(|_| ()), None, "there is only one");
            for (place, name) in ["second", "third"].into_iter().enumerate() {
                let (turns, order) = (&turns, &order);
                scope.spawn(move || {
                    let turn = turns.next(None);
                    order.lock().unwrap().push(name);
                    drop(turn);
                });
                until_waiting(turns, place + 1);
            }
            drop(first.take());
            // Whoever had one comes back at once, and is the last.
            let again = turns.next(None);
            order.lock().unwrap().push("first");
            drop(again);
        });
        assert_eq!(order.into_inner().unwrap(), ["second", "third", "first"]);
        let both = Turns::new(2);
        let one = both.next(Some(Duration::ZERO));
        assert!(one.is_some() && both.next(Some(Duration::ZERO)).is_some(), "what is free is not waited for");
    }
}
