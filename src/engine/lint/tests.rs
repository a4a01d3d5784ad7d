use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::diagnostic::SourceFile;
use crate::engine::corpus;

/// The files of a fixture: texts after lines `=== path`.
fn files(fixture: &str) -> Vec<SourceFile> {
    let parts = fixture.split("=== ").skip(1).filter_map(|part| part.split_once('\n'));
    parts.map(|(path, text)| SourceFile { path: path.to_owned(), text: text.to_owned() }).collect()
}

fn findings(fixture: &str) -> Vec<Diagnostic> {
    let (corpus, mut findings) = corpus::parse(files(fixture));
    findings.extend(check(&corpus, date(2026, 11, 22), 180));
    findings
}

#[test]
fn every_bad_example_shows_its_finding_and_nothing_else_and_every_good_one_is_silent() {
    let mut rendered = String::new();
    for lint in LINTS.iter().filter(|lint| !lint.bad.is_empty()) {
        let bad = findings(lint.bad);
        let codes: BTreeSet<&str> = bad.iter().map(|finding| finding.code).collect();
        let shown: String = bad.iter().map(|finding| finding.render(false)).collect();
        assert_eq!(codes, BTreeSet::from([lint.code]), "bad example of {}:\n{shown}", lint.name);
        assert!(bad.iter().all(|f| f.severity == lint.severity && f.help.is_some() && f.place.is_some()), "{shown}");
        let good: String = findings(lint.good).iter().map(|finding| finding.render(false)).collect();
        assert_eq!(good, "", "good example of {}", lint.name);
        rendered.push_str(&shown);
        rendered.push('\n');
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
    insta::assert_snapshot!(explain("faq301").unwrap());
    assert_eq!(explain("duplicate-wording"), explain("FAQ301"));
    assert_eq!(explain("FAQ999"), None);
}

#[test]
fn goldens_say_what_was_answered_instead() {
    let (corpus, _) = corpus::parse(files(
        "=== a.json\n[{\"id\":\"a\",\"question\":\"A?\",\"tests\":[\"what is a\"],\"answer\":\"A.\"},\n\
         {\"id\":\"b\",\"question\":\"B?\",\"not\":[\"what is c\"],\"answer\":\"B.\"}]",
    ));
    let (a, b) = (corpus.entry("a").unwrap(), corpus.entry("b").unwrap());
    let shown = [
        golden_missed(&corpus, a, a.tests[0].span, "b", 81.3),
        golden_missed(&corpus, a, a.tests[0].span, "", 12.0),
        golden_forbidden(&corpus, b, b.not[0].span, 75.0),
    ]
    .map(|finding| finding.render(false))
    .join("\n");
    insta::assert_snapshot!(shown);
}

#[test]
fn names_that_differ_only_in_a_short_word_are_no_near_duplicates() {
    for (one, other) in [
        ("How much does the CPC exam cost?", "How much does the CCS exam cost?"),
        ("Can I work from home with a degree?", "Can I work from home without a degree?"),
        ("How long is the CPC exam?", "How hard is the CPC exam?"),
    ] {
        let json = format!(
            "=== a.json\n[{{\"id\":\"a\",\"question\":\"{one}\",\"answer\":\"A.\"}},{{\"id\":\"b\",\"question\":\"{other}\",\"answer\":\"B.\"}}]"
        );
        assert!(findings(&json).is_empty(), "{one} {other}");
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
    let findings = findings(&format!("=== a.json\n[{}]", entries.join(",\n")));
    assert_eq!(findings.len(), 101);
    assert_eq!(findings[100].to_string(), "warning[FAQ111]: 9900 more like this in a.json, not shown");
}
