//! Checks of wordings against each other. Linear in the corpus: wordings are compared by looking them up.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Findings, Lint};
use crate::diagnostic::Spanned;
use crate::engine::corpus::Entry;

/// A wording in small letters, with single spaces for all punctuation.
pub(super) fn plain(wording: &str) -> String {
    let spaced: String = wording.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let plain = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    // Nothing but signs ("?", "👍"): the signs are the wording.
    if plain.is_empty() { wording.trim().to_owned() } else { plain }
}

fn indexed(entry: &Entry) -> impl Iterator<Item = &Spanned<String>> {
    std::iter::once(&entry.question).chain(&entry.phrasings)
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

pub(super) fn duplicate_wording(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut seen: FxHashMap<String, (usize, &Spanned<String>)> = FxHashMap::default();
    for (number, entry) in context.corpus.entries.iter().enumerate() {
        for wording in indexed(entry) {
            match seen.get(&plain(wording)) {
                Some((other, first)) if *other != number => {
                    let other = context.corpus.entries.get(*other).map(|e| e.id.value.as_str()).unwrap_or_default();
                    let message = format!("`{}` and `{other}` are asked for in the same words", *entry.id);
                    let help =
                        "keep these words in the entry that answers them best; if both do, make one entry of them";
                    report_pair(
                        findings,
                        &super::DUPLICATE_WORDING,
                        (first, "the same words here"),
                        wording,
                        message,
                        help,
                    );
                }
                Some(_) => {}
                None => {
                    seen.insert(plain(wording), (number, wording));
                }
            }
        }
    }
}

pub(super) fn repeated_wording(context: &Context<'_>, findings: &mut Findings<'_>) {
    for entry in &context.corpus.entries {
        for list in [indexed(entry).collect::<Vec<_>>(), entry.tests.iter().collect(), entry.not.iter().collect()] {
            let mut seen: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
            for wording in list {
                if let Some(first) = seen.insert(plain(wording), wording) {
                    let message = "these words are in this entry already".to_owned();
                    let help = "take one of the two out (capitals and punctuation make no difference)";
                    report_pair(findings, &super::REPEATED_WORDING, (first, "first here"), wording, message, help);
                }
            }
        }
    }
}

/// Words that seldom tell two questions apart. No question words, negations or verbs: those do.
const SMALL_WORDS: [&str; 24] = [
    "a", "an", "and", "are", "at", "be", "did", "do", "does", "for", "i", "in", "is", "it", "me", "my", "of", "on",
    "that", "the", "this", "to", "was", "you",
];

/// Below this many words, leaving out the small ones leaves too little to compare.
const FEWEST_WORDS: usize = 3;

/// The telling words of a question, without order and plural endings.
fn gist(question: &str) -> Option<Vec<String>> {
    let mut words: Vec<String> = plain(question)
        .split(' ')
        .filter(|word| !SMALL_WORDS.contains(word))
        .map(|word| match word.strip_suffix('s') {
            // "exams", not "ccs" or "business".
            Some(singular) if singular.len() > 3 && !singular.ends_with('s') => singular.to_owned(),
            _ => word.to_owned(),
        })
        .collect();
    words.sort();
    (words.len() >= FEWEST_WORDS).then_some(words)
}

pub(super) fn near_duplicate(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut seen: FxHashMap<Vec<String>, &Entry> = FxHashMap::default();
    for entry in &context.corpus.entries {
        let Some(gist) = gist(&entry.question) else { continue };
        match seen.get(&gist) {
            // The very same words are reported as duplicates.
            Some(first) if plain(&first.question) == plain(&entry.question) => {}
            Some(first) => {
                let message = format!("`{}` asks nearly the same as `{}`", *entry.id, *first.id);
                let help = "make one entry of the two, or word the questions so that they differ in what matters";
                let first = (&first.question, "nearly the same question");
                report_pair(findings, &super::NEAR_DUPLICATE, first, &entry.question, message, help);
            }
            None => {
                seen.insert(gist, entry);
            }
        }
    }
}

pub(super) fn golden_is_phrasing(context: &Context<'_>, findings: &mut Findings<'_>) {
    for entry in context.corpus.entries.iter().filter(|entry| !entry.tests.is_empty()) {
        let known: BTreeMap<String, &Spanned<String>> =
            indexed(entry).map(|wording| (plain(wording), wording)).collect();
        for test in &entry.tests {
            if let Some(phrasing) = known.get(&plain(test)) {
                let message = "this test question is also a phrasing, so it tests nothing".to_owned();
                let help = "ask it in other words, or take it out of `tests`";
                report_pair(findings, &super::GOLDEN_IS_PHRASING, (phrasing, "the same words"), test, message, help);
            }
        }
    }
}

pub(super) fn golden_contradiction(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut wanted: FxHashMap<String, (&Entry, &Spanned<String>)> = FxHashMap::default();
    let entries = &context.corpus.entries;
    let tests: FxHashSet<String> = entries.iter().flat_map(|entry| &entry.tests).map(|test| plain(test)).collect();
    // Wordings that are also test questions; few, if any, in a corpus of any size.
    let asked: FxHashMap<String, (&Entry, &Spanned<String>)> = entries
        .iter()
        .filter(|_| !tests.is_empty())
        .flat_map(|entry| indexed(entry).map(move |wording| (plain(wording), (entry, wording))))
        .filter(|(plain, _)| tests.contains(plain))
        .collect();
    for entry in entries {
        let mut own: BTreeMap<String, (&Spanned<String>, &str)> =
            indexed(entry).map(|wording| (plain(wording), (wording, "asked for here"))).collect();
        own.extend(entry.tests.iter().map(|test| (plain(test), (test, "must be answered here"))));
        for not in &entry.not {
            if let Some((first, words)) = own.get(&plain(not)) {
                let message = "this question must be answered with this entry and must not".to_owned();
                let help = "take it out of `not`, or out of the other list";
                report_pair(findings, &super::GOLDEN_CONTRADICTION, (first, words), not, message, help);
            }
        }
        for test in &entry.tests {
            if let Some((other, wording)) =
                asked.get(&plain(test)).filter(|(other, _)| other.id.value != entry.id.value)
            {
                let message =
                    format!("this question must reach `{}`, but it is a phrasing of `{}`", *entry.id, *other.id);
                let help = "move it to the entry that answers it best";
                report_pair(findings, &super::GOLDEN_CONTRADICTION, (wording, "asked for here"), test, message, help);
            }
            match wanted.get(&plain(test)) {
                Some((other, first)) if other.id.value != entry.id.value => {
                    let message = format!("this question must reach `{}` and `{}`", *entry.id, *other.id);
                    let help = "keep it under `tests` of one of the two";
                    report_pair(
                        findings,
                        &super::GOLDEN_CONTRADICTION,
                        (first, "must be answered here"),
                        test,
                        message,
                        help,
                    );
                }
                Some(_) => {}
                None => {
                    wanted.insert(plain(test), (entry, test));
                }
            }
        }
    }
}
