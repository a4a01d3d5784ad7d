//! How the program is set up: a TOML file and the environment in, a [`Config`] out.
//!
//! Owns every option (one row each in [`options::OPTIONS`]) and everything that can be wrong with them ([`RULES`]), and is the only module that reads the environment. Text
//! becomes [`RawConfig`], what was written, with the place of every value; [`RawConfig::validate`] makes of it a
//! [`Config`], whose fields cannot be wrong. Both report all problems at once. Never opens the FAQ folder, the store or
//! a socket: whether they are there is for their owners to say.
//!
//! Relative paths ([`Faq::dir`], the file of an SQLite store) are relative to the current directory.

mod environment;
pub mod options;
mod raw;
mod rules;
mod values;

use std::path::{Path, PathBuf};

pub use environment::Environment;
pub use raw::{RawConfig, parse};
pub use rules::RULES;
pub use values::{Listen, Mode, Secret, StoreUrl};

use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::engine::{Language, Thresholds};
use crate::slips;

/// The file that is read without `--config`; it need not exist.
pub const DEFAULT_PATH: &str = "config.toml";

/// Everything that can be set. Values are in range and fit together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// `[faq]`
    pub faq: Faq,
    /// `[telegram]`
    pub telegram: Telegram,
    /// `[answering]`
    pub answering: Answering,
    /// `[web]`
    pub web: Web,
    /// `[store]`
    pub store: Store,
}

/// `[faq]`: the folder with the entries.
#[derive(Debug, Clone, PartialEq)]
pub struct Faq {
    /// The folder.
    pub dir: PathBuf,
    /// Whether a changed folder is to be taken over while the bot runs.
    pub watch: bool,
    /// After how many days an answer counts as stale, unless its entry says otherwise.
    pub review_days: u32,
    /// Language of the questions.
    pub language: Language,
}

impl Default for Faq {
    fn default() -> Self {
        Self { dir: "faq".into(), watch: true, review_days: 180, language: Language::English }
    }
}

/// `[telegram]`: the bot's account and how hard it works.
#[derive(Debug, Clone, PartialEq)]
pub struct Telegram {
    /// What @BotFather gave. `None`: the page alone.
    pub token: Option<Secret>,
    /// Another Bot API server; `None`: Telegram's own.
    pub api_url: Option<reqwest::Url>,
    /// Whether `run` refuses to start without a token.
    pub required: bool,
    /// How updates come in.
    pub mode: Mode,
    /// What Telegram calls in [`Mode::Webhook`], in which it is there: https, with a path.
    pub webhook_url: Option<reqwest::Url>,
    /// What it says with every call. `None`: a secret is made of the key beside the store.
    pub webhook_secret: Option<Secret>,
    /// How many calls it may make at a time.
    pub webhook_connections: u32,
    /// User ids of the FAQ admins.
    pub admins: Vec<i64>,
    /// The chat that "Ask a person" goes to.
    pub mentors_chat: Option<i64>,
    /// How long one request for updates may wait at Telegram.
    pub poll_timeout_secs: u32,
    /// How many chats are served at the same time.
    pub workers: u32,
    /// How long a stop waits for what is in hand.
    pub grace_secs: u32,
    /// How long any other request to Telegram may take.
    pub request_timeout_secs: u32,
    /// How many messages are sent in a second over all chats; 0: no limit.
    pub messages_per_second: u32,
    /// How many messages are sent in a second to one chat, after a burst of three; 0: no limit.
    pub chat_messages_per_second: u32,
    /// How long one update may take.
    pub handler_secs: u32,
}

impl Default for Telegram {
    fn default() -> Self {
        Self {
            token: None,
            api_url: None,
            required: false,
            mode: Mode::Polling,
            webhook_url: None,
            webhook_secret: None,
            webhook_connections: 40,
            admins: Vec::new(),
            mentors_chat: None,
            poll_timeout_secs: 25,
            workers: 64,
            grace_secs: 10,
            request_timeout_secs: 15,
            messages_per_second: 30,
            chat_messages_per_second: 1,
            handler_secs: 30,
        }
    }
}

/// `[answering]`: when to answer, and what a student is told who needs a person.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answering {
    /// Percentages of confidence.
    pub thresholds: Thresholds,
    /// How to reach a person, in words; `None`: the bot says that nobody is on duty.
    pub contact: Option<String>,
}

/// `[web]`: the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Web {
    /// Where the page is served; `None`: nowhere.
    pub listen: Option<Listen>,
}

impl Default for Web {
    fn default() -> Self {
        Self { listen: Some(Listen { host: "127.0.0.1".into(), port: 8080 }) }
    }
}

/// `[store]`: the memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    /// Where it is.
    pub url: StoreUrl,
    /// After how many days the question log and the votes are deleted.
    pub retention_days: u32,
}

impl Default for Store {
    fn default() -> Self {
        Self { url: StoreUrl("sqlite://data/telefaq.db".into()), retention_days: 180 }
    }
}

/// A configuration that can be used, with what its author should know.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// Where the values come from that are not defaults, in the order of [`options::OPTIONS`].
    pub origins: Vec<(&'static options::Opt, String)>,
    /// Warnings only.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and validates the file and the environment, which wins. Without `path` the file is [`DEFAULT_PATH`] and may be
/// missing.
///
/// # Errors
///
/// Everything that is wrong, with places; at least one of the findings is an error.
pub fn load(path: Option<&Path>, environment: &Environment) -> Result<Loaded, Vec<Diagnostic>> {
    let shown = path.unwrap_or(Path::new(DEFAULT_PATH));
    let name = shown.to_string_lossy().replace('\\', "/");
    let unreadable = |why: String, help: &str| vec![rules::UNREADABLE.finding(why).with_help(help)];
    let file = match std::fs::read(shown) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) if !slips::is_utf16(text.as_bytes()) => Some(SourceFile { path: name, text }),
            _ => return Err(unreadable(format!("{name} is not UTF-8 text"), "save it as UTF-8")),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && path.is_none() => None,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let help = "check the path given with --config, or leave it out to use the defaults";
            return Err(unreadable(format!("there is no configuration file {name}"), help));
        }
        Err(error) => {
            return Err(unreadable(format!("cannot read {name}: {error}"), "check the path and its permissions"));
        }
    };
    let (raw, mut diagnostics) = parse(file.as_ref(), environment);
    let (config, more) = raw.validate();
    diagnostics.extend(more);
    diagnostics.sort_by(|a, b| a.place.cmp(&b.place));
    if diagnostics.iter().any(|d| d.severity == Severity::Error) {
        return Err(diagnostics);
    }
    Ok(Loaded { config, origins: raw.origins(), diagnostics })
}
