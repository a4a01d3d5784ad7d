//! What happens when nobody answers: the mentors are reminded once, and the student is told.

use super::{NO_MESSAGE, Opened, PersonSettings};
use crate::app::group::Later;
use crate::app::moment::Moment;
use crate::app::{App, Due, Elsewhere, Outbound, Relays, Step};
use crate::engine::reply::person as words;
use crate::store::{Change, Passed, StoreError};

/// Seconds of an hour.
const HOUR_SECS: i64 = 60 * 60;

impl App {
    /// Has the mentors reminded of a conversation that begins, if the owner wants that.
    pub(super) fn remind_of(&self, talk: &Opened, settings: &PersonSettings) -> Option<Change> {
        let due = talk.row.opened.saturating_add(settings.remind_secs?);
        // However often it is begun, they are reminded once.
        let number = self.settings.key.number(&[b"reminder", &talk.row.id.to_be_bytes()]);
        let later = Later::Reminder { conversation: talk.row.id };
        self.later_of(&later, number, due, talk.row.student, NO_MESSAGE, talk.chat())
    }

    /// The reminder of this number, if nobody has claimed or answered the conversation.
    pub(in crate::app) async fn due_reminder(
        &self,
        id: i64,
        conversation: i64,
        moment: &Moment,
    ) -> Result<Option<Due>, StoreError> {
        let mentors = self.hashed(self.mentors_chat());
        let waits = |talk: &Opened| {
            let Opened { row, .. } = talk;
            talk.is_open() && row.claim.is_none() && row.answered.is_none() && row.mentors == mentors
        };
        let Some(talk) = self.talk(conversation).await?.filter(waits) else { return Ok(None) };
        let hours = (moment.now.saturating_sub(talk.row.opened) / HOUR_SECS).max(1);
        let question = &talk.sealed.question;
        let relayed = self.kept().relayed(conversation).await?;
        let relays = Relays { conversation, what: Passed::ToMentors, position: 0, source: None, text: None };
        let reminder = words::reminder(question, talk.student(), hours);
        let tell = |reminded| {
            let told = moment.voice().nobody_yet(question, hours, reminded);
            Step::from(self.to_student(&talk, &relayed, told))
        };
        let mut not_reminded = Outbound::from(tell(false));
        not_reminded.memo.changes.push(Change::Happened(id));
        let otherwise = Some(Box::new(not_reminded));
        let reminder = Elsewhere { relays: Some(relays), otherwise, ..self.to_mentors(&talk, &relayed, reminder) };
        let outbound = Outbound { steps: vec![reminder.into(), tell(true)], ..Outbound::default() };
        Ok(Some(Due { id, chat: talk.chat(), topic: talk.sealed.topic, outbound }))
    }
}
