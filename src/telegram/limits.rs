//! Telegram's limits on sending: so many messages a second overall, one a second in a chat with short bursts, twenty a
//! minute in a group, and chats that asked for a pause.
//!
//! Owns when the next message may go out. A place in the line is taken at once and then waited for, so nobody holds a
//! lock while waiting and the order of asking is the order of sending.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many messages a chat may get at once before one a second holds.
const CHAT_BURST: u32 = 3;
/// What counts together in a group.
const GROUP_WINDOW: Duration = Duration::from_secs(60);
/// From how many remembered chats on those at rest are forgotten.
const REMEMBERED_CHATS: usize = 4096;

/// A token bucket, written as the time at which it would be full again.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    full_at: Instant,
}

/// How fast a bucket fills and how much it holds.
#[derive(Debug, Clone, Copy)]
struct Rate {
    /// Between two messages; zero: no limit.
    every: Duration,
    /// How many may go at once.
    burst: u32,
}

impl Rate {
    fn new(per_second: f64, burst: u32) -> Self {
        let every = if per_second > 0.0 { Duration::try_from_secs_f64(1.0 / per_second) } else { Ok(Duration::ZERO) };
        Self { every: every.unwrap_or(Duration::ZERO), burst: burst.max(1) }
    }
}

impl Bucket {
    /// Takes one message out and says when it may be sent.
    fn take(&mut self, rate: Rate, now: Instant) -> Instant {
        let full_at = self.full_at.max(now);
        let saved = rate.every * (rate.burst - 1);
        self.full_at = full_at + rate.every;
        now.max(full_at.checked_sub(saved).unwrap_or(now))
    }
}

/// What is known of one chat.
#[derive(Debug, Clone)]
struct Chat {
    bucket: Bucket,
    paused_until: Instant,
    /// In a group: when its last messages went or will go out, as many as a minute may have.
    sent: VecDeque<Instant>,
}

impl Chat {
    /// Takes a place in the line of a group, not before `at`, and says when that is.
    fn take_in_group(&mut self, at: Instant, most: usize) -> Instant {
        if most == 0 {
            return at;
        }
        let room = match self.sent.len() >= most {
            true => self.sent.pop_front().map_or(at, |first| first + GROUP_WINDOW),
            false => at,
        };
        let at = at.max(room);
        self.sent.push_back(at);
        at
    }

    fn rests(&self, now: Instant) -> bool {
        self.bucket.full_at <= now
            && self.paused_until <= now
            && self.sent.back().is_none_or(|last| *last + GROUP_WINDOW <= now)
    }
}

/// The limits, shared by all who send.
#[derive(Debug)]
pub struct Limits {
    overall: Rate,
    chat: Rate,
    /// Messages a minute in a group; 0: no limit.
    group_per_minute: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    overall: Bucket,
    chats: HashMap<i64, Chat>,
}

impl Limits {
    /// So many messages a second overall and in each chat, and a minute in each group; 0: no limit.
    pub fn new(per_second: f64, chat_per_second: f64, group_per_minute: usize) -> Self {
        let overall = Bucket { full_at: Instant::now() };
        Self {
            // Evenly spaced: a burst on top of the rate would break the limit in its first second.
            overall: Rate::new(per_second, 1),
            chat: Rate::new(chat_per_second, CHAT_BURST),
            group_per_minute,
            state: Mutex::new(State { overall, chats: HashMap::new() }),
        }
    }

    /// Returns when a new message may go to this chat.
    pub async fn message(&self, chat: i64) {
        let at = {
            let now = Instant::now();
            let most = if chat < 0 { self.group_per_minute } else { 0 };
            self.with_chat(chat, now, |rate, entry| {
                let at = entry.bucket.take(rate, now);
                entry.take_in_group(at, most)
            })
        };
        wait_until(at).await;
        self.edit(chat).await;
    }

    /// Returns when a change of a message may go to this chat: not counted against the chat's rate.
    pub async fn edit(&self, chat: i64) {
        // Asked again after each wait: the pause may have been prolonged meanwhile.
        loop {
            let now = Instant::now();
            let pause = self.pause_left(chat, now);
            if pause.is_zero() {
                break;
            }
            wait_until(now + pause).await;
        }
        let at = {
            let mut state = self.lock();
            state.overall.take(self.overall, Instant::now())
        };
        wait_until(at).await;
    }

    /// Telegram wants nothing to be sent to this chat for so long.
    pub fn pause(&self, chat: i64, pause: Duration, now: Instant) {
        // A pause longer than a day is not Telegram's.
        let until = now + pause.min(Duration::from_secs(86_400));
        self.with_chat(chat, now, |_, entry| entry.paused_until = entry.paused_until.max(until));
    }

    /// How long this chat is still paused at this moment; zero: it is not.
    pub fn pause_left(&self, chat: i64, now: Instant) -> Duration {
        self.lock().chats.get(&chat).map_or(Duration::ZERO, |chat| chat.paused_until.saturating_duration_since(now))
    }

    /// Whether messages wait for the limit on all chats together.
    pub fn is_busy(&self, now: Instant) -> bool {
        self.lock().overall.full_at > now + self.overall.every
    }

    fn with_chat<T>(&self, chat: i64, now: Instant, change: impl FnOnce(Rate, &mut Chat) -> T) -> T {
        let mut state = self.lock();
        if state.chats.len() >= REMEMBERED_CHATS {
            state.chats.retain(|_, chat| !chat.rests(now));
        }
        let entry = state.chats.entry(chat).or_insert_with(|| Chat {
            bucket: Bucket { full_at: now },
            paused_until: now,
            sent: VecDeque::new(),
        });
        change(self.chat, entry)
    }

    /// A panic while it was held cannot have left it half changed.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits only if there is something to wait for: the timer alone costs a millisecond or two.
async fn wait_until(at: Instant) {
    if at > Instant::now() {
        tokio::time::sleep_until(at).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The waits of `count` messages asked for at the same moment, in milliseconds.
    fn waits(rate: Rate, count: usize) -> Vec<u128> {
        let now = Instant::now();
        let mut bucket = Bucket { full_at: now };
        (0..count).map(|_| (bucket.take(rate, now) - now).as_millis()).collect()
    }

    #[test]
    fn a_chat_gets_three_at_once_and_then_one_a_second() {
        assert_eq!(waits(Rate::new(1.0, CHAT_BURST), 5), [0, 0, 0, 1000, 2000]);
    }

    #[test]
    fn overall_messages_are_evenly_spaced() {
        assert_eq!(waits(Rate::new(10.0, 1), 4), [0, 100, 200, 300]);
    }

    #[test]
    fn a_rested_bucket_is_full_but_not_fuller() {
        let now = Instant::now();
        let mut bucket = Bucket { full_at: now };
        let rate = Rate::new(1.0, 3);
        let later = now + Duration::from_secs(100);
        let waits: Vec<u128> = (0..4).map(|_| (bucket.take(rate, later) - later).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 1000]);
    }

    #[test]
    fn nothing_waits_without_limits() {
        assert_eq!(waits(Rate::new(0.0, CHAT_BURST), 1000), [0; 1000]);
    }

    #[test]
    fn a_pause_holds_one_chat_and_no_other() {
        let limits = Limits::new(0.0, 0.0, 0);
        let now = Instant::now();
        let seconds = Duration::from_secs;
        limits.pause(1, seconds(8), now);
        assert_eq!(limits.pause_left(2, now), Duration::ZERO);
        assert_eq!(limits.pause_left(1, now + seconds(3)), seconds(5));
        limits.pause(1, seconds(1), now + seconds(3));
        assert_eq!(limits.pause_left(1, now + seconds(3)), seconds(5), "a pause is not shortened");
        assert_eq!(limits.pause_left(1, now + seconds(9)), Duration::ZERO);
    }

    #[test]
    fn no_minute_of_a_group_has_more_than_its_share() {
        let now = Instant::now();
        let mut chat = Chat { bucket: Bucket { full_at: now }, paused_until: now, sent: VecDeque::new() };
        let times: Vec<u64> = (0..50).map(|_| (chat.take_in_group(now, 20) - now).as_secs()).collect();
        let expected: Vec<u64> = (0..50).map(|message| message / 20 * 60).collect();
        assert_eq!(times, expected);
        assert!(!chat.rests(now + Duration::from_secs(179)) && chat.rests(now + Duration::from_secs(180)));
        let mut free = Chat { bucket: Bucket { full_at: now }, paused_until: now, sent: VecDeque::new() };
        assert!((0..100).all(|_| free.take_in_group(now, 0) == now));
    }

    #[test]
    fn it_is_busy_when_somebody_waits_for_all() {
        let limits = Limits::new(10.0, 0.0, 0);
        let now = Instant::now();
        let take = || limits.lock().overall.take(limits.overall, now);
        take();
        assert!(!limits.is_busy(now), "one has gone, nobody waits");
        take();
        assert!(limits.is_busy(now));
        assert!(!limits.is_busy(now + Duration::from_millis(100)));
    }

    #[test]
    fn chats_at_rest_are_forgotten() {
        let limits = Limits::new(0.0, 1000.0, 20);
        let now = Instant::now();
        for chat in 0..(REMEMBERED_CHATS as i64 * 3) {
            let later = now + Duration::from_secs(chat as u64);
            limits.with_chat(chat, later, |rate, entry| entry.bucket.take(rate, later));
        }
        assert!(limits.lock().chats.len() <= REMEMBERED_CHATS + 1);
    }
}
