//! What was not answered, in clusters, and what people complain of.
//!
//! A question is a gap as long as the engine of now would not answer it: what an admin adds takes it away by itself.

use std::collections::BTreeMap;

use crate::app::moment::Moment;
use crate::app::trace::per_cent;
use crate::app::{App, clock};
use crate::engine::corpus::Entry;
use crate::engine::gaps::{Reread, clusters};
use crate::engine::reply::Reply;
use crate::engine::reply::admin::{self, Complaint, GapView};
use crate::engine::{Decision, Engine};
use crate::store::{LoggedQuestion, Outcome, StoreError, VoteCount};

/// How many lines of the question log are looked at, the latest.
pub const MOST_QUESTIONS: u32 = 20_000;
/// From how many 👎 on, and from which share of the votes in per cent, people are not content with an entry.
const DOWN: i64 = 2;
const DOWN_SHARE: i64 = 30;
/// From how often on a suggestion is often rejected.
const REJECTED: usize = 3;
/// How sure (per cent) the engine must be of an entry to name it beside a gap.
const LEAST_SURE: u8 = 5;
const DAY: i64 = 24 * 60 * 60;

/// A cluster of questions that got no answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Different questions, that which was asked most first (of those the latest).
    pub questions: Vec<String>,
    /// How often it was asked.
    pub times: usize,
    /// How many of these got suggestions and wanted none of them.
    pub rejected: usize,
    /// When it was asked last, in seconds since 1970.
    pub last: i64,
    /// The id of the entry that may be meant, how often it was chosen from suggestions, and how sure the engine is of it,
    /// in per cent.
    pub suggestion: Option<(String, usize, u8)>,
    /// The numbers of its lines in the question log.
    pub lines: Vec<i64>,
}

/// The gaps in these lines of the question log (the newest first), the latest first.
pub fn find_gaps(engine: &Engine, log: &[LoggedQuestion]) -> Vec<Gap> {
    let wanted = |line: &&LoggedQuestion| {
        matches!(line.record.audience, "private" | "group")
            && matches!(line.record.decision, "suggest" | "decline")
            && line.record.text.chars().any(char::is_alphanumeric)
    };
    let lines: Vec<&LoggedQuestion> = log.iter().filter(wanted).collect();
    // The same words are read once.
    let mut position: BTreeMap<&str, usize> = BTreeMap::new();
    let mut texts: Vec<&str> = Vec::new();
    for line in &lines {
        position.entry(&line.record.text).or_insert_with(|| {
            texts.push(&line.record.text);
            texts.len() - 1
        });
    }
    let reread = engine.reread(&texts);
    let mut of_text: Vec<Vec<&LoggedQuestion>> = vec![Vec::new(); texts.len()];
    for line in lines {
        if let Some(lines) = position.get(line.record.text.as_str()).and_then(|at| of_text.get_mut(*at)) {
            lines.push(line);
        }
    }
    let open: Vec<usize> = (0..texts.len())
        .filter(|at| !is_answered(engine, reread.get(*at), of_text.get(*at).map_or(&[], Vec::as_slice)))
        .collect();
    let read: Vec<&Reread> = open.iter().filter_map(|at| reread.get(*at)).collect();
    let mut gaps: Vec<Gap> = clusters(&read)
        .into_iter()
        .filter_map(|members| {
            let members: Vec<usize> = members.iter().filter_map(|member| open.get(*member).copied()).collect();
            gap(engine, &members, &texts, &of_text, &reread)
        })
        .collect();
    // Those of the same second in the order of the log.
    gaps.sort_by_key(|gap| std::cmp::Reverse((gap.last, gap.lines.iter().max().copied())));
    gaps
}

/// Whether the engine answers a question now, as those wanted who have chosen from suggestions.
fn is_answered(engine: &Engine, reread: Option<&Reread>, lines: &[&LoggedQuestion]) -> bool {
    let Some(Decision::Answer(number)) = reread.map(|reread| &reread.verdict.decision) else { return false };
    let answer = engine.entry(*number).map(|entry| entry.id.value.as_str());
    lines.iter().all(|line| match &line.record.outcome {
        Some(Outcome::Chosen(chosen)) => answer == Some(chosen),
        Some(Outcome::Rejected) | None => true,
    })
}

/// The gap that these questions make; `None`: an admin has settled one of them.
fn gap(
    engine: &Engine,
    members: &[usize],
    texts: &[&str],
    of_text: &[Vec<&LoggedQuestion>],
    reread: &[Reread],
) -> Option<Gap> {
    let lines: Vec<&LoggedQuestion> = members.iter().filter_map(|at| of_text.get(*at)).flatten().copied().collect();
    if lines.iter().any(|line| line.settled) {
        return None;
    }
    let mut questions: Vec<usize> = members.to_vec();
    // Stable: the latest come first.
    questions.sort_by_key(|at| std::cmp::Reverse(of_text.get(*at).map_or(0, Vec::len)));
    let questions: Vec<String> =
        questions.iter().filter_map(|at| texts.get(*at)).map(|text| (*text).to_owned()).collect();
    let mut chosen: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &lines {
        if let Some(Outcome::Chosen(entry)) = &line.record.outcome {
            *chosen.entry(entry).or_default() += 1;
        }
    }
    let is_there = |entry: &&str| engine.corpus().entry(entry).is_some();
    let chosen = chosen.into_iter().filter(|(entry, _)| is_there(entry)).max_by_key(|(_, times)| *times);
    let suggestion = chosen.map(|(entry, times)| (entry.to_owned(), times, 0)).or_else(|| {
        let mut sure: BTreeMap<&str, f64> = BTreeMap::new();
        for verdict in members.iter().filter_map(|at| reread.get(*at)).map(|reread| &reread.verdict) {
            let top = verdict.hits.first().and_then(|hit| engine.entry(hit.entry));
            if let Some(top) = top.filter(|_| verdict.foreign.is_none()) {
                *sure.entry(&top.id).or_default() += verdict.confidence;
            }
        }
        let best = sure.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(a.0)));
        let best = best.map(|(entry, sum)| (entry.to_owned(), 0, per_cent(sum / members.len().max(1) as f64)));
        best.filter(|(_, _, sure)| *sure >= LEAST_SURE)
    });
    Some(Gap {
        times: lines.len(),
        rejected: lines.iter().filter(|line| line.record.outcome == Some(Outcome::Rejected)).count(),
        last: lines.iter().map(|line| line.record.at).max()?,
        suggestion,
        lines: lines.iter().map(|line| line.id).collect(),
        questions,
    })
}

/// The entries that people are not content with, those with the most complaints first. An entry that somebody has checked
/// since it was complained of last, or on the same day, is none.
pub fn find_complaints(engine: &Engine, log: &[LoggedQuestion], votes: &[VoteCount]) -> Vec<Complaint> {
    let mut all: BTreeMap<&str, Complaint> = BTreeMap::new();
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    let mut complained = |entry, at: i64| {
        let last = last.entry(entry).or_insert(at);
        *last = at.max(*last);
    };
    fn of<'a, 'b>(all: &'b mut BTreeMap<&'a str, Complaint>, entry: &'a str) -> &'b mut Complaint {
        all.entry(entry).or_insert_with(|| Complaint {
            entry: entry.to_owned(),
            up: 0,
            down: 0,
            reasons: Vec::new(),
            rejected: 0,
        })
    }
    for vote in votes {
        let complaint = of(&mut all, &vote.entry);
        match vote.up {
            true => complaint.up += vote.times,
            false => {
                complaint.down += vote.times;
                complained(&vote.entry, vote.last);
            }
        }
        complaint.reasons.extend(vote.reason.as_ref().filter(|_| !vote.up).map(|reason| (reason.clone(), vote.times)));
    }
    for line in log.iter().filter(|line| line.record.outcome == Some(Outcome::Rejected) && !line.settled) {
        if let Some(top) = &line.record.top {
            of(&mut all, top).rejected += 1;
            complained(top, line.record.at);
        }
    }
    let is_open = |entry: &Entry| {
        let day = last.get(entry.id.value.as_str()).and_then(|at| clock::day(*at));
        entry.reviewed.is_none_or(|reviewed| day.is_none_or(|day| reviewed < day))
    };
    let is_one = |complaint: &Complaint| {
        let down = complaint.down >= DOWN && complaint.down * 100 >= (complaint.up + complaint.down) * DOWN_SHARE;
        (down || complaint.rejected >= REJECTED) && engine.corpus().entry(&complaint.entry).is_some_and(is_open)
    };
    let mut complaints: Vec<Complaint> = all.into_values().filter(is_one).collect();
    for complaint in &mut complaints {
        complaint.reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
    let weight = |complaint: &Complaint| complaint.down + i64::try_from(complaint.rejected).unwrap_or(0);
    complaints.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| a.entry.cmp(&b.entry)));
    complaints
}

impl App {
    /// The gaps of what is kept of the question log, and what people complain of.
    pub(super) async fn all_gaps(&self, moment: &Moment) -> Result<(Vec<Gap>, Vec<Complaint>), StoreError> {
        let (log, votes) = self.asked_and_voted(moment).await?;
        let found = moment.think(move |engine| (find_gaps(engine, &log), find_complaints(engine, &log, &votes)));
        Ok(found.await)
    }

    /// What people complain of alone: that takes a fraction of the time, for no question is read again.
    pub(super) async fn complaints(&self, moment: &Moment) -> Result<Vec<Complaint>, StoreError> {
        let (log, votes) = self.asked_and_voted(moment).await?;
        Ok(moment.think(move |engine| find_complaints(engine, &log, &votes)).await)
    }

    /// What is kept of the question log, and of votes.
    async fn asked_and_voted(&self, moment: &Moment) -> Result<(Vec<LoggedQuestion>, Vec<VoteCount>), StoreError> {
        let since = moment.now.saturating_sub(i64::from(self.settings.retention_days) * DAY);
        let log = self.store.questions_since(since, MOST_QUESTIONS).await?;
        Ok((log, self.store.votes_since(since).await?))
    }

    /// What stands for a gap on a button: 16 hexadecimal digits made of its first question.
    pub(super) fn key_of(&self, gap: &Gap) -> String {
        let question = gap.questions.first().map_or("", String::as_str);
        format!("{:016x}", self.settings.key.number(&[b"gap", question.as_bytes()]))
    }

    /// The gap at this position, or the last one before it.
    pub(super) async fn gaps(&self, at: usize, moment: &Moment) -> Result<Reply, StoreError> {
        let (gaps, complaints) = self.all_gaps(moment).await?;
        let at = at.min(gaps.len().saturating_sub(1));
        let corpus = moment.engine.corpus();
        let key = gaps.get(at).map(|gap| self.key_of(gap)).unwrap_or_default();
        let view = gaps.get(at).map(|gap| GapView {
            at: (at, gaps.len()),
            key: &key,
            questions: gap.questions.iter().map(String::as_str).collect(),
            times: gap.times,
            rejected: gap.rejected,
            days: moment.now.saturating_sub(gap.last) / DAY,
            suggestion: gap
                .suggestion
                .as_ref()
                .and_then(|(id, chosen, sure)| Some((corpus.entry(id)?, *chosen, *sure))),
        });
        let complaints: &[Complaint] = if at == 0 { &complaints } else { &[] };
        Ok(admin::gaps(view.as_ref(), complaints))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::engine::{Settings, corpus};
    use crate::store::QuestionRecord;

    /// Noon of 20 November 2026, in UTC.
    const NOON: i64 = 1_795_176_000;

    fn rejected(at: i64) -> LoggedQuestion {
        let record = QuestionRecord {
            at,
            text: "when is it open".to_owned(),
            decision: "suggest",
            confidence: 50.0,
            top: Some("library".to_owned()),
            ticket: None,
            outcome: Some(Outcome::Rejected),
            audience: "private",
        };
        LoggedQuestion { id: 1, settled: false, record }
    }

    #[test]
    fn a_complaint_goes_when_its_entry_is_put_right() {
        // When the entry was checked, when it got its 👎, when its suggestion was rejected, and whether that is a complaint.
        for (reviewed, down, suggested, is_complaint) in [
            ("", Some(NOON), None, true),
            ("reviewed = 2026-11-19\n", Some(NOON), None, true),
            ("reviewed = 2026-11-20\n", Some(NOON), None, false),
            ("reviewed = 2026-11-21\n", Some(NOON), None, false),
            ("reviewed = 2026-11-19\n", None, Some(NOON), true),
            ("reviewed = 2026-11-20\n", None, Some(NOON), false),
            ("reviewed = 2026-11-20\n", Some(NOON), Some(NOON + DAY), true),
            ("reviewed = 2026-11-20\n", Some(NOON + DAY), Some(NOON), true),
            ("reviewed = 2026-11-21\n", Some(NOON + DAY), Some(NOON), false),
        ] {
            let text = format!("+++\nquestion = \"When does the library open?\"\n{reviewed}+++\nAt nine.\n");
            let file = SourceFile { path: "library.md".into(), text };
            let engine = Engine::build(corpus::parse(vec![file]).0, Settings::default());
            let vote = |up, last| VoteCount { entry: "library".to_owned(), up, reason: None, times: 3, last };
            // That somebody likes it later is no complaint.
            let mut votes = vec![vote(true, NOON + 9 * DAY)];
            votes.extend(down.map(|last| vote(false, last)));
            let log: Vec<_> = (0..3).filter_map(|_| suggested).map(rejected).collect();
            let found = find_complaints(&engine, &log, &votes);
            assert_eq!(!found.is_empty(), is_complaint, "{reviewed}{down:?} {suggested:?}");
        }
    }
}
