//! What becomes of the rows of a file in the folder: new entries, changed ones, none.
//!
//! Owns how a row finds its entry, and why one is passed over. Pure: whether the folder may be served so is the gate's to
//! say, and writing the caller's.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{self, COLUMNS, Key};
use super::{Row, Table, replace};
use crate::app::entry_text::{NewEntry, entry_text, id_from_question, numbered, path_in_folder};
use crate::app::load::Edit;
use crate::engine::corpus::{Corpus, Entry, Role, is_valid_id, relative, valid_id_like};

/// The longest id with a number behind it.
const LONGEST_ID: usize = 64;

/// How much of a text is quoted.
const LONGEST_QUOTE: usize = 60;

/// What whoever imports asks for.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The topic of all new entries, whatever the file says.
    pub topic: Option<String>,
    /// Whether entries that are there are changed.
    pub replace: bool,
}

/// What becomes of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It becomes this file of the folder.
    New {
        /// From the FAQ folder on.
        path: String,
    },
    /// The entry of this id says all that already.
    Same {
        /// Its id.
        id: String,
    },
    /// An entry changes.
    Changed {
        /// Its file, from the FAQ folder on.
        path: String,
        /// Which keys of it.
        keys: Vec<&'static str>,
    },
    /// Nothing.
    Skipped {
        /// Why.
        why: String,
    },
}

/// A row, what becomes of it, and what somebody should know about that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The number of the row.
    pub row: usize,
    /// What becomes of it.
    pub fate: Fate,
    /// What of it cannot be used, or is used otherwise than it is written.
    pub notes: Vec<String>,
}

/// What becomes of all rows, and the changes of the folder that this takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Row by row.
    pub rows: Vec<Planned>,
    /// In the order of the rows.
    pub edits: Vec<Edit>,
}

/// What becomes of the rows of `table` beside the entries of `corpus`, whose files, with their texts, are in a folder at
/// `root`.
pub fn plan(table: &Table, corpus: &Corpus, root: &str, wishes: &Wishes) -> Plan {
    let mut planner = Planner::new(corpus, root, wishes, table.unit);
    let mut plan = Plan::default();
    for row in &table.rows {
        let mut notes = Vec::new();
        let (fate, edit) = match planner.fate(row, &mut notes) {
            Ok(fated) => fated,
            Err(why) => (Fate::Skipped { why }, None),
        };
        plan.rows.push(Planned { row: row.number, fate, notes });
        plan.edits.extend(edit);
    }
    plan
}

/// The ids that the folder of `corpus` at `root` has, in small letters, for on many systems names that differ in nothing else
/// are one; and what has each of them. Those that only cohorts have are not among them: theirs take the place of others.
pub fn taken(corpus: &Corpus, root: &str) -> BTreeMap<String, String> {
    let unserved = "an entry that cannot be served as it is: run `telefaq check`";
    let mut taken: BTreeMap<String, String> =
        corpus.left_out.iter().map(|id| (id.to_lowercase(), unserved.to_owned())).collect();
    taken.extend(
        files(corpus, root).filter(|(_, path, _)| !is_of_cohort(path)).map(|(id, _, shown)| (id, shown.to_owned())),
    );
    let entries = corpus.entries.iter();
    taken.extend(entries.map(|entry| (entry.id.to_lowercase(), corpus.file_of(entry).unwrap_or_default().to_owned())));
    taken
}

/// The files of entries, each with its id in small letters, its path in the folder, and as it is shown.
fn files<'a>(corpus: &'a Corpus, root: &str) -> impl Iterator<Item = (String, &'a str, &'a str)> {
    corpus.files.files().iter().filter_map(move |file| {
        let path = relative(root, &file.path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let id = name.strip_suffix(".md").filter(|_| Role::of(path) == Role::Entry)?;
        Some((id.to_lowercase(), path, file.path.as_str()))
    })
}

fn is_of_cohort(path: &str) -> bool {
    path.split_once('/').is_some_and(|(top, _)| top.eq_ignore_ascii_case("cohorts"))
}

/// A fate and what it takes, or why the row is skipped.
type Fated = Result<(Fate, Option<Edit>), String>;

struct Planner<'a> {
    corpus: &'a Corpus,
    root: &'a str,
    wishes: &'a Wishes,
    /// What a row is called in its file.
    unit: &'static str,
    /// Ids in small letters that have a file, or are those of entries, with what has them.
    taken: BTreeMap<String, String>,
    /// Ids in small letters that only cohorts have: none is made like them.
    of_cohorts: BTreeSet<String>,
    /// The entry that asks this.
    asked: BTreeMap<String, &'a Entry>,
    /// The row before that is about this entry, or asks this.
    entries_before: BTreeMap<String, usize>,
    questions_before: BTreeMap<String, usize>,
}

impl<'a> Planner<'a> {
    fn new(corpus: &'a Corpus, root: &'a str, wishes: &'a Wishes, unit: &'static str) -> Self {
        let asked = corpus.entries.iter().rev().map(|entry| (folded(&entry.question), entry)).collect();
        Self {
            corpus,
            root,
            wishes,
            unit,
            taken: taken(corpus, root),
            of_cohorts: files(corpus, root).filter(|(_, path, _)| is_of_cohort(path)).map(|(id, ..)| id).collect(),
            asked,
            entries_before: BTreeMap::new(),
            questions_before: BTreeMap::new(),
        }
    }

    fn fate(&mut self, row: &Row, notes: &mut Vec<String>) -> Fated {
        if let Some(problem) = &row.problem {
            return Err(problem.clone());
        }
        let text = |key: Key| row.values.get(&key).map(|value| value.text().trim().to_owned());
        let id = text(Key::Id).filter(|id| !id.is_empty());
        let question = text(Key::Question);
        let known = self.known(id.as_deref(), question.as_deref());
        if text(Key::Question).map_or(known.is_none(), |question| question.is_empty()) {
            return Err("it has no question".to_owned());
        }
        if text(Key::Answer).map_or(known.is_none(), |answer| answer.is_empty()) {
            return Err("it has no answer".to_owned());
        }
        let question = folded(&question.unwrap_or_default());
        if let Some(before) = self.questions_before.get(&question) {
            return Err(format!("it asks the same as {} {before}", self.unit));
        }
        let fated = match known {
            Some(entry) => self.old(entry, row, notes)?,
            None => self.new_entry(id.as_deref(), &question, row, notes)?,
        };
        if !question.is_empty() {
            self.questions_before.insert(question, row.number);
        }
        Ok(fated)
    }

    /// The entry that a row is about: by its id; without one, or with one that no file can have, by its question.
    fn known(&self, id: Option<&str>, question: Option<&str>) -> Option<&'a Entry> {
        let asks = question.and_then(|question| self.asked.get(&folded(question)).copied());
        match id {
            Some(id) if self.corpus.entry(id).is_some() || path_in_folder(None, id).is_some() => self.corpus.entry(id),
            // What it was called when it was imported before.
            Some(id) => {
                let like = valid_id_like(id, "");
                asks.filter(|entry| entry.id.value == like || entry.id.starts_with(&format!("{like}-")))
            }
            None => asks,
        }
    }

    fn old(&mut self, entry: &'a Entry, row: &Row, notes: &mut Vec<String>) -> Fated {
        if let Some(before) = self.entries_before.insert(entry.id.to_lowercase(), row.number) {
            return Err(format!("{} {before} is about the same entry `{}`", self.unit, *entry.id));
        }
        let old = NewEntry::from(entry).cleaned();
        let mut new = old.clone();
        notes.extend(columns::put(&row.values, &mut new));
        for unknown in self.put_sources(row, &mut new) {
            notes.push(format!("{unknown}; it is left out"));
        }
        let new = new.cleaned();
        self.compare_topics(entry, row, notes);
        let is_changed = |key: &Key| columns::get(&old, *key) != columns::get(&new, *key);
        let keys: Vec<Key> = COLUMNS.iter().map(|column| column.key).filter(is_changed).collect();
        if keys.is_empty() {
            return Ok((Fate::Same { id: entry.id.value.clone() }, None));
        }
        let names: Vec<&str> = keys.iter().map(|key| key.name()).collect();
        let shown = self.corpus.file_of(entry).unwrap_or_default();
        let differs = format!("it differs from `{}` in {}", *entry.id, names.join(", "));
        if !shown.ends_with(".md") {
            return Err(format!(
                "{differs}, and that entry is in {shown}, which import does not change: change it there"
            ));
        }
        let other = self.asked.get(&folded(&new.question)).filter(|other| other.id.value != entry.id.value);
        if let Some(other) = other {
            return Err(format!("it would ask the same as `{}`", *other.id));
        }
        if !self.wishes.replace {
            return Err(format!("{differs} ({shown}): add --replace to change that entry"));
        }
        let file = self.corpus.files.files().get(entry.id.span.file as usize);
        let before = file.map(|file| file.text.clone()).unwrap_or_default();
        let path = relative(self.root, shown).to_owned();
        let text = replace::with_keys(&before, &new, &keys);
        let edit = Edit { path: path.clone(), before: Some(before), text: Some(text) };
        Ok((Fate::Changed { path, keys: names }, Some(edit)))
    }

    fn new_entry(&mut self, id: Option<&str>, question: &str, row: &Row, notes: &mut Vec<String>) -> Fated {
        if let Some(other) = self.asked.get(question) {
            return Err(format!(
                "`{}` asks the same ({}): give this one that id, or another question",
                *other.id,
                self.corpus.file_of(other).unwrap_or_default()
            ));
        }
        let mut new = NewEntry::default();
        notes.extend(columns::put(&row.values, &mut new));
        for unknown in self.put_sources(row, &mut new) {
            notes.push(format!("{unknown}; it is a note in the file"));
        }
        let topic = self.topic_of(row, notes);
        new.id = self.id_of(id, &new.question, notes)?;
        new.topic = topic;
        let path = path_in_folder(new.topic.as_deref(), &new.id).ok_or("there can be no file for it")?;
        self.entries_before.insert(new.id.to_lowercase(), row.number);
        self.taken.insert(new.id.to_lowercase(), format!("{} {}", self.unit, row.number));
        let edit = Edit { path: path.clone(), before: None, text: Some(entry_text(&new)) };
        Ok((Fate::New { path }, Some(edit)))
    }

    /// The id of a new entry.
    fn id_of(&self, wish: Option<&str>, question: &str, notes: &mut Vec<String>) -> Result<String, String> {
        let is_taken = |id: &str| {
            let small = id.to_lowercase();
            self.taken.contains_key(&small) || self.of_cohorts.contains(&small)
        };
        let Some(wish) = wish else { return Ok(id_from_question(question, is_taken)) };
        if path_in_folder(None, wish).is_some() {
            return match self.taken.get(&wish.to_lowercase()) {
                Some(by) => Err(format!("the id `{wish}` is taken by {by}")),
                None => Ok(wish.to_owned()),
            };
        }
        let id = match valid_id_like(wish, "").as_str() {
            "" => id_from_question(question, is_taken),
            like => numbered(like, LONGEST_ID, is_taken),
        };
        notes.push(format!("{} cannot be an id, so it is `{id}`", quote(wish)));
        Ok(id)
    }

    /// The topic of a new entry: the name of a folder.
    fn topic_of(&self, row: &Row, notes: &mut Vec<String>) -> Option<String> {
        if let Some(topic) = &self.wishes.topic {
            return Some(topic.clone());
        }
        let written = written_topic(row)?;
        let topic = self.known_topic(&written);
        if topic.is_none() {
            notes.push(format!("{} can be no topic, so it has none", quote(&written)));
        }
        topic
    }

    /// The folder that is meant with this name: that of a topic with this id or title, or else a new one like it.
    fn known_topic(&self, written: &str) -> Option<String> {
        let topics = &self.corpus.topics;
        let same = |name: &str| name.to_lowercase() == written.to_lowercase();
        let known = topics.iter().find(|topic| topic.id == written).or_else(|| {
            topics.iter().find(|topic| same(&topic.id)).or_else(|| topics.iter().find(|topic| same(&topic.title)))
        });
        let fits = |name: &String| path_in_folder(Some(name), "entry").is_some();
        known.map(|topic| topic.id.clone()).filter(fits).or_else(|| {
            let like = if is_valid_id(written) { written.to_owned() } else { id_from_question(written, |_| false) };
            Some(like).filter(|_| written.chars().any(|c| c.is_ascii_alphanumeric())).filter(fits)
        })
    }

    /// That an entry is not moved to another topic, if that is what the row says.
    fn compare_topics(&self, entry: &Entry, row: &Row, notes: &mut Vec<String>) {
        let Some(written) = written_topic(row) else { return };
        let topic = self.known_topic(&written);
        let is = entry.topic.as_ref().map(|topic| topic.value.clone());
        if topic != is && is.as_deref() != Some(written.as_str()) {
            let is = is.map_or("no topic".to_owned(), |is| format!("the topic `{is}`"));
            notes.push(format!("it keeps {is}: to change that, move its file"));
        }
    }

    /// Puts in what the row says of sources. Gives a sentence for each that `sources.toml` does not have, which becomes a
    /// note of the entry.
    fn put_sources(&self, row: &Row, entry: &mut NewEntry) -> Vec<String> {
        let Some(written) = columns::sources(&row.values) else { return Vec::new() };
        let mut ids: Vec<String> = Vec::new();
        let mut unknown = Vec::new();
        for name in written {
            match self.source(&name) {
                Some(id) if ids.contains(&id) => {}
                Some(id) => ids.push(id),
                None => {
                    unknown.push(format!("sources.toml has no {}", quote(&name)));
                    entry.notes.push(format!("Source: {name}"));
                }
            }
        }
        // An address that is nowhere takes nothing away.
        if row.values.contains_key(&Key::Sources) || !ids.is_empty() {
            entry.sources = ids;
        }
        unknown
    }

    /// The id of the source that is meant: by its id, address or title. What could be an id is taken for one.
    fn source(&self, name: &str) -> Option<String> {
        let sources = &self.corpus.sources;
        let is_address = |url: &str| url.trim_end_matches('/') == name.trim_end_matches('/');
        let known = sources.get(name).or_else(|| {
            let by_address = sources.values().find(|source| source.url.as_deref().is_some_and(is_address));
            by_address.or_else(|| sources.values().find(|source| source.title.to_lowercase() == name.to_lowercase()))
        });
        known.map(|source| source.id.clone()).or_else(|| is_valid_id(name).then(|| name.to_owned()))
    }
}

/// What the row calls its topic: of several words of a kind ("tags") the first.
fn written_topic(row: &Row) -> Option<String> {
    let text = row.values.get(&Key::Topic)?.text();
    let first = text.split(['\n', ',', ';']).map(str::trim).find(|topic| !topic.is_empty())?;
    Some(first.to_owned())
}

/// A question without what makes no difference: capitals, signs, blanks.
fn folded(question: &str) -> String {
    let small = question.to_lowercase();
    let words: Vec<&str> = small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { question.trim().to_owned() } else { words.join(" ") }
}

/// A text in quotes, cut to what a line can hold.
fn quote(text: &str) -> String {
    let shown: String = text.chars().take(LONGEST_QUOTE).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    format!("{:?}", format!("{shown}{more}"))
}

#[cfg(test)]
mod tests;
