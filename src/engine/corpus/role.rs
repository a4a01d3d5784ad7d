//! Which file in the folder is what, by its path alone.
//!
//! Owns the names of files and folders that mean something, and the names that a cohort may have. Knows no text.

use super::entry::is_valid_id;

/// What a file in the folder is, by its path relative to the folder. In the folder of a cohort a file is what it would be
/// at the same place in the FAQ folder.
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
    /// In a folder named like one that is not served, and not where such a folder belongs; its text does not matter.
    Shelved,
    /// Beside the folders of the cohorts, where it is nobody's; its text does not matter.
    Homeless,
    /// In the folder of a cohort whose name cannot be one; its text does not matter.
    Nameless,
    /// No file: the folder of a cohort, which has nothing of ours in it. Its path ends with `/`.
    EmptyCohort,
    /// Nothing of ours.
    Ignored,
}

/// The settings files, by their names.
const SETTINGS: [(&str, Role); 3] =
    [("topics.toml", Role::Topics), ("sources.toml", Role::Sources), ("lexicon.toml", Role::Lexicon)];

/// The folder of what is not served yet, and that of the cohorts, in letters of either case. Their place is at the top;
/// a cohort has drafts of its own, and no cohorts.
const DRAFTS: &str = "drafts";
const COHORTS: &str = "cohorts";

/// Files that people write entries in, and save under a name the bot does not read.
const TEXT_ENDINGS: [&str; 4] = ["txt", "markdown", "mdown", "mkd"];
const DOCUMENT_ENDINGS: [&str; 4] = ["doc", "docx", "odt", "rtf"];

impl Role {
    /// The role of the file at `path`, relative to the folder, with `/` between its parts.
    pub fn of(path: &str) -> Self {
        if path.split('/').any(|part| part.starts_with('.')) {
            return Self::Ignored;
        }
        match Layer::of(path) {
            Layer::Cohort { inner: "", .. } => Self::EmptyCohort,
            Layer::Base { inner } | Layer::Cohort { inner, .. } => match shelf(inner) {
                Some(folder) if folder.eq_ignore_ascii_case(DRAFTS) => Self::Ignored,
                Some(_) => Self::shelved(inner),
                None => Self::by_name(inner),
            },
            Layer::Reserved { inner } => Self::shelved(inner),
            Layer::Nameless { inner, .. } if inner.is_empty() || Self::by_name(inner) != Self::Ignored => {
                Self::Nameless
            }
            Layer::Homeless { name } if Self::by_name(name) != Self::Ignored => Self::Homeless,
            Layer::Nameless { .. } | Layer::Homeless { .. } => Self::Ignored,
        }
    }

    /// Of what is not served only entries are worth a word.
    fn shelved(path: &str) -> Self {
        if path.ends_with(".md") || path.ends_with(".json") { Self::Shelved } else { Self::Ignored }
    }

    /// The role of a file in a folder that is served.
    fn by_name(path: &str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
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

/// Whose a file is, by its path relative to the FAQ folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer<'a> {
    /// Everybody's; `inner` is its path.
    Base { inner: &'a str },
    /// That of the cohort `name`; `inner` is the path in its folder.
    Cohort { name: &'a str, inner: &'a str },
    /// In the folder of a cohort with a name that has another meaning.
    Reserved { inner: &'a str },
    /// In the folder of a cohort with a name that cannot be one.
    Nameless { name: &'a str, inner: &'a str },
    /// The file `name`, beside the folders of the cohorts.
    Homeless { name: &'a str },
}

impl<'a> Layer<'a> {
    /// The layer of the file at `path`.
    pub(super) fn of(path: &'a str) -> Self {
        let below = path.split_once('/').filter(|(top, _)| top.eq_ignore_ascii_case(COHORTS));
        let Some((_, rest)) = below else { return Self::Base { inner: path } };
        let Some((name, inner)) = rest.split_once('/') else { return Self::Homeless { name: rest } };
        if is_reserved(name) {
            return Self::Reserved { inner };
        }
        if is_valid_id(name) { Self::Cohort { name, inner } } else { Self::Nameless { name, inner } }
    }
}

/// Whether the folder at `path`, relative to the FAQ folder, is that of a cohort, whatever its name.
pub fn is_cohort_folder(path: &str) -> bool {
    let cohort = path.split_once('/').filter(|(top, name)| top.eq_ignore_ascii_case(COHORTS) && !name.contains('/'));
    cohort.is_some_and(|(_, name)| !is_reserved(name))
}

fn is_reserved(name: &str) -> bool {
    [DRAFTS, COHORTS].iter().any(|reserved| reserved.eq_ignore_ascii_case(name))
}

/// The outermost folder among those the file at `path` lies in that has a reserved name, as a path.
fn shelf(path: &str) -> Option<&str> {
    let mut folders = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
    folders.find(|folder| is_reserved(folder.rsplit('/').next().unwrap_or(folder)))
}

/// The folder that keeps the file at `path`, a [`Role::Shelved`] one, from being served, and where it should be instead.
pub(super) fn shelf_of(path: &str) -> Option<(&str, &'static str)> {
    let (inner, in_cohort) = match Layer::of(path) {
        Layer::Cohort { inner, .. } => (inner, true),
        // From the folder "cohorts" on.
        Layer::Reserved { .. } => (path.split_once('/')?.1, false),
        Layer::Base { inner } => (inner, false),
        Layer::Nameless { .. } | Layer::Homeless { .. } => return None,
    };
    let shelf = shelf(inner)?;
    let whole = path.get(..path.len() - inner.len() + shelf.len())?;
    let is_drafts = shelf.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case(DRAFTS));
    Some((whole, if in_cohort && is_drafts { "the top of the cohort's folder" } else { "the top of the FAQ folder" }))
}
