//! `telefaq eval`: how good the answers are.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::{Context, Exit, Failure, load, output};
use crate::diagnostic::Severity;
use crate::eval::{self, METRICS, Report};

#[derive(Debug, Args)]
pub struct EvalArgs {
    /// Files of JSON lines {"query", "id"}; id: an entry, a list (any of them), or null (out of scope)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Everything measured, as JSON
    #[arg(long)]
    json: bool,
    /// One line a question instead: rank of the right entry, decision, question
    #[arg(long, conflicts_with = "json")]
    ranks: bool,
    /// Exit with 1 when a measure is lower: --floor accuracy@1=0.7
    #[arg(long = "floor", value_name = "MEASURE=VALUE", value_parser = floor)]
    floors: Vec<(String, f64)>,
}

fn floor(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.split_once('=').ok_or("write MEASURE=VALUE, as in accuracy@1=0.7")?;
    if !METRICS.iter().any(|m| m.name == name) {
        return Err(format!("the measures are {}", METRICS.iter().map(|m| m.name).collect::<Vec<_>>().join(", ")));
    }
    let value = value.parse().ok().filter(|v| (0.0..=1.0).contains(v)).ok_or("the value is a share from 0 to 1")?;
    Ok((name.to_owned(), value))
}

impl EvalArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let mut cases = Vec::new();
        let mut findings = Vec::new();
        for path in &self.files {
            let name = path.display();
            let bytes = std::fs::read(path)
                .map_err(|why| Failure::new(format!("cannot read {name}: {why}"), "check the path"))?;
            let text = String::from_utf8(bytes)
                .map_err(|_| Failure::new(format!("{name} is not UTF-8 text"), "save it as UTF-8"))?;
            let (more, wrong) = eval::parse(&name.to_string().replace('\\', "/"), &text);
            cases.extend(more);
            findings.extend(wrong);
        }
        if cases.is_empty() {
            output::complain(&output::rendered(&findings, context.color(&io::stderr())));
            return Err(Failure::new("there is no question to measure with", r#"write lines of {"query", "id"}"#));
        }
        let engine = load::engine(context)?.engine;
        findings.extend(eval::unknown_ids(&cases, &engine));
        if !findings.is_empty() {
            output::complain(&output::rendered(&findings, context.color(&io::stderr())));
        }
        let outcomes = eval::ask(&engine, &cases);
        let report = eval::report(&cases, &outcomes);
        if self.ranks {
            out.write_all(eval::ranks(&cases, &outcomes).as_bytes())?;
        } else if self.json {
            output::json(out, &report.to_json())?;
        } else {
            print(&report, out)?;
        }
        let mut below = false;
        for (name, floor) in &self.floors {
            let value = report.metric(name);
            if value.is_none_or(|v| v < *floor) {
                below = true;
                let shown = value.map_or("cannot be measured".into(), |v| format!("is {v:.4}"));
                output::complain(&format!("error: {name} {shown}, below its floor of {floor}"));
            }
        }
        Ok(Exit::of(below || findings.iter().any(|d| d.severity == Severity::Error)))
    }
}

fn print(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let questions = output::count(report.questions, "question", "questions");
    writeln!(out, "{questions}, {} of them out of scope\n", report.questions - report.in_scope)?;
    for (metric, (_, value)) in METRICS.iter().zip(&report.metrics) {
        let value = value.map_or("-".into(), |v| format!("{:.1} %", v * 100.0));
        writeln!(out, "{:<22} {value:>7}  {}", metric.name, metric.about)?;
    }
    if !report.misses.is_empty() {
        writeln!(out, "\nMost confident mistakes:")?;
    }
    for miss in &report.misses {
        let expected = if miss.expected.is_empty() { "none".into() } else { miss.expected.join(" or ") };
        writeln!(out, "{:5.1} {:<7} {}", miss.confidence, miss.decision, miss.query)?;
        writeln!(out, "              {} instead of {expected}", miss.got.as_deref().unwrap_or("nothing"))?;
    }
    Ok(())
}
