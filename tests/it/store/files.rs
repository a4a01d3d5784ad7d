//! SQLite's files, and addresses that are none.

use super::*;

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
