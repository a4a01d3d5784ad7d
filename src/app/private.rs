//! What the bot does in a private chat, on the page and in the terminal: everything it can.

use jiff::civil::Date;

use super::moment::{Moment, Response};
use super::roles::Right;
use super::{App, ChatKey, Command, Event, Inbound, MessageId, Outbound, Replied, Said, Step, Surface, show, toast};
use crate::engine::Audience;
use crate::engine::corpus::{Entry, Kind};
use crate::engine::reply::{self, Press, Reason, Voice, cohort_of_payload};
use crate::store::{Change, ChatSettings, Hashed, LastAnswer, Outcome, StoreError};

/// For how long (seconds) after somebody was asked what to look for in a topic their words are taken for that.
const SEARCH_SECS: i64 = 10 * 60;
/// At most once in so many seconds somebody is told that their question came too late.
const LATE_NOTICE_SECS: i64 = 60 * 60;

impl App {
    pub(super) async fn in_private(&self, inbound: &Inbound, today: Date, now: i64) -> Result<Outbound, StoreError> {
        let chat = self.hashed(inbound.chat);
        if let Event::Reachable(reachable) = inbound.event {
            let mut outbound = Outbound::default();
            outbound.memo.changes.push(Change::Gone(chat, !reachable));
            return Ok(outbound);
        }
        let settings = self.store.chat_settings(chat).await.unwrap_or_else(|error| {
            tracing::error!(%error, "cannot look up what is set for a chat; answering without");
            ChatSettings::default()
        });
        let before = settings.search.is_some();
        let cohort = self.cohort_of(inbound.chat, &settings);
        let moment = self.moment(inbound, cohort.as_deref(), today, now);
        let with_person = self.person_in_private(inbound, &moment, &settings).await?;
        let mut outbound = match (with_person, &inbound.event) {
            (Some(with_person), _) => with_person,
            (None, Event::Message { said, id, edited, replied, .. }) => {
                self.private_message(inbound, (said, *id, *edited), replied.as_ref(), &settings, today, now).await?
            }
            (None, Event::Press { data, on }) => self.private_press(inbound, &moment, data, *on).await?,
            (None, _) => Outbound::default(),
        };
        // Whoever does something else does not look for it any more.
        let searches = |change: &Change| matches!(change, Change::Search(..));
        if before && !outbound.memo.changes.iter().any(searches) {
            outbound.memo.changes.push(Change::Search(chat, None));
        }
        let writes = |change: &Change| matches!(change, Change::Writes(..));
        if settings.writes.is_some() && !outbound.memo.changes.iter().any(writes) {
            outbound.memo.changes.push(Change::Writes(chat, None));
        }
        if settings.gone {
            outbound.memo.changes.push(Change::Gone(chat, false));
        }
        Ok(outbound)
    }

    async fn private_message(
        &self,
        inbound: &Inbound,
        (said, id, edited): (&Said, MessageId, bool),
        replied: Option<&Replied>,
        settings: &ChatSettings,
        today: Date,
        now: i64,
    ) -> Result<Outbound, StoreError> {
        let chat = self.hashed(inbound.chat);
        let mut changes = Vec::new();
        let mut cohort = self.cohort_of(inbound.chat, settings);
        let followed = match said {
            Said::Command(Command::Start, payload) => {
                let (tag, payload) = cohort_of_payload(payload.trim());
                if let Some(name) =
                    tag.and_then(|tag| self.cohorts().into_iter().find(|name| self.settings.key.tag(name) == tag))
                {
                    changes.push(Change::Cohort(chat, Some(name.clone())));
                    cohort = Some(name);
                }
                Some(followed(payload))
            }
            _ => None,
        };
        let said = followed.as_ref().unwrap_or(said);
        let moment = self.moment(inbound, cohort.as_deref(), today, now);
        if let Said::Command(command, words) = said {
            if *command == Command::ForgetMe {
                return self.forget(chat, &moment).await;
            }
            if let Some(told) = self.for_editors(inbound, (*command, words), replied, &moment).await? {
                return Ok(self.tell(inbound, told, (id, edited)).await);
            }
        }
        let waited = inbound.at.map_or(0, |at| now.saturating_sub(at));
        let mut outbound = if said.is_question() && waited > self.settings.latest_secs {
            let told = self.budgets.once("too late", inbound.chat, now, LATE_NOTICE_SECS);
            if told { Step::say(reply::too_late(waited)).into() } else { Outbound::default() }
        } else if !edited && let Some(found) = self.found_in_topic(settings, said, &moment).await {
            Step::say(found).into()
        } else if !edited && let Some(asked) = self.asked_for_person(inbound, &moment, said).await? {
            asked
        } else {
            let place = self.place(inbound);
            let last = match said.is_question() {
                true => self.last_in(place, inbound.at, moment.engine.corpus(), now).await,
                false => None,
            };
            let Response { mut replies, questions, entry, unanswered, traces } = moment.reply(said, last).await;
            let traces = if self.may(inbound, Right::Why) { traces } else { Vec::new() };
            if let Some(first) = replies.first_mut().filter(|_| said.is_question()) {
                *first = reply::late(std::mem::take(first), waited);
            }
            let mut outbound =
                Outbound { steps: self.say(inbound.chat, replies, traces, id, edited).await, ..Outbound::default() };
            outbound.memo.questions = questions;
            outbound.memo.changes = self.unanswered(inbound.chat, id, unanswered, edited, now);
            outbound.memo.last = entry.map(|entry| LastAnswer { place, entry });
            outbound
        };
        outbound.memo.changes.extend(changes);
        Ok(outbound)
    }

    /// Forgets what is kept about somebody, and says so.
    async fn forget(&self, chat: Hashed, moment: &Moment) -> Result<Outbound, StoreError> {
        let forgotten = self.store.forget(chat).await?;
        Ok(Step::say(moment.voice().forgotten(forgotten > 0)).into())
    }

    /// What somebody finds who was asked what to look for in a topic.
    async fn found_in_topic(&self, settings: &ChatSettings, said: &Said, moment: &Moment) -> Option<reply::Reply> {
        let (topic, at) = settings.search.as_ref()?;
        let Said::Question(words) = said else { return None };
        if moment.now.saturating_sub(*at) > SEARCH_SECS {
            return None;
        }
        let parts = moment.converse(words, Audience::Pipeline, None).await;
        let voice = moment.voice();
        // A question that is surely about something else is that.
        let elsewhere = parts.iter().filter_map(|part| moment.entry(&part.verdict.decision));
        if elsewhere.into_iter().any(|entry| !voice.is_in_topic(topic, entry)) {
            return None;
        }
        let hits = parts.iter().flat_map(|part| &part.verdict.hits).filter_map(|hit| moment.engine.entry(hit.entry));
        let mut found: Vec<&Entry> = Vec::new();
        for entry in hits {
            if voice.is_in_topic(topic, entry) && !found.iter().any(|other| other.id.value == entry.id.value) {
                found.push(entry);
            }
        }
        // Nothing there: perhaps it is no search.
        if found.is_empty() { None } else { voice.found(topic, &found) }
    }

    async fn private_press(
        &self,
        inbound: &Inbound,
        moment: &Moment,
        data: &str,
        on: Option<MessageId>,
    ) -> Result<Outbound, StoreError> {
        let now = moment.now;
        let corpus = moment.engine.corpus();
        let Some(press) = Press::decode(data, corpus) else { return Ok(toast(reply::OLD_BUTTON)) };
        if let Press::Gap(gap) = &press {
            if !self.may(inbound, Right::Gaps) {
                return Ok(toast(reply::OLD_BUTTON));
            }
            return self.gap_pressed(gap, on, moment).await;
        }
        if let Press::Judge { sample, fits } = press {
            return self.judge(inbound, sample, fits, on, moment.today, now).await;
        }
        let mut outbound = self.press(&moment.voice(), inbound.chat, &press, on, now).await?;
        let last = shown(&press).and_then(|id| corpus.entry(id)).filter(|entry| entry.kind == Kind::Faq);
        outbound.memo.last = last.map(|entry| LastAnswer { place: self.place(inbound), entry: entry.id.value.clone() });
        Ok(self.once(outbound, inbound.chat, &press, on, now))
    }

    async fn press(
        &self,
        voice: &Voice<'_>,
        chat: ChatKey,
        press: &Press,
        on: Option<MessageId>,
        now: i64,
    ) -> Result<Outbound, StoreError> {
        let entry = |id: &str| voice.corpus.entry(id);
        Ok(match press {
            Press::Entry(id) => entry(id).map_or_else(gone, |entry| show(None, voice.answer(entry))),
            Press::Choose { entry: id, ticket } => {
                let Some(entry) = entry(id) else { return Ok(gone()) };
                self.note(*ticket, Outcome::Chosen(id.clone())).await;
                show(on, voice.answer(entry))
            }
            Press::Open(id) => entry(id).map_or_else(gone, |entry| show(on, voice.opened(entry))),
            Press::Topics => show(None, voice.topics()),
            Press::BackToTopics => show(on, voice.topics()),
            Press::Topic { id, page } => match voice.topic(id, *page) {
                Some(reply) => show(on, reply),
                None => {
                    let mut outbound = toast(reply::TOPIC_GONE);
                    outbound.steps.extend(show(on, voice.topics()).steps);
                    outbound
                }
            },
            Press::NoneOfThese { ticket } => {
                self.note(*ticket, Outcome::Rejected).await;
                show(on, voice.none_of_these())
            }
            Press::Person => show(None, voice.person()),
            // Whoever presses it has lost the mentors: there were some once.
            Press::Talk { .. } => toast(reply::OLD_BUTTON),
            Press::Search(topic) => match voice.search(topic) {
                Some(reply) => {
                    let mut outbound = show(on, reply);
                    if chat.surface != Surface::Web {
                        // A visitor of the page has a chat of their own for each visit, of which nothing is to be kept.
                        outbound.memo.changes.push(Change::Search(self.hashed(chat), Some(topic.clone())));
                    }
                    outbound
                }
                None => toast(reply::TOPIC_GONE),
            },
            Press::Sources { page } => show(on, voice.all_sources(*page)),
            Press::EndTrial { chat, ambient_at } => self.end_trial(chat, *ambient_at, on, now).await?,
            // Judging needs more than words; the others are buttons of groups.
            Press::Judge { .. } | Press::Gap(_) | Press::Remove | Press::Set(_) => toast(reply::OLD_BUTTON),
            Press::Vote { entry: id, up, opened } => {
                let Some(entry) = entry(id) else { return Ok(gone()) };
                let earlier = self.vote(chat, id, *up, None, now).await?;
                if *up {
                    return Ok(toast(if earlier == Some(false) { reply::THANKS_CHANGED } else { reply::THANKS }));
                }
                let mut outbound = toast(reply::THANKS_WHY);
                let reply = voice.ask_reason(entry, *opened);
                outbound.steps.push(match on {
                    Some(message) => Step::EditButtons { message, reply },
                    None => Step::say(reply),
                });
                outbound
            }
            Press::Reason { entry: id, reason, opened } => {
                let Some(entry) = entry(id) else { return Ok(gone()) };
                self.vote(chat, id, false, Some(reason_word(*reason)), now).await?;
                let mut outbound = toast(reply::THANKS_REASON);
                outbound.steps.extend(on.map(|message| answer_buttons(voice, entry, *opened, message)));
                outbound
            }
            Press::NoReason { entry: id, opened } => {
                let Some(entry) = entry(id) else { return Ok(gone()) };
                let steps = on.map(|message| answer_buttons(voice, entry, *opened, message));
                Outbound { steps: steps.into_iter().collect(), ..Outbound::default() }
            }
        })
    }
}

/// What somebody wants who followed a link with this payload.
fn followed(payload: &str) -> Said {
    if let Some(question) = reply::question_of_payload(payload) {
        return Said::Question(question);
    }
    match Command::named(payload).filter(|command| *command != Command::Start) {
        Some(command) => Said::Command(command, String::new()),
        None => Said::Command(Command::Start, payload.to_owned()),
    }
}

/// The entry that is the answer from now on, if the press has shown one.
fn shown(press: &Press) -> Option<&str> {
    match press {
        Press::Entry(entry) | Press::Choose { entry, .. } | Press::Open(entry) => Some(entry),
        Press::Topics
        | Press::BackToTopics
        | Press::Topic { .. }
        | Press::Vote { .. }
        | Press::Reason { .. }
        | Press::NoReason { .. }
        | Press::NoneOfThese { .. }
        | Press::Person
        | Press::Talk { .. }
        | Press::Search(_)
        | Press::Sources { .. }
        | Press::Judge { .. }
        | Press::Gap(_)
        | Press::EndTrial { .. }
        | Press::Remove
        | Press::Set(_) => None,
    }
}

/// The buttons of the answer, in place of those that ask for a reason.
fn answer_buttons(voice: &Voice<'_>, entry: &Entry, opened: bool, message: MessageId) -> Step {
    let reply = if opened { voice.opened(entry) } else { voice.answer(entry) };
    Step::EditButtons { message, reply }
}

fn gone() -> Outbound {
    toast(reply::ENTRY_GONE)
}

fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Wrong => "wrong",
        Reason::Outdated => "outdated",
        Reason::Incomplete => "incomplete",
        Reason::NotMyQuestion => "not_my_question",
    }
}
