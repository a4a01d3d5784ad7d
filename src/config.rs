//! How the program is set up: a TOML file and the environment in, a [`Config`] out.
//!
//! Owns every option (one row each in [`options::OPTIONS`]) and everything that can be wrong with them ([`RULES`]), and is the only module that reads the environment. Text
//! becomes [`RawConfig`], what was written, with the place of every value; [`RawConfig::validate`] makes of it a
//! [`Config`], whose fields cannot be wrong. Both report all problems at once. Never opens the FAQ folder, the store or
//! a socket: whether they are there is for their owners to say.
//!
//! Relative paths ([`Faq::dir`], [`Matching::encoder`], the file of an SQLite store) are relative to the current directory.

mod environment;
pub mod options;
mod raw;
mod rules;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use environment::Environment;
pub use raw::{RawConfig, parse};
pub use rules::RULES;
pub use values::{Listen, Mode, Secret, StoreUrl};

use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::engine::reply::Mode as GroupMode;
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
    /// `[groups]`
    pub groups: Groups,
    /// `[channels]`
    pub channels: Channels,
    /// `[mentors]`
    pub mentors: Mentors,
    /// `[digest]`
    pub digest: Digest,
    /// `[matching]`
    pub matching: Matching,
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
    /// User ids of the owners.
    pub admins: Vec<i64>,
    /// User ids of the editors.
    pub editors: Vec<i64>,
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
    /// How many messages are sent in a minute to one group; 0: no limit.
    pub group_messages_per_minute: u32,
    /// How long one update may take.
    pub handler_secs: u32,
    /// How long Telegram may show the same inline results.
    pub inline_cache_secs: u32,
    /// Whether mentions in chats that the bot is not in are answered.
    pub guest_mode: bool,
    /// Whether what concerns one member of a group is shown to nobody else.
    pub ephemeral: bool,
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
            editors: Vec::new(),
            mentors_chat: None,
            poll_timeout_secs: 25,
            workers: 64,
            grace_secs: 10,
            request_timeout_secs: 15,
            messages_per_second: 30,
            chat_messages_per_second: 1,
            group_messages_per_minute: 20,
            handler_secs: 30,
            inline_cache_secs: 30,
            guest_mode: false,
            ephemeral: false,
        }
    }
}

/// `[answering]`: when to answer, and what a student is told who needs a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Answering {
    /// Percentages of confidence.
    pub thresholds: Thresholds,
    /// Up to how old a question in a private chat is answered.
    pub latest_hours: u32,
    /// How to reach a person, in words; `None`: the bot says that nobody is on duty.
    pub contact: Option<String>,
}

impl Default for Answering {
    fn default() -> Self {
        Self { thresholds: Thresholds::default(), latest_hours: 24, contact: None }
    }
}

/// `[groups]`: what holds in groups whose admins have not set it otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// When the bot speaks.
    pub mode: GroupMode,
    /// For how long an answer is pointed to instead of being given again.
    pub cooldown_minutes: u32,
    /// How long a person may answer first.
    pub grace_secs: u32,
    /// How many answers somebody gets in an hour.
    pub person_answers_per_hour: u32,
    /// How many answers a group gets in an hour.
    pub chat_answers_per_hour: u32,
    /// Up to how old a question is answered.
    pub latest_minutes: u32,
    /// Whether new members are greeted.
    pub greet: bool,
    /// How long a trial lasts.
    pub trial_days: u32,
    /// Whether somebody is warned who writes a patient's data.
    pub warn_patient_data: bool,
    /// Cohorts by the ids of chats.
    pub cohorts: BTreeMap<i64, String>,
}

impl Default for Groups {
    fn default() -> Self {
        Self {
            mode: GroupMode::Addressed,
            cooldown_minutes: 60,
            grace_secs: 60,
            person_answers_per_hour: 10,
            chat_answers_per_hour: 60,
            latest_minutes: 60,
            greet: false,
            trial_days: 7,
            warn_patient_data: true,
            cohorts: BTreeMap::new(),
        }
    }
}

/// `[channels]`: what is posted by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Channels {
    /// Ids of the channels.
    pub post_to: Vec<i64>,
    /// When, as a cron pattern; `None`: never.
    pub post_at: Option<String>,
    /// The time zone of that.
    pub time_zone: String,
    /// Only entries of these topics; empty: of all.
    pub topics: Vec<String>,
}

impl Default for Channels {
    fn default() -> Self {
        Self { post_to: Vec::new(), post_at: None, time_zone: "UTC".into(), topics: Vec::new() }
    }
}

/// `[mentors]`: who answers those who ask for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Mentors {
    /// When they are on duty, in lines of days and hours; none: always.
    pub hours: Vec<String>,
    /// The time zone of that.
    pub time_zone: String,
    /// Within how many hours they usually answer; 0: nothing is said about it.
    pub answer_within_hours: u32,
    /// After how many hours without an answer they are reminded; 0: never.
    pub remind_hours: u32,
    /// Whether students are told the first name of whoever answers.
    pub mentor_names: bool,
}

impl Default for Mentors {
    fn default() -> Self {
        Self {
            hours: Vec::new(),
            time_zone: "UTC".into(),
            answer_within_hours: 0,
            remind_hours: 24,
            mentor_names: false,
        }
    }
}

/// `[digest]`: what is sent once a week by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// When, as a cron pattern; `None`: never.
    pub at: Option<String>,
    /// The time zone of that.
    pub time_zone: String,
    /// The chat of the admins; `None`: each gets it in private.
    pub chat: Option<i64>,
    /// Chats, each perhaps with a topic, that are told of new and changed answers.
    pub news_to: Vec<(i64, Option<i32>)>,
}

impl Default for Digest {
    fn default() -> Self {
        Self { at: Some("0 9 * * 1".into()), time_zone: "UTC".into(), chat: None, news_to: Vec::new() }
    }
}

/// `[matching]`: how questions are understood.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matching {
    /// The folder of a sentence encoder; `None`: words alone count.
    pub encoder: Option<PathBuf>,
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
