//! The webhook: Telegram calls the bot, and an update is acknowledged by answering its call with 200.
//!
//! Owns the loop that takes in what the [`route`] hands on, who waits for which update, and setting the webhook. It is
//! never deleted at the end: the next start, or another process with the same address, goes on with it, and meanwhile
//! Telegram keeps what it cannot deliver. Several processes may share an address and a store: each says from time to time
//! at which of the updates it is at work that are set aside, and takes up those of which nobody says so any more.
//!
//! Telegram has so many calls under way at a time and no more ([`WebhookSettings::connections`]), and of each chat one. So
//! what does not get on is set aside and its call answered. A call that breaks off changes nothing: the update is worked on
//! all the same, and when it comes again its call waits for the same end.

mod route;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::IgnoredAny;
use teloxide::requests::Payload;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};

use super::{Acknowledge, Intake, RECHECK, allowed_updates};
use crate::app::TakeUp;
use crate::app::clock::now;
use crate::telegram::api::Api;
use crate::telegram::health::Health;
use crate::telegram::insist;
use crate::telegram::settings::WebhookSettings;
use crate::telegram::work::Desk;

/// How many updates may be in hand, beside those that are set aside. Telegram delivers at most a hundred at a time; calls
/// that broke off leave some behind.
/// For how long after a start Telegram delivers what it has kept, as far as that can be told.
const BACKLOG: Duration = Duration::from_secs(3);
const MOST_IN_HAND: usize = 300;
/// How often it is said that this process is at work on what it has set aside, and looked for what nobody is at work on any
/// more; several times within [`crate::store::HELD_SECS`].
const ROUND: Duration = Duration::from_secs(3);
/// How long it takes until a webhook that Telegram does not want is tried again: the name of the host may be new.
const REFUSED_WAIT: Duration = Duration::from_secs(30);

/// What becomes of a delivery. Without a verdict the bot is stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The update is done, or kept in the store until it is.
    Acknowledged,
    /// There is no room for another update.
    Full,
}

/// An update that was delivered.
#[derive(Debug)]
struct Delivery {
    update: i64,
    raw: Arc<str>,
    verdict: oneshot::Sender<Verdict>,
}

/// What comes in by the route of a webhook, for [`super::super::run`].
pub struct Deliveries {
    incoming: mpsc::Receiver<Delivery>,
    settings: WebhookSettings,
}

/// Without the address, which may hold a secret.
impl std::fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Deliveries(***)")
    }
}

/// The route that Telegram is to call, and what comes in by it. The route answers 503 unless the other is being run; until
/// then calls wait for that, for a while.
pub fn webhook(settings: WebhookSettings) -> (axum::Router, Deliveries) {
    let (deliveries, incoming) = mpsc::channel(MOST_IN_HAND);
    let route = route::route(settings.url.path(), settings.secret.clone(), deliveries);
    (route, Deliveries { incoming, settings })
}

/// `setWebhook`. teloxide's own is for certificates, too, and cannot be sent as JSON.
#[derive(Serialize)]
struct SetWebhook {
    url: String,
    secret_token: String,
    max_connections: u32,
    allowed_updates: Vec<&'static str>,
    drop_pending_updates: bool,
}

impl Payload for SetWebhook {
    type Output = IgnoredAny;

    const NAME: &'static str = "SetWebhook";
}

/// Takes up what was set aside and has Telegram deliver, until `shutdown`; then finishes what is in hand within `grace`.
pub async fn run(
    api: &Api,
    health: &Arc<Health>,
    desk: Arc<Desk>,
    deliveries: Deliveries,
    grace: Duration,
    mut shutdown: Pin<&mut (impl Future<Output = ()> + Send)>,
) {
    let Deliveries { mut incoming, settings } = deliveries;
    let room = usize::try_from(settings.connections).unwrap_or(usize::MAX);
    // Beside everything else: what Telegram delivers to an earlier start's webhook is served meanwhile.
    let setting = set(api.clone(), Arc::clone(health), &settings, allowed_updates(desk.guest_mode()));
    let (mut intake, mut finished) = Intake::new(desk, Calls::default());
    let serving = async {
        intake.begin_with_set_aside(TakeUp::Unheld).await;
        let mut batch = Vec::new();
        let heard = tokio::time::sleep(BACKLOG);
        tokio::pin!(heard);
        let mut rounds = tokio::time::interval(ROUND);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                Some(update) = finished.recv() => intake.done(update),
                // None only when the route is gone.
                1.. = incoming.recv_many(&mut batch, MOST_IN_HAND) => {}
                () = &mut heard, if !health.is_caught_up() => health.catch_up(true),
                _ = rounds.tick() => intake.look_after_set_aside().await,
                () = tokio::time::sleep(RECHECK), if intake.book.in_hand() > 0 => {}
            }
            intake.note(&mut finished);
            intake.take(&mut batch).await;
            // Another process may share Telegram's calls with this one.
            let full = intake.book.in_hand() * 2 >= room;
            intake.set_aside(full, Calls::text).await;
        }
    };
    tokio::select! {
        () = &mut shutdown => {}
        () = serving => {}
    }
    setting.abort();
    // What comes from here on is not taken in, and neither is what nobody has looked at yet.
    drop(incoming);
    intake.finish(finished, grace).await;
    tracing::info!("stopped");
}

/// Sets the webhook, however long Telegram takes to be there and to want it.
fn set(api: Api, health: Arc<Health>, settings: &WebhookSettings, allowed: Vec<&'static str>) -> JoinHandle<()> {
    let payload = SetWebhook {
        url: settings.url.to_string(),
        secret_token: settings.secret.reveal().to_owned(),
        max_connections: settings.connections,
        allowed_updates: allowed,
        drop_pending_updates: false,
    };
    tokio::spawn(async move {
        while !insist(&api, &health, &payload).await {
            tracing::error!("without a webhook no updates come; trying again in half a minute");
            tokio::time::sleep(REFUSED_WAIT).await;
        }
        tracing::info!("the webhook is set");
    })
}

/// The calls of Telegram that wait for an answer.
#[derive(Debug, Default)]
struct Calls {
    by_update: HashMap<i64, Waiting>,
}

/// An update that has come in and is not acknowledged.
#[derive(Debug)]
struct Waiting {
    raw: Arc<str>,
    /// One call, unless it broke off and came again.
    calls: Vec<oneshot::Sender<Verdict>>,
}

impl Acknowledge for Calls {
    fn acknowledge(&mut self, update: i64) {
        let calls = self.by_update.remove(&update).map(|waiting| waiting.calls);
        calls.into_iter().flatten().for_each(|call| answer(call, Verdict::Acknowledged));
    }
}

impl Calls {
    /// The text of an update that is not acknowledged.
    fn text(&self, update: i64) -> Option<String> {
        Some(self.by_update.get(&update)?.raw.to_string())
    }

    /// Has a call wait for this update, which has come in before.
    fn join(&mut self, update: i64, call: oneshot::Sender<Verdict>) {
        if let Some(waiting) = self.by_update.get_mut(&update) {
            waiting.calls.retain(|call| !call.is_closed());
            waiting.calls.push(call);
        }
    }
}

/// A call that broke off needs no answer.
fn answer(call: oneshot::Sender<Verdict>, verdict: Verdict) {
    let _ = call.send(verdict);
}

impl Intake<Calls> {
    /// Holds on to what is set aside, and takes up what another process has left behind.
    async fn look_after_set_aside(&mut self) {
        let aside = self.book.aside();
        let held = if aside.is_empty() { Ok(()) } else { self.desk.app().hold(&aside, now()).await };
        let looked = match held {
            Ok(()) => self.take_up(TakeUp::Unheld).await,
            failed => failed,
        };
        if let Err(error) = looked {
            tracing::error!(%error, "cannot look after what is set aside; trying again");
        }
    }

    /// Takes in what was delivered, as far as there is room.
    async fn take(&mut self, batch: &mut Vec<Delivery>) {
        let now = Instant::now();
        let mut new = Vec::new();
        for Delivery { update, raw, verdict } in batch.drain(..) {
            if self.book.is_aside(update) {
                answer(verdict, Verdict::Acknowledged);
            } else if self.book.is_open(update) {
                self.telegram.join(update, verdict);
            } else if self.book.in_hand() >= MOST_IN_HAND {
                answer(verdict, Verdict::Full);
            } else {
                self.book.enter(update, now);
                let waiting = Waiting { raw: Arc::clone(&raw), calls: vec![verdict] };
                self.telegram.by_update.insert(update, waiting);
                new.push((update, raw));
            }
        }
        if !new.is_empty() {
            let new: Vec<(i64, &str)> = new.iter().map(|(update, raw)| (*update, &**raw)).collect();
            self.begin_new(&new).await;
        }
    }
}
