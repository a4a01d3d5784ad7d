//! The program as it is called: arguments and input in, output and exit code out.

mod cohorts;
pub mod documents;
#[cfg(feature = "encoder")]
mod encoder;
mod exchange;
mod killed;

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
   "phrasings": ["library opening hours", "when do you open"], "sources": ["rules"], "reviewed": "2026-11-01", "review_days": 36500},
  {"id": "lost-book", "question": "What do I do when I lost a book?", "answer": "Tell the desk & pay for it.",
   "phrasings": ["lost a book", "my book is gone"], "sources": ["rules"], "related": ["opening-hours"],
   "reviewed": "2026-11-01", "review_days": 36500},
  {"id": "borrow-limit", "question": "How many books may I borrow at once?", "answer": "Five.",
   "phrasings": ["how many books can I take home", "maximum number of loans"], "sources": ["rules"],
   "reviewed": "2026-11-01", "review_days": 36500}
]"#;

const SOURCES: &str = "[[source]]\nid = \"rules\"\ntitle = \"House rules\"\npublisher = \"The library\"\nurl = \"https://library.example/rules\"\n\
                       as_of = \"2026\"\n";

impl Place {
    /// The library's FAQ and nothing wrong with it.
    fn library() -> Self {
        Self::with(&[("faq/library.json", LIBRARY), ("faq/sources.toml", SOURCES)])
    }

    /// The same with a bar for suggestions that no question on another matter passes: three entries are few to learn
    /// from, and what the engine makes of them is not the matter here.
    fn strict_library() -> Self {
        let place = Self::library();
        place.write("config.toml", "[answering]\nsuggest_at = 65\n");
        place
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
    let said = Place::strict_library().call(&["ask", "zebra crossing quantum", "--json"]);
    assert_eq!(said.code, 0);
    let value = said.json();
    assert_eq!(value["decision"], "decline");
    for key in ["question", "answer_html", "answer_text"] {
        assert_eq!(value[key], Value::Null, "{key}");
    }
    assert_eq!((&value["sources"], &value["related"]), (&json!([]), &json!([])));
    assert!(value["candidates"].is_array());
}

/// Two questions of the library's in one message.
const TWO: &str = "how many books can I take home?\nlibrary opening hours";

#[test]
fn ask_answers_several_questions_in_their_order() {
    let said = Place::library().call(&["ask", TWO]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let answers: Vec<&str> = said.out.split("\n\n---\n\n").collect();
    assert!(answers.len() == 2 && answers[0].contains("Five.") && answers[1].contains("from 8 to 20"), "{}", said.out);
}

#[test]
fn ask_json_has_the_first_of_several_questions_and_all_of_them_as_parts() {
    let place = Place::library();
    let mut value = place.call(&["ask", "--json", TWO]).json();
    let parts = value.as_object_mut().expect("an object").remove("parts").expect("there are several");
    assert_eq!(parts[0], value);
    assert_eq!(parts[0]["answer_text"], "Five.");
    assert_eq!(parts[1]["answer_text"], "Every day from 8 to 20.");
    assert_eq!(parts.as_array().map(Vec::len), Some(2));
    assert!(place.call(&["ask", "--json", "lost a book"]).json().get("parts").is_none(), "there is one");
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
    for (arguments, code) in [(&["config"][..], 0), (&["check"], 0), (&["check", "--json", "--faq", "elsewhere"], 1)] {
        let mut child = place.command(arguments).spawn().expect("it starts");
        drop(child.stdout.take());
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{arguments:?}");
    }
    let wrong =
        (0..200).map(|n| format!("{{\"id\":\"e{n}\",\"question\":\"Question {n}?\",\"answer\":\"A.\",\"x\":1}}"));
    place.write("many/a.json", &format!("[{}]", wrong.collect::<Vec<_>>().join(",\n")));
    for arguments in [&["check", "--faq", "many"][..], &["check", "--faq", "many", "--json"]] {
        let mut child = place.command(arguments).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("it says something");
        assert_eq!(child.wait().expect("it ends").code(), Some(1), "{arguments:?}");
    }
    let said = place.call(&["check", "--faq", "many"]);
    assert!(said.out.ends_with("200 entries, 0 errors, 200 warnings\n"), "{}", said.out);
    let report = place.call(&["check", "--faq", "many", "--json"]).json();
    assert_eq!((&report["warnings"], &report["findings"][100]["count"]), (&json!(200), &json!(100)));
}

#[test]
fn eval_measures_and_keeps_to_floors() {
    let place = Place::strict_library();
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
    assert_eq!(place.call(&["eval", "q.jsonl", "--ceiling", "wrong_answers=0"]).code, 0);
    let said = place.call(&["eval", "q.jsonl", "--ceiling", "declined=0.2", "--floor", "mrr=0.9"]);
    assert_eq!((said.code, said.err.as_str()), (1, "error: declined is 0.3333, above its ceiling of 0.2\n"));
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
    place.write("none.jsonl", "\n");
    let said = place.call(&["eval", "none.jsonl"]);
    assert!(said.code == 2 && said.err.starts_with("error: there is no question"), "{}", said.err);
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
fn a_missing_folder_is_a_finding_that_says_what_to_do() {
    let place = Place::with(&[("q.jsonl", "{\"query\":\"x\",\"id\":null}\n")]);
    for arguments in
        [&["check"][..], &["ask", "x"], &["match"], &["eval", "q.jsonl"], &["explain", "x"], &["chat"], &["run"], &[]]
    {
        let said = place.call(arguments);
        // `check` has findings as its output; to the others they are why there is none.
        let (findings, nothing) = if arguments == ["check"] { (said.out, said.err) } else { (said.err, said.out) };
        assert_eq!((said.code, nothing.as_str()), (1, ""), "{arguments:?}");
        assert!(findings.contains("error[FAQ001]: there is no FAQ folder `faq` in [DIR]"), "{findings}");
    }
    let said = place.call(&["check", "--json"]);
    let report = said.json();
    assert_eq!((said.code, &report["entries"], &report["errors"]), (1, &json!(0), &json!(1)));
    assert_eq!(report["findings"][0]["code"], "FAQ001");
    insta::assert_snapshot!(place.call(&["check", "--faq", "a/b"]).out);
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

#[test]
fn ask_shows_what_a_student_sees() {
    let place = Place::strict_library();
    let said = place.call(&["ask", "lost", "a", "book"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    // How old an answer is called depends on the day of the test.
    let shown: Vec<&str> = said.out.lines().filter(|line| !line.to_lowercase().contains("checked")).collect();
    insta::assert_snapshot!(shown.join("\n"));
    let said = place.call(&["ask", "zebra crossing quantum"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("don't know"), "{}", said.out);
}

#[test]
fn chat_is_a_conversation_with_numbers_for_buttons() {
    let place = Place::library();
    let said =
        place.call_with(&["chat"], "lost a book\n\n2\n1\n\u{1b}[31mnonsense\n/dance\n/quit\nnot read\n".as_bytes());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    for words in ["> lost a book", "Tell the desk & pay for it.", "1) 👍", "1) It is wrong", "House rules"] {
        assert!(said.out.contains(words), "{words} is missing in {}", said.out);
    }
    assert!(!said.out.contains("not read"));
    assert!(!said.out.contains('\u{1b}'), "what a terminal would obey is taken out");
    assert!(!place.path().join("data").exists(), "nothing is left behind");
}

#[test]
fn chat_numbers_the_buttons_of_several_replies_one_after_the_other() {
    let place = Place::library();
    let said = place.call_with(&["chat"], b"lost a book? how many books can I take home?\n5\n99\n");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let (first, rest) = said.out.split_once("Five.").expect("the second answer");
    assert!(first.contains("Tell the desk") && first.contains("  1) ") && first.contains("  4) "), "{}", said.out);
    let (offered, pressed) = rest.split_once("> 5").expect("the press");
    assert!(offered.contains("  5) \u{1f44d}") && offered.contains("  6) \u{1f44e}"), "{}", said.out);
    assert!(pressed.contains("(Thanks, noted.)"), "{}", said.out);
    assert!(pressed.contains("the last one is 7"), "a notice leaves the buttons as they are: {}", said.out);
}

#[test]
fn a_number_that_is_no_button_is_not_asked_about() {
    let place = Place::library();
    let said = place.call_with(&["chat"], b"lost a book\n99\n0\n2\n99213\n");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    for words in ["There is no button 99; the last one is", "There is no button 0;", "1) It is wrong"] {
        assert!(said.out.contains(words), "{words} is missing in {}", said.out);
    }
    assert!(!said.out.contains("no button 99213"), "it may be a code to ask about: {}", said.out);
}

/// Starts the bot, and reads from standard output what it says in its first lines.
#[cfg(unix)]
fn start(command: &mut Command, lines: usize) -> (Running, Vec<String>) {
    let mut child = command.env("TELEFAQ_WEB__LISTEN", "127.0.0.1:0").spawn().expect("it starts");
    let stdout = BufReader::new(child.stdout.take().expect("piped"));
    let said = stdout.lines().take(lines).map(|line| line.expect("text")).collect();
    (Running(child), said)
}

/// Ends with the test, however that ends.
#[cfg(unix)]
struct Running(std::process::Child);

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn run_serves_the_page_and_stops_at_a_signal() {
    let place = Place::library();
    for signal in ["-TERM", "-INT"] {
        let (mut bot, said) = start(&mut place.command(&[]), 2);
        let address = said[0].strip_prefix("The bot's page: http://").expect("the address");
        assert!(!address.ends_with(":0"), "the real port: {address}");
        assert!(said[1].contains("@BotFather") && said[1].contains("TELOXIDE_TOKEN"), "{}", said[1]);
        let mut page = std::net::TcpStream::connect(address).expect("it listens");
        page.set_read_timeout(Some(std::time::Duration::from_secs(20))).expect("a socket");
        write!(page, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("asked");
        let mut answer = String::new();
        BufReader::new(page).read_line(&mut answer).expect("answered");
        assert!(answer.contains(" 200 "), "{answer}");
        let sent = Command::new("kill").args([signal, &bot.0.id().to_string()]).status().expect("kill is there");
        assert!(sent.success());
        assert_eq!(bot.0.wait().expect("it ends").code(), Some(0));
    }
    assert!(place.path().join("data/telefaq.db").exists() && place.path().join("data/telefaq.key").exists());
}

#[test]
fn run_says_which_option_frees_a_port_in_use() {
    let place = Place::library();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it has one").to_string();
    let output = place.command(&["run"]).env("TELEFAQ_WEB__LISTEN", &address).output().expect("it starts");
    let said = place.said(&output);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    insta::assert_snapshot!(said.err.replace(&address, "[ADDRESS]"));
}

#[test]
fn run_says_what_to_do_about_an_address_and_a_key_that_cannot_be_used() {
    let place = Place::library();
    // Set aside for documentation, so nobody's.
    let output = place.command(&["run"]).env("TELEFAQ_WEB__LISTEN", "192.0.2.1:8080").output().expect("it starts");
    let mut shown = place.said(&output).err;
    place.write("data/telefaq.key", "too short");
    let output = place.command(&["run"]).env("TELEFAQ_WEB__LISTEN", "127.0.0.1:0").output().expect("it starts");
    shown += &place.said(&output).err;
    insta::assert_snapshot!(shown);
}

#[test]
fn run_needs_a_token_when_it_is_required_and_something_to_run() {
    let place = Place::library();
    for (name, value) in [("TELEFAQ_TELEGRAM__REQUIRED", "true"), ("TELEFAQ_WEB__LISTEN", "false")] {
        let output = place.command(&["run"]).env(name, value).output().expect("it starts");
        let said = place.said(&output);
        assert_eq!((said.code, said.out.as_str()), (2, ""));
        assert!(said.err.contains("TELOXIDE_TOKEN"), "{}", said.err);
    }
}

#[test]
fn findings_that_leave_something_to_serve_are_one_line() {
    let place = Place::library();
    place.write("faq/broken.md", "+++\nquestion = 7\n+++\nText.\n");
    let said = place.call(&["ask", "lost a book", "--json"]);
    assert_eq!(said.code, 0);
    assert_eq!(said.json()["candidates"][0]["id"], "lost-book");
    assert!(said.err.contains("in faq/: run `telefaq check`") && said.err.lines().count() == 1, "{}", said.err);
}

#[test]
fn check_shows_every_finding_and_counts_them() {
    let place = Place::library();
    let said = place.call(&["check"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "3 entries, 0 errors, 0 warnings\n", ""));
    place.write("faq/broken.md", "+++\nquestion = 7\n+++\nText.\n");
    let said = place.call(&["check"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("faq/broken.md:2:12"), "{}", said.out);
    assert!(said.out.lines().last().is_some_and(|line| line.starts_with("3 entries, ")), "{}", said.out);
    let said = place.call(&["check", "--json"]);
    let report = said.json();
    assert_eq!((said.code, &report["entries"]), (1, &json!(3)));
    let findings = report["findings"].as_array().expect("a list");
    let count = |severity: &str| findings.iter().filter(|f| f["severity"] == severity).count();
    assert_eq!((&report["errors"], &report["warnings"]), (&json!(count("error")), &json!(count("warning"))));
    let broken = findings.iter().find(|f| f["file"] == "faq/broken.md").expect("it is listed");
    assert_eq!((&broken["severity"], &broken["line"]), (&json!("error"), &json!(2)));
    let code = broken["code"].as_str().expect("a code");
    let said = place.call(&["check", "--explain", code]);
    assert!(said.code == 0 && said.out.starts_with(code), "{}", said.out);
    assert_eq!(place.call(&["check", "--explain", "FAQ999"]).code, 2);
}

#[test]
fn check_explains_every_code_it_and_the_others_show() {
    let place = Place::with(&[]);
    for code in ["FAQ404", "cfg004", "EVL001"] {
        let said = place.call(&["check", "--explain", code]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert!(said.out.starts_with(&code.to_uppercase()) && said.out.contains("Wrong:"), "{}", said.out);
    }
    let said = place.call(&["check", "--explain", "golden-missed"]);
    assert!(said.out.starts_with("FAQ601 golden-missed (error)"), "{}", said.out);
}

#[test]
fn explain_takes_the_code_of_a_finding_for_one_and_everything_else_for_a_question() {
    let place = Place::library();
    let said = place.call(&["explain", "faq601"]);
    assert!(said.out.starts_with("FAQ601 golden-missed (error)"), "{}", said.out);
    for question in [&["FAQ999"][..], &["golden-missed"], &["what", "is", "FAQ601"]] {
        let said = place.call(&[&["explain"], question].concat());
        assert!(said.code == 0 && said.out.starts_with("Decision: "), "{}", said.out);
    }
}

#[test]
fn a_failing_golden_is_found_by_check_and_counted_wherever_the_folder_is_served() {
    let place = Place::library();
    let golden = LIBRARY.replace("\"answer\": \"Five.\"", "\"answer\": \"Five.\", \"tests\": [\"lost a book\"]");
    place.write("faq/library.json", &golden);
    place.write("faq/z.json", "[{\"id\": \"?\", \"question\": \"Which id?\", \"answer\": \"None.\"}]");
    let report = place.call(&["check", "--json"]).json();
    let found: Vec<(&str, &str)> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|f| Some((f["code"].as_str()?, f["file"].as_str()?)))
        .collect();
    let library = "faq/library.json";
    assert_eq!(found, [("FAQ601", library), ("FAQ604", library), ("FAQ107", "faq/z.json")], "in the files' order");
    for arguments in [&["ask", "lost", "a", "book"][..], &["match"], &["explain", "x"], &["chat"]] {
        let said = place.call(arguments);
        assert_eq!((said.code, said.err.as_str()), (0, "3 findings in faq/: run `telefaq check`\n"), "{arguments:?}");
    }
}

#[test]
fn a_folder_without_an_entry_that_can_be_served_is_a_finding() {
    let place = Place::with(&[("faq/broken.md", "+++\nquestion = 7\n+++\nText.\n")]);
    let said = place.call(&["ask", "x"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.err.contains("faq/broken.md:2:12"), "{}", said.err);
    assert_eq!(place.call(&["check"]).code, 1);
    let place = Place::with(&[("faq/topics.toml", "")]);
    let said = place.call(&["match"]);
    assert!(said.code == 1 && said.err.contains("there is no entry to serve in `faq`"), "{}", said.err);
}

#[test]
fn the_language_of_the_configuration_is_that_of_the_engine() {
    let place = Place::library();
    let spanish = "¿Cuándo puedo ir a la biblioteca y qué libros hay?";
    let explained = place.call(&["explain", spanish]);
    let line = "It is in Spanish, by its small words, and the entries are in English: declined";
    assert!(explained.out.lines().any(|said| said == line), "{}", explained.out);
    let asked = place.call(&["ask", spanish]);
    assert!(asked.out.contains("I can only read English so far"), "{}", asked.out);
    let russian = place.call(&["explain", "когда открыта библиотека"]);
    assert!(russian.out.contains("It is in Cyrillic letters, and the entries are in English"), "{}", russian.out);
    place.write("config.toml", "[faq]\nlanguage = \"es\"\n");
    assert!(!place.call(&["explain", spanish]).out.contains("It is in"));
    assert!(place.call(&["ask", "when is the library open or when do you close it"]).out.contains("read Spanish"));
    assert!(place.call(&["config"]).out.contains("language = \"spanish\""));
}
