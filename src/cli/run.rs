//! `telefaq run`.

use std::io::Write;

use clap::Args;

use super::{Context, Exit, Failure, load};

#[derive(Debug, Args)]
pub struct RunArgs {}

impl RunArgs {
    pub fn run(&self, context: &Context, _out: &mut impl Write) -> Result<Exit, Failure> {
        load::engine(context)?;
        Ok(Exit::Fine)
    }
}
