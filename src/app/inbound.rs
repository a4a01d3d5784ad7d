//! What reaches the bot, in chat terms: closed, and without Telegram types.

use crate::engine::reply::{Command, Press};

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

/// Something that happened in a chat.
#[derive(Clone, PartialEq, Eq)]
pub struct Inbound {
    /// Where; in a private chat the chat is the person.
    pub chat: ChatKey,
    /// The topic within it, in chats that have topics: what was answered in one does not matter in another.
    pub topic: Option<i32>,
    /// Who did it, and who reads along.
    pub scene: Scene,
    /// The name that people know the bot by there; `None`: its own.
    pub bot_name: Option<String>,
    /// What whoever did it is called, as the front shows it: only for those to whom they want to be known.
    pub name: Option<String>,
    /// When, in seconds since 1970; `None`: just now.
    pub at: Option<i64>,
    /// What.
    pub event: Event,
}

impl Inbound {
    /// Who did it: whose vote it is, and who asked.
    pub fn person(&self) -> ChatKey {
        match &self.scene {
            Scene::Private => self.chat,
            Scene::Group(group) => group.person,
        }
    }

    /// Whether it has to be known whether that person is an admin of the chat.
    pub fn needs_rights(&self) -> bool {
        let Scene::Group(Group { rights: Rights::Unknown, .. }) = &self.scene else { return false };
        match &self.event {
            Event::Heard(heard) => matches!(&heard.said, Said::Command(Command::Settings, _)),
            Event::Press { data, .. } => Press::needs_rights(data),
            _ => false,
        }
    }
}

/// Who reads along.
#[derive(Clone, PartialEq, Eq)]
pub enum Scene {
    /// Nobody but the person.
    Private,
    /// The members of a group, or the comments of a channel.
    Group(Group),
}

/// What is known of something that happened in a group.
#[derive(Clone, PartialEq, Eq)]
pub struct Group {
    /// Who did it: a user, or the chat in whose name they write.
    pub person: ChatKey,
    /// What they may do there.
    pub rights: Rights,
    /// The bot's user name, for links to its private chat.
    pub username: String,
    /// What the chat is called.
    pub title: String,
    /// How a message of the group is linked, up to its number; `None`: it cannot be.
    pub link: Option<String>,
}

/// What somebody may do in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Nobody has asked yet.
    Unknown,
    /// What everybody may.
    Member,
    /// They are an admin.
    Admin,
}

/// A message in a group.
#[derive(Clone, PartialEq, Eq)]
pub struct Heard {
    /// What it says, without the name of the bot.
    pub said: Said,
    /// Which it is.
    pub id: MessageId,
    /// Whether this replaces what the same message said before.
    pub edited: bool,
    /// Why it is for the bot, if it is.
    pub trigger: Trigger,
    /// It speaks to somebody else: it mentions or replies to them.
    pub to_others: bool,
    /// The message it replies to.
    pub replied: Option<Replied>,
    /// What else is known of it.
    pub beside: Beside,
}

/// Why a message in a group is for the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// It is a command for it.
    Command,
    /// It mentions it.
    Mention,
    /// It replies to it.
    Reply,
    /// It is not.
    None,
}

/// The message that another one replies to.
#[derive(Clone, PartialEq, Eq)]
pub struct Replied {
    /// Which it is.
    pub id: MessageId,
    /// Who wrote it; `None`: the bot, another bot, or nobody.
    pub person: Option<ChatKey>,
    /// Its words, if it has any.
    pub text: Option<String>,
    /// The name of whoever wrote it, as Telegram shows it.
    pub author: Option<String>,
}

/// What else is known of a message to the bot.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// Somebody else has written it, or at another time.
    pub forwarded: bool,
    /// There is more to it than words: a picture, a file.
    pub media: bool,
    /// The addresses that stand behind its words.
    pub links: Vec<String>,
}

impl Beside {
    /// The words of the message, and below them the addresses that stand behind them.
    pub fn with_links(&self, words: &str) -> String {
        std::iter::once(words).chain(self.links.iter().map(String::as_str)).collect::<Vec<_>>().join("\n")
    }
}

/// What happened.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody wrote the bot a message, or changed one.
    Message {
        /// What it says.
        said: Said,
        /// Which it is.
        id: MessageId,
        /// Whether this replaces what the same message said before.
        edited: bool,
        /// The message it replies to.
        replied: Option<Replied>,
        /// What else is known of it.
        beside: Beside,
    },
    /// Somebody wrote a message in a group, or changed one.
    Heard(Heard),
    /// Somebody pressed a button.
    Press {
        /// What the button carries, as it came: only the engine of the moment can tell what it means.
        data: String,
        /// The message the button is on; `None` when it is too old to be changed.
        on: Option<MessageId>,
    },
    /// People joined a group.
    Joined {
        /// The message that says so.
        id: MessageId,
    },
    /// The bot can write to the chat, or cannot any more: it was added, removed, blocked or unblocked.
    Reachable(bool),
    /// The chat has become this one.
    Moved(ChatKey),
    /// Somebody wrote in a channel that an entry is to be posted there.
    Post {
        /// The words after the command: the id of the entry.
        words: String,
        /// The message that says so.
        id: MessageId,
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
            Self::Command(command, words) => matches!(command, Command::Ask | Command::Faq) && !words.trim().is_empty(),
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
