//! One message of a conversation: the questions in it, and what an earlier answer has to do with them.
//!
//! Owns which pieces of a message are questions of their own, which of its sentences asks, and what a follow-up is. What a
//! question is worth by itself is the matcher's business and the calibration's.

use std::borrow::Cow;

use super::sentence::{Piece, begins_question, pieces};
use super::text::Token;
use super::text::language::Language;
use super::{Audience, Decision, Engine, EntryNumber, MAX_CHARS, Verdict, Wording};

/// How many questions of a message are answered.
const MOST_PARTS: usize = 3;
/// How many pieces of a message are looked at: a question comes early or late, and each costs as much as a question.
const MOST_PIECES: usize = 24;
/// A message of so many words is a story: what it tells says little about what it asks.
const STORY: usize = 30;
/// A line of so many words at most may be a question without looking like one.
const SHORT_LINE: usize = 8;
/// Of the confidence in a question that was put together from two, so much is left.
const GUESSED: f64 = 0.9;

/// What a message tells beside its question is unlike any entry, and no reason for so much doubt: confidence is so many times
/// as high.
const TOLD: f64 = 1.4;

/// A message that begins so goes on from what was said before.
const FOLLOWS_ON: &[&str] =
    &["and", "but", "so", "then", "like", "or", "ok and", "okay and", "what about", "how about", "what if"];
/// Words for something that was named before, sorted.
const REFERS_BACK: &[&str] =
    &["he", "it", "its", "one", "ones", "she", "that", "their", "them", "these", "they", "this", "those"];
/// Words with a meaning that says nothing about a subject, sorted: "any advice", "is that true".
const SAYS_NOTHING: &[&str] = &[
    "advice",
    "appreciate",
    "appreciated",
    "ask",
    "bad",
    "confused",
    "correct",
    "else",
    "good",
    "guidance",
    "help",
    "honest",
    "idea",
    "info",
    "information",
    "input",
    "issue",
    "lot",
    "make",
    "mean",
    "means",
    "much",
    "often",
    "opinion",
    "possible",
    "problem",
    "question",
    "questions",
    "right",
    "sense",
    "suggestion",
    "suggestions",
    "sure",
    "thank",
    "thanks",
    "thing",
    "things",
    "think",
    "thoughts",
    "tips",
    "true",
    "way",
    "wonder",
    "wondering",
    "worried",
    "wrong",
];

/// One question of a message, and what to do with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The words that ask it.
    pub text: String,
    /// What to do with it.
    pub verdict: Verdict,
}

/// What was asked last, as far as it was understood.
struct Last<'a> {
    entry: EntryNumber,
    /// The words of the entry's question.
    about: &'a [Token],
    /// The names in what was asked, or else in the entry's question.
    names: Vec<Token>,
}

/// A piece with what is made of it.
struct Read<'a> {
    text: &'a str,
    verdict: Verdict,
}

impl Engine {
    /// What to do with each question of a message, in order: one to three. `last` is the entry that was last the answer in
    /// this conversation, in whose light a follow-up is read.
    pub fn converse(&self, message: &str, audience: Audience, last: Option<EntryNumber>) -> Vec<Part> {
        let read = head(message);
        let wording = self.wording(read);
        let whole = self.answer_whole(&wording, audience, 1.0);
        let pieces = pieces(read, self.corpus.language, MOST_PIECES);
        let parts = self.parts(read, &pieces, audience);
        if parts.len() > 1 {
            return parts;
        }
        let mut verdict =
            if self.is_clear(read, &whole) { whole } else { self.clearest(read, &wording, whole, &pieces, audience) };
        if let Some(last) = last
            && pieces.len() < 4
            && let Some(follow_up) = self.follow_up(read, &verdict, audience, last)
        {
            verdict = follow_up;
        }
        vec![Part { text: message.to_owned(), verdict }]
    }

    /// What to do with `message`, asked of `audience`: with the first question of it that is known, or else the whole.
    pub fn answer(&self, message: &str, audience: Audience) -> Verdict {
        let message = head(message);
        let wording = self.wording(message);
        let whole = self.answer_whole(&wording, audience, 1.0);
        if self.is_clear(message, &whole) {
            return whole;
        }
        let pieces = pieces(message, self.corpus.language, MOST_PIECES);
        self.clearest(message, &wording, whole, &pieces, audience)
    }

    /// Whether a message needs not be taken apart to be understood.
    fn is_clear(&self, message: &str, whole: &Verdict) -> bool {
        whole.foreign.is_some()
            || self.is_smalltalk_answer(whole)
            || !is_story(message) && whole.confidence >= self.settings.thresholds.suggest_at
    }

    /// The verdict on the message, or on a sentence of it that says more clearly what is asked.
    fn clearest(
        &self,
        message: &str,
        wording: &Wording,
        whole: Verdict,
        pieces: &[Piece],
        audience: Audience,
    ) -> Verdict {
        if pieces.len() < 2 {
            return whole;
        }
        // Where nothing looks like a question anything may be one, which is as good as a guess.
        let asks = pieces.iter().any(|piece| piece.asks);
        let share = if asks { 1.0 } else { GUESSED };
        // A name that the story names alone is what its questions are about.
        let names = self.names_in(&wording.tokens);
        let name = if let [name] = names.as_slice() { Some(name) } else { None };
        let mut best: Option<Verdict> = None;
        let background = self.matcher.read(&self.analyzer, &wording.tokens);
        let mut consider = |wording: &Wording| {
            let tokens = wording.tokens.as_slice();
            let named = match name.filter(|name| !tokens.contains(name)) {
                Some(name) => Cow::Owned([tokens, std::slice::from_ref(name)].concat()),
                None => Cow::Borrowed(tokens),
            };
            let ranking = self.rank_tokens(&named, Some(&background), audience);
            let confidence = share * self.calibration.confidence_raised(&ranking, TOLD);
            let verdict = self.verdict(&ranking, confidence, audience);
            let is_better = |best: &Verdict| verdict.confidence > best.confidence;
            if !self.is_smalltalk_answer(&verdict) && best.as_ref().is_none_or(is_better) {
                best = Some(verdict);
            }
        };
        let mut before: Option<&str> = None;
        let mut asking: Vec<&str> = Vec::new();
        for sentence in pieces.chunk_by(|a, b| a.sentence == b.sentence) {
            let (Some(first), Some(last)) = (sentence.first(), sentence.last()) else { continue };
            let Some(text) = span(message, first.text, last.text) else { continue };
            if !asks || sentence.iter().any(|piece| piece.asks) {
                asking.push(text);
                let wording = self.wording(text);
                if !self.is_bound(text, &wording.tokens) {
                    consider(&wording);
                } else if let Some(both) = before.and_then(|before| span(message, before, text)) {
                    // "Is that a problem?" asks about the sentence before.
                    consider(&self.wording(both));
                }
            }
            before = Some(text);
        }
        if asks && asking.len() > 1 {
            consider(&self.wording(&asking.join("\n")));
        }
        let least = if is_story(message) { whole.confidence } else { self.settings.thresholds.answer_at };
        best.filter(|best| best.confidence > least).unwrap_or(whole)
    }

    /// The questions of a message, if there are several.
    fn parts(&self, message: &str, pieces: &[Piece], audience: Audience) -> Vec<Part> {
        // "Opening hours", on a line of its own, asks as well; if it is known.
        let is_line = |piece: &Piece| {
            piece.text.split_whitespace().count() <= SHORT_LINE && message.lines().any(|line| line.trim() == piece.text)
        };
        let may_ask = |piece: &&Piece| piece.asks || is_line(piece);
        if pieces.len() < 2 || pieces.iter().filter(may_ask).count() < 2 {
            return Vec::new();
        }
        let thresholds = &self.settings.thresholds;
        let mut read: Vec<Read> = Vec::new();
        let mut known: Vec<EntryNumber> = Vec::new();
        // The names in the last piece that had any: what "it" is, more likely than what the entry is about.
        let mut named_before: Vec<Token> = Vec::new();
        for piece in pieces.iter().filter(may_ask) {
            let wording = self.wording(piece.text);
            let mut verdict = self.answer_whole(&wording, audience, 1.0);
            let tokens = wording.tokens;
            let content = self.content(self.courtesies.strip(&tokens)).count();
            let is_answer = |verdict: &Verdict| matches!(verdict.decision, Decision::Answer(_));
            if content == 0 || self.is_smalltalk_answer(&verdict) || !(piece.asks || is_answer(&verdict)) {
                continue;
            }
            let own_names = self.names_in(&tokens);
            let names = named_before.clone();
            let bound = self.is_bound(piece.text, &tokens);
            if !own_names.is_empty() {
                named_before = own_names;
            }
            let last = known.last().and_then(|&last| {
                let about = self.questions.get(last)?;
                Some(Last { entry: last, about, names: if names.is_empty() { self.names_in(about) } else { names } })
            });
            if let Some(last) = last.as_ref().filter(|_| bound) {
                // "Is it a lot?": more of the same, or something that only the question before makes clear.
                let named = self.in_light_of(&tokens, audience, last, true);
                let Some(named) = named else { continue };
                let is_same = named.hits.first().is_some_and(|hit| hit.entry == last.entry);
                if is_same && named.confidence >= verdict.confidence {
                    continue;
                }
                if is_answer(&named) && !is_same {
                    verdict = named;
                } else if content < 2 && is_answer(&verdict) {
                    // "How long is it?" alone may be about anything; here it is about what was just asked.
                    continue;
                } else if !is_answer(&verdict) {
                    let light = self.in_light_of(&tokens, audience, last, false);
                    verdict = light.into_iter().fold(verdict, |a, b| if b.confidence > a.confidence { b } else { a });
                }
            }
            match (&verdict.decision, verdict.hits.first().map(|hit| hit.entry)) {
                (Decision::Answer(_) | Decision::Suggest(_), Some(top)) => {
                    let is_weak = verdict.confidence < (thresholds.answer_at + thresholds.suggest_at) / 2.0;
                    if known.contains(&top) || (is_weak && !known.is_empty()) {
                        continue;
                    }
                    known.push(top);
                }
                // One thing that nobody knows is said so; a thing in passing is not worth that.
                _ if content < 2 || !begins_question(piece.text) => continue,
                _ => {}
            }
            read.push(Read { text: piece.text, verdict });
        }
        let answered = read.iter().filter(|read| matches!(read.verdict.decision, Decision::Answer(_))).count();
        let enough = if answered == 0 { known.len() } else { known.len() + usize::from(read.len() > known.len()) };
        if enough < 2 {
            return Vec::new();
        }
        read.truncate(MOST_PARTS);
        read.into_iter().map(|Read { text, verdict }| Part { text: text.to_owned(), verdict }).collect()
    }

    /// What a message asks that goes on from the answer `last`; `alone` is what it asks by itself. `None` if it does not go
    /// on, or leads nowhere.
    fn follow_up(&self, message: &str, alone: &Verdict, audience: Audience, last: EntryNumber) -> Option<Verdict> {
        if self.corpus.language != Language::English || alone.foreign.is_some() || self.is_smalltalk_answer(alone) {
            return None;
        }
        let tokens = self.analyzer.analyze(message);
        let tokens = self.courtesies.strip(&tokens);
        let bound = self.is_bound(message, tokens);
        let thresholds = &self.settings.thresholds;
        if !bound && alone.confidence >= thresholds.answer_at {
            return None;
        }
        if !bound && self.content(tokens).count() > 2 {
            return None;
        }
        let about = self.questions.get(last)?;
        let last = Last { entry: last, about, names: self.names_in(about) };
        let verdict = self.in_light_of(tokens, audience, &last, false)?;
        let least = if bound { thresholds.suggest_at.min(alone.confidence) } else { alone.confidence };
        let better = verdict.confidence > alone.confidence || (bound && verdict.confidence >= thresholds.suggest_at);
        (better && verdict.confidence >= least).then_some(verdict)
    }

    /// The verdict on words that go on from `last`: beside its names or beside all words of the entry's question, whichever
    /// is clearer. With `again` that answer itself may be the one, and only the names are tried.
    fn in_light_of(&self, tokens: &[Token], audience: Audience, last: &Last, again: bool) -> Option<Verdict> {
        let own_names = self.names_in(tokens);
        let Last { about, names: last_names, entry } = last;
        let mut readings: Vec<Vec<Token>> = Vec::new();
        if own_names.is_empty() {
            readings.push([tokens, last_names].concat());
            if !again {
                readings.push([tokens, &self.content(about).cloned().collect::<Vec<_>>()].concat());
            }
        } else {
            // "What about the CCS one": the same question with another name.
            let mut other: Vec<Token> = Vec::new();
            for token in *about {
                match token.protected {
                    true if other.iter().any(|token| token.protected) => {}
                    true => other.extend(own_names.iter().cloned()),
                    false => other.push(token.clone()),
                }
            }
            if last_names.is_empty() {
                other.extend(own_names.iter().cloned());
            }
            other.extend(self.content(tokens).filter(|token| !token.protected).cloned());
            readings.push(other);
        }
        let verdicts = readings.iter().map(|reading| {
            let mut ranking = self.rank_tokens(reading, None, audience);
            if !again {
                ranking.candidates.retain(|candidate| candidate.hit.entry != *entry);
            }
            self.verdict(&ranking, GUESSED * self.calibration.confidence(&ranking), audience)
        });
        verdicts.max_by(|a, b| a.confidence.total_cmp(&b.confidence))
    }

    /// Whether a piece is only understood beside what was said before: it begins so, refers back, or has no subject.
    fn is_bound(&self, text: &str, tokens: &[Token]) -> bool {
        let tokens = self.courtesies.strip(tokens);
        let begins = |start: &str| {
            let mut words = tokens.iter().map(|token| token.word.as_str());
            start.split(' ').all(|word| words.next() == Some(word))
        };
        let content = self.content(tokens).count();
        let refers = tokens.iter().any(|token| REFERS_BACK.binary_search(&token.word.as_str()).is_ok());
        content == 0
            || (content == 1 && !begins_question(text))
            || (refers && content <= 3)
            || (FOLLOWS_ON.iter().any(|start| begins(start)) && content <= 3)
    }

    /// The words with a subject.
    fn content<'a>(&self, tokens: &'a [Token]) -> impl Iterator<Item = &'a Token> {
        let language = self.corpus.language;
        tokens.iter().filter(move |token| {
            token.protected
                || !(language.is_function_word(&token.word) || SAYS_NOTHING.binary_search(&token.word.as_str()).is_ok())
        })
    }

    /// The names among words, each once.
    fn names_in(&self, tokens: &[Token]) -> Vec<Token> {
        let mut names: Vec<Token> = Vec::new();
        for token in tokens.iter().filter(|token| token.protected) {
            if !names.contains(token) {
                names.push(token.clone());
            }
        }
        names
    }

    fn is_smalltalk_answer(&self, verdict: &Verdict) -> bool {
        matches!(verdict.decision, Decision::Answer(entry) if self.is_smalltalk(entry))
    }
}

/// Whether a message is so long that it says more than it asks.
fn is_story(message: &str) -> bool {
    message.split_whitespace().nth(STORY - 1).is_some()
}

/// As much of a message as is read: its first [`MAX_CHARS`] characters.
fn head(message: &str) -> &str {
    message.char_indices().nth(MAX_CHARS).and_then(|(end, _)| message.get(..end)).unwrap_or(message)
}

/// From the beginning of `first` to the end of `last`, both parts of `message` in this order.
fn span<'a>(message: &'a str, first: &str, last: &str) -> Option<&'a str> {
    let start = message.find(first)?;
    let end = message.get(start..)?.find(last)? + start + last.len();
    message.get(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(REFERS_BACK.is_sorted() && SAYS_NOTHING.is_sorted());
    }

    #[test]
    fn of_a_long_message_the_beginning_is_read() {
        assert_eq!(head(&"ä".repeat(MAX_CHARS + 7)), "ä".repeat(MAX_CHARS));
        assert_eq!(head("short"), "short");
    }

    #[test]
    fn a_span_reaches_from_one_piece_to_another() {
        assert_eq!(span("a b. c? d", "b.", "c?"), Some("b. c?"));
        assert_eq!(span("a b. c? d", "c?", "b."), None);
    }
}
