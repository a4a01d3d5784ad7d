//! Long polling: takes updates in and acknowledges each only after it has been handled.
//!
//! Owns the loop of `getUpdates`, the order of updates within a chat, and an orderly end. What is done about an update
//! is [`super::work`]'s; this module never reads one beyond its number and chat.
//!
//! Telegram hands out at most a hundred unacknowledged updates at a time, and acknowledging one acknowledges all before
//! it. So an update that takes long (a chat that must wait) keeps those after it unacknowledged, though they are
//! handled; Telegram then repeats them, and they are recognised. A hundred updates behind one that waits is the end of
//! the window: the rest waits with it. So that one chat does not fill the window, only so much may wait in each
//! ([`chats`]); and when the window is full all the same, what waits for a chat that Telegram wants a long pause from is
//! acknowledged before it is done.

mod chats;
mod tracker;

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use teloxide::requests::Payload;
use teloxide::types::AllowedUpdate;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::api::{Api, CallError};
use super::health::{BackOff, Health};
use super::route::{Task, route};
use super::work::{Desk, Job};
use chats::{Entered, Next};
use tracker::Tracker;

/// How many updates Telegram hands out at a time.
const WINDOW: usize = 100;

/// Between two polls that bring nothing new while something is in hand.
const RECHECK: Duration = Duration::from_millis(200);
/// Between any two such polls, however fast updates are finished.
const SHORTEST_RECHECK: Duration = Duration::from_millis(40);
/// After a 409: somebody else is polling, and may stop.
const CONFLICT_WAIT: Duration = Duration::from_secs(3);
/// What the last acknowledgement may take, and what giving up on what is in hand may take.
const FAREWELL_LIMIT: Duration = Duration::from_secs(3);
/// What [`route`] has a use for.
const ALLOWED_UPDATES: [AllowedUpdate; 3] =
    [AllowedUpdate::Message, AllowedUpdate::EditedMessage, AllowedUpdate::CallbackQuery];

/// `getUpdates`, with the updates left as text: teloxide's own payload would parse them, and fail a hundred for one.
#[derive(Serialize)]
struct GetUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    limit: usize,
    timeout: u64,
    allowed_updates: &'static [AllowedUpdate],
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

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Running,
    /// What has begun is finished, nothing else begins.
    Stopping,
    /// What has begun is given up, to be done after the next start.
    GivingUp,
}

/// Polls until `shutdown`, then finishes what is in hand within `grace`.
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
    let mut intake = Intake { tracker: Tracker::default(), chats: Chats::default(), desk, done, phase };
    let mut pause = BackOff::new();
    loop {
        while let Ok(update) = finished.try_recv() {
            intake.tracker.done(update);
        }
        let asked = intake.tracker.offset();
        let request = GetUpdates {
            offset: asked,
            limit: WINDOW,
            timeout: poll_timeout.as_secs(),
            allowed_updates: &ALLOWED_UPDATES,
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
                    pause = BackOff::new();
                    if !intake.take(&updates, asked) {
                        if updates.len() >= WINDOW {
                            intake.make_room();
                        }
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
    desk: Arc<Desk>,
    done: mpsc::UnboundedSender<i64>,
    phase: watch::Sender<Phase>,
}

impl Intake {
    /// Starts on the updates that are new, and says whether there were any. `asked` is the offset they came for.
    fn take(&mut self, updates: &[Box<RawValue>], asked: Option<i64>) -> bool {
        let mut any = false;
        for raw in updates {
            let Ok(Numbered { update_id }) = serde_json::from_str(raw.get()) else {
                tracing::error!("an update without a number was left out");
                continue;
            };
            if !self.tracker.is_new(update_id, asked) {
                continue;
            }
            any = true;
            let routed = route(raw.get(), self.desk.myself());
            self.tracker.belongs(update_id, routed.chat);
            if let Task::Ignore(why) = routed.task {
                tracing::debug!(why, "ignored an update");
                self.tracker.done(update_id);
                continue;
            }
            let job = Job::new(update_id, routed.task);
            self.desk.promise_answer(&job);
            self.start(routed.chat, job);
        }
        any
    }

    /// Starts on a job, or has it wait behind the one that its chat has in hand.
    fn start(&self, chat: Option<i64>, job: Job) {
        let entered = match chat {
            Some(chat) => lock(&self.chats).enter(chat, job),
            None => Entered::Begins(job),
        };
        let desk = Arc::clone(&self.desk);
        let done = self.done.clone();
        let mut phase = self.phase.subscribe();
        match entered {
            Entered::Waits => {}
            Entered::LeavesOut(job) => {
                tracing::debug!(update = job.update, "left an update out: its chat sends more than can wait");
                tokio::spawn(async move {
                    tokio::select! {
                        biased;
                        () = until_giving_up(&mut phase) => {}
                        () = desk.leave_out(&job) => {
                            let _ = done.send(job.update);
                        }
                    }
                });
            }
            Entered::Begins(job) => {
                let chats = Arc::clone(&self.chats);
                tokio::spawn(async move {
                    let mut next = Some(Next { job, tell: false });
                    while let Some(Next { job, tell }) = next {
                        let working = async {
                            if let Some(chat) = chat.filter(|_| tell) {
                                desk.say_left_out(chat).await;
                            }
                            desk.work(&job).await;
                        };
                        tokio::select! {
                            biased;
                            () = until_giving_up(&mut phase) => desk.give_up(&job).await,
                            () = working => {
                                // Nobody listens any more only when nobody acknowledges any more.
                                let _ = done.send(job.update);
                            }
                        }
                        let running = *phase.borrow() == Phase::Running;
                        next = chat.and_then(|chat| next_of(&chats, chat, running));
                    }
                });
            }
        }
    }

    /// The window is full of what is not done: acknowledges what waits for chats that are paused for long, so that the
    /// others get their turn. It is still worked on; only the end of the process would lose it now.
    fn make_room(&mut self) {
        let desk = &self.desk;
        let let_go = self.tracker.let_go(|chat| desk.is_held(chat));
        if let_go > 0 {
            tracing::warn!(let_go, "a chat must wait long: acknowledged what waits in it, to let others pass");
        }
    }

    /// Nothing new came: returns when something in hand was finished, or after a while. `since` is when it was asked
    /// for.
    async fn wait_for_progress(&mut self, finished: &mut mpsc::UnboundedReceiver<i64>, since: Instant) {
        if self.tracker.is_waiting()
            && let Ok(Some(update)) = tokio::time::timeout(RECHECK, finished.recv()).await
        {
            self.tracker.done(update);
            while let Ok(update) = finished.try_recv() {
                self.tracker.done(update);
            }
        }
        if since.elapsed() < SHORTEST_RECHECK {
            tokio::time::sleep_until(since + SHORTEST_RECHECK).await;
        }
    }

    /// Finishes what has begun within `grace`, and acknowledges what was done.
    async fn finish(self, api: &Api, mut finished: mpsc::UnboundedReceiver<i64>, grace: Duration) {
        let Self { mut tracker, done, phase, .. } = self;
        tracing::info!(in_hand = tracker.waiting(), "stopping: finishing what is in hand");
        phase.send_replace(Phase::Stopping);
        drop(done);
        // Every task holds a sender: no more to come means that all have ended.
        let mut all = async |limit: Duration| {
            tokio::time::timeout(limit, async {
                while let Some(update) = finished.recv().await {
                    tracker.done(update);
                }
            })
            .await
        };
        if all(grace).await.is_err() {
            tracing::warn!("not everything was finished in time; it will be done after the next start");
            phase.send_replace(Phase::GivingUp);
            let _ = all(FAREWELL_LIMIT).await;
        }
        let Some(offset) = tracker.offset() else { return };
        let last = GetUpdates { offset: Some(offset), limit: 1, timeout: 0, allowed_updates: &ALLOWED_UPDATES };
        match api.call_within::<_, serde::de::IgnoredAny>(&last, FAREWELL_LIMIT).await {
            Ok(_) => tracing::info!("stopped"),
            // Harmless: they come again after the next start, and the store knows them.
            Err(error) => tracing::info!(%error, "stopped; what was handled last could not be acknowledged"),
        }
    }
}

async fn until_giving_up(phase: &mut watch::Receiver<Phase>) {
    if phase.wait_for(|phase| *phase == Phase::GivingUp).await.is_err() {
        // The intake is gone without having said so: nothing is given up for that.
        std::future::pending::<()>().await;
    }
}

/// The next job of the chat; when nothing is to begin any more, none.
fn next_of(chats: &Chats, chat: i64, running: bool) -> Option<Next<Job>> {
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
