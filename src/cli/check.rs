//! `telefaq check`: everything wrong with the FAQ folder.

use std::io::{self, Write};

use clap::Args;
use serde_json::json;

use super::{Context, Exit, Failure, load, output};
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::{Engine, lint};

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// All findings as one JSON object
    #[arg(long)]
    json: bool,
    /// What a finding's code means, with an example, instead of a check
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
}

impl CheckArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        if let Some(code) = &self.explain {
            let text = lint::explain(code).ok_or_else(|| {
                let help = "codes look like FAQ102; `telefaq check` shows them";
                Failure::new(format!("there is no finding `{code}`"), help)
            })?;
            writeln!(out, "{}", text.trim_end())?;
            return Ok(Exit::Fine);
        }
        let config = load::config(context)?.config;
        let folder = load::folder(&config)?;
        let mut findings = folder.diagnostics;
        let entries = folder.corpus.entries.len();
        if entries > 0 {
            findings.extend(Engine::build(folder.corpus, load::settings(&config)).goldens());
        }
        let of = |severity| findings.iter().filter(|d| d.severity == severity).count();
        let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
        if self.json {
            let findings: Vec<_> = findings.iter().map(Diagnostic::to_json).collect();
            output::json(
                out,
                &json!({"entries": entries, "errors": errors, "warnings": warnings, "findings": findings}),
            )?;
        } else {
            for finding in &findings {
                writeln!(out, "{}", finding.render(context.color(&io::stdout())))?;
            }
            let count = output::count;
            let entries = count(entries, "entry", "entries");
            let (errors, warnings) = (count(errors, "error", "errors"), count(warnings, "warning", "warnings"));
            writeln!(out, "{entries}, {errors}, {warnings}")?;
        }
        Ok(Exit::of(!findings.is_empty()))
    }
}
