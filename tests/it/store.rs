//! One story, told to every store.

use std::sync::Arc;
use std::time::Instant;

use telefaq::store::{
    About, AnswerLink, Change, ChatSettings, Claim, Conversation, ConversationChange, EntryAge, Feedback, HELD_SECS,
    Hashed, LEASE_SECS, LastAnswer, Memo, MemoryStore, Outcome, Passed, QuestionRecord, Relayed, Sample, Store,
    StoreError, UpdateState, Waiting, Writes, open,
};

const ALICE: Hashed = Hashed([1; 16]);
const BOB: Hashed = Hashed([2; 16]);
const GROUP: Hashed = Hashed([3; 16]);
const TOPIC: Hashed = Hashed([4; 16]);
const MOVED: Hashed = Hashed([5; 16]);

fn record(at: i64, text: &str) -> QuestionRecord {
    let top = Some("cost".to_owned());
    QuestionRecord {
        at,
        text: text.to_owned(),
        decision: "answer",
        confidence: 81.5,
        top,
        ticket: None,
        outcome: None,
        audience: "group",
    }
}

fn vote(voter: Hashed, up: bool, reason: Option<&'static str>, at: i64) -> Feedback {
    Feedback { voter, entry: "cost".to_owned(), up, reason, at }
}

fn suggested(ticket: i64, outcome: Option<Outcome>) -> QuestionRecord {
    QuestionRecord { decision: "suggest", ticket: Some(ticket), outcome, ..record(200, "what does it cost") }
}

fn last(place: Hashed, entry: &str) -> Option<LastAnswer> {
    Some(LastAnswer { place, entry: entry.to_owned() })
}

fn link(chat: Hashed, question: i32, position: u32, answer: Option<i32>) -> AnswerLink {
    AnswerLink { chat, question, position, answer, about: None, trace: None }
}

/// An answer in a group.
fn in_group(place: Hashed, question: i32, answer: i32, entry: Option<&str>) -> AnswerLink {
    let about = Some(About { place, asker: BOB, entry: entry.map(str::to_owned) });
    AnswerLink { about, ..link(GROUP, question, 0, Some(answer)) }
}

/// An answer of which it is kept how it came about; its message has a number that is ten higher.
fn traced(question: i32) -> AnswerLink {
    AnswerLink { trace: Some(vec![9, 9]), ..link(GROUP, question, 0, Some(question + 10)) }
}

fn waiting(id: i64, due: i64, message: i32) -> Waiting {
    Waiting { id, due, place: TOPIC, message, asker: ALICE, sealed: vec![7] }
}

fn sample(id: i64, at: i64, fits: Option<bool>) -> Sample {
    let (text, entry) = ("how much".to_owned(), "cost".to_owned());
    Sample { id, chat: GROUP, at, text, entry, confidence: 91.5, fits }
}

fn changes(changes: impl IntoIterator<Item = Change>) -> Memo {
    Memo { changes: changes.into_iter().collect(), ..Memo::default() }
}

/// What is remembered of groups: the first half.
async fn groups_begin(store: &dyn Store) {
    for (decision, outcome) in [
        ("answer", None),
        ("answer", None),
        ("suggest", Some(Outcome::Chosen("hours".to_owned()))),
        ("suggest", Some(Outcome::Rejected)),
        ("decline", None),
    ] {
        store.note(QuestionRecord { decision, outcome, ..record(200, "how much") }.into(), 200).await.unwrap();
    }
    store.note(record(100, "long ago").into(), 100).await.unwrap();
    assert_eq!(store.chat_settings(GROUP).await.unwrap(), ChatSettings::default());
    let settings = [
        Change::Mode(GROUP, Some("ambient".into())),
        Change::Mode(TOPIC, Some("off".into())),
        Change::Mode(TOPIC, None),
        Change::Cohort(GROUP, Some("2027-spring".into())),
        Change::AmbientAt(GROUP, Some(85)),
        Change::TrialUntil(GROUP, Some(900)),
        Change::Gone(BOB, true),
        Change::Gone(ALICE, true),
        Change::Gone(ALICE, false),
        Change::Search(ALICE, Some("exams".into())),
        Change::Search(BOB, Some("exams".into())),
        Change::Search(BOB, None),
    ];
    store.note(changes(settings), 150).await.unwrap();
    // What waits may be called off by its message, or has happened.
    let later = [waiting(1, 300, 11), waiting(2, 200, 12), waiting(3, 200, 13), waiting(4, 100, 14)];
    store.note(changes(later.map(Change::Wait)), 150).await.unwrap();
    store
        .note(changes([Change::CallOff(TOPIC, 13), Change::CallOff(GROUP, 12), Change::Happened(4)]), 150)
        .await
        .unwrap();
    store.note(changes([sample(5, 250, None), sample(6, 150, None)].map(Change::Sample)), 150).await.unwrap();
    store
        .note(changes([Change::Judged(6, false), Change::Judged(6, true), Change::Judged(99, true)]), 150)
        .await
        .unwrap();
    for (entry, at) in [("cost", 100), ("hours", 250), ("cost", 300)] {
        store.note(changes([Change::Posted(GROUP, entry.into())]), at).await.unwrap();
    }
    // What the bot keeps for itself, and how an answer came about.
    let entries = |content| vec![("cost".to_owned(), 1), ("hours".to_owned(), content)];
    for (content, at) in [(1, 100), (2, 150)] {
        store.note(changes([Change::Entries(entries(content))]), at).await.unwrap();
    }
    store.note(changes([Change::Mark("told".into(), "much".into())]), 100).await.unwrap();
    for (question, at) in [(35, 150), (36, 250)] {
        store.remember_answer(traced(question), at).await.unwrap();
    }
    for (link, at) in [
        (in_group(TOPIC, 31, 41, Some("cost")), 150),
        (in_group(TOPIC, 32, 42, Some("cost")), 250),
        (in_group(GROUP, 33, 43, Some("cost")), 260),
        (in_group(TOPIC, 34, 44, None), 260),
    ] {
        store.remember_answer(link, at).await.unwrap();
    }
}

/// The second half: the first is remembered, and pruned.
async fn groups_go_on(store: &dyn Store) {
    let settings = store.chat_settings(GROUP).await.unwrap();
    let expected = ChatSettings {
        mode: Some("ambient".into()),
        cohort: Some("2027-spring".into()),
        ambient_at: Some(85),
        trial_until: Some(900),
        gone: false,
        search: None,
        writes: None,
    };
    assert_eq!(settings, expected);
    assert_eq!(store.chat_settings(TOPIC).await.unwrap(), ChatSettings::default());
    assert!(store.chat_settings(BOB).await.unwrap().gone && !store.chat_settings(ALICE).await.unwrap().gone);
    assert_eq!(store.chat_settings(ALICE).await.unwrap().search, Some(("exams".into(), 150)));
    assert_eq!(store.chat_settings(BOB).await.unwrap().search, None);

    assert_eq!(store.waiting_in(TOPIC).await.unwrap(), [waiting(1, 300, 11), waiting(2, 200, 12)]);
    // What is due is taken by one; should it not happen, it is due again later.
    assert_eq!(store.take_due(199, 9).await.unwrap(), []);
    assert_eq!(store.take_due(300, 1).await.unwrap(), [(2, vec![7])]);
    assert_eq!(store.take_due(300, 9).await.unwrap(), [(1, vec![7])]);
    assert_eq!(store.take_due(300 + LEASE_SECS - 1, 9).await.unwrap(), []);
    assert_eq!(store.take_due(300 + LEASE_SECS, 9).await.unwrap(), [(1, vec![7]), (2, vec![7])]);
    let again = [Change::Wait(waiting(1, 1, 99)), Change::Happened(2)];
    store.note(changes(again), 300).await.unwrap();
    assert_eq!(store.take_due(300, 9).await.unwrap(), [], "one number, one thing to happen");

    assert_eq!(store.samples(GROUP).await.unwrap(), [sample(6, 150, Some(true)), sample(5, 250, None)]);
    assert_eq!(store.sample(5).await.unwrap(), Some(sample(5, 250, None)));
    assert_eq!(store.sample(7).await.unwrap(), None);
    assert_eq!(store.posts(GROUP).await.unwrap(), [("cost".to_owned(), 300), ("hours".to_owned(), 250)]);

    assert_eq!(store.answer_at(GROUP, 42).await.unwrap(), Some(in_group(TOPIC, 32, 42, Some("cost"))));
    assert_eq!(store.answer_at(ALICE, 42).await.unwrap(), None);
    assert_eq!(store.answered_in(TOPIC, "cost", 100).await.unwrap(), Some(42), "the last one");
    assert_eq!(store.answered_in(TOPIC, "cost", 251).await.unwrap(), None, "too long ago");
    assert_eq!(store.answered_in(GROUP, "cost", 100).await.unwrap(), Some(43), "another place");
    assert_eq!(store.answered_in(TOPIC, "hours", 100).await.unwrap(), None);

    assert_eq!(store.most_asked(150, 9).await.unwrap(), [("cost".to_owned(), 2), ("hours".to_owned(), 1)]);
    assert_eq!(store.most_asked(150, 1).await.unwrap().len(), 1);
    assert_eq!(store.most_asked(150, 0).await.unwrap(), []);

    // A group that has become another takes its settings and samples along.
    let moved = [Change::AmbientAt(MOVED, Some(70)), Change::Moved { from: GROUP, to: MOVED }];
    let expected = ChatSettings { ambient_at: Some(70), ..expected };
    store.note(changes(moved), 300).await.unwrap();
    assert_eq!(store.chat_settings(MOVED).await.unwrap(), expected);
    assert_eq!(store.chat_settings(GROUP).await.unwrap(), ChatSettings::default());
    assert_eq!(store.samples(MOVED).await.unwrap().len(), 2);
    store.note(changes([Change::Moved { from: GROUP, to: MOVED }]), 300).await.unwrap();
    assert_eq!(store.chat_settings(MOVED).await.unwrap(), expected, "told twice");

    let trace_of = async |question: i32| store.answer_at(GROUP, question + 10).await.unwrap().map(|link| link.trace);
    assert_eq!([trace_of(35).await, trace_of(36).await], [Some(Some(vec![9, 9])), Some(Some(vec![9, 9]))]);
    store.prune(200, 300).await.unwrap();
    assert_eq!(
        [trace_of(35).await, trace_of(36).await],
        [None, Some(Some(vec![9, 9]))],
        "a trace goes with its answer"
    );
    assert_eq!(store.mark("told").await.unwrap(), Some(("much".to_owned(), 100)), "marks stay");
    let age = |id: &str, changed| EntryAge { id: id.to_owned(), added: 0, changed };
    assert_eq!(store.entries_since(0).await.unwrap(), [age("cost", 0), age("hours", 150)], "entries stay");
    assert_eq!(store.samples(MOVED).await.unwrap().len(), 1);
    assert_eq!(store.posts(GROUP).await.unwrap().len(), 2);
    assert_eq!(store.chat_settings(MOVED).await.unwrap(), expected, "settings are kept");
    let waits = waiting(1, 300 + 2 * LEASE_SECS, 11);
    assert_eq!(store.waiting_in(TOPIC).await.unwrap(), [waits]);
    assert_eq!(store.chat_settings(ALICE).await.unwrap().search, Some(("exams".into(), 150)));
    store.prune(200, 300 + 2 * LEASE_SECS + 2 * 24 * 60 * 60 + 1).await.unwrap();
    assert_eq!(store.waiting_in(TOPIC).await.unwrap(), []);
    assert_eq!(
        store.chat_settings(ALICE).await.unwrap(),
        ChatSettings::default(),
        "nobody looks for something that long"
    );
    assert!(store.chat_settings(BOB).await.unwrap().gone);
    assert_eq!(store.chat_settings(MOVED).await.unwrap(), expected);
    for (person, things) in [(ALICE, 0), (BOB, 4), (BOB, 0)] {
        assert_eq!(store.forget(person).await.unwrap(), things, "{person:?}");
    }
    store.note(changes([Change::NoSamples(MOVED)]), 300).await.unwrap();
    assert_eq!(store.samples(MOVED).await.unwrap(), []);
}

/// The first half: everything is new.
async fn begins(store: &dyn Store) {
    // An update is handled once; a redelivery finds it handled.
    assert_eq!(store.begin_update(7, 100).await.unwrap(), UpdateState::Open { tries: 0 });
    store.finish_update(7, 101, Memo::default()).await.unwrap();
    assert_eq!(store.begin_update(7, 102).await.unwrap(), UpdateState::Handled);
    // A try that did not end counts; one that the network ended does not.
    assert_eq!(store.begin_update(8, 100).await.unwrap(), UpdateState::Open { tries: 0 });
    assert_eq!(store.begin_update(8, 100).await.unwrap(), UpdateState::Open { tries: 1 });
    store.release_update(8).await.unwrap();
    assert_eq!(store.begin_update(8, 100).await.unwrap(), UpdateState::Open { tries: 1 });

    // What has to wait is kept until it is done with, and not kept any more once it is.
    let aside = |number: i64, words: &str| (number, words.as_bytes().to_vec());
    store.set_aside(vec![aside(22, "b"), aside(21, "a"), aside(7, "late"), aside(23, "c")], 102).await.unwrap();
    store.set_aside(vec![aside(22, "B")], 103).await.unwrap();
    assert_eq!(store.begin_update(21, 103).await.unwrap(), UpdateState::Open { tries: 0 });
    store.finish_update(21, 103, Memo::default()).await.unwrap();
    store.drop_set_aside(23).await.unwrap();
    // Who has set it aside holds it for a while; then whoever comes first takes it up, unless it is held on to.
    assert_eq!(store.take_up(9, 103, 103).await.unwrap(), []);
    let free = 103 + HELD_SECS;
    store.hold(&[22, 21, 99], free + 1).await.unwrap();
    assert_eq!(store.take_up(9, free, free).await.unwrap(), []);
    store.set_aside(vec![aside(24, "d"), aside(25, "e")], 103).await.unwrap();
    assert_eq!(store.take_up(1, i64::MAX, free).await.unwrap(), [(22, b"B".to_vec())]);
    assert_eq!(store.take_up(9, free, free).await.unwrap(), [aside(24, "d"), aside(25, "e")]);
    assert_eq!(store.take_up(9, free, free).await.unwrap(), []);
    store.hold(&[25, 22], 0).await.unwrap();
    assert_eq!(store.take_up(9, 0, free).await.unwrap(), [(22, b"B".to_vec()), aside(25, "e")]);
    store.drop_set_aside(24).await.unwrap();
    store.drop_set_aside(25).await.unwrap();
    assert_eq!(store.begin_update(23, 103).await.unwrap(), UpdateState::Open { tries: 0 });
    assert_eq!(store.handled(&[7, 8, 21, 22, 99]).await.unwrap(), [7, 21].into());
    assert_eq!(store.handled(&[]).await.unwrap(), [].into());

    // A question is logged by itself, or together with its update and then once.
    store.note(record(100, "how much").into(), 100).await.unwrap();
    assert_eq!(store.begin_update(6, 200).await.unwrap(), UpdateState::Open { tries: 0 });
    for now in [200, 201] {
        store.finish_update(6, now, record(200, "what's 'it'; DROP TABLE questions").into()).await.unwrap();
    }

    // What becomes of suggestions is noted by their ticket; the last word counts.
    for ticket in [0, 5, i64::MAX] {
        store.note(suggested(ticket, None).into(), 100).await.unwrap();
    }
    store.note_outcome(5, Outcome::Rejected).await.unwrap();
    store.note_outcome(5, Outcome::Chosen("cost".to_owned())).await.unwrap();
    store.note_outcome(i64::MAX, Outcome::Rejected).await.unwrap();
    store.note_outcome(6, Outcome::Rejected).await.unwrap();

    // Several questions of a message are logged with it in their order, and what it was about is known from then on.
    assert_eq!(store.last_answer(ALICE).await.unwrap(), None);
    let two = Memo {
        questions: vec![record(200, "first"), record(200, "second")],
        last: last(ALICE, "cost"),
        changes: Vec::new(),
    };
    store.note(Memo { changes: Vec::new(), questions: Vec::new(), last: last(ALICE, "hours") }, 100).await.unwrap();
    store.note(Memo { changes: Vec::new(), questions: Vec::new(), last: last(BOB, "hours") }, 100).await.unwrap();
    for now in [201, 202] {
        store.finish_update(10, now, two.clone()).await.unwrap();
    }
    store.note(record(200, "third").into(), 203).await.unwrap();

    assert_eq!(store.answers_of(ALICE, 1).await.unwrap(), []);
    for (question, position, answer, at) in
        [(1, 1, 8, 150), (1, 0, 2, 100), (1, 0, 4, 150), (1, 2, 9, 150), (2, 0, 5, 200)]
    {
        store.remember_answer(link(ALICE, question, position, Some(answer)), at).await.unwrap();
    }
    store.remember_answer(link(BOB, 1, 0, Some(9)), 200).await.unwrap();
    for question in [1, 7] {
        store.remember_answer(link(ALICE, question, 2, None), 150).await.unwrap();
    }

    assert_eq!(store.vote(vote(ALICE, true, None, 100)).await.unwrap(), None);
    assert_eq!(store.vote(vote(ALICE, false, None, 110)).await.unwrap(), Some(true));
    assert_eq!(store.vote(vote(ALICE, false, Some("outdated"), 120)).await.unwrap(), Some(false));
    assert_eq!(store.vote(vote(BOB, true, None, 200)).await.unwrap(), None);
}

/// The second half: the first is remembered, and pruned.
async fn goes_on(store: &dyn Store) {
    assert_eq!(store.begin_update(7, 300).await.unwrap(), UpdateState::Handled);
    assert_eq!(store.begin_update(8, 300).await.unwrap(), UpdateState::Open { tries: 2 });
    store.finish_update(8, 300, Memo::default()).await.unwrap();
    store.finish_update(9, 300, Memo::default()).await.unwrap();
    assert_eq!(store.begin_update(9, 300).await.unwrap(), UpdateState::Handled);

    assert_eq!(store.updates_set_aside(10).await.unwrap(), [(22, b"B".to_vec())]);
    assert_eq!(store.updates_set_aside(0).await.unwrap(), []);

    let log = store.last_questions(10).await.unwrap();
    let expected = [
        record(200, "third"),
        record(200, "second"),
        record(200, "first"),
        suggested(i64::MAX, Some(Outcome::Rejected)),
        suggested(5, Some(Outcome::Chosen("cost".to_owned()))),
        suggested(0, None),
        record(200, "what's 'it'; DROP TABLE questions"),
        record(100, "how much"),
    ];
    assert_eq!(log, expected);
    assert_eq!(store.last_questions(1).await.unwrap().len(), 1);

    assert_eq!(store.last_answer(ALICE).await.unwrap(), Some(("cost".to_owned(), 201)));
    assert_eq!(store.last_answer(BOB).await.unwrap(), Some(("hours".to_owned(), 100)));
    assert_eq!(store.answers_of(ALICE, 1).await.unwrap(), [(0, 4), (1, 8)]);
    assert_eq!(store.answers_of(ALICE, 2).await.unwrap(), [(0, 5)]);
    assert_eq!(store.answers_of(ALICE, 4).await.unwrap(), []);
    assert_eq!(store.answers_of(BOB, 1).await.unwrap(), [(0, 9)]);

    // Before 200: forgotten. Updates and last answers are kept for two days, whatever the retention.
    store.prune(200, 300).await.unwrap();
    assert_eq!(store.last_questions(10).await.unwrap().len(), 7);
    assert_eq!(store.last_answer(BOB).await.unwrap(), Some(("hours".to_owned(), 100)));
    assert_eq!(store.answers_of(ALICE, 1).await.unwrap(), []);
    assert_eq!(store.answers_of(BOB, 1).await.unwrap(), [(0, 9)]);
    assert_eq!(store.vote(vote(ALICE, true, None, 300)).await.unwrap(), None, "the old vote is forgotten");
    assert_eq!(store.vote(vote(BOB, true, None, 300)).await.unwrap(), Some(true), "the newer one is not");
    assert_eq!(store.begin_update(7, 300).await.unwrap(), UpdateState::Handled);
    assert_eq!(store.updates_set_aside(10).await.unwrap().len(), 1);
    let two_days_later = 104 + 2 * 24 * 60 * 60;
    store.prune(200, two_days_later).await.unwrap();
    assert_eq!(store.last_answer(ALICE).await.unwrap(), Some(("cost".to_owned(), 201)));
    assert_eq!(store.last_answer(BOB).await.unwrap(), None);
    assert_eq!(store.begin_update(7, two_days_later).await.unwrap(), UpdateState::Open { tries: 0 });
    assert_eq!(store.begin_update(8, two_days_later).await.unwrap(), UpdateState::Handled);
    assert_eq!(store.updates_set_aside(10).await.unwrap(), []);
}

/// A conversation of Alice's that begins at 100, in the chat GROUP.
fn conversation(id: i64) -> Conversation {
    Conversation {
        id,
        student: ALICE,
        mentors: GROUP,
        topic: None,
        sealed: vec![9],
        opened: 100,
        closed: None,
        answered: None,
        claim: None,
        draft: None,
    }
}

fn relayed(conversation: i64, what: Passed, at_mentors: Option<i32>, at_student: Option<i32>) -> Relayed {
    Relayed { conversation, what, position: 0, at_mentors, at_student, sealed: None }
}

fn closed(id: i64) -> Memo {
    changes([Change::Conversation(ConversationChange::Closed(id))])
}

/// What is remembered of conversations: the first half.
async fn conversations_begin(store: &dyn Store) {
    let talks = store.conversations();
    assert_eq!(talks.conversation(1).await.unwrap(), None);
    let bobs = Conversation { student: BOB, opened: 120, ..conversation(3) };
    let later = Conversation { opened: 110, topic: Some(8), ..conversation(2) };
    for new in [conversation(1), later, bobs, Conversation { sealed: vec![1], ..conversation(1) }, conversation(4)] {
        talks.open_conversation(new).await.unwrap();
    }
    assert_eq!(talks.conversation(1).await.unwrap(), Some(conversation(1)), "begun once");
    talks.remember_topic(1, 7).await.unwrap();
    talks.remember_topic(99, 7).await.unwrap();

    // Of several who claim it one does; nobody else can take that back, and nobody claims what is over.
    let claim = |by: Hashed| Claim { by, name: vec![by.0[0]] };
    assert_eq!(talks.claim(1, claim(BOB)).await.unwrap(), Some(claim(BOB)));
    assert_eq!(talks.claim(1, claim(TOPIC)).await.unwrap(), Some(claim(BOB)));
    assert_eq!(talks.release(1, TOPIC).await.unwrap(), Some(claim(BOB)));
    assert_eq!(talks.release(1, BOB).await.unwrap(), None);
    assert_eq!(talks.claim(1, claim(TOPIC)).await.unwrap(), Some(claim(TOPIC)));
    assert_eq!(talks.claim(99, claim(BOB)).await.unwrap(), None);
    store.note(closed(2), 130).await.unwrap();
    assert_eq!(talks.claim(2, claim(BOB)).await.unwrap(), None);

    // A part of what was written is one message; a change of it takes its place.
    let answer = |sealed: u8, at_student| Relayed {
        sealed: Some(vec![sealed]),
        ..relayed(1, Passed::FromMentor, Some(31), Some(at_student))
    };
    let second = Relayed { position: 1, ..answer(2, 42) };
    for (message, at) in [
        (relayed(1, Passed::Question, Some(30), None), 140),
        (answer(1, 41), 150),
        (second.clone(), 150),
        (answer(3, 43), 160),
        (relayed(1, Passed::FromStudent, Some(33), Some(44)), 170),
        (relayed(1, Passed::ToMentors, Some(34), None), 180),
        (relayed(1, Passed::ToStudent, None, Some(45)), 190),
        (relayed(3, Passed::FromStudent, Some(35), Some(44)), 190),
        (relayed(4, Passed::Question, Some(36), None), 190),
        (relayed(99, Passed::Question, Some(37), None), 190),
    ] {
        talks.remember_relayed(message, at).await.unwrap();
    }
    store
        .note(
            changes(
                [ConversationChange::Dropped(4), ConversationChange::Drafted(1, "fee".into())]
                    .map(Change::Conversation),
            ),
            200,
        )
        .await
        .unwrap();
    let writes = [
        Change::Writes(ALICE, Some(Some(1))),
        Change::Writes(BOB, Some(None)),
        Change::Writes(GROUP, Some(None)),
        Change::Writes(GROUP, None),
    ];
    store.note(changes(writes), 200).await.unwrap();
    store.note(changes([Change::Wait(Waiting { place: ALICE, ..waiting(90, 900, 1) })]), 200).await.unwrap();
}

/// The second half: the first is remembered, pruned and forgotten.
async fn conversations_go_on(store: &dyn Store) {
    let talks = store.conversations();
    let claim = Some(Claim { by: TOPIC, name: vec![4] });
    let first =
        Conversation { topic: Some(7), answered: Some(150), claim, draft: Some("fee".into()), ..conversation(1) };
    let second = Conversation { topic: Some(8), opened: 110, closed: Some(130), ..conversation(2) };
    assert_eq!(talks.conversations_of(ALICE).await.unwrap(), [second.clone(), first.clone()]);
    assert_eq!(talks.conversation_in(GROUP, 7).await.unwrap(), Some(first.clone()));
    assert_eq!(talks.conversation_in(GROUP, 9).await.unwrap(), None);
    assert_eq!(talks.conversation_in(MOVED, 7).await.unwrap(), None);
    assert_eq!(talks.conversation(4).await.unwrap(), None, "it has reached nobody");
    assert_eq!(talks.relayed(4).await.unwrap(), []);

    let answer = |position, sealed, at_student| Relayed {
        position,
        sealed: Some(vec![sealed]),
        ..relayed(1, Passed::FromMentor, Some(31), Some(at_student))
    };
    let expected = [
        relayed(1, Passed::Question, Some(30), None),
        relayed(1, Passed::FromStudent, Some(33), Some(44)),
        answer(0, 3, 43),
        answer(1, 2, 42),
        relayed(1, Passed::ToMentors, Some(34), None),
        relayed(1, Passed::ToStudent, None, Some(45)),
    ];
    assert_eq!(talks.relayed(1).await.unwrap(), expected);
    for (chat, message, found) in [
        (GROUP, 33, Some(&expected[1])),
        (GROUP, 30, Some(&expected[0])),
        (MOVED, 33, None),
        (GROUP, 36, None),
        (GROUP, 99, None),
    ] {
        assert_eq!(talks.relayed_at_mentors(chat, message).await.unwrap().as_ref(), found, "{message}");
    }
    for (student, message, id) in [(ALICE, 44, Some(1)), (BOB, 44, Some(3)), (ALICE, 43, Some(1)), (ALICE, 41, None)] {
        let found = talks.relayed_at_student(student, message).await.unwrap();
        assert_eq!(found.map(|relayed| relayed.conversation), id, "{message}");
    }
    let writes = |conversation| Some(Writes { conversation, since: 200 });
    for (chat, expected) in [(ALICE, writes(Some(1))), (BOB, writes(None)), (GROUP, None)] {
        assert_eq!(store.chat_settings(chat).await.unwrap().writes, expected);
    }

    // In another chat messages have other numbers.
    store.note(changes([Change::Moved { from: GROUP, to: GROUP }]), 210).await.unwrap();
    assert_eq!(talks.conversation(1).await.unwrap(), Some(first.clone()));
    store.note(changes([Change::Moved { from: GROUP, to: MOVED }]), 210).await.unwrap();
    assert_eq!(talks.conversation(1).await.unwrap(), Some(Conversation { mentors: MOVED, topic: None, ..first }));
    assert_eq!(talks.relayed_at_mentors(MOVED, 33).await.unwrap(), None);
    assert_eq!(talks.relayed_at_student(ALICE, 43).await.unwrap().map(|relayed| relayed.conversation), Some(1));

    // A conversation is kept for as long after its last message, or its end.
    store.note(closed(1), 220).await.unwrap();
    store.note(closed(1), 230).await.unwrap();
    assert_eq!(talks.conversation(1).await.unwrap().and_then(|it| it.closed), Some(220));
    store.prune(190, 300).await.unwrap();
    assert_eq!(talks.conversation(2).await.unwrap(), None);
    assert!(talks.conversation(1).await.unwrap().is_some() && talks.conversation(3).await.unwrap().is_some());

    talks.forget_conversations(ALICE).await.unwrap();
    assert_eq!(talks.conversations_of(ALICE).await.unwrap(), []);
    assert_eq!(talks.relayed(1).await.unwrap(), []);
    assert_eq!(talks.relayed(3).await.unwrap().len(), 1);
    assert_eq!(store.waiting_in(ALICE).await.unwrap(), []);
    assert_eq!(store.chat_settings(ALICE).await.unwrap().writes, None);
    assert_eq!(store.chat_settings(BOB).await.unwrap().writes, writes(None));
    store.prune(231, 300).await.unwrap();
    assert_eq!((talks.conversation(3).await.unwrap(), talks.relayed(3).await.unwrap()), (None, Vec::new()));
}

#[tokio::test]
async fn every_store_remembers_the_same_of_conversations() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("telefaq.db").display());
    let stores: [Arc<dyn Store>; 3] =
        [Arc::new(MemoryStore::new()), open("sqlite::memory:").await.unwrap(), open(&url).await.unwrap()];
    for store in &stores {
        conversations_begin(store.as_ref()).await;
    }
    let reopened = open(&url).await.unwrap();
    let [memory, in_memory, _] = &stores;
    for store in [memory, in_memory, &reopened] {
        conversations_go_on(store.as_ref()).await;
    }
}

#[tokio::test]
async fn every_store_remembers_the_same_of_groups() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("telefaq.db").display());
    let stores: [Arc<dyn Store>; 3] =
        [Arc::new(MemoryStore::new()), open("sqlite::memory:").await.unwrap(), open(&url).await.unwrap()];
    for store in &stores {
        groups_begin(store.as_ref()).await;
    }
    let reopened = open(&url).await.unwrap();
    let [memory, in_memory, _] = &stores;
    for store in [memory, in_memory, &reopened] {
        groups_go_on(store.as_ref()).await;
    }
}

#[tokio::test]
async fn memory_tells_the_story() {
    let store = MemoryStore::new();
    begins(&store).await;
    goes_on(&store).await;
}

#[tokio::test]
async fn sqlite_in_memory_tells_the_story() {
    let store = open("sqlite::memory:").await.unwrap();
    begins(store.as_ref()).await;
    goes_on(store.as_ref()).await;
}

#[tokio::test]
async fn a_sqlite_file_tells_the_story_across_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("made/on the way/telefaq.db").display());
    let store = open(&url).await.unwrap();
    begins(store.as_ref()).await;
    // As after `kill -9`: nothing is closed, another process opens the same file.
    let reopened = open(&url).await.unwrap();
    drop(store);
    goes_on(reopened.as_ref()).await;
}

#[tokio::test]
async fn of_what_is_deleted_nothing_is_left_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&format!("sqlite://{}", folder.path().join("telefaq.db").display())).await.unwrap();
    let has = |wanted: &[u8]| {
        let files = std::fs::read_dir(folder.path()).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
        files.collect::<Vec<_>>().concat().windows(wanted.len()).any(|bytes| bytes == wanted)
    };
    for number in 0..200 {
        store.note(record(100, &format!("how much is number {number}")).into(), 100).await.unwrap();
    }
    store.vote(vote(ALICE, true, None, 100)).await.unwrap();
    store.remember_answer(link(ALICE, 1, 0, Some(2)), 100).await.unwrap();
    store.vote(vote(BOB, true, None, 300)).await.unwrap();
    assert!(has(b"number 7") && has(&ALICE.0) && has(&BOB.0));
    assert_eq!(store.forget(ALICE).await.unwrap(), 2);
    assert!(has(b"number 7") && !has(&ALICE.0) && has(&BOB.0));
    store.prune(200, 300).await.unwrap();
    assert!(!has(b"number") && has(&BOB.0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_sqlite_file_and_those_beside_it_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telefaq.db");
    let url = format!("sqlite://{}", path.display());
    let store = open(&url).await.unwrap();
    store.note(record(100, "how much").into(), 100).await.unwrap();
    let modes = || {
        let modes = std::fs::read_dir(folder.path()).unwrap().map(|file| {
            let file = file.unwrap();
            (file.file_name().into_string().unwrap(), file.metadata().unwrap().permissions().mode() & 0o777)
        });
        std::collections::BTreeMap::from_iter(modes)
    };
    let names = ["telefaq.db", "telefaq.db-shm", "telefaq.db-wal"];
    assert_eq!(modes(), names.map(|name| (name.to_owned(), 0o600)).into());
    // What the owner allows stays allowed.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let reopened = open(&url).await.unwrap();
    reopened.last_questions(1).await.unwrap();
    assert_eq!(modes()["telefaq.db"], 0o640);
}

#[tokio::test]
async fn a_thousand_chats_at_once_lose_nothing_and_do_not_wait_long() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&format!("sqlite://{}", folder.path().join("crowd.db").display())).await.unwrap();
    let began = Instant::now();
    let chats: Vec<_> = (0..1000)
        .map(|chat: i32| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let hashed = Hashed(u128::from(chat.unsigned_abs()).to_be_bytes());
                assert_eq!(store.begin_update(chat.into(), 1).await.unwrap(), UpdateState::Open { tries: 0 });
                store.remember_answer(link(hashed, 1, 0, Some(chat)), 1).await.unwrap();
                store.finish_update(chat.into(), 1, record(1, "how much").into()).await.unwrap();
                assert_eq!(store.answers_of(hashed, 1).await.unwrap(), [(0, chat)]);
            })
        })
        .collect();
    for chat in chats {
        chat.await.unwrap();
    }
    let took = began.elapsed();
    eprintln!("1000 chats took {took:?}");
    assert_eq!(store.last_questions(2000).await.unwrap().len(), 1000);
    // A quarter of a second on two idle cores; the bound only has to tell a flush per write from a flush per batch.
    assert!(took.as_secs() < 20, "{took:?}");
}

#[tokio::test]
async fn other_addresses_are_refused_without_repeating_them() {
    for (url, hint) in [
        ("postgres://bob:hunter2@db/telefaq", "this version stores in SQLite only"),
        ("mysql://bob:hunter2@db/telefaq", "must start with sqlite://"),
        ("", "must start with sqlite://"),
        ("sqlite://", "path is missing"),
        ("sqlite://x.db?mode=hunter", "SQLite address"),
    ] {
        let error = open(url).await.err().unwrap();
        assert!(matches!(error, StoreError::Address(_)), "{error}");
        assert!(error.to_string().contains(hint), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_an_error_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "my notes, which are long enough to be looked at as a header of a database file.").unwrap();
    let error = open(&format!("sqlite://{}", path.display())).await.err().unwrap();
    assert!(matches!(error, StoreError::Database(_)), "{error}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("my notes"));
}

#[tokio::test]
async fn a_store_that_can_only_be_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("telefaq.db").display());
    open(&url).await.unwrap().note(record(100, "how much").into(), 100).await.unwrap();
    let error = open(&format!("{url}?mode=ro")).await.err().unwrap();
    assert!(matches!(error, StoreError::Address(_)), "{error}");
    assert!(error.to_string().contains("can be read but not written"), "{error}");
}

#[tokio::test]
async fn every_store_shows_admins_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("telefaq.db").display());
    let stores: [Arc<dyn Store>; 3] =
        [Arc::new(MemoryStore::new()), open("sqlite::memory:").await.unwrap(), open(&url).await.unwrap()];
    for store in &stores {
        what_admins_see(store.as_ref()).await;
    }
}

async fn what_admins_see(store: &dyn Store) {
    let note = |changes: Vec<Change>, at| store.note(Memo { changes, ..Memo::default() }, at);
    for (at, text) in [(100, "old"), (200, "new"), (200, "newer")] {
        store.note(record(at, text).into(), at).await.unwrap();
    }
    let log = store.questions_since(150, 10).await.unwrap();
    let shown: Vec<(&str, bool)> = log.iter().map(|line| (line.record.text.as_str(), line.settled)).collect();
    assert_eq!(shown, [("newer", false), ("new", false)]);
    assert_eq!(store.questions_since(0, 1).await.unwrap().len(), 1);
    note(vec![Change::Settled(vec![log[1].id, 99_999])], 200).await.unwrap();
    let settled: Vec<bool> = store.questions_since(0, 10).await.unwrap().iter().map(|line| line.settled).collect();
    assert_eq!(settled, [false, true, false]);

    assert_eq!(store.mark("told").await.unwrap(), None);
    note(vec![Change::Mark("told".into(), "a".into())], 5).await.unwrap();
    note(vec![Change::Mark("told".into(), "b".into())], 6).await.unwrap();
    assert_eq!(store.mark("told").await.unwrap(), Some(("b".to_owned(), 6)));

    store.vote(vote(ALICE, false, Some("wrong"), 300)).await.unwrap();
    store.vote(vote(BOB, false, Some("wrong"), 301)).await.unwrap();
    store.vote(vote(GROUP, true, None, 300)).await.unwrap();
    let votes = store.votes_since(300).await.unwrap();
    let counted: Vec<(bool, Option<&str>, i64, i64)> =
        votes.iter().map(|vote| (vote.up, vote.reason.as_deref(), vote.times, vote.last)).collect();
    assert_eq!(counted, [(false, Some("wrong"), 2, 301), (true, None, 1, 300)]);
    assert!(store.votes_since(302).await.unwrap().is_empty());

    let entries =
        |all: &[(&str, i64)]| Change::Entries(all.iter().map(|(id, content)| ((*id).to_owned(), *content)).collect());
    let ages = async |since| {
        let ages = store.entries_since(since).await.unwrap();
        ages.into_iter().map(|age| (age.id, age.added, age.changed)).collect::<Vec<_>>()
    };
    note(vec![entries(&[("a", 1), ("b", 1)])], 400).await.unwrap();
    assert_eq!(ages(1).await, [], "what was there first is not new");
    note(vec![entries(&[("a", 1), ("b", 2), ("c", 1)])], 500).await.unwrap();
    assert_eq!(ages(500).await, [("b".to_owned(), 0, 500), ("c".to_owned(), 500, 500)]);
    note(vec![entries(&[("a", 1), ("c", 1)])], 600).await.unwrap();
    assert_eq!(ages(1).await, [("c".to_owned(), 500, 500)]);

    let link = AnswerLink { trace: Some(vec![7]), ..in_group(GROUP, 31, 32, Some("cost")) };
    store.remember_answer(link.clone(), 700).await.unwrap();
    assert_eq!(store.answer_at(GROUP, 32).await.unwrap(), Some(link));
    // BOB asked that, and has voted.
    assert_eq!(store.forget(BOB).await.unwrap(), 2);
    assert_eq!(store.answer_at(GROUP, 32).await.unwrap(), None);
    assert_eq!(store.forget(BOB).await.unwrap(), 0);
    assert_eq!(store.votes_since(300).await.unwrap().iter().map(|vote| vote.times).sum::<i64>(), 2);
}
