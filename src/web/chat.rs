//! The page's conversation: JSON in, [`App::handle`], JSON out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::{
    App, Beside, ChatKey, Command, Event, Inbound, MessageId, Outbound, Said, Scene, Step, Surface, clock,
};
use crate::engine::html::MESSAGE_UNITS;
use crate::engine::reply::{Action, Reply};

/// Questions that the page offers to somebody who does not know how to begin.
const EXAMPLES: usize = 4;
/// To more text than a message of Telegram holds.
const TOO_LONG: &str = "That is too long. Please ask in fewer words.";
/// To a failure that is not the visitor's.
const SORRY: &str = "Something went wrong here. Please try again in a moment.";

/// What a visitor did: wrote `text`, or pressed the button with data `press` on message `on`.
#[derive(Deserialize)]
pub struct Request {
    session: String,
    text: Option<String>,
    press: Option<String>,
    on: Option<i32>,
}

/// What the page is to show, in this order; the toast at once.
#[derive(Serialize, Default)]
struct Answer {
    messages: Vec<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    toast: Option<String>,
}

#[derive(Serialize)]
struct Message {
    id: i32,
    /// Absent: the words stay, only the buttons are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    buttons: Vec<Vec<Button>>,
    /// The message this one takes the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<i32>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Does {
    Data(String),
    Url(String),
}

#[derive(Serialize)]
struct Button {
    label: String,
    #[serde(flatten)]
    does: Does,
}

#[derive(Serialize)]
struct Welcome {
    name: String,
    messages: Vec<Message>,
    questions: Vec<String>,
}

/// `GET /api/welcome`: the greeting and a few questions to begin with.
pub async fn welcome(State(app): State<Arc<App>>) -> Response {
    let start = Said::Command(Command::Start, String::new());
    let event = Event::Message { said: start, id: next_id(), edited: false, replied: None, beside: Beside::default() };
    match answer(&app, "", event).await {
        Ok(Answer { messages, .. }) => {
            let name = app.settings().bot_name.clone();
            Json(Welcome { name, messages, questions: app.examples(EXAMPLES) }).into_response()
        }
        Err(response) => response,
    }
}

/// `POST /api/chat`.
pub async fn chat(State(app): State<Arc<App>>, body: Result<Json<Request>, JsonRejection>) -> Response {
    let request = match body {
        Ok(Json(request)) => request,
        Err(rejection) => {
            let words = match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => TOO_LONG,
                StatusCode::UNSUPPORTED_MEDIA_TYPE => "Send JSON, with the content type application/json.",
                _ => "Send JSON like {\"session\": \"a1b2c3d4\", \"text\": \"your question\"}.",
            };
            return problem(rejection.status(), words);
        }
    };
    if !is_session(&request.session) {
        return problem(StatusCode::BAD_REQUEST, "The session must be 8 to 64 letters, digits, - or _.");
    }
    if request.text.as_ref().is_some_and(|text| text.encode_utf16().count() > MESSAGE_UNITS) {
        return problem(StatusCode::PAYLOAD_TOO_LARGE, TOO_LONG);
    }
    let event = match (request.text, request.press) {
        (Some(text), None) => {
            let said = Said::from_text(&text, None);
            Event::Message { said, id: next_id(), edited: false, replied: None, beside: Beside::default() }
        }
        (None, Some(data)) => Event::Press { data, on: request.on.map(MessageId) },
        _ => return problem(StatusCode::BAD_REQUEST, "Send either a text or a press."),
    };
    match answer(&app, &request.session, event).await {
        Ok(answer) => Json(answer).into_response(),
        Err(response) => response,
    }
}

/// An error as the page expects it.
pub fn problem(status: StatusCode, words: &str) -> Response {
    (status, Json(serde_json::json!({ "error": words }))).into_response()
}

/// In a task of its own: should the bot fall over a question, the visitor gets an apology and not a dead connection.
async fn answer(app: &Arc<App>, session: &str, event: Event) -> Result<Answer, Response> {
    let inbound = Inbound {
        chat: chat_of(session),
        topic: None,
        scene: Scene::Private,
        bot_name: None,
        name: None,
        at: None,
        event,
    };
    let handled = tokio::spawn({
        let app = Arc::clone(app);
        async move {
            let (today, now) = clock::read();
            app.handle(&inbound, today, now).await
        }
    });
    match handled.await {
        Ok(Ok(mut outbound)) => {
            let memo = std::mem::take(&mut outbound.memo);
            // Beside the answer: a store that is slow or away keeps nobody waiting.
            let app = Arc::clone(app);
            tokio::spawn(async move { app.remember(memo, clock::now()).await });
            Ok(written(outbound))
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "cannot answer on the page");
            Err(problem(StatusCode::SERVICE_UNAVAILABLE, SORRY))
        }
        Err(error) => {
            // Not the error itself: a panic's message may quote the question.
            tracing::error!(panicked = error.is_panic(), "the bot fell over a question on the page");
            Err(problem(StatusCode::INTERNAL_SERVER_ERROR, SORRY))
        }
    }
}

fn written(outbound: Outbound) -> Answer {
    let mut answer = Answer::default();
    for step in outbound.steps {
        match step {
            Step::Send { reply, .. } => answer.messages.push(message(next_id(), None, reply, true)),
            Step::Edit { message: MessageId(id), reply, .. } => {
                answer.messages.push(message(MessageId(id), Some(id), reply, true));
            }
            Step::EditButtons { message: MessageId(id), reply } => {
                answer.messages.push(message(MessageId(id), Some(id), reply, false));
            }
            // Only an edited question takes answers away, and the page has no way to edit one; the others are for groups.
            Step::Delete { .. }
            | Step::SendTo(_)
            | Step::SendPrivately { .. }
            | Step::SendFile { .. }
            | Step::In(..)
            | Step::TidyUp(_)
            | Step::Tick { .. }
            | Step::CloseTopic(_) => {}
            Step::Toast(words) => answer.toast = Some(words),
        }
    }
    answer
}

fn message(id: MessageId, replaces: Option<i32>, reply: Reply, words: bool) -> Message {
    let button = |button: crate::engine::reply::Button| Button {
        label: button.label,
        does: match button.action {
            Action::Press(press) => Does::Data(press.encode()),
            Action::Url(url) => Does::Url(url),
        },
    };
    let buttons = reply.buttons.into_iter().map(|row| row.into_iter().map(button).collect()).collect();
    Message { id: id.0, html: words.then_some(reply.html), buttons, replaces }
}

fn is_session(session: &str) -> bool {
    (8..=64).contains(&session.len()) && session.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The chat of a session. Two sessions share one only by a collision of 64 bits.
fn chat_of(session: &str) -> ChatKey {
    let digest: [u8; 32] = Sha256::digest(session.as_bytes()).into();
    let id = digest.iter().take(8).fold(0, |id: i64, &byte| id << 8 | i64::from(byte));
    ChatKey { surface: Surface::Web, id }
}

/// A number no message on any open page has: counted from a random start, so that a restart does not begin anew.
fn next_id() -> MessageId {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    static START: std::sync::LazyLock<u32> = std::sync::LazyLock::new(|| fastrand::u32(..1 << 30));
    let id = START.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) & 0x7fff_ffff;
    MessageId(i32::try_from(id).unwrap_or(1).max(1))
}
