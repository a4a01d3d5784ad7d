//! Whether Telegram can be reached, known once for everybody.
//!
//! Owns the waiting for Telegram to come back: one prober at a time, and all who wait go on as soon as anybody gets
//! through. Also the back-off used everywhere below `telegram`.

use std::time::Duration;

use serde::de::IgnoredAny;
use teloxide::payloads::GetMe;
use tokio::sync::{Mutex, watch};

use super::api::Api;

/// The longest wait between two tries of anything.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// The same for what had better not be tried often.
const LONGEST_PATIENT_WAIT: Duration = Duration::from_secs(15);
/// The longest wait between two probes: shorter, for there is one prober and everybody waits for it.
const LONGEST_PROBE_WAIT: Duration = Duration::from_secs(2);
/// What a probe may take; short, for a black hole must not hide that Telegram is back.
const PROBE_LIMIT: Duration = Duration::from_secs(5);

/// Waits that double from one to the next up to a cap, each shortened at random so that many do not return at once.
#[derive(Debug, Clone)]
pub struct BackOff {
    next: Duration,
    cap: Duration,
}

impl BackOff {
    /// Starts at a quarter of a second, ends at five.
    pub fn new() -> Self {
        Self { next: Duration::from_millis(250), cap: LONGEST_WAIT }
    }

    /// For a message that may be there though its sending is said to have failed: starts at about four seconds, which is
    /// longer than a moment of trouble lasts, and ends at about eleven.
    pub fn patient() -> Self {
        Self { next: Duration::from_secs(6), cap: LONGEST_PATIENT_WAIT }
    }

    /// How long to wait now: between half of the due time and all of it.
    pub fn step(&mut self) -> Duration {
        let now = self.next;
        self.next = (now * 2).min(self.cap);
        now.mul_f64(0.5 + fastrand::f64() / 2.0)
    }

    /// Waits that long.
    pub async fn wait(&mut self) {
        tokio::time::sleep(self.step()).await;
    }
}

impl Default for BackOff {
    fn default() -> Self {
        Self::new()
    }
}

/// What is known about the way to Telegram.
#[derive(Debug)]
pub struct Health {
    /// Counts calls that got an answer of Telegram's own, whatever it said.
    answers: watch::Sender<u64>,
    /// Whose turn it is to probe, and whether Telegram was away for the last who did.
    prober: Mutex<bool>,
    /// Whether what came while nobody listened has been heard.
    caught_up: watch::Sender<bool>,
}

impl Default for Health {
    fn default() -> Self {
        Self { answers: watch::channel(0).0, prober: Mutex::new(false), caught_up: watch::channel(false).0 }
    }
}

impl Health {
    /// Notes whether what came while nobody listened has been heard.
    pub fn catch_up(&self, caught_up: bool) {
        self.caught_up.send_if_modified(|before| std::mem::replace(before, caught_up) != caught_up);
    }

    /// Whether it has been.
    pub fn is_caught_up(&self) -> bool {
        *self.caught_up.borrow()
    }

    /// Returns once it has been.
    pub async fn until_caught_up(&self) {
        // An error means that nobody can say so any more, and this is part of who could.
        let _ = self.caught_up.subscribe().wait_for(|caught_up| *caught_up).await;
    }

    /// Notes that Telegram answered.
    pub fn answered(&self) {
        self.answers.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// To be called after a call that failed for want of Telegram: returns once Telegram answers, probing with `getMe`.
    /// Says whether it was away, that is whether the first probe failed too.
    pub async fn until_back(&self, api: &Api) -> bool {
        let mut answers = self.answers.subscribe();
        let mut away = self.prober.lock().await;
        if answers.has_changed().unwrap_or(false) {
            // Somebody else got through while this one waited for its turn.
            return *away;
        }
        *away = false;
        let mut pause = BackOff { next: Duration::from_millis(100), cap: LONGEST_PROBE_WAIT };
        loop {
            match api.call_within::<_, IgnoredAny>(&GetMe::new(), PROBE_LIMIT).await {
                Err(error) if error.is_outage() => {
                    if !*away {
                        tracing::warn!(%error, "Telegram cannot be reached; waiting for it");
                    }
                    *away = true;
                    tokio::select! {
                        () = pause.wait() => {}
                        _ = answers.changed() => return true,
                    }
                }
                _ => {
                    if *away {
                        tracing::info!("Telegram answers again");
                    }
                    self.answered();
                    return *away;
                }
            }
        }
    }
}

impl Health {
    /// The same for a call that must not be made in vain: that somebody else got through is not enough, `getMe` itself
    /// must be answered.
    pub async fn until_surely_back(&self, api: &Api) {
        let mut pause = BackOff::new();
        while let Err(error) = api.call_within::<_, IgnoredAny>(&GetMe::new(), PROBE_LIMIT).await
            && error.is_outage()
        {
            pause.wait().await;
        }
        self.answered();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_off_grows_to_its_cap_and_never_beyond() {
        let mut pause = BackOff::new();
        let waits: Vec<Duration> = (0..20).map(|_| pause.step()).collect();
        assert!(waits[0] >= Duration::from_millis(125) && waits[0] <= Duration::from_millis(250));
        assert!(waits.iter().all(|wait| *wait <= LONGEST_WAIT));
        assert!(waits[19] >= LONGEST_WAIT / 2);
    }
}
