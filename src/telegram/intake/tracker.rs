//! Which updates have come in and which of them are done or set aside: pure. Owns the offset, the promise that an update
//! is acknowledged only once it and all before it are done, or kept in the store until they are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

/// How long those behind an update may have to wait for it, and Telegram to repeat it.
const LONGEST_HOLD: Duration = Duration::from_secs(3);
/// How many updates may be set aside at a time. They are in memory as well; with more, Telegram keeps what comes.
const MOST_ASIDE: usize = 2000;

/// An update that has come in.
#[derive(Debug)]
struct Seen {
    chat: Option<i64>,
    since: Instant,
    done: bool,
}

/// Updates between the offset and the newest, and those set aside.
#[derive(Debug, Default)]
pub struct Tracker {
    /// One past the last update that is done together with all before it; `None` before the first.
    offset: Option<i64>,
    seen: BTreeMap<i64, Seen>,
    /// In the store, and not done: they need not come again.
    aside: HashSet<i64>,
}

impl Tracker {
    /// The offset to ask for: everything below it is acknowledged by that.
    pub fn offset(&self) -> Option<i64> {
        self.offset
    }

    /// Notes an update that came at `now` for the offset `asked`, and says whether it is new.
    pub fn is_new(&mut self, update: i64, asked: Option<i64>, now: Instant) -> bool {
        if self.seen.contains_key(&update) {
            return false;
        }
        let restarted = asked.is_some_and(|asked| update < asked);
        if restarted && self.seen.is_empty() {
            // After a week without updates Telegram starts again from a random number.
            self.offset = Some(update);
        } else if self.offset.is_some_and(|offset| update < offset) {
            // It was finished while this answer was on its way.
            return false;
        }
        let is_aside = self.aside.contains(&update);
        self.seen.insert(update, Seen { chat: None, since: now, done: is_aside });
        if self.offset.is_none() {
            self.offset = Some(update);
        }
        if is_aside {
            self.advance();
        }
        !is_aside
    }

    /// Notes which chat an update belongs to.
    pub fn belongs(&mut self, update: i64, chat: Option<i64>) {
        if let Some(seen) = self.seen.get_mut(&update) {
            seen.chat = chat;
        }
    }

    /// Notes that an update is done.
    pub fn done(&mut self, update: i64) {
        self.aside.remove(&update);
        self.pass(update);
    }

    /// Notes that an update is kept in the store until it is done.
    pub fn set_aside(&mut self, update: i64) {
        self.aside.insert(update);
        self.pass(update);
    }

    fn pass(&mut self, update: i64) {
        if let Some(seen) = self.seen.get_mut(&update) {
            seen.done = true;
        }
        self.advance();
    }

    /// What is to be set aside at `now`, so that those behind it can come: of each chat all or nothing, for what is taken
    /// up again after a start comes before what Telegram sends. A chat holds others up that has not got on for a while;
    /// when the window is `full`, also one in which anything waits for something else, or that `is_paused`.
    pub fn to_set_aside(&self, now: Instant, full: bool, is_paused: impl Fn(i64) -> bool) -> Vec<i64> {
        let mut chats: HashMap<i64, (usize, bool)> = HashMap::new();
        for (_, seen, chat) in self.open() {
            let (count, late) = chats.entry(chat).or_default();
            *count += 1;
            *late |= now.saturating_duration_since(seen.since) >= LONGEST_HOLD;
        }
        let holds_up = |chat: i64| {
            let (count, late) = chats.get(&chat).copied().unwrap_or_default();
            late || (full && (count > 1 || is_paused(chat)))
        };
        let room = MOST_ASIDE.saturating_sub(self.aside.len());
        self.open().filter(|(.., chat)| holds_up(*chat)).take(room).map(|(update, ..)| update).collect()
    }

    /// What has come in for a chat and is not done, oldest first.
    fn open(&self) -> impl Iterator<Item = (i64, &Seen, i64)> {
        self.seen.iter().filter(|(_, seen)| !seen.done).filter_map(|(update, seen)| Some((*update, seen, seen.chat?)))
    }

    /// Moves the offset past what is done.
    fn advance(&mut self) {
        while let Some(first) = self.seen.first_entry().filter(|first| first.get().done) {
            self.offset = Some(first.key() + 1);
            first.remove();
        }
        if let Some((first, _)) = self.seen.first_key_value() {
            self.offset = Some(*first);
        }
    }

    /// Whether something has come in that Telegram will send again, for it is not done.
    pub fn is_waiting(&self) -> bool {
        !self.seen.is_empty()
    }

    /// How many have come in that are not done, now or before the start.
    pub fn waiting(&self) -> usize {
        self.seen.values().filter(|seen| !seen.done).count() + self.aside.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracker(updates: &[i64]) -> Tracker {
        let mut tracker = Tracker::default();
        for update in updates {
            assert!(tracker.is_new(*update, None, Instant::now()));
        }
        tracker
    }

    #[test]
    fn the_offset_passes_an_update_only_with_all_before_it() {
        let mut tracker = tracker(&[10, 11, 14]);
        assert_eq!(tracker.offset(), Some(10));
        tracker.done(11);
        tracker.done(14);
        assert_eq!(tracker.offset(), Some(10));
        assert_eq!(tracker.waiting(), 1);
        tracker.done(10);
        assert_eq!(tracker.offset(), Some(15));
        assert!(!tracker.is_waiting());
    }

    /// Updates of these chats that came at the same moment.
    fn of_chats(updates: &[(i64, i64)]) -> (Tracker, Instant) {
        let now = Instant::now();
        let mut tracker = Tracker::default();
        for (update, chat) in updates {
            assert!(tracker.is_new(*update, None, now));
            tracker.belongs(*update, Some(*chat));
        }
        (tracker, now)
    }

    #[test]
    fn a_chat_that_does_not_get_on_is_set_aside_as_a_whole() {
        let (mut tracker, now) = of_chats(&[(10, 1), (11, 2)]);
        let later = now + LONGEST_HOLD;
        tracker.is_new(12, None, later);
        tracker.belongs(12, Some(1));
        assert_eq!(tracker.to_set_aside(now, false, |_| true), [0; 0]);
        assert_eq!(tracker.to_set_aside(later, false, |_| false), [10, 11, 12]);
        tracker.done(10);
        assert_eq!(tracker.to_set_aside(later, false, |_| false), [11]);
    }

    #[test]
    fn in_a_full_window_whatever_waits_makes_room() {
        let (mut tracker, now) = of_chats(&[(10, 1), (11, 2), (12, 3), (13, 2)]);
        assert_eq!(tracker.to_set_aside(now, true, |chat| chat == 1), [10, 11, 13]);
        for update in [10, 11, 13] {
            tracker.set_aside(update);
        }
        assert_eq!(tracker.offset(), Some(12), "what is in hand is not acknowledged");
        assert_eq!(tracker.waiting(), 4);
        assert!(!tracker.is_new(13, Some(12), now), "it is known");
        tracker.done(12);
        assert_eq!(tracker.offset(), Some(14));
        assert!(!tracker.is_waiting());
        tracker.done(11);
        assert_eq!(tracker.waiting(), 2);
    }

    #[test]
    fn what_an_earlier_start_has_set_aside_is_acknowledged_when_it_comes_again() {
        let mut tracker = Tracker::default();
        tracker.set_aside(10);
        assert_eq!(tracker.offset(), None);
        assert!(!tracker.is_new(10, None, Instant::now()));
        assert_eq!(tracker.offset(), Some(11));
        assert!(tracker.is_new(11, None, Instant::now()));
        tracker.done(10);
        assert_eq!(tracker.offset(), Some(11));
    }

    #[test]
    fn no_more_is_set_aside_than_memory_holds() {
        let updates: Vec<(i64, i64)> = (0..MOST_ASIDE as i64 + 10).map(|update| (update, 1)).collect();
        let (mut tracker, now) = of_chats(&updates);
        let aside = tracker.to_set_aside(now, true, |_| false);
        assert_eq!(aside, (0..MOST_ASIDE as i64).collect::<Vec<_>>(), "the oldest");
        for update in aside {
            tracker.set_aside(update);
        }
        assert_eq!(tracker.to_set_aside(now, true, |_| false), [0; 0]);
    }

    #[test]
    fn what_comes_again_is_not_new() {
        let mut tracker = tracker(&[10, 11]);
        tracker.done(11);
        assert!(!tracker.is_new(10, Some(10), Instant::now()));
        assert!(!tracker.is_new(11, Some(10), Instant::now()));
        tracker.done(10);
        assert!(!tracker.is_new(10, Some(10), Instant::now()), "it was asked for before it was done");
        assert!(tracker.is_new(12, Some(12), Instant::now()));
    }

    #[test]
    fn numbers_that_start_again_are_taken() {
        let mut tracker = tracker(&[1000]);
        tracker.done(1000);
        assert!(tracker.is_new(5, Some(1001), Instant::now()));
        tracker.done(5);
        assert_eq!(tracker.offset(), Some(6));
    }

    #[test]
    fn doing_the_unknown_changes_nothing() {
        let mut tracker = Tracker::default();
        tracker.done(3);
        assert_eq!(tracker.offset(), None);
    }
}
