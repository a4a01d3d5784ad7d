//! Chats that have to wait: nobody else waits for them, and nothing that waits is lost.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::json;
use telefaq::store::{Memo, MemoryStore, Store};

use super::slow_store::SlowStore;
use super::world::{World, both_modes};
use crate::fake_telegram::{Fault, Student};

both_modes![
    forty_questions_at_once_are_answered_one_by_one,
    what_waits_for_a_chat_is_acknowledged_and_answered_after_the_next_start,
    a_chat_that_sends_a_lot_at_once_holds_up_nobody,
    that_something_was_left_out_is_said_after_the_next_start_too,
    presses_leave_nothing_out_and_every_vote_counts,
    what_was_handled_before_the_start_is_left_alone,
    what_was_sealed_with_another_key_is_dropped,
    a_store_that_cannot_keep_what_waits_loses_nothing,
];

/// The beginning of the notice that messages were left out.
const LEFT_OUT: &str = "That was a lot at once";

fn notices(student: &Student) -> usize {
    student.sent().iter().filter(|shown| shown.text.contains(LEFT_OUT)).count()
}

/// Nothing more can be sent to this student for ten minutes, or until the bot starts again.
async fn pause(world: &World, student: &Student) {
    world.fake.plan("sendMessage", Some(student.chat), 1, Fault::TooManyRequests(600));
    let calls = world.fake.count("sendMessage");
    student.says("what is the CPC?");
    world.fake.until("the chat is paused", |fake| (fake.count("sendMessage") > calls).then_some(())).await;
}

async fn impatient() -> World {
    World::start_with(|setup| setup.telegram.grace = Duration::from_millis(400)).await
}

async fn forty_questions_at_once_are_answered_one_by_one() {
    let world = World::start().await;
    let ann = world.student();
    for number in 0..40 {
        ann.says(if number % 2 == 0 { "what is the CPC?" } else { "what is the CCS?" });
    }
    for number in 0..40 {
        ann.expect_answer(if number % 2 == 0 { "coding certification" } else { "hospital coders" }).await;
    }
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 40);
}

async fn what_waits_for_a_chat_is_acknowledged_and_answered_after_the_next_start() {
    let mut world = impatient().await;
    let (ann, bob) = (world.fake.student(1), world.fake.student(2));
    pause(&world, &ann).await;
    ann.says("what is the CCS?");
    ann.says("can I retake the exam?");
    for _ in 0..120 {
        bob.says("what is the CCS?");
    }
    let start = Instant::now();
    for _ in 0..120 {
        bob.expect_answer("hospital coders").await;
    }
    assert!(start.elapsed() < Duration::from_secs(8), "bob waited for ann: {:?}", start.elapsed());
    world.fake.all_confirmed().await;
    // The last answer to bob has been seen before it is noted that it was given.
    let mut aside = world.store.updates_set_aside(200).await.unwrap();
    for _ in 0..400 {
        if aside.len() == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
        aside = world.store.updates_set_aside(200).await.unwrap();
    }
    assert_eq!(aside.len(), 3);
    assert!(aside.iter().all(|(_, sealed)| !sealed.windows(3).any(|bytes| bytes == b"CCS")), "sealed");
    world.stop().await.unwrap();
    assert_eq!(ann.sent().len(), 0);
    world.wake();
    for words in ["coding certification", "hospital coders", "once without a new fee"] {
        ann.expect_answer(words).await;
    }
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 4);
    assert_eq!(world.store.updates_set_aside(200).await.unwrap(), []);
}

async fn a_chat_that_sends_a_lot_at_once_holds_up_nobody() {
    let mut world = World::start().await;
    let (ann, bob) = (world.fake.student(1), world.fake.student(2));
    world.fake.plan("sendMessage", Some(1), 1, Fault::TooManyRequests(4));
    for number in 0..250 {
        ann.says(&format!("what is the CPC? {number}"));
    }
    bob.says("what is the CCS?");
    let start = Instant::now();
    bob.expect_answer("hospital coders").await;
    assert!(start.elapsed() < Duration::from_secs(3), "bob waited for ann: {:?}", start.elapsed());
    world.fake.until("ann is answered", |_| (ann.sent().len() >= 102).then_some(())).await;
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 102, "the first, the last hundred and a notice");
    assert!(ann.sent()[1].text.contains(LEFT_OUT), "after what was in hand, before the rest");
    assert_eq!(notices(&ann), 1);
    world.stop().await.unwrap();
    let log = world.store.last_questions(200).await.unwrap();
    assert_eq!(log[0].text, "what is the CPC? 249", "the last one is among those that are answered");
}

async fn that_something_was_left_out_is_said_after_the_next_start_too() {
    let mut world = impatient().await;
    let ann = world.student();
    pause(&world, &ann).await;
    for _ in 0..150 {
        ann.says("what is the CPC?");
    }
    world.fake.all_confirmed().await;
    world.stop().await.unwrap();
    assert_eq!(ann.sent().len(), 0);
    world.wake();
    world.fake.until("ann is answered", |_| (ann.sent().len() >= 102).then_some(())).await;
    assert_eq!((ann.sent().len(), notices(&ann)), (102, 1));
}

async fn presses_leave_nothing_out_and_every_vote_counts() {
    let store = SlowStore::default();
    let votes = Arc::clone(&store.votes);
    let world = World::start_with(|setup| setup.store = Arc::new(store)).await;
    let ann = world.student();
    ann.says("what is the CPC?");
    let answer = ann.expect_answer("coding certification").await;
    world.fake.plan("sendMessage", Some(ann.chat), 1, Fault::TooManyRequests(3));
    for _ in 0..20 {
        ann.says("what is the CCS?");
    }
    for _ in 0..120 {
        ann.presses(answer.message, "👍");
    }
    world.fake.all_confirmed().await;
    world.fake.until("all votes are there", |_| (votes.lock().unwrap().len() >= 120).then_some(())).await;
    world.fake.until("all are answered", |_| (ann.sent().len() >= 21).then_some(())).await;
    assert_eq!(notices(&ann), 0);
}

async fn what_was_handled_before_the_start_is_left_alone() {
    let mut world = World::asleep(|_| {}).await;
    let ann = world.student();
    let mut updates = Vec::new();
    for number in 0..90 {
        updates.push(world.fake.push("message", ann.message(number, json!({"text": "what is the CPC?"}))));
    }
    ann.presses_data(json!({"message_id": 1, "date": 1_790_000_000, "text": "x"}), "1t");
    updates.push(updates[89] + 1);
    for update in updates {
        world.store.finish_update(update, 1, Memo::default()).await.unwrap();
    }
    ann.says("what is the CCS?");
    world.wake();
    let start = Instant::now();
    ann.expect_answer("hospital coders").await;
    world.fake.all_confirmed().await;
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!((ann.sent().len(), world.fake.count("answerCallbackQuery")), (1, 0));
}

async fn what_was_sealed_with_another_key_is_dropped() {
    let store = Arc::new(MemoryStore::new());
    store.set_aside(vec![(1, b"sealed by somebody else".to_vec())], 1).await.unwrap();
    let world = World::start_with(|setup| setup.store = Arc::clone(&store) as Arc<dyn Store>).await;
    let ann = world.student();
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    assert_eq!(store.updates_set_aside(9).await.unwrap(), []);
}

async fn a_store_that_cannot_keep_what_waits_loses_nothing() {
    let mut store = SlowStore::default();
    let refusals = store.keeps_nothing();
    let mut world = World::start_with(|setup| {
        setup.telegram.grace = Duration::from_millis(400);
        setup.store = Arc::new(store);
    })
    .await;
    let ann = world.student();
    pause(&world, &ann).await;
    world.fake.until("it was tried to keep it", |_| (refusals.load(Ordering::SeqCst) > 1).then_some(())).await;
    world.stop().await.unwrap();
    assert_eq!(world.fake.pending(), 1, "Telegram still has it");
}
