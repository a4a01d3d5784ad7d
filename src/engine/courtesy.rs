//! Greetings before a question and thanks after it, which are no part of what is asked.
//!
//! What counts as such, the corpus says: the phrasings of its small talk.

use rustc_hash::FxHashSet;

use super::text::{Token, is_function_word};

/// The wordings of all small talk.
#[derive(Debug, Default)]
pub struct Courtesies {
    wordings: FxHashSet<Vec<Token>>,
    longest: usize,
}

impl Courtesies {
    /// Adds a wording of small talk.
    pub fn add(&mut self, wording: &[Token]) {
        if !wording.is_empty() {
            self.longest = self.longest.max(wording.len());
            self.wordings.insert(wording.to_vec());
        }
    }

    /// The message without the small talk it begins and ends with; the whole of it if nothing with a subject of its own
    /// would be left.
    pub fn strip<'a>(&self, message: &'a [Token]) -> &'a [Token] {
        let mut rest = message;
        while let Some(shorter) = self.strip_once(rest) {
            rest = shorter;
        }
        let has_subject = rest.iter().any(|token| token.protected || !is_function_word(&token.word));
        if has_subject { rest } else { message }
    }

    /// Without the longest wording at the beginning, or else at the end.
    fn strip_once<'a>(&self, message: &'a [Token]) -> Option<&'a [Token]> {
        let lengths = || (1..=self.longest.min(message.len())).rev();
        let first = lengths().filter_map(|length| message.split_at_checked(length));
        let last = lengths().filter_map(|length| message.split_at_checked(message.len() - length));
        let after = first.into_iter().find(|(start, _)| self.wordings.contains(*start)).map(|(_, rest)| rest);
        after.or_else(|| last.into_iter().find(|(_, end)| self.wordings.contains(*end)).map(|(rest, _)| rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_left() {
        let tokens = |text: &str| -> Vec<Token> {
            text.split_whitespace().map(|word| Token { word: word.to_owned(), protected: false }).collect()
        };
        let mut courtesies = Courtesies::default();
        for wording in ["hello", "good morning", "how are you", "thanks", "thank you", "thank you so much"] {
            courtesies.add(&tokens(wording));
        }
        for (message, left) in [
            ("hello good morning what does it cost thank you so much", "what does it cost"),
            ("what does it cost thanks hello", "what does it cost"),
            ("what does it cost", "what does it cost"),
            ("say hello to her", "say hello to her"),
            ("hello", "hello"),
            ("hello thanks", "hello thanks"),
            ("hello what is it", "hello what is it"),
            ("", ""),
        ] {
            assert_eq!(courtesies.strip(&tokens(message)), tokens(left), "{message}");
        }
    }
}
