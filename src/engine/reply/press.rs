//! Button data and deep-link payloads: within 64 bytes, whatever the ids.
//!
//! Owns both encodings. Data starts with a version, so that buttons of another version are refused kindly and not
//! misread. An id that does not fit is replaced by a handle, a hash that is looked up in the corpus.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::person::Talk;
use super::{GapPress, Mode, Press, Reason, Setting, Ticket};
use crate::engine::corpus::{Corpus, Entry};

/// Telegram's limit, in bytes, for button data and for deep-link payloads.
pub(super) const LIMIT: usize = 64;
/// Changes when data of the version before must not be read by this one.
const VERSION: &str = "1";
/// Starts a handle; an id that starts with it gets a handle itself.
const HANDLE: char = '#';
/// Takes an answer away.
const REMOVE: &str = "X";
/// Begins what changes settings.
const SET: &str = "s:";

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
            Self::Talk { conversation, act } => format!("{VERSION}m:{}:{conversation:x}", act.letter()),
            Self::Remove => format!("{VERSION}{REMOVE}"),
            Self::Search(topic) => with_id("f:", topic),
            Self::Sources { page } => format!("{VERSION}S:{page}"),
            Self::Set(setting) => format!("{VERSION}{SET}{}", encode_setting(setting)),
            Self::Judge { sample, fits } => {
                let fits = fits.map_or("s", |fits| if fits { "y" } else { "n" });
                format!("{VERSION}j:{fits}:{sample:x}")
            }
            Self::Gap(GapPress::Page(at)) => format!("{VERSION}g:p:{at}"),
            Self::Gap(GapPress::Add { key, entry }) => with_id(&format!("g:a:{key}:"), entry),
            Self::Gap(GapPress::Draft { key }) => format!("{VERSION}g:d:{key}"),
            Self::Gap(GapPress::Dismiss { key }) => format!("{VERSION}g:x:{key}"),
            Self::EndTrial { chat, ambient_at } => {
                format!("{VERSION}q:{}:{chat}", ambient_at.map_or("-".to_owned(), |percent| percent.to_string()))
            }
        }
    }

    /// Whether a press with these data asks for the rights of an admin of the chat, or can do with them: settings, and what
    /// is for whoever asked or an admin.
    pub fn needs_rights(data: &str) -> bool {
        let of_asker = |data: &str| data == REMOVE || data == "N" || data.starts_with("c:") || data.starts_with("r:");
        data.strip_prefix(VERSION).is_some_and(|data| of_asker(data) || data.starts_with(SET))
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
                REMOVE => Some(Self::Remove),
                _ => None,
            };
        };
        match action {
            "t" => {
                let (page, id) = rest.split_once(':')?;
                return Some(Self::Topic { id: topic_of(id, corpus)?, page: page.parse().ok()? });
            }
            "f" => return Some(Self::Search(topic_of(rest, corpus)?)),
            "S" => return Some(Self::Sources { page: rest.parse().ok()? }),
            "r" => return Some(Self::NoneOfThese { ticket: Some(ticket(rest)?) }),
            "s" => return decode_setting(rest).map(Self::Set),
            "m" => {
                let (act, number) = rest.split_once(':')?;
                return Some(Self::Talk { conversation: ticket(number)?.0, act: Talk::of(act)? });
            }
            "j" => {
                let (fits, sample) = rest.split_once(':')?;
                let fits = match fits {
                    "y" => Some(true),
                    "n" => Some(false),
                    "s" => None,
                    _ => return None,
                };
                return Some(Self::Judge { sample: ticket(sample)?.0, fits });
            }
            "g" => return gap(rest, corpus).map(Self::Gap),
            "q" => {
                let (percent, chat) = rest.split_once(':')?;
                let ambient_at = if percent == "-" { None } else { Some(percent.parse().ok().filter(|p| *p <= 100)?) };
                return Some(Self::EndTrial { chat: chat.to_owned(), ambient_at });
            }
            _ => {}
        }
        // Ids are written without a colon.
        let (ticket, rest) = match rest.split_once(':').filter(|_| action == "c") {
            Some((number, rest)) => (Some(ticket(number)?), rest),
            None => (None, rest),
        };
        let entry = id_of(rest, corpus)?;
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

fn encode_setting(setting: &Setting) -> String {
    match setting {
        Setting::Mode(mode) => format!("m:{}", mode.word()),
        Setting::TopicMode(mode) => format!("t:{}", mode.map_or("-", Mode::word)),
        Setting::Cohorts => "c".to_owned(),
        Setting::Cohort(cohort) => format!("c:{}", cohort.as_deref().unwrap_or_default()),
        Setting::Trial(begins) => if *begins { "b" } else { "e" }.to_owned(),
        Setting::UsualConfidence => "u".to_owned(),
        Setting::Show => "s".to_owned(),
        Setting::Close => "x".to_owned(),
    }
}

fn decode_setting(data: &str) -> Option<Setting> {
    Some(match data.split_once(':').map_or((data, None), |(what, value)| (what, Some(value))) {
        ("m", Some(word)) => Setting::Mode(Mode::of(word)?),
        ("t", Some("-")) => Setting::TopicMode(None),
        ("t", Some(word)) => Setting::TopicMode(Some(Mode::of(word)?)),
        ("c", None) => Setting::Cohorts,
        ("c", Some(cohort)) => Setting::Cohort(Some(cohort.to_owned()).filter(|cohort| !cohort.is_empty())),
        ("b", None) => Setting::Trial(true),
        ("e", None) => Setting::Trial(false),
        ("u", None) => Setting::UsualConfidence,
        ("s", None) => Setting::Show,
        ("x", None) => Setting::Close,
        _ => return None,
    })
}

fn topic_of(id: &str, corpus: &Corpus) -> Option<String> {
    match id.strip_prefix(HANDLE) {
        Some(handle) => corpus.topics.iter().map(|t| &t.id).find(|id| self::handle(id) == handle).cloned(),
        None => Some(id.to_owned()),
    }
}

/// What stands for a cohort on a button: its name where that fits, or else its handle.
pub fn cohort_ref(name: &str) -> String {
    const ROOM: usize = 48;
    if name.len() <= ROOM && !name.starts_with(HANDLE) { name.to_owned() } else { format!("{HANDLE}{}", handle(name)) }
}

/// The payload of a deep link (`?start=...`) that opens the entry: at most 64 of `A-Za-z0-9_-`.
pub fn entry_payload(id: &str) -> String {
    payload_within(id, LIMIT)
}

/// The same in at most so many bytes, of which there must be 18.
pub(super) fn payload_within(id: &str, limit: usize) -> String {
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain && !id.is_empty() && id.len() + 2 <= limit { format!("e_{id}") } else { format!("h_{}", handle(id)) }
}

/// The payload of a deep link that asks a question, as much of it as fits; `None`: it has no words.
pub fn question_payload(question: &str, limit: usize) -> Option<String> {
    // Three bytes become four letters.
    let room = limit.saturating_sub(2) / 4 * 3;
    let question = question.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut end = question.len().min(room);
    while !question.is_char_boundary(end) {
        end -= 1;
    }
    let fits = question.get(..end).unwrap_or_default();
    // Half a word would be taken for another one.
    let cut = end < question.len() && !question[end..].starts_with(' ');
    let fits = if cut { fits.rsplit_once(' ').map_or(fits, |(before, _)| before) } else { fits };
    (!fits.is_empty()).then(|| format!("q_{}", URL_SAFE_NO_PAD.encode(fits)))
}

/// The question that a deep link's payload asks.
pub fn question_of_payload(payload: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(payload.strip_prefix("q_")?).ok()?;
    String::from_utf8(bytes).ok().filter(|question| !question.trim().is_empty())
}

/// A payload from a chat of the cohort that `tag` stands for.
pub(super) fn in_cohort(tag: &str, payload: &str) -> String {
    format!("k_{tag}_{payload}")
}

/// The cohort's tag in a payload, and the rest of it.
pub fn cohort_of_payload(payload: &str) -> (Option<&str>, &str) {
    match payload.strip_prefix("k_").and_then(|rest| rest.split_once('_')) {
        Some((tag, rest)) => (Some(tag), rest),
        None => (None, payload),
    }
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

/// The id that is written out, or whose handle is.
fn id_of(written: &str, corpus: &Corpus) -> Option<String> {
    let id = match written.strip_prefix(HANDLE) {
        Some(handle) => entry_with(handle, corpus)?.id.value.clone(),
        None => written.to_owned(),
    };
    (!id.is_empty()).then_some(id)
}

fn gap(data: &str, corpus: &Corpus) -> Option<GapPress> {
    let (action, rest) = data.split_once(':')?;
    let key = || (!rest.is_empty()).then(|| rest.to_owned());
    match action {
        "p" => Some(GapPress::Page(rest.parse().ok()?)),
        "a" => {
            let (key, entry) = rest.split_once(':')?;
            Some(GapPress::Add { key: key.to_owned(), entry: id_of(entry, corpus)? })
        }
        "d" => Some(GapPress::Draft { key: key()? }),
        "x" => Some(GapPress::Dismiss { key: key()? }),
        _ => None,
    }
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
                Press::Gap(GapPress::Add { key: "0f1e2d3c4b5a6978".to_owned(), entry: id.clone() }),
            ] {
                let data = press.encode();
                assert!(data.len() <= LIMIT);
                assert_eq!(Press::decode(&data, &corpus), Some(press), "{data}");
            }
        }
    }

    #[test]
    fn presses_without_an_entry_are_read_as_they_were_written() {
        let corpus = corpus_of(vec![entry("a", "A?")]);
        let settings = [
            Setting::Mode(Mode::Ambient),
            Setting::TopicMode(None),
            Setting::TopicMode(Some(Mode::Off)),
            Setting::Cohorts,
            Setting::Cohort(None),
            Setting::Cohort(Some(cohort_ref("2027-spring"))),
            Setting::Cohort(Some(cohort_ref(&"x".repeat(64)))),
            Setting::Trial(true),
            Setting::Trial(false),
            Setting::UsualConfidence,
            Setting::Show,
            Setting::Close,
        ];
        let others = [
            Press::Remove,
            Press::Talk { conversation: i64::MAX, act: Talk::SendNamed },
            Press::Talk { conversation: 0, act: Talk::Cancel },
            Press::Search("exams".to_owned()),
            Press::Sources { page: 3 },
            Press::Judge { sample: i64::MAX, fits: Some(true) },
            Press::Judge { sample: 1, fits: None },
            Press::EndTrial { chat: "f".repeat(32), ambient_at: Some(85) },
            Press::EndTrial { chat: "f".repeat(32), ambient_at: None },
        ];
        for press in settings.into_iter().map(Press::Set).chain(others) {
            let data = press.encode();
            assert!(data.len() <= LIMIT, "{data}");
            let needs_rights = matches!(press, Press::Set(_) | Press::Remove);
            assert_eq!(Press::needs_rights(&data), needs_rights, "{data}");
            assert_eq!(Press::decode(&data, &corpus), Some(press), "{data}");
        }
        for data in ["1s:", "1s:m", "1s:m:loud", "1s:t:", "1s:z", "1j:y:", "1j:z:1", "1q:101:a", "1q:a", "1S:x", "1XX"]
        {
            assert_eq!(Press::decode(data, &corpus), None, "{data}");
        }
    }

    #[test]
    fn a_question_goes_through_a_link_as_far_as_it_fits() {
        let through = |question: &str, limit| {
            let payload = question_payload(question, limit)?;
            assert!(payload.len() <= limit && payload.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)));
            question_of_payload(&payload)
        };
        for (question, limit, expected) in [
            ("how much is it?", 64, Some("how much is it?")),
            ("  how \n much ", 64, Some("how much")),
            (
                "how much is the exam if I am not a member of it yet, please",
                64,
                Some("how much is the exam if I am not a member of"),
            ),
            ("é 😀?", 64, Some("é 😀?")),
            ("😀😀😀😀😀😀😀😀😀😀😀😀", 64, Some("😀😀😀😀😀😀😀😀😀😀😀")),
            ("", 64, None),
            ("how much", 2, None),
        ] {
            assert_eq!(through(question, limit).as_deref(), expected, "{question}");
        }
        for payload in ["q_", "q_*", "q__w", "e_a", ""] {
            assert_eq!(question_of_payload(payload), None, "{payload}");
        }
        assert_eq!(cohort_of_payload(&in_cohort("1f", "e_a_b")), (Some("1f"), "e_a_b"));
        assert_eq!(cohort_of_payload(&in_cohort("1f", "")), (Some("1f"), ""));
        assert_eq!(cohort_of_payload("e_k_a"), (None, "e_k_a"));
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
