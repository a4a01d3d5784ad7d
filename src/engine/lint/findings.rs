//! Collects findings, with a limit per kind and file: ten thousand copies of one mistake say no more than a hundred.

use std::collections::BTreeMap;

use super::Lint;
use crate::diagnostic::{Diagnostic, Severity, SourceMap, Span};

/// How many findings of one kind are kept per file.
const KEPT_PER_FILE: usize = 100;

/// Findings so far, about the files of one [`SourceMap`].
pub struct Findings<'a> {
    files: &'a SourceMap,
    list: Vec<Diagnostic>,
    counts: BTreeMap<(&'static str, Option<u32>), (usize, Severity)>,
}

impl<'a> Findings<'a> {
    /// None yet.
    pub fn new(files: &'a SourceMap) -> Self {
        Self { files, list: Vec::new(), counts: BTreeMap::new() }
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
        let span: Option<Span> = span.into();
        let (count, _) = self.counts.entry((lint.code, span.map(|s| s.file))).or_insert((0, lint.severity));
        *count += 1;
        if *count <= KEPT_PER_FILE {
            self.list.push(more(lint.finding(message).at(span.and_then(|s| self.files.place(s)))));
        }
    }

    /// All findings, those past the limit as one line each kind and file.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        for ((code, file), (count, severity)) in self.counts {
            if let Some(more) = count.checked_sub(KEPT_PER_FILE).filter(|more| *more > 0) {
                let file = file.and_then(|file| self.files.files().get(file as usize));
                let at = file.map(|file| format!(" in {}", file.path)).unwrap_or_default();
                let message = format!("{more} more like this{at}, not shown");
                self.list.push(Diagnostic::new(code, severity, message).times(more));
            }
        }
        self.list
    }
}
