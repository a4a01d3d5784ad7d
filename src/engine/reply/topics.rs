//! Browsing: the list of topics, and the pages of a topic's questions.

use std::collections::HashMap;

use super::buttons::{button, label};
use super::{Button, Press, Reply, Voice};
use crate::engine::corpus::{Corpus, Entry, Kind};
use crate::engine::html::{cut_line, escape};

/// Questions on a page.
const PAGE: usize = 8;
/// Topics in the list: Telegram shows at most 100 buttons, and nobody reads more.
const LISTED: usize = 60;
/// UTF-16 units of a question that is offered as an example, whole.
const EXAMPLE_UNITS: usize = 80;
/// UTF-16 units of a topic's title on its button, of which two share a row.
const TITLE_UNITS: usize = 40;

/// A topic with its questions; those without a topic are one too, with an empty id.
pub(super) struct Group<'a> {
    pub(super) id: &'a str,
    pub(super) title: String,
    emoji: Option<&'a str>,
    entries: Vec<&'a Entry>,
}

impl Group<'_> {
    /// The page with `entry`, if it is in this group.
    pub(super) fn page_of(&self, entry: &Entry) -> Option<u16> {
        let position = self.entries.iter().position(|e| e.id.value == entry.id.value)?;
        Some(u16::try_from(position / PAGE).unwrap_or(u16::MAX))
    }

    /// "📜 Certification", plain text.
    pub(super) fn heading(&self) -> String {
        let title = cut_line(&self.title, TITLE_UNITS);
        self.emoji.map_or_else(|| title.clone(), |emoji| format!("{} {title}", cut_line(emoji, 8)))
    }

    /// How many questions.
    pub(super) fn count(&self) -> usize {
        self.entries.len()
    }
}

impl Voice<'_> {
    /// The list of topics.
    pub fn topics(&self) -> Reply {
        let groups = groups(self.corpus);
        if groups.is_empty() {
            return Reply { html: "There are no topics to browse yet.".to_owned(), buttons: Vec::new() };
        }
        let shown = groups.get(..LISTED).unwrap_or(&groups);
        let mut html = "<b>Topics</b>\nPick one, or just write your question.".to_owned();
        if groups.len() > shown.len() {
            html.push_str(&format!("\n{} more are not listed here.", groups.len() - shown.len()));
        }
        Reply { html, buttons: buttons(shown) }
    }

    /// A page (from 0) of a topic's questions; the last one when there are fewer. `None`: the topic has gone.
    pub fn topic(&self, id: &str, page: u16) -> Option<Reply> {
        let groups = groups(self.corpus);
        let group = groups.iter().find(|group| group.id == id)?;
        let last = group.entries.len().saturating_sub(1) / PAGE;
        let page = usize::from(page).min(last);
        let shown = group.entries.iter().skip(page * PAGE).take(PAGE);
        let mut buttons: Vec<_> =
            shown.map(|entry| vec![button(&label(entry), Press::Open(entry.id.value.clone()))]).collect();
        let turn = |label, to: usize| {
            button(label, Press::Topic { id: id.to_owned(), page: u16::try_from(to).unwrap_or(u16::MAX) })
        };
        let mut turns = Vec::new();
        if page > 0 {
            turns.push(turn("‹ Prev", page - 1));
        }
        if page < last {
            turns.push(turn("Next ›", page + 1));
        }
        if !turns.is_empty() {
            buttons.push(turns);
        }
        if last > 0 {
            buttons.push(vec![button("🔎 Search in this topic", Press::Search(id.to_owned()))]);
        }
        buttons.push(vec![button("‹ Back to topics", Press::BackToTopics)]);
        let pages = if last > 0 { format!(", page {} of {}", page + 1, last + 1) } else { String::new() };
        let html = format!("<b>Topics › {}</b>\n{}{pages}", escape(&group.heading()), questions(group.count()));
        Some(Reply { html, buttons })
    }

    /// Asks for the words to look for in a topic. `None`: the topic has gone.
    pub fn search(&self, topic: &str) -> Option<Reply> {
        let groups = groups(self.corpus);
        let group = groups.iter().find(|group| group.id == topic)?;
        let back = button(
            &cut_line(&format!("‹ Back to {}", group.title), super::buttons::LABEL_UNITS),
            Press::Topic { id: topic.to_owned(), page: 0 },
        );
        let html =
            format!("🔎 What do you look for in <b>{}</b>? Write it in your own words.", escape(&group.heading()));
        Some(Reply { html, buttons: vec![vec![back]] })
    }

    /// What was found in a topic, best first. `None`: the topic has gone.
    pub fn found(&self, topic: &str, entries: &[&Entry]) -> Option<Reply> {
        let groups = groups(self.corpus);
        let group = groups.iter().find(|group| group.id == topic)?;
        let open = |entry: &&Entry| vec![button(&label(entry), Press::Open(entry.id.value.clone()))];
        let mut buttons: Vec<_> = entries.iter().take(PAGE).map(open).collect();
        buttons.push(vec![button("🔎 Search again", Press::Search(topic.to_owned()))]);
        buttons.push(vec![button("‹ Back to topics", Press::BackToTopics)]);
        let found =
            if entries.is_empty() { "Nothing found. Try other words." } else { "This is what I have, the best first:" };
        let html = format!("<b>Topics › {} › search</b>\n{found}", escape(&group.heading()));
        Some(Reply { html, buttons })
    }

    /// Whether this entry is in the topic.
    pub fn is_in_topic(&self, topic: &str, entry: &Entry) -> bool {
        groups(self.corpus).iter().any(|group| group.id == topic && group.page_of(entry).is_some())
    }
}

/// Questions to begin with: the first short one of each topic, then the second ones and so on, at most `limit`.
pub fn examples(corpus: &Corpus, limit: usize) -> Vec<String> {
    let whole = |entry: &&Entry| Some(cut_line(&entry.question, EXAMPLE_UNITS)).filter(|q| !q.ends_with('…'));
    let topics: Vec<Vec<String>> =
        groups(corpus).iter().map(|group| group.entries.iter().filter_map(whole).take(limit).collect()).collect();
    (0..limit).flat_map(|nth| topics.iter().filter_map(move |topic| topic.get(nth))).take(limit).cloned().collect()
}

/// The topics that have questions, in the order of the corpus; questions without a topic come last.
pub(super) fn groups(corpus: &Corpus) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::with_capacity(corpus.topics.len() + 1);
    let mut index = HashMap::new();
    for topic in &corpus.topics {
        let title = if topic.title.trim().is_empty() { &topic.id } else { &topic.title };
        let emoji = topic.emoji.as_deref().filter(|emoji| !emoji.trim().is_empty());
        index.entry(topic.id.as_str()).or_insert(groups.len());
        groups.push(Group { id: &topic.id, title: title.clone(), emoji, entries: Vec::new() });
    }
    let other = groups.len();
    groups.push(Group { id: "", title: "Other questions".to_owned(), emoji: None, entries: Vec::new() });
    for entry in corpus.entries.iter().filter(|entry| entry.kind == Kind::Faq) {
        let at = entry.topic.as_ref().and_then(|topic| index.get(topic.value.as_str())).copied().unwrap_or(other);
        if let Some(group) = groups.get_mut(at) {
            group.entries.push(entry);
        }
    }
    groups.retain(|group| !group.entries.is_empty());
    if let [only] = groups.as_mut_slice()
        && only.id.is_empty()
    {
        only.title = "All questions".to_owned();
    }
    groups
}

/// Topic buttons in two columns.
pub(super) fn buttons(groups: &[Group<'_>]) -> Vec<Vec<Button>> {
    let topic = |group: &Group<'_>| {
        let label = format!("{} ({})", group.heading(), group.count());
        button(&label, Press::Topic { id: group.id.to_owned(), page: 0 })
    };
    groups.chunks(2).map(|row| row.iter().map(topic).collect()).collect()
}

/// "1 question", "14 questions".
pub(super) fn questions(count: usize) -> String {
    if count == 1 { "1 question".to_owned() } else { format!("{count} questions") }
}
