//! Checks of wordings against each other, read as the matcher reads them. Linear in the corpus: wordings are compared by
//! looking them up.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Findings, Lint};
use crate::diagnostic::Spanned;
use crate::engine::corpus::{Corpus, Entry, Lexicon};
use crate::engine::text::language::Language;
use crate::engine::text::{Analyzer, Token};

/// Reads words as the matcher does, but without the lexicon: the same words, not words that mean the same.
pub(super) struct Plain(Analyzer);

impl Plain {
    pub(super) fn new(language: Language) -> Self {
        Self(Analyzer::new(&Lexicon::default(), language))
    }

    pub(super) fn read(&self, written: &str) -> String {
        read(&self.0.analyze(written), written)
    }
}

/// A question, phrasing or golden.
struct Wording<'a> {
    written: &'a Spanned<String>,
    /// Its words as the matcher reads them, in order; words that mean the same are the same.
    read: String,
}

impl<'a> Wording<'a> {
    fn new(analyzer: &Analyzer, written: &'a Spanned<String>) -> Self {
        Self { written, read: read(&analyzer.analyze(written), written) }
    }
}

/// The words with single spaces between them. Of what has none ("?", "👍") the signs are the wording.
fn read(words: &[Token], written: &str) -> String {
    if words.is_empty() {
        return written.trim().to_owned();
    }
    words.iter().map(|token| token.word.as_str()).collect::<Vec<_>>().join(" ")
}

/// The wordings of one entry.
struct Asked<'a> {
    entry: &'a Entry,
    /// The question and the phrasings.
    indexed: Vec<Wording<'a>>,
    tests: Vec<Wording<'a>>,
    not: Vec<Wording<'a>>,
    /// What the question is about, if it says enough.
    gist: Option<String>,
}

/// All wordings of a corpus, entry by entry, those of an overlay last.
pub(super) struct Wordings<'a>(Vec<Asked<'a>>);

impl<'a> Wordings<'a> {
    pub(super) fn new(corpus: &'a Corpus) -> Self {
        let analyzer = Analyzer::new(&corpus.lexicon, corpus.language);
        let all = |list: &'a [Spanned<String>]| list.iter().map(|w| Wording::new(&analyzer, w));
        let asked = |entry: &'a Entry| {
            let words = analyzer.analyze(&entry.question);
            let question = Wording { written: &entry.question, read: read(&words, &entry.question) };
            Asked {
                entry,
                indexed: std::iter::once(question).chain(all(&entry.phrasings)).collect(),
                tests: all(&entry.tests).collect(),
                not: all(&entry.not).collect(),
                gist: gist(&words, corpus.language),
            }
        };
        let mut all: Vec<Asked<'_>> = corpus.entries.par_iter().map(asked).collect();
        // Of two entries that are in each other's way the one that comes later is told so: the overlay's.
        if let Some(overlay) = &corpus.overlay {
            all.sort_by_key(|asked| overlay.has(asked.entry.id.span));
        }
        Self(all)
    }
}

/// Words that seldom tell two questions apart. No question words, negations or verbs: those do.
const SMALL_WORDS: [&str; 24] = [
    "a", "an", "and", "are", "at", "be", "did", "do", "does", "for", "i", "in", "is", "it", "me", "my", "of", "on",
    "that", "the", "this", "to", "was", "you",
];

/// Below this many words, leaving out the small ones leaves too little to compare.
const FEWEST_WORDS: usize = 3;

/// The telling words of a question, without order and endings.
fn gist(words: &[Token], language: Language) -> Option<String> {
    // Of other languages those without a subject are known, and no more: which of them tell questions apart is not.
    let is_small = |word: &str| language == Language::English && SMALL_WORDS.contains(&word);
    let mut words: Vec<CompactString> = words
        .iter()
        .filter(|token| token.protected || !is_small(token.word.as_str()))
        .map(|token| if token.protected { token.word.clone() } else { language.stem(&token.word) })
        .collect();
    words.sort();
    (words.len() >= FEWEST_WORDS).then(|| words.join(" "))
}

fn report_pair(
    findings: &mut Findings<'_>,
    lint: &Lint,
    (first, words): (&Spanned<String>, &str),
    second: &Spanned<String>,
    message: String,
    help: &str,
) {
    let files = findings.files();
    findings.report(lint, second.span, message, |finding| {
        finding.with_related(files.place(first.span), words).with_help(help)
    });
}

/// What to do about an entry of an overlay that asks what one of the base's asks: it was meant to take its place.
fn replaces(context: &Context<'_>, entry: &Entry, other: &Entry) -> Option<String> {
    (context.is_overlaid(entry.id.span) && !context.is_overlaid(other.id.span)).then(|| {
        format!(
            "give this entry the id `{id}` (a .md file: the name {id}.md), and it takes the place of that one for this \
             cohort; if both are to be there, word them so that they differ in what matters",
            id = *other.id
        )
    })
}

pub(super) fn duplicate_wording(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut seen: FxHashMap<&str, (&Entry, &Spanned<String>)> = FxHashMap::default();
    for Asked { entry, indexed, .. } in &context.wordings.0 {
        for wording in indexed {
            let (other, first) = *seen.entry(&wording.read).or_insert((*entry, wording.written));
            if std::ptr::eq(other, *entry) {
                continue;
            }
            let message = format!("`{}` and `{}` are asked for in the same words", *entry.id, *other.id);
            let help = replaces(context, entry, other).unwrap_or_else(|| {
                "keep these words in the entry that answers them best; if both do, make one entry of them".to_owned()
            });
            let first = (first, "the same words here");
            report_pair(findings, &super::DUPLICATE_WORDING, first, wording.written, message, &help);
        }
    }
}

pub(super) fn repeated_wording(context: &Context<'_>, findings: &mut Findings<'_>) {
    let plain = Plain::new(context.corpus.language);
    for Asked { indexed, tests, not, .. } in &context.wordings.0 {
        for list in [indexed, tests, not] {
            let mut seen: BTreeMap<&str, &Wording<'_>> = BTreeMap::new();
            // Only wordings that the matcher reads alike can be the same words.
            let mut spelled: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
            for wording in list {
                let first = *seen.entry(&wording.read).or_insert(wording);
                if std::ptr::eq(first, wording) {
                    continue;
                }
                spelled.entry(plain.read(first.written)).or_insert(first.written);
                if let Some(first) = spelled.insert(plain.read(wording.written), wording.written) {
                    let message = "these words are in this entry already".to_owned();
                    let help = "take one of the two out (capitals, punctuation and short forms like \"what's\" make no \
                                difference)";
                    let first = (first, "first here");
                    report_pair(findings, &super::REPEATED_WORDING, first, wording.written, message, help);
                }
            }
        }
    }
}

pub(super) fn near_duplicate(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut seen: FxHashMap<&str, &Asked<'_>> = FxHashMap::default();
    let question = |asked: &Asked<'_>| asked.indexed.first().map(|wording| wording.read.clone());
    for asked in &context.wordings.0 {
        let Some(gist) = &asked.gist else { continue };
        let first = *seen.entry(gist).or_insert(asked);
        // The very same words are reported as duplicates.
        if std::ptr::eq(first, asked) || question(first) == question(asked) {
            continue;
        }
        let message = format!("`{}` asks nearly the same as `{}`", *asked.entry.id, *first.entry.id);
        let help = replaces(context, asked.entry, first.entry).unwrap_or_else(|| {
            "make one entry of the two, or word the questions so that they differ in what matters".to_owned()
        });
        let first = (&first.entry.question, "nearly the same question");
        report_pair(findings, &super::NEAR_DUPLICATE, first, &asked.entry.question, message, &help);
    }
}

pub(super) fn golden_is_phrasing(context: &Context<'_>, findings: &mut Findings<'_>) {
    let plain = Plain::new(context.corpus.language);
    for Asked { indexed, tests, .. } in context.wordings.0.iter().filter(|asked| !asked.tests.is_empty()) {
        // A golden in words that mean the same tests the lexicon.
        let known: BTreeMap<String, &Spanned<String>> =
            indexed.iter().map(|wording| (plain.read(wording.written), wording.written)).collect();
        for test in tests {
            if let Some(phrasing) = known.get(&plain.read(test.written)) {
                let message = "this test question is also a phrasing, so it tests nothing".to_owned();
                let help = "ask it in other words, or take it out of `tests`";
                let first = (*phrasing, "the same words");
                report_pair(findings, &super::GOLDEN_IS_PHRASING, first, test.written, message, help);
            }
        }
    }
}

pub(super) fn golden_contradiction(context: &Context<'_>, findings: &mut Findings<'_>) {
    let lint = &super::GOLDEN_CONTRADICTION;
    let all = &context.wordings.0;
    let tests: FxHashSet<&str> = all.iter().flat_map(|asked| &asked.tests).map(|test| test.read.as_str()).collect();
    // Wordings that are also test questions; few, if any, in a corpus of any size.
    let asked: FxHashMap<&str, (&Entry, &Spanned<String>)> = all
        .iter()
        .filter(|_| !tests.is_empty())
        .flat_map(|a| a.indexed.iter().map(|wording| (wording.read.as_str(), (a.entry, wording.written))))
        .filter(|(read, _)| tests.contains(read))
        .collect();
    let mut wanted: FxHashMap<&str, (&Entry, &Spanned<String>)> = FxHashMap::default();
    for Asked { entry, indexed, tests, not, .. } in all {
        if !not.is_empty() {
            let tests = tests.iter().map(|test| (test.read.as_str(), (test, "must be answered here")));
            let indexed = indexed.iter().map(|wording| (wording.read.as_str(), (wording, "asked for here")));
            let own: BTreeMap<&str, (&Wording<'_>, &str)> = indexed.chain(tests).collect();
            for not in not {
                if let Some((first, words)) = own.get(not.read.as_str()) {
                    let message =
                        "this question is under `not`, but the same entry is also meant to answer it".to_owned();
                    let help = "take it out of `not`, or out of the other list";
                    report_pair(findings, lint, (first.written, words), not.written, message, help);
                }
            }
        }
        for test in tests {
            if let Some((other, wording)) =
                asked.get(test.read.as_str()).filter(|(other, _)| !std::ptr::eq(*other, *entry))
            {
                let message =
                    format!("this question must reach `{}`, but it is a phrasing of `{}`", *entry.id, *other.id);
                let help = "move it to the entry that answers it best";
                report_pair(findings, lint, (wording, "asked for here"), test.written, message, help);
            }
            let (other, first) = *wanted.entry(&test.read).or_insert((*entry, test.written));
            if !std::ptr::eq(other, *entry) {
                let message = format!("this question must reach `{}` and `{}`", *entry.id, *other.id);
                let help = "keep it under `tests` of one of the two";
                report_pair(findings, lint, (first, "must be answered here"), test.written, message, help);
            }
        }
    }
}
