//! The keys of an entry as columns of a table or keys of an object, and their names in the files of other programs.
//!
//! Owns which name means which key and how a value is read. Knows no format, and no entry but the one that is being read.

use std::collections::BTreeMap;

use crate::app::entry_text::NewEntry;
use crate::engine::corpus::{Claim, Kind};
use crate::slips;

/// A key of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The id.
    Id,
    /// The folder.
    Topic,
    /// The question.
    Question,
    /// Other ways to ask it.
    Phrasings,
    /// Questions that must reach it.
    Tests,
    /// Questions that must not.
    Not,
    /// Ids of sources, or addresses of theirs.
    Sources,
    /// Ids of other entries.
    Related,
    /// The day it was last checked.
    Reviewed,
    /// How long that holds.
    ReviewDays,
    /// What it claims.
    Claim,
    /// What a group gets.
    Short,
    /// Who looks after it.
    Owner,
    /// FAQ or small talk.
    Kind,
    /// The answer.
    Answer,
    /// The address of a page that the answer is from: a source by another name.
    Url,
}

/// A key with its name and what other programs call it, in small letters without blanks and signs.
pub struct Column {
    /// The key.
    pub key: Key,
    /// Its name in a header of ours.
    pub name: &'static str,
    /// What it holds, for people.
    pub about: &'static str,
    /// Other names.
    pub others: &'static [&'static str],
}

/// All keys, in the order in which they are written.
pub const COLUMNS: [Column; 16] = [
    Column {
        key: Key::Id,
        name: "id",
        about: "the name of the file, without .md",
        others: &["identifier", "slug", "faqid", "articleid", "entryid", "qnaid"],
    },
    Column {
        key: Key::Topic,
        name: "topic",
        about: "the folder",
        others: &[
            "category",
            "categories",
            "section",
            "folder",
            "group",
            "theme",
            "tags",
            "tag",
            "kategorie",
            "thema",
            "categoria",
        ],
    },
    Column {
        key: Key::Question,
        name: "question",
        about: "the question; needed",
        others: &[
            "q",
            "questiontext",
            "title",
            "name",
            "headline",
            "subject",
            "frage",
            "pregunta",
            "domanda",
            "pergunta",
        ],
    },
    Column {
        key: Key::Phrasings,
        name: "phrasings",
        about: "list: other ways to ask it",
        others: &[
            "phrasing",
            "alternatives",
            "alternatequestions",
            "alternativequestions",
            "similarquestions",
            "variants",
            "variations",
            "utterances",
            "alsoasked",
        ],
    },
    Column {
        key: Key::Tests,
        name: "tests",
        about: "list: questions that must lead to it",
        others: &["test", "testquestions"],
    },
    Column { key: Key::Not, name: "not", about: "list: questions that must not", others: &[] },
    Column {
        key: Key::Sources,
        name: "sources",
        about: "list: where the answer is from",
        others: &["source", "reference", "references", "quelle", "quellen", "fuente"],
    },
    Column {
        key: Key::Related,
        name: "related",
        about: "list of ids: what to ask next",
        others: &["relatedids", "relatedquestions", "seealso"],
    },
    Column {
        key: Key::Reviewed,
        name: "reviewed",
        about: "the day it was last checked",
        others: &["revieweddate", "reviewedon", "reviewdate", "lastreviewed", "checked", "checkedon", "lastchecked"],
    },
    Column { key: Key::ReviewDays, name: "review_days", about: "for how many days that holds", others: &[] },
    Column { key: Key::Claim, name: "claim", about: "salary, outlook, exam, cost or legal", others: &[] },
    Column {
        key: Key::Short,
        name: "short",
        about: "a shorter answer for groups",
        others: &["shortanswer", "summary"],
    },
    Column { key: Key::Owner, name: "owner", about: "who looks after it", others: &["maintainer", "responsible"] },
    Column { key: Key::Kind, name: "kind", about: "faq or smalltalk", others: &[] },
    Column {
        key: Key::Answer,
        name: "answer",
        about: "the answer; needed",
        others: &[
            "a",
            "answertext",
            "acceptedanswer",
            "answerhtml",
            "body",
            "bodyhtml",
            "html",
            "text",
            "content",
            "response",
            "reply",
            "antwort",
            "respuesta",
            "risposta",
            "resposta",
            "reponse",
        ],
    },
    Column {
        key: Key::Url,
        name: "url",
        about: "the address of a source",
        others: &["link", "sourceurl", "permalink", "href", "webaddress", "address"],
    },
];

impl Key {
    /// Its name in a header of ours.
    pub fn name(self) -> &'static str {
        COLUMNS.iter().find(|column| column.key == self).map_or("", |column| column.name)
    }
}

/// Which of these names means which key: the key's own name before another, the first of several. What is left over is
/// unknown.
pub fn keys(names: &[String]) -> Vec<Option<Key>> {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let mut found = vec![None; names.len()];
    for column in &COLUMNS {
        let is_own = |name: &String| *name == self::plain(column.name);
        let own = plain.iter().position(is_own);
        let at = own.or_else(|| {
            // In the order in which the names are listed: "category" before "tags".
            column.others.iter().find_map(|other| plain.iter().position(|name| name == other))
        });
        if let Some(slot) = at.and_then(|at| found.get_mut(at)) {
            *slot = Some(column.key);
        }
    }
    found
}

/// A name without what people vary: capitals, blanks, signs, accents on the common ones.
fn plain(name: &str) -> String {
    let letter = |c: char| match c {
        'é' | 'è' | 'ê' => 'e',
        'á' | 'à' | 'â' => 'a',
        'í' => 'i',
        'ó' => 'o',
        c => c,
    };
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).map(letter).collect()
}

/// What a file says for one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// One text; of a list, one item a line.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

impl Value {
    /// As one text.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::List(texts) => texts.join("\n"),
        }
    }

    /// As several texts, without empty ones.
    fn list(&self) -> Vec<String> {
        let texts: Vec<&str> = match self {
            Self::Text(text) => text.lines().collect(),
            Self::List(texts) => texts.iter().map(String::as_str).collect(),
        };
        texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }

    /// As ids, which have neither blanks nor commas in them.
    fn ids(&self) -> Vec<String> {
        let list = self.list();
        let ids = list.iter().flat_map(|text| text.split([',', ';']).map(str::trim));
        ids.filter(|id| !id.is_empty()).map(str::to_owned).collect()
    }
}

/// Puts what a file says into `entry`; what it does not say stays as it is. Id, topic, sources and addresses are for who
/// knows the folder. Gives a sentence for each value that cannot be used, and leaves the key as it is.
pub fn put(values: &BTreeMap<Key, Value>, entry: &mut NewEntry) -> Vec<String> {
    let mut notes = Vec::new();
    for (key, value) in values {
        let text = value.text();
        let text = text.trim();
        let some = || Some(text.to_owned()).filter(|text| !text.is_empty());
        let mut read = |outcome: Result<(), String>| {
            notes.extend(outcome.err().map(|help| format!("`{}` is left as it is: {help}", key.name())));
        };
        match key {
            Key::Question => entry.question = text.to_owned(),
            Key::Answer => entry.answer = value.text(),
            Key::Phrasings => entry.phrasings = value.list(),
            Key::Tests => entry.tests = value.list(),
            Key::Not => entry.not = value.list(),
            Key::Related => entry.related = value.ids(),
            Key::Short => entry.short = some(),
            Key::Owner => entry.owner = some(),
            Key::Reviewed => read(date(text).map(|date| entry.reviewed = date)),
            Key::ReviewDays => read(days(text).map(|days| entry.review_days = days)),
            Key::Claim => read(claim(text).map(|claim| entry.claim = claim)),
            Key::Kind => read(kind(text).map(|kind| entry.kind = kind)),
            Key::Id | Key::Topic | Key::Sources | Key::Url => {}
        }
    }
    notes
}

/// What of these values names a source: ids, titles, addresses. `None` when the file does not say.
pub fn sources(values: &BTreeMap<Key, Value>) -> Option<Vec<String>> {
    let ids =
        values.get(&Key::Sources).map(|value| value.list().iter().flat_map(|text| named(text)).collect::<Vec<_>>());
    let url = values.get(&Key::Url).map(Value::list);
    match (ids, url) {
        (None, None) => None,
        (ids, url) => Some([ids.unwrap_or_default(), url.unwrap_or_default()].concat()),
    }
}

/// The sources in a line: several ids, or one address or title, which may have commas in it.
fn named(line: &str) -> Vec<String> {
    let ids = Value::Text(line.to_owned()).ids();
    let are_ids = !line.contains("://") && ids.iter().all(|id| !id.contains(char::is_whitespace));
    if are_ids { ids } else { vec![line.to_owned()] }
}

fn date(text: &str) -> Result<Option<jiff::civil::Date>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    // A program may write the time behind the day.
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    let day = if day.len() == 10 && day.contains('-') { Some(day.to_owned()) } else { slips::date(text) };
    let read = day.and_then(|day| day.parse().ok());
    read.map(Some).ok_or_else(|| format!("{text:?} is no date without doubt; write year-month-day, as in 2026-11-22"))
}

fn days(text: &str) -> Result<Option<u32>, String> {
    match text.parse() {
        _ if text.is_empty() => Ok(None),
        Ok(days) if (1..=36_500).contains(&days) => Ok(Some(days)),
        _ => Err(format!("{text:?} is no number of days from 1 to 36500")),
    }
}

fn claim(text: &str) -> Result<Option<Claim>, String> {
    let known = Claim::named(&text.to_lowercase());
    if text.is_empty() || known.is_some() {
        return Ok(known);
    }
    Err(format!("{text:?} is none of salary, outlook, exam, cost and legal"))
}

fn kind(text: &str) -> Result<Kind, String> {
    if text.is_empty() {
        return Ok(Kind::default());
    }
    Kind::named(&plain(text)).ok_or_else(|| format!("{text:?} is neither faq nor smalltalk"))
}

/// What this key of the entry says, as one text and several; empty when it says nothing.
pub fn get(entry: &NewEntry, key: Key) -> Value {
    let text = |text: Option<String>| Value::Text(text.unwrap_or_default());
    match key {
        Key::Id => Value::Text(entry.id.clone()),
        Key::Topic => text(entry.topic.clone()),
        Key::Question => Value::Text(entry.question.clone()),
        Key::Phrasings => Value::List(entry.phrasings.clone()),
        Key::Tests => Value::List(entry.tests.clone()),
        Key::Not => Value::List(entry.not.clone()),
        Key::Sources => Value::List(entry.sources.clone()),
        Key::Related => Value::List(entry.related.clone()),
        Key::Reviewed => text(entry.reviewed.map(|date| date.to_string())),
        Key::ReviewDays => text(entry.review_days.map(|days| days.to_string())),
        Key::Claim => text(entry.claim.map(|claim| claim.name().to_owned())),
        Key::Short => text(entry.short.clone()),
        Key::Owner => text(entry.owner.clone()),
        Key::Kind => text((entry.kind != Kind::default()).then(|| entry.kind.name().to_owned())),
        Key::Answer => Value::Text(entry.answer.clone()),
        Key::Url => Value::Text(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;

    fn named(names: &[&str]) -> Vec<Option<Key>> {
        keys(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn no_name_means_two_keys() {
        let names: Vec<String> =
            COLUMNS.iter().flat_map(|column| [&[column.name], column.others].concat()).map(plain).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        let others = COLUMNS.iter().flat_map(|column| column.others);
        assert!(others.into_iter().all(|other| plain(other) == *other), "they are compared so");
    }

    #[test]
    fn names_of_other_programs_are_understood_and_ones_own_come_first() {
        assert_eq!(named(&["Q", "A"]), [Some(Key::Question), Some(Key::Answer)]);
        assert_eq!(named(&["Title", "Body (HTML)", "Priority"]), [Some(Key::Question), Some(Key::Answer), None]);
        assert_eq!(
            named(&["title", "Question", "tags", "Category"]),
            [None, Some(Key::Question), None, Some(Key::Topic)]
        );
        assert_eq!(named(&["Review days", "review_days", "Réponse"]), [Some(Key::ReviewDays), None, Some(Key::Answer)]);
        assert_eq!(named(&["Source", "Source URL", ""]), [Some(Key::Sources), Some(Key::Url), None]);
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        let values = [
            (Key::Question, "  How much? "),
            (Key::Phrasings, "one, two\r\n\r\n three \n"),
            (Key::Related, "a-b, c; d\ne"),
            (Key::Reviewed, "22.11.2026"),
            (Key::ReviewDays, "60"),
            (Key::Claim, "Cost"),
            (Key::Kind, "Small talk"),
            (Key::Short, " "),
        ];
        let values: BTreeMap<Key, Value> =
            values.into_iter().map(|(key, text)| (key, Value::Text(text.into()))).collect();
        let mut entry = NewEntry { short: Some("gone".into()), owner: Some("stays".into()), ..NewEntry::default() };
        assert_eq!(put(&values, &mut entry), [""; 0]);
        assert_eq!(
            (entry.question.as_str(), &entry.phrasings[..]),
            ("How much?", &["one, two".to_owned(), "three".into()][..])
        );
        assert_eq!(entry.related, ["a-b", "c", "d", "e"]);
        assert_eq!((entry.reviewed, entry.review_days), (Some(date(2026, 11, 22)), Some(60)));
        assert_eq!((entry.claim, entry.kind), (Some(Claim::Cost), Kind::Smalltalk));
        assert_eq!((entry.short, entry.owner.as_deref()), (None, Some("stays")));
    }

    #[test]
    fn a_value_that_cannot_be_used_changes_nothing_and_says_why() {
        let before = NewEntry {
            reviewed: Some(date(2026, 1, 2)),
            review_days: Some(9),
            claim: Some(Claim::Exam),
            ..NewEntry::default()
        };
        for (key, text, why) in [
            (
                Key::Reviewed,
                "4/5/2026",
                "`reviewed` is left as it is: \"4/5/2026\" is no date without doubt; write year-month-day, as in 2026-11-22",
            ),
            (
                Key::Reviewed,
                "2026-02-31",
                "`reviewed` is left as it is: \"2026-02-31\" is no date without doubt; write year-month-day, as in 2026-11-22",
            ),
            (Key::ReviewDays, "0", "`review_days` is left as it is: \"0\" is no number of days from 1 to 36500"),
            (Key::Claim, "pay", "`claim` is left as it is: \"pay\" is none of salary, outlook, exam, cost and legal"),
            (Key::Kind, "joke", "`kind` is left as it is: \"joke\" is neither faq nor smalltalk"),
        ] {
            let mut entry = before.clone();
            assert_eq!(put(&BTreeMap::from([(key, Value::Text(text.into()))]), &mut entry), [why]);
            assert_eq!(entry, before);
        }
        for (text, day) in [("2026-11-22T10:00:00Z", Some(date(2026, 11, 22))), ("", None)] {
            let mut entry = before.clone();
            assert_eq!(put(&BTreeMap::from([(Key::Reviewed, Value::Text(text.into()))]), &mut entry), [""; 0]);
            assert_eq!(entry.reviewed, day);
        }
    }

    #[test]
    fn sources_are_ids_titles_and_addresses() {
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(sources(&BTreeMap::new()), None);
        assert_eq!(sources(&BTreeMap::from([(Key::Sources, text(""))])), Some(vec![]));
        let both = BTreeMap::from([
            (Key::Sources, text("a, b\nHouse rules, page 3")),
            (Key::Url, text("https://x.org/?a=1,2")),
        ]);
        assert_eq!(sources(&both).unwrap(), ["a", "b", "House rules, page 3", "https://x.org/?a=1,2"]);
    }

    #[test]
    fn what_is_got_can_be_put() {
        let entry = NewEntry {
            question: "Q?".into(),
            phrasings: vec!["a".into(), "b, c".into()],
            reviewed: Some(date(2026, 11, 22)),
            review_days: Some(60),
            claim: Some(Claim::Legal),
            kind: Kind::Smalltalk,
            short: Some("S".into()),
            owner: Some("O".into()),
            answer: "A\n\n- b".into(),
            ..NewEntry::default()
        };
        let values: BTreeMap<Key, Value> = COLUMNS.iter().map(|column| (column.key, get(&entry, column.key))).collect();
        let as_text = values.iter().map(|(key, value)| (*key, Value::Text(value.text()))).collect();
        for values in [values, as_text] {
            let mut read = NewEntry::default();
            assert_eq!(put(&values, &mut read), [""; 0]);
            assert_eq!(read, entry);
        }
    }
}
