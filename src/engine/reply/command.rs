//! The commands of a private chat, one variant each: help, menus, parsing and tests derive from it.

/// A command of a private chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Introduces the bot, or opens the entry of a deep link.
    Start,
    /// Asks a question.
    Ask,
    /// Lists the topics.
    Topics,
    /// Says how to use the bot.
    Help,
    /// Says what is kept.
    Privacy,
}

impl Command {
    /// All of them, in the order of help and menu.
    pub const ALL: [Self; 5] = [Self::Start, Self::Ask, Self::Topics, Self::Help, Self::Privacy];

    /// Without the slash.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Ask => "ask",
            Self::Topics => "topics",
            Self::Help => "help",
            Self::Privacy => "privacy",
        }
    }

    /// What it does, for people.
    pub fn description(self) -> &'static str {
        match self {
            Self::Start => "What I am and what I know",
            Self::Ask => "Ask a question: write it after the command",
            Self::Topics => "Browse all questions by topic",
            Self::Help => "How to use me",
            Self::Privacy => "What I keep and for how long",
        }
    }

    /// The command that somebody means who writes its name and nothing else, without the slash. `/ask` alone asks nothing.
    pub fn meant(text: &str) -> Option<Self> {
        let word = text.trim().trim_end_matches(['.', '!', '?']).trim_end();
        let named = if word.eq_ignore_ascii_case("menu") { Some(Self::Topics) } else { Self::named(word) };
        named.filter(|command| *command != Self::Ask)
    }

    /// The command of this name, in letters of either case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.name().eq_ignore_ascii_case(name))
    }
}
