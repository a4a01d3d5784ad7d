//! A student's side of a conversation, so that a test reads as one.

use std::cell::Cell;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{FakeTelegram, Happening, Press, Shown, What};

pub struct Student {
    fake: Arc<FakeTelegram>,
    pub chat: i64,
    /// How much of what happened in the chat has been looked at: messages, notices.
    read: Cell<usize>,
    noticed: Cell<usize>,
}

impl Student {
    pub(super) fn new(fake: Arc<FakeTelegram>, chat: i64) -> Self {
        Self { fake, chat, read: Cell::new(0), noticed: Cell::new(0) }
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

    /// Changes the text of a message.
    pub fn edits(&self, message: i32, text: &str) {
        let body = self.message(message, json!({"text": text, "edit_date": jiff::Timestamp::now().as_second()}));
        self.fake.push("edited_message", body);
    }

    /// A message of this student's, as Telegram writes it.
    pub fn message(&self, message: i32, fields: Value) -> Value {
        let mut body = json!({
            "message_id": message, "date": jiff::Timestamp::now().as_second(),
            "chat": {"id": self.chat, "type": "private", "first_name": "Student"}, "from": self.user(),
        });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    }

    fn user(&self) -> Value {
        json!({"id": self.chat, "is_bot": false, "first_name": "Student", "language_code": "en"})
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
        message["chat"] = json!({"id": self.chat, "type": "private", "first_name": "Student"});
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
