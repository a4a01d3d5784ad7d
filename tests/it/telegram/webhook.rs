//! The webhook: who is listened to, when a call is answered and with what, and how one bot follows another.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use telefaq::store::{HELD_SECS, Store};
use tokio::task::JoinHandle;

use super::slow_store::SlowStore;
use super::world::{HOST, Setup, Way, World};
use crate::fake_telegram::{FakeTelegram, Fault, Student, What};

const SECRET: &str = "World-secret_1";
const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

async fn start() -> World {
    start_with(|_| {}).await
}

async fn start_with(change: impl FnOnce(&mut Setup)) -> World {
    let mut world = asleep(change).await;
    world.wake();
    world
}

async fn asleep(change: impl FnOnce(&mut Setup)) -> World {
    World::asleep(|setup| {
        setup.way = Way::Webhook;
        change(setup);
    })
    .await
}

/// A call of the webhook as Telegram makes it, by way of a proxy.
fn call(world: &World, body: impl Into<String>) -> RequestBuilder {
    stranger(world, body).header(SECRET_HEADER, SECRET)
}

/// The same without the secret.
fn stranger(world: &World, body: impl Into<String>) -> RequestBuilder {
    let client = Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{}/telegram/hook", world.address());
    client.post(url).header("host", HOST).header("content-type", "application/json").body(body.into())
}

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

/// The same, beside everything else.
fn status_to_come(request: RequestBuilder) -> JoinHandle<StatusCode> {
    tokio::spawn(status(request))
}

/// A message of this student's in an update with this number.
fn update(number: i64, student: &Student, text: &str) -> String {
    let message = student.message(i32::try_from(number).unwrap(), json!({"text": text}));
    json!({"update_id": number, "message": message}).to_string()
}

#[tokio::test]
async fn only_who_says_the_secret_is_listened_to() {
    let world = start().await;
    let ann = world.student();
    let question = update(1, &ann, "what is the CPC?");
    for wrong in ["", "World-secret_", "World-secret_11", "world-secret_1", "é"] {
        let request = stranger(&world, &question).header(SECRET_HEADER, wrong.as_bytes());
        assert_eq!(status(request).await, StatusCode::UNAUTHORIZED, "{wrong:?}");
    }
    assert_eq!(status(stranger(&world, &question)).await, StatusCode::UNAUTHORIZED);
    // Nothing is read of what a stranger sends.
    assert_eq!(status(stranger(&world, "x".repeat(2_000_000))).await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.fake.count("sendMessage"), 0);
    assert_eq!(status(call(&world, &question)).await, StatusCode::OK);
    ann.expect_answer("coding certification").await;
    let get = Client::new().get(format!("http://{}/telegram/hook", world.address())).header(SECRET_HEADER, SECRET);
    assert_eq!(status(get).await, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn what_is_no_update_is_not_brought_for_ever() {
    let world = start().await;
    let ann = world.student();
    for body in ["", "{", "[]", "{}", "null", r#"{"update_id": "one"}"#, r#"{"update_id": 1.5}"#, "\u{0}"] {
        assert_eq!(status(call(&world, body)).await, StatusCode::OK, "{body:?}");
    }
    assert_eq!(status(call(&world, "").body(vec![0xff, 0xfe])).await, StatusCode::OK);
    assert_eq!(status(call(&world, r#"{"update_id": 5, "from_2027": {"chat": {"id": 7}}}"#)).await, StatusCode::OK);
    let large = update(6, &ann, &"x".repeat(1_000_000));
    assert_eq!(status(call(&world, large)).await, StatusCode::OK, "an update, however long");
    ann.next().await;
    let too_large = update(7, &ann, &"x".repeat(1_100_000));
    assert_eq!(status(call(&world, too_large)).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(status(call(&world, update(8, &ann, "what is the CPC?"))).await, StatusCode::OK);
    ann.expect_answer("coding certification").await;
}

#[tokio::test]
async fn the_page_is_served_beside_it_and_guarded_as_before() {
    let world = start().await;
    let page = format!("http://{}/health", world.address());
    assert_eq!(status(Client::new().get(&page)).await, StatusCode::OK);
    assert_eq!(status(Client::new().get(&page).header("host", HOST)).await, StatusCode::FORBIDDEN);
    assert_eq!(status(call(&world, "{}")).await, StatusCode::OK);
}

#[tokio::test]
async fn a_call_is_answered_after_its_question_and_no_sooner() {
    let world = start().await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(1));
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
    let delivered = world.fake.delivered();
    let sent = world.fake.happenings(ann.chat).into_iter().find(|happening| happening.what == What::Sent).unwrap();
    assert_eq!(delivered.len(), 1);
    assert!(delivered[0].status == Some(200) && delivered[0].began < sent.at && delivered[0].ended >= sent.at);
}

#[tokio::test]
async fn who_hangs_up_and_calls_again_waits_for_the_same_answer() {
    let world = start().await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(2));
    let question = update(1, &ann, "what is the CPC?");
    let first = status_to_come(call(&world, &question));
    world.fake.until("it is in hand", |fake| fake.calls("sendMessage").pop()).await;
    first.abort();
    let again = [status_to_come(call(&world, &question)), status_to_come(call(&world, &question))];
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(again.iter().all(|call| !call.is_finished()), "it is not answered yet");
    for call in again {
        assert_eq!(call.await.unwrap(), StatusCode::OK);
    }
    assert_eq!(ann.sent().len(), 1);
    let start = Instant::now();
    assert_eq!(status(call(&world, &question)).await, StatusCode::OK, "it was handled before");
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(ann.sent().len(), 1);
}

#[tokio::test]
async fn who_hangs_up_at_once_is_answered_all_the_same() {
    let world = start().await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(1));
    let call = status_to_come(call(&world, update(1, &ann, "what is the CPC?")));
    world.fake.until("it is in hand", |fake| fake.calls("sendMessage").pop()).await;
    call.abort();
    ann.expect_answer("coding certification").await;
}

#[tokio::test]
async fn a_chat_that_waits_keeps_no_call_waiting() {
    let mut world = start_with(|setup| {
        setup.webhook.connections = 4;
        setup.telegram.grace = Duration::from_millis(400);
    })
    .await;
    let students: Vec<Student> = (1..=9).map(|id| world.fake.student(id)).collect();
    let (paused, free) = students.split_at(8);
    // More than there are calls.
    for student in paused {
        world.fake.plan("sendMessage", Some(student.chat), 1, Fault::TooManyRequests(600));
        for question in ["what is the CPC?", "what is the CCS?", "can I retake the exam?"] {
            student.says(question);
        }
    }
    world.fake.all_confirmed().await;
    assert!(world.fake.most_under_way() <= 4);
    let start = Instant::now();
    free[0].says("what is the CCS?");
    free[0].expect_answer("hospital coders").await;
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(world.store.updates_set_aside(99).await.unwrap().len(), 24);
    world.stop().await.unwrap();
    world.wake();
    for student in paused {
        for words in ["coding certification", "hospital coders", "once without a new fee"] {
            student.expect_answer(words).await;
        }
        assert_eq!(student.sent().len(), 3);
    }
}

#[tokio::test]
async fn what_follows_in_a_chat_that_waits_is_not_held_as_long_again() {
    let world = start_with(|setup| setup.telegram.grace = Duration::from_millis(400)).await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(600));
    for question in ["what is the CPC?", "what is the CCS?", "can I retake the exam?"] {
        ann.says(question);
    }
    world.fake.all_confirmed().await;
    let held: Vec<Duration> = world.fake.delivered().iter().map(|call| call.ended - call.began).collect();
    assert!(held.len() == 3 && held[1..].iter().all(|held| *held < Duration::from_secs(2)), "{held:?}");
}

#[tokio::test]
async fn with_enough_in_hand_more_is_turned_away_for_a_while() {
    let mut store = SlowStore::default();
    store.keeps_nothing();
    let world = start_with(|setup| {
        setup.store = Arc::new(store);
        setup.telegram.grace = Duration::from_millis(200);
    })
    .await;
    // The bot itself is 42.
    let students: Vec<Student> = (101..=401).map(|id| world.fake.student(id)).collect();
    world.fake.plan("sendMessage", None, usize::MAX, Fault::TooManyRequests(600));
    let question = |number: usize| update(number as i64 + 1, &students[number], "what is the CPC?");
    // Not all at once: the page's server has its own limit.
    for part in [0..150, 150..300] {
        let calls: Vec<_> = part.clone().map(|number| status_to_come(call(&world, question(number)))).collect();
        let all = |fake: &FakeTelegram| (fake.count("sendMessage") >= part.end).then_some(());
        world.fake.until("they are in hand", all).await;
        calls.iter().for_each(JoinHandle::abort);
    }
    let turned_away = call(&world, question(300)).send().await.unwrap();
    assert_eq!(turned_away.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(turned_away.headers()["retry-after"], "1");
    let known = status_to_come(call(&world, question(7)));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!known.is_finished(), "what is in hand is not too much");
}

#[tokio::test]
async fn stopping_answers_what_is_in_hand_and_turns_the_rest_away() {
    let store = SlowStore::default();
    let slow = store.slow();
    let mut world = start_with(|setup| setup.store = Arc::new(store)).await;
    let (ann, bob) = (world.fake.student(1), world.fake.student(2));
    world.fake.until("the webhook is set", |fake| fake.webhook()).await;
    slow(Duration::from_millis(1200));
    let edit = |number: i64, question: i32, text: &str| {
        let message = ann.message(question, json!({"text": text, "edit_date": jiff::Timestamp::now().as_second()}));
        call(&world, json!({"update_id": number, "edited_message": message}).to_string())
    };
    let first = status_to_come(edit(1, 55, "what is the CPC?"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let second = status_to_come(edit(2, 56, "what is the CCS?"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let late = call(&world, update(3, &bob, "what is the CCS?"));
    let stopping = tokio::spawn(async move { world.stop().await.map(|()| world) });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let late = late.send().await.unwrap();
    assert_eq!((late.status(), late.headers().contains_key("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, true));
    assert_eq!(first.await.unwrap(), StatusCode::OK);
    assert_eq!(second.await.unwrap(), StatusCode::SERVICE_UNAVAILABLE, "it had not begun");
    let world = stopping.await.unwrap().unwrap();
    assert_eq!((ann.sent().len(), bob.sent().len()), (1, 0));
    assert_eq!(world.fake.count("deleteWebhook"), 0);
    assert!(world.fake.webhook().is_some(), "Telegram keeps what comes until the next start");
}

#[tokio::test]
async fn telegram_is_told_all_it_needs_to_call() {
    let world = start_with(|setup| setup.webhook.connections = 7).await;
    let webhook = world.fake.until("the webhook is set", |fake| fake.webhook()).await;
    assert_eq!(webhook.url.as_str(), format!("https://{HOST}/telegram/hook"));
    assert_eq!((webhook.secret.as_deref(), webhook.max_connections), (Some(SECRET), 7));
    let wanted: Vec<String> = serde_json::from_value(webhook.allowed_updates).unwrap();
    assert_eq!(wanted, world.fake.allowed_updates());
    assert!(wanted.len() == 7 && wanted.iter().any(|kind| kind == "my_chat_member"), "{wanted:?}");
    let body = world.fake.calls("setWebhook").remove(0).body;
    assert_eq!(body["drop_pending_updates"], Value::Bool(false));
    assert_eq!((world.fake.count("getUpdates"), world.fake.count("deleteWebhook")), (0, 0));
}

#[tokio::test]
async fn the_webhook_is_set_through_an_outage_and_served_before() {
    let mut world = start().await;
    let ann = world.student();
    world.fake.until("the webhook is set", |fake| fake.webhook()).await;
    world.stop().await.unwrap();
    ann.says("what is the CPC?");
    let calls = world.fake.count("setWebhook");
    world.fake.plan("setWebhook", None, 4, Fault::Internal);
    world.wake();
    // Telegram still has the webhook of the last start.
    ann.expect_answer("coding certification").await;
    world.fake.until("it is repeated", |fake| (fake.count("setWebhook") >= calls + 5).then_some(())).await;
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 1);
}

#[tokio::test]
async fn calls_wait_while_the_bot_finds_out_who_it_is() {
    let mut world = start().await;
    let ann = world.student();
    world.fake.until("the webhook is set", |fake| fake.webhook()).await;
    world.stop().await.unwrap();
    world.fake.plan("getMe", None, 3, Fault::Reset);
    world.wake();
    assert_eq!(status(call(&world, update(1, &ann, "what is the CPC?"))).await, StatusCode::OK);
    assert_eq!(ann.sent().len(), 1);
}

#[tokio::test]
async fn back_to_polling_the_webhook_is_gone_and_nothing_is_lost() {
    let mut world = start().await;
    let ann = world.student();
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    world.stop().await.unwrap();
    ann.says("what is the CCS?");
    world.poll_from_now_on();
    world.wake();
    ann.expect_answer("hospital coders").await;
    world.fake.all_confirmed().await;
    assert_eq!((world.fake.webhook(), ann.sent().len()), (None, 2));
}

#[tokio::test]
async fn one_bot_follows_another_without_a_fight_or_a_gap() {
    let mut world = start().await;
    let students: Vec<Student> = (1..=8).map(|id| world.fake.student(id)).collect();
    let ask = |rounds: usize| {
        for student in &students {
            for _ in 0..rounds {
                student.says("what is the CPC?");
                student.says("what is the CCS?");
            }
        }
    };
    ask(3);
    let next = world.another();
    world.share_with(&next);
    ask(3);
    world.fake.until("a part is answered", |_| (sent(&students) >= 20).then_some(())).await;
    world.stop().await.unwrap();
    ask(2);
    world.fake.all_confirmed().await;
    for student in &students {
        for _ in 0..8 {
            student.expect_answer("coding certification").await;
            student.expect_answer("hospital coders").await;
        }
        assert_eq!(student.sent().len(), 16);
    }
    next.stop().await.unwrap();
    assert_eq!((world.fake.count("getUpdates"), world.fake.count("deleteWebhook")), (0, 0));
    assert_eq!(world.fake.count("setWebhook"), 2);
}

fn sent(students: &[Student]) -> usize {
    students.iter().map(|student| student.sent().len()).sum()
}

#[tokio::test]
async fn an_update_that_reaches_two_bots_one_after_the_other_is_answered_once() {
    let world = start().await;
    let ann = world.student();
    let next = world.another();
    let question = update(1, &ann, "what is the CPC?");
    assert_eq!(status(call(&world, &question)).await, StatusCode::OK);
    let mut world = world;
    world.replace_with(next);
    assert_eq!(status(call(&world, &question)).await, StatusCode::OK);
    assert_eq!(ann.sent().len(), 1);
}

#[tokio::test]
async fn what_one_bot_has_set_aside_another_takes_up_when_it_has_stopped_and_no_sooner() {
    let mut world = start_with(|setup| setup.telegram.grace = Duration::from_millis(400)).await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(600));
    ann.says("what is the CPC?");
    ann.says("what is the CCS?");
    world.fake.all_confirmed().await;
    // It does not know of the pause.
    let next = world.another();
    world.share_with(&next);
    // Longer than the first could be at work without saying so.
    tokio::time::sleep(Duration::from_secs(HELD_SECS.unsigned_abs() + 3)).await;
    assert_eq!(world.fake.count("sendMessage"), 1, "the other is at work on it");
    let stopped = Instant::now();
    world.stop().await.unwrap();
    ann.expect_answer("coding certification").await;
    ann.expect_answer("hospital coders").await;
    assert!(stopped.elapsed() < Duration::from_secs(8), "{:?}", stopped.elapsed());
    assert_eq!(ann.sent().len(), 2);
    next.stop().await.unwrap();
}

#[tokio::test]
async fn what_a_bot_has_set_aside_that_died_is_taken_up_after_some_seconds() {
    let mut world = asleep(|_| {}).await;
    let ann = world.student();
    let aside = [(1, update(1, &ann, "what is the CPC?")), (2, update(2, &ann, "what is the CCS?"))];
    world.app.set_aside(&aside, jiff::Timestamp::now().as_second()).await.unwrap();
    world.wake();
    ann.expect_answer("coding certification").await;
    ann.expect_answer("hospital coders").await;
    assert_eq!(status(call(&world, &aside[0].1)).await, StatusCode::OK, "it comes again");
    assert_eq!(ann.sent().len(), 2);
}

#[tokio::test]
async fn with_the_store_down_a_call_waits_and_is_answered_when_it_is_back() {
    let store = SlowStore::default();
    let down = store.down();
    let world = start_with(|setup| setup.store = Arc::new(store) as Arc<dyn Store>).await;
    let ann = world.student();
    world.fake.until("the webhook is set", |fake| fake.webhook()).await;
    down.store(true, Ordering::SeqCst);
    ann.says("what is the CPC?");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((ann.sent().len(), world.fake.pending()), (0, 1));
    down.store(false, Ordering::SeqCst);
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
}
