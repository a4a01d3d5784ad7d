//! What waits in each chat behind the job it has in hand: pure. Owns the order within a chat, and how much one chat may
//! have waiting.

use std::collections::{HashMap, VecDeque};

/// How many messages may wait in one chat, and how many presses. Whoever sends more gets the latest answered: that is what
/// they want to know by then.
const MOST_WAITING: usize = 100;

/// What a job is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A message, which is answered with one.
    Message,
    /// A message in a group that nobody has addressed to the bot: those are many, and leave no question out.
    Overheard,
    /// A press of a button, of which a chat can have many and mind none.
    Press,
    /// Telling the chat that messages were left out.
    Notice,
}

/// The chats with a job in hand; a chat without one is not in the map.
#[derive(Debug)]
pub struct Chats<J> {
    busy: HashMap<i64, Waiting<J>>,
}

#[derive(Debug)]
struct Waiting<J> {
    jobs: VecDeque<(Kind, J)>,
    /// Whether a message was left out since the chat was last without work: it is told that once.
    left_out: bool,
}

/// What becomes of a job that has come in.
#[derive(Debug, PartialEq, Eq)]
pub enum Entered<J> {
    /// It is the chat's turn: to be begun now.
    Begins(J),
    /// It waits.
    Waits,
    /// It waits, and this one, which has waited longest, is too much.
    LeavesOut {
        /// What is left out.
        job: J,
        /// Whether the chat is to be told so: [`Chats::put_first`].
        tell: bool,
    },
}

impl<J> Default for Chats<J> {
    fn default() -> Self {
        Self { busy: HashMap::new() }
    }
}

impl<J> Chats<J> {
    /// Takes in a job of this chat.
    pub fn enter(&mut self, chat: i64, kind: Kind, job: J) -> Entered<J> {
        let Some(waiting) = self.busy.get_mut(&chat) else {
            self.busy.insert(chat, Waiting { jobs: VecDeque::new(), left_out: kind == Kind::Notice });
            return Entered::Begins(job);
        };
        waiting.jobs.push_back((kind, job));
        waiting.left_out |= kind == Kind::Notice;
        let same = waiting.jobs.iter().filter(|(other, _)| *other == kind).count();
        if kind == Kind::Notice || same <= MOST_WAITING {
            return Entered::Waits;
        }
        let oldest = waiting.jobs.iter().position(|(other, _)| *other == kind);
        match oldest.and_then(|oldest| waiting.jobs.remove(oldest)) {
            Some((kind, job)) => {
                let tell = kind == Kind::Message && !std::mem::replace(&mut waiting.left_out, true);
                Entered::LeavesOut { job, tell }
            }
            None => Entered::Waits,
        }
    }

    /// Has a busy chat told that something was left out, before anything else. Gives the notice back when there is nobody
    /// to be told any more.
    pub fn put_first(&mut self, chat: i64, notice: J) -> Option<J> {
        match self.busy.get_mut(&chat) {
            Some(waiting) => {
                waiting.jobs.push_front((Kind::Notice, notice));
                None
            }
            None => Some(notice),
        }
    }

    /// The next job of a chat that has finished one. `None`: the chat has none in hand any more.
    pub fn next(&mut self, chat: i64) -> Option<J> {
        let next = self.busy.get_mut(&chat).and_then(|waiting| waiting.jobs.pop_front());
        if next.is_none() {
            self.busy.remove(&chat);
            // A thousand chats at once are rare, and an empty map keeps the room for them.
            if self.busy.len() * 4 < self.busy.capacity() {
                self.busy.shrink_to(self.busy.len() * 2);
            }
        }
        next.map(|(_, job)| job)
    }

    /// Forgets what waits in a chat.
    pub fn drop_waiting(&mut self, chat: i64) {
        self.busy.remove(&chat);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_of_a_chat_keep_their_order_and_other_chats_begin_at_once() {
        let mut chats = Chats::default();
        assert_eq!(chats.enter(1, Kind::Message, 'a'), Entered::Begins('a'));
        assert_eq!(chats.enter(1, Kind::Press, 'b'), Entered::Waits);
        assert_eq!(chats.enter(1, Kind::Message, 'c'), Entered::Waits);
        assert_eq!(chats.enter(2, Kind::Message, 'x'), Entered::Begins('x'));
        assert_eq!(chats.next(1), Some('b'));
        assert_eq!(chats.next(1), Some('c'));
        assert_eq!(chats.next(1), None);
        assert_eq!(chats.enter(1, Kind::Message, 'd'), Entered::Begins('d'), "it has none in hand");
    }

    /// Enters these messages and returns what is left out for them, and whether that is to be told.
    fn left_out(chats: &mut Chats<usize>, kind: Kind, jobs: std::ops::Range<usize>) -> Vec<(usize, bool)> {
        jobs.filter_map(|job| match chats.enter(1, kind, job) {
            Entered::LeavesOut { job, tell } => Some((job, tell)),
            _ => None,
        })
        .collect()
    }

    #[test]
    fn the_oldest_message_is_left_out_and_that_is_told_once() {
        let mut chats = Chats::default();
        chats.enter(1, Kind::Message, 0);
        assert_eq!(left_out(&mut chats, Kind::Message, 1..104), [(1, true), (2, false), (3, false)]);
        assert_eq!(chats.put_first(1, 999), None);
        assert_eq!(chats.next(1), Some(999), "told before the rest is answered");
        assert_eq!(chats.next(1), Some(4));
        assert_eq!(left_out(&mut chats, Kind::Message, 104..106), [(5, false)]);
        let rest: Vec<_> = std::iter::from_fn(|| chats.next(1)).collect();
        assert_eq!(rest, (6..106).collect::<Vec<_>>());
        chats.enter(1, Kind::Message, 0);
        assert_eq!(left_out(&mut chats, Kind::Message, 1..102), [(1, true)], "later is another time");
    }

    #[test]
    fn presses_leave_out_no_message_and_nobody_is_told_of_them() {
        let mut chats = Chats::default();
        chats.enter(1, Kind::Message, 0);
        assert_eq!(left_out(&mut chats, Kind::Message, 1..101), []);
        assert_eq!(left_out(&mut chats, Kind::Press, 101..202), [(101, false)]);
        assert_eq!(chats.next(1), Some(1));
    }

    #[test]
    fn chatter_leaves_no_question_out_and_nobody_is_told_of_it() {
        let mut chats = Chats::default();
        chats.enter(1, Kind::Message, 0);
        assert_eq!(left_out(&mut chats, Kind::Message, 1..51), []);
        assert_eq!(left_out(&mut chats, Kind::Overheard, 51..152), [(51, false)]);
        assert_eq!(chats.next(1), Some(1));
    }

    #[test]
    fn a_notice_of_an_earlier_start_is_told_once() {
        let mut chats = Chats::default();
        assert_eq!(chats.enter(1, Kind::Notice, 0), Entered::Begins(0));
        assert_eq!(left_out(&mut chats, Kind::Message, 1..102), [(1, false)]);
        assert_eq!(Chats::default().put_first(1, 7), Some(7), "nobody is there to be told");
    }
}
