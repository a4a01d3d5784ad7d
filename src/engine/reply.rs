//! Every sentence the bot says: from a decision to words and buttons.
//!
//! Owns all wording and [`Reply`], which is plain data in chat terms. Knows neither thresholds nor Telegram's types;
//! the markup is the small HTML that Telegram shows.

/// A message: words and buttons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// Telegram's HTML, 1-4096 UTF-16 units after entities.
    pub html: String,
    /// Rows of buttons.
    pub buttons: Vec<Vec<Button>>,
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// Its words.
    pub label: String,
    /// What it does.
    pub action: Action,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Tells the bot.
    Press(Press),
    /// Opens a page.
    Url(String),
}

/// What a pressed button tells the bot. Written as at most 64 bytes with a version, so that any replica of any later
/// version can serve or kindly refuse it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Press {
    /// Show this entry.
    Entry(String),
    /// Show the topics.
    Topics,
    /// Show a page (from 0) of a topic's questions.
    Topic {
        /// Topic id.
        id: String,
        /// Page, from 0.
        page: u16,
    },
    /// 👍 or 👎 for the answer made of this entry.
    Vote {
        /// Entry id.
        entry: String,
        /// Up or down.
        up: bool,
    },
    /// Why 👎.
    Reason {
        /// Entry id.
        entry: String,
        /// What is wrong with the answer.
        reason: Reason,
    },
    /// None of the suggestions was meant.
    NoneOfThese,
    /// Ask a person.
    Person,
}

/// Why an answer did not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It is wrong.
    Wrong,
    /// It was right once.
    Outdated,
    /// Something is missing.
    Incomplete,
    /// It answers another question.
    NotMyQuestion,
}
