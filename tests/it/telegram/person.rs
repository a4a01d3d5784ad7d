//! "Ask a person": a student and the mentors, by way of the bot.

use std::time::Duration;

use futures::FutureExt;
use serde_json::json;
use telefaq::app::{ChatKey, OfficeHours, PersonSettings, Surface};
use telefaq::engine::Thresholds;
use telefaq::store::{Change, Memo, Passed, Waiting, open};

use super::world::{Setup, World, both_modes};
use crate::fake_telegram::{FakeTelegram, Fault, Group, Shown, Student, What};

mod answering;
mod asking;
mod duty;
mod troubles;

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
