//! Checks of the lexicon.

use std::collections::BTreeMap;

use super::{Context, Findings, wording};
use crate::diagnostic::Spanned;
use crate::engine::corpus::Lexicon;
use crate::engine::text::Analyzer;

/// How the matcher reads words before any lexicon is applied: this is about the lexicon itself.
struct Reader(Analyzer);

impl Reader {
    fn new() -> Self {
        Self(Analyzer::new(&Lexicon::default()))
    }

    fn read(&self, written: &str) -> String {
        wording::read(&self.0.analyze(written), written)
    }
}

pub(super) fn synonym_in_two_groups(context: &Context<'_>, findings: &mut Findings<'_>) {
    let reader = Reader::new();
    let mut seen: BTreeMap<String, (usize, &Spanned<String>)> = BTreeMap::new();
    for (group, word) in
        context.corpus.lexicon.synonyms.iter().enumerate().flat_map(|(n, g)| g.iter().map(move |w| (n, w)))
    {
        let read = reader.read(word);
        let Some((earlier_group, first)) = seen.get(&read) else {
            seen.insert(read, (group, word));
            continue;
        };
        // Spellings of one word ("self-paced", "self paced") may stand side by side.
        if *earlier_group == group && first.to_lowercase() != word.to_lowercase() {
            continue;
        }
        let (message, help) = if *earlier_group == group {
            (format!("`{}` is twice in this group", word.value), "take one of the two out")
        } else {
            (
                format!("`{}` is in two groups of synonyms", word.value),
                "keep it in the group of its usual meaning, or join the two groups if all their words mean the same",
            )
        };
        let first = findings.files().place(first.span);
        findings.report(&super::SYNONYM_IN_TWO_GROUPS, word.span, message, |finding| {
            finding.with_related(first, "first named here").with_help(help)
        });
    }
}

pub(super) fn protected_together(context: &Context<'_>, findings: &mut Findings<'_>) {
    let (reader, lexicon) = (Reader::new(), &context.corpus.lexicon);
    let protected: Vec<String> = lexicon.protected.iter().map(|name| reader.read(name)).collect();
    for group in &lexicon.synonyms {
        let mut names = group.iter().filter(|word| protected.contains(&reader.read(word)));
        let Some(first) = names.next() else { continue };
        for other in names.filter(|other| reader.read(other) != reader.read(first)) {
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
