//! Multinomial logistic regression over the phrasings, learned at load.
//!
//! What is learned is which words, word pairs and letter groups speak for which entry: on public data 8 to 12 points of
//! accuracy above comparing a question with the nearest phrasing. Pure and deterministic: full-batch L-BFGS (Liu and
//! Nocedal 1989) to convergence, no sampling, one order of summation.
//!
//! What keeps it fast and small:
//!
//! - The optimum of an L2-regularised linear model is a combination of the examples (the representer theorem), so the
//!   search runs over one number per example and entry instead of one per feature and entry. Products between weights
//!   become products with the examples' Gram matrix, which is applied, never formed.
//! - Letter groups belong to words, so the Gram matrix is applied through the words: an example is a handful of words,
//!   and each word's letters are visited once a pass however often the word occurs.
//! - Most pairs occur in one example, most letter groups in one word. What occurs once connects nothing: it is a number
//!   beside its example or word, not a row of a table ([`layout`]).
//! - Entries meet only where probabilities are made: everything else is done for [`blocks`] of entries side by side, on
//!   all cores.

mod blocks;
mod dense;
mod layout;
mod search;

use super::meaning::{self, DIMENSIONS, Meaning};
use super::numeric::add_scaled;
use blocks::Blocks;
pub use dense::Dense;
use layout::{Feature, Layout};
use rayon::prelude::*;

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
    /// Words of each example, whose meanings count.
    pub meanings: Vec<Sparse>,
    /// Letter groups of each word.
    pub grams: Vec<Sparse>,
    /// The meaning of each word, if the table has it.
    pub word_meanings: Vec<Option<Meaning>>,
    /// Number of term features.
    pub term_count: usize,
    /// Number of letter-group features.
    pub gram_count: usize,
    /// The vector of each example, by an encoder; without one no rows.
    pub vectors: Dense,
    /// Gradient norm, relative to the start, at which learning has converged, if not the usual one.
    pub tolerance: Option<f64>,
}

/// The learned coefficient of each example for each entry, example after example. They are also the warm start for
/// learning from a part of the same examples.
pub type Coefficients = Vec<f32>;

/// Learns from `examples`, from zeros until converged or a few steps on from coefficients learned before.
pub fn learn(examples: &Examples, start: Option<Coefficients>) -> Weights {
    let model = Model::new(examples);
    let size = examples.labels.len() * examples.entries;
    let coefficients = if examples.entries < 2 || size == 0 {
        Blocks::zeros(examples.labels.len(), examples.entries)
    } else {
        search::run(&model, examples, start.filter(|c| c.len() == size))
    };
    let mut tables = model.tables();
    model.gather(&coefficients, &mut tables);
    let table = |of: fn(&Tables) -> &Table| {
        let rows = tables.first().map_or(0, |tables| of(tables).rows());
        let blocks = tables.iter().map(|tables| of(tables).numbers.as_slice());
        Table { width: examples.entries, numbers: blocks::joined(blocks, rows, examples.entries) }
    };
    Weights {
        // What the search needed and a question does not is left out.
        terms: model.terms.features,
        grams: model.grams.features,
        shared_terms: table(|t| &t.terms),
        bare_words: table(|t| &t.bare_words),
        shared_grams: table(|t| &t.grams),
        words: table(|t| &t.words),
        directions: table(|t| &t.directions),
        meanings: table(|t| &t.meanings),
        vectors: table(|t| &t.vectors),
        coefficients: Table { width: examples.entries, numbers: coefficients.joined() },
    }
}

/// What was learned: weights over entries for every feature.
#[derive(Debug)]
pub struct Weights {
    terms: Vec<Feature>,
    grams: Vec<Feature>,
    coefficients: Table,
    /// Of the terms that several examples share.
    shared_terms: Table,
    /// By word: the coefficients of the examples that have it.
    bare_words: Table,
    /// Of the letter groups that several words share.
    shared_grams: Table,
    /// By word: the weights of its letter groups, added up.
    words: Table,
    /// Of each dimension of meaning.
    directions: Table,
    /// By word: the weights of its meaning.
    meanings: Table,
    /// Of each dimension of an encoder's vector.
    vectors: Table,
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
            Some(&Feature::Shared(row)) => add_scaled(to, value, self.shared_terms.row(row)),
            Some(Feature::Unused) | None => {}
        }
    }

    /// Whether the word was in an example, so that its letter groups and its meaning are added up.
    pub fn has_word(&self, word: u32) -> bool {
        !self.words.row(word).is_empty()
    }

    /// Adds `value` times the weights of all letter groups of a word of the examples.
    pub fn add_word(&self, to: &mut [f32], word: u32, value: f32) {
        add_scaled(to, value, self.words.row(word));
    }

    /// Adds `value` times the weights of a letter group.
    pub fn add_gram(&self, to: &mut [f32], gram: u32, value: f32) {
        match self.grams.get(gram as usize) {
            Some(&Feature::Once(word, own)) => add_scaled(to, value * own, self.bare_words.row(word)),
            Some(&Feature::Shared(row)) => add_scaled(to, value, self.shared_grams.row(row)),
            Some(Feature::Unused) | None => {}
        }
    }

    /// Adds `value` times the weights of the meaning of a word of the examples.
    pub fn add_word_meaning(&self, to: &mut [f32], word: u32, value: f32) {
        add_scaled(to, value, self.meanings.row(word));
    }

    /// Adds the weights of a sum of meanings.
    pub fn add_meaning(&self, to: &mut [f32], sum: &[f32; DIMENSIONS]) {
        for (direction, value) in sum.iter().enumerate() {
            add_scaled(to, *value, self.directions.row(direction as u32));
        }
    }

    /// Adds `factor` times the weights of an encoder's vector.
    pub fn add_vector(&self, to: &mut [f32], factor: f32, vector: &[f32]) {
        for (row, value) in self.vectors.iter().zip(vector) {
            add_scaled(to, factor * value, row);
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

    fn rows(&self) -> usize {
        self.numbers.len() / self.width.max(1)
    }

    fn row(&self, row: u32) -> &[f32] {
        let start = row as usize * self.width;
        self.numbers.get(start..start + self.width).unwrap_or_default()
    }

    fn row_mut(&mut self, row: u32) -> &mut [f32] {
        let start = row as usize * self.width;
        self.numbers.get_mut(start..start + self.width).unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = &[f32]> {
        self.numbers.chunks_exact(self.width.max(1))
    }

    fn iter_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.numbers.chunks_exact_mut(self.width.max(1))
    }
}

/// Weights of features for one block of entries, from coefficients of examples; [`Weights`] says what each is.
#[derive(Debug, Default)]
struct Tables {
    terms: Table,
    bare_words: Table,
    grams: Table,
    words: Table,
    /// By word: the coefficients of the examples in whose meaning it has a part.
    bare_meanings: Table,
    directions: Table,
    meanings: Table,
    vectors: Table,
}

/// The examples with every feature in its place.
struct Model<'a> {
    /// Number of entries.
    width: usize,
    /// Terms of examples.
    terms: Layout,
    /// Words of examples, for their letters.
    words: &'a [Sparse],
    /// Letter groups of words.
    grams: Layout,
    /// Words of examples, for their meanings.
    meanings: &'a [Sparse],
    /// The vector of each word; zeros for one without.
    word_vectors: Vec<[f32; DIMENSIONS]>,
    /// The vector of each example.
    vectors: &'a Dense,
}

impl<'a> Model<'a> {
    fn new(examples: &'a Examples) -> Self {
        let vector = |meaning: &Option<Meaning>| {
            let mut vector = [0.0; DIMENSIONS];
            meaning.iter().for_each(|&meaning| meaning::add(&mut vector, 1.0, meaning));
            vector
        };
        Self {
            width: examples.entries,
            terms: Layout::new(&examples.terms, examples.term_count),
            words: &examples.words,
            grams: Layout::new(&examples.grams, examples.gram_count),
            meanings: &examples.meanings,
            word_vectors: examples.word_meanings.iter().map(vector).collect(),
            vectors: &examples.vectors,
        }
    }

    /// Tables for what [`Self::gather`] and [`Self::scores`] do, one for each block.
    fn tables(&self) -> Vec<Tables> {
        let of = |width: usize| {
            let table = |rows| Table::new(rows, width);
            Tables {
                terms: table(self.terms.shared),
                bare_words: table(self.grams.rows.len()),
                grams: table(self.grams.shared),
                words: table(self.grams.rows.len()),
                bare_meanings: table(self.word_vectors.len()),
                directions: table(DIMENSIONS),
                meanings: table(self.word_vectors.len()),
                vectors: table(self.vectors.width()),
            }
        };
        blocks::widths(self.width).map(of).collect()
    }

    /// Weights from coefficients: each feature sums the examples that have it.
    fn gather(&self, coefficients: &Blocks, to: &mut [Tables]) {
        to.par_iter_mut().zip(&coefficients.blocks).for_each(|(tables, block)| self.gather_block(block, tables));
    }

    fn gather_block(&self, coefficients: &[f32], to: &mut Tables) {
        for table in [&mut to.terms, &mut to.bare_words, &mut to.grams, &mut to.words] {
            table.numbers.fill(0.0);
        }
        for table in [&mut to.bare_meanings, &mut to.directions, &mut to.meanings, &mut to.vectors] {
            table.numbers.fill(0.0);
        }
        let rows = coefficients.chunks_exact(to.terms.width.max(1));
        for (((terms, words), meanings), row) in self.terms.rows.iter().zip(self.words).zip(self.meanings).zip(rows) {
            for &(term, value) in terms {
                add_scaled(to.terms.row_mut(term), value, row);
            }
            for &(word, value) in words {
                add_scaled(to.bare_words.row_mut(word), value, row);
            }
            for &(word, value) in meanings {
                add_scaled(to.bare_meanings.row_mut(word), value, row);
            }
        }
        for (grams, row) in self.grams.rows.iter().zip(to.bare_words.iter()) {
            for &(gram, value) in grams {
                add_scaled(to.grams.row_mut(gram), value, row);
            }
        }
        let bare = to.bare_words.iter();
        for (((grams, own), bare), out) in
            self.grams.rows.iter().zip(&self.grams.own).zip(bare).zip(to.words.iter_mut())
        {
            add_scaled(out, *own, bare);
            for &(gram, value) in grams {
                add_scaled(out, value, to.grams.row(gram));
            }
        }
        for (vector, row) in self.word_vectors.iter().zip(to.bare_meanings.iter()) {
            for (direction, value) in to.directions.iter_mut().zip(vector) {
                add_scaled(direction, *value, row);
            }
        }
        for (vector, out) in self.word_vectors.iter().zip(to.meanings.iter_mut()) {
            for (direction, value) in to.directions.iter().zip(vector) {
                add_scaled(out, *value, direction);
            }
        }
        self.vectors.add_products(coefficients, &mut to.vectors.numbers);
    }

    /// `to` = Gram matrix of the examples times `coefficients`: the scores that these coefficients give to each example.
    fn scores(&self, coefficients: &Blocks, tables: &mut [Tables], to: &mut Blocks) {
        tables.par_iter_mut().zip(&coefficients.blocks).zip(&mut to.blocks).for_each(|((tables, block), to)| {
            self.gather_block(block, tables);
            self.score_block(block, tables, to);
        });
    }

    fn score_block(&self, coefficients: &[f32], tables: &Tables, to: &mut [f32]) {
        let width = tables.terms.width.max(1);
        let rows = coefficients.chunks_exact(width).zip(to.chunks_exact_mut(width));
        let terms = self.terms.rows.iter().zip(&self.terms.own);
        for ((((terms, own), words), meanings), (row, out)) in terms.zip(self.words).zip(self.meanings).zip(rows) {
            out.fill(0.0);
            add_scaled(out, *own, row);
            for &(term, value) in terms {
                add_scaled(out, value, tables.terms.row(term));
            }
            for &(word, value) in words {
                add_scaled(out, value, tables.words.row(word));
            }
            for &(word, value) in meanings {
                add_scaled(out, value, tables.meanings.row(word));
            }
        }
        self.vectors.add_scores(&tables.vectors.numbers, to);
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
            meanings: (0..6).map(|i| vec![(i % 3, 0.5)]).collect(),
            word_meanings: ["fee", "doctor", "exam"].map(meaning::of).to_vec(),
            grams: (0..3).map(|i| vec![(i, 0.9), (3, 0.4)]).collect(),
            term_count: 10,
            gram_count: 5,
            vectors: vectors(),
            tolerance: None,
        }
    }

    /// The vector of each example points to its entry.
    fn vectors() -> Dense {
        let mut vectors = Dense::default();
        (0..6).for_each(|i| vectors.push(Some(&[0, 1, 2].map(|at| if at == i % 3 { 0.8 } else { 0.1 }))));
        vectors
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
            let vector = [0, 1, 2].map(|at| if at == entry { 1.0 } else { 0.0 });
            speaks_for_it(sum(|row| weights.add_vector(row, 1.0, &vector)));
            // Meanings overlap: it speaks for its entry the most.
            let row = sum(|row| weights.add_word_meaning(row, entry, 1.0));
            assert!(row.iter().all(|weight| *weight <= row[entry as usize]), "{row:?}");
        }
        for shared in [sum(|row| weights.add_term(row, 3, 1.0)), sum(|row| weights.add_gram(row, 3, 1.0))] {
            assert!(shared.iter().all(|w| w.abs() < 0.02), "{shared:?}");
        }
        assert!(sum(|row| weights.add_gram(row, 4, 1.0)).iter().all(|w| *w == 0.0), "it is in no word");
        assert!(weights.has_word(2) && !weights.has_word(3));
    }

    #[test]
    fn the_weights_of_its_features_add_up_to_the_score_of_an_example() {
        let examples = examples();
        let model = Model::new(&examples);
        let weights = learn(&examples, None);
        let mut scores = Blocks::zeros(6, 3);
        model.scores(&Blocks::of(weights.coefficients(), 3), &mut model.tables(), &mut scores);
        for (i, score) in scores.joined().chunks_exact(3).enumerate() {
            let added = sum(|row| {
                examples.terms[i].iter().for_each(|&(term, value)| weights.add_term(row, term, value));
                for &(word, value) in &examples.words[i] {
                    examples.grams[word as usize].iter().for_each(|&(gram, v)| weights.add_gram(row, gram, value * v));
                }
                for &(word, value) in &examples.meanings[i] {
                    let mut meaning = [0.0; DIMENSIONS];
                    meaning::add(&mut meaning, value, examples.word_meanings[word as usize].unwrap());
                    weights.add_meaning(row, &meaning);
                }
                weights.add_vector(row, 1.0, examples.vectors.row(i));
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
        let mut scores = Blocks::zeros(6, 3);
        model.scores(&Blocks::of(&learned, 3), &mut model.tables(), &mut scores);
        for ((row, a), &label) in scores.joined().chunks_exact_mut(3).zip(learned.chunks_exact(3)).zip(&examples.labels)
        {
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
        let none = || vec![Sparse::new()];
        let one = Examples {
            entries: 1,
            labels: vec![0],
            terms: none(),
            words: none(),
            meanings: none(),
            ..Examples::default()
        };
        assert_eq!(learn(&one, None).coefficients(), &[0.0]);
    }
}
