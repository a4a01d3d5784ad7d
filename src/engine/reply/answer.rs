//! What the bot says to a question: the answer, suggestions, or that it does not know.

use jiff::civil::Date;

use super::buttons::{LABEL_UNITS, button, label, question};
use super::topics::groups;
use super::{Button, Press, Reason, Reply, Ticket, Voice};
use crate::engine::EntryNumber;
use crate::engine::corpus::{Claim, Entry, Kind, Source};
use crate::engine::html::{self, MESSAGE_UNITS, cut_html, cut_line, escape, visible_units};

/// Sources under an answer.
pub const SOURCES: usize = 4;
/// Related questions under an answer.
pub const RELATED: usize = 4;
/// Topics to browse under a decline; all of them are one tap further.
const TOPICS: usize = 6;
/// UTF-16 units of the question above an answer.
const QUESTION_UNITS: usize = 300;
/// Suggestions in one message.
const SUGGESTIONS: usize = 3;
/// UTF-16 units of a question on the button of a suggestion: what a narrow phone shows. The message has it in full.
const SUGGESTION_UNITS: usize = 30;

/// Labels of the four reasons for 👎, in the order of their buttons.
const REASONS: [(Reason, &str); 4] = [
    (Reason::Wrong, "It is wrong"),
    (Reason::Outdated, "Outdated"),
    (Reason::Incomplete, "Something is missing"),
    (Reason::NotMyQuestion, "Not my question"),
];

impl Voice<'_> {
    /// The answer made of `entry`, to somebody who asked or followed a link.
    pub fn answer(&self, entry: &Entry) -> Reply {
        let buttons = self.answer_buttons(entry, button("All topics", Press::Topics), false);
        Reply { html: self.answer_html(entry), buttons }
    }

    /// The same, to somebody who came from the list of a topic and can go back there.
    pub fn opened(&self, entry: &Entry) -> Reply {
        let groups = groups(self.corpus);
        let found = groups.iter().find_map(|group| Some((group, group.page_of(entry)?)));
        let Some((group, page)) = found else {
            let back = button("‹ Back to topics", Press::BackToTopics);
            return Reply { html: self.answer_html(entry), buttons: self.answer_buttons(entry, back, true) };
        };
        let label = cut_line(&format!("‹ Back to {}", group.title), LABEL_UNITS);
        let back = button(&label, Press::Topic { id: group.id.to_owned(), page });
        let above = format!("<i>Topics › {}</i>\n\n", escape(&group.heading()));
        let room = MESSAGE_UNITS.saturating_sub(visible_units(&above));
        let html = format!("{above}{}", cut_html(&self.answer_html(entry), room));
        Reply { html, buttons: self.answer_buttons(entry, back, true) }
    }

    /// The answer made of `entry`, its buttons asking what was wrong with it. `opened`: it came from the list of a topic,
    /// and is to lead back there afterwards. The vote counts without a reason, too.
    pub fn ask_reason(&self, entry: &Entry, opened: bool) -> Reply {
        let reason = |(reason, label)| button(label, Press::Reason { entry: entry.id.value.clone(), reason, opened });
        let [a, b, c, d] = REASONS.map(reason);
        let skip = button("Skip", Press::NoReason { entry: entry.id.value.clone(), opened });
        Reply { html: self.answer_html(entry), buttons: vec![vec![a, b], vec![c, d], vec![skip]] }
    }

    /// Asks which of these was meant. The questions stand in the message, whole and numbered: on buttons a phone shows
    /// their first words only, which are often the same. `ticket` is that of the question, if it is logged.
    pub fn suggest(&self, entries: &[EntryNumber], ticket: Option<Ticket>) -> Reply {
        const UNSURE: &str = "I am not sure I understood. Did you mean";
        let entries = entries.iter().filter_map(|&number| self.corpus.entries.get(number)).take(SUGGESTIONS);
        let entries: Vec<&Entry> = entries.collect();
        let asked = |entry: &Entry| escape(&question(entry, QUESTION_UNITS));
        let choose =
            |entry: &Entry, label: &str| button(label, Press::Choose { entry: entry.id.value.clone(), ticket });
        if let [only] = entries.as_slice() {
            let buttons = vec![vec![choose(only, "Yes"), button("No", Press::NoneOfThese { ticket })]];
            return Reply { html: format!("{UNSURE} this?\n\n<b>{}</b>", asked(only)), buttons };
        }
        let numbered = || entries.iter().enumerate().map(|(i, entry)| (i + 1, *entry));
        let listed: Vec<String> = numbered().map(|(n, entry)| format!("<b>{n}.</b> {}", asked(entry))).collect();
        let short = |(n, entry)| vec![choose(entry, &format!("{n}. {}", question(entry, SUGGESTION_UNITS)))];
        let mut buttons: Vec<_> = numbered().map(short).collect();
        buttons.push(vec![button("None of these", Press::NoneOfThese { ticket })]);
        Reply { html: format!("{UNSURE} one of these?\n\n{}", listed.join("\n\n")), buttons }
    }

    /// Says that the bot does not know.
    pub fn decline(&self) -> Reply {
        self.way_on("I don't know the answer to that, and I would rather not guess.\n\n", None)
    }

    /// Says that the question is in a language that the bot does not read.
    pub fn foreign(&self) -> Reply {
        let language = self.corpus.language.name();
        let ask = format!("ask me again in {language}");
        self.way_on(&format!("Sorry, I can only read {language} so far. "), Some(&ask))
    }

    /// Says so after none of the suggestions was meant.
    pub fn none_of_these(&self) -> Reply {
        self.way_on("Then I may not have it. ", Some("try other words"))
    }

    /// `words`, then what can be done now, and buttons for that. `first` is what can be done before all else. A person is
    /// offered only where one can be reached.
    fn way_on(&self, words: &str, first: Option<&str>) -> Reply {
        let groups = groups(self.corpus);
        let mut buttons = super::topics::buttons(groups.get(..TOPICS).unwrap_or(&groups));
        if groups.len() > TOPICS {
            buttons.push(vec![button("All topics", Press::BackToTopics)]);
        }
        let person = self.mentors || self.contact().is_some();
        if person {
            buttons.push(vec![button("Ask a person", Press::Person)]);
        }
        let browse = (!groups.is_empty()).then_some("browse my topics");
        let mut ways: Vec<&str> = [first, browse, person.then_some("ask a person")].into_iter().flatten().collect();
        let ways = match (ways.pop(), ways.as_slice()) {
            (Some(last), []) => last.to_owned(),
            (Some(last), others) => format!("{}, or {last}", others.join(", ")),
            (None, _) => "try other words".to_owned(),
        };
        Reply { html: format!("{words}You can {ways}."), buttons }
    }

    fn answer_html(&self, entry: &Entry) -> String {
        let answer = if entry.html.trim().is_empty() { escape(&entry.text) } else { entry.html.clone() };
        let mut parts = Vec::new();
        if entry.kind == Kind::Faq {
            let question = cut_line(&entry.question, QUESTION_UNITS);
            if !html::is_blank(&escape(&question)) {
                parts.push(format!("<b>{}</b>", escape(&question)));
            }
        }
        let body = parts.len();
        if entry.kind == Kind::Faq {
            parts.extend(entry.claim.map(|claim| format!("<i>{}</i>", caveat(claim))));
            parts.extend(self.sources(entry));
            parts.extend(self.checked(entry));
        }
        const GAP: usize = 2;
        let around: usize = parts.iter().map(|part| visible_units(part) + GAP).sum();
        let answer = cut_html(answer.trim(), MESSAGE_UNITS.saturating_sub(around));
        if !html::is_blank(&answer) {
            parts.insert(body, answer);
        } else if entry.kind == Kind::Smalltalk || body == 0 {
            parts.insert(body, "This answer is still empty.".to_owned());
        }
        parts.join("\n\n")
    }

    fn sources(&self, entry: &Entry) -> Option<String> {
        let mut named: Vec<String> = Vec::new();
        for name in self.sources_of(entry).map(source) {
            if named.len() < SOURCES && !named.contains(&name) {
                named.push(name);
            }
        }
        match named.as_slice() {
            [] => None,
            [one] => Some(format!("Source: {one}")),
            several => Some(format!("Sources:\n• {}", several.join("\n• "))),
        }
    }

    /// The first source, and how many more there are.
    pub(super) fn first_source(&self, entry: &Entry) -> Option<String> {
        let mut named: Vec<String> = self.sources_of(entry).map(source).collect();
        named.dedup();
        match named.as_slice() {
            [] => None,
            [one] => Some(format!("Source: {one}")),
            [first, others @ ..] => Some(format!("Source: {first}, and {} more", others.len())),
        }
    }

    fn sources_of(&self, entry: &Entry) -> impl Iterator<Item = &Source> {
        entry.sources.iter().filter_map(|id| self.corpus.sources.get(&id.value))
    }

    /// When the answer was last checked, and what to do when that is too long ago.
    pub(super) fn checked(&self, entry: &Entry) -> Option<String> {
        let reviewed = entry.reviewed?;
        if entry.due(self.review_days).is_none_or(|due| due >= self.today) {
            return Some(format!("Checked {}", day(reviewed)));
        }
        let at = self.sources_of(entry).next().map_or_else(
            || "before you rely on it".to_owned(),
            |source| {
                let name = source.publisher.as_deref().filter(|p| !p.trim().is_empty()).unwrap_or(&source.title);
                format!("at {}", html::link(source.url.as_deref(), &cut_line(name, 60)))
            },
        );
        Some(format!("⏳ Last checked {}, please confirm {at}.", day(reviewed)))
    }

    /// Small talk has none: it needs no opinion and leads nowhere.
    fn answer_buttons(&self, entry: &Entry, last: Button, opened: bool) -> Vec<Vec<Button>> {
        if entry.kind == Kind::Smalltalk {
            return Vec::new();
        }
        let vote = |label, up| button(label, Press::Vote { entry: entry.id.value.clone(), up, opened });
        let mut rows = vec![vec![vote("👍", true), vote("👎", false)]];
        let related = entry.related.iter().filter_map(|id| self.corpus.entry(id));
        let related = related.filter(|other| other.kind == Kind::Faq && other.id.value != entry.id.value);
        rows.extend(related.take(RELATED).map(|e| vec![button(&label(e), Press::Entry(e.id.value.clone()))]));
        rows.push(vec![last]);
        rows
    }
}

/// The sentence that goes with a claim of this kind.
pub(super) fn caveat(claim: Claim) -> &'static str {
    match claim {
        Claim::Salary => "Pay differs by place, employer and experience. These figures are not a promise.",
        Claim::Outlook => "Forecasts are estimates, and they differ from place to place.",
        Claim::Exam => "Exam rules change. Check with the exam's provider before you book.",
        Claim::Cost => "Prices change. Check the current price before you pay.",
        Claim::Legal => "This is general information, not legal advice. Rules differ from place to place.",
    }
}

/// "Publisher: Title (as of)", linked when there is an address.
pub(super) fn source(source: &Source) -> String {
    let title = cut_line(&source.title, 120);
    let name = match source.publisher.as_deref().map(|p| cut_line(p, 60)).filter(|p| !p.is_empty()) {
        Some(publisher) if title.is_empty() || title.starts_with(&publisher) => {
            if title.is_empty() {
                publisher
            } else {
                title
            }
        }
        Some(publisher) => format!("{publisher}: {title}"),
        None if title.is_empty() => cut_line(&source.id, 64),
        None => title,
    };
    let named = html::link(source.url.as_deref(), &name);
    match source.as_of.as_deref().map(|date| cut_line(date, 40)).filter(|date| !date.is_empty()) {
        Some(date) => format!("{named} ({})", escape(&date)),
        None => named,
    }
}

/// "22 Nov 2026".
fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}
