//! From a [`Reply`] to Telegram's payloads: pure. Owns the plain forms an answer is sent in when Telegram refuses the
//! full one.

use teloxide::payloads::{AnswerInlineQuery, EditMessageReplyMarkup, EditMessageText, SendMessage, setters::*};
use teloxide::types::{
    ChatId, InlineKeyboardButton, InlineKeyboardMarkup, InlineQueryId, InlineQueryResult, InlineQueryResultArticle,
    InlineQueryResultsButton, InlineQueryResultsButtonKind, InputMessageContent, InputMessageContentText,
    LinkPreviewOptions, MessageId as TelegramMessageId, ParseMode, ReplyParameters, ThreadId,
};

use crate::app::{InlineAnswer, MessageId};
use crate::engine::html::{MESSAGE_UNITS, cut_text, to_text};
use crate::engine::reply::{Action, Press, Reply, entry_payload};

/// Telegram's limit, in bytes, for the id of a result.
const INLINE_ID: usize = 64;
/// Above an empty list of results; a press opens the private chat, which then has the question.
const NOTHING_FOUND: &str = "Nothing found. Ask me in private";

/// How much of a reply is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// All of it.
    Full,
    /// Without markup; links are written out.
    Plain,
    /// Without markup and buttons.
    Bare,
}

/// Where in a chat a message goes.
#[derive(Debug, Clone, Copy)]
pub struct Spot {
    /// The topic; General has none.
    pub topic: Option<i32>,
    /// The message it replies to.
    pub below: Option<MessageId>,
    /// Whether it may stand alone where that is gone.
    pub alone: bool,
}

impl Default for Spot {
    fn default() -> Self {
        Self { topic: None, below: None, alone: true }
    }
}

/// A new message.
pub fn send(chat: i64, spot: Spot, reply: &Reply, form: Form) -> SendMessage {
    let mut payload = SendMessage::new(ChatId(chat), text(reply, form)).link_preview_options(no_preview());
    if let Some(topic) = spot.topic {
        payload = payload.message_thread_id(ThreadId(TelegramMessageId(topic)));
    }
    if let Some(MessageId(below)) = spot.below {
        let below = ReplyParameters::new(TelegramMessageId(below));
        payload = payload.reply_parameters(if spot.alone { below.allow_sending_without_reply() } else { below });
    }
    if form == Form::Full {
        payload = payload.parse_mode(ParseMode::Html);
    }
    match keyboard(reply, form) {
        Some(keyboard) => payload.reply_markup(keyboard),
        None => payload,
    }
}

/// New words and buttons for a message.
pub fn edit(chat: i64, message: MessageId, reply: &Reply, form: Form) -> EditMessageText {
    let mut payload = EditMessageText::new(ChatId(chat), TelegramMessageId(message.0), text(reply, form))
        .link_preview_options(no_preview());
    if form == Form::Full {
        payload = payload.parse_mode(ParseMode::Html);
    }
    match keyboard(reply, form) {
        Some(keyboard) => payload.reply_markup(keyboard),
        None => payload,
    }
}

/// New buttons for a message.
pub fn edit_buttons(chat: i64, message: MessageId, reply: &Reply) -> EditMessageReplyMarkup {
    let payload = EditMessageReplyMarkup::new(ChatId(chat), TelegramMessageId(message.0));
    match keyboard(reply, Form::Full) {
        Some(keyboard) => payload.reply_markup(keyboard),
        None => payload,
    }
}

/// The list of results for somebody who types behind the bot's name.
pub fn inline(id: String, answer: InlineAnswer, cache_secs: u32) -> AnswerInlineQuery {
    let results = answer.results.into_iter().map(|result| {
        let article = article(inline_id(&result.entry), &result.title, &result.reply);
        InlineQueryResult::Article(article.description(result.description))
    });
    let mut payload = AnswerInlineQuery::new(InlineQueryId(id), results.collect::<Vec<_>>())
        .cache_time(cache_secs)
        .is_personal(answer.personal)
        .next_offset(answer.next.unwrap_or_default());
    if let Some(start) = answer.ask_in_private {
        let kind = InlineQueryResultsButtonKind::StartParameter(start);
        payload = payload.button(InlineQueryResultsButton { text: NOTHING_FOUND.to_owned(), kind });
    }
    payload
}

/// A result that posts this reply.
pub fn article(id: String, title: &str, reply: &Reply) -> InlineQueryResultArticle {
    let content = InputMessageContentText::new(text(reply, Form::Full))
        .parse_mode(ParseMode::Html)
        .link_preview_options(no_preview());
    let article = InlineQueryResultArticle::new(id, title, InputMessageContent::Text(content));
    match keyboard(reply, Form::Full) {
        Some(keyboard) => article.reply_markup(keyboard),
        None => article,
    }
}

/// The id of a result in Telegram's 64 bytes: that of the entry where it fits.
fn inline_id(entry: &str) -> String {
    if entry.len() <= INLINE_ID { entry.to_owned() } else { entry_payload(entry) }
}

/// The entry a reply was made of, as far as its buttons tell.
pub fn entry(reply: &Reply) -> Option<&str> {
    reply.buttons.iter().flatten().find_map(|button| match &button.action {
        Action::Press(Press::Vote { entry, .. } | Press::Reason { entry, .. }) => Some(entry.as_str()),
        _ => None,
    })
}

fn text(reply: &Reply, form: Form) -> String {
    match form {
        Form::Full => reply.html.clone(),
        Form::Plain | Form::Bare => cut_text(to_text(&reply.html, Some(['(', ')'])).trim(), MESSAGE_UNITS).to_owned(),
    }
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

/// The buttons; `None` without any.
fn keyboard(reply: &Reply, form: Form) -> Option<InlineKeyboardMarkup> {
    let rows = reply.buttons.iter().filter(|_| form != Form::Bare).map(|row| {
        row.iter().filter_map(|button| match &button.action {
            Action::Press(press) => Some(InlineKeyboardButton::callback(&button.label, press.encode())),
            Action::Url(url) => Some(InlineKeyboardButton::url(&button.label, reqwest::Url::parse(url).ok()?)),
        })
    });
    let keyboard = InlineKeyboardMarkup::new(rows.map(Iterator::collect::<Vec<_>>).filter(|row| !row.is_empty()));
    (!keyboard.inline_keyboard.is_empty()).then_some(keyboard)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::reply::Button;

    fn reply(html: &str) -> Reply {
        Reply { html: html.into(), buttons: Vec::new() }
    }

    fn json(payload: &impl serde::Serialize) -> serde_json::Value {
        serde_json::to_value(payload).expect("a payload")
    }

    #[test]
    fn the_full_form_is_html_without_a_preview() {
        let sent = json(&send(7, Spot::default(), &reply("<b>CPC</b>"), Form::Full));
        assert_eq!(sent["text"], "<b>CPC</b>");
        assert_eq!(sent["parse_mode"], "HTML");
        assert_eq!(sent["link_preview_options"]["is_disabled"], true);
        assert!(sent.get("reply_markup").is_none_or(serde_json::Value::is_null));
    }

    #[test]
    fn the_plain_form_has_no_markup_and_fits() {
        let sent = json(&send(
            7,
            Spot::default(),
            &reply(r#"<b>a &lt;b&gt;</b> &amp;lt; <a href="https://x.org">y</a> 1 < 2"#),
            Form::Plain,
        ));
        assert_eq!(sent["text"], "a <b> &lt; y (https://x.org) 1 < 2");
        assert!(sent.get("parse_mode").is_none_or(serde_json::Value::is_null));
        let long = json(&send(7, Spot::default(), &reply(&"😀".repeat(3000)), Form::Plain));
        assert_eq!(long["text"].as_str().map(|text| text.encode_utf16().count()), Some(4096));
    }

    #[test]
    fn buttons_are_left_out_of_the_bare_form_only() {
        let mut reply = reply("x");
        let press = Button { label: "Topics".into(), action: Action::Press(Press::Topics) };
        let wrong = Button { label: "Site".into(), action: Action::Url("not an address".into()) };
        reply.buttons = vec![vec![press], vec![wrong]];
        let sent = json(&send(7, Spot::default(), &reply, Form::Plain));
        assert_eq!(sent["reply_markup"]["inline_keyboard"].as_array().map(Vec::len), Some(1));
        let bare = json(&send(7, Spot::default(), &reply, Form::Bare));
        assert!(bare.get("reply_markup").is_none_or(serde_json::Value::is_null));
    }
}
