//! `telefaq check`: everything wrong with the FAQ folder.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::load::Checked;
use super::{Context, Exit, Failure, annotations, load, output, terminal};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::engine::lint;
use crate::{config, eval};

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// How the findings are shown
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    format: Shape,
    /// All findings as one JSON object, for programs: the same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Instead of checking: what a code like FAQ102 means, with an example
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// With the line and what to type instead, for people
    Text,
    /// As one JSON object, for programs
    Json,
    /// As workflow commands, which GitHub shows beside the lines of a pull request
    Github,
}

impl CheckArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        if let Some(code) = &self.explain {
            let rule = rule(code).ok_or_else(|| {
                let code = terminal::plain(code);
                let help = "codes look like FAQ102; `telefaq check` shows them in brackets after error and warning";
                Failure::new(format!("there is no finding `{code}`"), help)
            })?;
            write!(out, "{}", rule.explain())?;
            return Ok(Exit::Fine);
        }
        let checked = load::findings(&load::config(context)?.config)?;
        output::unless_gone(self.print(&checked, context.color(&io::stdout()), out))?;
        Ok(Exit::of(!checked.findings.is_empty()))
    }

    fn print(&self, checked: &Checked, color: bool, out: &mut impl Write) -> io::Result<()> {
        let Checked { entries, cohorts, findings } = checked;
        let of = |severity| findings.iter().filter(|d| d.severity == severity).map(|d| d.count).sum::<usize>();
        let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
        if self.json || self.format == Shape::Json {
            let findings: Vec<_> = findings.iter().map(Diagnostic::to_json).collect();
            let cohorts: Vec<_> =
                cohorts.iter().map(|(name, entries)| json!({"name": name, "entries": entries})).collect();
            return output::json(
                out,
                &json!({"entries": entries, "cohorts": cohorts, "errors": errors, "warnings": warnings,
                        "findings": findings}),
            );
        }
        let here = std::env::current_dir().unwrap_or_default();
        for finding in findings {
            match self.format {
                Shape::Github => writeln!(out, "{}", annotations::annotation(finding, &here))?,
                Shape::Text | Shape::Json => writeln!(out, "{}", finding.render(color))?,
            }
        }
        let count = output::count;
        let mut entries = count(*entries, "entry", "entries");
        if !cohorts.is_empty() {
            let own: usize = cohorts.iter().map(|(_, entries)| entries).sum();
            entries = format!("{entries}, {own} more in {}", count(cohorts.len(), "cohort", "cohorts"));
        }
        let (errors, warnings) = (count(errors, "error", "errors"), count(warnings, "warning", "warnings"));
        writeln!(out, "{entries}, {errors}, {warnings}")
    }
}

/// The rule with this code or name.
pub fn rule(code_or_name: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.is_called(code_or_name))
}

/// Everything that has a code.
fn rules() -> impl Iterator<Item = &'static Rule> {
    lint::LINTS.iter().map(|lint| &lint.rule).chain(config::RULES).chain(eval::RULES)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_code_and_no_name_is_used_twice() {
        let codes: BTreeSet<&str> = rules().map(|rule| rule.code).collect();
        let names: BTreeSet<&str> = rules().map(|rule| rule.name).collect();
        assert_eq!((codes.len(), names.len()), (rules().count(), rules().count()));
    }
}
