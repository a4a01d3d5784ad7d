//! A folder as an admin leaves it after a bad day: everything wrong is found at once, and the rest is served.

use std::fs;
use std::path::Path;

use jiff::civil::date;
use telefaq::app::load::{Loaded, load};
use telefaq::engine::corpus::Corpus;

fn write(dir: &Path, files: &[(&str, &[u8])]) {
    for (path, text) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn shown(dir: &Path, loaded: &Loaded) -> String {
    let text: Vec<String> = loaded.diagnostics.iter().map(|finding| finding.render(false)).collect();
    // The arrow is as far in as the line number is wide, whatever the folder is called.
    text.join("\n").replace(&dir.display().to_string(), "faq")
}

#[test]
fn a_folder_after_a_bad_day() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        &[
            ("topics.toml", b"[[topic]]\nid = \"money\"\ntitle = \"Money\"\n[[topic]]\nid = \"exams\"\ntitle = Exams\n"),
            ("sources.toml", b"[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\nurl = \"example.org/pay\"\n"),
            ("lexicon.toml", b"protected = [\"CPC\", \"CCS\"]\nsynonyms = [[\"pay\", \"wage\"], [\"wage\", \"salary\"]]\n"),
            (
                "money/pay.md",
                b"+++\r\nquestion = \"What does a coder earn?\"\r\nphrasing = [\"coder pay\"]\r\nsources = [\"survay\"]\r\n\
                  related = [\"rise\"]\r\nreviewed = 2025-01-31\r\nclaim = \"salary\"\r\n+++\r\n\
                  About $1. See [the survey] (https://example.org).\r\n",
            ),
            (
                "money/raise.md",
                b"+++\nquestion = \"How do I get a raise?\"\ntests = [\"what does a coder earn\"]\nsources = [\"survey\"]\n\
                  reviewed = 2026-11-01\n+++\nAsk for it.\n",
            ),
            ("mony/tax.md", b"+++\nquestion = \"Who pays \"the\" tax?\"\nreviewed = 1.2.2026\n+++\nYou do.\n"),
            ("mony/cost.md", b"+++\nquestion = \"What does it cost?\"\nsources = [\"survey\"]\nreviewed = 2026-11-01\n+++\n$2.\n"),
            ("exams/my notes.md", b"+++\nquestion = \"Which notes?\"\nsources = [\"survey\"]\nreviewed = 2026-11-01\n+++\nNone.\n"),
            ("exams/pay.md", b"+++\nquestion = \"Who pays the exam?\"\nsources = [\"survey\"]\nreviewed = 2026-11-01\n+++\nYou.\n"),
            ("exams/latin.md", b"+++\nquestion = \"caf\xe9?\"\n+++\nYes.\n"),
            ("exams/todo.txt", b"write something about CCS"),
            ("exams/yaml.md", b"---\nquestion: What is YAML?\n---\nAnother format.\n"),
            ("bulk.json", b"[\n {\"id\": \"one\", \"question\": \"One?\", \"answer\": \"1\"},\n {\"id\": \"two\", \"question\": \"Two?\", \"answer\": \"2\",}\n]"),
            ("drafts/half.md", b"not even begun"),
        ],
    );
    let loaded = load(dir.path(), date(2026, 11, 22), 180, telefaq::engine::Language::English);
    insta::assert_snapshot!(shown(dir.path(), &loaded));
    let ids: Vec<&str> = loaded.corpus.entries.iter().map(|entry| entry.id.value.as_str()).collect();
    assert_eq!(ids, ["cost", "one", "pay", "raise"]);
}

#[test]
fn the_same_folder_gives_the_same_findings() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        &[
            ("a/x.md", b"?"),
            ("b/x.md", b"+++\nquestion = \"Q?\"\n+++\nA."),
            ("c/x.md", b"+++\nquestion = \"Q?\"\n+++\nA."),
        ],
    );
    let first = load(dir.path(), date(2026, 11, 22), 180, telefaq::engine::Language::English);
    let second = load(dir.path(), date(2026, 11, 22), 180, telefaq::engine::Language::English);
    assert_eq!(first.diagnostics, second.diagnostics);
    // The first that can be served keeps the id.
    assert_eq!(first.corpus.entries[0].topic.as_ref().unwrap().value, "b");
}

#[test]
fn the_overlays_of_cohorts_after_a_bad_day() {
    let dir = tempfile::tempdir().unwrap();
    let exam = "+++\nquestion = \"When is the exam?\"\nphrasings = [\"exam date\"]\nsources = [\"rules\"]\nclaim = \"exam\"\n\
                reviewed = 2026-11-01\n+++\nIn May.\n";
    write(
        dir.path(),
        &[
            ("sources.toml", b"[[source]]\nid = \"rules\"\ntitle = \"Exam rules\"\nas_of = 2026\n"),
            ("topics.toml", b"[[topic]]\nid = \"exams\"\ntitle = \"Exams\"\n"),
            ("exams/exam.md", exam.as_bytes()),
            (
                "exams/stale.md",
                exam.replace("exam?", "retake?").replace("exam date", "again").replace("2026", "2020").as_bytes(),
            ),
            // Replaces the exam's entry, and takes the date from its source.
            ("cohorts/a/exams/exam.md", exam.replace("In May", "In June").replace("rules", "rule").as_bytes()),
            ("cohorts/a/sources.toml", b"[[source]]\nid = \"rules\"\ntitle = \"Our rules\"\n"),
            ("cohorts/a/exams/drafts/x.md", b"not even begun"),
            ("cohorts/a/drafts/y.md", b"not even begun"),
            // The same question under another id; a topic of another name; a file that is not UTF-8.
            ("cohorts/b/exam/exam-date.md", exam.replace("In May", "In July").as_bytes()),
            ("cohorts/b/exams/stale.md", b"\xff"),
            ("cohorts/b/notes.txt", b"ask the office"),
            ("cohorts/b/cohorts/c/exam.md", exam.as_bytes()),
            ("cohorts/exam.md", exam.as_bytes()),
            ("cohorts/c c/exam.md", exam.as_bytes()),
            ("cohorts/d/README.md", b"What is here?"),
        ],
    );
    let loaded = load(dir.path(), date(2026, 11, 22), 180, telefaq::engine::Language::English);
    insta::assert_snapshot!(shown(dir.path(), &loaded));
    let served =
        |corpus: &Corpus| corpus.entries.iter().map(|entry| entry.id.value.clone()).collect::<Vec<_>>().join(" ");
    let cohorts: Vec<_> = loaded.cohorts.iter().map(|(name, corpus)| format!("{name}: {}", served(corpus))).collect();
    // What replaces an entry and cannot be read does not leave that entry in its place.
    assert_eq!(served(&loaded.corpus), "exam stale");
    assert_eq!(cohorts, ["a: exam stale", "b: exam exam-date", "d: exam stale"]);
}
