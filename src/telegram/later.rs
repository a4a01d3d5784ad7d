//! What happens without an update: answers that nobody has asked for, once people have had their time, the ends of
//! trials, and what channels are posted to.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::health::{BackOff, Health};
use super::send::{Carried, Doubts, Place, Sender};
use crate::app::{App, Due, clock};

/// How often it is looked what is due.
const EVERY: Duration = Duration::from_secs(1);
/// How often it is looked, at the end, whether what is in hand is done.
const LOOK: Duration = Duration::from_millis(50);
/// How much of it is looked at a time.
const AT_A_TIME: u32 = 50;

/// What is being done, by number.
#[derive(Clone, Default)]
pub struct InHand(Arc<Mutex<HashSet<i64>>>);

impl InHand {
    /// Returns once nothing is being done any more, or after so long.
    pub async fn finish(&self, limit: Duration) {
        let end = Instant::now() + limit;
        while !self.lock().is_empty() && Instant::now() < end {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// A panic while it was held cannot have left it half changed.
    fn lock(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does what is due, as it comes due, for the bot of this user name; not while messages that came before have yet to be
/// heard. Never returns.
pub async fn run(app: Arc<App>, sender: Arc<Sender>, health: Arc<Health>, username: String, in_hand: InHand) {
    let since = clock::now();
    let mut pause = BackOff::new();
    loop {
        health.until_caught_up().await;
        let (today, now) = clock::read();
        let due = async {
            app.plan_posts(&username, since, now).await?;
            app.plan_digest(&username, since, now).await?;
            app.due(today, now, AT_A_TIME, |id| in_hand.lock().contains(&id)).await
        };
        match due.await {
            Ok(due) => {
                pause = BackOff::new();
                for due in due {
                    // A chat that Telegram wants left alone holds up no other.
                    in_hand.lock().insert(due.id);
                    let (app, sender, in_hand) = (Arc::clone(&app), Arc::clone(&sender), in_hand.clone());
                    tokio::spawn(async move {
                        let id = due.id;
                        carry_out(&app, &sender, due).await;
                        in_hand.lock().remove(&id);
                    });
                }
                tokio::time::sleep(EVERY).await;
            }
            Err(error) => {
                tracing::error!(%error, "cannot see what is due; trying again");
                pause.wait().await;
            }
        }
    }
}

async fn carry_out(app: &App, sender: &Sender, due: Due) {
    let Due { chat, topic, mut outbound, .. } = due;
    let place = Place { chat, topic };
    let mut next = 0;
    while let Some(step) = outbound.steps.get(next) {
        next += 1;
        match sender.carry_out(place, step, &mut Doubts::default()).await {
            Ok(Carried::Done(Some(link))) => sender.link(link).await,
            Ok(Carried::Done(None)) => {}
            Ok(Carried::NotDelivered) => {
                outbound.fail_at(next - 1);
                next = 0;
            }
            Err(_) => {
                // It comes due again.
                tracing::error!("could not do what was due");
                return;
            }
        }
    }
    app.remember(outbound.memo, clock::now()).await;
}
