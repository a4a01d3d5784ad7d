use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::diagnostic::SourceFile;
use crate::engine::{Engine, Settings, Thresholds, corpus};

/// What the parser makes of a fixture.
fn folder_of(fixture: &str) -> (corpus::Folder, Vec<Diagnostic>) {
    let files = fixture.split("=== ").skip(1).filter_map(|part| part.split_once('\n'));
    let files = files.map(|(path, text)| SourceFile { path: path.into(), text: text.into() });
    corpus::parse_folder("", files.collect(), &[])
}

/// What the parser and the checks of the whole corpus find, without and with each overlay.
fn findings(fixture: &str) -> Vec<Diagnostic> {
    let (folder, mut findings) = folder_of(fixture);
    let today = date(2026, 11, 22);
    let (found, known) = check(&folder.base, &Known::default(), today, 180);
    findings.extend(found);
    findings.extend(folder.cohorts.values().flat_map(|cohort| check(cohort, &known, today, 180).0));
    findings
}

/// What asking the goldens finds when the bot answers and suggests from so many per cent on.
fn asked(fixture: &str, answer_at: f64, suggest_at: f64) -> Vec<Diagnostic> {
    let thresholds = Thresholds { answer_at, suggest_at, ..Thresholds::default() };
    let ask = |corpus| goldens(&Engine::build(corpus, Settings { thresholds }));
    let folder = folder_of(fixture).0;
    let base = ask(folder.base);
    let cohorts: Vec<_> =
        folder.cohorts.into_values().flat_map(|cohort| ask(cohort).beyond(&base).findings()).collect();
    base.findings().into_iter().chain(cohorts).collect()
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
        assert_eq!(findings(&format!("=== a.json\n{json}")), [], "{one} {other}");
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

/// A base with something wrong in it already.
const BASE: &str = r#"=== faq.json
[{"id": "pay", "question": "What does a coder earn?", "answer": "$1.", "phrasings": ["coder pay"], "sources": ["survey"], "claim": "salary"},
{"id": "exam", "question": "How long is the exam?", "answer": "Four hours.", "related": ["pay"], "sources": ["lost"], "topic": "exams"},
{"id": "exam-2", "question": "How long is the exam?", "answer": "Six hours.", "topic": "exams"}]
=== sources.toml
[[source]]
id = "survey"
title = "Pay survey"
as_of = 2026
=== topics.toml
[[topic]]
id = "exams"
title = "Exams"
=== lexicon.toml
synonyms = [["pay", "salary"]]
"#;

/// What is found with an overlay and not without it, each as place, code and message.
fn blamed(overlay: &str) -> Vec<String> {
    let without = findings(BASE);
    let with = findings(&format!("{BASE}{overlay}"));
    let (old, new): (Vec<_>, Vec<_>) = with.into_iter().partition(|finding| without.contains(finding));
    assert_eq!(old, without, "nothing of the base's is repeated or lost");
    new.iter().map(ToString::to_string).collect()
}

#[test]
fn an_overlay_is_told_what_it_is_to_blame_for_and_no_more() {
    assert_eq!(findings(BASE).len(), 2, "an unknown source, a duplicate wording");
    for (overlay, expected) in [
        // Base and overlay know each other's sources, entries and topics.
        (
            r#"=== cohorts/s/a.json
[{"id": "dates", "question": "Which days are free?", "answer": "None.", "related": ["pay", "room"], "sources": ["survey", "plan"], "topic": "exams"},
{"id": "room", "question": "Where do we meet?", "answer": "In 12.", "topic": "rooms"}]
=== cohorts/s/sources.toml
[[source]]
id = "plan"
title = "The plan"
=== cohorts/s/topics.toml
[[topic]]
id = "rooms"
title = "Rooms"
"#,
            &[][..],
        ),
        (
            r#"=== cohorts/s/a.json
[{"id": "dates", "question": "Which days are free?", "answer": "None.", "related": ["pai"], "sources": ["survay"], "topic": "exam"}]
"#,
            &[
                "cohorts/s/a.json:1:125: warning[FAQ203]: the topic `exam` is not in topics.toml",
                "cohorts/s/a.json:1:105: warning[FAQ201]: there is no source `survay`",
                "cohorts/s/a.json:1:85: warning[FAQ202]: there is no entry `pai`",
            ],
        ),
        // An entry in the place of the base's is judged anew.
        (
            r#"=== cohorts/s/a.json
[{"id": "exam", "question": "How long is the exam?", "answer": "Five hours.", "sources": ["lost"]}]
"#,
            &[
                "cohorts/s/a.json:1:91: warning[FAQ201]: there is no source `lost`",
                "cohorts/s/a.json:1:29: warning[FAQ301]: `exam` and `exam-2` are asked for in the same words",
            ],
        ),
        // Of two that are in each other's way it is the overlay's that should change, whatever its name.
        (
            r#"=== cohorts/s/a.json
[{"id": "a", "question": "Coder pay?", "answer": "$2."}, {"id": "z", "question": "Which earn does a coder what?", "answer": "$2."}]
"#,
            &["cohorts/s/a.json:1:26: warning[FAQ301]: `a` and `pay` are asked for in the same words"],
        ),
        // A source without a date in the place of one with a date makes an entry of the base bad.
        (
            "=== cohorts/s/sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Our own\"\n",
            &[
                "faq.json:1:112: warning[FAQ118]: in the cohort `s`: this answer is about pay, and no source of it has a date",
            ],
        ),
        // More words for a group of the base are welcome, other groups with its words are not.
        ("=== cohorts/s/lexicon.toml\nsynonyms = [[\"pay\", \"stipend\"]]\n", &[]),
        (
            "=== cohorts/s/lexicon.toml\nsynonyms = [[\"stipend\", \"salary\"]]\nprotected = [\"salary\", \"pay\"]\n",
            &[
                "cohorts/s/lexicon.toml:1:25: warning[FAQ509]: `salary` is in two groups of synonyms",
                "lexicon.toml:1:21: warning[FAQ510]: in the cohort `s`: the protected names `pay` and `salary` are said to mean \
                 the same",
            ],
        ),
        // Notes beside the cohorts are nobody's entries.
        ("=== cohorts/README.md\nWhich is which.\n=== cohorts/drafts/note.png\n=== cohorts/s s/plan.png\n", &[]),
        // What cannot be read is nobody's fault elsewhere.
        ("=== cohorts/s/pay.md\n", &["cohorts/s/pay.md:1:1: error[FAQ101]: this file is empty"]),
        (
            "=== cohorts/s/sources.toml\n[[source]]\nid =\n=== cohorts/s/a.json\n\
             [{\"id\": \"a\", \"question\": \"Who?\", \"answer\": \"You.\", \"sources\": [\"x\"]}]\n",
            &["cohorts/s/sources.toml:2:1: error[FAQ501]: `id` has no value"],
        ),
    ] {
        assert_eq!(blamed(overlay), expected, "{overlay}");
    }
}

#[test]
fn what_is_past_the_limit_in_the_base_is_not_blamed_on_an_overlay() {
    let entries = (0..300)
        .map(|n| format!("{{\"id\":\"e{n}\",\"question\":\"Question {n}?\",\"answer\":\"A.\",\"related\":[\"x\"]}}"));
    let base = format!("=== a.json\n[{}]\n", entries.collect::<Vec<_>>().join(",\n"));
    let replaced = "=== cohorts/s/a.json\n[{\"id\":\"e0\",\"question\":\"Question 0?\",\"answer\":\"A.\"}]\n";
    let found = findings(&format!("{base}{replaced}"));
    assert_eq!(found, findings(&base));
    assert_eq!(found.iter().map(|finding| finding.count).sum::<usize>(), 300);
}

#[test]
fn goldens_of_the_base_are_asked_with_the_overlay_too() {
    let base = r#"=== a.json
[{"id": "exam", "question": "When is the exam?", "answer": "In May.", "tests": ["which day is the exam", "is tea free"]},
{"id": "room", "question": "Where is the classroom?", "answer": "In 12.", "tests": ["which classroom is it"]}]
"#;
    let places = |overlay: &str| -> Vec<(String, String)> {
        let told = |finding: Diagnostic| {
            let place = finding.place.map(|place| format!("{}:{}", place.file, place.line)).unwrap_or_default();
            (place, finding.message.split(" but ").next().unwrap_or_default().to_owned())
        };
        asked(&format!("{base}{overlay}"), 70.0, 35.0).into_iter().map(told).collect()
    };
    let told = |place: &str, message: &str| (place.to_owned(), message.to_owned());
    let tea = told("a.json:1", "this question should reach `exam`");
    assert_eq!(places(""), std::slice::from_ref(&tea));
    // Another id: the golden of the base is missed, in this cohort.
    let rival = r#"=== cohorts/s/a.json
[{"id": "day", "question": "Which day is the exam of this cohort?", "answer": "On 3 May.", "phrasings": ["which day is the exam"], "tests": ["is coffee free"]}]
"#;
    let found = places(rival);
    let own = told("cohorts/s/a.json:1", "this question should reach `day`");
    assert!(found.contains(&tea) && found.contains(&own), "{found:?}");
    let missed = asked(&format!("{base}{rival}"), 0.0, 0.0);
    let missed = missed
        .iter()
        .find(|finding| finding.message.starts_with("in the cohort `s`: this question should reach `exam`"));
    let help = missed.and_then(|finding| finding.help.as_deref()).unwrap_or_default();
    assert!(help.contains("give it the id `exam`") && help.contains("explain --cohort s "), "{help}");
    // The same id: what the entry was asked before is not asked any more.
    let instead = r#"=== cohorts/s/a.json
[{"id": "exam", "question": "When is the exam?", "answer": "On 3 May."}]
"#;
    assert_eq!(places(instead), std::slice::from_ref(&tea));
    // What failed before is not failed by an overlay.
    let other = r#"=== cohorts/s/a.json
[{"id": "lunch", "question": "Where can I have lunch?", "answer": "Downstairs."}]
"#;
    assert_eq!(places(other), [tea]);
}
