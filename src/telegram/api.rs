//! One call to the Bot API: teloxide's typed payloads and its HTTP client, our own reading of the answer.
//!
//! Owns the request, its time limit and the sorting of failures ([`CallError`]). Never waits, never repeats: that is
//! [`super::send`] and [`super::intake`].
//!
//! Why not teloxide's own request path: on a 5xx it sleeps ten seconds inside the request, and of an answer it cannot
//! read it keeps no more than "invalid JSON", with the raw text (a person's words) in the error.

mod failure;

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use teloxide::Bot;
use teloxide::requests::Payload;

pub use failure::CallError;
use failure::{Answer, transport, unreadable};

/// How long connecting may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How long a file may take on its way.
const UPLOAD_LIMIT: Duration = Duration::from_secs(60);
/// What a request may take beyond the time Telegram was asked to hold it (`getUpdates`).
const HOLD_MARGIN: Duration = Duration::from_secs(10);

/// The Bot API as one bot sees it. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    bot: Bot,
    request_limit: Duration,
}

/// Without the token, which `Bot` would print.
impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Api(***)")
    }
}

impl Api {
    /// The Bot API for this token; `url` is another Bot API server. A request may take `request_limit`.
    ///
    /// # Errors
    ///
    /// The HTTP client could not be set up (no usable TLS).
    pub fn new(token: &str, url: Option<reqwest::Url>, request_limit: Duration) -> Result<Self, CallError> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .tcp_nodelay(true)
            // Proxies close idle connections after about a minute; a message on one would look lost.
            .pool_idle_timeout(Duration::from_secs(30))
            // A redirect would carry the token, which is part of the path, to whoever it names.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| CallError::Refused("the HTTP client cannot be set up".into()))?;
        let mut bot = Bot::with_client(token.trim(), client);
        if let Some(url) = url {
            bot = bot.set_api_url(url);
        }
        Ok(Self { bot, request_limit })
    }

    /// Calls the method this payload belongs to.
    ///
    /// # Errors
    ///
    /// See [`CallError`].
    pub async fn call<P>(&self, payload: &P) -> Result<P::Output, CallError>
    where
        P: Payload + Serialize + Sync,
        P::Output: DeserializeOwned,
    {
        self.call_for(payload).await
    }

    /// Like [`Api::call`], reading only what is needed of the result: a message that is newer than teloxide's types
    /// must not make a delivered answer look lost.
    ///
    /// # Errors
    ///
    /// See [`CallError`].
    pub async fn call_for<P, T>(&self, payload: &P) -> Result<T, CallError>
    where
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        let limit = payload.timeout_hint().map_or(self.request_limit, |held| held + HOLD_MARGIN);
        self.call_within(payload, limit).await
    }

    /// Like [`Api::call_for`], with a time limit of its own.
    ///
    /// # Errors
    ///
    /// See [`CallError`].
    pub async fn call_within<P, T>(&self, payload: &P, limit: Duration) -> Result<T, CallError>
    where
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        let base = self.bot.api_url();
        let address = format!("{}/bot{}/{}", base.as_str().trim_end_matches('/'), self.bot.token(), P::NAME);
        let url = reqwest::Url::parse(&address).map_err(|_| CallError::Unauthorized)?;
        let body =
            serde_json::to_vec(payload).map_err(|_| CallError::Refused("the request cannot be written".into()))?;
        let request = self.bot.client().post(url).header(reqwest::header::CONTENT_TYPE, "application/json").body(body);
        answer_to(request.timeout(limit)).await
    }

    /// Sends a file to a chat.
    ///
    /// # Errors
    ///
    /// See [`CallError`].
    pub async fn upload(&self, chat: i64, name: &str, bytes: Vec<u8>) -> Result<(), CallError> {
        let base = self.bot.api_url();
        let address = format!("{}/bot{}/sendDocument", base.as_str().trim_end_matches('/'), self.bot.token());
        let url = reqwest::Url::parse(&address).map_err(|_| CallError::Unauthorized)?;
        let file = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().text("chat_id", chat.to_string()).part("document", file);
        let request = self.bot.client().post(url).multipart(form).timeout(UPLOAD_LIMIT);
        answer_to::<serde::de::IgnoredAny>(request).await.map(drop)
    }
}

/// Makes a request and reads Telegram's answer to it.
async fn answer_to<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, CallError> {
    let response = request.send().await.map_err(transport)?;
    let status = response.status().as_u16();
    let wait = response
        .headers()
        .get(reqwest::header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.trim().parse().ok());
    let bytes = response.bytes().await.map_err(transport)?;
    match serde_json::from_slice::<Answer<'_>>(&bytes) {
        Ok(Answer { ok: true, result: Some(result), .. }) => read(result),
        Ok(Answer { ok: true, result: None, .. }) => Err(CallError::MaybeDelivered("an answer without a result")),
        Ok(answer) => Err(answer.failure(status)),
        Err(_) => Err(unreadable(status, wait)),
    }
}

/// The result, which Telegram gave after doing what it was asked.
fn read<T: DeserializeOwned>(result: &RawValue) -> Result<T, CallError> {
    // From text: going through `serde_json::Value` makes teloxide's types lose updates.
    serde_json::from_str(result.get()).map_err(|_| CallError::MaybeDelivered("a result that cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use teloxide::payloads::GetMe;

    #[tokio::test]
    async fn the_token_is_in_no_error() {
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = closed.local_addr().expect("an address");
        drop(closed);
        let url = reqwest::Url::parse(&format!("http://{address}/")).expect("an address");
        let api = Api::new("42:SECRET", Some(url), Duration::from_secs(1)).expect("a client");
        let error = api.call(&GetMe::new()).await.expect_err("nobody listens");
        assert_eq!(error, CallError::NotDelivered("no connection"));
        assert!(!format!("{api:?} {error} {error:?}").contains("SECRET"));
    }

    #[tokio::test]
    async fn an_address_that_cannot_be_is_no_panic() {
        let api = Api::new("\u{0}#?/../", None, Duration::from_millis(1)).expect("a client");
        assert!(api.call(&GetMe::new()).await.is_err());
    }
}
