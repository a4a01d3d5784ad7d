//! Static token tables: a vector for each token, and the vector of a text is their mean.
//!
//! Owns the layout that Model2Vec (<https://github.com/MinishLab/model2vec>) writes, and what it makes of a text. Knows no
//! word order, and costs some microseconds.

use super::OpenError;
use super::numbers::{Bytes, to_unit};
use super::tensors::Tensors;

/// The name of the tensor that has a row for each token.
pub const ROWS: &str = "embeddings";

/// A table, ready to be used.
#[derive(Debug)]
pub struct Table {
    rows: Bytes,
    width: usize,
    /// The row of each token, if not its own.
    mapping: Option<Vec<u32>>,
    /// What each token counts, if not all the same.
    weights: Option<Vec<f32>>,
    /// What stands for a word that the table does not have; it says nothing.
    unknown: Option<u32>,
}

impl Table {
    /// The table in these tensors, for a tokenizer whose unknown token is this.
    ///
    /// # Errors
    ///
    /// They are not of that layout.
    pub fn open(tensors: &Tensors, unknown: Option<u32>) -> Result<Self, OpenError> {
        let [rows, width] = <[usize; 2]>::try_from(tensors.shape(ROWS)?)
            .map_err(|shape| OpenError::Unsupported { what: format!("`{ROWS}` has the shape {shape:?}") })?;
        let table = Bytes::of(&tensors.numbers(ROWS, &[rows, width])?, width);
        let per_token = |name: &str| -> Result<Option<Vec<f32>>, OpenError> {
            if !tensors.has(name) {
                return Ok(None);
            }
            let shape = tensors.shape(name)?;
            tensors.numbers(name, &shape).map(Some)
        };
        let mapping = per_token("mapping")?.map(|rows| rows.into_iter().map(|row| row as u32).collect::<Vec<_>>());
        if let Some(row) = mapping.iter().flatten().find(|row| **row as usize >= rows) {
            let what = format!("`mapping` names row {row}, and `{ROWS}` has {rows}");
            return Err(OpenError::Unsupported { what });
        }
        Ok(Self { rows: table, width, mapping, weights: per_token("weights")?, unknown })
    }

    /// Length of the vectors.
    pub fn dimensions(&self) -> usize {
        self.width
    }

    /// How many tokens it has a vector for.
    pub fn vocabulary(&self) -> usize {
        self.mapping.as_ref().map_or(self.rows.rows(), Vec::len)
    }

    /// The vector of a text of these tokens, of length 1; `None` if the table has less than half of them: of "the" alone it
    /// would make something, too.
    pub fn encode(&self, tokens: &[u32]) -> Option<Vec<f32>> {
        let unknown = tokens.iter().filter(|token| Some(**token) == self.unknown).count();
        if 2 * unknown > tokens.len() {
            return None;
        }
        let mut vector = vec![0.0; self.width];
        for token in tokens.iter().filter(|token| Some(**token) != self.unknown) {
            let row = match &self.mapping {
                None => Some(*token),
                Some(rows) => rows.get(*token as usize).copied(),
            };
            let weight = self.weights.as_ref().map_or(Some(1.0), |weights| weights.get(*token as usize).copied());
            if let (Some(row), Some(weight)) = (row, weight) {
                self.rows.add_row(row as usize, weight, &mut vector);
            }
        }
        to_unit(&mut vector).then_some(vector)
    }
}
