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

impl Event {
    /// What somebody meant who typed `text` where commands have no markup of their own: on the page, in the terminal.
    pub fn from_text(text: &str, message: MessageId) -> Self {
        let text = text.trim();
        let question = |text: &str| Self::Question { text: text.to_owned(), message, edited: false };
        let Some(line) = text.strip_prefix('/') else { return question(text) };
        let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match command.to_ascii_lowercase().as_str() {
            "start" => Self::Start(rest.trim().to_owned()),
            "help" => Self::Help,
            "topics" => Self::Topics,
            "privacy" => Self::Privacy,
            "ask" => Self::Ask { text: rest.trim().to_owned(), message, edited: false },
            // "/path or w/out": a slash alone does not make a command.
            other if other.is_empty() || !other.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                question(text)
            }
            _ => Self::UnknownCommand,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::COMMANDS;

    #[test]
    fn typed_commands_are_commands() {
        let event = |text: &str| Event::from_text(text, MessageId(1));
        for command in COMMANDS {
            let known = event(&format!("/{}", command.name));
            assert!(!matches!(known, Event::UnknownCommand | Event::Question { .. }), "/{}", command.name);
        }
        assert!(matches!(event("/start e_a"), Event::Start(payload) if payload == "e_a"));
        assert!(matches!(event(" /ASK  how much? "), Event::Ask { text, .. } if text == "how much?"));
        assert!(matches!(event("/nonsense"), Event::UnknownCommand));
        assert!(matches!(event("/"), Event::Question { .. }));
        assert!(matches!(event("/etc/passwd what"), Event::Question { .. }));
        assert!(matches!(event("cost w/out books"), Event::Question { .. }));
    }
}
