//! The goldens: questions in `tests` and `not`, asked of the engine as a student would.

use rayon::prelude::*;

use super::{GOLDEN_FORBIDDEN, GOLDEN_MISSED};
use crate::diagnostic::{Diagnostic, Spanned};
use crate::engine::corpus::Entry;
use crate::engine::{Audience, Decision, Engine, EntryNumber};

const EXPLAIN: &str = "run `telefaq explain '...'` with the question to see what decided";

/// What asking every golden finds, in the order of the entries: a `tests` that neither gets its entry nor is offered
/// it, a `not` that is answered with its entry. On all cores.
pub fn goldens(engine: &Engine) -> Vec<Diagnostic> {
    let ask = |(number, entry): (EntryNumber, &Entry)| -> Vec<Diagnostic> {
        let missed = entry.tests.iter().filter_map(|golden| missed(engine, number, entry, golden));
        missed.chain(entry.not.iter().filter_map(|golden| forbidden(engine, number, entry, golden))).collect()
    };
    engine.corpus().entries.par_iter().enumerate().flat_map_iter(ask).collect()
}

fn missed(engine: &Engine, number: EntryNumber, entry: &Entry, golden: &Spanned<String>) -> Option<Diagnostic> {
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
    let files = &engine.corpus().files;
    let finding = GOLDEN_MISSED
        .finding(format!("this question should reach `{}` but {instead}", *entry.id))
        .at(files.place(golden.span))
        .with_related(answered.and_then(|other| files.place(other.question.span)), "answered instead");
    Some(finding.with_help(format!(
        "add another phrasing in your own words that is close to this question (not this very wording: it would no \
         longer test anything), or {EXPLAIN}"
    )))
}

fn forbidden(engine: &Engine, number: EntryNumber, entry: &Entry, golden: &Spanned<String>) -> Option<Diagnostic> {
    let verdict = engine.answer(golden, Audience::Private);
    if verdict.decision != Decision::Answer(number) {
        return None;
    }
    let sure = verdict.confidence;
    let message = format!("this question must not be answered with `{}` but it is ({sure:.0}% sure)", *entry.id);
    Some(GOLDEN_FORBIDDEN.finding(message).at(engine.corpus().files.place(golden.span)).with_help(format!(
        "add phrasings to the entry that should answer it, take out the phrasing of this entry that attracts it, or \
         {EXPLAIN}"
    )))
}
