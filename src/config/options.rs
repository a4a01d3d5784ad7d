//! The options: one row each. Parsing, `telefaq config`, `config.toml` and the tests derive from [`OPTIONS`].

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::{Config, GroupMode, Listen, Mode, Secret, StoreUrl};
use crate::engine::Language;

/// One option.
pub struct Opt {
    /// Section of the file.
    pub section: &'static str,
    /// Key in the section.
    pub key: &'static str,
    /// What it means, for `config.toml`; lines of at most 100 characters.
    pub about: &'static str,
    /// Whether this version does anything with it.
    pub used: bool,
    /// A value for `config.toml` when the default is that there is none.
    pub example: &'static str,
    /// What may be written, and where it goes.
    pub kind: Kind,
}

/// The field an option sets.
pub type Field<T> = fn(&mut Config) -> &mut T;

/// What may be written for an option, and where it goes.
pub enum Kind {
    /// `true` or `false`.
    Switch(Field<bool>),
    /// A whole number.
    Whole(RangeInclusive<u32>, Field<u32>),
    /// A number, 0-100.
    Percent(Field<f64>),
    /// Any text; empty: none.
    Text(Field<Option<String>>),
    /// One of the words of the first list. Those of the second will be understood by a later version.
    Choice(&'static [Choice], &'static [&'static str]),
    /// A language: its English name, or its ISO 639-1 code.
    Language(Field<Language>),
    /// A path.
    Path(Field<PathBuf>),
    /// A bot token; empty: none.
    Token(Field<Option<Secret>>),
    /// A secret of letters, digits, _ and -; empty: none.
    Secret(Field<Option<Secret>>),
    /// An https address with a path; empty: none.
    Webhook(Field<Option<reqwest::Url>>),
    /// An http or https address; empty: none.
    Url(Field<Option<reqwest::Url>>),
    /// A list of user ids.
    Users(Field<Vec<i64>>),
    /// A chat id.
    Chat(Field<Option<i64>>),
    /// A list of chat ids.
    Chats(Field<Vec<i64>>),
    /// A list of texts.
    Texts(Field<Vec<String>>),
    /// A cron pattern; empty: none.
    Cron(Field<Option<String>>),
    /// The name of a time zone.
    TimeZone(Field<String>),
    /// A table of names with a chat id, or a list of them, each.
    Cohorts(Field<BTreeMap<i64, String>>),
    /// `host:port`; empty or `false`: none.
    Listen(Field<Option<Listen>>),
    /// Address of a store.
    Store(Field<StoreUrl>),
    /// Nothing yet: a later version will understand it.
    Later,
}

/// A word that may be chosen.
pub struct Choice {
    /// The word.
    pub word: &'static str,
    /// Chooses it.
    pub set: fn(&mut Config),
    /// Whether it is chosen.
    pub holds: fn(&Config) -> bool,
}

impl Kind {
    /// What may be written, in words that follow "write".
    pub fn expected(&self) -> String {
        match self {
            Self::Switch(_) => "true or false".into(),
            Self::Whole(range, _) => format!("a whole number from {} to {}", range.start(), range.end()),
            Self::Percent(_) => "a number from 0 to 100".into(),
            Self::Text(_) => "text in quotes".into(),
            Self::Choice(choices, _) => {
                choices.iter().map(|choice| format!("\"{}\"", choice.word)).collect::<Vec<_>>().join(" or ")
            }
            Self::Language(_) => {
                format!(
                    "one of {}",
                    Language::all().map(|l| format!("\"{}\"", l.word())).collect::<Vec<_>>().join(", ")
                )
            }
            Self::Path(_) => "a path in quotes".into(),
            Self::Token(_) => "a bot token in quotes: digits, a colon, letters and digits".into(),
            Self::Secret(_) => "at most 256 letters, digits, _ and - in quotes".into(),
            Self::Webhook(_) => "an address with https and a path, like \"https://faq.example.org/telegram\"".into(),
            Self::Url(_) => "an address like \"https://api.telegram.org\"".into(),
            Self::Users(_) => "a list of user ids like [123456789]".into(),
            Self::Chat(_) => "a chat id like -1001234567890".into(),
            Self::Chats(_) => "a list of chat ids like [-1001234567890]".into(),
            Self::Texts(_) => "a list of texts in quotes like [\"exams\"]".into(),
            Self::Cron(_) => "minute, hour, day of the month, month and day of the week, like \"0 9 * * 1-5\"".into(),
            Self::TimeZone(_) => "the name of a time zone like \"America/New_York\"".into(),
            Self::Cohorts(_) => "names with chat ids like { \"2027-spring\" = [-1001234567890] }".into(),
            Self::Listen(_) => "\"host:port\" like \"127.0.0.1:8080\", or false".into(),
            Self::Store(_) => "\"sqlite://path/to/file.db\" or \"sqlite::memory:\"".into(),
            Self::Later => "nothing yet".into(),
        }
    }
}

impl Kind {
    /// Whether its value must not be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Token(_) | Self::Secret(_))
    }
}

impl Opt {
    /// Its value in `config` as TOML, secrets hidden; `None`: not set.
    pub fn shown(&self, config: &Config) -> Option<String> {
        // The rows give one access for reading and writing; a copy is cheap.
        let config = &mut config.clone();
        let text = |s: &str| toml::Value::from(s).to_string();
        match &self.kind {
            Kind::Switch(field) => Some(field(config).to_string()),
            Kind::Whole(_, field) => Some(field(config).to_string()),
            Kind::Percent(field) => Some(field(config).to_string()),
            Kind::Text(field) => field(config).as_deref().map(text),
            Kind::Choice(choices, _) => choices.iter().find(|c| (c.holds)(config)).map(|c| text(c.word)),
            Kind::Language(field) => Some(text(field(config).word())),
            Kind::Path(field) => Some(text(&field(config).to_string_lossy())),
            Kind::Token(field) | Kind::Secret(field) => field(config).as_ref().map(|secret| text(&secret.to_string())),
            Kind::Url(field) | Kind::Webhook(field) => {
                field(config).as_ref().map(|url| text(&super::values::hide_secrets(url.as_str())))
            }
            Kind::Users(field) => Some(format!("{:?}", field(config))),
            Kind::Chat(field) => field(config).map(|id| id.to_string()),
            Kind::Chats(field) => Some(format!("{:?}", field(config))),
            Kind::Texts(field) => Some(toml::Value::from(field(config).clone()).to_string()),
            Kind::Cron(field) => field(config).as_deref().map(text),
            Kind::TimeZone(field) => Some(text(field(config))),
            Kind::Cohorts(field) => Some(shown_cohorts(field(config))),
            Kind::Listen(field) => Some(field(config).as_ref().map_or("false".into(), |l| text(&l.to_string()))),
            Kind::Store(field) => Some(text(&field(config).to_string())),
            Kind::Later => None,
        }
    }

    /// What its value changes less than one would think, if so: a sentence.
    pub fn limits(&self) -> Option<String> {
        match &self.kind {
            Kind::Later => Some("Not in this version: leave it out.".into()),
            _ if !self.used => Some("Not used in this version: it is read and changes nothing.".into()),
            Kind::Choice([_], _) => Some(format!("Only {} in this version.", self.kind.expected())),
            _ => None,
        }
    }

    /// The environment variable that sets it.
    pub fn variable(&self) -> String {
        format!("TELEFAQ_{}__{}", self.section, self.key).to_uppercase()
    }
}

impl std::fmt::Debug for Opt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}] {}", self.section, self.key)
    }
}

/// Cohorts with their chats as TOML.
fn shown_cohorts(cohorts: &BTreeMap<i64, String>) -> String {
    let mut chats: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (chat, cohort) in cohorts {
        chats.entry(cohort).or_default().push(*chat);
    }
    let text = |s: &str| toml::Value::from(s).to_string();
    let lines: Vec<String> = chats.into_iter().map(|(cohort, chats)| format!("{} = {chats:?}", text(cohort))).collect();
    if lines.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", lines.join(", ")) }
}

/// The option of this name.
pub fn find(section: &str, key: &str) -> Option<&'static Opt> {
    OPTIONS.iter().find(|o| o.section == section && o.key == key)
}

/// The sections, in order.
pub fn sections() -> Vec<&'static str> {
    let mut sections: Vec<_> = OPTIONS.iter().map(|o| o.section).collect();
    sections.dedup();
    sections
}

/// The text of `config.toml`: every option with its default and meaning.
pub fn reference() -> String {
    let defaults = Config::default();
    let mut text = String::from(
        "# Everything that can be set, with its default. A line that begins with # is a note, or an option without a value.\n\
         # Change a value behind its =; what you leave out keeps its default. Text stands in \"quotes\", numbers and\n\
         # true or false without. `telefaq config` shows what holds, and says so when something here cannot be read.\n\
         # An environment variable TELEFAQ_SECTION__KEY wins over this file: TELEFAQ_WEB__LISTEN=127.0.0.1:0.\n\
         # Relative paths start at the directory telefaq is started in.\n",
    );
    for section in sections() {
        text += &format!("\n[{section}]\n");
        for option in OPTIONS.iter().filter(|o| o.section == section) {
            for line in option.about.lines() {
                text += &format!("# {line}\n");
            }
            if let Some(limits) = option.limits() {
                text += &format!("# {limits}\n");
            }
            match option.shown(&defaults) {
                Some(value) => text += &format!("{} = {value}\n", option.key),
                None => text += &format!("# {} = {}\n", option.key, option.example),
            }
        }
    }
    text
}

/// All options, section by section, in the order of `config.toml`.
pub static OPTIONS: &[Opt] = &[
    Opt {
        section: "faq",
        key: "dir",
        about: "The folder with the entries. `--faq DIR` wins over it.",
        used: true,
        example: "",
        kind: Kind::Path(|c| &mut c.faq.dir),
    },
    Opt {
        section: "faq",
        key: "watch",
        about: "Take over a changed folder while the bot runs. Until it does: restart the bot after a change.",
        used: false,
        example: "",
        kind: Kind::Switch(|c| &mut c.faq.watch),
    },
    Opt {
        section: "faq",
        key: "review_days",
        about: "After how many days without a check an answer is called stale: students are asked to confirm it, and\n\
                `telefaq check` lists it. An entry can have a `review_days` of its own.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=36_500, |c| &mut c.faq.review_days),
    },
    Opt {
        section: "faq",
        key: "language",
        about: "Language of the entries and of the questions: arabic, danish, dutch, english, finnish, french, german,\n\
                greek, hungarian, italian, norwegian, portuguese, romanian, russian, spanish, swedish, tamil or turkish; or\n\
                its code, like \"de\". A question in another language is told so. What the bot says by itself (buttons,\n\
                \"I don't know\") is English for now, whatever the entries are in.",
        used: true,
        example: "",
        kind: Kind::Language(|c| &mut c.faq.language),
    },
    Opt {
        section: "telegram",
        key: "token",
        about: "What @BotFather gave you. Better in the environment, as TELOXIDE_TOKEN: this file gets copied around.\n\
                Without a token there is the page alone.",
        used: true,
        example: "\"123456789:your-token\"",
        kind: Kind::Token(|c| &mut c.telegram.token),
    },
    Opt {
        section: "telegram",
        key: "api_url",
        about: "Another Bot API server than Telegram's own; also TELOXIDE_API_URL.",
        used: true,
        example: "\"http://127.0.0.1:8081\"",
        kind: Kind::Url(|c| &mut c.telegram.api_url),
    },
    Opt {
        section: "telegram",
        key: "required",
        about: "true: refuse to start without a token, instead of serving the page alone.",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.telegram.required),
    },
    Opt {
        section: "telegram",
        key: "mode",
        about: "How messages come in: \"polling\" (the bot asks Telegram, which works everywhere) or \"webhook\" (Telegram calls\n\
                the bot, at `webhook_url`; README.md says what that needs).",
        used: true,
        example: "",
        kind: Kind::Choice(
            &[
                Choice {
                    word: "polling",
                    set: |c| c.telegram.mode = Mode::Polling,
                    holds: |c| c.telegram.mode == Mode::Polling,
                },
                Choice {
                    word: "webhook",
                    set: |c| c.telegram.mode = Mode::Webhook,
                    holds: |c| c.telegram.mode == Mode::Webhook,
                },
            ],
            &[],
        ),
    },
    Opt {
        section: "telegram",
        key: "webhook_url",
        about: "In webhook mode: the address that Telegram calls, with https and a path. Its host leads to the page's server\n\
                (`listen`), which answers at this path.",
        used: true,
        example: "\"https://faq.example.org/telegram\"",
        kind: Kind::Webhook(|c| &mut c.telegram.webhook_url),
    },
    Opt {
        section: "telegram",
        key: "webhook_secret",
        about: "In webhook mode: what Telegram says with every call, so that nobody else is listened to. Without it one is made\n\
                of the key beside the store.",
        used: true,
        example: "\"letters-digits_and-signs\"",
        kind: Kind::Secret(|c| &mut c.telegram.webhook_secret),
    },
    Opt {
        section: "telegram",
        key: "webhook_connections",
        about: "In webhook mode: how many calls Telegram may make at the same time.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=100, |c| &mut c.telegram.webhook_connections),
    },
    Opt {
        section: "telegram",
        key: "admins",
        about: "Telegram user ids of the FAQ admins.",
        used: false,
        example: "",
        kind: Kind::Users(|c| &mut c.telegram.admins),
    },
    Opt {
        section: "telegram",
        key: "mentors_chat",
        about: "Id of the chat where mentors answer those who ask for a person.",
        used: false,
        example: "-1001234567890",
        kind: Kind::Chat(|c| &mut c.telegram.mentors_chat),
    },
    Opt {
        section: "telegram",
        key: "poll_timeout_secs",
        about: "How many seconds Telegram may hold the line when there is no new message. 0 asks again at once: for tests.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=50, |c| &mut c.telegram.poll_timeout_secs),
    },
    Opt {
        section: "telegram",
        key: "request_timeout_secs",
        about: "How many seconds any other request to Telegram may take before it is tried again.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=300, |c| &mut c.telegram.request_timeout_secs),
    },
    Opt {
        section: "telegram",
        key: "workers",
        about: "How many chats are served at the same time. More need more memory, fewer make students wait.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=10_000, |c| &mut c.telegram.workers),
    },
    Opt {
        section: "telegram",
        key: "grace_secs",
        about: "How many seconds the bot takes, when told to stop, to finish the questions in hand.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=3600, |c| &mut c.telegram.grace_secs),
    },
    Opt {
        section: "telegram",
        key: "messages_per_second",
        about: "How many messages are sent in a second over all chats; Telegram allows 30. 0: no limit.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=10_000, |c| &mut c.telegram.messages_per_second),
    },
    Opt {
        section: "telegram",
        key: "chat_messages_per_second",
        about: "How many messages are sent in a second to one chat, after a burst of three; Telegram allows 1. 0: no limit.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=100, |c| &mut c.telegram.chat_messages_per_second),
    },
    Opt {
        section: "telegram",
        key: "group_messages_per_minute",
        about: "How many messages are sent in a minute to one group; Telegram allows 20. 0: no limit.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=1000, |c| &mut c.telegram.group_messages_per_minute),
    },
    Opt {
        section: "telegram",
        key: "inline_cache_secs",
        about: "How many seconds Telegram may show the same list to whoever types the same words behind @yourbot. Longer\n\
                saves work; shorter shows changed answers sooner.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=86_400, |c| &mut c.telegram.inline_cache_secs),
    },
    Opt {
        section: "telegram",
        key: "guest_mode",
        about: "true: answer those who mention the bot in a chat that it is not a member of (Bot API 10.0; to be turned on at\n\
                @BotFather as well).",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.telegram.guest_mode),
    },
    Opt {
        section: "telegram",
        key: "ephemeral",
        about: "true: what concerns one member of a group (\"I don't know\", \"Answered above\") is shown to nobody else, where\n\
                Telegram can do that (Bot API 10.2). Works best where the bot is an admin; elsewhere everybody sees it.",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.telegram.ephemeral),
    },
    Opt {
        section: "telegram",
        key: "handler_secs",
        about: "How many seconds the bot may think about one message before it gives it up.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=3600, |c| &mut c.telegram.handler_secs),
    },
    Opt {
        section: "answering",
        key: "answer_at",
        about: "0-100 (per cent): the bot answers when it is at least so sure. At 70, of the answers it was just sure enough of,\n\
                about 7 in 10 are right. Higher: fewer wrong answers, more \"Did you mean\".",
        used: true,
        example: "",
        kind: Kind::Percent(|c| &mut c.answering.thresholds.answer_at),
    },
    Opt {
        section: "answering",
        key: "suggest_at",
        about: "0-100 (per cent): when it is at least so sure it asks \"Did you mean\"; below, it says that it does not know.",
        used: true,
        example: "",
        kind: Kind::Percent(|c| &mut c.answering.thresholds.suggest_at),
    },
    Opt {
        section: "answering",
        key: "ambient_at",
        about: "0-100: from this confidence on it may speak unasked in a group, where its admins want that.",
        used: true,
        example: "",
        kind: Kind::Percent(|c| &mut c.answering.thresholds.ambient_at),
    },
    Opt {
        section: "answering",
        key: "latest_hours",
        about: "Up to how many hours old a question in a private chat is answered that came while the bot was off. Whoever\n\
                asked earlier is told so once. Telegram keeps questions for 24 hours.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=48, |c| &mut c.answering.latest_hours),
    },
    Opt {
        section: "answering",
        key: "contact",
        about: "How students reach a person, in the words they are shown. Without it they are told that nobody is on duty.",
        used: true,
        example: "\"Write to Ms Example, help@example.org, Monday to Friday.\"",
        kind: Kind::Text(|c| &mut c.answering.contact),
    },
    Opt {
        section: "groups",
        key: "mode",
        about: "When the bot speaks in groups whose admins have not set it with /settings: \"off\" never, \"addressed\" to a\n\
                command, a mention or a reply to it, \"ambient\" also to a question to everybody, if it is very sure and nobody\n\
                else has answered.",
        used: true,
        example: "",
        kind: Kind::Choice(
            &[
                Choice {
                    word: "off",
                    set: |c| c.groups.mode = GroupMode::Off,
                    holds: |c| c.groups.mode == GroupMode::Off,
                },
                Choice {
                    word: "addressed",
                    set: |c| c.groups.mode = GroupMode::Addressed,
                    holds: |c| c.groups.mode == GroupMode::Addressed,
                },
                Choice {
                    word: "ambient",
                    set: |c| c.groups.mode = GroupMode::Ambient,
                    holds: |c| c.groups.mode == GroupMode::Ambient,
                },
            ],
            &[],
        ),
    },
    Opt {
        section: "groups",
        key: "cooldown_minutes",
        about: "For how many minutes an answer in a group, or a topic of it, is pointed to (\"Answered above\") instead of being\n\
                given again.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=10_080, |c| &mut c.groups.cooldown_minutes),
    },
    Opt {
        section: "groups",
        key: "grace_secs",
        about: "How many seconds people have to answer before the bot answers a question that nobody has asked it.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=3600, |c| &mut c.groups.grace_secs),
    },
    Opt {
        section: "groups",
        key: "person_answers_per_hour",
        about: "How many answers somebody gets in an hour, in each group. Then they are sent to the private chat, once.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=1000, |c| &mut c.groups.person_answers_per_hour),
    },
    Opt {
        section: "groups",
        key: "chat_answers_per_hour",
        about: "How many answers a group gets in an hour.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=1000, |c| &mut c.groups.chat_answers_per_hour),
    },
    Opt {
        section: "groups",
        key: "latest_minutes",
        about: "Up to how many minutes old a question in a group is answered that came while the bot was off. What is older is\n\
                passed over in silence: by then the group talks of something else.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=1440, |c| &mut c.groups.latest_minutes),
    },
    Opt {
        section: "groups",
        key: "greet",
        about: "true: greet new members, at most once an hour.",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.groups.greet),
    },
    Opt {
        section: "groups",
        key: "trial_days",
        about: "How many days a trial lasts, in which the bot only notes what it would have answered unasked.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=60, |c| &mut c.groups.trial_days),
    },
    Opt {
        section: "groups",
        key: "cohorts",
        about: "Which chats belong to which cohort (a folder in faq/cohorts/), by their ids. The admins of other chats choose\n\
                one with /settings. Example: cohorts = { \"2027-spring\" = [-1001234567890, -1009876543210] }",
        used: true,
        example: "",
        kind: Kind::Cohorts(|c| &mut c.groups.cohorts),
    },
    Opt {
        section: "channels",
        key: "post_to",
        about: "Ids of the channels in which the bot, as an admin there, posts an entry by itself: each time the one that was\n\
                posted longest ago. Without it, /post ID in a channel posts the entry of that id.",
        used: true,
        example: "",
        kind: Kind::Chats(|c| &mut c.channels.post_to),
    },
    Opt {
        section: "channels",
        key: "post_at",
        about: "When: minute, hour, day of the month, month, day of the week, as in cron. \"0 9 * * 1-5\" is at nine, Monday\n\
                to Friday.",
        used: true,
        example: "\"0 9 * * 1-5\"",
        kind: Kind::Cron(|c| &mut c.channels.post_at),
    },
    Opt {
        section: "channels",
        key: "time_zone",
        about: "The time zone of that, by its name: America/New_York, Europe/Vienna, UTC.",
        used: true,
        example: "",
        kind: Kind::TimeZone(|c| &mut c.channels.time_zone),
    },
    Opt {
        section: "channels",
        key: "topics",
        about: "Only entries of these topics (the names of their folders); none: of all.",
        used: true,
        example: "",
        kind: Kind::Texts(|c| &mut c.channels.topics),
    },
    Opt {
        section: "matching",
        key: "encoder",
        about: "A language model that helps with matching.",
        used: false,
        example: "\"models/NAME\"",
        kind: Kind::Later,
    },
    Opt {
        section: "web",
        key: "listen",
        about: "Where the page is: \"host:port\". Port 0 takes any that is free; false is no page.",
        used: true,
        example: "",
        kind: Kind::Listen(|c| &mut c.web.listen),
    },
    Opt {
        section: "store",
        key: "url",
        about: "Where the bot remembers votes and questions: a file, or \"sqlite::memory:\" to forget everything at the end.",
        used: true,
        example: "",
        kind: Kind::Store(|c| &mut c.store.url),
    },
    Opt {
        section: "store",
        key: "retention_days",
        about: "After how many days the question log and the votes are deleted.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=3650, |c| &mut c.store.retention_days),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_has_a_meaning_and_a_line_in_config_toml() {
        let defaults = Config::default();
        for (i, option) in OPTIONS.iter().enumerate() {
            assert!(!option.about.is_empty(), "{option:?}");
            assert!(option.shown(&defaults).is_some() || !option.example.is_empty(), "{option:?} has nothing to show");
            assert!(find(option.section, option.key).is_some_and(|o| std::ptr::eq(o, &OPTIONS[i])), "{option:?} twice");
        }
        let mut unique = sections();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), sections().len(), "the options of a section stand together");
    }
}
