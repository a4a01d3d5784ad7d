//! A draft of an entry, made of what a student asked and what mentors answered.
//!
//! Owns what of a conversation goes into it: no names, and nothing that was recognised as personal data. A person reads it
//! before it is served.

use std::path::Path;

use jiff::civil::Date;

use super::Opened;
use crate::app::entry_text::NewEntry;
use crate::app::{App, Outbound, toast};
use crate::engine::reply::person as words;
use crate::store::{Change, ConversationChange, Passed, StoreError};

/// How many of the last answers go into a draft.
const LAST_ANSWERS: usize = 3;

impl App {
    /// Writes a draft of a conversation, once, and says which it is.
    pub(super) async fn keep_as_draft(&self, talk: &Opened, today: Date) -> Result<Outbound, StoreError> {
        if let Some(draft) = &talk.row.draft {
            return Ok(toast(&words::drafted(draft, false)));
        }
        let draft = draft(&talk.sealed.question, &self.answers_in(talk).await?, today);
        let path = match self.save_draft(draft, self.engine().corpus()).await {
            Ok(path) => path,
            Err(why) => {
                tracing::error!(why, "cannot keep an answer of the mentors");
                return Ok(toast(words::NO_DRAFT));
            }
        };
        let id = Path::file_stem(&path).map(|id| id.to_string_lossy().into_owned()).unwrap_or_default();
        let mut outbound = toast(&words::drafted(&id, true));
        outbound.memo.changes.push(Change::Conversation(ConversationChange::Drafted(talk.row.id, id)));
        Ok(outbound)
    }

    /// The last answers of a conversation, in the order they were written in.
    async fn answers_in(&self, talk: &Opened) -> Result<Vec<String>, StoreError> {
        let relayed = self.kept().relayed(talk.row.id).await?;
        let answers = relayed.iter().filter(|relayed| relayed.what == Passed::FromMentor);
        let mut answers: Vec<String> =
            answers.filter_map(|answer| self.talks.open(talk.row.id, answer.sealed.as_ref()?)).collect();
        Ok(answers.split_off(answers.len().saturating_sub(LAST_ANSWERS)))
    }
}

fn draft(question: &str, answers: &[String], today: Date) -> NewEntry {
    let answered = if answers.is_empty() { "Nobody had answered it by then." } else { "A mentor has answered it." };
    let notes = [
        format!("A question of a student, kept on {today}. {answered}"),
        "Before it is served: ask it as others would, name the sources, set `reviewed`, and look for names and greetings: \
         only what is plainly personal was removed."
            .to_owned(),
    ];
    NewEntry {
        question: question.to_owned(),
        answer: answers.join("\n\n"),
        notes: notes.to_vec(),
        ..NewEntry::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_the_question_and_the_answers_with_what_is_to_be_done_yet() {
        let today = jiff::civil::date(2026, 11, 22);
        let answers = ["Yes, once.".to_owned(), "And in May.".to_owned()];
        let kept = draft("Can I retake\nthe exam?", &answers, today);
        assert_eq!(kept.answer, "Yes, once.\n\nAnd in May.");
        assert_eq!((kept.question.as_str(), kept.topic, kept.reviewed), ("Can I retake\nthe exam?", None, None));
        assert!(kept.notes[0].contains("2026-11-22. A mentor has answered it"), "{:?}", kept.notes);
        let open = draft("?", &[], today);
        assert!(open.answer.is_empty());
        assert!(open.notes[0].contains("Nobody had answered"));
    }
}
