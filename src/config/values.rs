//! Types of single settings whose text alone does not say what they are.

use std::fmt;

/// How updates come in from Telegram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The bot asks for them.
    #[default]
    Polling,
}

/// Language of the questions: which words belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
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

/// `line` with every password of a URL and everything that looks like a bot token replaced by `***`. Finds them in
/// lines that are not valid TOML too, because those are the ones that get shown.
pub(super) fn hide_secrets(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(colon) = rest.find(':') {
        let (before, after) = (&rest[..colon], &rest[colon + 1..]);
        shown.push_str(before);
        shown.push(':');
        let secret = if before.ends_with(|c: char| c.is_ascii_digit()) {
            let length = after.find(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c))).unwrap_or(after.len());
            // Times and ports are shorter than tokens.
            if length >= 8 { length } else { 0 }
        } else {
            0
        };
        let secret = if secret == 0 && !after.starts_with("//") && shown.contains("://") {
            let authority = after.find(|c: char| "/\"' ".contains(c)).unwrap_or(after.len());
            after[..authority].rfind('@').unwrap_or(0)
        } else {
            secret
        };
        if secret > 0 {
            shown.push_str("***");
        }
        rest = &after[secret..];
    }
    shown + rest
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
            ("token = 123456:AAbbCC-dd_ee", "token = 123456:***"),
            ("x = { token = \"123456:AAbbCC-dd_ee\" }", "x = { token = \"123456:***\" }"),
            ("url = \"postgres://me:hunter2@db:5432/x\"", "url = \"postgres://me:***@db:5432/x\""),
            ("listen = \"127.0.0.1:8080\"", "listen = \"127.0.0.1:8080\""),
            ("url = \"sqlite://data/a.db\"", "url = \"sqlite://data/a.db\""),
        ] {
            assert_eq!(hide_secrets(line), shown);
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
