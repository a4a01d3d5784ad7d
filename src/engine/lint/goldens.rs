//! The goldens: questions in `tests` and `not`, asked of the engine as a student would.

use rayon::prelude::*;

use super::findings::{Known, about};
use super::{GOLDEN_FORBIDDEN, GOLDEN_MISSED, Lint};
use crate::diagnostic::{Diagnostic, Span, Spanned};
use crate::engine::corpus::{Entry, Overlay};
use crate::engine::{Audience, Decision, Engine, EntryNumber};

/// The goldens that failed.
#[derive(Debug, Default)]
pub struct Failed(Vec<(Span, Diagnostic)>);

impl Failed {
    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// A finding for each.
    pub fn findings(self) -> Vec<Diagnostic> {
        self.0.into_iter().map(|(_, finding)| finding).collect()
    }

    /// Those that succeed with `base`, the engine without the overlay: the overlay is to blame for them.
    #[must_use]
    pub fn beyond(self, base: &Self) -> Self {
        let mut known = Known::default();
        for (span, finding) in &base.0 {
            known.insert(finding.code, Some(*span));
        }
        Self(self.0.into_iter().filter(|(span, finding)| !known.has(finding.code, Some(*span))).collect())
    }
}

/// What asking every golden finds, in the order of the entries: a `tests` that neither gets its entry nor is offered
/// it, a `not` that is answered with its entry. On all cores.
pub fn goldens(engine: &Engine) -> Failed {
    let ask = |(number, entry): (EntryNumber, &Entry)| -> Vec<(Span, Diagnostic)> {
        let missed = entry.tests.iter().filter_map(|golden| missed(engine, number, entry, golden));
        missed.chain(entry.not.iter().filter_map(|golden| forbidden(engine, number, entry, golden))).collect()
    };
    Failed(engine.corpus().entries.par_iter().enumerate().flat_map_iter(ask).collect())
}

/// The finding about a golden, and where the golden is.
fn failed(engine: &Engine, lint: &Lint, golden: &Spanned<String>, message: String) -> (Span, Diagnostic) {
    let corpus = engine.corpus();
    let finding = lint.finding(about(corpus.overlay.as_ref(), Some(golden.span), message));
    (golden.span, finding.at(corpus.files.place(golden.span)))
}

/// What to do when nothing else comes to mind.
fn explain(overlay: Option<&Overlay>) -> String {
    let cohort = overlay.map(|overlay| format!("--cohort {} ", overlay.name)).unwrap_or_default();
    format!("run `telefaq explain {cohort}'...'` with the question to see what decided")
}

fn missed(engine: &Engine, number: EntryNumber, entry: &Entry, golden: &Spanned<String>) -> Option<(Span, Diagnostic)> {
    let verdict = engine.answer(golden, Audience::Private);
    let named = |numbers: &[EntryNumber]| {
        let ids = numbers.iter().filter_map(|number| engine.entry(*number)).map(|entry| format!("`{}`", *entry.id));
        ids.collect::<Vec<_>>().join(", ")
    };
    let (instead, answered) = match &verdict.decision {
        Decision::Answer(reached) if *reached == number => return None,
        Decision::Suggest(offered) if offered.contains(&number) => return None,
        Decision::Answer(reached) => {
            let instead = format!("is answered with {} ({:.0}% sure)", named(&[*reached]), verdict.confidence);
            (instead, engine.entry(*reached))
        }
        Decision::Suggest(offered) => (format!("the suggestions are {}", named(offered)), None),
        Decision::Decline | Decision::Silent => ("gets no answer".to_owned(), None),
    };
    let corpus = engine.corpus();
    let message = format!("this question should reach `{}` but {instead}", *entry.id);
    let (span, finding) = failed(engine, &GOLDEN_MISSED, golden, message);
    let explain = explain(corpus.overlay.as_ref());
    let is_own = |span| corpus.overlay.as_ref().is_some_and(|overlay| overlay.has(span));
    let help = if !is_own(span) && answered.is_some_and(|other| is_own(other.id.span)) {
        format!(
            "if the cohort's entry is meant to answer this, give it the id `{id}` (a .md file: the name {id}.md), and it \
             takes the place of this one; if not, take out the phrasing of it that attracts the question, or {explain}",
            id = *entry.id
        )
    } else {
        format!(
            "add another phrasing in your own words that is close to this question (not this very wording: it would no \
             longer test anything), or {explain}"
        )
    };
    let instead = answered.and_then(|other| corpus.files.place(other.question.span));
    Some((span, finding.with_related(instead, "answered instead").with_help(help)))
}

fn forbidden(
    engine: &Engine,
    number: EntryNumber,
    entry: &Entry,
    golden: &Spanned<String>,
) -> Option<(Span, Diagnostic)> {
    let verdict = engine.answer(golden, Audience::Private);
    if verdict.decision != Decision::Answer(number) {
        return None;
    }
    let sure = verdict.confidence;
    let message = format!("this question must not be answered with `{}` but it is ({sure:.0}% sure)", *entry.id);
    let (span, finding) = failed(engine, &GOLDEN_FORBIDDEN, golden, message);
    let explain = explain(engine.corpus().overlay.as_ref());
    let help = format!(
        "add phrasings to the entry that should answer it, take out the phrasing of this entry that attracts it, or \
         {explain}"
    );
    Some((span, finding.with_help(help)))
}
