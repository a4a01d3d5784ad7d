//! What the Bot API has that teloxide's types do not know yet, as payloads of our own: they go out through the same client.
//!
//! All of it is off unless configured, and nothing depends on it: where Telegram refuses, the bot does as without.

use serde::Serialize;
use teloxide::payloads::SendMessage;
use teloxide::requests::Payload;
use teloxide::types::{InlineQueryResult, Message, True};

use super::send::article;
use crate::engine::reply::Reply;

/// Names of updates that are asked for where guest mode is on.
pub const GUEST_UPDATES: &str = "guest_message";

/// `sendMessage` to be seen by one member of a group only (Bot API 10.2, <https://core.telegram.org/bots/api>). Delivery is
/// not guaranteed, and a bot that is no admin may send one only within 15 seconds of a command or a tap.
#[derive(Serialize)]
pub struct Ephemeral {
    #[serde(flatten)]
    message: SendMessage,
    ephemeral_message_parameters: EphemeralParameters,
}

#[derive(Serialize)]
struct EphemeralParameters {
    receiver_user_id: u64,
}

impl Ephemeral {
    /// This message for this user.
    pub fn new(message: SendMessage, receiver: u64) -> Self {
        Self { message, ephemeral_message_parameters: EphemeralParameters { receiver_user_id: receiver } }
    }
}

impl Payload for Ephemeral {
    type Output = Message;

    const NAME: &'static str = "SendMessage";
}

/// `answerGuestQuery` (Bot API 10.0): the one answer to a mention in a chat that the bot is not in.
#[derive(Serialize)]
pub struct AnswerGuestQuery {
    /// What it answers.
    pub guest_query_id: String,
    /// What is posted.
    pub result: InlineQueryResult,
}

impl Payload for AnswerGuestQuery {
    type Output = True;

    const NAME: &'static str = "AnswerGuestQuery";
}

/// A reply as the result that a guest's answer is made of.
pub fn guest_result(reply: &Reply) -> InlineQueryResult {
    InlineQueryResult::Article(article("answer".to_owned(), "Answer", reply))
}

#[cfg(test)]
mod tests {
    use super::*;
    use teloxide::types::ChatId;

    #[test]
    fn the_payloads_are_what_the_bot_api_wants() {
        let message = SendMessage::new(ChatId(-1001), "hi");
        let json = serde_json::to_value(Ephemeral::new(message, 7)).expect("a payload");
        assert_eq!((&json["chat_id"], &json["text"]), (&(-1001).into(), &"hi".into()));
        assert_eq!(json["ephemeral_message_parameters"]["receiver_user_id"], 7);
        let guest = AnswerGuestQuery { guest_query_id: "g".into(), result: guest_result(&Reply::plain("a < b")) };
        let json = serde_json::to_value(guest).expect("a payload");
        assert_eq!(json["guest_query_id"], "g");
        assert_eq!(json["result"]["input_message_content"]["message_text"], "a &lt; b");
        assert_eq!((&json["result"]["type"], &json["result"]["id"]), (&"article".into(), &"answer".into()));
    }
}
