//! Updates that teloxide's types lose: newer than they are, or with a part they do not know. Owns the smallest possible
//! reading of them, so that a student's words are not lost for an unknown entity beside them.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Myself, Place, Pressed, Routed, Sender, press, said, wordless};
use crate::app::MessageId;

#[derive(Deserialize)]
struct RawUpdate {
    #[serde(default, deserialize_with = "lenient")]
    message: Option<RawMessage>,
    #[serde(default, deserialize_with = "lenient")]
    edited_message: Option<RawMessage>,
    #[serde(default, deserialize_with = "lenient")]
    callback_query: Option<RawPress>,
}

#[derive(Deserialize)]
struct RawMessage {
    message_id: i32,
    chat: RawChat,
    /// 0 on a message that is too old to be seen.
    #[serde(default)]
    date: i64,
    #[serde(default, deserialize_with = "lenient")]
    edit_date: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    message_thread_id: Option<i32>,
    #[serde(default)]
    is_topic_message: bool,
    from: Option<RawUser>,
    via_bot: Option<RawUser>,
    #[serde(default)]
    is_automatic_forward: bool,
    text: Option<String>,
    caption: Option<String>,
    /// All other fields; their names tell media from service messages.
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

impl RawMessage {
    fn topic(&self) -> Option<i32> {
        self.message_thread_id.filter(|_| self.is_topic_message)
    }

    /// Whether a person sent something beside words: of a kind that is known, or whatever carries a file. (A service
    /// message may be about something with a file; it does not carry one itself.)
    fn has_media(&self) -> bool {
        let is_file = |value: &Value| value.get("file_id").is_some();
        self.rest.iter().any(|(name, value)| {
            MEDIA.contains(&name.as_str())
                || is_file(value)
                || value.as_array().is_some_and(|all| all.iter().any(is_file))
        })
    }
}

/// Names of what a person can send beside words.
const MEDIA: &[&str] = &[
    "animation",
    "audio",
    "checklist",
    "contact",
    "dice",
    "document",
    "game",
    "live_photo",
    "location",
    "paid_media",
    "photo",
    "poll",
    "sticker",
    "story",
    "venue",
    "video",
    "video_note",
    "voice",
];

#[derive(Deserialize)]
struct RawChat {
    id: i64,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct RawUser {
    id: u64,
    #[serde(default)]
    is_bot: bool,
}

#[derive(Deserialize)]
struct RawPress {
    id: String,
    #[serde(default, deserialize_with = "lenient")]
    message: Option<RawMessage>,
    data: Option<String>,
}

/// `None` for what cannot be read, too.
fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: for<'a> Deserialize<'a>,
{
    let raw = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// The kind of an update, for the log: the name of its one field beside the number.
pub(super) fn kind(raw: &str) -> String {
    let fields: HashMap<String, IgnoredAny> = serde_json::from_str(raw).unwrap_or_default();
    let kind = fields.into_keys().find(|name| name != "update_id").unwrap_or_default();
    kind.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(64).collect()
}

/// What an update asks for, going by its raw text alone.
pub(super) fn route(raw: &str, me: &Myself) -> Routed {
    let Ok(update) = serde_json::from_str::<RawUpdate>(raw) else {
        return Routed::ignored("an update that cannot be read");
    };
    match update {
        RawUpdate { message: Some(message), .. } => route_message(&message, false, me),
        RawUpdate { edited_message: Some(message), .. } => route_message(&message, true, me),
        RawUpdate { callback_query: Some(query), .. } => {
            let pressed = query.message.map(|message| Pressed {
                chat: message.chat.id,
                private: message.chat.kind == "private",
                topic: message.topic(),
                on: (message.date != 0).then_some(MessageId(message.message_id)),
            });
            press(query.id, pressed, query.data, me)
        }
        _ => Routed::ignored("a kind of update that does not concern the bot"),
    }
}

fn route_message(message: &RawMessage, edited: bool, me: &Myself) -> Routed {
    let sender = Sender {
        private: message.chat.kind == "private",
        from: message.from.as_ref().map(|user| (user.id, user.is_bot)),
        via: message.via_bot.as_ref().map(|user| user.id),
        automatic: message.is_automatic_forward,
    };
    if let Some(why) = sender.not_ours(me) {
        return Routed::ignored(why);
    }
    let at = message.edit_date.filter(|_| edited).unwrap_or(message.date);
    let place = Place { chat: message.chat.id, topic: message.topic(), message: message.message_id, at, edited };
    match message.text.as_deref().or(message.caption.as_deref()) {
        Some(words) => {
            tracing::debug!("took the text of a message from its raw form");
            said(place, words, me)
        }
        None if message.has_media() => {
            let in_album = message.rest.contains_key("media_group_id");
            wordless(place, in_album, me)
        }
        // Most likely a new kind of service message.
        None => Routed::ignored("a message without words of an unknown kind"),
    }
}
