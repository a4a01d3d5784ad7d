//! What the commands have in common that write into the FAQ folder: asking the gate, then writing all or nothing.
//!
//! Owns what is said when that cannot be. What is written is the commands' business.

use std::collections::BTreeMap;

use super::{Failure, terminal};
use crate::app::entry_text::path_in_folder;
use crate::app::exchange::plan::taken;
use crate::app::gate::{Gate, Ruling};
use crate::app::load::Edit;
use crate::app::{clock, folder};
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::corpus::{Corpus, ID_LETTERS, relative, valid_id_like};

/// Refuses a folder that there is not. Where the FAQ is one file there is no place for others.
pub fn check_folder(gate: &Gate) -> Result<(), Failure> {
    let dir = gate.dir.display();
    if gate.dir.is_dir() {
        return Ok(());
    }
    Err(if gate.dir.exists() {
        Failure::new(format!("{dir} is one file, and no folder to put entries into"), "name a folder: --faq DIR")
    } else {
        let help = "create it, or start telefaq in the directory where the folder is, or name it: --faq DIR";
        Failure::new(format!("there is no FAQ folder `{dir}`"), help)
    })
}

/// Refuses what cannot be the name of a folder.
pub fn check_topic(topic: Option<&str>) -> Result<(), Failure> {
    if path_in_folder(topic, "entry").is_some() {
        return Ok(());
    }
    let topic = terminal::plain(topic.unwrap_or_default());
    let help = "a topic is the name of a folder that is served, as in exams; drafts and cohorts are none";
    Err(Failure::new(format!("`{topic}` cannot be a topic"), help))
}

/// Where an entry of this id goes in the folder of the gate.
pub fn free_path(gate: &Gate, corpus: &Corpus, topic: Option<&str>, id: &str) -> Result<String, Failure> {
    let plain = terminal::plain(id);
    let Some(path) = path_in_folder(topic, id) else {
        let like = valid_id_like(id, "my-question");
        let like = if path_in_folder(topic, &like).is_some() { like } else { format!("{like}-entry") };
        let help = format!("an id is {ID_LETTERS}, and a name that files can have everywhere, as in `{like}`");
        return Err(Failure::new(format!("`{plain}` cannot be an id"), help));
    };
    let taken = taken(corpus, &folder::root(&gate.dir));
    if let Some(by) = taken.get(&id.to_lowercase()) {
        return Err(Failure::new(
            format!("the id `{plain}` is taken by {by}"),
            "choose another one, or edit that entry",
        ));
    }
    Ok(path)
}

/// The warnings about the files of these edits, or the errors that the folder would have with them and has not.
pub fn judge(gate: &Gate, edits: &[Edit]) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    if edits.is_empty() {
        return Ok(Vec::new());
    }
    let today = clock::today();
    let (before, after) = rayon::join(|| gate.look(&[], today), || gate.look(edits, today));
    gate.encoding.iter().for_each(|encoding| encoding.save());
    let is_meant = |finding: &&Diagnostic| {
        finding.severity == Severity::Warning && edits.iter().any(|edit| is_in(finding, gate, &edit.path))
    };
    let warnings = after.findings.iter().filter(is_meant).cloned().collect();
    match after.rule(&before.faults, &[], true) {
        Ruling::Fine(_) => Ok(warnings),
        Ruling::Refused(refusal) => Err(refusal.findings),
    }
}

/// What to do about errors that are in none of the files that are edited. Another entry makes the bot surer or less sure of
/// all, and a golden that hardly held may fail.
pub const ELSEWHERE: &str = "the goldens named above hardly hold as it is: do first what is said there, then try again";

/// What to do about errors that the folder would have with these edits. `own`: what to do where they are in the files that
/// are edited.
pub fn remedy(errors: &[Diagnostic], gate: &Gate, edits: &[Edit], own: &str) -> String {
    let is_own = |error: &Diagnostic| edits.iter().any(|edit| is_in(error, gate, &edit.path));
    if errors.iter().any(is_own) { own.to_owned() } else { ELSEWHERE.to_owned() }
}

/// Whether a finding is about the file at this path of the folder.
pub fn is_in(finding: &Diagnostic, gate: &Gate, path: &str) -> bool {
    let root = folder::root(&gate.dir);
    finding.place.as_ref().is_some_and(|place| relative(&root, &place.file) == path)
}

/// The codes of findings with how often there are, as in `12 FAQ114, 3 FAQ117`.
pub fn codes(findings: &[Diagnostic]) -> String {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.code).or_insert(0) += finding.count;
    }
    let counts: Vec<String> = counts.into_iter().map(|(code, count)| format!("{count} {code}")).collect();
    format!("{}; `telefaq check` shows them", counts.join(", "))
}

/// Makes the edits, all or none.
pub fn write(gate: &Gate, edits: &[Edit]) -> Result<(), Failure> {
    gate.make(edits).map_err(|why| {
        let help = "nothing is changed: look at the disk and at the permissions of the folder, and try again";
        Failure::new(why.to_string(), help)
    })
}

/// A file of the folder as people read its path.
pub fn shown(gate: &Gate, path: &str) -> String {
    folder::shown(&gate.path_of(path))
}
