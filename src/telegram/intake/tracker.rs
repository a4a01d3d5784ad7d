//! Which updates have come in and which of them are done: pure. Owns the offset, the promise that an update is
//! acknowledged only once it and all before it are done.

use std::collections::BTreeMap;

/// An update that has come in.
#[derive(Debug, Default)]
struct Seen {
    chat: Option<i64>,
    done: bool,
}

/// Updates between the offset and the newest.
#[derive(Debug, Default)]
pub struct Tracker {
    /// One past the last update that is done together with all before it; `None` before the first.
    offset: Option<i64>,
    seen: BTreeMap<i64, Seen>,
}

impl Tracker {
    /// The offset to ask for: everything below it is acknowledged by that.
    pub fn offset(&self) -> Option<i64> {
        self.offset
    }

    /// Notes an update that came for the offset `asked`, and says whether it is new.
    pub fn is_new(&mut self, update: i64, asked: Option<i64>) -> bool {
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
        self.seen.insert(update, Seen::default());
        if self.offset.is_none() {
            self.offset = Some(update);
        }
        true
    }

    /// Notes which chat an update belongs to.
    pub fn belongs(&mut self, update: i64, chat: Option<i64>) {
        if let Some(seen) = self.seen.get_mut(&update) {
            seen.chat = chat;
        }
    }

    /// Notes that an update is done.
    pub fn done(&mut self, update: i64) {
        if let Some(seen) = self.seen.get_mut(&update) {
            seen.done = true;
        }
        self.advance();
    }

    /// Takes the updates of such chats for done, so that those behind them can come, and says how many there were. They
    /// are still worked on, but they will not come again.
    pub fn let_go(&mut self, is_held: impl Fn(i64) -> bool) -> usize {
        let held = self.seen.values_mut().filter(|seen| !seen.done && seen.chat.is_some_and(&is_held));
        let count = held.map(|seen| seen.done = true).count();
        self.advance();
        count
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

    /// Whether something has come in that is not done.
    pub fn is_waiting(&self) -> bool {
        !self.seen.is_empty()
    }

    /// How many have come in that are not done.
    pub fn waiting(&self) -> usize {
        self.seen.values().filter(|seen| !seen.done).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracker(updates: &[i64]) -> Tracker {
        let mut tracker = Tracker::default();
        for update in updates {
            assert!(tracker.is_new(*update, None));
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

    #[test]
    fn what_is_let_go_frees_those_behind_it_and_nobody_else_s() {
        let mut tracker = tracker(&[10, 11, 12, 13]);
        for (update, chat) in [(10, Some(1)), (11, Some(2)), (12, Some(1)), (13, None)] {
            tracker.belongs(update, chat);
        }
        tracker.done(12);
        assert_eq!(tracker.let_go(|chat| chat == 1), 1);
        assert_eq!(tracker.offset(), Some(11));
        assert_eq!(tracker.waiting(), 2);
        tracker.done(10);
        tracker.done(11);
        assert_eq!(tracker.offset(), Some(13));
    }

    #[test]
    fn what_comes_again_is_not_new() {
        let mut tracker = tracker(&[10, 11]);
        tracker.done(11);
        assert!(!tracker.is_new(10, Some(10)));
        assert!(!tracker.is_new(11, Some(10)));
        tracker.done(10);
        assert!(!tracker.is_new(10, Some(10)), "it was asked for before it was done");
        assert!(tracker.is_new(12, Some(12)));
    }

    #[test]
    fn numbers_that_start_again_are_taken() {
        let mut tracker = tracker(&[1000]);
        tracker.done(1000);
        assert!(tracker.is_new(5, Some(1001)));
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
