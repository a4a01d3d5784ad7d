//! What a student writes and presses in a conversation with the mentors.

use super::ask::Wanted;
use super::{Opened, Passing, PersonSettings, instead, passing};
use crate::app::moment::Moment;
use crate::app::{App, Beside, Command, Elsewhere, Event, Inbound, MessageId, Outbound, Said, Step, show, toast};
use crate::engine::reply::person::{self as words, Stand, Talk};
use crate::engine::reply::{self, Press, Reply};
use crate::store::{Change, ChatSettings, ConversationChange, Passed, Relayed, StoreError};

/// For how long (seconds) after somebody was asked for words to a person their next message is taken for those.
const WRITES_SECS: i64 = 30 * 60;

/// What a student has written.
#[derive(Clone, Copy)]
struct Written<'a> {
    text: &'a str,
    id: MessageId,
    edited: bool,
    beside: &'a Beside,
}

impl App {
    /// What to do about something in a private chat that concerns a person; `None`: it does not.
    pub(in crate::app) async fn person_in_private(
        &self,
        inbound: &Inbound,
        moment: &Moment,
        settings: &ChatSettings,
    ) -> Result<Option<Outbound>, StoreError> {
        let Some(mentors) = self.mentors_for(inbound.chat) else { return Ok(None) };
        match &inbound.event {
            Event::Message { said, id, edited, replied, beside } => {
                let message = (*id, *edited, beside);
                let replied = replied.as_ref().map(|replied| replied.id);
                if let Some(outbound) = self.mentor_in_private(inbound, said, message, replied).await? {
                    return Ok(Some(outbound));
                }
                self.student_writes(inbound, moment, mentors, settings, (said, message, replied)).await
            }
            Event::Press { data, on } => match Press::decode(data, moment.engine.corpus()) {
                Some(Press::Person) => {
                    let outbound = self.ask_person(inbound, moment, mentors, (None, *on)).await?;
                    Ok(Some(self.once(outbound, inbound.chat, &Press::Person, *on, moment.now)))
                }
                Some(Press::Talk { conversation, act }) if self.is_mentors_chat(inbound.chat) => {
                    self.mentor_presses(inbound, (conversation, act, *on), moment.today).await.map(Some)
                }
                Some(Press::Talk { conversation, act }) => {
                    self.student_presses(inbound, moment, mentors, (conversation, act, *on)).await.map(Some)
                }
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    async fn student_writes(
        &self,
        inbound: &Inbound,
        moment: &Moment,
        mentors: &PersonSettings,
        settings: &ChatSettings,
        (said, (id, edited, beside), replied): (&Said, (MessageId, bool, &Beside), Option<MessageId>),
    ) -> Result<Option<Outbound>, StoreError> {
        let chat = self.hashed(inbound.chat);
        if edited {
            // Most are of questions to the bot, which are answered whatever the store says.
            let passed = self.kept().relayed_at_student(chat, id.0).await.unwrap_or_else(|error| {
                tracing::error!(%error, "cannot look up whether a message went to the mentors");
                None
            });
            let passed = passed.filter(|passed| passed.what == Passed::FromStudent);
            return match (passed, said) {
                (Some(passed), Said::Question(text)) => {
                    let written = Written { text, id, edited, beside };
                    self.student_says(inbound, moment, passed.conversation, written).await.map(Some)
                }
                // The words that were passed on stay as they are.
                (Some(_), _) => Ok(Some(Outbound::default())),
                (None, _) => Ok(None),
            };
        }
        match said {
            Said::Command(Command::Cancel, _) if settings.writes.is_some() => {
                return Ok(Some(Step::say(Reply::plain(words::CANCELLED)).into()));
            }
            Said::Command(..) | Said::UnknownCommand => return Ok(None),
            Said::Question(_) | Said::Wordless => {}
        }
        let replied = match replied {
            Some(MessageId(to)) => self.kept().relayed_at_student(chat, to).await?,
            None => None,
        };
        let writes = settings.writes.filter(|writes| moment.now.saturating_sub(writes.since) <= WRITES_SECS);
        let to = match (&replied, writes) {
            (Some(relayed), _) => Some(relayed.conversation),
            (None, Some(writes)) => writes.conversation,
            (None, None) => return Ok(None),
        };
        let Said::Question(text) = said else {
            return Ok(Some(self.once_more(inbound, to, words::ONLY_TEXT)));
        };
        if beside.forwarded {
            return Ok(Some(self.once_more(inbound, to, words::OWN_WORDS)));
        }
        let written = Written { text, id, edited, beside };
        match to {
            Some(conversation) => self.student_says(inbound, moment, conversation, written).await.map(Some),
            None => {
                let question = &beside.with_links(text);
                let wanted = Wanted { question, of: None, media: beside.media };
                Ok(Some(self.preview(inbound, mentors, &wanted, moment.now)))
            }
        }
    }

    /// Says why something cannot be passed on, and takes the next message for it.
    fn once_more(&self, inbound: &Inbound, conversation: Option<i64>, why: &str) -> Outbound {
        let mut outbound: Outbound = Step::say(Reply::plain(why)).into();
        outbound.memo.changes.push(Change::Writes(self.hashed(inbound.chat), Some(conversation)));
        outbound
    }

    /// Passes on what a student writes in a conversation.
    async fn student_says(
        &self,
        inbound: &Inbound,
        moment: &Moment,
        conversation: i64,
        written: Written<'_>,
    ) -> Result<Outbound, StoreError> {
        let Written { text, id, edited, beside } = written;
        let Some(talk) = self.talk_of_student(inbound, conversation).await? else {
            let over = || Step::say(Reply::plain(words::TALK_OVER)).into();
            return Ok(if edited { Outbound::default() } else { over() });
        };
        let relayed = self.kept().relayed(conversation).await?;
        let passed = Passing {
            conversation,
            what: Passed::FromStudent,
            source: Some(id),
            text: None,
            edited,
            there: passing(&relayed, Passed::FromStudent, id),
        };
        let otherwise = instead(Step::say(moment.voice().nobody_reached()));
        let spot = |reply| Elsewhere { otherwise: otherwise.clone(), ..self.to_mentors(&talk, &relayed, reply) };
        let steps = self.pass_on(words::message(talk.student(), &beside.with_links(text)), &passed, spot);
        let mut outbound = Outbound { steps, ..Outbound::default() };
        if !edited {
            outbound.steps.push(Step::Tick { message: id, instead: Reply::plain(words::PASSED_ON) });
        }
        if beside.media && !edited {
            outbound.steps.push(Step::say(Reply::plain(words::WORDS_ONLY)));
        }
        Ok(outbound)
    }

    /// The conversation of this number, if it is this student's and can be gone on with.
    async fn talk_of_student(&self, inbound: &Inbound, id: i64) -> Result<Option<Opened>, StoreError> {
        let (chat, mentors) = (self.hashed(inbound.chat), self.hashed(self.mentors_chat()));
        let is_theirs = |talk: &Opened| talk.is_open() && talk.row.student == chat && talk.row.mentors == mentors;
        Ok(self.talk(id).await?.filter(is_theirs))
    }

    async fn student_presses(
        &self,
        inbound: &Inbound,
        moment: &Moment,
        mentors: &PersonSettings,
        (id, act, on): (i64, Talk, Option<MessageId>),
    ) -> Result<Outbound, StoreError> {
        match act {
            Talk::SendUnnamed | Talk::SendNamed => self.decided(inbound, moment, mentors, (id, act, on)).await,
            Talk::Cancel => {
                let mut outbound = show(on, Reply::plain(words::CANCELLED));
                outbound.memo.changes.push(Change::Happened(id));
                Ok(outbound)
            }
            Talk::Reply => match self.talk_of_student(inbound, id).await? {
                Some(talk) => {
                    let mut outbound: Outbound = Step::say(words::ask_reply(&talk.sealed.question)).into();
                    outbound.memo.changes.push(Change::Writes(talk.row.student, Some(Some(id))));
                    let press = Press::Talk { conversation: id, act };
                    Ok(self.once(outbound, inbound.chat, &press, on, moment.now))
                }
                None => Ok(toast(words::TALK_OVER)),
            },
            Talk::Close => match self.talk_of_student(inbound, id).await? {
                Some(talk) => self.student_closes(&talk, on).await,
                None => Ok(toast(words::TALK_OVER)),
            },
            // Those of mentors.
            Talk::Claim | Talk::Release | Talk::Draft => Ok(toast(reply::OLD_BUTTON)),
        }
    }

    async fn student_closes(&self, talk: &Opened, on: Option<MessageId>) -> Result<Outbound, StoreError> {
        let relayed = self.kept().relayed(talk.row.id).await?;
        let mut outbound = toast(words::YOU_CLOSED);
        // Without its buttons.
        let shown = on.map(|message| Step::EditButtons { message, reply: Reply::plain(words::YOU_CLOSED) });
        outbound.steps.extend(shown);
        outbound.steps.push(self.to_mentors(talk, &relayed, words::closed_by_student(talk.student())).into());
        outbound.steps.extend(self.end(talk, &relayed));
        outbound.memo.changes.push(Change::Conversation(ConversationChange::Closed(talk.row.id)));
        Ok(outbound)
    }

    /// What shows in the mentors' chat that a conversation is over.
    pub(super) fn end(&self, talk: &Opened, relayed: &[Relayed]) -> Vec<Step> {
        let buttons = self.buttons_at_question(talk, None, relayed, Stand::Closed);
        let topic = talk.row.topic.map(Step::CloseTopic);
        let mentors = self.mentors_chat();
        buttons.into_iter().chain(topic).map(|step| Step::In(mentors, Box::new(step))).collect()
    }
}
