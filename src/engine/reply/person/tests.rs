//! Snapshots of what is said to students and mentors, and that it can be said of any question.

use proptest::prelude::*;

use super::*;
use crate::engine::corpus::Corpus;
use crate::engine::reply::Room;
use crate::engine::reply::tests::{fault, shown, text, voice};

const ANN: Student<'_> = Student { pseudonym: "4F2A", name: Some("Ann <b>") };
const NOBODY: Student<'_> = Student { pseudonym: "4F2A", name: None };
const ASKED: &str = "Can I retake the exam <in May> & what does it cost?\nI failed by one point, sadly, on Monday.";

fn back() -> Duty {
    Duty::Back { day: "Monday".into(), time: "09:00".into(), zone: "Europe/Berlin".into() }
}

fn all(replies: &[Reply]) -> String {
    replies.iter().map(shown).collect::<Vec<_>>().join("\n--\n")
}

#[test]
fn words_about_a_person() {
    let corpus = Corpus::default();
    let voice = voice(&corpus);
    let alone = Voice { contact: None, ..voice };
    let room = Room { username: "FaqBot", cohort: None };
    let shown_first = |student, personal, media, duty: &Duty| {
        let question = ASKED;
        all(&preview(&Preview { conversation: 7, question, student, personal, media, duty }))
    };
    let there = |within| Duty::There(within);
    let sections = [
        ("ask", shown(&ask_question())),
        ("ask for a reply", shown(&ask_reply(ASKED))),
        ("preview", shown_first(ANN, &[], false, &there(None))),
        ("preview, personal", shown_first(NOBODY, &["phone", "email", "name", "date", "number"], true, &back())),
        ("preview, on duty", shown_first(Student { name: Some("\u{200b}"), ..ANN }, &[], false, &there(Some(1)))),
        ("sent", shown(&sent(7, ASKED, NOBODY, &there(Some(3))))),
        ("sent with the name", shown(&sent(7, ASKED, ANN, &back()))),
        ("answer", all(&answer(7, None, "Yes, once.\n<b>Good luck!</b>"))),
        ("answer of somebody", all(&answer(7, Some("Mr Ortiz & co"), "Yes, once."))),
        ("closed by the mentors", shown(&closed_by_mentors(ASKED))),
        ("too many open", shown(&too_many_open(3))),
        ("too many asked", shown(&voice.too_many_asked(5))),
        ("nobody reached", shown(&voice.nobody_reached())),
        ("nobody reached, no contact", shown(&alone.nobody_reached())),
        ("nobody yet", shown(&voice.nobody_yet(ASKED, 24, true))),
        ("nobody yet, no contact", shown(&alone.nobody_yet(ASKED, 1, false))),
        ("in a group", shown(&voice.person_in_private(room))),
        ("decline in a group", shown(&Voice { mentors: true, ..voice }.decline_in_group("why?", false, room))),
        ("question", all(&question(7, ASKED, NOBODY, false))),
        ("question in a topic", all(&question(7, ASKED, ANN, true))),
        ("its topic", topic_name(ASKED, NOBODY)),
        ("claimed", shown(&question_again(7, ASKED, NOBODY, Stand::Open(Some("Mr Ortiz"))))),
        ("closed", shown(&question_again(7, ASKED, NOBODY, Stand::Closed))),
        ("message", all(&message(NOBODY, "And in June?"))),
        ("closed by the student", shown(&closed_by_student(NOBODY))),
        ("reminder", shown(&reminder(ASKED, NOBODY, 24))),
        ("claimed by another", claimed_by("Mr Ortiz")),
        ("draft", [drafted("can-i-retake", true), drafted("can-i-retake", false)].join("\n")),
        (
            "notices",
            [
                TALK_OVER,
                PREVIEW_GONE,
                SENT_ALREADY,
                CANCELLED,
                NOTHING_TO_CANCEL,
                YOU_CLOSED,
                ONLY_TEXT,
                WORDS_ONLY,
                OWN_WORDS,
                PASSED_ON,
                NOT_DELIVERED,
                CLOSED_FOR_MENTORS,
                ONLY_TEXT_FOR_MENTORS,
                CLAIMED,
                CLOSED_ALREADY,
                RELEASED,
                CLOSED,
                NO_DRAFT,
            ]
            .join("\n"),
        ),
    ];
    insta::assert_snapshot!(sections.map(|(name, text)| format!("## {name}\n{text}")).join("\n\n"));
}

#[test]
fn what_fills_a_message_goes_on_in_a_second_one() {
    let long = "word ".repeat(MESSAGE_UNITS / 5);
    let parts = answer(7, None, &long);
    let [first, second] = parts.as_slice() else { panic!("two messages") };
    assert!(first.html.starts_with("<b>A mentor answers:</b>\nword") && first.buttons.is_empty());
    assert!(second.html.starts_with("word") && second.html.contains("To write back") && !second.buttons.is_empty());
    let words: usize = parts.iter().map(|part| part.html.matches("word").count()).sum();
    assert_eq!(words, MESSAGE_UNITS / 5, "nothing is lost and nothing comes twice");
    assert_eq!(message(NOBODY, &"x".repeat(4000)).len(), 1);
    assert_eq!(message(NOBODY, &"x".repeat(MESSAGE_UNITS)).len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn telegram_takes_whatever_is_passed_on(written in text(), name in text()) {
        let corpus = Corpus::default();
        let voice = voice(&corpus);
        // As much as a message holds.
        let written = cut_text(&written, MESSAGE_UNITS);
        let student = Student { pseudonym: "4F2A", name: Some(&name) };
        let duty = back();
        let shown = Preview {
            conversation: i64::MAX,
            question: written,
            student,
            personal: &["phone", "email", "name", "date", "number"],
            media: true,
            duty: &duty,
        };
        let mut replies = vec![
            sent(i64::MAX, written, student, &duty), closed_by_mentors(written), ask_reply(written),
            closed_by_student(student), reminder(written, student, 720), voice.nobody_yet(written, 720, true),
            question_again(i64::MAX, written, student, Stand::Open(None)),
        ];
        replies.extend(preview(&shown));
        replies.extend(answer(i64::MAX, Some(&name), written));
        replies.extend(question(i64::MAX, written, student, true));
        replies.extend(question(i64::MAX, written, student, false));
        replies.extend(message(student, written));
        for reply in &replies {
            prop_assert_eq!(fault(reply, &corpus), None);
        }
        prop_assert!((1..=128).contains(&topic_name(written, student).chars().count()));
        prop_assert!([claimed_by(&name), drafted(&name, true), drafted(&name, false)].iter().all(|toast| toast.encode_utf16().count() <= 200));
    }
}
