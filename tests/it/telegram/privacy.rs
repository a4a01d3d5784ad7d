//! What people write about themselves and others is nowhere at rest: neither in the database nor in the log; and whoever
//! wants to be forgotten is.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use serde::Deserialize;
use serde_json::json;
use telefaq::app::{ChatKey, Mode, Surface};
use telefaq::store::{Store, open};

use super::process::Program;
use super::world::{World, corpus, entry};
use crate::fake_telegram::{Fault, Student};

const GROUP: i64 = -1_001_234_567_890;
const ANN: i64 = 7;
/// So many students share the messages, for a chat has its turn with one at a time.
const STUDENTS: i64 = 8;

/// What is answered: a few questions, and a topic large enough to be searched.
fn faq() -> String {
    let entry = |id: &str, topic: &str, question: &str, answer: &str| json!({"id": id, "topic": topic, "question": question, "answer": answer});
    let mut entries = vec![
        entry("cpc-what-is", "exams", "What is the CPC?", "A coding certification."),
        entry("ccs-what-is", "exams", "What is the CCS?", "It is for hospital coders."),
        entry("cpc-cost", "exams", "How much does the CPC exam cost?", "425 dollars."),
        entry("exam-retake", "exams", "Can I retake the exam?", "Yes, once."),
        entry("opening-hours", "office", "When is the office open?", "From nine to five."),
    ];
    for number in 0..20 {
        let question = format!("How much does a coder earn in region {number}?");
        entries.push(entry(&format!("salary-{number}"), "salary", &question, "Enough."));
    }
    serde_json::Value::from(entries).to_string()
}

/// A message that somebody could write, what of it is nobody's business, and how it comes.
#[derive(Deserialize)]
struct Personal {
    text: String,
    secrets: Vec<String>,
    r#as: Way,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    Private,
    /// Several questions in a message.
    Several,
    /// In place of another question.
    Edit,
    /// To the bot, in a group.
    Group,
    /// To everybody in a group.
    Ambient,
    /// Behind the bot's name, until a result is picked.
    Inline,
    /// When asked what to look for in a topic.
    Search,
}

fn lines<T: for<'a> Deserialize<'a>>(file: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// All files of a folder, one after the other.
fn bytes_of(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.collect::<Vec<_>>().concat()
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Digits alone are in a log anyway: times, ports, sizes.
fn would_show_in_a_log(secret: &str) -> bool {
    secret.len() > 7 || !secret.bytes().all(|b| b.is_ascii_digit())
}

async fn looks_for(student: &Student, text: &str) {
    student.says("/topics");
    let topics = student.expect_answer("Topics").await.message;
    student.presses(topics, "Salary");
    student.expect_answer("Salary").await;
    student.presses(topics, "Search in this topic");
    student.expect_answer("What do you look for").await;
    student.says(text);
    student.next().await;
}

async fn edits_to(student: &Student, text: &str) {
    let message = student.says("When is the office open?");
    student.expect_answer("nine to five").await;
    student.edits(message, text);
    student.next().await;
}

/// Everything is written, in every way; returns how many of it were questions to be logged at once.
async fn all_is_written(program: &Program, messages: &[Personal]) -> usize {
    let fake = &program.fake;
    let group = fake.group(GROUP, &[]);
    for (number, message) in (0..).zip(messages) {
        let text = message.text.as_str();
        match message.r#as {
            Way::Private | Way::Several => drop(fake.student(100 + number % STUDENTS).says(text)),
            Way::Group => drop(group.member(200 + number, "Somebody").says(&format!("/ask {text}"))),
            Way::Ambient => drop(group.member(200 + number, "Somebody").says(text)),
            Way::Edit => edits_to(&fake.student(300 + number), text).await,
            Way::Search => looks_for(&fake.student(300 + number), text).await,
            Way::Inline => {
                fake.types(400 + number, text, "").await;
                let from = json!({"id": 400 + number, "is_bot": false, "first_name": "Somebody"});
                fake.push("chosen_inline_result", json!({"result_id": "cpc-what-is", "from": from, "query": text}));
            }
        }
    }
    fake.all_confirmed().await;
    // What is written last in the group nobody answers any more: its answer waits.
    group.member(999, "Somebody").says("How much does a coder earn in region 7?");
    fake.all_confirmed().await;
    messages.iter().filter(|message| !matches!(message.r#as, Way::Ambient | Way::Search)).count()
}

#[tokio::test]
async fn nothing_personal_is_in_the_database_the_log_or_the_page() {
    let mut messages: Vec<Personal> = lines("personal.jsonl");
    assert!(messages.len() >= 200);
    let mut program = Program::new().await;
    std::fs::write(program.folder.path().join("faq/questions.json"), faq()).unwrap();
    let data = program.folder.path().join("data");
    let url = format!("sqlite://{}", data.join("telefaq.db").display());
    let shared: &'static str = Box::leak(url.clone().into_boxed_str());
    program.environment = vec![
        ("TELEFAQ_STORE__URL", shared),
        ("TELEFAQ_GROUPS__MODE", "ambient"),
        // What nobody has asked the bot waits until the end.
        ("TELEFAQ_GROUPS__GRACE_SECS", "3600"),
        ("TELEFAQ_GROUPS__CHAT_ANSWERS_PER_HOUR", "1000"),
        ("TELEFAQ_ANSWERING__AMBIENT_AT", "50"),
        ("TELEFAQ_ANSWERING__ANSWER_AT", "50"),
        ("TELEFAQ_TELEGRAM__MESSAGES_PER_SECOND", "0"),
        ("TELEFAQ_TELEGRAM__CHAT_MESSAGES_PER_SECOND", "0"),
        ("TELEFAQ_TELEGRAM__GROUP_MESSAGES_PER_MINUTE", "0"),
    ];
    program.start("trace");
    let page = program.address().await;
    let asked = all_is_written(&program, &messages).await;
    // One more has to wait for its answer, and is set aside as Telegram sent it.
    program.fake.plan("sendMessage", Some(7), 1, Fault::TooManyRequests(600));
    let ann = program.fake.student(ANN);
    let waits = "my name is Wilhelmine Aussenvor, what is the CPC?";
    ann.says(waits);
    program.fake.all_confirmed().await;
    messages.push(Personal {
        text: waits.into(),
        secrets: vec!["Wilhelmine".into(), "Aussenvor".into()],
        r#as: Way::Private,
    });
    let health = Client::new().get(format!("http://{page}/health")).send().await.unwrap().text().await.unwrap();
    program.kill();
    let (at_rest, log) = (bytes_of(&data), program.output());
    for Personal { text, secrets, .. } in &messages {
        for secret in secrets {
            assert!(!contains(&at_rest, secret.as_bytes()), "{secret:?} of {text:?} is in the database");
            assert!(!health.contains(secret), "{secret:?} of {text:?} is on the page");
            if would_show_in_a_log(secret) {
                let line = log.lines().find(|line| line.contains(secret));
                assert_eq!(line, None, "{secret:?} of {text:?} is in the log");
            }
        }
    }
    // And yet all of it came in, was logged, or waits.
    assert!(log.contains("TRACE") && contains(&at_rest, b"my name is [name] and i want the CPC"));
    let store = open(&url).await.unwrap();
    assert!(store.last_questions(1000).await.unwrap().len() >= asked, "every question is logged");
    assert_eq!(store.updates_set_aside(9).await.unwrap().len(), 1);
    let later = jiff::Timestamp::now().as_second() + 2 * 60 * 60;
    assert!(!store.take_due(later, 9).await.unwrap().is_empty(), "an answer that nobody asked for waits");
}

#[derive(Deserialize)]
struct Ordinary {
    text: String,
}

#[tokio::test]
async fn what_is_not_personal_is_kept_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&format!("sqlite://{}", folder.path().join("telefaq.db").display())).await.unwrap();
    let world = World::start_with(|setup| setup.store = Arc::clone(&store)).await;
    let messages: Vec<Ordinary> = lines("ordinary.jsonl");
    assert!(messages.len() >= 60);
    for (number, Ordinary { text }) in (0..).zip(&messages) {
        let student = world.fake.student(1000 + number);
        student.says(text);
        student.next().await;
        world.fake.all_confirmed().await;
        let logged = store.last_questions(1).await.unwrap();
        // Of several questions in a message, the last one.
        assert!(logged.first().is_some_and(|question| text.contains(&question.text)), "{text:?}: {logged:?}");
    }
    assert!(store.last_questions(1000).await.unwrap().len() >= messages.len());
}

/// Whether this person is in any file of the store.
fn is_known(world: &World, folder: &Path, person: i64) -> bool {
    let hashed = world.app.hashed(ChatKey { surface: Surface::Telegram, id: person });
    contains(&bytes_of(folder), &hashed.0)
}

#[tokio::test]
async fn whoever_asks_to_be_forgotten_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&format!("sqlite://{}", folder.path().join("telefaq.db").display())).await.unwrap();
    let world = World::start_with(|setup| {
        setup.store = Arc::clone(&store);
        setup.groups.mode = Mode::Ambient;
        setup.groups.grace_secs = 3600;
        setup.engine.thresholds.ambient_at = 50.0;
        setup.groups.cohorts.insert(GROUP, "2027-spring".into());
        let mut spring = corpus();
        spring.entries.push(entry("spring-party", "exams", "When is the spring party?", "On 1 May."));
        spring.entries.sort_by(|a, b| a.id.value.cmp(&b.id.value));
        setup.cohorts.insert("2027-spring".into(), spring);
    })
    .await;
    let group = world.fake.group(GROUP, &[]);
    let (ann, bob) = (world.fake.student(ANN), world.fake.student(8));
    group.member(ANN, "Ann").says("/ask can I retake the exam?");
    let answer = group.expect("once without a new fee").await;
    let url = answer.buttons[0].1["url"].as_str().unwrap().to_owned();
    group.member(ANN, "Ann").presses(answer.message, "👍");
    group.member(ANN, "Ann").says("does anybody know what the CCS is?");
    ann.says(&format!("/start {}", url.strip_prefix("https://t.me/TestFaqBot?start=").unwrap()));
    ann.expect_answer("once without a new fee").await;
    ann.says("when is the spring party?");
    ann.expect_answer("On 1 May").await;
    ann.says("what is the CPC?");
    let answer = ann.expect_answer("coding certification").await;
    ann.presses(answer.message, "👎");
    ann.expect_toast("What was wrong").await;
    bob.says("what is the CPC?");
    bob.expect_answer("coding certification").await;
    ann.says("/topics");
    let topics = ann.next().await;
    let topics = if topics.text.contains("Topics") { topics } else { ann.expect_answer("Topics").await };
    ann.presses(topics.message, "Salary");
    ann.expect_answer("Topics › Salary").await;
    ann.presses(topics.message, "Search in this topic");
    ann.expect_answer("What do you look for").await;
    world.fake.all_confirmed().await;
    assert_eq!(world.waiting(GROUP).await.len(), 1, "an answer to Ann waits");
    assert!(is_known(&world, folder.path(), ANN) && is_known(&world, folder.path(), 8));
    ann.says("/forget_me");
    let told = ann.expect_answer("I have deleted what I kept about you").await;
    for what in ["votes", "answers were for you", "read last", "cohort you came from"] {
        assert!(told.text.contains(what), "{what}: {}", told.text);
    }
    world.fake.all_confirmed().await;
    assert_eq!(world.waiting(GROUP).await.len(), 0);
    let question = store.last_questions(1).await.unwrap();
    assert_eq!(question.len(), 1, "the log stays: nobody is in it");
    ann.says("/forget_me");
    ann.expect_answer("I keep nothing about you").await;
    world.fake.all_confirmed().await;
    assert!(is_known(&world, folder.path(), 8), "of others all is kept");
    assert!(!is_known(&world, folder.path(), ANN), "a row, or what is left of one, has Ann in it");
    // The cohort, too.
    ann.says("when is the spring party?");
    assert!(!ann.next().await.text.contains("1 May"));
}

#[tokio::test]
async fn that_somebody_can_be_written_to_is_nothing_to_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> =
        open(&format!("sqlite://{}", folder.path().join("telefaq.db").display())).await.unwrap();
    let world = World::start_with(|setup| setup.store = Arc::clone(&store)).await;
    let ann = world.fake.student(ANN);
    let membership = |status: &str| {
        json!({"chat": {"id": ANN, "type": "private"}, "from": {"id": ANN, "is_bot": false, "first_name": "Ann"},
               "date": 1_790_000_000, "new_chat_member": {"status": status, "user": {"id": 42, "is_bot": true, "first_name": "FAQ"}}})
    };
    world.fake.push("my_chat_member", membership("member"));
    ann.says("/help");
    ann.expect_answer("How to use me").await;
    world.fake.all_confirmed().await;
    let before = bytes_of(folder.path()).len();
    world.fake.push("my_chat_member", membership("kicked"));
    world.fake.all_confirmed().await;
    let key = world.app.hashed(ChatKey { surface: Surface::Telegram, id: ANN });
    assert!(store.chat_settings(key).await.unwrap().gone && before > 0);
    world.fake.push("my_chat_member", membership("member"));
    world.fake.all_confirmed().await;
    let now = jiff::Timestamp::now().as_second();
    store.prune(now + 1, now + Duration::from_secs(3 * 24 * 60 * 60).as_secs() as i64).await.unwrap();
    assert!(!is_known(&world, folder.path(), ANN));
}
