//! The page for those who keep the FAQ: how what is served stands to the folder, what was not answered, what was asked.
//!
//! Owns who may see it: whoever has its address, which has a key in it that the bot prints at its start. It only shows;
//! what is to be changed is changed in the files, or by writing to the bot.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::chat::problem;
use crate::app::{App, clock};
use crate::engine::html::escape;

/// What the address carries.
#[derive(Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    key: String,
}

/// The path of the page, with its key.
pub fn path(app: &App) -> String {
    format!("/admin?key={}", key(app))
}

/// Made of the key beside the store: the same after every start, and of no use to find that out.
fn key(app: &App) -> String {
    app.settings().key.derive_word("the page for admins").chars().take(32).collect()
}

pub(super) async fn page(State(app): State<Arc<App>>, Query(address): Query<Address>) -> Response {
    if !bool::from(key(&app).as_bytes().ct_eq(address.key.as_bytes())) {
        return problem(
            StatusCode::NOT_FOUND,
            "There is no such page. The bot prints the address of the one for admins when it starts.",
        );
    }
    let (today, now) = clock::read();
    match app.overview(today, now).await {
        Ok(sections) => {
            let sections: String = sections
                .into_iter()
                .map(|(title, html)| {
                    format!("<section><h2>{}</h2>\n<div class=\"text\">{html}</div></section>\n", escape(title))
                })
                .collect();
            let html = include_str!("admin.html").replace("<!-- sections -->", &sections);
            let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
            (headers, html).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "cannot show the page for admins");
            problem(StatusCode::SERVICE_UNAVAILABLE, "The store cannot be read just now. The log says why.")
        }
    }
}
