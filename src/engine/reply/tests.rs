//! Snapshots of every sentence, and properties that hold for any corpus.

use crate::diagnostic::{Span, Spanned};
use crate::engine::corpus::{Corpus, Entry};

pub(crate) fn spanned(text: &str) -> Spanned<String> {
    Spanned::new(text.to_owned(), Span::default())
}

pub(crate) fn entry(id: &str, question: &str) -> Entry {
    Entry { id: spanned(id), question: spanned(question), html: format!("Answer of {id}."), ..Entry::default() }
}

pub(crate) fn corpus_of(mut entries: Vec<Entry>) -> Corpus {
    entries.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    Corpus { entries, ..Corpus::default() }
}
