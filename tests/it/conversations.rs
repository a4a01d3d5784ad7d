//! Messages with several questions and messages that go on from an answer, asked of the shipped FAQ:
//! `tests/eval/conversations.jsonl`, written by somebody who had not read its phrasings.

use std::path::Path;

use serde::Deserialize;
use telefaq::engine::{Audience, Decision, Engine, Settings};

/// A message, and what should become of it.
#[derive(Debug, Deserialize)]
struct Line {
    message: String,
    /// The entry that was the answer before.
    last: Option<String>,
    /// For each question in it the entries that are right; none: nothing is.
    parts: Vec<Vec<String>>,
}

#[derive(Debug, Default, PartialEq)]
struct Score {
    lines: usize,
    /// All parts are found, in order, each with a right entry first.
    right: usize,
    /// Some part was answered with a wrong entry.
    wrong: usize,
}

#[test]
fn several_questions_and_follow_ups_are_understood_as_well_as_ever() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus =
        telefaq::app::load::load(&root.join("faq"), jiff::civil::date(2026, 11, 25), 36_500, Default::default());
    let engine = Engine::build(corpus.corpus, Settings::default());
    let number = |id: &str| engine.corpus().entries.iter().position(|entry| entry.id.value == id).expect(id);
    let text = std::fs::read_to_string(root.join("tests/eval/conversations.jsonl")).expect("the file of conversations");
    let (mut several, mut follow_ups) = (Score::default(), Score::default());
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).expect(line);
        let expected: Vec<Vec<usize>> =
            line.parts.iter().map(|ids| ids.iter().map(|id| number(id)).collect()).collect();
        let found = engine.converse(&line.message, Audience::Private, line.last.as_deref().map(number));
        let is_answer = |decision: &Decision| matches!(decision, Decision::Answer(_));
        let is_right = |(part, right): (&telefaq::engine::Part, &Vec<usize>)| {
            let first = part.verdict.hits.first().map(|hit| hit.entry);
            // What nobody can know is not answered; it may be asked back.
            if right.is_empty() {
                !is_answer(&part.verdict.decision)
            } else {
                first.is_some_and(|f| right.contains(&f))
            }
        };
        let all_right = found.len() == expected.len() && found.iter().zip(&expected).all(is_right);
        let any = expected.concat();
        let is_wrong = |decision: &Decision| matches!(decision, Decision::Answer(entry) if !any.contains(entry));
        let score = if line.last.is_some() { &mut follow_ups } else { &mut several };
        score.lines += 1;
        score.right += usize::from(all_right);
        score.wrong += usize::from(found.iter().any(|part| is_wrong(&part.verdict.decision)));
    }
    println!("several questions: {several:?}; follow-ups: {follow_ups:?}");
    assert_eq!((several.lines, follow_ups.lines), (85, 90));
    assert!(several.right >= 58 && several.wrong <= 3, "{several:?}");
    assert!(follow_ups.right >= 70 && follow_ups.wrong <= 3, "{follow_ups:?}");
}
