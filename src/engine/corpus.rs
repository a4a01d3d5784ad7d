//! The corpus: entries, sources, topics and the lexicon, after validation.
//!
//! Owns the words the rest of the program uses for them and [`parse()`], text in and data out. Never touches a file.

mod entry;
mod json;
mod markdown_file;
mod overlay;
mod parse;
mod raw;
mod role;
mod settings;
mod syntax;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Span;
use jiff::civil::Date;

use super::text::language::Language;
use crate::diagnostic::{SourceMap, Spanned};

pub use entry::{ID_LETTERS, is_valid_id, valid_id_like};
pub use markdown_file::header_of;
pub use overlay::Overlay;
pub use parse::{Folder, parse, parse_folder, parse_in, relative};
pub use role::{Role, is_cohort_folder};

/// Everything the bot can say and what it needs to understand a question.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    /// The language of the questions. The folder does not say: English, until whoever read it says otherwise.
    pub language: Language,
    /// Entries, sorted by id; ids are unique.
    pub entries: Vec<Entry>,
    /// Topics in the order of `topics.toml`; topics that only exist as folders follow, by name.
    pub topics: Vec<Topic>,
    /// Sources by id.
    pub sources: BTreeMap<String, Source>,
    /// Some of `sources.toml` could not be read, which has been reported: what [`Corpus::sources`] lacks is no mistake
    /// of who names it.
    pub sources_incomplete: bool,
    /// Synonyms, abbreviations, protected terms.
    pub lexicon: Lexicon,
    /// Ids of entries that could not be read and are not in [`Corpus::entries`]: a reference to one of them is no
    /// mistake of its own.
    pub left_out: BTreeSet<String>,
    /// Whose overlay lies over the base, if this is what a cohort gets.
    pub overlay: Option<Overlay>,
    /// The files all spans point into; without their texts once the findings have been written (see
    /// [`Corpus::forget_files`]).
    pub files: SourceMap,
}

/// One curated question with its answer, sources and settings.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// File name without `.md`, 1-64 of `A-Za-z0-9_.-`; or the `id` of a JSON object, which may have other characters too,
    /// but no spaces.
    pub id: Spanned<String>,
    /// The folder it lies in, or the `topic` of a JSON object.
    pub topic: Option<Spanned<String>>,
    /// Shown above the answer, and indexed.
    pub question: Spanned<String>,
    /// Indexed alternatives.
    pub phrasings: Vec<Spanned<String>>,
    /// Goldens that must reach this entry; never indexed.
    pub tests: Vec<Spanned<String>>,
    /// Goldens that must not be answered with this entry; never indexed.
    pub not: Vec<Spanned<String>>,
    /// Ids of sources, in the order to show.
    pub sources: Vec<Spanned<String>>,
    /// Ids of entries offered next.
    pub related: Vec<Spanned<String>>,
    /// The day a person last checked the answer.
    pub reviewed: Option<Date>,
    /// After how many days it is stale; `None`: the default of the configuration.
    pub review_days: Option<u32>,
    /// What kind of claim the answer makes, if one that needs care.
    pub claim: Option<Claim>,
    /// What a group gets, as written, in Markdown.
    pub short: Option<String>,
    /// Who is told when the entry is stale or marked wrong.
    pub owner: Option<String>,
    /// FAQ or small talk.
    pub kind: Kind,
    /// Keys of the header that were written and could not be used, which has been reported: they are not missing too.
    pub misread: Vec<&'static str>,
    /// The answer as written, in Markdown.
    pub answer: Spanned<String>,
    /// The answer as Telegram's HTML, already cut to one message.
    pub html: String,
    /// The answer without markup: for terminals, and indexed as a weak field.
    pub text: String,
    /// What a group gets, as Telegram's HTML: `short`, or else the first paragraph.
    pub short_html: String,
}

impl Entry {
    /// The last day on which the answer counts as checked, `review_days` after the last check unless the entry says
    /// otherwise. `None` when nobody knows when that was, or that day is past the end of the calendar.
    pub fn due(&self, review_days: u32) -> Option<Date> {
        let days = self.review_days.unwrap_or(review_days);
        self.reviewed?.checked_add(Span::new().try_days(i64::from(days)).ok()?).ok()
    }
}

impl Entry {
    /// Whether a student would see the same: question, answer, sources and day of the last check, wherever it stands.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let seen = |entry: &Self| {
            let sources: Vec<String> = entry.sources.iter().map(|source| source.value.clone()).collect();
            (entry.question.value.clone(), entry.html.clone(), entry.short_html.clone(), sources, entry.reviewed)
        };
        seen(self) == seen(other)
    }
}

/// Claims that need a dated source and carry a caveat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Claim {
    /// Pay figures.
    Salary,
    /// Job growth and demand.
    Outlook,
    /// Rules and formats of exams.
    Exam,
    /// Prices and fees.
    Cost,
    /// Law and regulation.
    Legal,
}

/// What an entry is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// An answer with sources.
    #[default]
    Faq,
    /// A greeting, thanks: private chats only, no sources.
    Smalltalk,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Key in `sources.toml`.
    pub id: String,
    /// Title of the page or document.
    pub title: String,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// Address; a source without one is named, not linked.
    pub url: Option<String>,
    /// The date or year its figures are of, as written.
    pub as_of: Option<String>,
    /// Official, school, independent...
    pub tier: Option<String>,
}

/// A group of entries to browse.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Topic {
    /// The folder's name.
    pub id: String,
    /// Shown on its button.
    pub title: String,
    /// Shown before the title.
    pub emoji: Option<String>,
}

/// Synonym groups, abbreviations and protected terms.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// Groups of words or short phrases that mean the same; the first of a group stands for all.
    pub synonyms: Vec<Vec<Spanned<String>>>,
    /// A short form and what it stands for.
    pub abbreviations: Vec<(Spanned<String>, String)>,
    /// Names that match exactly or by a declared synonym, never by edit distance.
    pub protected: Vec<Spanned<String>>,
}

impl Corpus {
    /// The entry with this id.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.position(id).and_then(|i| self.entries.get(i))
    }

    /// Where in [`Corpus::entries`] the entry with this id is.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.entries.binary_search_by(|e| e.id.value.as_str().cmp(id)).ok()
    }

    /// The file that an entry stands in, with the folder in front as it was given.
    pub fn file_of(&self, entry: &Entry) -> Option<&str> {
        self.files.files().get(entry.id.span.file as usize).map(|file| file.path.as_str())
    }

    /// Drops the texts of the files, which only findings need. Spans then lead to files, and nowhere in them.
    pub fn forget_files(&mut self) {
        self.files = self.files.without_texts();
    }
}

#[cfg(test)]
mod tests;
