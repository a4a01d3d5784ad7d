//! `telefaq explain`: how an answer comes about, or what the code of a finding means.

use std::io::Write;

use clap::Args;

use super::{Context, Exit, Failure, check, load, output};
use crate::diagnostic::Rule;
use crate::engine::score::FEATURES;
use crate::engine::{Audience, ExplainedHit};

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The question; quotes around it are not needed. Or the code of a finding, such as FAQ102
    #[arg(required = true, value_name = "QUESTION")]
    words: Vec<String>,
    /// The same as JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    cohort: load::CohortArgs,
}

impl ExplainArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        if let Some(rule) = self.rule() {
            write!(out, "{}", rule.explain())?;
            return Ok(Exit::Fine);
        }
        let served = load::engine(context, self.cohort.cohort.as_deref())?;
        let engine = &served.engine;
        let question = self.words.join(" ");
        let verdict = engine.answer(&question, Audience::Private);
        let explanation = engine.explain(&question, Audience::Private);
        let thresholds = served.config.answering.thresholds;
        if self.json {
            let mut text = b"{".to_vec();
            output::write_verdict(&mut text, engine, &verdict)?;
            write!(text, r#","answer_at":{},"suggest_at":{}}}"#, thresholds.answer_at, thresholds.suggest_at)?;
            let mut value: serde_json::Value = serde_json::from_slice(&text).map_err(std::io::Error::other)?;
            value["unknown"] = explanation.unknown.into();
            value["request"] = explanation.request.into();
            value["words"] =
                explanation.words.iter().map(|(t, k)| serde_json::json!({"typed": t, "known": k})).collect();
            let shares = |hit: &ExplainedHit| -> serde_json::Map<String, serde_json::Value> {
                hit.shares.iter().map(|(name, share)| ((*name).to_owned(), (*share).into())).collect()
            };
            value["features"] = explanation
                .candidates
                .iter()
                .filter_map(|c| {
                    let id = &engine.entry(c.hit.entry)?.id.value;
                    Some(serde_json::json!({"id": id, "score": c.hit.score, "vetoed": c.vetoed, "strange": c.strange, "shares": shares(c)}))
                })
                .collect();
            output::json(out, &value)?;
            return Ok(Exit::Fine);
        }
        writeln!(out, "Decision: {} at a confidence of {:.1}", output::decision(&verdict), verdict.confidence)?;
        writeln!(out, "Answers from {}, suggests from {}.\n", thresholds.answer_at, thresholds.suggest_at)?;
        let words = explanation.words.iter().map(|(typed, known)| match known {
            Some(known) if known == typed => typed.clone(),
            Some(known) => format!("{typed} (read as {known})"),
            None => format!("{typed} (in no entry)"),
        });
        writeln!(out, "Words: {}", words.collect::<Vec<_>>().join(", "))?;
        writeln!(out, "Unknown: {:.0} % of the question's weight", 100.0 * explanation.unknown)?;
        if explanation.request {
            writeln!(out, "It asks for something to be done, or is for other people: no sure answer")?;
        }
        if let Some(foreign) = explanation.foreign {
            let language = engine.corpus().language.name();
            writeln!(out, "It is {foreign}, and the entries are in {language}: declined")?;
        }
        writeln!(out)?;
        write!(out, "     score ")?;
        let features: Vec<&str> = match explanation.candidates.first() {
            Some(first) => first.shares.iter().map(|(name, _)| *name).collect(),
            None => FEATURES.iter().map(|feature| feature.name).collect(),
        };
        for name in features {
            write!(out, "{name:>10}")?;
        }
        writeln!(out, "  entry")?;
        for (i, candidate) in explanation.candidates.iter().enumerate() {
            let Some(entry) = engine.entry(candidate.hit.entry) else { continue };
            write!(out, "{:>2}. {:6.2} ", i + 1, candidate.hit.score)?;
            for (_, share) in &candidate.shares {
                write!(out, "{share:>10.2}")?;
            }
            let names = match (candidate.vetoed, candidate.strange) {
                (true, _) => "  (about other names: no answer)",
                (false, true) => "  (does not mention a name of the question: no sure answer)",
                (false, false) => "",
            };
            writeln!(out, "  {}: {}{names}", entry.id.value, entry.question.value)?;
        }
        Ok(Exit::Fine)
    }

    /// The rule whose code is asked for. Not by its name: "unknown key" can be a question.
    fn rule(&self) -> Option<&'static Rule> {
        let [code] = self.words.as_slice() else { return None };
        check::rule(code).filter(|rule| rule.code.eq_ignore_ascii_case(code))
    }
}
