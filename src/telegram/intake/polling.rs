//! Long polling: asks Telegram for updates, and acknowledges them with the offset of the next question.
//!
//! Owns the loop of `getUpdates`. Telegram hands out at most a hundred unacknowledged updates at a time, and
//! acknowledging one acknowledges all before it ([`offset`]). So an update that takes long (a chat that must wait) keeps
//! those after it unacknowledged, though they are handled; Telegram then repeats them, and they are recognised. A hundred
//! updates behind one that waits would be the end of the window, if it were not set aside.

mod offset;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use teloxide::payloads::{DeleteWebhook, setters::*};
use teloxide::requests::Payload;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{Acknowledge, Intake, RECHECK, allowed_updates, number};
use crate::app::TakeUp;
use crate::telegram::api::{Api, CallError};
use crate::telegram::health::{BackOff, Health};
use crate::telegram::insist;
use crate::telegram::work::Desk;
use offset::Offset;

/// How many updates Telegram hands out at a time.
const WINDOW: usize = 100;
/// Between any two polls that bring nothing new while something is in hand, however fast updates are finished.
const SHORTEST_RECHECK: Duration = Duration::from_millis(40);
/// After a 409: somebody else is polling, and may stop.
const CONFLICT_WAIT: Duration = Duration::from_secs(3);
/// What the last acknowledgement may take at least, however little is left.
const SHORTEST_FAREWELL: Duration = Duration::from_millis(500);

/// `getUpdates`, with the updates left as text: teloxide's own payload would parse them, and fail a hundred for one.
#[derive(Serialize)]
struct GetUpdates<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    limit: usize,
    timeout: u64,
    allowed_updates: &'a [&'a str],
}

impl Payload for GetUpdates<'_> {
    type Output = Vec<Box<RawValue>>;

    const NAME: &'static str = "GetUpdates";

    fn timeout_hint(&self) -> Option<Duration> {
        Some(Duration::from_secs(self.timeout))
    }
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
    let allowed = allowed_updates(desk.guest_mode());
    let (mut intake, mut finished) = Intake::new(desk, Offset::default());
    let begin = async {
        // Polling and a webhook exclude each other. What is waiting is kept.
        insist(api, health, &DeleteWebhook::new().drop_pending_updates(false)).await;
        // Telegram lets one process poll.
        intake.begin_with_set_aside(TakeUp::All).await;
    };
    tokio::select! {
        () = &mut shutdown => return say_farewell(intake, api, finished, grace).await,
        () = begin => {}
    }
    let mut pause = BackOff::new();
    loop {
        intake.note(&mut finished);
        let asked = intake.telegram.get();
        let request =
            GetUpdates { offset: asked, limit: WINDOW, timeout: poll_timeout.as_secs(), allowed_updates: &allowed };
        let started = Instant::now();
        let polled = tokio::select! {
            () = &mut shutdown => break,
            polled = api.call(&request) => polled,
        };
        let rest = async {
            match polled {
                Ok(updates) => {
                    health.answered();
                    intake.note(&mut finished);
                    let numbered = numbered(&updates);
                    let any_new = intake.take(&numbered, asked).await;
                    // Where there is room for more, nothing is left that came earlier.
                    health.catch_up(updates.len() < WINDOW);
                    let texts: HashMap<i64, &str> = numbered.iter().copied().collect();
                    let text = |_: &Offset, update: i64| texts.get(&update).map(|text| (*text).to_owned());
                    intake.set_aside(!any_new && updates.len() >= WINDOW, text).await;
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
                Err(error) => {
                    health.catch_up(false);
                    recover(error, api, health, &mut pause).await;
                }
            }
        };
        tokio::select! {
            () = &mut shutdown => break,
            () = rest => {}
        }
    }
    say_farewell(intake, api, finished, grace).await;
}

/// The updates with their numbers, without those that have none.
fn numbered(updates: &[Box<RawValue>]) -> Vec<(i64, &str)> {
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

impl Intake<Offset> {
    /// Starts on the updates that are new, and says whether there were any. `asked` is the offset they came for.
    async fn take(&mut self, updates: &[(i64, &str)], asked: Option<i64>) -> bool {
        let now = Instant::now();
        let mut new = Vec::new();
        for &(update, raw) in updates {
            if !self.telegram.is_new(update, asked) {
                continue;
            }
            if self.book.is_aside(update) {
                self.telegram.acknowledge(update);
            } else {
                self.book.enter(update, now);
                new.push((update, raw));
            }
        }
        if !new.is_empty() {
            self.begin_new(&new).await;
        }
        !new.is_empty()
    }

    /// Nothing new came: returns when something in hand was finished, or after a while. `since` is when it was asked
    /// for.
    async fn wait_for_progress(&mut self, finished: &mut mpsc::UnboundedReceiver<i64>, since: Instant) {
        if self.telegram.is_waiting()
            && let Ok(Some(update)) = tokio::time::timeout(RECHECK, finished.recv()).await
        {
            self.done(update);
            self.note(finished);
        }
        if since.elapsed() < SHORTEST_RECHECK {
            tokio::time::sleep_until(since + SHORTEST_RECHECK).await;
        }
    }
}

/// Finishes what has begun, and acknowledges what was done, all within `grace`.
async fn say_farewell(intake: Intake<Offset>, api: &Api, finished: mpsc::UnboundedReceiver<i64>, grace: Duration) {
    let end = Instant::now() + grace;
    let allowed = allowed_updates(intake.desk.guest_mode());
    let Some(offset) = intake.finish(finished, grace).await.get() else { return };
    let last = GetUpdates { offset: Some(offset), limit: 1, timeout: 0, allowed_updates: &allowed };
    let limit = end.saturating_duration_since(Instant::now()).max(SHORTEST_FAREWELL);
    match api.call_within::<_, IgnoredAny>(&last, limit).await {
        Ok(_) => tracing::info!("stopped"),
        // Harmless: they come again after the next start, and the store knows them.
        Err(error) => tracing::info!(%error, "stopped; what was handled last could not be acknowledged"),
    }
}
