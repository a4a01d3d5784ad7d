//! Which updates have come in and are not done, and which of them are set aside: pure. Owns what is to be set aside and
//! when. How Telegram is told that it need not send an update again is not its business.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tokio::time::Instant;

/// How long those behind an update may have to wait for it, and Telegram to keep it.
pub const LONGEST_HOLD: Duration = Duration::from_secs(3);
/// How many updates may be set aside at a time. They are in memory as well; with more, Telegram keeps what comes.
const MOST_ASIDE: usize = 2000;

/// An update that has come in, and that Telegram keeps.
#[derive(Debug)]
struct Open {
    chat: Option<i64>,
    since: Instant,
}

/// Updates that are not done.
#[derive(Debug, Default)]
pub struct Book {
    open: BTreeMap<i64, Open>,
    /// In the store, so they need not come again, with their chats.
    aside: HashMap<i64, Option<i64>>,
}

impl Book {
    /// Whether an update has come in that Telegram has to keep.
    pub fn is_open(&self, update: i64) -> bool {
        self.open.contains_key(&update)
    }

    /// Whether an update is kept in the store until it is done.
    pub fn is_aside(&self, update: i64) -> bool {
        self.aside.contains_key(&update)
    }

    /// Notes an update that came at `now`.
    pub fn enter(&mut self, update: i64, now: Instant) {
        self.open.insert(update, Open { chat: None, since: now });
    }

    /// Notes which chat an update belongs to.
    pub fn belongs(&mut self, update: i64, chat: Option<i64>) {
        if let Some(open) = self.open.get_mut(&update) {
            open.chat = chat;
        }
        if let Some(of) = self.aside.get_mut(&update) {
            *of = chat;
        }
    }

    /// Notes that an update is done.
    pub fn done(&mut self, update: i64) {
        self.open.remove(&update);
        self.aside.remove(&update);
    }

    /// Notes that an update is kept in the store until it is done.
    pub fn set_aside(&mut self, update: i64) {
        let chat = self.open.remove(&update).and_then(|open| open.chat);
        self.aside.entry(update).or_insert(chat);
    }

    /// What is to be set aside at `now`, so that those behind it can come: of each chat all or nothing, for what is taken
    /// up again after a start comes before what Telegram sends. A chat holds others up that has not got on for a while, also
    /// if all that is set aside by now; when there is no room for others (`full`), also one in which anything waits for
    /// something else, or that `is_paused`.
    pub fn to_set_aside(&self, now: Instant, full: bool, is_paused: impl Fn(i64) -> bool) -> Vec<i64> {
        let mut chats: HashMap<i64, (usize, bool)> = HashMap::new();
        let mut aside: HashMap<i64, usize> = HashMap::new();
        self.aside.values().flatten().for_each(|chat| *aside.entry(*chat).or_default() += 1);
        for (_, open, chat) in self.of_chats() {
            let (count, late) = chats.entry(chat).or_default();
            *count += 1;
            *late |= now.saturating_duration_since(open.since) >= LONGEST_HOLD;
        }
        let holds_up = |chat: i64| {
            let (count, late) = chats.get(&chat).copied().unwrap_or_default();
            // The last of them may be done the next moment.
            let waits = match aside.get(&chat) {
                None => false,
                Some(1) => is_paused(chat),
                Some(_) => true,
            };
            late || waits || (full && (count > 1 || is_paused(chat)))
        };
        let room = MOST_ASIDE.saturating_sub(self.aside.len());
        self.of_chats().filter(|(.., chat)| holds_up(*chat)).take(room).map(|(update, ..)| update).collect()
    }

    /// What has come in for a chat and is not done, oldest first.
    fn of_chats(&self) -> impl Iterator<Item = (i64, &Open, i64)> {
        self.open.iter().filter_map(|(update, open)| Some((*update, open, open.chat?)))
    }

    /// What is set aside.
    pub fn aside(&self) -> Vec<i64> {
        self.aside.keys().copied().collect()
    }

    /// How many have come in that Telegram keeps.
    pub fn in_hand(&self) -> usize {
        self.open.len()
    }

    /// How many have come in that are not done, now or before the start.
    pub fn waiting(&self) -> usize {
        self.open.len() + self.aside.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Updates of these chats that came at the same moment.
    fn of_chats(updates: &[(i64, i64)]) -> (Book, Instant) {
        let now = Instant::now();
        let mut book = Book::default();
        for (update, chat) in updates {
            book.enter(*update, now);
            book.belongs(*update, Some(*chat));
        }
        (book, now)
    }

    #[test]
    fn a_chat_that_does_not_get_on_is_set_aside_as_a_whole() {
        let (mut book, now) = of_chats(&[(10, 1), (11, 2)]);
        let later = now + LONGEST_HOLD;
        book.enter(12, later);
        book.belongs(12, Some(1));
        assert_eq!(book.to_set_aside(now, false, |_| true), [0; 0]);
        assert_eq!(book.to_set_aside(later, false, |_| false), [10, 11, 12]);
        book.done(10);
        assert_eq!(book.to_set_aside(later, false, |_| false), [11]);
    }

    #[test]
    fn in_a_full_window_whatever_waits_makes_room() {
        let (mut book, now) = of_chats(&[(10, 1), (11, 2), (12, 3), (13, 2)]);
        assert_eq!(book.to_set_aside(now, true, |chat| chat == 1), [10, 11, 13]);
        for update in [10, 11, 13] {
            book.set_aside(update);
        }
        assert_eq!((book.in_hand(), book.waiting()), (1, 4));
        assert!(book.is_aside(13) && !book.is_open(13) && book.is_open(12));
        book.done(12);
        book.done(11);
        assert_eq!((book.in_hand(), book.waiting()), (0, 2));
    }

    #[test]
    fn what_comes_for_a_chat_that_waits_follows_what_is_set_aside() {
        let (mut book, now) = of_chats(&[(10, 1), (11, 2), (12, 1)]);
        book.set_aside(10);
        assert_eq!(book.to_set_aside(now, false, |_| false), [0; 0], "it may be the last and be done at once");
        assert_eq!(book.to_set_aside(now, false, |chat| chat == 1), [12]);
        // What an earlier start has set aside gets its chat only once it has been read.
        book.set_aside(5);
        book.belongs(5, Some(1));
        assert_eq!(book.to_set_aside(now, false, |_| false), [12]);
        book.done(10);
        assert_eq!(book.to_set_aside(now, false, |_| false), [0; 0]);
    }

    #[test]
    fn no_more_is_set_aside_than_memory_holds() {
        let updates: Vec<(i64, i64)> = (0..MOST_ASIDE as i64 + 10).map(|update| (update, 1)).collect();
        let (mut book, now) = of_chats(&updates);
        let aside = book.to_set_aside(now, true, |_| false);
        assert_eq!(aside, (0..MOST_ASIDE as i64).collect::<Vec<_>>(), "the oldest");
        for update in aside {
            book.set_aside(update);
        }
        assert_eq!(book.to_set_aside(now, true, |_| false), [0; 0]);
    }
}
