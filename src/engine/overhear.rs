//! Messages in a group that nobody has addressed to the bot: which of them ask everybody something.
//!
//! Owns what makes a message an open question. Errs towards silence: a question that is passed over costs a student a tap
//! more, an answer that nobody asked for costs the bot its place in the group. The words are English; in other languages
//! only a question mark tells.

use super::request::{is_request, is_talk};
use super::sentence::{begins_question, pieces};
use super::text::Token;
use super::text::language::Language;
use super::{Audience, Decision, Engine, EntryNumber, Verdict};

/// A message of more words is a story, and told to people.
const MOST_WORDS: usize = 40;
/// A message of fewer words says too little to be sure of without having been asked.
const FEWEST_WORDS: usize = 3;
/// Words for something that was named before.
const REFERS_BACK: &[&str] = &["it", "its", "that", "this", "they", "them", "these", "those"];
/// With so many words at least that say what it is about, a question with one of [`REFERS_BACK`] stands by itself.
const FEWEST_SUBJECTS: usize = 2;
/// Sentences of a message that ask nothing are at most so many: what is told around a question is told to people.
const MOST_TOLD: usize = 2;

/// Of the confidence in a sentence that neither the whole message nor another sentence bears out, so much is left.
const ASIDE: f64 = 0.7;
/// What people begin with who reply to a question.
const REPLIES: &[&str] = &[
    "yes",
    "yeah",
    "yep",
    "yup",
    "no",
    "nope",
    "nah",
    "not",
    "depends",
    "it",
    "its",
    "they",
    "theyre",
    "you",
    "u",
    "usually",
    "i think",
    "i got",
    "i had",
    "i paid",
    "i did",
    "im pretty",
    "pretty sure",
    "for me",
    "about",
    "around",
    "just",
    "check",
    "ask",
    "look",
    "same",
    "idk",
    "dont",
    "only",
    "mine",
    "me too",
    "because",
    "cause",
    "google",
];

/// Words before "you" that make it the person who is spoken to, sorted. "Do you have to" and "can you" speak of anybody.
const SPEAKS_TO: &[&str] = &["about", "are", "could", "did", "didnt", "have", "havent", "were", "will", "would"];
/// What follows "do you" where somebody in particular is asked, sorted.
const OF_THEM: &[&str] = &[
    "agree",
    "all",
    "believe",
    "even",
    "feel",
    "guys",
    "know",
    "like",
    "live",
    "love",
    "mean",
    "mind",
    "plan",
    "prefer",
    "recommend",
    "remember",
    "still",
    "think",
    "use",
    "want",
    "work",
];
/// What stands beside "we" where it is said of everybody.
const BESIDE_WE: &[&str] = &["can", "need", "have", "must", "should", "do"];
/// Words for people who belong together: a question about them is about this group and its matters, sorted.
const OURS: &[&str] = &["our", "ours", "us", "we", "weve"];
/// Beginnings of questions that want no answer, or one from people only.
const RHETORICAL: &[&str] = &[
    "why am i",
    "why do i",
    "why is it always",
    "which is why",
    "who else",
    "is here",
    "is there anybody",
    "is there anyone",
    "is there somebody",
    "is there someone",
    "who wants",
    "who is",
    "whos",
    "who did",
    "what did",
    "what a",
    "how was",
    "how did",
    "how is everyone",
    "hows",
    "guess what",
    "you know what",
    "isnt it",
    "is it just me",
    "am i the only",
    "can we",
    "shall we",
    "should we",
    "did it",
    "is this",
    "is that",
    "was that",
    "was it",
];

impl Engine {
    /// The entry that answers a message to nobody in particular, and how sure that is (0-100). `None`: it asks nothing, or
    /// not everybody, or nothing is found.
    ///
    /// What is told around a question says little about it, so each asking sentence is looked at by itself, too; two that
    /// lead to the same entry bear each other out.
    pub fn overhear(&self, message: &str) -> Option<(EntryNumber, f64)> {
        if !self.asks_everybody(message) {
            return None;
        }
        let whole = self.answer(message, Audience::GroupAmbient);
        if whole.foreign.is_some() {
            return None;
        }
        let top = |verdict: &Verdict| verdict.hits.first().map(|hit| (hit.entry, verdict.confidence));
        let pieces = pieces(message, self.corpus.language, usize::MAX);
        let asking = pieces.iter().filter(|piece| piece.asks && plain_words(piece.text).len() >= FEWEST_WORDS);
        let asked: Vec<(EntryNumber, f64)> =
            asking.filter_map(|piece| top(&self.answer(piece.text, Audience::GroupAmbient))).collect();
        let whole = top(&whole);
        let sure = |entry: EntryNumber| {
            let own: Vec<f64> = asked.iter().filter(|(other, _)| *other == entry).map(|(_, sure)| *sure).collect();
            let of_whole = whole.filter(|(other, _)| *other == entry).map(|(_, sure)| sure);
            let agreed = 100.0 * (1.0 - own.iter().map(|sure| 1.0 - sure / 100.0).product::<f64>());
            // A sentence that nothing else bears out may be an aside.
            let borne_out = of_whole.is_some() || own.len() > 1;
            if borne_out { agreed.max(of_whole.unwrap_or_default()) } else { agreed * ASIDE }
        };
        let entries = whole.iter().chain(&asked).map(|(entry, _)| *entry);
        let found = entries.map(|entry| (entry, sure(entry)));
        found.max_by(|(a, x), (b, y)| x.total_cmp(y).then_with(|| b.cmp(a)))
    }

    /// Whether a message may be what somebody says to a question that this entry answers: it is short and to the point, or
    /// speaks of the same.
    pub fn may_reply(&self, message: &str, question: &str, entry: EntryNumber) -> bool {
        let words = plain_words(message);
        let begins = has_beginning(&words, REPLIES);
        if begins || words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
            return true;
        }
        let subject = |tokens: Vec<Token>| {
            tokens
                .into_iter()
                .filter(|token| !self.corpus.language.is_function_word(&token.word))
                .map(|token| token.word)
        };
        let answer = self.entry(entry).map(|entry| self.analyzer.analyze(&entry.text)).unwrap_or_default();
        let about: std::collections::BTreeSet<_> =
            subject(self.analyzer.analyze(question)).chain(subject(answer)).collect();
        subject(self.analyzer.analyze(message)).any(|word| about.contains(&word))
    }

    /// Whether a message asks something, in whatever words: what is said to the bot without asking needs no reply.
    pub fn asks(&self, message: &str) -> bool {
        pieces(message, self.corpus.language, usize::MAX).iter().any(|piece| piece.asks)
    }

    /// Whether a message does nothing but ask: each of its sentences ends with a question mark or begins as a question does.
    pub fn only_asks(&self, message: &str) -> bool {
        let pieces = pieces(message, self.corpus.language, usize::MAX);
        let ends = |text: &str| text.trim_end_matches(['!', '.', ')', '"', ' ']).ends_with(['?', '？', '؟']);
        !pieces.is_empty() && pieces.iter().all(|piece| ends(piece.text) || begins_question(piece.text))
    }

    /// Whether a message is a greeting, thanks and the like.
    pub fn is_small_talk(&self, message: &str) -> bool {
        match self.answer(message, Audience::Private).decision {
            Decision::Answer(number) => self.is_smalltalk(number),
            _ => false,
        }
    }

    fn asks_everybody(&self, message: &str) -> bool {
        let words = plain_words(message);
        if !(FEWEST_WORDS..=MOST_WORDS).contains(&words.len()) || message.contains("://") {
            return false;
        }
        let pieces = pieces(message, self.corpus.language, usize::MAX);
        let asking = pieces.iter().filter(|piece| piece.asks).count();
        if asking == 0 || pieces.len() - asking > MOST_TOLD {
            return false;
        }
        if self.corpus.language != Language::English {
            // Of other languages only a mark has told that it asks.
            return true;
        }
        let tokens = self.wording(message).tokens;
        if is_talk(&tokens) || is_request(&tokens) {
            return false;
        }
        // "Will it be recorded?" is about something that was said before.
        let asking: Vec<Token> =
            pieces.iter().filter(|piece| piece.asks).flat_map(|piece| self.analyzer.analyze(piece.text)).collect();
        let refers = asking.iter().any(|token| REFERS_BACK.contains(&token.word.as_str()));
        let is_subject = |token: &&Token| token.protected || !self.corpus.language.is_function_word(&token.word);
        if (refers && asking.iter().filter(is_subject).count() < FEWEST_SUBJECTS) || names_somebody(message) {
            return false;
        }
        // Without a mark, a sentence has to begin as a question does: "which is why I left" asks nothing.
        let clearly = pieces.iter().filter(|piece| piece.asks).all(|piece| {
            message.contains('?') || begins_question(piece.text) || has_any(&plain_words(piece.text), WANTS_TO_KNOW)
        });
        clearly && !speaks_to_somebody(&words)
    }
}

/// What says within a message without a question mark that it asks.
const WANTS_TO_KNOW: &[&str] = &[
    "anyone know",
    "anybody know",
    "does anyone",
    "does anybody",
    "wondering",
    "quick question",
    "like to know",
    "want to know",
    "any idea",
];

/// The words in lower case, without marks.
fn plain_words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'));
    let plain = words.map(|word| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect());
    plain.filter(|word: &String| !word.is_empty()).collect()
}

/// Whether one of these phrases is among the words.
fn has_any(words: &[String], phrases: &[&str]) -> bool {
    (0..words.len()).any(|at| phrases.iter().any(|phrase| begins_with(&words[at..], phrase)))
}

fn begins_with(words: &[String], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase.split(' ').all(|expected| words.next().is_some_and(|word| word == expected))
}

/// Whether a message ends with a name that it speaks to: "did it take long, Nikki?"
fn names_somebody(message: &str) -> bool {
    let end = message.trim_end_matches(|c: char| !c.is_alphanumeric());
    let Some((_, last)) = end.rsplit_once(", ") else { return false };
    let mut letters = last.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase)
}

/// Whether somebody in particular is asked, or the people of the group about themselves.
fn speaks_to_somebody(words: &[String]) -> bool {
    let is_you = |word: &String| matches!(word.as_str(), "you" | "u" | "ya" | "yall" | "youre" | "your" | "ur");
    let to_you = words.iter().enumerate().any(|(at, word)| {
        if !is_you(word) {
            return false;
        }
        let before = at.checked_sub(1).and_then(|before| words.get(before)).map_or("", String::as_str);
        let after = words.get(at + 1).map_or("", String::as_str);
        SPEAKS_TO.binary_search(&before).is_ok()
            || words.iter().take(at).any(|word| word == "did")
            || (before == "do" && OF_THEM.binary_search(&after).is_ok())
            || (at == 0 && !matches!(after, "need" | "have"))
            || matches!(after, "guys" | "all")
    });
    let of_everybody = |at: usize| {
        let beside = [at.checked_sub(1), at.checked_add(1)].into_iter().flatten().filter_map(|at| words.get(at));
        beside.map(String::as_str).any(|word| BESIDE_WE.contains(&word))
    };
    let of_us = words
        .iter()
        .enumerate()
        .any(|(at, word)| OURS.binary_search(&word.as_str()).is_ok() && !(word == "we" && of_everybody(at)));
    to_you || of_us || has_beginning(words, RHETORICAL)
}

/// Whether the words begin with one of these phrases, after a word or two that are no part of it.
fn has_beginning(words: &[String], phrases: &[&str]) -> bool {
    (0..words.len().min(3)).any(|skip| phrases.iter().any(|phrase| begins_with(&words[skip..], phrase)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Settings;
    use crate::engine::corpus::Corpus;

    #[test]
    fn only_what_asks_everybody_is_an_open_question() {
        let engine = Engine::build(Corpus::default(), Settings::default());
        for message in [
            "what is the difference between the cpc and the ccs?",
            "does anyone know how long the exam takes",
            "hey all, how much does the CPC exam cost?",
            "Do you need a degree to become a coder?",
            "how do you annotate the code books?",
            "can you retake the exam if you fail",
            "quick question, which certification is best for beginners",
            "I start in May. is the cpc worth it?",
        ] {
            assert!(engine.asks_everybody(message), "{message}");
        }
        for message in [
            "",
            "cpc?",
            "the ccs is harder than the cpc imo",
            "which is why I left",
            "did you pass the cpc?",
            "how much did u pay for the books",
            "are you guys ready for the exam",
            "when is our exam?",
            "what did we get for homework",
            "anyone selling the 2026 books?",
            "who else is nervous about the exam?",
            "see https://example.org/cpc?",
            "will it be recorded?",
            "how long did it take you to finish the course?",
            "is the exam hard, Nikki?",
            "is here somebody from the night class?",
            "your exam is when?",
            "the exam was fine, what about you?",
            "can someone send me the notes?",
            "I sat the exam. It was long. There were many questions. I was tired. How long is it?",
        ] {
            assert!(!engine.asks_everybody(message), "{message}");
        }
        assert!(OURS.is_sorted() && OF_THEM.is_sorted() && SPEAKS_TO.is_sorted());
    }
}
