//! The reply to a message that is for the bot.

use super::{Here, reply_to};
use crate::app::moment::{Response, kept_text, record};
use crate::app::redact::looks_like_patient_data;
use crate::app::{App, ChatKey, Command, Heard, MessageId, Outbound, ReplyTo, Said, Step, Trace, Trigger};
use crate::engine::corpus::{Entry, Kind};
use crate::engine::reply::{Action, Mode, Reply, Ticket};
use crate::engine::{Audience, Decision, EntryNumber, Part};
use crate::store::{LastAnswer, StoreError};

/// So many words at most, said to the bot, may be a question without looking like one.
const KEYWORDS: usize = 5;

/// A question, and whom the answer is for.
struct Asked<'a> {
    text: &'a str,
    /// The message that the answer replies to, and who wrote it.
    below: MessageId,
    asker: ChatKey,
    /// Somebody who has written something to the bot may want no answer: it gets one only if it asks, or is known.
    insists: bool,
}

impl App {
    pub(super) async fn addressed(&self, here: &Here<'_>, heard: &Heard) -> Result<Outbound, StoreError> {
        let voice = here.moment.voice();
        let (words, is_faq) = match &heard.said {
            Said::Question(words) => (words.as_str(), false),
            Said::Command(Command::Ask, words) => (words.as_str(), false),
            Said::Command(Command::Faq, words) => (words.as_str(), true),
            Said::Command(command, _) => return Ok(self.command(here, heard, *command)),
            // Of another bot, or of nobody: not for us to say.
            Said::UnknownCommand | Said::Wordless => return Ok(Outbound::default()),
        };
        let words = words.trim();
        let has_words = words.chars().any(char::is_alphanumeric);
        // A call below somebody's message, without words of its own or with those of a mentor, is about that message.
        let theirs = heard.replied.as_ref().filter(|_| heard.trigger != Trigger::Reply);
        let asked = match theirs.and_then(|replied| Some((replied, replied.person?))) {
            Some((replied, asker)) if is_faq || !has_words => {
                let text = if has_words { words } else { replied.text.as_deref().unwrap_or_default() };
                Asked { text, below: replied.id, asker, insists: true }
            }
            _ => {
                let insists = heard.trigger != Trigger::Reply;
                Asked { text: words, below: heard.id, asker: here.group.person, insists }
            }
        };
        if !asked.text.chars().any(char::is_alphanumeric) {
            let calls = heard.trigger != Trigger::Reply && !heard.edited;
            if !calls {
                return Ok(Outbound::default());
            }
            let reply =
                self.allowance(here).map_or_else(|notice| notice, |()| Some(voice.ask_what_in_group(here.room())));
            return Ok(reply.map(|reply| here.below(heard, reply).into()).unwrap_or_default());
        }
        let mut outbound = self.answer_in_group(here, heard, &asked).await?;
        // What did not help the student may be of use to people.
        let answered = outbound.memo.last.is_some();
        if is_faq && asked.below != heard.id && answered {
            outbound.steps.push(Step::TidyUp(heard.id));
        }
        Ok(outbound)
    }

    /// The commands that ask nothing: a line, and the way to the private chat.
    fn command(&self, here: &Here<'_>, heard: &Heard, command: Command) -> Outbound {
        let voice = here.moment.voice();
        if heard.edited {
            return Outbound::default();
        }
        let reply = match command {
            // With words behind it, too: a link that adds the bot to a group may bring some.
            Command::Help | Command::Start => voice.group_help(here.mode == Mode::Ambient, here.room()),
            Command::Topics | Command::Sources | Command::Privacy | Command::ForgetMe => {
                voice.in_private(Some(command.name()), here.room())
            }
            Command::Person => voice.person_in_private(here.room()),
            // Done elsewhere.
            Command::Ask
            | Command::Faq
            | Command::Settings
            | Command::Cancel
            | Command::Why
            | Command::Test
            | Command::Gaps
            | Command::Teach
            | Command::Stale
            | Command::Stats
            | Command::Reload
            | Command::Export => return Outbound::default(),
        };
        match self.allowance(here) {
            Ok(()) => here.below(heard, reply).into(),
            Err(notice) => notice.map(|notice| here.below(heard, notice).into()).unwrap_or_default(),
        }
    }

    async fn answer_in_group(&self, here: &Here<'_>, heard: &Heard, asked: &Asked<'_>) -> Result<Outbound, StoreError> {
        // A mentor may know the very entry.
        let named = here.moment.engine.corpus().entry(asked.text).filter(|entry| entry.kind == Kind::Faq);
        let parts = match named {
            Some(_) => Vec::new(),
            None => {
                let last = self.context(here, heard).await?;
                here.moment.converse(asked.text, Audience::GroupAddressed, last).await
            }
        };
        let entries: Vec<Option<&Entry>> = match named {
            Some(entry) => vec![Some(entry)],
            None => parts.iter().map(|part| here.moment.entry(&part.verdict.decision)).collect(),
        };
        let says = self.worth_saying(here, asked, &parts, &entries);
        if says.is_empty() {
            return Ok(Outbound::default());
        }
        let is_new = !heard.edited || self.store.answers_of(here.chat, heard.id.0).await?.is_empty();
        if is_new && let Err(notice) = self.allowance(here) {
            return Ok(notice.map(|notice| here.below(heard, notice).into()).unwrap_or_default());
        }
        let mut response = Response::default();
        let mut trace_of = Vec::new();
        let mut entry_of = Vec::new();
        let mut below = Vec::new();
        for at in says {
            let part = parts.get(at);
            let ticket = part.and_then(|part| self.ticket(part));
            let text = part.map(|part| kept_text(part, asked.text)).unwrap_or_default();
            let kept = part.map(|part| (part, text.as_str()));
            if self.settings.keep_log
                && let Some(kept) = kept
            {
                response.questions.push(record(&here.moment.engine, kept, ticket, here.now(), "group"));
            }
            let (reply, entry, target) = match entries.get(at).copied().flatten() {
                Some(entry) => {
                    response.entry = Some(entry.id.value.clone());
                    self.answer_once(here, heard, asked, entry).await?
                }
                None => (self.unsure(here, asked, part, ticket), None, asked.below),
            };
            response.replies.push(reply);
            trace_of.push(kept.map(|kept| Trace::of(kept, &here.moment, "group", None)));
            entry_of.push(entry);
            below.push(target);
        }
        let mut outbound = Outbound::default();
        let mut steps = self.say(here.inbound.chat, response.replies, Vec::new(), heard.id, heard.edited).await;
        for (number, step) in steps.iter_mut().enumerate() {
            let about = here.about(entry_of.get(number).cloned().flatten().as_deref(), asked.asker);
            let trace = trace_of.get(number).cloned().flatten();
            let position = u32::try_from(number).unwrap_or(u32::MAX);
            match step {
                Step::Send { answers, below: target, only_for, reply } => {
                    *target = below.get(number).copied();
                    // What can be pressed has to stand where presses are looked up.
                    let to_press =
                        reply.buttons.iter().flatten().any(|button| matches!(button.action, Action::Press(_)));
                    *only_for = (about.entry.is_none() && !to_press).then_some(asked.asker);
                    *answers = Some(ReplyTo { trace, ..reply_to(heard.id, position, about) });
                }
                Step::Edit { answers, .. } => {
                    *answers = Some(ReplyTo { trace, ..reply_to(heard.id, position, about) });
                }
                _ => {}
            }
        }
        outbound.steps = steps;
        outbound.memo.questions = response.questions;
        outbound.memo.last = response.entry.map(|entry| LastAnswer { place: self.of_person(here, asked.asker), entry });
        Ok(outbound)
    }

    /// The entry in whose light a message is read: that of the answer it replies to, or else the last one that this person
    /// got here.
    async fn context(&self, here: &Here<'_>, heard: &Heard) -> Result<Option<EntryNumber>, StoreError> {
        let corpus = here.moment.engine.corpus();
        if heard.trigger == Trigger::Reply
            && let Some(replied) = &heard.replied
        {
            let link = self.store.answer_at(here.chat, replied.id.0).await?;
            let entry = link.and_then(|link| link.about?.entry);
            return Ok(entry.and_then(|entry| corpus.position(&entry)));
        }
        Ok(self.last_in(self.of_person(here, here.group.person), here.inbound.at, corpus, here.now()).await)
    }

    /// Which of the parts are worth a message to everybody: answers, or else the first thing there is to say at all.
    fn worth_saying(
        &self,
        here: &Here<'_>,
        asked: &Asked<'_>,
        parts: &[Part],
        entries: &[Option<&Entry>],
    ) -> Vec<usize> {
        let mut said: Vec<&str> = Vec::new();
        let mut answered = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            if let Some(entry) = entry
                && !said.contains(&entry.id.as_str())
            {
                said.push(&entry.id);
                answered.push(at);
            }
        }
        // "Ah, so it is four hours": said to the bot, and asks nothing.
        let is_short = asked.text.split_whitespace().count() <= KEYWORDS;
        let asks = here.moment.engine.asks(asked.text);
        if !answered.is_empty() {
            return if asked.insists || asks || is_short { answered } else { Vec::new() };
        }
        let wants = asked.insists || asks;
        // Greetings and thanks are for private chats.
        if !wants || here.moment.engine.is_small_talk(asked.text) {
            return Vec::new();
        }
        let suggests = |part: &Part| matches!(part.verdict.decision, Decision::Suggest(_));
        let speaks = |part: &Part| part.verdict.decision != Decision::Silent;
        let first = parts.iter().position(suggests).or_else(|| parts.iter().position(speaks));
        first.into_iter().collect()
    }

    fn ticket(&self, part: &Part) -> Option<Ticket> {
        let suggests = matches!(part.verdict.decision, Decision::Suggest(_));
        (self.settings.keep_log && suggests).then(|| Ticket(fastrand::i64(0..)))
    }

    /// The answer, or where it is if it was given a while ago: the reply, the entry it shows, and the message below which.
    async fn answer_once(
        &self,
        here: &Here<'_>,
        heard: &Heard,
        asked: &Asked<'_>,
        entry: &Entry,
    ) -> Result<(Reply, Option<String>, MessageId), StoreError> {
        let voice = here.moment.voice();
        if let Some(earlier) = self.answered_lately(here, &entry.id, heard).await? {
            let address = here.group.link.as_ref().map(|link| format!("{link}{}", earlier.0));
            let target = if address.is_some() { asked.below } else { earlier };
            return Ok((voice.answered_above(entry, address.as_deref(), here.room()), None, target));
        }
        Ok((voice.short_answer(entry, here.room()), Some(entry.id.value.clone()), asked.below))
    }

    /// The message with which the entry was the answer here a while ago, unless it is this question's own.
    pub(super) async fn answered_lately(
        &self,
        here: &Here<'_>,
        entry: &str,
        heard: &Heard,
    ) -> Result<Option<MessageId>, StoreError> {
        if self.settings.groups.cooldown_secs == 0 {
            return Ok(None);
        }
        let since = here.now().saturating_sub(self.settings.groups.cooldown_secs);
        let Some(earlier) = self.store.answered_in(here.place, entry, since).await? else { return Ok(None) };
        let link = self.store.answer_at(here.chat, earlier).await?;
        Ok((link.is_none_or(|link| link.question != heard.id.0)).then_some(MessageId(earlier)))
    }

    fn unsure(&self, here: &Here<'_>, asked: &Asked<'_>, part: Option<&Part>, ticket: Option<Ticket>) -> Reply {
        let voice = here.moment.voice();
        let question = linkable(asked.text);
        match part.map(|part| (&part.verdict.decision, part.verdict.foreign.is_some())) {
            Some((Decision::Suggest(numbers), _)) => voice.suggest(numbers, ticket),
            Some((_, foreign)) => voice.decline_in_group(question, foreign, here.room()),
            None => voice.decline_in_group(question, false, here.room()),
        }
    }

    /// Somebody's conversation with the bot in this place.
    fn of_person(&self, here: &Here<'_>, person: ChatKey) -> crate::store::Hashed {
        self.settings.key.hash_member(here.inbound.chat, here.inbound.topic, person)
    }
}

/// The question as it may stand in a link that everybody can open: one with a patient's data is left out, for it would stay
/// there when the message is put right.
pub(in crate::app) fn linkable(question: &str) -> &str {
    if looks_like_patient_data(question) { "" } else { question }
}
