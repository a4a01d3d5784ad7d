//! The page: the bot as a chat in a browser, through the same [`App::handle`] as everywhere else.
//!
//! Owns the routes, what they accept and the embedded files. Keeps no state: a session is a number the page made up,
//! and message numbers only have to differ within a page. Routes of others can be served beside the page, on its address:
//! they are none of its business.
//!
//! The page shows what any student may see and needs no login; that for admins needs a key (see `admin.rs`). Requests that other sites make a browser send are
//! refused all the same (see `guard.rs`): they could vote. Visitors who are slow, on purpose or not, keep no one else
//! from the page (see `server.rs`).

mod admin;
mod chat;
mod guard;
mod server;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde_json::json;
use tokio::net::TcpListener;

use crate::app::App;
pub use admin::path as admin_path;
pub use server::Limits;

/// The largest body of a request, in bytes.
const BODY_BYTES: usize = 64 * 1024;
/// Nothing but our own files, and no page around ours.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Serves until `shutdown`, then lets open requests finish for a few seconds. What `beside` has a route for goes there and
/// not to the page: neither the page's limit on the time of a request nor its guard holds for it.
///
/// # Errors
///
/// When the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    limits: Limits,
    beside: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let mut page = router(app, limits.request);
    let address = listener.local_addr()?;
    if address.ip().is_loopback() {
        page = page.layer(middleware::from_fn_with_state(address, guard::own_name_only));
    }
    let page = page.layer(middleware::map_response(with_headers));
    server::serve(listener, beside.fallback_service(page), limits, shutdown).await;
    Ok(())
}

/// Every route of the page.
fn router(app: Arc<App>, limit: Duration) -> Router {
    Router::new()
        .route("/", get(|| embedded("text/html; charset=utf-8", include_str!("web/page.html"))))
        .route("/app.js", get(|| embedded("text/javascript; charset=utf-8", include_str!("web/app.js"))))
        .route("/app.css", get(|| embedded("text/css; charset=utf-8", include_str!("web/app.css"))))
        .route("/icon.svg", get(|| embedded("image/svg+xml", include_str!("web/icon.svg"))))
        .route("/health", get(health))
        .route("/admin", get(admin::page))
        .route("/api/welcome", get(chat::welcome))
        .route("/api/chat", post(chat::chat).layer(middleware::from_fn(guard::own_page_only)))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(middleware::from_fn_with_state(limit, in_time))
        .with_state(app)
}

/// Gives up on a request that takes longer than `limit`; reading its body is part of it.
async fn in_time(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let late = |_| chat::problem(StatusCode::REQUEST_TIMEOUT, "That took too long. Please try again in a moment.");
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(late)
}

async fn embedded(content_type: &'static str, text: &'static str) -> Response {
    // Checked again at every visit, so that a new version never meets an old script.
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

async fn health(State(app): State<Arc<App>>) -> Response {
    let engine = app.engine();
    let corpus = engine.corpus();
    let folder = app.folder_state();
    // It answers either way; that a change waits to be put right is for admins to know.
    let refused = folder.as_ref().and_then(|folder| folder.refused.as_ref());
    let encoder = app.encoder().map(|(about, work)| {
        json!({
            "name": about.name,
            "encoded": work.encoded,
            "late": work.late,
            "failed": work.failed,
        })
    });
    Json(json!({
        "status": "ok",
        "serving_since": folder.as_ref().map(|folder| folder.since),
        "change_refused_since": refused.map(|(since, _)| since),
        "entries": corpus.entries.len(),
        "topics": corpus.topics.len(),
        "version": env!("CARGO_PKG_VERSION"),
        "encoder": encoder,
    }))
    .into_response()
}

async fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
