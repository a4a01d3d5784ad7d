//! From the text of an update to what is to be done about it: pure.
//!
//! Owns which updates concern the bot and how they read in chat terms. Anything it cannot make sense of is
//! [`Task::Ignore`], never a failure.

mod group;
mod mend;
mod raw;

use teloxide::types::Me;

use crate::app::{ChatKey, Event, Inbound, InlineQuery, MessageId, Said, Scene, Surface};
use raw::{Message, Update};

/// Telegram's own account, by which channels post in their groups.
const TELEGRAM: u64 = 777_000;

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
    /// Something happened in a chat.
    Event(Inbound),
    /// Somebody pressed a button.
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
    /// Somebody types behind the bot's name, in any chat.
    Inline {
        /// What the list is an answer to.
        id: String,
        /// What they typed.
        query: InlineQuery,
    },
    /// Somebody picked a result of such a list.
    Picked {
        /// Id of the result.
        result: String,
        /// What they had typed.
        words: String,
    },
    /// Somebody mentioned the bot in a chat that it is not in.
    Guest {
        /// What the answer goes to.
        id: String,
        /// What they wrote.
        query: InlineQuery,
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
            Self::Inline { .. } => "Inline",
            Self::Picked { .. } => "Picked",
            Self::Guest { .. } => "Guest",
            Self::LeftOut { .. } => "LeftOut",
            Self::Ignore(why) => return write!(f, "Ignore({why})"),
        })
    }
}

impl Routed {
    fn ignored(why: &'static str) -> Self {
        Self { chat: None, task: Task::Ignore(why) }
    }

    fn event(inbound: Inbound) -> Self {
        Self { chat: Some(inbound.chat.id), task: Task::Event(inbound) }
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
    /// Something that a person of this name did in the private chat of this id, in this topic of it, and when if that is
    /// known.
    fn meets(&self, (chat, topic): (i64, Option<i32>), name: Option<String>, at: Option<i64>, event: Event) -> Inbound {
        let bot_name = Some(self.name.clone());
        Inbound { chat: chat_key(chat), topic, scene: Scene::Private, bot_name, name, at, event }
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

/// The key of a Telegram user: that of their private chat.
fn user_key(id: u64) -> ChatKey {
    chat_key(i64::try_from(id).unwrap_or_default())
}

/// What the update with this text asks for.
pub fn route(raw: &str, me: &Myself) -> Routed {
    let Ok(update) = serde_json::from_str::<Update>(&mend::lone_surrogates(raw)) else {
        return Routed::ignored("an update that cannot be read");
    };
    match update {
        Update { message: Some(message), .. } => route_message(&message, false, me),
        Update { edited_message: Some(message), .. } => route_message(&message, true, me),
        Update { channel_post: Some(message), .. } => group::route_post(&message, me),
        Update { callback_query: Some(press), .. } => route_press(press, me),
        Update { inline_query: Some(query), .. } => route_inline(query, me),
        Update { chosen_inline_result: Some(chosen), .. } => {
            let task = Task::Picked { result: chosen.result_id, words: chosen.query };
            Routed { chat: None, task }
        }
        Update { guest_message: Some(message), .. } => group::route_guest(&message, me),
        Update { my_chat_member: Some(membership), .. } => group::route_membership(&membership, me),
        _ => Routed::ignored("a kind of update that does not concern the bot"),
    }
}

fn route_message(message: &Message, edited: bool, me: &Myself) -> Routed {
    match message.chat.kind.as_str() {
        "private" => route_private(message, edited, me),
        "group" | "supergroup" => group::route_message(message, edited, me),
        _ => Routed::ignored("neither a private chat nor a group"),
    }
}

fn route_private(message: &Message, edited: bool, me: &Myself) -> Routed {
    let why = match message {
        Message { is_automatic_forward: true, .. } => Some("an automatic forward"),
        Message { from: None, .. } => Some("nobody's message"),
        Message { from: Some(from), .. } if from.id == me.id => Some("the bot's own message"),
        Message { from: Some(from), .. } if from.is_bot => Some("another bot's message"),
        Message { via_bot: Some(via), .. } if via.id == me.id => Some("sent by way of the bot"),
        _ => None,
    };
    if let Some(why) = why {
        return Routed::ignored(why);
    }
    let said = match said(message, edited, me) {
        Ok(said) => said,
        Err(why) => return Routed::ignored(why),
    };
    let replied = message.reply_to_message.as_deref().map(group::replied_to(me));
    let event = Event::Message { said, id: MessageId(message.message_id), edited, replied, beside: message.beside() };
    let name = message.from.as_ref().and_then(|from| from.first_name.clone());
    Routed::event(me.meets((message.chat.id, message.topic()), name, Some(at(message, edited)), event))
}

/// What a person's message says, or why that is nothing to the bot.
fn said(message: &Message, edited: bool, me: &Myself) -> Result<Said, &'static str> {
    match message.words() {
        Some(words) => Ok(Said::from_text(words, Some(&me.username))),
        None if !message.has_media() => Err("a service message"),
        // Each picture is a message of its own; the words, if there are any, are below one of them.
        None if message.is_in_album() => Err("a part of an album without words"),
        // A live location is edited every few seconds.
        None if edited => Err("a change of something without words"),
        None => Ok(Said::Wordless),
    }
}

/// When it was written, or changed.
fn at(message: &Message, edited: bool) -> i64 {
    message.edit_date.filter(|_| edited).unwrap_or(message.date)
}

fn route_press(press: raw::Press, me: &Myself) -> Routed {
    let raw::Press { id: query, from, message, data } = press;
    let chat = message.as_ref().map(|message| message.chat.id);
    let dismissed = |query| Routed { chat, task: Task::DismissPress { query } };
    let (Some(message), Some(data)) = (message, data) else { return dismissed(query) };
    // A message that is too old to be seen cannot be changed; one that only one person sees, not in this way.
    let changeable = message.date != 0 && message.ephemeral_message_id.is_none();
    let on = changeable.then_some(MessageId(message.message_id));
    let event = Event::Press { data, on };
    let name = from.first_name.clone();
    let inbound = match message.chat.kind.as_str() {
        "private" => me.meets((message.chat.id, message.topic()), name, None, event),
        "group" | "supergroup" if !from.is_bot => group::pressed(&message, user_key(from.id), name, event, me),
        _ => return dismissed(query),
    };
    Routed { chat, task: Task::Press { query, inbound } }
}

fn route_inline(query: raw::InlineQuery, me: &Myself) -> Routed {
    let raw::InlineQuery { id, from, query: words, offset } = query;
    if from.is_bot {
        return Routed::ignored("another bot's query");
    }
    let query = InlineQuery { person: user_key(from.id), username: me.username.clone(), words, offset };
    Routed { chat: None, task: Task::Inline { id, query } }
}

#[cfg(test)]
mod tests;
