//! Everything that can be wrong with an FAQ folder: [`LINTS`], one row per finding.
//!
//! Owns the codes, their severities and explanations, and the checks that need the whole corpus ([`check`]). What is
//! wrong with the form of one file is noticed by the parser and by the folder reader; they take code and severity from
//! the rows here. Never reads a file and never changes the corpus.

mod checks;
mod findings;
mod lexicon;
mod rows;
mod wording;

use jiff::civil::Date;

use super::corpus::{Corpus, Entry};
use crate::diagnostic::{Diagnostic, Severity, Span};

pub use checks::due;
pub use findings::Findings;
pub use rows::*;

/// One thing that can be wrong.
#[derive(Clone, Copy)]
pub struct Lint {
    /// Stable, never reused. The hundreds group: 0 files, 1 entry header, 2 references, 3 wording, 4 Markdown,
    /// 5 topics, sources and lexicon, 6 goldens.
    pub code: &'static str,
    /// Describes the problem, in kebab-case.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Why it matters, in words for people who do not program.
    pub why: &'static str,
    /// Files in which it fires and nothing else does, each after a line `=== path`. Empty when it takes more than
    /// text to show it: a symbolic link, an engine.
    pub bad: &'static str,
    /// The same put right.
    pub good: &'static str,
    /// Finds it in a corpus; `None` when the parser, the folder reader or the engine's own test reports it.
    pub check: Option<fn(&Context<'_>, &mut Findings<'_>)>,
}

/// What a check may look at.
pub struct Context<'a> {
    /// The corpus.
    pub corpus: &'a Corpus,
    /// The day the check is made for.
    pub today: Date,
    /// After how many days an entry is stale when it does not say so itself.
    pub review_days: u32,
}

impl Lint {
    /// A finding of this kind, without place or help yet.
    pub fn finding(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.code, self.severity, message)
    }
}

/// Runs every check that looks at the corpus as a whole.
pub fn check(corpus: &Corpus, today: Date, review_days: u32) -> Vec<Diagnostic> {
    let context = Context { corpus, today, review_days };
    let mut findings = Findings::new(&corpus.files);
    for check in LINTS.iter().filter_map(|lint| lint.check) {
        check(&context, &mut findings);
    }
    findings.finish()
}

/// The row of this code (`FAQ111`, in any case) or name (`unknown-key`).
pub fn find(code_or_name: &str) -> Option<&'static Lint> {
    let wanted = code_or_name.trim();
    LINTS.iter().find(|lint| lint.code.eq_ignore_ascii_case(wanted) || lint.name.eq_ignore_ascii_case(wanted))
}

/// What a code means: why it matters, an example, and the example put right.
pub fn explain(code: &str) -> Option<String> {
    let lint = find(code)?;
    let mut text = format!("{} {} ({})\n\n{}\n", lint.code, lint.name, lint.severity, lint.why);
    for (title, example) in [("Wrong", lint.bad), ("Right", lint.good)] {
        if example.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{title}:\n\n"));
        for line in example.lines() {
            let line = line.strip_prefix("=== ").map_or_else(|| format!("    {line}"), |path| format!("  {path}"));
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    Some(text)
}

/// A golden of `entry`, written at `span`, is not answered with it. `reached` is the id of what is answered instead;
/// empty: nothing.
pub fn golden_missed(corpus: &Corpus, entry: &Entry, span: Span, reached: &str, confidence: f64) -> Diagnostic {
    let instead = match reached {
        "" => "gets no answer".to_owned(),
        id => format!("is answered with `{id}` ({confidence:.0}% sure)"),
    };
    GOLDEN_MISSED
        .finding(format!("this question should reach `{}` but {instead}", *entry.id))
        .at(corpus.files.place(span))
        .with_related(
            corpus.entry(reached).and_then(|other| corpus.files.place(other.question.span)),
            "answered instead",
        )
        .with_help(
            "add another phrasing in your own words that is close to this question (not this very wording: it would no \
             longer test anything), or run `telefaq explain '...'` with the question to see what decided",
        )
}

/// A question listed under `not` of `entry`, written at `span`, is answered with it all the same.
pub fn golden_forbidden(corpus: &Corpus, entry: &Entry, span: Span, confidence: f64) -> Diagnostic {
    GOLDEN_FORBIDDEN
        .finding(format!(
            "this question must not be answered with `{}` but it is ({confidence:.0}% sure)",
            *entry.id
        ))
        .at(corpus.files.place(span))
        .with_help(
            "add phrasings to the entry that should answer it, take out the phrasing of this entry that attracts it, or \
             run `telefaq explain '...'` with the question to see what decided",
        )
}

#[cfg(test)]
mod tests;
