//! What the engine asks of a sentence encoder: a text's vector, so that texts that mean the same are near one another.
//!
//! Owns the terms only. Where the numbers come from is for others: the engine opens no file, and knows no clock by which an
//! encoder could be late.

use std::fmt::Debug;

use rayon::prelude::*;

use super::text::Token;

/// What an encoder makes of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding {
    /// The vector of the text, then what else there is to learn from.
    numbers: Vec<f32>,
    /// How much of that is the vector.
    sentence: usize,
}

impl Embedding {
    /// `sentence`: the vector of the text, of length 1: of two of them the product is the cosine. `more`: another, of length
    /// 1 too, which is no measure of likeness but has something to learn from, as the state of a layer in the middle of a
    /// network; empty if there is none.
    pub fn new(sentence: Vec<f32>, more: Vec<f32>) -> Self {
        let (length, mut numbers) = (sentence.len(), sentence);
        numbers.extend(more);
        Self { numbers, sentence: length }
    }

    /// The vector of the text.
    pub fn sentence(&self) -> &[f32] {
        self.numbers.get(..self.sentence).unwrap_or_default()
    }

    /// All there is to learn from.
    pub fn all(&self) -> &[f32] {
        &self.numbers
    }
}

/// Makes vectors of texts.
pub trait Encoder: Debug + Send + Sync {
    /// The vector of `text`, as long as all others; `None` if nothing is known of it, or it could not be had in time. What
    /// asks does without then.
    fn encode(&self, text: &str) -> Option<Embedding>;

    /// Whether it has this word whole, so that for it the word is no typo of another.
    fn knows(&self, word: &str) -> bool;

    /// The same as [`Self::encode`] for many, in their order, however long it takes.
    fn encode_all(&self, texts: &[String]) -> Vec<Option<Embedding>> {
        texts.par_iter().map(|text| self.encode(text)).collect()
    }
}

/// Words as an encoder reads them.
pub(super) fn text(tokens: &[Token]) -> String {
    let words: Vec<&str> = tokens.iter().map(|token| token.word.as_str()).collect();
    words.join(" ")
}
