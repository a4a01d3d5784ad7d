//! Multinomial logistic regression over the phrasings, learned at load.
//!
//! What is learned is which words, word pairs and letter groups speak for which entry: on public data 8 to 12 points of
//! accuracy above comparing a question with the nearest phrasing. Pure and deterministic: full-batch L-BFGS (Liu and
//! Nocedal 1989) to convergence, no sampling, one order of summation.
//!
//! Three things keep it fast and small:
//!
//! - The optimum of an L2-regularised linear model is a combination of the examples (the representer theorem), so the
//!   search runs over one number per example and entry instead of one per feature and entry. Products between weights
//!   become products with the examples' Gram matrix, which is applied, never formed.
//! - Letter groups belong to words, so the Gram matrix is applied through the words: an example is a handful of words,
//!   and each word's letters are visited once a pass however often the word occurs.
//! - Most pairs occur in one example, most letter groups in one word. What occurs once connects nothing: it is a number
//!   beside its example or word, not a row of a table ([`layout`]).

mod layout;
mod search;

use super::numeric::add_scaled;
use layout::{Feature, Layout};

/// A sparse row: feature number and value.
pub type Sparse = Vec<(u32, f32)>;

/// What to learn from.
#[derive(Debug, Default)]
pub struct Examples {
    /// Number of entries; labels are below it.
    pub entries: usize,
    /// The right entry of each example.
    pub labels: Vec<u32>,
    /// Stems and stem pairs of each example.
    pub terms: Vec<Sparse>,
    /// Words of each example, whose letter groups count.
    pub words: Vec<Sparse>,
    /// Letter groups of each word.
    pub grams: Vec<Sparse>,
    /// Number of term features.
    pub term_count: usize,
    /// Number of letter-group features.
    pub gram_count: usize,
}

/// The learned coefficient of each example for each entry. They are also the warm start for learning from a part of the
/// same examples.
pub type Coefficients = Vec<f32>;

/// Learns from `examples`, from zeros until converged or a few steps on from coefficients learned before.
pub fn learn(examples: &Examples, start: Option<Coefficients>) -> Weights {
    let model = Model::new(examples);
    let size = examples.labels.len() * examples.entries;
    let coefficients = if examples.entries < 2 || size == 0 {
        vec![0.0; size]
    } else {
        search::run(&model, &examples.labels, start.filter(|c| c.len() == size))
    };
    let mut tables = Tables::new(&model);
    model.gather(&coefficients, &mut tables);
    let Model { terms, grams, .. } = model;
    let coefficients = Table { width: examples.entries, numbers: coefficients };
    // What the search needed and a question does not.
    Weights { terms: terms.features, grams: grams.features, coefficients, tables }
}

/// What was learned: weights over entries for every feature.
#[derive(Debug)]
pub struct Weights {
    terms: Vec<Feature>,
    grams: Vec<Feature>,
    coefficients: Table,
    tables: Tables,
}

impl Weights {
    /// Number of entries, the length of what the weights are added to.
    pub fn entries(&self) -> usize {
        self.coefficients.width
    }

    /// What they were learned as.
    pub fn coefficients(&self) -> &Coefficients {
        &self.coefficients.numbers
    }

    /// Adds `value` times the weights of a term.
    pub fn add_term(&self, to: &mut [f32], term: u32, value: f32) {
        match self.terms.get(term as usize) {
            Some(&Feature::Once(example, own)) => add_scaled(to, value * own, self.coefficients.row(example)),
            Some(&Feature::Shared(row)) => add_scaled(to, value, self.tables.terms.row(row)),
            Some(Feature::Unused) | None => {}
        }
    }

    /// Whether the word was in an example, so that its letter groups are added up.
    pub fn has_word(&self, word: u32) -> bool {
        !self.tables.words.row(word).is_empty()
    }

    /// Adds `value` times the weights of all letter groups of a word of the examples.
    pub fn add_word(&self, to: &mut [f32], word: u32, value: f32) {
        add_scaled(to, value, self.tables.words.row(word));
    }

    /// Adds `value` times the weights of a letter group.
    pub fn add_gram(&self, to: &mut [f32], gram: u32, value: f32) {
        match self.grams.get(gram as usize) {
            Some(&Feature::Once(word, own)) => add_scaled(to, value * own, self.tables.bare_words.row(word)),
            Some(&Feature::Shared(row)) => add_scaled(to, value, self.tables.grams.row(row)),
            Some(Feature::Unused) | None => {}
        }
    }
}

/// Rows of one number per entry, one below the other.
#[derive(Debug, Default)]
struct Table {
    width: usize,
    numbers: Vec<f32>,
}

impl Table {
    fn new(rows: usize, width: usize) -> Self {
        Self { width, numbers: vec![0.0; rows * width] }
    }

    fn row(&self, row: u32) -> &[f32] {
        let start = row as usize * self.width;
        self.numbers.get(start..start + self.width).unwrap_or_default()
    }

    fn row_mut(&mut self, row: u32) -> &mut [f32] {
        let start = row as usize * self.width;
        self.numbers.get_mut(start..start + self.width).unwrap_or_default()
    }

    fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.numbers.chunks_exact_mut(self.width.max(1))
    }
}

/// Weights of features, from coefficients of examples.
#[derive(Debug, Default)]
struct Tables {
    /// Of the terms that several examples share.
    terms: Table,
    /// By word: the coefficients of the examples that have it.
    bare_words: Table,
    /// Of the letter groups that several words share.
    grams: Table,
    /// By word: the weights of its letter groups, added up.
    words: Table,
}

impl Tables {
    fn new(model: &Model) -> Self {
        let table = |rows| Table::new(rows, model.width);
        Self {
            terms: table(model.terms.shared),
            bare_words: table(model.grams.rows.len()),
            grams: table(model.grams.shared),
            words: table(model.grams.rows.len()),
        }
    }
}

/// The examples with every feature in its place.
struct Model<'a> {
    /// Number of entries.
    width: usize,
    /// Terms of examples.
    terms: Layout,
    /// Words of examples.
    words: &'a [Sparse],
    /// Letter groups of words.
    grams: Layout,
}

impl<'a> Model<'a> {
    fn new(examples: &'a Examples) -> Self {
        Self {
            width: examples.entries,
            terms: Layout::new(&examples.terms, examples.term_count),
            words: &examples.words,
            grams: Layout::new(&examples.grams, examples.gram_count),
        }
    }

    /// Weights from coefficients: each feature sums the examples that have it.
    fn gather(&self, coefficients: &[f32], to: &mut Tables) {
        to.terms.numbers.fill(0.0);
        to.bare_words.numbers.fill(0.0);
        to.grams.numbers.fill(0.0);
        let rows = coefficients.chunks_exact(self.width.max(1));
        for ((terms, words), row) in self.terms.rows.iter().zip(self.words).zip(rows) {
            for &(term, value) in terms {
                add_scaled(to.terms.row_mut(term), value, row);
            }
            for &(word, value) in words {
                add_scaled(to.bare_words.row_mut(word), value, row);
            }
        }
        for (word, grams) in self.grams.rows.iter().enumerate() {
            let row = to.bare_words.row(word as u32);
            for &(gram, value) in grams {
                add_scaled(to.grams.row_mut(gram), value, row);
            }
        }
        to.words.numbers.fill(0.0);
        for (word, out) in to.words.rows_mut().enumerate() {
            let own = self.grams.own.get(word).copied().unwrap_or_default();
            add_scaled(out, own, to.bare_words.row(word as u32));
            for &(gram, value) in self.grams.rows.get(word).map_or(&[][..], Vec::as_slice) {
                add_scaled(out, value, to.grams.row(gram));
            }
        }
    }

    /// `to` = Gram matrix of the examples times `coefficients`: the scores that these coefficients give to each example.
    fn scores(&self, coefficients: &[f32], tables: &mut Tables, to: &mut [f32]) {
        self.gather(coefficients, tables);
        let width = self.width.max(1);
        let rows = coefficients.chunks_exact(width).zip(to.chunks_exact_mut(width));
        for (((terms, own), words), (row, out)) in self.terms.rows.iter().zip(&self.terms.own).zip(self.words).zip(rows)
        {
            out.fill(0.0);
            add_scaled(out, *own, row);
            for &(term, value) in terms {
                add_scaled(out, value, tables.terms.row(term));
            }
            for &(word, value) in words {
                add_scaled(out, value, tables.words.row(word));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::search::INVERSE_REGULARISATION;
    use super::*;
    use crate::engine::numeric::softmax;

    /// Three entries, each with a word of its own and one shared by all; every example has a term that only it has.
    fn examples() -> Examples {
        Examples {
            entries: 3,
            labels: vec![0, 1, 2, 0, 1, 2],
            terms: (0..6).map(|i| vec![(i % 3, 0.8), (3, 0.6), (4 + i, 0.2)]).collect(),
            words: (0..6).map(|i| vec![(i % 3, 1.0)]).collect(),
            grams: (0..3).map(|i| vec![(i, 0.9), (3, 0.4)]).collect(),
            term_count: 10,
            gram_count: 5,
        }
    }

    fn sum(add: impl Fn(&mut [f32])) -> Vec<f32> {
        let mut row = vec![0.0; 3];
        add(&mut row);
        row
    }

    #[test]
    fn each_word_speaks_for_its_entry_and_the_shared_one_for_none() {
        let weights = learn(&examples(), None);
        for entry in 0..3u32 {
            let speaks_for_it = |row: Vec<f32>| {
                assert!(row.iter().enumerate().all(|(i, w)| (*w > 0.0) == (i == entry as usize)), "{row:?}");
            };
            speaks_for_it(sum(|row| weights.add_term(row, entry, 1.0)));
            speaks_for_it(sum(|row| weights.add_term(row, 4 + entry, 1.0)));
            speaks_for_it(sum(|row| weights.add_word(row, entry, 1.0)));
            speaks_for_it(sum(|row| weights.add_gram(row, entry, 1.0)));
        }
        for shared in [sum(|row| weights.add_term(row, 3, 1.0)), sum(|row| weights.add_gram(row, 3, 1.0))] {
            assert!(shared.iter().all(|w| w.abs() < 1e-3), "{shared:?}");
        }
        assert!(sum(|row| weights.add_gram(row, 4, 1.0)).iter().all(|w| *w == 0.0), "it is in no word");
        assert!(weights.has_word(2) && !weights.has_word(3));
    }

    #[test]
    fn the_weights_of_its_features_add_up_to_the_score_of_an_example() {
        let examples = examples();
        let model = Model::new(&examples);
        let weights = learn(&examples, None);
        let mut scores = vec![0.0; 18];
        model.scores(weights.coefficients(), &mut Tables::new(&model), &mut scores);
        for (i, score) in scores.chunks_exact(3).enumerate() {
            let added = sum(|row| {
                examples.terms[i].iter().for_each(|&(term, value)| weights.add_term(row, term, value));
                for &(word, value) in &examples.words[i] {
                    examples.grams[word as usize].iter().for_each(|&(gram, v)| weights.add_gram(row, gram, value * v));
                }
            });
            assert!(added.iter().zip(score).all(|(a, b)| (a - b).abs() < 1e-5), "{added:?} {score:?}");
        }
    }

    #[test]
    fn the_optimum_is_a_fixed_point() {
        // At the optimum, coefficients = C * (truth - probability).
        let examples = examples();
        let model = Model::new(&examples);
        let learned = learn(&examples, None).coefficients().clone();
        let mut scores = vec![0.0; learned.len()];
        model.scores(&learned, &mut Tables::new(&model), &mut scores);
        for ((row, a), &label) in scores.chunks_exact_mut(3).zip(learned.chunks_exact(3)).zip(&examples.labels) {
            softmax(row);
            for (entry, (p, a)) in row.iter().zip(a).enumerate() {
                let truth = if entry == label as usize { 1.0 } else { 0.0 };
                assert!((a - INVERSE_REGULARISATION * (truth - p)).abs() < 0.1, "{a} {p}");
            }
        }
    }

    #[test]
    fn a_warm_start_ends_where_a_cold_one_does() {
        let examples = examples();
        let cold = learn(&examples, None).coefficients().clone();
        assert_eq!(learn(&examples, Some(cold.clone())).coefficients(), &cold);
        assert_eq!(learn(&examples, None).coefficients(), &cold, "the same input gives the same bits");
    }

    #[test]
    fn nothing_to_learn_is_no_failure() {
        assert!(learn(&Examples::default(), None).coefficients().is_empty());
        let one =
            Examples { entries: 1, labels: vec![0], terms: vec![vec![]], words: vec![vec![]], ..Examples::default() };
        assert_eq!(learn(&one, None).coefficients(), &[0.0]);
    }
}
