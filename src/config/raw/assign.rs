//! From a value as it was written to the field of the configuration that it sets.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::options::Kind;
use super::super::values::hide_secrets;
use super::super::{Config, Listen, Secret, StoreUrl, rules};
use super::{Setting, Written};
use crate::app::{HoursError, OfficeHours, Schedule};
use crate::diagnostic::{Diagnostic, Rule, nearest};
use crate::engine::Language;

/// Puts the value where its option says, or says what is wrong with it.
pub(super) fn assign(setting: &Setting, config: &mut Config) -> Result<(), Box<Diagnostic>> {
    let Setting { option, value, .. } = setting;
    let name = option.key;
    let expected = || format!("write {}", option.kind.expected());
    let finding = |rule: Rule, what: String, help: String| Box::new(rule.finding(what).with_help(help));
    let invalid = |what: String| finding(rules::WRONG_VALUE, what, expected());
    let later = |what: String, help: String| finding(rules::NOT_YET, format!("{what} is not in this version"), help);
    let leave_out = || format!("leave `{name}` out of [{}]", option.section);
    match (&option.kind, value) {
        (Kind::Switch(field), Written::Switch(b)) => *field(config) = *b,
        (Kind::Whole(range, field), Written::Whole(n)) => match u32::try_from(*n) {
            Ok(n) if range.contains(&n) => *field(config) = n,
            _ => return Err(invalid(format!("`{name}` is out of range"))),
        },
        (Kind::Percent(field), Written::Whole(_) | Written::Number(_)) => {
            let number = match value {
                Written::Whole(n) => *n as f64,
                Written::Number(x) => *x,
                _ => f64::NAN,
            };
            if !(0.0..=100.0).contains(&number) {
                return Err(invalid(format!("`{name}` is out of range")));
            }
            *field(config) = number;
        }
        (Kind::Text(field), Written::Text(text)) => {
            *field(config) = Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        }
        (Kind::Choice(choices, not_yet), Written::Text(word)) => {
            if not_yet.contains(&word.as_str()) {
                return Err(later(format!("{name} = \"{word}\""), leave_out()));
            }
            match choices.iter().find(|choice| choice.word == word) {
                Some(choice) => (choice.set)(config),
                None => return Err(invalid(format!("`{name}` cannot be \"{}\"", hide_secrets(word)))),
            }
        }
        (Kind::Language(field), Written::Text(word)) => {
            let written = word.trim().to_lowercase();
            match Language::all().find(|language| [language.word(), language.code()].contains(&written.as_str())) {
                Some(language) => *field(config) = language,
                None => {
                    let meant = nearest(&written, Language::all().map(Language::word));
                    let meant = meant.map(|meant| format!("did you mean \"{meant}\"? ")).unwrap_or_default();
                    let what = format!("`{name}` cannot be \"{}\"", hide_secrets(word));
                    return Err(finding(rules::WRONG_VALUE, what, meant + &expected()));
                }
            }
        }
        (Kind::Path(field), Written::Text(path)) => {
            if path.trim().is_empty() {
                return Err(invalid(format!("`{name}` is empty")));
            }
            *field(config) = PathBuf::from(path);
        }
        (Kind::MaybePath(field), Written::Text(path)) => {
            *field(config) = Some(path.trim()).filter(|path| !path.is_empty()).map(PathBuf::from);
        }
        (Kind::Token(field), Written::Text(token)) => {
            let token = token.trim();
            *field(config) = match token.split_once(':') {
                _ if token.is_empty() => None,
                Some((id, key)) if is_token(id, key) => Some(Secret::new(token)),
                _ => return Err(invalid(format!("`{name}` is not a bot token"))),
            };
        }
        (Kind::Secret(field), Written::Text(secret)) => {
            let secret = secret.trim();
            *field(config) = match secret {
                "" => None,
                secret if secret.len() <= LONGEST_SECRET && secret.chars().all(is_plain) => Some(Secret::new(secret)),
                _ => {
                    return Err(invalid(format!("`{name}` has a sign it may not have, or more than {LONGEST_SECRET}")));
                }
            };
        }
        (Kind::Webhook(field), Written::Text(url)) if url.trim().is_empty() => *field(config) = None,
        (Kind::Webhook(field), Written::Text(url)) => match reqwest::Url::parse(url.trim()) {
            Ok(url) if url.scheme() != "https" || !url.has_host() => {
                return Err(invalid(format!("`{name}` is not an https address, and Telegram calls no other")));
            }
            // The page is there.
            Ok(url) if url.path() == "/" => return Err(invalid(format!("`{name}` has no path behind the host"))),
            Ok(url) => *field(config) = Some(url),
            Err(why) => return Err(invalid(format!("`{name}` is not an address: {why}"))),
        },
        (Kind::Url(field), Written::Text(url)) if url.trim().is_empty() => *field(config) = None,
        (Kind::Url(field), Written::Text(url)) => match reqwest::Url::parse(url.trim()) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => *field(config) = Some(url),
            Ok(_) => return Err(invalid(format!("`{name}` is not an http or https address"))),
            Err(why) => return Err(invalid(format!("`{name}` is not an address: {why}"))),
        },
        (Kind::Users(field), Written::List(_) | Written::Whole(_)) => {
            let items = match value {
                Written::List(items) => items.as_slice(),
                one => std::slice::from_ref(one),
            };
            let ids = items.iter().map(|item| match item {
                Written::Whole(id) if *id > 0 => Some(*id),
                _ => None,
            });
            match ids.collect() {
                Some(ids) => *field(config) = ids,
                None => return Err(invalid(format!("`{name}` has something that is not a user id"))),
            }
        }
        (Kind::Chat(field), Written::Whole(id)) => {
            if *id == 0 {
                return Err(invalid(format!("`{name}` is not a chat id")));
            }
            *field(config) = Some(*id);
        }
        (Kind::Chats(field), Written::List(_) | Written::Whole(_)) => {
            let items = match value {
                Written::List(items) => items.as_slice(),
                one => std::slice::from_ref(one),
            };
            let ids = items.iter().map(|item| match item {
                Written::Whole(id) if *id != 0 => Some(*id),
                _ => None,
            });
            match ids.collect() {
                Some(ids) => *field(config) = ids,
                None => return Err(invalid(format!("`{name}` has something that is not a chat id"))),
            }
        }
        (Kind::Texts(field), Written::List(_) | Written::Text(_)) => match texts(value) {
            Some(texts) => *field(config) = texts,
            None => return Err(invalid(format!("`{name}` has something that is not text"))),
        },
        (Kind::Hours(field), Written::List(_) | Written::Text(_)) => {
            let Some(lines) = texts(value) else {
                return Err(invalid(format!("`{name}` has something that is not text")));
            };
            if let Err(HoursError::Line(line)) = OfficeHours::parse(&lines, "UTC") {
                let line = hide_secrets(&line);
                return Err(invalid(format!("`{name}` has \"{line}\", which is not days and hours")));
            }
            *field(config) = lines;
        }
        (Kind::Places(field), Written::List(_) | Written::Text(_) | Written::Whole(_)) => {
            let items = match value {
                Written::List(items) => items.as_slice(),
                one => std::slice::from_ref(one),
            };
            match items.iter().map(place).collect() {
                Some(places) => *field(config) = places,
                None => {
                    return Err(invalid(format!("`{name}` has something that is not a chat, or a chat and a topic")));
                }
            }
        }
        (Kind::Cron(field), Written::Text(pattern)) => {
            let pattern = pattern.trim();
            if !pattern.is_empty() && Schedule::parse(pattern, "UTC").is_err() {
                return Err(invalid(format!("`{name}` is not a time that can be read")));
            }
            *field(config) = Some(pattern.to_owned()).filter(|pattern| !pattern.is_empty());
        }
        (Kind::TimeZone(field), Written::Text(zone)) => {
            if Schedule::parse("0 0 * * *", zone).is_err() {
                return Err(invalid(format!("`{name}` is not the name of a time zone")));
            }
            *field(config) = zone.trim().to_owned();
        }
        (Kind::Cohorts(field), Written::Table(rows)) => {
            let mut cohorts = BTreeMap::new();
            for (cohort, chats) in rows {
                let chats = match chats {
                    Written::List(chats) => chats.as_slice(),
                    one => std::slice::from_ref(one),
                };
                for chat in chats {
                    let Written::Whole(id) = chat else {
                        return Err(invalid(format!("`{name}` has something that is not a chat id")));
                    };
                    if cohorts.insert(*id, cohort.clone()).is_some_and(|other| other != *cohort) {
                        return Err(invalid(format!("`{name}` has a chat that belongs to two cohorts")));
                    }
                }
            }
            *field(config) = cohorts;
        }
        (Kind::Listen(field), Written::Switch(false)) => *field(config) = None,
        (Kind::Listen(field), Written::Text(text)) if ["", "false"].contains(&text.trim()) => *field(config) = None,
        (Kind::Listen(field), Written::Text(text)) => match Listen::parse(text) {
            Some(listen) => *field(config) = Some(listen),
            None => return Err(invalid(format!("`{name}` is not an address with a port"))),
        },
        (Kind::Store(field), Written::Text(url)) => {
            let url = url.trim();
            if url.starts_with("postgres:") || url.starts_with("postgresql:") {
                return Err(later("a Postgres store".into(), expected()));
            }
            let Some(rest) = url.strip_prefix("sqlite:") else {
                return Err(invalid(format!("`{name}` is not the address of a store")));
            };
            if rest.trim_start_matches('/').is_empty() {
                return Err(invalid(format!("`{name}` names no file")));
            }
            *field(config) = StoreUrl(url.to_owned());
        }
        (_, other) => {
            return Err(finding(rules::WRONG_TYPE, format!("`{name}` cannot be {}", other.name()), expected()));
        }
    }
    Ok(())
}

/// The texts of a list, or the only one, without those that are empty.
fn texts(value: &Written) -> Option<Vec<String>> {
    let items = match value {
        Written::List(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let texts = items.iter().map(|item| match item {
        Written::Text(text) => Some(text.trim().to_owned()),
        _ => None,
    });
    let texts: Option<Vec<String>> = texts.collect();
    Some(texts?.into_iter().filter(|text| !text.is_empty()).collect())
}

/// How long Telegram lets the secret of a webhook be.
const LONGEST_SECRET: usize = 256;

fn is_token(id: &str, key: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) && !key.is_empty() && key.chars().all(is_plain)
}

/// The signs of which Telegram's secrets are made.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// A chat, perhaps with a topic of it.
fn place(written: &Written) -> Option<(i64, Option<i32>)> {
    let (chat, topic) = match written {
        Written::Whole(chat) => (*chat, None),
        Written::Text(text) => match text.trim().split_once('/') {
            Some((chat, topic)) => {
                (chat.trim().parse().ok()?, Some(topic.trim().parse().ok().filter(|topic| *topic > 0)?))
            }
            None => (text.trim().parse().ok()?, None),
        },
        _ => return None,
    };
    (chat != 0).then_some((chat, topic))
}
