//! Inline questions: `@bot words` in any chat, where people pick an answer from a list.

use std::sync::Arc;

use jiff::civil::Date;

use super::group::linkable;
use super::{App, ChatKey};
use crate::engine::Audience;
use crate::engine::corpus::{Entry, Kind};
use crate::engine::html::{cut_line, cut_text, to_text};
use crate::engine::reply::{self, Reply, Room, question_payload};
use crate::store::{Memo, Outcome, QuestionRecord, StoreError};

/// Results in one answer; Telegram asks for more when somebody scrolls.
const PAGE: usize = 10;
/// From how many seconds ago on what was asked counts as asked lately.
const LATELY_SECS: i64 = 30 * 24 * 60 * 60;
/// How many of the most asked are listed first, and for how many seconds that list holds.
const MOST: u32 = 50;
const REMEMBERED_SECS: i64 = 60;
/// UTF-16 units of a title, and of the line below it.
const TITLE_UNITS: usize = 100;
const LINE_UNITS: usize = 120;
/// Telegram's limit, in bytes, for what leads to the private chat.
const PAYLOAD: usize = 64;

/// What somebody types behind the bot's name.
#[derive(Clone, PartialEq, Eq)]
pub struct InlineQuery {
    /// Who.
    pub person: ChatKey,
    /// The bot's user name.
    pub username: String,
    /// The words.
    pub words: String,
    /// How far they have scrolled: what [`InlineAnswer::next`] said, or nothing.
    pub offset: String,
}

/// A list to pick from.
#[derive(Debug, Clone, PartialEq)]
pub struct InlineAnswer {
    /// The results, best first.
    pub results: Vec<InlineResult>,
    /// Where the list goes on, if it does.
    pub next: Option<String>,
    /// With nothing found: what leads to the private chat with the question.
    pub ask_in_private: Option<String>,
    /// Whether it is for this person only: where there are cohorts, somebody else may get another.
    pub personal: bool,
}

/// One entry to pick.
#[derive(Debug, Clone, PartialEq)]
pub struct InlineResult {
    /// Id of the entry.
    pub entry: String,
    /// Its question.
    pub title: String,
    /// Its first line and its topic.
    pub description: String,
    /// What is posted.
    pub reply: Reply,
}

impl App {
    /// The list for what somebody has typed so far. Without words: what is asked most.
    ///
    /// # Errors
    ///
    /// When the store cannot tell what is asked most.
    pub async fn inline(&self, query: &InlineQuery, today: Date, now: i64) -> Result<InlineAnswer, StoreError> {
        let (moment, tag) = self.moment_of_cohort(query.person, today, now).await?;
        let room = Room { username: &query.username, cohort: tag.as_deref() };
        let words = query.words.trim();
        let start: usize = query.offset.parse().unwrap_or(0);
        let corpus = moment.engine.corpus();
        let mut found: Vec<&Entry> = Vec::new();
        if words.chars().any(char::is_alphanumeric) {
            for part in moment.converse(words, Audience::Inline, None).await {
                let suggested = part.verdict.confidence >= moment.engine.settings().thresholds.suggest_at;
                let hits = part.verdict.hits.iter().filter_map(|hit| moment.engine.entry(hit.entry));
                // Somebody who types sees the list change: the first guess is better than none, but not when it is none.
                found.extend(hits.filter(|_| suggested && part.verdict.foreign.is_none()));
            }
        } else {
            let most = self.most_asked(now).await?;
            found.extend(most.iter().filter_map(|id| corpus.entry(id)));
            // As many as can be shown, however large the corpus: what is asked most may be among them, too.
            found.extend(corpus.entries.iter().take(start.saturating_add(most.len() + 2 * PAGE)));
        }
        found.retain(|entry| entry.kind == Kind::Faq);
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|entry| seen.insert(entry.id.value.as_str()));
        let start = start.min(found.len());
        let voice = moment.voice();
        let shown = found.iter().skip(start).take(PAGE);
        let results: Vec<InlineResult> = shown
            .map(|entry| InlineResult {
                entry: entry.id.value.clone(),
                title: reply::shown_question(entry, TITLE_UNITS),
                description: self.description(corpus, entry),
                reply: voice.carried_answer(entry, room),
            })
            .collect();
        let end = start + results.len();
        let ask_in_private = (found.is_empty() && start == 0).then(|| question_payload(words, PAYLOAD)).flatten();
        let next = (end < found.len()).then(|| end.to_string());
        Ok(InlineAnswer { results, next, ask_in_private, personal: !self.cohorts().is_empty() })
    }

    /// The ids of what was asked most lately, as it was a minute ago at most: people who type ask for it with every letter.
    async fn most_asked(&self, now: i64) -> Result<Vec<String>, StoreError> {
        if let Some((at, most)) = self.most_asked.load().as_ref()
            && (0..REMEMBERED_SECS).contains(&now.saturating_sub(*at))
        {
            return Ok(most.clone());
        }
        let most = self.store.most_asked(now.saturating_sub(LATELY_SECS), MOST).await?;
        let most: Vec<String> = most.into_iter().map(|(entry, _)| entry).collect();
        self.most_asked.store(Arc::new(Some((now, most.clone()))));
        Ok(most)
    }

    fn description(&self, corpus: &crate::engine::corpus::Corpus, entry: &Entry) -> String {
        let short =
            if entry.short_html.trim().is_empty() { entry.text.clone() } else { to_text(&entry.short_html, None) };
        let first = short.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let topic = entry.topic.as_ref().map(|id| {
            let topic = corpus.topics.iter().find(|topic| topic.id == id.value);
            topic.map_or(id.value.clone(), |topic| topic.title.clone())
        });
        let line = cut_text(first, LINE_UNITS);
        let line = if line.len() < first.len() { format!("{line}…") } else { line.to_owned() };
        match topic.filter(|topic| !topic.trim().is_empty()) {
            Some(topic) => format!("{line}\n{}", cut_line(&topic, 40)),
            None => line,
        }
    }

    /// What is to be remembered of a result that was picked: which entry (by its id, or what leads to it in a link), and with
    /// which words.
    pub fn picked(&self, result: &str, words: &str, now: i64) -> Memo {
        let Some(entry) = self.known(result).filter(|_| self.settings.keep_log) else { return Memo::default() };
        let record = QuestionRecord {
            at: super::moment::hour(now),
            text: super::redact::redact(words).chars().take(crate::engine::MAX_CHARS).collect(),
            decision: "answer",
            confidence: 100.0,
            top: Some(entry.clone()),
            ticket: None,
            outcome: Some(Outcome::Chosen(entry)),
            audience: "inline",
        };
        record.into()
    }

    /// The answer to a mention of the bot in a chat that it is not in: what is posted there, in a message of its own.
    pub async fn guest(&self, query: &InlineQuery, today: Date, now: i64) -> Result<(Reply, Memo), StoreError> {
        let (moment, tag) = self.moment_of_cohort(query.person, today, now).await?;
        let room = Room { username: &query.username, cohort: tag.as_deref() };
        let voice = moment.voice();
        let words = query.words.trim();
        if !words.chars().any(char::is_alphanumeric) {
            return Ok((voice.ask_what_as_guest(room), Memo::default()));
        }
        let parts = moment.converse(words, Audience::Guest, None).await;
        let answered = parts.iter().find_map(|part| Some((part, moment.entry(&part.verdict.decision)?)));
        let reply = match (answered, parts.first()) {
            (Some((_, entry)), _) => voice.carried_answer(entry, room),
            (None, first) => {
                voice.decline_in_group(linkable(words), first.is_some_and(|part| part.verdict.foreign.is_some()), room)
            }
        };
        let record = answered.map(|(part, _)| part).or(parts.first());
        let record = record.filter(|_| self.settings.keep_log);
        let memo = record.map(|part| {
            let text = super::moment::kept_text(part, words);
            super::moment::record(&moment.engine, (part, &text), None, now, "guest").into()
        });
        Ok((reply, memo.unwrap_or_default()))
    }
}
