//! `telefaq ask`: what a student would see who sends this as a message.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};

use super::conversation::Conversation;
use super::{Context, Exit, Failure, load, output, terminal};
use crate::engine::reply::{Action, Press, Reply};
use crate::engine::{Audience, Decision, Engine, Verdict};

/// Between two replies: an answer has empty lines within.
const BETWEEN: &str = "---";

#[derive(Debug, Args)]
pub struct AskArgs {
    /// The question; quotes around it are not needed
    #[arg(required = true, value_name = "QUESTION")]
    words: Vec<String>,
    /// Decision, candidates and the parts of the answer as JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    cohort: load::CohortArgs,
}

impl AskArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let served = load::engine(context, self.cohort.cohort.as_deref())?;
        let question = self.words.join(" ");
        if self.json {
            output::json(out, &answer(&served.engine, &question)?)?;
        } else {
            for (n, reply) in Conversation::new(served)?.ask(&question)?.iter().enumerate() {
                if n > 0 {
                    writeln!(out, "\n{BETWEEN}\n")?;
                }
                print(reply, out)?;
            }
        }
        Ok(Exit::Fine)
    }
}

/// The words, and of the buttons those that lead to other entries: the others have nobody to press them, and suggestions
/// stand in the words.
fn print(reply: &Reply, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", terminal::text(&reply.html))?;
    let choices = terminal::choices(reply).into_iter();
    let related: Vec<String> = choices
        .filter(|(_, action)| matches!(action, Action::Press(Press::Entry(_))))
        .map(|(label, _)| label)
        .collect();
    if !related.is_empty() {
        writeln!(out, "\nRelated questions:")?;
    }
    for question in related {
        writeln!(out, "• {question}")?;
    }
    Ok(())
}

/// What becomes of the first question in `message`; of each in `parts`, if there are several.
fn answer(engine: &Engine, message: &str) -> Result<Value, Failure> {
    let parts = engine.converse(message, Audience::Private, None);
    let mut parts = parts.iter().map(|part| verdict(engine, &part.verdict)).collect::<Result<Vec<_>, _>>()?;
    let mut first = parts.first().cloned().unwrap_or_default();
    if parts.len() > 1
        && let Some(map) = first.as_object_mut()
    {
        map.insert("parts".into(), std::mem::take(&mut parts).into());
    }
    Ok(first)
}

/// The verdict with the parts of the answer, which are null and empty without one.
fn verdict(engine: &Engine, verdict: &Verdict) -> Result<Value, Failure> {
    let mut text = b"{".to_vec();
    output::write_verdict(&mut text, engine, verdict)?;
    text.push(b'}');
    let mut value: Value = serde_json::from_slice(&text).map_err(io::Error::other)?;
    let entry = match verdict.decision {
        Decision::Answer(number) => engine.entry(number),
        _ => None,
    };
    let corpus = engine.corpus();
    let sources: Vec<Value> = entry
        .map_or(&[][..], |e| e.sources.as_slice())
        .iter()
        .filter_map(|id| corpus.sources.get(id.as_str()))
        .map(|s| json!({"id": s.id, "title": s.title, "publisher": s.publisher, "url": s.url, "as_of": s.as_of}))
        .collect();
    let related: Vec<Value> = entry
        .map_or(&[][..], |e| e.related.as_slice())
        .iter()
        .filter_map(|id| corpus.entry(id))
        .map(|e| json!({"id": e.id.value, "question": e.question.value}))
        .collect();
    if let Some(map) = value.as_object_mut() {
        map.insert("question".into(), entry.map(|e| e.question.value.as_str()).into());
        map.insert("answer_html".into(), entry.map(|e| e.html.as_str()).into());
        map.insert("answer_text".into(), entry.map(|e| e.text.as_str()).into());
        map.insert("sources".into(), sources.into());
        map.insert("related".into(), related.into());
    }
    Ok(value)
}
