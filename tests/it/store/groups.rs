//! What every store remembers of groups.

use super::*;

/// An answer of which it is kept how it came about; its message has a number that is ten higher.
fn traced(question: i32) -> AnswerLink {
    AnswerLink { trace: Some(vec![9, 9]), ..link(GROUP, question, 0, Some(question + 10)) }
}

fn sample(id: i64, at: i64, fits: Option<bool>) -> Sample {
    let (text, entry) = ("how much".to_owned(), "cost".to_owned());
    Sample { id, chat: GROUP, at, text, entry, confidence: 91.5, fits }
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
