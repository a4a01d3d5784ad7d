//! `telefaq run`: the bot, until it is told to stop.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tracing_subscriber::EnvFilter;

use super::{Context, Exit, Failure, load};
use crate::app::{App, Engines, HashKey, Keeper, clock, load_or_create_key, redact};
use crate::config::{Config, Listen, Mode, StoreUrl};
use crate::store::{self, Store};
use crate::telegram::{self, TelegramSettings, Updates, WebhookSettings};
use crate::web;

const NO_TOKEN: &str = "Telegram is not connected: get a token from @BotFather and set TELOXIDE_TOKEN, or token below \
                        [telegram] in config.toml.";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Args)]
pub struct RunArgs {}

impl RunArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        start_logs(context)?;
        log_panics();
        let config = load::config(context)?.config;
        if config.telegram.token.is_none() {
            if config.telegram.required {
                let help = "get a token from @BotFather and set TELOXIDE_TOKEN, or set required = false";
                return Err(Failure::new("there is no bot token, and [telegram] required = true", help));
            }
            if config.web.listen.is_none() {
                let help = "set TELOXIDE_TOKEN, or listen = \"127.0.0.1:8080\" below [web] in config.toml";
                return Err(Failure::new("there is nothing to run: no bot token, and the page is off", help));
            }
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let outcome = runtime.block_on(async {
            // From here on a signal ends it well, also while the engine is built.
            let mut signals = Signals::new()?;
            tracing::debug!("loading the FAQ");
            let loading = tokio::task::spawn_blocking(move || Ok::<_, Failure>((load::engines_for(&config)?, config)));
            let ((engines, keeper), config) = tokio::select! {
                loaded = loading => loaded.map_err(|_| Failure::new("loading the FAQ fell over", "start again"))??,
                () = signals.stop() => return Ok(()),
            };
            serve((engines, keeper), config, &mut signals, out).await
        });
        // What does not end by itself must not hold up the exit.
        runtime.shutdown_timeout(Duration::from_secs(1));
        outcome.map(|()| Exit::Fine)
    }
}

fn start_logs(context: &Context) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(context.environment.log_filter())
        .map_err(|why| Failure::new(format!("RUST_LOG cannot be read: {why}"), "write it like RUST_LOG=info"))?;
    let color = context.color(&io::stderr());
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(color);
    logs.try_init().map_err(|why| Failure::new(format!("cannot start the log: {why}"), "start again"))
}

/// Has a panic logged by its place alone: its words may quote what somebody wrote.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a part of the program fell over");
    }));
}

/// Page and Telegram side by side until a signal, or until one of them cannot go on.
async fn serve(
    (engines, keeper): (Engines, Keeper),
    config: Config,
    signals: &mut Signals,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let store = store::open(config.store.url.reveal()).await.map_err(|why| {
        Failure::new(why.to_string(), format!("look at url below [store] in config.toml; it is {}", config.store.url))
    })?;
    let key = key(&config.store.url)?;
    let (route, updates) = match webhook_settings(&config, &key) {
        Some(settings) => {
            let (route, deliveries) = telegram::webhook(settings);
            (route, Updates::Delivered(deliveries))
        }
        None => (axum::Router::new(), Updates::Polled),
    };
    let settings = load::app_settings(&config, key);
    let app = Arc::new(App::new(engines, Arc::clone(&store), settings).keeping(keeper));
    tokio::task::spawn_blocking(redact::prepare);
    let (stop, stopped) = watch::channel(false);
    // Telegram's calls are answered as long as what they brought is being finished.
    let (calls, calls_ended) = oneshot::channel::<()>();
    let calls = Some(calls).filter(|_| matches!(updates, Updates::Delivered(_)));
    let mut parts = tokio::task::JoinSet::new();

    let mut for_admins = None;
    if let Some(listen) = &config.web.listen {
        let listener = bind(listen).await?;
        let address = listener.local_addr()?;
        say(out, &format!("The bot's page: http://{}", reachable(address)));
        for_admins = Some(format!("For admins: http://{}{}", reachable(address), web::admin_path(&app)));
        let (app, stopped) = (Arc::clone(&app), stopped.clone());
        parts.spawn(async move {
            let stopped = async {
                until(stopped).await;
                // An error means what is waited for: the sender is gone.
                let _ = calls_ended.await;
            };
            web::serve(listener, app, web::Limits::default(), route, stopped)
                .await
                .map_err(|why| Failure::new(format!("the page failed: {why}"), "start again"))
        });
    }
    match telegram_settings(&config) {
        Some(settings) => {
            let (app, stopped) = (Arc::clone(&app), stopped.clone());
            parts.spawn(async move {
                let ended = telegram::run(app, settings, updates, until(stopped)).await;
                drop(calls);
                ended.map_err(|why| {
                    let help = "look at token and api_url below [telegram] in config.toml and at TELOXIDE_TOKEN";
                    Failure::new(why.to_string(), help)
                })
            });
        }
        None => {
            drop(calls);
            say(out, NO_TOKEN);
        }
    }
    let pruning = tokio::spawn(prune_daily(store, config.store.retention_days));
    for_admins.iter().for_each(|line| say(out, line));
    app.note_entries().await;
    let watching = config.faq.watch.then(|| {
        let app = Arc::clone(&app);
        tokio::spawn(async move { app.watch_folder().await })
    });

    let mut outcome = tokio::select! {
        () = signals.stop() => Ok(()),
        Some(ended) = parts.join_next() => outcome_of(ended),
    };
    pruning.abort();
    watching.inspect(tokio::task::JoinHandle::abort);
    // Nobody is left to be told when all parts have ended.
    let _ = stop.send(true);
    tracing::info!("stopping");
    while let Some(ended) = parts.join_next().await {
        outcome = outcome.and(outcome_of(ended));
    }
    outcome
}

/// How a part of the program ended. A panic is not repeated in its own words: they may quote what somebody wrote.
fn outcome_of(ended: Result<Result<(), Failure>, tokio::task::JoinError>) -> Result<(), Failure> {
    ended.unwrap_or_else(|why| {
        let what = if why.is_panic() { "a part of the program fell over" } else { "a part of the program was ended" };
        Err(Failure::new(what.to_owned(), "start again"))
    })
}

/// A line for whoever started the bot. That nobody reads it is no reason to stop.
fn say(out: &mut impl Write, line: &str) {
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that whoever could stop us is gone: stop.
    let _ = stopped.wait_for(|&stop| stop).await;
}

async fn bind(listen: &Listen) -> Result<TcpListener, Failure> {
    let address = (listen.host.as_str(), listen.port);
    // Asked apart, because its errors have no kind of their own.
    if let Err(why) = tokio::net::lookup_host(address).await {
        let what = format!("cannot serve the page at {listen}: there is no address `{}` ({why})", listen.host);
        return Err(Failure::new(what, listen_help(OWN_ADDRESS)));
    }
    TcpListener::bind(address).await.map_err(|why| {
        let (reason, first) = match why.kind() {
            io::ErrorKind::AddrInUse => ("something else listens there".to_owned(), "stop the other one"),
            io::ErrorKind::AddrNotAvailable => ("this machine does not have that address".to_owned(), OWN_ADDRESS),
            io::ErrorKind::PermissionDenied => {
                ("the system does not allow it".to_owned(), "take a port from 1024 on, which everybody may use")
            }
            _ => (why.to_string(), OWN_ADDRESS),
        };
        Failure::new(format!("cannot serve the page at {listen}: {reason}"), listen_help(first))
    })
}

const OWN_ADDRESS: &str = "write 127.0.0.1 for this machine alone, or 0.0.0.0 for everybody who can reach it";

/// What can be done first, then where it is set.
fn listen_help(first: &str) -> String {
    format!(
        "{first}, or set another listen = \"host:port\" below [web] in config.toml (port 0: any that is free; false: no \
         page), or TELEFAQ_WEB__LISTEN"
    )
}

/// An address that a browser on this machine can open.
fn reachable(mut address: std::net::SocketAddr) -> std::net::SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            std::net::SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

/// The key beside the database, so that both are kept and deleted together; a store in memory needs none that stays.
fn key(store: &StoreUrl) -> Result<HashKey, Failure> {
    let Some(path) = store.file().map(|file| file.with_file_name("telefaq.key")) else {
        return Ok(HashKey::random());
    };
    load_or_create_key(&path).map_err(|why| {
        let help = match why.kind() {
            io::ErrorKind::InvalidData => {
                "restore it from a backup, or delete it to start with a new key (earlier votes can then not be changed any \
                 more)"
            }
            _ => "it is a file beside the database: look at the folder and its permissions",
        };
        Failure::new(format!("cannot use the key {}: {why}", path.display()), help)
    })
}

fn telegram_settings(config: &Config) -> Option<TelegramSettings> {
    let telegram = &config.telegram;
    let secs = |n: u32| Duration::from_secs(n.into());
    Some(TelegramSettings {
        token: telegram.token.as_ref()?.reveal().into(),
        api_url: telegram.api_url.as_ref().map(ToString::to_string),
        poll_timeout: secs(telegram.poll_timeout_secs),
        workers: telegram.workers as usize,
        handler_limit: secs(telegram.handler_secs),
        grace: secs(telegram.grace_secs),
        request_timeout: secs(telegram.request_timeout_secs),
        messages_per_second: telegram.messages_per_second.into(),
        chat_messages_per_second: telegram.chat_messages_per_second.into(),
        group_messages_per_minute: telegram.group_messages_per_minute as usize,
        inline_cache_secs: telegram.inline_cache_secs,
        guest_mode: telegram.guest_mode,
        ephemeral: telegram.ephemeral,
    })
}

/// What Telegram is to know to call the bot; `None`: it is not to.
fn webhook_settings(config: &Config, key: &HashKey) -> Option<WebhookSettings> {
    let telegram = &config.telegram;
    let url = telegram.webhook_url.clone().filter(|_| telegram.mode == Mode::Webhook && telegram.token.is_some())?;
    // All who share the key agree on this one.
    let secret = telegram.webhook_secret.as_ref().map(|secret| secret.reveal().to_owned());
    let secret = secret.unwrap_or_else(|| key.derive_word("the secret of the webhook")).into();
    Some(WebhookSettings { url, secret, connections: telegram.webhook_connections })
}

/// Deletes what is older than it may become, now and every day.
async fn prune_daily(store: Arc<dyn Store>, retention_days: u32) {
    let mut days = tokio::time::interval(DAY);
    loop {
        days.tick().await;
        let now = clock::now();
        let before = now - i64::from(retention_days) * DAY.as_secs() as i64;
        match store.prune(before, now).await {
            Ok(()) => tracing::debug!(retention_days, "deleted what is too old"),
            Err(error) => tracing::error!(%error, "cannot delete what is too old"),
        }
    }
}

/// SIGTERM and SIGINT (elsewhere Ctrl-C), from when it is made.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Signals {
    fn new() -> io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            #[cfg(windows)]
            interrupt: tokio::signal::windows::ctrl_c()?,
        })
    }

    /// Resolves when one has come.
    async fn stop(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(windows)]
        self.interrupt.recv().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_reported_without_its_words() {
        let ended = tokio::spawn(async { panic!("what somebody wrote") }).await;
        let failure = format!("{:?}", outcome_of(ended).err());
        assert!(failure.contains("fell over") && !failure.contains("somebody wrote"), "{failure}");
    }

    /// A log that a test can read.
    #[derive(Clone, Default)]
    struct Lines(Arc<std::sync::Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("nobody panics with it").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_logged_by_its_place_and_not_in_its_words() {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let before = std::panic::take_hook();
        log_panics();
        let panicked = tracing::subscriber::with_default(log, || {
            std::panic::catch_unwind(|| {
                assert!(std::hint::black_box("what somebody wrote").is_empty(), "what somebody wrote")
            })
        });
        std::panic::set_hook(before);
        let log = String::from_utf8(lines.0.lock().expect("nobody panics with it").clone()).expect("text");
        assert!(panicked.is_err() && log.contains("run.rs") && !log.contains("somebody"), "{log}");
    }

    #[test]
    fn the_page_s_address_can_be_opened() {
        let shown = |address: &str| reachable(address.parse().expect("an address")).to_string();
        assert_eq!(shown("127.0.0.1:80"), "127.0.0.1:80");
        assert_eq!(shown("0.0.0.0:80"), "127.0.0.1:80");
        assert_eq!(shown("[::]:80"), "[::1]:80");
    }
}
