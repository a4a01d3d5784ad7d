//! How good the answers are: questions with known truth in, measures out.
//!
//! Owns the file format of `telefaq eval` and every measure, one row each in [`METRICS`]. Pure: it asks the engine and
//! counts. All measures are shares from 0 to 1.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Rule, Severity, SourceMap, Span, nearest};
use crate::engine::{Audience, Decision, Engine};

/// How many of the most confident mistakes a report lists.
pub const MISSES: usize = 15;

/// What can be wrong with a file of questions.
pub const RULES: &[Rule] = &[BAD_LINE, UNKNOWN_ID];

const BAD_LINE: Rule = Rule {
    code: "EVL001",
    name: "bad-eval-line",
    severity: Severity::Error,
    why: "Each line is one question with the id of the entry that answers it, as JSON: a list of ids when any of them \
          will do, null when no entry should be the answer. This line is something else and is left out.",
    bad: "=== questions.jsonl\n{\"question\": \"what do coders earn\", \"id\": \"pay\"}\n",
    good: "=== questions.jsonl\n{\"query\": \"what do coders earn\", \"id\": \"pay\"}\n\
           {\"query\": \"who won the match\", \"id\": null}\n",
};

const UNKNOWN_ID: Rule = Rule {
    code: "EVL002",
    name: "unknown-eval-id",
    severity: Severity::Warning,
    why: "The questions name an entry that the FAQ folder does not have, so they count as not found.",
    bad: "=== questions.jsonl\n{\"query\": \"what do coders earn\", \"id\": \"pya\"}\n\
          === data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n",
    good: "=== questions.jsonl\n{\"query\": \"what do coders earn\", \"id\": \"pay\"}\n\
           === data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n",
};

/// A question with known truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The question.
    pub query: String,
    /// Ids of the entries that are right; empty: out of scope, to be answered with none.
    pub expected: Vec<String>,
    /// Its line.
    pub span: Span,
}

impl Case {
    fn in_scope(&self) -> bool {
        !self.expected.is_empty()
    }
}

/// Reads lines of `{"query", "id"}`; `id` is a string, null (out of scope) or a list of strings (any of them). Lines
/// that are something else become findings and are left out.
pub fn parse(files: &SourceMap) -> (Vec<Case>, Vec<Diagnostic>) {
    let mut cases = Vec::new();
    let mut diagnostics = Vec::new();
    for (number, file) in (0..).zip(files.files()) {
        let mut start = 0;
        for line in file.text.split_inclusive('\n') {
            let span = Span::new(number, start..start + line.trim_end().len());
            start += line.len();
            if line.trim().is_empty() {
                continue;
            }
            match case(line.trim_start_matches('\u{feff}'), span) {
                Ok(case) => cases.push(case),
                Err(Wrong { what, help }) => {
                    let usual =
                        || r#"write {"query": "the question", "id": "entry-id"}; null for out of scope"#.to_owned();
                    let finding = BAD_LINE.finding(what).at(files.place(span));
                    diagnostics.push(finding.with_help(help.unwrap_or_else(usual)));
                }
            }
        }
    }
    (cases, diagnostics)
}

/// What is wrong with a line, and what to type if not the usual.
struct Wrong {
    what: String,
    help: Option<String>,
}

impl<T: Into<String>> From<T> for Wrong {
    fn from(what: T) -> Self {
        Self { what: what.into(), help: None }
    }
}

fn case(line: &str, span: Span) -> Result<Case, Wrong> {
    let value: Value = serde_json::from_str(line).map_err(|why| format!("this is not JSON: {why}"))?;
    let get = |key: &str| {
        value.get(key).ok_or_else(|| {
            let keys = value.as_object().into_iter().flat_map(|map| map.keys());
            let meant = nearest(key, keys.map(String::as_str).filter(|other| !["query", "id"].contains(other)));
            let help = meant.map(|meant| format!("did you mean `{key}` where it says `{meant}`?"));
            Wrong { what: format!("there is no `{key}` in this line"), help }
        })
    };
    let query = get("query")?.as_str().ok_or("`query` is not text")?.to_owned();
    let string = |v: &Value| v.as_str().map(str::to_owned).ok_or("`id` is not a string, a list of strings or null");
    let expected = match get("id")? {
        Value::Null => Vec::new(),
        Value::Array(ids) if ids.is_empty() => return Err("`id` is an empty list".into()),
        Value::Array(ids) => ids.iter().map(string).collect::<Result<_, _>>()?,
        id => vec![string(id)?],
    };
    Ok(Case { query, expected, span })
}

/// Warnings for expected ids that the corpus does not have, one for each id, at the first line that names it. `files`
/// are those the cases are from.
pub fn unknown_ids(cases: &[Case], files: &SourceMap, engine: &Engine) -> Vec<Diagnostic> {
    let mut unknown: BTreeMap<&str, Span> = BTreeMap::new();
    for (id, span) in cases.iter().flat_map(|case| case.expected.iter().map(|id| (id.as_str(), case.span))) {
        if engine.corpus().entry(id).is_none() {
            unknown.entry(id).or_insert(span);
        }
    }
    let known = || engine.corpus().entries.iter().map(|e| e.id.as_str());
    unknown
        .into_iter()
        .map(|(id, line)| {
            let finding =
                UNKNOWN_ID.finding(format!("there is no entry `{id}`")).at(files.place(within(line, id, files)));
            match nearest(id, known()) {
                Some(meant) => finding.with_help(format!("did you mean `{meant}`?")),
                None => finding.with_help("its questions count as not found"),
            }
        })
        .collect()
}

/// Where in `line` the text `id` stands; the line itself when it is written in another way there.
fn within(line: Span, id: &str, files: &SourceMap) -> Span {
    let (start, end) = (line.start as usize, line.end as usize);
    let text = files.files().get(line.file as usize).and_then(|file| file.text.get(start..end)).unwrap_or_default();
    // The question, which may say the same, mostly comes first.
    match text.rfind(&format!("\"{id}\"")) {
        Some(at) => Span::new(line.file, start + at..start + at + id.len() + 2),
        None => line,
    }
}

/// What the engine made of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// From 1: where the first right entry is among the candidates; `None`: not there, or out of scope.
    pub rank: Option<usize>,
    /// `answer`, `suggest` or `decline`.
    pub decision: &'static str,
    /// Whether it was answered with an entry that is right.
    pub answered_right: bool,
    /// 0-100.
    pub confidence: f64,
    /// Id of the first candidate.
    pub top: Option<String>,
}

/// Asks the engine every question, on all cores; outcomes in the order of the cases.
pub fn ask(engine: &Engine, cases: &[Case]) -> Vec<Outcome> {
    cases.par_iter().map(|case| outcome(engine, case)).collect()
}

fn outcome(engine: &Engine, case: &Case) -> Outcome {
    let verdict = engine.answer(&case.query, Audience::Pipeline);
    let id = |number: usize| engine.entry(number).map(|e| e.id.value.clone());
    let right = |number: usize| engine.entry(number).is_some_and(|e| case.expected.contains(&e.id.value));
    Outcome {
        rank: verdict.hits.iter().position(|hit| right(hit.entry)).map(|i| i + 1),
        decision: verdict.decision.name(),
        answered_right: matches!(verdict.decision, Decision::Answer(number) if right(number)),
        confidence: verdict.confidence,
        top: verdict.hits.first().and_then(|hit| id(hit.entry)),
    }
}

/// One measure.
pub struct Metric {
    /// Its name, in output and for floors.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// Its value; `None`: there is no question it could be counted over.
    pub of: fn(&[(&Case, &Outcome)]) -> Option<f64>,
}

/// Every measure, in the order they are shown.
pub static METRICS: &[Metric] = &[
    Metric {
        name: "accuracy@1",
        about: "in-scope questions whose first candidate is right, answered or not",
        of: |all| share(all, |c, _| c.in_scope(), |_, o| o.rank == Some(1)),
    },
    Metric {
        name: "accuracy@3",
        about: "in-scope questions with a right entry among the first three candidates",
        of: |all| share(all, |c, _| c.in_scope(), |_, o| o.rank.is_some_and(|r| r <= 3)),
    },
    Metric {
        name: "mrr",
        about: "mean reciprocal rank of the first right entry over in-scope questions; 0 when not among ten",
        of: |all| {
            let ranks = all.iter().filter(|(c, _)| c.in_scope()).map(|(_, o)| o.rank.map_or(0.0, |r| 1.0 / r as f64));
            let (sum, count) = ranks.fold((0.0, 0_usize), |(sum, count), r| (sum + r, count + 1));
            (count > 0).then(|| sum / count as f64)
        },
    },
    Metric {
        name: "wrong_answers",
        about: "in-scope questions answered with a wrong entry",
        of: |all| share(all, |c, _| c.in_scope(), |_, o| o.decision == "answer" && !o.answered_right),
    },
    Metric {
        name: "out_of_scope_recall",
        about: "out-of-scope questions not answered",
        of: |all| share(all, |c, _| !c.in_scope(), |_, o| o.decision != "answer"),
    },
    Metric {
        name: "out_of_scope_answered",
        about: "out-of-scope questions answered all the same",
        of: |all| share(all, |c, _| !c.in_scope(), |_, o| o.decision == "answer"),
    },
    Metric {
        name: "auroc",
        about: "chance that an in-scope question with a right first candidate has more confidence than an \
                out-of-scope one",
        of: auroc,
    },
    Metric {
        name: "answered",
        about: "all questions answered",
        of: |all| share(all, any, |_, o| o.decision == "answer"),
    },
    Metric {
        name: "suggested",
        about: "all questions met with \"Did you mean\"",
        of: |all| share(all, any, |_, o| o.decision == "suggest"),
    },
    Metric {
        name: "declined",
        about: "all questions declined",
        of: |all| share(all, any, |_, o| o.decision == "decline"),
    },
];

fn any(_: &Case, _: &Outcome) -> bool {
    true
}

fn share(all: &[(&Case, &Outcome)], of: fn(&Case, &Outcome) -> bool, has: fn(&Case, &Outcome) -> bool) -> Option<f64> {
    let of: Vec<_> = all.iter().filter(|(c, o)| of(c, o)).collect();
    let having = of.iter().filter(|(c, o)| has(c, o)).count();
    (!of.is_empty()).then(|| having as f64 / of.len() as f64)
}

/// Area under the curve by ranks: over all pairs of a right in-scope and an out-of-scope question, the share in which
/// the former has more confidence; equal confidences count half.
fn auroc(all: &[(&Case, &Outcome)]) -> Option<f64> {
    let mut points: Vec<(f64, bool)> = all
        .iter()
        .filter(|(c, o)| !c.in_scope() || o.rank == Some(1))
        .map(|(c, o)| (o.confidence, c.in_scope()))
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut won) = (0_usize, 0.0);
    for ties in points.chunk_by(|a, b| a.0 == b.0) {
        let right = ties.iter().filter(|p| p.1).count();
        let wrong = ties.len() - right;
        won += right as f64 * (below as f64 + wrong as f64 / 2.0);
        below += wrong;
    }
    let right = points.len() - below;
    (below > 0 && right > 0).then(|| won / (below * right) as f64)
}

/// A mistake.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// The question.
    pub query: String,
    /// The ids that would have been right; empty: none.
    pub expected: Vec<String>,
    /// The first candidate.
    pub got: Option<String>,
    /// `answer`, `suggest` or `decline`.
    pub decision: &'static str,
    /// 0-100.
    pub confidence: f64,
}

/// Everything that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// All questions.
    pub questions: usize,
    /// Those that have a right entry.
    pub in_scope: usize,
    /// Name and value of each of [`METRICS`], to four digits.
    pub metrics: Vec<(&'static str, Option<f64>)>,
    /// The most confident mistakes: a wrong first candidate, or an out-of-scope question that was not declined.
    pub misses: Vec<Miss>,
}

/// Counts everything. `outcomes` are those of `cases`, in the same order.
pub fn report(cases: &[Case], outcomes: &[Outcome]) -> Report {
    let all: Vec<(&Case, &Outcome)> = cases.iter().zip(outcomes).collect();
    let wrong = |c: &Case, o: &Outcome| if c.in_scope() { o.rank != Some(1) } else { o.decision != "decline" };
    let mut misses: Vec<_> = all.iter().filter(|(c, o)| wrong(c, o)).collect();
    misses.sort_by(|(a, x), (b, y)| y.confidence.total_cmp(&x.confidence).then_with(|| a.query.cmp(&b.query)));
    let miss = |(case, outcome): &&(&Case, &Outcome)| Miss {
        query: case.query.clone(),
        expected: case.expected.clone(),
        got: outcome.top.clone(),
        decision: outcome.decision,
        confidence: round(outcome.confidence, 10.0),
    };
    Report {
        questions: cases.len(),
        in_scope: cases.iter().filter(|c| c.in_scope()).count(),
        metrics: METRICS.iter().map(|m| (m.name, (m.of)(&all).map(|v| round(v, 10_000.0)))).collect(),
        misses: misses.iter().take(MISSES).map(miss).collect(),
    }
}

fn round(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

impl Report {
    /// The value of the metric with this name.
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.metrics.iter().find(|(n, _)| *n == name).and_then(|(_, value)| *value)
    }

    /// For programs: `questions`, `in_scope`, every metric by name, `misses`.
    pub fn to_json(&self) -> Value {
        let mut map = serde_json::Map::new();
        map.insert("questions".into(), self.questions.into());
        map.insert("in_scope".into(), self.in_scope.into());
        map.insert("out_of_scope".into(), (self.questions - self.in_scope).into());
        map.extend(self.metrics.iter().map(|&(name, value)| (name.to_owned(), value.into())));
        map.insert("misses".into(), serde_json::to_value(&self.misses).unwrap_or_default());
        Value::Object(map)
    }
}

/// One line a question: rank of the right entry (`-`: not among the candidates; `x`: out of scope), decision, question.
/// Made to be committed and diffed.
pub fn ranks(cases: &[Case], outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for (case, outcome) in cases.iter().zip(outcomes) {
        let rank = match outcome.rank {
            _ if !case.in_scope() => "x".to_owned(),
            None => "-".to_owned(),
            Some(rank) => rank.to_string(),
        };
        let query = case.query.replace(char::is_control, " ");
        text += &format!("{rank:>2} {:<7} {query}\n", outcome.decision);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;

    fn case(query: &str, expected: &[&str]) -> Case {
        Case { query: query.into(), expected: expected.iter().map(|&s| s.to_owned()).collect(), span: Span::default() }
    }

    fn outcome(rank: Option<usize>, decision: &'static str, confidence: f64) -> Outcome {
        let top = Some("top".to_owned());
        Outcome { rank, decision, answered_right: decision == "answer" && rank == Some(1), confidence, top }
    }

    /// Four in scope, two out of scope.
    fn sample() -> (Vec<Case>, Vec<Outcome>) {
        let cases = vec![
            case("a", &["x"]),
            case("b", &["x", "y"]),
            case("c", &["z"]),
            case("d", &["z"]),
            case("weather", &[]),
            case("football", &[]),
        ];
        let outcomes = vec![
            outcome(Some(1), "answer", 95.0),
            outcome(Some(1), "suggest", 50.0),
            outcome(Some(3), "answer", 80.0),
            outcome(None, "decline", 10.0),
            outcome(None, "answer", 75.0),
            outcome(None, "decline", 5.0),
        ];
        (cases, outcomes)
    }

    #[test]
    fn every_bad_example_shows_its_finding_and_nothing_else_and_every_good_one_is_silent() {
        let codes = |example: &'static str| -> Vec<&str> {
            let files = Rule::files(example).map(|(path, text)| SourceFile { path: path.into(), text: text.into() });
            let (questions, entries): (Vec<_>, Vec<_>) = files.partition(|file| file.path.ends_with(".jsonl"));
            let questions = SourceMap::new(questions);
            let (cases, mut findings) = parse(&questions);
            if !entries.is_empty() {
                let (corpus, _) = crate::engine::corpus::parse(entries);
                let engine = Engine::build(corpus, crate::engine::Settings::default());
                findings.extend(unknown_ids(&cases, &questions, &engine));
            }
            assert!(findings.iter().all(|finding| finding.place.is_some() && finding.help.is_some()));
            findings.iter().map(|finding| finding.code).collect()
        };
        for rule in RULES {
            assert_eq!(codes(rule.bad), [rule.code]);
            assert!(codes(rule.good).is_empty(), "{}", rule.code);
        }
    }

    #[test]
    fn every_measure_on_a_sample_counted_by_hand() {
        let (cases, outcomes) = sample();
        let report = report(&cases, &outcomes);
        let expected = [
            ("accuracy@1", 0.5),
            ("accuracy@3", 0.75),
            ("mrr", 0.5833), // (1 + 1 + 1/3 + 0) / 4
            ("wrong_answers", 0.25),
            ("out_of_scope_recall", 0.5),
            ("out_of_scope_answered", 0.5),
            ("auroc", 0.75), // 95 and 50 against 75 and 5: three of four pairs
            ("answered", 0.5),
            ("suggested", 0.1667),
            ("declined", 0.3333),
        ];
        assert_eq!(report.metrics, expected.map(|(name, value)| (name, Some(value))));
    }

    #[test]
    fn ties_count_half_in_auroc() {
        let cases = [case("a", &["x"]), case("b", &[])];
        let outcomes = [outcome(Some(1), "answer", 40.0), outcome(None, "decline", 40.0)];
        assert_eq!(report(&cases, &outcomes).metric("auroc"), Some(0.5));
    }

    #[test]
    fn what_cannot_be_counted_has_no_value() {
        let report = report(&[], &[]);
        assert!(report.metrics.iter().all(|(_, value)| value.is_none()));
        let (cases, outcomes) = sample();
        assert_eq!(super::report(&cases[..4], &outcomes[..4]).metric("auroc"), None);
    }

    #[test]
    fn the_most_confident_mistakes_come_first() {
        let (cases, outcomes) = sample();
        let misses: Vec<_> = report(&cases, &outcomes).misses.into_iter().map(|m| m.query).collect();
        assert_eq!(misses, ["c", "weather", "d"]);
    }

    #[test]
    fn ranks_are_one_line_a_question() {
        let (cases, outcomes) = sample();
        let text = ranks(&cases, &outcomes);
        assert_eq!(
            text.lines().collect::<Vec<_>>()[1..5],
            [" 1 suggest b", " 3 answer  c", " - decline d", " x answer  weather"]
        );
    }

    #[test]
    fn a_bad_line_is_a_finding_and_the_rest_is_read() {
        let text = "{\"query\":\"a\",\"id\":\"x\"}\n\n{\"query\":\"b\",\"id\":null}\r\n{\"query\":\"c\",\"id\":[\"x\",\"y\"]}\n\
                    nonsense\n{\"id\":\"x\"}\n{\"query\":\"d\",\"id\":7}\n{\"query\":\"e\"}\n{\"query\":\"f\",\"id\":[]}\n\
                    {\"query\":5,\"id\":\"x\"}\n{\"Query\":\"g\",\"id\":\"x\"}\n";
        let (cases, findings) = parse(&SourceMap::new(vec![SourceFile { path: "q.jsonl".into(), text: text.into() }]));
        let read: Vec<_> = cases.iter().map(|case| (case.query.as_str(), case.expected.join(" "))).collect();
        assert_eq!(read, [("a", "x".to_owned()), ("b", String::new()), ("c", "x y".to_owned())]);
        let lines: Vec<_> = findings.iter().filter_map(|d| d.place.as_ref().map(|p| p.line)).collect();
        assert_eq!(lines, [5, 6, 7, 8, 9, 10, 11]);
        assert_eq!(findings[5].message, "`query` is not text");
        assert_eq!(findings[6].help.as_deref(), Some("did you mean `query` where it says `Query`?"));
    }
}
