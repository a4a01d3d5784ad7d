//! A message in pieces: its sentences, and the questions that one sentence joins with "and".
//!
//! Owns where a piece ends and what it looks like from outside: whether it asks. What it is about is not looked at. The
//! words are English; of messages in other languages only marks tell.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::text::language::Language;

/// A piece of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// As it was written.
    pub text: &'a str,
    /// It has a question mark, or begins as a question does.
    pub asks: bool,
    /// Number of the sentence it is of.
    pub sentence: usize,
}

/// Words that a question begins with, sorted.
const WH_WORDS: &[&str] =
    &["how", "hows", "wat", "what", "whats", "when", "whens", "where", "wheres", "which", "who", "whos", "why", "wich"];
/// Words that a question begins with, whatever follows, sorted.
const AUXILIARIES: &[&str] =
    &["am", "are", "can", "could", "did", "does", "is", "isnt", "should", "was", "were", "will", "would"];
/// Words that a question begins with when somebody or something follows, sorted: "do this first" asks nothing.
const HALF_AUXILIARIES: &[&str] = &["do", "dont", "had", "has", "have", "may", "must"];
/// Somebody or something, sorted.
const SUBJECTS: &[&str] = &[
    "a",
    "all",
    "an",
    "any",
    "anybody",
    "anyone",
    "billers",
    "coders",
    "employers",
    "everyone",
    "i",
    "most",
    "my",
    "one",
    "people",
    "some",
    "someone",
    "the",
    "there",
    "these",
    "they",
    "those",
    "u",
    "we",
    "you",
];
/// Words before the beginning of a question that are no part of it, sorted.
const FILLERS: &[&str] = &[
    "also", "and", "anyway", "anyways", "besides", "btw", "but", "first", "hello", "hey", "hi", "lastly", "like",
    "next", "oh", "ok", "okay", "or", "please", "pls", "plus", "second", "so", "then", "third", "um", "well",
];
/// What says within a sentence that it asks.
const ASKING: &[&str] = &[
    "any advice",
    "any idea",
    "anybody know",
    "anyone know",
    "cant find",
    "confused",
    "could you explain",
    "curious",
    "do not know if",
    "dont know if",
    "explain",
    "how do i",
    "how is",
    "how long",
    "how many",
    "how much",
    "how to",
    "how would",
    "is it true",
    "is that",
    "like to know",
    "my question",
    "my worry is",
    "need to know",
    "not sure if",
    "not sure how",
    "not sure what",
    "question is",
    "should i",
    "tell me",
    "to find out",
    "to figure out",
    "u know",
    "want to ask",
    "want to know",
    "wanna know",
    "wanted to ask",
    "wanted to know",
    "what is the",
    "whats the",
    "whether",
    "which",
    "wondering",
    "you know",
];
/// Short forms whose dot ends no sentence, sorted.
const SHORT_FORMS: &[&str] =
    &["approx", "dr", "e.g", "eg", "etc", "i.e", "ie", "mr", "mrs", "ms", "no", "st", "vs", "yr", "yrs"];
/// Joins two questions in one sentence; longer ones first.
const JOINTS: &[&str] = &[
    ", and also ",
    " and also ",
    ", and ",
    " and ",
    ", also ",
    " also ",
    " plus ",
    ", but ",
    ", or ",
    " & ",
    " n ",
    ", ",
];

/// The pieces of a message, in order. At most `most`; what follows is part of the last.
pub fn pieces(message: &str, language: Language, most: usize) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = message;
    let mut number = 0;
    while !rest.trim().is_empty() {
        let end = if found.len() + 1 < most { sentence_end(rest) } else { rest.len() };
        let (sentence, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        let sentence = sentence.trim();
        if sentence.chars().any(char::is_alphabetic) {
            let marked = sentence.trim_end_matches(['!', '.', ')', '"', ' ']).ends_with(['?', '？', '؟', ';'])
                && !sentence.ends_with(';');
            if language == Language::English {
                split_joined(sentence, number, marked, most, &mut found);
            } else {
                found.push(Piece { text: sentence, asks: marked, sentence: number });
            }
            number += 1;
        }
    }
    found
}

/// Where the first sentence ends: behind its mark.
fn sentence_end(text: &str) -> usize {
    let mut word_start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        let spaced = next.is_none_or(char::is_whitespace);
        let end = at + c.len_utf8();
        match c {
            '\n' | '?' | '？' | '؟' | '。' | '…' if !matches!(next, Some('?' | '!' | '.')) => return end,
            '!' if !matches!(next, Some('?' | '!')) => return end,
            ';' if spaced => return end,
            // "2 questions: ..."
            ':' if spaced && before_colon(text.get(..at).unwrap_or_default()) => return end,
            '.' if spaced => {
                let before = text.get(word_start..at).unwrap_or_default();
                let ends = before.chars().count() > 1
                    && !before.bytes().all(|b| b.is_ascii_digit())
                    && SHORT_FORMS.binary_search(&before.to_ascii_lowercase().as_str()).is_err();
                if ends {
                    return end;
                }
            }
            _ => {}
        }
        if c.is_whitespace() {
            word_start = end;
            if begins_item(text.get(end..).unwrap_or_default()) && !text.get(..at).unwrap_or_default().trim().is_empty()
            {
                return end;
            }
        }
    }
    text.len()
}

/// Whether a numbered item of a list begins here: "2) ".
fn begins_item(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_digit())
        && matches!(chars.next(), Some(')' | '.'))
        && chars.next().is_some_and(char::is_whitespace)
}

/// Whether what stands before a colon only announces questions.
fn before_colon(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["question", "questions", "q", "qs"].iter().any(|word| text.trim_end().ends_with(word))
}

/// Splits a sentence where one question ends and another begins.
fn split_joined<'a>(sentence: &'a str, number: usize, marked: bool, most: usize, found: &mut Vec<Piece<'a>>) {
    let mut start = 0;
    let mut at = 0;
    while let Some(rest) = sentence.get(at..).filter(|_| found.len() + 1 < most) {
        let Some((offset, length)) = first_joint(rest) else { break };
        let (left, right) = (sentence.get(start..at + offset), sentence.get(at + offset + length..));
        let (Some(left), Some(right)) = (left, right) else { break };
        if begins_question(right) && is_question(left) {
            found.push(Piece { text: left.trim(), asks: true, sentence: number });
            start = at + offset + length;
        }
        at += offset + length;
    }
    if let Some(text) = sentence.get(start..).map(str::trim).filter(|text| !text.is_empty()) {
        found.push(Piece { text, asks: marked || is_question(text), sentence: number });
    }
}

/// The place of the first of [`JOINTS`] in any case, and the length of the longest there.
fn first_joint(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let longest_at = |&at: &usize| -> Option<(usize, usize)> {
        let rest = bytes.get(at..)?;
        let begins = |joint: &&&str| rest.get(..joint.len()).is_some_and(|r| r.eq_ignore_ascii_case(joint.as_bytes()));
        JOINTS.iter().filter(begins).map(|joint| (at, joint.len())).max()
    };
    let mut starts = bytes.iter().enumerate().filter(|(_, b)| matches!(b, b' ' | b',')).map(|(at, _)| at);
    starts.find_map(|at| longest_at(&at))
}

/// The first words of a text, in lower case, without apostrophes.
fn first_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
}

/// Whether it begins as a question does, after words that are no part of it.
pub fn begins_question(text: &str) -> bool {
    let mut words = first_words(text).skip_while(|word| is_filler(word));
    let Some(first) = words.next() else { return false };
    if WH_WORDS.binary_search(&first.as_str()).is_ok() {
        return words.next().is_some();
    }
    let Some(second) = words.next() else { return false };
    AUXILIARIES.binary_search(&first.as_str()).is_ok()
        || HALF_AUXILIARIES.binary_search(&first.as_str()).is_ok() && SUBJECTS.binary_search(&second.as_str()).is_ok()
}

/// A word, or the number in a list.
fn is_filler(word: &str) -> bool {
    FILLERS.binary_search(&word).is_ok() || word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether it begins as a question does, or says that it is one.
fn is_question(text: &str) -> bool {
    if begins_question(text) {
        return true;
    }
    static PHRASES: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(ASKING).ok());
    let Some(phrases) = PHRASES.as_ref() else { return false };
    if text.contains(['\'', '’']) {
        let plain: String = text.chars().filter(|c| !matches!(c, '\'' | '’')).collect();
        return phrases.is_match(&plain);
    }
    phrases.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tables_are_sorted() {
        for table in [WH_WORDS, AUXILIARIES, HALF_AUXILIARIES, SUBJECTS, FILLERS, SHORT_FORMS] {
            assert!(table.is_sorted(), "{table:?}");
        }
    }

    #[test]
    fn messages_in_pieces() {
        for (message, expected) in [
            ("", &[][..]),
            ("?!", &[]),
            ("what is the cpc", &["what is the cpc?"]),
            ("what is the CPC? 249", &["what is the CPC??"]),
            ("I passed!! what now??", &["I passed!!", "what now???"]),
            ("hello\nhow much is it", &["hello", "how much is it?"]),
            ("cpc vs. ccs? e.g. for pay", &["cpc vs. ccs??", "e.g. for pay"]),
            ("I work in St. Louis. is that ok", &["I work in St. Louis.", "is that ok?"]),
            ("1. what is a CCA 2) and is it hard", &["1. what is a CCA?", "2) and is it hard?"]),
            ("do this first and send it", &["do this first and send it"]),
            ("are books ok, can i write in them", &["are books ok?", "can i write in them?"]),
            (
                "2 questions: what's a CCA, and how many questions does its test have",
                &["2 questions:", "what's a CCA?", "how many questions does its test have?"],
            ),
            ("whats harder and can i work at home", &["whats harder?", "can i work at home?"]),
            ("what do coders and billers do", &["what do coders and billers do?"]),
            ("i was wondering how much the cpc is", &["i was wondering how much the cpc is?"]),
            ("I study nights and do homework", &["I study nights and do homework"]),
        ] {
            let found = pieces(message, Language::English, 8);
            let found: Vec<String> =
                found.iter().map(|p| format!("{}{}", p.text, if p.asks { "?" } else { "" })).collect();
            assert_eq!(found, expected, "{message}");
        }
        assert_eq!(pieces("a b? c d? e f?", Language::English, 2).len(), 2);
        assert!(pieces("Was kostet das? Und wann", Language::German, 8)[0].asks);
    }

    proptest! {
        #[test]
        fn pieces_are_parts_of_the_message_in_order(message in "\\PC{0,80}|[a-z ,.?!\n]{0,80}| (what|is|it|and|how|,|\\?| ){0,20}") {
            let mut rest = message.as_str();
            for piece in pieces(&message, Language::English, 5) {
                let at = rest.find(piece.text).unwrap();
                rest = &rest[at + piece.text.len()..];
            }
        }
    }
}
