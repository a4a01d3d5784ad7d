//! Restarts, ends in between, and chats that cannot be written to or are others by now.

use super::*;

both_modes![
    both_sides_go_on_after_a_restart,
    a_student_who_has_blocked_the_bot_is_honestly_out_of_reach,
    mentors_who_cannot_be_written_to_are_not_promised,
    an_end_in_between_loses_nothing_and_doubles_nothing,
    a_topic_that_is_gone_costs_nobody_a_message,
    a_group_that_moves_takes_the_conversations_along,
];

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
    let (ann, mentors) = (super::ann(&world), mentors(&world));
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
