//! What mentors write and press in their chat.
//!
//! Owns what of it is passed on: replies to the bot's messages of a conversation, and what stands in a topic that is a
//! conversation's own. What mentors say to one another is never passed on.

use jiff::civil::Date;

use super::{Opened, Passing, instead, passing};
use crate::app::{App, Beside, Elsewhere, Heard, Inbound, MessageId, Outbound, Said, Step, Trigger, toast};
use crate::engine::reply::person::{self as words, Stand, Talk};
use crate::engine::reply::{self, Reply};
use crate::store::{Change, Claim, Conversation, ConversationChange, Passed, StoreError};

/// What a note among mentors begins with.
const NOTES: [&str; 2] = ["//", "."];

/// What somebody has written in the mentors' chat.
struct Mentor<'a> {
    inbound: &'a Inbound,
    said: &'a Said,
    id: MessageId,
    edited: bool,
    replied: Option<MessageId>,
    beside: &'a Beside,
}

impl App {
    /// What to do about a message of a group; `None`: it belongs to no conversation.
    pub(in crate::app) async fn mentor_in_group(
        &self,
        inbound: &Inbound,
        heard: &Heard,
    ) -> Result<Option<Outbound>, StoreError> {
        let to_a_person = heard.replied.as_ref().is_some_and(|replied| replied.person.is_some());
        // Somebody who calls the bot wants its answer, and who replies to a person that person's.
        if matches!(heard.trigger, Trigger::Command | Trigger::Mention) || to_a_person {
            return Ok(None);
        }
        let replied = heard.replied.as_ref().map(|replied| replied.id);
        let Heard { said, id, edited, beside, .. } = heard;
        self.mentor_writes(&Mentor { inbound, said, id: *id, edited: *edited, replied, beside }).await
    }

    /// The same in a private chat, which is the mentors' where there is only one.
    pub(super) async fn mentor_in_private(
        &self,
        inbound: &Inbound,
        said: &Said,
        (id, edited, beside): (MessageId, bool, &Beside),
        replied: Option<MessageId>,
    ) -> Result<Option<Outbound>, StoreError> {
        if beside.forwarded {
            return Ok(None);
        }
        self.mentor_writes(&Mentor { inbound, said, id, edited, replied, beside }).await
    }

    async fn mentor_writes(&self, mentor: &Mentor<'_>) -> Result<Option<Outbound>, StoreError> {
        let chat = mentor.inbound.chat;
        if !self.is_mentors_chat(chat) || matches!(mentor.said, Said::Command(..) | Said::UnknownCommand) {
            return Ok(None);
        }
        let Some(row) = self.conversation_of(mentor).await? else { return Ok(None) };
        let text = match mentor.said {
            Said::Question(text) if NOTES.iter().any(|begin| text.starts_with(begin)) => {
                return Ok(Some(Outbound::default()));
            }
            Said::Question(text) => text,
            _ => return Ok(Some(below(mentor.id, words::ONLY_TEXT_FOR_MENTORS).into())),
        };
        match self.open(row).filter(Opened::is_open) {
            Some(talk) => self.mentor_says(mentor, &talk, &mentor.beside.with_links(text)).await.map(Some),
            None => Ok(Some(below(mentor.id, words::CLOSED_FOR_MENTORS).into())),
        }
    }

    /// The conversation that something in the mentors' chat belongs to.
    async fn conversation_of(&self, mentor: &Mentor<'_>) -> Result<Option<Conversation>, StoreError> {
        let chat = self.hashed(mentor.inbound.chat);
        let kept = self.kept();
        if mentor.edited
            && let Some(passed) = kept.relayed_at_mentors(chat, mentor.id.0).await?
        {
            return kept.conversation(passed.conversation).await;
        }
        if let Some(MessageId(to)) = mentor.replied {
            let relayed = kept.relayed_at_mentors(chat, to).await?.filter(|to| to.what != Passed::FromMentor);
            return match relayed {
                Some(relayed) => kept.conversation(relayed.conversation).await,
                None => Ok(None),
            };
        }
        match mentor.inbound.topic {
            Some(topic) => kept.conversation_in(chat, topic).await,
            None => Ok(None),
        }
    }

    /// Passes on what a mentor answers.
    async fn mentor_says(&self, mentor: &Mentor<'_>, talk: &Opened, text: &str) -> Result<Outbound, StoreError> {
        let (id, edited) = (mentor.id, mentor.edited);
        let conversation = talk.row.id;
        let relayed = self.kept().relayed(conversation).await?;
        let passed = Passing {
            conversation,
            what: Passed::FromMentor,
            source: Some(id),
            text: Some(text),
            edited,
            there: passing(&relayed, Passed::FromMentor, id),
        };
        let otherwise = instead(below(id, words::NOT_DELIVERED));
        let spot = |reply| Elsewhere { otherwise: otherwise.clone(), ..self.to_student(talk, &relayed, reply) };
        let named = self.settings.person.as_ref().is_some_and(|settings| settings.mentor_names);
        let name = mentor.inbound.name.as_deref().filter(|_| named);
        let steps = self.pass_on(words::answer(conversation, name, text), &passed, spot);
        let mut outbound = Outbound { steps, ..Outbound::default() };
        outbound.steps.push(Step::Tick { message: id, instead: Reply::plain(words::PASSED_ON) });
        if mentor.beside.media && !edited {
            outbound.steps.push(below(id, words::WORDS_ONLY));
        }
        Ok(outbound)
    }

    /// A press of a mentor on a button of a conversation.
    pub(in crate::app) async fn mentor_presses(
        &self,
        inbound: &Inbound,
        (id, act, on): (i64, Talk, Option<MessageId>),
        today: Date,
    ) -> Result<Outbound, StoreError> {
        let chat = self.hashed(inbound.chat);
        let talk = self.talk(id).await?.filter(|talk| talk.row.mentors == chat);
        let Some(talk) = talk else { return Ok(toast(reply::OLD_BUTTON)) };
        match act {
            Talk::Draft => self.keep_as_draft(&talk, today).await,
            Talk::Claim | Talk::Release | Talk::Close if !talk.is_open() => Ok(toast(words::CLOSED_ALREADY)),
            Talk::Claim | Talk::Release => self.claimed(&talk, inbound, act == Talk::Claim, on).await,
            Talk::Close => self.mentor_closes(&talk).await,
            Talk::SendUnnamed | Talk::SendNamed | Talk::Cancel | Talk::Reply => Ok(toast(reply::OLD_BUTTON)),
        }
    }

    /// A mentor sees to a conversation, or does not any more.
    async fn claimed(
        &self,
        talk: &Opened,
        inbound: &Inbound,
        claims: bool,
        on: Option<MessageId>,
    ) -> Result<Outbound, StoreError> {
        let (id, by) = (talk.row.id, self.hashed(inbound.person()));
        let now = if claims {
            let name = inbound.name.as_deref().unwrap_or("a mentor");
            let Some(name) = self.talks.seal(id, name) else { return Ok(toast(reply::OLD_BUTTON)) };
            self.kept().claim(id, Claim { by, name }).await?
        } else {
            self.kept().release(id, by).await?
        };
        let name = now.as_ref().map(|claim| self.claimer(id, claim));
        let mut outbound = match (&now, &name) {
            (Some(claim), Some(name)) if claim.by != by => return Ok(toast(&words::claimed_by(name))),
            (Some(_), _) => toast(words::CLAIMED),
            (None, _) => toast(words::RELEASED),
        };
        let relayed = self.kept().relayed(id).await?;
        outbound.steps.extend(self.buttons_at_question(talk, on, &relayed, Stand::Open(name.as_deref())));
        Ok(outbound)
    }

    async fn mentor_closes(&self, talk: &Opened) -> Result<Outbound, StoreError> {
        let relayed = self.kept().relayed(talk.row.id).await?;
        let mut outbound = toast(words::CLOSED);
        let told = words::closed_by_mentors(&talk.sealed.question);
        outbound.steps.push(self.to_student(talk, &relayed, told).into());
        outbound.steps.extend(self.end(talk, &relayed));
        outbound.memo.changes.push(Change::Conversation(ConversationChange::Closed(talk.row.id)));
        Ok(outbound)
    }
}

/// A line below a mentor's message.
fn below(message: MessageId, words: &str) -> Step {
    Step::Send { reply: Reply::plain(words), answers: None, below: Some(message), only_for: None }
}
