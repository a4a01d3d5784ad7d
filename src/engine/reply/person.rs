//! What the bot says where a student asks a person: to the student, and to the mentors.
//!
//! Owns the words around what people wrote, which goes on as it is. Knows nobody: what a student may be called is given.

use super::buttons::button;
use super::{Button, Press, Reply, Voice};
use crate::engine::html::{MESSAGE_UNITS, cut_line, cut_text, escape, is_blank, visible_units};

/// UTF-16 units of a question where it only has to be recognised.
const FIRST_WORDS: usize = 60;
/// UTF-16 units of the name of a topic; Telegram takes 128.
const TOPIC_UNITS: usize = 100;
/// UTF-16 units of a name.
const NAME_UNITS: usize = 40;

/// To a press about a conversation that is over, or that nobody knows any more.
pub const TALK_OVER: &str = "That conversation is over. To ask a person again, write /person and your question.";
/// To a press on a preview that is too old.
pub const PREVIEW_GONE: &str = "That took too long, so I have forgotten what you wrote. Please ask again with /person.";
/// To a second press on a preview.
pub const SENT_ALREADY: &str = "I have passed that on already.";
/// To whoever does not want to ask a person after all.
pub const CANCELLED: &str = "All right, I have passed nothing on.";
/// To `/cancel` when there is nothing to be cancelled.
pub const NOTHING_TO_CANCEL: &str = "There is nothing to cancel. Just write your question.";
/// To a student who has closed a conversation.
pub const YOU_CLOSED: &str = "Closed. I have told the mentors. To ask a person again, write /person and your question.";
/// To a picture, a voice message or a file that is meant for a person.
pub const ONLY_TEXT: &str = "I can pass on text only, no pictures, voice messages or files. Please write it in words, or \
                             /cancel.";
/// Below words that came with a picture or a file.
pub const WORDS_ONLY: &str = "I have passed on the words, and not what came with them: I can pass on text only.";
/// To forwarded words that are meant for a person.
pub const OWN_WORDS: &str = "I pass on only what you write yourself. Please write it in your own words, or /cancel.";
/// Where a message was passed on and that cannot be shown otherwise.
pub const PASSED_ON: &str = "✓ Passed on.";

/// To a mentor whose answer does not reach the student.
pub const NOT_DELIVERED: &str = "This did not reach the student: they have blocked me, or are no longer there.";
/// To a mentor who writes in a conversation that is over.
pub const CLOSED_FOR_MENTORS: &str =
    "This conversation is closed, so I did not pass that on. The student can ask again.";
/// To a mentor who answers with something that has no words.
pub const ONLY_TEXT_FOR_MENTORS: &str = "I can pass on text only, so this did not reach the student.";
/// To the mentor who has claimed a conversation.
pub const CLAIMED: &str = "You see to it now. Press again to let go of it.";
/// To a press on a button that is of no use any more, for the conversation is over.
pub const CLOSED_ALREADY: &str = "It is closed already.";
/// To the mentor who has let go of one.
pub const RELEASED: &str = "Nobody sees to it now.";
/// To the mentor who has closed one.
pub const CLOSED: &str = "Closed. I have told the student.";
/// To a mentor when a draft could not be written.
pub const NO_DRAFT: &str = "I could not write the draft. The log says why.";

/// What a button about a conversation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Talk {
    /// Sends the question without the name of the student.
    SendUnnamed,
    /// Sends it with their first name.
    SendNamed,
    /// Sends nothing after all.
    Cancel,
    /// Has the student's next message go to the mentors.
    Reply,
    /// Ends the conversation.
    Close,
    /// A mentor sees to it.
    Claim,
    /// That mentor does not any more.
    Release,
    /// Makes a draft of an entry of it.
    Draft,
}

impl Talk {
    const ALL: [Self; 8] = [
        Self::SendUnnamed,
        Self::SendNamed,
        Self::Cancel,
        Self::Reply,
        Self::Close,
        Self::Claim,
        Self::Release,
        Self::Draft,
    ];

    /// As it is written in button data.
    pub(super) fn letter(self) -> &'static str {
        match self {
            Self::SendUnnamed => "u",
            Self::SendNamed => "n",
            Self::Cancel => "x",
            Self::Reply => "r",
            Self::Close => "e",
            Self::Claim => "c",
            Self::Release => "l",
            Self::Draft => "d",
        }
    }

    pub(super) fn of(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|talk| talk.letter() == letter)
    }
}

/// What a student is called before the mentors.
#[derive(Debug, Clone, Copy)]
pub struct Student<'a> {
    /// Four signs that stand for them in this conversation.
    pub pseudonym: &'a str,
    /// Their first name, if they want it known.
    pub name: Option<&'a str>,
}

impl Student<'_> {
    /// Plain text.
    fn shown(self) -> String {
        let name = self.name.map(|name| cut_line(name, NAME_UNITS)).filter(|name| !is_blank(&escape(name)));
        match name {
            Some(name) => format!("{name} (Student {})", self.pseudonym),
            None => format!("Student {}", self.pseudonym),
        }
    }
}

/// Whether a mentor is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Duty {
    /// Nothing is known that speaks against it; usually they answer within so many hours, if that is promised.
    There(Option<u32>),
    /// Nobody is, until then.
    Back {
        /// "Monday", "today".
        day: String,
        /// "09:00".
        time: String,
        /// The time zone of that.
        zone: String,
    },
}

impl Duty {
    /// When an answer can be expected, if anything can be said about that.
    fn words(&self) -> Option<String> {
        match self {
            Self::There(None) => None,
            Self::There(Some(1)) => Some("Usually you get an answer within an hour.".to_owned()),
            Self::There(Some(hours)) => Some(format!("Usually you get an answer within {hours} hours.")),
            Self::Back { day, time, zone } => {
                Some(format!("Nobody is on duty now; they are back {day} {time} ({}).", escape(zone)))
            }
        }
    }
}

/// What a student is shown before anything is passed on.
#[derive(Debug, Clone, Copy)]
pub struct Preview<'a> {
    /// The number under which it is decided about.
    pub conversation: i64,
    /// What would be passed on.
    pub question: &'a str,
    /// What the student would be called.
    pub student: Student<'a>,
    /// What in the question looks like personal data: the words that stand in brackets where it is removed.
    pub personal: &'a [&'a str],
    /// Whether something came with the question that would not be passed on.
    pub media: bool,
    /// Whether a mentor is there.
    pub duty: &'a Duty,
}

/// How a conversation stands, for the buttons below its question.
#[derive(Debug, Clone, Copy)]
pub enum Stand<'a> {
    /// It is open; who sees to it, if somebody does.
    Open(Option<&'a str>),
    /// It is over.
    Closed,
}

/// Asks for the question that is to go to a person.
pub fn ask_question() -> Reply {
    let words = "Write your question for a person as one message, or /cancel. Before I pass it on I show you what they would \
                 see.";
    Reply { buttons: vec![vec![talk("Cancel", 0, Talk::Cancel)]], ..Reply::plain(words) }
}

/// Asks for the message that goes to the mentors.
pub fn ask_reply(question: &str) -> Reply {
    let words = format!("Your next message goes to the mentors, about {}. Or /cancel.", first_words(question));
    Reply { buttons: vec![vec![talk("Cancel", 0, Talk::Cancel)]], ..Reply::plain(&words) }
}

/// What would be passed on, with the buttons to decide it.
pub fn preview(preview: &Preview<'_>) -> Vec<Reply> {
    let Preview { conversation, question, student, personal, media, duty } = *preview;
    let mut foot = Vec::new();
    if media {
        foot.push("What came with these words is not passed on: I can pass on text only.".to_owned());
    }
    if !personal.is_empty() {
        let kinds: Vec<&str> = personal.iter().map(|kind| personal_words(kind)).collect();
        foot.push(format!(
            "⚠️ It looks as if there is {} in it. If nobody needs to know that, cancel and write it without.",
            kinds.join(", ")
        ));
    }
    let unnamed = Student { name: None, ..student }.shown();
    let mut known = format!("Without your name the mentors see “{unnamed}” and nothing else about you.");
    let named = Some(student.shown()).filter(|shown| *shown != unnamed);
    if let Some(named) = &named {
        known += &format!(" With your name they see “{}”.", escape(named));
    }
    foot.push(known);
    if let Some(words) = duty.words() {
        let all_the_same =
            if matches!(duty, Duty::Back { .. }) { " I pass your question on all the same." } else { "" };
        foot.push(format!("{words}{all_the_same}"));
    }
    let mut buttons = vec![vec![talk("Send without my name", conversation, Talk::SendUnnamed)]];
    if named.is_some() {
        buttons.push(vec![talk("Send with my name", conversation, Talk::SendNamed)]);
    }
    buttons.push(vec![talk("Cancel", conversation, Talk::Cancel)]);
    let head = "<b>This is what I would pass on to a person:</b>";
    passed_on(head, question, true, &foot.join("\n\n"), buttons)
}

/// In place of the preview, once it is passed on.
pub fn sent(conversation: i64, question: &str, student: Student<'_>, duty: &Duty) -> Reply {
    let mut html = format!(
        "✅ I have passed it on: {}. The mentors know you as “{}”.",
        escape(&first_words(question)),
        escape(&student.shown()),
    );
    if let Some(words) = duty.words() {
        html += &format!(" {words}");
    }
    html += "\n\nThe answer comes here. If you have something to add, reply to this message.";
    Reply { html, buttons: vec![vec![talk("Close the conversation", conversation, Talk::Close)]] }
}

/// What a mentor answers, to the student. `mentor`: what they are called, if that may be known.
pub fn answer(conversation: i64, mentor: Option<&str>, text: &str) -> Vec<Reply> {
    let mentor = mentor.map(|mentor| cut_line(mentor, NAME_UNITS)).filter(|mentor| !is_blank(&escape(mentor)));
    let who = mentor.map_or("A mentor".to_owned(), |mentor| escape(&mentor));
    let foot = "<i>To write back, reply to this message. Anything else you write is a question to me, the bot.</i>";
    let buttons =
        vec![vec![talk("Reply to the mentor", conversation, Talk::Reply), talk("Close", conversation, Talk::Close)]];
    passed_on(&format!("<b>{who} answers:</b>"), text, false, foot, buttons)
}

/// To a student whose conversation the mentors have closed.
pub fn closed_by_mentors(question: &str) -> Reply {
    Reply::plain(&format!(
        "The mentors have closed the conversation about {}. To ask a person again, write /person and your question.",
        first_words(question)
    ))
}

/// To a student who has as many conversations open as they may.
pub fn too_many_open(open: usize) -> Reply {
    Reply::plain(&format!(
        "You have {open} conversations with the mentors open, and that is as many as I keep. Please close one of them, with \
         the button below it, and ask again."
    ))
}

/// What was asked, to the mentors. `in_topic`: in a topic of its own, where nothing else is said.
pub fn question(conversation: i64, question: &str, student: Student<'_>, in_topic: bool) -> Vec<Reply> {
    let foot = if in_topic {
        "<i>What you write in this topic goes to the student. Not passed on: commands, what mentions me, replies to one \
         another, and notes, which begin with // or a full stop.</i>"
    } else {
        "<i>To answer, reply to this message. I pass on replies to my messages about this conversation, and nothing else; \
         not commands, and not notes, which begin with // or a full stop.</i>"
    };
    let head = format!("<b>{} asks:</b>", escape(&student.shown()));
    passed_on(&head, question, true, foot, question_buttons(conversation, Stand::Open(None)))
}

/// The name of a conversation's topic.
pub fn topic_name(question: &str, student: Student<'_>) -> String {
    let name = format!("{}: {question}", student.shown());
    cut_line(&name.replace(|c: char| c.is_control() && !c.is_whitespace(), ""), TOPIC_UNITS)
}

/// The buttons below the question of a conversation, for the mentors.
pub fn question_buttons(conversation: i64, stand: Stand<'_>) -> Vec<Vec<Button>> {
    let draft = talk("Keep as draft entry", conversation, Talk::Draft);
    let claim = match stand {
        Stand::Closed => return vec![vec![draft]],
        Stand::Open(None) => talk("Claim", conversation, Talk::Claim),
        Stand::Open(Some(name)) => {
            let label = format!("Claimed by {}", cut_line(name, NAME_UNITS));
            talk(&label, conversation, Talk::Release)
        }
    };
    vec![vec![claim, talk("Close", conversation, Talk::Close)], vec![draft]]
}

/// The same below a line that names the conversation, where its question is gone.
pub fn question_again(conversation: i64, question: &str, student: Student<'_>, stand: Stand<'_>) -> Reply {
    let html = format!("<b>{} asked:</b> {}", escape(&student.shown()), escape(&first_words(question)));
    Reply { html, buttons: question_buttons(conversation, stand) }
}

/// What a student wrote later, to the mentors.
pub fn message(student: Student<'_>, text: &str) -> Vec<Reply> {
    passed_on(&format!("<b>{}:</b>", escape(&student.shown())), text, false, "", Vec::new())
}

/// To the mentors when the student has closed a conversation.
pub fn closed_by_student(student: Student<'_>) -> Reply {
    Reply::plain(&format!("{} has closed the conversation.", student.shown()))
}

/// To mentors of whom none has claimed or answered a question for so many hours.
pub fn reminder(question: &str, student: Student<'_>, hours: i64) -> Reply {
    Reply::plain(&format!(
        "⏰ {} has waited for {} for an answer: {}. To answer, reply to this message.",
        student.shown(),
        hours_words(hours),
        first_words(question)
    ))
}

/// To a mentor who presses the button of a conversation that another sees to.
pub fn claimed_by(name: &str) -> String {
    format!("{} sees to it.", cut_line(name, NAME_UNITS))
}

/// To a mentor who has made a draft, or wants one that there is.
pub fn drafted(id: &str, is_new: bool) -> String {
    let id = cut_line(id, FIRST_WORDS);
    if is_new {
        format!("Kept as the draft “{id}”, to be looked at before it is served.")
    } else {
        format!("It is kept already, as the draft “{id}”.")
    }
}

impl Voice<'_> {
    /// To a student whose question cannot be passed on now.
    pub fn nobody_reached(&self) -> Reply {
        Reply::plain(&format!("Sorry, I cannot pass your question on at the moment. {}", self.other_ways()))
    }

    /// To a student who has asked a person as often as they may in a day.
    pub fn too_many_asked(&self, asked: usize) -> Reply {
        Reply::plain(&format!(
            "You have asked a person {asked} times in the last 24 hours, and that is as often as I pass questions on. {}",
            self.other_ways()
        ))
    }

    /// To a student whose question no mentor has claimed or answered for so many hours. `reminded`: the mentors have been
    /// reminded; otherwise they cannot be written to.
    pub fn nobody_yet(&self, question: &str, hours: i64, reminded: bool) -> Reply {
        let mentors = if reminded { "I have reminded the mentors" } else { "I cannot reach the mentors at the moment" };
        let other =
            self.contact().map(|contact| format!(" Another way to reach a person: {contact}")).unwrap_or_default();
        Reply::plain(&format!(
            "Nobody has answered your question yet: {}. That was {} ago; {mentors}.{other}",
            first_words(question),
            hours_words(hours),
        ))
    }

    /// In a group, to a command for somebody who wants to ask a person.
    pub fn person_in_private(&self, room: super::Room<'_>) -> Reply {
        let reply = self.in_private(Some(super::Command::Person.name()), room);
        Reply { html: "That is between you and a person: ask me in private.".to_owned(), ..reply }
    }

    /// How else a person can be reached; plain text.
    fn other_ways(&self) -> String {
        match self.contact() {
            Some(contact) => format!("To reach a person: {contact}"),
            None => "Please try again later, or ask the people who told you about me.".to_owned(),
        }
    }
}

fn talk(label: &str, conversation: i64, act: Talk) -> Button {
    button(label, Press::Talk { conversation, act })
}

/// The beginning of a question, in quotation marks; plain text.
fn first_words(question: &str) -> String {
    format!("“{}”", cut_line(question, FIRST_WORDS))
}

fn hours_words(hours: i64) -> String {
    if hours == 1 { "an hour".to_owned() } else { format!("{hours} hours") }
}

/// What stands for a kind of personal data in a redacted text, in words.
fn personal_words(kind: &str) -> &'static str {
    match kind {
        "email" => "an e-mail address",
        "phone" => "a phone number",
        "date" => "a date",
        "number" => "a personal number",
        "age" => "an age",
        "address" => "an address",
        "device" => "the address of a device",
        "link" => "a link to somebody",
        "secret" => "a password or the like",
        _ => "a name",
    }
}

/// What somebody wrote, as it is, between a head and a foot: in one message, or in two where it is too long for that. The
/// buttons are below the last.
fn passed_on(head: &str, text: &str, quoted: bool, foot: &str, buttons: Vec<Vec<Button>>) -> Vec<Reply> {
    const GAPS: usize = 4;
    let shown = |text: &str| {
        let text = escape(text.trim());
        if quoted && !is_blank(&text) { format!("<blockquote>{text}</blockquote>") } else { text }
    };
    let room = MESSAGE_UNITS.saturating_sub(visible_units(head) + GAPS);
    let whole = visible_units(&escape(text)) + visible_units(foot) <= room;
    let (first, rest) = text.split_at(if whole { text.len() } else { cut_at(text, room) });
    let joined = |head: &str, text: &str, foot: &str| {
        let gap = if head.is_empty() { "" } else { "\n" };
        let below = if foot.is_empty() { "" } else { "\n\n" };
        format!("{head}{gap}{}{below}{foot}", shown(text))
    };
    if whole || (is_blank(&escape(rest)) && foot.is_empty()) {
        return vec![Reply { html: joined(head, first, foot), buttons }];
    }
    let rest = cut_text(rest, MESSAGE_UNITS.saturating_sub(visible_units(foot) + GAPS));
    let last = Reply { html: joined("", rest, foot), buttons };
    vec![Reply { html: joined(head, first, ""), buttons: Vec::new() }, last]
}

/// Where a text is cut so that what stands before has at most so many UTF-16 units: behind a word, if there is one.
fn cut_at(text: &str, units: usize) -> usize {
    let head = cut_text(text, units);
    let words = head.rfind(char::is_whitespace).filter(|space| space * 2 >= head.len());
    words.unwrap_or(head.len())
}

#[cfg(test)]
mod tests;
