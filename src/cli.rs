//! The command line: one module a subcommand, each an arguments struct with a `run`.
//!
//! Owns the wiring: reads the configuration, loads the FAQ folder, builds the engine, starts what a subcommand needs.
//! Exit codes: 0 fine, 1 findings, 2 failure. Never exits the process itself, and takes a reader that went away
//! (`telefaq check | head`) for a reader that has seen enough, which changes no exit code.

mod annotations;
mod ask;
mod chat;
mod check;
mod completions;
mod config;
mod conversation;
mod drafts;
mod edits;
mod encoder;
mod eval;
mod explain;
mod export;
mod gaps;
mod import;
mod load;
mod matching;
mod new;
mod output;
mod run;
mod terminal;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::Environment;
use crate::diagnostic::Diagnostic;

/// A Telegram bot that answers questions from a folder of text files, with the source under every answer.
///
/// Without a command: `run`. Exit codes: 0 fine, 1 something was found that somebody should look at, 2 it did not work.
#[derive(Debug, Parser)]
#[command(name = "telefaq", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct Globals {
    /// The configuration file; without this, `config.toml` in the current directory, if it is there
    #[arg(long, global = true, value_name = "PATH")]
    config: Option<PathBuf>,
    /// The folder with the entries, instead of the configured one (`faq`)
    #[arg(long, global = true, value_name = "DIR")]
    faq: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the bot: a page for the browser and, with a token, Telegram (the same as no command)
    Run(run::RunArgs),
    /// Answers one question as a student would see it
    Ask(ask::AskArgs),
    /// Talks with the bot in this terminal
    Chat(chat::ChatArgs),
    /// For programs: JSON lines {"query": "…"} from standard input to JSON lines with decision and
    /// candidates, in the same order; in place of a line that is no question, {"error": "…", "line": 7}
    Match(matching::MatchArgs),
    /// Shows how the answer to a question comes about
    Explain(explain::ExplainArgs),
    /// Finds everything that is wrong with the FAQ folder, and says what to type instead
    Check(check::CheckArgs),
    /// Writes the file of a new entry, with every setting and what to write there
    New(new::NewArgs),
    /// Lists the drafts, shows one, or makes one an entry that is served
    Drafts(drafts::DraftsArgs),
    /// Takes entries over from a table (CSV), from JSON, or from the questions of a web page; says first what
    /// becomes of each
    Import(import::ImportArgs),
    /// Writes all entries as a table (CSV), as JSON, or as FAQPage data for a web page
    Export(export::ExportArgs),
    /// Measures the answers to questions whose right entry is known
    Eval(eval::EvalArgs),
    /// Says what a sentence encoder is worth here, before it is configured
    Encoder(encoder::EncoderArgs),
    /// Shows what was asked and not answered, like with like, and which answers people are not content with
    Gaps(gaps::GapsArgs),
    /// Counts what was asked and how it was answered
    Stats(gaps::StatsArgs),
    /// Shows the configuration that holds, and where each value comes from
    Config(config::ConfigArgs),
    /// Prints what a shell needs to complete commands and options
    Completions(completions::CompletionsArgs),
}

/// How a command ended that did what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Nothing to say.
    Fine,
    /// There are findings.
    Findings,
}

impl Exit {
    /// [`Exit::Findings`] if there are any.
    fn of(findings: bool) -> Self {
        if findings { Self::Findings } else { Self::Fine }
    }
}

/// Why a command could not do what it was asked to.
#[derive(Debug)]
enum Failure {
    /// In one line, and what to do about it.
    Message { what: String, help: String },
    /// Findings that leave no configuration to go on with.
    Findings(Vec<Diagnostic>),
    /// Findings that leave no entry to answer with.
    NothingToServe(Vec<Diagnostic>),
    /// Standard output failed.
    Output(io::Error),
}

impl Failure {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Message { what: what.into(), help: help.into() }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// What every command is given.
#[derive(Debug)]
struct Context {
    globals: Globals,
    environment: Environment,
}

impl Context {
    /// Whether to colour what goes to standard output or standard error.
    fn color(&self, stream: &impl IsTerminal) -> bool {
        stream.is_terminal() && !self.environment.no_color()
    }
}

/// Runs the program with these arguments, the first of which is its name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout and are fine; nobody is left to be told if printing them fails.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let context = Context { globals: cli.globals, environment: Environment::read() };
    let command = cli.command.unwrap_or(Command::Run(run::RunArgs {}));
    let mut out = io::BufWriter::new(io::stdout().lock());
    let outcome = match command {
        Command::Run(args) => args.run(&context, &mut out),
        Command::Ask(args) => args.run(&context, &mut out),
        Command::Chat(args) => args.run(&context, &mut out),
        Command::Match(args) => args.run(&context, &mut out),
        Command::Explain(args) => args.run(&context, &mut out),
        Command::Check(args) => args.run(&context, &mut out),
        Command::New(args) => args.run(&context, &mut out),
        Command::Drafts(args) => args.run(&context, &mut out),
        Command::Import(args) => args.run(&context, &mut out),
        Command::Export(args) => args.run(&context, &mut out),
        Command::Encoder(args) => args.run(&context, &mut out),
        Command::Eval(args) => args.run(&context, &mut out),
        Command::Gaps(args) => args.run(&context, &mut out),
        Command::Stats(args) => args.run(&context, &mut out),
        Command::Config(args) => args.run(&context, &mut out),
        Command::Completions(args) => args.run(&mut out),
    };
    match outcome.and_then(|exit| Ok(output::unless_gone(out.flush()).map(|()| exit)?)) {
        Ok(Exit::Fine) => ExitCode::SUCCESS,
        Ok(Exit::Findings) => ExitCode::from(1),
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let color = context.color(&io::stderr());
            output::complain(&match &failure {
                Failure::Message { what, help } => format!("error: {what}\n  help: {help}"),
                Failure::Findings(findings) | Failure::NothingToServe(findings) => output::rendered(findings, color),
                Failure::Output(error) => format!("error: cannot write the output: {error}"),
            });
            // A folder with nothing to serve is a finding like any other, whoever came upon it.
            ExitCode::from(if matches!(failure, Failure::NothingToServe(_)) { 1 } else { 2 })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_fit_together() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for arguments in [["telefaq", "--faq", "x", "check"], ["telefaq", "check", "--faq", "x"]] {
            let cli = Cli::try_parse_from(arguments).expect("both are fine");
            assert_eq!(cli.globals.faq.as_deref(), Some(std::path::Path::new("x")));
        }
    }
}
