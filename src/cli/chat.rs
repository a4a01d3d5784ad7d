//! `telefaq chat`.

use std::io::Write;

use clap::Args;

use super::{Context, Exit, Failure, load};

#[derive(Debug, Args)]
pub struct ChatArgs {}

impl ChatArgs {
    pub fn run(&self, context: &Context, _out: &mut impl Write) -> Result<Exit, Failure> {
        load::engine(context)?;
        Ok(Exit::Fine)
    }
}
