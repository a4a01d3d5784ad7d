//! Tests of the formats: what is written is read back, and what other programs write is understood or refused.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::diagnostic::SourceFile;
use crate::engine::corpus::{Claim, Kind, parse};

fn table(text: &str, name: &str) -> Table {
    read(text.as_bytes(), name, None).unwrap_or_else(|why| panic!("{why:?}"))
}

/// What the rows say, each key as one text.
fn said(table: &Table) -> Vec<Vec<(&'static str, String)>> {
    let row = |row: &Row| row.values.iter().map(|(key, value)| (key.name(), value.text())).collect();
    table.rows.iter().map(row).collect()
}

/// The entries that rows make of nothing.
fn entries_of(table: &Table) -> Vec<NewEntry> {
    let entry = |row: &Row| {
        let mut entry = NewEntry::default();
        assert_eq!((columns::put(&row.values, &mut entry), &row.problem), (Vec::new(), &None));
        entry.id = row.values.get(&Key::Id).map(Value::text).unwrap_or_default();
        entry.topic = row.values.get(&Key::Topic).map(Value::text).filter(|topic| !topic.is_empty());
        entry.sources = columns::sources(&row.values).unwrap_or_default();
        entry
    };
    table.rows.iter().map(entry).collect()
}

fn whole() -> NewEntry {
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    NewEntry {
        id: "late-fees".into(),
        topic: Some("library".into()),
        question: "=What does \"late\" cost, please?".into(),
        phrasings: texts(&["-overdue fine", "I forgot, what now; hm"]),
        tests: texts(&["is there a fine"]),
        not: texts(&["the book is gone"]),
        sources: texts(&["house-rules", "letter"]),
        related: texts(&["lost-book"]),
        reviewed: Some(date(2026, 11, 26)),
        review_days: Some(60),
        claim: Some(Claim::Cost),
        short: Some("'20 cents.\n\n+a day".into()),
        owner: Some("@desk".into()),
        kind: Kind::Smalltalk,
        answer: "- You pay **20 cents**.\n- 😀 \\*".into(),
        notes: Vec::new(),
    }
}

#[test]
fn a_table_is_as_spreadsheets_want_it() {
    let plain = NewEntry { id: "a".into(), question: "Q?".into(), answer: "A.".into(), ..NewEntry::default() };
    insta::assert_snapshot!(csv_file::write(&[whole(), plain]).replace('\r', "␍"));
}

#[test]
fn what_is_written_is_read_back() {
    let all =
        vec![whole(), NewEntry { id: "a".into(), question: "Q?".into(), answer: "A.".into(), ..NewEntry::default() }];
    assert_eq!(entries_of(&table(&csv_file::write(&all), "x.csv")), all);
    assert_eq!(entries_of(&table(&json_file::write(&all), "x.json")), all);
}

#[test]
fn json_is_what_the_folder_reads() {
    let text = json_file::write(&[whole()]);
    let (corpus, findings) = parse(vec![SourceFile { path: "x.json".into(), text: text.clone() }]);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(entries(&corpus), [whole()]);
    assert_eq!(export(&corpus, Format::Json), text);
}

#[test]
fn a_page_has_the_questions_that_people_look_for() {
    let text = "[{\"id\": \"a\", \"question\": \"How <long>?\", \"answer\": \"**Long**, [see](https://x.org).\\n\\n- </script>\"},
                 {\"id\": \"b\", \"question\": \"Hello!\", \"kind\": \"smalltalk\", \"answer\": \"Hi.\"}]";
    let (corpus, _) = parse(vec![SourceFile { path: "x.json".into(), text: text.into() }]);
    insta::assert_snapshot!(export(&corpus, Format::FaqPage));
    let page = format!("<script type=\"application/ld+json\">{}</script>", export(&corpus, Format::FaqPage));
    for read in [table(&export(&corpus, Format::FaqPage), "x.json"), table(&page, "x.html")] {
        let answer = "**Long**, [see](https://x.org).\n\n- \\</script>".to_owned();
        assert_eq!(said(&read), [[("question", "How <long>?".to_owned()), ("answer", answer)]]);
    }
}

#[test]
fn tables_of_other_programs_are_understood() {
    let rows = [vec![("question", "How, much?".to_owned()), ("answer", "5 \"dollars\"\na day".to_owned())]];
    for text in [
        "question,answer\n\"How, much?\",\"5 \"\"dollars\"\"\na day\"\n",
        "\u{feff}Question;Answer;\r\nHow, much?;\"5 \"\"dollars\"\"\na day\";\r\n;;\r\n",
        "Q\tA\nHow, much?\t\"5 \"\"dollars\"\"\na day\"",
        "sep=|\r\nTitle|Body\r\nHow, much?|\"5 \"\"dollars\"\"\na day\"",
        "a,q\n\"5 \"\"dollars\"\"\na day\",\"How, much?\"\n",
    ] {
        assert_eq!(said(&table(text, "x.csv")), rows, "{text}");
    }
    let read = table("Priority,Question,Answer,,Author\n1,Q?,<p>A <b>b</b></p>,,me\n2,,,\n,,,,\n", "faq.csv");
    assert_eq!(read.unknown, ["Priority", "Author"]);
    assert_eq!(read.notes, ["answers in HTML were made Markdown: 1"]);
    assert_eq!(read.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(read.rows[0].values[&Key::Answer], Value::Text("A **b**".into()));
}

#[test]
fn a_row_with_a_slip_is_told_and_the_others_are_read() {
    let read = table("question,answer\nWhat?,This, that\nWho?,Me\nWhy?,\"Because\nWhen?,Now\n", "x.csv");
    let problems: Vec<Option<&str>> = read.rows.iter().map(|row| row.problem.as_deref()).collect();
    let wide =
        "it has 1 more cell than there are names in the first row: is a quote (\") missing around a cell with a comma?";
    let open = "a quote (\") in it is not closed, so it takes in the rest of the file";
    assert_eq!(problems, [Some(wide), None, Some(open)]);
}

#[test]
fn json_of_other_programs_is_understood() {
    let rows = [vec![("question", "How?".to_owned()), ("phrasings", "a\nb".to_owned()), ("answer", "7".to_owned())]];
    for text in [
        r#"[{"question": "How?", "answer": 7, "phrasings": ["a", "b"], "topic": null}]"#,
        r#"{"title": "How?", "body": "7", "variants": "a\nb"}"#,
        r#"{"version": 2, "faqs": [{"Question": "How?", "Answer": "7", "Phrasings": ["a", "b"]}]}"#,
        "\n{\"q\": \"How?\", \"a\": \"7\", \"phrasings\": [\"a\", \"b\"]}\n\n",
    ] {
        assert_eq!(said(&table(text, "x.json")), rows, "{text}");
    }
    let read = table("{\"q\": \"1\", \"x\": 1}\n\n{\"q\": \"2\" \"a\"}\n[]\n{\"q\": {}}\n", "x.jsonl");
    assert_eq!((&read.unknown[..], read.unit), (&["x".to_owned()][..], "line"));
    let problems: Vec<(usize, Option<&str>)> =
        read.rows.iter().map(|row| (row.number, row.problem.as_deref())).collect();
    assert_eq!(problems[0], (1, None));
    assert!(
        problems[1].0 == 3 && problems[1].1.unwrap().starts_with("a comma or the closing } is missing: "),
        "{problems:?}"
    );
    assert!(problems[2].1.unwrap().starts_with("it is no object"));
    assert_eq!(problems[3], (5, Some("`q` should be a text or a list of texts, but is an object")));
}

#[test]
fn questions_of_pages_are_found_wherever_they_are() {
    let question = r#"{"@type": "Question", "name": "How &amp; why?", "url": "https://x.org/q",
                       "acceptedAnswer": {"@type": "Answer", "text": "<p>So.</p><ul><li>a</li></ul>"}}"#;
    let rows = [vec![
        ("question", "How & why?".to_owned()),
        ("answer", "So.\n\n- a".to_owned()),
        ("url", "https://x.org/q".to_owned()),
    ]];
    for text in [
        question.to_owned(),
        format!("[{question}]"),
        format!(r#"{{"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": [{question}]}}"#),
        format!(
            r##"{{"@graph": [{{"@type": ["WebPage", "FAQPage"], "mainEntity": [{{"@id": "#q", "@type": "Question"}}]}}, {question}]}}"##
        ),
        format!("<!DOCTYPE html><p>Hi<script type='application/ld+json'>\n//<![CDATA[\n{question}\n//]]>\n</script>"),
        format!(
            "<script type='application/ld+json'>{{broken</script><script type='application/ld+json'><!--{question}--></script>"
        ),
        question
            .replace("\"Question\"", "[\"https://schema.org/Question\"]")
            .replace("{\"@type\": \"Answer\"", "{\"@type\": \"Answer\", \"x\": 1"),
    ] {
        for name in ["x.html", "x.jsonld", "page"] {
            assert_eq!(said(&table(&text, name)), rows, "{text}");
        }
    }
    for (answers, answer) in [
        (r#""acceptedAnswer": [{"text": "One"}, {"text": "Two"}]"#, "One"),
        (r#""acceptedAnswer": "Line &lt;1\n\n- line 2""#, "Line <1\n\n- line 2"),
        (r#""suggestedAnswer": [{"text": {"@value": "So", "@language": "en"}}]"#, "So"),
    ] {
        let read = table(&format!("{{\"@type\": \"Question\", \"name\": \"Q?\", {answers}}}"), "x.jsonld");
        assert_eq!(read.rows[0].values[&Key::Answer], Value::Text(answer.into()));
    }
}

#[test]
fn what_has_no_entries_is_refused_with_what_to_do() {
    for (bytes, name, what) in [
        (b"".as_slice(), "x.csv", "there is nothing in this file"),
        (
            b"What is it?,This\nAnd that?,That\n",
            "x.csv",
            "no column is called question or answer: the first row has What is it?, This",
        ),
        (b"[{\"q\": \"1\"},\n {\"q\": }]", "x.json", "line 2: this is not JSON the bot can read (expected value)"),
        (b"7", "x.json", "there are no entries in this file"),
        (b"<p>Hello</p>", "x.html", "there are no questions of an FAQPage (schema.org) in this file"),
        (b"<p>Hello</p>", "x.json", "there are no entries in this file"),
        (b"{\"@type\": \"FAQPage\"}", "x.jsonld", "there are no questions of an FAQPage (schema.org) in this file"),
        (
            b"<script type='application/ld+json'>{\"a\": 1,}</script>",
            "x.html",
            "there are no questions of an FAQPage (schema.org) in this file; the data of the page (script 1, line 1 of it) cannot be \
             read: there is a comma after the last element",
        ),
    ] {
        let refused = read(bytes, name, None).unwrap_err();
        assert_eq!(refused.what, what);
        assert!(!refused.help.is_empty());
    }
}

#[test]
fn the_format_is_told_from_the_name_or_else_the_text() {
    for (name, format) in [
        ("faq.csv", Some(Format::Csv)),
        ("FAQ.TSV", Some(Format::Csv)),
        ("a.b/faq.json", Some(Format::Json)),
        ("x.ndjson", Some(Format::Json)),
        ("x.htm", Some(Format::FaqPage)),
        ("x.txt", None),
        ("-", None),
    ] {
        assert_eq!(Format::of_name(name), format, "{name}");
    }
    for text in [
        "q,a\nQ?,A.",
        "[{\"q\": \"Q?\", \"a\": \"A.\"}]",
        "{\"@type\": \"Question\", \"name\": \"Q?\", \"acceptedAnswer\": \"A.\"}",
    ] {
        assert_eq!(said(&table(text, "-")), [[("question", "Q?".to_owned()), ("answer", "A.".to_owned())]]);
    }
    assert!(read(b"[{\"q\": \"Q?\"}]", "x.json", Some(Format::Csv)).is_err(), "what is asked for is what is read");
}

proptest! {
    /// Any text comes back from a cell, and no spreadsheet takes the cell for a formula.
    #[test]
    fn cells_are_harmless_and_read_back(
        texts in prop::collection::vec("(\\PC|[=+@'\"\\-;,|\n ]){0,12}", 4),
        start in prop::sample::select(vec!["", "=", "+", "-", "@", "'", "'=", "''-", " =", "' +", "＝", "\""]),
    ) {
        let [question, phrasing, owner, answer] = &texts[..] else { return Ok(()) };
        let entry = NewEntry {
            id: "a".into(),
            question: format!("{start}{question}"),
            phrasings: vec![format!("{start}{phrasing}"), phrasing.clone()],
            owner: Some(format!("{start}{owner}")),
            answer: format!("{start}{answer}"),
            ..NewEntry::default()
        }
        .cleaned();
        prop_assume!(!markup::is_html(&entry.answer));
        let text = csv_file::write(std::slice::from_ref(&entry));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for cell in reader.records().map_while(Result::ok).flat_map(|record| record.iter().map(str::to_owned).collect::<Vec<_>>()) {
            prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']), "{:?}", cell);
        }
        let read = entries_of(&table(&text, "x.csv"));
        prop_assert_eq!(read.iter().map(NewEntry::cleaned).collect::<Vec<_>>(), [entry]);
    }

    #[test]
    fn no_bytes_are_too_much(bytes in prop::collection::vec(any::<u8>(), 0..80), name in prop::sample::select(vec!["a.csv", "a.json", "a.html", "a"])) {
        let _ = read(&bytes, name, None);
    }

    #[test]
    fn no_text_is_too_much(text in "([\\[\\]{}\":,;<>/a\\\\\n\t]|question|answer|Question|@type|<script type=application/ld\\+json>){0,24}") {
        for name in ["a.csv", "a.json", "a.html", "a"] {
            let _ = read(text.as_bytes(), name, None);
        }
    }
}
