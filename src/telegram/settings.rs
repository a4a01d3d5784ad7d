//! What the Telegram front needs to be told. Knows nothing of files, the environment or defaults.

use std::time::Duration;

/// A secret that the bot and Telegram share: the bot's token, or that of its webhook. Never shown: `Debug` prints `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Token {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl From<&str> for Token {
    fn from(token: &str) -> Self {
        Self(token.to_owned())
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(***)")
    }
}

/// How to talk to Telegram.
#[derive(Debug, Clone)]
pub struct TelegramSettings {
    /// The bot's token.
    pub token: Token,
    /// Another Bot API server; `None`: Telegram's own.
    pub api_url: Option<String>,
    /// How long Telegram may hold a request for updates when there are none. Whole seconds.
    pub poll_timeout: Duration,
    /// How long any other request may take.
    pub request_timeout: Duration,
    /// How many questions are worked on at a time, and how many requests are out at a time.
    pub workers: usize,
    /// How long the bot may think about one update. Waiting for Telegram is not thinking.
    pub handler_limit: Duration,
    /// How long what is in hand may take to finish after the signal to stop.
    pub grace: Duration,
    /// Messages a second, all chats together; 0: no limit.
    pub messages_per_second: f64,
    /// New messages a second in one chat, after a burst of three; 0: no limit.
    pub chat_messages_per_second: f64,
    /// New messages a minute in one group; 0: no limit.
    pub group_messages_per_minute: usize,
    /// How long (seconds) Telegram may show the same list of inline results; what is asked for meanwhile is not asked of
    /// the bot.
    pub inline_cache_secs: u32,
    /// Whether mentions in chats that the bot is not in are answered (Bot API 10.0).
    pub guest_mode: bool,
    /// Whether what concerns one member of a group is shown to nobody else (Bot API 10.2).
    pub ephemeral: bool,
}

/// How Telegram is to call the bot.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// The address that it calls: https, with the path at which the route is served.
    pub url: reqwest::Url,
    /// What it says with every call, so that nobody else is listened to: 1-256 of `A-Za-z0-9_-`.
    pub secret: Token,
    /// How many calls it may make at a time: 1-100.
    pub connections: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_never_printed() {
        let token = Token::from("123:SECRET");
        let printed = format!("{token:?}");
        assert!(!printed.contains("SECRET"), "{printed}");
    }
}
