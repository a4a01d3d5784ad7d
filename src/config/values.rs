//! Types of single settings whose text alone does not say what they are.

use std::fmt;

use crate::diagnostic::nearest;

/// How updates come in from Telegram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The bot asks for them.
    #[default]
    Polling,
    /// Telegram calls the bot.
    Webhook,
}

/// Text that must not be seen: prints as `***` everywhere, and cannot be serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, to be handed to whoever needs it and to nobody else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// Name or address, without the brackets of IPv6.
    pub host: String,
    /// Port; 0: any that is free.
    pub port: u16,
}

impl Listen {
    /// Reads `host:port`. An empty host means every address of the machine.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.trim().rsplit_once(':')?;
        let port = port.parse().ok()?;
        let host = match host.strip_prefix('[') {
            Some(rest) => {
                let address = rest.strip_suffix(']')?;
                address.parse::<std::net::Ipv6Addr>().ok()?;
                address
            }
            None => host,
        };
        let bad = |c: char| c.is_whitespace() || matches!(c, '/' | '@' | '[' | ']');
        if host.contains(bad) || (host.contains(':') && host.parse::<std::net::Ipv6Addr>().is_err()) {
            return None;
        }
        let host = if host.is_empty() { "0.0.0.0" } else { host };
        Some(Self { host: host.to_owned(), port })
    }
}

/// `host:port`, with brackets around an IPv6 address.
impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Address of a store. A password in it prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl(pub(super) String);

impl StoreUrl {
    /// The address itself, to be handed to the store.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The file of an SQLite store; `None` when it is elsewhere or in memory.
    pub fn file(&self) -> Option<&std::path::Path> {
        let rest = self.0.strip_prefix("sqlite:")?;
        let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next()?;
        (!path.is_empty() && path != ":memory:").then(|| std::path::Path::new(path))
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hide_secrets(&self.0))
    }
}

/// What keys of secrets are called, in part.
const NAMES: [&str; 2] = ["token", "secret"];

/// The name of a secret in a line, if one is there, with the place behind it.
pub(super) fn behind_name(line: &str) -> Option<usize> {
    let line = line.to_ascii_lowercase();
    NAMES.iter().filter_map(|name| Some(line.find(name)? + name.len())).min()
}

/// `line` with everything replaced by `***` that is a secret or could be one: what is given to a key that is called like
/// one, passwords of addresses, and bot tokens, halves of them too. Finds them in lines that are not valid TOML,
/// because those are the ones that get shown.
pub(super) fn hide_secrets(line: &str) -> String {
    hide_tokens(&hide_password(hide_value(line).as_deref().unwrap_or(line)))
}

/// Whether `line`, below the lines of `before`, goes on with what is given to a key that is called like a secret.
pub(super) fn is_inside_secret(before: &str, line: &str) -> bool {
    let begins = |line: &str| line.contains('=') || line.trim_start().starts_with('[');
    !begins(line) && before.lines().rev().find(|line| begins(line)).is_some_and(|line| hide_value(line).is_some())
}

/// What helps write in the place of a value.
const PLACEHOLDER: &str = "\"...\"";

/// The line up to the value of the first key that is called like a secret, if there is one.
fn hide_value(line: &str) -> Option<String> {
    line.match_indices('=').find_map(|(at, _)| {
        let (before, value) = (line.get(..at)?, line.get(at + 1..)?.trim());
        if value == PLACEHOLDER {
            return None;
        }
        let key = before.trim_end_matches([' ', '\t', '"', '\'']);
        let key = key.rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).next()?.to_lowercase();
        let is_secret = NAMES.iter().any(|name| key.contains(name))
            || nearest(&key, NAMES).is_some()
            || key.rsplit_once('_').is_some_and(|(_, last)| nearest(last, NAMES).is_some());
        is_secret.then(|| format!("{before}= ***"))
    })
}

/// `scheme://name:password@host` without the password, which may hold any sign, `@` and `/` too.
fn hide_password(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("://") {
        shown.push_str(before);
        shown.push_str("://");
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).unwrap_or(after.len());
        let (address, following) = after.split_at(end);
        match address.rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?.0, host))) {
            Some((name, host)) => shown.push_str(&format!("{name}:***@{host}")),
            None => shown.push_str(address),
        }
        rest = following;
    }
    shown + rest
}

/// The shortest part of a token behind its colon that is hidden: times and ports are shorter.
const SHORTEST_KEY: usize = 8;
/// The shortest word that is taken for such a part alone: they have 35 signs, of capitals, small letters and digits.
const SHORTEST_HALF: usize = 30;

fn hide_tokens(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(is_of_token) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|c| !is_of_token(c)).unwrap_or(word.len()));
        shown.push_str(before);
        let behind_number =
            shown.strip_suffix(':').is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
        let has = |kind: fn(&char) -> bool| word.chars().any(|c| kind(&c));
        let half = word.len() >= SHORTEST_HALF
            && has(char::is_ascii_digit)
            && has(char::is_ascii_lowercase)
            && has(char::is_ascii_uppercase);
        let secret = half || (behind_number && word.len() >= SHORTEST_KEY);
        shown.push_str(if secret { "***" } else { word });
        rest = after;
    }
    shown + rest
}

fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints() {
        let secret = Secret::new("123:abc");
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
        assert_eq!(secret.reveal(), "123:abc");
    }

    #[test]
    fn an_address_is_a_host_and_a_port() {
        let shown = |text: &str| Listen::parse(text).map(|l| l.to_string());
        assert_eq!(shown("127.0.0.1:8080").as_deref(), Some("127.0.0.1:8080"));
        assert_eq!(shown(" localhost:0 ").as_deref(), Some("localhost:0"));
        assert_eq!(shown("[::1]:80").as_deref(), Some("[::1]:80"));
        assert_eq!(shown(":80").as_deref(), Some("0.0.0.0:80"));
        for wrong in ["8080", "localhost", "a:99999", "http://a:80", "a b:80", "[x]:80", "[::1", "a:b:80"] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn secrets_are_hidden_in_any_line() {
        for (line, shown) in [
            ("token = 123456:AAbbCC-dd_ee", "token = ***"),
            ("x = { token = \"123456:AAbbCC-dd_ee\" }", "x = { token = ***"),
            ("url = \"postgres://me:hunter2@db:5432/x\"", "url = \"postgres://me:***@db:5432/x\""),
            ("url = \"postgres://user:s3cr@et:p/w@db/x\"", "url = \"postgres://user:***@db/x\""),
            ("a = 'http://u:p@h/', b = 'http://v:q@h/'", "a = 'http://u:***@h/', b = 'http://v:***@h/'"),
            ("url = \"https://e.org/@me\"", "url = \"https://e.org/@me\""),
            ("[123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw]", "[123456789:***]"),
            ("AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw\"", "***\""),
            ("tokn = \"AAHdq\"", "tokn = ***"),
            ("webhook_secret = \"AAHdq\"", "webhook_secret = ***"),
            ("webhook_secrt = \"AAHdq\"", "webhook_secrt = ***"),
            ("retention_days = 5", "retention_days = 5"),
            ("Token=AAHdq # mine", "Token= ***"),
            ("telegram = { required = true, bot_token = \"AAHdq\" }", "telegram = { required = true, bot_token = ***"),
            ("\"telegram\".\"token\" = 'x'", "\"telegram\".\"token\" = ***"),
            ("dir = \"faq/of-the-spring-term-of-the-year-2027\"", "dir = \"faq/of-the-spring-term-of-the-year-2027\""),
            ("listen = \"127.0.0.1:8080\"", "listen = \"127.0.0.1:8080\""),
            ("url = \"sqlite://data/a.db\"", "url = \"sqlite://data/a.db\""),
        ] {
            assert_eq!(hide_secrets(line), shown);
        }
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        for option in crate::config::options::OPTIONS.iter().filter(|option| !option.kind.is_secret()) {
            let line = format!("{} = 25", option.key);
            assert_eq!(hide_secrets(&line), line);
        }
    }

    #[test]
    fn the_file_of_a_store() {
        let file = |url: &str| StoreUrl(url.into()).file().map(|p| p.to_string_lossy().into_owned());
        assert_eq!(file("sqlite://data/a.db?mode=rwc").as_deref(), Some("data/a.db"));
        assert_eq!(file("sqlite:a.db").as_deref(), Some("a.db"));
        assert_eq!(file("sqlite::memory:"), None);
        assert_eq!(file("postgres://a/b"), None);
    }
}
