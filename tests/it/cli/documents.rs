//! What the documents show is what the program does.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use telefaq::app::gate::{Faults, Gate, Refusal, Ruling};
use telefaq::app::load::{Edit, load};
use telefaq::engine::Language;
use telefaq::engine::reply::{self, FolderNews};

use super::Place;

/// With this variable set, what a document shows is written anew instead of compared.
const RECORD: &str = "RECORD_DOCUMENTS";

/// Compares a document below the root with what it should be, or writes that.
fn keep(path: &str, document: &str, shown: &str) {
    if std::env::var_os(RECORD).is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), shown).expect("written");
        return;
    }
    let differing = document.lines().zip(shown.lines()).find(|(document, shown)| document != shown);
    assert!(
        document == shown,
        "{path} shows something else than the program does; first there, then here: {differing:#?}\nTo record it anew: \
         {RECORD}=1 cargo test --test it documents"
    );
}

/// The same for a block of a document between `<!-- name -->` and the next `<!-- end -->`.
pub fn keep_block(path: &str, name: &str, block: &str) {
    let text = document(path);
    let marker = format!("<!-- {name} -->\n");
    let (before, rest) = text.split_once(&marker).unwrap_or_else(|| panic!("{path} has no block {name}"));
    let (_, after) = rest.split_once("<!-- end -->").expect("the block ends");
    keep(path, &text, &format!("{before}{marker}\n{}\n\n<!-- end -->{after}", block.trim_end()));
}

fn document(path: &str) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("it is there");
    text.replace("\r\n", "\n")
}

#[test]
fn the_roles_are_those_of_the_table() {
    keep_block("docs/admins.md", "roles", &telefaq::app::roles::table());
}

/// The shipped FAQ with a quote too few in one file.
#[test]
fn the_refusal_is_what_admins_are_told() {
    let dir = Path::new("faq");
    let path = "exams/exam-retake.md";
    let before = document("faq/exams/exam-retake.md");
    let text = before.replacen("?\"\n", "?\n", 1);
    assert_ne!(text, before);
    let gate = Gate {
        dir: dir.to_owned(),
        review_days: 36_500,
        language: Language::English,
        engine: telefaq::engine::Settings::default(),
        encoding: None,
    };
    let today = jiff::civil::date(2026, 11, 26);
    let edit = Edit { path: path.to_owned(), before: Some(before), text: Some(text) };
    let entries = load(dir, today, gate.review_days, gate.language).corpus.entries.len();
    let Ruling::Refused(Refusal { findings, lost }) = gate.look(&[edit], today).rule(&Faults::default(), &[], false)
    else {
        panic!("it is not refused")
    };
    let told = reply::folder_news(&FolderNews::Refused { findings: &findings, lost: &lost, entries }).html;
    let mut quoted = String::new();
    for line in told.lines() {
        let line = line.replace("<b>", "**").replace("</b>", "**").replace("<pre>", "`").replace("</pre>", "`");
        let line = line.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        quoted += &if line.is_empty() { ">\n".to_owned() } else { format!("> {line}<br>\n") };
    }
    let quoted = quoted.replace("<br>\n>\n", "\n>\n");
    keep_block("docs/admins.md", "refusal", quoted.trim_end_matches("<br>\n"));
}

/// The conversation that README.md shows.
#[test]
fn the_readme_shows_what_the_bot_says() {
    let readme = document("README.md");
    let (before, rest) = readme.split_once("-- chat`:\n\n```\n").expect("a block below the command");
    let (shown, after) = rest.split_once("```\n").expect("the block ends");
    let questions: String =
        shown.lines().filter_map(|line| line.strip_prefix("> ")).map(|q| format!("{q}\n")).collect();
    let place = Place::with(&[]);
    let faq = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
    let mut child = place
        .command(&["chat", "--faq", &faq.to_string_lossy()])
        // On whatever day this runs.
        .env("TELEFAQ_FAQ__REVIEW_DAYS", "36500")
        .stdin(Stdio::piped())
        .spawn()
        .expect("it starts");
    child.stdin.take().expect("piped").write_all(questions.as_bytes()).expect("all input is read");
    let said = place.said(&child.wait_with_output().expect("it ends"));
    assert_eq!(said.code, 0, "{}", said.err);
    let said = said.out.trim_end();
    keep("README.md", &readme, &format!("{before}-- chat`:\n\n```\n{said}\n```\n{after}"));
}

/// The small FAQ of docs/writing-entries.md, with its mistakes, and what the commands say of it.
#[test]
fn the_advice_on_writing_shows_what_the_commands_say() {
    play("docs/writing-entries.md");
}

/// The table that docs/import-export.md imports, and what the commands say of it.
#[test]
fn the_page_about_other_programs_shows_what_the_commands_say() {
    let path = "docs/import-export.md";
    keep_block(path, "columns", &columns());
    let place = play(path);
    // The file that comes of it is shown, too.
    let written = std::fs::read_to_string(place.path().join("faq/library/what-do-i-do-when-i-lost-my-card.md"));
    assert_eq!(examples(&document(path), "markdown"), [written.expect("it was imported").trim_end()]);
}

/// The names that columns may have, those of this program first.
fn columns() -> String {
    let row = |column: &telefaq::app::exchange::Column| {
        let others: Vec<String> = column.others.iter().map(|name| format!("`{name}`")).collect();
        format!("| **`{}`** | {} | {} |\n", column.name, column.about, others.join(", "))
    };
    let rows: String = telefaq::app::exchange::COLUMNS.iter().map(row).collect();
    format!("| column | what it holds | other names for it |\n|---|---|---|\n{rows}")
}

/// Writes the files that a document shows, calls the commands that it shows, and compares what they say.
fn play(path: &str) -> Place {
    let advice = document(path);
    let place = Place::with(&[("config.toml", "[faq]\nreview_days = 36500\n")]);
    let mut parts: Vec<String> = advice.split("```").map(str::to_owned).collect();
    assert_eq!(parts.len() % 2, 1, "every block ends");
    let file = |block: &str| {
        let (name, text) = block.split_once('\n').expect("a block has lines");
        name.split_once(' ').map(|(_, path)| (path.to_owned(), text.to_owned()))
    };
    // All files are there from the start, in their first state; those of a cohort from where they are shown.
    for (path, text) in parts.iter().skip(1).step_by(2).rev().filter_map(|block| file(block)) {
        if !path.starts_with("faq/cohorts/") {
            place.write(&path, &text);
        }
    }
    for block in parts.iter_mut().skip(1).step_by(2) {
        if let Some((path, text)) = file(block) {
            place.write(&path, &text);
        } else if let Some((command, _)) = block.strip_prefix("console\n$ telefaq ").and_then(|b| b.split_once('\n')) {
            // What stands between quotes is one argument.
            let quoted = command.split('"').enumerate();
            let arguments: Vec<&str> = quoted
                .flat_map(|(n, part)| if n % 2 == 1 { vec![part] } else { part.split_whitespace().collect() })
                .collect();
            let said = place.call(&arguments);
            *block = format!("console\n$ telefaq {command}\n{}\n", format!("{}{}", said.out, said.err).trim_end());
        }
    }
    keep(path, &advice, &parts.join("```"));
    place
}

/// The commands of the workflow that docs/reviewing.md offers are ones that there are, and end as it says.
#[test]
fn the_workflow_for_reviews_does_what_it_says() {
    let page = document("docs/reviewing.md");
    let place = Place::library();
    place.write("questions.jsonl", "{\"query\": \"lost a book\", \"id\": \"lost-book\"}\n");
    let commands =
        page.lines().filter_map(|line| line.split_once("~/telefaq/bin/telefaq ").map(|(_, command)| command));
    let commands: Vec<&str> = commands.map(|command| command.split(['&', '|']).next().unwrap_or_default()).collect();
    assert_eq!(commands.len(), 4);
    let call = |command: &str| place.call(&command.split_whitespace().collect::<Vec<_>>());
    for command in &commands {
        assert_eq!(call(command).code, 0, "{command}");
    }
    place.write("faq/broken.md", "?");
    place.write("questions.jsonl", "{\"query\": \"lost a book\", \"id\": \"borrow-limit\"}\n");
    for command in &commands {
        assert_eq!(call(command).code, 1, "{command}");
    }
    assert_eq!(call("check --format json").json()["errors"], 1);
}

/// The examples of a Markdown text in this language, without the indentation they have there.
fn examples(text: &str, language: &str) -> Vec<String> {
    let blocks = text.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    let unindented = |block: &str| {
        let indent = block.len() - block.trim_start_matches(' ').len();
        block.lines().map(|line| line.get(indent..).unwrap_or_default()).collect::<Vec<_>>().join("\n")
    };
    blocks.filter(|(name, _)| *name == language).map(|(_, block)| unindented(block)).collect()
}

#[test]
fn the_examples_for_admins_have_nothing_wrong_alone_or_among_other_entries() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/faq/README.md")).expect("it is there");
    // Nor will they have when the day they show is long past.
    let place = Place::with(&[("config.toml", "[faq]\nreview_days = 36500\n")]);
    let copy = |language: &str, path: &str| match examples(&readme, language).as_slice() {
        [example] => place.write(path, example),
        other => panic!("one example of {language}, not {}", other.len()),
    };
    let check = |entries: &str| {
        let said = place.call(&["check"]);
        assert_eq!((said.code, said.out), (0, format!("{entries}, 0 errors, 0 warnings\n")));
    };
    copy("toml", "faq/sources.toml");
    copy("markdown", "faq/library/opening-hours.md");
    check("1 entry");
    copy("json", "faq/more.json");
    check("2 entries");
    let others = [
        ("lost-book", "What do I do when I lost a book?", r#""lost a book", "my book is gone""#),
        ("library-card", "How do I get a library card?", r#""sign up for a card", "become a member""#),
        ("printing", "Can I print something in the library?", r#""where is the printer""#),
        ("canteen", "When is the canteen open?", r#""canteen hours", "when can I eat lunch""#),
        ("working-here", "How do I become a librarian?", r#""can I work in the library", "library jobs""#),
    ];
    for (n, (id, question, phrasings)) in (3..).zip(others) {
        let header = format!("question = \"{question}\"\nphrasings = [{phrasings}]\nsources = [\"house-rules\"]");
        place.write(
            &format!("faq/library/{id}.md"),
            &format!("+++\n{header}\nreviewed = 2026-11-22\n+++\nAsk at the desk.\n"),
        );
        check(&format!("{n} entries"));
    }
}
