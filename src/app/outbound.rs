//! What the bot does about an [`super::Inbound`]: plain data, carried out by a front.

use super::trace::Trace;
use super::{ChatKey, MessageId};
use crate::engine::reply::Reply;
use crate::store::{About, Memo, Passed};

/// What to do, and what to remember of it afterwards. No steps: nothing is to be said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outbound {
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// What to remember once the steps have been carried out: together with the mark that the update is handled, or by
    /// [`super::App::remember`] where there are no updates.
    pub memo: Memo,
}

impl Outbound {
    /// The message of this step could not be delivered: what was to be done in that case takes the place of everything.
    pub fn fail_at(&mut self, step: usize) {
        let failed = self.steps.get_mut(step);
        let otherwise = failed.and_then(|step| if let Step::SendTo(to) = step { to.otherwise.take() } else { None });
        *self = otherwise.map(|otherwise| *otherwise).unwrap_or_default();
    }
}

impl From<Step> for Outbound {
    fn from(step: Step) -> Self {
        Self { steps: vec![step], memo: Memo::default() }
    }
}

/// What a message of the bot's replies to. When that is edited later, the message is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyTo {
    /// The message that asked.
    pub question: MessageId,
    /// Which of the replies to it this is, from 0: one message may ask several things.
    pub position: u32,
    /// In a group: where it stands and for whom.
    pub about: Option<About>,
    /// How it came about, where admins may ask for that.
    pub trace: Option<Trace>,
}

/// A message in another chat than that of the event.
#[derive(Debug, Clone, PartialEq)]
pub struct Elsewhere {
    /// Which chat.
    pub chat: ChatKey,
    /// The topic of it. Where that is gone, it stands in the chat.
    pub topic: Option<i32>,
    /// Where it is to stand in a topic of its own, if the chat can have one.
    pub own_topic: Option<OwnTopic>,
    /// The message below which it is shown as a reply, if that is still there.
    pub below: Option<MessageId>,
    /// The bot's message that it takes the place of, if that is still there.
    pub replaces: Option<MessageId>,
    /// Its words and buttons.
    pub reply: Reply,
    /// The conversation it belongs to: the front reports the id of the message to [`super::App::relayed`].
    pub relays: Option<Relays>,
    /// Where the chat cannot be written to, this is done in place of all that was planned.
    pub otherwise: Option<Box<Outbound>>,
}

/// The topic of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTopic {
    /// What it is called when it is begun now; `None`: a message before has begun it, if there is one.
    pub name: Option<String>,
    /// The words and buttons of the message if it stands there.
    pub reply: Reply,
}

/// What a message is in a conversation between a student and the mentors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relays {
    /// The number of the conversation.
    pub conversation: i64,
    /// What it is.
    pub what: Passed,
    /// Which part of what was written, from 0.
    pub position: u32,
    /// The message of the other chat that it passes on.
    pub source: Option<MessageId>,
    /// What it says, without personal data, where that is to be kept.
    pub text: Option<String>,
}

impl Elsewhere {
    /// A new message in this chat.
    pub fn new(chat: ChatKey, reply: Reply) -> Self {
        Self { chat, topic: None, own_topic: None, below: None, replaces: None, reply, relays: None, otherwise: None }
    }
}

impl From<Elsewhere> for Step {
    fn from(elsewhere: Elsewhere) -> Self {
        Self::SendTo(Box::new(elsewhere))
    }
}

impl Step {
    /// A new message that replies to nothing in particular.
    pub fn say(reply: Reply) -> Self {
        Self::Send { reply, answers: None, below: None, only_for: None }
    }
}

/// One thing to do in the chat the event came from.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A new message.
    Send {
        /// Its words and buttons.
        reply: Reply,
        /// What it replies to: the front reports the id of the message to [`super::App::sent`].
        answers: Option<ReplyTo>,
        /// The message below which it is shown as a reply, if that is still there.
        below: Option<MessageId>,
        /// In a group: the only person it concerns. A front that can shows it to nobody else.
        only_for: Option<ChatKey>,
    },
    /// A message in another chat, if that can be written to.
    SendTo(Box<Elsewhere>),
    /// A step in this other chat.
    In(ChatKey, Box<Self>),
    /// A new message in somebody's private chat; where they have none with the bot, another one in this chat.
    SendPrivately {
        /// Who.
        person: ChatKey,
        /// Its words and buttons in private.
        reply: Reply,
        /// Its words and buttons here: a front that can shows them to nobody else.
        here: Reply,
        /// The message below which it is shown here; when that is gone, there is nothing to be said here any more.
        below: MessageId,
    },
    /// A file in another chat, if that can be written to.
    SendFile {
        /// Which chat.
        chat: ChatKey,
        /// What the file is called.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// Replace a message of the bot's. When it is gone, a front sends a new one.
    Edit {
        /// Which.
        message: MessageId,
        /// Its new words and buttons.
        reply: Reply,
        /// What it replies to, as in [`Step::Send`].
        answers: Option<ReplyTo>,
    },
    /// Take a message of the bot's away: what it answers is not asked any more. One that is gone, or too old to be taken
    /// away, is let be.
    Delete {
        /// Which.
        message: MessageId,
        /// What it has replied to: the front reports to [`super::App::sent`] that nothing does.
        answers: ReplyTo,
    },
    /// Take away a message that somebody else wrote, if the bot may.
    TidyUp(MessageId),
    /// Put a tick on somebody's message: what it wants is done.
    Tick {
        /// Which.
        message: MessageId,
        /// What is said below it where that cannot be shown.
        instead: Reply,
    },
    /// Close a topic of the chat, if the bot may.
    CloseTopic(i32),
    /// Replace only the buttons of a message. When it is gone, a front sends the reply as a new one.
    EditButtons {
        /// Which.
        message: MessageId,
        /// The reply whose buttons are to be shown.
        reply: Reply,
    },
    /// The short notice that answers a press: at most 200 characters. Fronts do this first.
    Toast(String),
}
