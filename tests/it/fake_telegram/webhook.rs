//! Delivery to a webhook, as the Bot API server does it: of each chat one message at a time and in order, of each person
//! one press, of all together so many as were asked for, and again with growing pauses until the answer is 2xx.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Client, Url};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::methods::Refusal;
use super::{FakeTelegram, Shared, State};

/// The pause after the second failure; the first is followed by none. Telegram's begin with two seconds.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Telegram's go up to minutes.
const LONGEST_PAUSE: Duration = Duration::from_millis(800);
/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// What `setWebhook` was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    pub url: Url,
    pub secret: Option<String>,
    pub max_connections: usize,
    pub allowed_updates: Value,
}

/// A call of a webhook that has ended: of which update, and with which status, if it was answered.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub update: i64,
    pub status: Option<u16>,
    pub began: Instant,
    pub ended: Instant,
}

#[derive(Default)]
pub struct Deliveries {
    pub webhook: Option<Webhook>,
    /// Where the hosts of webhooks are really; one after the other is called.
    hosts: HashMap<String, Vec<SocketAddr>>,
    calls: usize,
    under_way: HashSet<i64>,
    /// By update: how often its delivery has failed, and when it is tried again.
    failed: HashMap<i64, (u32, Instant)>,
    pub delivered: Vec<Delivered>,
    /// The most that was ever under way at the same time.
    pub most_under_way: usize,
}

impl Deliveries {
    /// No call is under way any more.
    pub fn broke_off(&mut self) {
        self.under_way.clear();
    }
}

impl State {
    pub(super) fn set_webhook(&mut self, body: &Value) -> Result<Value, Refusal> {
        let bad = |description: &str| Err((400, format!("Bad Request: {description}")));
        assert_ne!(body["drop_pending_updates"], true, "what is waiting must be kept");
        let url = body["url"].as_str().unwrap_or_default();
        if url.is_empty() {
            self.deliveries.webhook = None;
            return Ok(json!(true));
        }
        let url = match Url::parse(url) {
            Ok(url) if url.scheme() == "https" && url.has_host() => url,
            _ => return bad("bad webhook: An HTTPS URL must be provided for webhook"),
        };
        if ![443, 80, 88, 8443].contains(&url.port_or_known_default().unwrap_or(0)) {
            return bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
        }
        if !self.deliveries.hosts.contains_key(url.host_str().unwrap_or_default()) {
            return bad("bad webhook: Failed to resolve host: Name or service not known");
        }
        let secret = body["secret_token"].as_str().map(str::to_owned);
        if let Some(secret) = &secret {
            if secret.len() > 256 {
                return bad("secret token is too long");
            }
            if !secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
                return bad("secret token contains unallowed characters");
            }
        }
        // Telegram takes what is out of range for its default; a bot that relies on that is mistaken.
        let max_connections = body["max_connections"].as_u64().unwrap_or(40) as usize;
        assert!((1..=100).contains(&max_connections), "max_connections is {max_connections}");
        let allowed_updates = body["allowed_updates"].clone();
        self.deliveries.webhook = Some(Webhook { url, secret, max_connections, allowed_updates });
        Ok(json!(true))
    }

    /// The updates that can be delivered now: the first of each queue, unless it is under way or has to wait.
    fn deliverable(&mut self) -> Vec<(i64, Value)> {
        let Some(webhook) = &self.deliveries.webhook else { return Vec::new() };
        let room = webhook.max_connections.saturating_sub(self.deliveries.under_way.len());
        let (now, mut queues) = (Instant::now(), HashSet::new());
        let is_first = |update: &&(i64, Value)| queues.insert(queue_of(&update.1).unwrap_or((Queue::Alone, update.0)));
        let can_go = |update: &&(i64, Value)| {
            !self.deliveries.under_way.contains(&update.0)
                && self.deliveries.failed.get(&update.0).is_none_or(|(_, at)| *at <= now)
        };
        let updates: Vec<_> = self.pending.iter().filter(is_first).filter(can_go).take(room).cloned().collect();
        self.deliveries.under_way.extend(updates.iter().map(|(id, _)| *id));
        self.deliveries.most_under_way = self.deliveries.most_under_way.max(self.deliveries.under_way.len());
        updates
    }

    /// Notes how a delivery ended.
    fn delivered(&mut self, delivered: Delivered, retry_after: Option<u64>) {
        let id = delivered.update;
        self.deliveries.under_way.remove(&id);
        if delivered.status.is_some_and(|status| (200..300).contains(&status)) {
            self.deliveries.failed.remove(&id);
            self.pending.retain(|(other, _)| *other != id);
        } else {
            let (failures, at) = self.deliveries.failed.entry(id).or_insert((0, delivered.ended));
            let pause = if *failures == 0 { Duration::ZERO } else { FIRST_PAUSE * 2u32.pow((*failures).min(8) - 1) };
            // A second is Telegram's smallest, too.
            *at = delivered.ended + retry_after.map_or(pause.min(LONGEST_PAUSE), Duration::from_secs);
            *failures += 1;
        }
        self.deliveries.delivered.push(delivered);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Queue {
    Chat,
    Person,
    Alone,
}

/// Within what the order is kept: the messages of a chat, the presses of a person.
fn queue_of(update: &Value) -> Option<(Queue, i64)> {
    update.as_object()?.values().find_map(|kind| {
        let chat = kind["chat"]["id"].as_i64().map(|id| (Queue::Chat, id));
        chat.or_else(|| Some((Queue::Person, kind["from"]["id"].as_i64()?)))
    })
}

/// Delivers until it is aborted.
pub async fn deliver(shared: Arc<Shared>) {
    let client = Client::builder().no_proxy().timeout(ANSWER_LIMIT).build().unwrap();
    let mut changed = shared.changed.subscribe();
    let mut calls = JoinSet::new();
    loop {
        changed.mark_unchanged();
        let updates = shared.state().deliverable();
        for (id, update) in updates {
            calls.spawn(call(client.clone(), Arc::clone(&shared), id, update));
        }
        tokio::select! {
            _ = changed.changed() => {}
            Some(_) = calls.join_next() => {}
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
        }
    }
}

async fn call(client: Client, shared: Arc<Shared>, id: i64, update: Value) {
    let request = {
        let mut state = shared.state();
        let deliveries = &mut state.deliveries;
        deliveries.calls += 1;
        let webhook = deliveries.webhook.clone();
        let host = webhook.as_ref().and_then(|webhook| webhook.url.host_str()).unwrap_or_default().to_owned();
        let addresses = deliveries.hosts.get(&host).cloned().unwrap_or_default();
        webhook.zip(addresses.get(deliveries.calls % addresses.len().max(1)).copied()).map(|(webhook, address)| {
            // As a proxy does that ends TLS and passes the rest on.
            let request = client.post(format!("http://{address}{}", webhook.url.path())).header("host", host);
            let request = request.header("content-type", "application/json").body(update.to_string());
            match &webhook.secret {
                Some(secret) => request.header("X-Telegram-Bot-Api-Secret-Token", secret),
                None => request,
            }
        })
    };
    let began = Instant::now();
    let response = match request {
        Some(request) => request.send().await.ok(),
        None => None,
    };
    let status = response.as_ref().map(|response| response.status().as_u16());
    let retry_after = response.as_ref().and_then(|response| response.headers().get("retry-after"));
    let retry_after = retry_after.map(|value| value.to_str().unwrap().parse().unwrap());
    // Until the body has come the connection may break.
    let answered = match response {
        Some(response) => response.bytes().await.is_ok(),
        None => false,
    };
    let status = status.filter(|_| answered);
    shared.state().delivered(Delivered { update: id, status, began, ended: Instant::now() }, retry_after);
    shared.changed.send_replace(());
}

impl FakeTelegram {
    /// Has this host of a webhook lead to these addresses, in turn.
    pub fn resolve(&self, host: &str, addresses: &[SocketAddr]) {
        self.state().deliveries.hosts.insert(host.to_owned(), addresses.to_vec());
        self.shared.changed.send_replace(());
    }

    /// The webhook that is set.
    pub fn webhook(&self) -> Option<Webhook> {
        self.state().deliveries.webhook.clone()
    }

    /// Every call of the webhook that has ended.
    pub fn delivered(&self) -> Vec<Delivered> {
        self.state().deliveries.delivered.clone()
    }

    /// The most calls of the webhook that were ever under way at the same time.
    pub fn most_under_way(&self) -> usize {
        self.state().deliveries.most_under_way
    }
}

#[tokio::test]
async fn it_is_as_strict_as_telegram() {
    let fake = FakeTelegram::start().await;
    fake.resolve("bot.example.org", &[]);
    let set = |body: Value| fake.state().set_webhook(&body);
    for (wrong, why) in [
        (json!({"url": "http://bot.example.org/x"}), "HTTPS URL"),
        (json!({"url": "https://bot.example.org:8080/x"}), "ports"),
        (json!({"url": "https://elsewhere.example.org/x"}), "resolve"),
        (json!({"url": "https://bot.example.org/x", "secret_token": "a b"}), "unallowed"),
        (json!({"url": "https://bot.example.org/x", "secret_token": "a".repeat(257)}), "too long"),
    ] {
        assert!(set(wrong).unwrap_err().1.contains(why));
        assert_eq!(fake.webhook(), None);
    }
    set(json!({"url": "https://bot.example.org/x", "secret_token": "a-b_C9", "max_connections": 7})).unwrap();
    assert_eq!(fake.webhook().unwrap().max_connections, 7);
    let refused = fake.shared.get_updates(&json!({})).await.unwrap_err();
    assert_eq!(refused.0, 409);
}
