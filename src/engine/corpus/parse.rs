//! From the files of a folder to its corpora: how the parts come together.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Built, ID_LETTERS, valid_id_like};
use super::role::{self, Layer, Role};
use super::{Corpus, Entry, Kind, Lexicon, Topic, json, markdown_file, overlay, settings};
use crate::diagnostic::{Diagnostic, SourceFile, SourceMap, Span, nearest};
use crate::engine::lint::{self, Findings};

/// What the files of a folder hold.
#[derive(Debug, Default)]
pub struct Folder {
    /// What everybody gets.
    pub base: Corpus,
    /// For each cohort the base with the cohort's overlay over it, by the names of the cohorts. All share the files.
    pub cohorts: BTreeMap<String, Corpus>,
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
    let (folder, findings) = parse_folder(root, files, &[]);
    (folder.base, findings)
}

/// The same with the cohorts. `unread`: paths of files that are there and could not be read, which has been reported;
/// nobody is blamed for naming what is in them.
pub fn parse_folder(root: &str, files: Vec<SourceFile>, unread: &[String]) -> (Folder, Vec<Diagnostic>) {
    let files = SourceMap::new(files);
    let mut findings = Findings::new(&files);
    let mut base = Parts::default();
    let mut cohorts: BTreeMap<&str, Parts> = BTreeMap::new();
    let mut shelves = BTreeSet::new();
    for (number, file) in files.files().iter().enumerate() {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let whole = Span::new(number, 0..0);
        let path = relative(root, &file.path);
        let role = Role::of(path);
        if role == Role::Ignored {
            continue;
        }
        match Layer::of(path) {
            Layer::Cohort { name, inner } => {
                let parts = cohorts.entry(name).or_default();
                parts.files.insert(number);
                match role {
                    Role::Shelved => report_shelf(path, whole, &mut shelves, &mut findings),
                    Role::EmptyCohort => report_empty(name, whole, &mut findings),
                    _ => parts.read(role, number, inner, &file.text, &mut findings),
                }
            }
            Layer::Base { inner } if role != Role::Shelved => {
                base.read(role, number, inner, &file.text, &mut findings);
            }
            Layer::Base { .. } | Layer::Reserved { .. } => report_shelf(path, whole, &mut shelves, &mut findings),
            Layer::Nameless { name, .. } => report_nameless(name, path, whole, &mut shelves, &mut findings),
            Layer::Homeless { name } => report_homeless(name, whole, &mut findings),
        }
    }
    for path in unread.iter().map(|path| relative(root, path)) {
        match Layer::of(path) {
            Layer::Base { inner } => base.miss(Role::of(path), inner),
            Layer::Cohort { name, inner } => cohorts.entry(name).or_default().miss(Role::of(path), inner),
            Layer::Reserved { .. } | Layer::Nameless { .. } | Layer::Homeless { .. } => {}
        }
    }
    let topics_incomplete = base.topics_incomplete;
    let has_topics = !base.topics.is_empty();
    base.add_topics(!has_topics || topics_incomplete, &BTreeSet::new(), &mut findings);
    let base = base.into_corpus(files.clone());
    let mut laid = BTreeMap::new();
    for (name, mut parts) in cohorts {
        // A topic that the base has, listed or not, is no news.
        let known = base.topics.iter().map(|topic| topic.id.as_str()).collect();
        let excused = (!has_topics && parts.topics.is_empty()) || topics_incomplete || parts.topics_incomplete;
        parts.add_topics(excused, &known, &mut findings);
        let own = std::mem::take(&mut parts.files);
        laid.insert(name.to_owned(), overlay::lay(&base, name, own, parts.into_corpus(SourceMap::default())));
    }
    let findings = findings.finish();
    (Folder { base, cohorts: laid }, findings)
}

/// `path` without the folder in front, for [`Role::of`].
pub fn relative<'a>(root: &str, path: &'a str) -> &'a str {
    let root = root.trim_end_matches('/');
    path.strip_prefix(root)
        .and_then(|rest| if root.is_empty() { Some(rest) } else { rest.strip_prefix('/') })
        .unwrap_or(path)
}

/// What has been read so far, of the base or of one overlay.
#[derive(Default)]
struct Parts {
    /// The numbers of the files that it is from; of an overlay only.
    files: BTreeSet<u32>,
    entries: BTreeMap<String, Entry>,
    left_out: BTreeSet<String>,
    topics: Vec<Topic>,
    topics_incomplete: bool,
    sources: settings::Sources,
    sources_incomplete: bool,
    lexicon: Lexicon,
}

impl Parts {
    /// Takes in the file of this number, whose path in the folder is `path`.
    fn read(&mut self, role: Role, number: u32, path: &str, text: &str, findings: &mut Findings<'_>) {
        match role {
            Role::Entry => self.add(markdown_file::parse(number, path, text, findings), findings),
            Role::Json => {
                for built in json::parse(number, text, findings) {
                    self.add(built, findings);
                }
            }
            Role::Topics => {
                let (topics, incomplete) = settings::topics(number, text, findings);
                self.topics.extend(topics);
                self.topics_incomplete |= incomplete;
            }
            Role::Sources => {
                self.sources_incomplete |= settings::sources(number, text, findings, &mut self.sources);
            }
            Role::Lexicon => self.lexicon.extend(settings::lexicon(number, text, findings)),
            Role::Misnamed(help) => {
                let name = path.rsplit('/').next().unwrap_or(path);
                findings.report(
                    &lint::MISNAMED_FILE,
                    Span::new(number, 0..0),
                    format!("the file `{name}` is not read"),
                    |finding| finding.with_help(help),
                );
            }
            // Reported by who knows the whole path, or nothing of ours.
            Role::Shelved | Role::Homeless | Role::Nameless | Role::EmptyCohort | Role::Ignored => {}
        }
    }

    /// The file at `path` is there, and nobody knows what is in it.
    fn miss(&mut self, role: Role, path: &str) {
        match role {
            Role::Entry => {
                self.left_out.insert(markdown_file::id_of(path).to_owned());
            }
            Role::Topics => self.topics_incomplete = true,
            Role::Sources => self.sources_incomplete = true,
            _ => {}
        }
    }

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

    /// Adds the topics that entries have and neither `topics.toml` nor `known` has. That they are not listed is a mistake
    /// unless it is `excused`.
    fn add_topics(&mut self, excused: bool, known: &BTreeSet<&str>, findings: &mut Findings<'_>) {
        let listed: BTreeSet<String> = self.topics.iter().map(|topic| topic.id.clone()).collect();
        // In the order of the files, so that the first entry of each topic carries the finding.
        let mut used: BTreeMap<&str, Span> = BTreeMap::new();
        // Nobody browses small talk: its folder need not be listed.
        let browsed = self.entries.values().filter(|entry| entry.kind == Kind::Faq);
        for topic in browsed.filter_map(|entry| entry.topic.as_ref()) {
            used.entry(topic.value.as_str()).and_modify(|span| *span = (*span).min(topic.span)).or_insert(topic.span);
        }
        for (id, span) in used {
            if listed.contains(id) || known.contains(id) {
                continue;
            }
            if !excused {
                findings.report(
                    &lint::UNKNOWN_TOPIC,
                    span,
                    format!("the topic `{id}` is not in topics.toml"),
                    |finding| {
                        let listed = listed.iter().map(String::as_str).chain(known.iter().copied());
                        finding.with_help(match nearest(id, listed) {
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
            self.topics.push(Topic { id: id.to_owned(), title: title_of(id), emoji: None });
        }
    }

    fn into_corpus(self, files: SourceMap) -> Corpus {
        let Self { entries, left_out, topics, sources, sources_incomplete, lexicon, .. } = self;
        let left_out = left_out.into_iter().filter(|id| !entries.contains_key(id)).collect();
        Corpus {
            entries: entries.into_values().collect(),
            topics,
            sources: sources.into_iter().map(|(id, (source, _))| (id, source)).collect(),
            sources_incomplete,
            lexicon,
            left_out,
            files,
            ..Corpus::default()
        }
    }
}

/// Reports the folder that keeps the file at `path` from being served, at its first file.
fn report_shelf<'a>(path: &'a str, span: Span, reported: &mut BTreeSet<&'a str>, findings: &mut Findings<'_>) {
    let Some((shelf, place)) = role::shelf_of(path) else { return };
    if reported.insert(shelf) {
        let name = shelf.rsplit('/').next().unwrap_or(shelf);
        let message = format!("nothing in the folder `{shelf}` is served, because of its name");
        findings.report(&lint::NESTED_DRAFTS, span, message, |finding| {
            finding.with_help(format!(
                "move it to {place}; if students are to read what is in it, give it another name than `{name}`"
            ))
        });
    }
}

/// Reports the name of a cohort's folder, at the folder's first file.
fn report_nameless<'a>(
    name: &str,
    path: &'a str,
    span: Span,
    reported: &mut BTreeSet<&'a str>,
    findings: &mut Findings<'_>,
) {
    let folder = path.match_indices('/').nth(1).and_then(|(end, _)| path.get(..end)).unwrap_or(path);
    if reported.insert(folder) {
        let message = format!("`{name}` cannot be the name of a cohort, so nothing in its folder is served");
        findings.report(&lint::BAD_COHORT_NAME, span, message, |finding| {
            let like = valid_id_like(name, "my-cohort");
            finding.with_help(format!("rename the folder, as in `{like}`: a name is {ID_LETTERS}"))
        });
    }
}

fn report_homeless(name: &str, span: Span, findings: &mut Findings<'_>) {
    let message = format!("the file `{name}` belongs to no cohort, so nobody gets what is in it");
    findings.report(&lint::NO_COHORT, span, message, |finding| {
        finding.with_help(format!(
            "move it into the folder of a cohort, as in cohorts/2027-spring/{name}; if it is for everybody, out of \
             cohorts/"
        ))
    });
}

fn report_empty(name: &str, span: Span, findings: &mut Findings<'_>) {
    let message = format!("the cohort `{name}` has nothing of its own");
    findings.report(&lint::EMPTY_COHORT, span, message, |finding| {
        finding.with_help(
            "put into its folder what is different for this cohort: entries (one with the id of an entry of the FAQ takes \
             its place), topics.toml, sources.toml, lexicon.toml; or delete the folder",
        )
    });
}

/// A folder's name as a title: `job-outlook` is "Job outlook".
fn title_of(id: &str) -> String {
    let words = id.replace(['-', '_'], " ");
    let mut characters = words.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
