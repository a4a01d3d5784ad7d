//! A Bot API server on loopback, as strict as Telegram, that does what goes wrong in real life on demand.

mod group;
mod html;
mod http;
mod methods;
mod student;
mod webhook;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use group::Group;
use http::Reply;
pub use student::Student;

/// The token that the fake knows.
pub const TOKEN: &str = "42:SECRET-token";
/// How long a test waits for what it expects.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What goes wrong.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429 with so many seconds to wait.
    TooManyRequests(u64),
    /// 500, in Telegram's words.
    Internal,
    /// The connection is reset, nothing is done.
    Reset,
    /// Nothing is done, and no answer comes for so long.
    Hang(Duration),
    /// A proxy's 502.
    Html,
    /// 200 without a body, nothing is done.
    Empty,
    /// 200 with half of a JSON text, nothing is done.
    HalfJson,
    /// Done, but the connection is reset before the answer.
    AnswerLost,
    /// Refused with this code and description.
    Refused(u16, &'static str),
}

struct Planned {
    method: &'static str,
    chat: Option<i64>,
    times: usize,
    fault: Fault,
}

/// A message of the bot's as it looks now.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub message: i32,
    pub html: String,
    pub text: String,
    pub buttons: Vec<(String, Value)>,
    /// The topic it stands in, and the message it replies to.
    pub topic: Option<i32>,
    pub below: Option<i32>,
    /// The only one who sees it.
    pub only_for: Option<i64>,
}

/// What the bot did in a chat.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    Sent,
    Edited,
    ButtonsEdited,
    Deleted(i32),
    Toast(String),
    Typing,
    TopicBegun {
        topic: i32,
        name: String,
    },
    TopicClosed(i32),
    /// A message that a reaction was put on.
    Reacted(i32),
}

#[derive(Debug, Clone)]
pub struct Happening {
    pub chat: i64,
    pub what: What,
    pub shown: Option<Shown>,
    pub at: Instant,
}

/// A call as it came.
#[derive(Debug, Clone)]
pub struct Called {
    pub method: String,
    pub body: Value,
    pub at: Instant,
}

#[derive(Default)]
struct Chat {
    /// The bot may not write there: blocked, or removed from the group.
    blocked: bool,
    kind: &'static str,
    title: String,
    username: Option<String>,
    /// Whether it is a forum, its topics, General left out, and those that are closed.
    forum: bool,
    topics: Vec<i32>,
    closed: Vec<i32>,
    /// Nobody may react to messages.
    no_reactions: bool,
    /// Users who are admins, and whether the bot is one.
    admins: Vec<i64>,
    bot_is_admin: bool,
    /// The chat it has become.
    moved_to: Option<i64>,
    /// The bot sees commands, mentions and replies to it only.
    privacy: bool,
}

struct Press {
    chat: i64,
    answered: Option<String>,
}

/// When messages were sent: overall, and in each chat.
#[derive(Default)]
struct Pace {
    overall: VecDeque<Instant>,
    chats: HashMap<i64, VecDeque<Instant>>,
    refused: usize,
}

impl Pace {
    /// Takes a message, or says after how many seconds it may come. A tenth more than Telegram says is let pass, for what
    /// is sent evenly arrives less so.
    fn take(&mut self, chat: i64) -> Option<u64> {
        let now = Instant::now();
        let window = |times: &mut VecDeque<Instant>, window: Duration| {
            while times.front().is_some_and(|at| now.duration_since(*at) >= window) {
                times.pop_front();
            }
            times.len()
        };
        let of_chat = self.chats.entry(chat).or_default();
        let (seconds, most) = if chat < 0 { (60, 20) } else { (10, 13) };
        let too_many = window(of_chat, Duration::from_secs(seconds)) >= most
            || window(&mut self.overall, Duration::from_secs(1)) >= 33;
        if too_many {
            self.refused += 1;
            return Some(3);
        }
        of_chat.push_back(now);
        self.overall.push_back(now);
        None
    }
}

#[derive(Default)]
pub struct State {
    pending: VecDeque<(i64, Value)>,
    last_update: i64,
    poll: u64,
    deliveries: webhook::Deliveries,
    chats: HashMap<i64, Chat>,
    last_message: HashMap<i64, i32>,
    messages: BTreeMap<(i64, i32), Shown>,
    presses: HashMap<String, Press>,
    /// What people wrote in groups.
    written: BTreeMap<(i64, i32), Value>,
    /// Inline and guest queries, with what they were answered.
    queries: HashMap<String, Option<Value>>,
    commands: HashMap<String, Value>,
    /// Sending too much is refused, once somebody wants that.
    pace: Option<Pace>,
    faults: Vec<Planned>,
    happenings: Vec<Happening>,
    calls: Vec<Called>,
}

pub struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    async fn answer(&self, path: &str, body: &[u8]) -> Reply {
        let Some(method) = path.strip_prefix(&format!("/bot{TOKEN}/")).map(str::to_lowercase) else {
            return refused(401, "Unauthorized");
        };
        let body: Value = match body {
            [] => json!({}),
            [b'-', b'-', ..] => http::form(body),
            _ => serde_json::from_slice(body).unwrap(),
        };
        let fault = {
            let mut state = self.state();
            state.calls.push(Called { method: method.clone(), body: body.clone(), at: Instant::now() });
            let wait = match (&mut state.pace, body["chat_id"].as_i64()) {
                (Some(pace), Some(chat)) if method == "sendmessage" => pace.take(chat),
                _ => None,
            };
            wait.map(Fault::TooManyRequests).or_else(|| state.fault(&method, &body))
        };
        self.changed.send_replace(());
        let reply = match fault {
            None => self.regular(&method, &body).await,
            Some(Fault::TooManyRequests(seconds)) => Reply::Json(
                429,
                json!({"ok": false, "error_code": 429, "description": format!("Too Many Requests: retry after {seconds}"),
                       "parameters": {"retry_after": seconds}}),
            ),
            Some(Fault::Internal) => refused(500, "Internal Server Error"),
            Some(Fault::Reset) => Reply::Reset,
            Some(Fault::Hang(time)) => Reply::Hang(time),
            Some(Fault::Html) => Reply::Text(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>".to_owned()),
            Some(Fault::Empty) => Reply::Text(200, "application/json", String::new()),
            Some(Fault::HalfJson) => Reply::Text(200, "application/json", r#"{"ok":true,"result":{"mess"#.to_owned()),
            Some(Fault::AnswerLost) => {
                self.regular(&method, &body).await;
                Reply::Reset
            }
            Some(Fault::Refused(code, description)) => refused(code, description),
        };
        self.changed.send_replace(());
        reply
    }

    async fn regular(&self, method: &str, body: &Value) -> Reply {
        let done = if method == "getupdates" { self.get_updates(body).await } else { self.carry_out(method, body) };
        match done {
            Ok(result) => Reply::Json(200, json!({"ok": true, "result": result})),
            Err((code, description)) => {
                let moved = body["chat_id"].as_i64().and_then(|chat| self.state().chats.get(&chat)?.moved_to);
                match moved.filter(|_| description.contains("upgraded")) {
                    Some(to) => Reply::Json(
                        code,
                        json!({"ok": false, "error_code": code, "description": description,
                               "parameters": {"migrate_to_chat_id": to}}),
                    ),
                    None => refused(code, &description),
                }
            }
        }
    }

    async fn get_updates(&self, body: &Value) -> Result<Value, methods::Refusal> {
        let limit = body["limit"].as_u64().unwrap_or(100).clamp(1, 100) as usize;
        let until = tokio::time::Instant::now() + Duration::from_secs(body["timeout"].as_u64().unwrap_or(0));
        let mut changed = self.changed.subscribe();
        let mine = {
            let mut state = self.state();
            if state.deliveries.webhook.is_some() {
                return Err((409, "Conflict: can't use getUpdates method while webhook is active".to_owned()));
            }
            if let Some(offset) = body["offset"].as_i64() {
                state.pending.retain(|(id, _)| *id >= offset);
            }
            state.poll += 1;
            state.poll
        };
        loop {
            changed.mark_unchanged();
            {
                let state = self.state();
                if state.poll != mine {
                    return Err((409, "Conflict: terminated by other getUpdates request".to_owned()));
                }
                if !state.pending.is_empty() || tokio::time::Instant::now() >= until {
                    return Ok(state.pending.iter().take(limit).map(|(_, update)| update.clone()).collect());
                }
            }
            let _ = tokio::time::timeout_at(until, changed.changed()).await;
        }
    }
}

fn refused(code: u16, description: &str) -> Reply {
    Reply::Json(code, json!({"ok": false, "error_code": code, "description": description}))
}

impl State {
    fn fault(&mut self, method: &str, body: &Value) -> Option<Fault> {
        let chat = body["chat_id"].as_i64();
        let planned = self.faults.iter_mut().find(|planned| {
            planned.times > 0
                && (planned.method == "*" || planned.method.eq_ignore_ascii_case(method))
                && (planned.chat.is_none() || planned.chat == chat)
        })?;
        planned.times -= 1;
        Some(planned.fault.clone())
    }
}

/// The fake, from outside.
pub struct FakeTelegram {
    shared: Arc<Shared>,
    address: SocketAddr,
    server: Mutex<Option<JoinHandle<()>>>,
    courier: Mutex<Option<JoinHandle<()>>>,
}

impl FakeTelegram {
    pub async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = State { last_update: 1000, ..State::default() };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: watch::channel(()).0 });
        let server = tokio::spawn(http::serve(listener, Arc::clone(&shared)));
        let courier = Mutex::new(Some(tokio::spawn(webhook::deliver(Arc::clone(&shared)))));
        Arc::new(Self { shared, address, server: Mutex::new(Some(server)), courier })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A student with a private chat of their own. Students of one test need different ids.
    pub fn student(self: &Arc<Self>, id: i64) -> Student {
        self.state().chats.entry(id).or_insert_with(|| Chat { kind: "private", ..Chat::default() });
        Student::new(Arc::clone(self), id)
    }

    /// The same, with a name.
    pub fn student_named(self: &Arc<Self>, id: i64, first: &str, last: &str, username: &str) -> Student {
        let student = self.student(id);
        student.is_called(first, last, username);
        student
    }

    /// Somebody types behind the bot's name; what they are answered.
    pub async fn types(&self, person: i64, words: &str, offset: &str) -> Value {
        let id = format!("query-{}", self.state().queries.len());
        self.state().queries.insert(id.clone(), None);
        let from = json!({"id": person, "is_bot": false, "first_name": "Somebody"});
        self.push("inline_query", json!({"id": id, "from": from, "query": words, "offset": offset}));
        self.until("the query is answered", |fake| fake.state().queries.get(&id).cloned().flatten()).await
    }

    /// Somebody mentions the bot where it is no member; what is posted there.
    pub async fn guest_asks(&self, person: i64, words: &str) -> Value {
        let id = format!("query-{}", self.state().queries.len());
        self.state().queries.insert(id.clone(), None);
        let chat = json!({"id": -1_009_999, "type": "supergroup", "title": "Elsewhere"});
        let from = json!({"id": person, "is_bot": false, "first_name": "Somebody"});
        let date = jiff::Timestamp::now().as_second();
        let body =
            json!({"message_id": 9, "date": date, "chat": chat, "from": from, "text": words, "guest_query_id": id});
        self.push("guest_message", body);
        self.until("the guest is answered", |fake| fake.state().queries.get(&id).cloned().flatten()).await
    }

    /// Hands out an update of this kind.
    pub fn push(&self, kind: &str, body: Value) -> i64 {
        let id = {
            let mut state = self.state();
            state.last_update += 1;
            let id = state.last_update;
            state.pending.push_back((id, json!({"update_id": id, kind: body})));
            id
        };
        self.shared.changed.send_replace(());
        id
    }

    /// Hands out something in place of an update; it counts as one with the next number.
    pub fn push_raw(&self, update: Value) {
        {
            let mut state = self.state();
            state.last_update += 1;
            let id = state.last_update;
            state.pending.push_back((id, update));
        }
        self.shared.changed.send_replace(());
    }

    /// Hands out an update again that was confirmed before.
    pub fn redeliver(&self, id: i64, kind: &str, body: Value) {
        self.state().pending.push_front((id, json!({"update_id": id, kind: body})));
        self.shared.changed.send_replace(());
    }

    /// The next so many calls of this method (in this chat) go wrong; `*` is any method.
    pub fn plan(&self, method: &'static str, chat: Option<i64>, times: usize, fault: Fault) {
        self.state().faults.push(Planned { method, chat, times, fault });
    }

    /// Sending more than Telegram allows is refused from now on.
    pub fn keeps_pace(&self) {
        self.state().pace = Some(Pace::default());
    }

    /// How many messages were refused because there were too many.
    pub fn refused_for_pace(&self) -> usize {
        self.state().pace.as_ref().map_or(0, |pace| pace.refused)
    }

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        self.state().faults.clear();
    }

    /// Nobody listens any more: connections are refused.
    pub async fn down(&self) {
        let parts = [self.server.lock().unwrap().take(), self.courier.lock().unwrap().take()];
        for part in parts.into_iter().flatten() {
            part.abort();
            let _ = part.await;
        }
        self.state().deliveries.broke_off();
    }

    /// Listens again.
    pub async fn up(&self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        *self.server.lock().unwrap() = Some(tokio::spawn(http::serve(listener, Arc::clone(&self.shared))));
        *self.courier.lock().unwrap() = Some(tokio::spawn(webhook::deliver(Arc::clone(&self.shared))));
    }

    /// A webhook is set, as somebody might have done by hand.
    pub fn set_webhook(&self) {
        self.resolve("elsewhere.example.org", &[]);
        self.state().set_webhook(&json!({"url": "https://elsewhere.example.org/"})).unwrap();
    }

    /// Commands were set for this scope by somebody.
    pub fn set_commands(&self, scope: &str, commands: Value) {
        self.state().commands.insert(scope.to_owned(), commands);
    }

    pub fn commands(&self, scope: &str) -> Option<Value> {
        self.state().commands.get(scope).cloned()
    }

    /// Forgets a message of the bot's, as if the student had deleted it.
    pub fn delete(&self, chat: i64, message: i32) {
        self.state().messages.remove(&(chat, message));
    }

    /// The kinds of updates that the bot wants, as it said last.
    pub fn allowed_updates(&self) -> Vec<String> {
        let state = self.state();
        let said = state.calls.iter().filter(|call| ["getupdates", "setwebhook"].contains(&call.method.as_str()));
        let wanted = said.filter_map(|call| call.body["allowed_updates"].as_array()).next_back();
        wanted.into_iter().flatten().filter_map(|kind| kind.as_str()).map(str::to_owned).collect()
    }

    /// All calls of a method so far.
    pub fn calls(&self, method: &str) -> Vec<Called> {
        self.state().calls.iter().filter(|call| call.method.eq_ignore_ascii_case(method)).cloned().collect()
    }

    /// What a press was answered with, once it was.
    pub fn answer_to(&self, press: &str) -> Option<String> {
        self.state().presses.get(press)?.answered.clone()
    }

    /// Every call so far that names this chat, as the text it was.
    pub fn said_to(&self, chat: i64) -> Vec<String> {
        let state = self.state();
        let calls = state.calls.iter().filter(|call| call.body["chat_id"] == chat);
        calls.map(|call| call.body.to_string()).collect()
    }

    /// How many calls of a method came so far.
    pub fn count(&self, method: &str) -> usize {
        self.state().calls.iter().filter(|call| call.method.eq_ignore_ascii_case(method)).count()
    }

    /// What the bot did in a chat so far.
    pub fn happenings(&self, chat: i64) -> Vec<Happening> {
        self.state().happenings.iter().filter(|happening| happening.chat == chat).cloned().collect()
    }

    /// How many updates are not confirmed.
    pub fn pending(&self) -> usize {
        self.state().pending.len()
    }

    /// Returns once everything is confirmed.
    pub async fn all_confirmed(&self) {
        self.until("all updates are confirmed", |fake| (fake.pending() == 0).then_some(())).await;
    }

    /// Returns what `find` finds, as soon as it does. Fails the test after a while.
    pub async fn until<T>(&self, what: &str, find: impl Fn(&Self) -> Option<T>) -> T {
        let mut changed = self.shared.changed.subscribe();
        let waiting = async {
            loop {
                changed.mark_unchanged();
                if let Some(found) = find(self) {
                    return found;
                }
                // The state also changes without a call: time passes.
                let _ = tokio::time::timeout(Duration::from_millis(200), changed.changed()).await;
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(found) => found,
            Err(_) => {
                let state = self.state();
                let calls: Vec<&str> = state.calls.iter().map(|call| call.method.as_str()).collect();
                panic!("waited in vain until {what}\n{:#?}\n{calls:?}", state.happenings);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Drop for FakeTelegram {
    fn drop(&mut self) {
        for part in [&self.server, &self.courier] {
            if let Some(part) = part.lock().unwrap().take() {
                part.abort();
            }
        }
    }
}
