//! From the files of a folder to a corpus: which file is what, and how the parts come together.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::Built;
use super::{Corpus, Entry, Kind, Topic, json, markdown_file, settings};
use crate::diagnostic::{Diagnostic, SourceFile, SourceMap, Span, nearest};
use crate::engine::lint::{self, Findings};
use crate::engine::text::language::Language;

/// What a file in the folder is, by its path relative to the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// One entry, in Markdown.
    Entry,
    /// An array of entries.
    Json,
    /// Titles and order of the topics.
    Topics,
    /// The sources.
    Sources,
    /// Synonyms, abbreviations, protected terms.
    Lexicon,
    /// Probably meant to be one of the above, and why it is not; its text does not matter.
    Misnamed(&'static str),
    /// In a folder named like one that is not served, and not at the top, where such a folder belongs; its text does not
    /// matter.
    Shelved,
    /// Nothing of ours.
    Ignored,
}

/// The settings files, by their names.
const SETTINGS: [(&str, Role); 3] =
    [("topics.toml", Role::Topics), ("sources.toml", Role::Sources), ("lexicon.toml", Role::Lexicon)];

/// Folders that are not served, in letters of either case: drafts, and what a later version will take for the entries of
/// cohorts. Their place is at the top.
const NOT_SERVED: [&str; 2] = ["drafts", "cohorts"];

/// Files that people write entries in, and save under a name the bot does not read.
const TEXT_ENDINGS: [&str; 4] = ["txt", "markdown", "mdown", "mkd"];
const DOCUMENT_ENDINGS: [&str; 4] = ["doc", "docx", "odt", "rtf"];

impl Role {
    /// The role of the file at `path`, relative to the folder, with `/` between its parts.
    pub fn of(path: &str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if path.split('/').any(|part| part.starts_with('.')) {
            return Self::Ignored;
        }
        match shelf(folder) {
            None => {}
            Some(shelf) if shelf.contains('/') && (name.ends_with(".md") || name.ends_with(".json")) => {
                return Self::Shelved;
            }
            Some(_) => return Self::Ignored,
        }
        if folder.is_empty()
            && let Some((_, role)) = SETTINGS.iter().find(|(settings, _)| *settings == name)
        {
            return *role;
        }
        let Some((stem, ending)) = name.rsplit_once('.') else { return Self::Ignored };
        if stem.eq_ignore_ascii_case("readme") {
            return Self::Ignored;
        }
        let lower = ending.to_ascii_lowercase();
        match (ending, lower.as_str()) {
            ("md", _) => Self::Entry,
            ("json", _) => Self::Json,
            (_, "md" | "json") => Self::Misnamed("write the ending in small letters: .md or .json"),
            (_, other) if TEXT_ENDINGS.contains(&other) => {
                Self::Misnamed("rename the file so that it ends in .md (if it is no entry, move it out of the folder)")
            }
            (_, other) if DOCUMENT_ENDINGS.contains(&other) => Self::Misnamed(
                "save the text as plain text (UTF-8) in a file that ends in .md (if it is no entry, move it out of the \
                 folder)",
            ),
            (_, "toml") => Self::Misnamed(
                "the settings files are topics.toml, sources.toml and lexicon.toml, at the top of the folder; an entry \
                 ends in .md",
            ),
            _ => Self::Ignored,
        }
    }
}

/// The corpus in `files`, whose paths are relative to the FAQ folder, in the order given; and what is wrong with their
/// form. What is wrong with the corpus as a whole is for `lint::check`.
///
/// Never stops at a problem: an entry with an error is left out ([`Corpus::left_out`]), the rest goes on.
pub fn parse(files: Vec<SourceFile>) -> (Corpus, Vec<Diagnostic>) {
    parse_in("", files)
}

/// The same for files whose paths begin with `root` (`faq` or `/srv/bot/faq`), the folder as a person would type it:
/// findings show the whole path, topics and ids are computed from what follows the root.
pub fn parse_in(root: &str, files: Vec<SourceFile>) -> (Corpus, Vec<Diagnostic>) {
    let files = SourceMap::new(files);
    let mut findings = Findings::new(&files);
    let mut parts = Parts::default();
    for (number, file) in files.files().iter().enumerate() {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let path = relative(root, &file.path);
        let text = file.text.as_str();
        match Role::of(path) {
            Role::Entry => parts.add(markdown_file::parse(number, path, text, &mut findings), &mut findings),
            Role::Json => {
                for built in json::parse(number, text, &mut findings) {
                    parts.add(built, &mut findings);
                }
            }
            Role::Topics => {
                let (topics, incomplete) = settings::topics(number, text, &mut findings);
                parts.topics.extend(topics);
                parts.topics_incomplete |= incomplete;
            }
            Role::Sources => {
                parts.sources_incomplete |= settings::sources(number, text, &mut findings, &mut parts.sources);
            }
            Role::Lexicon => parts.lexicon = settings::lexicon(number, text, &mut findings),
            Role::Misnamed(help) => {
                let name = path.rsplit('/').next().unwrap_or(path);
                findings.report(
                    &lint::MISNAMED_FILE,
                    Span::new(number, 0..0),
                    format!("the file `{name}` is not read"),
                    |finding| finding.with_help(help),
                );
            }
            Role::Shelved => parts.report_shelf(path, Span::new(number, 0..0), &mut findings),
            Role::Ignored => {}
        }
    }
    let topics = parts.all_topics(&mut findings);
    let list = findings.finish();
    let entries: Vec<Entry> = parts.entries.into_values().collect();
    let left_out = parts.left_out.into_iter().filter(|id| entries.binary_search_by(|e| e.id.value.cmp(id)).is_err());
    let left_out = left_out.collect();
    let sources = parts.sources.into_iter().map(|(id, (source, _))| (id, source)).collect();
    let Parts { lexicon, sources_incomplete, .. } = parts;
    let language = Language::default();
    (Corpus { language, entries, topics, sources, sources_incomplete, lexicon, left_out, files }, list)
}

/// `path` without the folder in front, for [`Role::of`].
pub fn relative<'a>(root: &str, path: &'a str) -> &'a str {
    let root = root.trim_end_matches('/');
    path.strip_prefix(root)
        .and_then(|rest| if root.is_empty() { Some(rest) } else { rest.strip_prefix('/') })
        .unwrap_or(path)
}

/// The folder among `folder` and those it lies in that is not served, if there is one.
fn shelf(folder: &str) -> Option<&str> {
    let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
    ends.filter_map(|end| folder.get(..end)).find(|folder| {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        NOT_SERVED.iter().any(|not_served| not_served.eq_ignore_ascii_case(name))
    })
}

/// What has been read so far.
#[derive(Default)]
struct Parts {
    /// Folders that are not served and have been reported.
    shelves: BTreeSet<String>,
    entries: BTreeMap<String, Entry>,
    left_out: BTreeSet<String>,
    topics: Vec<Topic>,
    topics_incomplete: bool,
    sources: settings::Sources,
    sources_incomplete: bool,
    lexicon: super::Lexicon,
}

impl Parts {
    /// Takes in an entry unless its id is taken.
    fn add(&mut self, built: Built, findings: &mut Findings<'_>) {
        let entry = match built {
            Built::Entry(entry) => entry,
            Built::LeftOut(id) => {
                self.left_out.extend(id);
                return;
            }
        };
        match self.entries.get(&entry.id.value) {
            Some(first) => {
                let first = findings.files().place(first.id.span);
                findings.report(
                    &lint::DUPLICATE_ID,
                    entry.id.span,
                    format!("another entry already has the id `{}`", *entry.id),
                    |finding| {
                        finding.with_related(first, "the first one").with_help(
                            "give one of them another id (for a .md file: rename the file), or delete one; this one is \
                             left out",
                        )
                    },
                );
            }
            None => {
                self.entries.insert(entry.id.value.clone(), *entry);
            }
        }
    }

    /// Reports the folder that keeps the file at `path` from being served, at its first file.
    fn report_shelf(&mut self, path: &str, span: Span, findings: &mut Findings<'_>) {
        let Some(shelf) = path.rsplit_once('/').and_then(|(folder, _)| shelf(folder)) else { return };
        if self.shelves.insert(shelf.to_owned()) {
            let name = shelf.rsplit('/').next().unwrap_or(shelf);
            findings.report(
                &lint::NESTED_DRAFTS,
                span,
                format!("nothing in the folder `{shelf}` is served, because of its name"),
                |finding| {
                    finding.with_help(format!(
                        "move it to the top of the FAQ folder; if students are to read what is in it, give it another \
                         name than `{name}`"
                    ))
                },
            );
        }
    }

    /// The topics of `topics.toml`, then those that entries have and the file does not.
    fn all_topics(&mut self, findings: &mut Findings<'_>) -> Vec<Topic> {
        let mut topics = std::mem::take(&mut self.topics);
        let listed: BTreeSet<String> = topics.iter().map(|topic| topic.id.clone()).collect();
        // In the order of the files, so that the first entry of each topic carries the finding.
        let mut used: BTreeMap<&str, Span> = BTreeMap::new();
        // Nobody browses small talk: its folder need not be listed.
        let browsed = self.entries.values().filter(|entry| entry.kind == Kind::Faq);
        for topic in browsed.filter_map(|entry| entry.topic.as_ref()) {
            used.entry(topic.value.as_str()).and_modify(|span| *span = (*span).min(topic.span)).or_insert(topic.span);
        }
        for (id, span) in used {
            if listed.contains(id) {
                continue;
            }
            if !listed.is_empty() && !self.topics_incomplete {
                findings.report(
                    &lint::UNKNOWN_TOPIC,
                    span,
                    format!("the topic `{id}` is not in topics.toml"),
                    |finding| {
                        finding.with_help(match nearest(id, listed.iter().map(String::as_str)) {
                            Some(near) => {
                                format!(
                                    "did you mean `{near}`? Either rename the folder (in JSON: the topic) to \
                                     `{near}`, or write in topics.toml: id = \"{id}\""
                                )
                            }
                            None => {
                                format!("add to topics.toml:\n[[topic]]\nid = \"{id}\"\ntitle = \"{}\"", title_of(id))
                            }
                        })
                    },
                );
            }
            topics.push(Topic { id: id.to_owned(), title: title_of(id), emoji: None });
        }
        topics
    }
}

/// A folder's name as a title: `job-outlook` is "Job outlook".
fn title_of(id: &str) -> String {
    let words = id.replace(['-', '_'], " ");
    let mut characters = words.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
