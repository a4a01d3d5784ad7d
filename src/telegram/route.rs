//! From the text of an update to what is to be done about it: pure.
//!
//! Owns which updates concern the bot and how they read in chat terms. Anything it cannot make sense of is
//! [`Task::Ignore`], never a failure. Updates are parsed from text: by way of `serde_json::Value` teloxide loses them.

mod lost;

use teloxide::types::{
    CallbackQuery, Chat, ChatMemberUpdated, Me, MediaKind, Message, MessageKind, Update, UpdateKind, User,
};

use crate::app::{ChatKey, Event, Inbound, MessageId, Surface};

/// What an update asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// The chat whose order of events it belongs to.
    pub chat: Option<i64>,
    /// What is to be done.
    pub task: Task,
}

/// What is to be done about an update.
#[derive(Clone, PartialEq, Eq)]
pub enum Task {
    /// A person did something in a private chat.
    Event(Inbound),
    /// A button was pressed in a private chat.
    Press {
        /// What the press is answered to.
        query: String,
        /// What the button carries, as it came.
        data: String,
        /// The chat.
        chat: ChatKey,
        /// The message the button is on; `None` when it is too old to be changed.
        on: Option<MessageId>,
    },
    /// A button was pressed where the bot has no business: answered with nothing, so that it stops blinking.
    DismissPress {
        /// What the press is answered to.
        query: String,
    },
    /// The bot was blocked, kicked or left out (`gone`), or let in again.
    Membership {
        /// Where.
        chat: ChatKey,
        /// Whether nothing can be sent there any more.
        gone: bool,
    },
    /// Nothing, and why.
    Ignore(&'static str),
}

/// Without what people wrote.
impl std::fmt::Debug for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Event(_) => "Event",
            Self::Press { .. } => "Press",
            Self::DismissPress { .. } => "DismissPress",
            Self::Membership { .. } => "Membership",
            Self::Ignore(why) => return write!(f, "Ignore({why})"),
        })
    }
}

impl Routed {
    fn ignored(why: &'static str) -> Self {
        Self { chat: None, task: Task::Ignore(why) }
    }
}

/// Who the bot is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Myself {
    /// Its user id.
    pub id: u64,
    /// Its user name, without `@`.
    pub username: String,
}

impl From<&Me> for Myself {
    fn from(me: &Me) -> Self {
        Self { id: me.user.id.0, username: me.username().to_owned() }
    }
}

/// The key of a Telegram chat.
pub fn chat_key(id: i64) -> ChatKey {
    ChatKey { surface: Surface::Telegram, id }
}

/// What the update with this text asks for.
pub fn route(raw: &str, me: &Myself) -> Routed {
    let Ok(update) = serde_json::from_str::<Update>(raw) else {
        return lost::route(raw, me);
    };
    match update.kind {
        UpdateKind::Message(message) => route_message(&message, false, raw, me),
        UpdateKind::EditedMessage(message) => route_message(&message, true, raw, me),
        UpdateKind::CallbackQuery(query) => route_press(query),
        UpdateKind::MyChatMember(change) => route_membership(&change),
        UpdateKind::Error(_) => lost::route(raw, me),
        _ => Routed::ignored("a kind of update that does not concern the bot"),
    }
}

fn route_message(message: &Message, edited: bool, raw: &str, me: &Myself) -> Routed {
    let sender = Sender {
        private: message.chat.is_private(),
        from: message.from.as_ref().map(|user| (user.id.0, user.is_bot)),
        via: message.via_bot.as_ref().map(|user: &User| user.id.0),
        automatic: message.is_automatic_forward(),
    };
    if let Some(why) = sender.not_ours(me) {
        return Routed::ignored(why);
    }
    let words = message.text().or_else(|| message.caption());
    match (&message.kind, words) {
        (MessageKind::Common(_) | MessageKind::Dice(_), Some(words)) => {
            said(message.chat.id.0, message.id.0, words, edited, me)
        }
        (MessageKind::Common(common), None) if matches!(common.media_kind, MediaKind::Migration(_)) => {
            Routed::ignored("a service message")
        }
        (MessageKind::Common(_) | MessageKind::Dice(_), None) => wordless(message.chat.id.0, edited),
        (MessageKind::Empty {}, _) => lost::route(raw, me),
        _ => Routed::ignored("a service message"),
    }
}

/// What decides whether a message is a person's and meant for the bot.
struct Sender {
    private: bool,
    from: Option<(u64, bool)>,
    via: Option<u64>,
    automatic: bool,
}

impl Sender {
    /// Why a message is not to be answered, if it is not.
    fn not_ours(&self, me: &Myself) -> Option<&'static str> {
        match self {
            Self { private: false, .. } => Some("not a private chat"),
            Self { automatic: true, .. } => Some("an automatic forward"),
            Self { from: None, .. } => Some("nobody's message"),
            Self { from: Some((id, _)), .. } if *id == me.id => Some("the bot's own message"),
            Self { from: Some((_, true)), .. } => Some("another bot's message"),
            Self { via: Some(id), .. } if *id == me.id => Some("sent by way of the bot"),
            _ => None,
        }
    }
}

/// A message of a person with these words in a private chat.
fn said(chat: i64, message: i32, words: &str, edited: bool, me: &Myself) -> Routed {
    let message = MessageId(message);
    let event = match command(words, me) {
        None => Event::Question { text: words.to_owned(), message, edited },
        Some((name, rest)) => match name.as_str() {
            "start" => Event::Start(rest.to_owned()),
            "help" => Event::Help,
            "topics" => Event::Topics,
            "ask" => Event::Ask { text: rest.to_owned(), message, edited },
            "privacy" => Event::Privacy,
            _ => Event::UnknownCommand,
        },
    };
    Routed { chat: Some(chat), task: Task::Event(Inbound { chat: chat_key(chat), event }) }
}

/// A message of a person without words in a private chat.
fn wordless(chat: i64, edited: bool) -> Routed {
    if edited {
        // A live location is edited every few seconds.
        return Routed::ignored("a change of something without words");
    }
    Routed { chat: Some(chat), task: Task::Event(Inbound { chat: chat_key(chat), event: Event::Wordless }) }
}

/// The command a text begins with, in lower case, and the words after it. A command for another bot comes back under a
/// name that no command has.
fn command<'a>(text: &'a str, me: &Myself) -> Option<(String, &'a str)> {
    let text = text.trim_start();
    let (head, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let (name, bot) = match head.strip_prefix('/')?.split_once('@') {
        Some((name, bot)) => (name, Some(bot)),
        None => (head.strip_prefix('/')?, None),
    };
    let is_name = (1..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !is_name {
        return None;
    }
    let is_mine = bot.is_none_or(|bot| bot.eq_ignore_ascii_case(&me.username));
    Some((if is_mine { name.to_ascii_lowercase() } else { String::new() }, rest.trim()))
}

fn route_press(query: CallbackQuery) -> Routed {
    let CallbackQuery { id, message, data, .. } = query;
    let place = message.as_ref().map(|message| (message.chat(), message.regular_message().map(|m| MessageId(m.id.0))));
    press(id.0, place.map(|(chat, on)| (chat.id.0, chat.is_private(), on)), data)
}

/// A press on a button of a message in (chat, whether private, message).
fn press(query: String, place: Option<(i64, bool, Option<MessageId>)>, data: Option<String>) -> Routed {
    match (place, data) {
        (Some((chat, true, on)), Some(data)) => {
            Routed { chat: Some(chat), task: Task::Press { query, data, chat: chat_key(chat), on } }
        }
        (place, _) => Routed { chat: place.map(|(chat, ..)| chat), task: Task::DismissPress { query } },
    }
}

fn route_membership(change: &ChatMemberUpdated) -> Routed {
    let Chat { id, .. } = change.chat;
    let gone = change.new_chat_member.is_banned() || change.new_chat_member.is_left();
    Routed { chat: Some(id.0), task: Task::Membership { chat: chat_key(id.0), gone } }
}

#[cfg(test)]
mod tests;
