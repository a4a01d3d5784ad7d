//! What goes wrong in real life.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures::FutureExt;
use serde_json::json;
use telefaq::app::{ChatKey, Surface};
use telefaq::store::UpdateState;
use telefaq::telegram::TelegramError;

use super::slow_store::{POISON, SlowStore};
use super::world::{World, both_modes};
use crate::fake_telegram::{FakeTelegram, Fault};

both_modes![
    too_many_requests_hold_one_chat_while_another_goes_on,
    an_outage_delays_and_loses_nothing,
    an_outage_while_answers_are_due_doubles_nothing,
    an_update_that_was_handled_is_not_handled_again,
    a_panic_is_tried_twice_apologised_for_once_and_stops_nobody,
    an_update_that_takes_too_long_is_tried_twice_and_apologised_for,
    an_update_that_takes_the_process_down_is_skipped_with_an_apology,
    an_apology_that_takes_the_process_down_comes_to_an_end,
    an_answer_that_waits_to_be_sent_is_no_try,
    a_question_is_logged_once_and_only_after_its_answer,
    a_store_that_is_down_delays_and_loses_nothing,
    a_store_that_cannot_tell_the_last_answer_keeps_nobody_from_the_next,
    an_end_between_two_answers_costs_neither_and_doubles_neither,
    a_press_is_answered_in_time_while_its_chat_must_wait,
    stopping_gives_up_what_does_not_end,
];

async fn too_many_requests_hold_one_chat_while_another_goes_on() {
    let world = World::start().await;
    let (ann, bob) = (world.fake.student(1), world.fake.student(2));
    world.fake.plan("sendMessage", Some(1), 1, Fault::TooManyRequests(2));
    ann.says("what is the CPC?");
    world.fake.until("ann's chat is paused", |fake| fake.calls("sendMessage").pop()).await;
    let start = Instant::now();
    for _ in 0..3 {
        bob.says("what is the CCS?");
        bob.expect_answer("hospital coders").await;
    }
    assert!(start.elapsed() < Duration::from_millis(1500), "bob waited for ann: {:?}", start.elapsed());
    ann.expect_answer("coding certification").await;
    let calls = world.fake.calls("sendMessage");
    let anns: Vec<Instant> = calls.iter().filter(|call| call.body["chat_id"] == 1).map(|call| call.at).collect();
    assert_eq!(anns.len(), 2);
    assert!(anns[1] - anns[0] >= Duration::from_secs(2), "{:?}", anns[1] - anns[0]);
    world.fake.all_confirmed().await;
}

#[tokio::test]
async fn answers_that_certainly_did_not_arrive_are_sent_once() {
    let world = World::start().await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::Internal);
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 1);
}

/// The times at which messages were sent to a chat, from the first on.
fn sends(world: &World, chat: i64) -> Vec<Duration> {
    let calls = world.fake.calls("sendMessage");
    let times: Vec<Instant> = calls.iter().filter(|call| call.body["chat_id"] == chat).map(|call| call.at).collect();
    times.iter().map(|at| *at - times[0]).collect()
}

#[tokio::test]
async fn answers_that_may_have_been_lost_are_sent_once_more_after_some_seconds() {
    let world = World::start().await;
    let faults = [Fault::Reset, Fault::Empty, Fault::HalfJson, Fault::Html, Fault::Hang(Duration::from_secs(4))];
    let students: Vec<_> = (1..).zip(&faults).map(|(id, _)| world.fake.student(id)).collect();
    for (student, fault) in students.iter().zip(&faults) {
        world.fake.plan("sendMessage", Some(student.chat), 1, fault.clone());
        student.says("what is the CPC?");
    }
    for (student, fault) in students.iter().zip(&faults) {
        student.expect_answer("coding certification").await;
        assert_eq!(student.sent().len(), 1, "{fault:?}");
        let sends = sends(&world, student.chat);
        assert_eq!(sends.len(), 2, "{fault:?}");
        assert!(sends[1] >= Duration::from_secs(3), "{fault:?}: {sends:?}");
    }
    world.fake.all_confirmed().await;
}

#[tokio::test]
async fn a_lost_answer_to_a_send_doubles_it_at_most_once() {
    let world = World::start().await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::AnswerLost);
    ann.says("what is the CPC?");
    ann.next().await;
    ann.next().await;
    ann.says("what is the CCS?");
    ann.expect_answer("hospital coders").await;
    assert_eq!(ann.sent().len(), 3);
}

#[tokio::test]
async fn a_message_that_may_have_arrived_twice_is_not_sent_again() {
    let world = World::start().await;
    let cases = [(Fault::AnswerLost, 2), (Fault::Reset, 0), (Fault::Html, 0), (Fault::Empty, 0)];
    let students: Vec<_> = (1..).zip(&cases).map(|(id, _)| world.fake.student(id)).collect();
    for (student, (fault, _)) in students.iter().zip(&cases) {
        world.fake.plan("sendMessage", Some(student.chat), 2, fault.clone());
        student.says("what is the CPC?");
        student.says("what is the CCS?");
    }
    for (student, (fault, arrived)) in students.iter().zip(&cases) {
        world.fake.until("the next is answered", |_| (student.sent().len() > *arrived).then_some(())).await;
        assert_eq!(sends(&world, student.chat).len(), 3, "{fault:?}");
        assert_eq!(student.sent().len(), arrived + 1, "{fault:?}");
    }
}

#[tokio::test]
async fn an_error_in_telegram_s_own_words_is_repeated_patiently() {
    let world = World::start().await;
    let (ann, bob) = (world.fake.student(1), world.fake.student(2));
    world.fake.plan("sendMessage", Some(1), 2, Fault::Internal);
    ann.says("what is the CPC?");
    for _ in 0..20 {
        bob.says("what is the CCS?");
        bob.expect_answer("hospital coders").await;
    }
    ann.expect_answer("coding certification").await;
    let sends = sends(&world, 1);
    assert_eq!(sends.len(), 3);
    assert!(sends[1] >= Duration::from_secs(3) && sends[2] - sends[1] >= Duration::from_secs(5), "{sends:?}");
}

#[tokio::test]
async fn the_one_repetition_waits_until_telegram_certainly_answers() {
    let world = World::start().await;
    let ann = world.student();
    // Polls are answered all the while.
    world.fake.plan("sendMessage", None, 1, Fault::Reset);
    world.fake.plan("getMe", None, 4, Fault::Reset);
    let probes = world.fake.count("getMe");
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    assert_eq!(world.fake.count("sendMessage"), 2);
    assert!(world.fake.count("getMe") >= probes + 5);
}

#[tokio::test]
async fn a_change_of_a_message_is_repeated_until_it_arrives() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("/topics");
    let topics = ann.expect_answer("Topics").await;
    world.fake.plan("editMessageText", None, 1, Fault::AnswerLost);
    world.fake.plan("editMessageText", None, 1, Fault::Reset);
    world.fake.plan("editMessageText", None, 1, Fault::Internal);
    ann.presses(topics.message, "Exams");
    ann.expect_answer("1 question").await;
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 1);
}

async fn an_outage_delays_and_loses_nothing() {
    let world = World::start().await;
    let students: Vec<_> = (1..=4).map(|id| world.fake.student(id)).collect();
    students[0].says("what is the CPC?");
    students[0].expect_answer("coding certification").await;
    // Polling and probing come to nothing for a while.
    world.fake.plan("*", None, usize::MAX, Fault::Internal);
    let probes = world.fake.count("getMe");
    for student in &students {
        student.says("what is the CCS?");
        student.says("can I retake the exam?");
    }
    world.fake.until("the bot probes", |fake| (fake.count("getMe") > probes + 3).then_some(())).await;
    world.fake.heal();
    let back = Instant::now();
    for student in &students {
        student.expect_answer("hospital coders").await;
        student.expect_answer("once without a new fee").await;
    }
    assert!(back.elapsed() < Duration::from_secs(5), "{:?}", back.elapsed());
    world.fake.all_confirmed().await;
    assert_eq!(students.iter().map(|student| student.sent().len()).sum::<usize>(), 9);
}

async fn an_outage_while_answers_are_due_doubles_nothing() {
    let world = World::start().await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, usize::MAX, Fault::Internal);
    world.fake.plan("getMe", None, usize::MAX, Fault::Internal);
    ann.says("what is the CPC?");
    world.fake.until("the bot probes", |fake| (fake.count("getMe") > 3).then_some(())).await;
    world.fake.heal();
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 1);
}

async fn an_update_that_was_handled_is_not_handled_again() {
    let world = World::start().await;
    let ann = world.student();
    let message = ann.message(5, json!({"text": "what is the CPC?"}));
    let update = world.fake.push("message", message.clone());
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
    world.fake.redeliver(update, "message", message);
    ann.says("what is the CCS?");
    ann.expect_answer("hospital coders").await;
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 2);
}

/// The beginning of the apology.
const SORRY: &str = "Sorry, something went wrong";

async fn a_panic_is_tried_twice_apologised_for_once_and_stops_nobody() {
    let store = SlowStore::default();
    let panics = Arc::clone(&store.panics);
    let world = World::start_with(|setup| setup.store = Arc::new(store)).await;
    let (ann, bob) = (world.fake.student(1), world.fake.student(2));
    ann.edits(POISON, "what is the CPC?");
    ann.says("what is the CPC?");
    bob.says("what is the CCS?");
    bob.expect_answer("hospital coders").await;
    ann.expect_answer(SORRY).await;
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
    assert_eq!(panics.load(Ordering::SeqCst), 2);
    assert_eq!(ann.sent().len(), 2);
}

async fn an_update_that_takes_too_long_is_tried_twice_and_apologised_for() {
    let store = SlowStore::default();
    let slow = store.slow();
    let world = World::start_with(|setup| {
        setup.store = Arc::new(store);
        setup.telegram.handler_limit = Duration::from_millis(300);
    })
    .await;
    let ann = world.student();
    slow(Duration::from_secs(60));
    ann.edits(55, "what is the CPC?");
    let apology = ann.expect_answer(SORRY).await;
    world.fake.all_confirmed().await;
    slow(Duration::ZERO);
    ann.says("what is the CCS?");
    ann.expect_answer("hospital coders").await;
    assert_eq!(ann.sent().len(), 2);
    ann.edits(55, "what is the CPC?");
    assert_eq!(ann.expect_answer("coding certification").await.message, apology.message, "other words help");
}

async fn an_update_that_takes_the_process_down_is_skipped_with_an_apology() {
    let mut world = World::asleep(|_| {}).await;
    let ann = world.student();
    let update = world.fake.push("message", ann.message(5, json!({"text": "what is the CPC?"})));
    // Each of five processes died with it in hand.
    for _ in 0..5 {
        world.store.begin_update(update, 1).await.unwrap();
    }
    world.wake();
    ann.expect_answer(SORRY).await;
    world.fake.all_confirmed().await;
    assert_eq!(world.store.begin_update(update, 1).await.unwrap(), UpdateState::Handled);
}

async fn an_apology_that_takes_the_process_down_comes_to_an_end() {
    let mut world = World::asleep(|_| {}).await;
    let ann = world.student();
    let update = world.fake.push("message", ann.message(5, json!({"text": "what is the CPC?"})));
    for _ in 0..8 {
        world.store.begin_update(update, 1).await.unwrap();
    }
    world.wake();
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 0);
    assert_eq!(world.store.begin_update(update, 1).await.unwrap(), UpdateState::Handled);
}

async fn an_answer_that_waits_to_be_sent_is_no_try() {
    let world = World::start().await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(2));
    let update = world.fake.push("message", ann.message(5, json!({"text": "what is the CPC?"})));
    world.fake.until("it is being sent", |fake| fake.calls("sendMessage").pop()).await;
    // As the next process would find it after a sudden death.
    assert_eq!(world.store.begin_update(update, 1).await.unwrap(), UpdateState::Open { tries: 0 });
    ann.expect_answer("coding certification").await;
}

async fn a_question_is_logged_once_and_only_after_its_answer() {
    let store = SlowStore::default();
    let down = Arc::clone(&store.down);
    let world = World::start_with(|setup| setup.store = Arc::new(store)).await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(1));
    ann.says("what is the CPC?");
    world.fake.until("it is being sent", |fake| fake.calls("sendMessage").pop()).await;
    assert_eq!(world.store.last_questions(9).await.unwrap().len(), 0);
    down.store(true, Ordering::SeqCst);
    ann.expect_answer("coding certification").await;
    assert_eq!(world.store.last_questions(9).await.unwrap().len(), 0);
    down.store(false, Ordering::SeqCst);
    world.fake.all_confirmed().await;
    let log = world.store.last_questions(9).await.unwrap();
    assert_eq!(log.iter().map(|record| record.text.as_str()).collect::<Vec<_>>(), ["what is the CPC?"]);
}

async fn a_store_that_is_down_delays_and_loses_nothing() {
    let store = SlowStore::default();
    let (down, refused) = (Arc::clone(&store.down), Arc::clone(&store.refused));
    let world = World::start_with(|setup| setup.store = Arc::new(store)).await;
    let ann = world.student();
    ann.says("what is the CPC?");
    let answer = ann.expect_answer("coding certification").await;
    down.store(true, Ordering::SeqCst);
    ann.says("what is the CCS?");
    ann.presses(answer.message, "👍");
    world.fake.until("the store has refused", |_| (refused.load(Ordering::SeqCst) > 2).then_some(())).await;
    assert_eq!(ann.sent().len(), 1);
    down.store(false, Ordering::SeqCst);
    ann.expect_answer("hospital coders").await;
    ann.expect_toast("Thanks").await;
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 2);
}

async fn a_store_that_cannot_tell_the_last_answer_keeps_nobody_from_the_next() {
    let store = SlowStore { forgetful: true, ..SlowStore::default() };
    let world = World::start_with(|setup| setup.store = Arc::new(store)).await;
    let ann = world.student();
    for _ in 0..2 {
        ann.says("what is the CPC?");
        ann.expect_answer("coding certification").await;
    }
    world.fake.all_confirmed().await;
}

async fn an_end_between_two_answers_costs_neither_and_doubles_neither() {
    // After a burst of three a message a minute goes out, so the end comes before the fourth.
    let mut world = World::start_with(|setup| {
        setup.telegram.chat_messages_per_second = 1.0 / 60.0;
        setup.telegram.grace = Duration::from_millis(200);
    })
    .await;
    let ann = world.student();
    for _ in 0..2 {
        ann.says("/topics");
        ann.expect_answer("Topics").await;
    }
    let question = ann.says("what is the CPC?\nwhat is the CCS?");
    ann.expect_answer("coding certification").await;
    let chat = world.app.hashed(ChatKey { surface: Surface::Telegram, id: ann.chat });
    let noted = |_: &FakeTelegram| world.store.answers_of(chat, question).now_or_never()?.unwrap().pop();
    world.fake.until("the first answer is noted", noted).await;
    world.stop().await.unwrap();
    assert_eq!(ann.sent().len(), 3);
    world.wake();
    ann.expect_answer("hospital coders").await;
    world.fake.all_confirmed().await;
    let log = world.store.last_questions(9).await.unwrap();
    let logged: Vec<&str> = log.iter().map(|record| record.text.as_str()).collect();
    assert_eq!(logged, ["what is the CCS?", "what is the CPC?"]);
    assert_eq!(
        (ann.sent().len(), world.fake.count("editMessageText")),
        (4, 1),
        "the first is looked at again, not sent"
    );
}

#[tokio::test]
async fn markup_that_telegram_refuses_is_sent_as_plain_text() {
    let world = World::start().await;
    let ann = world.student();
    let refusal = "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0";
    world.fake.plan("sendMessage", None, 1, Fault::Refused(400, refusal));
    ann.says("what is the CPC?");
    let answer = ann.expect_answer("coding certification").await;
    assert_eq!(answer.html, answer.text, "no markup");
    ann.presses(answer.message, "👍");
    ann.expect_toast("Thanks").await;
    ann.says("/topics");
    let topics = ann.expect_answer("Topics").await;
    world.fake.plan("editMessageText", None, 1, Fault::Refused(400, refusal));
    ann.presses(topics.message, "Exams");
    ann.expect_answer("1 question").await;
}

#[tokio::test]
async fn buttons_that_telegram_refuses_do_not_take_the_answer_with_them() {
    let world = World::start().await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::Refused(400, "Bad Request: BUTTON_TYPE_INVALID"));
    ann.says("what is the CPC?");
    assert!(ann.expect_answer("coding certification").await.buttons.is_empty());
    world.fake.all_confirmed().await;
}

async fn a_press_is_answered_in_time_while_its_chat_must_wait() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("/topics");
    let topics = ann.expect_answer("Topics").await;
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(8));
    ann.says("what is the CPC?");
    ann.presses(topics.message, "Exams");
    let start = Instant::now();
    ann.expect_toast("").await;
    assert!(start.elapsed() < Duration::from_secs(7), "{:?}", start.elapsed());
    ann.expect_answer("coding certification").await;
    ann.expect_answer("1 question").await;
    assert_eq!(world.fake.count("answerCallbackQuery"), 1);
}

#[tokio::test]
async fn a_wrong_token_ends_the_start_with_advice() {
    let mut world = World::start_with(|setup| setup.telegram.token = "1:WRONG-token".into()).await;
    let error = world.end().await.unwrap_err();
    assert!(matches!(error, TelegramError::Token));
    let words = format!("{error} {error:?}");
    assert!(words.contains("@BotFather") && !words.contains("WRONG"), "{words}");
}

#[tokio::test]
async fn a_start_without_telegram_waits_for_it() {
    let mut world = World::asleep(|_| {}).await;
    world.fake.plan("*", None, usize::MAX, Fault::Reset);
    world.wake();
    world.fake.until("it has tried", |fake| (fake.count("getMe") > 1).then_some(())).await;
    let ann = world.student();
    ann.says("what is the CPC?");
    world.fake.heal();
    ann.expect_answer("coding certification").await;
}

#[tokio::test]
async fn a_webhook_is_removed_and_what_waits_is_kept() {
    let mut world = World::asleep(|_| {}).await;
    world.fake.set_webhook();
    let ann = world.student();
    ann.says("what is the CPC?");
    world.wake();
    ann.expect_answer("coding certification").await;
}

#[tokio::test]
async fn another_poller_is_waited_out() {
    let world = World::start().await;
    let ann = world.student();
    world.fake.plan("getUpdates", None, 1, Fault::Refused(409, "Conflict: terminated by other getUpdates request"));
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    ann.says("what is the CCS?");
    ann.expect_answer("hospital coders").await;
}

#[tokio::test]
async fn failures_of_polling_are_got_over() {
    let world = World::start().await;
    let ann = world.student();
    for fault in [Fault::Internal, Fault::Html, Fault::Reset, Fault::Empty, Fault::HalfJson, Fault::TooManyRequests(1)]
    {
        world.fake.plan("getUpdates", None, 1, fault.clone());
        ann.says("what is the CPC?");
        ann.expect_answer("coding certification").await;
    }
    world.fake.all_confirmed().await;
}

#[tokio::test]
async fn stopping_finishes_what_is_in_hand_and_confirms_it() {
    let store = SlowStore::default();
    let slow = store.slow();
    let mut world = World::start_with(|setup| setup.store = Arc::new(store)).await;
    let ann = world.student();
    slow(Duration::from_millis(600));
    ann.edits(55, "what is the CPC?");
    ann.edits(56, "what is the CCS?");
    // The second poll shows that the first has been taken.
    world.fake.until("taken", |fake| (fake.count("getUpdates") > 1).then_some(())).await;
    world.stop().await.unwrap();
    assert_eq!(ann.sent().len(), 1, "what had begun was finished, nothing else begun");
    assert_eq!(world.fake.pending(), 1, "and exactly that was confirmed");
    slow(Duration::ZERO);
    world.wake();
    ann.expect_answer("coding certification").await;
    ann.expect_answer("hospital coders").await;
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 2);
}

async fn stopping_gives_up_what_does_not_end() {
    let mut world = World::start_with(|setup| setup.telegram.grace = Duration::from_millis(300)).await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(600));
    ann.says("what is the CPC?");
    world.fake.until("sent", |fake| fake.calls("sendMessage").pop()).await;
    let start = Instant::now();
    world.stop().await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(world.fake.pending(), 1);
    world.wake();
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
}

#[tokio::test]
async fn a_chat_that_waits_does_not_keep_the_bot_busy() {
    let world = World::start().await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(2));
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    let polls = world.fake.count("getUpdates");
    assert!(polls < 20, "{polls} polls in two seconds");
}
