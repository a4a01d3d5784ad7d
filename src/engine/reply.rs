//! Every sentence the bot says: from a decision to words and buttons.
//!
//! Owns all wording and [`Reply`], which is plain data in chat terms. Knows neither thresholds nor Telegram's types;
//! the markup is the small HTML that Telegram shows.

pub mod admin;
mod answer;
mod buttons;
mod command;
mod folder;
mod group;
pub mod person;
mod press;
mod settings;
mod sources;
mod topics;
mod trial;
mod words;

use jiff::civil::Date;

pub use answer::{RELATED, SOURCES};
pub use buttons::question as shown_question;
pub use command::{Command, Menu};
pub use folder::{FolderNews, folder_news, reloaded};
pub use group::{ADMINS_ONLY, CANNOT_CHECK, NOT_YOURS, NOT_YOURS_TO_REMOVE, Room, TAKEN_AWAY};
pub use press::{
    cohort_of_payload, cohort_ref, entry_of_payload, entry_payload, question_of_payload, question_payload,
};
pub use settings::{Mode, Setting, Settings};
pub use topics::examples;
pub use trial::{FITTING, TrialOutcome};
pub use words::{
    ENTRY_GONE, JUST_SENT, LEFT_OUT, NONE_IN_GROUP, OLD_BUTTON, SORRY, THANKS, THANKS_CHANGED, THANKS_IN_GROUP,
    THANKS_REASON, THANKS_WHY, TOPIC_GONE, UNWRITTEN, about, late, too_late,
};

use super::corpus::Corpus;

/// All that a sentence can depend on beside the entry it is about. Its methods say everything the bot says.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    /// What there is to talk about.
    pub corpus: &'a Corpus,
    /// Decides what is stale.
    pub today: Date,
    /// The bot's name.
    pub bot_name: &'a str,
    /// How to reach a person, in the owner's words; `None`: the bot cannot pass questions on.
    pub contact: Option<&'a str>,
    /// Whether the bot passes questions on to mentors.
    pub mentors: bool,
    /// After how many days an entry is stale that does not say so itself.
    pub review_days: u32,
    /// Whether questions are logged, for `/privacy`.
    pub keep_log: bool,
    /// After how many days what is kept is deleted, for `/privacy`.
    pub retention_days: u32,
    /// Whether people can edit what they wrote where this is said.
    pub edits: bool,
}

/// A message: words and buttons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// Telegram's HTML, 1-4096 UTF-16 units after entities.
    pub html: String,
    /// Rows of buttons.
    pub buttons: Vec<Vec<Button>>,
}

impl Reply {
    /// A message without buttons; `text` is plain.
    pub fn plain(text: &str) -> Self {
        Self { html: super::html::escape(text), buttons: Vec::new() }
    }
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

/// A random number that a line of the question log and the buttons below the suggestions to that question share. So it
/// can be noted what was meant, and still the log does not know who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(pub i64);

/// What a pressed button tells the bot. Written as at most 64 bytes with a version, so that any replica of any later
/// version can serve or kindly refuse it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Press {
    /// Show this entry, in a new message.
    Entry(String),
    /// Show this entry, which was among the suggestions, in their place.
    Choose {
        /// Entry id.
        entry: String,
        /// Which line of the question log the suggestions belong to, if there is one.
        ticket: Option<Ticket>,
    },
    /// Show this entry, which was on a topic's page, in its place.
    Open(String),
    /// Show the topics, in a new message.
    Topics,
    /// Show the topics in place of what is there.
    BackToTopics,
    /// Show a page (from 0) of a topic's questions in place of what is there.
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
        /// Whether the answer was opened from a topic, to which its buttons lead back.
        opened: bool,
    },
    /// Why 👎.
    Reason {
        /// Entry id.
        entry: String,
        /// What is wrong with the answer.
        reason: Reason,
        /// As in [`Press::Vote`].
        opened: bool,
    },
    /// No reason for 👎: show the buttons of the answer again.
    NoReason {
        /// Entry id.
        entry: String,
        /// As in [`Press::Vote`].
        opened: bool,
    },
    /// None of the suggestions was meant.
    NoneOfThese {
        /// As in [`Press::Choose`].
        ticket: Option<Ticket>,
    },
    /// Ask a person.
    Person,
    /// Something about a conversation with the mentors.
    Talk {
        /// The number of the conversation, or of what is to become one; 0: of none.
        conversation: i64,
        /// What.
        act: person::Talk,
    },
    /// Take the bot's message away, in a group.
    Remove,
    /// Look for a question within this topic.
    Search(String),
    /// Show a page (from 0) of the sources in place of what is there.
    Sources {
        /// Page, from 0.
        page: u16,
    },
    /// Change the settings of a group.
    Set(Setting),
    /// Whether a sample of a trial fits; `None`: on to the next.
    Judge {
        /// Its number.
        sample: i64,
        /// What the person finds.
        fits: Option<bool>,
    },
    /// Something about a gap, for those who keep the FAQ.
    Gap(GapPress),
    /// End a trial: speak unasked from this confidence on, or only when addressed.
    EndTrial {
        /// What stands for the chat.
        chat: String,
        /// 0-100.
        ambient_at: Option<u8>,
    },
}

/// What becomes of a gap. A gap is called by a key that is made of the question that stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GapPress {
    /// Show the gap at this position, from 0.
    Page(u16),
    /// Add its question to this entry, as a phrasing.
    Add {
        /// Which gap.
        key: String,
        /// Entry id.
        entry: String,
    },
    /// Start a draft of an entry that answers it.
    Draft {
        /// Which gap.
        key: String,
    },
    /// It needs no answer.
    Dismiss {
        /// Which gap.
        key: String,
    },
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

#[cfg(test)]
mod tests;
