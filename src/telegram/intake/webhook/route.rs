//! The HTTP side of the webhook: who is listened to, what is read, and what is answered.
//!
//! Telegram repeats, for a day, whatever is not answered with 2xx. So an update gets 200 once it is acknowledged, 503 when
//! it had better come again; and what nobody can ever read gets 200, too.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use subtle::ConstantTimeEq;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use super::{Delivery, Verdict};
use crate::telegram::intake::number;
use crate::telegram::settings::Token;

/// Where Telegram says the secret.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// The largest update that is read, in bytes: many times what a message of Telegram can hold.
const BODY_BYTES: usize = 1024 * 1024;
/// How long the body of a request may take to arrive.
const BODY_LIMIT: Duration = Duration::from_secs(20);
/// How long a call waits for its update: what takes longer is set aside long before, unless the store is down. Proxies
/// give up after a minute.
const PATIENCE: Duration = Duration::from_secs(25);
/// After how many seconds a call that was turned away may come again.
const RETRY_AFTER: &str = "1";
/// How often it is said that calls are turned away.
const COMPLAINT_EVERY: Duration = Duration::from_secs(60);

/// What the route needs to know.
struct Gate {
    secret: Token,
    deliveries: mpsc::Sender<Delivery>,
    strangers: Complaint,
    turned_away: Complaint,
}

/// The route at `path`, which hands on what it takes in.
pub fn route(path: &str, secret: Token, deliveries: mpsc::Sender<Delivery>) -> axum::Router {
    let gate = Gate { secret, deliveries, strangers: Complaint::default(), turned_away: Complaint::default() };
    // The path is somebody's own: it may have a colon or a star where older versions of axum saw a pattern.
    axum::Router::new()
        .without_v07_checks()
        .route(path, post(receive))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(Arc::new(gate))
}

/// A call. What it brings is worked on even if the caller hangs up.
async fn receive(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    if !gate.is_telegram(request.headers()) {
        if let Some(count) = gate.strangers.one_more(Instant::now()) {
            tracing::warn!(count, "refused calls of the webhook without its secret");
        }
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let body = match timeout(BODY_LIMIT, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => body,
        Ok(Err(rejection)) => {
            let status = rejection.status();
            tracing::warn!(status = status.as_u16(), "could not read a call of the webhook");
            return status.into_response();
        }
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let (update, raw) = match read(&body) {
        Ok(read) => read,
        Err(kind) => {
            tracing::error!(kind, bytes = body.len(), "left out a call of the webhook that brought no update");
            return StatusCode::OK.into_response();
        }
    };
    let (verdict, wait) = oneshot::channel();
    if gate.deliveries.try_send(Delivery { update, raw, verdict }).is_err() {
        return gate.turn_away();
    }
    match timeout(PATIENCE, wait).await {
        Ok(Ok(Verdict::Acknowledged)) => StatusCode::OK.into_response(),
        // Full, stopping, or too long.
        _ => gate.turn_away(),
    }
}

impl Gate {
    /// Whether a request says the secret. How long the comparison takes tells its length and nothing else.
    fn is_telegram(&self, headers: &HeaderMap) -> bool {
        let said = headers.get(SECRET_HEADER).map(|said| said.as_bytes());
        said.is_some_and(|said| said.ct_eq(self.secret.reveal().as_bytes()).into())
    }

    /// Asks Telegram to come again.
    fn turn_away(&self) -> Response {
        if let Some(count) = self.turned_away.one_more(Instant::now()) {
            tracing::warn!(
                count,
                "turned away calls of the webhook, for want of room or time: Telegram is to bring their updates again"
            );
        }
        (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER)]).into_response()
    }
}

/// The update in a body with its number, or what the body is instead.
fn read(body: &[u8]) -> Result<(i64, Arc<str>), &'static str> {
    let raw = std::str::from_utf8(body).map_err(|_| "not text")?;
    match number(raw) {
        Some(update) => Ok((update, raw.into())),
        None if serde_json::from_str::<serde::de::IgnoredAny>(raw).is_ok() => Err("JSON without a number"),
        None => Err("not JSON"),
    }
}

/// Something to be said once a minute, with how often it happened since it was last said.
#[derive(Debug, Default)]
struct Complaint {
    unsaid: AtomicU64,
    said: Mutex<Option<Instant>>,
}

impl Complaint {
    /// Notes that it has happened, and gives the count when it is to be said.
    fn one_more(&self, now: Instant) -> Option<u64> {
        self.unsaid.fetch_add(1, Ordering::Relaxed);
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_some_and(|said| now.saturating_duration_since(said) < COMPLAINT_EVERY) {
            return None;
        }
        *said = Some(now);
        Some(self.unsaid.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_an_update_or_it_is_said_what_else() {
        assert_eq!(read(br#"{"update_id": 7, "x": 1}"#).map(|(update, _)| update), Ok(7));
        for (body, kind) in
            [(&b"\xff\xfe"[..], "not text"), (b"", "not JSON"), (b"{", "not JSON"), (b"[]", "JSON without a number")]
        {
            assert_eq!(read(body).err(), Some(kind));
        }
    }

    #[test]
    fn a_complaint_is_said_once_a_minute_with_its_count() {
        let (complaint, now) = (Complaint::default(), Instant::now());
        assert_eq!([(); 4].map(|()| complaint.one_more(now)), [Some(1), None, None, None]);
        assert_eq!(complaint.one_more(now + COMPLAINT_EVERY), Some(4));
    }

    #[test]
    fn any_path_can_be_served() {
        for path in ["/a", "/a/b-c_d.~e", "/bot1:AA/*x", "/:x", "/*", "/%7Ba%7D//b/", "/é"] {
            let url = reqwest::Url::parse(&format!("https://e.org{path}")).expect("an address");
            let (deliveries, _) = mpsc::channel(1);
            drop(route(url.path(), "x".into(), deliveries));
        }
    }
}
