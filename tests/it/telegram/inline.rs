//! Inline in any chat, guests, channels, and the private chat that groups lead to.

use serde_json::{Value, json};
use telefaq::app::{ChatKey, Due, PostSettings, Schedule, Surface};
use telefaq::store::{Change, Memo};

use super::world::{World, both_modes};

const ANN: i64 = 7;
const CHANNEL: i64 = -1_001_111_111_111;

both_modes![
    words_behind_the_name_list_answers,
    nothing_typed_lists_what_is_asked_most,
    a_long_list_goes_on_when_somebody_scrolls,
    nothing_found_leads_to_the_private_chat_with_the_question,
    a_result_that_was_picked_is_counted,
    a_guest_is_answered_where_that_is_wanted,
    a_channel_posts_an_entry_on_command,
    a_channel_is_posted_to_by_itself,
    a_topic_is_searched,
    sources_are_listed,
    links_lead_to_what_they_say,
];

fn ids(answer: &Value) -> Vec<&str> {
    answer["results"].as_array().unwrap().iter().map(|result| result["id"].as_str().unwrap()).collect()
}

async fn words_behind_the_name_list_answers() {
    let world = World::start().await;
    let answer = world.fake.types(ANN, "what is the CPC?", "").await;
    assert_eq!(ids(&answer)[0], "cpc-what-is");
    let first = &answer["results"][0];
    assert_eq!(first["title"], "What is the CPC?");
    assert_eq!(first["description"], "The CPC is a coding certification.\nCertification");
    let posted = first["input_message_content"]["message_text"].as_str().unwrap();
    assert!(posted.contains("<b>What is the CPC?</b>") && posted.contains("Source: "), "{posted}");
    let button = &first["reply_markup"]["inline_keyboard"][0][0];
    assert_eq!(button["url"], "https://t.me/TestFaqBot?start=e_cpc-what-is");
    assert_eq!((&answer["cache_time"], &answer["is_personal"]), (&json!(30), &json!(false)));
    assert_eq!(world.store.last_questions(9).await.unwrap(), [], "typing is not asking");
}

async fn nothing_typed_lists_what_is_asked_most() {
    let world = World::start().await;
    let student = world.student();
    for _ in 0..2 {
        student.says("can I retake the exam?");
        student.expect_answer("once without a new fee").await;
    }
    student.says("what is the CCS?");
    student.expect_answer("hospital coders").await;
    world.fake.all_confirmed().await;
    let answer = world.fake.types(ANN, "", "").await;
    assert_eq!(ids(&answer)[..3], ["exam-retake", "ccs-what-is", "cpc-what-is"]);
}

async fn a_long_list_goes_on_when_somebody_scrolls() {
    let world = World::start().await;
    let mut seen = Vec::new();
    let mut offset = String::new();
    loop {
        let answer = world.fake.types(ANN, " ", &offset).await;
        assert!(ids(&answer).len() <= 10);
        seen.extend(ids(&answer).into_iter().map(str::to_owned));
        offset = answer["next_offset"].as_str().unwrap_or_default().to_owned();
        if offset.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 23, "every entry once");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 23);
    for odd in ["9999", "-1", "x", "99999999999999999999999"] {
        world.fake.types(ANN, "", odd).await;
    }
}

async fn nothing_found_leads_to_the_private_chat_with_the_question() {
    let world = World::start().await;
    let answer = world.fake.types(ANN, "xylophone zebra quantum", "").await;
    assert!(ids(&answer).is_empty());
    let start = answer["button"]["start_parameter"].as_str().unwrap().to_owned();
    let student = world.student();
    student.says(&format!("/start {start}"));
    student.expect_answer("I don't know the answer to that").await;
    world.fake.all_confirmed().await;
    assert_eq!(world.store.last_questions(1).await.unwrap()[0].text, "xylophone zebra quantum");
    let long = "xylophone ".repeat(60);
    assert!(world.fake.types(ANN, &long, "").await["button"]["start_parameter"].as_str().unwrap().len() <= 64);
}

async fn a_result_that_was_picked_is_counted() {
    let world = World::start().await;
    let from = json!({"id": ANN, "is_bot": false, "first_name": "Ann"});
    let picked = |id: &str| json!({"result_id": id, "from": from, "query": "the cpc, call 555-123-4567"});
    world.fake.push("chosen_inline_result", picked("cpc-what-is"));
    world.fake.push("chosen_inline_result", picked("nowhere"));
    world.fake.all_confirmed().await;
    let log = world.store.last_questions(9).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].audience, log[0].top.as_deref()), ("inline", Some("cpc-what-is")));
    assert!(!log[0].text.contains("555"), "{}", log[0].text);
    assert_eq!(world.store.most_asked(0, 9).await.unwrap(), [("cpc-what-is".to_owned(), 1)]);
    // As what leads to an entry in a link, which takes the place of an id that is too long.
    world.fake.push("chosen_inline_result", picked(&telefaq::engine::reply::entry_payload("ccs-what-is")));
    world.fake.all_confirmed().await;
    assert_eq!(world.store.last_questions(1).await.unwrap()[0].top.as_deref(), Some("ccs-what-is"));
}

async fn a_guest_is_answered_where_that_is_wanted() {
    let world = World::start_with(|setup| setup.telegram.guest_mode = true).await;
    let answer = world.fake.guest_asks(ANN, "@TestFaqBot what is the CPC?").await;
    let text = answer["result"]["input_message_content"]["message_text"].as_str().unwrap();
    assert!(text.contains("coding"), "{text}");
    let answer = world.fake.guest_asks(ANN, "@TestFaqBot xylophone zebra quantum").await;
    let text = answer["result"]["input_message_content"]["message_text"].as_str().unwrap();
    assert!(text.contains("I don't know"), "{text}");
    world.fake.all_confirmed().await;
    let log = world.store.last_questions(9).await.unwrap();
    assert_eq!(log.iter().map(|line| line.audience).collect::<Vec<_>>(), ["guest", "guest"]);
    assert_eq!(world.fake.count("sendMessage"), 0);
    // Off, it is not even asked for.
    let other = World::start().await;
    other.student().says("what is the CPC?");
    other.student().expect_answer("coding certification").await;
    assert_eq!(other.fake.allowed_updates().iter().filter(|kind| *kind == "guest_message").count(), 0);
    assert_eq!(world.fake.allowed_updates().iter().filter(|kind| *kind == "guest_message").count(), 1);
}

async fn a_channel_posts_an_entry_on_command() {
    let world = World::start().await;
    let channel = world.fake.channel(CHANNEL);
    let command = channel.posts("/post cpc-what-is");
    let post = channel.expect("coding certification").await;
    assert_eq!(post.below, None);
    let urls: Vec<&str> = post.buttons.iter().filter_map(|(_, button)| button["url"].as_str()).collect();
    assert_eq!(urls, ["https://t.me/TestFaqBot?start=e_cpc-what-is", "https://t.me/TestFaqBot"]);
    channel.expect_deleted(command).await;
    channel.posts("news of the day");
    channel.posts("/post nowhere");
    channel.posts("/post@OtherBot cpc-what-is");
    channel.expect_silence().await;
}

async fn a_channel_is_posted_to_by_itself() {
    let schedule = Schedule::parse("* * * * *", "UTC").unwrap();
    let topics = vec!["certification".into(), "exams".into()];
    let mut world = World::asleep(|setup| {
        setup.posts = Some(PostSettings { channels: vec![CHANNEL, CHANNEL - 1], schedule, topics });
    })
    .await;
    let now = jiff::Timestamp::now().as_second();
    let channel = world.fake.channel(CHANNEL);
    let hashed = world.app.hashed(ChatKey { surface: Surface::Telegram, id: CHANNEL });
    for (entry, ago) in [("cpc-what-is", 7300), ("ccs-what-is", 7400), ("exam-retake", 7500)] {
        let changes = vec![Change::Posted(hashed, entry.into())];
        world.store.note(Memo { changes, ..Memo::default() }, now - ago).await.unwrap();
    }
    world.wake();
    // Posted longest ago; the other channel was never posted to, and nothing is made up for.
    channel.expect("once without a new fee").await;
    let posted = || async { world.store.posts(hashed).await.unwrap() };
    for _ in 0..200 {
        if posted().await.iter().any(|(entry, at)| entry == "exam-retake" && *at >= now) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    // Of two processes one does it; what comes next is what was posted longest ago, and of these topics.
    let later = now + 120;
    for _ in 0..2 {
        world.app.plan_posts("TestFaqBot", now, later).await.unwrap();
    }
    let due = || world.app.due(jiff::civil::date(2026, 11, 26), later, 9, |_| false);
    let next: Vec<Due> = due().await.unwrap().into_iter().filter(|due| due.chat.id == CHANNEL).collect();
    let [Due { outbound, .. }] = next.as_slice() else { panic!("one post") };
    assert!(outbound.memo.changes.iter().any(|change| *change == Change::Posted(hashed, "ccs-what-is".into())));
    assert!(due().await.unwrap().is_empty(), "somebody has it");
    // Nothing is posted where the bot was removed.
    channel.bot_is_member(false);
    world.fake.all_confirmed().await;
    let day_later = later + 24 * 60 * 60;
    world.app.plan_posts("TestFaqBot", now, day_later).await.unwrap();
    let due = world.app.due(jiff::civil::date(2026, 11, 27), day_later, 9, |_| false).await.unwrap();
    assert!(due.iter().filter(|due| due.chat.id == CHANNEL).all(|due| due.outbound.steps.is_empty()));
}

async fn a_topic_is_searched() {
    let world = World::start().await;
    let student = world.student();
    student.says("/topics");
    let message = student.expect_answer("Topics").await.message;
    student.presses(message, "Salary (20)");
    student.expect_answer("Topics › Salary").await;
    student.presses(message, "Search in this topic");
    student.expect_answer("What do you look for in Salary").await;
    student.says("region 7");
    let found = student.expect_answer("Topics › Salary › search").await;
    assert!(found.buttons[0].0.contains("region 7"), "{:?}", found.buttons);
    student.presses(found.message, "region 7");
    student.expect_answer("Topics › Salary\n\nHow much does a coder earn in region 7?").await;
    // What is not found there is a question, and whoever does something else does not look any more.
    let back_and_search = async || {
        student.presses(message, "Back to Salary");
        student.expect_answer("Topics › Salary").await;
        student.presses(message, "Search in this topic");
        student.expect_answer("What do you look for").await;
    };
    back_and_search().await;
    student.says("what is the CPC?");
    student.expect_answer("coding certification").await;
    back_and_search().await;
    student.presses(message, "Back to Salary");
    student.expect_answer("Topics › Salary").await;
    student.says("region 7");
    assert!(!student.next().await.text.contains("search"));
}

async fn sources_are_listed() {
    let world = World::start().await;
    let student = world.student();
    student.says("/sources");
    let listed = student.expect_answer("Where my answers come from").await;
    assert!(
        listed.html.contains(r#"<a href="https://example.org/handbook">The Board: Handbook</a> (2026): 23 answers"#)
    );
}

async fn links_lead_to_what_they_say() {
    let world = World::start().await;
    let student = world.student();
    for (payload, words) in [
        ("topics", "Pick one"),
        ("sources", "Where my answers come from"),
        ("privacy", "What I keep"),
        ("help", "How to use me"),
        ("start", "no longer leads anywhere"),
        ("q_d2hhdCBpcyB0aGUgQ1BDPw", "coding certification"),
        ("k_00000000_e_cpc-what-is", "coding certification"),
        ("k_00000000_", "I am FAQ, a bot"),
    ] {
        student.says(&format!("/start {payload}"));
        student.expect_answer(words).await;
    }
}
