//! What channels are posted to by themselves: a question of the day.
//!
//! Owns when an entry is posted and which. What was posted is in the store, so that a restart neither skips a day nor posts
//! twice.

use std::str::FromStr;

use croner::Cron;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::group::Later;
use super::{App, ChatKey, Due, Outbound, Step, Surface};
use crate::engine::corpus::Kind;
use crate::engine::reply::Room;
use crate::store::{Change, Memo, StoreError};

/// A post that is later than this (seconds), because the bot was off, is left out.
const LATEST_SECS: i64 = 60 * 60;
/// Parts of a pattern: minute, hour, day of the month, month, day of the week.
const FIELDS: usize = 5;

/// When something is to happen again and again: a cron pattern in a time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    cron: Cron,
    zone: TimeZone,
}

impl Schedule {
    /// Reads a pattern of five fields, like `0 9 * * 1-5`, and the name of a time zone, like `Europe/Vienna`.
    ///
    /// # Errors
    ///
    /// What is wrong with the one or the other.
    pub fn parse(pattern: &str, zone: &str) -> Result<Self, ScheduleError> {
        if pattern.split_whitespace().count() != FIELDS {
            return Err(ScheduleError::Pattern);
        }
        let cron = Cron::from_str(pattern.trim()).map_err(|_| ScheduleError::Pattern)?;
        let zone = TimeZone::get(zone.trim()).map_err(|_| ScheduleError::Zone)?;
        Ok(Self { cron, zone })
    }

    /// The first time after this one (both in seconds since 1970); `None`: never again.
    pub fn next_after(&self, at: i64) -> Option<i64> {
        let at = Timestamp::from_second(at).ok()?.to_zoned(self.zone.clone());
        self.cron.find_next_occurrence(&at, false).ok().map(|next| next.timestamp().as_second())
    }
}

/// What is wrong with a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The pattern.
    #[error("it is not five fields: minute, hour, day of the month, month, day of the week")]
    Pattern,
    /// The time zone.
    #[error("there is no time zone of that name")]
    Zone,
}

/// Which channels are posted to, and when.
#[derive(Debug, Clone)]
pub struct PostSettings {
    /// Their ids.
    pub channels: Vec<i64>,
    /// When.
    pub schedule: Schedule,
    /// Only entries of these topics; empty: of all.
    pub topics: Vec<String>,
}

impl App {
    /// Has the posts that are due happen: for each channel the entry that was posted there longest ago, or never. They come
    /// with [`App::due`] then, of several processes to one. `since`: when the bot started; what was due before is not made up
    /// for where nothing was ever posted.
    ///
    /// # Errors
    ///
    /// When the store cannot tell what was posted, or cannot keep what is to be.
    pub async fn plan_posts(&self, username: &str, since: i64, now: i64) -> Result<(), StoreError> {
        let Some(settings) = &self.settings.posts else { return Ok(()) };
        for &id in &settings.channels {
            let chat = ChatKey { surface: Surface::Telegram, id };
            let channel = self.hashed(chat);
            let last = self.store.posts(channel).await?.iter().map(|(_, at)| *at).max().unwrap_or(since);
            let from = last.max(now.saturating_sub(LATEST_SECS));
            let Some(slot) = settings.schedule.next_after(from).filter(|next| *next <= now) else { continue };
            let later = Later::Post { chat: id, username: username.to_owned(), slot };
            // Whoever else plans it plans the same.
            let number = self.settings.key.number(&[&channel.0, &slot.to_be_bytes()]);
            let planned = self.later_of(&later, number, slot, channel, 0, chat);
            let changes = planned.into_iter().collect();
            self.store.note(Memo { changes, ..Memo::default() }, now).await?;
        }
        Ok(())
    }

    /// The post that is due in this channel.
    pub(super) async fn due_post(
        &self,
        id: i64,
        chat: ChatKey,
        (username, slot): (&str, i64),
        today: Date,
        now: i64,
    ) -> Result<Due, StoreError> {
        let mut due = Due { id, chat, topic: None, outbound: Outbound::default() };
        let Some(settings) = &self.settings.posts else { return Ok(due) };
        let channel = self.hashed(chat);
        let posts = self.store.posts(channel).await?;
        let (moment, tag) = self.moment_of_cohort(chat, today, now).await?;
        let voice = moment.voice();
        let wanted = |topic: Option<&str>| {
            settings.topics.is_empty() || topic.is_some_and(|topic| settings.topics.iter().any(|t| t == topic))
        };
        let entries = voice.corpus.entries.iter().filter(|entry| entry.kind == Kind::Faq);
        let entries = entries.filter(|entry| wanted(entry.topic.as_ref().map(|topic| topic.value.as_str())));
        let posted = |id: &str| posts.iter().find(|(entry, _)| entry == id).map_or(i64::MIN, |(_, at)| *at);
        // Neighbours by name are about the same: an order that looks like none.
        let next = entries.min_by_key(|entry| (posted(&entry.id), self.settings.key.tag(&entry.id)));
        // Late, it is left out; that its time has passed is noted all the same.
        let Some(entry) = next.filter(|_| now.saturating_sub(slot) <= LATEST_SECS) else {
            due.outbound.memo.changes.push(Change::Posted(channel, String::new()));
            return Ok(due);
        };
        let room = Room { username, cohort: tag.as_deref() };
        due.outbound.steps.push(Step::say(voice.post(entry, room)));
        due.outbound.memo.changes.push(Change::Posted(channel, entry.id.value.clone()));
        Ok(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("a time").as_second()
    }

    #[test]
    fn a_schedule_is_in_its_time_zone_and_follows_its_clocks() {
        let schedule = Schedule::parse("0 9 * * 1-5", "Europe/Vienna").expect("a schedule");
        for (after, next) in [
            ("2026-11-26T07:59:59Z", "2026-11-26T08:00:00Z"),
            ("2026-11-26T08:00:00Z", "2026-11-27T08:00:00Z"),
            // Over the weekend.
            ("2026-11-27T08:00:00Z", "2026-11-30T08:00:00Z"),
            // In summer.
            ("2026-07-01T00:00:00Z", "2026-07-01T07:00:00Z"),
        ] {
            assert_eq!(schedule.next_after(at(after)), Some(at(next)), "{after}");
        }
        let daily = Schedule::parse("30 2 * * *", "America/New_York").expect("a schedule");
        // The hour that is left out when the clocks are put forward: it happens, and once.
        let first = daily.next_after(at("2026-03-08T00:00:00Z")).expect("a time");
        assert!(first > at("2026-03-08T06:00:00Z") && first <= at("2026-03-09T06:30:00Z"));
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for pattern in ["", "9 o'clock", "* * * *", "* * * * * *", "61 9 * * *", "@daily", "0 25 * * *"] {
            assert_eq!(Schedule::parse(pattern, "UTC"), Err(ScheduleError::Pattern), "{pattern}");
        }
        for zone in ["", "Vienna", "Europe/Nowhere", "+01:00"] {
            assert_eq!(Schedule::parse("0 9 * * *", zone), Err(ScheduleError::Zone), "{zone}");
        }
    }
}
