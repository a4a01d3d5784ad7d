//! The methods of the Bot API that the bot calls, with the refusals that Telegram makes.

use serde_json::{Value, json};

use super::html::text_of;
use super::{Happening, Shared, Shown, State, What};

/// A refusal: code and description.
pub type Refusal = (u16, String);

fn bad<T>(description: impl Into<String>) -> Result<T, Refusal> {
    Err((400, description.into()))
}

impl Shared {
    /// Carries out a method, by its name in lower case; `getupdates` waits elsewhere.
    pub fn carry_out(&self, method: &str, body: &Value) -> Result<Value, Refusal> {
        let mut state = self.state();
        let state = &mut *state;
        match method {
            "getme" => Ok(json!({
                "id": 42, "is_bot": true, "first_name": "FAQ", "username": "TestFaqBot",
                "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false,
                "can_connect_to_business": false, "has_main_web_app": false
            })),
            "deletewebhook" => {
                assert_ne!(body["drop_pending_updates"], true, "what is waiting must be kept");
                state.deliveries.webhook = None;
                Ok(json!(true))
            }
            "setwebhook" => state.set_webhook(body),
            "setmycommands" => {
                state.commands.insert(scope(body), body["commands"].clone());
                Ok(json!(true))
            }
            "deletemycommands" => {
                state.commands.remove(&scope(body));
                Ok(json!(true))
            }
            "sendmessage" => state.send_message(body),
            "editmessagetext" => state.edit_message_text(body),
            "editmessagereplymarkup" => state.edit_buttons(body),
            "deletemessage" => state.delete_message(body),
            "answercallbackquery" => state.answer_callback_query(body),
            "sendchataction" => {
                let chat = state.reachable(body)?;
                state.happened(chat, What::Typing, None);
                Ok(json!(true))
            }
            _ => Err((404, "Not Found".to_owned())),
        }
    }
}

fn scope(body: &Value) -> String {
    body["scope"]["type"].as_str().unwrap_or("default").to_owned()
}

impl State {
    fn reachable(&self, body: &Value) -> Result<i64, Refusal> {
        let Some(chat) = body["chat_id"].as_i64() else { return bad("Bad Request: chat not found") };
        match self.chats.get(&chat) {
            None => bad("Bad Request: chat not found"),
            Some(chat) if chat.blocked => Err((403, "Forbidden: bot was blocked by the user".to_owned())),
            Some(_) => Ok(chat),
        }
    }

    pub(super) fn happened(&mut self, chat: i64, what: What, shown: Option<Shown>) {
        self.happenings.push(Happening { chat, what, shown, at: std::time::Instant::now() });
    }

    fn send_message(&mut self, body: &Value) -> Result<Value, Refusal> {
        let chat = self.reachable(body)?;
        if let Some(target) = body["reply_parameters"]["message_id"].as_i64() {
            let known = self.messages.contains_key(&(chat, target as i32));
            if !known && body["reply_parameters"]["allow_sending_without_reply"] != true {
                return bad("Bad Request: message to be replied not found");
            }
        }
        let shown = Shown { message: 0, ..read(body)? };
        let message = self.next_message(chat);
        let shown = Shown { message, ..shown };
        self.messages.insert((chat, message), shown.clone());
        self.happened(chat, What::Sent, Some(shown.clone()));
        Ok(as_message(chat, &shown))
    }

    fn edit_message_text(&mut self, body: &Value) -> Result<Value, Refusal> {
        let (chat, message) = self.own_message(body)?;
        let shown = Shown { message, ..read(body)? };
        if self.messages.get(&(chat, message)) == Some(&shown) {
            return bad(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
            );
        }
        self.messages.insert((chat, message), shown.clone());
        self.happened(chat, What::Edited, Some(shown.clone()));
        Ok(as_message(chat, &shown))
    }

    fn edit_buttons(&mut self, body: &Value) -> Result<Value, Refusal> {
        let (chat, message) = self.own_message(body)?;
        let buttons = buttons(body)?;
        let shown = self.messages.get_mut(&(chat, message)).unwrap();
        if shown.buttons == buttons {
            return bad("Bad Request: message is not modified");
        }
        shown.buttons = buttons;
        let shown = shown.clone();
        self.happened(chat, What::ButtonsEdited, Some(shown.clone()));
        Ok(as_message(chat, &shown))
    }

    fn own_message(&self, body: &Value) -> Result<(i64, i32), Refusal> {
        let chat = self.reachable(body)?;
        let message = body["message_id"].as_i64().unwrap_or(0) as i32;
        if self.messages.contains_key(&(chat, message)) {
            Ok((chat, message))
        } else {
            bad("Bad Request: message to edit not found")
        }
    }

    fn delete_message(&mut self, body: &Value) -> Result<Value, Refusal> {
        let chat = self.reachable(body)?;
        let message = body["message_id"].as_i64().unwrap_or(0) as i32;
        match self.messages.remove(&(chat, message)) {
            Some(shown) => {
                self.happened(chat, What::Deleted(shown.message), None);
                Ok(json!(true))
            }
            None => bad("Bad Request: message to delete not found"),
        }
    }

    fn answer_callback_query(&mut self, body: &Value) -> Result<Value, Refusal> {
        let text = body["text"].as_str().unwrap_or_default().to_owned();
        if text.chars().count() > 200 {
            return bad("Bad Request: MESSAGE_TOO_LONG");
        }
        let id = body["callback_query_id"].as_str().unwrap_or_default();
        match self.presses.get_mut(id) {
            Some(press) if press.answered.is_none() => {
                press.answered = Some(text.clone());
                let chat = press.chat;
                self.happened(chat, What::Toast(text), None);
                Ok(json!(true))
            }
            _ => bad("Bad Request: query is too old and response timeout expired or query ID is invalid"),
        }
    }

    pub(super) fn next_message(&mut self, chat: i64) -> i32 {
        let next = self.last_message.entry(chat).or_insert(100);
        *next += 1;
        *next
    }
}

/// What a message with this body shows, if Telegram takes it.
fn read(body: &Value) -> Result<Shown, Refusal> {
    let html = body["text"].as_str().unwrap_or_default();
    let text = match body["parse_mode"].as_str() {
        None => html.to_owned(),
        Some("HTML") => text_of(html).map_err(|wrong| (400, wrong))?,
        Some(_) => return bad("Bad Request: unsupported parse_mode"),
    };
    if text.trim().is_empty() {
        return bad("Bad Request: message text is empty");
    }
    if text.encode_utf16().count() > 4096 {
        return bad("Bad Request: message is too long");
    }
    Ok(Shown { message: 0, html: html.to_owned(), text, buttons: buttons(body)? })
}

/// The buttons, row by row: label and what it carries.
fn buttons(body: &Value) -> Result<Vec<(String, Value)>, Refusal> {
    let mut buttons = Vec::new();
    for button in body["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten().flat_map(|row| {
        let row = row.as_array().unwrap();
        assert!(!row.is_empty(), "an empty row of buttons");
        row
    }) {
        let label = button["text"].as_str().unwrap_or_default();
        if label.trim().is_empty() {
            return bad(
                "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            );
        }
        match (button["callback_data"].as_str(), button["url"].as_str()) {
            (Some(data), None) if (1..=64).contains(&data.len()) => {}
            (Some(_), None) => return bad("Bad Request: BUTTON_DATA_INVALID"),
            (None, Some(url)) if url.starts_with("https://") || url.starts_with("http://") => {}
            (None, Some(_)) => return bad("Bad Request: inline keyboard button URL is invalid: wrong HTTP URL"),
            _ => return bad("Bad Request: BUTTON_TYPE_INVALID"),
        }
        buttons.push((label.to_owned(), button.clone()));
    }
    Ok(buttons)
}

fn as_message(chat: i64, shown: &Shown) -> Value {
    json!({
        "message_id": shown.message, "date": 1_790_000_000, "text": shown.text,
        "chat": {"id": chat, "type": "private", "first_name": "Student"},
        "from": {"id": 42, "is_bot": true, "first_name": "FAQ", "username": "TestFaqBot"},
    })
}
