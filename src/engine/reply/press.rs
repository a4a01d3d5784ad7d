//! Button data and deep-link payloads: within 64 bytes, whatever the ids.
//!
//! Owns both encodings. Data starts with a version, so that buttons of another version are refused kindly and not
//! misread. An id that does not fit is replaced by a handle, a hash that is looked up in the corpus.

use super::{Press, Reason, Ticket};
use crate::engine::corpus::{Corpus, Entry};

/// Telegram's limit, in bytes, for button data and for deep-link payloads.
const LIMIT: usize = 64;
/// Changes when data of the version before must not be read by this one.
const VERSION: &str = "1";
/// Starts a handle; an id that starts with it gets a handle itself.
const HANDLE: char = '#';

impl Press {
    /// As button data: at most 64 bytes.
    pub fn encode(&self) -> String {
        match self {
            Self::Entry(id) => with_id("e:", id),
            Self::Choose { entry, ticket: None } => with_id("c:", entry),
            Self::Choose { entry, ticket: Some(Ticket(number)) } => with_id(&format!("c:{number:x}:"), entry),
            Self::Open(id) => with_id("o:", id),
            Self::Vote { entry, up, opened } => {
                let action = if *up { "u:" } else { "d:" };
                with_id(&cased(action, *opened), entry)
            }
            Self::Reason { entry, reason, opened } => {
                let action = match reason {
                    Reason::Wrong => "w:",
                    Reason::Outdated => "x:",
                    Reason::Incomplete => "i:",
                    Reason::NotMyQuestion => "n:",
                };
                with_id(&cased(action, *opened), entry)
            }
            Self::NoReason { entry, opened } => with_id(&cased("k:", *opened), entry),
            Self::Topic { id, page } => with_id(&format!("t:{page}:"), id),
            Self::Topics => format!("{VERSION}T"),
            Self::BackToTopics => format!("{VERSION}B"),
            Self::NoneOfThese { ticket: None } => format!("{VERSION}N"),
            Self::NoneOfThese { ticket: Some(Ticket(number)) } => format!("{VERSION}r:{number:x}"),
            Self::Person => format!("{VERSION}P"),
        }
    }

    /// From button data. `None`: data of another version, of nobody, or a handle that no longer leads anywhere. An id
    /// that is written out is not looked up: it may have left the corpus.
    pub fn decode(data: &str, corpus: &Corpus) -> Option<Self> {
        let data = data.strip_prefix(VERSION)?;
        let Some((action, rest)) = data.split_once(':') else {
            return match data {
                "T" => Some(Self::Topics),
                "B" => Some(Self::BackToTopics),
                "N" => Some(Self::NoneOfThese { ticket: None }),
                "P" => Some(Self::Person),
                _ => None,
            };
        };
        if action == "t" {
            let (page, id) = rest.split_once(':')?;
            let id = match id.strip_prefix(HANDLE) {
                Some(handle) => corpus.topics.iter().map(|t| &t.id).find(|id| self::handle(id) == handle)?.clone(),
                None => id.to_owned(),
            };
            return Some(Self::Topic { id, page: page.parse().ok()? });
        }
        if action == "r" {
            return Some(Self::NoneOfThese { ticket: Some(ticket(rest)?) });
        }
        // Ids are written without a colon.
        let (ticket, rest) = match rest.split_once(':').filter(|_| action == "c") {
            Some((number, rest)) => (Some(ticket(number)?), rest),
            None => (None, rest),
        };
        let entry = match rest.strip_prefix(HANDLE) {
            Some(handle) => entry_with(handle, corpus)?.id.value.clone(),
            None => rest.to_owned(),
        };
        if entry.is_empty() {
            return None;
        }
        let opened = action.bytes().all(|b| b.is_ascii_uppercase());
        let vote = |entry, up| Some(Self::Vote { entry, up, opened });
        let because = |entry, reason| Some(Self::Reason { entry, reason, opened });
        match action {
            "e" => Some(Self::Entry(entry)),
            "c" => Some(Self::Choose { entry, ticket }),
            "o" => Some(Self::Open(entry)),
            "u" | "U" => vote(entry, true),
            "d" | "D" => vote(entry, false),
            "w" | "W" => because(entry, Reason::Wrong),
            "x" | "X" => because(entry, Reason::Outdated),
            "i" | "I" => because(entry, Reason::Incomplete),
            "n" | "N" => because(entry, Reason::NotMyQuestion),
            "k" | "K" => Some(Self::NoReason { entry, opened }),
            _ => None,
        }
    }
}

/// The payload of a deep link (`?start=...`) that opens the entry: at most 64 of `A-Za-z0-9_-`.
pub fn entry_payload(id: &str) -> String {
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain && !id.is_empty() && id.len() + 2 <= LIMIT { format!("e_{id}") } else { format!("h_{}", handle(id)) }
}

/// The entry a deep link's payload opens, if it leads anywhere.
pub fn entry_of_payload<'a>(payload: &str, corpus: &'a Corpus) -> Option<&'a Entry> {
    match payload.split_once('_')? {
        ("e", id) => corpus.entry(id),
        ("h", handle) => entry_with(handle, corpus),
        _ => None,
    }
}

/// Capital letters stand for an answer that was opened from a topic.
fn cased(action: &str, opened: bool) -> String {
    if opened { action.to_ascii_uppercase() } else { action.to_owned() }
}

fn ticket(digits: &str) -> Option<Ticket> {
    i64::from_str_radix(digits, 16).ok().map(Ticket)
}

fn with_id(prefix: &str, id: &str) -> String {
    // A colon ends what stands before an id, and an id made elsewhere may have some.
    if VERSION.len() + prefix.len() + id.len() <= LIMIT && !id.starts_with(HANDLE) && !id.contains(':') {
        format!("{VERSION}{prefix}{id}")
    } else {
        format!("{VERSION}{prefix}{HANDLE}{}", handle(id))
    }
}

fn entry_with<'a>(handle: &str, corpus: &'a Corpus) -> Option<&'a Entry> {
    let wanted = u64::from_str_radix(handle, 16).ok()?;
    corpus.entries.iter().find(|entry| fnv1a(entry.id.as_bytes()) == wanted)
}

/// 16 hexadecimal digits that stand for `id`, the same for ever.
fn handle(id: &str) -> String {
    format!("{:016x}", fnv1a(id.as_bytes()))
}

/// FNV-1a, 64 bits: tiny, and will not change under us as a library's hash may.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::reply::tests::{corpus_of, entry};

    #[test]
    fn data_that_is_not_ours_is_refused() {
        let corpus = corpus_of(vec![entry("a", "A?")]);
        for data in [
            "",
            "1",
            "0e:a",
            "1e:",
            "1z:a",
            "1t:a",
            "1t:x:a",
            "1t:99999:a",
            "1e:#0000000000000000",
            "1Tx",
            "é",
            "1c:",
            "1c:z:a",
            "1c:1:",
            "1r:",
            "1r:z",
        ] {
            assert_eq!(Press::decode(data, &corpus), None, "{data:?}");
        }
    }

    #[test]
    fn data_is_read_as_it_was_written_whatever_the_id() {
        let ids = ["a", "a:b", "c:1f:a", ":", "#a", "é:é", "t:1"];
        let corpus = corpus_of(ids.map(|id| entry(id, "A?")).to_vec());
        for id in ids.map(str::to_owned) {
            for press in [
                Press::Entry(id.clone()),
                Press::Open(id.clone()),
                Press::Choose { entry: id.clone(), ticket: None },
                Press::Choose { entry: id.clone(), ticket: Some(Ticket(31)) },
                Press::Vote { entry: id.clone(), up: true, opened: false },
                Press::NoReason { entry: id.clone(), opened: true },
            ] {
                let data = press.encode();
                assert!(data.len() <= LIMIT);
                assert_eq!(Press::decode(&data, &corpus), Some(press), "{data}");
            }
        }
    }

    #[test]
    fn payloads_open_entries_with_any_id() {
        let long = "x".repeat(64);
        let corpus = corpus_of(vec![entry("a-b", "A?"), entry("a.b", "B?"), entry(&long, "C?")]);
        assert_eq!(entry_payload("a-b"), "e_a-b");
        for entry in &corpus.entries {
            let payload = entry_payload(&entry.id);
            assert!(payload.len() <= 64 && payload.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)));
            assert_eq!(entry_of_payload(&payload, &corpus).map(|e| &e.id.value), Some(&entry.id.value));
        }
        for stale in ["", "e_gone", "h_zz", "h_0000000000000000", "x_a-b", "a-b"] {
            assert!(entry_of_payload(stale, &corpus).is_none(), "{stale:?}");
        }
    }
}
