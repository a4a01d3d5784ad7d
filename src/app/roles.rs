//! Who may do what: one table, in the code and in the documentation.
//!
//! Owns the roles and how somebody comes by one. Who is an admin of a group is for Telegram to say.

use super::{App, ChatKey, Inbound, Surface};

/// What somebody is to the bot, beside a student.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Runs the bot: is among `admins` below `[telegram]` in the configuration.
    Owner,
    /// Keeps the FAQ: is among `editors` there.
    Editor,
    /// Answers students: writes in the mentors' chat, which is `mentors_chat` there.
    Mentor,
    /// Is an admin of a group, by Telegram's word.
    ChatAdmin,
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Is told, in private, when the FAQ folder cannot be served, and gets the weekly digest.
    BeTold,
    /// `/reload`.
    Reload,
    /// `/reload anyway`, when most entries are gone.
    ReloadAnyway,
    /// `/gaps`, with its buttons: adds phrasings, starts drafts, dismisses.
    Gaps,
    /// `/stats` and `/stale`.
    Stats,
    /// `/export`.
    Export,
    /// `/why` as a reply to an answer, and `/test`.
    Why,
    /// `/teach` as a reply to a good answer: makes a draft.
    Teach,
    /// Claims, answers and closes what students ask a person.
    Mentor,
    /// `/settings` of a group, a silent trial, and its report.
    Settings,
    /// Takes any answer in a group away, or chooses a suggestion for somebody else.
    Remove,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Editor, Self::Mentor, Self::ChatAdmin];

    /// As people say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Mentor => "mentor",
            Self::ChatAdmin => "chat admin",
        }
    }
}

impl Right {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::BeTold,
        Self::Reload,
        Self::ReloadAnyway,
        Self::Gaps,
        Self::Stats,
        Self::Export,
        Self::Why,
        Self::Teach,
        Self::Mentor,
        Self::Settings,
        Self::Remove,
    ];

    /// What it is, for people.
    pub fn about(self) -> &'static str {
        match self {
            Self::BeTold => "is told in private when the FAQ folder cannot be served, and gets the weekly digest",
            Self::Reload => "`/reload`",
            Self::ReloadAnyway => "`/reload anyway`: serve the folder although most entries are gone",
            Self::Gaps => "`/gaps`: add phrasings, start drafts, dismiss",
            Self::Stats => "`/stats`, `/stale`",
            Self::Export => "`/export`",
            Self::Why => "`/why` as a reply to an answer, `/test`",
            Self::Teach => "`/teach` as a reply to a good answer: makes a draft",
            Self::Mentor => "claim, answer and close what students ask a person, keep answers as drafts",
            Self::Settings => "`/settings` of a group, silent trials and their reports",
            Self::Remove => "take any answer in a group away, choose a suggestion for somebody else",
        }
    }

    /// Who has it.
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::ReloadAnyway => &[Role::Owner],
            Self::BeTold | Self::Reload | Self::Gaps | Self::Stats | Self::Export => &[Role::Owner, Role::Editor],
            Self::Why | Self::Teach => &[Role::Owner, Role::Editor, Role::Mentor],
            Self::Mentor => &[Role::Mentor],
            Self::Settings | Self::Remove => &[Role::ChatAdmin],
        }
    }
}

/// The table of the documentation, in Markdown.
pub fn table() -> String {
    let mut table = String::from("| |");
    Role::ALL.iter().for_each(|role| table += &format!(" {} |", role.name()));
    table += "\n|---|";
    Role::ALL.iter().for_each(|_| table += ":-:|");
    for right in Right::ALL {
        table += &format!("\n| {} |", right.about());
        Role::ALL.iter().for_each(|role| table += if right.roles().contains(role) { " yes |" } else { " |" });
    }
    table + "\n"
}

/// Who the owner has named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// User ids of the owners.
    pub owners: Vec<i64>,
    /// User ids of the editors.
    pub editors: Vec<i64>,
}

impl People {
    /// All of them, each once.
    pub fn all(&self) -> Vec<i64> {
        let editors = self.editors.iter().filter(|id| !self.owners.contains(id));
        self.owners.iter().chain(editors).copied().collect()
    }
}

impl App {
    /// Whether whoever did this has the right.
    pub(super) fn may(&self, inbound: &Inbound, right: Right) -> bool {
        let is = |role: &Role| self.is(inbound.person(), inbound.chat, *role);
        right.roles().iter().any(is)
    }

    /// Whether somebody who writes in this chat has the role. Who is an admin of a chat is not known here.
    fn is(&self, person: ChatKey, chat: ChatKey, role: Role) -> bool {
        let people = &self.settings.people;
        let on_telegram = person.surface == Surface::Telegram && chat.surface == Surface::Telegram;
        on_telegram
            && match role {
                Role::Owner => people.owners.contains(&person.id),
                Role::Editor => people.editors.contains(&person.id),
                Role::Mentor => self.is_mentors_chat(chat),
                Role::ChatAdmin => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_somebody_may_do_is_somebodys() {
        for right in Right::ALL {
            assert!(!right.roles().is_empty() && !right.about().is_empty(), "{right:?}");
        }
        let table = table();
        assert_eq!(table.lines().count(), 2 + Right::ALL.len());
        assert!(table.contains("| `/reload` | yes | yes | | |"), "{table}");
    }

    #[test]
    fn who_is_both_is_told_once() {
        let people = People { owners: vec![1, 2], editors: vec![2, 3] };
        assert_eq!(people.all(), [1, 2, 3]);
    }
}
