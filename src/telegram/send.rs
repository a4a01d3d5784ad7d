//! From [`Step`]s to calls of the Bot API, within Telegram's limits and through its failures.
//!
//! Owns what is repeated, when and how often. The rule about answers that were lost on the way: changing a message
//! again is harmless, a message that may have arrived is sent at most once more, some seconds later and when Telegram
//! certainly answers. An error in the Bot API's own words is repeated, but patiently: should the message be there all the
//! same, few copies follow.

mod elsewhere;
mod file;
mod message;

pub use message::article;

use std::sync::Arc;
use std::time::Duration;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use teloxide::payloads::{
    AnswerCallbackQuery, DeleteMessage, GetChatAdministrators, GetChatMember, SendChatAction, setters::*,
};
use teloxide::requests::Payload;
use teloxide::types::{CallbackQueryId, ChatAction, ChatId, MessageId as TelegramMessageId, UserId};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::api::{Api, CallError};
use super::health::{BackOff, Health};
use super::limits::Limits;
use super::newer::{self, AnswerGuestQuery, Ephemeral};
use super::route::chat_key;
use crate::app::clock::now;
use crate::app::{App, ChatKey, Elsewhere, InlineAnswer, MessageId, Relays, ReplyTo, Step};
use crate::engine::html::cut_text;
use crate::engine::reply::{Reply, TAKEN_AWAY};
use crate::store::StoreError;

/// How long a call is tried that keeps failing while Telegram is well otherwise. Pauses that Telegram asks for do not
/// count, nor do outages.
const GIVE_UP_AFTER: Duration = Duration::from_secs(15 * 60);
/// How often it is tried to note which message answers a question.
const LINK_TRIES: u32 = 8;
/// How long the answer to a press is worth sending.
const PRESS_LIMIT: Duration = Duration::from_secs(15);
/// How long the rest waits for the answer to a press.
const PRESS_HEAD_START: Duration = Duration::from_secs(2);
/// How long it is tried to find out who is an admin: somebody waits for the bot's reaction.
const LOOK_UP_LIMIT: Duration = Duration::from_secs(10);
/// Telegram's limit on the words that answer a press.
const TOAST_UNITS: usize = 200;

/// Why an update is not done yet.
#[derive(Debug)]
pub enum Trouble {
    /// The store failed.
    Store(StoreError),
    /// The update could not be answered, perhaps by its own fault.
    Failed(&'static str),
    /// The answer is there, and sending it keeps failing.
    Unsent(&'static str),
}

/// Why a call was given up.
#[derive(Debug)]
enum Failure {
    /// Telegram answered, and would answer the same again.
    Answer(CallError),
    /// Telegram is well otherwise, but this call keeps failing.
    GaveUp,
    /// The message may have arrived, and so may its repetition.
    Doubtful,
}

/// How often a message may have arrived without a word from Telegram; after the second time it is not sent again.
#[derive(Debug, Default)]
pub struct Doubts(u32);

impl Doubts {
    /// How often a message may be there in the end: itself, and its one repetition.
    const MOST: u32 = 2;

    /// Notes that a message may have arrived, and says whether it is not to be sent again.
    fn one_more(&mut self) -> bool {
        self.0 += 1;
        self.0 >= Self::MOST
    }
}

/// All that is needed of a message that was sent.
#[derive(Deserialize)]
struct SentMessage {
    message_id: i32,
}

/// How a step ended.
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and mostly the larger one")]
pub enum Carried {
    /// It is done; this is to be noted.
    Done(Option<Link>),
    /// It is a message to a chat that cannot be written to: what is planned for that is to be done.
    NotDelivered,
}

/// Which message answers what, if one still does, or passes something on: an edit of the one is to change the other.
#[derive(Debug, Clone)]
pub struct Link {
    chat: ChatKey,
    what: Linked,
    message: Option<MessageId>,
}

/// What is to be noted of a message.
#[derive(Debug, Clone)]
enum Linked {
    Answers(ReplyTo),
    Relays(Relays),
}

/// Sends for all chats.
pub struct Sender {
    api: Api,
    health: Arc<Health>,
    limits: Limits,
    requests: Semaphore,
    app: Arc<App>,
    /// Whether what concerns one person in a group is shown to nobody else.
    ephemeral: bool,
}

/// Where steps are carried out.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The chat.
    pub chat: ChatKey,
    /// The topic of it.
    pub topic: Option<i32>,
}

impl Sender {
    /// A sender with at most `requests` requests out at a time. `ephemeral`: what concerns one person in a group is shown to
    /// nobody else.
    pub fn new(api: Api, health: Arc<Health>, limits: Limits, requests: usize, app: Arc<App>, ephemeral: bool) -> Self {
        let requests = Semaphore::new(requests.clamp(1, Semaphore::MAX_PERMITS));
        Self { api, health, limits, requests, app, ephemeral }
    }

    /// Does one thing in this place, and says which message now answers which question; [`Sender::link`] is to be told.
    /// `doubts` are those of all tries at this step. When the chat is gone there is nothing to be done.
    pub async fn carry_out(&self, place: Place, step: &Step, doubts: &mut Doubts) -> Result<Carried, Trouble> {
        let (place, step) = elsewhere::resolved(place, step);
        let done = self.try_step(place, step, doubts).await;
        let moved = match &done {
            Err(Failure::Answer(CallError::Migrated(to))) => Some(chat_key(*to)),
            _ => None,
        };
        let done = match moved {
            Some(to) => {
                self.app.has_moved(place.chat, to, now()).await;
                match elsewhere_now(step, to) {
                    Some(step) => self.try_step(Place { chat: to, topic: None }, &step, doubts).await,
                    None => Ok(None),
                }
            }
            None => done,
        };
        let has_otherwise = matches!(step, Step::SendTo(to) if to.otherwise.is_some());
        match done {
            Ok(link) => Ok(Carried::Done(link)),
            Err(Failure::Answer(error)) if has_otherwise => {
                let chat = moved.unwrap_or(place.chat);
                self.app.not_delivered(chat, &error);
                if error == CallError::Gone {
                    self.app.is_gone(chat, now()).await;
                }
                Ok(Carried::NotDelivered)
            }
            Err(Failure::GaveUp) => Err(Trouble::Unsent("Telegram keeps failing on it")),
            Err(Failure::Doubtful) => {
                tracing::error!("an answer may have been lost twice; it is not sent a third time");
                Ok(Carried::Done(None))
            }
            Err(Failure::Answer(CallError::Gone)) => {
                tracing::info!("a chat is gone: nothing can be sent there");
                self.app.is_gone(moved.unwrap_or(place.chat), now()).await;
                Ok(Carried::Done(None))
            }
            Err(Failure::Answer(error)) => {
                tracing::error!(%error, "an answer could not be shown");
                Ok(Carried::Done(None))
            }
        }
    }

    async fn try_step(&self, place: Place, step: &Step, doubts: &mut Doubts) -> Result<Option<Link>, Failure> {
        let chat = place.chat;
        let link = |answers: &Option<ReplyTo>, message: Option<MessageId>| {
            answers.clone().map(|answers| Link { chat, what: Linked::Answers(answers), message })
        };
        let spot = |below: Option<MessageId>| message::Spot { topic: place.topic, below, alone: true };
        match step {
            Step::Toast(_) => Ok(None),
            Step::Send { reply, below, only_for: Some(person), .. }
                if self.ephemeral && self.whisper(chat, spot(*below), reply, *person).await =>
            {
                Ok(None)
            }
            Step::Send { reply, answers, below, .. } => {
                self.send(chat, spot(*below), reply, doubts).await.map(|sent| link(answers, Some(sent)))
            }
            Step::SendTo(to) => self.send_to(to, doubts).await,
            Step::SendFile { name, bytes, .. } => self.send_file(chat, name, bytes).await.map(|()| None),
            // Nothing is twice elsewhere.
            Step::In(..) => Ok(None),
            Step::Tick { message, instead } => self.tick(place, *message, instead, doubts).await.map(|()| None),
            Step::CloseTopic(topic) => self.close_topic(chat, *topic).await.map(|()| None),
            Step::SendPrivately { person, reply, here, below } => {
                match self.send(*person, message::Spot::default(), reply, doubts).await {
                    // They have never written to the bot, or have blocked it: of that nothing is noted.
                    Err(Failure::Answer(CallError::Gone | CallError::Refused(_))) => {}
                    sent => return sent.map(|_| None),
                }
                let spot = message::Spot { alone: false, ..spot(Some(*below)) };
                if self.ephemeral && self.whisper(chat, spot, here, *person).await {
                    return Ok(None);
                }
                match self.send(chat, spot, here, doubts).await {
                    // The message has been taken back.
                    Err(Failure::Answer(CallError::Refused(_))) => Ok(None),
                    sent => sent.map(|_| None),
                }
            }
            Step::Edit { message, reply, answers } => {
                // In a group a new message would stand alone.
                let below = answers.as_ref().filter(|answers| answers.about.is_some()).map(|answers| answers.question);
                let shown = self.edit(chat, *message, (reply, spot(below)), doubts).await?;
                Ok(link(answers, Some(shown)))
            }
            Step::Delete { message, answers } => {
                if !self.delete(chat, *message).await? && answers.about.is_some() {
                    // Older than two days, and the bot is no admin: it is emptied instead.
                    self.edit(chat, *message, (&Reply::plain(TAKEN_AWAY), spot(None)), doubts).await?;
                }
                Ok(link(&Some(answers.clone()), None))
            }
            Step::TidyUp(message) => match self.delete(chat, *message).await {
                // The bot may not, which is for the admins of the chat to decide.
                Ok(_) | Err(Failure::Answer(CallError::Refused(_))) => Ok(None),
                Err(failure) => Err(failure),
            },
            Step::EditButtons { message, reply } => {
                self.edit_buttons(chat, *message, (reply, spot(None)), doubts).await.map(|()| None)
            }
        }
    }

    /// Shows a message to one member of a group only, if Telegram can do that now. Tried once: what is shown to everybody
    /// in its place is no harm.
    async fn whisper(&self, chat: ChatKey, spot: message::Spot, reply: &Reply, person: ChatKey) -> bool {
        let Ok(receiver) = u64::try_from(person.id) else { return false };
        self.limits.message(chat.id).await;
        let payload = Ephemeral::new(message::send(chat.id, spot, reply, message::Form::Full), receiver);
        match self.api.call_for::<_, IgnoredAny>(&payload).await {
            Ok(_) => true,
            Err(CallError::RetryAfter(wait)) => {
                self.limits.pause(chat.id, wait, Instant::now());
                false
            }
            Err(error) => {
                tracing::debug!(%error, "could not show something to one person only");
                // It may be there.
                matches!(error, CallError::MaybeDelivered(_))
            }
        }
    }

    /// Whether somebody is an admin of a chat. `None`: Telegram does not say, or not now.
    pub async fn is_admin(&self, chat: ChatKey, person: ChatKey) -> Option<bool> {
        #[derive(Deserialize)]
        struct Member {
            status: String,
        }
        #[derive(Deserialize)]
        struct Admin {
            user: User,
        }
        #[derive(Deserialize)]
        struct User {
            id: i64,
        }
        let payload = GetChatMember::new(ChatId(chat.id), UserId(u64::try_from(person.id).ok()?));
        let asked = async {
            match self.deliver::<_, Member>(None, &payload, None).await {
                Ok(member) => Ok(matches!(member.status.as_str(), "creator" | "administrator")),
                // Of others Telegram tells for sure only a bot that is an admin; who the admins are it tells every member.
                Err(Failure::Answer(CallError::Refused(_))) => {
                    let payload = GetChatAdministrators::new(ChatId(chat.id));
                    let admins = self.deliver::<_, Vec<Admin>>(None, &payload, None).await?;
                    Ok(admins.iter().any(|admin| admin.user.id == person.id))
                }
                Err(failure) => Err(failure),
            }
        };
        match tokio::time::timeout(LOOK_UP_LIMIT, asked).await {
            Ok(Ok(admin)) => Some(admin),
            other => {
                tracing::info!(why = why(other), "cannot tell who is an admin of a chat");
                None
            }
        }
    }

    /// Answers somebody who types behind the bot's name. Tried for as long as it is of use.
    pub async fn answer_inline(&self, id: String, answer: InlineAnswer, cache_secs: u32) {
        let payload = message::inline(id, answer, cache_secs);
        let answered = self.deliver::<_, IgnoredAny>(None, &payload, None);
        match tokio::time::timeout(PRESS_LIMIT, answered).await {
            Ok(Ok(_)) | Ok(Err(Failure::Answer(CallError::Ignorable(_)))) => {}
            other => tracing::info!(why = why(other), "an inline query was not answered"),
        }
    }

    /// Answers a mention in a chat that the bot is not in.
    pub async fn answer_guest(&self, id: String, reply: &Reply) {
        let payload = AnswerGuestQuery { guest_query_id: id, result: newer::guest_result(reply) };
        let answered = self.deliver::<_, IgnoredAny>(None, &payload, None);
        match tokio::time::timeout(PRESS_LIMIT, answered).await {
            Ok(Ok(_)) | Ok(Err(Failure::Answer(CallError::Ignorable(_)))) => {}
            other => tracing::info!(why = why(other), "a guest's question was not answered"),
        }
    }

    /// Notes which message answers a question. Tried for a while only: the answer has gone out already.
    pub async fn link(&self, link: Link) {
        let mut pause = BackOff::new();
        for _ in 0..LINK_TRIES {
            let noted = match (&link.what, link.message) {
                (Linked::Answers(answers), message) => self.app.sent(link.chat, answers.clone(), message, now()).await,
                (Linked::Relays(relays), Some(message)) => self.app.relayed(relays, message, now()).await,
                (Linked::Relays(_), None) => Ok(()),
            };
            match noted {
                Ok(()) => return,
                Err(error) => tracing::error!(%error, "cannot note which message answers a question"),
            }
            pause.wait().await;
        }
    }

    /// Answers a press, with a notice or with nothing. Returns when that is done or has taken so long that the rest
    /// should go on beside it.
    pub async fn answer_press(self: &Arc<Self>, query: String, toast: Option<String>) {
        let mut payload = AnswerCallbackQuery::new(CallbackQueryId(query));
        if let Some(toast) = toast.filter(|toast| !toast.is_empty()) {
            payload = payload.text(cut_text(&toast, TOAST_UNITS).to_owned());
        }
        let sender = Arc::clone(self);
        let answering = tokio::spawn(async move {
            let answered = sender.deliver::<_, IgnoredAny>(None, &payload, None);
            match tokio::time::timeout(PRESS_LIMIT, answered).await {
                Ok(Ok(_)) | Ok(Err(Failure::Answer(CallError::Ignorable(_)))) => {}
                other => tracing::info!(why = why(other), "a press was not answered"),
            }
        });
        let _ = tokio::time::timeout(PRESS_HEAD_START, answering).await;
    }

    /// Shows that the bot is at work: tried once, beside everything else, and not while the chat wants a pause or messages
    /// wait for their turn.
    pub fn typing(self: &Arc<Self>, chat: ChatKey) {
        if !self.pause_left(chat.id).is_zero() || self.limits.is_busy(Instant::now()) {
            return;
        }
        let sender = Arc::clone(self);
        tokio::spawn(async move {
            let payload = SendChatAction::new(ChatId(chat.id), ChatAction::Typing);
            match sender.api.call_for::<_, IgnoredAny>(&payload).await {
                Err(CallError::RetryAfter(wait)) => sender.limits.pause(chat.id, wait, Instant::now()),
                Err(error) => tracing::debug!(%error, "could not show that the bot is typing"),
                Ok(_) => {}
            }
        });
    }

    /// How long Telegram wants nothing more to be sent to this chat; zero: it may be sent to.
    pub fn pause_left(&self, chat: i64) -> Duration {
        self.limits.pause_left(chat, Instant::now())
    }

    /// Sends a message and says which it became. What Telegram refuses for its form is sent in a plainer one.
    async fn send(
        &self,
        chat: ChatKey,
        mut spot: message::Spot,
        reply: &Reply,
        doubts: &mut Doubts,
    ) -> Result<MessageId, Failure> {
        let mut form = message::Form::Full;
        loop {
            let payload = message::send(chat.id, spot, reply, form);
            match self.deliver::<_, SentMessage>(Some(chat.id), &payload, Some(doubts)).await {
                Ok(sent) => return Ok(MessageId(sent.message_id)),
                // Deleted meanwhile, or the group is no forum any more. In a group it is not to stand alone in General: where
                // the question is gone with the topic, so is the answer.
                Err(Failure::Answer(CallError::TopicGone)) if spot.topic.is_some() => {
                    (spot.topic, spot.alone) = (None, chat.id > 0);
                    if !spot.alone && spot.below.is_none() {
                        return Err(Failure::Answer(CallError::TopicGone));
                    }
                }
                Err(failure) => form = plainer(failure, reply, form)?,
            }
        }
    }

    /// Changes a message; a message that is gone is replaced by a new one. Says which shows the reply now.
    async fn edit(
        &self,
        chat: ChatKey,
        message: MessageId,
        (reply, spot): (&Reply, message::Spot),
        doubts: &mut Doubts,
    ) -> Result<MessageId, Failure> {
        let mut form = message::Form::Full;
        loop {
            let payload = message::edit(chat.id, message, reply, form);
            match self.deliver::<_, IgnoredAny>(Some(chat.id), &payload, None).await {
                Ok(_) | Err(Failure::Answer(CallError::Ignorable(_))) => return Ok(message),
                Err(Failure::Answer(CallError::MessageGone)) => return self.send(chat, spot, reply, doubts).await,
                Err(failure) => form = plainer(failure, reply, form)?,
            }
        }
    }

    /// Takes a message away, and says whether it is. Telegram keeps what is older than two days, which is as old as a question
    /// can be that is still edited.
    async fn delete(&self, chat: ChatKey, message: MessageId) -> Result<bool, Failure> {
        let payload = DeleteMessage::new(ChatId(chat.id), TelegramMessageId(message.0));
        match self.deliver::<_, IgnoredAny>(Some(chat.id), &payload, None).await {
            Ok(_) | Err(Failure::Answer(CallError::Ignorable(_) | CallError::MessageGone)) => Ok(true),
            Err(Failure::Answer(CallError::Undeletable)) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Changes the buttons of a message; a message that is gone is replaced by a new one.
    async fn edit_buttons(
        &self,
        chat: ChatKey,
        message: MessageId,
        (reply, spot): (&Reply, message::Spot),
        doubts: &mut Doubts,
    ) -> Result<(), Failure> {
        let payload = message::edit_buttons(chat.id, message, reply);
        match self.deliver::<_, IgnoredAny>(Some(chat.id), &payload, None).await {
            Ok(_) | Err(Failure::Answer(CallError::Ignorable(_))) => Ok(()),
            Err(Failure::Answer(CallError::MessageGone)) => self.send(chat, spot, reply, doubts).await.map(drop),
            Err(failure) => Err(failure),
        }
    }

    /// Makes a call until Telegram has answered it. `doubts`: made twice it would do something twice; without, it may be
    /// repeated as often as needed.
    async fn deliver<P, T>(&self, chat: Option<i64>, payload: &P, mut doubts: Option<&mut Doubts>) -> Result<T, Failure>
    where
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        let (mut pause, mut patience) = (BackOff::new(), BackOff::patient());
        let mut is_first = true;
        let mut failing_since: Option<Instant> = None;
        loop {
            match chat {
                // Only the first try is a message of its own.
                Some(chat) if doubts.is_some() && is_first => self.limits.message(chat).await,
                Some(chat) => self.limits.edit(chat).await,
                None => {}
            }
            is_first = false;
            let called = {
                let _permit = self.requests.acquire().await.ok();
                self.api.call_for(payload).await
            };
            let error = match called {
                Ok(result) => {
                    self.health.answered();
                    return Ok(result);
                }
                Err(error) => error,
            };
            match error {
                CallError::RetryAfter(wait) => {
                    self.health.answered();
                    failing_since = None;
                    match chat {
                        Some(chat) => self.limits.pause(chat, wait, Instant::now()),
                        None => tokio::time::sleep(wait).await,
                    }
                }
                error if error.is_outage() => {
                    tracing::warn!(%error, method = P::NAME, "a call failed");
                    let since = *failing_since.get_or_insert_with(Instant::now);
                    match (&error, &mut doubts) {
                        (CallError::MaybeDelivered(_), Some(doubts)) => {
                            if doubts.one_more() {
                                return Err(Failure::Doubtful);
                            }
                            // It is the only repetition: not before it has every chance.
                            patience.wait().await;
                            self.health.until_surely_back(&self.api).await;
                        }
                        (CallError::Internal, Some(_)) => {
                            if self.health.until_back(&self.api).await {
                                failing_since = None;
                                pause.wait().await;
                            } else {
                                patience.wait().await;
                            }
                        }
                        _ => {
                            if self.health.until_back(&self.api).await {
                                failing_since = None;
                            }
                            pause.wait().await;
                        }
                    }
                    if failing_since.is_some() && since.elapsed() >= GIVE_UP_AFTER {
                        return Err(Failure::GaveUp);
                    }
                }
                CallError::Unauthorized => {
                    // Not this update's fault; the token may be put right while it waits.
                    tracing::error!(%error, "a call failed");
                    pause.wait().await;
                }
                error => {
                    self.health.answered();
                    return Err(Failure::Answer(error));
                }
            }
        }
    }
}

/// Why something was not done, without the id that a failure may have.
fn why<T>(done: Result<Result<T, Failure>, tokio::time::error::Elapsed>) -> String {
    match done {
        Ok(Err(Failure::Answer(error))) => error.to_string(),
        Ok(Err(Failure::GaveUp)) => "Telegram keeps failing on it".to_owned(),
        Ok(Err(Failure::Doubtful)) => "it may be done".to_owned(),
        Ok(Ok(_)) | Err(_) => "it took too long".to_owned(),
    }
}

/// The step in the chat that this one has become: messages have other numbers there, so nothing can be replied to, changed
/// or deleted.
fn elsewhere_now(step: &Step, to: ChatKey) -> Option<Step> {
    match step {
        Step::Send { reply, .. } | Step::Edit { reply, .. } => Some(Step::say(reply.clone())),
        Step::SendTo(there) => {
            Some(Elsewhere { chat: to, topic: None, below: None, replaces: None, ..Elsewhere::clone(there) }.into())
        }
        Step::SendFile { name, bytes, .. } => {
            Some(Step::SendFile { chat: to, name: name.clone(), bytes: bytes.clone() })
        }
        // In private it has been tried.
        Step::SendPrivately { here, .. } => Some(Step::say(here.clone())),
        Step::In(..)
        | Step::Delete { .. }
        | Step::TidyUp(_)
        | Step::EditButtons { .. }
        | Step::Tick { .. }
        | Step::CloseTopic(_)
        | Step::Toast(_) => None,
    }
}

/// The form to try after this failure; the failure itself if a plainer form would not help.
fn plainer(failure: Failure, reply: &Reply, form: message::Form) -> Result<message::Form, Failure> {
    let next = match (&failure, form) {
        (Failure::Answer(CallError::CannotParseEntities | CallError::TooLong), message::Form::Full) => {
            message::Form::Plain
        }
        (Failure::Answer(CallError::CannotParseEntities | CallError::TooLong | CallError::Refused(_)), form)
            if form != message::Form::Bare =>
        {
            message::Form::Bare
        }
        _ => return Err(failure),
    };
    if let Failure::Answer(error) = &failure {
        let entry = message::entry(reply).unwrap_or("none");
        tracing::error!(%error, entry, form = ?next, "Telegram refused an answer; sending it in a plainer form");
    }
    Ok(next)
}
