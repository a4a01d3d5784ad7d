//! The gate that every change of the FAQ folder goes through, however it is made: by an editor, by `git pull`, by a command.
//!
//! Owns what speaks against a change: errors (goldens among them) that what is served now does not have. Reads the folder and
//! builds engines from it; taking them over is for [`super::reload`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::files::{self, NotWritten};
use super::load::{self, Edit, Loaded};
use super::{Encoding, Engines, build_each};
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::corpus::Corpus;
use crate::engine::{Encoder, Engine, Language, Settings, lint};

/// From how many entries on it is looked at how many are gone.
const MANY: usize = 10;

/// How the folder is read and what its engines are told.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The folder, or the one file.
    pub dir: PathBuf,
    /// After how many days an entry is stale that does not say so itself.
    pub review_days: u32,
    /// What the entries are in.
    pub language: Language,
    /// What the engines are told.
    pub engine: Settings,
    /// What has them see what texts mean, if anything does.
    pub encoding: Option<Arc<Encoding>>,
}

/// What a folder would be served as.
#[derive(Debug)]
pub struct Candidate {
    /// The engines; `None` when there is not one entry.
    pub engines: Option<Engines>,
    /// Everything wrong with the folder, in the order of the files, failed goldens at the end.
    pub findings: Vec<Diagnostic>,
    /// Its errors.
    pub faults: Faults,
    /// Each golden that fails, with its name among the faults.
    goldens: Vec<(String, Diagnostic)>,
}

/// The errors of a folder, by what tells them apart wherever they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults(BTreeSet<String>);

/// What is to become of a candidate.
#[derive(Debug)]
pub enum Ruling {
    /// It may be served.
    Fine(Engines),
    /// It may not.
    Refused(Refusal),
}

/// Why a folder is not served as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// The errors that speak against it.
    pub findings: Vec<Diagnostic>,
    /// The ids of the entries that would be gone, if those are so many that it looks like an accident.
    pub lost: Vec<String>,
}

impl Gate {
    /// Reads the folder as if these edits were made, builds the engines and asks the goldens. Takes as long as a start does:
    /// to be called on a thread that may block.
    pub fn look(&self, edits: &[Edit], today: Date) -> Candidate {
        let loaded = load::load_edited(&self.dir, edits, today, self.review_days, self.language);
        let Loaded { corpus, cohorts, diagnostics, .. } = loaded;
        let mut faults = BTreeSet::new();
        faults.extend(diagnostics.iter().filter(|finding| finding.severity == Severity::Error).map(name));
        let corpora: Vec<Corpus> = std::iter::once(corpus).chain(cohorts.into_values()).collect();
        let empty = corpora.iter().all(|corpus| corpus.entries.is_empty());
        let mut candidate =
            Candidate { engines: None, findings: diagnostics, faults: Faults(faults), goldens: Vec::new() };
        if empty {
            return candidate;
        }
        let encoder = self.encoding.as_ref().map(Encoding::for_folder);
        let build = |corpus: Corpus| {
            let engine = Engine::build_with(corpus, self.engine, encoder.as_ref());
            let failed = lint::goldens(&engine);
            let for_questions = self.encoding.clone().map(|encoding| encoding as Arc<dyn Encoder>);
            (engine.without_files().asking(for_questions), failed)
        };
        let mut built = build_each(self.encoding.as_deref(), corpora, build).into_iter();
        let Some((base, base_failed)) = built.next() else { return candidate };
        let mut failed = Vec::new();
        let mut of_cohorts = std::collections::BTreeMap::new();
        for (engine, in_cohort) in built {
            failed.push(in_cohort.beyond(&base_failed));
            if let Some(overlay) = &engine.corpus().overlay {
                of_cohorts.insert(overlay.name.clone(), Arc::new(engine));
            }
        }
        failed.insert(0, base_failed);
        for failed in failed {
            let names: Vec<String> = failed.names().map(str::to_owned).collect();
            candidate.goldens.extend(names.into_iter().zip(failed.findings()));
        }
        candidate.findings.extend(candidate.goldens.iter().map(|(_, finding)| finding.clone()));
        candidate.faults.0.extend(candidate.goldens.iter().map(|(name, _)| name.clone()));
        candidate.engines = Some(Engines::new(Arc::new(base), of_cohorts));
        candidate
    }

    /// Makes edits of the folder, all or none; whether it may be served so has been asked before.
    ///
    /// # Errors
    ///
    /// Those of [`files::write_all`].
    pub fn make(&self, edits: &[Edit]) -> Result<(), NotWritten> {
        let change = |Edit { path, before, text }: &Edit| files::Change {
            path: self.path_of(path),
            before: before.clone(),
            text: text.clone(),
        };
        files::write_all(&edits.iter().map(change).collect::<Vec<_>>())
    }

    /// Where an edit of this path is made.
    pub fn path_of(&self, path: &str) -> PathBuf {
        path.split('/').fold(self.folder().to_owned(), |folder, part| folder.join(part))
    }

    /// The folder: of a single file, the one it is in.
    pub fn folder(&self) -> &Path {
        if self.dir.is_file() { self.dir.parent().unwrap_or(Path::new("")) } else { &self.dir }
    }
}

impl Faults {
    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same for the same errors, as [`Refusal::name`] is.
    pub fn name(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

impl Candidate {
    /// What is to become of it where `faults` are served now; `served`: the ids of the entries that are.
    pub fn rule(self, faults: &Faults, served: &[String], anyhow: bool) -> Ruling {
        let against = |finding: &&Diagnostic| {
            finding.severity == Severity::Error && !is_golden(finding) && !faults.0.contains(&name(finding))
        };
        let mut refusal = Refusal::default();
        refusal.findings.extend(self.findings.iter().filter(against).cloned());
        if refusal.findings.is_empty() {
            // Beside another error they may fail because of it: an entry that cannot be read answers nothing.
            let failed = self.goldens.iter().filter(|(name, _)| !faults.0.contains(name));
            refusal.findings.extend(failed.map(|(_, finding)| finding.clone()));
        }
        let Some(engines) = self.engines else { return Ruling::Refused(refusal) };
        if refusal.findings.is_empty() && !anyhow {
            let corpus = engines.of(None).corpus();
            let lost: Vec<String> = served.iter().filter(|id| corpus.position(id).is_none()).cloned().collect();
            if served.len() >= MANY && lost.len() * 2 > served.len() {
                refusal.lost = lost;
            }
        }
        if refusal == Refusal::default() { Ruling::Fine(engines) } else { Ruling::Refused(refusal) }
    }
}

impl Refusal {
    /// The same for the same reasons, whatever stands around them.
    pub fn name(&self) -> String {
        let mut names: Vec<String> = self.findings.iter().map(name).collect();
        names.extend(self.lost.iter().cloned());
        names.join("\n")
    }
}

fn is_golden(finding: &Diagnostic) -> bool {
    finding.code == lint::GOLDEN_MISSED.code || finding.code == lint::GOLDEN_FORBIDDEN.code
}

/// What tells an error from others. Its line moves with what is written above it.
fn name(finding: &Diagnostic) -> String {
    let file = finding.place.as_ref().map_or("", |place| place.file.as_str());
    format!("{} {file} {}", finding.code, finding.message)
}
