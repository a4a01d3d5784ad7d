//! What the admins look at.

use super::*;

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
