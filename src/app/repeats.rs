//! Presses that come twice because a button was tapped twice.
//!
//! Owns what has been sent for a press a moment ago. Kept in memory only: after a restart nobody is still tapping.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{ChatKey, MessageId};
use crate::engine::reply::Press;

/// How long the same press is taken for the same wish, in seconds.
const WINDOW_SECS: i64 = 5;

/// A button: where it is, and what it does.
type Button = (ChatKey, Option<MessageId>, Press);

/// The presses of the last seconds for which a message was sent.
#[derive(Default)]
pub struct Repeats {
    sent: Mutex<HashMap<Button, i64>>,
}

impl Repeats {
    /// Notes that a message is sent for this press at `now` (seconds since 1970), and says whether one was just before:
    /// then it is not to be sent again.
    pub fn is_one(&self, chat: ChatKey, on: Option<MessageId>, press: &Press, now: i64) -> bool {
        // A panic while it was held cannot have left it half changed.
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.retain(|_, at| (0..WINDOW_SECS).contains(&now.saturating_sub(*at)));
        let button = (chat, on, press.clone());
        if sent.contains_key(&button) {
            return true;
        }
        sent.insert(button, now);
        false
    }

    /// Notes that the message for this press has gone out at `now` and not before.
    pub fn sent(&self, chat: ChatKey, on: Option<MessageId>, press: Press, now: i64) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).insert((chat, on, press), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Surface;

    #[test]
    fn the_same_button_within_seconds_is_a_repeat_and_nothing_else_is() {
        let repeats = Repeats::default();
        let chat = |id| ChatKey { surface: Surface::Telegram, id };
        let (here, there) = (Some(MessageId(1)), Some(MessageId(2)));
        for (chat, on, press, now, expected) in [
            (chat(1), here, Press::Person, 100, false),
            (chat(1), here, Press::Person, 100, true),
            (chat(1), here, Press::Person, 104, true),
            (chat(1), there, Press::Person, 104, false),
            (chat(1), None, Press::Person, 104, false),
            (chat(2), here, Press::Person, 104, false),
            (chat(1), here, Press::Topics, 104, false),
            // Counted from the message, not from the last tap.
            (chat(1), here, Press::Person, 105, false),
            (chat(1), here, Press::Person, 90, false),
        ] {
            assert_eq!(repeats.is_one(chat, on, &press, now), expected, "{press:?} at {now}");
        }
    }
    #[test]
    fn a_message_that_had_to_wait_counts_from_when_it_was_sent() {
        let repeats = Repeats::default();
        let chat = ChatKey { surface: Surface::Telegram, id: 1 };
        assert!(!repeats.is_one(chat, None, &Press::Person, 100));
        repeats.sent(chat, None, Press::Person, 130);
        assert!(repeats.is_one(chat, None, &Press::Person, 131));
        assert!(!repeats.is_one(chat, None, &Press::Person, 135));
    }
}
