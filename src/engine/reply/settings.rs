//! The settings of a group as its admins see them, and the trial before it is spoken unasked.

use super::buttons::{LABEL_UNITS, button};
use super::{Button, Press, Reply, Voice};
use crate::engine::html::{cut_line, escape};

/// When the bot speaks in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// Never.
    Off,
    /// To a command, a mention, or a reply to it.
    #[default]
    Addressed,
    /// Also to a question to everybody that nobody answers, when it is very sure.
    Ambient,
}

impl Mode {
    /// All of them, from quiet to talkative.
    pub const ALL: [Self; 3] = [Self::Off, Self::Addressed, Self::Ambient];

    /// As it is written in the configuration, in the store and on buttons' data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Addressed => "addressed",
            Self::Ambient => "ambient",
        }
    }

    /// The mode of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }

    fn label(self) -> &'static str {
        match self {
            Self::Off => "Off",
            Self::Addressed => "When addressed",
            Self::Ambient => "Also unasked",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Off => "I keep quiet, whatever is written.",
            Self::Addressed => "I answer a command, a mention, or a reply to me.",
            Self::Ambient => {
                "I answer when I am addressed, and also a question to everybody, if I am very sure and nobody else has \
                 answered after a while. For that Telegram must let me read along: make me an admin, or turn off my privacy \
                 mode at @BotFather."
            }
        }
    }
}

/// What a button of the settings sets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Setting {
    /// When the bot speaks in the chat.
    Mode(Mode),
    /// When it speaks in the topic; `None`: as in the chat.
    TopicMode(Option<Mode>),
    /// Shows the cohorts.
    Cohorts,
    /// Binds the chat to the cohort that this stands for; `None`: to none.
    Cohort(Option<String>),
    /// Begins a trial, or ends it.
    Trial(bool),
    /// Speaks unasked from the same confidence on as everywhere.
    UsualConfidence,
    /// Shows the settings.
    Show,
    /// Takes the settings away.
    Close,
}

/// What the settings of a chat are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings<'a> {
    /// When the bot speaks in the chat.
    pub mode: Mode,
    /// In a topic: when it speaks there; `Some(None)`: as in the chat.
    pub topic: Option<Option<Mode>>,
    /// From which confidence on it speaks unasked, if that is not as everywhere.
    pub ambient_at: Option<u8>,
    /// The cohort that the chat is bound to.
    pub cohort: Option<&'a str>,
    /// Whether there are cohorts.
    pub has_cohorts: bool,
    /// How many days a trial lasts, and the last day of the one that is on.
    pub trial: (u32, Option<String>),
}

impl Voice<'_> {
    /// `/settings` to an admin.
    pub fn settings(&self, settings: &Settings<'_>) -> Reply {
        let mut lines = vec!["<b>When I speak</b>".to_owned()];
        lines.push(format!("<b>In this chat:</b> {}", settings.mode.meaning()));
        let mut buttons = vec![modes(settings.mode, Setting::Mode)];
        if let Some(topic) = settings.topic {
            let meaning = topic.map_or("as in the chat.", Mode::meaning);
            lines.push(format!("<b>In this topic:</b> {meaning}"));
            let mark = |label: &str, holds: bool| if holds { format!("✓ {label}") } else { label.to_owned() };
            let mode = |mode: Mode| {
                let label = format!("Topic: {}", mode.label().to_lowercase());
                button(&mark(&label, topic == Some(mode)), Press::Set(Setting::TopicMode(Some(mode))))
            };
            buttons.push(Mode::ALL.into_iter().take(2).map(mode).collect());
            let as_chat = button(&mark("Topic: as the chat", topic.is_none()), Press::Set(Setting::TopicMode(None)));
            buttons.push(vec![mode(Mode::Ambient), as_chat]);
        }
        if let Some(percent) = settings.ambient_at {
            lines.push(format!("Unasked, I speak from {percent} % of confidence on."));
            buttons.push(vec![button("Unasked as sure as everywhere", Press::Set(Setting::UsualConfidence))]);
        }
        if settings.has_cohorts {
            let cohort = settings.cohort.map_or("none".to_owned(), |name| escape(&cut_line(name, LABEL_UNITS)));
            lines.push(format!("<b>Cohort:</b> {cohort}"));
            buttons.push(vec![button("Choose the cohort", Press::Set(Setting::Cohorts))]);
        }
        let (days, trial) = &settings.trial;
        match trial {
            Some(until) => {
                lines.push(format!(
                    "<b>Trial until {until}:</b> I say nothing unasked, but note what I would have answered. Then I report to \
                     whoever began it, in private; if you have never written to me there, do so now."
                ));
                buttons.push(vec![button("End the trial now", Press::Set(Setting::Trial(false)))]);
            }
            None if settings.mode != Mode::Off => {
                buttons.push(vec![button(
                    &format!("Try it silently for {}", days_of(*days)),
                    Press::Set(Setting::Trial(true)),
                )]);
            }
            None => {}
        }
        buttons.push(vec![button("Done", Press::Set(Setting::Close))]);
        Reply { html: lines.join("\n\n"), buttons }
    }

    /// The cohorts to choose from.
    pub fn cohorts(&self, names: &[&str], bound: Option<&str>) -> Reply {
        let choose = |name: Option<&str>| {
            let label = cut_line(name.unwrap_or("none"), LABEL_UNITS);
            let label = if name == bound { format!("✓ {label}") } else { label };
            vec![button(&label, Press::Set(Setting::Cohort(name.map(super::press::cohort_ref))))]
        };
        let mut buttons = vec![choose(None)];
        buttons.extend(names.iter().take(MOST_COHORTS).map(|name| choose(Some(name))));
        buttons.push(vec![button("‹ Back", Press::Set(Setting::Show))]);
        let html = "<b>Which cohort is this chat for?</b>\nIts members get the answers of that cohort.".to_owned();
        Reply { html, buttons }
    }
}

/// Cohorts that can be chosen with buttons.
const MOST_COHORTS: usize = 40;

fn modes(chosen: Mode, setting: fn(Mode) -> Setting) -> Vec<Button> {
    let mode = |mode: Mode| {
        let label = if mode == chosen { format!("✓ {}", mode.label()) } else { mode.label().to_owned() };
        button(&label, Press::Set(setting(mode)))
    };
    Mode::ALL.into_iter().map(mode).collect()
}

/// "1 day", "7 days".
pub(super) fn days_of(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
