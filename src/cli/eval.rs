//! `telefaq eval`: how good the answers are.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::{Context, Exit, Failure, load, output};
use crate::diagnostic::{Diagnostic, Severity, SourceFile, SourceMap};
use crate::eval::{self, Case, METRICS, Report};

#[derive(Debug, Args)]
pub struct EvalArgs {
    /// Files with one question a line: {"query": "…", "id": "…"}; the id is that of the right entry, a list when any of
    /// several is right, or null when the bot should not answer
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The same as JSON, for programs
    #[arg(long)]
    json: bool,
    /// Instead: one line for each question, with the rank of the right entry (- not found, x there is none), the
    /// decision and the question
    #[arg(long, conflicts_with = "json")]
    ranks: bool,
    /// Exit with 1 when a measure is lower: --floor accuracy@1=0.7
    #[arg(long = "floor", value_name = "MEASURE=VALUE", value_parser = bound)]
    floors: Vec<Bound>,
    /// Exit with 1 when a measure is higher: --ceiling wrong_answers=0.02
    #[arg(long = "ceiling", value_name = "MEASURE=VALUE", value_parser = bound)]
    ceilings: Vec<Bound>,
}

/// A measure and the value it is held to.
#[derive(Debug, Clone)]
struct Bound {
    measure: &'static str,
    value: f64,
}

fn bound(text: &str) -> Result<Bound, String> {
    let (name, value) = text.split_once('=').ok_or("write MEASURE=VALUE, as in accuracy@1=0.7")?;
    let names = || METRICS.iter().map(|metric| metric.name);
    let measure = names().find(|known| *known == name);
    let measure = measure.ok_or_else(|| format!("the measures are {}", names().collect::<Vec<_>>().join(", ")))?;
    let value = value.parse().ok().filter(|v| (0.0..=1.0).contains(v)).ok_or("the value is a share from 0 to 1")?;
    Ok(Bound { measure, value })
}

impl EvalArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let (cases, files, mut findings) = read_cases(&self.files)?;
        if cases.is_empty() {
            if !findings.is_empty() {
                output::complain(&output::rendered(&findings, context.color(&io::stderr())));
            }
            return Err(Failure::new("there is no question to measure with", r#"write lines of {"query", "id"}"#));
        }
        let engine = load::engine(context, None)?.engine;
        findings.extend(eval::unknown_ids(&cases, &files, &engine));
        if !findings.is_empty() {
            output::complain(&output::rendered(&findings, context.color(&io::stderr())));
        }
        let outcomes = eval::ask(&engine, &cases);
        let report = eval::report(&cases, &outcomes);
        output::unless_gone(if self.ranks {
            out.write_all(eval::ranks(&cases, &outcomes).as_bytes())
        } else if self.json {
            output::json(out, &report.to_json())
        } else {
            print(&report, out)
        })?;
        let floors = self.floors.iter().map(|bound| (bound, "below its floor", f64::lt as fn(&f64, &f64) -> bool));
        let ceilings = self.ceilings.iter().map(|bound| (bound, "above its ceiling", f64::gt as _));
        let mut broken = false;
        for (Bound { measure, value: bound }, beyond, breaks) in floors.chain(ceilings) {
            let complaint = match report.metric(measure) {
                Some(value) if breaks(&value, bound) => format!("is {value:.4}, {beyond} of {bound}"),
                Some(_) => continue,
                None => format!("cannot be measured with these questions, so it is not held to {bound}"),
            };
            broken = true;
            output::complain(&format!("error: {measure} {complaint}"));
        }
        Ok(Exit::of(broken || findings.iter().any(|d| d.severity == Severity::Error)))
    }
}

/// The questions in these files, the files, and what is wrong with them.
pub fn read_cases(paths: &[PathBuf]) -> Result<(Vec<Case>, SourceMap, Vec<Diagnostic>), Failure> {
    let mut files = Vec::new();
    for path in paths {
        let name = path.display();
        let bytes =
            std::fs::read(path).map_err(|why| Failure::new(format!("cannot read {name}: {why}"), "check the path"))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::new(format!("{name} is not UTF-8 text"), "save it as UTF-8"))?;
        files.push(SourceFile { path: name.to_string().replace('\\', "/"), text });
    }
    let files = SourceMap::new(files);
    let (cases, findings) = eval::parse(&files);
    Ok((cases, files, findings))
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
