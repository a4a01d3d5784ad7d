//! `telefaq config`: the configuration that holds.

use std::io::Write;

use clap::Args;

use super::{Context, Exit, Failure, load};
use crate::config::options::{OPTIONS, reference, sections};

#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Instead: print a config.toml with every option, its default and its meaning
    #[arg(long)]
    defaults: bool,
}

impl ConfigArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        if self.defaults {
            out.write_all(reference().as_bytes())?;
            return Ok(Exit::Fine);
        }
        let loaded = load::config(context)?;
        let mut first = true;
        for section in sections() {
            if !std::mem::take(&mut first) {
                writeln!(out)?;
            }
            writeln!(out, "[{section}]")?;
            for option in OPTIONS.iter().filter(|o| o.section == section) {
                let origin = loaded.origins.iter().find(|(o, _)| std::ptr::eq(*o, option));
                let origin = origin.map_or("default", |(_, origin)| origin.as_str());
                let line = match option.shown(&loaded.config) {
                    Some(value) => format!("{} = {value}", option.key),
                    None => format!("# {} is not set", option.key),
                };
                let unused = if option.used { "" } else { "; not used in this version" };
                writeln!(out, "{line:<44} # {origin}{unused}")?;
            }
        }
        Ok(Exit::Fine)
    }
}
