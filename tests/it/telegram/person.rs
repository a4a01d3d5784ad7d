//! "Ask a person": a student and the mentors, by way of the bot.

use std::time::Duration;

use futures::FutureExt;
use serde_json::json;
use telefaq::app::{ChatKey, OfficeHours, PersonSettings, Surface};
use telefaq::engine::Thresholds;
use telefaq::store::{Change, Memo, Passed, Waiting, open};

use super::world::{Setup, World, both_modes};
use crate::fake_telegram::{FakeTelegram, Fault, Group, Shown, Student, What};

/// The mentors' chat, and a group of students.
const MENTORS: i64 = -1_001_234_567_890;
const COHORT: i64 = -1_001_234_567_891;
const ANN: i64 = 7_777_001;
const BOB: i64 = 7_777_002;
const ORTIZ: i64 = 11;
const LEE: i64 = 12;
/// Nothing that the bot knows.
const ASKED: &str = "xylophone zebra quantum fees in May?";

both_modes![
    the_whole_story_in_a_plain_group,
    the_whole_story_in_a_forum,
    nobody_learns_a_name_without_consent,
    with_consent_the_mentors_see_the_first_name_and_no_more,
    a_mentor_who_wants_it_is_named,
    what_looks_personal_is_pointed_out_and_kept_nowhere,
    a_question_that_nobody_knows_yet_is_asked_for,
    the_button_is_about_the_question_above_it,
    only_words_of_ones_own_are_passed_on,
    a_preview_can_be_cancelled_and_is_sent_once,
    of_two_who_claim_one_does,
    both_sides_go_on_after_a_restart,
    changes_of_messages_are_passed_on,
    long_messages_are_passed_on_in_two,
    a_student_who_has_blocked_the_bot_is_honestly_out_of_reach,
    mentors_who_cannot_be_written_to_are_not_promised,
    office_hours_are_told,
    what_mentors_say_to_one_another_stays_with_them,
    a_group_of_students_that_is_the_mentors_chat_is_a_group_all_the_same,
    a_student_who_is_the_mentors_chat_is_no_mentor,
    one_mentor_in_private_is_enough,
    either_side_closes_and_the_other_is_told_once,
    a_student_has_so_many_conversations_and_no_more,
    who_waits_too_long_is_told_and_the_mentors_reminded_once,
    an_end_in_between_loses_nothing_and_doubles_nothing,
    a_topic_that_is_gone_costs_nobody_a_message,
    a_group_that_moves_takes_the_conversations_along,
    where_no_reaction_is_allowed_the_tick_is_a_line,
    without_mentors_the_way_to_a_person_is_said,
];

fn settings() -> PersonSettings {
    PersonSettings {
        chat: MENTORS,
        hours: OfficeHours::parse(&[], "UTC").unwrap(),
        answer_within_hours: None,
        remind_secs: None,
        mentor_names: false,
    }
}

async fn world() -> World {
    world_with(|_| {}).await
}

async fn world_with(change: impl FnOnce(&mut PersonSettings)) -> World {
    World::start_with(|setup| with_mentors(setup, change)).await
}

fn with_mentors(setup: &mut Setup, change: impl FnOnce(&mut PersonSettings)) {
    let mut person = settings();
    change(&mut person);
    setup.person = Some(person);
}

fn ann(world: &World) -> Student {
    world.fake.student_named(ANN, "Annabella", "Quisterhout", "ann_quist")
}

fn mentors(world: &World) -> Group {
    world.fake.group(MENTORS, &[]).with_privacy()
}

fn forum(world: &World) -> Group {
    world.fake.group(MENTORS, &[]).with_general_alone().with_bot_as_admin()
}

/// A question that is declined, and what would be passed on of it.
async fn preview(student: &Student, question: &str) -> Shown {
    student.says(question);
    let declined = student.expect_answer("ask a person").await;
    student.presses(declined.message, "Ask a person");
    student.expect_answer("This is what I would pass on").await
}

/// A question that is with the mentors: what the student was told, and what the mentors see.
async fn asks(student: &Student, mentors: &Group, question: &str) -> (Shown, Shown) {
    let shown = preview(student, question).await;
    student.presses(shown.message, "without my name");
    let told = student.expect_answer("I have passed it on").await;
    (told, mentors.expect("asks:").await)
}

/// "Student" and four signs, as the text has it.
fn pseudonym(text: &str) -> String {
    let at = text.find("Student ").expect("a pseudonym");
    text[at..at + "Student 4F2A".len()].to_owned()
}

fn labels(shown: &Shown) -> Vec<&str> {
    shown.buttons.iter().map(|(label, _)| label.as_str()).collect()
}

async fn the_whole_story_in_a_plain_group() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    let ortiz = mentors.member(ORTIZ, "Mr Ortiz");
    let shown = preview(&ann, ASKED).await;
    assert_eq!(labels(&shown), ["Send without my name", "Send with my name", "Cancel"]);
    let student = pseudonym(&shown.text);
    assert!(shown.text.contains(ASKED) && shown.text.contains("Annabella (Student"), "{}", shown.text);
    mentors.expect_silence().await;

    ann.presses(shown.message, "without my name");
    let told = ann.expect_answer("I have passed it on").await;
    assert_eq!(told.message, shown.message, "in place of the preview");
    let post = mentors.expect(&format!("{student} asks:\n{ASKED}")).await;
    assert_eq!(labels(&post), ["Claim", "Close", "Keep as draft entry"]);
    assert_eq!(post.topic, None);

    let answer = ortiz.replies(post.message, "They are <40 dollars> & rising.");
    let answered = ann.expect_answer("A mentor answers:\nThey are <40 dollars> & rising.").await;
    mentors.expect_tick(answer).await;
    assert_eq!(answered.below, Some(told.message), "below what it is about");
    assert!(answered.text.contains("reply to this message") && answered.text.contains("question to me, the bot"));

    // Anything else is a question to the bot; a reply, or what follows the button, is for the mentor.
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    let more = ann.replies(answered.message, "what is the CPC? I mean for me");
    let passed = mentors.expect(&format!("{student}:\nwhat is the CPC? I mean for me")).await;
    ann.expect_tick(more).await;
    assert_eq!(passed.below, Some(post.message), "in one thread");
    ann.presses(answered.message, "Reply to the mentor");
    ann.expect_answer("Your next message goes to the mentors").await;
    let more = ann.says("and how much is it in June?");
    mentors.expect("and how much is it in June?").await;
    ann.expect_tick(more).await;
    ann.says("what is the CCS?");
    ann.expect_answer("hospital coders").await;

    // A reply to any of the messages of the conversation is an answer.
    ortiz.replies(passed.message, "For you it is free.");
    ann.expect_answer("For you it is free.").await;
    world.fake.all_confirmed().await;
    mentors.expect_nothing_more();
}

async fn the_whole_story_in_a_forum() {
    let folder = tempfile::tempdir().unwrap();
    let entry = "+++\nquestion = \"What is the CPC?\"\nreviewed = 2026-11-01\n+++\nA coding certification.\n";
    std::fs::write(folder.path().join("cpc.md"), entry).unwrap();
    let world = World::start_with(|setup| {
        with_mentors(setup, |_| {});
        setup.faq = Some(folder.path().to_owned());
    })
    .await;
    let (ann, mentors) = (ann(&world), forum(&world));
    let (told, post) = asks(&ann, &mentors, ASKED).await;
    let student = pseudonym(&told.text);
    let topic = post.topic.expect("a topic of its own");
    assert_eq!(mentors.topics(), (vec![(topic, format!("{student}: {ASKED}"))], vec![]));
    assert!(post.text.contains("What you write in this topic goes to the student"), "{}", post.text);

    // Whatever is written there goes to the student, as a reply or not.
    let ortiz = mentors.member(ORTIZ, "Mr Ortiz");
    ortiz.in_topic(topic).says("They are 40 dollars. Ask Bo at 555 123 4567.");
    let answered = ann.expect_answer("They are 40 dollars. Ask Bo at 555 123 4567.").await;
    ortiz.in_topic(topic).replies(post.message, "In May only.");
    ann.expect_answer("In May only.").await;
    ann.replies(answered.message, "and in June?");
    let passed = mentors.expect("and in June?").await;
    assert_eq!((passed.topic, passed.below), (Some(topic), None));

    // Another conversation has another topic.
    let bob = world.fake.student_named(BOB, "Bobson", "", "");
    let (_, other) = asks(&bob, &mentors, "zebra quantum xylophone again?").await;
    assert_ne!(other.topic, Some(topic));
    assert_ne!(pseudonym(&other.text), student);
    ortiz.in_topic(other.topic.unwrap()).says("Yes, Bob.");
    bob.expect_answer("Yes, Bob.").await;

    // A good answer becomes a draft, once.
    let kept = ortiz.in_topic(topic).is_told(post.message, "Keep as draft entry").await;
    assert!(kept.contains("Kept as the draft"), "{kept}");
    let again = ortiz.in_topic(topic).is_told(post.message, "Keep as draft entry").await;
    assert!(again.contains("kept already"), "{again}");
    let drafts: Vec<_> = std::fs::read_dir(folder.path().join("drafts")).unwrap().collect();
    assert_eq!(drafts.len(), 1);
    let draft = std::fs::read_to_string(drafts[0].as_ref().unwrap().path()).unwrap();
    assert!(
        draft.contains(ASKED) && draft.contains("They are 40 dollars. Ask [name] at [phone].\n\nIn May only."),
        "{draft}"
    );
    for name in ["Ortiz", "Annabella", &student, "and in June?"] {
        assert!(!draft.contains(name), "{name} in {draft}");
    }

    // The end closes the topic, and what is written then goes nowhere.
    assert!(ortiz.in_topic(topic).is_told(post.message, "Close").await.contains("I have told the student"));
    ann.expect_answer("The mentors have closed the conversation").await;
    world.fake.until("the topic is closed", |_| (mentors.topics().1 == [topic]).then_some(())).await;
    ortiz.in_topic(topic).says("One more thing.");
    let next = mentors.next().await;
    assert_eq!(labels(&next), ["Keep as draft entry"], "nothing else is to be done about it");
    mentors.expect("This conversation is closed").await;
    ann.replies(answered.message, "hello?");
    ann.expect_answer("That conversation is over").await;
    world.fake.all_confirmed().await;
    mentors.expect_nothing_more();
}

/// Fails if a call to the mentors' chat says who the student is.
fn nothing_says_who(world: &World, but: &[&str]) {
    for said in world.fake.said_to(MENTORS) {
        for name in ["Annabella", "Quisterhout", "ann_quist", "7777001", "tg://", "t.me"] {
            assert!(but.contains(&name) || !said.contains(name), "{name} in {said}");
        }
    }
}

async fn nobody_learns_a_name_without_consent() {
    for in_forum in [false, true] {
        let world = world_with(|person| person.mentor_names = true).await;
        let ann = ann(&world);
        let mentors = if in_forum { forum(&world) } else { mentors(&world) };
        let ortiz = mentors.member(ORTIZ, "Mr Ortiz");
        let (told, post) = asks(&ann, &mentors, ASKED).await;
        assert!(!told.text.contains("Annabella"));
        ortiz.is_told(post.message, "Claim").await;
        mentors.next().await;
        ortiz.replies(post.message, "Yes.");
        let answered = ann.expect_answer("Mr Ortiz answers:").await;
        ann.replies(answered.message, "Thanks!");
        mentors.expect("Thanks!").await;
        ann.presses(answered.message, "Close");
        mentors.next().await;
        world.fake.all_confirmed().await;
        nothing_says_who(&world, &[]);
        assert!(!world.fake.said_to(MENTORS).is_empty());
    }
}

async fn with_consent_the_mentors_see_the_first_name_and_no_more() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), forum(&world));
    let shown = preview(&ann, ASKED).await;
    nothing_says_who(&world, &[]);
    ann.presses(shown.message, "with my name");
    let told = ann.expect_answer("I have passed it on").await;
    let student = pseudonym(&told.text);
    let post = mentors.expect(&format!("Annabella ({student}) asks:")).await;
    assert_eq!(mentors.topics().0, [(post.topic.unwrap(), format!("Annabella ({student}): {ASKED}"))]);
    ann.replies(told.message, "It is urgent.");
    mentors.expect(&format!("Annabella ({student}):\nIt is urgent.")).await;
    nothing_says_who(&world, &["Annabella"]);
}

async fn a_mentor_who_wants_it_is_named() {
    for (named, words) in [(true, "Ms Lee & co answers:\nYes."), (false, "A mentor answers:\nYes.")] {
        let world = world_with(|person| person.mentor_names = named).await;
        let (ann, mentors) = (ann(&world), mentors(&world));
        let (_, post) = asks(&ann, &mentors, ASKED).await;
        mentors.member(LEE, "Ms Lee & co").replies(post.message, "Yes.");
        ann.expect_answer(words).await;
    }
}

async fn what_looks_personal_is_pointed_out_and_kept_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telefaq.db");
    let store = open(&format!("sqlite://{}", path.display())).await.unwrap();
    let world = World::start_with(|setup| {
        with_mentors(setup, |_| {});
        setup.store = store;
    })
    .await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    let question = "xylophone zebra quantum, call me at 555 123 4567?";
    let shown = preview(&ann, question).await;
    assert!(shown.text.contains("It looks as if there is a phone number in it"), "{}", shown.text);
    ann.presses(shown.message, "without my name");
    let told = ann.expect_answer("I have passed it on").await;
    // As it was written: that is what was consented to.
    let post = mentors.expect(question).await;
    mentors.member(ORTIZ, "Mr Ortiz").replies(post.message, "zebras are quantum animals");
    ann.expect_answer("zebras are quantum animals").await;
    ann.replies(told.message, "thanks a zillion");
    mentors.expect("thanks a zillion").await;
    world.fake.all_confirmed().await;
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        all.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    for words in ["555 123", "zillion", "quantum animals", "Annabella", "Ortiz", "7777001"] {
        let found = all.windows(words.len()).any(|bytes| bytes == words.as_bytes());
        assert!(!found, "{words} is at rest in the clear");
    }
}

async fn a_question_that_nobody_knows_yet_is_asked_for() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    ann.says("/person");
    let prompt = ann.expect_answer("Write your question for a person as one message, or /cancel").await;
    // Even one that the bot could answer: it is for a person.
    ann.says("what is the CPC?");
    let shown = ann.expect_answer("This is what I would pass on to a person:\nwhat is the CPC?").await;
    ann.presses(shown.message, "without my name");
    ann.expect_answer("I have passed it on").await;
    mentors.expect("what is the CPC?").await;
    // The next message is for the bot again.
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    // With words behind it there is nothing to ask for.
    ann.says("/person may I bring a calculator?");
    ann.expect_answer("This is what I would pass on to a person:\nmay I bring a calculator?").await;
    ann.says("/cancel");
    ann.expect_answer("There is nothing to cancel").await;
    for (cancels, words) in [("/cancel", "I have passed nothing on"), ("/help", "How to use me")] {
        ann.says("/person");
        ann.expect_answer("Write your question").await;
        ann.says(cancels);
        ann.expect_answer(words).await;
        ann.says("what is the CPC?");
        ann.expect_answer("coding certification").await;
    }
    ann.says("/person");
    let again = ann.expect_answer("Write your question").await;
    ann.presses(again.message, "Cancel");
    assert_eq!(ann.expect_answer("I have passed nothing on").await.message, again.message);
    ann.presses(prompt.message, "Cancel");
    ann.expect_answer("I have passed nothing on").await;
    mentors.expect_silence().await;
}

async fn the_button_is_about_the_question_above_it() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    ann.says(ASKED);
    let first = ann.expect_answer("I don't know").await;
    ann.says("quantum zebra parking?");
    ann.expect_answer("I don't know").await;
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    ann.says("/person");
    ann.expect_answer("would pass on to a person:\nquantum zebra parking?").await;
    ann.presses(first.message, "Ask a person");
    let shown = ann.expect_answer(&format!("would pass on to a person:\n{ASKED}")).await;
    ann.presses(shown.message, "without my name");
    ann.expect_answer("I have passed it on").await;
    mentors.expect(ASKED).await;
    // What is passed on is not kept as open any more; the other one is.
    ann.says("/person");
    ann.expect_answer("quantum zebra parking?").await;
    // Changed into one that can be answered, it is none for a person any more.
    let declined = ann.says("purple zebra noise?");
    ann.expect_answer("I don't know").await;
    ann.edits(declined, "what is the CPC?");
    ann.expect_answer("coding certification").await;
    ann.says("/person");
    ann.expect_answer("quantum zebra parking?").await;

    // Suggestions of which none was meant lead there, too.
    let unsure = World::start_with(|setup| {
        with_mentors(setup, |_| {});
        setup.engine.thresholds = Thresholds { answer_at: 101.0, suggest_at: 0.0, ambient_at: 101.0 };
    })
    .await;
    let bob = unsure.fake.student(BOB);
    unsure.fake.group(MENTORS, &[]);
    bob.says("what is the CPC exam like?");
    let suggested = bob.expect_answer("Did you mean").await;
    bob.presses(suggested.message, "None of these");
    let none = bob.expect_answer("ask a person").await;
    bob.presses(none.message, "Ask a person");
    bob.expect_answer("would pass on to a person:\nwhat is the CPC exam like?").await;
}

async fn only_words_of_ones_own_are_passed_on() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    let photo = json!([{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]);
    let voice = json!({"file_id": "a", "file_unique_id": "b", "duration": 3});
    let bot = json!({"type": "user", "sender_user": {"id": 42, "is_bot": true, "first_name": "FAQ"}, "date": 1});
    ann.says("/person");
    ann.expect_answer("Write your question").await;
    ann.sends(json!({"voice": voice}));
    ann.expect_answer("I can pass on text only").await;
    ann.sends(json!({"text": "To reach a person", "forward_origin": bot}));
    ann.expect_answer("only what you write yourself").await;
    ann.sends(json!({"photo": photo, "caption": "what does this form mean?"}));
    let shown = ann.expect_answer("would pass on to a person:\nwhat does this form mean?").await;
    assert!(shown.text.contains("What came with these words is not passed on"), "{}", shown.text);
    ann.presses(shown.message, "without my name");
    let told = ann.expect_answer("I have passed it on").await;
    let post = mentors.expect("what does this form mean?").await;
    // The same later on, both ways.
    ann.sends(json!({"photo": photo, "reply_to_message": ann.quoted(told.message)}));
    ann.expect_answer("I can pass on text only").await;
    ann.says("it is the blue form");
    mentors.expect("it is the blue form").await;
    ann.sends(json!({"photo": photo, "caption": "this one", "reply_to_message": ann.quoted(told.message)}));
    mentors.expect("this one").await;
    ann.expect_answer("I have passed on the words, and not what came with them").await;
    let ortiz = mentors.member(ORTIZ, "Mr Ortiz");
    ortiz.sends(json!({"voice": voice, "reply_to_message": mentors.quoted(post.message)}));
    mentors.expect("I can pass on text only").await;
    ortiz.sends(json!({"photo": photo, "caption": "see there", "reply_to_message": mentors.quoted(post.message)}));
    ann.expect_answer("see there").await;
    mentors.expect("I have passed on the words").await;
    ortiz.sends(json!({"text": "forwarded", "forward_origin": bot, "reply_to_message": mentors.quoted(post.message)}));
    mentors.expect_silence().await;
    assert_eq!(ann.sent().last().unwrap().text.lines().nth(1), Some("see there"));
}

async fn a_preview_can_be_cancelled_and_is_sent_once() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    let shown = preview(&ann, ASKED).await;
    let send = shown.buttons[0].1["callback_data"].as_str().unwrap().to_owned();
    let on = json!({"message_id": shown.message, "date": 1_790_000_000, "text": shown.text});
    ann.presses(shown.message, "Cancel");
    assert_eq!(ann.expect_answer("I have passed nothing on").await.message, shown.message);
    ann.presses_data(on.clone(), &send);
    ann.expect_toast("").await;
    ann.expect_toast("").await;
    ann.expect_toast("I have forgotten what you wrote").await;
    mentors.expect_silence().await;

    let shown = preview(&ann, "zebra parking quantum?").await;
    let send = shown.buttons[0].1["callback_data"].as_str().unwrap().to_owned();
    let on = json!({"message_id": shown.message, "date": 1_790_000_000, "text": shown.text});
    ann.presses_data(on.clone(), &send);
    ann.presses_data(on.clone(), &send);
    mentors.expect("zebra parking quantum?").await;
    ann.expect_answer("I have passed it on").await;
    ann.expect_toast("").await;
    ann.expect_toast("").await;
    ann.expect_toast("I have passed that on already").await;
    mentors.expect_silence().await;
    // Another student's button is not hers.
    let bob = world.fake.student(BOB);
    bob.presses_data(on, &send);
    bob.expect_toast("too old").await;
}

async fn of_two_who_claim_one_does() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    let (_, post) = asks(&ann, &mentors, ASKED).await;
    let (ortiz, lee) = (mentors.member(ORTIZ, "Mr Ortiz"), mentors.member(LEE, "Ms Lee"));
    let claim = post.buttons[0].1["callback_data"].as_str().unwrap().to_owned();
    let first = ortiz.presses(post.message, "Claim");
    let second = lee.presses(post.message, "Claim");
    let told = |press: &str| {
        let press = press.to_owned();
        let fake = &world.fake;
        async move { fake.until("the press is answered", |fake| fake.answer_to(&press)).await }
    };
    assert!(told(&first).await.contains("You see to it now"));
    assert!(told(&second).await.contains("Mr Ortiz sees to it"));
    let claimed = mentors.next().await;
    assert_eq!((claimed.message, labels(&claimed)[0]), (post.message, "Claimed by Mr Ortiz"));
    assert!(lee.is_told(post.message, "Claimed by").await.contains("Mr Ortiz sees to it"));
    // The same button again, of a phone that has not seen the change: it stays claimed.
    ortiz.presses_data(post.message, &claim);
    assert!(ortiz.is_told(post.message, "Claimed by").await.contains("Nobody sees to it now"));
    assert_eq!(labels(&mentors.next().await)[0], "Claim");
    assert!(lee.is_told(post.message, "Claim").await.contains("You see to it now"));
    assert_eq!(labels(&mentors.next().await)[0], "Claimed by Ms Lee");
    // Nobody elsewhere can press it.
    let elsewhere = world.fake.group(COHORT, &[]);
    let said = elsewhere.member(LEE, "Ms Lee").says("hi");
    elsewhere.member(LEE, "Ms Lee").presses_data(said, &claim);
    ann.presses_data(json!({"message_id": 1, "date": 1_790_000_000, "text": "x"}), &claim);
    mentors.expect_silence().await;
    elsewhere.expect_nothing_more();
}

async fn both_sides_go_on_after_a_restart() {
    for in_forum in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&format!("sqlite://{}", folder.path().join("telefaq.db").display())).await.unwrap();
        let mut world = World::start_with(|setup| {
            with_mentors(setup, |_| {});
            setup.store = store;
        })
        .await;
        let ann = ann(&world);
        let mentors = if in_forum { forum(&world) } else { mentors(&world) };
        let ortiz = mentors.member(ORTIZ, "Mr Ortiz");
        // Between the preview and the decision, too.
        let shown = preview(&ann, ASKED).await;
        world.fake.all_confirmed().await;
        world.restart().await;
        ann.presses(shown.message, "without my name");
        let told = ann.expect_answer("I have passed it on").await;
        let post = mentors.expect(ASKED).await;
        world.fake.all_confirmed().await;
        world.restart().await;
        let answer = ortiz.replies(post.message, "They are 40 dollars.");
        let answered = ann.expect_answer("They are 40 dollars.").await;
        world.fake.all_confirmed().await;
        world.restart().await;
        let more = ann.replies(answered.message, "and in June?");
        let passed = mentors.expect("and in June?").await;
        ann.presses(answered.message, "Reply to the mentor");
        ann.expect_answer("Your next message").await;
        world.fake.all_confirmed().await;
        world.restart().await;
        ann.says("I mean July");
        mentors.expect("I mean July").await;
        ortiz.edits(answer, "They are 45 dollars.");
        let changed = ann.expect_answer("They are 45 dollars.").await;
        assert_eq!(changed.message, answered.message);
        ann.edits(more, "and in July?");
        let changed = mentors.expect("and in July?").await;
        assert_eq!(changed.message, passed.message);
        assert_eq!(pseudonym(&changed.text), pseudonym(&told.text), "she is the same");
    }
}

async fn changes_of_messages_are_passed_on() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), forum(&world));
    let (_, post) = asks(&ann, &mentors, ASKED).await;
    let topic = post.topic.unwrap();
    let ortiz = mentors.member(ORTIZ, "Mr Ortiz");
    let ortiz = ortiz.in_topic(topic);
    let answer = ortiz.says("They are 40 dollars.");
    let answered = ann.expect_answer("They are 40 dollars.").await;
    ortiz.edits(answer, "They are 45 dollars.");
    let changed = ann.expect_answer("They are 45 dollars.").await;
    assert_eq!((changed.message, labels(&changed)), (answered.message, labels(&answered)));
    // A note that becomes an answer is one; an answer that becomes a note stays as it was sent.
    let note = ortiz.says("// is that so?");
    ortiz.edits(note, "That is so.");
    ann.expect_answer("That is so.").await;
    ortiz.edits(answer, "// They are 50 dollars.");
    world.fake.all_confirmed().await;
    assert!(ann.shows(answered.message).unwrap().text.contains("45"));
    // What stands behind words goes along.
    let linked = json!({"text": "See the handbook.", "entities": [
        {"type": "bold", "offset": 0, "length": 3},
        {"type": "text_link", "offset": 8, "length": 8, "url": "https://example.org/handbook"}]});
    ortiz.sends(linked);
    ann.expect_answer("A mentor answers:\nSee the handbook.\nhttps://example.org/handbook").await;
    // What the student has deleted comes as a new message.
    world.fake.delete(ANN, answered.message);
    ortiz.edits(answer, "They are 60 dollars.");
    let anew = ann.expect_answer("They are 60 dollars.").await;
    assert_ne!(anew.message, answered.message);
    ann.replies(anew.message, "thanks");
    mentors.expect("thanks").await;
    // Her question was one to the bot, and stays that.
    let asked = ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
    ann.edits(asked, "what is the CCS?");
    ann.expect_answer("hospital coders").await;
    world.fake.all_confirmed().await;
    mentors.expect_nothing_more();
}

async fn long_messages_are_passed_on_in_two() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    let long = format!("xylophone {}end?", "zebra ".repeat(680));
    ann.says("/person");
    ann.expect_answer("Write your question").await;
    ann.says(&long);
    ann.expect_answer("xylophone").await;
    let shown = ann.expect_answer("end?").await;
    ann.presses(shown.message, "without my name");
    mentors.expect("xylophone").await;
    let post = mentors.expect("end?").await;
    assert_eq!(labels(&post), ["Claim", "Close", "Keep as draft entry"]);
    ann.expect_answer("I have passed it on").await;
    let ortiz = mentors.member(ORTIZ, "Mr Ortiz");
    let answer = ortiz.replies(post.message, &long);
    let first = ann.expect_answer("A mentor answers:\nxylophone").await;
    let second = ann.expect_answer("end?").await;
    assert!(first.buttons.is_empty() && labels(&second) == ["Reply to the mentor", "Close"]);
    // Shorter, it is one again.
    let fields =
        json!({"text": "Short.", "edit_date": 1_790_000_000, "reply_to_message": mentors.quoted(post.message)});
    ortiz.edits_with(answer, fields);
    let changed = ann.expect_answer("A mentor answers:\nShort.").await;
    assert_eq!(changed.message, first.message);
    world.fake.all_confirmed().await;
    assert_eq!(ann.shows(second.message), None);
    ortiz.is_told(post.message, "Claim").await;
    assert_eq!(mentors.next().await.message, post.message, "the buttons are where they were");
}

async fn a_student_who_has_blocked_the_bot_is_honestly_out_of_reach() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    let (_, post) = asks(&ann, &mentors, ASKED).await;
    ann.blocks();
    let ortiz = mentors.member(ORTIZ, "Mr Ortiz");
    let answer = ortiz.replies(post.message, "They are 40 dollars.");
    let told = mentors.expect("did not reach the student: they have blocked me").await;
    assert_eq!(told.below, Some(answer));
    world.fake.all_confirmed().await;
    let ticked = world.fake.happenings(MENTORS).iter().any(|it| matches!(it.what, What::Reacted(_)));
    assert!(!ticked, "no tick for what did not arrive");
    mentors.expect_nothing_more();
}

async fn mentors_who_cannot_be_written_to_are_not_promised() {
    // A wrong id: found out when it is sent; later on nobody is led that far.
    let world = world().await;
    let ann = ann(&world);
    let shown = preview(&ann, ASKED).await;
    ann.presses(shown.message, "without my name");
    let told = ann.expect_answer("I cannot pass your question on at the moment").await;
    assert!(told.message == shown.message && told.text.contains("mentors@example.org"), "{told:?}");
    ann.says("/person and now?");
    ann.expect_answer("mentors@example.org").await;

    // Removed meanwhile, and added again.
    let world = world_with(|_| {}).await;
    let (ann, mentors) = (super::person::ann(&world), mentors(&world));
    let (told, post) = asks(&ann, &mentors, ASKED).await;
    mentors.bot_is_member(false);
    world.fake.all_confirmed().await;
    let lost = ann.replies(told.message, "and in June?");
    ann.expect_answer("mentors@example.org").await;
    ann.says("/person and now?");
    ann.expect_answer("mentors@example.org").await;
    world.fake.all_confirmed().await;
    let ticked = world.fake.happenings(ANN).iter().any(|it| it.what == What::Reacted(lost));
    assert!(!ticked, "it has reached nobody");
    mentors.bot_is_member(true);
    mentors.member(ORTIZ, "Mr Ortiz").replies(post.message, "We are back.");
    ann.expect_answer("We are back.").await;
    ann.says("/person and now?");
    ann.expect_answer("This is what I would pass on").await;

    // In every form that it is tried in. Not allowed to write is as good as not there, and no conversation is begun.
    world.fake.plan(
        "sendMessage",
        Some(MENTORS),
        3,
        Fault::Refused(400, "Bad Request: not enough rights to send text messages to the chat"),
    );
    ann.says("/person may I?");
    let shown = ann.expect_answer("may I?").await;
    ann.presses(shown.message, "without my name");
    ann.expect_answer("mentors@example.org").await;
    ann.says("/person may I now?");
    let shown = ann.expect_answer("may I now?").await;
    ann.presses(shown.message, "without my name");
    ann.expect_answer("I have passed it on").await;
    mentors.expect("may I now?").await;
}

async fn office_hours_are_told() {
    use jiff::{Timestamp, ToSpan, tz::TimeZone};
    let now = Timestamp::now().to_zoned(TimeZone::get("Asia/Kolkata").unwrap());
    let on = |date: jiff::civil::Date| format!("{:?} 09:00-10:00", date.weekday());
    let hours = |line: String| OfficeHours::parse(&[line], "Asia/Kolkata").unwrap();
    let later = now.date() + 3.days();
    let away = world_with(|person| person.hours = hours(on(later))).await;
    let (ann, mentors) = (ann(&away), mentors(&away));
    let shown = preview(&ann, ASKED).await;
    let back = format!("they are back {:?} 09:00 (Asia/Kolkata).", later.weekday());
    let words = format!("Nobody is on duty now; {back} I pass your question on all the same.");
    assert!(shown.text.contains(&words), "{}", shown.text);
    ann.presses(shown.message, "without my name");
    ann.expect_answer(&back).await;
    mentors.expect(ASKED).await;

    let there = world_with(|person| {
        person.hours = hours("Mon-Sun 00:00-24:00".to_owned());
        person.answer_within_hours = Some(4);
    })
    .await;
    let ann = super::person::ann(&there);
    let shown = preview(&ann, ASKED).await;
    assert!(shown.text.contains("Usually you get an answer within 4 hours."), "{}", shown.text);
    let silent = preview(&super::person::ann(&world().await), ASKED).await;
    assert!(!silent.text.contains("duty") && !silent.text.contains("hours"), "{}", silent.text);
}

async fn what_mentors_say_to_one_another_stays_with_them() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), forum(&world));
    let (_, post) = asks(&ann, &mentors, ASKED).await;
    let topic = post.topic.unwrap();
    let (ortiz, lee) = (mentors.member(ORTIZ, "Mr Ortiz"), mentors.member(LEE, "Ms Lee"));
    let (here, lee_here) = (ortiz.in_topic(topic), lee.in_topic(topic));
    for note in ["// who knows that?", ".. let me ask", ".not sure"] {
        here.says(note);
    }
    let question = ortiz.says("does anybody know about zebras?");
    lee.replies(question, "no idea");
    let said = lee_here.says("Answered by me.");
    ann.expect_answer("Answered by me.").await;
    here.replies(said, "well done!");
    here.says("/help");
    here.says("/nonsense");
    // What calls the bot is answered there, as in any group.
    mentors.expect("How to use me here").await;
    here.says("@TestFaqBot what is the CPC?");
    mentors.expect("coding certification").await;
    for (from, fields) in [
        (json!({"id": 9, "is_bot": true, "first_name": "Other"}), json!({"text": "beep"})),
        (json!({"id": 42, "is_bot": true, "first_name": "FAQ"}), json!({"text": "my own"})),
        (
            json!({"id": ORTIZ, "is_bot": false, "first_name": "Mr Ortiz"}),
            json!({"text": "by way of it", "via_bot": {"id": 42, "is_bot": true, "first_name": "FAQ"}}),
        ),
        (
            json!({"id": ORTIZ, "is_bot": false, "first_name": "Mr Ortiz"}),
            json!({"forum_topic_edited": {"name": "New"}}),
        ),
    ] {
        let mut fields = fields;
        fields["from"] = from;
        here.sends(fields);
    }
    world.fake.all_confirmed().await;
    mentors.expect_nothing_more();
    let answers: Vec<String> =
        ann.sent().into_iter().map(|shown| shown.text).filter(|text| text.contains("answers:")).collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

async fn a_group_of_students_that_is_the_mentors_chat_is_a_group_all_the_same() {
    let world = world().await;
    let (ann, group) = (ann(&world), world.fake.group(MENTORS, &[]));
    let (_, post) = asks(&ann, &group, ASKED).await;
    let bob = group.member(BOB, "Bob");
    bob.says("/ask what is the CPC?");
    let answer = group.expect("coding certification").await;
    bob.replies(answer.message, "and what is the CCS?");
    group.expect("hospital coders").await;
    bob.says("what is the CPC?");
    let question = bob.says("who goes on Thursday?");
    group.member(LEE, "Lee").replies(question, "me");
    world.fake.all_confirmed().await;
    group.expect_nothing_more();
    assert!(ann.sent().iter().all(|shown| !shown.text.contains("answers:")));
    group.member(LEE, "Lee").replies(post.message, "it is in the handbook");
    ann.expect_answer("A mentor answers:\nit is in the handbook").await;
    // She is a member, and asks there: the way to a person leads to the private chat.
    group.member(ANN, "Annabella").says("/person");
    let led = group.expect("ask me in private").await;
    assert!(led.buttons[0].1["url"].as_str().unwrap().ends_with("?start=person"));
    ann.says("/start person");
    ann.expect_answer("Write your question").await;
}

async fn a_student_who_is_the_mentors_chat_is_no_mentor() {
    let world = world_with(|person| person.chat = ANN).await;
    let ann = ann(&world);
    ann.says(ASKED);
    let declined = ann.expect_answer("ask a person").await;
    ann.presses(declined.message, "Ask a person");
    ann.expect_answer("mentors@example.org").await;
    ann.says("/person anybody there?");
    ann.expect_answer("mentors@example.org").await;
    ann.replies(declined.message, "what is the CPC?");
    ann.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
    assert!(ann.sent().iter().all(|shown| !shown.text.contains("asks:")));
}

async fn one_mentor_in_private_is_enough() {
    let world = world_with(|person| person.chat = BOB).await;
    let (ann, mentor) = (ann(&world), world.fake.student_named(BOB, "Mr Ortiz", "", ""));
    let shown = preview(&ann, ASKED).await;
    ann.presses(shown.message, "without my name");
    let told = ann.expect_answer("I have passed it on").await;
    let post = mentor.expect_answer(&format!("asks:\n{ASKED}")).await;
    mentor.presses(post.message, "Claim");
    mentor.expect_toast("You see to it now").await;
    mentor.expect_answer("asks:").await;
    let answer = mentor.replies(post.message, "They are 40 dollars.");
    ann.expect_answer("They are 40 dollars.").await;
    mentor.expect_tick(answer).await;
    // To the bot itself they may speak, too.
    mentor.says("what is the CPC?");
    mentor.expect_answer("coding certification").await;
    ann.replies(told.message, "thanks");
    mentor.expect_answer("thanks").await;
    mentor.presses(post.message, "Close");
    ann.expect_answer("The mentors have closed").await;
}

async fn either_side_closes_and_the_other_is_told_once() {
    for in_forum in [false, true] {
        let world = world().await;
        let ann = ann(&world);
        let mentors = if in_forum { forum(&world) } else { mentors(&world) };
        let ortiz = mentors.member(ORTIZ, "Mr Ortiz");
        let (told, post) = asks(&ann, &mentors, ASKED).await;
        let close = told.buttons[0].1["callback_data"].as_str().unwrap().to_owned();
        let on = json!({"message_id": told.message, "date": 1_790_000_000, "text": told.text});
        let student = pseudonym(&told.text);
        ann.presses(told.message, "Close");
        mentors.expect(&format!("{student} has closed the conversation")).await;
        let after = mentors.next().await;
        assert_eq!((after.message, labels(&after)), (post.message, vec!["Keep as draft entry"]));
        ann.presses_data(on, &close);
        ann.expect_toast("").await;
        ann.expect_toast("").await;
        ann.expect_toast("Closed. I have told the mentors").await;
        ann.expect_toast("That conversation is over").await;
        assert_eq!(ann.next().await.buttons, [], "without its buttons");
        ortiz.replies(post.message, "too late");
        mentors.expect("This conversation is closed").await;
        world.fake.all_confirmed().await;
        mentors.expect_nothing_more();
        assert_eq!(mentors.topics().1, post.topic.into_iter().collect::<Vec<_>>());

        let (_, post) = asks(&ann, &mentors, "zebra parking quantum?").await;
        let close = post.buttons[1].1["callback_data"].as_str().unwrap().to_owned();
        ortiz.presses_data(post.message, &close);
        ortiz.presses_data(post.message, &close);
        ann.expect_answer("The mentors have closed the conversation about “zebra parking quantum?”").await;
        assert_eq!(labels(&mentors.next().await), ["Keep as draft entry"]);
        world.fake.all_confirmed().await;
        mentors.expect_nothing_more();
        let told: Vec<_> = ann.sent().into_iter().filter(|shown| shown.text.contains("have closed")).collect();
        assert_eq!(told.len(), 1);
        // Reported as late as that, it is a new conversation.
        ann.says("/person one more");
        ann.expect_answer("This is what I would pass on").await;
    }
}

async fn a_student_has_so_many_conversations_and_no_more() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    let mut told = Vec::new();
    for number in 1..=5 {
        ann.says(&format!("/person question number {number}?"));
        let shown = ann.expect_answer("This is what I would pass on").await;
        ann.presses(shown.message, "without my name");
        told.push(ann.expect_answer("I have passed it on").await);
        mentors.expect(&format!("question number {number}?")).await;
        if number == 3 {
            ann.says("/person a fourth?");
            ann.expect_answer("You have 3 conversations with the mentors open").await;
            for told in &told {
                ann.presses(told.message, "Close");
                mentors.expect("has closed the conversation").await;
                mentors.next().await;
                assert_eq!(ann.next().await.buttons, []);
            }
        }
    }
    ann.says("/person a sixth?");
    let enough = ann.expect_answer("You have asked a person 5 times in the last 24 hours").await;
    assert!(enough.text.contains("mentors@example.org"));
    // Previews that were there before do not get around it.
    let bob = world.fake.student(BOB);
    let mut previews = Vec::new();
    for number in 1..=4 {
        bob.says(&format!("/person Bob's question {number}?"));
        previews.push(bob.expect_answer("This is what I would pass on").await);
    }
    for shown in &previews[..3] {
        bob.presses(shown.message, "without my name");
        bob.expect_answer("I have passed it on").await;
        mentors.expect("Bob's question").await;
    }
    bob.presses(previews[3].message, "without my name");
    assert_eq!(bob.expect_answer("You have 3 conversations").await.message, previews[3].message);
    mentors.expect_silence().await;
}

/// What waits about a student's conversations.
async fn reminders(world: &World, student: &Student) -> Vec<Waiting> {
    let place = world.app.hashed(ChatKey { surface: Surface::Telegram, id: student.chat });
    let waiting = world.store.waiting_in(place).await.unwrap();
    waiting.into_iter().filter(|waiting| waiting.message < 0).collect()
}

/// Has the day pass after which the mentors are reminded, and returns once that has been seen to.
async fn a_day_later(world: &World, student: &Student) {
    world.fake.all_confirmed().await;
    for waiting in reminders(world, student).await {
        let again = Waiting { due: 0, ..waiting.clone() };
        let changes = vec![Change::Happened(waiting.id), Change::Wait(again)];
        world.store.note(Memo { changes, ..Memo::default() }, 0).await.unwrap();
    }
    for _ in 0..400 {
        if reminders(world, student).await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("a reminder still waits");
}

async fn who_waits_too_long_is_told_and_the_mentors_reminded_once() {
    let world = world_with(|person| person.remind_secs = Some(24 * 60 * 60)).await;
    let (ann, mentors) = (ann(&world), mentors(&world));
    let ortiz = mentors.member(ORTIZ, "Mr Ortiz");
    let (told, post) = asks(&ann, &mentors, ASKED).await;
    let student = pseudonym(&told.text);
    a_day_later(&world, &ann).await;
    let reminder = mentors.expect(&format!("{student} has waited for an hour for an answer: “{ASKED}”")).await;
    assert_eq!(reminder.below, Some(post.message));
    let note = ann.expect_answer("Nobody has answered your question yet").await;
    assert!(note.text.contains("I have reminded the mentors") && note.text.contains("mentors@example.org"));
    assert_eq!(note.below, Some(told.message));
    ortiz.replies(reminder.message, "Sorry! They are 40 dollars.");
    ann.expect_answer("They are 40 dollars.").await;
    ortiz.is_told(post.message, "Close").await;
    ann.expect_answer("have closed").await;
    mentors.next().await;

    // Claimed, answered or closed before, nothing is to be reminded of.
    let (_, claimed) = asks(&ann, &mentors, "xylophone zebra quantum yes?").await;
    ortiz.is_told(claimed.message, "Claim").await;
    mentors.next().await;
    let (_, answered) = asks(&ann, &mentors, "xylophone zebra quantum no?").await;
    ortiz.replies(answered.message, "Yes.");
    ann.expect_answer("Yes.").await;
    let (_, closed) = asks(&ann, &mentors, "xylophone zebra quantum perhaps?").await;
    ortiz.is_told(closed.message, "Close").await;
    ann.expect_answer("have closed").await;
    mentors.next().await;
    world.fake.all_confirmed().await;
    assert_eq!(reminders(&world, &ann).await.len(), 3);
    a_day_later(&world, &ann).await;
    mentors.expect_silence().await;

    // Where they cannot be reminded, it is not said that they are.
    let (_, _) = asks(&ann, &mentors, "xylophone zebra quantum again?").await;
    mentors.bot_is_member(false);
    a_day_later(&world, &ann).await;
    let note = ann.expect_answer("Nobody has answered your question yet").await;
    assert!(note.text.contains("I cannot reach the mentors at the moment"), "{}", note.text);
    let notes = ann.sent().into_iter().filter(|shown| shown.text.contains("Nobody has answered")).count();
    assert_eq!(notes, 2);
}

/// The number of a conversation, from the buttons below its question.
fn number_of(post: &Shown) -> i64 {
    let data = post.buttons[0].1["callback_data"].as_str().unwrap();
    i64::from_str_radix(data.rsplit(':').next().unwrap(), 16).unwrap()
}

async fn an_end_in_between_loses_nothing_and_doubles_nothing() {
    let hang = || Fault::Hang(Duration::from_secs(60));
    let mut world = World::start_with(|setup| {
        with_mentors(setup, |_| {});
        setup.telegram.grace = Duration::from_millis(200);
    })
    .await;
    let (ann, mentors) = (ann(&world), forum(&world));
    let shown = preview(&ann, ASKED).await;
    world.fake.all_confirmed().await;
    // It ends when there is a topic, and nothing in it yet.
    world.fake.plan("sendMessage", Some(MENTORS), 99, hang());
    ann.presses(shown.message, "without my name");
    world.fake.until("the topic is begun", |fake| (fake.count("createForumTopic") == 1).then_some(())).await;
    world.fake.until("the question is sent", |fake| fake.said_to(MENTORS).get(1).map(drop)).await;
    world.restart_after(|fake| fake.heal()).await;
    let post = mentors.expect(ASKED).await;
    let told = ann.expect_answer("I have passed it on").await;
    assert_eq!((told.message, mentors.topics().0.len()), (shown.message, 1));
    assert_eq!(post.topic, mentors.topics().0.first().map(|(topic, _)| *topic));

    // It ends when the question is with the mentors, and the student has not been told.
    let bob = world.fake.student(BOB);
    let shown = preview(&bob, "purple zebra noise?").await;
    world.fake.all_confirmed().await;
    world.fake.plan("editMessageText", Some(BOB), 99, hang());
    bob.presses(shown.message, "without my name");
    let post = mentors.expect("purple zebra noise?").await;
    let id = number_of(&post);
    let noted = |_: &FakeTelegram| {
        let relayed = world.store.conversations().relayed(id).now_or_never()?.unwrap();
        relayed.first().map(drop)
    };
    world.fake.until("that is noted", noted).await;
    world.restart_after(|fake| fake.heal()).await;
    assert_eq!(bob.expect_answer("I have passed it on").await.message, shown.message);

    // It ends when an answer is with the student, and the mentor has no tick yet.
    world.fake.all_confirmed().await;
    world.fake.plan("setMessageReaction", Some(MENTORS), 99, hang());
    let answer = mentors.member(ORTIZ, "Mr Ortiz").in_topic(post.topic.unwrap()).says("Loud.");
    bob.expect_answer("Loud.").await;
    let noted = |_: &FakeTelegram| {
        let relayed = world.store.conversations().relayed(id).now_or_never()?.unwrap();
        relayed.into_iter().find(|relayed| relayed.what == Passed::FromMentor).map(drop)
    };
    world.fake.until("that is noted", noted).await;
    world.restart_after(|fake| fake.heal()).await;
    mentors.expect_tick(answer).await;
    world.fake.all_confirmed().await;
    mentors.expect_nothing_more();
    let answers = bob.sent().into_iter().filter(|shown| shown.text.contains("Loud.")).count();
    assert_eq!(answers, 1);
}

async fn a_topic_that_is_gone_costs_nobody_a_message() {
    for deleted in [true, false] {
        let world = world().await;
        let (ann, mentors) = (ann(&world), forum(&world));
        let (told, post) = asks(&ann, &mentors, ASKED).await;
        mentors.topic_is(post.topic.unwrap(), deleted);
        ann.replies(told.message, "and in June?");
        let passed = mentors.expect("and in June?").await;
        assert_eq!(passed.topic, post.topic.filter(|_| !deleted), "an admin writes in closed topics, too");
        mentors.member(ORTIZ, "Mr Ortiz").replies(passed.message, "In June, too.");
        ann.expect_answer("In June, too.").await;
    }
    // Without the right to begin topics, or where Telegram fails at it, the chat itself will do.
    let world = world().await;
    let (ann, mentors) = (ann(&world), world.fake.group(MENTORS, &[]).with_general_alone());
    let (_, post) = asks(&ann, &mentors, ASKED).await;
    assert_eq!(post.topic, None);
    assert!(post.text.contains("To answer, reply to this message"), "{}", post.text);
    mentors.member(ORTIZ, "Mr Ortiz").replies(post.message, "Yes.");
    ann.expect_answer("Yes.").await;
}

async fn a_group_that_moves_takes_the_conversations_along() {
    const GROUP: i64 = -4711;
    let world = world_with(|person| person.chat = GROUP).await;
    let (ann, group) = (ann(&world), world.fake.group(GROUP, &[]));
    let (told, post) = asks(&ann, &group, ASKED).await;
    let bob = world.fake.student(BOB);
    let (_, bobs) = asks(&bob, &group, "zebra parking quantum?").await;
    let mentors = group.moves_to(MENTORS);
    ann.replies(told.message, "and in June?");
    let passed = mentors.expect("and in June?").await;
    mentors.member(ORTIZ, "Mr Ortiz").replies(passed.message, "In June, too.");
    ann.expect_answer("In June, too.").await;
    // Messages have other numbers there: what has one of the old ones is nobody's.
    let chatter = mentors.member(LEE, "Ms Lee").says("hello");
    assert!(chatter <= bobs.message + 4 && post.message < bobs.message);
    for number in 101..=bobs.message {
        if mentors.shows(number).is_some_and(|shown| !shown.text.contains("June")) {
            mentors.member(ORTIZ, "Mr Ortiz").replies(number, "for nobody");
        }
    }
    world.fake.all_confirmed().await;
    assert!(bob.sent().iter().all(|shown| !shown.text.contains("answers:")));
    let (_, post) = asks(&ann, &mentors, "purple zebra noise?").await;
    mentors.member(ORTIZ, "Mr Ortiz").replies(post.message, "Loud.");
    ann.expect_answer("Loud.").await;
    // Who writes there is a mentor.
    let ortiz = world.fake.student(ORTIZ);
    ortiz.says("what is the CPC?");
    ortiz.expect_answer("coding certification").await;
    mentors.member(ORTIZ, "Mr Ortiz").says("/test what is the CCS?");
    ortiz.expect_answer("In private: answer ccs-what-is").await;
}

async fn where_no_reaction_is_allowed_the_tick_is_a_line() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world).without_reactions());
    let (_, post) = asks(&ann, &mentors, ASKED).await;
    let answer = mentors.member(ORTIZ, "Mr Ortiz").replies(post.message, "Yes.");
    ann.expect_answer("Yes.").await;
    let line = mentors.expect("✓ Passed on.").await;
    assert_eq!(line.below, Some(answer));
}

async fn without_mentors_the_way_to_a_person_is_said() {
    let world = World::start().await;
    let ann = ann(&world);
    for asked in ["/person", "/person may I?"] {
        ann.says(asked);
        ann.expect_answer("To reach a person: mentors@example.org").await;
    }
    ann.says("/cancel");
    ann.expect_answer("There is nothing to cancel").await;
    // A conversation that was, before there were no mentors any more.
    ann.presses_data(json!({"message_id": 1, "date": 1_790_000_000, "text": "x"}), "1m:r:7");
    ann.expect_toast("too old").await;
    let place = world.app.hashed(ChatKey { surface: Surface::Telegram, id: ANN });
    ann.says(ASKED);
    let declined = ann.expect_answer("I don't know").await;
    world.fake.all_confirmed().await;
    assert_eq!(world.store.waiting_in(place).await.unwrap(), [], "nothing is kept for nobody");
    ann.presses(declined.message, "Ask a person");
    ann.expect_answer("mentors@example.org").await;
    let writes = vec![Change::Writes(place, Some(None))];
    world.store.note(Memo { changes: writes, ..Memo::default() }, jiff::Timestamp::now().as_second()).await.unwrap();
    ann.says("what is the CPC?");
    ann.expect_answer("coding certification").await;
}
