//! `telefaq completions SHELL`.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Exit, Failure};

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell to write completions for
    shell: Shell,
}

impl CompletionsArgs {
    pub fn run(&self, out: &mut impl Write) -> Result<Exit, Failure> {
        // Through memory: the generator panics when it cannot write.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "telefaq", &mut script);
        out.write_all(&script)?;
        Ok(Exit::Fine)
    }
}
