//! Snapshots of every sentence, and properties that hold for any corpus.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{Action, Press, Reason, Reply, Ticket, Voice};
use crate::diagnostic::{Span, Spanned};
use crate::engine::corpus::{Claim, Corpus, Entry, Kind, Source, Topic};
use crate::engine::html::{self, MESSAGE_UNITS};

const TODAY: Date = date(2026, 11, 22);

pub(crate) fn spanned(text: &str) -> Spanned<String> {
    Spanned::new(text.to_owned(), Span::default())
}

pub(crate) fn entry(id: &str, question: &str) -> Entry {
    Entry { id: spanned(id), question: spanned(question), html: format!("Answer of {id}."), ..Entry::default() }
}

pub(crate) fn corpus_of(mut entries: Vec<Entry>) -> Corpus {
    entries.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    entries.dedup_by(|a, b| a.id.value == b.id.value);
    Corpus { entries, ..Corpus::default() }
}

pub(crate) fn voice(corpus: &Corpus) -> Voice<'_> {
    Voice {
        corpus,
        today: TODAY,
        bot_name: "Club bot",
        contact: Some("write to desk@club.example"),
        mentors: false,
        review_days: 365,
        keep_log: true,
        retention_days: 90,
        edits: true,
    }
}

/// A chess club: two topics, an entry without one, and a greeting.
fn club() -> Corpus {
    let source = |id: &str, title: &str, publisher: Option<&str>, url: Option<&str>, as_of: Option<&str>| {
        let [publisher, url, as_of] = [publisher, url, as_of].map(|text| text.map(str::to_owned));
        (id.to_owned(), Source { id: id.to_owned(), title: title.to_owned(), publisher, url, as_of, tier: None })
    };
    let of = |topic: &str, mut entry: Entry| {
        entry.topic = Some(spanned(topic));
        entry
    };
    let mut fee = entry("fee", "How much is the membership fee?");
    fee.html = "It is <b>$40</b> a year.\nStudents pay &lt;half&gt;.".to_owned();
    fee.sources = ["rules", "fees", "board", "rules", "rules"].map(spanned).to_vec();
    fee.related = ["openings", "missing", "hello", "trial"].map(spanned).to_vec();
    fee.reviewed = Some(date(2026, 11, 22));
    let mut openings = of(
        "play",
        entry("openings", "Which opening should a beginner learn first, if there is so little time for it all?"),
    );
    openings.reviewed = Some(date(2025, 1, 2));
    openings.sources = vec![spanned("rules")];
    let mut hello = of("manners", entry("hello", "hello"));
    hello.kind = Kind::Smalltalk;
    hello.html = "Hello. What would you like to know?".to_owned();
    Corpus {
        topics: vec![
            Topic { id: "play".into(), title: "Playing".into(), emoji: Some("♟".into()) },
            Topic { id: "money".into(), title: "Fees & money".into(), emoji: None },
            Topic { id: "manners".into(), title: "Manners".into(), emoji: None },
        ],
        sources: BTreeMap::from([
            source("rules", "Rules <of play>", Some("Chess Club"), Some("https://club.example/rules?a=1&b=2"), None),
            source("fees", "Fees", Some("Chess Club"), Some("https://club.example/fees"), Some("2026")),
            source("board", "Minutes of the board", None, None, Some("May 2026")),
        ]),
        ..corpus_of(vec![of("money", fee), openings, hello, entry("trial", "Is there a trial?")])
    }
}

/// As a chat would show it: the HTML, then the buttons in rows.
pub(crate) fn shown(reply: &Reply) -> String {
    let row = |row: &Vec<super::Button>| row.iter().map(|b| format!("[{}]", b.label)).collect::<Vec<_>>().join(" ");
    let rows: Vec<_> = reply.buttons.iter().map(row).collect();
    format!("{}\n\n{}", reply.html, rows.join("\n")).trim_end().to_owned()
}

#[test]
fn answers() {
    let corpus = club();
    let voice = voice(&corpus);
    let of = |id: &str| corpus.entry(id).unwrap();
    let caveats = [Claim::Salary, Claim::Outlook, Claim::Exam, Claim::Cost, Claim::Legal]
        .map(|claim| shown(&voice.answer(&Entry { claim: Some(claim), ..of("trial").clone() })));
    let mut old_unsourced = of("openings").clone();
    old_unsourced.sources.clear();
    let sections = [
        ("fresh", shown(&voice.answer(of("fee")))),
        ("opened from its topic", shown(&voice.opened(of("fee")))),
        ("stale", shown(&voice.answer(of("openings")))),
        ("stale, no source", shown(&voice.answer(&old_unsourced))),
        ("small talk", shown(&voice.answer(of("hello")))),
        ("why not", shown(&voice.ask_reason(of("trial"), false))),
        ("caveats", caveats.join("\n--\n")),
        ("suggest", shown(&voice.suggest(&[0, 1, 3], None))),
        ("suggest one", shown(&voice.suggest(&[0], None))),
        (
            "suggest, one of several questions",
            shown(&super::about("and <how much>\nis it a month?", voice.suggest(&[0], None))),
        ),
        ("decline, one of several questions", shown(&super::about(&"so many words ".repeat(20), voice.decline()))),
        ("decline", shown(&voice.decline())),
        ("foreign", shown(&voice.foreign())),
        ("none of these", shown(&voice.none_of_these())),
    ];
    insta::assert_snapshot!(sections.map(|(name, text)| format!("## {name}\n{text}")).join("\n\n"));
}

#[test]
fn words() {
    let corpus = club();
    let voice = voice(&corpus);
    let alone = Voice { contact: None, keep_log: false, retention_days: 1, edits: false, ..voice };
    let mentored = Voice { mentors: true, ..alone };
    let nothing = Corpus::default();
    let empty = Voice { corpus: &nothing, ..voice };
    let sections = [
        ("start", shown(&voice.start(false))),
        ("start, dead link, no contact", shown(&alone.start(true))),
        ("start, nothing to say", shown(&empty.start(false))),
        ("help", shown(&voice.help())),
        ("help where nothing can be edited", shown(&alone.help())),
        ("privacy", shown(&voice.privacy())),
        ("privacy, no log", shown(&alone.privacy())),
        ("topics", shown(&voice.topics())),
        ("topics, none", shown(&empty.topics())),
        ("topic", shown(&voice.topic("play", 0).unwrap())),
        ("questions without a topic", shown(&voice.topic("", 0).unwrap())),
        ("decline, nothing to browse", shown(&empty.decline())),
        ("decline, no contact", shown(&alone.decline())),
        ("foreign, nothing to browse and no contact", shown(&Voice { contact: None, ..empty }.foreign())),
        ("decline, nothing to browse and no contact", shown(&Voice { contact: Some(" "), ..empty }.decline())),
        ("none of these, no contact", shown(&alone.none_of_these())),
        ("ask what", shown(&voice.ask_what())),
        ("unknown command", shown(&voice.unknown_command())),
        ("wordless", shown(&voice.wordless())),
        ("patient data", shown(&voice.patient_data("Spring <2027>"))),
        ("patient data, the group has no name", shown(&voice.patient_data(" "))),
        ("patient data, in the group", shown(&voice.patient_data_here())),
        ("person", shown(&voice.person())),
        ("person, no contact", shown(&alone.person())),
        ("person, with mentors", shown(&mentored.person())),
        ("decline, with mentors", shown(&mentored.decline())),
        ("start, with mentors", shown(&mentored.start(false))),
        ("privacy, with mentors", shown(&mentored.privacy())),
        ("late", [3599, 3600, 72_000, 172_800].map(|secs| super::late(voice.wordless(), secs).html).join("\n")),
        (
            "notices",
            [
                super::THANKS,
                super::THANKS_CHANGED,
                super::THANKS_WHY,
                super::THANKS_REASON,
                super::OLD_BUTTON,
                super::ENTRY_GONE,
                super::TOPIC_GONE,
                super::JUST_SENT,
                super::SORRY,
                super::LEFT_OUT,
            ]
            .join("\n"),
        ),
    ];
    insta::assert_snapshot!(sections.map(|(name, text)| format!("## {name}\n{text}")).join("\n\n"));
}

#[test]
fn a_late_answer_is_no_longer_than_a_message() {
    let long = Reply::plain(&"word ".repeat(MESSAGE_UNITS / 5));
    let late = super::late(long, 72_000);
    assert!(late.html.starts_with("<i>You asked this 20 hours ago"));
    assert_eq!(fault(&late, &club()), None);
}

/// What Telegram would refuse about a reply.
pub(crate) fn fault(reply: &Reply, corpus: &Corpus) -> Option<String> {
    let units = html::visible_units(&reply.html);
    if units > MESSAGE_UNITS || html::is_blank(&reply.html) {
        return Some(format!("{units} units: {:?}", reply.html));
    }
    if html::cut_html(&reply.html, usize::MAX) != reply.html {
        return Some(format!("invalid HTML: {:?}", reply.html));
    }
    if reply.buttons.iter().map(Vec::len).sum::<usize>() > 100 || reply.buttons.iter().any(|row| row.len() > 8) {
        return Some("too many buttons".to_owned());
    }
    reply.buttons.iter().flatten().find_map(|button| {
        let Action::Press(press) = &button.action else { return None };
        let data = press.encode();
        let fits = (1..=64).contains(&data.len()) && !html::is_blank(&html::escape(&button.label));
        let returns = Press::decode(&data, corpus).as_ref() == Some(press);
        (!fits || !returns || button.label.encode_utf16().count() > 64).then(|| format!("{button:?} as {data:?}"))
    })
}

/// Texts with all that hurts: markup, halves of it, controls, emoji, nothing at all, great length.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let bits = prop_oneof![
        Just("<b>".to_owned()),
        Just("</b>".to_owned()),
        Just("<a href=\"x\">".to_owned()),
        Just("</a>".to_owned()),
        Just("<".to_owned()),
        Just("&amp;".to_owned()),
        Just("&#1;".to_owned()),
        Just("&".to_owned()),
        Just("👍🏽".to_owned()),
        Just("\u{0}\u{200b}".to_owned()),
        Just(" \n".to_owned()),
        "[a-z]{1,12}",
        any::<String>(),
        Just("long words ".repeat(300)),
        Just("x".repeat(5000)),
    ];
    prop::collection::vec(bits, 0..6).prop_map(|bits| bits.concat())
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let claim = prop::option::of(prop_oneof![Just(Claim::Salary), Just(Claim::Legal)]);
    let reviewed = prop::option::of(prop_oneof![Just(TODAY), Just(Date::MIN), Just(Date::MAX)]);
    let days = prop::option::of(prop_oneof![Just(0), Just(30), Just(u32::MAX)]);
    let topic = prop::option::of("[A-Z]");
    ("[a-zA-Z0-9_.-]{1,64}", text(), text(), topic, claim, reviewed, days, any::<bool>()).prop_map(
        |(id, question, html, topic, claim, reviewed, review_days, smalltalk)| Entry {
            question: spanned(&question),
            html: html.clone(),
            text: html,
            topic: topic.as_deref().map(spanned),
            sources: (0..20).map(|n| spanned(&n.to_string())).collect(),
            claim,
            reviewed,
            review_days,
            kind: if smalltalk { Kind::Smalltalk } else { Kind::Faq },
            ..entry(&id, "")
        },
    )
}

fn any_corpus() -> impl Strategy<Value = Corpus> {
    let topic = (prop_oneof!["[A-Z]", text()], text(), prop::option::of(text()));
    let source = (text(), prop::option::of(text()), prop::option::of(text()), prop::option::of(text()));
    (
        prop::collection::vec(any_entry(), 0..12),
        prop::collection::vec(topic, 0..8),
        prop::collection::vec(source, 0..20),
    )
        .prop_map(|(entries, topics, sources)| {
            let ids: Vec<_> = entries.iter().map(|e| e.id.clone()).collect();
            let mut corpus = corpus_of(entries);
            for entry in &mut corpus.entries {
                entry.related.clone_from(&ids);
            }
            corpus.topics = topics.into_iter().map(|(id, title, emoji)| Topic { id, title, emoji }).collect();
            let source = |(n, (title, publisher, url, as_of)): (usize, _)| {
                (n.to_string(), Source { id: n.to_string(), title, publisher, url, as_of, tier: None })
            };
            corpus.sources = sources.into_iter().enumerate().map(source).collect();
            corpus
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn telegram_takes_every_reply_of_any_corpus(corpus in any_corpus(), name in text(), contact in text()) {
        let voice = Voice { bot_name: &name, contact: Some(&contact), ..voice(&corpus) };
        let mut replies = vec![
            voice.start(true), voice.help(), voice.privacy(), voice.topics(), voice.decline(), voice.none_of_these(),
            voice.foreign(), voice.person(), voice.unknown_command(), voice.suggest(&[0, 1, 2, 99], Some(Ticket(i64::MAX))),
        ];
        for entry in &corpus.entries {
            replies.extend([voice.answer(entry), voice.opened(entry), voice.ask_reason(entry, true)]);
            replies.extend(voice.topic(entry.topic.as_ref().map_or("", |t| &t.value), 0));
        }
        for topic in &corpus.topics {
            replies.extend(voice.topic(&topic.id, 1));
        }
        replies.extend(replies.clone().into_iter().map(|reply| super::about(&name, reply)));
        for reply in &replies {
            prop_assert_eq!(fault(reply, &corpus), None);
        }
    }

    #[test]
    fn a_press_survives_its_encoding(id in "[a-zA-Z0-9_.-]{1,64}", topic in text(), page in any::<u16>(), n in 0..i64::MAX) {
        let mut corpus = corpus_of(vec![entry(&id, "?")]);
        corpus.topics.push(Topic { id: topic.clone(), ..Topic::default() });
        let mut presses = vec![
            Press::Entry(id.clone()), Press::Open(id.clone()), Press::Topics, Press::BackToTopics, Press::Person, Press::Topic { id: topic, page },
        ];
        for ticket in [None, Some(Ticket(n))] {
            presses.extend([Press::Choose { entry: id.clone(), ticket }, Press::NoneOfThese { ticket }]);
        }
        for opened in [true, false] {
            presses.push(Press::NoReason { entry: id.clone(), opened });
            presses.extend([true, false].map(|up| Press::Vote { entry: id.clone(), up, opened }));
            for reason in [Reason::Wrong, Reason::Outdated, Reason::Incomplete, Reason::NotMyQuestion] {
                presses.push(Press::Reason { entry: id.clone(), reason, opened });
            }
        }
        for press in presses {
            let data = press.encode();
            prop_assert!(data.len() <= 64, "{}", data);
            prop_assert_eq!(Press::decode(&data, &corpus), Some(press));
        }
    }

    #[test]
    fn any_data_may_come_back(data in any::<String>()) {
        let _ = Press::decode(&data, &Corpus::default());
        let _ = super::entry_of_payload(&data, &Corpus::default());
    }

    #[test]
    fn cut_markup_is_valid_and_short_enough(html in text(), units in 1_usize..200) {
        let cut = html::cut_html(&html, units);
        prop_assert!(html::visible_units(&cut) <= units);
        prop_assert_eq!(html::cut_html(&cut, units), cut);
    }
}
