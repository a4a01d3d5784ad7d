//! Refuses requests that another site made a visitor's browser send.
//!
//! A browser says where a request comes from: `Sec-Fetch-Site`, or `Origin` where it does not know the first. A page
//! cannot forge either. Together with the JSON content type, which another site may not send unasked, that keeps votes
//! and questions to people who opened our page. Programs send neither header and are let through: they could say
//! anything.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::chat::problem;

/// The middleware.
pub async fn own_page_only(request: Request, next: Next) -> Response {
    if is_foreign(request.headers()) {
        return problem(
            StatusCode::FORBIDDEN,
            "This request comes from another site. Please use the chat page itself.",
        );
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return false };
    let Some((_, authority)) = origin.split_once("://") else { return true };
    // A proxy in front may have put its own name into Host.
    let hosts = [text(header::HOST.as_str()), text("x-forwarded-host")];
    !hosts.into_iter().flatten().any(|host| host.eq_ignore_ascii_case(authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_page_and_programs_may_post() {
        for (headers, foreign) in [
            (vec![], false),
            (vec![("host", "faq.example"), ("origin", "https://faq.example")], false),
            (vec![("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")], false),
            (vec![("host", "app:8080"), ("x-forwarded-host", "faq.example"), ("origin", "https://faq.example")], false),
            (vec![("host", "faq.example"), ("origin", "https://evil.example")], true),
            (vec![("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:9090")], true),
            (vec![("host", "faq.example"), ("origin", "null")], true),
            (vec![("origin", "https://evil.example")], true),
            (vec![("host", "app:8080"), ("origin", "https://faq.example"), ("sec-fetch-site", "same-origin")], false),
            (vec![("host", "faq.example"), ("sec-fetch-site", "cross-site")], true),
            (vec![("host", "faq.example"), ("sec-fetch-site", "same-site")], true),
        ] {
            let map = headers.iter().map(|&(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect();
            assert_eq!(is_foreign(&map), foreign, "{headers:?}");
        }
    }
}
