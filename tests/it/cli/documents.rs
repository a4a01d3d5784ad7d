//! What the documents show is what the program does.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use super::Place;

/// The conversation that README.md shows.
#[test]
fn the_readme_shows_what_the_bot_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("it is there").replace("\r\n", "\n");
    let (before, rest) = readme.split_once("-- chat`:\n\n```\n").expect("a block below the command");
    let (shown, after) = rest.split_once("```\n").expect("the block ends");
    let questions: String =
        shown.lines().filter_map(|line| line.strip_prefix("> ")).map(|q| format!("{q}\n")).collect();
    let place = Place::with(&[]);
    let mut child = place
        .command(&["chat", "--faq", &root.join("faq").to_string_lossy()])
        // On whatever day this runs.
        .env("TELEFAQ_FAQ__REVIEW_DAYS", "36500")
        .stdin(Stdio::piped())
        .spawn()
        .expect("it starts");
    child.stdin.take().expect("piped").write_all(questions.as_bytes()).expect("all input is read");
    let said = place.said(&child.wait_with_output().expect("it ends"));
    assert_eq!(said.code, 0, "{}", said.err);
    let said = format!("{}\n", said.out.trim_end());
    if std::env::var_os("RECORD_README").is_some() {
        std::fs::write(root.join("README.md"), format!("{before}-- chat`:\n\n```\n{said}```\n{after}"))
            .expect("written");
        return;
    }
    assert!(
        said == shown,
        "README.md shows another conversation than the bot has. To record it anew:\n  RECORD_README=1 cargo test --test \
         it the_readme_shows\n\nREADME.md:\n{shown}\nthe bot:\n{said}"
    );
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
