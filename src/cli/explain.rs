//! `telefaq explain`: how an answer comes about.

use std::io::Write;

use clap::Args;

use super::{Context, Exit, Failure, load, output};
use crate::engine::Audience;

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The question; quotes around it are not needed
    #[arg(required = true, value_name = "QUESTION")]
    words: Vec<String>,
    /// The same as JSON
    #[arg(long)]
    json: bool,
}

impl ExplainArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let served = load::engine(context)?;
        let engine = &served.engine;
        let verdict = engine.answer(&self.words.join(" "), Audience::Private);
        let thresholds = served.config.answering.thresholds;
        if self.json {
            let mut text = b"{".to_vec();
            output::write_verdict(&mut text, engine, &verdict)?;
            write!(text, r#","answer_at":{},"suggest_at":{}}}"#, thresholds.answer_at, thresholds.suggest_at)?;
            let value = serde_json::from_slice(&text).map_err(std::io::Error::other)?;
            output::json(out, &value)?;
            return Ok(Exit::Fine);
        }
        writeln!(out, "Decision: {} at a confidence of {:.1}", output::decision(&verdict), verdict.confidence)?;
        writeln!(out, "Answers from {}, suggests from {}.\n", thresholds.answer_at, thresholds.suggest_at)?;
        for (i, hit) in verdict.hits.iter().enumerate() {
            let Some(entry) = engine.entry(hit.entry) else { continue };
            writeln!(out, "{:>2}. {:8.4}  {:<28} {}", i + 1, hit.score, entry.id.value, entry.question.value)?;
        }
        Ok(Exit::Fine)
    }
}
