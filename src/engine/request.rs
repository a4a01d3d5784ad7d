//! Requests to do something: "book my exam for June", "please send me the form". No written answer does that, however
//! much it is about exams and forms.

use super::text::{Token, is_function_word};

/// What people ask others to do for them, sorted. Telling and showing are not among it: an answer does that.
const DEEDS: &[&str] = &[
    "book",
    "buy",
    "call",
    "cancel",
    "change",
    "check",
    "complete",
    "delete",
    "deliver",
    "do",
    "download",
    "email",
    "enroll",
    "fill",
    "finish",
    "fix",
    "forward",
    "grade",
    "lend",
    "mail",
    "move",
    "order",
    "pay",
    "post",
    "print",
    "refund",
    "register",
    "remind",
    "remove",
    "reschedule",
    "reserve",
    "reset",
    "schedule",
    "sell",
    "send",
    "sign",
    "submit",
    "text",
    "transfer",
    "translate",
    "unlock",
    "update",
    "upload",
    "write",
];
/// What such a thing is done to or for.
const FOR_WHOM: &[&str] = &["it", "me", "my", "our", "ours", "that", "this", "us"];
/// Words between the deed and that: "send over my".
const BETWEEN: usize = 1;
/// Words before the deed that ask for it.
const OPENERS: &[&str] = &["can", "could", "kindly", "please", "pls", "will", "would", "you"];

/// Whether a message asks the reader to do something rather than to say something.
pub fn is_request(message: &[Token]) -> bool {
    let mut words = message.iter().map(|token| token.word.as_str()).peekable();
    let mut opened = Vec::new();
    while let Some(opener) = words.next_if(|word| OPENERS.contains(word)) {
        opened.push(opener);
    }
    // "Can I", "would it": asked about, not asked for. "Can you": of the reader, unlike "can they".
    let asks_reader = opened.iter().all(|word| matches!(*word, "please" | "pls" | "kindly")) || opened.contains(&"you");
    let deed = words.next();
    asks_reader
        && deed.is_some_and(|deed| DEEDS.binary_search(&deed).is_ok())
        && words
            .take(BETWEEN + 1)
            .find(|word| !is_function_word(word) || FOR_WHOM.contains(word))
            .is_some_and(|word| FOR_WHOM.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_done_is_a_request() {
        assert!(DEEDS.is_sorted());
        let tokens = |text: &str| -> Vec<Token> {
            text.split_whitespace().map(|word| Token { word: word.to_owned(), ..Token::default() }).collect()
        };
        for message in [
            "book my exam for june",
            "please send me the form",
            "can you move my exam to thursday",
            "could you please check this",
            "send over my transcript",
        ] {
            assert!(is_request(&tokens(message)), "{message}");
        }
        for message in [
            "",
            "please",
            "book list",
            "can i cancel my exam",
            "cancel exam",
            "would it change my pay",
            "tell me about it",
            "how do i book my exam",
            "do coders call my doctor",
            "check",
        ] {
            assert!(!is_request(&tokens(message)), "{message}");
        }
    }
}
