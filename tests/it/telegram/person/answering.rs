//! What mentors write and press, and what of it the student gets.

use super::*;

both_modes![
    of_two_who_claim_one_does,
    changes_of_messages_are_passed_on,
    long_messages_are_passed_on_in_two,
    what_mentors_say_to_one_another_stays_with_them,
    a_group_of_students_that_is_the_mentors_chat_is_a_group_all_the_same,
    a_student_who_is_the_mentors_chat_is_no_mentor,
    one_mentor_in_private_is_enough,
    either_side_closes_and_the_other_is_told_once,
    where_no_reaction_is_allowed_the_tick_is_a_line,
];

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

async fn where_no_reaction_is_allowed_the_tick_is_a_line() {
    let world = world().await;
    let (ann, mentors) = (ann(&world), mentors(&world).without_reactions());
    let (_, post) = asks(&ann, &mentors, ASKED).await;
    let answer = mentors.member(ORTIZ, "Mr Ortiz").replies(post.message, "Yes.");
    ann.expect_answer("Yes.").await;
    let line = mentors.expect("✓ Passed on.").await;
    assert_eq!(line.below, Some(answer));
}
