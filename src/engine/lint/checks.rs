//! Checks of single entries and their references.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Findings};
use crate::diagnostic::{Span, Spanned, nearest};
use crate::engine::corpus::{Claim, Entry, Kind};
use crate::engine::reply::{RELATED, SOURCES};

/// Whether the entry comes from bulk data, where id, question and answer are enough.
fn is_bulk(context: &Context<'_>, entry: &Entry) -> bool {
    let file = context.corpus.files.files().get(entry.id.span.file as usize);
    file.is_some_and(|file| file.path.ends_with(".json"))
}

/// Small talk claims nothing: it needs neither source nor date.
fn needs_care(context: &Context<'_>, entry: &Entry) -> bool {
    entry.kind != Kind::Smalltalk && !entry.misread.contains(&"kind") && !is_bulk(context, entry)
}

/// How today's review is written down for this entry.
fn reviewed_today(context: &Context<'_>, entry: &Entry) -> String {
    if is_bulk(context, entry) {
        format!("\"reviewed\": \"{}\"", context.today)
    } else {
        format!("reviewed = {}", context.today)
    }
}

/// From this many ids on, only those that begin alike are compared with a wrong one.
const MANY_IDS: usize = 2_000;

fn nearest_id<'a>(wrong: &str, ids: impl ExactSizeIterator<Item = &'a str>) -> Option<&'a str> {
    let many = ids.len() > MANY_IDS;
    let beginning: String = wrong.chars().take(2).collect();
    nearest(wrong, ids.filter(|id| !many || id.starts_with(&beginning)))
}

pub(super) fn reviewed_missing(context: &Context<'_>, findings: &mut Findings<'_>) {
    let missing = |e: &&Entry| e.reviewed.is_none() && !e.misread.contains(&"reviewed") && needs_care(context, e);
    for entry in context.corpus.entries.iter().filter(missing) {
        let message = "nobody has said when this answer was last checked";
        findings.report(&super::REVIEWED_MISSING, entry.question.span, message, |finding| {
            finding.with_help(format!("check it, and add to the header: {}", reviewed_today(context, entry)))
        });
    }
}

pub(super) fn stale(context: &Context<'_>, findings: &mut Findings<'_>) {
    for entry in &context.corpus.entries {
        let (Some(reviewed), Some(due)) = (entry.reviewed, entry.due(context.review_days)) else { continue };
        if due < context.today {
            let message = format!("this answer was last checked on {reviewed}, and was to be checked again by {due}");
            findings.report(&super::STALE, entry.question.span, message, |finding| {
                finding.with_help(format!("check it with its sources, then write {}", reviewed_today(context, entry)))
            });
        }
    }
}

pub(super) fn reviewed_in_future(context: &Context<'_>, findings: &mut Findings<'_>) {
    // A day of grace: an admin east of the server may live in tomorrow.
    let tomorrow = context.today.tomorrow().unwrap_or(context.today);
    for entry in &context.corpus.entries {
        if let Some(reviewed) = entry.reviewed.filter(|day| *day > tomorrow) {
            let message = format!("this answer says it was checked on {reviewed}, which is still to come");
            findings.report(&super::REVIEWED_IN_FUTURE, entry.question.span, message, |finding| {
                finding.with_help(format!("write year-month-day of the last check: {}", reviewed_today(context, entry)))
            });
        }
    }
}

pub(super) fn source_missing(context: &Context<'_>, findings: &mut Findings<'_>) {
    let missing = |e: &&Entry| e.sources.is_empty() && !e.misread.contains(&"sources") && needs_care(context, e);
    for entry in context.corpus.entries.iter().filter(missing) {
        findings.report(&super::SOURCE_MISSING, entry.question.span, "this answer names no source", |finding| {
            finding.with_help(
                "add to the header: sources = [\"id\"], with an id from sources.toml (for greetings and thanks: kind = \
                 \"smalltalk\")",
            )
        });
    }
}

pub(super) fn claim_undated(context: &Context<'_>, findings: &mut Findings<'_>) {
    if context.corpus.sources_incomplete {
        return;
    }
    for entry in context.corpus.entries.iter().filter(|entry| !entry.misread.contains(&"sources")) {
        let Some(claim) = entry.claim else { continue };
        let mut known = entry.sources.iter().filter_map(|id| context.corpus.sources.get(&id.value)).peekable();
        let none = known.peek().is_none();
        if known.any(|source| source.as_of.is_some()) {
            continue;
        }
        let about = match claim {
            Claim::Salary => "pay",
            Claim::Outlook => "jobs to come",
            Claim::Exam => "exam rules",
            Claim::Cost => "prices",
            Claim::Legal => "the law",
        };
        let message = format!("this answer is about {about}, and no source of it has a date");
        let span = entry.sources.first().map_or(entry.question.span, |source| source.span);
        findings.report(&super::CLAIM_UNDATED, span, message, |finding| {
            finding.with_help(if none {
                "add a source with a date: sources = [\"id\"], and in sources.toml as_of = \"2026\""
            } else {
                "say in sources.toml what date or year the figures are of: as_of = \"2026\""
            })
        });
    }
}

pub(super) fn unknown_source(context: &Context<'_>, findings: &mut Findings<'_>) {
    let corpus = context.corpus;
    if corpus.sources_incomplete {
        return;
    }
    for id in corpus.entries.iter().flat_map(|entry| &entry.sources) {
        if corpus.sources.contains_key(&id.value) {
            continue;
        }
        findings.report(&super::UNKNOWN_SOURCE, id.span, format!("there is no source `{}`", id.value), |finding| {
            finding.with_help(match nearest_id(id, corpus.sources.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("add to sources.toml:\n[[source]]\nid = \"{}\"\ntitle = \"...\"", id.value),
            })
        });
    }
}

pub(super) fn unknown_related(context: &Context<'_>, findings: &mut Findings<'_>) {
    let corpus = context.corpus;
    for id in corpus.entries.iter().flat_map(|entry| &entry.related) {
        if corpus.position(id).is_some() || corpus.left_out.contains(&id.value) {
            continue;
        }
        findings.report(&super::UNKNOWN_RELATED, id.span, format!("there is no entry `{}`", id.value), |finding| {
            finding.with_help(match nearest_id(id, corpus.entries.iter().map(|entry| entry.id.value.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the id of an entry, which is its file's name without .md".to_owned(),
            })
        });
    }
}

pub(super) fn related_to_itself(context: &Context<'_>, findings: &mut Findings<'_>) {
    for entry in &context.corpus.entries {
        for id in entry.related.iter().filter(|id| id.value == entry.id.value) {
            let message = "this entry is related to itself";
            findings.report(&super::RELATED_TO_ITSELF, id.span, message, |finding| {
                finding.with_help(format!("take \"{}\" out of `related`", id.value))
            });
        }
    }
}

pub(super) fn repeated_reference(context: &Context<'_>, findings: &mut Findings<'_>) {
    for entry in &context.corpus.entries {
        for (key, list) in [("sources", &entry.sources), ("related", &entry.related)] {
            for (first, again) in repeats(list) {
                let first = findings.files().place(first);
                let message = format!("`{}` is named twice in `{key}`", again.value);
                findings.report(&super::REPEATED_REFERENCE, again.span, message, |finding| {
                    finding.with_related(first, "first named here").with_help("take one of the two out")
                });
            }
        }
    }
}

pub(super) fn more_than_shown(context: &Context<'_>, findings: &mut Findings<'_>) {
    for entry in &context.corpus.entries {
        for (key, list, shown) in [("sources", &entry.sources, SOURCES), ("related", &entry.related, RELATED)] {
            let mut seen = BTreeSet::new();
            let different: Vec<_> = list.iter().filter(|id| seen.insert(id.as_str())).collect();
            let Some(first) = different.get(shown) else { continue };
            let message = format!("`{key}` names {}, and the first {shown} are shown", different.len());
            findings.report(&super::MORE_THAN_SHOWN, first.span, message, |finding| {
                finding
                    .with_help(format!("take out what students need least; from `{}` on nobody sees it", first.value))
            });
        }
    }
}

/// Texts that occurred earlier in the list, with the earlier place.
fn repeats(list: &[Spanned<String>]) -> Vec<(Span, &Spanned<String>)> {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    list.iter().filter_map(|text| seen.insert(text.as_str(), text.span).map(|first| (first, text))).collect()
}
