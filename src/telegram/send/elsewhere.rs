//! Messages to another chat than that of the event, and what stands around a conversation there: topics and ticks.
//!
//! Owns what is done where a chat is no forum, or a topic is gone: the message goes to the chat, for it is worth more than
//! its place.

use serde::Deserialize;
use serde::de::IgnoredAny;
use teloxide::payloads::{CloseForumTopic, CreateForumTopic, SetMessageReaction, setters::*};
use teloxide::types::{ChatId, MessageId as TelegramMessageId, ReactionType, ThreadId};

use super::{Doubts, Failure, LINK_TRIES, Link, Linked, Place, Sender, message};
use crate::app::{ChatKey, Elsewhere, MessageId, Step};
use crate::engine::reply::Reply;
use crate::telegram::api::CallError;
use crate::telegram::health::BackOff;

/// What is put on a message whose wish is done: one of the reactions that bots may use.
const TICK: &str = "👍";

/// All that is needed of a topic that was begun.
#[derive(Deserialize)]
struct Begun {
    message_thread_id: i32,
}

/// Where a step is carried out, and what is to be done there.
pub fn resolved(place: Place, step: &Step) -> (Place, &Step) {
    match step {
        Step::In(chat, step) => (Place { chat: *chat, topic: None }, step),
        Step::SendTo(elsewhere) => (Place { chat: elsewhere.chat, topic: elsewhere.topic }, step),
        Step::SendFile { chat, .. } => (Place { chat: *chat, topic: None }, step),
        _ => (place, step),
    }
}

impl Sender {
    /// Sends a message to another chat, or changes one there.
    pub(super) async fn send_to(&self, to: &Elsewhere, doubts: &mut Doubts) -> Result<Option<Link>, Failure> {
        let chat = to.chat;
        let (topic, reply) = match (&to.own_topic, &to.relays) {
            (Some(own), Some(relays)) => {
                let topic = self.own_topic(chat, relays.conversation, own.name.as_deref()).await?;
                (topic, if topic.is_some() { &own.reply } else { &to.reply })
            }
            _ => (to.topic, &to.reply),
        };
        let spot = |topic| message::Spot { topic, below: to.below, alone: true };
        let sent = match to.replaces {
            Some(message) => self.edit(chat, message, (reply, spot(topic)), doubts).await,
            None => self.send(chat, spot(topic), reply, doubts).await,
        };
        let sent = match sent {
            // Closed by hand, or deleted.
            Err(Failure::Answer(CallError::TopicGone | CallError::Refused(_))) if topic.is_some() => {
                self.send(chat, spot(None), &to.reply, doubts).await
            }
            sent => sent,
        };
        let message = Some(sent?);
        Ok(to.relays.clone().map(|relays| Link { chat, what: Linked::Relays(relays), message }))
    }

    /// The topic of a conversation, begun under this name where there is none. `None`: the chat is no forum, or the bot may
    /// not begin any.
    async fn own_topic(&self, chat: ChatKey, conversation: i64, name: Option<&str>) -> Result<Option<i32>, Failure> {
        match self.app.topic_of(conversation).await {
            Ok(None) => {}
            Ok(topic) => return Ok(topic),
            Err(error) => tracing::error!(%error, "cannot look up the topic of a conversation"),
        }
        // Only groups have such topics.
        let Some(name) = name.filter(|_| chat.id < 0) else { return Ok(None) };
        let payload = CreateForumTopic::new(ChatId(chat.id), name);
        // Begun twice, one of them would stay empty.
        let mut doubts = Doubts::default();
        let topic = match self.deliver::<_, Begun>(Some(chat.id), &payload, Some(&mut doubts)).await {
            Ok(begun) => begun.message_thread_id,
            Err(failure @ Failure::Answer(CallError::Migrated(_))) => return Err(failure),
            Err(failure) => {
                tracing::debug!(?failure, "no topic is begun: the conversation stands in the chat");
                return Ok(None);
            }
        };
        let mut pause = BackOff::new();
        for _ in 0..LINK_TRIES {
            match self.app.has_topic(conversation, topic).await {
                Ok(()) => break,
                Err(error) => tracing::error!(%error, "cannot note the topic of a conversation"),
            }
            pause.wait().await;
        }
        Ok(Some(topic))
    }

    /// Closes a topic. That the bot may not, or that it is closed, does no harm.
    pub(super) async fn close_topic(&self, chat: ChatKey, topic: i32) -> Result<(), Failure> {
        let payload = CloseForumTopic::new(ChatId(chat.id), ThreadId(TelegramMessageId(topic)));
        match self.deliver::<_, IgnoredAny>(Some(chat.id), &payload, None).await {
            Err(failure @ Failure::Answer(CallError::Migrated(_) | CallError::Gone)) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Puts a tick on a message, or says so below it where that is not allowed.
    pub(super) async fn tick(
        &self,
        place: Place,
        message: MessageId,
        instead: &Reply,
        doubts: &mut Doubts,
    ) -> Result<(), Failure> {
        let chat = place.chat;
        let tick = ReactionType::Emoji { emoji: TICK.to_owned() };
        let payload = SetMessageReaction::new(ChatId(chat.id), TelegramMessageId(message.0)).reaction([tick]);
        match self.deliver::<_, IgnoredAny>(Some(chat.id), &payload, None).await {
            Ok(_) | Err(Failure::Answer(CallError::Ignorable(_) | CallError::MessageGone)) => Ok(()),
            Err(failure @ Failure::Answer(CallError::Migrated(_) | CallError::Gone)) => Err(failure),
            Err(_) => {
                let spot = message::Spot { topic: place.topic, below: Some(message), alone: true };
                self.send(chat, spot, instead, doubts).await.map(drop)
            }
        }
    }
}
