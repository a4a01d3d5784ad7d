//! From the text of an update to what is to be done about it: pure.
//!
//! Owns which updates concern the bot and how they read in chat terms. Anything it cannot make sense of is
//! [`Task::Ignore`], never a failure. Updates are parsed from text: by way of `serde_json::Value` teloxide loses them.

mod lost;
mod mend;

use std::panic::catch_unwind;

use teloxide::types::{CallbackQuery, Me, MediaKind, Message, MessageKind, Update, UpdateKind, User};

use crate::app::{ChatKey, Event, Inbound, MessageId, Said, Surface};

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
    /// A person wrote something in a private chat.
    Event(Inbound),
    /// A person pressed a button in a private chat.
    Press {
        /// What the press is answered to.
        query: String,
        /// The press.
        inbound: Inbound,
    },
    /// A button was pressed where the bot has no business: answered with nothing, so that it stops blinking.
    DismissPress {
        /// What the press is answered to.
        query: String,
    },
    /// Not an update: messages of this private chat were left out, and it is to be told so.
    LeftOut {
        /// The chat.
        chat: i64,
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
            Self::LeftOut { .. } => "LeftOut",
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
    /// The name that people see above its messages.
    pub name: String,
}

impl Myself {
    /// Something that a person did in the private chat of this id, in this topic of it, and when if that is known.
    fn meets(&self, chat: i64, topic: Option<i32>, at: Option<i64>, event: Event) -> Inbound {
        Inbound { chat: chat_key(chat), topic, bot_name: Some(self.name.clone()), at, event }
    }
}

impl From<&Me> for Myself {
    fn from(me: &Me) -> Self {
        Self { id: me.user.id.0, username: me.username().to_owned(), name: me.user.first_name.clone() }
    }
}

/// The key of a Telegram chat.
pub fn chat_key(id: i64) -> ChatKey {
    ChatKey { surface: Surface::Telegram, id }
}

/// What the update with this text asks for. teloxide panics over some updates instead of refusing them; those are read
/// without it.
pub fn route(raw: &str, me: &Myself) -> Routed {
    let raw = &mend::lone_surrogates(raw);
    catch_unwind(|| typed(raw, me)).unwrap_or_else(|_| {
        tracing::warn!(kind = lost::kind(raw), "an update that teloxide fell over");
        lost::route(raw, me)
    })
}

/// By way of teloxide's types, as far as they know the update.
fn typed(raw: &str, me: &Myself) -> Routed {
    let Ok(update) = serde_json::from_str::<Update>(raw) else {
        return lost::route(raw, me);
    };
    match update.kind {
        UpdateKind::Message(message) => route_message(&message, false, raw, me),
        UpdateKind::EditedMessage(message) => route_message(&message, true, raw, me),
        UpdateKind::CallbackQuery(query) => route_press(query, me),
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
    let place = Place {
        chat: message.chat.id.0,
        topic: topic(message),
        message: message.id.0,
        at: message.edit_date().filter(|_| edited).unwrap_or(&message.date).timestamp(),
        edited,
    };
    match (&message.kind, words) {
        (MessageKind::Common(_) | MessageKind::Dice(_), Some(words)) => said(place, words, me),
        (MessageKind::Common(common), None) if matches!(common.media_kind, MediaKind::Migration(_)) => {
            Routed::ignored("a service message")
        }
        (MessageKind::Common(_) | MessageKind::Dice(_), None) => {
            let in_album = message.media_group_id().is_some();
            wordless(place, in_album, me)
        }
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

/// Where and when a message was written.
struct Place {
    chat: i64,
    topic: Option<i32>,
    message: i32,
    /// Seconds since 1970.
    at: i64,
    /// Whether it is a change of a message, which was made then.
    edited: bool,
}

/// A message of a person with these words in a private chat.
fn said(place: Place, words: &str, me: &Myself) -> Routed {
    wrote(place, Said::from_text(words, Some(&me.username)), me)
}

/// A message of a person without words in a private chat. `in_album`: it was sent together with others.
fn wordless(place: Place, in_album: bool, me: &Myself) -> Routed {
    if in_album {
        // Each picture is a message of its own; the words, if there are any, are below one of them.
        return Routed::ignored("a part of an album without words");
    }
    if place.edited {
        // A live location is edited every few seconds.
        return Routed::ignored("a change of something without words");
    }
    wrote(place, Said::Wordless, me)
}

fn wrote(place: Place, said: Said, me: &Myself) -> Routed {
    let Place { chat, topic, message, at, edited } = place;
    let event = Event::Message { said, id: MessageId(message), edited };
    Routed { chat: Some(chat), task: Task::Event(me.meets(chat, topic, Some(at), event)) }
}

fn route_press(query: CallbackQuery, me: &Myself) -> Routed {
    let CallbackQuery { id, message, data, .. } = query;
    let pressed = message.as_ref().map(|message| Pressed {
        chat: message.chat().id.0,
        private: message.chat().is_private(),
        topic: message.regular_message().and_then(topic),
        on: message.regular_message().map(|message| MessageId(message.id.0)),
    });
    press(id.0, pressed, data, me)
}

/// The topic that a message stands in. Replies have the number of a thread, too, which is none.
fn topic(message: &Message) -> Option<i32> {
    message.thread_id.filter(|_| message.is_topic_message).map(|thread| thread.0.0)
}

/// Where the button is that was pressed.
struct Pressed {
    chat: i64,
    private: bool,
    topic: Option<i32>,
    /// The message it is on, if that can be changed.
    on: Option<MessageId>,
}

fn press(query: String, pressed: Option<Pressed>, data: Option<String>, me: &Myself) -> Routed {
    match (pressed, data) {
        (Some(Pressed { chat, private: true, topic, on }), Some(data)) => {
            let inbound = me.meets(chat, topic, None, Event::Press { data, on });
            Routed { chat: Some(chat), task: Task::Press { query, inbound } }
        }
        (pressed, _) => Routed { chat: pressed.map(|pressed| pressed.chat), task: Task::DismissPress { query } },
    }
}

#[cfg(test)]
mod tests;
