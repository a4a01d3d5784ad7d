//! `telefaq gaps` and `telefaq stats`: what was asked, from the store of the bot.

use std::io::Write;

use clap::Args;
use serde_json::json;

use super::{Context, Exit, Failure, load, output, terminal};
use crate::app::{clock, count_stats, find_complaints, find_gaps};
use crate::config::Config;
use crate::engine::Engine;
use crate::engine::reply::admin;
use crate::store::{self, LoggedQuestion, VoteCount};

/// How many lines of the question log are looked at, the latest.
const MOST_QUESTIONS: u32 = 100_000;
const DAY: i64 = 24 * 60 * 60;

#[derive(Debug, Args)]
pub struct GapsArgs {
    /// Only what was asked in the last so many days
    #[arg(long, value_name = "N", default_value_t = 28, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// At most so many gaps
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// The same as JSON, for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct StatsArgs {
    /// What was asked in the last so many days
    #[arg(long, value_name = "N", default_value_t = 28, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// The same as JSON, for programs
    #[arg(long)]
    json: bool,
}

impl GapsArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let served = load::engine(context, None)?;
        let (log, votes) = log(&served.config, self.days)?;
        let engine: &Engine = &served.engine;
        let gaps = find_gaps(engine, &log);
        let complaints = find_complaints(engine, &log, &votes);
        if self.json {
            let gaps: Vec<_> = gaps
                .iter()
                .take(self.limit)
                .map(|gap| {
                    let suggestion = gap.suggestion.as_ref();
                    json!({
                        "questions": gap.questions, "times": gap.times, "rejected": gap.rejected, "last": day(gap.last),
                        "entry": suggestion.map(|(entry, _, _)| entry), "chosen": suggestion.map(|(_, chosen, _)| chosen),
                        "confidence": suggestion.map(|(_, _, sure)| sure),
                    })
                })
                .collect();
            let complaints: Vec<_> = complaints
                .iter()
                .map(|complaint| {
                    json!({
                        "entry": complaint.entry, "up": complaint.up, "down": complaint.down,
                        "reasons": complaint.reasons.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
                        "rejected": complaint.rejected,
                    })
                })
                .collect();
            output::json(out, &json!({"days": self.days, "gaps": gaps, "complaints": complaints}))?;
            return Ok(Exit::Fine);
        }
        if gaps.is_empty() && complaints.is_empty() {
            writeln!(out, "No gaps: all that was asked in the last {} has an answer.", days(self.days))?;
            return Ok(Exit::Fine);
        }
        for gap in gaps.iter().take(self.limit) {
            writeln!(out, "{:>4}x  {}  {}", gap.times, day(gap.last), terminal::plain(&gap.questions.join(" | ")))?;
            if let Some((entry, chosen, sure)) = &gap.suggestion {
                let why = if *chosen > 0 { format!("chosen {chosen} times") } else { format!("{sure} % sure") };
                writeln!(out, "                   maybe {entry}, {why}")?;
            }
        }
        if gaps.len() > self.limit {
            writeln!(out, "... and {} more: --limit {}", gaps.len() - self.limit, gaps.len())?;
        }
        for complaint in &complaints {
            let reasons =
                complaint.reasons.iter().map(|(reason, times)| format!(", {} {times}", reason.replace('_', " ")));
            let reasons: String = reasons.collect();
            writeln!(
                out,
                "people are not content with {}: {} of {} votes against it{reasons}; suggested and not meant {} times",
                complaint.entry,
                complaint.down,
                complaint.down + complaint.up,
                complaint.rejected
            )?;
        }
        Ok(Exit::Fine)
    }
}

impl StatsArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let served = load::engine(context, None)?;
        let (log, votes) = log(&served.config, self.days)?;
        let stats = count_stats(served.engine.corpus(), &log, &votes, i64::from(self.days));
        if self.json {
            let value = serde_json::to_value(&stats).map_err(std::io::Error::other)?;
            output::json(out, &value)?;
        } else {
            writeln!(out, "{}", terminal::text(&admin::stats(&stats).html))?;
        }
        Ok(Exit::Fine)
    }
}

/// The question log and the votes of the last so many days. The store is opened beside a bot that is running; one that is
/// not there yet is not made.
fn log(config: &Config, days: u32) -> Result<(Vec<LoggedQuestion>, Vec<VoteCount>), Failure> {
    if let Some(file) = config.store.url.file().filter(|file| !file.exists()) {
        let help = "start the bot there once, or name its store: url below [store] in config.toml";
        return Err(Failure::new(format!("there is no store {} yet", file.display()), help));
    }
    let since = clock::now() - i64::from(days) * DAY;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let read = runtime.block_on(async {
        let store = store::open(config.store.url.reveal()).await?;
        Ok((store.questions_since(since, MOST_QUESTIONS).await?, store.votes_since(since).await?))
    });
    read.map_err(|why: store::StoreError| {
        Failure::new(why.to_string(), format!("look at url below [store] in config.toml; it is {}", config.store.url))
    })
}

fn days(days: u32) -> String {
    output::count(usize::try_from(days).unwrap_or(usize::MAX), "day", "days")
}

/// The day that this second is in, in UTC.
fn day(at: i64) -> String {
    clock::day(at).map_or_else(|| "-".to_owned(), |day| day.to_string())
}
