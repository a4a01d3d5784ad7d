//! Up to where everything is done or kept in the store: pure. Owns the offset, the promise that an update is acknowledged
//! only together with all before it.

use std::collections::BTreeMap;

use crate::telegram::intake::Acknowledge;

/// Updates between the offset and the newest.
#[derive(Debug, Default)]
pub struct Offset {
    /// One past the last update that may be acknowledged together with all before it; `None` before the first.
    offset: Option<i64>,
    /// Whether each of the others may be.
    seen: BTreeMap<i64, bool>,
}

impl Acknowledge for Offset {
    fn acknowledge(&mut self, update: i64) {
        if let Some(done) = self.seen.get_mut(&update) {
            *done = true;
        }
        self.advance();
    }
}

impl Offset {
    /// The offset to ask for: everything below it is acknowledged by that.
    pub fn get(&self) -> Option<i64> {
        self.offset
    }

    /// Notes an update that came for the offset `asked`, and says whether it has not been noted before.
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
        self.seen.insert(update, false);
        if self.offset.is_none() {
            self.offset = Some(update);
        }
        true
    }

    /// Moves the offset past what may be acknowledged.
    fn advance(&mut self) {
        while let Some(first) = self.seen.first_entry().filter(|first| *first.get()) {
            self.offset = Some(first.key() + 1);
            first.remove();
        }
        if let Some((first, _)) = self.seen.first_key_value() {
            self.offset = Some(*first);
        }
    }

    /// Whether something has come in that Telegram will send again.
    pub fn is_waiting(&self) -> bool {
        !self.seen.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(updates: &[i64]) -> Offset {
        let mut offset = Offset::default();
        for update in updates {
            assert!(offset.is_new(*update, None));
        }
        offset
    }

    #[test]
    fn the_offset_passes_an_update_only_with_all_before_it() {
        let mut offset = offset(&[10, 11, 14]);
        assert_eq!(offset.get(), Some(10));
        offset.acknowledge(11);
        offset.acknowledge(14);
        assert_eq!(offset.get(), Some(10));
        assert!(offset.is_waiting());
        offset.acknowledge(10);
        assert_eq!(offset.get(), Some(15));
        assert!(!offset.is_waiting());
    }

    #[test]
    fn what_comes_again_is_not_new() {
        let mut offset = offset(&[10, 11]);
        offset.acknowledge(11);
        assert!(!offset.is_new(10, Some(10)));
        assert!(!offset.is_new(11, Some(10)));
        offset.acknowledge(10);
        assert!(!offset.is_new(10, Some(10)), "it was asked for before it was done");
        assert!(offset.is_new(12, Some(12)));
    }

    #[test]
    fn numbers_that_start_again_are_taken() {
        let mut offset = offset(&[1000]);
        offset.acknowledge(1000);
        assert!(offset.is_new(5, Some(1001)));
        offset.acknowledge(5);
        assert_eq!(offset.get(), Some(6));
    }

    #[test]
    fn acknowledging_the_unknown_changes_nothing() {
        let mut offset = Offset::default();
        offset.acknowledge(3);
        assert_eq!(offset.get(), None);
    }
}
