//! A bot in this process, its fake Telegram, and a corpus to ask it about.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use telefaq::app::{App, AppSettings, HashKey};
use telefaq::diagnostic::{Span, Spanned};
use telefaq::engine::corpus::{Corpus, Entry, Source, Topic};
use telefaq::engine::{Engine, Settings};
use telefaq::store::{MemoryStore, Store};
use telefaq::telegram::{TelegramError, TelegramSettings, Updates, run};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fake_telegram::{FakeTelegram, PATIENCE, Student, TOKEN};

/// What a test may want different.
pub struct Setup {
    pub telegram: TelegramSettings,
    pub engine: Settings,
    pub corpus: Corpus,
    pub store: Arc<dyn Store>,
}

pub struct World {
    pub fake: Arc<FakeTelegram>,
    pub store: Arc<dyn Store>,
    pub app: Arc<App>,
    settings: TelegramSettings,
    bot: Option<Bot>,
}

struct Bot {
    shutdown: oneshot::Sender<()>,
    running: JoinHandle<Result<(), TelegramError>>,
}

impl World {
    /// A bot that is on its way up.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Setup)) -> Self {
        let mut world = Self::asleep(change).await;
        world.wake();
        world
    }

    /// A bot that is not running yet.
    pub async fn asleep(change: impl FnOnce(&mut Setup)) -> Self {
        let fake = FakeTelegram::start().await;
        let mut setup = Setup {
            telegram: TelegramSettings {
                token: TOKEN.into(),
                api_url: Some(fake.url()),
                poll_timeout: Duration::from_secs(5),
                request_timeout: Duration::from_secs(2),
                messages_per_second: 0.0,
                chat_messages_per_second: 0.0,
                grace: Duration::from_secs(3),
                workers: 64,
                handler_limit: Duration::from_secs(10),
            },
            engine: Settings::default(),
            corpus: corpus(),
            store: Arc::new(MemoryStore::new()),
        };
        change(&mut setup);
        let engine = Arc::new(Engine::build(setup.corpus, setup.engine));
        let settings = AppSettings {
            bot_name: "Nobody's name for it".into(),
            contact: Some("mentors@example.org".into()),
            review_days: 365,
            keep_log: true,
            retention_days: 90,
            key: HashKey::new([5; 32]),
        };
        let app = Arc::new(App::new(engine, Arc::clone(&setup.store), settings));
        Self { fake, store: setup.store, app, settings: setup.telegram, bot: None }
    }

    pub fn wake(&mut self) {
        let (shutdown, signal) = oneshot::channel();
        let running = tokio::spawn(run(Arc::clone(&self.app), self.settings.clone(), Updates::Polled, async {
            let _ = signal.await;
        }));
        self.bot = Some(Bot { shutdown, running });
    }

    pub fn student(&self) -> Student {
        self.fake.student(7)
    }

    /// Tells the bot to stop and waits until it has.
    pub async fn stop(&mut self) -> Result<(), TelegramError> {
        let Bot { shutdown, running } = self.bot.take().expect("a running bot");
        let _ = shutdown.send(());
        ended(running).await
    }

    /// Waits until the bot stops by itself.
    pub async fn end(&mut self) -> Result<(), TelegramError> {
        let Bot { shutdown: _kept, running } = self.bot.take().expect("a running bot");
        ended(running).await
    }
}

async fn ended(running: JoinHandle<Result<(), TelegramError>>) -> Result<(), TelegramError> {
    tokio::time::timeout(PATIENCE, running).await.expect("the bot stops").expect("the bot does not panic")
}

pub fn spanned(text: &str) -> Spanned<String> {
    Spanned { value: text.to_owned(), span: Span::default() }
}

/// An entry as the parser would make it.
pub fn entry(id: &str, topic: &str, question: &str, html: &str) -> Entry {
    Entry {
        id: spanned(id),
        topic: Some(spanned(topic)),
        question: spanned(question),
        sources: vec![spanned("board")],
        reviewed: Some(jiff::civil::date(2026, 11, 1)),
        review_days: Some(30_000),
        answer: spanned(html),
        html: html.to_owned(),
        text: html.replace("<b>", "").replace("</b>", ""),
        short_html: html.to_owned(),
        ..Entry::default()
    }
}

/// What the tests ask about.
pub fn corpus() -> Corpus {
    let mut entries = vec![
        entry("cpc-what-is", "certification", "What is the CPC?", "The CPC is a <b>coding</b> certification."),
        entry("ccs-what-is", "certification", "What is the CCS?", "The CCS is for hospital coders."),
        entry("exam-retake", "exams", "Can I retake the exam?", "Yes, once without a new fee."),
    ];
    entries[0].related = vec![spanned("ccs-what-is")];
    for number in 0..20 {
        let id = format!("salary-{number:02}");
        let question = format!("How much does a coder earn in region {number}?");
        entries.push(entry(&id, "salary", &question, &format!("About {number}0000 a year.")));
    }
    entries.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    let topic = |id: &str, title: &str| Topic { id: id.into(), title: title.into(), emoji: None };
    let board = Source {
        id: "board".into(),
        title: "Handbook".into(),
        publisher: Some("The Board".into()),
        url: Some("https://example.org/handbook".into()),
        as_of: Some("2026".into()),
        tier: None,
    };
    Corpus {
        entries,
        topics: vec![topic("certification", "Certification"), topic("exams", "Exams"), topic("salary", "Salary")],
        sources: BTreeMap::from([("board".to_owned(), board)]),
        ..Corpus::default()
    }
}
