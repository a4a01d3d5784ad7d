use super::*;

/// Lets the file of this store grow to so many pages only, as a full disk would: on every connection there may be.
async fn limit(store: &SqliteStore, pages: u32) {
    let pragma = format!("PRAGMA max_page_count = {pages}");
    let mut all = Vec::new();
    for _ in 0..CONNECTIONS {
        all.push(store.pool.acquire().await.expect("a connection"));
    }
    for connection in &mut all {
        sqlx::query(&pragma).execute(&mut **connection).await.expect("a limit");
    }
}

fn question(text: &str) -> QuestionRecord {
    QuestionRecord {
        at: 1,
        text: text.to_owned(),
        decision: "answer",
        confidence: 1.0,
        top: None,
        ticket: None,
        outcome: None,
        audience: "private",
    }
}

#[tokio::test]
async fn a_disk_that_was_full_is_written_to_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("telefaq.db").display());
    let store = SqliteStore::open(&url).await.expect("a store");
    limit(&store, 1).await;
    let text = "a long question ".repeat(10_000);
    for _ in 0..3 {
        let full = store.note(question(&text).into(), 1).await.expect_err("no room");
        assert!(full.to_string().contains("full"), "{full}");
        // One of them may be new by now.
        limit(&store, 1).await;
    }
    limit(&store, 1_000_000).await;
    store.note(question(&text).into(), 1).await.expect("there is room again");
    store.finish_update(7, 1, question("what is the CPC?").into()).await.expect("there is room again");
    assert_eq!(store.last_questions(9).await.expect("a log").len(), 2);
}

#[tokio::test]
async fn what_was_remembered_when_a_question_had_one_answer_is_the_first_of_its_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("telefaq.db").display());
    let mut before = sqlx::migrate!("./migrations/sqlite");
    before.migrations.to_mut().retain(|migration| migration.version < 5);
    let pool = Pool::<Sqlite>::connect(&format!("{url}?mode=rwc")).await.expect("a file");
    before.run(&pool).await.expect("the tables of then");
    sqlx::query("INSERT INTO answers (chat, question, answer, at) VALUES (?1, 1, 2, 100)")
        .bind([7; 16].as_slice())
        .execute(&pool)
        .await
        .expect("a row");
    pool.close().await;
    let store = SqliteStore::open(&url).await.expect("a store");
    assert_eq!(store.answers_of(Hashed([7; 16]), 1).await.expect("answers"), [(0, 2)]);
}
