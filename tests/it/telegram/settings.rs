//! What the admins of a group set, and what happens unasked.

use std::sync::Arc;
use std::time::Duration;

use telefaq::app::Mode;
use telefaq::store::{MemoryStore, Store};

use super::world::{World, both_modes};
use crate::fake_telegram::{Fault, What};

const GROUP: i64 = -1_001_234_567_890;
const OWNER: i64 = 1;
const ANN: i64 = 7;
const BOB: i64 = 8;

both_modes![
    admins_set_when_the_bot_speaks_and_others_cannot,
    an_anonymous_admin_is_one,
    a_topic_has_a_mode_of_its_own,
    off_is_off,
    ambient_answers_what_asks_everybody_and_nothing_else,
    a_persons_answer_calls_the_bots_off,
    what_waits_is_said_after_a_restart_and_once,
    the_same_is_not_said_unasked_again,
    a_trial_says_nothing_and_reports_to_whoever_began_it,
    a_trial_can_be_ended_early,
    a_trial_is_decided_once_and_not_restarted_by_a_second_press,
    who_is_an_admin_is_found_out_where_telegram_does_not_say_it_of_others,
    a_reply_to_ones_own_question_or_to_who_answered_calls_it_off,
    what_waited_too_long_is_not_said,
    a_group_that_moves_keeps_its_settings,
    a_send_to_a_group_that_has_moved_arrives_in_the_new_one,
    a_chat_that_removed_the_bot_is_not_written_to_until_it_is_back,
];

/// Until what waits has had its time: the grace of these worlds is none.
async fn a_while(world: &World) {
    world.fake.all_confirmed().await;
    for _ in 0..400 {
        if world.waiting(GROUP).await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("something still waits");
}

async fn admins_set_when_the_bot_speaks_and_others_cannot() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[OWNER]);
    let (ann, owner) = (group.member(ANN, "Ann"), group.member(OWNER, "Mr Ortiz"));
    ann.says("/settings");
    group.expect("Only the admins").await;
    ann.says("/settings");
    group.expect_silence().await;
    owner.says("/settings@TestFaqBot");
    let settings = group.expect("When I speak").await;
    assert!(settings.buttons.iter().any(|(label, _)| label == "✓ When addressed"));
    assert!(ann.is_told(settings.message, "Off").await.contains("Only the admins"));
    ann.says("/ask what is the CPC?");
    group.expect("coding certification").await;
    owner.presses(settings.message, "Off");
    let changed = group.expect("I keep quiet").await;
    assert!(changed.buttons.iter().any(|(label, _)| label == "✓ Off"));
    assert_eq!(changed.message, settings.message);
    ann.says("/ask what is the CCS?");
    ann.says("/settings");
    group.expect_silence().await;
    owner.says("/settings");
    let again = group.expect("I keep quiet").await;
    owner.presses(again.message, "Done");
    group.expect_deleted(again.message).await;
    assert_eq!(world.fake.count("getChatMember"), 2, "asked once for each, and remembered for a moment");
}

async fn an_anonymous_admin_is_one() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]);
    group.service(serde_json::json!({
        "text": "/settings", "from": {"id": 1_087_968_824, "is_bot": true, "first_name": "Group"},
        "sender_chat": {"id": GROUP, "type": "supergroup", "title": "Cohort"},
    }));
    group.expect("When I speak").await;
    // A channel that writes in the group is not.
    let other = world.fake.group(GROUP - 1, &[]);
    other.service(serde_json::json!({
        "text": "/settings", "from": {"id": 136_817_688, "is_bot": true, "first_name": "Channel"},
        "sender_chat": {"id": -1_009, "type": "channel", "title": "News"},
    }));
    other.expect("Only the admins").await;
}

async fn a_topic_has_a_mode_of_its_own() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[OWNER]).with_topics(&[4]);
    let (ann, owner) = (group.member(ANN, "Ann"), group.member(OWNER, "Mr Ortiz"));
    owner.in_topic(4).says("/settings");
    let settings = group.expect("In this topic: as in the chat").await;
    owner.presses(settings.message, "Topic: off");
    group.expect("In this topic: I keep quiet").await;
    ann.in_topic(4).says("/ask what is the CPC?");
    group.expect_silence().await;
    ann.says("/ask what is the CPC?");
    group.expect("coding certification").await;
    owner.presses(settings.message, "Topic: as the chat");
    group.expect("In this topic: as in the chat").await;
    ann.in_topic(4).says("/ask what is the CPC?");
    group.expect("coding certification").await;
    // General is the chat.
    owner.says("/settings");
    let settings = group.expect("When I speak").await;
    assert!(!settings.text.contains("In this topic"));
}

async fn off_is_off() {
    let world = World::start_with(|setup| setup.groups.mode = Mode::Off).await;
    let group = world.fake.group(GROUP, &[OWNER]);
    let (ann, owner) = (group.member(ANN, "Ann"), group.member(OWNER, "Mr Ortiz"));
    ann.says("/ask what is the CPC?");
    ann.says("@TestFaqBot what is the CPC?");
    ann.says("what is the CPC?");
    ann.says("/help");
    group.expect_silence().await;
    owner.says("/settings");
    let settings = group.expect("I keep quiet").await.message;
    owner.presses(settings, "When addressed");
    group.expect("I answer a command, a mention, or a reply").await;
    ann.says("/ask what is the CPC?");
    group.expect("coding certification").await;
}

async fn ambient_answers_what_asks_everybody_and_nothing_else() {
    let world = World::start_with(|setup| setup.groups.mode = Mode::Ambient).await;
    let group = world.fake.group(GROUP, &[]);
    let (ann, bob) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    let first = bob.says("I passed!!");
    bob.replies(first, "what is the CPC?");
    for text in [
        "@ann_a what is the CPC?",
        "the CPC is what I want",
        "did you pass the CPC?",
        "hello what is xylophone zebra quantum?",
        "what is the CPC or whatever it was that you were talking about yesterday when I had to leave so early, do you \
         remember, because I think my cousin has it but I am not sure at all and she never answers her phone?",
    ] {
        bob.says(text);
    }
    a_while(&world).await;
    group.expect_nothing_more();
    let question = ann.says("what is the CPC?");
    let answer = group.expect("coding certification").await;
    assert_eq!(answer.below, Some(question));
    a_while(&world).await;
    group.expect_nothing_more();
    let log = world.store.last_questions(1).await.unwrap();
    assert_eq!((log[0].audience, log[0].text.as_str()), ("ambient", "what is the CPC?"));
    // Unasked, an edited message is let be.
    let question = ann.says("I like hospital work");
    ann.edits(question, "what is the CCS?");
    a_while(&world).await;
    group.expect_nothing_more();
}

async fn a_persons_answer_calls_the_bots_off() {
    let world = World::start_with(|setup| {
        setup.groups.mode = Mode::Ambient;
        setup.groups.grace_secs = 3600;
    })
    .await;
    let group = world.fake.group(GROUP, &[]).with_topics(&[4]);
    let (ann, bob) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    let waiting = || async {
        world.fake.all_confirmed().await;
        world.waiting(GROUP).await.len()
    };
    // Somebody replies to it.
    let question = ann.says("what is the CPC?");
    assert_eq!(waiting().await, 1);
    bob.replies(question, "it's for coders");
    assert_eq!(waiting().await, 0);
    // Somebody just says something; in another topic that is about something else.
    ann.says("what is the CPC?");
    bob.in_topic(4).says("good morning all");
    assert_eq!(waiting().await, 1);
    bob.says("a coding certification, for offices");
    assert_eq!(waiting().await, 0);
    // Another question is no answer, and calls nothing off; a voice message may be one.
    ann.says("what is the CPC?");
    bob.says("what is the CCS?");
    assert_eq!(waiting().await, 2);
    bob.sends(serde_json::json!({"voice": {"file_id": "a", "duration": 3}}));
    assert_eq!(waiting().await, 1, "his own question is not what he answers");
    bob.says("nvm found it");
    assert_eq!(waiting().await, 0);
    // A change takes it back; what else its author adds does not.
    let question = ann.says("what is the CPC?");
    ann.says("I have to decide tonight");
    assert_eq!(waiting().await, 1);
    ann.edits(question, "what is the CPC? ah never mind");
    assert_eq!(waiting().await, 0);
    group.expect_nothing_more();
}

async fn what_waits_is_said_after_a_restart_and_once() {
    let store = Arc::new(MemoryStore::new());
    let mut world = World::start_with(|setup| {
        setup.groups.mode = Mode::Ambient;
        setup.groups.grace_secs = 2;
        setup.store = Arc::clone(&store) as Arc<dyn Store>;
    })
    .await;
    let group = world.fake.group(GROUP, &[]);
    let question = group.member(ANN, "Ann").says("what is the CPC?");
    world.fake.all_confirmed().await;
    let due = world.waiting(GROUP).await;
    assert_eq!(due.len(), 1);
    assert!(!due[0].sealed.windows(3).any(|bytes| bytes == b"CPC"), "sealed");
    world.stop().await.unwrap();
    group.expect_nothing_more();
    world.wake();
    assert_eq!(group.expect("coding certification").await.below, Some(question));
    a_while(&world).await;
    group.expect_nothing_more();
}

async fn the_same_is_not_said_unasked_again() {
    let world = World::start_with(|setup| setup.groups.mode = Mode::Ambient).await;
    let group = world.fake.group(GROUP, &[]);
    group.member(ANN, "Ann").says("what is the CPC?");
    group.expect("coding certification").await;
    group.member(BOB, "Bob").says("what is the CPC?");
    a_while(&world).await;
    group.expect_nothing_more();
}

async fn a_trial_says_nothing_and_reports_to_whoever_began_it() {
    let world = World::start_with(|setup| {
        setup.groups.trial_days = 1;
        setup.engine.thresholds.ambient_at = 80.0;
    })
    .await;
    let group = world.fake.group(GROUP, &[OWNER]);
    let private = world.fake.student(OWNER);
    let (ann, owner) = (group.member(ANN, "Ann"), group.member(OWNER, "Mr Ortiz"));
    owner.says("/settings");
    let settings = group.expect("When I speak").await.message;
    owner.presses(settings, "Also unasked");
    group.expect("also a question to everybody").await;
    owner.presses(settings, "Try it silently for 1 day");
    group.expect("Trial until").await;
    private.expect_answer("The trial in “Cohort” has begun").await;
    for text in ["what is the CPC?", "what is the CCS?", "can I retake the exam?", "what is the CPC", "nice weather"] {
        ann.says(text);
    }
    world.fake.all_confirmed().await;
    group.expect_nothing_more();
    // Its day is over: as it would be tomorrow.
    let tomorrow = jiff::Timestamp::now().as_second() + 24 * 60 * 60 + 1;
    let today = jiff::civil::date(2026, 11, 27);
    let due = world.app.due(today, tomorrow, 9, |_| false).await.unwrap();
    assert_eq!((due.len(), due[0].chat.id), (1, OWNER));
    let [telefaq::app::Step::Send { reply, .. }] = due[0].outbound.steps.as_slice() else { panic!("a report") };
    assert!(reply.html.contains("1 of 4") && reply.html.contains("Does that fit?"), "{}", reply.html);
    // The owner judges what they get when they end it.
    owner.presses(settings, "End the trial now");
    let first = private.expect_answer("1 of 4").await;
    for (number, label) in [(2, "It fits"), (3, "It fits"), (4, "It fits")] {
        private.presses(first.message, label);
        private.expect_answer(&format!("{number} of 4")).await;
    }
    private.presses(first.message, "It fits");
    let result = private.expect_answer("Of 4 that you judged, 4 fit").await;
    private.presses(result.message, "Speak from 70 %");
    private.expect_answer("I speak unasked from 70 %").await;
    ann.says("can I retake the exam?");
    group.look_away();
    group.expect("once without a new fee").await;
}

async fn a_trial_can_be_ended_early() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[OWNER]);
    let private = world.fake.student(OWNER);
    let owner = group.member(OWNER, "Mr Ortiz");
    owner.says("/settings");
    let settings = group.expect("When I speak").await.message;
    owner.presses(settings, "Try it silently");
    group.expect("Trial until").await;
    private.expect_answer("has begun").await;
    world.fake.all_confirmed().await;
    assert_eq!(world.waiting(GROUP).await.len(), 1);
    owner.presses(settings, "End the trial now");
    private.expect_answer("nobody asked a question that I would have answered").await;
    group.expect("When I speak").await;
    world.fake.all_confirmed().await;
    assert_eq!(world.waiting(GROUP).await.len(), 0);
    // Whoever never wrote to the bot gets no report, and nothing else suffers.
    let stranger = group.member(99, "Stranger");
    stranger.says("/ask what is the CPC?");
    group.expect("coding certification").await;
}

async fn a_trial_is_decided_once_and_not_restarted_by_a_second_press() {
    let world = World::start_with(|setup| setup.engine.thresholds.ambient_at = 80.0).await;
    let group = world.fake.group(GROUP, &[OWNER, 2]);
    let private = world.fake.student(OWNER);
    let (owner, other) = (group.member(OWNER, "Mr Ortiz"), group.member(2, "Ms Howell"));
    owner.says("/settings");
    let settings = group.expect("When I speak").await.message;
    owner.presses(settings, "Try it silently");
    group.expect("Trial until").await;
    private.expect_answer("has begun").await;
    group.member(ANN, "Ann").says("what is the CPC?");
    world.fake.all_confirmed().await;
    // The button of yesterday's settings, pressed by another admin.
    other.presses_data(settings, "1s:b");
    world.fake.all_confirmed().await;
    assert_eq!(private.sent().len(), 1);
    // Whoever ends it, the report goes to whoever began it.
    other.presses(settings, "End the trial now");
    let report = private.expect_answer("1 of 1").await;
    private.presses(report.message, "It fits");
    let result = private.expect_answer("Of 1 that you judged").await;
    private.presses(result.message, "Only when addressed");
    private.expect_answer("I speak only when I am addressed").await;
    group.look_away();
    owner.presses(settings, "Also unasked");
    group.expect("also a question to everybody").await;
    // Weeks later: what was decided is not undone by an old button.
    let buttons = result.buttons[0].1["callback_data"].as_str().unwrap().to_owned();
    private
        .presses_data(serde_json::json!({"message_id": result.message, "date": 1_790_000_000, "text": "x"}), &buttons);
    world.fake.all_confirmed().await;
    group.member(BOB, "Bob").says("what is the CCS?");
    group.expect("hospital coders").await;
}

async fn who_is_an_admin_is_found_out_where_telegram_does_not_say_it_of_others() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[OWNER]);
    let refused = || Fault::Refused(400, "Bad Request: member list is inaccessible");
    world.fake.plan("getChatMember", Some(GROUP), 2, refused());
    group.member(OWNER, "Mr Ortiz").says("/settings");
    let settings = group.expect("When I speak").await.message;
    assert!(group.member(ANN, "Ann").is_told(settings, "Off").await.contains("Only the admins"));
    // Neither is told: nobody is called what they are not.
    world.fake.plan("getChatMember", Some(GROUP), 1, refused());
    world.fake.plan("getChatAdministrators", Some(GROUP), 1, refused());
    assert!(group.member(BOB, "Bob").is_told(settings, "Off").await.contains("cannot see right now"));
}

async fn a_reply_to_ones_own_question_or_to_who_answered_calls_it_off() {
    let world = World::start_with(|setup| {
        setup.groups.mode = Mode::Ambient;
        setup.groups.grace_secs = 3600;
    })
    .await;
    let group = world.fake.group(GROUP, &[]);
    let (ann, bob) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    let waiting = || async {
        world.fake.all_confirmed().await;
        world.waiting(GROUP).await.len()
    };
    let question = ann.says("what is the CPC?");
    assert_eq!(waiting().await, 1);
    ann.replies(question, "nvm, found it");
    assert_eq!(waiting().await, 0);
    ann.says("what is the CPC?");
    let earlier = ann.says("so tired today");
    assert_eq!(waiting().await, 1);
    bob.replies(earlier, "same. the CPC is a coding certification, which you need for offices");
    assert_eq!(waiting().await, 0);
}

async fn what_waited_too_long_is_not_said() {
    let world = World::start_with(|setup| {
        setup.groups.mode = Mode::Ambient;
        setup.groups.grace_secs = 60;
    })
    .await;
    let group = world.fake.group(GROUP, &[]);
    group.member(ANN, "Ann").says("what is the CPC?");
    world.fake.all_confirmed().await;
    // The bot was off for the night: as it would be tomorrow.
    let tomorrow = jiff::Timestamp::now().as_second() + 12 * 60 * 60;
    let due = world.app.due(jiff::civil::date(2026, 11, 27), tomorrow, 9, |_| false).await.unwrap();
    assert_eq!(due.len(), 1);
    assert!(due[0].outbound.steps.is_empty());
}

async fn a_group_that_moves_keeps_its_settings() {
    let world = World::start().await;
    let group = world.fake.group(-55, &[OWNER]);
    let owner = group.member(OWNER, "Mr Ortiz");
    owner.says("/settings");
    let settings = group.expect("When I speak").await.message;
    owner.presses(settings, "Off");
    group.expect("I keep quiet").await;
    world.fake.all_confirmed().await;
    let new = group.moves_to(GROUP);
    group.says_that_it_moved(GROUP);
    new.service(serde_json::json!({"migrate_from_chat_id": -55}));
    new.member(ANN, "Ann").says("/ask what is the CPC?");
    new.expect_silence().await;
}

async fn a_send_to_a_group_that_has_moved_arrives_in_the_new_one() {
    let world = World::start().await;
    let group = world.fake.group(-55, &[OWNER]);
    let owner = group.member(OWNER, "Mr Ortiz");
    owner.says("/settings");
    let settings = group.expect("When I speak").await.message;
    owner.presses(settings, "Also unasked");
    group.expect("also a question to everybody").await;
    let new = group.moves_to(GROUP);
    group.member(ANN, "Ann").says("/ask what is the CPC?");
    new.expect("coding certification").await;
    world.fake.all_confirmed().await;
    new.member(ANN, "Ann").says("what is the CCS?");
    new.expect("hospital coders").await;
}

async fn a_chat_that_removed_the_bot_is_not_written_to_until_it_is_back() {
    let world = World::start_with(|setup| {
        setup.groups.mode = Mode::Ambient;
        setup.groups.grace_secs = 1;
    })
    .await;
    let group = world.fake.group(GROUP, &[]);
    let ann = group.member(ANN, "Ann");
    ann.says("what is the CPC?");
    group.bot_is_member(false);
    a_while(&world).await;
    assert_eq!(world.fake.count("sendMessage"), 0, "not even tried");
    group.bot_is_member(true);
    ann.says("what is the CCS?");
    group.expect("hospital coders").await;
    // Found out by being refused, too.
    world.fake.plan(
        "sendMessage",
        Some(GROUP),
        1,
        Fault::Refused(403, "Forbidden: bot was kicked from the supergroup chat"),
    );
    ann.says("/ask can I retake the exam?");
    world.fake.all_confirmed().await;
    let tried = world.fake.count("sendMessage");
    group.expect_nothing_more();
    // It hears something there: it is back.
    ann.says("/ask what is the CPC?");
    group.expect("coding certification").await;
    assert_eq!(world.fake.count("sendMessage"), tried + 1);
    assert!(world.fake.happenings(GROUP).iter().all(|happening| happening.what != What::Typing));
}
