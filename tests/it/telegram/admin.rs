//! Those who keep the FAQ: what they ask the bot, and what nobody else is told.

use std::fs;

use telefaq::app::People;

use super::world::{World, both_modes, corpus};
use crate::fake_telegram::Student;

const OWNER: i64 = 1;
const GROUP: i64 = -1_001_234_567_890;

both_modes![
    why_explains_an_answer_in_private_and_in_a_group,
    test_shows_what_would_be_said_where,
    gaps_are_answered_dismissed_or_become_phrasings,
    a_good_answer_becomes_a_draft,
    stale_and_stats_count,
    everything_comes_as_a_file,
    students_know_of_none_of_it,
];

async fn world() -> World {
    World::start_with(|setup| setup.people = People { owners: vec![OWNER], editors: vec![2] }).await
}

async fn asks(student: &Student, question: &str) -> i32 {
    student.says(question);
    student.next().await.message
}

async fn why_explains_an_answer_in_private_and_in_a_group() {
    let world = world().await;
    let owner = world.fake.student(OWNER);
    let answer = asks(&owner, "what is the CPC?").await;
    owner.sends(serde_json::json!({"text": "/why", "reply_to_message": quoted(OWNER, answer)}));
    let why = owner.expect_answer("what is the CPC?").await;
    for words in ["Asked in private", "answer cpc-what-is", "Words: ", "1. cpc-what-is", "I answer from 70"] {
        assert!(why.text.contains(words), "{words}: {}", why.text);
    }
    owner.says("/why");
    owner.expect_answer("Reply to one of my answers").await;
    owner.sends(serde_json::json!({"text": "/why", "reply_to_message": quoted(OWNER, 9_999)}));
    owner.expect_answer("I don't know (any more)").await;

    let group = world.fake.group(GROUP, &[]);
    let (ann, known) = (group.member(7, "Ann"), group.member(OWNER, "Mr Ortiz"));
    ann.says("/ask what is the CCS?");
    let shown = group.expect("hospital coders").await;
    ann.replies(shown.message, "/why");
    known.replies(shown.message, "/why");
    let why = owner.expect_answer("Asked in a group, to me").await;
    assert!(why.text.contains("ccs-what-is"), "{}", why.text);
    group.expect_silence().await;
}

/// A message of the bot's, as a reply quotes it.
fn quoted(chat: i64, message: i32) -> serde_json::Value {
    serde_json::json!({
        "message_id": message, "date": 1_790_000_000, "text": "...", "chat": {"id": chat, "type": "private"},
        "from": {"id": 42, "is_bot": true, "first_name": "The FAQ"},
    })
}

async fn test_shows_what_would_be_said_where() {
    let world = world().await;
    let owner = world.fake.student(OWNER);
    owner.says("/test can i retake the exam");
    let told = owner.expect_answer("In private: answer exam-retake").await;
    assert!(told.text.contains("In a group, to me: answer exam-retake"), "{}", told.text);
    assert!(told.text.contains("In a group, to nobody: "), "{}", told.text);
    owner.expect_answer("once without a new fee").await;
    owner.expect_answer("1. exam-retake").await;
    owner.says("/test");
    owner.expect_answer("Write the question after the command").await;
    let log = world.store.last_questions(9).await.unwrap();
    assert!(log.is_empty(), "a try is no question: {log:?}");
}

async fn gaps_are_answered_dismissed_or_become_phrasings() {
    let dir = tempfile::tempdir().unwrap();
    let entry = |question: &str, more: &str| {
        format!("+++\nquestion = \"{question}\" # asked in May\n{more}reviewed = 2026-11-01\n+++\nAbout that.\n")
    };
    let write = |path: &str, text: &str| fs::write(dir.path().join(path), text).unwrap();
    write("parking.md", &entry("Where can I park my car?", ""));
    write("fee.md", &entry("How much is the exam?", "phrasings = [\n  \"exam fee\", # short\n]\n"));
    write("length.md", &entry("How long is the exam?", ""));
    let world = World::start_with(|setup| {
        setup.faq = Some(dir.path().to_owned());
        setup.people = People { owners: vec![OWNER], editors: Vec::new() };
    })
    .await;
    let (owner, student) = (world.fake.student(OWNER), world.student());
    owner.says("/gaps");
    owner.expect_answer("No gaps").await;
    for question in
        ["do they have scholarships", "are scholarships available", "garage spots for bikers", "zebra crossing"]
    {
        asks(&student, question).await;
    }
    owner.says("/gaps");
    let gaps = owner.expect_answer("Gap 1 of 3").await;
    assert!(gaps.text.contains("zebra crossing"), "the latest first: {}", gaps.text);
    owner.presses(gaps.message, "Dismiss");
    owner.expect_answer("no gap any more").await;
    owner.says("/gaps");
    let gaps = owner.expect_answer("Gap 1 of 2").await;
    assert!(gaps.text.contains("garage spots"), "{}", gaps.text);
    owner.presses(gaps.message, "▶");
    let gaps = owner.expect_answer("asked 2 times").await;
    assert!(gaps.text.contains("Gap 2 of 2") && gaps.text.contains("• are scholarships available"), "{}", gaps.text);
    // What is dismissed stays so in other words, too.
    asks(&student, "the zebra crossing?").await;
    owner.says("/gaps");
    let gaps = owner.expect_answer("Gap 1 of 2").await;
    // Suggestions one of which was meant.
    student.says("what does my exam cost");
    let suggested = student.expect_answer("Did you mean").await;
    student.presses(suggested.message, "How much is the exam");
    student.expect_answer("About that").await;
    owner.presses(gaps.message, "▶");
    owner.expect_answer("Gap 2 of 3").await;
    owner.presses(gaps.message, "◀");
    let gaps = owner.expect_answer("Gap 1 of 3").await;
    assert!(gaps.text.contains("what does my exam cost") && gaps.text.contains("chosen 1 time"), "{}", gaps.text);
    // Where the file cannot be written, and where the change would break another's test, nothing is.
    let fee = dir.path().join("fee.md");
    let protect = |yes: bool| {
        let mut permissions = fs::metadata(&fee).unwrap().permissions();
        permissions.set_readonly(yes);
        fs::set_permissions(&fee, permissions).unwrap();
    };
    let before = fs::read_to_string(&fee).unwrap();
    protect(true);
    owner.presses(gaps.message, "Add to: How much is the exam");
    let told = owner.expect_answer("Nothing was changed").await;
    assert!(told.text.contains("fee.md cannot be written"), "{}", told.text);
    protect(false);
    write("length.md", &entry("How long is the exam?", "not = [\"how long\"]\n"));
    owner.says("/reload");
    owner.expect_answer("FAQ602").await;
    owner.says("/gaps");
    let gaps = owner.expect_answer("Gap 1 of 3").await;
    owner.presses(gaps.message, "Add to: How much is the exam");
    let told = owner.expect_answer("Nothing was changed: with it the FAQ would not be served").await;
    assert!(told.text.contains("length.md, line 2"), "{}", told.text);
    assert_eq!(fs::read_to_string(&fee).unwrap(), before);
    write("length.md", &entry("How long is the exam?", ""));
    owner.says("/gaps");
    let gaps = owner.expect_answer("Gap 1 of 3").await;
    owner.presses(gaps.message, "Add to: How much is the exam");
    owner.expect_answer("is a phrasing of fee now, in its file and served. Everything in this gap is answered").await;
    let file = fs::read_to_string(dir.path().join("fee.md")).unwrap();
    let wanted = "phrasings = [\n  \"exam fee\", # short\n  \"what does my exam cost\",\n]\n";
    assert!(file.contains(wanted) && file.contains("# asked in May"), "{file}");
    student.says("what does my exam cost");
    student.expect_answer("About that").await;
    owner.says("/gaps");
    let gaps = owner.expect_answer("garage spots").await;
    owner.presses(gaps.message, "Start a draft");
    owner.expect_answer("drafts/garage-spots-for-bikers.md").await;
    let draft = fs::read_to_string(dir.path().join("drafts/garage-spots-for-bikers.md")).unwrap();
    assert!(draft.contains("question") && draft.contains("garage spots for bikers\""), "{draft}");
    owner.says("/gaps");
    owner.expect_answer("Gap 1 of 1").await;
    // Below a gap that is none any more.
    owner.presses_data(serde_json::json!({"message_id": gaps.message, "date": 1_790_000_000, "text": "x"}), "1g:x:0f");
    for _ in ["Dismiss", "▶", "▶", "◀", "Add", "Add", "Add", "Draft"] {
        owner.expect_toast("").await;
    }
    owner.expect_toast("no gap any more").await;
}

async fn a_good_answer_becomes_a_draft() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.md"), "+++\nquestion = \"What is the CPC?\"\nreviewed = 2026-11-01\n+++\nIt is.\n")
        .unwrap();
    let world = World::start_with(|setup| {
        setup.faq = Some(dir.path().to_owned());
        setup.people = People { owners: vec![OWNER], editors: Vec::new() };
    })
    .await;
    let owner = world.fake.student(OWNER);
    let group = world.fake.group(GROUP, &[]);
    let (bob, known) = (group.member(8, "Bob"), group.member(OWNER, "Mr Ortiz"));
    let answer = bob.says("Bring your ID and a calculator, or call me on 555-123-4567.");
    bob.replies(answer, "/teach What do I bring?");
    known.replies(answer, "/teach");
    owner.expect_answer("Reply to a good answer").await;
    known.replies(answer, "/teach What do I bring to the exam?");
    owner.expect_answer("drafts/what-do-i-bring-to-the-exam.md").await;
    let draft = fs::read_to_string(dir.path().join("drafts/what-do-i-bring-to-the-exam.md")).unwrap();
    for words in [
        "what Bob answered",
        "https://t.me/c/1234567890/",
        "question = \"What do I bring to the exam?\"",
        "Bring your ID and a calculator, or call me on [phone].",
    ] {
        assert!(draft.contains(words), "{words}: {draft}");
    }
    assert_eq!(fs::read_dir(dir.path().join("drafts")).unwrap().count(), 1);
    group.expect_silence().await;
}

async fn stale_and_stats_count() {
    let world = World::start_with(|setup| {
        setup.people = People { owners: vec![OWNER], editors: Vec::new() };
        let mut corpus = corpus();
        corpus.entries[0].review_days = Some(1);
        corpus.entries[0].owner = Some("Mr Ortiz".into());
        setup.corpus = corpus;
    })
    .await;
    let (owner, student) = (world.fake.student(OWNER), world.student());
    owner.says("/stale");
    let stale = owner.expect_answer("1 entry to check").await;
    assert!(stale.text.contains("ccs-what-is: since 2026-11-02 (Mr Ortiz)"), "{}", stale.text);
    owner.says("/stats");
    owner.expect_answer("Nobody has asked anything").await;
    let answer = asks(&student, "what is the CPC?").await;
    asks(&student, "can i retake the exam?").await;
    asks(&student, "zebra crossing").await;
    student.presses(answer, "👍");
    student.expect_toast("Thanks").await;
    world.fake.all_confirmed().await;
    owner.says("/stats");
    let stats = owner.expect_answer("Asked 3: answered 2 (67 %)").await;
    for words in ["declined 1 (33 %)", "1 👍, 0 👎", "1 Certification", "1 cpc-what-is", "3 asked, 2 answered"] {
        assert!(stats.text.contains(words), "{words}: {}", stats.text);
    }
}

async fn everything_comes_as_a_file() {
    let world = world().await;
    let owner = world.fake.student(OWNER);
    owner.says("/export xml");
    owner.expect_answer("/export json, /export csv or /export faqpage").await;
    for (words, ending, begins) in [("", ".json", "["), ("csv", ".csv", "\u{feff}id,"), ("FAQPage", ".jsonld", "{")] {
        owner.says(&format!("/export {words}"));
        owner.expect_answer("as a file").await;
        world.fake.all_confirmed().await;
        let sent = world.fake.calls("sendDocument").pop().expect("a file").body;
        assert_eq!(sent["chat_id"], OWNER);
        let (name, text) =
            (sent["document"]["file_name"].as_str().unwrap(), sent["document"]["text"].as_str().unwrap());
        assert!(name.starts_with("faq-") && name.ends_with(ending), "{name}");
        assert!(text.starts_with(begins) && text.contains("What is the CPC?"), "{text}");
    }
    // Telegram is in trouble for a moment.
    world.fake.plan("sendDocument", None, 1, crate::fake_telegram::Fault::Internal);
    owner.says("/export");
    owner.expect_answer("as a file").await;
    world.fake.all_confirmed().await;
    assert_eq!(world.fake.count("sendDocument"), 5);
}

async fn students_know_of_none_of_it() {
    let world = world().await;
    let student = world.student();
    for command in ["/why", "/test what is the CPC", "/gaps", "/teach x", "/stale", "/stats", "/reload", "/export"] {
        student.says(command);
        let told = student.expect_answer("I don't know that command").await;
        assert!(!told.text.contains("/gaps"), "{}", told.text);
    }
    student.presses_data(serde_json::json!({"message_id": 1, "date": 1_790_000_000, "text": "x"}), "1g:p:0");
    student.expect_toast("too old").await;
    let group = world.fake.group(GROUP, &[7]);
    group.member(7, "Ann").says("/gaps");
    group.expect_silence().await;
    let menu = world.fake.commands("default").unwrap().to_string();
    assert!(!menu.contains("gaps"), "{menu}");
}
