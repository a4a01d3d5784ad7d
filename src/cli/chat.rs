//! `telefaq chat`: a conversation in the terminal.

use std::cell::RefCell;
use std::io::{self, BufRead, IsTerminal, Write};

use clap::Args;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;

use super::conversation::Conversation;
use super::{Context, Exit, Failure, load, output, terminal};

#[derive(Debug, Args)]
pub struct ChatArgs {
    #[command(flatten)]
    cohort: load::CohortArgs,
}

impl ChatArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let served = load::engine(context, self.cohort.cohort.as_deref())?;
        let history = served.config.store.url.file().map(|file| file.with_file_name("chat-history.txt"));
        let mut conversation = Conversation::new(served)?;
        if io::stdin().is_terminal() && io::stdout().is_terminal() {
            writeln!(out, "Ask a question, type a number to press a button, /quit to leave.\n")?;
            conversation.say("/start", out)?;
            edited(&mut conversation, history.as_deref(), out)
        } else {
            plain(&mut conversation, out)
        }
    }
}

/// Whether the line ends the conversation. The bot itself has no such command.
fn ends(line: &str) -> bool {
    matches!(line.trim(), "/quit" | "/exit")
}

/// Watches the line while it is typed: the editor itself does not say what Ctrl-C interrupted.
#[derive(Default)]
struct Typed(RefCell<String>);

impl Typed {
    /// Whether nothing was typed since this was asked last.
    fn is_nothing(&self) -> bool {
        self.0.take().trim().is_empty()
    }
}

impl Hinter for Typed {
    type Hint = String;

    fn hint(&self, line: &str, _: usize, _: &rustyline::Context<'_>) -> Option<String> {
        line.clone_into(&mut self.0.borrow_mut());
        None
    }
}

impl Completer for Typed {
    type Candidate = String;
}

impl Highlighter for Typed {}

impl Validator for Typed {}

impl rustyline::Helper for Typed {}

/// With line editing and history. Ctrl-C gives up the line; where there is none it ends the conversation, as Ctrl-D does.
fn edited(
    conversation: &mut Conversation,
    history: Option<&std::path::Path>,
    out: &mut impl Write,
) -> Result<Exit, Failure> {
    let unusable = |why: ReadlineError| Failure::new(format!("cannot use this terminal: {why}"), "pipe the lines in");
    let mut editor = rustyline::Editor::<Typed, FileHistory>::new().map_err(unusable)?;
    editor.set_helper(Some(Typed::default()));
    if let Some(path) = history {
        // None yet, or none that can be read: a conversation needs no history.
        let _ = editor.load_history(path);
    }
    loop {
        out.flush()?;
        match editor.readline("> ") {
            Ok(line) if ends(&line) => break,
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => {
                let _ = editor.add_history_entry(&line);
                writeln!(out)?;
                conversation.say(&line, out)?;
            }
            Err(ReadlineError::Interrupted) if editor.helper().is_some_and(|typed| !typed.is_nothing()) => {}
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => break,
            Err(why) => return Err(unusable(why)),
        }
    }
    if let Some(path) = history {
        let kept = path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(ReadlineError::Io);
        if let Err(why) = kept.and_then(|()| editor.save_history(path)) {
            output::complain(&format!("cannot keep the history in {}: {why}", path.display()));
        }
    }
    Ok(Exit::Fine)
}

/// Line by line, for pipes. The lines are repeated, so that the output reads as the conversation it was.
fn plain(conversation: &mut Conversation, out: &mut impl Write) -> Result<Exit, Failure> {
    for line in io::stdin().lock().split(b'\n') {
        let line = line.map_err(|why| Failure::new(format!("cannot read the input: {why}"), "try again"))?;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if ends(line) {
            break;
        }
        writeln!(out, "> {}\n", terminal::plain(line))?;
        conversation.say(line, out)?;
        out.flush()?;
    }
    Ok(Exit::Fine)
}
