//! The members' side of a group, so that a test reads as a conversation.

use std::cell::Cell;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Chat, FakeTelegram, Happening, Press, Shown, What};

/// A group that the bot is a member of.
pub struct Group {
    fake: Arc<FakeTelegram>,
    pub id: i64,
    /// How much of what happened here has been looked at.
    read: Cell<usize>,
}

/// A member, in General or in a topic.
pub struct Member<'a> {
    group: &'a Group,
    pub id: i64,
    name: String,
    topic: Option<i32>,
}

impl FakeTelegram {
    /// A supergroup in which the bot sees everything, with these users as admins.
    pub fn group(self: &Arc<Self>, id: i64, admins: &[i64]) -> Group {
        let chat = Chat {
            kind: if id < -1_000_000_000_000 { "supergroup" } else { "group" },
            title: "Cohort".into(),
            admins: admins.to_vec(),
            ..Chat::default()
        };
        self.state().chats.insert(id, chat);
        Group { fake: Arc::clone(self), id, read: Cell::new(0) }
    }

    /// A channel that the bot is an admin of.
    pub fn channel(self: &Arc<Self>, id: i64) -> Group {
        let group = self.group(id, &[]);
        if let Some(chat) = self.state().chats.get_mut(&id) {
            chat.kind = "channel";
            chat.bot_is_admin = true;
        }
        group
    }
}

impl FakeTelegram {
    pub(super) async fn ticked(&self, chat: i64, message: i32) {
        let what = What::Reacted(message);
        let ticked = |fake: &Self| fake.happenings(chat).into_iter().any(|it| it.what == what).then_some(());
        self.until("the message gets its tick", ticked).await;
    }
}

impl Group {
    /// A forum with these topics.
    pub fn with_topics(self, topics: &[i32]) -> Self {
        self.change(|chat| (chat.forum, chat.topics) = (!topics.is_empty(), topics.to_vec()));
        self
    }

    /// A forum with nothing but General yet.
    pub fn with_general_alone(self) -> Self {
        self.change(|chat| chat.forum = true);
        self
    }

    /// Nobody may react to messages.
    pub fn without_reactions(self) -> Self {
        self.change(|chat| chat.no_reactions = true);
        self
    }

    /// A topic is gone with all that stood in it, or is closed by an admin.
    pub fn topic_is(&self, topic: i32, deleted: bool) {
        self.change(|chat| match deleted {
            true => chat.topics.retain(|other| *other != topic),
            false => chat.closed.push(topic),
        });
    }

    /// The topics that the bot has begun, with their names, and those that it has closed.
    pub fn topics(&self) -> (Vec<(i32, String)>, Vec<i32>) {
        let (mut begun, mut closed) = (Vec::new(), Vec::new());
        for happening in self.fake.happenings(self.id) {
            match happening.what {
                What::TopicBegun { topic, name } => begun.push((topic, name)),
                What::TopicClosed(topic) => closed.push(topic),
                _ => {}
            }
        }
        (begun, closed)
    }

    /// Returns once the bot has put its tick on this message.
    pub async fn expect_tick(&self, message: i32) {
        self.fake.ticked(self.id, message).await;
    }

    /// The bot is an admin.
    pub fn with_bot_as_admin(self) -> Self {
        self.change(|chat| chat.bot_is_admin = true);
        self
    }

    /// The bot sees only what is for it.
    pub fn with_privacy(self) -> Self {
        self.change(|chat| chat.privacy = true);
        self
    }

    fn change(&self, change: impl FnOnce(&mut Chat)) {
        change(self.fake.state().chats.get_mut(&self.id).unwrap());
    }

    pub fn member(&self, id: i64, name: &str) -> Member<'_> {
        Member { group: self, id, name: name.to_owned(), topic: None }
    }

    /// The bot is removed, or added again.
    pub fn bot_is_member(&self, is_member: bool) {
        self.change(|chat| chat.blocked = !is_member);
        let status = if is_member { "member" } else { "kicked" };
        let body = json!({"chat": self.chat(), "from": user(1, "Owner"), "date": now(),
                          "new_chat_member": {"status": status, "user": {"id": 42, "is_bot": true, "first_name": "FAQ"}}});
        self.fake.push("my_chat_member", body);
    }

    /// The group becomes a supergroup with this id.
    pub fn moves_to(&self, id: i64) -> Group {
        let admins = self.fake.state().chats[&self.id].admins.clone();
        let new = self.fake.group(id, &admins);
        self.change(|chat| chat.moved_to = Some(id));
        new
    }

    /// A message that says so.
    pub fn says_that_it_moved(&self, id: i64) {
        let message = self.fake.state().next_message(self.id);
        let body = json!({"message_id": message, "date": now(), "chat": self.chat(), "from": user(1, "Owner"),
                          "migrate_to_chat_id": id});
        self.fake.push("message", body);
    }

    /// A message of Telegram's with these fields: somebody joined, a post of the channel was forwarded.
    pub fn service(&self, fields: Value) -> i32 {
        self.sends(user(1, "Owner"), None, fields)
    }

    /// A post in a channel.
    pub fn posts(&self, text: &str) -> i32 {
        let message = self.fake.state().next_message(self.id);
        let body = json!({"message_id": message, "date": now(), "chat": self.chat(), "text": text});
        self.fake.state().written.insert((self.id, message), body.clone());
        self.fake.push("channel_post", body);
        message
    }

    fn chat(&self) -> Value {
        let state = self.fake.state();
        let chat = &state.chats[&self.id];
        let mut body = json!({"id": self.id, "type": chat.kind, "title": chat.title, "is_forum": chat.forum});
        if let Some(username) = &chat.username {
            body["username"] = json!(username);
        }
        body
    }

    fn body(&self, message: i32, from: Value, topic: Option<i32>, fields: Value) -> Value {
        let mut body = json!({"message_id": message, "date": now(), "chat": self.chat(), "from": from});
        if let Some(topic) = topic {
            body["message_thread_id"] = json!(topic);
            body["is_topic_message"] = json!(true);
            // Whatever stands in a topic replies to what began it; a reply of somebody's takes its place.
            body["reply_to_message"] = json!({
                "message_id": topic, "date": 1_790_000_000, "chat": self.chat(), "from": user(1, "Owner"),
                "forum_topic_created": {"name": "Topic", "icon_color": 7_322_096}, "message_thread_id": topic,
                "is_topic_message": true,
            });
        }
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    }

    fn sends(&self, from: Value, topic: Option<i32>, fields: Value) -> i32 {
        let message = self.fake.state().next_message(self.id);
        let body = self.body(message, from, topic, fields);
        let hidden = {
            let mut state = self.fake.state();
            state.written.insert((self.id, message), body.clone());
            state.chats[&self.id].privacy && !is_for_the_bot(&body)
        };
        if !hidden {
            self.fake.push("message", body);
        }
        message
    }

    /// A message of this chat as a reply shows it.
    pub fn quoted(&self, message: i32) -> Value {
        let (written, shown) = {
            let state = self.fake.state();
            let key = (self.id, message);
            (state.written.get(&key).cloned(), state.messages.get(&key).cloned())
        };
        let bot = json!({"id": 42, "is_bot": true, "first_name": "FAQ", "username": "TestFaqBot"});
        match (written, shown) {
            (Some(mut body), _) => {
                body.as_object_mut().unwrap().remove("reply_to_message");
                body
            }
            (None, Some(shown)) => self.body(message, bot, shown.topic, json!({"text": shown.text})),
            (None, None) => panic!("there is no message {message}"),
        }
    }

    /// The bot's next message or change of one.
    pub async fn next(&self) -> Shown {
        let looked_at = self.read.get();
        let find = |fake: &FakeTelegram| {
            let happenings = fake.happenings(self.id).into_iter().enumerate();
            happenings.skip(looked_at).find_map(|(at, happening)| Some((happening.shown?, at + 1)))
        };
        let (shown, read) = self.fake.until("the bot says something in the group", find).await;
        self.read.set(read);
        shown
    }

    /// The bot's next message, which must contain these words.
    pub async fn expect(&self, words: &str) -> Shown {
        let shown = self.next().await;
        assert!(shown.text.contains(words), "expected {words:?}, but the bot said: {}", shown.text);
        shown
    }

    /// Fails if the bot has done anything here that has not been looked at; to be called once all is confirmed.
    pub fn expect_nothing_more(&self) {
        let rest: Vec<Happening> = self.fake.happenings(self.id).into_iter().skip(self.read.get()).collect();
        // Notices are looked at by whoever presses, ticks and topics by name.
        let rest =
            rest.iter().filter(|happening| happening.shown.is_some() || matches!(happening.what, What::Deleted(_)));
        let rest: Vec<_> = rest.collect();
        assert!(rest.is_empty(), "the bot did something: {rest:#?}");
    }

    /// Everything that was said to it has been handled, and the bot has kept quiet.
    pub async fn expect_silence(&self) {
        self.fake.all_confirmed().await;
        self.expect_nothing_more();
    }

    /// The next message to be looked at is the next one that comes.
    pub fn look_away(&self) {
        self.read.set(self.fake.happenings(self.id).len());
    }

    /// Returns once the bot has taken this message away.
    pub async fn expect_deleted(&self, message: i32) {
        let gone = |happening: Happening| happening.what == What::Deleted(message);
        self.fake
            .until("the message is taken away", |fake| fake.happenings(self.id).into_iter().any(gone).then_some(()))
            .await;
        self.look_away();
    }

    /// The messages that the bot has sent here.
    pub fn sent(&self) -> Vec<Shown> {
        let happenings = self.fake.happenings(self.id);
        happenings.into_iter().filter(|h| h.what == What::Sent).filter_map(|h| h.shown).collect()
    }

    /// A message as it looks now, if it is there.
    pub fn shows(&self, message: i32) -> Option<Shown> {
        self.fake.state().messages.get(&(self.id, message)).cloned()
    }
}

/// Whether a bot in privacy mode is told of a message: a command, a mention, a reply to it, a service message.
fn is_for_the_bot(body: &Value) -> bool {
    let text = body["text"].as_str().or(body["caption"].as_str());
    text.is_none_or(|text| text.starts_with('/') || text.to_lowercase().contains("@testfaqbot"))
        || body["reply_to_message"]["from"]["id"] == 42
}

fn user(id: i64, name: &str) -> Value {
    json!({"id": id, "is_bot": false, "first_name": name})
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

impl Member<'_> {
    /// The same member, in this topic.
    pub fn in_topic(&self, topic: i32) -> Self {
        Self { group: self.group, id: self.id, name: self.name.clone(), topic: Some(topic) }
    }

    pub fn says(&self, text: &str) -> i32 {
        self.sends(json!({"text": text}))
    }

    /// Sends a message with these fields.
    pub fn sends(&self, fields: Value) -> i32 {
        self.group.sends(user(self.id, &self.name), self.topic, fields)
    }

    pub fn replies(&self, to: i32, text: &str) -> i32 {
        self.sends(json!({"text": text, "reply_to_message": self.group.quoted(to), "message_thread_id": self.topic.unwrap_or(to)}))
    }

    pub fn edits(&self, message: i32, text: &str) {
        self.edits_with(message, json!({"text": text, "edit_date": now()}));
    }

    /// Changes a message to one with these fields.
    pub fn edits_with(&self, message: i32, fields: Value) {
        let body = self.group.body(message, user(self.id, &self.name), self.topic, fields);
        self.group.fake.push("edited_message", body);
    }

    /// Presses the first button whose label contains these words on this message of the bot's as it looks now.
    pub fn presses(&self, on: i32, label: &str) -> String {
        let shown = self.group.shows(on).expect("the message is there");
        let button = shown.buttons.iter().find(|(text, _)| text.contains(label));
        let Some((_, button)) = button else { panic!("no button {label:?} on {shown:#?}") };
        let data = button["callback_data"].as_str().expect("a button to press").to_owned();
        let message = self.group.quoted(on);
        let id = {
            let mut state = self.group.fake.state();
            let id = format!("press-{}", state.presses.len());
            state.presses.insert(id.clone(), Press { chat: self.group.id, answered: None });
            id
        };
        self.group.fake.push(
            "callback_query",
            json!({"id": id, "from": user(self.id, &self.name), "chat_instance": "1", "message": message, "data": data}),
        );
        id
    }

    /// Presses a button with these data on a message of the bot's.
    pub fn presses_data(&self, on: i32, data: &str) {
        let id = {
            let mut state = self.group.fake.state();
            let id = format!("press-{}", state.presses.len());
            state.presses.insert(id.clone(), Press { chat: self.group.id, answered: None });
            id
        };
        let message = self.group.quoted(on);
        let from = user(self.id, &self.name);
        let body = json!({"id": id, "from": from, "chat_instance": "1", "message": message, "data": data});
        self.group.fake.push("callback_query", body);
    }

    /// Presses, and returns the notice that comes.
    pub async fn is_told(&self, on: i32, label: &str) -> String {
        let id = self.presses(on, label);
        let answered = |fake: &FakeTelegram| fake.state().presses.get(&id)?.answered.clone();
        self.group.fake.until("the press is answered", answered).await
    }
}
