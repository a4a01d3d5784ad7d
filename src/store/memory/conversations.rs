//! Conversations in memory. Means the same as `sqlite/conversations.rs`.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;

use super::{MemoryStore, State};
use crate::store::{
    Claim, Conversation, ConversationChange, Conversations, Hashed, Passed, Relayed, StoreError, Waiting,
};

/// All conversations and their messages.
#[derive(Default)]
pub(super) struct Kept {
    /// With when something last happened in it.
    conversations: HashMap<i64, (Conversation, i64)>,
    /// By conversation, what it is, the number of what is passed on, and position.
    relayed: BTreeMap<(i64, Passed, i32, u32), Relayed>,
}

impl Kept {
    pub(super) fn change(&mut self, change: ConversationChange, now: i64) {
        match change {
            ConversationChange::Closed(id) => {
                if let Some((conversation, at)) = self.conversations.get_mut(&id) {
                    conversation.closed.get_or_insert(now);
                    *at = now;
                }
            }
            ConversationChange::Dropped(id) => self.retain(|conversation, _| conversation.id != id),
            ConversationChange::Drafted(id, draft) => {
                if let Some((conversation, _)) = self.conversations.get_mut(&id) {
                    conversation.draft = Some(draft);
                }
            }
        }
    }

    /// A mentors' chat has become another one, where messages have other numbers.
    pub(super) fn moved(&mut self, from: Hashed, to: Hashed) {
        for (conversation, _) in self.conversations.values_mut().filter(|(it, _)| it.mentors == from && from != to) {
            (conversation.mentors, conversation.topic) = (to, None);
            for relayed in self.relayed.values_mut().filter(|relayed| relayed.conversation == conversation.id) {
                relayed.at_mentors = None;
            }
        }
    }

    /// Forgets what nothing has happened in since `before`.
    pub(super) fn prune(&mut self, before: i64) {
        self.retain(|_, at| at >= before);
    }

    fn retain(&mut self, keep: impl Fn(&Conversation, i64) -> bool) {
        self.conversations.retain(|_, (conversation, at)| keep(conversation, *at));
        self.relayed.retain(|(id, ..), _| self.conversations.contains_key(id));
    }

    /// How many conversations there are.
    pub(super) fn count(&self) -> usize {
        self.conversations.len()
    }

    fn find(&self, wanted: impl Fn(&Conversation) -> bool) -> Option<Conversation> {
        self.conversations.values().map(|(it, _)| it).filter(|it| wanted(it)).max_by_key(|it| it.id).cloned()
    }

    fn open(&mut self, id: i64) -> Option<&mut Conversation> {
        self.conversations.get_mut(&id).map(|(conversation, _)| conversation).filter(|it| it.closed.is_none())
    }

    fn claimed(&self, id: i64) -> Option<Claim> {
        self.conversations.get(&id).and_then(|(conversation, _)| conversation.claim.clone())
    }

    fn message(&self, wanted: impl Fn(&Relayed, &Conversation) -> bool) -> Option<Relayed> {
        let of = |relayed: &Relayed| self.conversations.get(&relayed.conversation).map(|(it, _)| it);
        self.relayed.values().rev().find(|relayed| of(relayed).is_some_and(|it| wanted(relayed, it))).cloned()
    }
}

/// Deletes all that is kept of a student's conversations.
pub(super) fn forget_conversations(state: &mut State, student: Hashed) {
    state.kept.retain(|it, _| it.student != student);
    // What is about no message at all is for whoever keeps the FAQ.
    let is_about_one = |waiting: &Waiting| waiting.place == student && waiting.asker == student && waiting.message != 0;
    state.waiting.retain(|_, waiting| !is_about_one(waiting));
    if let Some(chat) = state.chats.get_mut(&student) {
        chat.writes = None;
    }
}

#[async_trait]
impl Conversations for MemoryStore {
    async fn open_conversation(&self, conversation: Conversation) -> Result<(), StoreError> {
        let opened = conversation.opened;
        self.state().kept.conversations.entry(conversation.id).or_insert((conversation, opened));
        Ok(())
    }

    async fn conversation(&self, id: i64) -> Result<Option<Conversation>, StoreError> {
        Ok(self.state().kept.find(|it| it.id == id))
    }

    async fn conversations_of(&self, student: Hashed) -> Result<Vec<Conversation>, StoreError> {
        let state = self.state();
        let all = state.kept.conversations.values().map(|(it, _)| it).filter(|it| it.student == student);
        let mut all: Vec<Conversation> = all.cloned().collect();
        all.sort_by_key(|it| std::cmp::Reverse((it.opened, it.id)));
        Ok(all)
    }

    async fn conversation_in(&self, mentors: Hashed, topic: i32) -> Result<Option<Conversation>, StoreError> {
        Ok(self.state().kept.find(|it| it.mentors == mentors && it.topic == Some(topic)))
    }

    async fn remember_topic(&self, conversation: i64, topic: i32) -> Result<(), StoreError> {
        if let Some((it, _)) = self.state().kept.conversations.get_mut(&conversation) {
            it.topic = Some(topic);
        }
        Ok(())
    }

    async fn remember_relayed(&self, relayed: Relayed, now: i64) -> Result<(), StoreError> {
        let mut state = self.state();
        let Some((it, at)) = state.kept.conversations.get_mut(&relayed.conversation) else { return Ok(()) };
        *at = now;
        if relayed.what == Passed::FromMentor {
            it.answered.get_or_insert(now);
        }
        let key = (relayed.conversation, relayed.what, relayed.source(), relayed.position);
        state.kept.relayed.insert(key, relayed);
        Ok(())
    }

    async fn relayed(&self, conversation: i64) -> Result<Vec<Relayed>, StoreError> {
        let state = self.state();
        Ok(state.kept.relayed.values().filter(|relayed| relayed.conversation == conversation).cloned().collect())
    }

    async fn relayed_at_mentors(&self, mentors: Hashed, message: i32) -> Result<Option<Relayed>, StoreError> {
        let state = self.state();
        Ok(state.kept.message(|relayed, it| it.mentors == mentors && relayed.at_mentors == Some(message)))
    }

    async fn relayed_at_student(&self, student: Hashed, message: i32) -> Result<Option<Relayed>, StoreError> {
        let state = self.state();
        Ok(state.kept.message(|relayed, it| it.student == student && relayed.at_student == Some(message)))
    }

    async fn claim(&self, conversation: i64, claim: Claim) -> Result<Option<Claim>, StoreError> {
        let mut state = self.state();
        if let Some(it) = state.kept.open(conversation) {
            it.claim.get_or_insert(claim);
        }
        Ok(state.kept.claimed(conversation))
    }

    async fn release(&self, conversation: i64, by: Hashed) -> Result<Option<Claim>, StoreError> {
        let mut state = self.state();
        if let Some(it) = state.kept.open(conversation) {
            it.claim.take_if(|claim| claim.by == by);
        }
        Ok(state.kept.claimed(conversation))
    }

    async fn forget_conversations(&self, student: Hashed) -> Result<(), StoreError> {
        forget_conversations(&mut self.state(), student);
        Ok(())
    }
}
