//! A student's side of a conversation, so that a test reads as one.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use serde_json::{Value, json};

use super::{FakeTelegram, Happening, Press, Shown, What};

pub struct Student {
    fake: Arc<FakeTelegram>,
    pub chat: i64,
    /// How much of what happened in the chat has been looked at: messages, notices.
    read: Cell<usize>,
    noticed: Cell<usize>,
    /// As Telegram shows them: first name, last name and user name.
    names: RefCell<[String; 3]>,
}

impl Student {
    pub(super) fn new(fake: Arc<FakeTelegram>, chat: i64) -> Self {
        let names = RefCell::new(["Student".to_owned(), String::new(), String::new()]);
        Self { fake, chat, read: Cell::new(0), noticed: Cell::new(0), names }
    }

    pub(super) fn is_called(&self, first: &str, last: &str, username: &str) {
        *self.names.borrow_mut() = [first, last, username].map(str::to_owned);
    }

    /// What Telegram tells of somebody, with these fields.
    fn with_names(&self, mut fields: Value) -> Value {
        let names = self.names.borrow();
        for (key, name) in ["first_name", "last_name", "username"].iter().zip(names.iter()) {
            if !name.is_empty() {
                fields[key] = json!(name);
            }
        }
        fields
    }

    fn private(&self) -> Value {
        self.with_names(json!({"id": self.chat, "type": "private"}))
    }

    /// Sends a message and returns its number.
    pub fn says(&self, text: &str) -> i32 {
        self.sends(json!({"text": text}))
    }

    /// Sends a message with these fields and returns its number.
    pub fn sends(&self, fields: Value) -> i32 {
        let message = self.fake.state().next_message(self.chat);
        self.fake.push("message", self.message(message, fields));
        message
    }

    /// Replies to a message of the bot's.
    pub fn replies(&self, to: i32, text: &str) -> i32 {
        self.sends(json!({"text": text, "reply_to_message": self.quoted(to)}))
    }

    /// A message of the bot's as a reply shows it.
    pub fn quoted(&self, message: i32) -> Value {
        let text = self.fake.state().messages.get(&(self.chat, message)).expect("the message is there").text.clone();
        let bot = json!({"id": 42, "is_bot": true, "first_name": "FAQ", "username": "TestFaqBot"});
        json!({"message_id": message, "date": 1_790_000_000, "chat": self.private(), "from": bot, "text": text})
    }

    /// Changes the text of a message.
    pub fn edits(&self, message: i32, text: &str) {
        let body = self.message(message, json!({"text": text, "edit_date": jiff::Timestamp::now().as_second()}));
        self.fake.push("edited_message", body);
    }

    /// A message of this student's, as Telegram writes it.
    pub fn message(&self, message: i32, fields: Value) -> Value {
        let mut body = json!({
            "message_id": message, "date": jiff::Timestamp::now().as_second(),
            "chat": self.private(), "from": self.user(),
        });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    }

    fn user(&self) -> Value {
        self.with_names(json!({"id": self.chat, "is_bot": false, "language_code": "en"}))
    }

    /// The bot's next message or change of one, whatever it says.
    pub async fn next(&self) -> Shown {
        let (shown, read) =
            self.first_after("the bot says something", self.read.get(), |happening| happening.shown).await;
        self.read.set(read);
        shown
    }

    /// The first of what happens after so many happenings that `pick` picks, and how many have happened with it.
    async fn first_after<T>(&self, what: &str, looked_at: usize, pick: impl Fn(Happening) -> Option<T>) -> (T, usize) {
        let find = |fake: &FakeTelegram| {
            let happenings = fake.happenings(self.chat).into_iter().enumerate();
            happenings.skip(looked_at).find_map(|(at, happening)| Some((pick(happening)?, at + 1)))
        };
        self.fake.until(what, find).await
    }

    /// The bot's next message, which must contain these words.
    pub async fn expect_answer(&self, words: &str) -> Shown {
        let shown = self.next().await;
        assert!(shown.text.contains(words), "expected {words:?}, but the bot said: {}", shown.text);
        shown
    }

    /// The next notice, which must contain these words.
    pub async fn expect_toast(&self, words: &str) {
        let toast = |happening: Happening| match happening.what {
            What::Toast(text) => Some(text),
            _ => None,
        };
        let (toast, noticed) = self.first_after("the bot answers the press", self.noticed.get(), toast).await;
        self.noticed.set(noticed);
        assert!(toast.contains(words), "expected the notice {words:?}, but it said {toast:?}");
    }

    /// Presses the first button whose label contains these words on this message as it looks now.
    pub fn presses(&self, on: i32, label: &str) {
        let (shown, data) = {
            let state = self.fake.state();
            let shown = state.messages.get(&(self.chat, on)).expect("the message is there").clone();
            let button = shown.buttons.iter().find(|(text, _)| text.contains(label));
            let Some((_, button)) = button else { panic!("no button {label:?} on {shown:#?}") };
            let data = button["callback_data"].as_str().expect("a button to press").to_owned();
            (shown, data)
        };
        self.presses_data(json!({"message_id": on, "date": 1_790_000_000, "text": shown.text}), &data);
    }

    /// Presses a button with this data on a message with these fields.
    pub fn presses_data(&self, mut message: Value, data: &str) {
        message["chat"] = self.private();
        let id = {
            let mut state = self.fake.state();
            let id = format!("press-{}", state.presses.len());
            state.presses.insert(id.clone(), Press { chat: self.chat, answered: None });
            id
        };
        self.fake.push(
            "callback_query",
            json!({"id": id, "from": self.user(), "chat_instance": "1", "message": message, "data": data}),
        );
    }

    /// A message as it looks now, if it is there.
    pub fn shows(&self, message: i32) -> Option<Shown> {
        self.fake.state().messages.get(&(self.chat, message)).cloned()
    }

    /// Returns once the bot has put its tick on this message.
    pub async fn expect_tick(&self, message: i32) {
        self.fake.ticked(self.chat, message).await;
    }

    /// Blocks the bot: what it sends from now on is refused.
    pub fn blocks(&self) {
        self.fake.state().chats.entry(self.chat).or_default().blocked = true;
    }

    /// How many messages the bot has sent here.
    pub fn sent(&self) -> Vec<Shown> {
        let happenings = self.fake.happenings(self.chat);
        happenings.into_iter().filter(|h| h.what == What::Sent).filter_map(|h| h.shown).collect()
    }

    /// How often the bot showed that it is typing.
    pub fn typings(&self) -> usize {
        self.fake.happenings(self.chat).iter().filter(|happening| happening.what == What::Typing).count()
    }
}
