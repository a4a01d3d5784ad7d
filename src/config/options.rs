//! The options: one row each. Parsing, `telefaq config`, `config.toml` and the tests derive from [`OPTIONS`].

mod rows;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::{Config, Listen, Secret, StoreUrl};
use crate::engine::Language;
pub use rows::OPTIONS;

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
    /// A list of days and hours.
    Hours(Field<Vec<String>>),
    /// The name of a time zone.
    TimeZone(Field<String>),
    /// A list of texts: chat ids, each perhaps with `/` and the number of a topic.
    Places(Field<Vec<(i64, Option<i32>)>>),
    /// A table of names with a chat id, or a list of them, each.
    Cohorts(Field<BTreeMap<i64, String>>),
    /// `host:port`; empty or `false`: none.
    Listen(Field<Option<Listen>>),
    /// Address of a store.
    Store(Field<StoreUrl>),
    /// A path; empty: none.
    MaybePath(Field<Option<PathBuf>>),
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
            Self::Path(_) | Self::MaybePath(_) => "a path in quotes".into(),
            Self::Token(_) => "a bot token in quotes: digits, a colon, letters and digits".into(),
            Self::Secret(_) => "at most 256 letters, digits, _ and - in quotes".into(),
            Self::Webhook(_) => "an address with https and a path, like \"https://faq.example.org/telegram\"".into(),
            Self::Url(_) => "an address like \"https://api.telegram.org\"".into(),
            Self::Users(_) => "a list of user ids like [123456789]".into(),
            Self::Chat(_) => "a chat id like -1001234567890".into(),
            Self::Chats(_) => "a list of chat ids like [-1001234567890]".into(),
            Self::Texts(_) => "a list of texts in quotes like [\"exams\"]".into(),
            Self::Cron(_) => "minute, hour, day of the month, month and day of the week, like \"0 9 * * 1-5\"".into(),
            Self::Hours(_) => "a list of days and hours like [\"Mon-Fri 09:00-17:00\", \"Sat 10:00-12:00\"]".into(),
            Self::TimeZone(_) => "the name of a time zone like \"America/New_York\"".into(),
            Self::Places(_) => {
                "a list of chats in quotes, each perhaps with a topic, like [\"-1001234567890/4\"]".into()
            }
            Self::Cohorts(_) => "names with chat ids like { \"2027-spring\" = [-1001234567890] }".into(),
            Self::Listen(_) => "\"host:port\" like \"127.0.0.1:8080\", or false".into(),
            Self::Store(_) => "\"sqlite://path/to/file.db\" or \"sqlite::memory:\"".into(),
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
            Kind::MaybePath(field) => field(config).as_ref().map(|path| text(&path.to_string_lossy())),
            Kind::Token(field) | Kind::Secret(field) => field(config).as_ref().map(|secret| text(&secret.to_string())),
            Kind::Url(field) | Kind::Webhook(field) => {
                field(config).as_ref().map(|url| text(&super::values::hide_secrets(url.as_str())))
            }
            Kind::Users(field) => Some(format!("{:?}", field(config))),
            Kind::Chat(field) => field(config).map(|id| id.to_string()),
            Kind::Chats(field) => Some(format!("{:?}", field(config))),
            Kind::Texts(field) | Kind::Hours(field) => Some(toml::Value::from(field(config).clone()).to_string()),
            Kind::Places(field) => {
                Some(toml::Value::from(field(config).iter().map(shown_place).collect::<Vec<_>>()).to_string())
            }
            Kind::Cron(field) => field(config).as_deref().map(text),
            Kind::TimeZone(field) => Some(text(field(config))),
            Kind::Cohorts(field) => Some(shown_cohorts(field(config))),
            Kind::Listen(field) => Some(field(config).as_ref().map_or("false".into(), |l| text(&l.to_string()))),
            Kind::Store(field) => Some(text(&field(config).to_string())),
        }
    }

    /// What its value changes less than one would think, if so: a sentence.
    pub fn limits(&self) -> Option<String> {
        match &self.kind {
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

fn shown_place((chat, topic): &(i64, Option<i32>)) -> String {
    topic.map_or_else(|| chat.to_string(), |topic| format!("{chat}/{topic}"))
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
