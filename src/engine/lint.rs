//! Everything that can be wrong with an FAQ folder: [`LINTS`], one row per finding.
//!
//! Owns the codes, their severities and explanations, and the checks that need the whole corpus ([`check`]). What is
//! wrong with the form of one file is noticed by the parser and by the folder reader; they take code and severity from
//! the rows here. Never reads a file and never changes the corpus.

mod checks;
mod findings;
mod goldens;
mod lexicon;
mod rows;
mod wording;

use jiff::civil::Date;

use super::corpus::Corpus;
use crate::diagnostic::{Diagnostic, Rule, Span};
use wording::Wordings;

pub use findings::{Findings, Known};
pub use goldens::{Failed, goldens};
pub use rows::*;

/// One thing that can be wrong with an FAQ folder. Derefs to what there is to say about it.
#[derive(Clone, Copy)]
pub struct Lint {
    /// Code, severity, explanation, examples. The hundreds of the code group: 0 files, 1 entry header, 2 references,
    /// 3 wording, 4 Markdown, 5 topics, sources and lexicon, 6 goldens.
    pub rule: Rule,
    /// Finds it in a corpus; `None` when the parser, the folder reader or [`goldens()`] reports it.
    pub check: Option<fn(&Context<'_>, &mut Findings<'_>)>,
}

impl std::ops::Deref for Lint {
    type Target = Rule;
    fn deref(&self) -> &Rule {
        &self.rule
    }
}

/// What a check may look at.
pub struct Context<'a> {
    /// The corpus.
    pub corpus: &'a Corpus,
    /// Its wordings as the matcher reads them.
    wordings: Wordings<'a>,
    /// The day the check is made for.
    pub today: Date,
    /// After how many days an entry is stale when it does not say so itself.
    pub review_days: u32,
}

impl Context<'_> {
    /// Whether what stands at `span` is in an overlay; if not, it is the base's.
    fn is_overlaid(&self, span: Span) -> bool {
        self.corpus.overlay.as_ref().is_some_and(|overlay| overlay.has(span))
    }
}

/// Runs every check that looks at the corpus as a whole, and remembers all that it found.
///
/// In the corpus of a cohort, what is `known` to be wrong with the base is passed over: the rest is the doing of the
/// cohort's overlay, also where it is found in an entry of the base.
pub fn check(corpus: &Corpus, known: &Known, today: Date, review_days: u32) -> (Vec<Diagnostic>, Known) {
    let context = Context { corpus, wordings: Wordings::new(corpus), today, review_days };
    let mut findings = Findings::about(corpus, known);
    for check in LINTS.iter().filter_map(|lint| lint.check) {
        check(&context, &mut findings);
    }
    findings.finish_known()
}

#[cfg(test)]
mod tests;
