//! What waits in each chat behind the job it has in hand: pure. Owns the order within a chat, and how much one chat may
//! have waiting.

use std::collections::{HashMap, VecDeque};

/// How many jobs may wait in one chat. Whoever sends more gets the latest answered: that is what they want to know by
/// then, and nobody else waits long for them.
const MOST_WAITING: usize = 10;

/// The chats with a job in hand; a chat without one is not in the map.
#[derive(Debug)]
pub struct Chats<J> {
    busy: HashMap<i64, Waiting<J>>,
}

#[derive(Debug)]
struct Waiting<J> {
    jobs: VecDeque<J>,
    left_out: LeftOut,
}

/// Whether something was left out since the chat was last without work, and whether that has been said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LeftOut {
    Nothing,
    Unsaid,
    Said,
}

/// What becomes of a job that has come in.
#[derive(Debug, PartialEq, Eq)]
pub enum Entered<J> {
    /// It is the chat's turn: to be begun now.
    Begins(J),
    /// It waits.
    Waits,
    /// It waits, and this one, which has waited longest, is too much.
    LeavesOut(J),
}

/// What a chat does next.
#[derive(Debug, PartialEq, Eq)]
pub struct Next<J> {
    /// The job that has its turn.
    pub job: J,
    /// Whether the chat is to be told first that something was left out.
    pub tell: bool,
}

impl<J> Default for Chats<J> {
    fn default() -> Self {
        Self { busy: HashMap::new() }
    }
}

impl<J> Chats<J> {
    /// Takes in a job of this chat.
    pub fn enter(&mut self, chat: i64, job: J) -> Entered<J> {
        let Some(waiting) = self.busy.get_mut(&chat) else {
            self.busy.insert(chat, Waiting { jobs: VecDeque::new(), left_out: LeftOut::Nothing });
            return Entered::Begins(job);
        };
        waiting.jobs.push_back(job);
        if waiting.jobs.len() <= MOST_WAITING {
            return Entered::Waits;
        }
        if waiting.left_out == LeftOut::Nothing {
            waiting.left_out = LeftOut::Unsaid;
        }
        waiting.jobs.pop_front().map_or(Entered::Waits, Entered::LeavesOut)
    }

    /// The next job of a chat that has finished one. `None`: the chat has none in hand any more.
    pub fn next(&mut self, chat: i64) -> Option<Next<J>> {
        let next = self.busy.get_mut(&chat).and_then(|waiting| {
            let job = waiting.jobs.pop_front()?;
            let tell = waiting.left_out == LeftOut::Unsaid;
            if tell {
                waiting.left_out = LeftOut::Said;
            }
            Some(Next { job, tell })
        });
        if next.is_none() {
            self.busy.remove(&chat);
        }
        next
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
        assert_eq!(chats.enter(1, 'a'), Entered::Begins('a'));
        assert_eq!(chats.enter(1, 'b'), Entered::Waits);
        assert_eq!(chats.enter(1, 'c'), Entered::Waits);
        assert_eq!(chats.enter(2, 'x'), Entered::Begins('x'));
        assert_eq!(chats.next(1), Some(Next { job: 'b', tell: false }));
        assert_eq!(chats.next(1), Some(Next { job: 'c', tell: false }));
        assert_eq!(chats.next(1), None);
        assert_eq!(chats.enter(1, 'd'), Entered::Begins('d'), "it has none in hand");
    }

    #[test]
    fn the_oldest_is_left_out_and_that_is_told_once() {
        let mut chats = Chats::default();
        chats.enter(1, 0);
        let left_out: Vec<_> = (1..=25)
            .filter_map(|job| match chats.enter(1, job) {
                Entered::LeavesOut(job) => Some(job),
                _ => None,
            })
            .collect();
        assert_eq!(left_out, (1..=15).collect::<Vec<_>>());
        assert_eq!(chats.next(1), Some(Next { job: 16, tell: true }));
        assert_eq!(chats.enter(1, 26), Entered::Waits);
        assert_eq!(chats.enter(1, 27), Entered::LeavesOut(17));
        let rest: Vec<_> = std::iter::from_fn(|| chats.next(1)).collect();
        assert_eq!(rest, (18..=27).map(|job| Next { job, tell: false }).collect::<Vec<_>>());
        chats.enter(1, 0);
        for job in 1..=11 {
            chats.enter(1, job);
        }
        assert_eq!(chats.next(1), Some(Next { job: 2, tell: true }), "later is another time");
    }
}
