//! `telefaq drafts`: entries that are not served yet.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Context, Exit, Failure, edits, load, output, terminal};
use crate::app::clock;
use crate::app::drafts::{self, Draft, Outlook};
use crate::app::gate::Gate;
use crate::app::load::Edit;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::engine::corpus::Corpus;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct DraftsArgs {
    #[command(subcommand)]
    action: Option<Action>,
    /// The list as JSON, for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Shows a draft, and what is missing before it can be served
    Show {
        /// The draft: the name of its file without .md
        id: String,
    },
    /// Makes a draft an entry, if nothing gets worse by it: moves its file to the folder of a topic
    Promote {
        /// The draft: the name of its file without .md
        id: String,
        /// The topic, which is the folder that the file goes to
        #[arg(long, value_name = "TOPIC")]
        topic: Option<String>,
    },
}

/// What the commands look at.
struct Shelf {
    config: Config,
    corpus: Corpus,
    drafts: Vec<Draft>,
}

impl DraftsArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let config = load::config(context)?.config;
        let corpus = load::folder(&config).corpus;
        let drafts = drafts::list(&config.faq.dir).map_err(|why| {
            let folder = drafts::folder_of(&config.faq.dir);
            let what = format!("the drafts in {} cannot be read: {why}", folder.display());
            Failure::new(what, "give the user that runs telefaq the right to read them: chmod -R a+rX FOLDER")
        })?;
        let shelf = Shelf { config, corpus, drafts };
        match &self.action {
            None => {
                output::unless_gone(if self.json { shelf.json(out) } else { shelf.print(out) })?;
                Ok(Exit::Fine)
            }
            Some(Action::Show { id }) => shelf.show(id, context, out),
            Some(Action::Promote { id, topic }) => shelf.promote(id, topic.as_deref(), context, out),
        }
    }
}

impl Shelf {
    fn outlook(&self, draft: &Draft) -> Outlook {
        draft.outlook(&self.corpus, clock::today(), self.config.faq.review_days)
    }

    fn json(&self, out: &mut impl Write) -> io::Result<()> {
        let drafts = self.drafts.iter().map(|draft| {
            let Outlook { question, findings } = self.outlook(draft);
            json!({
                "id": draft.id, "file": draft.file.path, "question": question,
                "since": draft.since.map(|date| date.to_string()), "ready": !has_errors(&findings),
                "missing": findings.iter().map(Diagnostic::to_json).collect::<Vec<_>>(),
            })
        });
        output::json(out, &drafts.collect())
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        if self.drafts.is_empty() {
            let folder = drafts::folder_of(&self.config.faq.dir);
            return writeln!(out, "There are no drafts: {} has no file in it that ends in .md.", load::shown(&folder));
        }
        for draft in &self.drafts {
            let Outlook { question, findings } = self.outlook(draft);
            let since = draft.since.map_or("          ".to_owned(), |date| date.to_string());
            let question = question.unwrap_or_else(|| "(no question)".to_owned());
            writeln!(out, "{since}  {}: {}", terminal::plain(&draft.id), terminal::plain(&question))?;
            for finding in &findings {
                let level = if finding.severity == Severity::Error { "needed" } else { "better" };
                writeln!(out, "            {level}: {} ({})", terminal::plain(&finding.message), finding.code)?;
            }
        }
        let ready = self.drafts.iter().filter(|draft| !has_errors(&self.outlook(draft).findings)).count();
        let drafts = output::count(self.drafts.len(), "draft", "drafts");
        writeln!(out, "{drafts}, {ready} of them can be served: telefaq drafts promote ID --topic TOPIC")
    }

    fn find(&self, id: &str) -> Result<&Draft, Failure> {
        let id = id.strip_suffix(".md").unwrap_or(id);
        self.drafts.iter().find(|draft| draft.id == id).ok_or_else(|| {
            let help = match nearest(id, self.drafts.iter().map(|draft| draft.id.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`telefaq drafts` lists them".to_owned(),
            };
            Failure::new(format!("there is no draft `{}`", terminal::plain(id)), terminal::plain(&help))
        })
    }

    fn show(&self, id: &str, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let draft = self.find(id)?;
        let findings = self.outlook(draft).findings;
        let rendered = output::rendered(&findings, context.color(&io::stdout()));
        let text = terminal::plain(draft.file.text.trim_end());
        let gap = if findings.is_empty() { "" } else { "\n" };
        output::unless_gone(writeln!(out, "{text}{gap}").and_then(|()| write!(out, "{rendered}")))?;
        Ok(Exit::of(has_errors(&findings)))
    }

    fn promote(&self, id: &str, topic: Option<&str>, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let draft = self.find(id)?;
        let gate = load::gate(&self.config)?;
        edits::check_folder(&gate)?;
        edits::check_topic(topic)?;
        let path = edits::free_path(&gate, &self.corpus, topic, &draft.id)?;
        let text = std::fs::read_to_string(&draft.path).map_err(|why| {
            Failure::new(format!("{} cannot be read: {why}", draft.file.path), "save it as text in UTF-8")
        })?;
        let edit = [Edit { path: path.clone(), before: None, text: Some(text.clone()) }];
        let shown = edits::shown(&gate, &path);
        // What the draft itself lacks is said first: the gate would take the answer of a template for one.
        let lacks: Vec<Diagnostic> = self.outlook(draft).findings.into_iter().filter(is_error).collect();
        let judged = if lacks.is_empty() { edits::judge(&gate, &edit) } else { Err(lacks) };
        let findings = match judged {
            Ok(findings) => findings,
            Err(errors) => {
                let errors: Vec<Diagnostic> = errors.into_iter().map(|error| in_draft(error, &shown, draft)).collect();
                let is_own =
                    |error: &Diagnostic| error.place.as_ref().is_some_and(|place| place.file == draft.file.path);
                let help =
                    if errors.iter().any(is_own) { "put that right there, then try again" } else { edits::ELSEWHERE };
                output::unless_gone(write!(out, "{}", output::rendered(&errors, context.color(&io::stdout()))))?;
                let errors = output::count(errors.len(), "new error", "new errors");
                let end = format!("{} stays a draft: with it there would be {errors}", draft.file.path);
                output::unless_gone(writeln!(out, "\n{end}\n  help: {help}"))?;
                return Ok(Exit::Findings);
            }
        };
        let [entry] = edit;
        edits::write(&gate, &[entry, Edit { path: path_of(draft, &gate), before: Some(text), text: None }])?;
        output::unless_gone(print_promoted(&shown, draft, &findings, out))?;
        Ok(Exit::Fine)
    }
}

fn print_promoted(shown: &str, draft: &Draft, findings: &[Diagnostic], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{shown} is an entry now, and {} is gone", draft.file.path)?;
    if !findings.is_empty() {
        let about = output::count(findings.len(), "warning", "warnings");
        writeln!(out, "{about} about it: {}", edits::codes(findings))?;
    }
    Ok(())
}

/// Where a draft is, from the FAQ folder on.
fn path_of(draft: &Draft, gate: &Gate) -> String {
    let below = draft.path.strip_prefix(gate.folder()).unwrap_or(&draft.path);
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn has_errors(findings: &[Diagnostic]) -> bool {
    findings.iter().any(is_error)
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error
}

/// What is wrong with the entry is to be put right in the draft.
fn in_draft(mut finding: Diagnostic, shown: &str, draft: &Draft) -> Diagnostic {
    let places = finding.place.iter_mut().chain(finding.related.iter_mut().map(|(place, _)| place));
    for place in places.filter(|place| place.file == shown) {
        place.file.clone_from(&draft.file.path);
    }
    finding
}
