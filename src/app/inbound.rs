//! What reaches the bot, in chat terms: closed, and without Telegram types.

use crate::engine::reply::Press;

/// Which front a chat belongs to. Ids of different fronts never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Surface {
    /// Telegram.
    Telegram,
    /// The page.
    Web,
    /// `telefaq chat`.
    Terminal,
}

/// One chat. Not to be stored as it is: the store keys rows by a hash of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChatKey {
    /// The front.
    pub surface: Surface,
    /// The front's own id.
    pub id: i64,
}

/// Hides the id: it would identify a person in a log.
impl std::fmt::Debug for ChatKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ChatKey({:?}, ***)", self.surface)
    }
}

/// A message's number within its chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub i32);

/// Something a person did in a private chat.
#[derive(Clone, PartialEq, Eq)]
pub struct Inbound {
    /// Where; in a private chat the chat is the person.
    pub chat: ChatKey,
    /// What.
    pub event: Event,
}

/// What a person did.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// Wrote text, or a caption.
    Question {
        /// As written.
        text: String,
        /// The message it is in.
        message: MessageId,
        /// Whether this replaces an earlier text of the same message.
        edited: bool,
    },
    /// `/start`, with the payload of a deep link (empty without one).
    Start(String),
    /// `/help`.
    Help,
    /// `/topics`.
    Topics,
    /// `/ask words`; `text` may be empty.
    Ask {
        /// The words after the command.
        text: String,
        /// The message it is in.
        message: MessageId,
        /// Whether this replaces an earlier text of the same message.
        edited: bool,
    },
    /// `/privacy`.
    Privacy,
    /// A command the bot does not know.
    UnknownCommand,
    /// Pressed a button.
    Press {
        /// What it does; `None`: data of another version or of nobody.
        press: Option<Press>,
        /// The message the button is on; `None` when it is too old to be changed.
        on: Option<MessageId>,
    },
    /// Sent a picture, voice, sticker... without words.
    Wordless,
}
