//! An entry that a program writes: from its parts to the Markdown file with a TOML header.
//!
//! Owns what such a file looks like, where in the folder it lies, and how an id is made of a question. What it writes the
//! parser reads back as the same. Never touches a file.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use crate::engine::corpus::{Claim, Entry, Kind, Role, is_valid_id, valid_id_like};

/// A line of a list that is longer is broken into one line an element.
const WIDEST_LINE: usize = 120;

/// The longest id that is made of a question.
const LONGEST_MADE_ID: usize = 40;

/// What an entry is called whose question has no letter for an id.
const NAMELESS: &str = "question";

/// The parts of an entry that is to be written.
///
/// A file cannot hold all that a text can: [`NewEntry::cleaned`] says what becomes of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewEntry {
    /// The file's name without `.md`.
    pub id: String,
    /// The folder.
    pub topic: Option<String>,
    /// The question; empty in a draft that has none yet.
    pub question: String,
    /// Other ways to ask it.
    pub phrasings: Vec<String>,
    /// Questions that must reach it.
    pub tests: Vec<String>,
    /// Questions that must not be answered with it.
    pub not: Vec<String>,
    /// Ids of sources.
    pub sources: Vec<String>,
    /// Ids of related entries.
    pub related: Vec<String>,
    /// The day a person last checked the answer.
    pub reviewed: Option<Date>,
    /// For how many days that holds, 1 to 36,500.
    pub review_days: Option<u32>,
    /// What kind of claim the answer makes.
    pub claim: Option<Claim>,
    /// What a group gets, in Markdown.
    pub short: Option<String>,
    /// Who looks after it.
    pub owner: Option<String>,
    /// FAQ or small talk.
    pub kind: Kind,
    /// The answer, in Markdown; empty in a draft that has none yet.
    pub answer: String,
    /// For whoever reads the file: each becomes `# ...` lines at the top of the header. The parser passes them over.
    pub notes: Vec<String>,
}

impl From<&Entry> for NewEntry {
    fn from(entry: &Entry) -> Self {
        let texts = |list: &[crate::diagnostic::Spanned<String>]| list.iter().map(|text| text.value.clone()).collect();
        Self {
            id: entry.id.value.clone(),
            topic: entry.topic.as_ref().map(|topic| topic.value.clone()),
            question: entry.question.value.clone(),
            phrasings: texts(&entry.phrasings),
            tests: texts(&entry.tests),
            not: texts(&entry.not),
            sources: texts(&entry.sources),
            related: texts(&entry.related),
            reviewed: entry.reviewed,
            review_days: entry.review_days,
            claim: entry.claim,
            short: entry.short.clone(),
            owner: entry.owner.clone(),
            kind: entry.kind,
            answer: entry.answer.value.clone(),
            notes: Vec::new(),
        }
    }
}

impl NewEntry {
    /// What of it a file can hold, and the parser gives back:
    ///
    /// - no control characters; a tab and a line break in an answer and in `short` stay, every kind of line break as `\n`;
    /// - everything else in one line: blanks and line breaks are one blank each, none at the ends;
    /// - no empty element of a list, no empty `short` and `owner`; a note of several lines is several notes;
    /// - the answer from its first line that is not blank to its last sign;
    /// - `reviewed` from the year 0 to 9999, `review_days` from 1 to 36,500, or neither.
    ///
    /// Id and topic are the path, and stay as they are ([`path_in_folder`]).
    #[must_use]
    pub fn cleaned(&self) -> Self {
        let lines = |list: &[String]| list.iter().map(|text| one_line(text)).filter(|text| !text.is_empty()).collect();
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            id: self.id.clone(),
            topic: self.topic.clone(),
            question: one_line(&self.question),
            phrasings: lines(&self.phrasings),
            tests: lines(&self.tests),
            not: lines(&self.not),
            sources: lines(&self.sources),
            related: lines(&self.related),
            reviewed: self.reviewed.filter(|date| date.year() >= 0),
            review_days: self.review_days.filter(|days| (1..=36_500).contains(days)),
            claim: self.claim,
            short: self.short.as_deref().and_then(|short| some(paragraphs(short).trim().to_owned())),
            owner: self.owner.as_deref().and_then(|owner| some(one_line(owner))),
            kind: self.kind,
            answer: without_blank_ends(&paragraphs(&self.answer)).to_owned(),
            notes: lines(&self.notes.iter().flat_map(|note| note.lines().map(str::to_owned)).collect::<Vec<_>>()),
        }
    }
}

/// The file of an entry. What it holds is [`NewEntry::cleaned`]; keys that say nothing are left out, save for the question.
pub fn entry_text(entry: &NewEntry) -> String {
    let entry = entry.cleaned();
    let mut lines: Vec<String> = vec!["+++".to_owned()];
    lines.extend(entry.notes.iter().map(|note| format!("# {note}").trim_end().to_owned()));
    lines.push(format!("question = {}", quoted(&entry.question)));
    for (key, list) in [
        ("phrasings", &entry.phrasings),
        ("tests", &entry.tests),
        ("not", &entry.not),
        ("sources", &entry.sources),
        ("related", &entry.related),
    ] {
        lines.extend(list_line(key, list));
    }
    lines.extend(entry.reviewed.map(|date| format!("reviewed = {date}")));
    lines.extend(entry.review_days.map(|days| format!("review_days = {days}")));
    lines.extend(entry.claim.map(|claim| format!("claim = {}", quoted(claim.name()))));
    lines.extend(entry.short.map(|short| format!("short = {}", quoted(&short))));
    lines.extend(entry.owner.map(|owner| format!("owner = {}", quoted(&owner))));
    if entry.kind != Kind::default() {
        lines.push(format!("kind = {}", quoted(entry.kind.name())));
    }
    lines.push("+++".to_owned());
    if !entry.answer.is_empty() {
        lines.push(entry.answer);
    }
    lines.join("\n") + "\n"
}

/// A list as it is written, if there is anything in it: on one line when that is not too long.
fn list_line(key: &str, list: &[String]) -> Option<String> {
    if list.is_empty() {
        return None;
    }
    let texts: Vec<String> = list.iter().map(|text| quoted(text)).collect();
    let line = format!("{key} = [{}]", texts.join(", "));
    if line.chars().count() <= WIDEST_LINE {
        return Some(line);
    }
    let lines: String = texts.iter().map(|text| format!("  {text},\n")).collect();
    Some(format!("{key} = [\n{lines}]"))
}

/// A text in the quotes of TOML, on one line.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// `text` without control characters, and with one blank between two words.
fn one_line(text: &str) -> String {
    let shown: String = text.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` without control characters but tabs, and with `\n` for every kind of line break.
fn paragraphs(text: &str) -> String {
    let breaks = text.replace("\r\n", "\n").replace('\r', "\n");
    breaks.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// From the first line with something on it to the last sign, as the parser takes it.
fn without_blank_ends(text: &str) -> &str {
    let text = text.trim_end();
    let blank = text.len() - text.trim_start().len();
    let start = text.get(..blank).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    text.get(start..).unwrap_or_default()
}

/// Where in the FAQ folder (or in a cohort's) the file of an entry lies, with `/`: `TOPIC/ID.md`, or `ID.md` without a
/// topic. `None` when the id cannot be one, or no file of that name would be read on every system: `readme`, `con`, a name
/// that begins with a dot; and when the topic is no name of a folder that is served.
pub fn path_in_folder(topic: Option<&str>, id: &str) -> Option<String> {
    let path = match topic {
        Some(topic) if !is_folder_name(topic) => return None,
        Some(topic) => format!("{topic}/{id}.md"),
        None => format!("{id}.md"),
    };
    let device = is_device(id) || topic.is_some_and(is_device);
    (is_valid_id(id) && !device && Role::of(&path) == Role::Entry).then_some(path)
}

/// Whether a folder can have this name on every system.
fn is_folder_name(name: &str) -> bool {
    let forbidden = |c: char| c.is_control() || "/\\<>:\"|?*".contains(c);
    !name.contains(forbidden) && name.trim() == name && !name.is_empty() && !name.ends_with('.')
}

/// Whether Windows takes this name, whatever its ending, for a device.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let numbered =
        |front: &str| stem.strip_prefix(front).is_some_and(|n| n.len() == 1 && n != "0" && n.parse::<u8>().is_ok());
    ["con", "prn", "aux", "nul"].contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// An id made of the words of a question, in small letters with `-` between them: at most 40 signs, no word cut in two, and
/// with a number behind it if it is `taken`. Accents are left out, and so are letters of other scripts than the Latin: of a
/// question in such a script it is `question-2`.
pub fn id_from_question(question: &str, taken: impl Fn(&str) -> bool) -> String {
    let words = words(question);
    let mut made = String::new();
    for word in &words {
        let longer = if made.is_empty() { word.clone() } else { format!("{made}-{word}") };
        if longer.len() > LONGEST_MADE_ID {
            break;
        }
        made = longer;
    }
    if made.is_empty() {
        made = words.first().map_or(NAMELESS.to_owned(), |word| word.chars().take(LONGEST_MADE_ID).collect());
    }
    numbered(&made, LONGEST_MADE_ID, taken)
}

/// `id`, or what is like it and can be the name of a file, or if that is `taken` the first free one of `id-2`, `id-3`, ...
/// At most `longest` signs, cut before the number.
pub fn numbered(id: &str, longest: usize, taken: impl Fn(&str) -> bool) -> String {
    let id = if path_in_folder(None, id).is_some() { id.to_owned() } else { valid_id_like(id, NAMELESS) };
    let mut candidate = id.clone();
    let mut number: u64 = 2;
    // A name without a dot that is no name for a file becomes one with a number.
    while path_in_folder(None, &candidate).is_none() || taken(&candidate) {
        let suffix = format!("-{number}");
        let front: String = id.chars().take(longest.saturating_sub(suffix.len())).collect();
        candidate = format!("{}{suffix}", front.trim_end_matches('-'));
        number += 1;
    }
    candidate
}

/// The words of a text in letters and digits that an id may have.
fn words(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfkd() {
        match c {
            'ß' | 'ẞ' => plain.push_str("ss"),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            'ø' | 'Ø' => plain.push('o'),
            'ł' | 'Ł' => plain.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => plain.push('d'),
            'þ' | 'Þ' => plain.push_str("th"),
            'ı' => plain.push('i'),
            // "what's" is one word, and so is a letter with its accent.
            '\'' | '’' | '`' => {}
            c if unicode_normalization::char::is_combining_mark(c) => {}
            c if c.is_ascii_alphanumeric() => plain.push(c.to_ascii_lowercase()),
            _ => plain.push(' '),
        }
    }
    plain.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::engine::corpus::{Corpus, parse};

    fn whole() -> NewEntry {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        NewEntry {
            id: "late-fees".into(),
            topic: Some("library".into()),
            question: "What does \"late\" cost?".into(),
            phrasings: texts(&[
                "overdue fine",
                "a \\ and a\ttab",
                "so I don't pay for the first week, and what about the next one?",
                "I forgot about a book for weeks",
            ]),
            tests: texts(&["is there a fine"]),
            not: texts(&[" the book\r\nis gone ", ""]),
            sources: texts(&["house-rules"]),
            related: texts(&["lost-book"]),
            reviewed: Some(date(2026, 11, 26)),
            review_days: Some(60),
            claim: Some(Claim::Cost),
            short: Some("20 cents.\nA day.".into()),
            owner: Some("the desk".into()),
            kind: Kind::Smalltalk,
            answer: "\n\n  You pay **20 cents**.\r\n\r\n+++\u{7}\n- 😀\n\n".into(),
            notes: texts(&["Kept from a chat,\non 2026-11-26.", "+++"]),
        }
    }

    /// The file of `entry` as the parser reads it; `None` when it leaves it out.
    fn read_back(entry: &NewEntry) -> (Option<NewEntry>, Vec<&'static str>) {
        let path = path_in_folder(entry.topic.as_deref(), &entry.id).unwrap();
        let (corpus, findings): (Corpus, _) = parse(vec![SourceFile { path, text: entry_text(entry) }]);
        (corpus.entries.first().map(NewEntry::from), findings.iter().map(|finding| finding.code).collect())
    }

    #[test]
    fn an_entry_looks_like_those_that_people_write() {
        insta::assert_snapshot!(entry_text(&whole()), @r#"
        +++
        # Kept from a chat,
        # on 2026-11-26.
        # +++
        question = "What does \"late\" cost?"
        phrasings = [
          "overdue fine",
          "a \\ and a tab",
          "so I don't pay for the first week, and what about the next one?",
          "I forgot about a book for weeks",
        ]
        tests = ["is there a fine"]
        not = ["the book is gone"]
        sources = ["house-rules"]
        related = ["lost-book"]
        reviewed = 2026-11-26
        review_days = 60
        claim = "cost"
        short = "20 cents.\nA day."
        owner = "the desk"
        kind = "smalltalk"
        +++
          You pay **20 cents**.

        +++
        - 😀
        "#);
        assert_eq!(entry_text(&NewEntry::default()), "+++\nquestion = \"\"\n+++\n");
    }

    #[test]
    fn an_entry_is_read_back_as_it_was_written() {
        let (read, findings) = read_back(&whole());
        let mut expected = whole().cleaned();
        expected.notes.clear();
        assert_eq!(read, Some(expected));
        assert_eq!(findings, ["FAQ123"]);
    }

    #[test]
    fn ids_are_made_of_words() {
        let long = "Pneumonoultramicroscopicsilicovolcanoconiosis?";
        for (question, taken, id) in [
            ("How many books may I borrow at once?", &[][..], "how-many-books-may-i-borrow-at-once"),
            ("What's the CPC (by AAPC), and what is it for?", &[], "whats-the-cpc-by-aapc-and-what-is-it-for"),
            ("Größe, Straße & Œuvre: ça va?", &[], "grosse-strasse-oeuvre-ca-va"),
            (long, &[], "pneumonoultramicroscopicsilicovolcanocon"),
            (long, &["pneumonoultramicroscopicsilicovolcanocon"], "pneumonoultramicroscopicsilicovolcanoc-2"),
            ("Что такое CPC?", &[], "cpc"),
            ("Сколько?", &[], "question"),
            ("Сколько?", &["question", "question-2"], "question-3"),
            ("", &[], "question"),
            ("README", &[], "readme-2"),
            ("Con", &[], "con-2"),
            ("COM1", &["com1-2"], "com1-3"),
        ] {
            assert_eq!(id_from_question(question, |id| taken.contains(&id)), id, "{question}");
        }
    }

    #[test]
    fn a_path_is_one_that_is_read_everywhere() {
        for (topic, id, path) in [
            (Some("exams"), "a.b-C_1", Some("exams/a.b-C_1.md")),
            (None, "a", Some("a.md")),
            (Some("late fees"), "a", Some("late fees/a.md")),
            (Some("a/b"), "a", None),
            (Some(""), "a", None),
            (Some(".."), "a", None),
            (Some(".git"), "a", None),
            (Some("Drafts"), "a", None),
            (Some("cohorts"), "a", None),
            (Some("a:b"), "a", None),
            (Some("nul"), "a", None),
            (Some("exams"), "", None),
            (Some("exams"), ".a", None),
            (Some("exams"), "a b", None),
            (Some("exams"), "../a", None),
            (Some("exams"), "ReadMe", None),
            (Some("exams"), "aux.x", None),
            (Some("exams"), "com10", Some("exams/com10.md")),
            (None, &"a".repeat(65), None),
        ] {
            assert_eq!(path_in_folder(topic, id).as_deref(), path, "{topic:?} {id}");
        }
    }

    #[test]
    fn an_id_that_is_none_becomes_one_like_it() {
        for (wish, taken, id) in [
            ("fees", &[][..], "fees"),
            ("fees", &["fees", "fees-2"], "fees-3"),
            ("no id", &[], "no-id"),
            ("../../etc/passwd", &[], "etc-passwd"),
            (".hidden", &[], "hidden"),
            ("con.fees", &[], "con-fees"),
            ("aux", &[], "aux-2"),
            ("Readme", &[], "readme-2"),
            ("", &[], "question"),
            ("ключ", &[], "question"),
        ] {
            assert_eq!(numbered(wish, 64, |id| taken.contains(&id)), id, "{wish}");
        }
        assert_eq!(
            numbered(&"a".repeat(64), 64, |id| id.len() == 64 && !id.ends_with("-7")),
            format!("{}-7", "a".repeat(62))
        );
    }

    /// Texts with all that could end a quote, a line, a header or a comment early.
    fn nasty() -> impl Strategy<Value = String> {
        let signs = prop_oneof![
            prop::sample::select(vec![
                "+++",
                "\n+++\n",
                "\"",
                "\"\"\"",
                "'",
                "'''",
                "\\",
                "\\n",
                "\\u0041",
                "\n",
                "\r",
                "\r\n",
                "\t",
                "\0",
                "\u{1b}",
                "\u{7f}",
                "\u{85}",
                "\u{2028}",
                "\u{feff}",
                "😀",
                "👩‍👩‍👧",
                "#",
                "[",
                "]",
                "{",
                "=",
                ",",
                "---",
                " ",
                "\u{a0}",
                "“",
                "word",
                "-",
                "```\n",
            ])
            .prop_map(str::to_owned),
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(signs, 0..12).prop_map(|signs| signs.concat())
    }

    fn list() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec(nasty(), 0..4)
    }

    fn any_entry() -> impl Strategy<Value = NewEntry> {
        let claims =
            [None, Some(Claim::Salary), Some(Claim::Outlook), Some(Claim::Exam), Some(Claim::Cost), Some(Claim::Legal)];
        let days = (-9_999_i16..=9_999, 1_i8..=12, 1_i8..=28);
        let dates = prop::option::of(days.prop_map(|(year, month, day)| date(year, month, day)));
        (
            (nasty(), nasty(), prop::option::of(nasty()), prop::option::of(nasty()), list()),
            (list(), list(), list(), list(), list()),
            (dates, prop::option::of(any::<u32>()), prop::sample::select(claims.to_vec()), any::<bool>()),
        )
            .prop_map(|(texts, lists, rest)| {
                let (question, answer, short, owner, notes) = texts;
                let (phrasings, tests, not, sources, related) = lists;
                let (reviewed, review_days, claim, smalltalk) = rest;
                let kind = if smalltalk { Kind::Smalltalk } else { Kind::Faq };
                NewEntry {
                    id: "an-id".into(),
                    topic: Some("topic".into()),
                    question,
                    phrasings,
                    tests,
                    not,
                    sources,
                    related,
                    reviewed,
                    review_days,
                    claim,
                    short,
                    owner,
                    kind,
                    answer,
                    notes,
                }
            })
    }

    proptest! {
        #[test]
        fn whatever_is_in_an_entry_is_read_back(entry in any_entry()) {
            let mut expected = entry.cleaned();
            prop_assert_eq!(&expected.cleaned(), &expected);
            expected.notes.clear();
            let (read, findings) = read_back(&entry);
            match read {
                Some(read) => prop_assert_eq!(read, expected),
                None => {
                    let missing = if expected.question.is_empty() { "FAQ105" } else { "FAQ106" };
                    prop_assert!(findings.contains(&missing), "{:?}", findings);
                }
            }
            // But that one is missing, or there is a line +++ in the answer, nothing is wrong with the header.
            let of_header = |code: &&&str| code.starts_with("FAQ1") && !["FAQ105", "FAQ106", "FAQ123"].contains(*code);
            prop_assert_eq!(findings.iter().filter(of_header).count(), 0, "{:?}", findings);
        }

        #[test]
        fn whatever_is_wished_for_as_an_id_there_is_one_like_it(wish in nasty(), taken in 0_usize..4) {
            let id = numbered(&wish, 64, |id| id.len() % 4 < taken && !id.ends_with("-7"));
            prop_assert!(id.len() <= 64 && path_in_folder(Some("t"), &id).is_some(), "{}", id);
        }

        #[test]
        fn whatever_is_asked_has_an_id_of_its_own(question in nasty(), taken in 0_usize..4) {
            let mut ids: Vec<String> = Vec::new();
            for _ in 0..=taken {
                let id = id_from_question(&question, |id| ids.iter().any(|known| known == id));
                prop_assert!(id.len() <= LONGEST_MADE_ID && path_in_folder(Some("t"), &id).is_some(), "{}", id);
                prop_assert!(!ids.contains(&id));
                ids.push(id);
            }
        }
    }
}
