//! `telefaq encoder check`: what a sentence encoder is, and what it is worth on this folder, so that somebody can decide.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::eval::read_cases;
use super::{Context, Exit, Failure, load, output};
use crate::app::Encoding;
use crate::encoder::Model;
use crate::engine::Engine;
use crate::engine::corpus::Corpus;
use crate::engine::lint;
use crate::eval::{self, Case, METRICS, Outcome};

/// Questions that are timed: the first of the folder, or as many from a file.
const TIMED: usize = 200;
/// Questions that are listed of those gained, and of those lost.
const LISTED: usize = 12;
/// Measures that are shown side by side.
const SHOWN: &[&str] =
    &["accuracy@1", "accuracy@3", "wrong_answers", "out_of_scope_answered", "answered", "suggested", "declined"];

#[derive(Debug, Args)]
pub struct EncoderArgs {
    #[command(subcommand)]
    command: EncoderCommand,
}

#[derive(Debug, Subcommand)]
enum EncoderCommand {
    /// Opens an encoder, times it, and compares the answers with it and without: on the folder's tests, and on questions
    /// whose right entry is known. Exits with 1 when a test fails with it that does not fail without
    Check(CheckArgs),
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The folder of the encoder, with config.json, tokenizer.json and model.safetensors
    #[arg(value_name = "FOLDER")]
    model: PathBuf,
    /// Files with questions, as `telefaq eval` reads them
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The same as JSON, for programs
    #[arg(long)]
    json: bool,
}

/// What an engine with it, or one without, makes of everything.
struct Side {
    /// How long it took to build.
    built: Duration,
    goldens: Vec<String>,
    outcomes: Vec<Outcome>,
}

impl EncoderArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let EncoderCommand::Check(args) = &self.command;
        args.run(context, out)
    }
}

impl CheckArgs {
    fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let config = load::config(context)?.config;
        // First of all: without one the rest is not worth the time.
        let start = Instant::now();
        let model = load::open_model(&self.model)?;
        let opened = start.elapsed();
        let about = model.description();
        let (cases, _, findings) = if self.files.is_empty() { Default::default() } else { read_cases(&self.files)? };
        if !findings.is_empty() {
            output::complain(&output::rendered(&findings, context.color(&io::stderr())));
        }
        let load::Read { mut corpus, .. } = load::corpus(context, None)?;
        corpus.forget_files();
        let times = timed(&model, &corpus, &cases);
        let build = |encoding: Option<&Arc<Encoding>>| {
            let start = Instant::now();
            let for_folder = encoding.map(Encoding::for_folder);
            let engine = Engine::build_with(corpus.clone(), load::settings(&config), for_folder.as_ref());
            let built = start.elapsed();
            let goldens = lint::goldens(&engine).names().map(str::to_owned).collect();
            let engine = engine.asking(encoding.map(Encoding::unhurried));
            Side { built, goldens, outcomes: eval::ask(&engine, &cases) }
        };
        let without = build(None);
        let encoding = Arc::new(load::encoding_of(model, &config));
        let with = build(Some(&encoding));
        encoding.save();
        let broken: Vec<&String> = with.goldens.iter().filter(|name| !without.goldens.contains(name)).collect();
        let mended = without.goldens.iter().filter(|name| !with.goldens.contains(name)).count();
        let (gained, lost) = changes(&cases, &without.outcomes, &with.outcomes);
        output::unless_gone(if self.json {
            let side = |side: &Side| {
                let mut value = eval::report(&cases, &side.outcomes).to_json();
                value["built_seconds"] = json!(round(side.built.as_secs_f64()));
                value["goldens_failed"] = json!(side.goldens.len());
                value
            };
            let list = |cases: &[(&Case, &Outcome)]| -> Vec<Value> {
                cases
                    .iter()
                    .map(|(case, with)| json!({"query": case.query, "expected": case.expected, "got": with.top}))
                    .collect()
            };
            output::json(
                out,
                &json!({
                    "name": about.name, "kind": about.kind, "dimensions": about.dimensions,
                    "vocabulary": about.vocabulary, "opened_seconds": round(opened.as_secs_f64()),
                    "question_microseconds": {"p50": times.0.as_micros() as u64, "p99": times.1.as_micros() as u64},
                    "without": side(&without), "with": side(&with),
                    "goldens_broken": broken, "gained": list(&gained), "lost": list(&lost),
                }),
            )
        } else {
            let mut print = || -> io::Result<()> {
                writeln!(
                    out,
                    "{}: {}, vectors of {} numbers, {} tokens",
                    about.name, about.kind, about.dimensions, about.vocabulary
                )?;
                writeln!(
                    out,
                    "opened in {}; a question takes {}, one in a hundred {} or more (one core)",
                    shown(opened),
                    shown(times.0),
                    shown(times.1)
                )?;
                writeln!(
                    out,
                    "the folder is ready in {}, without it in {}\n",
                    shown(with.built),
                    shown(without.built)
                )?;
                writeln!(out, "{:<24}{:>9}{:>9}", "", "without", "with")?;
                writeln!(out, "{:<24}{:>9}{:>9}", "tests that fail", without.goldens.len(), with.goldens.len())?;
                if !cases.is_empty() {
                    let reports = [&without, &with].map(|side| eval::report(&cases, &side.outcomes));
                    for metric in METRICS.iter().filter(|metric| SHOWN.contains(&metric.name)) {
                        let [a, b] = reports.each_ref().map(|report| per_cent(report.metric(metric.name)));
                        writeln!(out, "{:<24}{a:>9}{b:>9}", metric.name)?;
                    }
                }
                if mended > 0 {
                    writeln!(out, "\n{} now passed that failed", output::count(mended, "test is", "tests are"))?;
                }
                if !broken.is_empty() {
                    writeln!(out, "\nTests that fail with it only: telefaq check says why once it is configured")?;
                    broken.iter().try_for_each(|name| writeln!(out, "  {name}"))?;
                }
                print_changes("found with it only", &gained, cases.len(), out)?;
                print_changes("found without it only", &lost, cases.len(), out)
            };
            print()
        })?;
        Ok(Exit::of(!broken.is_empty()))
    }
}

/// The questions whose right entry comes first on one side only: gained with it, and lost; each with what it makes of them.
type Changes<'a> = (Vec<(&'a Case, &'a Outcome)>, Vec<(&'a Case, &'a Outcome)>);

fn changes<'a>(cases: &'a [Case], without: &'a [Outcome], with: &'a [Outcome]) -> Changes<'a> {
    let is_right = |case: &Case, outcome: &Outcome| match case.expected.is_empty() {
        true => outcome.decision != "answer",
        false => outcome.rank == Some(1),
    };
    let (mut gained, mut lost) = (Vec::new(), Vec::new());
    for ((case, without), with) in cases.iter().zip(without).zip(with) {
        match (is_right(case, without), is_right(case, with)) {
            (false, true) => gained.push((case, with)),
            (true, false) => lost.push((case, with)),
            _ => {}
        }
    }
    (gained, lost)
}

fn print_changes(what: &str, changes: &[(&Case, &Outcome)], all: usize, out: &mut impl Write) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let share = 100.0 * changes.len() as f64 / all as f64;
    writeln!(out, "\n{what}: {} ({share:.1} %)", output::count(changes.len(), "question", "questions"))?;
    for (case, outcome) in changes.iter().take(LISTED) {
        let expected = if case.expected.is_empty() { "none".to_owned() } else { case.expected.join(" or ") };
        writeln!(out, "  {}", case.query)?;
        writeln!(
            out,
            "      right: {expected}; with it: {} ({})",
            outcome.top.as_deref().unwrap_or("none"),
            outcome.decision
        )?;
    }
    if changes.len() > LISTED {
        writeln!(out, "  and {} more", changes.len() - LISTED)?;
    }
    Ok(())
}

/// How long questions take, one after the other: half of them, and all but one in a hundred, at most.
fn timed(model: &Model, corpus: &Corpus, cases: &[Case]) -> (Duration, Duration) {
    let own = corpus
        .entries
        .iter()
        .flat_map(|entry| std::iter::once(&entry.question.value).chain(entry.phrasings.iter().map(|p| &p.value)));
    let texts = cases.iter().map(|case| &case.query).chain(own).take(TIMED);
    let mut times: Vec<Duration> = texts
        .map(|text| {
            let start = Instant::now();
            std::hint::black_box(model.encode(text));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len().saturating_sub(1) * share / 100).copied().unwrap_or_default();
    (at(50), at(99))
}

fn per_cent(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{:.1} %", 100.0 * value))
}

fn round(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// A time as people say it.
fn shown(time: Duration) -> String {
    match time.as_micros() {
        micros @ 0..1_000 => format!("{micros} µs"),
        micros @ 1_000..1_000_000 => format!("{:.1} ms", micros as f64 / 1e3),
        micros => format!("{:.1} s", micros as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn a_question_is_gained_or_lost_where_one_side_alone_is_right() {
        let case = |expected: &[&str]| Case {
            query: String::new(),
            expected: expected.iter().map(|id| (*id).to_owned()).collect(),
            span: Span::new(0, 0..0),
        };
        let outcome = |rank: Option<usize>, decision: &'static str| Outcome {
            rank,
            decision,
            answered_right: false,
            confidence: 50.0,
            top: None,
        };
        let cases = [case(&["a"]), case(&["a"]), case(&["a"]), case(&[]), case(&[])];
        let without = [
            outcome(Some(2), "answer"),
            outcome(Some(1), "answer"),
            outcome(Some(1), "decline"),
            outcome(None, "answer"),
            outcome(None, "suggest"),
        ];
        let with = [
            outcome(Some(1), "suggest"),
            outcome(None, "answer"),
            outcome(Some(1), "answer"),
            outcome(None, "suggest"),
            outcome(None, "answer"),
        ];
        let (gained, lost) = changes(&cases, &without, &with);
        let which = |changes: &[(&Case, &Outcome)]| -> Vec<usize> {
            let place = |(case, _): &(&Case, &Outcome)| cases.iter().position(|other| std::ptr::eq(*case, other));
            changes.iter().filter_map(place).collect()
        };
        assert_eq!((which(&gained), which(&lost)), (vec![0, 3], vec![1, 4]));
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        for (micros, said) in [(7, "7 µs"), (6_250, "6.2 ms"), (1_500_000, "1.5 s")] {
            assert_eq!(shown(Duration::from_micros(micros)), said);
        }
    }
}
