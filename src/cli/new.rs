//! `telefaq new`: the file of an entry that somebody is about to write.

use std::io::{self, Write};

use clap::Args;

use super::{Context, Exit, Failure, edits, load, output, terminal};
use crate::app::gate::Gate;
use crate::app::load::Edit;
use crate::app::template::{question_of, template};
use crate::app::{clock, drafts, files, folder};
use crate::diagnostic::Diagnostic;

#[derive(Debug, Args)]
pub struct NewArgs {
    /// The id of the entry, which is the name of its file: letters, digits and dashes, as in late-fees
    #[arg(value_name = "ID")]
    id: String,
    /// The topic, which is the folder that the file goes into
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,
    /// Instead of an entry that is served at once: a draft, for `telefaq drafts promote` to make one of it
    #[arg(long, conflicts_with = "topic")]
    draft: bool,
    /// The question; without this, one that is made of the id
    #[arg(long, value_name = "QUESTION")]
    question: Option<String>,
}

impl NewArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let config = load::config(context)?.config;
        let gate = load::gate(&config)?;
        edits::check_folder(&gate)?;
        edits::check_topic(self.topic.as_deref())?;
        let path = edits::free_path(&gate, &load::folder(&config).corpus, self.topic.as_deref(), &self.id)?;
        if let Some(draft) = drafts::list(&gate.dir).unwrap_or_default().iter().find(|draft| draft.id == self.id) {
            let help = format!("finish it, then make it an entry: telefaq drafts promote {}", draft.id);
            return Err(Failure::new(format!("there is a draft of that id, {}", draft.file.path), help));
        }
        let question = self.question.clone().unwrap_or_else(|| question_of(&self.id));
        if !question.chars().any(char::is_alphanumeric) {
            return Err(Failure::new("there are no words in that question", "write --question \"What is ...?\""));
        }
        let text = template(&question, clock::today());
        if self.draft {
            return self.write_draft(&gate, &text, out);
        }
        let edit = [Edit { path: path.clone(), before: None, text: Some(text) }];
        let findings = edits::judge(&gate, &edit).map_err(|errors| {
            output::complain(&output::rendered(&errors, context.color(&io::stderr())));
            let own = "ask something that no entry asks yet: --question \"...\"";
            let help = format!("{}; or begin with a draft: --draft", edits::remedy(&errors, &gate, &edit, own));
            Failure::new("nothing is written, because the folder would have new errors with it", help)
        })?;
        edits::write(&gate, &edit)?;
        let shown = edits::shown(&gate, &path);
        output::unless_gone(print(&shown, &question, &findings, out))?;
        Ok(Exit::Fine)
    }

    fn write_draft(&self, gate: &Gate, text: &str, out: &mut impl Write) -> Result<Exit, Failure> {
        let file = drafts::folder_of(&gate.dir).join(format!("{}.md", self.id));
        files::create_new(&file, text).map_err(|why| {
            let what = format!("{} cannot be written: {why}", file.display());
            Failure::new(what, "look at the disk and at the permissions of the folder, and try again")
        })?;
        let (shown, id) = (folder::shown(&file), &self.id);
        let lines = format!(
            "{shown}\n\n{WRITE}\nNo student sees it before you make it an entry.\n\n\
             telefaq drafts show {id}                    what is missing\n\
             telefaq drafts promote {id} --topic TOPIC   makes it an entry"
        );
        output::unless_gone(writeln!(out, "{lines}"))?;
        Ok(Exit::Fine)
    }
}

/// What to do with the file.
const WRITE: &str = "Write the answer below the second +++ line, and fill in the header as it says.";

fn print(shown: &str, question: &str, findings: &[Diagnostic], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{shown}\n\n{WRITE}\nA bot that watches the folder serves the entry from now on.\n")?;
    writeln!(out, "telefaq check   what is missing{}", if findings.is_empty() { "" } else { "; so far:" })?;
    for finding in findings {
        writeln!(out, "                {}: {}", finding.code, terminal::plain(&finding.message))?;
    }
    writeln!(out, "telefaq ask {:?}   what a student sees", terminal::plain(question))
}
