//! What the bot does about an [`super::Inbound`]: plain data, carried out by a front.

use super::trace::Trace;
use super::{ChatKey, MessageId};
use crate::engine::reply::Reply;
use crate::store::{About, Memo};

/// What to do, and what to remember of it afterwards. No steps: nothing is to be said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outbound {
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// What to remember once the steps have been carried out: together with the mark that the update is handled, or by
    /// [`super::App::remember`] where there are no updates.
    pub memo: Memo,
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
    /// A new message in another chat, if that can be written to.
    SendTo {
        /// Which chat.
        chat: ChatKey,
        /// Its words and buttons.
        reply: Reply,
    },
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
