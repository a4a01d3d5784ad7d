//! From the keys of one header or JSON object to an [`Entry`].
//!
//! Owns the keys of an entry and the types of their values. A problem with what an entry cannot do without leaves the
//! entry out; any other wrong value is reported and passed over.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::raw::{Field, Raw, RawKind};
use super::{Claim, Entry, Kind, syntax};
use crate::diagnostic::{Diagnostic, Span, Spanned, nearest};
use crate::engine::lint::{self, Findings, Lint};
use crate::engine::markdown::{self, Problem};
use crate::slips::{self, Layout, Shape};

/// Keys of a header. JSON objects have `id`, `topic` and `answer` too.
const ENTRY_KEYS: [(&str, Shape); 12] = [
    ("question", Shape::Text),
    ("phrasings", Shape::List),
    ("tests", Shape::List),
    ("not", Shape::List),
    ("sources", Shape::List),
    ("related", Shape::List),
    ("reviewed", Shape::Date),
    ("review_days", Shape::Number),
    ("claim", Shape::Text),
    ("short", Shape::Text),
    ("owner", Shape::Text),
    ("kind", Shape::Text),
];

/// What may stand in a header.
pub(super) const HEADER: Layout<'static> = Layout {
    shape: |key| syntax::shape(&ENTRY_KEYS, key),
    tables: &[],
    repeated: &[],
    is_secret: |_| false,
    stray: "begin a note with #, or move text that belongs to the answer below the second +++ line",
};

const JSON_KEYS: [&str; 3] = ["id", "topic", "answer"];

const CLAIMS: [(&str, Claim); 5] = [
    ("salary", Claim::Salary),
    ("outlook", Claim::Outlook),
    ("exam", Claim::Exam),
    ("cost", Claim::Cost),
    ("legal", Claim::Legal),
];

const KINDS: [(&str, Kind); 2] = [("faq", Kind::Faq), ("smalltalk", Kind::Smalltalk)];

impl Claim {
    /// As it is written in a header.
    pub fn name(self) -> &'static str {
        name_of(&CLAIMS, self)
    }

    /// The claim of this name.
    pub fn named(name: &str) -> Option<Self> {
        CLAIMS.iter().find(|(known, _)| *known == name).map(|(_, claim)| *claim)
    }
}

impl Kind {
    /// As it is written in a header.
    pub fn name(self) -> &'static str {
        name_of(&KINDS, self)
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }
}

fn name_of<T: PartialEq>(choices: &[(&'static str, T)], value: T) -> &'static str {
    choices.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| name)
}

/// The longest id: with version and action it must fit the 64 bytes of a button.
const LONGEST_ID: usize = 64;

/// What may be in an id, in words.
pub const ID_LETTERS: &str = "1 to 64 letters (A-Z, a-z), digits, - _ and .";

/// Whether `id` can be an entry's id, or a cohort's name: 1-64 of `A-Za-z0-9_.-`.
pub fn is_valid_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

/// Whether `id`, from data made elsewhere, can be served all the same: buttons and links replace what they cannot carry.
fn is_usable_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len())
        && id.chars().any(char::is_alphanumeric)
        && !id.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// An id like `wrong` that would do, to suggest; `otherwise` when nothing of it would.
pub fn valid_id_like(wrong: &str, otherwise: &str) -> String {
    let dashed: String =
        wrong.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let parts: Vec<&str> = dashed.split('-').filter(|part| !part.is_empty()).collect();
    let mut id = parts.join("-");
    id.truncate(LONGEST_ID);
    if id.is_empty() { otherwise.to_owned() } else { id }
}

/// What became of an entry.
pub(super) enum Built {
    /// It can be served.
    Entry(Box<Entry>),
    /// It cannot; its id, when that much is known.
    LeftOut(Option<String>),
}

/// Where an entry comes from.
pub(super) enum Origin {
    /// A Markdown file: id and topic are in its path, the answer is below the header.
    Markdown { id: Spanned<String>, topic: Option<Spanned<String>>, answer: Spanned<String> },
    /// An object of a JSON array.
    Json { object: Span },
}

/// A text that an entry cannot do without.
enum Required {
    /// Nobody wrote one.
    Missing,
    /// Something else than text was written, which has been reported.
    Wrong,
    /// This was written.
    Given(Spanned<String>),
}

/// Reads the fields of one table, reporting what cannot be used.
pub(super) struct Reader<'r, 'f> {
    pub file: u32,
    pub findings: &'r mut Findings<'f>,
    /// The row for an optional value of the wrong type.
    pub wrong_type: Lint,
    /// How examples are to be written.
    pub format: Format,
}

/// How a key and its value are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// `key = value`
    Toml,
    /// `"key": value`
    Json,
}

impl Format {
    fn pair(self, key: &str, value: &str) -> String {
        match self {
            Self::Toml => format!("{key} = {value}"),
            Self::Json => format!("\"{key}\": {value}"),
        }
    }
}

impl Reader<'_, '_> {
    fn span(&self, raw: &Raw) -> Span {
        Span::new(self.file, raw.span.clone())
    }

    /// Reports that `field` should be `wanted`.
    pub fn wrong(&mut self, lint: &Lint, key: &str, value: &Raw, wanted: &str, example: &str) {
        let consequence = if lint.severity == crate::diagnostic::Severity::Error { "" } else { "; it is ignored" };
        let message = format!("`{key}` should be {wanted} but is {}{consequence}", value.describe());
        self.findings.report(lint, self.span(value), message, |finding| finding.with_help(format!("write {example}")));
    }

    /// The text of an optional field, trimmed.
    pub fn text(&mut self, field: &Field) -> Option<Spanned<String>> {
        match &field.value.kind {
            RawKind::Text(text) => Some(Spanned::new(text.trim().to_owned(), self.span(&field.value))),
            _ => {
                let example = self.format.pair(&field.key, &self.as_text(&field.value));
                self.wrong(&self.wrong_type.clone(), &field.key, &field.value, "text", &example);
                None
            }
        }
    }

    /// A value of another kind as the text that was probably meant, in quotes.
    fn as_text(&self, value: &Raw) -> String {
        let file = self.findings.files().files().get(self.file as usize);
        let written = match &value.kind {
            RawKind::List(items) => match items.as_slice() {
                [Raw { kind: RawKind::Text(text), .. }] => Some(text.as_str()),
                _ => None,
            },
            RawKind::Table(_) => None,
            _ => file.and_then(|file| file.text.get(value.span.clone())),
        };
        match written.filter(|words| words.len() <= 100 && !words.contains(['"', '\\', '{', '[', '\n', '\r'])) {
            Some(words) => format!("\"{words}\""),
            None => "\"...\"".to_owned(),
        }
    }

    /// The texts of an optional field, trimmed; empty ones are reported and dropped, as are elements of other types.
    pub fn list(&mut self, field: &Field) -> Vec<Spanned<String>> {
        let (lint, format) = (self.wrong_type, self.format);
        let RawKind::List(items) = &field.value.kind else {
            let example = match &field.value.kind {
                RawKind::Text(text) => self.format.pair(&field.key, &format!("[\"{}\"]", text.trim())),
                _ => self.format.pair(&field.key, "[\"...\", \"...\"]"),
            };
            self.wrong(&lint, &field.key, &field.value, "a list of texts", &example);
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match &item.kind {
                RawKind::Text(text) if text.trim().is_empty() => {
                    let message = format!("there is an empty text in `{}`", field.key);
                    self.findings.report(&lint::EMPTY_TEXT, self.span(item), message, |finding| {
                        finding.with_help("write something between the quotes, or take it out of the list")
                    });
                }
                RawKind::Text(text) => texts.push(Spanned::new(text.trim().to_owned(), self.span(item))),
                _ => {
                    let each = format!("each element of `{}`", field.key);
                    let message = format!("{each} should be text but this one is {}; it is ignored", item.describe());
                    self.findings.report(&lint, self.span(item), message, |finding| {
                        finding.with_help(format!("write {}", format.pair(&field.key, "[\"...\", \"...\"]")))
                    });
                }
            }
        }
        texts
    }

    fn date(&mut self, field: &Field) -> Option<Date> {
        let (lint, format) = (self.wrong_type, self.format);
        match &field.value.kind {
            RawKind::Date(date) => return Some(*date),
            // "2026-11-22" and nothing else of what the date library would take.
            RawKind::Text(text) if text.trim().len() == 10 => {
                if let Ok(date) = text.trim().parse() {
                    return Some(date);
                }
            }
            _ => {}
        }
        let message = format!("`{}` is not a date; it is ignored", field.key);
        self.findings.report(&lint, self.span(&field.value), message, |finding| {
            let meant = match &field.value.kind {
                RawKind::Text(text) => slips::date(text.trim()),
                _ => None,
            };
            let day = meant.unwrap_or_else(|| "2026-11-22".to_owned());
            let day = if format == Format::Json { format!("\"{day}\"") } else { day };
            finding.with_help(format!("write year-month-day: {}", format.pair(&field.key, &day)))
        });
        None
    }

    fn days(&mut self, field: &Field) -> Option<u32> {
        if let RawKind::Number(number) = field.value.kind
            && (1..=36_500).contains(&number)
        {
            return u32::try_from(number).ok();
        }
        let (lint, format) = (self.wrong_type, self.format);
        let message = format!("`{}` should be a number of days, 1 or more; it is ignored", field.key);
        self.findings.report(&lint, self.span(&field.value), message, |finding| {
            finding.with_help(format!("write {}", format.pair(&field.key, "180")))
        });
        None
    }

    fn choice<T: Copy>(&mut self, field: &Field, lint: &Lint, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(field)?;
        let found = choices.iter().find(|(name, _)| *name == text.value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let message = format!("`{}` is no {} the bot knows; it is ignored", text.value, field.key);
            self.findings.report(lint, text.span, message, |finding| {
                finding.with_help(match nearest(&text.value, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("write one of {}", names.join(", ")),
                })
            });
        }
        found.map(|(_, value)| *value)
    }

    /// Reports a key nobody knows.
    pub fn unknown(&mut self, lint: &Lint, field: &Field, known: &[&str], special: Option<&str>) {
        let span = Span::new(self.file, field.key_span.clone());
        self.findings.report(lint, span, format!("unknown key `{}`; it is ignored", field.key), |finding| {
            finding.with_help(match (special, nearest(&field.key, known.iter().copied())) {
                (Some(words), _) => words.to_owned(),
                (None, Some(near)) => format!("did you mean `{near}`?"),
                (None, None) => format!("the keys are {}", known.join(", ")),
            })
        });
    }
}

/// Builds the entry of `fields`. `broken`: some of the header could not be read, which has been reported; the rest is
/// still looked through, but nothing is called missing.
pub(super) fn build(file: u32, fields: &[Field], origin: Origin, broken: bool, findings: &mut Findings<'_>) -> Built {
    let format = if matches!(origin, Origin::Json { .. }) { Format::Json } else { Format::Toml };
    let mut reader = Reader { file, findings, wrong_type: lint::WRONG_TYPE, format };
    let mut entry = Entry::default();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let names = syntax::names(&ENTRY_KEYS);
    let (mut question, mut short, mut misspelt) = (Required::Missing, None, None);
    let (json, whole, mut id, mut answer) = match origin {
        Origin::Markdown { id, topic, answer } => {
            entry.topic = topic;
            (false, Span::new(file, 0..0), Required::Given(id), Required::Given(answer))
        }
        Origin::Json { object } => (true, object, Required::Missing, Required::Missing),
    };
    for field in fields {
        if !seen.insert(field.key.as_str()) {
            let span = Span::new(file, field.key_span.clone());
            let message = format!("`{}` is given twice; the second one is ignored", field.key);
            reader
                .findings
                .report(&lint::REPEATED_KEY, span, message, |finding| finding.with_help("keep one of the two"));
            continue;
        }
        match field.key.as_str() {
            "question" | "id" | "answer" if json || field.key == "question" => {
                let value = match &field.value.kind {
                    RawKind::Text(text) => {
                        Required::Given(Spanned::new(text.trim().to_owned(), Span::new(file, field.value.span.clone())))
                    }
                    _ => {
                        let example = format.pair(&field.key, &reader.as_text(&field.value));
                        reader.wrong(&lint::WRONG_REQUIRED_TYPE, &field.key, &field.value, "text", &example);
                        Required::Wrong
                    }
                };
                match field.key.as_str() {
                    "question" => question = value,
                    "id" => id = value,
                    _ => answer = value,
                }
            }
            "topic" if json => entry.topic = reader.text(field).filter(|topic| !topic.is_empty()),
            "phrasings" => entry.phrasings = reader.list(field),
            "tests" => entry.tests = reader.list(field),
            "not" => entry.not = reader.list(field),
            "sources" => entry.sources = reader.list(field),
            "related" => entry.related = reader.list(field),
            "reviewed" => entry.reviewed = reader.date(field),
            "review_days" => entry.review_days = reader.days(field),
            "claim" => entry.claim = reader.choice(field, &lint::UNKNOWN_CLAIM, &CLAIMS),
            "short" => short = reader.text(field).filter(|text| !text.is_empty()),
            "owner" => entry.owner = reader.text(field).map(|owner| owner.value).filter(|owner| !owner.is_empty()),
            "kind" => entry.kind = reader.choice(field, &lint::UNKNOWN_KIND, &KINDS).unwrap_or_default(),
            "id" => reader.unknown(
                &lint::UNKNOWN_KEY,
                field,
                &[],
                Some("take the line out: the name of the file is the id; to change it, rename the file"),
            ),
            "topic" => reader.unknown(
                &lint::UNKNOWN_KEY,
                field,
                &[],
                Some("take the line out: the folder is the topic; to change it, move the file to another folder"),
            ),
            "answer" => reader.unknown(
                &lint::UNKNOWN_KEY,
                field,
                &[],
                Some("take the line out: the answer is the text below the second +++ line"),
            ),
            _ if json => {
                let known: Vec<&str> = JSON_KEYS.into_iter().chain(names.iter().copied()).collect();
                if nearest(&field.key, known.iter().copied()) == Some("question") {
                    misspelt = Some(field);
                } else {
                    reader.unknown(&lint::UNKNOWN_KEY, field, &known, None);
                }
            }
            _ if nearest(&field.key, names.iter().copied()) == Some("question") => misspelt = Some(field),
            _ => reader.unknown(&lint::UNKNOWN_KEY, field, &names, None),
        }
    }
    entry.misread = misread(fields, &entry);
    // A key like `question` is the question when there is none, so that one slip is one finding.
    let misspelt = misspelt.filter(|field| {
        let needed = matches!(question, Required::Missing) && !broken;
        if !needed {
            reader.unknown(&lint::UNKNOWN_KEY, field, &["question"], None);
        }
        needed
    });
    let findings = reader.findings;
    let mut complete = !broken;
    match question {
        // A question over several lines is one line when it is shown.
        Required::Given(text) if !text.is_empty() => {
            entry.question = Spanned::new(text.split_whitespace().collect::<Vec<_>>().join(" "), text.span);
        }
        Required::Given(_) | Required::Missing if broken => {}
        Required::Wrong => complete = false,
        Required::Given(Spanned { span, .. }) => {
            complete = false;
            question_missing(span, json, findings);
        }
        Required::Missing => {
            complete = false;
            match misspelt {
                Some(field) => {
                    let message = format!("`{}` is no key the bot knows, and this entry has no `question`", field.key);
                    let span = Span::new(file, field.key_span.clone());
                    findings.report(&lint::QUESTION_MISSING, span, message, |finding| {
                        finding.with_help("did you mean `question`?")
                    });
                }
                None => question_missing(whole, json, findings),
            }
        }
    }
    match id {
        Required::Given(id) => {
            complete &= check_id(&id, json, whole, findings);
            entry.id = id;
        }
        Required::Missing => complete &= check_id(&Spanned::default(), json, whole, findings),
        Required::Wrong => complete = false,
    }
    let (answer, reported) = match answer {
        Required::Given(text) => (text, false),
        Required::Missing => (Spanned::new(String::new(), whole), false),
        Required::Wrong => (Spanned::new(String::new(), whole), true),
    };
    let written = !answer.trim().is_empty();
    entry.answer = answer;
    fill(&mut entry, short.as_ref(), !json, findings);
    if entry.text.trim().is_empty() {
        complete = false;
        if !reported {
            let message = if written { "there is nothing to show in this answer" } else { "this entry has no answer" };
            findings.report(&lint::ANSWER_MISSING, entry.answer.span, message, |finding| {
                finding.with_help(if json {
                    "add \"answer\": \"...\""
                } else {
                    "write the answer below the second +++ line"
                })
            });
        }
    }
    let known_id = (!entry.id.is_empty()).then(|| entry.id.value.clone());
    if complete { Built::Entry(Box::new(entry)) } else { Built::LeftOut(known_id) }
}

/// The keys that say nothing though somebody wrote them, rightly spelt or nearly: that has been reported, and what they
/// would have said is not missing too.
fn misread(fields: &[Field], entry: &Entry) -> Vec<&'static str> {
    let names = syntax::names(&ENTRY_KEYS);
    let mut misread = Vec::new();
    for field in fields {
        let meant = match names.iter().find(|name| **name == field.key) {
            Some(name) => Some(*name),
            None => {
                nearest(&field.key, names.iter().copied()).and_then(|near| names.iter().copied().find(|n| *n == near))
            }
        };
        let Some(meant) = meant else { continue };
        let empty = matches!(&field.value.kind, RawKind::List(items) if items.is_empty());
        let says_something = match meant {
            "reviewed" => entry.reviewed.is_some(),
            "sources" => !entry.sources.is_empty() || (empty && field.key == meant),
            "kind" => {
                KINDS.iter().any(|(name, _)| matches!(&field.value.kind, RawKind::Text(text) if text.trim() == *name))
            }
            _ => true,
        };
        if !says_something {
            misread.push(meant);
        }
    }
    misread
}

fn question_missing(span: Span, json: bool, findings: &mut Findings<'_>) {
    findings.report(&lint::QUESTION_MISSING, span, "this entry has no question", |finding| {
        finding.with_help(if json {
            "add \"question\": \"What is ...?\""
        } else {
            "add a line to the header, between the +++ lines: question = \"What is ...?\""
        })
    });
}

/// Whether this can be an entry's id; reports it if not. `whole`: the place of the entry.
fn check_id(id: &Spanned<String>, json: bool, whole: Span, findings: &mut Findings<'_>) -> bool {
    if is_valid_id(id) {
        return true;
    }
    if id.is_empty() {
        findings.report(&lint::BAD_ID, whole, "this entry has no id", |finding| {
            finding.with_help(if json { "add \"id\": \"my-question\"" } else { "give the file a name: my-question.md" })
        });
        return false;
    }
    let like = valid_id_like(id, "my-question");
    let what = format!("an id is {ID_LETTERS}");
    let usable = json && is_usable_id(id);
    let (rule, verb) = if usable { (&lint::ODD_ID, "should not") } else { (&lint::BAD_ID, "cannot") };
    findings.report(rule, id.span, format!("`{}` {verb} be an id", id.value), |finding| {
        finding.with_help(if json {
            format!("{what}, as in `{like}`")
        } else {
            format!("rename the file, as in `{like}.md`: {what}")
        })
    });
    usable
}

/// Renders the answer, and reports what Telegram cannot show. `in_place`: the answer stands in the file as it is, so
/// that a problem inside it has a place of its own.
fn fill(entry: &mut Entry, short: Option<&Spanned<String>>, in_place: bool, findings: &mut Findings<'_>) {
    let rendered = markdown::render(&entry.answer);
    let answer = entry.answer.span;
    for (range, problem) in &rendered.problems {
        let start = answer.start as usize;
        let span = if in_place { Span::new(answer.file, start + range.start..start + range.end) } else { answer };
        report_problem(problem, span, findings);
    }
    entry.text = rendered.text;
    entry.html = rendered.html;
    entry.short_html = rendered.first_paragraph_html;
    if let Some(short) = short {
        entry.short = Some(short.value.clone());
        let rendered = markdown::render(short);
        for (_, problem) in &rendered.problems {
            report_problem(problem, short.span, findings);
        }
        if !rendered.text.trim().is_empty() {
            entry.short_html = rendered.html;
        }
    }
}

fn report_problem(problem: &Problem, span: Span, findings: &mut Findings<'_>) {
    let (lint, message, help) = problem.words();
    findings.report(&lint, span, message, |finding: Diagnostic| finding.with_help(help));
}
