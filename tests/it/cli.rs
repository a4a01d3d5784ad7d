//! The program as it is called: arguments and input in, output and exit code out.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with a small FAQ in it, for the program to run in.
struct Place(TempDir);

/// What a call came to.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {}{}", self.out, self.err))
    }
}

const LIBRARY: &str = r#"[
  {"id": "opening-hours", "question": "When is the library open?", "answer": "Every day from 8 to 20.",
   "phrasings": ["library opening hours", "when do you open"], "sources": ["rules"], "reviewed": "2026-11-01"},
  {"id": "lost-book", "question": "What do I do when I lost a book?", "answer": "Tell the desk & pay for it.",
   "phrasings": ["lost a book", "my book is gone"], "sources": ["rules"], "related": ["opening-hours"],
   "reviewed": "2026-11-01"},
  {"id": "borrow-limit", "question": "How many books may I borrow at once?", "answer": "Five.",
   "phrasings": ["how many books can I take home", "maximum number of loans"], "sources": ["rules"],
   "reviewed": "2026-11-01"}
]"#;

const SOURCES: &str = "[rules]\ntitle = \"House rules\"\npublisher = \"The library\"\nurl = \"https://library.example/rules\"\n\
                       as_of = \"2026\"\n";

impl Place {
    /// The library's FAQ and nothing wrong with it.
    fn library() -> Self {
        Self::with(&[("faq/library.json", LIBRARY), ("faq/sources.toml", SOURCES)])
    }

    fn with(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let place = Self(dir);
        for (path, text) in files {
            place.write(path, text);
        }
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        std::fs::write(path, text).expect("written");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_telefaq"));
        for (name, _) in std::env::vars_os() {
            let own = name.to_string_lossy();
            if own.starts_with("TELEFAQ_") || own.starts_with("TELOXIDE_") || own == "RUST_LOG" {
                command.env_remove(name);
            }
        }
        command.current_dir(self.path()).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn call(&self, arguments: &[&str]) -> Said {
        self.said(&self.command(arguments).output().expect("it starts"))
    }

    fn call_with(&self, arguments: &[&str], input: &[u8]) -> Said {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("piped");
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let said = self.said(&child.wait_with_output().expect("it ends"));
        writer.join().expect("joined").expect("all input is read");
        said
    }

    /// With the temporary folder's name taken out.
    fn said(&self, output: &Output) -> Said {
        let text = |bytes: &[u8]| {
            let real = std::fs::canonicalize(self.path()).expect("there");
            let text = String::from_utf8_lossy(bytes).into_owned();
            text.replace(&*real.to_string_lossy(), "[DIR]").replace(&*self.path().to_string_lossy(), "[DIR]")
        };
        Said { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn ask_json_has_every_part_of_an_answer() {
    let said = Place::library().call(&["ask", "--json", "lost", "a", "book"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let value = said.json();
    assert_eq!(value["decision"], "answer");
    assert_eq!(value["candidates"][0]["id"], "lost-book");
    assert!(value["candidates"][0]["score"].is_number());
    assert!((70.0..=100.0).contains(&value["confidence"].as_f64().expect("a number")));
    assert_eq!(value["question"], "What do I do when I lost a book?");
    assert_eq!(value["answer_text"], "Tell the desk & pay for it.");
    assert_eq!(value["answer_html"], "Tell the desk &amp; pay for it.");
    let source = json!({"id": "rules", "title": "House rules", "publisher": "The library",
                        "url": "https://library.example/rules", "as_of": "2026"});
    assert_eq!(value["sources"], json!([source]));
    assert_eq!(value["related"], json!([{"id": "opening-hours", "question": "When is the library open?"}]));
}

#[test]
fn ask_json_without_an_answer_has_the_same_keys_empty() {
    let said = Place::library().call(&["ask", "zebra crossing quantum", "--json"]);
    assert_eq!(said.code, 0);
    let value = said.json();
    assert_eq!(value["decision"], "decline");
    for key in ["question", "answer_html", "answer_text"] {
        assert_eq!(value[key], Value::Null, "{key}");
    }
    assert_eq!((&value["sources"], &value["related"]), (&json!([]), &json!([])));
    assert!(value["candidates"].is_array());
}

#[test]
fn match_answers_every_line_in_order_and_copies_the_rest_through() {
    let place = Place::library();
    let topics = ["lost a book", "library opening hours", "how many books can I take home", "weather on Mars"];
    let input: String = (0..3000)
        .map(|n| format!("{{\"n\": {n}, \"query\": \"{}\", \"Käse\": [1.50, {{\"a\" : null}}]}}\n", topics[n % 4]))
        .collect();
    let said = place.call_with(&["match"], input.as_bytes());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let answers = lines(&said.out);
    assert_eq!(answers.len(), 3000);
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer["n"], n);
        assert_eq!(answer["query"], topics[n % 4]);
        assert!(["answer", "suggest", "decline"].contains(&answer["decision"].as_str().expect("a word")));
        let confidence = answer["confidence"].as_f64().expect("a number");
        assert!((0.0..=100.0).contains(&confidence) && (confidence * 10.0 - (confidence * 10.0).round()).abs() < 1e-6);
        assert!(answer["candidates"].as_array().is_some_and(|c| c.len() <= 10));
    }
    assert_eq!(answers[0]["candidates"][0]["id"], "lost-book");
    let first = said.out.lines().next().expect("a line");
    assert!(first.ends_with(r#","n":0,"Käse":[1.50, {"a" : null}]}"#), "values as they were written: {first}");
}

#[test]
fn match_puts_an_error_in_the_place_of_a_bad_line_and_goes_on() {
    let input = b"\xef\xbb\xbf{\"query\":\"lost a book\"}\r\n\n{\"query\":7}\nnonsense\n{\"q\":\"x\"}\n[1]\n\xff\xfe\n\
                  {\"query\":\"a\\ud800\"}\n{\"query\":\"\"}\n{\"query\":\"x\",\"decision\":\"mine\",\"confidence\":-1}";
    let said = Place::library().call_with(&["match"], input);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    assert_eq!(lines(&said.out).len(), 9);
    // The other lines are the engine's business.
    insta::assert_snapshot!(said.out.lines().filter(|line| line.contains("\"error\"")).collect::<Vec<_>>().join("\n"));
}

#[test]
fn match_answers_a_line_while_the_input_stays_open() {
    let place = Place::library();
    let mut child = place.command(&["match"]).stdin(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    for question in ["lost a book", "library opening hours"] {
        writeln!(stdin, "{}", json!({"query": question})).expect("written");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("answered");
        assert_eq!(lines(&line)[0]["query"], question);
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn match_of_nothing_is_nothing() {
    let said = Place::library().call_with(&["match"], b"");
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
}

#[test]
fn a_reader_that_goes_away_is_not_an_error() {
    let place = Place::library();
    let mut child = place.command(&["match"]).stdin(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("piped");
    // The pipe breaks on our side too, as soon as the program has noticed.
    while writeln!(stdin, "{}", json!({"query": "lost a book"})).is_ok() {}
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    let mut child = place.command(&["config"]).spawn().expect("it starts");
    drop(child.stdout.take());
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn eval_measures_and_keeps_to_floors() {
    let place = Place::library();
    place.write(
        "q.jsonl",
        "{\"query\":\"lost a book\",\"id\":\"lost-book\"}\n{\"query\":\"weather on Mars\",\"id\":null}\n\
         {\"query\":\"library opening hours\",\"id\":[\"lost-book\",\"opening-hours\"]}\n",
    );
    let said = place.call(&["eval", "q.jsonl", "--json"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let report = said.json();
    assert_eq!((&report["questions"], &report["in_scope"], &report["out_of_scope"]), (&json!(3), &json!(2), &json!(1)));
    assert_eq!(report["accuracy@1"], 1.0);
    assert_eq!(report["mrr"], 1.0);
    assert_eq!(report["misses"], json!([]));
    let said = place.call(&["eval", "q.jsonl", "--ranks", "--floor", "accuracy@1=1"]);
    assert_eq!(said.code, 0);
    assert_eq!(said.out, " 1 answer  lost a book\n x decline weather on Mars\n 1 answer  library opening hours\n");
    assert_eq!(place.call(&["eval", "q.jsonl", "--floor", "declined=0.5"]).code, 1);
    assert_eq!(place.call(&["eval", "q.jsonl", "--floor", "beauty=0.5"]).code, 2);
}

#[test]
fn eval_names_bad_lines_and_unknown_ids() {
    let place = Place::library();
    place.write("q.jsonl", "{\"query\":\"lost a book\",\"id\":\"lost-bok\"}\n{\"query\":\"x\"}\n");
    let said = place.call(&["eval", "q.jsonl", "--json"]);
    assert_eq!(said.code, 1);
    assert_eq!(said.json()["questions"], 1);
    insta::assert_snapshot!(said.err);
    assert_eq!(place.call(&["eval", "missing.jsonl"]).code, 2);
}

#[test]
fn config_shows_what_holds_and_why_and_never_a_secret() {
    let place = Place::library();
    place.write("config.toml", "[answering]\nanswer_at = 80\n[telegram]\ntoken = \"123456:abcdefghij\"\n");
    let output = place
        .command(&["config", "--faq", "elsewhere"])
        .env("TELEFAQ_WEB__LISTEN", "127.0.0.1:0")
        .env("TELEFAQ_TEST_POSTGRES", "postgres://x")
        .output()
        .expect("it starts");
    let said = place.said(&output);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(!said.out.contains("abcdefghij"));
    insta::assert_snapshot!(said.out);
}

#[test]
fn a_wrong_configuration_is_a_failure_that_says_everything() {
    let place = Place::library();
    place.write("my.toml", "[web]\nlisten = 8080\n[answring]\n");
    for command in ["config", "check", "ask"] {
        let arguments = if command == "ask" { vec!["ask", "x"] } else { vec![command] };
        let said = place.call(&[&["--config", "my.toml"][..], &arguments].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{command}");
        assert!(said.err.contains("my.toml:2:10") && said.err.contains("[answering]"), "{}", said.err);
    }
    let said = place.call(&["config", "--config", "nowhere.toml"]);
    assert_eq!(said.code, 2);
    insta::assert_snapshot!(said.err);
}

#[test]
fn a_missing_folder_is_a_failure_that_says_what_to_do() {
    let place = Place::with(&[]);
    for arguments in
        [&["check"][..], &["ask", "x"], &["match"], &["eval", "q.jsonl"], &["explain", "x"], &["chat"], &["run"], &[]]
    {
        place.write("q.jsonl", "{\"query\":\"x\",\"id\":null}\n");
        let said = place.call(arguments);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}");
        assert!(said.err.contains("there is no FAQ folder faq/"), "{}", said.err);
    }
    insta::assert_snapshot!(place.call(&["check", "--faq", "a/b"]).err);
}

#[test]
fn wrong_usage_is_a_failure_and_help_is_not() {
    let place = Place::with(&[]);
    assert_eq!(place.call(&["ask"]).code, 2);
    assert_eq!(place.call(&["dance"]).code, 2);
    assert_eq!(place.call(&["--help"]).code, 0);
    assert_eq!(place.call(&["--version"]).out.trim(), concat!("telefaq ", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = place.call(&["completions", shell]);
        assert!(said.code == 0 && said.out.contains("telefaq"), "{shell}");
    }
}
