//! Whoever writes a patient's data in a group is asked to take them out: in private if that can be, once a day.

use telefaq::app::Mode;
use telefaq::engine::reply::question_payload;

use super::world::{World, both_modes};
use crate::fake_telegram::Fault;

const GROUP: i64 = -1_001_234_567_890;
const OTHER: i64 = -1_001_234_567_891;
const OWNER: i64 = 1;
const ANN: i64 = 7;
const BOB: i64 = 8;

const DATA: &str = "patient Wilhelmina Strauss, MRN 5561207, was denied";
const SECRETS: [&str; 3] = ["Wilhelmina", "Strauss", "5561207"];

both_modes![
    whoever_has_a_private_chat_is_warned_there_and_once,
    whoever_has_none_is_warned_below_the_message,
    where_that_can_be_nobody_else_sees_it,
    off_is_off,
    the_owner_of_the_bot_can_turn_it_off,
    a_question_is_answered_beside_the_warning,
    what_is_edited_in_is_warned_of,
    what_nobody_has_asked_the_bot_is_not_answered,
    ones_own_number_is_ones_own_business,
    a_call_below_somebodys_message_warns_them,
    a_message_that_was_taken_back_needs_no_warning,
    who_has_blocked_the_bot_is_warned_below_the_message,
];

fn says_nothing_of_it(text: &str) {
    assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{text}");
}

async fn whoever_has_a_private_chat_is_warned_there_and_once() {
    let world = World::start().await;
    let (group, other) = (world.fake.group(GROUP, &[]), world.fake.group(OTHER, &[]));
    let (ann, bob) = (world.fake.student(ANN), world.fake.student(BOB));
    group.member(ANN, "Ann").says(DATA);
    let warning = ann.expect_answer("In Cohort you wrote what looks like patient data").await;
    says_nothing_of_it(&warning.html);
    group.member(ANN, "Ann").says("and member id W220145883 as well");
    group.expect_silence().await;
    assert_eq!(ann.sent().len(), 1, "once a day");
    // Others, and elsewhere, they are warned, too.
    group.member(BOB, "Bob").in_topic(4).says("her dob is 04/12/1950");
    bob.expect_answer("looks like patient data").await;
    other.member(ANN, "Ann").says(DATA);
    ann.expect_answer("looks like patient data").await;
    group.expect_silence().await;
    other.expect_silence().await;
    assert_eq!(world.store.last_questions(9).await.unwrap(), [], "nothing of it is kept");
}

async fn whoever_has_none_is_warned_below_the_message() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]).with_topics(&[4]);
    let message = group.member(ANN, "Ann").in_topic(4).says(DATA);
    let warning = group.expect("Please take out patient data").await;
    assert_eq!((warning.below, warning.topic, warning.only_for), (Some(message), Some(4), None));
    assert!(warning.text.contains("everybody here can read it, and so can I"), "{}", warning.text);
    says_nothing_of_it(&warning.html);
    group.member(ANN, "Ann").says(DATA);
    group.expect_silence().await;
    // A channel has no private chat.
    let from = serde_json::json!({"id": 136_817_688, "is_bot": true, "first_name": "Channel"});
    let chat = serde_json::json!({"id": -1_009, "type": "channel", "title": "News"});
    group.service(serde_json::json!({"text": DATA, "from": from, "sender_chat": chat}));
    group.expect("Please take out patient data").await;
}

async fn where_that_can_be_nobody_else_sees_it() {
    let world = World::start_with(|setup| setup.telegram.ephemeral = true).await;
    let group = world.fake.group(GROUP, &[]).with_bot_as_admin();
    group.member(ANN, "Ann").says(DATA);
    assert_eq!(group.expect("Please take out patient data").await.only_for, Some(ANN));
}

async fn off_is_off() {
    let world = World::start_with(|setup| setup.groups.mode = Mode::Off).await;
    let ann = world.fake.student(ANN);
    let group = world.fake.group(GROUP, &[]);
    group.member(ANN, "Ann").says(DATA);
    group.member(ANN, "Ann").says(&format!("/ask {DATA}"));
    group.expect_silence().await;
    assert_eq!(ann.sent(), []);
}

async fn the_owner_of_the_bot_can_turn_it_off() {
    for mode in [Mode::Addressed, Mode::Ambient] {
        let world = World::start_with(|setup| {
            setup.groups.mode = mode;
            setup.groups.warn_patient_data = false;
        })
        .await;
        let ann = world.fake.student(ANN);
        let group = world.fake.group(GROUP, &[]);
        group.member(ANN, "Ann").says(DATA);
        group.expect_silence().await;
        assert_eq!(ann.sent(), []);
    }
}

async fn a_question_is_answered_beside_the_warning() {
    let world = World::start_with(|setup| setup.engine.thresholds.answer_at = 36.0).await;
    let ann = world.fake.student(ANN);
    let group = world.fake.group(GROUP, &[]);
    group.member(ANN, "Ann").says("/ask what is the CPC? patient Wilhelmina Strauss asks");
    group.expect("coding certification").await;
    ann.expect_answer("looks like patient data").await;
    let asked = "xylophone zebra quantum, MRN 5561207";
    group.member(BOB, "Bob").says(&format!("@TestFaqBot {asked}"));
    let declined = group.expect("I don't know").await;
    let link = declined.buttons[0].1["url"].as_str().unwrap();
    let payload = question_payload(asked, 64).unwrap();
    assert!(!link.contains(&payload) && !link.contains('='), "a link keeps what a message may lose: {link}");
    group.expect("Please take out patient data").await;
    group.expect_silence().await;
    let log = world.store.last_questions(9).await.unwrap();
    assert_eq!(log.len(), 2);
    log.iter().for_each(|question| says_nothing_of_it(&question.text));
}

async fn what_is_edited_in_is_warned_of() {
    let world = World::start().await;
    let ann = world.fake.student(ANN);
    let group = world.fake.group(GROUP, &[]);
    let member = group.member(ANN, "Ann");
    let message = member.says("a patient of ours was denied");
    group.expect_silence().await;
    member.edits(message, DATA);
    ann.expect_answer("looks like patient data").await;
    member.edits(message, "a patient of ours, MRN 5561207, was denied");
    group.expect_silence().await;
    assert_eq!(ann.sent().len(), 1);
}

async fn what_nobody_has_asked_the_bot_is_not_answered() {
    let world = World::start_with(|setup| {
        setup.groups.mode = Mode::Ambient;
        setup.engine.thresholds.ambient_at = 50.0;
        setup.groups.grace_secs = 3600;
    })
    .await;
    let ann = world.fake.student(ANN);
    let group = world.fake.group(GROUP, &[]);
    group.member(ANN, "Ann").says("can I retake the exam? MRN 5561207");
    ann.expect_answer("looks like patient data").await;
    group.expect_silence().await;
    assert_eq!(world.waiting(GROUP).await.len(), 0);
    group.member(BOB, "Bob").says("can I retake the exam?");
    group.expect_silence().await;
    assert_eq!(world.waiting(GROUP).await.len(), 1, "without them it would be");
}

async fn ones_own_number_is_ones_own_business() {
    let world = World::start().await;
    let ann = world.fake.student(ANN);
    let group = world.fake.group(GROUP, &[]);
    for text in [
        "text me at 614-555-0142, or ann@example.org",
        "my name is Ann Featherstone, i live at 12 Maple Street",
        "my aapc member number is 01982734",
        "claim 99213 was denied for a patient",
    ] {
        group.member(ANN, "Ann").says(text);
    }
    group.expect_silence().await;
    assert_eq!(ann.sent(), []);
}

async fn a_call_below_somebodys_message_warns_them() {
    let world = World::start().await;
    let ann = world.fake.student(ANN);
    // The bot sees only what is for it.
    let group = world.fake.group(GROUP, &[]).with_privacy();
    let message = group.member(ANN, "Ann").says("can I retake the exam? patient Wilhelmina Strauss asks");
    group.expect_silence().await;
    group.member(OWNER, "Mr Ortiz").replies(message, "/faq exam-retake");
    group.expect("once without a new fee").await;
    ann.expect_answer("looks like patient data").await;
    group.member(OWNER, "Mr Ortiz").replies(message, "/faq exam-retake");
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 1);
}

async fn a_message_that_was_taken_back_needs_no_warning() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]);
    let gone = Fault::Refused(400, "Bad Request: message to be replied not found");
    world.fake.plan("sendMessage", Some(GROUP), usize::MAX, gone);
    group.member(ANN, "Ann").says(DATA);
    group.expect_silence().await;
    world.fake.heal();
    group.member(BOB, "Bob").says("/ask what is the CPC?");
    group.expect("coding certification").await;
    group.expect_silence().await;
}

async fn who_has_blocked_the_bot_is_warned_below_the_message() {
    let world = World::start().await;
    let ann = world.fake.student(ANN);
    ann.blocks();
    let group = world.fake.group(GROUP, &[]);
    group.member(ANN, "Ann").says(DATA);
    group.expect("Please take out patient data").await;
    world.fake.all_confirmed().await;
    let key = world.app.hashed(telefaq::app::ChatKey { surface: telefaq::app::Surface::Telegram, id: ANN });
    assert!(!world.store.chat_settings(key).await.unwrap().gone, "of whoever has never written nothing is kept");
}
