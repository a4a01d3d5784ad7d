//! Takes updates in and acknowledges each only after it has been handled, or is kept in the store until then.
//!
//! Owns what the two ways in have in common ([`polling`], where the bot asks for updates, and [`webhook`], where Telegram
//! calls it): the order of updates within a chat, what is set aside, and an orderly end. How an update is acknowledged is
//! theirs ([`Acknowledge`]). What is done about an update is [`super::work`]'s; nothing here reads one beyond its number
//! and chat.
//!
//! Telegram hands out a limited number of updates that are not acknowledged. So what does not get on is set aside
//! ([`book`]): kept in the store, sealed, and acknowledged. It is still worked on; should the process end before that is
//! done, the next one begins with it.

mod book;
mod chats;
pub mod polling;
pub mod webhook;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::health::BackOff;
use super::newer::GUEST_UPDATES;
use super::route::{Task, route};
use super::work::{Desk, Job};
use crate::app::TakeUp;
use crate::app::clock::now;
use crate::store::StoreError;
use book::Book;
use chats::Entered;
pub use chats::Kind;

/// Between two looks at what is in hand, while nothing happens to it.
const RECHECK: Duration = Duration::from_millis(200);
/// How much of the grace is kept for giving up on what is in hand and for the last acknowledgement.
const FAREWELL: Duration = Duration::from_secs(2);
/// How often it is looked, at the end, whether a chat will get on in time.
const HOPE_CHECK: Duration = Duration::from_millis(100);
/// How long letting go of what is set aside may take.
const LETTING_GO: Duration = Duration::from_millis(300);
/// What [`route`] has a use for.
const ALLOWED_UPDATES: [&str; 7] = [
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
];

/// The kinds of updates to ask Telegram for, by name: some are newer than teloxide's types.
pub fn allowed_updates(guest_mode: bool) -> Vec<&'static str> {
    ALLOWED_UPDATES.into_iter().chain(guest_mode.then_some(GUEST_UPDATES)).collect()
}

#[derive(Deserialize)]
struct Numbered {
    update_id: i64,
}

/// The number of an update, if it has one.
fn number(raw: &str) -> Option<i64> {
    serde_json::from_str::<Numbered>(raw).ok().map(|numbered| numbered.update_id)
}

/// A line of the store in place of an update: a chat is to be told that messages were left out.
#[derive(Serialize, Deserialize)]
struct Notice {
    telefaq_left_out_of: i64,
}

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running,
    /// What has begun is finished, nothing else begins. What cannot be finished until then is given up at once.
    Stopping(Instant),
    /// What has begun is given up, to be done after the next start.
    GivingUp,
}

/// A way to tell Telegram that it need not send an update again.
trait Acknowledge {
    /// Tells it so of this update, which is done or kept in the store, now or as soon as that can be.
    fn acknowledge(&mut self, update: i64);
}

type Chats = Arc<Mutex<chats::Chats<Job>>>;

struct Intake<A> {
    book: Book,
    telegram: A,
    chats: Chats,
    /// By update that was left out: the chat that is to be told in its place.
    notices: HashMap<i64, i64>,
    /// When it is tried again to set something aside after the store could not, and how long after the next failure.
    keep_again: (Instant, BackOff),
    desk: Arc<Desk>,
    done: mpsc::UnboundedSender<i64>,
    phase: watch::Sender<Phase>,
}

impl<A: Acknowledge> Intake<A> {
    /// An intake without anything in hand, and where it hears what is done.
    fn new(desk: Arc<Desk>, telegram: A) -> (Self, mpsc::UnboundedReceiver<i64>) {
        let (phase, _) = watch::channel(Phase::Running);
        let (done, finished) = mpsc::unbounded_channel();
        let (book, chats) = (Book::default(), Chats::default());
        let keep_again = (Instant::now(), BackOff::new());
        (Self { book, telegram, chats, notices: HashMap::new(), keep_again, desk, done, phase }, finished)
    }

    /// Begins with what an earlier process has set aside, before anything newer. However long the store takes.
    async fn begin_with_set_aside(&mut self, which: TakeUp) {
        let mut pause = BackOff::new();
        while let Err(error) = self.take_up(which).await {
            tracing::error!(%error, "cannot read what was set aside; trying again");
            pause.wait().await;
        }
    }

    /// Starts on what was set aside by others.
    async fn take_up(&mut self, which: TakeUp) -> Result<(), StoreError> {
        let aside = self.desk.app().take_up(which, now()).await?;
        let mut taken = 0;
        let mut left_out = Vec::new();
        for (update, text) in aside {
            let known = self.book.is_open(update) || self.book.is_aside(update);
            self.book.set_aside(update);
            self.telegram.acknowledge(update);
            if known {
                continue;
            }
            taken += 1;
            match serde_json::from_str::<Notice>(&text) {
                Ok(Notice { telefaq_left_out_of: chat }) => {
                    self.notices.insert(update, chat);
                    self.book.belongs(update, Some(chat));
                    self.enter(Some(chat), Job::new(update, Task::LeftOut { chat }), &mut left_out);
                }
                Err(_) => self.read(update, &text, &mut left_out),
            }
        }
        if taken > 0 {
            tracing::info!(updates = taken, "going on with what was set aside");
        }
        self.leave_out(left_out).await;
        Ok(())
    }

    /// Starts on these updates, which are in the book and new.
    async fn begin_new(&mut self, new: &[(i64, &str)]) {
        // What was handled before a restart takes nobody's place. Should the store not say, it is found out later.
        let numbers: Vec<i64> = new.iter().map(|(update, _)| *update).collect();
        let handled = self.desk.app().store().handled(&numbers).await.unwrap_or_else(|error| {
            tracing::error!(%error, "cannot tell which updates are handled");
            HashSet::new()
        });
        let mut left_out = Vec::new();
        for (update, raw) in new {
            if handled.contains(update) {
                self.done(*update);
            } else {
                self.read(*update, raw, &mut left_out);
            }
        }
        self.leave_out(left_out).await;
    }

    /// Reads an update and starts on it.
    fn read(&mut self, update: i64, raw: &str, left_out: &mut Vec<Job>) {
        let routed = route(raw, self.desk.myself());
        self.book.belongs(update, routed.chat);
        if let Task::Ignore(why) = routed.task {
            tracing::debug!(why, "ignored an update");
            self.done(update);
            return;
        }
        let job = Job::new(update, routed.task);
        self.desk.promise_answer(&job);
        self.enter(routed.chat, job, left_out);
    }

    /// Starts on a job, or has it wait behind the one that its chat has in hand. What is too much for the chat is added to
    /// `left_out`.
    fn enter(&mut self, chat: Option<i64>, job: Job, left_out: &mut Vec<Job>) {
        let Some(chat) = chat else { return self.begin(None, job) };
        let entered = lock(&self.chats).enter(chat, job.kind(), job);
        match entered {
            Entered::Waits => {}
            Entered::Begins(job) => self.begin(Some(chat), job),
            Entered::LeavesOut { job, tell } => {
                tracing::debug!(update = job.update, "left an update out: its chat sends more than can wait");
                // A group is told nothing of what it does not miss.
                if tell && chat > 0 {
                    self.notices.insert(job.update, chat);
                }
                left_out.push(job);
            }
        }
    }

    /// Finishes what is left out. In place of the first of a chat a notice to it is kept, before the others are forgotten.
    async fn leave_out(&mut self, left_out: Vec<Job>) {
        let (notices, others): (Vec<_>, Vec<_>) =
            left_out.into_iter().partition(|job| self.notices.contains_key(&job.update));
        let numbers: Vec<i64> = notices.iter().map(|job| job.update).collect();
        self.keep(&numbers, |_, _| None).await;
        for update in numbers {
            let Some(chat) = self.notices.get(&update).copied() else { continue };
            let notice = Job::new(update, Task::LeftOut { chat });
            let nobody = lock(&self.chats).put_first(chat, notice);
            if let Some(notice) = nobody {
                self.begin(None, notice);
            }
        }
        for job in others {
            self.begin(None, job.left_out());
        }
    }

    /// Starts on a job, and then on what waits in its chat behind it.
    fn begin(&self, chat: Option<i64>, job: Job) {
        let (desk, done, chats) = (Arc::clone(&self.desk), self.done.clone(), Arc::clone(&self.chats));
        let mut phase = self.phase.subscribe();
        tokio::spawn(async move {
            let mut next = Some(job);
            while let Some(job) = next {
                tokio::select! {
                    biased;
                    () = until_given_up(&mut phase, |by| desk.cannot_send(&job, by)) => desk.give_up(&job).await,
                    () = desk.work(&job) => {
                        // Nobody listens any more only when nobody acknowledges any more.
                        let _ = done.send(job.update);
                    }
                }
                let running = *phase.borrow() == Phase::Running;
                next = chat.and_then(|chat| next_of(&chats, chat, running));
            }
        });
    }

    /// Notes what is done.
    fn note(&mut self, finished: &mut mpsc::UnboundedReceiver<i64>) {
        while let Ok(update) = finished.try_recv() {
            self.done(update);
        }
    }

    fn done(&mut self, update: i64) {
        self.notices.remove(&update);
        self.book.done(update);
        self.telegram.acknowledge(update);
    }

    /// Sets aside what holds up others; `full`: there is no room for others. `text` finds the text of an update.
    async fn set_aside(&mut self, full: bool, text: impl Fn(&A, i64) -> Option<String>) {
        if Instant::now() < self.keep_again.0 {
            return;
        }
        let numbers = self.book.to_set_aside(Instant::now(), full, |chat| self.desk.is_paused(chat));
        self.keep(&numbers, text).await;
    }

    /// Keeps these updates in the store, as far as their texts are there. What cannot be kept is not acknowledged.
    async fn keep(&mut self, numbers: &[i64], text: impl Fn(&A, i64) -> Option<String>) {
        let notice = |update: i64| {
            let chat = *self.notices.get(&update)?;
            serde_json::to_string(&Notice { telefaq_left_out_of: chat }).ok()
        };
        let text = |update: i64| notice(update).or_else(|| text(&self.telegram, update));
        let kept: Vec<(i64, String)> = numbers.iter().filter_map(|update| Some((*update, text(*update)?))).collect();
        if kept.is_empty() {
            return;
        }
        match self.desk.app().set_aside(&kept, now()).await {
            Ok(()) => {
                tracing::debug!(updates = kept.len(), "set aside what has to wait");
                for (update, _) in kept {
                    self.book.set_aside(update);
                    self.telegram.acknowledge(update);
                }
                self.keep_again.1 = BackOff::new();
            }
            Err(error) => {
                tracing::error!(%error, "cannot set aside what has to wait; trying again");
                self.keep_again.0 = Instant::now() + self.keep_again.1.step();
            }
        }
    }

    /// Finishes what has begun within `grace`, less what the last acknowledgement needs; that is left to the caller.
    async fn finish(self, mut finished: mpsc::UnboundedReceiver<i64>, grace: Duration) -> A {
        let Self { mut book, mut telegram, desk, done, phase, .. } = self;
        tracing::info!(in_hand = book.waiting(), "stopping: finishing what is in hand");
        let farewell = FAREWELL.min(grace / 2);
        let enough = Instant::now() + grace - farewell;
        phase.send_replace(Phase::Stopping(enough));
        drop(done);
        // Every task holds a sender: no more to come means that all have ended.
        let mut all = async |limit: Instant| {
            tokio::time::timeout_at(limit, async {
                while let Some(update) = finished.recv().await {
                    book.done(update);
                    telegram.acknowledge(update);
                }
            })
            .await
        };
        if all(enough).await.is_err() {
            phase.send_replace(Phase::GivingUp);
            let _ = all(enough + farewell / 2).await;
        }
        let left = book.waiting();
        if left > 0 {
            tracing::warn!(left, "not everything was finished in time; it will be done after the next start");
        }
        let aside = book.aside();
        if !aside.is_empty() {
            // Should that fail, others wait until it is clear that nobody is at work on it any more.
            let _ = tokio::time::timeout(LETTING_GO, desk.app().let_go(&aside)).await;
        }
        telegram
    }
}

/// Returns when a job is to be given up: all are, or the end is near and `is_hopeless` says that it cannot be done by then.
async fn until_given_up(phase: &mut watch::Receiver<Phase>, is_hopeless: impl Fn(Instant) -> bool) {
    loop {
        let now = *phase.borrow_and_update();
        let changed = match now {
            Phase::GivingUp => return,
            Phase::Stopping(by) if is_hopeless(by) => return,
            Phase::Stopping(_) => tokio::time::timeout(HOPE_CHECK, phase.changed()).await.unwrap_or(Ok(())),
            Phase::Running => phase.changed().await,
        };
        if changed.is_err() {
            // The intake is gone without having said so: nothing is given up for that.
            std::future::pending::<()>().await;
        }
    }
}

/// The next job of the chat; when nothing is to begin any more, none.
fn next_of(chats: &Chats, chat: i64, running: bool) -> Option<Job> {
    let mut chats = lock(chats);
    if !running {
        chats.drop_waiting(chat);
    }
    chats.next(chat)
}

/// A panic while it was held cannot have left it half changed.
fn lock(chats: &Chats) -> MutexGuard<'_, chats::Chats<Job>> {
    chats.lock().unwrap_or_else(PoisonError::into_inner)
}
