//! What reaches the bot, in chat terms: closed, and without Telegram types.

use crate::engine::reply::Command;

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

impl Surface {
    /// Whether people can edit what they wrote there.
    pub fn edits(self) -> bool {
        matches!(self, Self::Telegram)
    }
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
    /// The topic within it, in chats that have topics: what was answered in one does not matter in another.
    pub topic: Option<i32>,
    /// The name that people know the bot by there; `None`: its own.
    pub bot_name: Option<String>,
    /// When, in seconds since 1970; `None`: just now.
    pub at: Option<i64>,
    /// What.
    pub event: Event,
}

/// What a person did.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// Wrote a message, or changed one.
    Message {
        /// What it says.
        said: Said,
        /// Which it is.
        id: MessageId,
        /// Whether this replaces what the same message said before.
        edited: bool,
    },
    /// Pressed a button.
    Press {
        /// What the button carries, as it came: only the engine of the moment can tell what it means.
        data: String,
        /// The message the button is on; `None` when it is too old to be changed.
        on: Option<MessageId>,
    },
}

/// What a message says.
#[derive(Clone, PartialEq, Eq)]
pub enum Said {
    /// Text, or a caption.
    Question(String),
    /// A command, and the words after it.
    Command(Command, String),
    /// A command the bot does not know.
    UnknownCommand,
    /// A picture, voice, sticker... without words.
    Wordless,
}

impl Said {
    /// Whether an answer is asked for, and not something the bot says at any time.
    pub fn is_question(&self) -> bool {
        match self {
            Self::Question(_) => true,
            Self::Command(command, words) => *command == Command::Ask && !words.trim().is_empty(),
            Self::UnknownCommand | Self::Wordless => false,
        }
    }

    /// What somebody meant who typed `text`, on any front. `username` is the bot's, where commands can be addressed to
    /// one of several bots (`/help@name`) and people begin with the name out of habit (`@name how much is it`).
    pub fn from_text(text: &str, username: Option<&str>) -> Self {
        let text = username.map_or(text, |username| after_mention(text, username)).trim();
        let question = || Self::Question(text.to_owned());
        let (head, words) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let Some(head) = head.strip_prefix('/') else { return question() };
        let (name, addressee) = head.split_once('@').map_or((head, None), |(name, bot)| (name, Some(bot)));
        // "/path or w/out": a slash alone does not make a command.
        if !(1..=32).contains(&name.len()) || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return question();
        }
        let for_another = addressee.zip(username).is_some_and(|(to, me)| !to.eq_ignore_ascii_case(me));
        match Command::named(name).filter(|_| !for_another) {
            Some(command) => Self::Command(command, words.trim().to_owned()),
            None => Self::UnknownCommand,
        }
    }
}

/// `text` without the name of the bot at its beginning.
fn after_mention<'a>(text: &'a str, username: &str) -> &'a str {
    let rest = text.trim_start().strip_prefix('@').and_then(|rest| {
        let (name, rest) = rest.split_at_checked(username.len())?;
        // Another name may begin with this one.
        let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        (ends && name.eq_ignore_ascii_case(username)).then_some(rest)
    });
    rest.map_or(text, |rest| rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Said) {
        assert!(Said::from_text(text, Some("FaqBot")) == expected, "{text:?}");
    }

    fn command(command: Command, words: &str) -> Said {
        Said::Command(command, words.to_owned())
    }

    #[test]
    fn every_command_is_known_in_either_case_with_and_without_the_name_of_the_bot() {
        for known in Command::ALL {
            let name = known.name();
            for text in [format!("/{name}"), format!(" /{} ", name.to_uppercase()), format!("/{name}@faqbot")] {
                check(&text, command(known, ""));
            }
            check(&format!("/{name}@OtherBot"), Said::UnknownCommand);
            assert!(
                Said::from_text(&format!("/{name}@OtherBot"), None) == command(known, ""),
                "one bot, one addressee"
            );
        }
    }

    #[test]
    fn words_after_a_command_belong_to_it() {
        check("/start e_a", command(Command::Start, "e_a"));
        check(" /ASK  how much? ", command(Command::Ask, "how much?"));
        check("/ask\nhow much?", command(Command::Ask, "how much?"));
        check("/nonsense please", Said::UnknownCommand);
    }

    #[test]
    fn the_name_of_the_bot_at_the_beginning_is_no_part_of_the_question() {
        let question = |text: &str| Said::Question(text.to_owned());
        for text in ["@FaqBot how much?", " @faqbot, how much?", "@FAQBOT: how much? ", "@FaqBot\nhow much?"] {
            check(text, question("how much?"));
        }
        check("@FaqBot", question(""));
        check("@FaqBot /ask how much?", command(Command::Ask, "how much?"));
        for text in ["@FaqBots how much?", "@FaqBot_2 hi", "@Faq", "@", "@é", "ask @FaqBot", "@OtherBot how much?"] {
            check(text, question(text));
        }
        assert!(Said::from_text("@FaqBot hi", None) == question("@FaqBot hi"), "no name, no mention");
    }

    #[test]
    fn a_slash_alone_is_no_command() {
        for text in ["/", "/ what", "/etc/passwd what", "/@FaqBot", "//", "/é", "cost w/out books", "how much?", ""] {
            check(text, Said::Question(text.to_owned()));
        }
    }
}
