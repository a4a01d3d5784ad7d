//! What is said to one message: the engine asked, the words found, what is to be remembered of it.
//!
//! Owns which parts of a message get a reply. Touches no store: what is to be remembered is data.

use std::sync::Arc;

use jiff::civil::Date;

use super::{AppSettings, Command, Said, Surface, Trace, redact};
use crate::engine::corpus::{Entry, Kind};
use crate::engine::reply::person::NOTHING_TO_CANCEL;
use crate::engine::reply::{self, Reply, Ticket, Voice};
use crate::engine::{Audience, Decision, Engine, EntryNumber, MAX_CHARS, Part};
use crate::store::QuestionRecord;

/// All that an answer is made of: one engine for the whole of an event.
#[derive(Clone)]
pub struct Moment {
    /// The engine of this moment.
    pub engine: Arc<Engine>,
    /// What the owner has decided.
    pub settings: Arc<AppSettings>,
    /// The name that people know the bot by there.
    pub bot_name: Option<String>,
    /// The front.
    pub surface: Surface,
    /// Decides what is stale.
    pub today: Date,
    /// Seconds since 1970.
    pub now: i64,
}

/// What to say to a message, and what to remember of it.
#[derive(Default)]
pub struct Response {
    /// One message each, in order.
    pub replies: Vec<Reply>,
    /// What to log, if the owner wants a log.
    pub questions: Vec<QuestionRecord>,
    /// The entry that is the answer from now on: the last of several.
    pub entry: Option<String>,
    /// The questions that were not answered for sure, by the positions of the replies that say so.
    pub unanswered: Vec<(u32, String)>,
    /// How each reply came about, if they answer questions.
    pub traces: Vec<Trace>,
}

impl From<Reply> for Response {
    fn from(reply: Reply) -> Self {
        Self { replies: vec![reply], ..Self::default() }
    }
}

impl Moment {
    /// How the bot speaks.
    pub fn voice(&self) -> Voice<'_> {
        let settings = &self.settings;
        Voice {
            corpus: self.engine.corpus(),
            today: self.today,
            bot_name: self.bot_name.as_deref().unwrap_or(&settings.bot_name),
            contact: settings.contact.as_deref(),
            mentors: settings.person.is_some() && self.surface == Surface::Telegram,
            review_days: settings.review_days,
            keep_log: settings.keep_log,
            retention_days: settings.retention_days,
            edits: self.surface.edits(),
        }
    }

    /// What to say to a message that is read in the light of the entry `last`.
    pub async fn reply(&self, said: &Said, last: Option<EntryNumber>) -> Response {
        let voice = self.voice();
        let command = match said {
            Said::Question(text) => self.meant(text).map(|command| Said::Command(command, String::new())),
            _ => None,
        };
        let reply = match command.as_ref().unwrap_or(said) {
            Said::Question(text) => return self.ask(text, last).await,
            Said::Command(Command::Ask | Command::Faq, text) if !text.trim().is_empty() => {
                return self.ask(text, last).await;
            }
            Said::Command(Command::Ask | Command::Faq, _) => voice.ask_what(),
            Said::Command(Command::Start, payload) => match reply::entry_of_payload(payload, self.engine.corpus()) {
                Some(entry) => {
                    let shown = (entry.kind == Kind::Faq).then(|| entry.id.value.clone());
                    return Response { entry: shown, ..voice.answer(entry).into() };
                }
                None => voice.start(!payload.trim().is_empty()),
            },
            Said::Command(Command::Topics, _) => voice.topics(),
            Said::Command(Command::Sources, _) => voice.all_sources(0),
            Said::Command(Command::Settings, _) => voice.settings_are_for_groups(),
            Said::Command(Command::Person, _) => voice.person(),
            Said::Command(Command::Cancel, _) => Reply::plain(NOTHING_TO_CANCEL),
            Said::Command(Command::Help, _) => voice.help(),
            Said::Command(Command::Privacy, _) => voice.privacy(),
            // What there was has been forgotten before anything is said.
            Said::Command(Command::ForgetMe, _) => voice.forgotten(false),
            Said::Command(
                Command::Why
                | Command::Test
                | Command::Gaps
                | Command::Teach
                | Command::Stale
                | Command::Stats
                | Command::Reload
                | Command::Export,
                _,
            )
            | Said::UnknownCommand => voice.unknown_command(),
            Said::Wordless => voice.wordless(),
        };
        reply.into()
    }

    /// The command whose name alone somebody wrote, unless an entry is asked with that very word.
    fn meant(&self, text: &str) -> Option<Command> {
        let command = Command::meant(text)?;
        fn bare(text: &str) -> &str {
            text.trim_matches(|c: char| !c.is_alphanumeric())
        }
        let asks = |wording: &str| bare(wording).eq_ignore_ascii_case(bare(text));
        let asked = |entry: &Entry| asks(&entry.question) || entry.phrasings.iter().any(|phrasing| asks(phrasing));
        (!self.engine.corpus().entries.iter().any(asked)).then_some(command)
    }

    async fn ask(&self, text: &str, last: Option<EntryNumber>) -> Response {
        if !text.chars().any(char::is_alphanumeric) {
            return self.voice().wordless().into();
        }
        let parts = self.converse(text, Audience::Private, last).await;
        let last = last.and_then(|last| self.engine.entry(last)).map(|entry| entry.id.value.clone());
        self.respond(text, &parts, last.as_deref())
    }

    /// The questions of a message, with what to do about each.
    pub async fn converse(&self, text: &str, audience: Audience, last: Option<EntryNumber>) -> Vec<Part> {
        let text = text.to_owned();
        self.think(move |engine| {
            let mut parts = engine.converse(&text, audience, last);
            if let [only] = parts.as_mut_slice() {
                // As it was written.
                only.text = text;
            }
            parts
        })
        .await
    }

    /// What answers a message to nobody in particular: see [`Engine::overhear`].
    pub async fn overhear(&self, text: &str) -> Option<(EntryNumber, f64)> {
        let text = text.to_owned();
        self.think(move |engine| engine.overhear(&text)).await
    }

    /// Has the engine think on a thread of its own. A panic there is one here.
    pub async fn think<T: Send + 'static>(&self, thought: impl FnOnce(&Engine) -> T + Send + 'static) -> T {
        let engine = Arc::clone(&self.engine);
        match tokio::task::spawn_blocking(move || thought(&engine)).await {
            Ok(answer) => answer,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is ending, and with it whoever waits for this.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// What to say to these questions, which came in one message.
    fn respond(&self, message: &str, parts: &[Part], last: Option<&str>) -> Response {
        let says = self.says(parts);
        let several = says.iter().filter(|says| **says).count() > 1;
        let mut response = Response::default();
        for (part, says) in parts.iter().zip(says) {
            let decision = &part.verdict.decision;
            let suggests = says && matches!(decision, Decision::Suggest(_));
            let ticket = (self.settings.keep_log && suggests).then(|| Ticket(fastrand::i64(0..)));
            let logs = self.settings.keep_log && *decision != Decision::Silent;
            let text = if logs || says { kept_text(part, message) } else { String::new() };
            if logs {
                response.questions.push(record(&self.engine, (part, &text), ticket, self.now, "private"));
            }
            if let Some(entry) = self.entry(decision).filter(|entry| entry.kind == Kind::Faq) {
                response.entry = Some(entry.id.value.clone());
            }
            if says && matches!(decision, Decision::Suggest(_) | Decision::Decline) {
                let position = u32::try_from(response.replies.len()).unwrap_or(u32::MAX);
                response.unanswered.push((position, part.text.clone()));
            }
            if says && let Some(reply) = self.reply_to(part, ticket, several) {
                response.replies.push(reply);
                response.traces.push(Trace::of((part, &text), self, "private", last));
            }
        }
        response
    }

    /// Which of the parts of a message get a reply. One would do for two when it is the same entry, or when nothing at all
    /// is known; and who asks something beside a greeting wants to know that.
    fn says(&self, parts: &[Part]) -> Vec<bool> {
        let is_smalltalk =
            |part: &Part| self.entry(&part.verdict.decision).is_some_and(|entry| entry.kind == Kind::Smalltalk);
        let asks = |part: &Part| !is_smalltalk(part) && part.verdict.decision != Decision::Silent;
        let asks_anything = parts.iter().any(asks);
        let knows_anything = parts.iter().any(|part| asks(part) && part.verdict.decision != Decision::Decline);
        let mut said: Vec<&Decision> = Vec::new();
        let says = parts.iter().map(|part| {
            let decision = &part.verdict.decision;
            let again = match decision {
                Decision::Answer(_) => said.contains(&decision),
                Decision::Decline => !knows_anything && said.contains(&decision),
                Decision::Suggest(_) => false,
                Decision::Silent => true,
            };
            let says = !again && (asks(part) || !asks_anything);
            if says {
                said.push(decision);
            }
            says
        });
        says.collect()
    }

    /// The reply to one question. An answer begins with the question it answers; the others say which of `several` they
    /// are about.
    fn reply_to(&self, part: &Part, ticket: Option<Ticket>, several: bool) -> Option<Reply> {
        let voice = self.voice();
        let decision = &part.verdict.decision;
        let reply = match decision {
            Decision::Answer(_) => match self.entry(decision) {
                Some(entry) => return Some(voice.answer(entry)),
                None => voice.decline(),
            },
            Decision::Suggest(numbers) => voice.suggest(numbers, ticket),
            Decision::Decline if part.verdict.foreign.is_some() => voice.foreign(),
            Decision::Decline => voice.decline(),
            Decision::Silent => return None,
        };
        Some(if several { reply::about(&part.text, reply) } else { reply })
    }

    /// The entry that is the answer.
    pub fn entry(&self, decision: &Decision) -> Option<&Entry> {
        match decision {
            Decision::Answer(number) => self.engine.entry(*number),
            _ => None,
        }
    }
}

/// The hour that this second is in: times in the question log and those of votes and answers are not to tell together who
/// asked.
pub fn hour(at: i64) -> i64 {
    at - at.rem_euclid(60 * 60)
}

/// What may be kept of the words of a part of a message. Finding personal data takes longer than all else that is done about
/// a question once it is decided, so it is done once.
pub fn kept_text(part: &Part, message: &str) -> String {
    // As much as the engine reads. Cut last: half of a telephone number would not be recognised as one.
    redact::redact_part(message, &part.text).chars().take(MAX_CHARS).collect()
}

/// A line of the question log, for a part of a message of which these words may be kept.
pub fn record(
    engine: &Engine,
    (part, text): (&Part, &str),
    ticket: Option<Ticket>,
    at: i64,
    audience: &'static str,
) -> QuestionRecord {
    let verdict = &part.verdict;
    QuestionRecord {
        at: hour(at),
        text: text.to_owned(),
        decision: verdict.decision.name(),
        confidence: verdict.confidence,
        top: verdict.hits.first().and_then(|hit| engine.entry(hit.entry)).map(|entry| entry.id.value.clone()),
        ticket: ticket.map(|Ticket(number)| number),
        outcome: None,
        audience,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::HashKey;
    use crate::diagnostic::{Span, Spanned};
    use crate::engine::corpus::Corpus;
    use crate::engine::{Settings, Verdict};

    /// Two entries, `a` and `b`, and a greeting, `c`.
    fn moment() -> Moment {
        let spanned = |text: &str| Spanned::new(text.to_owned(), Span::default());
        let entry = |id: &str, kind| Entry {
            id: spanned(id),
            kind,
            question: spanned(&format!("{id}?")),
            html: format!("of {id}"),
            text: format!("of {id}"),
            ..Entry::default()
        };
        let entries = vec![entry("a", Kind::Faq), entry("b", Kind::Faq), entry("c", Kind::Smalltalk)];
        let settings =
            AppSettings { bot_name: "bot".into(), review_days: 365, ..AppSettings::with_key(HashKey::new([1; 32])) };
        Moment {
            engine: Arc::new(Engine::build(Corpus { entries, ..Corpus::default() }, Settings::default())),
            settings: Arc::new(settings),
            bot_name: None,
            surface: Surface::Telegram,
            today: jiff::civil::date(2026, 11, 22),
            now: 7,
        }
    }

    /// `a`, `b`, `c`: answered with that entry; `?`: suggestions; `-`: declined; `.`: silence.
    fn part(what: char) -> Part {
        let decision = match what {
            '?' => Decision::Suggest(vec![0, 1]),
            '-' => Decision::Decline,
            '.' => Decision::Silent,
            entry => Decision::Answer("abc".find(entry).unwrap()),
        };
        let verdict = Verdict { decision, confidence: 50.0, hits: Vec::new(), foreign: None };
        Part { text: format!("<{what}> bo@example.org"), verdict }
    }

    /// What a reply is, in the same letters; the words it is about, in brackets.
    fn shown(reply: &Reply) -> String {
        let (about, html) =
            match reply.html.strip_prefix("<blockquote>").and_then(|html| html.split_once("</blockquote>\n")) {
                Some((about, html)) => (format!("({})", about.trim_end_matches(" bo@example.org")), html),
                None => (String::new(), reply.html.as_str()),
            };
        let what = match html {
            "<b>a?</b>\n\nof a" => "a",
            "<b>b?</b>\n\nof b" => "b",
            "of c" => "c",
            _ if html.starts_with("I am not sure") => "?",
            _ if html.starts_with("I don't know") => "-",
            other => other,
        };
        format!("{what}{about}")
    }

    #[test]
    fn a_message_with_several_questions_gets_a_reply_to_each_that_needs_one() {
        let moment = moment();
        for (parts, expected, last) in [
            ("a", "a", Some("a")),
            ("?", "?", None),
            ("-", "-", None),
            (".", "", None),
            ("ab", "a b", Some("b")),
            ("ba", "b a", Some("a")),
            ("aa", "a", Some("a")),
            ("aba", "a b", Some("a")),
            ("a?", "a ?(&lt;?&gt;)", Some("a")),
            ("a-", "a -(&lt;-&gt;)", Some("a")),
            ("--a", "-(&lt;-&gt;) -(&lt;-&gt;) a", Some("a")),
            ("?-", "?(&lt;?&gt;) -(&lt;-&gt;)", None),
            ("aa?", "a ?(&lt;?&gt;)", Some("a")),
            // Nothing is known of any of it: that is one thing to say.
            ("--", "-", None),
            ("---", "-", None),
            ("-.-", "-", None),
            // A greeting is answered when there is nothing else to answer.
            ("c", "c", None),
            ("ca", "a", Some("a")),
            ("ac", "a", Some("a")),
            ("c-", "-", None),
            ("c--", "-", None),
            ("c?", "?", None),
            ("cc", "c", None),
        ] {
            let parts: Vec<Part> = parts.chars().map(part).collect();
            let response = moment.respond("", &parts, None);
            let says: Vec<String> = response.replies.iter().map(shown).collect();
            assert_eq!((says.join(" ").as_str(), response.entry.as_deref()), (expected, last));
            let logged: Vec<&str> = response.questions.iter().map(|record| record.decision).collect();
            let asked = parts.iter().map(|part| part.verdict.decision.name()).filter(|name| *name != "silent");
            assert_eq!(logged, asked.collect::<Vec<_>>(), "every question is logged");
            assert!(response.questions.iter().all(|record| !record.text.contains("bo@")), "without personal data");
        }
    }

    #[test]
    fn each_suggestion_has_a_ticket_of_its_own() {
        let response = moment().respond("", &[part('?'), part('a'), part('?')], None);
        let tickets: Vec<Option<i64>> = response.questions.iter().map(|record| record.ticket).collect();
        assert!(tickets[0].is_some() && tickets[1].is_none() && tickets[2].is_some() && tickets[0] != tickets[2]);
    }
}
