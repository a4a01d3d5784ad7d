//! Much at once: a talkative person, a crowd, and what has piled up while the bot was off.

use serde_json::json;

use super::world::{World, both_modes};

const GROUP: i64 = -1_001_234_567_890;

both_modes![
    five_hundred_messages_of_one_person_get_a_few_answers_and_one_notice,
    two_hundred_people_in_a_group_get_what_the_group_may_have,
    ten_thousand_old_messages_are_got_over_in_a_moment,
];

async fn five_hundred_messages_of_one_person_get_a_few_answers_and_one_notice() {
    let world = World::start_with(|setup| {
        setup.groups.person_answers_per_hour = 10;
        setup.groups.cooldown_secs = 0;
    })
    .await;
    let group = world.fake.group(GROUP, &[]);
    let (ann, bob) = (group.member(7, "Ann"), world.fake.student(8));
    for number in 0..500 {
        ann.says(&format!("/ask How much does a coder earn in region {}?", number % 20));
    }
    bob.says("what is the CPC?");
    bob.expect_answer("coding certification").await;
    world.fake.all_confirmed().await;
    let said: Vec<String> = group.sent().into_iter().map(|shown| shown.text).collect();
    let notices = said.iter().filter(|text| text.contains("Let us go on in private")).count();
    assert_eq!((said.len(), notices), (11, 1));
}

async fn two_hundred_people_in_a_group_get_what_the_group_may_have() {
    let world = World::start_with(|setup| {
        setup.groups.chat_answers_per_hour = 30;
        setup.groups.cooldown_secs = 0;
    })
    .await;
    let group = world.fake.group(GROUP, &[]);
    let other = world.fake.group(GROUP - 1, &[]);
    for person in 0..200 {
        let person = group.member(100 + person, "Somebody");
        person.says("nice weather today");
        person.says("/ask what is the CPC?");
    }
    other.member(7, "Ann").says("/ask what is the CPC?");
    other.expect("coding certification").await;
    world.fake.all_confirmed().await;
    // Of a hundred that wait the oldest are left out, and that is not said where nobody minds.
    let said: Vec<String> = group.sent().into_iter().map(|shown| shown.text).collect();
    assert_eq!(said.iter().filter(|text| text.contains("coding certification")).count(), 30);
    assert_eq!(said.iter().filter(|text| text.contains("Let us go on in private")).count(), 1);
    assert_eq!(said.len(), 31);
}

async fn ten_thousand_old_messages_are_got_over_in_a_moment() {
    let mut world = World::asleep(|_| {}).await;
    let now = jiff::Timestamp::now().as_second();
    let students: Vec<_> = (1001..=1100).map(|id| world.fake.student(id)).collect();
    let groups: Vec<_> = (0..50).map(|number| world.fake.group(GROUP - number, &[])).collect();
    for _ in 0..50 {
        for student in &students {
            student.sends(json!({"text": "what is the CPC?", "date": now - 25 * 60 * 60}));
        }
    }
    for number in 0..100 {
        for group in &groups {
            let text = if number % 10 == 0 { "/ask what is the CPC?" } else { "what is the CCS?" };
            group.member(7, "Ann").sends(json!({"text": text, "date": now - 2 * 60 * 60}));
        }
    }
    world.wake();
    let fresh = world.fake.student(500);
    fresh.says("can I retake the exam?");
    fresh.expect_answer("once without a new fee").await;
    world.fake.all_confirmed().await;
    for student in &students {
        let said: Vec<String> = student.sent().into_iter().map(|shown| shown.text).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("What you asked 25 hours ago I leave alone"), "{said:?}");
    }
    assert!(groups.iter().all(|group| group.sent().is_empty()), "by then the groups talk of something else");
    students[0].says("what is the CPC?");
    students[0].expect_answer("I leave alone").await;
    students[0].expect_answer("coding certification").await;
}
