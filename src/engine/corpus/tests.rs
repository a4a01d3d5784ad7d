use proptest::prelude::*;

use super::*;
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::engine::lint;

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

fn one(text: &str) -> (Corpus, Vec<Diagnostic>) {
    parse(vec![file("money/pay.md", text)])
}

fn checked(corpus: &Corpus) -> Vec<Diagnostic> {
    lint::check(corpus, &lint::Known::default(), jiff::civil::date(2026, 11, 22), 180).0
}

fn rendered(findings: &[Diagnostic]) -> String {
    findings.iter().map(|finding| finding.render(false)).collect::<Vec<_>>().join("\n")
}

const FULL: &str = r#"+++
question    = "What does a coder earn?"
phrasings   = ["coder pay", "salary of coders"]
tests       = ["how much will i make"]
not         = ["what does a biller earn"]
sources     = ["survey"]
related     = ["raise"]
reviewed    = 2026-11-22
review_days = 60
claim       = "salary"
short       = "About **$1**."
owner       = "Ann"
+++

It *depends*.

More on [this](https://example.org).
"#;

#[test]
fn every_key_of_an_entry_arrives() {
    let (corpus, findings) = one(FULL);
    assert_eq!(rendered(&findings), "");
    let entry = corpus.entry("pay").unwrap();
    let texts = |list: &[Spanned<String>]| list.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
    assert_eq!(entry.question.value, "What does a coder earn?");
    assert_eq!(texts(&entry.phrasings), ["coder pay", "salary of coders"]);
    assert_eq!(texts(&entry.tests), ["how much will i make"]);
    assert_eq!(texts(&entry.not), ["what does a biller earn"]);
    assert_eq!((texts(&entry.sources), texts(&entry.related)), (vec!["survey".into()], vec!["raise".into()]));
    assert_eq!(entry.reviewed, Some(jiff::civil::date(2026, 11, 22)));
    assert_eq!((entry.review_days, entry.claim, entry.kind), (Some(60), Some(Claim::Salary), Kind::Faq));
    assert_eq!(entry.owner.as_deref(), Some("Ann"));
    assert_eq!(entry.topic.as_ref().map(|topic| topic.value.as_str()), Some("money"));
    assert_eq!(entry.answer.value, "It *depends*.\n\nMore on [this](https://example.org).");
    assert_eq!(entry.html, "It <i>depends</i>.\n\nMore on <a href=\"https://example.org\">this</a>.");
    assert_eq!(entry.text, "It depends.\n\nMore on this.");
    assert_eq!(entry.short_html, "About <b>$1</b>.");
    assert_eq!(corpus.topics, [Topic { id: "money".into(), title: "Money".into(), emoji: None }]);
    let place = corpus.files.place(entry.phrasings[1].span).unwrap();
    assert_eq!((place.line, place.column), (3, 29));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_make_no_difference() {
    let windows = format!("\u{feff}{}", FULL.replace('\n', "\r\n"));
    let (corpus, findings) = one(&windows);
    assert_eq!(rendered(&findings), "");
    let (unix, _) = one(FULL);
    let (entry, same) = (corpus.entry("pay").unwrap(), unix.entry("pay").unwrap());
    assert_eq!((&entry.html, &entry.text, &entry.question.value), (&same.html, &same.text, &same.question.value));
    assert_eq!(corpus.files.place(entry.answer.span).map(|place| (place.line, place.column)), Some((15, 1)));
    let json = "\u{feff}[{\"id\": \"a\",\r\n \"question\": \"A?\", \"answer\": \"A.\", \"x\": 1}]";
    let (corpus, findings) = parse(vec![file("a.json", json)]);
    assert_eq!(corpus.entries.len(), 1);
    assert_eq!(findings[0].place.as_ref().map(|place| (place.line, place.column)), Some((2, 36)));
}

#[test]
fn slips_of_the_keyboard_are_explained_each_on_its_line() {
    let slips = [
        "question = “What?”",
        "question: \"What?\"",
        "question = What is it?",
        "question = \"What is \"it\"?\"",
        "question = \"What is it?",
        "question = 'it's'",
        "question =",
        "phrasings = [\"a\"\n  \"b\"]",
        "phrasings = [\"a\", \"b\"",
        "phrasings = [\n  \"a\",\n  \"b\"\nreviewed = 2026-11-22\nclaim = \"cost\"",
        "phrasings = [\n  \"a\",\n  \"b\",\nrelated = [\"x\"]\nclaim = \"cost\"",
        "phrasings = [\n  \"a,\n  \"b\",\n]",
        "question = \"C:\\path\"",
        "reviewed = 2026-13-40",
        "reviewed = 22.11.2026",
        "reviewed = 11/22/2026",
        "reviewed = November",
        "tests = [\"a\"]\ntests = [\"b\"]",
        "some words",
        "two words = \"x\"",
        "question = \"What?\" # fine\nclaim = \"cost\", kind = \"faq\"",
        "question = \"\"\"What?",
    ];
    let shown: Vec<String> = slips.iter().map(|slip| rendered(&one(&format!("+++\n{slip}\n+++\nAnswer.")).1)).collect();
    insta::assert_snapshot!(shown.join("\n------\n"));
}

#[test]
fn slips_that_people_make_who_know_other_formats_are_one_finding_each() {
    let slips = [
        "question: \"What?\"\nphrasings:\n  - a b\n  - c d\nsources: [\"s\"]\nreviewed: 2026-11-22",
        "question =\u{a0}\"What?\"",
        "phrasings = (\"a\", \"b\")",
        "phrasings = [\n  \"what does \"CPC\" mean\",\n  'what's it',\n]",
        "phrasings = [\"where, \"hall\"]",
        "question = \"What?\" sources = [\"s\"]",
        "owner = Tina",
        "sources = s",
        "question == \"What?\"",
        "[web]\n[other",
    ];
    let shown: Vec<String> = slips.iter().map(|slip| rendered(&one(&format!("+++\n{slip}\n+++\nAnswer.")).1)).collect();
    insta::assert_snapshot!(shown.join("\n------\n"));
}

#[test]
fn one_slip_is_one_finding() {
    let header = "question = \"What?\"\nsources = [\"s\"]\nreviewed = 2026-11-22";
    let source = "[[source]]\nid = \"s\"\ntitle = \"S\"\nas_of = \"2026\"\n";
    let codes = |header: &str, sources: &str, lexicon: &str| -> Vec<&str> {
        let entry = format!("+++\n{header}\n+++\nAnswer.");
        let files = vec![file("a.md", &entry), file("lexicon.toml", lexicon), file("sources.toml", sources)];
        let (corpus, mut findings) = parse(files);
        findings.extend(checked(&corpus));
        findings.iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(header, source, ""), [""; 0]);
    for (right, wrong, code) in [
        ("reviewed = 2026-11-22", "reviewed = \"22.11.2026\"", "FAQ110"),
        ("reviewed =", "Reviewed =", "FAQ111"),
        ("sources = [\"s\"]", "sources = \"s\"", "FAQ110"),
        ("sources = [\"s\"]", "sources = [1]", "FAQ110"),
        ("sources = [\"s\"]", "sources = [\"s\"]\nkind = \"small\"", "FAQ113"),
        ("sources =", "sorces =", "FAQ111"),
        ("sources =", "claim = \"cost\"\nsorces =", "FAQ111"),
        ("question =", "Question =", "FAQ105"),
        ("question =", "owner = 7\nquestion =", "FAQ110"),
    ] {
        assert_eq!(codes(&header.replace(right, wrong), source, ""), [code], "{wrong}");
    }
    let header = format!("{header}\nclaim = \"cost\"");
    for (sources, code) in [
        (source.replace("[[source]]", "[source]"), "FAQ501"),
        (source.replace("[[source]]", "[source]]"), "FAQ501"),
        (source.replace("[[source]]", "[[sources]]"), "FAQ502"),
        (source.replace("[[source]]", "[[sources]"), "FAQ501"),
        (source.replace("\"s\"", "s"), "FAQ501"),
        (source.replace("\"s\"", "7"), "FAQ503"),
        (source.replace("\"S\"", "S"), "FAQ501"),
        (source.replace("title", "Title"), "FAQ502"),
        (source.replace("as_of", "asof"), "FAQ502"),
        (source.replace("\"2026\"", "May"), "FAQ501"),
        (source.replace('\n', "\r"), "FAQ501"),
    ] {
        assert_eq!(codes(&header, &sources, ""), [code], "{sources}");
    }
    for (lexicon, code) in [
        ("synonyms = [\"pay\", \"wage\", \"salary\"]", "FAQ503"),
        ("[abbreviations]\nhr = \"hour\"\nprotected = [\"CPC\"]", "FAQ513"),
        ("[abbreviations]\nhr = \"hour\"\nprotected = \"CPC\"", "FAQ513"),
        ("[[abbreviations]]\nhr = \"hour\"", "FAQ501"),
    ] {
        assert_eq!(codes(&header, source, lexicon), [code], "{lexicon}");
    }
}

#[test]
fn one_bracket_loses_none_of_many_sources() {
    let tables = |bad: &str| -> String {
        (0..50)
            .map(|n| format!("{}\nid = \"s{n}\"\ntitle = \"S{n}\"\n", if n == 20 { bad } else { "[[source]]" }))
            .collect()
    };
    for bad in ["[source]", "[source]]", "[[source]", "[[source"] {
        let (corpus, findings) = parse(vec![file("sources.toml", &tables(bad))]);
        let places: Vec<_> = findings.iter().map(|f| (f.code, f.place.as_ref().map(|p| p.line))).collect();
        assert_eq!(places, [("FAQ501", Some(61))], "{bad}");
        assert_eq!(corpus.sources.len(), 50);
        assert!(!corpus.sources_incomplete);
    }
    let (corpus, findings) = parse(vec![file("topics.toml", &tables("[topic]").replace("source", "topic"))]);
    assert_eq!((corpus.topics.len(), findings.len()), (50, 1));
}

#[test]
fn what_stands_too_far_down_in_the_lexicon_is_read_as_it_was_meant() {
    let text = "[abbreviations]\nhr = \"hour\"\nprotected = [\"CPC\"]\nsynonyms = [[\"pay\", \"wage\"]]\n";
    let (corpus, findings) = parse(vec![file("lexicon.toml", text)]);
    let Lexicon { synonyms, abbreviations, protected } = &corpus.lexicon;
    assert_eq!((synonyms.len(), abbreviations.len(), protected.len(), findings.len()), (1, 1, 1, 2));
}

#[test]
fn all_mistakes_of_a_file_are_reported_at_once_and_nothing_is_called_missing_because_of_them() {
    let text = "+++\nquestion = What?\nphrasing = [\"a\"]\nreviewed = yesterday\nrelated = \"x\"\nclaim = \"pay\"\n+++\n\
                See [x](y) and <u>this</u>.";
    let (corpus, findings) = one(text);
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"));
    assert!(corpus.entries.is_empty());
    assert!(corpus.left_out.contains("pay"));
}

#[test]
fn a_wrong_optional_value_is_passed_over_and_the_rest_is_kept() {
    let text = "+++\nquestion = \"What?\"\nphrasings = \"a\"\ntests = [\"t\", 5]\nreviewed = \"2026-11-22\"\n\
                review_days = -1\nowner = 7\nshort = []\n+++\nAnswer.";
    let (corpus, findings) = one(text);
    let entry = corpus.entry("pay").unwrap();
    assert_eq!((entry.phrasings.len(), entry.tests.len(), entry.review_days), (0, 1, None));
    assert_eq!(entry.reviewed, Some(jiff::civil::date(2026, 11, 22)));
    assert!(findings.iter().all(|f| f.severity == Severity::Warning));
    insta::assert_snapshot!(rendered(&findings));
}

#[test]
fn keys_that_the_file_itself_says_are_explained() {
    let (corpus, findings) = one("+++\nid = \"x\"\ntopic = \"y\"\nanswer = \"z\"\nquestion = \"What?\"\n+++\nAnswer.");
    assert_eq!(corpus.entries.len(), 1);
    insta::assert_snapshot!(rendered(&findings));
}

#[test]
fn headers_that_are_none() {
    let shown: Vec<String> = [
        "",
        "\n\n",
        "Text.",
        "+++\rquestion = \"x\"\r+++\rA.",
        "---\na: b\n---\nx",
        "+++ toml\nx\n+++\n",
        "+++\nquestion = \"x\"\n---\ny",
        "+++\nx",
    ]
    .iter()
    .map(|text| rendered(&one(text).1))
    .collect();
    insta::assert_snapshot!(shown.join("\n------\n"));
}

#[test]
fn of_broken_json_the_entries_before_the_break_are_kept() {
    let texts = [
        "[{\"id\":\"a\",\"question\":\"A?\",\"answer\":\"A.\"}\n {\"id\":\"b\"}]",
        "[{\"id\":\"a\",\"question\":\"A?\",\"answer\":\"A.\"},\n {\"id\":\"b\",\"question\":\"B \"quoted\"?\"}]",
        "[{\"id\":\"a\",\"question\":\"A?\",\"answer\":\"A.\"},\n {\"id\":\"b\",",
        "[{\"id\":\"a\",\"question\":\"A?\",\"answer\":\"A.\"},\n {\"id\":\"b\",\"question\":\"B\nC\"}]",
        "[{\"id\":\"a\",\"question\":\"A?\",\"answer\":\"A.\"}] []",
        "[{\"id\":\"a\",\"question\":\"A?\",\"answer\":\"A.\"},\n {id:\"b\"}]",
        "[{\"id\":\"a\",\"question\":\"A?\",\"answer\":\"A.\"},\n {\"id\":\"b\",\"answer\":\"C:\\q\"}]",
        "",
        "hello",
    ];
    let mut shown = Vec::new();
    for text in texts {
        let (corpus, findings) = parse(vec![file("data.json", text)]);
        assert_eq!(corpus.entries.len(), usize::from(text.starts_with('[')), "{text}");
        shown.push(rendered(&findings));
    }
    insta::assert_snapshot!(shown.join("\n------\n"));
}

#[test]
fn neither_depth_nor_length_is_a_burden() {
    let deep = "[".repeat(200_000);
    let nested =
        format!("[{{\"id\":\"a\",\"question\":\"A?\",\"answer\":\"A.\",\"tests\":{deep}{}}}]", "]".repeat(200_000));
    let links = format!("+++\nquestion = \"Q?\"\n+++\n{}", "a](".repeat(300_000));
    let quotes = format!("+++\nquestion = \"Q?\"\n+++\n{}x", ">".repeat(300_000));
    let header = format!("+++\n{}+++\nA.", "x y\n".repeat(100_000));
    let brackets = format!("+++\nquestion = {deep}\n+++\nA.");
    let stars = format!("+++\nquestion = \"Q?\"\n+++\n{}", "*_~`[![<".repeat(40_000));
    for (path, text) in
        [("a.json", nested), ("a.md", links), ("b.md", quotes), ("c.md", header), ("d.md", brackets), ("e.md", stars)]
    {
        let (corpus, findings) = parse(vec![file(path, &text)]);
        assert!(!corpus.entries.is_empty() || !findings.is_empty(), "{path}");
        assert!(findings.len() < 400, "{path}: {}", findings.len());
    }
}

#[test]
fn one_bad_object_does_not_harm_the_others_and_null_is_nothing() {
    let text = r#"[{"id":"a","question":7,"answer":"A."}, 5, {"id":"b","question":"B?","answer":"B.","claim":null},
                  {"question":"C?","answer":"C."}]"#;
    let (corpus, findings) = parse(vec![file("data.json", text)]);
    assert_eq!(corpus.entries.iter().map(|e| e.id.value.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["FAQ109", "FAQ119", "FAQ107"]);
}

#[test]
fn what_an_entry_cannot_do_without_is_given_wrong_or_missing() {
    let codes = |object: &str| -> Vec<&str> {
        let (corpus, findings) = parse(vec![file("data.json", &format!("[{object}]"))]);
        assert!(corpus.entries.is_empty() && !corpus.left_out.contains("?") | object.contains("\"?\""), "{object}");
        findings.iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(r#"{"id":"?","question":"A?","answer":"A."}"#), ["FAQ107"]);
    assert_eq!(codes(r#"{"id":"a","question":"","answer":"A."}"#), ["FAQ105"]);
    assert_eq!(codes(r#"{"id":7,"question":"A?","answer":"A."}"#), ["FAQ109"]);
    assert_eq!(codes(r#"{"id":[],"question":{},"answer":true}"#), ["FAQ109", "FAQ109", "FAQ109"]);
    assert_eq!(codes("{}"), ["FAQ105", "FAQ107", "FAQ106"]);
    for id in ["a b", "a\\u0007", "#!", &"x".repeat(65)] {
        assert_eq!(codes(&format!(r#"{{"id":"{id}","question":"A?","answer":"A."}}"#)), ["FAQ107"], "{id}");
    }
    // A question of one sign is one.
    let (corpus, _) = parse(vec![file("data.json", r#"[{"id":"a","question":"?","answer":"?"}]"#)]);
    assert_eq!(corpus.entries.len(), 1);
}

#[test]
fn what_is_not_served_is_passed_over() {
    for path in [
        "README.md",
        "money/readme.md",
        "drafts/a.md",
        "drafts/cohorts/a.md",
        "cohorts/README.md",
        "cohorts/a.png",
        "cohorts/spring/drafts/a.md",
        "cohorts/spring/a.png",
        "cohorts/my spring/a.png",
        "cohorts/.git/a.md",
        ".hidden/a.md",
        "a/.b.md",
        "a.jsonl",
        "a.png",
    ] {
        assert_eq!(Role::of(path), Role::Ignored, "{path}");
    }
    for path in ["a.txt", "x/a.MD", "a.markdown", "a.docx", "topic.toml", "money/sources.toml", "a.JSON", "a.md.txt"] {
        assert!(matches!(Role::of(path), Role::Misnamed(_)), "{path}");
    }
    assert_eq!((Role::of("a/b/c.md"), Role::of("a/b.json")), (Role::Entry, Role::Json));
    for path in [
        "money/drafts/a.md",
        "money/Cohorts/2027/a.json",
        "a/DRAFTS/b/drafts/c.md",
        "cohorts/spring/money/drafts/a.md",
        "cohorts/spring/cohorts/fall/a.md",
        "cohorts/Drafts/a.md",
    ] {
        assert_eq!(Role::of(path), Role::Shelved, "{path}");
    }
    // A cohort's folder is laid out as the whole is.
    for (path, role) in [
        ("cohorts/2027-spring/a.md", Role::Entry),
        ("Cohorts/spring.2/money/deep/a.json", Role::Json),
        ("cohorts/spring/lexicon.toml", Role::Lexicon),
        ("cohorts/spring/", Role::EmptyCohort),
        ("cohorts/a.md", Role::Homeless),
        ("cohorts/topics.toml", Role::Homeless),
        ("cohorts/a.txt", Role::Homeless),
        ("cohorts/my spring/a.md", Role::Nameless),
        ("cohorts/my spring/", Role::Nameless),
        ("cohorts/frühling/drafts/a.md", Role::Nameless),
        ("my-cohorts/spring/a.md", Role::Entry),
        ("cohorts.md", Role::Entry),
    ] {
        assert_eq!(Role::of(path), role, "{path}");
    }
    assert!(matches!(Role::of("cohorts/spring/money/topics.toml"), Role::Misnamed(_)));
    let long = format!("cohorts/{}/a.md", "x".repeat(65));
    assert_eq!(Role::of(&long), Role::Nameless);
    assert_eq!((Role::of("drafts.md"), Role::of("my-drafts/a.md")), (Role::Entry, Role::Entry));
}

#[test]
fn ids_and_topics_follow_from_the_path_below_the_root() {
    let text = "+++\nquestion = \"Q?\"\n+++\nA.";
    let (corpus, findings) = parse_in(
        "srv/faq/",
        vec![
            file("srv/faq/top.md", text),
            file("srv/faq/exams/cpc.md", text),
            file("srv/faq/my file.md", text),
            file("srv/faq/drafts/x.md", text),
        ],
    );
    let found: Vec<_> =
        corpus.entries.iter().map(|e| (e.id.value.as_str(), e.topic.as_ref().map(|t| t.as_str()))).collect();
    assert_eq!(found, [("cpc", Some("exams")), ("top", None)]);
    assert_eq!(findings.len(), 1);
    assert!(findings[0].to_string().starts_with("srv/faq/my file.md:1:1: error[FAQ107]"), "{}", findings[0]);
    assert!(findings[0].help.as_deref().is_some_and(|help| help.contains("`my-file.md`")));
}

#[test]
fn an_odd_id_of_data_made_elsewhere_is_served() {
    let (corpus, findings) = parse(vec![file("data.json", r#"[{"id":"späť?","question":"A?","answer":"A."}]"#)]);
    assert_eq!(corpus.entries[0].id.value, "späť?");
    assert_eq!(rendered(&findings).lines().next(), Some("warning[FAQ122]: `späť?` should not be an id"));
}

#[test]
fn settings_files_are_read() {
    let (corpus, findings) = parse(vec![
        file(
            "lexicon.toml",
            "protected = [\"CPC\"]\nsynonyms = [[\"pay\", \"wage\"]]\n[abbreviations]\nhr = \"hour\"\n",
        ),
        file("sources.toml", "[[source]]\nid = \"s\"\ntitle = \"S\"\nas_of = 2024-05-01\ntier = \"official\"\n"),
        file(
            "topics.toml",
            "[[topic]]\nid = \"b\"\ntitle = \"Bees\"\nemoji = \"🐝\"\n[[topic]]\nid = \"a\"\ntitle = \"Ants\"\n",
        ),
    ]);
    assert_eq!(rendered(&findings), "");
    assert_eq!(corpus.topics.iter().map(|t| t.title.as_str()).collect::<Vec<_>>(), ["Bees", "Ants"]);
    assert_eq!(corpus.sources["s"].as_of.as_deref(), Some("2024-05-01"));
    let lexicon = &corpus.lexicon;
    assert_eq!(
        (lexicon.protected.len(), lexicon.synonyms[0].len(), lexicon.abbreviations[0].1.as_str()),
        (1, 2, "hour")
    );
}

#[test]
fn settings_files_with_mistakes_keep_what_can_be_read() {
    let (corpus, findings) = parse(vec![
        file(
            "lexicon.toml",
            "protected = \"CPC\"\nsynonims = []\nsynonyms = [\"pay\", [\"a\", \"b\"]]\nabbreviations = []\n",
        ),
        file("sources.toml", "[source]\nid = \"x\"\n"),
        file("topics.toml", "[[topics]]\nid = \"a\"\n[[topic]]\nid = \"b\"\ntitle = 3\ncolour = \"red\"\n"),
    ]);
    assert_eq!(corpus.lexicon.synonyms.len(), 1);
    assert_eq!(corpus.topics[0].title, "b");
    insta::assert_snapshot!(rendered(&findings));
}

#[test]
fn a_hundred_thousand_entries_are_read() {
    let entries: Vec<String> = (0..100_000)
        .map(|n| {
            format!(
                "{{\"id\":\"e{n}\",\"question\":\"Question number {n} of many?\",\"phrasings\":[\"number {n}\"],\
                 \"answer\":\"The **answer** to {n}.\\n\\n- one\\n- two\"}}"
            )
        })
        .collect();
    let (corpus, findings) = parse(vec![file("data.json", &format!("[{}]", entries.join(",\n")))]);
    assert_eq!((corpus.entries.len(), findings.len()), (100_000, 0));
    assert_eq!(checked(&corpus), []);
    let place = corpus.files.place(corpus.entry("e99999").unwrap().question.span).unwrap();
    assert_eq!(place.line, 100_000);
}

fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "+++\n",
        "question = ",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        "=",
        ":",
        ",",
        "\n",
        "phrasings",
        "reviewed = 2026-11-22\n",
        "\\",
        "é😀",
        "\u{feff}",
        "\r\n",
        "#",
        "[[source]]\n",
        "\"id\": \"a\"",
        "null",
        "1e9",
        "id = \"a\"\n",
        "\"\"\"",
        "\u{0}",
    ]);
    prop::collection::vec(scrap, 0..40).prop_map(|scraps| scraps.concat())
}

proptest! {
    #[test]
    fn any_files_are_read_without_a_panic(text in prop_oneof![any::<String>(), scraps()], header in scraps()) {
        let text = text.as_str();
        let paths = ["a.md", "a.json", "topics.toml", "sources.toml", "lexicon.toml"];
        let mut files: Vec<SourceFile> = paths.iter().map(|path| file(path, text)).collect();
        files.push(file("b.md", &format!("+++\n{header}\n+++\n{text}")));
        files.push(file("b.json", &format!("[{header}{text}]")));
        // As an overlay over themselves, and a part of them.
        let over = |cohort: &str, files: &[SourceFile]| -> Vec<SourceFile> {
            files.iter().map(|f| file(&format!("cohorts/{cohort}/{}", f.path), &f.text)).collect()
        };
        let overlays = [over("all", &files), over("some", files.get(5..).unwrap_or_default())].concat();
        files.extend(overlays);
        let (Folder { base: corpus, cohorts }, mut findings) = parse_folder("", files, &[]);
        let (found, known) = lint::check(&corpus, &lint::Known::default(), jiff::civil::date(2026, 11, 22), 180);
        findings.extend(found);
        for cohort in cohorts.values() {
            let ids = |corpus: &Corpus| corpus.entries.iter().map(|entry| entry.id.value.clone()).collect::<Vec<_>>();
            prop_assert_eq!(ids(cohort), ids(&corpus));
            prop_assert_eq!(&cohort.sources, &corpus.sources);
            prop_assert_eq!(&cohort.left_out, &corpus.left_out);
            findings.extend(lint::check(cohort, &known, jiff::civil::date(2026, 11, 22), 180).0);
        }
        for finding in &findings {
            finding.render(true);
        }
        // Nothing is lost in silence.
        prop_assert!(!corpus.entries.is_empty() || !findings.is_empty());
    }
}
