//! What buttons do in a group, where everybody can press them.

use super::{Here, reply_to};
use crate::app::{App, MessageId, Outbound, ReplyTo, Rights, Step, toast};
use crate::engine::reply::{self, ADMINS_ONLY, NOT_YOURS, NOT_YOURS_TO_REMOVE, Press, Ticket};
use crate::store::{AnswerLink, Outcome, StoreError};

impl App {
    pub(super) async fn press_in_group(
        &self,
        here: &Here<'_>,
        data: &str,
        on: Option<MessageId>,
    ) -> Result<Outbound, StoreError> {
        let voice = here.moment.voice();
        let Some(press) = Press::decode(data, voice.corpus) else { return Ok(toast(reply::OLD_BUTTON)) };
        match press {
            Press::Set(_) if here.group.rights == Rights::Unknown => Ok(toast(reply::CANNOT_CHECK)),
            Press::Set(_) if !here.is_admin() => Ok(toast(ADMINS_ONLY)),
            Press::Set(setting) => self.set(here, setting, on).await,
            Press::Vote { entry, up, .. } => {
                if voice.corpus.entry(&entry).is_none() {
                    return Ok(toast(reply::ENTRY_GONE));
                }
                let earlier = self.vote(here.group.person, &entry, up, None, here.now()).await?;
                let changed = earlier.is_some_and(|earlier| earlier != up);
                Ok(toast(match (up, changed) {
                    (_, true) => reply::THANKS_CHANGED,
                    (true, false) => reply::THANKS,
                    (false, false) => reply::THANKS_IN_GROUP,
                }))
            }
            Press::Remove => self.remove(here, on).await,
            Press::Talk { conversation, act } => {
                self.mentor_presses(here.inbound, (conversation, act, on), here.moment.today).await
            }
            Press::Choose { entry, ticket } => self.choose(here, &entry, ticket, on).await,
            Press::NoneOfThese { ticket } => {
                let link = self.link_of(here, on).await?;
                if !here.is_admin() && !self.is_own(here, link.as_ref()) {
                    return Ok(toast(NOT_YOURS));
                }
                self.note(ticket, Outcome::Rejected).await;
                let mut outbound = toast(reply::NONE_IN_GROUP);
                outbound.steps.extend(on.zip(link).map(|(message, link)| taken_away(message, link)));
                Ok(outbound)
            }
            // Nothing in a group has buttons that do something else.
            _ => Ok(toast(reply::OLD_BUTTON)),
        }
    }

    async fn link_of(&self, here: &Here<'_>, on: Option<MessageId>) -> Result<Option<AnswerLink>, StoreError> {
        match on {
            Some(message) => self.store.answer_at(here.chat, message.0).await,
            None => Ok(None),
        }
    }

    /// Whether it was asked by whoever pressed the button.
    fn is_own(&self, here: &Here<'_>, link: Option<&AnswerLink>) -> bool {
        let asker = link.and_then(|link| link.about.as_ref()).map(|about| about.asker);
        asker == Some(self.hashed(here.group.person))
    }

    async fn remove(&self, here: &Here<'_>, on: Option<MessageId>) -> Result<Outbound, StoreError> {
        let link = self.link_of(here, on).await?;
        if !here.is_admin() && !self.is_own(here, link.as_ref()) {
            return Ok(toast(NOT_YOURS_TO_REMOVE));
        }
        let Some(message) = on else { return Ok(toast(reply::OLD_BUTTON)) };
        Ok(match link {
            Some(link) => taken_away(message, link).into(),
            None => Step::TidyUp(message).into(),
        })
    }

    async fn choose(
        &self,
        here: &Here<'_>,
        id: &str,
        ticket: Option<Ticket>,
        on: Option<MessageId>,
    ) -> Result<Outbound, StoreError> {
        let voice = here.moment.voice();
        let link = self.link_of(here, on).await?;
        let (Some(link), Some(message)) = (link, on) else { return Ok(toast(reply::OLD_BUTTON)) };
        if !here.is_admin() && !self.is_own(here, Some(&link)) {
            return Ok(toast(NOT_YOURS));
        }
        let Some(entry) = voice.corpus.entry(id) else { return Ok(toast(reply::ENTRY_GONE)) };
        self.note(ticket, Outcome::Chosen(id.to_owned())).await;
        // It stays whose it was: an admin may have helped.
        let asker = link.about.map(|about| about.asker);
        let mut about = here.about(Some(&entry.id), here.group.person);
        about.asker = asker.unwrap_or(about.asker);
        let answers = Some(reply_to(MessageId(link.question), link.position, about));
        Ok(Step::Edit { message, reply: voice.short_answer(entry, here.room()), answers }.into())
    }
}

fn taken_away(message: MessageId, link: AnswerLink) -> Step {
    let answers =
        ReplyTo { question: MessageId(link.question), position: link.position, about: link.about, trace: None };
    Step::Delete { message, answers }
}
