//! What the commands make of overlays for cohorts.

use serde_json::{Value, json};

use super::{LIBRARY, Place, SOURCES, lines};

/// The library's FAQ, where one cohort has other opening hours and a room of its own, and another cohort has nothing yet.
fn place() -> Place {
    let place = Place::library();
    place.write(
        "faq/cohorts/2027-spring/hours.json",
        r#"[{"id": "opening-hours", "question": "When is the library open?", "answer": "For you day and night.",
  "phrasings": ["library opening hours", "when do you open"], "sources": ["rules"], "tests": ["is the library open now"]},
 {"id": "room", "question": "Where does our cohort meet?", "answer": "In room 12.", "sources": ["rules"]}]"#,
    );
    place.write("faq/cohorts/2027-spring/drafts/half.md", "not even begun");
    place.write("faq/cohorts/evening/lexicon.toml", "");
    place
}

#[test]
fn an_overlay_is_for_its_cohort_alone() {
    let place = place();
    let hours = "when do you open";
    for (cohort, answer) in [
        (&[][..], "Every day from 8 to 20."),
        (&["--cohort", "2027-spring"], "For you day and night."),
        (&["--cohort", "evening"], "Every day from 8 to 20."),
    ] {
        let asked = place.call(&[&["ask", hours], cohort].concat());
        assert!(asked.code == 0 && asked.err.is_empty() && asked.out.contains(answer), "{}{}", asked.out, asked.err);
        let asked = place.call(&[&["ask", "--json", hours], cohort].concat()).json();
        assert_eq!((&asked["answer_text"], &asked["sources"][0]["id"]), (&json!(answer), &json!("rules")));
        let chat = place.call_with(&[&["chat"], cohort].concat(), format!("{hours}\n").as_bytes());
        assert!(chat.code == 0 && chat.out.contains(answer), "{}{}", chat.out, chat.err);
        // What the cohort has no entry of its own for is everybody's.
        assert!(place.call(&[&["ask", "lost a book"], cohort].concat()).out.contains("Tell the desk"));
        let explained = place.call(&[&["explain", "where does our cohort meet"], cohort].concat());
        assert_eq!(explained.out.contains(" room: "), cohort.contains(&"2027-spring"), "{}", explained.out);
    }
    let everybody = place.call_with(&["match"], format!("{}\n", json!({"query": hours})).as_bytes());
    assert_eq!(
        lines(&everybody.out),
        lines(&Place::library().call_with(&["match"], format!("{}\n", json!({"query": hours})).as_bytes()).out)
    );
}

#[test]
fn an_empty_overlay_answers_exactly_as_the_base() {
    let place = place();
    for question in ["lost a book", "is it open", "how many", "where does our cohort meet", "opening hours, and loans?"]
    {
        for command in [&["ask"][..], &["ask", "--json"], &["explain"], &["explain", "--json"]] {
            let base = place.call(&[command, &[question]].concat());
            let cohort = place.call(&[command, &[question, "--cohort", "evening"]].concat());
            assert_eq!((base.code, base.out, base.err), (cohort.code, cohort.out, cohort.err), "{question}");
        }
    }
}

#[test]
fn an_unknown_cohort_is_a_failure_that_says_which_there_are() {
    for (place, name, said) in [
        (place(), "2027-sprin", "did you mean `2027-spring`? the cohorts are 2027-spring, evening"),
        (place(), "x\u{1b}[31m", "the cohorts are 2027-spring, evening"),
        (Place::library(), "spring", "there is none yet: put what is different for it into a folder faq/cohorts/NAME"),
    ] {
        for command in ["ask", "explain", "chat"] {
            let question = if command == "chat" { &[][..] } else { &["x"] };
            let failed = place.call(&[&[command, "--cohort", name], question].concat());
            assert_eq!((failed.code, failed.out.as_str()), (2, ""), "{name}");
            let lines: Vec<&str> = failed.err.lines().collect();
            assert!(lines.len() == 2 && lines[0].starts_with("error: there is no cohort `"), "{}", failed.err);
            assert_eq!(lines[1], format!("  help: {said}"));
            assert!(!failed.err.contains('\u{1b}'));
        }
    }
    let nothing = Place::with(&[]).call(&["ask", "--cohort", "spring", "x"]);
    assert!(nothing.code == 1 && nothing.err.contains("FAQ001"), "{}", nothing.err);
}

#[test]
fn check_has_the_findings_of_overlays_with_their_places() {
    let place = place();
    assert_eq!(place.call(&["check"]).out, "3 entries, 2 more in 2 cohorts, 0 errors, 0 warnings\n");
    let report = place.call(&["check", "--json"]).json();
    let cohorts = json!([{"name": "2027-spring", "entries": 2}, {"name": "evening", "entries": 0}]);
    assert_eq!((&report["entries"], &report["cohorts"], &report["findings"]), (&json!(3), &cohorts, &json!([])));
    assert_eq!(Place::library().call(&["check", "--json"]).json()["cohorts"], json!([]));

    // A golden of the base that this cohort's entry draws to itself, one of its own that fails, and slips.
    let golden =
        LIBRARY.replace("\"answer\": \"Five.\"", "\"answer\": \"Five.\", \"tests\": [\"how many loans at a time\"]");
    place.write("faq/library.json", &golden);
    place.write("faq/sources.toml", SOURCES);
    assert_eq!(place.call(&["check"]).code, 0, "{}", place.call(&["check"]).out);
    place.write(
        "faq/cohorts/evening/loans.json",
        r#"[{"id": "our-loans", "question": "How many loans at a time?", "answer": "Ten.", "tests": ["who won the match"],
  "sources": ["ruls"]}]"#,
    );
    place.write("faq/cohorts/evening/sources.toml", "[[source]]\nid = \"more\"\ntitle = More\n");
    place.write("faq/cohorts/stray.md", "+++\nquestion = \"Q?\"\n+++\nA.\n");
    place.write("faq/cohorts/the evening/a.md", "+++\nquestion = \"Q?\"\n+++\nA.\n");
    std::fs::create_dir(place.path().join("faq/cohorts/empty")).expect("created");
    let report = place.call(&["check", "--json"]).json();
    let found: Vec<(&str, &str, u64, bool)> = report["findings"].as_array().expect("a list").iter().map(told).collect();
    let loans = "faq/cohorts/evening/loans.json";
    assert_eq!(
        found,
        [
            ("FAQ501", "faq/cohorts/evening/sources.toml", 3, false),
            ("FAQ014", "faq/cohorts/empty/", 1, false),
            ("FAQ601", loans, 1, false),
            ("FAQ013", "faq/cohorts/stray.md", 1, false),
            ("FAQ012", "faq/cohorts/the evening/a.md", 1, false),
            ("FAQ601", "faq/library.json", 7, true),
            ("FAQ604", "faq/library.json", 7, true),
        ],
        "an unread source is nobody's mistake, and what is wrong with the base for one cohort says so"
    );
    assert_eq!((&report["errors"], &report["warnings"]), (&json!(4), &json!(3)));

    // Whoever serves all of it counts all of it; who answers for one, what that takes to know.
    let run = place.command(&["run"]).env("TELEFAQ_WEB__LISTEN", "192.0.2.1:8080").output().expect("it starts");
    assert!(place.said(&run).err.starts_with("7 findings in faq/: run `telefaq check`\n"), "{}", place.said(&run).err);
    assert_eq!(place.call(&["ask", "lost a book"]).err, "5 findings in faq/: run `telefaq check`\n");
    assert_eq!(
        place.call(&["ask", "--cohort", "evening", "lost a book"]).err,
        "7 findings in faq/: run `telefaq check`\n"
    );
}

/// Code, file and line of a finding, and whether it is about one cohort.
fn told(finding: &Value) -> (&str, &str, u64, bool) {
    let text = |key: &str| finding[key].as_str().expect("a text");
    let line = finding["line"].as_u64().expect("a line");
    (text("code"), text("file"), line, text("message").starts_with("in the cohort `evening`: "))
}

#[test]
fn a_folder_with_entries_for_cohorts_alone_serves_those() {
    let place = Place::with(&[("faq/sources.toml", SOURCES), ("faq/cohorts/spring/library.json", LIBRARY)]);
    let checked = place.call(&["check"]);
    assert!(checked.out.contains("FAQ010") && checked.out.contains("bound to no cohort"), "{}", checked.out);
    assert_eq!(place.call(&["ask", "lost a book"]).code, 1);
    let asked = place.call(&["ask", "lost a book", "--cohort", "spring"]);
    assert!(asked.code == 0 && asked.out.contains("Tell the desk"), "{}", asked.err);
}

#[test]
fn shells_complete_the_option() {
    for shell in ["bash", "zsh", "fish"] {
        let script = Place::with(&[]).call(&["completions", shell]).out;
        assert!(script.contains("cohort"), "{shell}");
    }
}
