//! Every shape of update and what it asks for.

use serde_json::{Value, json};

use super::*;
use crate::app::{Command, Heard, Trigger};

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
        Task::Event(Inbound {
            chat,
            topic: None,
            scene,
            bot_name,
            at,
            event: Event::Message { said, id, edited, .. },
            ..
        }) => {
            assert!(scene == Scene::Private);
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
fn what_is_unknown_costs_nobody_their_words() {
    let entities = json!([{"type": "brand_new_entity", "offset": 0, "length": 4}]);
    assert_same(event("message", message(json!({"text": "hi", "entities": entities}))), question("hi", false));
    assert_same(event("message", message(json!({"text": "hi", "entities": [{"type": 4}]}))), question("hi", false));
    let unknown_chat_field = message(json!({"text": "hi", "chat": {"id": 7, "type": "private", "title": 4, "x": []}}));
    assert_same(event("message", unknown_chat_field), question("hi", false));
    let huge_id = json!({"update_id": 5_000_000_000_i64, "message": message(json!({"text": "hi"}))}).to_string();
    assert!(matches!(route(&huge_id, &me()).task, Task::Event(_)));
}

#[test]
fn channels_bots_forwards_and_echoes_are_ignored() {
    let channel = json!({"id": -100, "type": "channel", "title": "T"});
    ignored("channel_post", json!({"message_id": 1, "date": 1_700_000_000, "chat": channel, "text": "news"}));
    let from = |id: i64, is_bot: bool| json!({"id": id, "is_bot": is_bot, "first_name": "B"});
    assert_eq!(ignored("message", message(json!({"from": from(9, true), "text": "x"}))), "another bot's message");
    assert_eq!(ignored("message", message(json!({"from": from(42, true), "text": "x"}))), "the bot's own message");
    let via = json!({"id": 42, "is_bot": true, "first_name": "B", "username": "TestFaqBot"});
    assert_eq!(ignored("message", message(json!({"via_bot": via, "text": "x"}))), "sent by way of the bot");
}

/// A message in a supergroup, with these fields beside.
fn in_group(fields: Value) -> Value {
    let mut body = message(json!({"chat": {"id": -1_001_234, "type": "supergroup", "title": "Cohort"}}));
    merge(&mut body, fields);
    body
}

/// What was heard in a group: why it is for the bot, whether it is for others, and what it says.
fn heard(fields: Value) -> Result<(Trigger, bool, Said), &'static str> {
    match routed("message", in_group(fields)) {
        Task::Event(Inbound { event: Event::Heard(Heard { trigger, to_others, said, .. }), .. }) => {
            Ok((trigger, to_others, said))
        }
        Task::Ignore(why) => Err(why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn in_a_group_commands_mentions_and_replies_are_for_the_bot() {
    let asked = |words: &str| Said::Question(words.to_owned());
    let command = |command, words: &str| Said::Command(command, words.to_owned());
    let bot = json!({"id": 42, "is_bot": true, "first_name": "FAQ"});
    let to = |from: Value| json!({"message_id": 3, "date": 1, "chat": {"id": -1_001_234, "type": "supergroup"}, "from": from, "text": "old"});
    let mark =
        |id: i64| json!([{"type": "text_mention", "offset": 0, "length": 3, "user": {"id": id, "is_bot": id == 42}}]);
    type Expected = Result<(Trigger, bool, Said), &'static str>;
    let table: Vec<(Value, Expected)> = vec![
        (json!({"text": "how much?"}), Ok((Trigger::None, false, asked("how much?")))),
        (json!({"text": "/ask how much?"}), Ok((Trigger::Command, false, command(Command::Ask, "how much?")))),
        (
            json!({"text": "/ask@TestFaqBot how much?"}),
            Ok((Trigger::Command, false, command(Command::Ask, "how much?"))),
        ),
        (json!({"text": "/settings"}), Ok((Trigger::Command, false, command(Command::Settings, "")))),
        (json!({"text": "/ask@OtherBot how much?"}), Err("a command for another bot, or for none")),
        (json!({"text": "/nonsense"}), Err("a command for another bot, or for none")),
        (json!({"text": "/roll@DiceBot @TestFaqBot"}), Err("a command for another bot, or for none")),
        (json!({"text": "@TestFaqBot how much?"}), Ok((Trigger::Mention, false, asked("how much?")))),
        (json!({"text": "how much @testfaqbot"}), Ok((Trigger::Mention, false, asked("how much")))),
        (
            json!({"text": "@TestFaqBot /ask how much"}),
            Ok((Trigger::Command, false, command(Command::Ask, "how much"))),
        ),
        (json!({"text": "@TestFaqBot"}), Ok((Trigger::Mention, false, asked("")))),
        (json!({"text": "FAQ how much?", "entities": mark(42)}), Ok((Trigger::Mention, false, asked("how much?")))),
        (json!({"text": "Bob how much?", "entities": mark(9)}), Ok((Trigger::None, true, asked("Bob how much?")))),
        (json!({"text": "@bob_b how much?"}), Ok((Trigger::None, true, asked("@bob_b how much?")))),
        (json!({"text": "@bob_b @TestFaqBot how?"}), Ok((Trigger::Mention, true, asked("@bob_b   how?")))),
        (json!({"text": "me@club.example how?"}), Ok((Trigger::None, false, asked("me@club.example how?")))),
        (
            json!({"text": "and then?", "reply_to_message": to(bot.clone())}),
            Ok((Trigger::Reply, false, asked("and then?"))),
        ),
        (
            json!({"text": "@bob_b see", "reply_to_message": to(bot.clone())}),
            Ok((Trigger::None, true, asked("@bob_b see"))),
        ),
        (json!({"text": "why?", "reply_to_message": to(student())}), Ok((Trigger::None, true, asked("why?")))),
        (
            json!({"caption": "@TestFaqBot how?", "photo": [{"file_id": "a"}]}),
            Ok((Trigger::Mention, false, asked("how?"))),
        ),
        (json!({"photo": [{"file_id": "a"}]}), Ok((Trigger::None, false, Said::Wordless))),
        (json!({"text": "how?", "forward_origin": {"type": "hidden_user"}}), Err("forwarded words in a group")),
        (json!({"text": "how?", "is_automatic_forward": true}), Err("an automatic forward")),
        (json!({"text": "how?", "from": {"id": 777_000, "is_bot": false}}), Err("Telegram's own message")),
        (json!({"text": "how?", "from": {"id": 9, "is_bot": true}}), Err("another bot's message")),
        (json!({"text": "how?", "from": bot}), Err("the bot's own message")),
        (json!({"text": "how?", "via_bot": {"id": 42, "is_bot": true}}), Err("sent by way of the bot")),
        (json!({"pinned_message": {"message_id": 1}}), Err("a service message")),
        (json!({"new_chat_members": [{"id": 42, "is_bot": true}]}), Err("a bot has joined")),
    ];
    for (fields, expected) in table {
        let shown = fields.to_string();
        let got = heard(fields);
        let same = match (&got, &expected) {
            (Ok((trigger, others, said)), Ok((t, o, s))) => {
                let words = |said: &Said| match said {
                    Said::Question(words) => words.split_whitespace().collect::<Vec<_>>().join(" "),
                    _ => String::new(),
                };
                trigger == t && others == o && (said == s || (words(said) == words(s) && !words(s).is_empty()))
            }
            (Err(got), Err(expected)) => got == expected,
            _ => false,
        };
        assert!(same, "{shown}: {:?}", got.map(|(trigger, others, _)| (trigger, others)));
    }
}

/// A comment on a post of a channel replies to the copy of it, which is nobody.
#[test]
fn a_comment_is_to_everybody() {
    let post = json!({"message_id": 3, "date": 1, "chat": {"id": -1_001_234, "type": "supergroup"}, "is_automatic_forward": true,
        "from": {"id": 777_000, "is_bot": false}, "sender_chat": {"id": -1_009, "type": "channel"}, "text": "news"});
    let comment = heard(json!({"text": "how much?", "reply_to_message": post, "message_thread_id": 3}));
    assert!(comment == Ok((Trigger::None, false, Said::Question("how much?".into()))));
}

/// Who is taken to have written a message in a group.
fn writer_of(fields: Value) -> (ChatKey, crate::app::Rights) {
    let mut body = json!({"text": "/settings"});
    merge(&mut body, fields);
    match routed("message", in_group(body)) {
        Task::Event(Inbound { scene: Scene::Group(group), .. }) => (group.person, group.rights),
        other => panic!("{other:?}"),
    }
}

#[test]
fn anonymous_admins_and_channels_write_as_chats() {
    use crate::app::Rights;
    assert_eq!(writer_of(json!({})), (chat_key(7), Rights::Unknown));
    let bot = |id: u64| json!({"id": id, "is_bot": true, "first_name": "B"});
    let this = json!({"id": -1_001_234, "type": "supergroup"});
    let channel = json!({"id": -1_009, "type": "channel"});
    assert_eq!(
        writer_of(json!({"from": bot(1_087_968_824), "sender_chat": this})),
        (chat_key(-1_001_234), Rights::Admin)
    );
    assert_eq!(
        writer_of(json!({"from": bot(136_817_688), "sender_chat": channel})),
        (chat_key(-1_009), Rights::Member)
    );
}

#[test]
fn links_to_messages_are_known_where_there_are_some() {
    let link_of = |fields: Value| match routed("message", in_group(fields)) {
        Task::Event(Inbound { scene: Scene::Group(group), .. }) => group.link,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        link_of(json!({"text": "x", "chat": {"id": -77, "type": "group"}})),
        None,
        "a group that is no supergroup"
    );
    let chat = |fields: Value| {
        let mut chat = json!({"id": -1_001_234_567_890_i64, "type": "supergroup", "title": "Cohort"});
        merge(&mut chat, fields);
        chat
    };
    assert_eq!(link_of(json!({"text": "x", "chat": chat(json!({}))})).as_deref(), Some("https://t.me/c/1234567890/"));
    let in_topic = json!({"text": "x", "chat": chat(json!({})), "message_thread_id": 4, "is_topic_message": true});
    assert_eq!(link_of(in_topic).as_deref(), Some("https://t.me/c/1234567890/4/"));
    let public = json!({"text": "x", "chat": chat(json!({"username": "cohort"}))});
    assert_eq!(link_of(public).as_deref(), Some("https://t.me/cohort/"));
}

#[test]
fn a_group_that_moves_is_followed_and_joining_and_leaving_is_known() {
    let moved = |fields: Value| match routed("message", in_group(fields)) {
        Task::Event(Inbound { chat, event: Event::Moved(to), .. }) => (chat.id, to.id),
        other => panic!("{other:?}"),
    };
    assert_eq!(moved(json!({"migrate_to_chat_id": -1_009})), (-1_001_234, -1_009));
    assert_eq!(moved(json!({"migrate_from_chat_id": -77})), (-77, -1_001_234));
    let joined = routed("message", in_group(json!({"new_chat_members": [student()]})));
    assert!(matches!(joined, Task::Event(Inbound { event: Event::Joined { .. }, .. })));
    for (chat, status, reachable) in [
        (private(), json!({"status": "kicked"}), false),
        (private(), json!({"status": "member"}), true),
        (json!({"id": -5, "type": "group"}), json!({"status": "left"}), false),
        (json!({"id": -5, "type": "group"}), json!({"status": "restricted", "is_member": false}), false),
        (json!({"id": -5, "type": "group"}), json!({"status": "restricted", "is_member": true}), true),
        (json!({"id": -5, "type": "channel"}), json!({"status": "administrator"}), true),
    ] {
        match routed("my_chat_member", json!({"chat": chat, "from": student(), "new_chat_member": status})) {
            Task::Event(Inbound { event: Event::Reachable(got), .. }) => assert_eq!(got, reachable, "{status}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn in_a_channel_only_the_command_to_post_is_for_the_bot() {
    let post = |text: &str| {
        let channel = json!({"id": -1_009, "type": "channel", "title": "News"});
        routed("channel_post", json!({"message_id": 8, "date": 1_700_000_000, "chat": channel, "text": text}))
    };
    for (text, expected) in [
        ("/post cpc-vs-ccs", Some("cpc-vs-ccs")),
        ("/Post@testfaqbot  a ", Some(" a")),
        ("/post", Some("")),
        ("/post@other a", None),
        ("post a", None),
        ("hi", None),
    ] {
        let words = match post(text) {
            Task::Event(Inbound { event: Event::Post { words, .. }, .. }) => Some(words),
            Task::Ignore(_) => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(words.as_deref().map(str::trim), expected.map(str::trim), "{text}");
    }
}

#[test]
fn what_is_typed_behind_the_name_and_picked_is_known() {
    let query = |words: &str, offset: &str| InlineQuery {
        person: chat_key(7),
        username: "TestFaqBot".into(),
        words: words.into(),
        offset: offset.into(),
    };
    let task = routed("inline_query", json!({"id": "1", "from": student(), "query": "cpc", "offset": "10"}));
    assert!(task == Task::Inline { id: "1".into(), query: query("cpc", "10") });
    let task = routed("chosen_inline_result", json!({"result_id": "a", "from": student(), "query": "cpc"}));
    assert!(task == Task::Picked { result: "a".into(), words: "cpc".into() });
    let guest = |text: &str| routed("guest_message", in_group(json!({"text": text, "guest_query_id": "g"})));
    assert!(guest("@TestFaqBot how?") == Task::Guest { id: "g".into(), query: query("how?", "") });
    let below = in_group(
        json!({"text": "@TestFaqBot", "guest_query_id": "g", "reply_to_message": in_group(json!({"text": "how?"}))}),
    );
    assert!(routed("guest_message", below) == Task::Guest { id: "g".into(), query: query("how?", "") });
    ignored("guest_message", in_group(json!({"text": "hi"})));
}

#[test]
fn service_messages_and_unknown_kinds_are_ignored() {
    ignored("message", message(json!({"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}})));
    ignored("message", message(json!({"pinned_message": message(json!({"text": "old"}))})));
    ignored("message", message(json!({"brand_new_service": {"a": 1}})));
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

/// Each of these makes teloxide 0.17 panic when it reads them.
#[test]
fn kinds_without_a_use_are_ignored() {
    for (kind, body) in [
        ("poll_answer", json!({"poll_id": "1", "option_ids": [0]})),
        (
            "message_reaction",
            json!({"chat": private(), "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}),
        ),
    ] {
        assert_eq!(ignored(kind, body), "a kind of update that does not concern the bot");
    }
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
        inbound: me().meets((7, None), Some("Ann".into()), None, Event::Press { data: "1:v".into(), on }),
    };
    assert_eq!(pressed(private(), 1_700_000_000, json!({"data": "1:v"})), expected(Some(MessageId(3))));
    assert_eq!(pressed(private(), 0, json!({"data": "1:v"})), expected(None));
}

#[test]
fn a_press_where_the_bot_has_no_business_is_dismissed() {
    let dismissed = Task::DismissPress { query: "q1".into() };
    let channel = json!({"id": -100, "type": "channel", "title": "T"});
    assert_eq!(pressed(channel, 1_700_000_000, json!({"data": "x"})), dismissed);
    let group = json!({"id": -100, "type": "group", "title": "T"});
    let Task::Press { inbound, .. } = pressed(group, 1_700_000_000, json!({"data": "x"})) else { panic!("a press") };
    assert_eq!((inbound.chat, inbound.person()), (chat_key(-100), chat_key(7)));
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
