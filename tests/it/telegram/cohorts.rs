//! Cohorts: the members of a group get the answers of its overlay, there and wherever that group has led them.

use super::world::{Setup, World, both_modes, corpus};

const SPRING: i64 = -1_001_234_567_890;
const OTHER: i64 = -1_001_234_567_891;
const OWNER: i64 = 1;
const ANN: i64 = 7;
const BOB: i64 = 8;

both_modes![
    a_chat_that_the_configuration_binds_has_its_overlay,
    admins_bind_their_chat_to_a_cohort,
    a_link_from_the_group_takes_the_cohort_to_the_private_chat,
    inline_lists_what_the_persons_cohort_has,
    a_cohort_that_is_gone_leaves_the_base,
];

/// In spring the exam cannot be retaken, and there is a question of its own.
fn with_spring(setup: &mut Setup) {
    let mut spring = corpus();
    for entry in spring.entries.iter_mut().filter(|entry| entry.id.value == "exam-retake") {
        entry.html = "Not in spring.".into();
        entry.text = "Not in spring.".into();
        entry.short_html = "Not in spring.".into();
    }
    spring.entries.push(super::world::entry("spring-party", "exams", "When is the spring party?", "On 1 May."));
    spring.entries.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    setup.cohorts.insert("2027-spring".into(), spring);
    setup.cohorts.insert("2027-autumn".into(), corpus());
}

async fn a_chat_that_the_configuration_binds_has_its_overlay() {
    let world = World::start_with(|setup| {
        with_spring(setup);
        setup.groups.cohorts.insert(SPRING, "2027-spring".into());
    })
    .await;
    let (spring, other) = (world.fake.group(SPRING, &[OWNER]), world.fake.group(OTHER, &[]));
    for text in ["/ask can I retake the exam?", "/ask when is the spring party?"] {
        spring.member(ANN, "Ann").says(text);
        other.member(BOB, "Bob").says(text);
    }
    spring.expect("Not in spring").await;
    spring.expect("On 1 May").await;
    other.expect("once without a new fee").await;
    assert!(!other.next().await.text.contains("1 May"));
    // What the configuration says is not for the chat to change.
    spring.member(OWNER, "Mr Ortiz").says("/settings");
    let settings = spring.expect("When I speak").await;
    assert!(settings.buttons.iter().all(|(label, _)| !label.contains("cohort")));
}

async fn admins_bind_their_chat_to_a_cohort() {
    let world = World::start_with(with_spring).await;
    let group = world.fake.group(OTHER, &[OWNER]);
    let owner = group.member(OWNER, "Mr Ortiz");
    owner.says("/settings");
    let settings = group.expect("Cohort: none").await.message;
    owner.presses(settings, "Choose the cohort");
    let cohorts = group.expect("Which cohort is this chat for").await;
    let labels: Vec<&str> = cohorts.buttons.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["✓ none", "2027-autumn", "2027-spring", "‹ Back"]);
    owner.presses(settings, "2027-spring");
    group.expect("Cohort: 2027-spring").await;
    group.member(ANN, "Ann").says("/ask can I retake the exam?");
    group.expect("Not in spring").await;
    owner.presses(settings, "Choose the cohort");
    group.expect("Which cohort").await;
    owner.presses(settings, "none");
    group.expect("Cohort: none").await;
    group.member(BOB, "Bob").says("/ask when is the spring party?");
    assert!(!group.next().await.text.contains("1 May"));
}

async fn a_link_from_the_group_takes_the_cohort_to_the_private_chat() {
    let world = World::start_with(|setup| {
        with_spring(setup);
        setup.groups.cohorts.insert(SPRING, "2027-spring".into());
    })
    .await;
    let group = world.fake.group(SPRING, &[]);
    let (ann, bob) = (world.fake.student(ANN), world.fake.student(BOB));
    group.member(ANN, "Ann").says("/ask can I retake the exam?");
    let answer = group.expect("Not in spring").await;
    let url = answer.buttons[0].1["url"].as_str().unwrap().to_owned();
    let payload = url.strip_prefix("https://t.me/TestFaqBot?start=").unwrap();
    assert!(payload.len() <= 64 && !payload.contains("spring"), "nobody guesses it: {payload}");
    for student in [&ann, &bob] {
        student.says("can I retake the exam?");
        student.expect_answer("once without a new fee").await;
    }
    ann.says(&format!("/start {payload}"));
    ann.expect_answer("Not in spring").await;
    ann.says("when is the spring party?");
    ann.expect_answer("On 1 May").await;
    ann.says("/topics");
    let topics = ann.expect_answer("Topics").await;
    assert!(topics.buttons.iter().any(|(label, _)| label == "Exams (2)"), "{:?}", topics.buttons);
    bob.says("can I retake the exam?");
    bob.expect_answer("once without a new fee").await;
}

async fn inline_lists_what_the_persons_cohort_has() {
    let world = World::start_with(|setup| {
        with_spring(setup);
        setup.groups.cohorts.insert(SPRING, "2027-spring".into());
    })
    .await;
    let group = world.fake.group(SPRING, &[]);
    group.member(ANN, "Ann").says("/help");
    let help = group.expect("How to use me here").await;
    let url = help.buttons[0].1["url"].as_str().unwrap().to_owned();
    let ann = world.fake.student(ANN);
    ann.says(&format!("/start {}", url.split_once("start=").unwrap().1));
    ann.expect_answer("I am FAQ, a bot").await;
    world.fake.all_confirmed().await;
    let hers = world.fake.types(ANN, "when is the spring party?", "").await;
    assert_eq!((&hers["results"][0]["id"], &hers["is_personal"]), (&"spring-party".into(), &true.into()));
    let his = world.fake.types(BOB, "when is the spring party?", "").await;
    assert_ne!(his["results"][0]["id"], "spring-party");
    assert_eq!(his["is_personal"], true, "where there are cohorts, hers is another");
}

async fn a_cohort_that_is_gone_leaves_the_base() {
    let world = World::start_with(|setup| {
        setup.groups.cohorts.insert(SPRING, "2020-spring".into());
    })
    .await;
    let group = world.fake.group(SPRING, &[]);
    group.member(ANN, "Ann").says("/ask can I retake the exam?");
    group.expect("once without a new fee").await;
}
