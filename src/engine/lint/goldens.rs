//! The goldens: questions in `tests` and `not`, asked of the engine as a student would.

use rayon::prelude::*;

use super::findings::{Known, about};
use super::{GOLDEN_FORBIDDEN, GOLDEN_MISSED, Lint};
use crate::diagnostic::{Diagnostic, Span, Spanned};
use crate::engine::corpus::{Entry, Overlay};
use crate::engine::{Audience, Decision, Engine, EntryNumber};

/// The goldens that failed.
#[derive(Debug, Default)]
pub struct Failed(Vec<FailedGolden>);

/// A golden that failed.
#[derive(Debug)]
struct FailedGolden {
    span: Span,
    /// Which golden it is, wherever it stands: code, entry and question.
    name: String,
    finding: Diagnostic,
}

impl FailedGolden {
    /// The same with more in its finding.
    fn with(self, more: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        Self { finding: more(self.finding), ..self }
    }
}

impl Failed {
    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// A finding for each.
    pub fn findings(self) -> Vec<Diagnostic> {
        self.0.into_iter().map(|failed| failed.finding).collect()
    }

    /// What tells one from another, also after its file was changed around it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|failed| failed.name.as_str())
    }

    /// Those that succeed with `base`, the engine without the overlay: the overlay is to blame for them.
    #[must_use]
    pub fn beyond(self, base: &Self) -> Self {
        let mut known = Known::default();
        for failed in &base.0 {
            known.insert(failed.finding.code, Some(failed.span));
        }
        let is_news = |failed: &FailedGolden| !known.has(failed.finding.code, Some(failed.span));
        Self(self.0.into_iter().filter(is_news).collect())
    }
}

/// What asking every golden finds, in the order of the entries: a `tests` that neither gets its entry nor is offered
/// it, a `not` that is answered with its entry. On all cores.
pub fn goldens(engine: &Engine) -> Failed {
    let all = engine.corpus().entries.iter().flat_map(|entry| entry.tests.iter().chain(&entry.not));
    engine.encode_ahead(all.map(|golden| golden.value.as_str()));
    let ask = |(number, entry): (EntryNumber, &Entry)| -> Vec<FailedGolden> {
        let missed = entry.tests.iter().filter_map(|golden| missed(engine, number, entry, golden));
        missed.chain(entry.not.iter().filter_map(|golden| forbidden(engine, number, entry, golden))).collect()
    };
    Failed(engine.corpus().entries.par_iter().enumerate().flat_map_iter(ask).collect())
}

/// The finding about a golden of this entry.
fn failed(engine: &Engine, lint: &Lint, entry: &Entry, golden: &Spanned<String>, message: String) -> FailedGolden {
    let corpus = engine.corpus();
    let finding = lint.finding(about(corpus.overlay.as_ref(), Some(golden.span), message));
    let cohort = corpus.overlay.as_ref().map_or("", |overlay| overlay.name.as_str());
    let name = format!("{} {cohort}/{} {}", lint.code, *entry.id, golden.value);
    FailedGolden { span: golden.span, name, finding: finding.at(corpus.files.place(golden.span)) }
}

/// What to do when nothing else comes to mind.
fn explain(overlay: Option<&Overlay>) -> String {
    let cohort = overlay.map(|overlay| format!("--cohort {} ", overlay.name)).unwrap_or_default();
    format!("run `telefaq explain {cohort}'...'` with the question to see what decided")
}

fn missed(engine: &Engine, number: EntryNumber, entry: &Entry, golden: &Spanned<String>) -> Option<FailedGolden> {
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
    let failed = failed(engine, &GOLDEN_MISSED, entry, golden, message);
    let explain = explain(corpus.overlay.as_ref());
    let is_own = |span| corpus.overlay.as_ref().is_some_and(|overlay| overlay.has(span));
    let help = if !is_own(golden.span) && answered.is_some_and(|other| is_own(other.id.span)) {
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
    Some(failed.with(|finding| finding.with_related(instead, "answered instead").with_help(help)))
}

fn forbidden(engine: &Engine, number: EntryNumber, entry: &Entry, golden: &Spanned<String>) -> Option<FailedGolden> {
    let verdict = engine.answer(golden, Audience::Private);
    if verdict.decision != Decision::Answer(number) {
        return None;
    }
    let sure = verdict.confidence;
    let message = format!("this question must not be answered with `{}` but it is ({sure:.0}% sure)", *entry.id);
    let failed = failed(engine, &GOLDEN_FORBIDDEN, entry, golden, message);
    let explain = explain(engine.corpus().overlay.as_ref());
    let help = format!(
        "add phrasings to the entry that should answer it, take out the phrasing of this entry that attracts it, or \
         {explain}"
    );
    Some(failed.with(|finding| finding.with_help(help)))
}
