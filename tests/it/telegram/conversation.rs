//! What a student sees.

use std::sync::Arc;

use serde_json::json;
use telefaq::engine::Thresholds;

use super::slow_store::SlowStore;
use super::world::{World, both_modes};
use crate::fake_telegram::{FakeTelegram, Fault, Happening, What};

both_modes![
    start_says_what_it_is_and_whom_to_ask,
    every_command_has_its_answer,
    a_deep_link_opens_an_entry,
    an_answer_has_its_question_source_date_and_related_question,
    topics_lead_to_questions_to_answers_and_back,
    an_unsure_bot_suggests,
    a_question_about_nothing_known_is_declined,
    votes_and_reasons_are_stored_and_can_be_changed,
    an_edited_question_edits_its_answer,
    two_questions_in_a_message_are_two_answers_and_one_when_one_is_taken_back,
    an_edited_command_edits_its_answer,
    an_edit_of_a_question_that_was_never_seen_is_answered,
    captions_are_answered_and_media_without_words_politely_declined,
    words_beside_an_unknown_entity_are_answered,
    a_press_on_an_old_message_is_answered_anew,
    a_vote_on_a_message_that_is_gone_asks_for_the_reason_anew,
    a_button_tapped_twice_sends_once,
    a_button_tapped_twice_while_its_chat_waits_sends_once,
    a_late_answer_says_so,
    a_button_of_another_version_is_kindly_refused,
    any_text_gets_an_answer,
    the_menu_shows_the_commands_and_no_stale_scope_hides_them,
    a_student_who_blocked_the_bot_is_left_alone,
];

async fn start_says_what_it_is_and_whom_to_ask() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("/start");
    let welcome = ann.expect_answer("a bot").await;
    assert!(welcome.text.contains("I am FAQ, a bot"), "by its name in Telegram");
    assert!(welcome.text.contains("Certification (2)") && welcome.text.contains("mentors@example.org"));
    ann.presses(welcome.message, "Browse topics");
    ann.expect_answer("Topics").await;
    world.fake.all_confirmed().await;
}

async fn every_command_has_its_answer() {
    let world = World::start().await;
    let ann = world.student();
    for (command, words) in [
        ("/help", "How to use me"),
        ("/topics", "Pick one"),
        ("/privacy", "What I keep"),
        ("/ask", "What is your question?"),
        ("/ask what is the CPC?", "coding certification"),
        ("/ask@TestFaqBot what is the CPC?", "coding certification"),
        ("/nonsense", "I don't know that command"),
    ] {
        ann.says(command);
        ann.expect_answer(words).await;
    }
}

async fn a_deep_link_opens_an_entry() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("/start e_cpc-what-is");
    ann.expect_answer("coding certification").await;
    ann.says("/start e_nowhere");
    ann.expect_answer("no longer leads anywhere").await;
}

async fn an_answer_has_its_question_source_date_and_related_question() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("what is the CPC?");
    let answer = ann.expect_answer("What is the CPC?\n\nThe CPC is a coding certification.").await;
    assert!(answer.html.contains(r#"<a href="https://example.org/handbook">The Board: Handbook</a> (2026)"#));
    assert!(answer.text.contains("Checked 1 Nov 2026"));
    ann.presses(answer.message, "What is the CCS?");
    let related = ann.expect_answer("hospital coders").await;
    assert_ne!(related.message, answer.message);
    let call = world.fake.calls("sendMessage").remove(0);
    assert_eq!(call.body["link_preview_options"]["is_disabled"], true);
}

async fn topics_lead_to_questions_to_answers_and_back() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("/topics");
    let message = ann.expect_answer("Topics").await.message;
    ann.presses(message, "Salary (20)");
    ann.expect_answer("page 1 of 3").await;
    ann.presses(message, "Next");
    ann.expect_answer("page 2 of 3").await;
    ann.presses(message, "Prev");
    ann.expect_answer("page 1 of 3").await;
    ann.presses(message, "Next");
    ann.expect_answer("page 2 of 3").await;
    ann.presses(message, "region 9?");
    ann.expect_answer("About 90000 a year").await;
    ann.presses(message, "Back to Salary");
    ann.expect_answer("page 2 of 3").await;
    ann.presses(message, "Back to topics");
    assert_eq!(ann.expect_answer("Pick one").await.message, message);
    assert_eq!(ann.sent().len(), 1, "one message, changed in place");
}

async fn an_unsure_bot_suggests() {
    let world = World::start_with(|setup| {
        setup.engine.thresholds = Thresholds { answer_at: 101.0, suggest_at: 0.0, ambient_at: 101.0 };
    })
    .await;
    let ann = world.student();
    ann.says("what is the CPC?");
    let suggestions = ann.expect_answer("Did you mean").await;
    ann.presses(suggestions.message, "What is the CPC?");
    let answer = ann.expect_answer("coding certification").await;
    assert_eq!(answer.message, suggestions.message);
    ann.says("what is the CPC?");
    let suggestions = ann.expect_answer("Did you mean").await;
    ann.presses(suggestions.message, "None of these");
    let declined = ann.expect_answer("Then I may not have it").await;
    ann.presses(declined.message, "Ask a person");
    ann.expect_answer("mentors@example.org").await;
}

async fn a_question_about_nothing_known_is_declined() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("xylophone zebra quantum");
    let declined = ann.expect_answer("I don't know").await;
    ann.presses(declined.message, "Exams");
    ann.expect_answer("1 question").await;
}

async fn votes_and_reasons_are_stored_and_can_be_changed() {
    let store = SlowStore::default();
    let votes = Arc::clone(&store.votes);
    let world = World::start_with(|setup| setup.store = Arc::new(store)).await;
    let ann = world.student();
    ann.says("what is the CPC?");
    let answer = ann.expect_answer("coding certification").await;
    ann.presses(answer.message, "👍");
    ann.expect_toast("Thanks, noted").await;
    ann.presses(answer.message, "👎");
    ann.expect_toast("What was wrong").await;
    let asked = ann.next().await;
    assert!(asked.buttons.iter().any(|(label, _)| label == "Outdated"));
    ann.presses(answer.message, "Outdated");
    ann.expect_toast("Thanks").await;
    assert!(ann.next().await.buttons.iter().any(|(label, _)| label == "👍"));
    ann.presses(answer.message, "👍");
    ann.expect_toast("changed").await;
    let calls = world.fake.calls("answerCallbackQuery");
    assert_eq!(calls.len(), 4, "each press is answered once");
    let votes = votes.lock().unwrap();
    let cast: Vec<_> = votes.iter().map(|vote| (vote.entry.as_str(), vote.up, vote.reason)).collect();
    let expected = [(true, None), (false, None), (false, Some("outdated")), (true, None)];
    assert_eq!(cast, expected.map(|(up, reason)| ("cpc-what-is", up, reason)));
}

async fn an_edited_question_edits_its_answer() {
    let world = World::start().await;
    let ann = world.student();
    let question = ann.says("what is the CPC?");
    let answer = ann.expect_answer("coding certification").await;
    ann.edits(question, "what is the CCS?");
    let edited = ann.expect_answer("hospital coders").await;
    assert_eq!(edited.message, answer.message);
    // Telegram also tells of edits that leave the text as it was.
    ann.edits(question, "what is the CCS?");
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), 1);
    // The student has deleted the answer: it comes as a new message.
    world.fake.delete(ann.chat, answer.message);
    ann.edits(question, "can I retake the exam?");
    let fresh = ann.expect_answer("once without a new fee").await;
    assert_ne!(fresh.message, answer.message);
    ann.edits(question, "what is the CPC?");
    assert_eq!(ann.expect_answer("coding certification").await.message, fresh.message);
}

async fn two_questions_in_a_message_are_two_answers_and_one_when_one_is_taken_back() {
    let world = World::start().await;
    let ann = world.student();
    let question = ann.says("what is the CPC?\nwhat is the CCS?");
    let first = ann.expect_answer("coding certification").await;
    let second = ann.expect_answer("hospital coders").await;
    ann.edits(question, "what is the CCS?");
    assert_eq!(ann.expect_answer("hospital coders").await.message, first.message);
    let deleted = |happening: Happening| happening.what == What::Deleted(second.message);
    world
        .fake
        .until("the other is gone", |fake| fake.happenings(ann.chat).into_iter().any(deleted).then_some(()))
        .await;
    // Telegram also tells of edits that leave the text as it was.
    ann.edits(question, "what is the CCS?");
    world.fake.all_confirmed().await;
    assert_eq!(world.fake.count("deleteMessage"), 1);
    ann.edits(question, "what is the CPC? can I retake the exam?");
    assert_eq!(ann.expect_answer("coding certification").await.message, first.message);
    let third = ann.expect_answer("once without a new fee").await;
    assert_eq!(ann.sent().len(), 3);
    // Taken away by the student before: nothing is left to be done.
    world.fake.delete(ann.chat, third.message);
    ann.edits(question, "what is the CCS?");
    ann.expect_answer("hospital coders").await;
    ann.edits(question, "what is the CPC?");
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
    assert_eq!((ann.sent().len(), world.fake.count("deleteMessage")), (3, 2));
}

async fn an_edited_command_edits_its_answer() {
    let world = World::start().await;
    let ann = world.student();
    let command = ann.says("/hlep");
    let answer = ann.expect_answer("don't know that command").await;
    ann.edits(command, "/help");
    assert_eq!(ann.expect_answer("How to use me").await.message, answer.message);
    ann.edits(command, "what is the CPC?");
    assert_eq!(ann.expect_answer("coding certification").await.message, answer.message);
}

async fn an_edit_of_a_question_that_was_never_seen_is_answered() {
    let world = World::start().await;
    let ann = world.student();
    ann.edits(55, "what is the CPC?");
    ann.expect_answer("coding certification").await;
}

async fn captions_are_answered_and_media_without_words_politely_declined() {
    let world = World::start().await;
    let ann = world.student();
    let photo = json!([{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9, "file_size": 9}]);
    ann.sends(json!({"photo": photo, "caption": "what is the CPC?"}));
    ann.expect_answer("coding certification").await;
    ann.sends(json!({"photo": photo}));
    ann.expect_answer("I can only read text").await;
    ann.sends(json!({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}}));
    ann.expect_answer("I can only read text").await;
}

async fn words_beside_an_unknown_entity_are_answered() {
    let world = World::start().await;
    let ann = world.student();
    ann.sends(json!({"text": "what is the CPC?", "entities": [{"type": "from_2027", "offset": 0, "length": 4}]}));
    ann.expect_answer("coding certification").await;
}

async fn a_press_on_an_old_message_is_answered_anew() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("/topics");
    let topics = ann.expect_answer("Topics").await;
    let data = topics.buttons[0].1["callback_data"].as_str().unwrap().to_owned();
    ann.presses_data(json!({"message_id": topics.message, "date": 0}), &data);
    let fresh = ann.expect_answer("2 questions").await;
    assert_ne!(fresh.message, topics.message);
}

async fn a_vote_on_a_message_that_is_gone_asks_for_the_reason_anew() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("what is the CPC?");
    let answer = ann.expect_answer("coding certification").await;
    let down = answer.buttons[1].1["callback_data"].as_str().unwrap().to_owned();
    ann.presses_data(json!({"message_id": answer.message, "date": 0}), &down);
    let fresh = ann.expect_answer("coding certification").await;
    assert_ne!(fresh.message, answer.message);
    assert!(fresh.buttons.iter().any(|(label, _)| label == "Outdated"));
    world.fake.delete(ann.chat, answer.message);
    ann.presses_data(json!({"message_id": answer.message, "date": 1_790_000_000, "text": "x"}), &down);
    let fresh = ann.expect_answer("coding certification").await;
    ann.presses(fresh.message, "Skip");
    assert!(ann.next().await.buttons.iter().any(|(label, _)| label == "👍"));
}

async fn a_button_tapped_twice_sends_once() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("what is the CPC?");
    let answer = ann.expect_answer("coding certification").await;
    ann.presses(answer.message, "What is the CCS?");
    ann.presses(answer.message, "What is the CCS?");
    ann.expect_answer("hospital coders").await;
    world.fake.all_confirmed().await;
    assert_eq!((ann.sent().len(), world.fake.count("answerCallbackQuery")), (2, 2));
}

async fn a_button_tapped_twice_while_its_chat_waits_sends_once() {
    let world = World::start().await;
    let ann = world.student();
    ann.says("what is the CPC?");
    let answer = ann.expect_answer("coding certification").await;
    // Longer than two taps are taken for one.
    world.fake.plan("sendMessage", None, 1, Fault::TooManyRequests(6));
    ann.presses(answer.message, "What is the CCS?");
    ann.presses(answer.message, "What is the CCS?");
    ann.expect_answer("hospital coders").await;
    ann.says("can I retake the exam?");
    ann.expect_answer("once without a new fee").await;
    assert_eq!(ann.sent().len(), 3);
}

async fn a_late_answer_says_so() {
    let world = World::start().await;
    let ann = world.student();
    let ago = |secs: i64| jiff::Timestamp::now().as_second() - secs;
    ann.sends(json!({"text": "what is the CPC?", "date": ago(72_100)}));
    let late = ann.expect_answer("coding certification").await;
    assert!(late.text.starts_with("You asked this 20 hours ago; sorry for the wait.\n\n"), "{}", late.text);
    ann.sends(json!({"text": "/topics", "date": ago(72_100)}));
    assert!(!ann.expect_answer("Topics").await.text.contains("ago"), "nobody waits for that");
    for fields in [json!({"date": ago(3500)}), json!({"date": ago(-3600)})] {
        let mut message = ann.message(9, json!({"text": "what is the CCS?"}));
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        world.fake.push("message", message);
        assert!(!ann.expect_answer("hospital coders").await.text.contains("ago"));
    }
    let edit = json!({"text": "what is the CCS?", "date": ago(72_100), "edit_date": ago(10)});
    world.fake.push("edited_message", ann.message(77, edit));
    assert!(!ann.expect_answer("hospital coders").await.text.contains("ago"), "it was changed just now");
}

async fn a_button_of_another_version_is_kindly_refused() {
    let world = World::start().await;
    let ann = world.student();
    ann.presses_data(json!({"message_id": 3, "date": 1_790_000_000, "text": "x"}), "999:what?");
    ann.expect_toast("too old").await;
}

async fn any_text_gets_an_answer() {
    let world = World::start().await;
    let ann = world.student();
    let texts = [
        "x".repeat(4096),
        "😀".repeat(2048),
        "<b>&amp;</i>\" <script>".repeat(180),
        "ما هو الـ CPC؟ \u{202e}desrever\u{202c}".to_owned(),
        "wh\u{200b}at is\u{200d} the\u{feff} CPC?\u{0}\u{7f}".to_owned(),
        "\u{200b}\u{200d}\u{feff}".to_owned(),
        "?".to_owned(),
        "\n\t ".to_owned(),
        "a\u{301}\u{301}\u{301}".repeat(1000),
        "/start \u{202e}%00../../e_\"'".to_owned(),
    ];
    for text in &texts {
        ann.says(text);
        ann.next().await;
    }
    world.fake.all_confirmed().await;
    assert_eq!(ann.sent().len(), texts.len());
}

async fn the_menu_shows_the_commands_and_no_stale_scope_hides_them() {
    use telefaq::app::{Command, Menu};
    let world = World::asleep(|_| {}).await;
    let stale = ["all_private_chats", "default/en", "all_private_chats/en", "all_group_chats/en"];
    for scope in stale {
        world.fake.set_commands(scope, json!([{"command": "old", "description": "old"}]));
    }
    let mut world = world;
    world.wake();
    for (scope, menu) in
        [("default", Menu::Private), ("all_group_chats", Menu::Groups), ("all_chat_administrators", Menu::GroupAdmins)]
    {
        let set = world.fake.until("the commands are set", |fake| fake.commands(scope)).await;
        let names: Vec<&str> = set.as_array().unwrap().iter().map(|row| row["command"].as_str().unwrap()).collect();
        assert_eq!(names, Command::of(menu).map(Command::name).collect::<Vec<_>>());
    }
    let gone = |fake: &FakeTelegram| stale.iter().all(|scope| fake.commands(scope).is_none()).then_some(());
    world.fake.until("the stale scopes are gone", gone).await;
}

async fn a_student_who_blocked_the_bot_is_left_alone() {
    let world = World::start().await;
    let ann = world.student();
    ann.blocks();
    ann.says("what is the CPC?");
    world.fake.all_confirmed().await;
    assert_eq!(world.fake.count("sendMessage"), 1, "a refusal for good is not answered with another try");
    assert!(world.fake.happenings(ann.chat).iter().all(|happening| happening.what != What::Sent));
}
