//! Updates as far as the bot reads them: from their raw text, leniently.
//!
//! Not teloxide's types: of a message with an entity, a chat or an origin that is newer than they are, they keep nothing;
//! over some updates they panic; and kinds of updates that are newer are lost. What is unknown here is passed over, so
//! that nobody's words are lost for what stands beside them.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::app::Beside;

/// An update; one field is there.
#[derive(Default, Deserialize)]
pub(super) struct Update {
    #[serde(default, deserialize_with = "lenient")]
    pub message: Option<Box<Message>>,
    #[serde(default, deserialize_with = "lenient")]
    pub edited_message: Option<Box<Message>>,
    #[serde(default, deserialize_with = "lenient")]
    pub channel_post: Option<Box<Message>>,
    #[serde(default, deserialize_with = "lenient")]
    pub guest_message: Option<Box<Message>>,
    #[serde(default, deserialize_with = "lenient")]
    pub callback_query: Option<Press>,
    #[serde(default, deserialize_with = "lenient")]
    pub inline_query: Option<InlineQuery>,
    #[serde(default, deserialize_with = "lenient")]
    pub chosen_inline_result: Option<Chosen>,
    #[serde(default, deserialize_with = "lenient")]
    pub my_chat_member: Option<Membership>,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub message_id: i32,
    pub chat: Chat,
    /// 0 on a message that is too old to be seen.
    #[serde(default)]
    pub date: i64,
    #[serde(default, deserialize_with = "lenient")]
    pub edit_date: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    message_thread_id: Option<i32>,
    #[serde(default)]
    is_topic_message: bool,
    pub from: Option<User>,
    #[serde(default, deserialize_with = "lenient")]
    pub sender_chat: Option<Chat>,
    pub via_bot: Option<User>,
    #[serde(default)]
    pub is_automatic_forward: bool,
    pub text: Option<String>,
    pub caption: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub entities: Option<Vec<Entity>>,
    #[serde(default, deserialize_with = "lenient")]
    pub caption_entities: Option<Vec<Entity>>,
    #[serde(default, deserialize_with = "lenient")]
    pub reply_to_message: Option<Box<Message>>,
    #[serde(default, deserialize_with = "lenient")]
    pub new_chat_members: Option<Vec<User>>,
    #[serde(default, deserialize_with = "lenient")]
    pub migrate_to_chat_id: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    pub migrate_from_chat_id: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    pub guest_query_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub ephemeral_message_id: Option<i64>,
    /// All other fields; their names tell media from service messages.
    #[serde(flatten)]
    pub rest: HashMap<String, Value>,
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

impl Message {
    /// The topic it stands in. Replies have the number of a thread, too, which is none.
    pub fn topic(&self) -> Option<i32> {
        self.message_thread_id.filter(|_| self.is_topic_message)
    }

    /// Text, or what stands below a picture.
    pub fn words(&self) -> Option<&str> {
        self.text.as_deref().or(self.caption.as_deref())
    }

    /// What is marked in the words.
    pub fn marks(&self) -> &[Entity] {
        let of = if self.text.is_some() { &self.entities } else { &self.caption_entities };
        of.as_deref().unwrap_or_default()
    }

    /// Whether somebody else has written it first.
    pub fn is_forwarded(&self) -> bool {
        ["forward_origin", "forward_date"].iter().any(|name| self.rest.contains_key(*name))
    }

    /// The name of whoever wrote it first, as Telegram shows it.
    pub fn author(&self) -> Option<String> {
        let origin = self.rest.get("forward_origin");
        let part = |name: &str| origin.and_then(|origin| origin.get(name));
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        text(part("sender_user_name"))
            .or_else(|| text(part("sender_user").and_then(|user| user.get("first_name"))))
            .or_else(|| text(part("chat").and_then(|chat| chat.get("title"))))
            .or_else(|| self.sender_chat.as_ref()?.title.clone())
            .or_else(|| self.from.as_ref()?.first_name.clone())
    }

    /// What else is known of it.
    pub fn beside(&self) -> Beside {
        let links = self.marks().iter().filter_map(|mark| mark.url.clone()).collect();
        Beside { forwarded: self.is_forwarded(), media: self.has_media(), links }
    }

    /// Whether it was sent together with others.
    pub fn is_in_album(&self) -> bool {
        self.rest.contains_key("media_group_id")
    }

    /// Whether a person sent something beside words: of a kind that is known, or whatever carries a file. (A service
    /// message may be about something with a file; it does not carry one itself.)
    pub fn has_media(&self) -> bool {
        let is_file = |value: &Value| value.get("file_id").is_some();
        self.rest.iter().any(|(name, value)| {
            MEDIA.contains(&name.as_str())
                || is_file(value)
                || value.as_array().is_some_and(|all| all.iter().any(is_file))
        })
    }
}

#[derive(Deserialize)]
pub(super) struct Chat {
    pub id: i64,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, deserialize_with = "lenient")]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub username: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct User {
    pub id: u64,
    #[serde(default)]
    pub is_bot: bool,
    #[serde(default, deserialize_with = "lenient")]
    pub first_name: Option<String>,
}

/// A part of a text that means something; places count UTF-16 units.
#[derive(Deserialize)]
pub(super) struct Entity {
    #[serde(rename = "type")]
    pub kind: String,
    pub offset: usize,
    pub length: usize,
    #[serde(default, deserialize_with = "lenient")]
    pub user: Option<User>,
    /// What stands behind the words.
    #[serde(default, deserialize_with = "lenient")]
    pub url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Press {
    pub id: String,
    pub from: User,
    #[serde(default, deserialize_with = "lenient")]
    pub message: Option<Message>,
    pub data: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct InlineQuery {
    pub id: String,
    pub from: User,
    #[serde(default)]
    pub query: String,
    #[serde(default)]
    pub offset: String,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    pub result_id: String,
    #[serde(default)]
    pub query: String,
}

/// What the bot is in a chat from now on.
#[derive(Deserialize)]
pub(super) struct Membership {
    pub chat: Chat,
    pub new_chat_member: Member,
}

#[derive(Deserialize)]
pub(super) struct Member {
    pub status: String,
    #[serde(default = "yes")]
    pub is_member: bool,
}

fn yes() -> bool {
    true
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
