//! What is remembered of conversations between students and mentors, in domain words.
//!
//! Nothing here says who anybody is or what was said: chats and people are keyed hashes, and all else comes in sealed.

use async_trait::async_trait;

use super::{Hashed, StoreError};

/// A conversation between a student and the mentors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// A random positive number.
    pub id: i64,
    /// The private chat of the student.
    pub student: Hashed,
    /// The chat of the mentors.
    pub mentors: Hashed,
    /// The topic of that chat which is this conversation's own.
    pub topic: Option<i32>,
    /// What was asked, and where the student is written to; the caller has sealed it.
    pub sealed: Vec<u8>,
    /// When it began, in seconds since 1970.
    pub opened: i64,
    /// When it was closed.
    pub closed: Option<i64>,
    /// When a mentor first answered.
    pub answered: Option<i64>,
    /// The mentor who sees to it.
    pub claim: Option<Claim>,
    /// The id of the draft that was made of it.
    pub draft: Option<String>,
}

/// Who sees to a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub by: Hashed,
    /// What they are called; the caller has sealed it.
    pub name: Vec<u8>,
}

/// What a message of a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Passed {
    /// The bot's, in the chat of the mentors: what was asked.
    Question,
    /// What the student wrote, passed on to the mentors.
    FromStudent,
    /// What a mentor wrote, passed on to the student.
    FromMentor,
    /// The bot's own words about the conversation, to the mentors.
    ToMentors,
    /// The same to the student.
    ToStudent,
}

/// A message of a conversation, and which it is in either chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relayed {
    /// The number of the conversation.
    pub conversation: i64,
    /// What it is.
    pub what: Passed,
    /// Which part of what was written, from 0: with what stands around it, it may be too long for one message.
    pub position: u32,
    /// Its number in the chat of the mentors.
    pub at_mentors: Option<i32>,
    /// Its number in the chat of the student.
    pub at_student: Option<i32>,
    /// With [`Passed::FromMentor`]: what was answered; the caller has sealed it.
    pub sealed: Option<Vec<u8>>,
}

/// What else changes in a conversation, noted together with what is done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConversationChange {
    /// The conversation of this number is over.
    Closed(i64),
    /// It has reached nobody, and is forgotten.
    Dropped(i64),
    /// A draft of this id was made of it.
    Drafted(i64, String),
}

/// In a private chat: that the next message is for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writes {
    /// The number of the conversation; `None`: it begins one.
    pub conversation: Option<i64>,
    /// Since when, in seconds since 1970.
    pub since: i64,
}

impl Passed {
    /// All of them.
    pub(super) const ALL: [Self; 5] =
        [Self::Question, Self::FromStudent, Self::FromMentor, Self::ToMentors, Self::ToStudent];

    /// As it is stored.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::FromStudent => "student",
            Self::FromMentor => "mentor",
            Self::ToMentors => "to_mentors",
            Self::ToStudent => "to_student",
        }
    }
}

impl Relayed {
    /// The number of the message that is passed on, in the chat it was written in: with the other fields it tells one from
    /// another. There is one question.
    pub(super) fn source(&self) -> i32 {
        let source = match self.what {
            Passed::Question => None,
            Passed::FromStudent | Passed::ToStudent => self.at_student,
            Passed::FromMentor | Passed::ToMentors => self.at_mentors,
        };
        source.unwrap_or_default()
    }
}

/// Durable memory of conversations. When a writing method has returned, what it wrote survives a crash.
#[async_trait]
pub trait Conversations: Send + Sync {
    /// Begins a conversation, unless there is one of that number.
    async fn open_conversation(&self, conversation: Conversation) -> Result<(), StoreError>;
    /// The conversation of this number.
    async fn conversation(&self, id: i64) -> Result<Option<Conversation>, StoreError>;
    /// Those of a student, newest first.
    async fn conversations_of(&self, student: Hashed) -> Result<Vec<Conversation>, StoreError>;
    /// The one whose own this topic of a mentors' chat is.
    async fn conversation_in(&self, mentors: Hashed, topic: i32) -> Result<Option<Conversation>, StoreError>;
    /// From now on this topic is the conversation's own.
    async fn remember_topic(&self, conversation: i64, topic: i32) -> Result<(), StoreError>;
    /// Remembers a message, in place of what was remembered of the same part of what was written.
    async fn remember_relayed(&self, relayed: Relayed, at: i64) -> Result<(), StoreError>;
    /// The messages of a conversation, by what they are and in the order of their numbers.
    async fn relayed(&self, conversation: i64) -> Result<Vec<Relayed>, StoreError>;
    /// The message of this number in a mentors' chat.
    async fn relayed_at_mentors(&self, mentors: Hashed, message: i32) -> Result<Option<Relayed>, StoreError>;
    /// The message of this number in the private chat of a student.
    async fn relayed_at_student(&self, student: Hashed, message: i32) -> Result<Option<Relayed>, StoreError>;
    /// Claims a conversation, if it is open and nobody has: of several callers one does. Returns who sees to it now.
    async fn claim(&self, conversation: i64, claim: Claim) -> Result<Option<Claim>, StoreError>;
    /// Takes the claim of this mentor back. Returns who sees to it now.
    async fn release(&self, conversation: i64, by: Hashed) -> Result<Option<Claim>, StoreError>;
    /// Deletes all that is kept of a student's conversations: those that were, what waits to become one or to happen about
    /// one, and that the next message is for a person.
    async fn forget_conversations(&self, student: Hashed) -> Result<(), StoreError>;
}
