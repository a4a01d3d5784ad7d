//! What the whole program costs: memory at rest, and a cohort that asks at once. `cargo bench --bench service` prints a
//! table; Linux only, since it reads `/proc`.
//!
//! The real program runs over the shipped corpus against the fake Bot API of the tests, which takes its share of the same
//! cores. Nothing here asserts a time: machines differ and drift.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a bench that cannot run should say where")]

#[allow(dead_code, unused_imports, reason = "a bench needs a part of what tests need")]
#[path = "../tests/it/fake_telegram/mod.rs"]
mod fake_telegram;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fake_telegram::{FakeTelegram, Student, TOKEN};

/// The private chats that ask at once. (A bot's own id is the number that its token begins with, 42 here.)
const CHATS: std::ops::Range<i64> = 1_000..2_000;

/// The program with a folder of its own; killed at the end.
struct Program {
    child: Child,
    _folder: tempfile::TempDir,
}

impl Program {
    fn start(fake: Option<&FakeTelegram>, messages_per_second: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_telefaq"));
        command
            .arg("--faq")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("faq"))
            .current_dir(folder.path())
            .env_remove("TELOXIDE_TOKEN")
            .env("TELEFAQ_WEB__LISTEN", "127.0.0.1:0")
            .env("TELEFAQ_TELEGRAM__MESSAGES_PER_SECOND", messages_per_second.to_string())
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(fake) = fake {
            command.env("TELOXIDE_TOKEN", TOKEN).env("TELOXIDE_API_URL", fake.url());
        }
        Self { child: command.spawn().unwrap(), _folder: folder }
    }

    /// A figure of `/proc/PID/status`, in MB.
    fn memory(&self, figure: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(figure)).expect("a figure of the kernel's");
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn row(what: &str, value: f64, unit: &str) {
    println!("{what:<72} {value:>9.1} {unit}");
}

/// A first question is answered: everything is loaded.
async fn greet(fake: &Arc<FakeTelegram>) -> Student {
    let first = fake.student(CHATS.end);
    first.says("What is the CPC exam?");
    first.next().await;
    first
}

async fn memory_at_rest() {
    let fake = FakeTelegram::start().await;
    let start = Instant::now();
    let program = Program::start(Some(&fake), 30);
    let _first = greet(&fake).await;
    row("from start to the first answer in Telegram", start.elapsed().as_secs_f64(), "s");
    // What was needed once is given back meanwhile.
    tokio::time::sleep(Duration::from_secs(3)).await;
    row("resident memory at rest", program.memory("VmRSS"), "MB");
    row("its highest so far, while loading", program.memory("VmHWM"), "MB");
}

async fn cohort(messages_per_second: u32, what: &str) {
    let questions =
        ["ccs or cpc whats better", "can i work from home", "how much do coders erarn", "hello", "wether 2day"];
    let fake = FakeTelegram::start().await;
    let program = Program::start(Some(&fake), messages_per_second);
    let _first = greet(&fake).await;
    let students: Vec<Student> = CHATS.map(|id| fake.student(id)).collect();
    let start = Instant::now();
    for (student, question) in students.iter().zip(questions.iter().cycle()) {
        student.says(question);
    }
    // Counting calls is cheap for the fake, which runs on the same cores.
    while fake.count("sendMessage") <= students.len() {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let answered = fake.count("sendMessage") - 1;
        assert!(start.elapsed() < Duration::from_secs(120), "{answered} were answered");
    }
    row(what, start.elapsed().as_secs_f64(), "s");
    row("  resident memory afterwards", program.memory("VmRSS"), "MB");
    assert!(students.iter().all(|student| student.sent().len() == 1), "one answer each");
}

/// 5,000 updates from 1,000 chats within a moment, at Telegram's limits, which the fake enforces: 800 private chats with five
/// questions each, 200 groups with four lines of chatter and a question to the bot.
async fn load() {
    const PRIVATE: i64 = 800;
    const GROUPS: i64 = 200;
    let questions =
        ["ccs or cpc whats better", "can i work from home", "how much do coders erarn", "hello", "wether 2day"];
    let fake = FakeTelegram::start().await;
    fake.keeps_pace();
    let program = Program::start(Some(&fake), 30);
    let _first = greet(&fake).await;
    let students: Vec<Student> = (0..PRIVATE).map(|id| fake.student(CHATS.start + id)).collect();
    let groups: Vec<_> = (0..GROUPS).map(|id| fake.group(-1_001_000_000_000 - id, &[])).collect();
    let start = Instant::now();
    for (round, question) in questions.into_iter().enumerate() {
        for student in &students {
            student.says(question);
        }
        for group in &groups {
            let text = if round == 2 { "/ask what is the CPC exam?" } else { "see you all on thursday" };
            group.member(7, "Ann").says(text);
        }
    }
    let answers = |fake: &FakeTelegram| fake.count("sendMessage") - fake.refused_for_pace() - 1;
    let all = (PRIVATE * 5 + GROUPS) as usize;
    let (mut memory, mut quarter) = (Vec::new(), 1);
    while answers(&fake) < all {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(start.elapsed() < Duration::from_secs(400), "{} were answered", answers(&fake));
        if answers(&fake) * 4 >= all * quarter {
            memory.push(program.memory("VmRSS"));
            quarter += 1;
        }
    }
    row("5,000 updates from 1,000 chats, 30 messages a second: all answered after", start.elapsed().as_secs_f64(), "s");
    row("  refused by Telegram because there were too many", fake.refused_for_pace() as f64, "");
    let waits = |at: usize| {
        let times = students.iter().map(|student| {
            let sent: Vec<Instant> =
                fake.happenings(student.chat).iter().filter(|h| h.shown.is_some()).map(|h| h.at).collect();
            (sent[at] - start).as_secs_f64()
        });
        let mut times: Vec<f64> = times.collect();
        times.sort_by(f64::total_cmp);
        (times[0], times[times.len() / 2], times[times.len() - 1])
    };
    let (first, middle, last) = waits(0);
    row("  first answer of a chat: the first chat", first, "s");
    row("  the chat in the middle", middle, "s");
    row("  the last chat", last, "s");
    for (quarter, memory) in memory.iter().enumerate() {
        row(&format!("  resident memory after {} of 4 quarters", quarter + 1), *memory, "MB");
    }
    assert!(students.iter().all(|student| student.sent().len() == 5), "an answer each");
    assert!(groups.iter().all(|group| group.sent().len() == 1), "chatter is met with silence");
}

#[tokio::main]
async fn main() {
    load().await;
    memory_at_rest().await;
    cohort(0, "1,000 chats ask at once, answered as fast as the program can").await;
    cohort(30, "the same at Telegram's limit, 30 messages a second (the default)").await;
}
