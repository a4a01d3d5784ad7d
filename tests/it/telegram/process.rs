//! The real program against the fake: signals, sudden death, long outages, and what its log gives away.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use tempfile::TempDir;

use super::world::HOST;
use crate::fake_telegram::{FakeTelegram, Fault, PATIENCE, Student, TOKEN};

const FAQ: &str = r#"[
    {"id": "cpc-what-is", "question": "What is the CPC?", "answer": "The CPC is a coding certification."},
    {"id": "ccs-what-is", "question": "What is the CCS?", "answer": "The CCS is for hospital coders."},
    {"id": "exam-retake", "question": "Can I retake the exam?", "answer": "Yes, once without a new fee."},
    {"id": "opening-hours", "question": "When is the office open?", "answer": "From nine to five."}
]"#;

/// A folder to run in and the program, which is killed at the end.
pub struct Program {
    pub fake: Arc<FakeTelegram>,
    pub folder: TempDir,
    child: Option<Child>,
    /// Whether Telegram brings the updates.
    webhook: bool,
    /// More of its environment.
    pub environment: Vec<(&'static str, &'static str)>,
}

impl Program {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("faq")).unwrap();
        std::fs::write(folder.path().join("faq/questions.json"), FAQ).unwrap();
        Self { fake: FakeTelegram::start().await, folder, child: None, webhook: false, environment: Vec::new() }
    }

    async fn with_webhook() -> Self {
        let mut program = Self::new().await;
        program.webhook = true;
        program.fake.resolve(HOST, &[]);
        program
    }

    /// Where the page and the webhook are, once the program has said so; Telegram's calls go there from now on.
    pub async fn address(&self) -> SocketAddr {
        let said = |_: &FakeTelegram| {
            let output = self.output();
            let line = output.lines().rev().find_map(|line| line.strip_prefix("The bot's page: http://"))?;
            line.parse().ok()
        };
        let address = self.fake.until("it says where the page is", said).await;
        self.fake.resolve(HOST, &[address]);
        address
    }

    pub fn start(&mut self, log: &str) {
        let path = self.folder.path();
        let output = File::options().create(true).append(true).open(path.join("output")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_telefaq"));
        if self.webhook {
            // The line of an earlier start is no longer true.
            std::fs::write(path.join("output"), "").unwrap();
            command.env("TELEFAQ_TELEGRAM__MODE", "webhook");
            command.env("TELEFAQ_TELEGRAM__WEBHOOK_URL", format!("https://{HOST}/telegram/hook"));
        }
        let child = command
            .args(["--faq", &shown(&path.join("faq"))])
            .current_dir(path)
            .env("TELOXIDE_TOKEN", TOKEN)
            .env("TELOXIDE_API_URL", self.fake.url())
            .env("TELEFAQ_WEB__LISTEN", "127.0.0.1:0")
            .env("TELEFAQ_STORE__URL", format!("sqlite://{}", shown(&path.join("telefaq.db"))))
            .env("RUST_LOG", log)
            .envs(self.environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    /// Everything the program has printed.
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.folder.path().join("output")).unwrap()).into_owned()
    }

    /// Tells whether the program has printed these words.
    fn output_contains(&self, words: &'static str) -> impl Fn() -> bool + use<> {
        let path = self.folder.path().join("output");
        move || String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains(words)
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("a running program");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Sends a signal and waits for the end; returns the exit code.
    async fn stop(&mut self, signal: &str) -> Option<i32> {
        let mut child = self.child.take().expect("a running program");
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let ended = tokio::task::spawn_blocking(move || child.wait().unwrap());
        tokio::time::timeout(PATIENCE, ended).await.expect("the program ends").unwrap().code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            eprintln!("--- output of the program ---\n{}", self.output());
        }
    }
}

fn shown(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn sent(students: &[Student]) -> usize {
    students.iter().map(|student| student.sent().len()).sum()
}

#[tokio::test]
async fn a_sudden_death_in_the_middle_of_a_burst_loses_nothing() {
    let mut program = Program::new().await;
    let students: Vec<Student> = (1..=10).map(|id| program.fake.student(id)).collect();
    let questions = ["What is the CPC?", "What is the CCS?", "Can I retake the exam?", "When is the office open?"];
    program.start("info");
    for question in questions {
        for student in &students {
            student.says(question);
        }
    }
    program.fake.until("a part is answered", |_| (sent(&students) >= 12).then_some(())).await;
    program.kill();
    let before = sent(&students);
    assert!(before < 40, "it was killed in the middle");
    program.start("info");
    program.fake.all_confirmed().await;
    for student in &students {
        assert!(student.sent().len() >= questions.len(), "a question of chat {} was lost", student.chat);
    }
    assert!(sent(&students) <= 41, "{} answers to 40 questions", sent(&students));
}

#[tokio::test]
async fn a_sudden_death_loses_nothing_of_what_was_acknowledged_while_it_waits() {
    let mut program = Program::new().await;
    let ann = program.fake.student(7);
    program.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(600));
    program.start("info");
    ann.says("What is the CPC?");
    ann.says("What is the CCS?");
    program.fake.all_confirmed().await;
    program.kill();
    assert_eq!(ann.sent().len(), 0);
    let files = ["telefaq.db", "telefaq.db-wal"].map(|file| std::fs::read(program.folder.path().join(file)).unwrap());
    assert!(!files.concat().windows(11).any(|bytes| bytes == b"is the CPC?"), "nothing is at rest in the clear");
    program.start("info");
    ann.expect_answer("coding certification").await;
    ann.expect_answer("hospital coders").await;
    assert_eq!(program.stop("-TERM").await, Some(0));
    assert_eq!(ann.sent().len(), 2);
}

#[tokio::test]
async fn both_signals_end_it_well() {
    for signal in ["-TERM", "-INT"] {
        let mut program = Program::new().await;
        let ann = program.fake.student(7);
        program.start("info");
        ann.says("What is the CPC?");
        ann.next().await;
        assert_eq!(program.stop(signal).await, Some(0), "{signal}");
        assert_eq!(program.fake.pending(), 0, "{signal}: what was answered is confirmed");
        assert_eq!(ann.sent().len(), 1);
    }
}

#[tokio::test]
async fn a_signal_while_the_engine_is_built_ends_it_well_too() {
    let mut program = Program::new().await;
    let entry = |n: u32| {
        let question = format!("How do word{n} and word{} go with word{}?", n * 7 % 1000, n * 13 % 1000);
        serde_json::json!({"id": format!("entry-{n}"), "question": question, "answer": "They do."})
    };
    let faq = serde_json::Value::from_iter((0..10_000).map(entry));
    std::fs::write(program.folder.path().join("faq/questions.json"), faq.to_string()).unwrap();
    program.start("debug");
    let loading = program.output_contains("loading the FAQ");
    program.fake.until("it loads", |_| loading().then_some(())).await;
    assert_eq!(program.stop("-TERM").await, Some(0));
    assert_eq!(program.fake.count("getMe"), 0, "it was still loading");
}

#[tokio::test]
async fn a_signal_while_telegram_is_away_ends_it_too() {
    let mut program = Program::new().await;
    let ann = program.fake.student(7);
    program.start("info");
    ann.says("What is the CPC?");
    ann.next().await;
    program.fake.down().await;
    let start = Instant::now();
    assert_eq!(program.stop("-TERM").await, Some(0));
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}

#[tokio::test]
async fn an_outage_of_twelve_seconds_is_over_when_it_is_over() {
    let mut program = Program::new().await;
    let students: Vec<Student> = (1..=5).map(|id| program.fake.student(id)).collect();
    program.start("info");
    students[0].says("What is the CPC?");
    students[0].next().await;
    program.fake.down().await;
    for student in &students {
        student.says("What is the CCS?");
    }
    tokio::time::sleep(Duration::from_secs(12)).await;
    program.fake.up().await;
    let back = Instant::now();
    for student in &students {
        student.next().await;
    }
    assert!(back.elapsed() < Duration::from_secs(5), "{:?}", back.elapsed());
    program.fake.all_confirmed().await;
    assert_eq!(sent(&students), 6);
}

#[tokio::test]
async fn a_wrong_token_is_an_error_that_says_where_to_get_one() {
    let mut program = Program::new().await;
    program.fake.plan("getMe", None, usize::MAX, Fault::Refused(401, "Unauthorized"));
    program.start("info");
    let mut child = program.child.take().unwrap();
    let ended = tokio::task::spawn_blocking(move || child.wait().unwrap());
    let code = tokio::time::timeout(PATIENCE, ended).await.expect("the program ends").unwrap().code();
    assert_eq!(code, Some(2));
    let output = program.output();
    assert!(output.contains("@BotFather") && !output.contains(TOKEN), "{output}");
}

#[tokio::test]
async fn with_a_webhook_page_and_route_are_on_one_port_until_the_end() {
    let mut program = Program::with_webhook().await;
    let ann = program.fake.student(7);
    program.start("info");
    let address = program.address().await;
    ann.says("What is the CPC?");
    ann.expect_answer("coding certification").await;
    program.fake.all_confirmed().await;
    let page = Client::new().get(format!("http://{address}/health")).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let stranger = Client::new().post(format!("http://{address}/telegram/hook")).body("{}").send().await.unwrap();
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    let secret = program.fake.webhook().unwrap().secret.unwrap();
    // Longer than the page alone would be waited for.
    program.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(6));
    let sends = program.fake.count("sendMessage");
    ann.says("What is the CCS?");
    program.fake.until("it is in hand", |fake| (fake.count("sendMessage") > sends).then_some(())).await;
    assert_eq!(program.stop("-TERM").await, Some(0));
    assert_eq!((ann.sent().len(), program.fake.pending()), (2, 0), "what was in hand got its answer, and its 200");
    assert_eq!((program.fake.count("deleteWebhook"), program.fake.count("getUpdates")), (0, 0));
    ann.says("Can I retake the exam?");
    program.start("info");
    program.address().await;
    ann.expect_answer("hospital coders").await;
    ann.expect_answer("once without a new fee").await;
    assert_eq!(program.fake.webhook().unwrap().secret.as_deref(), Some(&*secret), "it is the same for the same key");
}

#[tokio::test]
async fn a_sudden_death_with_a_webhook_loses_nothing_and_doubles_nothing() {
    let mut program = Program::with_webhook().await;
    let students: Vec<Student> = (1..=10).map(|id| program.fake.student(id)).collect();
    program.start("info");
    program.address().await;
    for question in ["What is the CPC?", "What is the CCS?", "Can I retake the exam?", "When is the office open?"] {
        for student in &students {
            student.says(question);
        }
    }
    program.fake.until("a part is answered", |_| (sent(&students) >= 12).then_some(())).await;
    program.kill();
    assert!(sent(&students) < 40, "it was killed in the middle");
    program.start("info");
    program.address().await;
    program.fake.all_confirmed().await;
    assert!(students.iter().all(|student| student.sent().len() >= 4), "a question was lost");
    // Of each chat one may have been answered and not noted.
    assert!(sent(&students) <= 44, "{} answers to 40 questions", sent(&students));
}

#[tokio::test]
async fn what_was_not_answered_before_a_sudden_death_comes_again_and_is_answered_once() {
    let mut program = Program::with_webhook().await;
    let ann = program.fake.student(7);
    program.start("info");
    program.address().await;
    program.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(2));
    ann.says("What is the CPC?");
    program.fake.until("it is in hand", |fake| fake.calls("sendMessage").pop()).await;
    assert_eq!(program.fake.pending(), 1, "it is not acknowledged");
    program.kill();
    program.start("info");
    program.address().await;
    ann.expect_answer("coding certification").await;
    program.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 1);
}

#[tokio::test]
async fn with_a_webhook_the_log_gives_nothing_away_either() {
    let mut program = Program::with_webhook().await;
    let ann = program.fake.student(987_654_321);
    program.start("trace");
    let address = program.address().await;
    ann.says("What is the CPC, asks Xanthippe?");
    ann.next().await;
    let secret = program.fake.webhook().unwrap().secret.unwrap();
    let call = |body: &'static str, secret: &str| {
        let call = Client::new().post(format!("http://{address}/telegram/hook")).body(body);
        call.header("X-Telegram-Bot-Api-Secret-Token", secret).send()
    };
    call("Xanthippe", &secret).await.unwrap();
    call("{}", "Xanthippe").await.unwrap();
    assert_eq!(program.stop("-TERM").await, Some(0));
    let output = program.output();
    assert!(output.contains("without its secret") && output.contains("brought no update"), "{output}");
    assert!(!output.contains("SECRET") && !output.contains(&secret), "a secret is in the log");
    for line in output.lines().filter(|line| line.contains("telefaq")) {
        assert!(!line.contains("Xanthippe") && !line.contains("987654321"), "{line}");
    }
}

#[tokio::test]
async fn the_log_gives_nothing_away() {
    let mut program = Program::new().await;
    let ann = program.fake.student(987_654_321);
    program.start("trace");
    ann.says("What is the CPC, asks Xanthippe?");
    ann.next().await;
    program.fake.down().await;
    ann.says("Does Xanthippe get an answer?");
    program.fake.up().await;
    ann.next().await;
    assert_eq!(program.stop("-TERM").await, Some(0));
    let output = program.output();
    assert!(!output.contains("SECRET"), "the token is in the log");
    for line in output.lines().filter(|line| line.contains("telefaq")) {
        assert!(!line.contains("Xanthippe") && !line.contains("987654321"), "{line}");
    }
}
