use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::diagnostic::SourceFile;
use crate::engine::{Engine, Settings, Thresholds, corpus};

fn corpus_of(fixture: &'static str) -> (Corpus, Vec<Diagnostic>) {
    corpus::parse(
        Rule::files(fixture).map(|(path, text)| SourceFile { path: path.into(), text: text.into() }).collect(),
    )
}

/// What the parser and the checks of the whole corpus find.
fn findings(fixture: &'static str) -> Vec<Diagnostic> {
    let (corpus, mut findings) = corpus_of(fixture);
    findings.extend(check(&corpus, date(2026, 11, 22), 180));
    findings
}

/// What asking the goldens finds when the bot answers and suggests from so many per cent on.
fn asked(fixture: &'static str, answer_at: f64, suggest_at: f64) -> Vec<Diagnostic> {
    let thresholds = Thresholds { answer_at, suggest_at, ..Thresholds::default() };
    goldens(&Engine::build(corpus_of(fixture).0, Settings { thresholds }))
}

#[test]
fn every_bad_example_shows_its_finding_and_nothing_else_and_every_good_one_is_silent() {
    let mut rendered = String::new();
    for lint in LINTS.iter().filter(|lint| !lint.bad.is_empty()) {
        let (mut bad, mut good) = (findings(lint.bad), findings(lint.good));
        match lint.code {
            // Whether there is an entry at all is asked by who reads the folder (`app::load`), and tested there.
            "FAQ010" => continue,
            "FAQ601" => {
                bad.extend(asked(lint.bad, 70.0, 35.0));
                good.extend(asked(lint.good, 70.0, 35.0));
            }
            // An engine that answers at any confidence answers forbidden questions too.
            "FAQ602" => {
                bad.extend(asked(lint.bad, 0.0, 0.0));
                good.extend(asked(lint.good, 0.0, 0.0));
            }
            _ => {}
        }
        let codes: BTreeSet<&str> = bad.iter().map(|finding| finding.code).collect();
        let shown: String = bad.iter().map(|finding| finding.render(false)).collect();
        assert_eq!(codes, BTreeSet::from([lint.code]), "bad example of {}:\n{shown}", lint.name);
        assert!(bad.iter().all(|f| f.severity == lint.severity && f.help.is_some() && f.place.is_some()), "{shown}");
        let good: String = good.iter().map(|finding| finding.render(false)).collect();
        assert_eq!(good, "", "good example of {}", lint.name);
        // How sure the engine is, is the matcher's business.
        if !["FAQ601", "FAQ602"].contains(&lint.code) {
            rendered.push_str(&shown);
            rendered.push('\n');
        }
    }
    insta::assert_snapshot!(rendered);
}

#[test]
fn codes_and_names_are_unique_sorted_and_well_formed() {
    let codes: Vec<&str> = LINTS.iter().map(|lint| lint.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    let names: BTreeSet<&str> = LINTS.iter().map(|lint| lint.name).collect();
    assert_eq!(names.len(), codes.len());
    for lint in LINTS.iter() {
        assert!(
            lint.code.strip_prefix("FAQ").is_some_and(|n| n.len() == 3 && n.parse::<u16>().is_ok()),
            "{}",
            lint.code
        );
        assert!(lint.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", lint.name);
        assert!(lint.why.ends_with('.') && lint.bad.is_empty() == lint.good.is_empty(), "{}", lint.name);
        assert!(lint.check.is_none() || !lint.bad.is_empty(), "{} can be shown, so it should be", lint.name);
    }
}

#[test]
fn a_code_can_be_explained() {
    insta::assert_snapshot!(DUPLICATE_WORDING.explain());
    assert!(ANSWER_TOO_LONG.explain().lines().all(|line| line.chars().count() < 240));
    assert!(DUPLICATE_WORDING.is_called("faq301") && DUPLICATE_WORDING.is_called(" duplicate-wording "));
    assert!(!DUPLICATE_WORDING.is_called("FAQ302"));
}

#[test]
fn goldens_say_what_happened_instead() {
    let fixture = "=== a.json\n[{\"id\":\"pay\",\"question\":\"What does a coder earn?\",\"answer\":\"$1.\",\
                   \"tests\":[\"how long is the exam\"]},\
                   {\"id\":\"exam\",\"question\":\"How long is the exam?\",\"answer\":\"4 hours.\",\
                   \"not\":[\"how long is the exam today\"]},\
                   {\"id\":\"course\",\"question\":\"How long is the course?\",\"answer\":\"A year.\"},\
                   {\"id\":\"break\",\"question\":\"How long is the break in the exam?\",\"answer\":\"10 minutes.\"}]";
    let said = |answer_at, suggest_at| asked(fixture, answer_at, suggest_at);
    let answered = said(0.0, 0.0);
    let message = |finding: &Diagnostic| finding.message.split(" (").next().unwrap_or_default().to_owned();
    assert_eq!(
        answered.iter().map(message).collect::<Vec<_>>(),
        [
            "this question must not be answered with `exam` but it is",
            "this question should reach `pay` but is answered with `exam`"
        ]
    );
    assert!(answered.iter().all(|finding| finding.message.ends_with("% sure)")), "{answered:?}");
    assert_eq!(answered[1].related.len(), 1);
    let suggested = said(101.0, 0.0);
    assert_eq!(suggested.len(), 1);
    let message = &suggested[0].message;
    assert!(message.starts_with("this question should reach `pay` but the suggestions are `exam`, `"), "{message}");
    let declined = said(101.0, 101.0);
    assert_eq!(declined[0].message, "this question should reach `pay` but gets no answer");
    assert!(declined[0].help.is_some() && declined.len() == 1);
}

#[test]
fn wordings_that_the_matcher_reads_alike_are_the_same_words() {
    let fixture = "=== a.json\n[{\"id\":\"a\",\"question\":\"What’s the pay?\",\"answer\":\"$1.\",\
                   \"phrasings\":[\"whats the pay\",\"I can't pay\"],\"tests\":[\"i cant pay\"]},\
                   {\"id\":\"b\",\"question\":\"what is the PAY\",\"answer\":\"$2.\"}]";
    let codes: Vec<&str> = findings(fixture).iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [DUPLICATE_WORDING.code, REPEATED_WORDING.code, GOLDEN_IS_PHRASING.code]);
}

#[test]
fn names_that_differ_only_in_a_short_word_are_no_near_duplicates() {
    for (one, other) in [
        ("How much does the CPC exam cost?", "How much does the CCS exam cost?"),
        ("Can I work from home with a degree?", "Can I work from home without a degree?"),
        ("How long is the CPC exam?", "How hard is the CPC exam?"),
    ] {
        let json = format!(
            "[{{\"id\":\"a\",\"question\":\"{one}\",\"answer\":\"A.\"}},{{\"id\":\"b\",\"question\":\"{other}\",\"answer\":\"B.\"}}]"
        );
        let (corpus, found) = corpus::parse(vec![SourceFile { path: "a.json".into(), text: json }]);
        assert!(found.is_empty() && check(&corpus, date(2026, 11, 22), 180).is_empty(), "{one} {other}");
    }
}

#[test]
fn an_entry_that_is_left_out_is_not_called_unknown_too() {
    let fixture = "=== a.json\n[{\"id\":\"a\",\"question\":\"A?\",\"answer\":\"A.\",\"related\":[\"b\"]},\
                   {\"id\":\"b\",\"question\":\"B?\",\"answer\":\"\"}]";
    let codes: Vec<&str> = findings(fixture).iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [ANSWER_MISSING.code]);
}

#[test]
fn ten_thousand_copies_of_one_mistake_are_a_hundred_findings_and_a_count() {
    let entries: Vec<String> = (0..10_000)
        .map(|n| format!("{{\"id\":\"e{n}\",\"question\":\"Question {n}?\",\"answer\":\"A.\",\"x\":1}}"))
        .collect();
    let text = format!("[{}]", entries.join(",\n"));
    let (_, findings) = corpus::parse(vec![SourceFile { path: "a.json".into(), text }]);
    assert_eq!(findings.len(), 101);
    assert_eq!(findings[100].to_string(), "warning[FAQ111]: 9900 more like this in a.json, not shown");
    assert_eq!(findings.iter().map(|finding| finding.count).sum::<usize>(), 10_000);
}
