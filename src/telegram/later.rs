//! What happens without an update: answers that nobody has asked for, once people have had their time, and the ends of
//! trials, and what channels are posted to.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::health::BackOff;
use super::send::{Doubts, Place, Sender};
use crate::app::{App, Due};

/// How often it is looked what is due.
const EVERY: Duration = Duration::from_secs(1);
/// How much of it is looked at a time.
const AT_A_TIME: u32 = 50;

/// Does what is due, as it comes due, for the bot of this user name. Never returns.
pub async fn run(app: Arc<App>, sender: Arc<Sender>, username: String) {
    let since = jiff::Timestamp::now().as_second();
    let in_hand = Arc::new(Mutex::new(HashSet::new()));
    let mut pause = BackOff::new();
    loop {
        let now = jiff::Timestamp::now();
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let due = async {
            app.plan_posts(&username, since, now.as_second()).await?;
            app.due(today, now.as_second(), AT_A_TIME).await
        };
        match due.await {
            Ok(due) => {
                pause = BackOff::new();
                for due in due {
                    // A chat that Telegram wants left alone holds up no other.
                    if lock(&in_hand).insert(due.id) {
                        let (app, sender, in_hand) = (Arc::clone(&app), Arc::clone(&sender), Arc::clone(&in_hand));
                        tokio::spawn(async move {
                            let id = due.id;
                            carry_out(&app, &sender, due).await;
                            lock(&in_hand).remove(&id);
                        });
                    }
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
    let Due { chat, topic, outbound, .. } = due;
    let place = Place { chat, topic };
    for step in &outbound.steps {
        match sender.carry_out(place, step, &mut Doubts::default()).await {
            Ok(Some(link)) => sender.link(link).await,
            Ok(None) => {}
            Err(trouble) => {
                // It comes due again.
                tracing::error!(?trouble, "could not do what was due");
                return;
            }
        }
    }
    app.remember(outbound.memo, jiff::Timestamp::now().as_second()).await;
}

/// A panic while it was held cannot have left it half changed.
fn lock(in_hand: &Mutex<HashSet<i64>>) -> std::sync::MutexGuard<'_, HashSet<i64>> {
    in_hand.lock().unwrap_or_else(PoisonError::into_inner)
}
