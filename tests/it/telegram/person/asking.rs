//! What a student decides before anything is passed on.

use super::*;

both_modes![
    what_looks_personal_is_pointed_out_and_kept_nowhere,
    a_question_that_nobody_knows_yet_is_asked_for,
    the_button_is_about_the_question_above_it,
    only_words_of_ones_own_are_passed_on,
    a_preview_can_be_cancelled_and_is_sent_once,
    a_student_has_so_many_conversations_and_no_more,
    without_mentors_the_way_to_a_person_is_said,
];

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
