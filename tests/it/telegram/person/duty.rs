//! When mentors are there, and what happens when nobody answers.

use super::*;

both_modes![office_hours_are_told, who_waits_too_long_is_told_and_the_mentors_reminded_once,];

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
    let ann = super::ann(&there);
    let shown = preview(&ann, ASKED).await;
    assert!(shown.text.contains("Usually you get an answer within 4 hours."), "{}", shown.text);
    let silent = preview(&super::ann(&world().await), ASKED).await;
    assert!(!silent.text.contains("duty") && !silent.text.contains("hours"), "{}", silent.text);
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
