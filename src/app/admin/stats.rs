//! What was asked, counted, and what nobody has checked for long.

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;

use super::gaps::MOST_QUESTIONS;
use crate::app::moment::Moment;
use crate::app::{App, clock};
use crate::engine::corpus::{Corpus, Entry, Kind};
use crate::engine::reply::admin::Stats;
use crate::store::{LoggedQuestion, Outcome, StoreError, VoteCount};

/// How many days `/stats` looks back.
pub const DAYS: i64 = 28;
const DAY: i64 = 24 * 60 * 60;

/// Counts these lines of the question log and votes, which are of so many days.
pub fn count_stats(corpus: &Corpus, log: &[LoggedQuestion], votes: &[VoteCount], days: i64) -> Stats {
    let mut stats = Stats { days, ..Stats::default() };
    let mut topics: BTreeMap<String, usize> = BTreeMap::new();
    let mut entries: BTreeMap<String, usize> = BTreeMap::new();
    let mut weeks: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for record in log.iter().map(|line| &line.record) {
        let smalltalk = |id: &String| corpus.entry(id).is_some_and(|entry| entry.kind == Kind::Smalltalk);
        if record.decision == "answer" && record.top.as_ref().is_some_and(smalltalk) {
            continue;
        }
        stats.asked += 1;
        let mut reached = None;
        match record.decision {
            "answer" => {
                stats.answered += 1;
                reached = record.top.as_ref();
            }
            "suggest" => {
                stats.suggested += 1;
                match &record.outcome {
                    Some(Outcome::Chosen(entry)) => {
                        stats.chosen += 1;
                        reached = Some(entry);
                    }
                    Some(Outcome::Rejected) => stats.rejected += 1,
                    None => {}
                }
            }
            _ => stats.declined += 1,
        }
        let week = weeks.entry(monday(record.at)).or_default();
        week.0 += 1;
        week.1 += usize::from(record.decision == "answer");
        if let Some(id) = reached {
            *entries.entry(id.clone()).or_default() += 1;
            let topic =
                corpus.entry(id).and_then(|entry| entry.topic.as_ref()).map(|topic| title(corpus, &topic.value));
            if let Some(topic) = topic {
                *topics.entry(topic).or_default() += 1;
            }
        }
    }
    for vote in votes {
        match vote.up {
            true => stats.helpful += vote.times,
            false => stats.unhelpful += vote.times,
        }
    }
    let sorted = |counts: BTreeMap<String, usize>| {
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts
    };
    stats.topics = sorted(topics);
    stats.entries = sorted(entries);
    stats.weeks = weeks.into_iter().rev().map(|(week, (asked, answered))| (week, asked, answered)).collect();
    stats
}

fn title(corpus: &Corpus, topic: &str) -> String {
    corpus.topics.iter().find(|known| known.id == topic).map_or(topic, |known| known.title.as_str()).to_owned()
}

/// The Monday of the week that this second is in.
fn monday(at: i64) -> String {
    let Some(day) = clock::day(at) else { return String::new() };
    let back = Span::new().try_days(i64::from(day.weekday().to_monday_zero_offset()));
    back.and_then(|back| day.checked_sub(back)).unwrap_or(day).to_string()
}

/// The entries that are due, the longest first, with since when; those of which nobody has said when they were checked at
/// the end.
pub fn stale(moment: &Moment) -> Vec<(&Entry, Option<Date>)> {
    let entries = moment.engine.corpus().entries.iter().filter(|entry| entry.kind == Kind::Faq);
    let mut stale: Vec<(&Entry, Option<Date>)> = entries
        .filter_map(|entry| match (entry.reviewed, entry.due(moment.settings.review_days)) {
            (None, _) => Some((entry, None)),
            (Some(_), Some(due)) if due < moment.today => Some((entry, Some(due))),
            (Some(_), _) => None,
        })
        .collect();
    stale.sort_by_key(|(entry, due)| (due.is_none(), *due, entry.id.value.clone()));
    stale
}

impl App {
    /// What was asked in the last so many days.
    pub(super) async fn stats(&self, moment: &Moment, days: i64) -> Result<Stats, StoreError> {
        let since = moment.now.saturating_sub(days * DAY);
        let log = self.store.questions_since(since, MOST_QUESTIONS).await?;
        let votes = self.store.votes_since(since).await?;
        Ok(count_stats(moment.engine.corpus(), &log, &votes, days))
    }
}
