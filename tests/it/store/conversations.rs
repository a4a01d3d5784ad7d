//! What every store remembers of conversations between students and mentors.

use super::*;

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
