//! An admin who edits the files while the bot runs, and what becomes of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use telefaq::app::People;
use telefaq::app::load::Edit;
use telefaq::app::reload::Edited;
use telefaq::store::{MemoryStore, Store};
use tokio::task::JoinHandle;

use super::world::World;
use crate::fake_telegram::Student;

const OWNER: i64 = 1;
const EDITOR: i64 = 2;

/// A folder that is served and watched, its bot, and an owner in private.
struct Desk {
    dir: tempfile::TempDir,
    world: World,
    watching: JoinHandle<()>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

fn entry(question: &str, answer: &str, more: &str) -> String {
    format!(
        "+++\nquestion = \"{question}\"\nsources = [\"board\"]\nreviewed = 2026-11-01\nreview_days = 9000\n{more}+++\n{answer}\n"
    )
}

/// A small folder of twelve entries.
fn fill(dir: &Path) {
    fs::create_dir_all(dir.join("exams")).unwrap();
    let write = |path: &str, text: &str| fs::write(dir.join(path), text).unwrap();
    write("sources.toml", "[[source]]\nid = \"board\"\ntitle = \"Handbook\"\nas_of = \"2026\"\n");
    write("exams/retake.md", &entry("Can I retake the exam?", "Yes, once.", "tests = [\"may i retake my exam\"]\n"));
    write("exams/length.md", &entry("How long is the exam?", "Four hours.", ""));
    for (name, question) in [
        ("parking", "Where can I park my car?"),
        ("library", "When does the library open?"),
        ("cafeteria", "What does the cafeteria cook?"),
        ("refund", "Do I get a refund?"),
        ("laptop", "Which laptop do I need?"),
        ("uniform", "Is there a uniform?"),
        ("dentist", "Does the school have a dentist?"),
        ("holiday", "When are the winter holidays?"),
        ("teacher", "Who teaches anatomy?"),
        ("transcript", "How do I order a transcript?"),
    ] {
        write(&format!("{name}.md"), &entry(question, &format!("About {name}."), ""));
    }
}

fn watch(world: &World) -> JoinHandle<()> {
    let app = Arc::clone(&world.app);
    tokio::spawn(async move { app.watch_folder().await })
}

impl Desk {
    async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let faq = dir.path().join("faq");
        fill(&faq);
        let world = World::start_with(|setup| {
            setup.faq = Some(faq);
            setup.people = People { owners: vec![OWNER], editors: vec![EDITOR] };
        })
        .await;
        let watching = watch(&world);
        Self { dir, world, watching }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join("faq").join(path)
    }

    fn save(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    fn owner(&self) -> Student {
        self.world.fake.student(OWNER)
    }

    /// Waits until an answer to the question has these words.
    async fn until_answered(&self, question: &str, words: &str) {
        let app = Arc::clone(&self.world.app);
        let served = || {
            let engine = app.engine();
            let verdict = engine.answer(question, telefaq::engine::Audience::Private);
            let top = verdict.hits.first().and_then(|hit| engine.entry(hit.entry)).map(|entry| entry.text.clone());
            top.filter(|text| text.contains(words))
        };
        self.world.fake.until("the new answer is served", |_| served()).await;
    }

    fn entries(&self) -> usize {
        self.world.app.engine().corpus().entries.len()
    }
}

#[tokio::test]
async fn a_saved_file_is_served_and_a_broken_one_is_not_and_the_admins_are_told_once() {
    let desk = Desk::open().await;
    let (owner, editor) = (desk.owner(), desk.world.fake.student(EDITOR));
    desk.save("exams/length.md", &entry("How long is the exam?", "Five hours now.", ""));
    desk.until_answered("how long is the exam", "Five hours").await;
    // Saved with a quote too few.
    desk.save("exams/length.md", "+++\nquestion = \"How long is the exam?\nsources = [\"board\"]\n+++\nSix hours.\n");
    let told = owner.expect_answer("The changed FAQ is not served").await;
    assert!(told.text.contains("exams/length.md, line 2"), "{}", told.text);
    assert!(told.text.contains("→"), "what to do: {}", told.text);
    editor.expect_answer("not served").await;
    let student = desk.world.student();
    student.says("how long is the exam?");
    student.expect_answer("Five hours now").await;
    // Another mistake elsewhere is told, the same again is not.
    desk.save("exams/length.md", "+++\nquestion = \"How long is the exam?\nsources = [\"board\"]\n+++\n\nSix hours.\n");
    desk.save("parking.md", "no header");
    let told = owner.expect_answer("not served").await;
    assert!(told.text.contains("parking.md") && told.text.contains("exams/length.md"), "{}", told.text);
    desk.save("exams/length.md", &entry("How long is the exam?", "Six hours.", ""));
    desk.save("parking.md", &entry("Where can I park my car?", "Behind the school.", ""));
    owner.expect_answer("in order again").await;
    desk.until_answered("where do i park", "Behind").await;
    assert_eq!(owner.sent().len(), 3);
}

#[tokio::test]
async fn a_change_that_makes_a_test_fail_is_not_served() {
    let desk = Desk::open().await;
    let owner = desk.owner();
    let worse = entry("May I retake my exams?", "No.", "phrasings = [\"may i retake my exam\"]\n");
    desk.save("wrong.md", &worse);
    let told = owner.expect_answer("not served").await;
    assert!(told.text.contains("exams/retake.md") && told.text.contains("FAQ601"), "{}", told.text);
    let student = desk.world.student();
    student.says("may i retake my exam");
    student.expect_answer("Yes, once").await;
    fs::remove_file(desk.path("wrong.md")).unwrap();
    owner.expect_answer("in order again").await;
}

#[tokio::test]
async fn a_folder_that_is_deleted_costs_nobody_an_answer() {
    let desk = Desk::open().await;
    let owner = desk.owner();
    fs::rename(desk.path(""), desk.dir.path().join("elsewhere")).unwrap();
    let told = owner.expect_answer("not served").await;
    assert!(told.text.contains("there is no FAQ folder"), "{}", told.text);
    let student = desk.world.student();
    student.says("which laptop do i need?");
    student.expect_answer("About laptop").await;
    // Most of it comes back.
    fs::create_dir(desk.path("")).unwrap();
    for file in ["refund.md", "laptop.md", "sources.toml"] {
        fs::rename(desk.dir.path().join("elsewhere").join(file), desk.path(file)).unwrap();
    }
    let told = owner.expect_answer("10 entries would be gone").await;
    assert!(told.text.contains("/reload anyway"), "{}", told.text);
    assert_eq!(desk.entries(), 12);
    desk.world.fake.student(EDITOR).says("/reload anyway");
    let editor = desk.world.fake.student(EDITOR);
    editor.expect_answer("not served").await;
    assert_eq!(desk.entries(), 12, "that is for owners");
    owner.says("/reload anyway");
    owner.expect_answer("I serve the FAQ as it is now: 2 entries").await;
    assert_eq!(desk.entries(), 2);
}

#[tokio::test]
async fn two_hundred_files_at_once_are_one_change() {
    let desk = Desk::open().await;
    for number in 0..200 {
        let text = entry(&format!("Who lives in room {number}?"), &format!("Guest {number}."), "");
        // As editors and file managers do: aside first, then in place.
        fs::write(desk.path(&format!(".room-{number}.tmp")), &text).unwrap();
        fs::rename(desk.path(&format!(".room-{number}.tmp")), desk.path(&format!("room-{number}.md"))).unwrap();
    }
    let app = Arc::clone(&desk.world.app);
    desk.world.fake.until("all are served", |_| (app.engine().corpus().entries.len() == 212).then_some(())).await;
    let owner = desk.owner();
    for number in 0..200 {
        fs::remove_file(desk.path(&format!("room-{number}.md"))).unwrap();
    }
    owner.expect_answer("200 entries would be gone").await;
    assert_eq!(desk.entries(), 212);
}

#[tokio::test]
async fn reload_says_what_has_changed_and_is_for_editors_only() {
    let desk = Desk::open().await;
    desk.watching.abort();
    let (owner, student) = (desk.owner(), desk.world.student());
    desk.save("gym.md", &entry("Is there a gym?", "Yes.", ""));
    desk.save("refund.md", &entry("Do I get a refund?", "No more.", ""));
    fs::remove_file(desk.path("dentist.md")).unwrap();
    student.says("/reload");
    let told = student.expect_answer("I don't know that command").await;
    assert!(!told.text.contains("/reload") && !told.text.contains("/gaps"), "{}", told.text);
    owner.says("/reload");
    let told = owner.expect_answer("12 entries").await;
    assert!(told.text.contains("New: gym\nChanged: refund\nGone: dentist"), "{}", told.text);
    student.says("is there a gym");
    student.expect_answer("Yes.").await;
}

#[tokio::test]
async fn what_one_admin_is_told_by_reload_the_others_are_told_too() {
    let mut desk = Desk::open().await;
    desk.watching.abort();
    let (owner, editor) = (desk.owner(), desk.world.fake.student(EDITOR));
    desk.save("parking.md", "no header");
    owner.says("/reload");
    owner.expect_answer("The changed FAQ is not served").await;
    // It looks for the first time when that has been judged.
    desk.watching = watch(&desk.world);
    editor.expect_answer("The changed FAQ is not served").await;
    desk.save("parking.md", &entry("Where can I park my car?", "Behind the school.", ""));
    owner.says("/reload");
    editor.expect_answer("in order again").await;
}

#[tokio::test]
async fn what_the_bot_writes_itself_may_put_the_folder_in_order() {
    let desk = Desk::open().await;
    let owner = desk.owner();
    let broken = "no header".to_owned();
    desk.save("parking.md", &broken);
    owner.expect_answer("The changed FAQ is not served").await;
    let text = entry("Where can I park my car?", "Behind the school.", "");
    let edit = Edit { path: "parking.md".to_owned(), before: Some(broken), text: Some(text) };
    assert_eq!(desk.world.app.edit_folder(vec![edit]).await, Edited::Served);
    owner.expect_answer("in order again").await;
}

#[tokio::test]
async fn a_start_with_other_errors_is_news() {
    let dir = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    fill(dir.path());
    let broken = |path: &str| fs::write(dir.path().join(path), "no header").unwrap();
    for path in ["parking.md", "refund.md"] {
        broken(path);
        let (faq, store) = (dir.path().to_owned(), Arc::clone(&store));
        let mut world = World::start_with(|setup| {
            setup.faq = Some(faq);
            setup.store = store;
            setup.people = People { owners: vec![OWNER], editors: Vec::new() };
        })
        .await;
        let watching = watch(&world);
        world.fake.student(OWNER).expect_answer("the FAQ has 1 error").await;
        watching.abort();
        world.stop().await.unwrap();
        fill(dir.path());
    }
}

#[tokio::test]
async fn what_a_start_has_left_out_is_told() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path());
    fs::write(dir.path().join("parking.md"), "no header").unwrap();
    let world = World::start_with(|setup| {
        setup.faq = Some(dir.path().to_owned());
        setup.people = People { owners: vec![OWNER], editors: Vec::new() };
    })
    .await;
    let watching = watch(&world);
    let owner = world.fake.student(OWNER);
    owner.expect_answer("the FAQ has 1 error").await;
    // What was wrong before keeps nobody from changing something else.
    fs::write(dir.path().join("refund.md"), entry("Do I get a refund?", "No more.", "")).unwrap();
    let app = Arc::clone(&world.app);
    world
        .fake
        .until("the change is served", |_| {
            app.engine().corpus().entry("refund").filter(|entry| entry.text.contains("No more")).map(drop)
        })
        .await;
    watching.abort();
}
