//! The page's routes, over loopback.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use telefaq::app::App;
use telefaq::store::{MemoryStore, Store};
use telefaq::web;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::app::{engine, settings};

struct Page {
    store: Arc<MemoryStore>,
    address: SocketAddr,
    client: Client,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Page {
    async fn open() -> Self {
        Self::open_with(web::Limits::default()).await
    }

    async fn open_with(limits: web::Limits) -> Self {
        let store = Arc::new(MemoryStore::new());
        let app = Arc::new(App::new(engine(), Arc::clone(&store) as Arc<dyn Store>, settings()));
        Self { store, ..Self::serving(app, limits).await }
    }

    async fn open_for(app: Arc<App>) -> Self {
        Self::serving(app, web::Limits::default()).await
    }

    async fn serving(app: Arc<App>, limits: web::Limits) -> Self {
        let store = Arc::new(MemoryStore::new());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server =
            tokio::spawn(web::serve(listener, app, limits, axum::Router::new(), async { drop(stopped.await) }));
        Self { store, address, client: Client::builder().no_proxy().build().unwrap(), stop, server }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("http://{}{path}", self.address))
    }

    fn post(&self, body: impl Into<String>) -> RequestBuilder {
        let url = format!("http://{}/api/chat", self.address);
        self.client.post(url).header("content-type", "application/json").body(body.into())
    }

    /// Sends as the page does, from its session.
    async fn says(&self, mut body: Value) -> Value {
        body["session"] = "0123456789abcdef".into();
        let (status, answer) = read(self.post(body.to_string())).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }
}

async fn read(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap())
}

/// The data of the button with this label.
fn behind(message: &Value, label: &str) -> Value {
    let rows = message["buttons"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
    rows.clone().find(|b| b["label"] == label).unwrap_or_else(|| panic!("no {label:?} in {message}"))["data"].clone()
}

#[tokio::test]
async fn a_conversation_on_the_page() {
    let page = Page::open().await;
    let answer = page.says(json!({ "text": "how much does it cost" })).await;
    let message = &answer["messages"][0];
    assert!(message["html"].as_str().unwrap().contains("The answer of <b>cost</b>."));
    assert!(message["replaces"].is_null());
    let id = &message["id"];

    let down = page.says(json!({ "press": behind(message, "👎"), "on": id })).await;
    assert!(down["toast"].as_str().unwrap().starts_with("Thanks"));
    assert_eq!(&down["messages"][0]["replaces"], id);
    assert!(down["messages"][0]["html"].is_null(), "only the buttons change");

    let topics = page.says(json!({ "press": behind(message, "All topics"), "on": id })).await;
    let list = &topics["messages"][0];
    assert_ne!(&list["id"], id);
    let exams = page.says(json!({ "press": behind(list, "Exams (10)"), "on": list["id"] })).await;
    assert_eq!(exams["messages"][0]["replaces"], list["id"]);

    let privacy = page.says(json!({ "text": "/privacy" })).await;
    assert!(privacy["messages"][0]["html"].as_str().unwrap().contains("What I keep"));
    let stale = page.says(json!({ "press": "0nonsense", "on": 5 })).await;
    assert!(stale["toast"].is_string() && stale["messages"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn several_questions_get_several_messages_on_the_page() {
    let page = Page::open().await;
    let answer = page.says(json!({ "text": "how much does it cost\nexam question alpha1 beta1?" })).await;
    let messages = answer["messages"].as_array().unwrap();
    let texts: Vec<&str> = messages.iter().map(|message| message["html"].as_str().unwrap()).collect();
    assert!(texts.len() == 2 && texts[0].contains("<b>cost</b>") && texts[1].contains("<b>exam-1</b>"), "{texts:?}");
    assert_ne!(messages[0]["id"], messages[1]["id"]);
}

#[tokio::test]
async fn questions_on_the_page_are_logged_and_commands_are_not() {
    let page = Page::open().await;
    page.says(json!({ "text": "/HELP" })).await;
    page.says(json!({ "text": "how much does it cost, asks bo@example.org" })).await;
    // Written beside the answer, so perhaps after it.
    let logged = async {
        loop {
            let log = page.store.last_questions(5).await.unwrap();
            if !log.is_empty() {
                return log;
            }
            tokio::task::yield_now().await;
        }
    };
    let log = tokio::time::timeout(Duration::from_secs(20), logged).await.expect("the question is logged");
    let texts: Vec<&str> = log.iter().map(|record| record.text.as_str()).collect();
    assert_eq!(texts, ["how much does it cost, asks [email]"]);
}

#[tokio::test]
async fn the_page_greets_and_brings_all_it_needs() {
    let page = Page::open().await;
    let response = page.get("/").send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let html = response.text().await.unwrap();
    assert!(
        !html.contains("http://") && !html.contains("https://") && !html.contains("style="),
        "no outside, no inline"
    );
    for (path, content_type) in
        [("/app.js", "text/javascript"), ("/app.css", "text/css"), ("/icon.svg", "image/svg+xml")]
    {
        assert!(html.contains(path));
        let response = page.get(path).send().await.unwrap();
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with(content_type));
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
    let (_, welcome) = read(page.get("/api/welcome")).await;
    assert!(welcome["messages"][0]["html"].as_str().unwrap().contains("a bot"));
    assert_eq!(welcome["questions"][1], "how much does it cost");
    let (status, health) = read(page.get("/health")).await;
    assert_eq!((status, &health["status"], &health["entries"]), (StatusCode::OK, &json!("ok"), &json!(12)));
}

#[tokio::test]
async fn what_the_page_would_not_send_is_refused_in_words() {
    let page = Page::open().await;
    let good = json!({ "session": "0123456789abcdef", "text": "hello" }).to_string();
    let with = |key: &str, value: Value| {
        let mut body: Value = serde_json::from_str(&good).unwrap();
        body[key] = value;
        body.to_string()
    };
    for (request, expected) in [
        (page.post("{"), StatusCode::BAD_REQUEST),
        (page.post("{}"), StatusCode::UNPROCESSABLE_ENTITY),
        (page.post(with("session", "short".into())), StatusCode::BAD_REQUEST),
        (page.post(with("session", "spaces in it".into())), StatusCode::BAD_REQUEST),
        (page.post(with("press", "1T".into())), StatusCode::BAD_REQUEST),
        (page.post(with("text", Value::Null)), StatusCode::BAD_REQUEST),
        (page.post(with("text", "x".repeat(70_000).into())), StatusCode::PAYLOAD_TOO_LARGE),
        (page.post(with("text", "😀".repeat(2_049).into())), StatusCode::PAYLOAD_TOO_LARGE),
        (page.post(good.clone()).header("host", "evil.example"), StatusCode::FORBIDDEN),
        (page.get("/api/welcome").header("host", "evil.example:8080"), StatusCode::FORBIDDEN),
        (page.post(good.clone()).header("origin", "https://evil.example"), StatusCode::FORBIDDEN),
        (page.post(good.clone()).header("origin", "null"), StatusCode::FORBIDDEN),
        (
            page.client
                .post(format!("http://{}/api/chat", page.address))
                .header("content-type", "text/plain")
                .body(good.clone()),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
    ] {
        let (status, answer) = read(request).await;
        assert_eq!(status, expected, "{answer}");
        assert!(answer["error"].as_str().is_some_and(|words| words.ends_with('.')), "{answer}");
    }
    let own = format!("http://{}", page.address);
    assert_eq!(read(page.post(good).header("origin", own)).await.0, StatusCode::OK);
    for odd in ["", "\u{0}\u{202e}", "𝕳", "<script>alert(1)</script>", "/", &"long".repeat(1_024)] {
        page.says(json!({ "text": odd })).await;
    }
}

/// What a connection brings back that has sent so much and then waits.
async fn waited(page: &Page, sent: &str) -> String {
    let mut connection = TcpStream::connect(page.address).await.unwrap();
    connection.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), connection.read_to_end(&mut answer)).await;
    ended.expect("the server ends the connection").unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn who_sends_half_a_request_is_not_waited_for() {
    let moment = Duration::from_millis(50);
    let page = Page::open_with(web::Limits { head: moment, request: moment, ..web::Limits::default() }).await;
    waited(&page, "").await;
    waited(&page, "POST /api/chat HTTP/1.1\r\nHost: local").await;
    let head =
        "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n";
    let answer = waited(&page, &format!("{head}{{\"session\":")).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("took too long"), "{answer}");
}

#[tokio::test]
async fn a_connection_too_many_waits_until_there_is_room() {
    let limits = web::Limits { connections: 2, connection: Duration::from_millis(50), ..web::Limits::default() };
    let page = Page::open_with(limits).await;
    let idle = [TcpStream::connect(page.address).await.unwrap(), TcpStream::connect(page.address).await.unwrap()];
    let (status, _) = read(page.get("/health")).await;
    assert_eq!(status, StatusCode::OK);
    drop(idle);
}

#[tokio::test]
async fn the_server_stops_when_told() {
    let page = Page::open().await;
    page.get("/health").send().await.unwrap();
    // Nor does it wait for somebody who has not said anything.
    let _idle = TcpStream::connect(page.address).await.unwrap();
    page.stop.send(()).unwrap();
    page.server.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_page_for_admins_opens_with_its_key_only() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let app = Arc::new(App::new(engine(), store, settings()));
    let page = Page::open_for(Arc::clone(&app)).await;
    page.says(json!({"text": "is there a <swimming> pool"})).await;
    let opened = page.get(&web::admin_path(&app)).send().await.unwrap();
    assert_eq!(opened.status(), StatusCode::OK);
    assert_eq!(opened.headers()["cache-control"], "no-store");
    let html = opened.text().await.unwrap();
    for words in ["I serve", "1× is there a &lt;swimming&gt; pool", "Asked 1: answered 0", "Nothing is stale"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    for closed in ["/admin", "/admin?key=", "/admin?key=0123", "/admin?x=1"] {
        let (status, body) = read(page.get(closed)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{closed}: {body}");
    }
}
