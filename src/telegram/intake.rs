//! Long polling: takes updates in and acknowledges each only after it has been handled, or is kept in the store until then.
//!
//! Owns the loop of `getUpdates`, the order of updates within a chat, and an orderly end. What is done about an update
//! is [`super::work`]'s; this module never reads one beyond its number and chat.
//!
//! Telegram hands out at most a hundred unacknowledged updates at a time, and acknowledging one acknowledges all before
//! it. So an update that takes long (a chat that must wait) keeps those after it unacknowledged, though they are
//! handled; Telegram then repeats them, and they are recognised. A hundred updates behind one that waits would be the end
//! of the window. So what does not get on is set aside ([`tracker`]): kept in the store, sealed, and acknowledged. It is
//! still worked on; should the process end before that is done, the next one begins with it.

mod chats;
mod tracker;

use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use teloxide::requests::Payload;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::api::{Api, CallError};
use super::health::{BackOff, Health};
use super::newer::GUEST_UPDATES;
use super::route::{Task, route};
use super::work::{Desk, Job};
use chats::Entered;
pub use chats::Kind;
use tracker::Tracker;

/// How many updates Telegram hands out at a time.
const WINDOW: usize = 100;

/// Between two polls that bring nothing new while something is in hand.
const RECHECK: Duration = Duration::from_millis(200);
/// Between any two such polls, however fast updates are finished.
const SHORTEST_RECHECK: Duration = Duration::from_millis(40);
/// After a 409: somebody else is polling, and may stop.
const CONFLICT_WAIT: Duration = Duration::from_secs(3);
/// How much of the grace is kept for giving up on what is in hand and for the last acknowledgement.
const FAREWELL: Duration = Duration::from_secs(2);
/// What the last acknowledgement may take at least, however little is left.
const SHORTEST_FAREWELL: Duration = Duration::from_millis(500);
/// How often it is looked, at the end, whether a chat will get on in time.
const HOPE_CHECK: Duration = Duration::from_millis(100);
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

/// `getUpdates`, with the updates left as text: teloxide's own payload would parse them, and fail a hundred for one.
#[derive(Serialize)]
struct GetUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    limit: usize,
    timeout: u64,
    allowed_updates: Vec<&'static str>,
}

impl Payload for GetUpdates {
    type Output = Vec<Box<RawValue>>;

    const NAME: &'static str = "GetUpdates";

    fn timeout_hint(&self) -> Option<Duration> {
        Some(Duration::from_secs(self.timeout))
    }
}

#[derive(Deserialize)]
struct Numbered {
    update_id: i64,
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

/// Takes up what was set aside, polls until `shutdown`, then finishes what is in hand within `grace`.
pub async fn run(
    api: &Api,
    health: &Health,
    desk: Arc<Desk>,
    poll_timeout: Duration,
    grace: Duration,
    mut shutdown: Pin<&mut (impl Future<Output = ()> + Send)>,
) {
    let (phase, _) = watch::channel(Phase::Running);
    let (done, mut finished) = mpsc::unbounded_channel();
    let (tracker, chats) = (Tracker::default(), Chats::default());
    let guest_mode = desk.guest_mode();
    let keep_again = (Instant::now(), BackOff::new());
    let mut intake = Intake { tracker, chats, notices: HashMap::new(), keep_again, desk, done, phase };
    tokio::select! {
        () = &mut shutdown => return intake.finish(api, finished, grace).await,
        () = intake.take_up() => {}
    }
    let mut pause = BackOff::new();
    loop {
        intake.note(&mut finished);
        let asked = intake.tracker.offset();
        let request = GetUpdates {
            offset: asked,
            limit: WINDOW,
            timeout: poll_timeout.as_secs(),
            allowed_updates: allowed_updates(guest_mode),
        };
        let started = Instant::now();
        let polled = tokio::select! {
            () = &mut shutdown => break,
            polled = api.call(&request) => polled,
        };
        let rest = async {
            match polled {
                Ok(updates) => {
                    health.answered();
                    let numbered = numbered(&updates);
                    let any_new = intake.take(&numbered, asked).await;
                    intake.set_aside(&numbered, !any_new && updates.len() >= WINDOW).await;
                    if !any_new && numbered.len() < updates.len() {
                        // They come again until something with a number comes after them.
                        tracing::error!(count = updates.len() - numbered.len(), "left out updates without a number");
                        return pause.wait().await;
                    }
                    pause = BackOff::new();
                    if !any_new {
                        intake.wait_for_progress(&mut finished, started).await;
                    }
                }
                Err(error) => recover(error, api, health, &mut pause).await,
            }
        };
        tokio::select! {
            () = &mut shutdown => break,
            () = rest => {}
        }
    }
    intake.finish(api, finished, grace).await;
}

/// The updates with their numbers, without those that have none.
fn numbered(updates: &[Box<RawValue>]) -> Vec<(i64, &str)> {
    let number = |raw: &str| serde_json::from_str::<Numbered>(raw).ok().map(|numbered| numbered.update_id);
    updates.iter().filter_map(|raw| Some((number(raw.get())?, raw.get()))).collect()
}

/// Waits as long as this failure of `getUpdates` calls for.
async fn recover(error: CallError, api: &Api, health: &Health, pause: &mut BackOff) {
    match error {
        CallError::RetryAfter(wait) => tokio::time::sleep(wait).await,
        CallError::Conflict => {
            tracing::warn!("another process is receiving this bot's updates with the same token; stop one of the two");
            tokio::time::sleep(CONFLICT_WAIT).await;
        }
        error if error.is_outage() => {
            tracing::warn!(%error, "cannot fetch updates");
            if !health.until_back(api).await {
                pause.wait().await;
            }
        }
        error => {
            tracing::error!(%error, "cannot fetch updates");
            pause.wait().await;
        }
    }
}

type Chats = Arc<Mutex<chats::Chats<Job>>>;

struct Intake {
    tracker: Tracker,
    chats: Chats,
    /// By update that was left out: the chat that is to be told in its place.
    notices: HashMap<i64, i64>,
    /// When it is tried again to set something aside after the store could not, and how long after the next failure.
    keep_again: (Instant, BackOff),
    desk: Arc<Desk>,
    done: mpsc::UnboundedSender<i64>,
    phase: watch::Sender<Phase>,
}

impl Intake {
    /// Begins with what an earlier process has set aside, before anything newer. However long the store takes.
    async fn take_up(&mut self) {
        let mut pause = BackOff::new();
        let aside = loop {
            match self.desk.app().updates_set_aside().await {
                Ok(aside) => break aside,
                Err(error) => tracing::error!(%error, "cannot read what was set aside; trying again"),
            }
            pause.wait().await;
        };
        if !aside.is_empty() {
            tracing::info!(updates = aside.len(), "going on with what was set aside");
        }
        let mut left_out = Vec::new();
        for (update, text) in aside {
            self.tracker.set_aside(update);
            match serde_json::from_str::<Notice>(&text) {
                Ok(Notice { telefaq_left_out_of: chat }) => {
                    self.notices.insert(update, chat);
                    self.enter(Some(chat), Job::new(update, Task::LeftOut { chat }), &mut left_out);
                }
                Err(_) => self.read(update, &text, &mut left_out),
            }
        }
        self.leave_out(left_out).await;
    }

    /// Starts on the updates that are new, and says whether there were any. `asked` is the offset they came for.
    async fn take(&mut self, updates: &[(i64, &str)], asked: Option<i64>) -> bool {
        let now = Instant::now();
        let new: Vec<_> = updates.iter().filter(|(update, _)| self.tracker.is_new(*update, asked, now)).collect();
        if new.is_empty() {
            return false;
        }
        // What was handled before a restart takes nobody's place. Should the store not say, it is found out later.
        let numbers: Vec<i64> = new.iter().map(|(update, _)| *update).collect();
        let handled = self.desk.app().store().handled(&numbers).await.unwrap_or_else(|error| {
            tracing::error!(%error, "cannot tell which updates are handled");
            HashSet::new()
        });
        let mut left_out = Vec::new();
        for (update, raw) in new {
            if handled.contains(update) {
                self.tracker.done(*update);
            } else {
                self.read(*update, raw, &mut left_out);
            }
        }
        self.leave_out(left_out).await;
        true
    }

    /// Reads an update and starts on it.
    fn read(&mut self, update: i64, raw: &str, left_out: &mut Vec<Job>) {
        let routed = route(raw, self.desk.myself());
        self.tracker.belongs(update, routed.chat);
        if let Task::Ignore(why) = routed.task {
            tracing::debug!(why, "ignored an update");
            self.tracker.done(update);
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
        self.keep(&numbers, &HashMap::new()).await;
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
        self.tracker.done(update);
    }

    /// Sets aside what holds up others. These are the updates as Telegram has just repeated them; `full`: there is no room
    /// for others among them.
    async fn set_aside(&mut self, updates: &[(i64, &str)], full: bool) {
        if Instant::now() < self.keep_again.0 {
            return;
        }
        let desk = Arc::clone(&self.desk);
        let numbers = self.tracker.to_set_aside(Instant::now(), full, |chat| desk.is_paused(chat));
        self.keep(&numbers, &updates.iter().copied().collect()).await;
    }

    /// Keeps these updates in the store, as far as their texts are there. What cannot be kept is not acknowledged.
    async fn keep(&mut self, numbers: &[i64], texts: &HashMap<i64, &str>) {
        let notice = |update: &i64| {
            let chat = *self.notices.get(update)?;
            serde_json::to_string(&Notice { telefaq_left_out_of: chat }).ok()
        };
        let text = |update: &i64| notice(update).or_else(|| texts.get(update).map(|text| (*text).to_owned()));
        let kept: Vec<(i64, String)> = numbers.iter().filter_map(|update| Some((*update, text(update)?))).collect();
        if kept.is_empty() {
            return;
        }
        let now = jiff::Timestamp::now().as_second();
        match self.desk.app().set_aside(&kept, now).await {
            Ok(()) => {
                tracing::debug!(updates = kept.len(), "set aside what has to wait");
                kept.iter().for_each(|(update, _)| self.tracker.set_aside(*update));
                self.keep_again.1 = BackOff::new();
            }
            Err(error) => {
                tracing::error!(%error, "cannot set aside what has to wait; trying again");
                self.keep_again.0 = Instant::now() + self.keep_again.1.step();
            }
        }
    }

    /// Nothing new came: returns when something in hand was finished, or after a while. `since` is when it was asked
    /// for.
    async fn wait_for_progress(&mut self, finished: &mut mpsc::UnboundedReceiver<i64>, since: Instant) {
        if self.tracker.is_waiting()
            && let Ok(Some(update)) = tokio::time::timeout(RECHECK, finished.recv()).await
        {
            self.done(update);
            self.note(finished);
        }
        if since.elapsed() < SHORTEST_RECHECK {
            tokio::time::sleep_until(since + SHORTEST_RECHECK).await;
        }
    }

    /// Finishes what has begun, and acknowledges what was done, all within `grace`.
    async fn finish(self, api: &Api, mut finished: mpsc::UnboundedReceiver<i64>, grace: Duration) {
        let Self { mut tracker, done, phase, desk, .. } = self;
        tracing::info!(in_hand = tracker.waiting(), "stopping: finishing what is in hand");
        let farewell = FAREWELL.min(grace / 2);
        let end = Instant::now() + grace;
        let enough = end - farewell;
        phase.send_replace(Phase::Stopping(enough));
        drop(done);
        // Every task holds a sender: no more to come means that all have ended.
        let mut all = async |limit: Instant| {
            tokio::time::timeout_at(limit, async {
                while let Some(update) = finished.recv().await {
                    tracker.done(update);
                }
            })
            .await
        };
        if all(enough).await.is_err() {
            phase.send_replace(Phase::GivingUp);
            let _ = all(enough + farewell / 2).await;
        }
        let left = tracker.waiting();
        if left > 0 {
            tracing::warn!(left, "not everything was finished in time; it will be done after the next start");
        }
        let Some(offset) = tracker.offset() else { return };
        let last = GetUpdates {
            offset: Some(offset),
            limit: 1,
            timeout: 0,
            allowed_updates: allowed_updates(desk.guest_mode()),
        };
        let limit = end.saturating_duration_since(Instant::now()).max(SHORTEST_FAREWELL);
        match api.call_within::<_, serde::de::IgnoredAny>(&last, limit).await {
            Ok(_) => tracing::info!("stopped"),
            // Harmless: they come again after the next start, and the store knows them.
            Err(error) => tracing::info!(%error, "stopped; what was handled last could not be acknowledged"),
        }
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
