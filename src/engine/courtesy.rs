//! Greetings before a question and thanks after it, which are no part of what is asked.
//!
//! What counts as such, the corpus says: the phrasings of its small talk, if a word of theirs occurs nowhere else. Others
//! are no sure sign: "I have to go" says goodbye, and begins "I have to go to college?" as well. Nor is a message small
//! talk for being like it when it has the words of questions: "coding in the morning and billing in the afternoon".

use rustc_hash::FxHashSet;

use super::matcher::Prepared;
use super::text::Token;
use super::text::language::Language;

/// The wordings of all small talk.
#[derive(Debug, Default)]
pub struct Courtesies {
    language: Language,
    wordings: FxHashSet<Vec<Token>>,
    longest: usize,
    /// The words that one of them begins or ends with.
    edges: FxHashSet<Token>,
    /// Words with a subject that questions have and no small talk has.
    subjects: FxHashSet<Token>,
}

/// With so many words that only questions have, a message asks something: one may be a name or a slip.
const SUBJECTS_OF_A_QUESTION: usize = 2;

impl Courtesies {
    /// Those of a corpus in this language, by its entries and whether each is small talk.
    pub fn of<'a>(language: Language, entries: impl Iterator<Item = (bool, &'a Prepared)> + Clone) -> Self {
        let wordings = |smalltalk: bool| {
            let chosen = entries.clone().filter(move |(is_smalltalk, _)| *is_smalltalk == smalltalk);
            chosen.flat_map(|(_, entry)| &entry.phrasings)
        };
        let asked: FxHashSet<&Token> = wordings(false).flatten().collect();
        let mut courtesies = Self { language, ..Self::default() };
        let is_own = |token: &Token| !language.is_function_word(&token.word) && !asked.contains(token);
        wordings(true).filter(|wording| wording.iter().any(is_own)).for_each(|wording| courtesies.add(wording));
        let talked: FxHashSet<&Token> = wordings(true).flatten().collect();
        let is_subject = |token: &&&Token| !language.is_function_word(&token.word) && !talked.contains(*token);
        courtesies.subjects = asked.iter().filter(is_subject).map(|token| (*token).clone()).collect();
        courtesies
    }

    /// Whether this is no small talk, whatever it is like.
    pub fn is_question(&self, message: &[Token]) -> bool {
        let subjects: FxHashSet<&Token> = message.iter().filter(|token| self.subjects.contains(*token)).collect();
        subjects.len() >= SUBJECTS_OF_A_QUESTION
    }

    /// Adds a wording of small talk.
    fn add(&mut self, wording: &[Token]) {
        if !wording.is_empty() {
            self.longest = self.longest.max(wording.len());
            self.edges.extend(wording.first().into_iter().chain(wording.last()).cloned());
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
        if rest.len() == message.len() {
            return message;
        }
        let has_subject = rest.iter().any(|token| token.protected || !self.language.is_function_word(&token.word));
        if has_subject { rest } else { message }
    }

    /// Without the longest wording at the beginning, or else at the end.
    fn strip_once<'a>(&self, message: &'a [Token]) -> Option<&'a [Token]> {
        let lengths = |edge: Option<&Token>| {
            let longest = edge.filter(|edge| self.edges.contains(*edge)).map_or(0, |_| self.longest.min(message.len()));
            (1..=longest).rev()
        };
        let mut first = lengths(message.first()).filter_map(|length| message.split_at_checked(length));
        let mut last = lengths(message.last()).filter_map(|length| message.split_at_checked(message.len() - length));
        let after = first.find(|(start, _)| self.wordings.contains(*start)).map(|(_, rest)| rest);
        after.or_else(|| last.find(|(_, end)| self.wordings.contains(*end)).map(|(rest, _)| rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_left() {
        let tokens = |text: &str| -> Vec<Token> {
            text.split_whitespace().map(|word| Token { word: word.into(), ..Token::default() }).collect()
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

    #[test]
    fn what_may_begin_a_question_is_no_courtesy() {
        let entry = |phrasings: &[&str]| Prepared {
            phrasings: phrasings
                .iter()
                .map(|text| {
                    let words = text.split_whitespace();
                    words.map(|word| Token { word: word.into(), ..Token::default() }).collect()
                })
                .collect(),
            ..Prepared::default()
        };
        let (talk, faq) = (
            entry(&["bye", "i have to go", "no more questions"]),
            entry(&["how many questions has the exam", "is it hard"]),
        );
        let courtesies = Courtesies::of(Language::English, [(true, &talk), (false, &faq)].into_iter());
        let left = |message: &str| {
            let message = entry(&[message]).phrasings.remove(0);
            courtesies.strip(&message).iter().map(|token| token.word.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(left("i have to go to college bye"), "i have to go to college");
        assert_eq!(left("no more questions than a hundred"), "no more questions than a hundred");
        let is_question = |message: &str| courtesies.is_question(&entry(&[message]).phrasings.remove(0));
        assert!(is_question("no more questions about the hard exam bye"));
        assert!(!is_question("no more questions about the exam bye"));
    }
}
