//! Entries from and for other programs, new ones and drafts, and findings for GitHub.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::{LIBRARY, Place, SOURCES, Said};

/// Every file below the folder of the FAQ, with its bytes; folders end with a slash.
fn files(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![place.path().join("faq")];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).expect("readable") {
            let path = item.expect("readable").path();
            let name = path.strip_prefix(place.path()).expect("below").to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                found.insert(format!("{name}/"), Vec::new());
                folders.push(path);
            } else {
                found.insert(name, std::fs::read(path).expect("readable"));
            }
        }
    }
    found
}

const FEES: &str = "+++\n# Asked every week.\nquestion = \"What does it cost to be late?\"\nphrasings = [\"overdue fine\"]\n\
                    tests = [\"is there a fine for being late\"]\nsources = [\"rules\"]\nreviewed = 2026-11-01\n+++\n20 cents a day.\n";

/// The library, with one entry in a file of its own.
fn library() -> Place {
    let place = Place::library();
    place.write("config.toml", "[faq]\nreview_days = 36500\n");
    place.write("faq/desk/late-fees.md", FEES);
    place
}

fn all(said: &Said) -> String {
    format!("{}{}exit code {}\n", said.out, said.err, said.code)
}

fn shipped(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("faq").join(name)).expect("it is there")
}

/// What a format leads to when all of the shipped FAQ goes out, into another folder, and out again.
#[test]
fn the_shipped_faq_goes_out_in_and_out_the_same() {
    let faq = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
    let faq = faq.to_string_lossy();
    for format in ["csv", "json"] {
        let place = Place::with(&[("config.toml", "[faq]\nreview_days = 36500\n")]);
        for settings in ["sources.toml", "topics.toml", "lexicon.toml"] {
            place.write(&format!("faq/{settings}"), &shipped(settings));
        }
        let out = place.call(&["export", "--faq", &faq, "--format", format]);
        assert_eq!((out.code, out.err.as_str()), (0, ""));
        place.write(&format!("all.{format}"), &out.out);
        let imported = place.call(&["import", &format!("all.{format}")]);
        assert_eq!((imported.code, imported.err.as_str()), (0, ""), "{}", imported.out);
        assert!(
            imported.out.lines().all(|line| !line.contains('(')),
            "no row has anything to be told: {}",
            imported.out
        );
        let again = place.call(&["export", "--format", format]);
        assert!(again.out == out.out, "{format}: it is not the same again");
        assert_eq!(place.call(&["check"]).out, place.call(&["check", "--faq", &faq]).out);
        let same = place.call(&["import", &format!("all.{format}"), "--replace"]);
        assert!(same.code == 0 && same.out.ends_with("the same\nnothing to write\n"), "{}", same.out);
        // A corpus of one file, as well.
        if format == "json" {
            place.write("one/all.json", &out.out);
            assert!(place.call(&["export", "--faq", "one"]).out == out.out);
        }
    }
}

/// Each sign that is seen, with the tags that it is in: however these are nested, it looks the same.
fn look(html: &str) -> Vec<(char, Vec<String>)> {
    let mut tags: Vec<String> = Vec::new();
    let mut signs = Vec::new();
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        if let Some((tag, after)) = rest.strip_prefix('<').and_then(|inner| inner.split_once('>')) {
            match tag.strip_prefix('/') {
                Some(closed) => {
                    let last = tags.iter().rposition(|open| open.split(' ').next() == Some(closed));
                    tags.remove(last.expect("what is closed is open"));
                }
                None => tags.push(tag.to_owned()),
            }
            rest = after;
            continue;
        }
        if !c.is_whitespace() {
            let mut tags = tags.clone();
            tags.sort();
            signs.push((c, tags));
        }
        rest = &rest[c.len_utf8()..];
    }
    signs
}

#[test]
fn the_shipped_faq_looks_the_same_after_it_was_a_web_page() {
    let faq = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
    let place = Place::with(&[("faq/sources.toml", "")]);
    let page = place.call(&["export", "--faq", &faq.to_string_lossy(), "--format", "faqpage"]).out;
    place.write("page.html", &format!("<html><script type=\"application/ld+json\">{page}</script></html>"));
    let imported = place.call(&["import", "page.html", "--topic", "web"]);
    assert_eq!((imported.code, imported.err.as_str()), (0, ""), "{}", imported.out);
    let answers = |dir: &Path| {
        let loaded =
            telefaq::app::load::load(dir, jiff::civil::date(2026, 11, 26), 36_500, telefaq::engine::Language::English);
        let faq = loaded.corpus.entries.into_iter().filter(|entry| entry.kind == telefaq::engine::corpus::Kind::Faq);
        faq.map(|entry| (entry.question.value, look(&entry.html))).collect::<BTreeMap<_, _>>()
    };
    let (read, shipped) = (answers(&place.path().join("faq")), answers(&faq));
    for (question, answer) in &shipped {
        let differs = read[question].iter().zip(answer).find(|(read, shipped)| read != shipped);
        assert!(differs.is_none() && read[question].len() == answer.len(), "{question}: {differs:?}");
    }
    assert_eq!(read.len(), shipped.len());
}

#[test]
fn export_writes_what_is_asked_for_where_it_is_asked_for() {
    let place = library();
    let csv = place.call(&["export", "--format", "csv"]).out;
    assert!(csv.starts_with("id,topic,question,phrasings,") && csv.contains("\r\nlate-fees,desk,What does"), "{csv}");
    let said = place.call(&["export", "--output", "out/faq.csv"]);
    assert_eq!(
        (said.code, said.out.as_str(), said.err.as_str()),
        (0, "4 entries of faq/ written to out/faq.csv\n", "")
    );
    let written = std::fs::read_to_string(place.path().join("out/faq.csv")).expect("it is there");
    assert_eq!(written.strip_prefix('\u{feff}'), Some(csv.as_str()), "Excel needs the mark");
    assert_eq!(place.call(&["export", "--output", "faq.jsonld"]).code, 0);
    let page: serde_json::Value =
        serde_json::from_slice(&std::fs::read(place.path().join("faq.jsonld")).expect("it is there")).expect("JSON");
    assert_eq!((&page["@type"], page["mainEntity"].as_array().map(Vec::len)), (&json!("FAQPage"), Some(4)));
    assert_eq!(place.call(&["export"]).json()[0]["id"], "borrow-limit");
    let failed = place.call(&["export", "--output", "faq"]);
    assert!(failed.code == 2 && failed.err.starts_with("error: faq cannot be written: "), "{}", failed.err);
    place.write(
        "faq/cohorts/spring/hours.json",
        r#"[{"id": "opening-hours", "question": "When?", "answer": "At night."}]"#,
    );
    let cohort = place.call(&["export", "--cohort", "spring"]).json();
    assert_eq!(cohort[3]["answer"], "At night.", "{cohort}");
    assert_eq!(place.call(&["export", "--cohort", "sprin"]).code, 2);
    place.write("faq/broken.md", "?");
    assert_eq!(place.call(&["export"]).err, "1 finding in faq/: run `telefaq check`\n");
    assert_eq!(Place::with(&[]).call(&["export"]).code, 1);
}

const TABLE: &str = "Title;Category;Body;Priority;Also asked\r\n\
    What does a copy cost?;desk;\"<p><b>10 cents</b> a page.</p>\";1;\"price of copies\nphotocopy\"\r\n\
    What does it cost to be late?;desk;30 cents a day.;2;\r\n\
    ;;;;\r\n\
    How many books may I borrow at once?;;Six.;;\r\n\
    Where is the canteen?;;;3;\r\n";

#[test]
fn import_says_what_becomes_of_each_row_and_then_does_it() {
    let place = library();
    place.write("faqs.csv", TABLE);
    let before = files(&place);
    let dry = place.call(&["import", "faqs.csv", "--dry-run"]);
    insta::assert_snapshot!(all(&dry));
    assert_eq!(files(&place), before, "nothing is written");
    let said = place.call(&["import", "faqs.csv"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("\n1 file written in faq/\n"), "{}", said.out);
    let mut after = before.clone();
    let copy = "+++\nquestion = \"What does a copy cost?\"\nphrasings = [\"price of copies\", \"photocopy\"]\n+++\n**10 cents** a page.\n";
    after.insert("faq/desk/what-does-a-copy-cost.md".into(), copy.into());
    assert_eq!(files(&place), after, "and nothing else");
    let replaced = place.call(&["import", "faqs.csv", "--replace"]);
    insta::assert_snapshot!(all(&replaced));
    after.insert(
        "faq/desk/late-fees.md".into(),
        FEES.replace("20 cents", "30 cents").replace("phrasings = [\"overdue fine\"]\n", "").into(),
    );
    assert_eq!(files(&place), after, "notes stay where they are");
    let again = place.call(&["import", "faqs.csv", "--replace"]);
    assert!(again.out.contains("4 rows: 2 the same, 2 skipped\nnothing to write\n"), "{}", again.out);
}

#[test]
fn import_reads_what_it_is_given() {
    let entry = r#"{"question": "Where is the canteen?", "answer": "Downstairs."}"#;
    let wide: Vec<u8> = "\u{feff}question\tanswer\r\nWhere is the canteen?\tDownstairs.\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let page = "<script type='application/ld+json'>{\"@type\": \"Question\", \"name\": \"Where is the canteen?\", \
                \"acceptedAnswer\": {\"text\": \"<p>Downstairs.</p>\"}}</script>";
    for (name, bytes, unit) in [
        ("faq.json", format!("[{entry}]").into_bytes(), "entry"),
        ("faq.jsonl", format!("{entry}\n").into_bytes(), "entry"),
        ("from-excel.txt", wide, "row"),
        ("page.html", page.as_bytes().to_vec(), "question"),
        ("western.csv", b"question,answer,caf\xe9\nWhere is the canteen?,Downstairs.,\n".to_vec(), "row"),
    ] {
        let place = library();
        std::fs::write(place.path().join(name), &bytes).expect("written");
        let row = if unit == "row" { 2 } else { 1 };
        let line = format!("{unit} {row}  new      faq/house/where-is-the-canteen.md\n");
        let said = place.call(&["import", name, "--topic", "house"]);
        assert!(said.code == 0 && said.out.starts_with(&line), "{name}: {}", all(&said));
        assert_eq!(said.out.contains("Windows-1252"), name == "western.csv", "{}", said.out);
        let written = std::fs::read_to_string(place.path().join("faq/house/where-is-the-canteen.md")).expect("written");
        assert_eq!(written, "+++\nquestion = \"Where is the canteen?\"\n+++\nDownstairs.\n");
        let piped = library().call_with(&["import", "-", "--topic", "house"], &bytes);
        assert!(piped.code == 0 && piped.out.starts_with(&line), "{name}: {}", all(&piped));
    }
}

/// One failing row leaves all others unwritten, too.
#[test]
fn a_refused_import_leaves_the_folder_as_it_was() {
    let place = library();
    // It is no folder, and nothing that is read.
    place.write("faq/shelf", "");
    let before = files(&place);
    for (name, text, arguments, why) in [
        (
            "golden.csv",
            "question,answer,phrasings\nWhere is the canteen?,Downstairs.,\nIs there a fine for being late?,No.,fine for being late\n",
            &[][..],
            "error[FAQ601]: this question should reach `late-fees` but is answered with `is-there-a-fine-for-being-late`",
        ),
        (
            "empty.csv",
            "question,answer\nWhere is the canteen?,Downstairs.\nWhere is the exit?,<!-- upstairs -->\n",
            &[],
            "nothing is written, because the folder would have 1 new error (from row 3)",
        ),
        (
            "shelf.csv",
            "question,answer,topic\nWhere is the canteen?,Downstairs.,desk\nWhere is the exit?,Upstairs.,shelf\n",
            &[],
            "where-is-the-exit.md cannot be written: ",
        ),
        ("none.csv", "What?,This.\n", &[], "no column is called question or answer: the first row has What?, This."),
        (
            "none.json",
            "[{\"question\": \"Q?\" \"answer\": \"A.\"}]",
            &[],
            "none.json: line 1: a comma or the closing } is missing",
        ),
        ("none.html", "<p>Hello", &[], "there are no questions of an FAQPage (schema.org) in this file"),
        ("fine.csv", "question,answer\nQ?,A.\n", &["--topic", "drafts"], "`drafts` cannot be a topic"),
        ("fine.csv", "question,answer\nQ?,A.\n", &["--faq", "elsewhere"], "there is no FAQ folder `elsewhere`"),
        ("fine.csv", "question,answer\nQ?,A.\n", &["--faq", "faq/library.json"], "faq/library.json is one file"),
    ] {
        place.write(name, text);
        for dry in [&["--dry-run"][..], &[]] {
            let said = place.call(&[&["import", name][..], arguments, dry].concat());
            let can_only_fail_in_earnest = name == "shelf.csv" && !dry.is_empty();
            if !can_only_fail_in_earnest {
                assert!(said.code == 2 && said.err.contains(why), "{name}: {}", all(&said));
                assert!(said.err.contains("\n  help: "), "{name}: {}", all(&said));
            }
            assert_eq!(files(&place), before, "{name}");
        }
    }
    assert_eq!(place.call(&["import", "missing.csv"]).code, 2);
}

#[test]
fn new_writes_a_file_that_says_what_belongs_into_it() {
    let place = library();
    let said = place.call(&["new", "copies", "--topic", "desk", "--question", "What does a copy cost?"]);
    insta::assert_snapshot!(all(&said));
    let checked = place.call(&["check"]).out;
    assert!(checked.contains("FAQ117") && checked.ends_with("5 entries, 0 errors, 1 warning\n"), "{checked}");
    assert!(place.call(&["ask", "What does a copy cost?"]).out.contains("This answer is still being written."));
    let before = files(&place);
    for (arguments, why) in [
        (&["copies"][..], "the id `copies` is taken by faq/desk/copies.md"),
        (&["Copies", "--topic", "other"], "the id `Copies` is taken by faq/desk/copies.md"),
        (&["lost-book"], "the id `lost-book` is taken by faq/library.json"),
        (&["a b\u{1b}[31m"], "`a b[31m` cannot be an id"),
        (&["readme"], "`readme` cannot be an id"),
        (&["../up"], "`../up` cannot be an id"),
        (&["up", "--topic", "../up"], "`../up` cannot be a topic"),
        (&["what", "--question", "?!"], "there are no words in that question"),
        (
            &["fine", "--question", "Is there a fine for being late?"],
            "nothing is written, because the folder would have new errors",
        ),
    ] {
        let refused = place.call(&[&["new"][..], arguments].concat());
        assert!(refused.code == 2 && refused.err.contains(why) && refused.err.contains("help: "), "{}", all(&refused));
        assert_eq!(files(&place), before, "{arguments:?}");
    }
    let draft = place.call(&["new", "exit", "--draft"]);
    assert!(draft.code == 0 && draft.out.starts_with("faq/drafts/exit.md\n"), "{}", all(&draft));
    assert_eq!(place.call(&["check"]).out, checked, "nobody gets to see it");
    assert_eq!(place.call(&["new", "exit"]).code, 2);
}

#[test]
fn drafts_are_listed_shown_and_made_entries() {
    let place = library();
    assert_eq!(place.call(&["drafts"]).out, "There are no drafts: faq/drafts/ has no file in it that ends in .md.\n");
    assert_eq!(place.call(&["drafts", "--json"]).json(), json!([]));
    let draft = |question: &str, rest: &str, answer: &str| {
        format!("+++\n# 2026-11-20: from a chat\nquestion = \"{question}\"\n{rest}+++\n{answer}")
    };
    place.write("faq/drafts/canteen.md", &draft("Where is the canteen?", "", ""));
    place.write(
        "faq/drafts/exit.md",
        &draft("Where is the exit?", "sources = [\"rules\"]\nreviewed = 2026-11-20\n", "Upstairs.\n"),
    );
    place.write("faq/drafts/fine.md", &draft("Is there a fine for being late?", "sources = [\"rules\"]\n", "No.\n"));
    place.write("faq/drafts/lost-book.md", &draft("Where are lost books?", "", "Here.\n"));
    place.write("faq/drafts/idea.md", "# 2026-11-19\nSomething about \u{1b}[31mchairs?\n");
    insta::assert_snapshot!(all(&place.call(&["drafts"])));
    let list = place.call(&["drafts", "--json"]).json();
    let told: Vec<(&str, &str, bool)> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|draft| {
            (draft["id"].as_str().expect("a text"), draft["since"].as_str().expect("a day"), draft["ready"] == true)
        })
        .collect();
    let day = "2026-11-20";
    assert_eq!(
        told,
        [
            ("idea", "2026-11-19", false),
            ("canteen", day, false),
            ("exit", day, true),
            ("fine", day, true),
            ("lost-book", day, true)
        ]
    );
    assert_eq!(list[1]["missing"][0]["code"], "FAQ106");
    let shown = place.call(&["drafts", "show", "canteen"]);
    assert!(shown.code == 1 && shown.out.starts_with("+++\n# 2026-11-20: from a chat\n"), "{}", all(&shown));
    assert_eq!(place.call(&["drafts", "show", "exit.md"]).code, 0);
    assert!(!place.call(&["drafts", "show", "idea"]).out.contains('\u{1b}'));

    let before = files(&place);
    for (arguments, code, why) in [
        (&["canteen"][..], 1, "faq/drafts/canteen.md stays a draft: with it there would be 1 new error"),
        (&["fine"], 1, "error[FAQ601]: this question should reach `late-fees` but is answered with `fine`"),
        (&["lost-book"], 2, "the id `lost-book` is taken by faq/library.json"),
        (&["exti"], 2, "did you mean `exit`?"),
        (&["exit", "--topic", "drafts"], 2, "`drafts` cannot be a topic"),
    ] {
        let refused = place.call(&[&["drafts", "promote"][..], arguments].concat());
        assert_eq!(refused.code, code, "{}", all(&refused));
        assert!(all(&refused).contains(why), "{}", all(&refused));
        assert_eq!(files(&place), before, "{arguments:?}");
    }
    let promoted = place.call(&["drafts", "promote", "exit", "--topic", "desk"]);
    assert_eq!(all(&promoted), "faq/desk/exit.md is an entry now, and faq/drafts/exit.md is gone\nexit code 0\n");
    let mut after = before.clone();
    let text = after.remove("faq/drafts/exit.md").expect("it was there");
    after.insert("faq/desk/exit.md".into(), text);
    assert_eq!(files(&place), after);
    assert!(place.call(&["ask", "where is the exit"]).out.contains("Upstairs."));
    place.call(&["new", "chairs", "--draft"]);
    let unwritten = place.call(&["drafts", "promote", "chairs"]);
    assert!(unwritten.code == 1 && unwritten.out.contains("nobody has written this answer yet"), "{}", all(&unwritten));
}

#[test]
fn check_shows_findings_as_github_wants_them() {
    let place = library();
    place.write(
        "faq/desk/copies.md",
        "+++\nquestion = What does a copy cost?\nphrasing = [\"100 %\"]\n+++\n10 cents.\n",
    );
    place.write("faq/desk/exit.md", "Upstairs.\n");
    let said = place.call(&["check", "--format", "github"]);
    insta::assert_snapshot!(all(&said));
    // Wherever the folder is, GitHub knows paths from the root of the repository.
    let whole = place.path().canonicalize().expect("there").join("faq");
    let output =
        place.command(&["check", "--format", "github", "--faq", &whole.to_string_lossy()]).output().expect("it starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), said.out);
    let as_json = place.call(&["check", "--format", "json"]);
    assert_eq!((as_json.code, as_json.json()), (1, place.call(&["check", "--json"]).json()));
    assert_eq!(place.call(&["check", "--format", "text"]).out, place.call(&["check"]).out);
    assert_eq!(place.call(&["check", "--json", "--format", "text"]).code, 2);
    assert_eq!(Place::library().call(&["check", "--format", "github"]).out, Place::library().call(&["check"]).out);
}

#[test]
fn a_faq_of_one_file_has_no_place_for_others() {
    let place = Place::with(&[("library.json", LIBRARY), ("sources.toml", SOURCES), ("x.csv", "q,a\nQ?,A.\n")]);
    for command in [&["import", "x.csv"][..], &["new", "copies"]] {
        let refused = place.call(&[command, &["--faq", "library.json"]].concat());
        assert!(refused.code == 2 && refused.err.contains("is one file"), "{}", all(&refused));
    }
    assert_eq!(place.call(&["export", "--faq", "library.json"]).json().as_array().map(Vec::len), Some(3));
    assert_eq!(place.call(&["drafts", "--faq", "library.json"]).code, 0);
}
