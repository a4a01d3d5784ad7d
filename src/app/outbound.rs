//! What the bot does about an [`super::Inbound`]: plain data, carried out by a front.

use super::MessageId;
use crate::engine::reply::Reply;
use crate::store::QuestionRecord;

/// What to do, and what to remember of it afterwards. No steps: nothing is to be said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outbound {
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// The line for the question log, to be written once the steps have been carried out: together with the mark that
    /// the update is handled, or by [`super::App::record`] where there are no updates.
    pub record: Option<QuestionRecord>,
}

impl From<Step> for Outbound {
    fn from(step: Step) -> Self {
        Self { steps: vec![step], record: None }
    }
}

/// One thing to do in the chat the event came from.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A new message.
    Send {
        /// Its words and buttons.
        reply: Reply,
        /// The question it replies to. When it is edited later, this message is edited: the front reports its id to
        /// [`super::App::sent`].
        answers: Option<MessageId>,
    },
    /// Replace a message of the bot's. When it is gone, a front sends a new one.
    Edit {
        /// Which.
        message: MessageId,
        /// Its new words and buttons.
        reply: Reply,
        /// The question it replies to, as in [`Step::Send`].
        answers: Option<MessageId>,
    },
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
