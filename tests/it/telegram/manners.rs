//! When the bot keeps quiet, and when it shows that it is at work.

use std::time::Duration;

use serde_json::{Value, json};

use super::world::World;
use crate::fake_telegram::Fault;

fn group() -> Value {
    json!({"id": -100_123, "type": "supergroup", "title": "Cohort"})
}

fn person() -> Value {
    json!({"id": 9, "is_bot": false, "first_name": "Bob"})
}

#[tokio::test]
async fn groups_channels_and_everything_odd_are_met_with_silence() {
    let world = World::start().await;
    let fake = &world.fake;
    let in_group = |fields: Value| {
        let mut body = json!({"message_id": 1, "date": 1_790_000_000, "chat": group(), "from": person()});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    };
    fake.push("message", in_group(json!({"text": "/start@TestFaqBot"})));
    fake.push("message", in_group(json!({"text": "what is the CPC?", "is_automatic_forward": true})));
    fake.push("message", in_group(json!({"new_chat_members": [person()]})));
    fake.push("message", in_group(json!({"brand_new_service_message": {"of": ["2027"]}})));
    fake.push(
        "message",
        in_group(json!({"text": "hi", "entities": [{"type": "from_2027", "offset": 0, "length": 1}]})),
    );
    let channel = json!({"id": -100_456, "type": "channel", "title": "News"});
    fake.push("channel_post", json!({"message_id": 1, "date": 1_790_000_000, "chat": channel, "text": "CPC?"}));
    fake.push("guest_message", in_group(json!({"text": "CPC?", "guest_query_id": "1"})));
    fake.push("brand_new_kind", json!({"deep": [[[[[[{"er": null}]]]]]]}));
    fake.push("message", json!(null));
    fake.push("message", json!([1, 2, 3]));
    fake.push("callback_query", json!({"id": 5}));
    fake.push("inline_query", json!({"id": "1", "from": person(), "query": "cpc", "offset": ""}));
    let ann = world.student();
    let mut bot = ann.message(1, json!({"text": "what is the CPC?"}));
    bot["from"]["is_bot"] = json!(true);
    fake.push("message", bot);
    // Whoever comes last is answered, and everything before has been taken without harm.
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    fake.all_confirmed().await;
    assert_eq!(fake.count("sendMessage"), 1);
}

#[tokio::test]
async fn updates_that_the_library_falls_over_stop_nobody() {
    let world = World::start().await;
    let ann = world.student();
    let chat = json!({"id": 7, "type": "private", "first_name": "Student"});
    let reaction = json!({"chat": chat, "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []});
    world.fake.push("message_reaction", reaction);
    world.fake.push("poll_answer", json!({"poll_id": "1", "option_ids": [0]}));
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
}

#[tokio::test]
async fn an_update_without_a_number_keeps_nobody_busy() {
    let world = World::start().await;
    let ann = world.student();
    world.fake.push_raw(json!({"update_id": "none", "message": ann.message(1, json!({"text": "hi"}))}));
    world.fake.until("it has come", |fake| (fake.count("getUpdates") > 2).then_some(())).await;
    let polls = world.fake.count("getUpdates");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let polls = world.fake.count("getUpdates") - polls;
    assert!(polls < 6, "{polls} polls in a second");
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
}

#[tokio::test]
async fn an_album_gets_one_reply() {
    let world = World::start().await;
    let ann = world.student();
    let photo = json!([{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9, "file_size": 9}]);
    ann.sends(json!({"photo": photo, "media_group_id": "77", "caption": "what is the CPC?"}));
    ann.sends(json!({"photo": photo, "media_group_id": "77"}));
    ann.sends(json!({"photo": photo, "media_group_id": "77"}));
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 1);
}

#[tokio::test]
async fn a_press_on_nothing_of_ours_is_kindly_refused() {
    let world = World::start().await;
    let message = json!({"message_id": 3, "date": 1_790_000_000, "chat": group(), "text": "x"});
    let press = json!({"id": "p", "from": person(), "chat_instance": "1", "message": message, "data": "x"});
    world.fake.push("callback_query", press);
    let call = world.fake.until("the press is answered", |fake| fake.calls("answerCallbackQuery").pop()).await;
    assert_eq!(call.body["callback_query_id"], "p");
    assert_eq!(call.body["text"], telefaq::engine::reply::OLD_BUTTON);
    world.fake.all_confirmed().await;
}

#[tokio::test]
async fn only_what_has_a_use_is_asked_for() {
    let world = World::start().await;
    let call = world.fake.until("updates are asked for", |fake| fake.calls("getUpdates").pop()).await;
    assert_eq!(
        call.body["allowed_updates"],
        json!([
            "message",
            "edited_message",
            "channel_post",
            "callback_query",
            "inline_query",
            "chosen_inline_result",
            "my_chat_member"
        ])
    );
}

#[tokio::test]
async fn typing_is_shown_only_when_it_takes_a_while() {
    let store = super::slow_store::SlowStore::default();
    let slow = store.slow();
    let world = World::start_with(|setup| setup.store = std::sync::Arc::new(store)).await;
    let ann = world.student();
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    assert_eq!(ann.typings(), 0);
    slow(Duration::from_millis(900));
    ann.edits(55, "what is the CCS?");
    ann.expect_answer("hospital coders").await;
    assert_eq!(ann.typings(), 1);
}

#[tokio::test]
async fn typing_is_shown_while_sending_takes_a_while() {
    let world = World::start().await;
    let ann = world.student();
    world.fake.plan("sendMessage", None, 1, Fault::Hang(Duration::from_millis(1500)));
    ann.says("what is the CPC?");
    world.fake.until("typing is shown", |_| (ann.typings() == 1).then_some(())).await;
    assert_eq!(ann.sent().len(), 0);
    ann.expect_answer("coding certification").await;
}

#[tokio::test]
async fn a_server_that_refuses_more_than_telegram_allows_refuses_nothing() {
    let world = World::start_with(|setup| {
        setup.telegram.messages_per_second = 30.0;
        setup.telegram.chat_messages_per_second = 1.0;
        setup.telegram.group_messages_per_minute = 20;
        setup.groups.cooldown_secs = 0;
        setup.groups.person_answers_per_hour = 100;
    })
    .await;
    world.fake.keeps_pace();
    let students: Vec<_> = (1..=12).map(|id| world.fake.student(id)).collect();
    let group = world.fake.group(-1_001_234_567_890, &[]);
    for _ in 0..4 {
        for student in &students {
            student.says("what is the CPC?");
        }
        group.member(7, "Ann").says("/ask what is the CPC?");
    }
    for student in &students {
        for _ in 0..4 {
            student.expect_answer("coding certification").await;
        }
    }
    world.fake.all_confirmed().await;
    assert_eq!((world.fake.refused_for_pace(), group.sent().len()), (0, 4));
}

#[tokio::test]
async fn messages_keep_to_the_limits() {
    let world = World::start_with(|setup| {
        setup.telegram.messages_per_second = 20.0;
        setup.telegram.chat_messages_per_second = 5.0;
    })
    .await;
    let students: Vec<_> = (1..=5).map(|id| world.fake.student(id)).collect();
    for _ in 0..6 {
        for student in &students {
            student.says("what is the CPC?");
        }
    }
    for student in &students {
        for _ in 0..6 {
            student.expect_answer("coding certification").await;
        }
    }
    let times: Vec<_> = world.fake.calls("sendMessage").iter().map(|call| call.at).collect();
    let in_a_second = times
        .iter()
        .map(|start| times.iter().filter(|at| **at >= *start && **at < *start + Duration::from_secs(1)).count());
    assert!(in_a_second.max() <= Some(22), "{times:?}");
    let first = world.fake.happenings(1);
    let spread = first[5].at - first[0].at;
    assert!(spread >= Duration::from_millis(580), "three at once, then five a second: {spread:?}");
}
