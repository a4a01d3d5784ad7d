//! The methods of the Bot API that the bot calls, with the refusals that Telegram makes.

use serde_json::{Value, json};

use super::html::text_of;
use super::{Chat, Happening, Shared, Shown, State, What};

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
                "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": true,
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
            "getchatmember" => {
                let chat = state.reachable(body)?;
                let user = body["user_id"].as_i64().unwrap_or(0);
                let admin = state.chats.get(&chat).is_some_and(|chat| chat.admins.contains(&user));
                let status = if admin { "administrator" } else { "member" };
                Ok(json!({"status": status, "user": {"id": user, "is_bot": false, "first_name": "Somebody"}}))
            }
            "getchatadministrators" => {
                let chat = state.reachable(body)?;
                let admin = |id: &i64| json!({"status": "administrator", "user": {"id": id, "is_bot": false, "first_name": "A"}});
                Ok(state.chats[&chat].admins.iter().map(admin).collect())
            }
            "answerinlinequery" => state.answer_inline_query(body),
            "answerguestquery" => {
                article(&body["result"])?;
                state.answered(body["guest_query_id"].as_str(), body)
            }
            "sendmessage" => state.send_message(body),
            "senddocument" => {
                let chat = state.reachable(body)?;
                if body["document"]["text"].as_str().is_none_or(str::is_empty) {
                    return bad("Bad Request: file must be non-empty");
                }
                let message = state.next_message(chat);
                Ok(json!({"message_id": message, "date": 1_790_000_000, "chat": {"id": chat, "type": "private"}}))
            }
            "editmessagetext" => state.edit_message_text(body),
            "editmessagereplymarkup" => state.edit_buttons(body),
            "deletemessage" => state.delete_message(body),
            "answercallbackquery" => state.answer_callback_query(body),
            "createforumtopic" => state.create_topic(body),
            "closeforumtopic" => state.close_topic(body),
            "setmessagereaction" => state.react(body),
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
    let scope = body["scope"]["type"].as_str().unwrap_or("default");
    match body["language_code"].as_str() {
        Some(language) => format!("{scope}/{language}"),
        None => scope.to_owned(),
    }
}

impl State {
    fn reachable(&self, body: &Value) -> Result<i64, Refusal> {
        let Some(chat) = body["chat_id"].as_i64() else { return bad("Bad Request: chat not found") };
        match self.chats.get(&chat) {
            None => bad("Bad Request: chat not found"),
            Some(Chat { moved_to: Some(_), .. }) => bad("Bad Request: group chat was upgraded to a supergroup chat"),
            Some(chat) if chat.blocked && chat.kind == "private" => {
                Err((403, "Forbidden: bot was blocked by the user".to_owned()))
            }
            Some(chat) if chat.blocked => Err((403, format!("Forbidden: bot was kicked from the {} chat", chat.kind))),
            Some(_) => Ok(chat),
        }
    }

    pub(super) fn happened(&mut self, chat: i64, what: What, shown: Option<Shown>) {
        self.happenings.push(Happening { chat, what, shown, at: std::time::Instant::now() });
    }

    fn send_message(&mut self, body: &Value) -> Result<Value, Refusal> {
        let chat = self.reachable(body)?;
        if let Some(target) = body["reply_parameters"]["message_id"].as_i64() {
            let key = (chat, target as i32);
            let known = self.messages.contains_key(&key) || self.written.contains_key(&key);
            if !known && body["reply_parameters"]["allow_sending_without_reply"] != true {
                return bad("Bad Request: message to be replied not found");
            }
        }
        let shown = Shown { message: 0, ..read(body)? };
        let topic = body["message_thread_id"].as_i64().map(|topic| topic as i32);
        if topic.is_some_and(|topic| !self.chats[&chat].topics.contains(&topic)) {
            return bad("Bad Request: message thread not found");
        }
        // Whoever may manage topics writes in those that are closed, too.
        if topic.is_some_and(|topic| self.chats[&chat].closed.contains(&topic)) && !self.chats[&chat].bot_is_admin {
            return bad("Bad Request: TOPIC_CLOSED");
        }
        let only_for = body["ephemeral_message_parameters"]["receiver_user_id"].as_i64();
        if only_for.is_some() && !self.chats[&chat].bot_is_admin {
            return bad("Bad Request: EPHEMERAL_NOT_ALLOWED");
        }
        let message = self.next_message(chat);
        let below = body["reply_parameters"]["message_id"].as_i64().map(|below| below as i32);
        let shown = Shown { message, topic, below, only_for, ..shown };
        self.messages.insert((chat, message), shown.clone());
        self.happened(chat, What::Sent, Some(shown.clone()));
        Ok(as_message(chat, &shown))
    }

    fn edit_message_text(&mut self, body: &Value) -> Result<Value, Refusal> {
        let (chat, message) = self.own_message(body)?;
        let earlier = self.messages.get(&(chat, message)).cloned();
        let (topic, below) = earlier.map(|shown| (shown.topic, shown.below)).unwrap_or_default();
        let shown = Shown { message, topic, below, ..read(body)? };
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
            None if self.written.contains_key(&(chat, message)) => {
                if !self.chats[&chat].bot_is_admin {
                    return bad("Bad Request: message can't be deleted");
                }
                self.written.remove(&(chat, message));
                self.happened(chat, What::Deleted(message), None);
                Ok(json!(true))
            }
            None => bad("Bad Request: message to delete not found"),
        }
    }

    fn answer_inline_query(&mut self, body: &Value) -> Result<Value, Refusal> {
        let results = body["results"].as_array().cloned().unwrap_or_default();
        if results.len() > 50 {
            return bad("Bad Request: RESULTS_TOO_MUCH");
        }
        let mut ids = std::collections::BTreeSet::new();
        for result in &results {
            article(result)?;
            if !ids.insert(result["id"].as_str().unwrap_or_default().to_owned()) {
                return bad("Bad Request: RESULT_ID_DUPLICATE");
            }
        }
        if body["next_offset"].as_str().is_some_and(|offset| offset.len() > 64) {
            return bad("Bad Request: NEXT_OFFSET_INVALID");
        }
        if let Some(start) = body["button"]["start_parameter"].as_str()
            && !((1..=64).contains(&start.len())
                && start.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'))
        {
            return bad("Bad Request: START_PARAM_INVALID");
        }
        self.answered(body["inline_query_id"].as_str(), body)
    }

    fn answered(&mut self, id: Option<&str>, body: &Value) -> Result<Value, Refusal> {
        match self.queries.get_mut(id.unwrap_or_default()) {
            Some(answer @ None) => {
                *answer = Some(body.clone());
                Ok(json!(true))
            }
            _ => bad("Bad Request: query is too old and response timeout expired or query ID is invalid"),
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

    fn create_topic(&mut self, body: &Value) -> Result<Value, Refusal> {
        let chat = self.reachable(body)?;
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        let of = &self.chats[&chat];
        match (of.forum, of.bot_is_admin, name.chars().count()) {
            (false, ..) => return bad("Bad Request: the chat is not a forum"),
            (_, false, _) => return bad("Bad Request: not enough rights to create a topic"),
            (.., 1..=128) if !name.trim().is_empty() => {}
            _ => return bad("Bad Request: TOPIC_TITLE_EMPTY"),
        }
        // The number of the message that says so.
        let topic = self.next_message(chat);
        self.chats.get_mut(&chat).unwrap().topics.push(topic);
        self.happened(chat, What::TopicBegun { topic, name: name.clone() }, None);
        Ok(json!({"message_thread_id": topic, "name": name, "icon_color": 7_322_096}))
    }

    fn close_topic(&mut self, body: &Value) -> Result<Value, Refusal> {
        let chat = self.reachable(body)?;
        let topic = body["message_thread_id"].as_i64().unwrap_or(0) as i32;
        let of = self.chats.get_mut(&chat).unwrap();
        match (of.forum, of.topics.contains(&topic), of.closed.contains(&topic)) {
            (false, ..) => return bad("Bad Request: the chat is not a forum"),
            (_, false, _) => return bad("Bad Request: message thread not found"),
            (.., true) => return bad("Bad Request: TOPIC_NOT_MODIFIED"),
            _ => of.closed.push(topic),
        }
        self.happened(chat, What::TopicClosed(topic), None);
        Ok(json!(true))
    }

    fn react(&mut self, body: &Value) -> Result<Value, Refusal> {
        let chat = self.reachable(body)?;
        let message = body["message_id"].as_i64().unwrap_or(0) as i32;
        // What a student wrote is not kept: its number tells that it is there.
        let of_student = self.chats[&chat].kind == "private" && (101..=self.last_message[&chat]).contains(&message);
        if !of_student && !self.written.contains_key(&(chat, message)) {
            return bad("Bad Request: message to react not found");
        }
        let is_tick = body["reaction"] == json!([{"type": "emoji", "emoji": "👍"}]);
        if !is_tick || self.chats[&chat].no_reactions {
            return bad("Bad Request: REACTION_INVALID");
        }
        self.happened(chat, What::Reacted(message), None);
        Ok(json!(true))
    }

    pub(super) fn next_message(&mut self, chat: i64) -> i32 {
        let next = self.last_message.entry(chat).or_insert(100);
        *next += 1;
        *next
    }
}

/// A result of an inline or guest answer, if Telegram takes it.
fn article(result: &Value) -> Result<(), Refusal> {
    if !(1..=64).contains(&result["id"].as_str().unwrap_or_default().len()) {
        return bad("Bad Request: RESULT_ID_INVALID");
    }
    if result["title"].as_str().unwrap_or_default().trim().is_empty() {
        return bad("Bad Request: ARTICLE_TITLE_EMPTY");
    }
    let content = &result["input_message_content"];
    read(&json!({"text": content["message_text"], "parse_mode": content["parse_mode"],
                 "reply_markup": result["reply_markup"]}))
    .map(drop)
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
    let buttons = buttons(body)?;
    Ok(Shown { message: 0, html: html.to_owned(), text, buttons, topic: None, below: None, only_for: None })
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
