//! Groups: when the bot speaks, where, and how little.

use serde_json::json;
use telefaq::app::Mode;

use super::world::{World, both_modes};
use crate::fake_telegram::Fault;

/// A supergroup, an owner, two students.
const GROUP: i64 = -1_001_234_567_890;
const OWNER: i64 = 1;
const ANN: i64 = 7;
const BOB: i64 = 8;

both_modes![
    a_command_a_mention_and_a_reply_are_answered_and_nothing_else_is,
    an_answer_is_short_replies_to_the_question_and_leads_to_the_rest,
    answers_stay_in_their_topic,
    a_reply_to_an_answer_is_read_in_its_light,
    the_same_answer_again_is_pointed_to,
    a_group_without_links_is_shown_the_earlier_answer,
    whoever_asked_or_an_admin_takes_an_answer_away,
    votes_in_a_group_are_each_persons_own,
    an_unsure_bot_asks_whoever_asked,
    what_is_not_known_is_said_in_a_line,
    commands_in_a_group_are_short_and_unknown_ones_met_with_silence,
    a_mentor_answers_for_a_student,
    a_call_below_a_question_answers_it,
    an_edited_question_edits_its_answer,
    somebody_who_asks_too_much_is_told_once,
    greetings_and_thanks_are_met_with_silence,
    bots_forwards_and_service_messages_are_met_with_silence,
    new_members_are_greeted_once_where_that_is_wanted,
    a_group_in_privacy_mode_is_served_as_well,
    an_old_question_is_passed_over,
    a_forum_that_is_none_any_more_has_its_answers_below_the_questions,
    what_a_mentor_writes_stays_when_it_does_not_help,
    a_group_that_moves_while_it_is_answered_loses_nobody_elses_message,
    an_old_answer_that_cannot_be_deleted_is_emptied,
    comments_on_a_post_of_a_channel_are_a_group,
    what_concerns_one_person_is_shown_to_them_only_where_that_is_possible,
];

async fn a_command_a_mention_and_a_reply_are_answered_and_nothing_else_is() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[OWNER]);
    let (ann, bob) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    ann.says("what is the CPC?");
    ann.says("@bob_b what is the CPC?");
    let question = bob.says("can I retake the exam?");
    ann.replies(question, "what is the CCS?");
    ann.says("/roll@DiceBot what is the CPC?");
    group.expect_silence().await;
    for text in ["/ask what is the CPC?", "/ask@TestFaqBot what is the CCS?", "can I retake the exam @TestFaqBot"] {
        ann.says(text);
    }
    let first = group.expect("coding certification").await;
    group.expect("hospital coders").await;
    group.expect("once without a new fee").await;
    bob.replies(first.message, "How much does a coder earn in region 3?");
    group.expect("About 30000 a year").await;
    group.expect_silence().await;
}

async fn an_answer_is_short_replies_to_the_question_and_leads_to_the_rest() {
    let world = World::start_with(|setup| {
        let entry = setup.corpus.entries.iter_mut().find(|entry| entry.id.value == "cpc-what-is").unwrap();
        entry.short_html = "A <b>coding</b> certification.".into();
        entry.html = "A <b>coding</b> certification.\n\nAnd much more about it.".into();
    })
    .await;
    let group = world.fake.group(GROUP, &[]);
    let ann = group.member(ANN, "Ann");
    let question = ann.says("@TestFaqBot what is the CPC?");
    let answer = group.expect("A coding certification.").await;
    assert_eq!((answer.below, answer.topic), (Some(question), None));
    assert!(answer.text.contains("What is the CPC?") && answer.text.contains("Source: The Board: Handbook"));
    assert!(answer.text.contains("Checked 1 Nov 2026") && !answer.text.contains("much more"));
    let labels: Vec<&str> = answer.buttons.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["Full answer", "👍", "👎", "✕"]);
    assert_eq!(answer.buttons[0].1["url"], "https://t.me/TestFaqBot?start=e_cpc-what-is");
    let student = world.fake.student(ANN);
    student.says("/start e_cpc-what-is");
    student.expect_answer("And much more about it").await;
    let call = world.fake.calls("sendMessage").remove(0);
    assert_eq!(call.body["reply_parameters"]["allow_sending_without_reply"], true);
}

async fn answers_stay_in_their_topic() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]).with_topics(&[4, 9]);
    let ann = group.member(ANN, "Ann");
    ann.in_topic(4).says("/ask what is the CPC?");
    assert_eq!(group.expect("coding certification").await.topic, Some(4));
    ann.says("/ask what is the CPC?");
    assert_eq!(group.expect("coding certification").await.topic, None, "General has no number");
    // A plain reply has the number of a thread that is no topic.
    let question = ann.says("hello all");
    ann.replies(question, "/ask what is the CCS?");
    assert_eq!(group.expect("hospital coders").await.topic, None);
}

async fn a_reply_to_an_answer_is_read_in_its_light() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]);
    let (ann, bob) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    ann.says("/ask what is the CPC?");
    let answer = group.expect("coding certification").await;
    // What is said to it without asking needs no reply.
    bob.replies(answer.message, "ok cool, good to know");
    bob.replies(answer.message, "thanks!");
    bob.replies(answer.message, "my cousin has the CCS for hospital coders too");
    group.expect_silence().await;
    bob.replies(answer.message, "xylophone zebra quantum?");
    group.expect("I don't know").await;
}

async fn the_same_answer_again_is_pointed_to() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[OWNER]).with_topics(&[4]);
    let (ann, bob) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    ann.in_topic(4).says("/ask what is the CPC?");
    let first = group.expect("coding certification").await;
    let again = bob.in_topic(4).says("@TestFaqBot what is the CPC");
    let pointer = group.expect("Answered above: What is the CPC?").await;
    assert_eq!((pointer.below, pointer.topic), (Some(again), Some(4)));
    assert!(pointer.html.contains(&format!("https://t.me/c/1234567890/4/{}", first.message)), "{}", pointer.html);
    assert_eq!(pointer.buttons[0].0, "Full answer");
    // Another topic has not seen it; and where it was taken away it is given again.
    bob.says("/ask what is the CPC?");
    group.expect("coding certification").await;
    ann.presses(first.message, "✕");
    group.expect_deleted(first.message).await;
    bob.in_topic(4).says("/ask what is the CPC?");
    group.expect("coding certification").await;
}

async fn a_group_without_links_is_shown_the_earlier_answer() {
    let world = World::start().await;
    let group = world.fake.group(-55, &[]);
    let ann = group.member(ANN, "Ann");
    ann.says("/ask what is the CPC?");
    let first = group.expect("coding certification").await;
    ann.says("/ask what is the CPC?");
    let pointer = group.expect("Answered above").await;
    assert_eq!(pointer.below, Some(first.message));
}

async fn whoever_asked_or_an_admin_takes_an_answer_away() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[OWNER]);
    let (ann, bob, owner) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"), group.member(OWNER, "Mr Ortiz"));
    ann.says("/ask what is the CPC?");
    let answer = group.expect("coding certification").await.message;
    let notice = bob.is_told(answer, "✕").await;
    assert!(notice.contains("Only whoever asked"), "{notice}");
    assert!(group.shows(answer).is_some());
    ann.presses(answer, "✕");
    group.expect_deleted(answer).await;
    ann.says("/ask what is the CCS?");
    let answer = group.expect("hospital coders").await.message;
    owner.presses(answer, "✕");
    group.expect_deleted(answer).await;
}

async fn votes_in_a_group_are_each_persons_own() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]);
    let (ann, bob) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    ann.says("/ask what is the CPC?");
    let answer = group.expect("coding certification").await.message;
    assert_eq!(ann.is_told(answer, "👍").await, "Thanks, noted.");
    assert!(bob.is_told(answer, "👎").await.contains("tell me what was wrong"));
    assert!(ann.is_told(answer, "👎").await.contains("changed your vote"));
    // One person and answer, wherever they vote.
    let student = world.fake.student(ANN);
    student.says("what is the CPC?");
    let private = student.expect_answer("coding certification").await;
    student.presses(private.message, "👍");
    student.expect_toast("changed your vote").await;
    group.expect_silence().await;
}

async fn an_unsure_bot_asks_whoever_asked() {
    let world = World::start_with(|setup| setup.engine.thresholds.answer_at = 101.0).await;
    let group = world.fake.group(GROUP, &[]);
    let (ann, bob) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    ann.says("/ask what is the CPC?");
    let suggestions = group.expect("Did you mean").await.message;
    assert!(bob.is_told(suggestions, "What is the CPC?").await.contains("for whoever asked"));
    ann.presses(suggestions, "What is the CPC?");
    let answer = group.expect("coding certification").await;
    assert_eq!(answer.message, suggestions);
    assert!(answer.buttons.iter().any(|(label, _)| label == "✕"));
    ann.says("/ask what is the CCS?");
    let suggestions = group.expect("Did you mean").await.message;
    assert!(ann.is_told(suggestions, "No").await.contains("Try other words"));
    group.expect_deleted(suggestions).await;
}

async fn what_is_not_known_is_said_in_a_line() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]);
    let ann = group.member(ANN, "Ann");
    ann.says("/ask xylophone zebra quantum");
    let declined = group.expect("I don't know").await;
    assert!(declined.text.contains("mentors@example.org") && !declined.text.contains('\n'));
    let url = declined.buttons[0].1["url"].as_str().unwrap().to_owned();
    let payload = url.strip_prefix("https://t.me/TestFaqBot?start=").unwrap();
    // The private chat goes on with the question.
    let student = world.fake.student(ANN);
    student.says(&format!("/start {payload}"));
    student.expect_answer("You can browse my topics").await;
}

async fn commands_in_a_group_are_short_and_unknown_ones_met_with_silence() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]);
    let ann = group.member(ANN, "Ann");
    for (command, words) in [
        ("/help", "How to use me here"),
        ("/start@TestFaqBot", "How to use me here"),
        ("/start@TestFaqBot true", "How to use me here"),
        ("/topics", "too long for a group"),
        ("/sources", "too long for a group"),
        ("/privacy", "too long for a group"),
        ("/ask", "Write your question after my name"),
        ("@TestFaqBot", "Write your question after my name"),
    ] {
        ann.says(command);
        let shown = group.expect(words).await;
        assert!(shown.text.chars().count() < 600, "{}", shown.text);
    }
    for command in ["/nonsense", "/nonsense@TestFaqBot", "/help@OtherBot", "/"] {
        ann.says(command);
    }
    group.expect_silence().await;
}

async fn a_mentor_answers_for_a_student() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[OWNER]).with_bot_as_admin();
    let (ann, mentor) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    let question = ann.says("im so lost with all these letters, help");
    let command = mentor.replies(question, "/faq what is the CPC");
    let answer = group.expect("coding certification").await;
    assert_eq!(answer.below, Some(question));
    group.expect_deleted(command).await;
    // By its id; the student may take it away, for it is theirs.
    let question = ann.says("and the other one??");
    mentor.replies(question, "/faq ccs-what-is");
    let answer = group.expect("hospital coders").await;
    assert_eq!(answer.below, Some(question));
    ann.presses(answer.message, "✕");
    group.expect_deleted(answer.message).await;
    // Where the bot may not tidy up, the command stays, and that is all.
    let other = world.fake.group(GROUP - 1, &[]);
    let (ann, mentor) = (other.member(ANN, "Ann"), other.member(BOB, "Bob"));
    let question = ann.says("what's that CPC thing");
    mentor.replies(question, "/faq what is the CPC");
    assert_eq!(other.expect("coding certification").await.below, Some(question));
    other.expect_silence().await;
}

async fn a_call_below_a_question_answers_it() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]);
    let (ann, bob) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    let question = ann.says("what is the CPC?");
    bob.replies(question, "@TestFaqBot");
    assert_eq!(group.expect("coding certification").await.below, Some(question));
    let question = ann.says("can I retake the exam?");
    bob.replies(question, "/faq");
    assert_eq!(group.expect("once without a new fee").await.below, Some(question));
}

async fn an_edited_question_edits_its_answer() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]);
    let ann = group.member(ANN, "Ann");
    let question = ann.says("/ask what is the CPC?");
    let answer = group.expect("coding certification").await;
    ann.edits(question, "/ask what is the CCS?");
    assert_eq!(group.expect("hospital coders").await.message, answer.message);
    // The same again is its own answer, and not one above.
    ann.edits(question, "/ask what is the CCS? ");
    group.expect_silence().await;
    // Somebody forgot whom they ask.
    let question = ann.says("can I retake the exam?");
    ann.edits(question, "@TestFaqBot can I retake the exam?");
    assert_eq!(group.expect("once without a new fee").await.below, Some(question));
}

async fn somebody_who_asks_too_much_is_told_once() {
    let world = World::start_with(|setup| setup.groups.person_answers_per_hour = 2).await;
    let group = world.fake.group(GROUP, &[]);
    let (ann, bob) = (group.member(ANN, "Ann"), group.member(BOB, "Bob"));
    for region in 0..6 {
        ann.says(&format!("/ask How much does a coder earn in region {region}?"));
    }
    group.expect("About 00000").await;
    group.expect("About 10000").await;
    let notice = group.expect("Let us go on in private").await;
    assert_eq!(notice.buttons[0].1["url"], "https://t.me/TestFaqBot");
    group.expect_silence().await;
    bob.says("/ask what is the CPC?");
    group.expect("coding certification").await;
}

async fn greetings_and_thanks_are_met_with_silence() {
    let world = World::start_with(|setup| {
        let mut thanks = super::world::entry("thanks", "smalltalk", "thanks", "You are welcome.");
        thanks.kind = telefaq::engine::corpus::Kind::Smalltalk;
        thanks.phrasings = ["thank you", "thanks a lot"].map(super::world::spanned).to_vec();
        setup.corpus.entries.push(thanks);
        setup.corpus.entries.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    })
    .await;
    let group = world.fake.group(GROUP, &[]);
    let ann = group.member(ANN, "Ann");
    ann.says("@TestFaqBot thanks a lot");
    ann.says("/ask thank you");
    group.expect_silence().await;
    ann.says("@TestFaqBot thanks, what is the CPC?");
    group.expect("coding certification").await;
}

async fn bots_forwards_and_service_messages_are_met_with_silence() {
    let world = World::start_with(|setup| setup.groups.mode = Mode::Ambient).await;
    let group = world.fake.group(GROUP, &[]);
    let text = "@TestFaqBot what is the CPC?";
    for fields in [
        json!({"text": text, "from": {"id": 9, "is_bot": true, "first_name": "Other"}}),
        json!({"text": text, "from": {"id": 42, "is_bot": true, "first_name": "FAQ"}}),
        json!({"text": text, "via_bot": {"id": 42, "is_bot": true, "first_name": "FAQ"}}),
        json!({"text": text, "forward_origin": {"type": "hidden_user", "sender_user_name": "X", "date": 1}}),
        json!({"text": text, "is_automatic_forward": true, "from": {"id": 777_000, "is_bot": false, "first_name": "Telegram"},
               "sender_chat": {"id": -1_009, "type": "channel", "title": "News"}}),
        json!({"new_chat_members": [{"id": 9, "is_bot": false, "first_name": "New"}]}),
        json!({"left_chat_member": {"id": 9, "is_bot": false, "first_name": "New"}}),
        json!({"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": GROUP, "type": "supergroup"}}}),
        json!({"new_chat_title": "what is the CPC?"}),
        json!({"sticker": {"file_id": "a", "emoji": "👍"}}),
        json!({"voice": {"file_id": "a", "duration": 3}}),
    ] {
        group.service(fields);
    }
    group.expect_silence().await;
}

async fn new_members_are_greeted_once_where_that_is_wanted() {
    let world = World::start_with(|setup| setup.groups.greet = true).await;
    let group = world.fake.group(GROUP, &[]);
    let joins = || group.service(json!({"new_chat_members": [{"id": 9, "is_bot": false, "first_name": "New"}]}));
    let message = joins();
    assert_eq!(group.expect("Welcome! I am FAQ, a bot").await.below, Some(message));
    joins();
    group.service(json!({"new_chat_members": [{"id": 10, "is_bot": true, "first_name": "Other"}]}));
    group.expect_silence().await;
}

async fn a_group_in_privacy_mode_is_served_as_well() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]).with_privacy();
    let ann = group.member(ANN, "Ann");
    ann.says("what is the CPC?");
    ann.says("/ask what is the CPC?");
    let answer = group.expect("coding certification").await;
    ann.replies(answer.message, "what is the CCS?");
    group.expect("hospital coders").await;
    group.expect_silence().await;
}

async fn an_old_question_is_passed_over() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]);
    let ann = group.member(ANN, "Ann");
    let ago = |minutes: i64| jiff::Timestamp::now().as_second() - minutes * 60;
    ann.sends(json!({"text": "/ask what is the CPC?", "date": ago(61)}));
    group.expect_silence().await;
    ann.sends(json!({"text": "/ask what is the CCS?", "date": ago(59)}));
    group.expect("hospital coders").await;
}

async fn a_forum_that_is_none_any_more_has_its_answers_below_the_questions() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]).with_topics(&[4]);
    let gone = Fault::Refused(400, "Bad Request: message thread not found");
    world.fake.plan("sendMessage", Some(GROUP), 1, gone);
    let question = group.member(ANN, "Ann").in_topic(4).says("/ask what is the CPC?");
    let answer = group.expect("coding certification").await;
    assert_eq!((answer.topic, answer.below), (None, Some(question)));
    let call = world.fake.calls("sendMessage").pop().unwrap();
    assert!(
        call.body["reply_parameters"]["allow_sending_without_reply"].is_null(),
        "where that is gone, so is the answer"
    );
}

async fn what_a_mentor_writes_stays_when_it_does_not_help() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[OWNER]).with_topics(&[4]).with_bot_as_admin();
    let (ann, mentor) = (group.member(ANN, "Ann").in_topic(4), group.member(BOB, "Bob").in_topic(4));
    let question = ann.says("how do I get there");
    mentor.replies(question, "/faq xylophone zebra quantum, ask Carla");
    assert_eq!(group.expect("I don't know").await.below, Some(question));
    world.fake.all_confirmed().await;
    assert_eq!(world.fake.count("deleteMessage"), 0);
    // In a topic every message replies to the topic; that is nobody's.
    mentor.says("/faq what is the CPC");
    assert!(group.expect("coding certification").await.below.is_some_and(|below| below > 100));
    assert_eq!(world.fake.count("deleteMessage"), 0);
}

async fn a_group_that_moves_while_it_is_answered_loses_nobody_elses_message() {
    let world = World::start().await;
    let group = world.fake.group(-55, &[]).with_bot_as_admin();
    let ann = group.member(ANN, "Ann");
    ann.says("/ask what is the CPC?");
    let answer = group.expect("coding certification").await.message;
    let new = group.moves_to(GROUP).with_bot_as_admin();
    for _ in 0..5 {
        new.member(BOB, "Bob").says("hello");
    }
    ann.presses(answer, "✕");
    world.fake.all_confirmed().await;
    assert!(world.fake.happenings(GROUP).is_empty(), "the same number is another message there");
}

async fn an_old_answer_that_cannot_be_deleted_is_emptied() {
    let world = World::start().await;
    let group = world.fake.group(GROUP, &[]);
    let ann = group.member(ANN, "Ann");
    ann.says("/ask what is the CPC?");
    let answer = group.expect("coding certification").await.message;
    world.fake.plan(
        "deleteMessage",
        Some(GROUP),
        1,
        Fault::Refused(400, "Bad Request: message can't be deleted for everyone"),
    );
    ann.presses(answer, "✕");
    let emptied = group.expect("(taken away)").await;
    assert!(emptied.message == answer && emptied.buttons.is_empty());
}

async fn comments_on_a_post_of_a_channel_are_a_group() {
    let world = World::start_with(|setup| setup.groups.mode = Mode::Ambient).await;
    let group = world.fake.group(GROUP, &[]);
    let ann = group.member(ANN, "Ann");
    let post = group.service(json!({
        "text": "News of the day", "is_automatic_forward": true,
        "from": {"id": 777_000, "is_bot": false, "first_name": "Telegram"},
        "sender_chat": {"id": -1_009, "type": "channel", "title": "News"},
    }));
    let comment = ann.replies(post, "what is the CPC?");
    assert_eq!(group.expect("coding certification").await.below, Some(comment));
    let comment = ann.replies(post, "/ask what is the CCS?");
    assert_eq!(group.expect("hospital coders").await.below, Some(comment));
}

async fn what_concerns_one_person_is_shown_to_them_only_where_that_is_possible() {
    let world = World::start_with(|setup| setup.telegram.ephemeral = true).await;
    let group = world.fake.group(GROUP, &[]).with_bot_as_admin();
    let ann = group.member(ANN, "Ann");
    ann.says("/ask xylophone zebra quantum");
    assert_eq!(group.expect("I don't know").await.only_for, Some(ANN));
    ann.says("/ask what is the CPC?");
    assert_eq!(group.expect("coding certification").await.only_for, None, "an answer is for everybody");
    ann.says("/ask what is the CPC?");
    assert_eq!(group.expect("Answered above").await.only_for, Some(ANN));
    // Where the bot is no admin Telegram refuses, and everybody sees it.
    let other = world.fake.group(GROUP - 1, &[]);
    other.member(ANN, "Ann").says("/ask xylophone zebra quantum");
    assert_eq!(other.expect("I don't know").await.only_for, None);
}
