//! One message of a conversation: the questions in it, and what an earlier answer has to do with them.
//!
//! Owns where one question ends and the next begins, and what a follow-up is. What a question is worth by itself is
//! [`Engine::answer`]'s.

use super::{Audience, Decision, Engine, EntryNumber, Verdict};

/// How many questions of a message are answered.
const MOST_PARTS: usize = 3;
/// A message that begins so goes on from what was said before.
const FOLLOWS_ON: [&str; 4] = ["and ", "but ", "what about ", "how about "];

/// Words for something that was named before.
const REFERS_BACK: [&str; 6] = ["it", "that", "this", "they", "them", "one"];

/// One question of a message, and what to do with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The words that ask it.
    pub text: String,
    /// What to do with it.
    pub verdict: Verdict,
}

impl Engine {
    /// What to do with each question of a message, in order: one to three. `last` is the entry that was last the answer in
    /// this conversation, in whose light a follow-up is read.
    pub fn converse(&self, message: &str, audience: Audience, last: Option<EntryNumber>) -> Vec<Part> {
        let whole = Part { text: message.to_owned(), verdict: self.answer(message, audience) };
        let pieces = pieces(message);
        if pieces.len() > 1 && pieces.iter().all(|piece| is_sentence(piece)) {
            let of = |piece: &&str| Part { text: (*piece).to_owned(), verdict: self.answer(piece, audience) };
            let parts: Vec<Part> = pieces.iter().take(MOST_PARTS).map(of).collect();
            let is_known = |part: &Part| matches!(part.verdict.decision, Decision::Answer(_) | Decision::Suggest(_));
            if parts.iter().all(is_known) {
                return parts;
            }
        }
        // What is understood by itself needs no other light, unless it says that there is one.
        let alone = matches!(whole.verdict.decision, Decision::Answer(_)) && !refers_back(message);
        let verdict = last.filter(|_| !alone).and_then(|last| self.follow_up(message, audience, last));
        vec![Part { verdict: verdict.unwrap_or(whole.verdict), ..whole }]
    }

    /// What a message asks that goes on from the answer `last`: at most a suggestion, for what it is about is guessed.
    fn follow_up(&self, message: &str, audience: Audience, last: EntryNumber) -> Option<Verdict> {
        let lower = message.trim_start().to_lowercase();
        FOLLOWS_ON.iter().any(|start| lower.starts_with(start)).then_some(())?;
        let question = &self.entry(last)?.question;
        let mut verdict = self.answer(&format!("{message} {}", question.value), audience);
        verdict.hits.retain(|hit| hit.entry != last);
        let first = verdict.hits.first()?.entry;
        if verdict.decision == Decision::Silent {
            return None;
        }
        verdict.decision = Decision::Suggest(vec![first]);
        Some(verdict)
    }
}

/// Whether this is about something that was named before.
fn refers_back(message: &str) -> bool {
    let mut words = message.split(|c: char| !c.is_alphanumeric());
    words.any(|word| REFERS_BACK.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Whether this may say something by itself: a number alone belongs to the words beside it.
fn is_sentence(piece: &str) -> bool {
    piece.chars().any(char::is_alphabetic)
}

/// What stands on lines of its own, or ends with a question mark.
fn pieces(message: &str) -> Vec<&str> {
    let mut after_mark = false;
    let ends = |c: char| {
        let end = c == '\n' || (after_mark && c.is_whitespace());
        after_mark = c == '?';
        end
    };
    let pieces = message.split(ends).map(str::trim);
    pieces.filter(|piece| piece.chars().any(char::is_alphanumeric)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_words_stand_for_what_was_named_before() {
        for (message, expected) in
            [("and how much is it?", true), ("And IT costs?", true), ("and its price", false), ("and the CCS?", false)]
        {
            assert_eq!(refers_back(message), expected, "{message}");
        }
    }

    #[test]
    fn a_line_and_a_question_mark_end_a_question() {
        for (message, expected) in [
            ("", &[][..]),
            ("one", &["one"]),
            ("one? two?\nthree", &["one?", "two?", "three"]),
            ("one??\n\n?\ntwo", &["one??", "two"]),
            ("a?b", &["a?b"]),
        ] {
            assert_eq!(pieces(message), expected, "{message:?}");
        }
    }
}
