//! Messages that no written answer serves, however much it is about the same: requests to do something ("book my exam for
//! June", "please send me the form") and talk among people ("anyone selling the 2026 books", "did anybody finish module 3").
//! The words are English, and asked about where the corpus is.

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
    "share",
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

/// Any of the people who read along, sorted.
const ANYBODY: &[&str] = &["anybody", "anyone", "somebody", "someone"];
/// What people are asked for that the bot may say as well, sorted: "anyone know the fee" is a question to it too.
const TO_SAY: &[&str] = &["able", "explain", "help", "knew", "know", "knows", "recommend", "say", "tell", "there"];
/// What may stand before [`ANYBODY`] where a message is for them: "will anyone hire me" is about others.
const HAVE_THEY: &[&str] = &["did", "has", "have", "is"];
/// What an offer begins with.
const OFFERS: &[&str] = &["selling", "wts", "wtb"];

/// Whether a message is for the people who read along rather than for the bot.
pub fn is_talk(message: &[Token]) -> bool {
    let word = |at: usize| message.get(at).map(|token| token.word.as_str());
    let is_anybody = |at: usize| word(at).is_some_and(|word| ANYBODY.binary_search(&word).is_ok());
    let start = usize::from(word(0).is_some_and(|word| HAVE_THEY.contains(&word)));
    let asked = word(start + 1).is_some_and(|word| TO_SAY.binary_search(&word).is_err());
    // "Promo code, anyone?", "anyone else?"
    let last = match message.len().checked_sub(1) {
        Some(last) if word(last).is_some_and(|word| ["else", "here"].contains(&word)) => last.saturating_sub(1),
        last => last.unwrap_or_default(),
    };
    let trails = last > 2 && word(last).is_some_and(|word| ["anybody", "anyone"].contains(&word));
    word(0).is_some_and(|word| OFFERS.contains(&word)) || (is_anybody(start) && asked) || trails
}

/// Whether a message asks the reader, or any of them, to do something rather than to say something.
pub fn is_request(message: &[Token]) -> bool {
    let mut words = message.iter().map(|token| token.word.as_str()).peekable();
    let mut opened = Vec::new();
    while let Some(opener) = words.next_if(|word| OPENERS.contains(word)) {
        opened.push(opener);
    }
    // "Can I", "would it": asked about, not asked for. "Can you": of the reader, unlike "can they".
    let asks_reader = opened.iter().all(|word| matches!(*word, "please" | "pls" | "kindly")) || opened.contains(&"you");
    // "Can somebody": of whoever reads it, and whatever it is.
    let asks_anybody = !opened.is_empty() && words.next_if(|word| ANYBODY.binary_search(word).is_ok()).is_some();
    let is_deed = words.next().is_some_and(|word| DEEDS.binary_search(&word).is_ok());
    if asks_anybody {
        return is_deed;
    }
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
            "can somebody check the answers",
            "could anyone share notes",
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
            "can somebody tell me the fee",
            "can somebody",
        ] {
            assert!(!is_request(&tokens(message)), "{message}");
        }
        assert!(ANYBODY.is_sorted() && TO_SAY.is_sorted());
        for message in [
            "anyone selling the books",
            "did anybody finish module 3",
            "anyone here from ohio",
            "promo code for the exam anyone",
            "the answer was c anyone else",
            "selling my books",
        ] {
            assert!(is_talk(&tokens(message)), "{message}");
        }
        for message in [
            "",
            "anyone",
            "anyone know what it costs",
            "will anyone hire me",
            "does anyone still send paper claims",
            "is anyone there",
            "how does anybody get a job",
            "can i sell to someone",
        ] {
            assert!(!is_talk(&tokens(message)), "{message}");
        }
    }
}
