//! Collects findings, with a limit per kind and file: ten thousand copies of one mistake say no more than a hundred.
//! Of what a cohort gets, only what its overlay is to blame for.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::Lint;
use crate::diagnostic::{Diagnostic, Severity, SourceMap, Span};
use crate::engine::corpus::{Corpus, Overlay};

/// How many findings of one kind are kept per file.
const KEPT_PER_FILE: usize = 100;

/// Findings so far, about the files of one [`SourceMap`].
pub struct Findings<'a> {
    files: &'a SourceMap,
    list: Vec<Diagnostic>,
    counts: BTreeMap<(&'static str, Option<u32>), (usize, Severity)>,
    known: Known,
    /// Whose overlay is looked at, and what is wrong without it.
    blame: Option<(&'a Overlay, &'a Known)>,
}

/// What has been found, by kind and place, whether or not it was past the limit. It is what an overlay is not to blame
/// for: to know that, a place and what is wrong there are enough, for nothing of the base's is changed by an overlay.
#[derive(Debug, Default)]
pub struct Known(FxHashSet<(&'static str, Option<Span>)>);

impl Known {
    /// Whether it is news that `code` is found at `span`.
    pub(super) fn insert(&mut self, code: &'static str, span: Option<Span>) -> bool {
        self.0.insert((code, span))
    }

    pub(super) fn has(&self, code: &'static str, span: Option<Span>) -> bool {
        self.0.contains(&(code, span))
    }
}

/// `message` about what stands at `span`. If that is the base's, `overlay` is what makes it wrong, and for its cohort only.
pub(super) fn about(overlay: Option<&Overlay>, span: Option<Span>, message: String) -> String {
    match overlay {
        Some(overlay) if !span.is_some_and(|span| overlay.has(span)) => {
            format!("in the cohort `{}`: {message}", overlay.name)
        }
        _ => message,
    }
}

impl<'a> Findings<'a> {
    /// None yet.
    pub fn new(files: &'a SourceMap) -> Self {
        Self { files, list: Vec::new(), counts: BTreeMap::new(), known: Known::default(), blame: None }
    }

    /// None yet, about `corpus`. If a cohort gets it, what is `known` of the base is not reported again.
    pub(super) fn about(corpus: &'a Corpus, known: &'a Known) -> Self {
        Self { blame: corpus.overlay.as_ref().map(|overlay| (overlay, known)), ..Self::new(&corpus.files) }
    }

    /// The files that spans point into.
    pub fn files(&self) -> &'a SourceMap {
        self.files
    }

    /// Adds a finding at `span`; `more` adds what belongs to it. Past the limit it is only counted, and `more` is not
    /// run.
    pub fn report(
        &mut self,
        lint: &Lint,
        span: impl Into<Option<Span>>,
        message: impl Into<String>,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let (span, mut message): (Option<Span>, String) = (span.into(), message.into());
        if let Some((overlay, known)) = self.blame {
            if known.has(lint.code, span) {
                return;
            }
            message = about(Some(overlay), span, message);
        }
        self.known.insert(lint.code, span);
        let (count, _) = self.counts.entry((lint.code, span.map(|s| s.file))).or_insert((0, lint.severity));
        *count += 1;
        if *count <= KEPT_PER_FILE {
            self.list.push(more(lint.finding(message).at(span.and_then(|s| self.files.place(s)))));
        }
    }

    /// All findings, those past the limit as one line each kind and file.
    pub fn finish(self) -> Vec<Diagnostic> {
        self.finish_known().0
    }

    /// The same, and all that was found.
    pub(super) fn finish_known(mut self) -> (Vec<Diagnostic>, Known) {
        for ((code, file), (count, severity)) in self.counts {
            if let Some(more) = count.checked_sub(KEPT_PER_FILE).filter(|more| *more > 0) {
                let file = file.and_then(|file| self.files.files().get(file as usize));
                let at = file.map(|file| format!(" in {}", file.path)).unwrap_or_default();
                let message = format!("{more} more like this{at}, not shown");
                self.list.push(Diagnostic::new(code, severity, message).times(more));
            }
        }
        (self.list, self.known)
    }
}
