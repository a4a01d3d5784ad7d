//! What is sent once a week by itself: to those who keep the FAQ how the week was, and to chats what is new in it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{gaps, stats};
use crate::app::group::Later;
use crate::app::{App, ChatKey, Due, Outbound, Schedule, Step, Surface};
use crate::engine::corpus::{Corpus, Entry, Kind};
use crate::engine::reply::{Room, admin};
use crate::store::{Change, Memo, StoreError};

/// A digest that is later than this (seconds), because the bot was off, is left out.
const LATEST_SECS: i64 = 24 * 60 * 60;
/// How many days of questions it is about.
const DAYS: i64 = 7;
const DAY: i64 = 24 * 60 * 60;
/// The mark that says when the last one was planned.
const PLANNED: &str = "digest planned";
/// The mark that says since when what is new has not been told.
const TOLD: &str = "news told";

/// When the digest is sent, and where.
#[derive(Debug, Clone)]
pub struct DigestSettings {
    /// When.
    pub schedule: Schedule,
    /// The chat of the admins; `None`: each owner and editor gets it in private.
    pub chat: Option<i64>,
    /// Chats, each perhaps with a topic, that are told of new and changed answers.
    pub news_to: Vec<(i64, Option<i32>)>,
}

impl App {
    /// Has the digest that is due happen; it comes with [`App::due`] then. `since`: when the bot started, before which
    /// nothing was due.
    ///
    /// # Errors
    ///
    /// When the store cannot tell what was planned, or cannot keep what is to be.
    pub async fn plan_digest(&self, username: &str, since: i64, now: i64) -> Result<(), StoreError> {
        let Some(settings) = &self.settings.digest else { return Ok(()) };
        let earliest = now.saturating_sub(LATEST_SECS);
        let due_after = |from| settings.schedule.next_after(from).filter(|next| *next <= now);
        // This is asked every second, and the store only where it matters what was planned.
        if due_after(earliest).is_none() {
            return Ok(());
        }
        let planned = self.store.mark(PLANNED).await?.and_then(|(slot, _)| slot.parse().ok());
        let Some(slot) = due_after(planned.unwrap_or(since).max(earliest)) else { return Ok(()) };
        let mut changes = vec![Change::Mark(PLANNED.to_owned(), slot.to_string())];
        let readers = settings.chat.map_or_else(|| self.settings.people.all(), |chat| vec![chat]);
        for chat in readers {
            changes.extend(self.planned(&Later::Digest { chat }, chat, None, slot));
        }
        for owner in owners(self.engine().corpus()) {
            changes.extend(self.planned(&Later::Owned { chat: owner }, owner, None, slot));
        }
        let told = self.store.mark(TOLD).await?.map_or(since, |(_, at)| at);
        if !settings.news_to.is_empty() {
            changes.push(Change::Mark(TOLD.to_owned(), String::new()));
        }
        for &(chat, topic) in &settings.news_to {
            let later = Later::News { chat, topic, username: username.to_owned(), since: told };
            changes.extend(self.planned(&later, chat, topic, slot));
        }
        self.store.note(Memo { changes, ..Memo::default() }, now).await
    }

    /// Whoever else plans it plans the same.
    fn planned(&self, later: &Later, chat: i64, topic: Option<i32>, slot: i64) -> Option<Change> {
        let key = ChatKey { surface: Surface::Telegram, id: chat };
        let place = self.settings.key.hash_topic(key, topic);
        let what: &[u8] = match later {
            Later::News { .. } => b"news",
            Later::Owned { .. } => b"owned",
            _ => b"digest",
        };
        let number = self.settings.key.number(&[what, &place.0, &slot.to_be_bytes()]);
        self.later_of(later, number, slot, place, 0, key)
    }

    pub(in crate::app) async fn due_digest(
        &self,
        id: i64,
        chat: i64,
        today: Date,
        now: i64,
    ) -> Result<Due, StoreError> {
        let chat = ChatKey { surface: Surface::Telegram, id: chat };
        let moment = self.moment_for(chat, None, None, today, now);
        let stats = self.stats(&moment, DAYS).await?;
        let (all, complaints) = self.all_gaps(&moment).await?;
        let week = now.saturating_sub(DAYS * DAY);
        let recent = all.iter().filter(|gap| gap.last >= week);
        let recent: Vec<(String, usize)> =
            recent.filter_map(|gap: &gaps::Gap| Some((gap.questions.first()?.clone(), gap.times))).collect();
        let reply = admin::digest(&stats, &recent, stats::stale(&moment).len(), &complaints);
        Ok(Due { id, chat, topic: None, outbound: Step::say(reply).into() })
    }

    /// What is to be done about the entries of one who owns some: nothing is said when that is nothing.
    pub(in crate::app) async fn due_owned(
        &self,
        id: i64,
        owner: i64,
        today: Date,
        now: i64,
    ) -> Result<Due, StoreError> {
        let chat = ChatKey { surface: Surface::Telegram, id: owner };
        let moment = self.moment_for(chat, None, None, today, now);
        let complaints = self.complaints(&moment).await?;
        let is_theirs = |entry: &Entry| owner_of(entry) == Some(owner);
        let corpus = moment.engine.corpus();
        let complaints: Vec<_> =
            complaints.into_iter().filter(|complaint| corpus.entry(&complaint.entry).is_some_and(is_theirs)).collect();
        let stale: Vec<_> = stats::stale(&moment).into_iter().filter(|(entry, _)| is_theirs(entry)).collect();
        let outbound = admin::owned(&stale, &complaints).map(|reply| Outbound::from(Step::say(reply)));
        Ok(Due { id, chat, topic: None, outbound: outbound.unwrap_or_default() })
    }

    pub(in crate::app) async fn due_news(
        &self,
        id: i64,
        (chat, topic): (i64, Option<i32>),
        (username, since): (&str, i64),
        today: Date,
        now: i64,
    ) -> Result<Due, StoreError> {
        let chat = ChatKey { surface: Surface::Telegram, id: chat };
        let (moment, tag) = self.moment_of_cohort(chat, today, now).await?;
        let corpus = moment.engine.corpus();
        let (mut new, mut changed): (Vec<&Entry>, Vec<&Entry>) = (Vec::new(), Vec::new());
        for age in self.store.entries_since(since).await? {
            let Some(entry) = corpus.entry(&age.id).filter(|entry| entry.kind == Kind::Faq) else { continue };
            if age.added >= since { new.push(entry) } else { changed.push(entry) }
        }
        let room = Room { username, cohort: tag.as_deref() };
        let news = admin::news(&new, &changed, |entry| room.link_to(entry));
        let outbound = news.map(|reply| Outbound::from(Step::say(reply))).unwrap_or_default();
        Ok(Due { id, chat, topic, outbound })
    }
}

/// Whose an entry is, if its `owner` is somebody's user id.
fn owner_of(entry: &Entry) -> Option<i64> {
    entry.owner.as_deref()?.trim().parse().ok().filter(|id| *id > 0)
}

/// Everybody whose an entry is, each once.
fn owners(corpus: &Corpus) -> BTreeSet<i64> {
    corpus.entries.iter().filter_map(owner_of).collect()
}
