//! What is sent once a week by itself.

use std::sync::Arc;

use jiff::civil::date;
use telefaq::app::gate::{Candidate, Gate};
use telefaq::app::{
    App, AppSettings, Beside, ChatKey, DigestSettings, Event, HashKey, Inbound, Keeper, MessageId, Outbound, People,
    Said, Scene, Schedule, Step, Surface,
};
use telefaq::engine::{Language, Settings};
use telefaq::store::{MemoryStore, Store};

/// Wednesday, 25 November 2026, noon in UTC.
const WEDNESDAY: i64 = 1_795_608_000;
const DAY: i64 = 24 * 60 * 60;
/// The Monday after it, nine o'clock.
const MONDAY: i64 = WEDNESDAY + 5 * DAY - 3 * 60 * 60;

fn write(dir: &std::path::Path, id: &str, answer: &str) {
    write_with(dir, id, answer, "");
}

fn write_with(dir: &std::path::Path, id: &str, answer: &str, more: &str) {
    let question = format!("What about the {id}?");
    let text = format!("+++\nquestion = \"{question}\"\nreviewed = 2026-11-01\n{more}+++\n{answer}\n");
    std::fs::write(dir.join(format!("{id}.md")), text).unwrap();
}

fn app(dir: &std::path::Path, at: &str, chat: Option<i64>, news_to: Vec<(i64, Option<i32>)>) -> App {
    let gate = Gate {
        dir: dir.to_owned(),
        review_days: 365,
        language: Language::English,
        engine: Settings::default(),
        encoding: None,
    };
    let stamp = telefaq::app::folder::stamp(dir);
    let Candidate { engines, faults, .. } = gate.look(&[], date(2026, 11, 25));
    let schedule = Schedule::parse(at, "UTC").unwrap();
    let settings = AppSettings {
        people: People { owners: vec![1, 2], editors: vec![2, 3] },
        digest: Some(DigestSettings { schedule, chat, news_to }),
        ..AppSettings::with_key(HashKey::new([4; 32]))
    };
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    App::new(engines.unwrap(), store, settings).keeping(Keeper::new(gate, stamp, faults, WEDNESDAY))
}

/// What is said by then, and where.
async fn due(app: &App, now: i64) -> Vec<(i64, Option<i32>, String)> {
    due_since(app, WEDNESDAY, now).await
}

/// The same of a bot that runs since then.
async fn due_since(app: &App, since: i64, now: i64) -> Vec<(i64, Option<i32>, String)> {
    app.plan_digest("FaqBot", since, now).await.unwrap();
    let mut said = Vec::new();
    for due in app.due(date(2026, 11, 30), now, 50, |_| false).await.unwrap() {
        for step in &due.outbound.steps {
            let Step::Send { reply, .. } = step else { panic!("{step:?}") };
            said.push((due.chat.id, due.topic, reply.html.clone()));
        }
        app.remember(due.outbound.memo, now).await;
    }
    said.sort();
    said
}

async fn asks(app: &App, text: &str, now: i64) {
    let event = Event::Message {
        said: Said::from_text(text, None),
        id: MessageId(1),
        edited: false,
        replied: None,
        beside: Beside::default(),
    };
    let chat = ChatKey { surface: Surface::Telegram, id: 77 };
    let inbound = Inbound { chat, topic: None, scene: Scene::Private, bot_name: None, name: None, at: None, event };
    let Outbound { memo, .. } = app.handle(&inbound, date(2026, 11, 25), now).await.unwrap();
    app.remember(memo, now).await;
}

#[tokio::test]
async fn every_monday_those_who_keep_the_faq_are_told_how_the_week_was_once() {
    let dir = tempfile::tempdir().unwrap();
    ["library", "exam", "fee"].iter().for_each(|id| write(dir.path(), id, "This."));
    let app = app(dir.path(), "0 9 * * 1", None, Vec::new());
    asks(&app, "what about the library?", WEDNESDAY).await;
    asks(&app, "where do swallows nest", WEDNESDAY + DAY).await;
    asks(&app, "do swallows nest here", WEDNESDAY + 2 * DAY).await;
    assert!(due(&app, MONDAY - 1).await.is_empty());
    let told = due(&app, MONDAY + 20).await;
    assert_eq!(told.iter().map(|(chat, ..)| *chat).collect::<Vec<_>>(), [1, 2, 3], "each once");
    let (_, topic, html) = &told[0];
    assert_eq!(*topic, None);
    for words in ["The week", "Asked 3: answered 1 (33 %)", "Not answered</b> (1 gap)", "2× do swallows nest here"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(due(&app, MONDAY + 21).await.is_empty());
    assert!(due(&app, MONDAY + 6 * DAY).await.is_empty());
    assert_eq!(due(&app, MONDAY + 7 * DAY).await.len(), 3);
    // The bot was off for too long.
    assert!(due(&app, MONDAY + 15 * DAY + 1).await.is_empty());
}

#[tokio::test]
async fn who_owns_an_entry_is_told_when_it_is_due() {
    let dir = tempfile::tempdir().unwrap();
    write_with(dir.path(), "library", "This.", "owner = \"9\"\nreview_days = 3\n");
    write_with(dir.path(), "exam", "This.", "owner = \"9\"\n");
    write_with(dir.path(), "fee", "This.", "owner = \"8\"\n");
    write_with(dir.path(), "hall", "This.", "owner = \"Mr Ortiz\"\nreview_days = 3\n");
    let app = app(dir.path(), "0 9 * * 1", Some(-500), Vec::new());
    let told = due(&app, MONDAY).await;
    assert_eq!(told.iter().map(|(chat, ..)| *chat).collect::<Vec<_>>(), [-500, 9]);
    assert!(told[1].2.contains("1 entry to check") && told[1].2.contains("library"), "{}", told[1].2);
}

#[tokio::test]
async fn chats_are_told_what_is_new_and_changed_and_nothing_where_nothing_is() {
    let dir = tempfile::tempdir().unwrap();
    ["library", "exam", "fee"].iter().for_each(|id| write(dir.path(), id, "This."));
    let app = app(dir.path(), "0 9 * * *", Some(-500), vec![(-100, Some(4)), (-200, None)]);
    // The folder is taken over at the time it is.
    let now = jiff::Timestamp::now().as_second();
    let since = now - 4 * DAY;
    app.note_entries().await;
    let told = due_since(&app, since, now - 2 * DAY).await;
    assert_eq!(told.iter().map(|(chat, ..)| *chat).collect::<Vec<_>>(), [-500], "no news, no words");
    write(dir.path(), "parking", "Behind the house.");
    write(dir.path(), "fee", "More.");
    app.reload(false).await;
    let told = due_since(&app, since, now + DAY).await;
    assert_eq!(
        told.iter().map(|(chat, topic, _)| (*chat, *topic)).collect::<Vec<_>>(),
        [(-500, None), (-200, None), (-100, Some(4)),]
    );
    let news = &told[1].2;
    assert_eq!(
        news,
        "<b>New answers</b>\n• <a href=\"https://t.me/FaqBot?start=e_parking\">What about the parking?</a>\n\n\
         <b>Changed answers</b>\n• <a href=\"https://t.me/FaqBot?start=e_fee\">What about the fee?</a>"
    );
    assert_eq!(due_since(&app, since, now + 2 * DAY).await.len(), 1, "told once");
}
