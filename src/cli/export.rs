//! `telefaq export`: all entries in the format of another program.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Context, Exit, Failure, load, output};
use crate::app::exchange::{self, Format};
use crate::app::files;

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The format; without this, the one that the ending of FILE stands for (.csv, .json, .jsonld), and else json
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
    /// Where to write it, instead of to standard output; what is in the file is replaced
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Instead of what everybody gets: what a chat gets that is bound to this cohort
    #[arg(long, value_name = "NAME")]
    cohort: Option<String>,
}

/// A format as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// A table, one row an entry; opens in Excel, LibreOffice and Google Sheets
    Csv,
    /// A list of objects, as the FAQ folder reads them from .json files
    Json,
    /// FAQPage of schema.org (JSON-LD), as web pages carry it for search engines
    Faqpage,
}

impl From<FileFormat> for Format {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Csv => Self::Csv,
            FileFormat::Json => Self::Json,
            FileFormat::Faqpage => Self::FaqPage,
        }
    }
}

impl ExportArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let load::Read { corpus, findings, config } = load::corpus(context, self.cohort.as_deref())?;
        load::complain_of(findings, &config);
        let named = self.output.as_ref().and_then(|file| Format::of_name(&file.to_string_lossy()));
        let format = self.format.map(Format::from).or(named).unwrap_or(Format::Json);
        let Some(file) = self.output.as_ref().filter(|file| file.as_os_str() != "-") else {
            output::unless_gone(out.write_all(exchange::export(&corpus, format).as_bytes()))?;
            return Ok(Exit::Fine);
        };
        files::write_atomically(file, exchange::export_file(&corpus, format)).map_err(|why| {
            let what = format!("{} cannot be written: {why}", file.display());
            Failure::new(what, "look at its permissions and those of its folder, or name another file: --output FILE")
        })?;
        let entries = output::count(corpus.entries.len(), "entry", "entries");
        output::unless_gone(writeln!(
            out,
            "{entries} of {} written to {}",
            load::shown(&config.faq.dir),
            file.display()
        ))?;
        Ok(Exit::Fine)
    }
}
