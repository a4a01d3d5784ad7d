//! Just enough HTTP for a Bot API server that can misbehave at will: a proper server would not let a connection be
//! reset in the middle of an answer.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::Shared;

/// What is written back.
pub enum Reply {
    Json(u16, Value),
    Text(u16, &'static str, String),
    /// The connection is reset.
    Reset,
    /// Nothing comes for so long, then the connection is reset.
    Hang(Duration),
}

/// Serves until it is aborted, which also breaks all connections.
pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, Arc::clone(&shared)));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut buffer = Vec::new();
    while let Some((path, body)) = request(&mut stream, &mut buffer).await {
        let (status, kind, body) = match shared.answer(&path, &body).await {
            Reply::Json(status, value) => (status, "application/json", value.to_string()),
            Reply::Text(status, kind, body) => (status, kind, body),
            Reply::Reset => return reset(stream),
            Reply::Hang(time) => {
                tokio::time::sleep(time).await;
                return reset(stream);
            }
        };
        let head = format!("HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
        if stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.is_err() {
            return;
        }
    }
}

fn reset(stream: TcpStream) {
    stream.set_zero_linger().unwrap();
    drop(stream);
}

/// Path and body of the next request; `None` when the client is gone.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    let head_end = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
    let path = head.split(' ').nth(1)?.to_owned();
    let length: usize = head
        .lines()
        .find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")))
        .map_or(0, |(_, value)| value.trim().parse().unwrap());
    while buffer.len() < head_end + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = buffer[head_end..head_end + length].to_vec();
    buffer.drain(..head_end + length);
    Some((path, body))
}

/// The parts of a form, by name; a file is its name and its text, and a number is one.
pub fn form(body: &[u8]) -> Value {
    let text = String::from_utf8_lossy(body);
    let boundary = text.lines().next().unwrap();
    let mut parts = json!({});
    for part in text.split(boundary).skip(1) {
        let Some((head, value)) = part.split_once("\r\n\r\n") else { continue };
        let value = value.strip_suffix("\r\n").unwrap_or(value);
        let quoted = |key: &str| {
            let (_, rest) = head.split_once(&format!("{key}=\""))?;
            Some(rest.split('"').next().unwrap().to_owned())
        };
        parts[quoted("; name").unwrap()] = match (quoted("filename"), value.parse::<i64>()) {
            (Some(name), _) => json!({"file_name": name, "text": value}),
            (None, Ok(number)) => json!(number),
            (None, Err(_)) => json!(value),
        };
    }
    parts
}
