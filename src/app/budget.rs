//! How much the bot says in groups: so many answers an hour to a group and to each person in it.
//!
//! Kept in memory only: after a restart everybody may ask again, which is no harm. Telegram's own limits are kept where
//! messages are sent.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ChatKey;
use super::group::GroupSettings;

/// What counts together, in seconds.
const WINDOW_SECS: i64 = 60 * 60;
/// From how many remembered rows on those at rest are forgotten.
const REMEMBERED: usize = 10_000;

/// Whether there may be one more answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// There may.
    Fine,
    /// There may not, and that is to be said.
    Notice,
    /// There may not, and that has been said.
    Spent,
}

/// The answers of the last hour, by group and by person in it.
#[derive(Debug, Default)]
pub struct Budgets(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    answers: HashMap<(ChatKey, Option<ChatKey>), VecDeque<i64>>,
    /// Until when something is not to be said again that is to be said seldom: to a chat, or to a person in it.
    said: HashMap<(&'static str, ChatKey, Option<ChatKey>), i64>,
}

impl State {
    /// How many answers of the last hour there were.
    fn spent(&mut self, key: (ChatKey, Option<ChatKey>), now: i64) -> usize {
        let Some(times) = self.answers.get_mut(&key) else { return 0 };
        while times.front().is_some_and(|at| now.saturating_sub(*at) >= WINDOW_SECS) {
            times.pop_front();
        }
        times.len()
    }

    fn once(&mut self, key: (&'static str, ChatKey, Option<ChatKey>), now: i64, every_secs: i64) -> bool {
        if self.said.get(&key).is_some_and(|until| now < *until) {
            return false;
        }
        self.said.retain(|_, until| now < *until);
        self.said.insert(key, now.saturating_add(every_secs));
        true
    }
}

impl Budgets {
    /// Takes an answer to this person in this chat out of the budget.
    pub fn take(&self, chat: ChatKey, person: ChatKey, now: i64, limits: &GroupSettings) -> Budget {
        if self.take_quietly(chat, person, now, limits) {
            Budget::Fine
        } else if self.once("enough", chat, now, WINDOW_SECS) {
            Budget::Notice
        } else {
            Budget::Spent
        }
    }

    /// The same where nobody is told that there may not: says whether there may.
    pub fn take_quietly(&self, chat: ChatKey, person: ChatKey, now: i64, limits: &GroupSettings) -> bool {
        let mut state = self.lock();
        let keys =
            [((chat, Some(person)), limits.person_answers_per_hour), ((chat, None), limits.chat_answers_per_hour)];
        let is_spent =
            keys.iter().any(|(key, limit)| state.spent(*key, now) >= usize::try_from(*limit).unwrap_or(usize::MAX));
        if is_spent {
            return false;
        }
        if state.answers.len() >= REMEMBERED {
            state.answers.retain(|_, times| times.back().is_some_and(|at| now.saturating_sub(*at) < WINDOW_SECS));
        }
        for (key, _) in keys {
            state.answers.entry(key).or_default().push_back(now);
        }
        true
    }

    /// Whether something may be said to this chat that is to be said at most once in so many seconds; notes that it is.
    pub fn once(&self, what: &'static str, chat: ChatKey, now: i64, every_secs: i64) -> bool {
        self.lock().once((what, chat, None), now, every_secs)
    }

    /// The same for this person in this chat.
    pub fn once_for(&self, what: &'static str, (chat, person): (ChatKey, ChatKey), now: i64, every_secs: i64) -> bool {
        self.lock().once((what, chat, Some(person)), now, every_secs)
    }

    /// Whether [`Budgets::once_for`] would say so; notes nothing.
    pub fn may_say(&self, what: &'static str, (chat, person): (ChatKey, ChatKey), now: i64) -> bool {
        self.lock().said.get(&(what, chat, Some(person))).is_none_or(|until| now >= *until)
    }

    /// A panic while it was held cannot have left it half changed.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Surface;

    fn chat(id: i64) -> ChatKey {
        ChatKey { surface: Surface::Telegram, id }
    }

    #[test]
    fn a_person_and_a_group_get_so_many_answers_an_hour_and_one_notice() {
        let budgets = Budgets::default();
        let limits = GroupSettings { person_answers_per_hour: 2, chat_answers_per_hour: 3, ..GroupSettings::default() };
        let take = |group, person, now| budgets.take(chat(group), chat(person), now, &limits);
        for (group, person, now, expected) in [
            (-1, 7, 0, Budget::Fine),
            (-1, 7, 1, Budget::Fine),
            (-1, 7, 2, Budget::Notice),
            (-1, 7, 3, Budget::Spent),
            (-2, 7, 3, Budget::Fine),
            (-1, 8, 3, Budget::Fine),
            // The third of the group.
            (-1, 9, 4, Budget::Spent),
            (-1, 7, 3600, Budget::Fine),
            (-1, 7, 3602, Budget::Fine),
            (-1, 7, 3603, Budget::Notice),
        ] {
            assert_eq!(take(group, person, now), expected, "{group} {person} {now}");
        }
    }

    #[test]
    fn what_is_said_once_is_said_again_after_a_while() {
        let budgets = Budgets::default();
        let once = |id, now| budgets.once("greeting", chat(id), now, 100);
        assert_eq!([once(1, 0), once(1, 99), once(2, 99), once(1, 100)], [true, false, true, true]);
    }

    #[test]
    fn what_is_said_once_to_a_person_in_a_chat_is_not_forgotten_for_what_is_said_more_often() {
        let budgets = Budgets::default();
        let day = 24 * 60 * 60;
        let warned = |group, person, now| budgets.once_for("warning", (chat(group), chat(person)), now, day);
        let may = |person, now| budgets.may_say("warning", (chat(-1), chat(person)), now);
        assert!(may(7, 0) && may(7, 0), "asking notes nothing");
        assert!(warned(-1, 7, 0) && warned(-2, 7, 0) && warned(-1, 8, 0));
        assert!(budgets.once("enough", chat(-1), 2 * WINDOW_SECS, WINDOW_SECS));
        assert!(!warned(-1, 7, day - 1) && !may(7, day - 1) && may(9, day - 1));
        assert!(may(7, day) && warned(-1, 7, day));
    }

    #[test]
    fn those_at_rest_are_forgotten() {
        let budgets = Budgets::default();
        let limits = GroupSettings::default();
        for person in 0..(REMEMBERED as i64 * 2) {
            budgets.take(chat(-person - 1), chat(person), person * 10, &limits);
        }
        assert!(budgets.lock().answers.len() <= REMEMBERED + 2);
    }
}
