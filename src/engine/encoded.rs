//! The phrasings as an encoder sees them: which one is nearest to a question, and what was learned from all.
//!
//! Two features of [`super::score`] come from here. They stand beside those of the words and take nothing from them, so that
//! a question of which the encoder makes nothing is answered as without it.

use std::sync::Arc;

use super::encoder::{Embedding, Encoder};
use super::learn::{Coefficients, Dense, Examples, Sparse, Weights, learn};
use super::matcher::{Keep, Prepared};
use super::numeric::{dot, log_partition};
use super::reading::Reading;
use super::score::Sense;
use super::vocabulary::Vocabulary;

/// Length of the vectors that are learned from, for each part of an embedding: with it the strength of the regularisation
/// fits. Between .8 and 1.6 nothing moves by more than .5 points, and not the same way everywhere.
const LENGTH: f32 = 1.1;
/// Gradient norm, relative to the start, at which learning has converged. Half of it takes a third more steps, and ranks the
/// same.
const TOLERANCE: f64 = 0.08;

/// The vectors of all phrasings, and what was learned from them.
#[derive(Debug)]
pub struct Encoded {
    encoder: Arc<dyn Encoder>,
    /// One for each phrasing, entry after entry.
    sentences: Dense,
    /// Where each entry's end.
    ends: Vec<usize>,
    learned: Option<Weights>,
    /// The mean of all embeddings, which says nothing about any of them.
    centre: Vec<f32>,
}

/// A question as the encoder sees it.
#[derive(Debug)]
pub struct Asked {
    embedding: Embedding,
    /// By entry: the natural log of the learned probability. Empty where nothing was learned.
    pub log_probabilities: Vec<f32>,
}

impl Asked {
    /// What is known of an entry before its phrasings are looked at.
    pub fn roughly(&self, entry: usize) -> Sense {
        Sense { log_probability: self.log_probabilities.get(entry).map(|p| f64::from(*p)), nearest: 0.0 }
    }
}

impl Encoded {
    /// Takes the vectors of the phrasings that `keep` keeps; `labels`, their entries, are what there is to learn, if
    /// anything is. `start`: what was learned from the same phrasings or more.
    pub fn new(
        encoder: Arc<dyn Encoder>,
        entries: &[Prepared],
        keep: Keep,
        labels: Option<&[u32]>,
        start: Option<Coefficients>,
    ) -> Self {
        let (mut sentences, mut all, mut ends) = (Dense::default(), Dense::default(), Vec::new());
        for (number, entry) in entries.iter().enumerate() {
            for (_, vector) in entry.vectors.iter().enumerate().filter(|&(phrasing, _)| keep(number, phrasing)) {
                sentences.push(vector.as_ref().map(Embedding::sentence));
                all.push(vector.as_ref().map(Embedding::all));
            }
            ends.push(sentences.rows());
        }
        let mut encoded = Self { encoder, sentences, ends, learned: None, centre: Vec::new() };
        if let Some(labels) = labels.filter(|labels| labels.len() == all.rows()) {
            encoded.centre = all.centre(LENGTH);
            let none = || vec![Sparse::new(); labels.len()];
            let examples = Examples {
                entries: entries.len(),
                labels: labels.to_vec(),
                terms: none(),
                words: none(),
                meanings: none(),
                vectors: all,
                tolerance: Some(TOLERANCE),
                ..Examples::default()
            };
            encoded.learned = Some(learn(&examples, start));
        }
        encoded
    }

    /// Asks another encoder from now on, which makes the same of a text.
    pub fn ask_of(&mut self, encoder: Arc<dyn Encoder>) {
        self.encoder = encoder;
    }

    /// What was learned, to start from.
    pub fn coefficients(&self) -> Option<&Coefficients> {
        self.learned.as_ref().map(Weights::coefficients)
    }

    /// What the encoder makes of a question, as far as anything.
    pub fn ask(&self, reading: &Reading, vocabulary: &Vocabulary) -> Option<Asked> {
        let text = reading.text(vocabulary, |word| self.encoder.knows(word));
        Some(self.asked(self.encoder.encode(&text)?))
    }

    /// The same for what has been encoded.
    pub fn asked(&self, embedding: Embedding) -> Asked {
        let mut logits = Vec::new();
        if let Some(weights) = &self.learned {
            logits.resize(weights.entries(), 0.0);
            let centred: Vec<f32> = embedding.all().iter().zip(&self.centre).map(|(x, mean)| x - mean).collect();
            weights.add_vector(&mut logits, LENGTH, &centred);
            let log_partition = log_partition(&logits) as f32;
            logits.iter_mut().for_each(|logit| *logit -= log_partition);
        }
        Asked { embedding, log_probabilities: logits }
    }

    /// Has these texts encoded, all at once.
    pub fn encode_ahead(&self, texts: &[String]) {
        self.encoder.encode_all(texts);
    }

    /// Whether the encoder has this word whole.
    pub fn knows(&self, word: &str) -> bool {
        self.encoder.knows(word)
    }

    /// How near a question is to an entry in meaning.
    pub fn sense(&self, entry: usize, asked: &Asked) -> Sense {
        Sense { nearest: f64::from(self.nearest(entry, asked)), ..asked.roughly(entry) }
    }

    /// The cosine to the nearest phrasing of an entry, 0..=1.
    fn nearest(&self, entry: usize, asked: &Asked) -> f32 {
        let end = self.ends.get(entry).copied().unwrap_or_default();
        let start = entry.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let cosines = (start..end).map(|row| dot(self.sentences.row(row), asked.embedding.sentence()) as f32);
        cosines.fold(0.0, f32::max).min(1.0)
    }
}
