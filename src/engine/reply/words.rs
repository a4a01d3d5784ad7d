//! What the bot says about itself, and its short notices.

use super::buttons::button;
use super::topics::groups;
use super::{Command, Menu, Press, Reply, Voice};
use crate::engine::html::{MESSAGE_UNITS, cut_html, cut_line, escape, is_blank, visible_units};

/// Topics that `/start` lists.
const LISTED: usize = 12;
/// UTF-16 units of the owner's words about how to reach a person.
const CONTACT_UNITS: usize = 500;

/// UTF-16 units of the words that are quoted above a reply: enough to see which question it was.
const QUOTED_UNITS: usize = 150;

/// From how many seconds on it is said that an answer comes late.
const LATE_SECS: i64 = 60 * 60;

/// What an entry answers that has a file and no answer yet.
pub const UNWRITTEN: &str = "This answer is still being written.";
/// After 👍, the first vote of this person on this entry.
pub const THANKS: &str = "Thanks, noted.";
/// After a vote that replaces an earlier one.
pub const THANKS_CHANGED: &str = "Thanks, I have changed your vote.";
/// After 👎, when the reasons are on the buttons.
pub const THANKS_WHY: &str = "Thanks. What was wrong with it?";
/// After a reason was given.
pub const THANKS_REASON: &str = "Thanks, I have noted that.";
/// To a button of another version.
pub const OLD_BUTTON: &str = "This button is too old for me. Please ask your question again.";
/// To a button whose entry has gone.
pub const ENTRY_GONE: &str = "That answer is no longer here. Please ask your question again.";
/// To a button whose topic has gone.
pub const TOPIC_GONE: &str = "That topic is no longer here.";
/// To a press that came twice.
pub const JUST_SENT: &str = "I have just sent you that.";
/// After 👎 in a group, where nobody is asked why.
pub const THANKS_IN_GROUP: &str = "Thanks, noted. If you ask me the same in private, you can tell me what was wrong.";
/// After "None of these" in a group.
pub const NONE_IN_GROUP: &str = "Then I may not have it. Try other words, or look further in private.";
/// In place of an answer that could not be made. Fits a notice, too.
pub const SORRY: &str = "Sorry, something went wrong on my side with that message. Please try again in other words.";
/// Once to somebody who sends more at a time than can be answered.
pub const LEFT_OUT: &str = "That was a lot at once, so I left some of your messages out. I answer the last ones; if an \
                            answer is missing, please ask again, one question at a time.";

/// The reply to a question that was asked so many seconds ago: above it that it comes late, if it does.
pub fn late(reply: Reply, waited_secs: i64) -> Reply {
    if waited_secs < LATE_SECS {
        return reply;
    }
    let ago = match waited_secs / LATE_SECS {
        1 => "an hour".to_owned(),
        hours @ ..48 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    };
    let above = format!("<i>You asked this {ago} ago; sorry for the wait.</i>\n\n");
    let room = MESSAGE_UNITS.saturating_sub(visible_units(&above));
    Reply { html: format!("{above}{}", cut_html(&reply.html, room)), ..reply }
}

/// To a question that had to wait so long that it is not answered any more.
pub fn too_late(waited_secs: i64) -> Reply {
    let hours = (waited_secs / LATE_SECS).max(1);
    let ago = if hours == 1 { "an hour".to_owned() } else { format!("{hours} hours") };
    Reply::plain(&format!(
        "Sorry, I was away. What you asked {ago} ago I leave alone; if you still want to know, please ask again."
    ))
}

/// The reply to one of several questions of a message: above it the words that asked it.
pub fn about(words: &str, reply: Reply) -> Reply {
    let words = escape(&cut_line(words, QUOTED_UNITS));
    if is_blank(&words) {
        return reply;
    }
    let above = format!("<blockquote>{words}</blockquote>\n");
    let room = MESSAGE_UNITS.saturating_sub(visible_units(&above));
    Reply { html: format!("{above}{}", cut_html(&reply.html, room)), ..reply }
}

impl Voice<'_> {
    /// `/start`: that it is a bot, what it knows, how to ask and how to reach a human. `dead_link`: it came with a link
    /// that no longer leads anywhere.
    pub fn start(&self, dead_link: bool) -> Reply {
        let mut parts = Vec::new();
        if dead_link {
            parts.push("The link you followed no longer leads anywhere, but you can ask me.".to_owned());
        }
        parts.push(format!(
            "Hi, I am {}, a bot. I answer from a list of questions that people keep and check, and I show where each \
             answer comes from. When I don't know, I say so.",
            escape(&self.name())
        ));
        let groups = groups(self.corpus);
        if !groups.is_empty() {
            let lines = groups.iter().take(LISTED).map(|g| format!("{} ({})", escape(&g.heading()), g.count()));
            let mut lines: Vec<_> = lines.collect();
            if groups.len() > LISTED {
                lines.push(format!("and {} more topics", groups.len() - LISTED));
            }
            parts.push(format!("<b>What I know about</b>\n{}", lines.join("\n")));
        }
        parts.push("Just write your question in your own words.".to_owned());
        parts.push(self.person_words());
        Reply { html: parts.join("\n\n"), buttons: self.browse() }
    }

    /// `/help`.
    pub fn help(&self) -> Reply {
        let edit = if self.edits { " If you edit it, I edit my answer." } else { "" };
        let html = format!(
            "<b>How to use me</b>\nWrite your question in your own words.{edit} With 👍 and 👎 you can rate an \
             answer.\n\n{}\n\n{}",
            commands(),
            self.person_words()
        );
        Reply { html, buttons: self.browse() }
    }

    /// `/privacy`.
    pub fn privacy(&self) -> Reply {
        let questions = if self.keep_log {
            "• your questions and which of my suggestions you meant, without who asked, and with names, phone numbers, \
             e-mail addresses and the like removed where I recognise them\n"
        } else {
            ""
        };
        let answers = if self.edits {
            "• which of my messages answers which of yours, under the same code, so that I can edit it when you edit your \
             question\n"
        } else {
            ""
        };
        let last = "• for two days, which answer you read last, under the same code, so that I understand a question that \
                    follows on from it\n";
        let groups = if self.edits {
            "• if you came to me by the link of a cohort, which one, and if you have blocked me, that I am not to write\n\
             • in groups, whom an answer was for and what its admins have set, under such codes; how I came to it, encrypted; \
             and where they try me out silently, the questions I would have answered, without who asked\n"
        } else {
            ""
        };
        let person = if self.mentors {
            "• a question that I could not answer, encrypted, for an hour, so that I can pass it on if you ask a person\n\
             • when you do: your question and the answers, with personal data removed where I recognise it, and your first name \
             if the mentors may see it; all of that encrypted, and counted from the last message\n"
        } else {
            ""
        };
        let in_groups = if self.edits { "; what you read last in groups goes by itself" } else { "" };
        let days = if self.retention_days == 1 { "1 day".to_owned() } else { format!("{} days", self.retention_days) };
        let html = format!(
            "<b>What I keep</b>\n{questions}• your 👍 and 👎, under a code that does not show who you \
             are\n{answers}{last}{person}{groups}\nAll of it but settings is deleted after {days}. Besides that I remember for two days which messages I have \
             handled, by number only, so that I answer none twice. When I cannot answer at once, I keep your message, \
             encrypted, until I have, and no longer than two days. Nothing else about you is kept.\n\n/forget_me deletes \
             what I keep about you at once{in_groups}.",
        );
        Reply { html, buttons: Vec::new() }
    }

    /// To `/forget_me`.
    pub fn forgotten(&self, anything: bool) -> Reply {
        let log = if self.keep_log {
            " The questions in my log were never kept with who asked them, so I cannot tell which are yours."
        } else {
            ""
        };
        said(if anything {
            format!(
                "Done. I have deleted what I kept about you: your votes, which answers were for you, what you read last, \
                 and the cohort you came from.{log}"
            )
        } else {
            format!("I keep nothing about you.{log}")
        })
    }

    /// To `/ask` without words.
    pub fn ask_what(&self) -> Reply {
        said("What is your question? Write it after the command, or just send it as a message.".to_owned())
    }

    /// To a command the bot does not know.
    pub fn unknown_command(&self) -> Reply {
        said(format!("I don't know that command. I know these:\n{}", commands()))
    }

    /// To a picture, a voice message, a sticker, or text without a word.
    pub fn wordless(&self) -> Reply {
        said("I can only read text. Please write your question in words.".to_owned())
    }

    /// To `/settings` in a private chat.
    pub fn settings_are_for_groups(&self) -> Reply {
        said("Settings are for groups: add me to one and write /settings there, as its admin.".to_owned())
    }

    /// To "Ask a person".
    pub fn person(&self) -> Reply {
        said(self.person_words())
    }

    /// How to reach a person, if there is a way.
    pub(super) fn contact(&self) -> Option<String> {
        self.contact.map(|contact| cut_line(contact, CONTACT_UNITS)).filter(|contact| !contact.is_empty())
    }

    fn person_words(&self) -> String {
        match self.contact() {
            _ if self.mentors => {
                "To ask a person, write /person and your question: I pass it on, and bring you the answer.".to_owned()
            }
            Some(contact) => format!("To reach a person: {}", escape(&contact)),
            None => "I can't pass your question on to a person. If I can't help, please ask the people who told you \
                     about me."
                .to_owned(),
        }
    }

    pub(super) fn name(&self) -> String {
        let name = cut_line(self.bot_name, 64);
        if name.is_empty() { "telefaq".to_owned() } else { name }
    }

    fn browse(&self) -> Vec<Vec<super::Button>> {
        if groups(self.corpus).is_empty() { Vec::new() } else { vec![vec![button("Browse topics", Press::Topics)]] }
    }
}

fn said(html: String) -> Reply {
    Reply { html, buttons: Vec::new() }
}

fn commands() -> String {
    let lines = Command::of(Menu::Private).map(|command| format!("/{} - {}", command.name(), command.description()));
    lines.collect::<Vec<_>>().join("\n")
}
