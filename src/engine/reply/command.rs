//! The commands, one variant each: help, menus, parsing and tests derive from it.

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Introduces the bot, or opens the entry of a deep link.
    Start,
    /// Asks a question.
    Ask,
    /// Answers the message it replies to.
    Faq,
    /// Lists the topics.
    Topics,
    /// Lists the sources.
    Sources,
    /// Has a question passed on to a person.
    Person,
    /// Does not ask a person after all.
    Cancel,
    /// Says how to use the bot.
    Help,
    /// Says what is kept.
    Privacy,
    /// Forgets who asks for it.
    ForgetMe,
    /// Shows a group's settings to its admins.
    Settings,
    /// Says how the answer came about that it replies to.
    Why,
    /// Says what would be said to a question.
    Test,
    /// Shows what was not answered.
    Gaps,
    /// Makes a draft of the message it replies to.
    Teach,
    /// Lists the entries that nobody has checked for long.
    Stale,
    /// Counts what was asked.
    Stats,
    /// Takes the folder over as it is now.
    Reload,
    /// Sends all entries as a file.
    Export,
}

/// Who is shown a command in Telegram's menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Menu {
    /// Whoever writes to the bot in private.
    Private,
    /// The members of groups.
    Groups,
    /// The admins of groups, beside what all members see.
    GroupAdmins,
    /// Owners and editors of the FAQ, beside what everybody sees in private.
    Editors,
}

impl Command {
    /// All of them, in the order of help and menus.
    pub const ALL: [Self; 19] = [
        Self::Start,
        Self::Ask,
        Self::Faq,
        Self::Topics,
        Self::Sources,
        Self::Person,
        Self::Cancel,
        Self::Help,
        Self::Privacy,
        Self::ForgetMe,
        Self::Settings,
        Self::Gaps,
        Self::Test,
        Self::Why,
        Self::Teach,
        Self::Stale,
        Self::Stats,
        Self::Reload,
        Self::Export,
    ];

    /// Without the slash.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Ask => "ask",
            Self::Faq => "faq",
            Self::Topics => "topics",
            Self::Sources => "sources",
            Self::Person => "person",
            Self::Cancel => "cancel",
            Self::Help => "help",
            Self::Privacy => "privacy",
            Self::ForgetMe => "forget_me",
            Self::Settings => "settings",
            Self::Why => "why",
            Self::Test => "test",
            Self::Gaps => "gaps",
            Self::Teach => "teach",
            Self::Stale => "stale",
            Self::Stats => "stats",
            Self::Reload => "reload",
            Self::Export => "export",
        }
    }

    /// What it does, for people.
    pub fn description(self) -> &'static str {
        match self {
            Self::Start => "What I am and what I know",
            Self::Ask => "Ask a question: write it after the command",
            Self::Faq => "Answer somebody: reply to their message with it",
            Self::Topics => "Browse all questions by topic",
            Self::Sources => "Where my answers come from",
            Self::Person => "Ask a person: write your question after it",
            Self::Cancel => "Not to write to a person after all",
            Self::Help => "How to use me",
            Self::Privacy => "What I keep and for how long",
            Self::ForgetMe => "Delete what I keep about you",
            Self::Settings => "When I speak in this chat (for its admins)",
            Self::Why => "How an answer came about: reply to it with this",
            Self::Test => "What I would say to a question: write it after the command",
            Self::Gaps => "What I could not answer",
            Self::Teach => "Make a draft of a good answer: reply to it, with the question after the command",
            Self::Stale => "Entries that nobody has checked for long",
            Self::Stats => "What was asked, and how I did",
            Self::Reload => "Serve the FAQ files as they are now",
            Self::Export => "All entries as a file: json, csv or faqpage",
        }
    }

    /// Whether it is in this menu.
    pub fn is_in(self, menu: Menu) -> bool {
        match menu {
            Menu::Private => !matches!(self, Self::Faq | Self::Settings | Self::Cancel) && !self.is_for_editors(),
            Menu::Groups => matches!(self, Self::Ask | Self::Faq | Self::Help),
            Menu::GroupAdmins => self == Self::Settings || self.is_in(Menu::Groups),
            Menu::Editors => self.is_for_editors() || self.is_in(Menu::Private),
        }
    }

    /// Whether it is for those who keep the FAQ; to everybody else there is no such command.
    pub fn is_for_editors(self) -> bool {
        match self {
            Self::Why
            | Self::Test
            | Self::Gaps
            | Self::Teach
            | Self::Stale
            | Self::Stats
            | Self::Reload
            | Self::Export => true,
            Self::Start
            | Self::Ask
            | Self::Faq
            | Self::Topics
            | Self::Sources
            | Self::Person
            | Self::Cancel
            | Self::Help
            | Self::Privacy
            | Self::ForgetMe
            | Self::Settings => false,
        }
    }

    /// Those of a menu, in its order.
    pub fn of(menu: Menu) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |command| command.is_in(menu))
    }

    /// The command that somebody means who writes its name and nothing else, without the slash. `/ask` and `/person` alone ask
    /// nothing.
    pub fn meant(text: &str) -> Option<Self> {
        let word = text.trim().trim_end_matches(['.', '!', '?']).trim_end();
        let named = if word.eq_ignore_ascii_case("menu") { Some(Self::Topics) } else { Self::named(word) };
        named.filter(|command| {
            command.is_in(Menu::Private) && !matches!(command, Self::Ask | Self::Person | Self::ForgetMe)
        })
    }

    /// The command of this name, in letters of either case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.name().eq_ignore_ascii_case(name))
    }
}
