//! Every shape of update and what it asks for.

use serde_json::{Value, json};

use super::*;
use crate::app::Command;

fn me() -> Myself {
    Myself { id: 42, username: "TestFaqBot".into(), name: "The FAQ".into() }
}

fn student() -> Value {
    json!({"id": 7, "is_bot": false, "first_name": "Ann"})
}

fn private() -> Value {
    json!({"id": 7, "type": "private", "first_name": "Ann"})
}

/// A message from the student in a private chat, with these fields beside.
fn message(fields: Value) -> Value {
    let mut message = json!({"message_id": 5, "date": 1_700_000_000, "chat": private(), "from": student()});
    merge(&mut message, fields);
    message
}

fn merge(into: &mut Value, from: Value) {
    let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) else { panic!("objects") };
    into.extend(from);
}

fn routed(kind: &str, body: Value) -> Task {
    route(&json!({"update_id": 1, kind: body}).to_string(), &me()).task
}

/// What the student did, and whether it changes an earlier message.
fn event(kind: &str, body: Value) -> (Said, bool) {
    match routed(kind, body) {
        Task::Event(Inbound { chat, topic: None, bot_name, at, event: Event::Message { said, id, edited } }) => {
            assert_eq!((chat, bot_name.as_deref(), id), (chat_key(7), Some("The FAQ"), MessageId(5)));
            assert_eq!(at, Some(if edited { 1_700_000_009 } else { 1_700_000_000 }));
            (said, edited)
        }
        other => panic!("{other:?}"),
    }
}

fn ignored(kind: &str, body: Value) -> &'static str {
    match routed(kind, body) {
        Task::Ignore(why) => why,
        other => panic!("{other:?}"),
    }
}

fn question(text: &str, edited: bool) -> (Said, bool) {
    (Said::Question(text.into()), edited)
}

const WORDLESS: (Said, bool) = (Said::Wordless, false);

#[track_caller]
fn assert_same(left: (Said, bool), right: (Said, bool)) {
    assert!(left == right);
}

#[test]
fn text_is_a_question_and_an_edit_says_so() {
    assert_same(event("message", message(json!({"text": "what is CPC?"}))), question("what is CPC?", false));
    let edited = message(json!({"text": "what is CCS?", "edit_date": 1_700_000_009}));
    assert_same(event("edited_message", edited), question("what is CCS?", true));
}

#[test]
fn commands_are_known_and_one_for_another_bot_is_not() {
    let say = |text: &str| event("message", message(json!({"text": text})));
    let command = |command, words: &str| (Said::Command(command, words.into()), false);
    assert_same(say("/start e_cpc-what-is"), command(Command::Start, "e_cpc-what-is"));
    assert_same(say("/Start@testfaqbot  x "), command(Command::Start, "x"));
    assert_same(say("/ask what is CPC"), command(Command::Ask, "what is CPC"));
    assert_same(say("/help@otherbot"), (Said::UnknownCommand, false));
    let edited = message(json!({"text": "/help", "edit_date": 1_700_000_009}));
    assert_same(event("edited_message", edited), (Said::Command(Command::Help, String::new()), true));
}

#[test]
fn a_slash_alone_is_no_command() {
    for text in ["/", "/ what", "/usr/bin what?", "/@TestFaqBot", "//", "/é"] {
        assert_same(event("message", message(json!({"text": text}))), question(text, false));
    }
}

#[test]
fn captions_are_questions_and_media_without_words_are_wordless() {
    let photo = json!([{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]);
    let with = message(json!({"photo": photo, "caption": "what is CPC?"}));
    assert_same(event("message", with), question("what is CPC?", false));
    assert_same(event("message", message(json!({"photo": photo}))), WORDLESS);
    let voice = json!({"file_id": "a", "file_unique_id": "b", "duration": 3});
    assert_same(event("message", message(json!({"voice": voice}))), WORDLESS);
    assert_same(event("message", message(json!({"dice": {"emoji": "🎲", "value": 3}}))), WORDLESS);
    assert_same(event("message", message(json!({"location": {"latitude": 1.0, "longitude": 2.0}}))), WORDLESS);
    ignored("edited_message", message(json!({"location": {"latitude": 1.0, "longitude": 2.5, "live_period": 60}})));
}

#[test]
fn of_an_album_only_what_has_words_is_read() {
    let photo = json!([{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]);
    let with = message(json!({"photo": photo, "caption": "what is CPC?", "media_group_id": "77"}));
    assert_same(event("message", with), question("what is CPC?", false));
    let without = json!({"photo": photo, "media_group_id": "77"});
    assert_eq!(ignored("message", message(without.clone())), "a part of an album without words");
    let mut lost = message(without);
    merge(&mut lost, json!({"chat": {"id": 7, "type": "private", "title": 4, "x": []}}));
    assert_eq!(ignored("message", lost), "a part of an album without words");
}

#[test]
fn media_of_an_unknown_kind_are_wordless() {
    let file = json!({"file_id": "a", "file_unique_id": "b"});
    for fields in [json!({"hologram": file}), json!({"holograms": [file]}), json!({"live_photo": {"x": 1}})] {
        assert_same(event("message", message(fields)), WORDLESS);
    }
    let about_a_file = json!({"brand_new_service": {"of": {"message": {"hologram": file}}}});
    ignored("message", message(about_a_file));
}

#[test]
fn half_an_emoji_does_not_cost_the_question() {
    let raw = json!({"update_id": 1, "message": message(json!({"text": "what is CPC? HALF"}))}).to_string();
    let raw = raw.replace("HALF", "\\ud83d");
    let batch = format!("[{raw}]");
    let updates: Vec<&serde_json::value::RawValue> = serde_json::from_str(&batch).expect("a batch is read as it is");
    let Task::Event(Inbound { event: Event::Message { said, .. }, .. }) = route(updates[0].get(), &me()).task else {
        panic!("a message")
    };
    assert!(said == Said::Question("what is CPC? \u{fffd}".into()));
}

#[test]
fn forwarded_words_are_a_question() {
    let origin = json!({"type": "hidden_user", "sender_user_name": "Bob", "date": 1_600_000_000});
    let forwarded = message(json!({"text": "what is CPC?", "forward_origin": origin}));
    assert_same(event("message", forwarded), question("what is CPC?", false));
}

#[test]
fn words_that_the_types_lose_are_taken_from_the_raw_text() {
    let entities = json!([{"type": "brand_new_entity", "offset": 0, "length": 4}]);
    let lost = message(json!({"text": "what is CPC?", "entities": entities}));
    let update: Update =
        serde_json::from_str(&json!({"update_id": 1, "message": lost}).to_string()).expect("an update");
    let UpdateKind::Message(parsed) = update.kind else { panic!("a message") };
    assert_eq!(parsed.text(), None, "teloxide knows this now: the fallback may go");
    assert_same(event("message", lost), question("what is CPC?", false));

    let unknown_chat_field = message(json!({"text": "hi", "chat": {"id": 7, "type": "private", "title": 4, "x": []}}));
    assert_same(event("message", unknown_chat_field), question("hi", false));
    let huge_id = json!({"update_id": 5_000_000_000_i64, "message": message(json!({"text": "hi"}))}).to_string();
    assert!(matches!(route(&huge_id, &me()).task, Task::Event(_)));
}

#[test]
fn groups_channels_bots_forwards_and_echoes_are_ignored() {
    for kind in ["group", "supergroup", "channel"] {
        let chat = json!({"id": -100, "type": kind, "title": "T"});
        assert_eq!(ignored("message", message(json!({"chat": chat, "text": "/start"}))), "not a private chat");
    }
    let channel = json!({"id": -100, "type": "channel", "title": "T"});
    ignored("channel_post", json!({"message_id": 1, "date": 1_700_000_000, "chat": channel, "text": "news"}));
    let from = |id: i64, is_bot: bool| json!({"id": id, "is_bot": is_bot, "first_name": "B"});
    assert_eq!(ignored("message", message(json!({"from": from(9, true), "text": "x"}))), "another bot's message");
    assert_eq!(ignored("message", message(json!({"from": from(42, true), "text": "x"}))), "the bot's own message");
    let via = json!({"id": 42, "is_bot": true, "first_name": "B", "username": "TestFaqBot"});
    assert_eq!(ignored("message", message(json!({"via_bot": via, "text": "x"}))), "sent by way of the bot");
}

#[test]
fn service_messages_and_unknown_kinds_are_ignored() {
    ignored("message", message(json!({"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}})));
    ignored("message", message(json!({"pinned_message": message(json!({"text": "old"}))})));
    ignored("message", message(json!({"brand_new_service": {"a": 1}})));
    ignored("inline_query", json!({"id": "1", "from": student(), "query": "cpc", "offset": ""}));
    ignored("guest_message", message(json!({"text": "hi", "guest_query_id": "1"})));
    ignored("brand_new_kind", json!({"a": [1, {"b": null}]}));
}

#[test]
fn odd_shapes_are_ignored() {
    for raw in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"update_id":1}"#,
        r#"{"update_id":1,"message":null}"#,
        r#"{"update_id":1,"message":7}"#,
        r#"{"update_id":1,"message":{}}"#,
        r#"{"update_id":1,"message":{"message_id":"x","chat":{}}}"#,
        r#"{"update_id":1,"callback_query":{"id":4}}"#,
        r#"{"update_id":1,"my_chat_member":{"chat":{}}}"#,
    ] {
        assert!(matches!(route(raw, &me()).task, Task::Ignore(_)), "{raw}");
    }
}

/// Each of these makes teloxide 0.17 panic.
#[test]
fn what_teloxide_falls_over_is_ignored() {
    for (kind, body) in [
        ("poll_answer", json!({"poll_id": "1", "option_ids": [0]})),
        (
            "message_reaction",
            json!({"chat": private(), "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}),
        ),
    ] {
        assert_eq!(ignored(kind, body), "a kind of update that does not concern the bot");
    }
    assert_eq!(lost::kind(r#"{"update_id":1,"poll_answer":{"poll_id":"x"}}"#), "poll_answer");
}

fn pressed(chat: Value, date: i64, data: Value) -> Task {
    let message = json!({"message_id": 3, "date": date, "chat": chat, "text": "answer"});
    let mut query = json!({"id": "q1", "from": student(), "chat_instance": "1", "message": message});
    merge(&mut query, data);
    routed("callback_query", query)
}

#[test]
fn a_press_keeps_its_data_and_knows_old_messages() {
    let expected = |on| Task::Press {
        query: "q1".into(),
        inbound: me().meets(7, None, None, Event::Press { data: "1:v".into(), on }),
    };
    assert_eq!(pressed(private(), 1_700_000_000, json!({"data": "1:v"})), expected(Some(MessageId(3))));
    assert_eq!(pressed(private(), 0, json!({"data": "1:v"})), expected(None));
}

#[test]
fn a_press_where_the_bot_has_no_business_is_dismissed() {
    let dismissed = Task::DismissPress { query: "q1".into() };
    let group = json!({"id": -100, "type": "group", "title": "T"});
    assert_eq!(pressed(group, 1_700_000_000, json!({"data": "x"})), dismissed);
    assert_eq!(pressed(private(), 1_700_000_000, json!({"game_short_name": "g"})), dismissed);
    let inline = json!({"id": "q1", "from": student(), "chat_instance": "1", "inline_message_id": "i", "data": "x"});
    assert_eq!(routed("callback_query", inline), dismissed);
}

#[test]
fn the_topic_is_known_and_a_thread_of_replies_is_none() {
    let topic_of = |kind: &str, body: Value| match routed(kind, body) {
        Task::Event(inbound) | Task::Press { inbound, .. } => inbound.topic,
        other => panic!("{other:?}"),
    };
    // With an entity that teloxide does not know, too.
    for entity in ["bold", "from_2027"] {
        let with = |fields: Value| {
            let entities = json!([{"type": entity, "offset": 0, "length": 1}]);
            let mut message = message(json!({"text": "hi", "entities": entities}));
            merge(&mut message, fields);
            message
        };
        let in_topic = || with(json!({"message_thread_id": 4, "is_topic_message": true}));
        assert_eq!(topic_of("message", in_topic()), Some(4));
        assert_eq!(topic_of("message", with(json!({"message_thread_id": 4}))), None);
        assert_eq!(topic_of("message", with(json!({}))), None);
        let press = json!({"id": "p", "from": student(), "chat_instance": "1", "message": in_topic(), "data": "1:v"});
        assert_eq!(topic_of("callback_query", press), Some(4));
    }
}
