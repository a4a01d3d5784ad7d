//! Requests to do something: "book my exam for June", "please send me the form". No written answer does that, however
//! much it is about exams and forms. The words are English, and asked about where the corpus is.

use super::text::Token;

/// What people ask others to do for them, sorted. Not among it is what an answer does (tell, show, explain), nor what
/// askers do themselves and ask about: "cancel my exam" wants to know how.
const DEEDS: &[&str] = &[
    "book",
    "buy",
    "call",
    "check",
    "delete",
    "deliver",
    "download",
    "email",
    "enroll",
    "fill",
    "fix",
    "forward",
    "give",
    "grade",
    "lend",
    "mail",
    "move",
    "order",
    "post",
    "print",
    "register",
    "remind",
    "reserve",
    "reset",
    "sell",
    "send",
    "sign",
    "submit",
    "text",
    "translate",
    "unlock",
    "update",
    "upload",
    "write",
];
/// What may stand between the deed and [`FOR_WHOM`].
const PARTICLES: &[&str] = &["back", "down", "off", "out", "over", "up"];
/// What it is done to or for.
const FOR_WHOM: &[&str] = &["it", "me", "my", "our", "that", "this", "us"];
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
    let is_deed = words.next().is_some_and(|word| DEEDS.binary_search(&word).is_ok());
    words.next_if(|word| PARTICLES.contains(word));
    asks_reader && is_deed && words.next().is_some_and(|word| FOR_WHOM.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_done_is_a_request() {
        assert!(DEEDS.is_sorted());
        let tokens = |text: &str| -> Vec<Token> {
            text.split_whitespace().map(|word| Token { word: word.into(), ..Token::default() }).collect()
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
            "write in my code books",
            "cancel my exam",
            "check",
        ] {
            assert!(!is_request(&tokens(message)), "{message}");
        }
    }
}
