//! What the targets share: checks of what the engine promises, as assertions, and a stopwatch.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::date;
use telefaq::engine::corpus::Kind;
use telefaq::engine::decide::MAX_SUGGESTIONS;
use telefaq::engine::html::{MESSAGE_UNITS, is_blank, visible_units};
use telefaq::engine::reply::{Action, Press, Reply, Ticket, Voice};
use telefaq::engine::{Audience, Decision, Engine, EntryNumber, Explanation, Hit, Thresholds, Verdict};

/// Every way in which a question comes in.
pub const AUDIENCES: [Audience; 6] = [
    Audience::Private,
    Audience::GroupAddressed,
    Audience::GroupAmbient,
    Audience::Inline,
    Audience::Guest,
    Audience::Pipeline,
];

/// As [`telefaq::engine::Verdict::hits`] says.
const MAX_HITS: usize = 10;
/// Rounding errors of a few additions.
const NEAR: f64 = 1e-6;

/// The verdict is one that its documentation allows, for an engine with the default thresholds.
pub fn check_verdict(engine: &Engine, verdict: &Verdict, audience: Audience) {
    let Thresholds { answer_at, suggest_at, ambient_at } = Thresholds::default();
    let confidence = verdict.confidence;
    assert!((0.0..=100.0).contains(&confidence), "confidence {confidence}");
    check_hits(engine, &verdict.hits);
    let is_smalltalk = |number: EntryNumber| engine.entry(number).expect("an entry").kind == Kind::Smalltalk;
    if audience != Audience::Private {
        assert!(!verdict.hits.iter().any(|hit| is_smalltalk(hit.entry)), "small talk outside private chats");
    }
    let ambient = audience == Audience::GroupAmbient;
    match &verdict.decision {
        Decision::Answer(entry) => {
            assert_eq!(Some(*entry), verdict.hits.first().map(|hit| hit.entry), "the answer is the best hit");
            let least = if ambient { ambient_at } else { answer_at };
            assert!(confidence >= least, "an answer at {confidence}");
        }
        Decision::Suggest(entries) => {
            assert!(!ambient && confidence >= suggest_at, "suggestions at {confidence}, {audience:?}");
            assert!((1..=MAX_SUGGESTIONS).contains(&entries.len()), "{} suggestions", entries.len());
            assert!(entries.iter().all(|&entry| !is_smalltalk(entry)), "small talk is suggested");
            let again = |(i, entry): (usize, &EntryNumber)| entries[..i].contains(entry);
            assert!(!entries.iter().enumerate().any(again), "suggested twice: {entries:?}");
        }
        Decision::Decline => assert!(!ambient, "declined unasked"),
        Decision::Silent => assert!(ambient, "silent to {audience:?}"),
    }
    if verdict.foreign.is_some() {
        assert_eq!(confidence, 0.0, "sure of a foreign question");
    }
}

/// Best first, ties by number, at most ten, each an entry and none twice.
fn check_hits(engine: &Engine, hits: &[Hit]) {
    assert!(hits.len() <= MAX_HITS, "{} hits", hits.len());
    assert!(hits.iter().all(|hit| hit.score.is_finite() && engine.entry(hit.entry).is_some()), "{hits:?}");
    let sorted = |a: &Hit, b: &Hit| a.score > b.score || (a.score == b.score && a.entry < b.entry);
    assert!(hits.is_sorted_by(sorted), "not best first: {hits:?}");
    let again = |(i, hit): (usize, &Hit)| hits[..i].iter().any(|other| other.entry == hit.entry);
    assert!(!hits.iter().enumerate().any(again), "an entry twice: {hits:?}");
}

/// The explanation adds up.
pub fn check_explanation(engine: &Engine, explanation: &Explanation) {
    assert!((0.0..=1.0).contains(&explanation.unknown), "unknown {}", explanation.unknown);
    let candidates = &explanation.candidates;
    // What is vetoed comes last, however good it would be.
    assert!(candidates.is_sorted_by_key(|candidate| candidate.vetoed), "vetoed, but not last");
    let hits = |vetoed| -> Vec<Hit> {
        candidates.iter().filter(|candidate| candidate.vetoed == vetoed).map(|candidate| candidate.hit).collect()
    };
    assert!(candidates.len() <= MAX_HITS, "{} candidates", candidates.len());
    check_hits(engine, &hits(false));
    check_hits(engine, &hits(true));
    for candidate in candidates {
        let sum: f64 = candidate.shares.iter().map(|(_, share)| share).sum();
        assert!((sum - candidate.hit.score).abs() < NEAR, "{:?} sum to {}", candidate.shares, candidate.hit.score);
    }
}

/// What can be said about a corpus.
pub fn voice(engine: &Engine) -> Voice<'_> {
    Voice {
        corpus: engine.corpus(),
        today: date(2026, 11, 22),
        bot_name: "Fuzz",
        contact: Some("the office"),
        review_days: 180,
        keep_log: true,
        retention_days: 90,
        edits: true,
    }
}

/// What would be said to this verdict; `None` where nothing would.
pub fn reply(engine: &Engine, verdict: &Verdict) -> Option<Reply> {
    let voice = voice(engine);
    match &verdict.decision {
        Decision::Answer(entry) => engine.entry(*entry).map(|entry| voice.answer(entry)),
        Decision::Suggest(entries) => Some(voice.suggest(entries, Some(Ticket(i64::MAX)))),
        Decision::Decline if verdict.foreign.is_some() => Some(voice.foreign()),
        Decision::Decline => Some(voice.decline()),
        Decision::Silent => None,
    }
}

/// A message that Telegram takes, with buttons that lead where they should.
pub fn check_reply(engine: &Engine, reply: &Reply) {
    check_html(&reply.html, MESSAGE_UNITS);
    assert!(!is_blank(&reply.html), "an empty message");
    for button in reply.buttons.iter().flatten() {
        assert!(!button.label.trim().is_empty(), "a button without words");
        let Action::Press(press) = &button.action else { continue };
        let data = press.encode();
        assert!((1..=64).contains(&data.len()), "{} bytes of button data", data.len());
        assert_eq!(Press::decode(&data, engine.corpus()).as_ref(), Some(press), "{data}");
    }
}

/// Tags that may be written without attributes.
const TAGS: [&str; 13] =
    ["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "tg-spoiler"];
/// What `<`, `>`, `&` and `"` are written as.
const ENTITIES: [&str; 4] = ["&lt;", "&gt;", "&amp;", "&quot;"];

/// Telegram's HTML, balanced and escaped, at most so many UTF-16 units to see. Read by rules of its own, so that a mistake
/// in the engine's reading of HTML is not one here too. Returns the names of the tags with those they are in.
pub fn check_html(html: &str, most: usize) -> Vec<Vec<&str>> {
    let mut open: Vec<&str> = Vec::new();
    let mut nests = Vec::new();
    let mut units = 0;
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        if c == '<' {
            let (tag, after) = rest[1..].split_once('>').unwrap_or_else(|| panic!("half a tag in {html:?}"));
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "closed out of order in {html:?}"),
                None => {
                    open.push(opened(tag).unwrap_or_else(|| panic!("<{tag}> is no tag of Telegram's: {html:?}")));
                    nests.push(open.clone());
                }
            }
            rest = after;
            continue;
        }
        assert!(c != '>' && c != '"', "{c} is not escaped: {html:?}");
        assert!(!c.is_control() || c == '\n' || c == '\t', "{c:?} in {html:?}");
        let length = if c == '&' {
            let entity = ENTITIES.iter().find(|entity| rest.starts_with(**entity));
            entity.unwrap_or_else(|| panic!("& is not escaped: {html:?}")).len()
        } else {
            c.len_utf8()
        };
        units += c.len_utf16();
        rest = &rest[length..];
    }
    assert!(open.is_empty(), "{open:?} are not closed in {html:?}");
    assert!(units <= most, "{units} of {most} units");
    assert_eq!(units, visible_units(html), "counted otherwise: {html:?}");
    nests
}

/// The name of an opening tag that Telegram knows.
fn opened(tag: &str) -> Option<&str> {
    let quoted = |start: &str| tag.strip_prefix(start)?.strip_suffix('"').filter(|value| !value.contains(['"', '<']));
    // Telegram passes over spaces, and what somebody wrote as HTML may have one.
    let name = tag.strip_suffix(' ').unwrap_or(tag);
    if TAGS.contains(&name) {
        return Some(name);
    }
    if tag == "blockquote expandable" {
        return Some("blockquote");
    }
    if quoted("a href=\"").is_some_and(|address| !address.is_empty()) {
        return Some("a");
    }
    quoted("code class=\"language-").map(|_| "code")
}

/// Slower than this is worth a look.
const SLOW: Duration = Duration::from_millis(50);

/// Runs `call` and, where the environment variable `FUZZ_SLOW` names a folder, keeps `data` there if that took long,
/// twice.
pub fn timed<T>(what: &str, data: &[u8], call: impl Fn() -> T) -> T {
    let begun = Instant::now();
    let made = call();
    if begun.elapsed() < SLOW {
        return made;
    }
    if let Some(folder) = std::env::var_os("FUZZ_SLOW") {
        let again = Instant::now();
        call();
        let took = again.elapsed();
        if took >= SLOW {
            let name = format!("{:05}ms-{what}-{}bytes", took.as_millis(), data.len());
            fs::create_dir_all(&folder).and_then(|()| fs::write(Path::new(&folder).join(name), data)).expect("kept");
        }
    }
    made
}
