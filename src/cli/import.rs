//! `telefaq import`: entries from the files of other programs.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap::Args;

use super::export::FileFormat;
use super::{Context, Exit, Failure, edits, load, output, terminal};
use crate::app::exchange::plan::{Fate, Plan, Planned, Wishes, plan};
use crate::app::exchange::{self, Format, LARGEST, Table};
use crate::app::folder;
use crate::app::gate::Gate;
use crate::config::Config;
use crate::diagnostic::Diagnostic;

/// How many numbers of rows are named when they are at fault.
const NAMED: usize = 20;

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The format; without this, it is told from the ending of the file's name and from what is in it
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
    /// The topic (folder) of all new entries, whatever the file says
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,
    /// Also change entries that are there already; only what the file speaks of is changed
    #[arg(long)]
    replace: bool,
    /// Only say what would become of each row, and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl ImportArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let config = load::config(context)?.config;
        let gate = load::gate(&config)?;
        edits::check_folder(&gate)?;
        edits::check_topic(self.topic.as_deref())?;
        let table = self.read()?;
        let loaded = load::folder(&config);
        let wishes = Wishes { topic: self.topic.clone(), replace: self.replace };
        let plan = plan(&table, &loaded.corpus, &folder::root(&config.faq.dir), &wishes);
        output::unless_gone(print_rows(&table, &plan, &config, out))?;
        // What becomes of the rows is shown before anything is judged or written.
        output::unless_gone(out.flush())?;
        let warnings =
            edits::judge(&gate, &plan.edits).map_err(|errors| refused(&errors, &gate, &plan, table.unit, context))?;
        if !self.dry_run {
            edits::write(&gate, &plan.edits)?;
        }
        output::unless_gone(self.print_end(&table, &plan, &warnings, &config, out))?;
        Ok(Exit::of(plan.rows.iter().any(|row| matches!(row.fate, Fate::Skipped { .. }))))
    }

    fn read(&self) -> Result<Table, Failure> {
        let name = self.file.display().to_string();
        let is_standard_input = self.file.as_os_str() == "-";
        let mut bytes = Vec::new();
        let read = if is_standard_input {
            io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
        } else {
            std::fs::File::open(&self.file).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        };
        read.map_err(|why| Failure::new(format!("cannot read {name}: {why}"), "check the path"))?;
        if bytes.len() as u64 > LARGEST {
            let what = format!("{name} is larger than {} MB", LARGEST >> 20);
            let help = "split it; very many entries are better served from a .json file in the FAQ folder";
            return Err(Failure::new(what, help));
        }
        exchange::read(&bytes, &name, self.format.map(Format::from))
            .map_err(|why| Failure::new(format!("{name}: {}", terminal::plain(&why.what)), why.help))
    }

    fn print_end(
        &self,
        table: &Table,
        plan: &Plan,
        warnings: &[Diagnostic],
        config: &Config,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let count = |is_meant: &dyn Fn(&Fate) -> bool| plan.rows.iter().filter(|row| is_meant(&row.fate)).count();
        let fates = [
            (count(&|fate| matches!(fate, Fate::New { .. })), "new"),
            (count(&|fate| matches!(fate, Fate::Changed { .. })), "changed"),
            (count(&|fate| matches!(fate, Fate::Same { .. })), "the same"),
            (count(&|fate| matches!(fate, Fate::Skipped { .. })), "skipped"),
        ];
        let fates: Vec<String> =
            fates.iter().filter(|(count, _)| *count > 0).map(|(count, fate)| format!("{count} {fate}")).collect();
        let many = if table.unit == "entry" { "entries".to_owned() } else { format!("{}s", table.unit) };
        let rows = output::count(plan.rows.len(), table.unit, &many);
        writeln!(out, "{rows}{}{}", if fates.is_empty() { "" } else { ": " }, fates.join(", "))?;
        let dir = load::shown(&config.faq.dir);
        let written = output::count(plan.edits.len(), "file", "files");
        match plan.edits.len() {
            0 => writeln!(out, "nothing to write")?,
            _ if self.dry_run => writeln!(out, "nothing is written yet; without --dry-run: {written} in {dir}")?,
            _ => writeln!(out, "{written} written in {dir}")?,
        }
        if !warnings.is_empty() {
            let about = output::count(warnings.iter().map(|finding| finding.count).sum(), "warning", "warnings");
            writeln!(
                out,
                "{about} about {}: {}",
                if self.dry_run { "them then" } else { "them" },
                edits::codes(warnings)
            )?;
        }
        Ok(())
    }
}

fn print_rows(table: &Table, plan: &Plan, config: &Config, out: &mut impl Write) -> io::Result<()> {
    let dir = load::shown(&config.faq.dir);
    let width = plan.rows.iter().map(|row| row.row.to_string().len()).max().unwrap_or(0);
    for row in &plan.rows {
        writeln!(out, "{} {:<width$}  {}", table.unit, row.row, terminal::plain(&line(row, &dir)))?;
    }
    for note in &table.notes {
        writeln!(out, "note: {}", terminal::plain(note))?;
    }
    if !table.unknown.is_empty() {
        let names: Vec<String> = table.unknown.iter().map(|name| format!("{name:?}")).collect();
        writeln!(out, "not used: {}", terminal::plain(&names.join(", ")))?;
    }
    Ok(())
}

/// What becomes of a row, in one line.
fn line(row: &Planned, dir: &str) -> String {
    let fate = match &row.fate {
        Fate::New { path } => format!("new      {dir}{path}"),
        Fate::Same { id } => format!("same     {id}"),
        Fate::Changed { path, keys } => format!("changed  {dir}{path}: {}", keys.join(", ")),
        Fate::Skipped { why } => format!("skipped  {why}"),
    };
    if row.notes.is_empty() { fate } else { format!("{fate} ({})", row.notes.join("; ")) }
}

/// The failure when the folder would have these errors with what is imported.
fn refused(errors: &[Diagnostic], gate: &Gate, plan: &Plan, unit: &str, context: &Context) -> Failure {
    output::complain(&output::rendered(errors, context.color(&io::stderr())));
    let is_at_fault = |row: &&Planned| match &row.fate {
        Fate::New { path } | Fate::Changed { path, .. } => errors.iter().any(|error| edits::is_in(error, gate, path)),
        Fate::Same { .. } | Fate::Skipped { .. } => false,
    };
    let rows: Vec<String> = plan.rows.iter().filter(is_at_fault).map(|row| row.row.to_string()).collect();
    let named = rows.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let rows = match rows.len() {
        0 => String::new(),
        more if more > NAMED => format!(" (from {unit} {named} and others)"),
        _ => format!(" (from {unit} {named})"),
    };
    let count = output::count(errors.len(), "new error", "new errors");
    Failure::new(
        format!("nothing is written, because the folder would have {count}{rows}"),
        edits::remedy(
            errors,
            gate,
            &plan.edits,
            "put that right in the file that is imported, or take those out of it",
        ),
    )
}
