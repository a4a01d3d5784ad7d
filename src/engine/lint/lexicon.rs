//! Checks of the lexicon.

use std::collections::BTreeMap;

use super::wording::Plain;
use super::{Context, Findings};
use crate::diagnostic::Spanned;

pub(super) fn synonym_in_two_groups(context: &Context<'_>, findings: &mut Findings<'_>) {
    let plain = Plain::new(context.corpus.language);
    let mut seen: BTreeMap<String, (usize, &Spanned<String>)> = BTreeMap::new();
    for (group, word) in
        context.corpus.lexicon.synonyms.iter().enumerate().flat_map(|(n, g)| g.iter().map(move |w| (n, w)))
    {
        let read = plain.read(word);
        let Some((earlier_group, first)) = seen.get(&read) else {
            seen.insert(read, (group, word));
            continue;
        };
        // Spellings of one word ("self-paced", "self paced") may stand side by side.
        if *earlier_group == group && first.to_lowercase() != word.to_lowercase() {
            continue;
        }
        let named_first = |group: usize, word: &Spanned<String>| {
            context
                .corpus
                .lexicon
                .synonyms
                .get(group)
                .and_then(|words| words.first())
                .is_some_and(|first| first == word)
        };
        let is_theirs = context.is_overlaid(word.span) && !context.is_overlaid(first.span);
        let (message, help) = if *earlier_group == group {
            (format!("`{}` is twice in this group", word.value), "take one of the two out".to_owned())
        } else if is_theirs && named_first(*earlier_group, first) && named_first(group, word) {
            // An overlay adds to a group of the base: both have the same word stand for all of theirs.
            continue;
        } else {
            let help = match context.corpus.lexicon.synonyms.get(*earlier_group).and_then(|words| words.first()) {
                Some(all) if is_theirs => format!(
                    "to add words to that group, begin this one with its first word, `{}`, and leave its other words out",
                    all.value
                ),
                _ => {
                    "keep it in the group of its usual meaning, or join the two groups if all their words mean the same"
                        .to_owned()
                }
            };
            (format!("`{}` is in two groups of synonyms", word.value), help)
        };
        let first = findings.files().place(first.span);
        findings.report(&super::SYNONYM_IN_TWO_GROUPS, word.span, message, |finding| {
            finding.with_related(first, "first named here").with_help(help)
        });
    }
}

pub(super) fn protected_together(context: &Context<'_>, findings: &mut Findings<'_>) {
    let (plain, lexicon) = (Plain::new(context.corpus.language), &context.corpus.lexicon);
    let protected: Vec<String> = lexicon.protected.iter().map(|name| plain.read(name)).collect();
    for group in &lexicon.synonyms {
        let mut names = group.iter().filter(|word| protected.contains(&plain.read(word)));
        let Some(first) = names.next() else { continue };
        for other in names.filter(|other| plain.read(other) != plain.read(first)) {
            let place = findings.files().place(first.span);
            let message =
                format!("the protected names `{}` and `{}` are said to mean the same", first.value, other.value);
            findings.report(&super::PROTECTED_TOGETHER, other.span, message, |finding| {
                finding.with_related(place, "the other name").with_help(
                    "take one of them out of the group; if they are two names of one thing, keep only one in `protected`",
                )
            });
        }
    }
}
