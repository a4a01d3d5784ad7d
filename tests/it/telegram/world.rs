//! A bot in this process, its fake Telegram, and a corpus to ask it about.
//!
//! Updates come in by polling, or by a webhook: [`both_modes`] makes two tests of a conversation.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use telefaq::app::gate::{Candidate, Gate};
use telefaq::app::{
    App, AppSettings, ChatKey, DigestSettings, Engines, GroupSettings, HashKey, Keeper, People, PersonSettings,
    PostSettings, Surface,
};
use telefaq::diagnostic::{Span, Spanned};
use telefaq::engine::corpus::{Corpus, Entry, Source, Topic};
use telefaq::engine::{Engine, Language, Settings};
use telefaq::store::{MemoryStore, Store, Waiting};
use telefaq::telegram::{TelegramError, TelegramSettings, Updates, WebhookSettings, run, webhook};
use telefaq::web;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fake_telegram::{FakeTelegram, PATIENCE, Student, TOKEN};

/// The host of the webhook.
pub const HOST: &str = "bot.example.org";

/// How updates come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Polling,
    Webhook,
}

tokio::task_local! {
    /// The way of the test that is running; without one it is polling.
    static WAY: Way;
}

/// Runs a test in which updates come in this way, unless it says otherwise.
pub async fn with_updates_by(way: Way, test: impl Future<Output = ()>) {
    WAY.scope(way, test).await;
}

/// Makes two tests of each of these functions: `polling` and `webhook`, in a module of its name.
macro_rules! both_modes {
    ($($test:ident),+ $(,)?) => {
        $(mod $test {
            use $crate::telegram::world::{Way, with_updates_by};

            #[tokio::test]
            async fn polling() {
                with_updates_by(Way::Polling, super::$test()).await;
            }

            #[tokio::test]
            async fn webhook() {
                with_updates_by(Way::Webhook, super::$test()).await;
            }
        })+
    };
}
pub(crate) use both_modes;

/// What a test may want different.
pub struct Setup {
    pub way: Way,
    pub webhook: WebhookSettings,
    pub telegram: TelegramSettings,
    pub engine: Settings,
    pub corpus: Corpus,
    pub store: Arc<dyn Store>,
    pub groups: GroupSettings,
    pub posts: Option<PostSettings>,
    pub person: Option<PersonSettings>,
    pub people: People,
    pub digest: Option<DigestSettings>,
    /// A folder that is served in place of the corpus.
    pub faq: Option<PathBuf>,
    /// What is answered in cohorts.
    pub cohorts: BTreeMap<String, Corpus>,
}

pub struct World {
    pub fake: Arc<FakeTelegram>,
    pub store: Arc<dyn Store>,
    pub app: Arc<App>,
    settings: TelegramSettings,
    way: Way,
    webhook: WebhookSettings,
    bot: Option<Bot>,
}

pub struct Bot {
    shutdown: oneshot::Sender<()>,
    running: JoinHandle<Result<(), TelegramError>>,
    /// Where its webhook is served.
    address: Option<SocketAddr>,
}

impl Bot {
    /// Tells it to stop and waits until it has.
    pub async fn stop(self) -> Result<(), TelegramError> {
        let _ = self.shutdown.send(());
        ended(self.running).await
    }
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
            way: WAY.try_get().unwrap_or(Way::Polling),
            webhook: WebhookSettings {
                url: format!("https://{HOST}/telegram/hook").parse().unwrap(),
                secret: "World-secret_1".into(),
                connections: 40,
            },
            telegram: TelegramSettings {
                token: TOKEN.into(),
                api_url: Some(fake.url()),
                poll_timeout: Duration::from_secs(5),
                request_timeout: Duration::from_secs(2),
                messages_per_second: 0.0,
                chat_messages_per_second: 0.0,
                group_messages_per_minute: 0,
                inline_cache_secs: 30,
                guest_mode: false,
                ephemeral: false,
                grace: Duration::from_secs(3),
                workers: 64,
                handler_limit: Duration::from_secs(10),
            },
            engine: Settings::default(),
            corpus: corpus(),
            store: Arc::new(MemoryStore::new()),
            groups: GroupSettings { grace_secs: 0, ..GroupSettings::default() },
            cohorts: BTreeMap::new(),
            posts: None,
            person: None,
            people: People::default(),
            digest: None,
            faq: None,
        };
        change(&mut setup);
        let (engines, keeper) = match &setup.faq {
            Some(dir) => {
                let gate = Gate {
                    dir: dir.clone(),
                    review_days: 365,
                    language: Language::English,
                    engine: setup.engine,
                    encoding: None,
                };
                let stamp = telefaq::app::folder::stamp(dir);
                let Candidate { engines, faults, .. } = gate.look(&[], jiff::civil::date(2026, 11, 26));
                (engines.expect("entries"), Some(Keeper::new(gate, stamp, faults, 0)))
            }
            None => {
                let build = |corpus| Arc::new(Engine::build(corpus, setup.engine));
                let cohorts = setup.cohorts.into_iter().map(|(name, corpus)| (name, build(corpus)));
                (Engines::new(build(setup.corpus), cohorts.collect()), None)
            }
        };
        let settings = AppSettings {
            bot_name: "Nobody's name for it".into(),
            contact: Some("mentors@example.org".into()),
            review_days: 365,
            retention_days: 90,
            groups: setup.groups,
            posts: setup.posts,
            person: setup.person,
            people: setup.people,
            digest: setup.digest,
            ..AppSettings::with_key(HashKey::new([5; 32]))
        };
        let app = App::new(engines, Arc::clone(&setup.store), settings);
        let app = Arc::new(match keeper {
            Some(keeper) => app.keeping(keeper),
            None => app,
        });
        let Setup { way, webhook, telegram: settings, store, .. } = setup;
        Self { fake, store, app, settings, way, webhook, bot: None }
    }

    pub fn wake(&mut self) {
        let bot = self.another();
        self.fake.resolve(HOST, bot.address.as_slice());
        self.bot = Some(bot);
    }

    /// Another bot of the same token, app and store, beside the first or in its place. Telegram is not led to it yet.
    pub fn another(&self) -> Bot {
        let (shutdown, signal) = oneshot::channel::<()>();
        let signal = async { drop(signal.await) };
        let (app, settings) = (Arc::clone(&self.app), self.settings.clone());
        if self.way == Way::Polling {
            return Bot { shutdown, running: tokio::spawn(run(app, settings, Updates::Polled, signal)), address: None };
        }
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (route, deliveries) = webhook(self.webhook.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let listener = TcpListener::from_std(listener).unwrap();
        let stopped = async { drop(stopped.await) };
        let page = web::serve(listener, Arc::clone(&app), web::Limits::default(), route, stopped);
        let page = tokio::spawn(page);
        let running = tokio::spawn(async move {
            let ended = run(app, settings, Updates::Delivered(deliveries), signal).await;
            drop(stop);
            page.await.unwrap().unwrap();
            ended
        });
        Bot { shutdown, running, address: Some(address) }
    }

    /// Has Telegram's calls go to the bot and to this other one, in turn.
    pub fn share_with(&self, other: &Bot) {
        let addresses: Vec<SocketAddr> = self.bot.iter().chain([other]).filter_map(|bot| bot.address).collect();
        self.fake.resolve(HOST, &addresses);
    }

    /// Has another bot take the place of this one, which goes on unseen.
    pub fn replace_with(&mut self, other: Bot) {
        self.fake.resolve(HOST, other.address.as_slice());
        self.bot = Some(other);
    }

    /// The next start polls.
    pub fn poll_from_now_on(&mut self) {
        self.way = Way::Polling;
    }

    /// Where the bot's webhook is served.
    pub fn address(&self) -> SocketAddr {
        self.bot.as_ref().and_then(|bot| bot.address).expect("a running bot with a webhook")
    }

    /// What is to happen later in this chat and its topics.
    pub async fn waiting(&self, chat: i64) -> Vec<Waiting> {
        let chat = ChatKey { surface: Surface::Telegram, id: chat };
        let mut waiting = Vec::new();
        for topic in [None, Some(4), Some(9)] {
            let place = self.app.settings().key.hash_topic(chat, topic);
            waiting.extend(self.store.waiting_in(place).await.unwrap());
        }
        waiting
    }

    pub fn student(&self) -> Student {
        self.fake.student(7)
    }

    /// Stops the bot, and starts it as another process would: nothing is left but the store and the key.
    pub async fn restart(&mut self) {
        self.restart_after(|_| {}).await;
    }

    /// The same, when something has changed at Telegram meanwhile.
    pub async fn restart_after(&mut self, change: impl FnOnce(&FakeTelegram)) {
        self.stop().await.unwrap();
        change(&self.fake);
        let engines = self.app.engines();
        self.app = Arc::new(App::new((*engines).clone(), Arc::clone(&self.store), self.app.settings().clone()));
        self.wake();
    }

    /// Tells the bot to stop and waits until it has.
    pub async fn stop(&mut self) -> Result<(), TelegramError> {
        self.bot.take().expect("a running bot").stop().await
    }

    /// Waits until the bot stops by itself.
    pub async fn end(&mut self) -> Result<(), TelegramError> {
        let Bot { shutdown: _kept, running, .. } = self.bot.take().expect("a running bot");
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
