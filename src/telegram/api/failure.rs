//! Sorts everything that can go wrong in a call into what is to be done about it.
//!
//! Owns [`CallError`] and the one table of Telegram's error texts. No variant carries the token, an address or what a
//! person wrote, so every one of them may be logged.

use std::borrow::Cow;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

/// How long to wait when Telegram says "too many requests" without saying how long.
const DEFAULT_WAIT: u64 = 3;

/// Why a call did not succeed, by what is to be done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Too many requests: wait, in this chat only.
    #[error("too many requests, to be repeated after {0:?}")]
    RetryAfter(Duration),
    /// The group is a supergroup now, with this id.
    #[error("the group has moved to another id")]
    Migrated(i64),
    /// The chat is gone for good: blocked, deactivated, kicked, never there.
    #[error("the chat is gone")]
    Gone,
    /// Nothing is lost: not modified, a press that is too old to be answered.
    #[error("nothing to do: {0}")]
    Ignorable(&'static str),
    /// The message to be edited is gone, or cannot be edited any more.
    #[error("the message is gone")]
    MessageGone,
    /// The message is there, and the bot may not delete it, or not any more.
    #[error("the message cannot be deleted")]
    Undeletable,
    /// The topic of the chat is gone.
    #[error("the topic is gone")]
    TopicGone,
    /// The markup is wrong.
    #[error("Telegram cannot read the markup")]
    CannotParseEntities,
    /// The text is longer than a message can be.
    #[error("the text is too long for a message")]
    TooLong,
    /// Another process polls with the same token, or a webhook is set.
    #[error("another process is receiving this bot's updates")]
    Conflict,
    /// The token is wrong or was revoked.
    #[error("Telegram does not accept the token")]
    Unauthorized,
    /// Refused for another reason; the text is ours or one of Telegram's constants.
    #[error("Telegram refused: {0}")]
    Refused(Cow<'static, str>),
    /// It certainly was not done: no connection, or somebody on the way refused it.
    #[error("not delivered: {0}")]
    NotDelivered(&'static str),
    /// The Bot API itself says that it failed to do it. It says so after Telegram has refused a message or been out of
    /// reach for it, so it is taken for not done, but with less certainty.
    #[error("Telegram reports an internal error")]
    Internal,
    /// It may have been done, but the answer was lost.
    #[error("perhaps delivered: {0}")]
    MaybeDelivered(&'static str),
}

impl CallError {
    /// Whether the failure says nothing about the request but that Telegram, or the way to it, is not well.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::NotDelivered(_) | Self::Internal | Self::MaybeDelivered(_))
    }
}

/// What every answer of the Bot API looks like.
#[derive(Deserialize)]
pub(super) struct Answer<'a> {
    pub ok: bool,
    #[serde(borrow)]
    pub result: Option<&'a RawValue>,
    error_code: Option<u16>,
    #[serde(borrow)]
    description: Option<Cow<'a, str>>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

impl Answer<'_> {
    /// Sorts an answer that is not `ok`; `status` is that of HTTP.
    pub fn failure(&self, status: u16) -> CallError {
        let code = self.error_code.unwrap_or(status);
        let text = self.description.as_deref().unwrap_or_default().to_lowercase();
        if let Some(chat) = self.parameters.as_ref().and_then(|p| p.migrate_to_chat_id) {
            return CallError::Migrated(chat);
        }
        if code == 429 {
            let said = self.parameters.as_ref().and_then(|p| p.retry_after).or_else(|| {
                text.split_once("retry after ").and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok())
            });
            return CallError::RetryAfter(Duration::from_secs(said.unwrap_or(DEFAULT_WAIT).max(1)));
        }
        classify(code, &text, self.description.as_deref().unwrap_or_default())
    }
}

/// What Telegram's error texts mean: the first row of which `text` (lower case) contains the words.
const TEXTS: &[(&str, Meaning)] = &[
    ("message is not modified", Meaning::Ignorable("not modified")),
    ("query is too old", Meaning::Ignorable("the press is too old")),
    ("query id is invalid", Meaning::Ignorable("the press is too old")),
    ("query_id_invalid", Meaning::Ignorable("the press is too old")),
    ("message to delete not found", Meaning::Ignorable("the message is gone")),
    ("message can't be deleted", Meaning::Undeletable),
    ("message to edit not found", Meaning::MessageGone),
    ("message can't be edited", Meaning::MessageGone),
    ("message_id_invalid", Meaning::MessageGone),
    ("message to react not found", Meaning::Ignorable("the message is gone")),
    ("message thread not found", Meaning::TopicGone),
    ("topic_deleted", Meaning::TopicGone),
    ("topic_closed", Meaning::Refused("the topic is closed")),
    ("bot was blocked", Meaning::Gone),
    ("user is deactivated", Meaning::Gone),
    ("bot was kicked", Meaning::Gone),
    ("bot is not a member", Meaning::Gone),
    ("chat not found", Meaning::Gone),
    ("peer_id_invalid", Meaning::Gone),
    ("group chat was deactivated", Meaning::Gone),
    ("group chat was deleted", Meaning::Gone),
    ("can't initiate conversation", Meaning::Gone),
    ("bot can't send messages to bots", Meaning::Gone),
    ("can't parse entities", Meaning::CannotParseEntities),
    ("entity_bounds_invalid", Meaning::CannotParseEntities),
    ("message is too long", Meaning::TooLong),
    ("message_too_long", Meaning::TooLong),
    ("text must be non-empty", Meaning::Refused("the text is empty")),
    ("message text is empty", Meaning::Refused("the text is empty")),
    ("button url", Meaning::Refused("an address on a button is wrong")),
    ("button_url_invalid", Meaning::Refused("an address on a button is wrong")),
    ("button_data_invalid", Meaning::Refused("the data of a button are too long or empty")),
    ("message to be replied not found", Meaning::Refused("the message to reply to is gone")),
    ("https url must be provided for webhook", Meaning::Refused("webhook_url must begin with https://")),
    ("webhook can be set up only on ports", Meaning::Refused("webhook_url needs port 443, 80, 88 or 8443")),
    ("failed to resolve host", Meaning::Refused("Telegram does not find the host of webhook_url")),
    ("bad webhook", Meaning::Refused("Telegram cannot call webhook_url")),
    ("secret token", Meaning::Refused("webhook_secret has signs it may not have, or too many")),
    ("not enough rights", Meaning::Refused("not enough rights in the chat")),
];

#[derive(Clone, Copy)]
enum Meaning {
    Ignorable(&'static str),
    MessageGone,
    TopicGone,
    Undeletable,
    Gone,
    CannotParseEntities,
    TooLong,
    Refused(&'static str),
}

/// Sorts a refusal by its code and text; `text` is `original` in lower case.
fn classify(code: u16, text: &str, original: &str) -> CallError {
    if let Some((_, meaning)) = TEXTS.iter().find(|(words, _)| text.contains(words)) {
        return match *meaning {
            Meaning::Ignorable(why) => CallError::Ignorable(why),
            Meaning::MessageGone => CallError::MessageGone,
            Meaning::TopicGone => CallError::TopicGone,
            Meaning::Undeletable => CallError::Undeletable,
            Meaning::Gone => CallError::Gone,
            Meaning::CannotParseEntities => CallError::CannotParseEntities,
            Meaning::TooLong => CallError::TooLong,
            Meaning::Refused(why) => CallError::Refused(why.into()),
        };
    }
    match code {
        401 => CallError::Unauthorized,
        // What Telegram says to a token it has never seen.
        404 if text == "not found" => CallError::Unauthorized,
        403 => CallError::Gone,
        409 => CallError::Conflict,
        500.. => CallError::Internal,
        _ => CallError::Refused(unknown(code, original)),
    }
}

/// A name for a refusal that is not in the table: Telegram's own constant (`BUTTON_TYPE_INVALID`) if there is one, for
/// prose might quote what a person wrote.
fn unknown(code: u16, original: &str) -> Cow<'static, str> {
    let constant = original.rsplit(": ").next().unwrap_or_default();
    let is_constant =
        !constant.is_empty() && constant.len() <= 64 && constant.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    if is_constant { format!("code {code}, {constant}").into() } else { format!("code {code}").into() }
}

/// Sorts an answer that is not the Bot API's: an HTML page, an empty body, half of a JSON text.
pub(super) fn unreadable(status: u16, retry_after: Option<u64>) -> CallError {
    match status {
        429 => CallError::RetryAfter(Duration::from_secs(retry_after.unwrap_or(DEFAULT_WAIT).max(1))),
        401 => CallError::Unauthorized,
        // Somebody on the way lost the answer or gave up waiting for it: Telegram may have been reached.
        200..300 | 408 | 500.. => CallError::MaybeDelivered("an answer that is not Telegram's"),
        _ => CallError::NotDelivered("an answer that is not Telegram's"),
    }
}

/// Sorts a failure to send or to receive. Nothing of the error itself is kept: it contains the address, and that the
/// token.
pub(super) fn transport(error: reqwest::Error) -> CallError {
    let error = error.without_url();
    if error.is_builder() {
        CallError::Unauthorized
    } else if error.is_connect() {
        CallError::NotDelivered("no connection")
    } else if error.is_timeout() {
        CallError::MaybeDelivered("no answer in time")
    } else {
        CallError::MaybeDelivered("the connection broke")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(status: u16, body: &str) -> CallError {
        serde_json::from_str::<Answer<'_>>(body).expect("a Bot API answer").failure(status)
    }

    fn refusal(code: u16, description: &str) -> CallError {
        sorted(code, &format!(r#"{{"ok":false,"error_code":{code},"description":"{description}"}}"#))
    }

    #[test]
    fn every_known_text_has_its_meaning() {
        let refused = |why: &'static str| CallError::Refused(why.into());
        let table = [
            (403, "Forbidden: bot was blocked by the user", CallError::Gone),
            (403, "Forbidden: user is deactivated", CallError::Gone),
            (403, "Forbidden: bot was kicked from the group chat", CallError::Gone),
            (403, "Forbidden: bot was kicked from the supergroup chat", CallError::Gone),
            (403, "Forbidden: bot is not a member of the channel chat", CallError::Gone),
            (403, "Forbidden: bot can't initiate conversation with a user", CallError::Gone),
            (403, "Forbidden: bot can't send messages to bots", CallError::Gone),
            (403, "Forbidden: something new", CallError::Gone),
            (400, "Bad Request: chat not found", CallError::Gone),
            (400, "Bad Request: PEER_ID_INVALID", CallError::Gone),
            (400, "Bad Request: message to edit not found", CallError::MessageGone),
            (400, "Bad Request: message can't be edited", CallError::MessageGone),
            (400, "Bad Request: MESSAGE_ID_INVALID", CallError::MessageGone),
            (400, "Bad Request: message is too long", CallError::TooLong),
            (400, "Bad Request: MESSAGE_TOO_LONG", CallError::TooLong),
            (400, "Bad Request: message text is empty", refused("the text is empty")),
            (400, "Bad Request: BUTTON_DATA_INVALID", refused("the data of a button are too long or empty")),
            (
                400,
                "Bad Request: bad webhook: Failed to resolve host: Name or service not known",
                refused("Telegram does not find the host of webhook_url"),
            ),
            (
                400,
                "Bad Request: bad webhook: IP address 10.0.0.1 is reserved",
                refused("Telegram cannot call webhook_url"),
            ),
            (400, "Bad Request: BUTTON_TYPE_INVALID", refused("code 400, BUTTON_TYPE_INVALID")),
            (400, "Bad Request: what Ann wrote is bad", refused("code 400")),
            (401, "Unauthorized", CallError::Unauthorized),
            (404, "Not Found", CallError::Unauthorized),
            (409, "Conflict: terminated by other getUpdates request", CallError::Conflict),
            (500, "Internal Server Error", CallError::Internal),
            (502, "Bad Gateway", CallError::Internal),
        ];
        for (code, text, meaning) in table {
            assert_eq!(refusal(code, text), meaning, "{code} {text}");
        }
        for text in [
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
            "Bad Request: query ID is invalid",
        ] {
            assert!(matches!(refusal(400, text), CallError::Ignorable(_)), "{text}");
        }
        let markup = "Bad Request: can't parse entities: Unsupported start tag \\\"x\\\" at byte offset 0";
        assert_eq!(refusal(400, markup), CallError::CannotParseEntities);
    }

    #[test]
    fn too_many_requests_says_how_long() {
        let wait = |seconds| CallError::RetryAfter(Duration::from_secs(seconds));
        let with = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
        assert_eq!(sorted(429, with), wait(7));
        assert_eq!(refusal(429, "Too Many Requests: retry after 12"), wait(12));
        assert_eq!(refusal(429, "Too Many Requests"), wait(DEFAULT_WAIT));
        assert_eq!(unreadable(429, Some(9)), wait(9));
        assert_eq!(unreadable(429, None), wait(DEFAULT_WAIT));
    }

    #[test]
    fn a_group_that_moved_says_where_to() {
        let moved = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}"#;
        assert_eq!(sorted(400, moved), CallError::Migrated(-1001));
    }

    #[test]
    fn pages_of_proxies_are_sorted_by_their_status() {
        for status in [403, 404, 413, 301] {
            assert!(matches!(unreadable(status, None), CallError::NotDelivered(_)), "{status}");
        }
        for status in [200, 204, 408, 500, 502, 503, 504, 520] {
            assert!(matches!(unreadable(status, None), CallError::MaybeDelivered(_)), "{status}");
        }
    }
}
