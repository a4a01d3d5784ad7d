//! Refuses requests that another site made a visitor's browser send.
//!
//! Two ways lead here from another site. Its own requests, which the browser marks: [`own_page_only`]. And a name of its
//! own that it lets lead to this machine, after which the browser takes our page for a part of that site:
//! [`own_name_only`], where only this machine can reach the page and so nobody needs a name.
//!
//! A browser says where a request comes from: `Sec-Fetch-Site`, or `Origin` where it does not know the first. A page
//! cannot forge either. Together with the JSON content type, which another site may not send unasked, that keeps votes
//! and questions to people who opened our page. Programs send neither header and are let through: they could say
//! anything.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::uri::Authority;
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

/// The middleware for a page that listens at `address`, which only this machine can reach.
pub async fn own_name_only(State(address): State<SocketAddr>, request: Request, next: Next) -> Response {
    if !is_own_name(request.headers()) {
        let words = format!(
            "This page is for this machine only, under http://{address}. A proxy in front of it has to send that as Host."
        );
        return problem(StatusCode::FORBIDDEN, &words);
    }
    next.run(request).await
}

/// Whether the request was sent to this machine by a name that nobody else can give it. Every browser says where to.
fn is_own_name(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else { return true };
    let Some(authority) = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
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
    fn a_page_for_this_machine_has_the_names_of_this_machine_only() {
        for (host, own) in [
            ("localhost", true),
            ("LocalHost:8080", true),
            ("127.0.0.1:8080", true),
            ("127.0.0.53", true),
            ("[::1]:8080", true),
            ("evil.example", false),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example", false),
            ("192.168.0.7:8080", false),
            ("", false),
            ("a b", false),
        ] {
            let map = [("host", host)].iter().map(|&(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect();
            assert_eq!(is_own_name(&map), own, "{host:?}");
        }
        assert!(is_own_name(&HeaderMap::new()), "no browser");
    }

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
