//! One story, told to every store.

use std::sync::Arc;
use std::time::Instant;

use telefaq::store::{
    About, AnswerLink, Change, ChatSettings, Claim, Conversation, ConversationChange, EntryAge, Feedback, HELD_SECS,
    Hashed, LEASE_SECS, LastAnswer, Memo, MemoryStore, Outcome, Passed, QuestionRecord, Relayed, Sample, Store,
    StoreError, UpdateState, Waiting, Writes, open,
};

mod admins;
mod conversations;
mod files;
mod groups;

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

fn waiting(id: i64, due: i64, message: i32) -> Waiting {
    Waiting { id, due, place: TOPIC, message, asker: ALICE, sealed: vec![7] }
}

fn changes(changes: impl IntoIterator<Item = Change>) -> Memo {
    Memo { changes: changes.into_iter().collect(), ..Memo::default() }
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
