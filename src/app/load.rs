//! From a folder on disk to its corpora and everything that is wrong with them.
//!
//! Owns the order of the steps and of the findings. Building engines from the corpora, and running the goldens, is for
//! others.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use super::folder;
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::engine::corpus::{self, Corpus, Folder, Role};
use crate::engine::lint::Known;
use crate::engine::{Language, lint};

/// A change to one file of the folder that has yet to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file, from the folder on, with `/` between its parts.
    pub path: String,
    /// What stands there now; `None`: there is no such file.
    pub before: Option<String>,
    /// What is to stand there; `None`: the file goes.
    pub text: Option<String>,
}

/// What a folder holds, and its findings.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What can be served to everybody.
    pub corpus: Corpus,
    /// For each cohort what can be served to it: the same with its overlay over it, by the cohort's name. A cohort whose
    /// folder could not be opened is not among them.
    pub cohorts: BTreeMap<String, Corpus>,
    /// Errors of settings files first, because others may follow from them; then by file, line and column; those
    /// without a place last.
    pub diagnostics: Vec<Diagnostic>,
    /// The folder in front of all paths.
    root: String,
}

impl Loaded {
    /// Adds findings, keeping the order.
    pub fn add(&mut self, findings: Vec<Diagnostic>) {
        self.diagnostics.extend(findings);
        sort(&mut self.diagnostics, &self.root);
    }
}

/// Reads, parses and checks the folder (or the one file) at `dir`. `review_days`: after how many days an entry is stale
/// that does not say so itself. `language`: what the entries are in.
pub fn load(dir: &Path, today: Date, review_days: u32, language: Language) -> Loaded {
    load_edited(dir, &[], today, review_days, language)
}

/// The same as if these edits were made.
pub fn load_edited(dir: &Path, edits: &[Edit], today: Date, review_days: u32, language: Language) -> Loaded {
    let (mut files, mut diagnostics) = folder::read(dir);
    let found = diagnostics.is_empty() || !files.is_empty();
    let root = folder::root(dir);
    lay_over(edits, &root, &mut files, &mut diagnostics);
    let unread: Vec<String> =
        diagnostics.iter().filter_map(|finding| Some(finding.place.as_ref()?.file.clone())).collect();
    let (Folder { base: mut corpus, mut cohorts }, findings) = corpus::parse_folder(&root, files, &unread);
    corpus.language = language;
    diagnostics.extend(findings);
    let (findings, known) = lint::check(&corpus, &Known::default(), today, review_days);
    diagnostics.extend(findings);
    for cohort in cohorts.values_mut() {
        cohort.language = language;
        diagnostics.extend(lint::check(cohort, &known, today, review_days).0);
    }
    // A folder that is missing has been reported as that.
    if corpus.entries.is_empty() && found {
        let whom = if cohorts.is_empty() { "" } else { " to chats that are bound to no cohort" };
        let message = format!("there is no entry to serve{whom} in `{}`", dir.display());
        diagnostics.push(lint::NO_ENTRIES.finding(message).with_help(
            "put a file my-question.md into the folder:\n+++\nquestion = \"What is ...?\"\n+++\nThe answer.\n(if there is \
             one already, see the other findings)",
        ));
    }
    sort(&mut diagnostics, &root);
    Loaded { corpus, cohorts, diagnostics, root }
}

/// Has the files read as they would be after the edits.
fn lay_over(edits: &[Edit], root: &str, files: &mut Vec<SourceFile>, findings: &mut Vec<Diagnostic>) {
    for Edit { path, text, .. } in edits {
        let path = if root.is_empty() { path.clone() } else { format!("{root}/{path}") };
        files.retain(|file| file.path != path);
        findings.retain(|finding| finding.place.as_ref().is_none_or(|place| place.file != path));
        files.extend(text.clone().map(|text| SourceFile { path, text }));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
}

fn sort(diagnostics: &mut [Diagnostic], root: &str) {
    let causes_none = |finding: &Diagnostic| {
        let settings = matches!(role(root, finding), Some(Role::Topics | Role::Sources | Role::Lexicon));
        !settings || finding.severity != Severity::Error
    };
    diagnostics.sort_by(|a, b| {
        (causes_none(a), a.place.is_none(), &a.place, a.code).cmp(&(
            causes_none(b),
            b.place.is_none(),
            &b.place,
            b.code,
        ))
    });
}

/// What the file of a finding is.
fn role(root: &str, finding: &Diagnostic) -> Option<Role> {
    finding.place.as_ref().map(|place| Role::of(corpus::relative(root, &place.file)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::diagnostic::Rule;

    #[test]
    fn errors_of_settings_files_come_first_and_nothing_is_blamed_for_an_unread_file() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &[u8]| std::fs::write(dir.path().join(path), text).unwrap();
        write("a.md", b"+++\nquestion = \"What?\"\nsources = [\"s\"]\nclaim = \"cost\"\n+++\nA lot.");
        write("lexicon.toml", b"protected = [\"CPC\" \"CCS\"]\n");
        let sources = "[[source]]\nid = \"s\"\ntitle = \"S\"\n";
        let wide: Vec<u8> = sources.bytes().flat_map(|byte| [byte, 0]).collect();
        for (text, code) in [(wide.as_slice(), "FAQ003"), (b"\xff", "FAQ003"), (b"[[sources\nid = \"s\"", "FAQ501")] {
            write("sources.toml", text);
            let mut loaded = load(dir.path(), date(2026, 11, 22), 180, Language::English);
            loaded.add(vec![lint::GOLDEN_MISSED.finding("asked later")]);
            let codes: Vec<&str> = loaded.diagnostics.iter().map(|finding| finding.code).collect();
            assert_eq!(codes, ["FAQ501", code, "FAQ114", lint::GOLDEN_MISSED.code], "{text:?}");
        }
    }

    #[test]
    fn findings_come_by_file_and_line_with_the_folders_name_in_front() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("money")).unwrap();
        let write = |path: &str, text: &str| std::fs::write(dir.path().join(path), text).unwrap();
        write("money/pay.md", "+++\nquestion = \"What is paid?\"\nsource = [\"a\"]\n+++\nA lot.");
        write("broken.md", "Nothing.");
        let loaded = load(dir.path(), date(2026, 11, 22), 180, Language::English);
        let shown: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
        let prefix = format!("{}/", dir.path().display());
        let shown: Vec<&str> = shown.iter().map(|line| line.strip_prefix(&prefix).unwrap()).collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        broken.md:1:1: error[FAQ101]: this file has no header
        money/pay.md:2:12: warning[FAQ114]: nobody has said when this answer was last checked
        money/pay.md:3:1: warning[FAQ111]: unknown key `source`; it is ignored
        ");
        let topic = loaded.corpus.entry("pay").and_then(|entry| entry.topic.as_ref());
        assert_eq!(topic.map(|topic| topic.value.as_str()), Some("money"));
    }

    #[test]
    fn a_folder_without_entries_and_a_missing_one_are_one_error_each() {
        let dir = tempfile::tempdir().unwrap();
        let empty = load(dir.path(), date(2026, 11, 22), 180, Language::English);
        let missing = load(&dir.path().join("x"), date(2026, 11, 22), 180, Language::English);
        assert_eq!(empty.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["FAQ010"]);
        assert_eq!(missing.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["FAQ001"]);
    }

    #[test]
    fn the_examples_of_a_folder_without_entries_show_what_they_say() {
        for (example, codes) in [(lint::NO_ENTRIES.bad, &["FAQ010"][..]), (lint::NO_ENTRIES.good, &[])] {
            let dir = tempfile::tempdir().unwrap();
            for (path, text) in Rule::files(example) {
                std::fs::create_dir_all(dir.path().join(path).parent().unwrap()).unwrap();
                std::fs::write(dir.path().join(path), text).unwrap();
            }
            let loaded = load(dir.path(), date(2026, 11, 22), 180, Language::English);
            assert_eq!(loaded.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), codes);
        }
    }

    #[test]
    fn the_shipped_folder_has_no_errors() {
        let faq = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
        let loaded = load(&faq, date(2026, 11, 22), 180, Language::English);
        let errors: Vec<String> =
            loaded.diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| d.render(false)).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        assert!(!loaded.corpus.entries.is_empty());
        for entry in loaded.corpus.entries.iter().filter(|entry| entry.claim.is_some()) {
            for caveat in ["Pay differs", "ules change", "rices change", "before you book", "before you pay"] {
                assert!(!entry.text.contains(caveat), "{} says what is added to it: {caveat}", *entry.id);
            }
        }
    }
}
