//! Matrices of one row per example and one column per entry, cut into blocks of columns that all cores work on.

use rayon::prelude::*;

use crate::engine::numeric::{add_scaled, dot};

/// Entries of a block: its tables fit into a core's cache, and there are enough blocks for the cores.
const WIDTH: usize = 64;

/// A matrix in blocks: of each block the rows one below the other.
#[derive(Debug, Clone)]
pub(super) struct Blocks {
    /// Number of columns in all.
    width: usize,
    pub(super) blocks: Vec<Vec<f32>>,
}

/// The widths of the blocks of so many entries.
pub(super) fn widths(entries: usize) -> impl Iterator<Item = usize> {
    (0..entries).step_by(WIDTH).map(move |from| WIDTH.min(entries - from))
}

/// The rows of blocks that have `rows` rows each, in one piece.
pub(super) fn joined<'a>(blocks: impl Iterator<Item = &'a [f32]> + Clone, rows: usize, width: usize) -> Vec<f32> {
    let mut numbers = Vec::with_capacity(rows * width);
    for row in 0..rows {
        for (block, width) in blocks.clone().zip(widths(width)) {
            numbers.extend_from_slice(block.get(row * width..(row + 1) * width).unwrap_or_default());
        }
    }
    numbers
}

impl Blocks {
    pub(super) fn zeros(rows: usize, width: usize) -> Self {
        Self { width, blocks: widths(width).map(|width| vec![0.0; rows * width]).collect() }
    }

    /// The blocks of a matrix whose rows are one below the other.
    pub(super) fn of(numbers: &[f32], width: usize) -> Self {
        let rows = numbers.len() / width.max(1);
        let mut blocks = Self::zeros(rows, width);
        blocks.fill(|row, from, out| {
            let start = row * width + from;
            out.copy_from_slice(numbers.get(start..start + out.len()).unwrap_or_default());
        });
        blocks
    }

    /// Has every row of every block written: called with the row, the block's first column and what to write.
    pub(super) fn fill(&mut self, each: impl Fn(usize, usize, &mut [f32]) + Sync) {
        let width = self.width;
        self.blocks.par_iter_mut().enumerate().for_each(|(number, block)| {
            let columns = WIDTH.min(width - number * WIDTH);
            for (row, out) in block.chunks_exact_mut(columns).enumerate() {
                each(row, number * WIDTH, out);
            }
        });
    }

    /// In one piece, row after row.
    pub(super) fn joined(&self) -> Vec<f32> {
        let numbers: usize = self.blocks.iter().map(Vec::len).sum();
        joined(self.blocks.iter().map(Vec::as_slice), numbers / self.width.max(1), self.width)
    }

    /// Copies one row to where it is in one piece.
    pub(super) fn copy_row(&self, row: usize, to: &mut [f32]) {
        for (block, out) in self.blocks.iter().zip(to.chunks_mut(WIDTH)) {
            let start = row * out.len();
            out.copy_from_slice(block.get(start..start + out.len()).unwrap_or_default());
        }
    }

    /// The sum of the products of all numbers: in the same order however many cores there are.
    pub(super) fn dot(&self, other: &Self) -> f64 {
        let parts: Vec<f64> = self.blocks.par_iter().zip(&other.blocks).map(|(a, b)| dot(a, b)).collect();
        parts.iter().sum()
    }

    /// `self += factor * other`.
    pub(super) fn add(&mut self, factor: f32, other: &Self) {
        self.blocks.par_iter_mut().zip(&other.blocks).for_each(|(a, b)| add_scaled(a, factor, b));
    }

    /// Adds a matrix whose rows are in one piece each.
    pub(super) fn add_rows(&mut self, rows: &[f32], width: usize) {
        self.fill(|row, from, out| {
            let start = row * width + from;
            add_scaled(out, 1.0, rows.get(start..start + out.len()).unwrap_or_default());
        });
    }

    /// `self *= factor`.
    pub(super) fn scale(&mut self, factor: f32) {
        self.blocks.par_iter_mut().for_each(|block| block.iter_mut().for_each(|x| *x *= factor));
    }

    /// `self = other - self`.
    pub(super) fn subtract_from(&mut self, other: &Self) {
        let difference = |(a, b): (&mut Vec<f32>, &Vec<f32>)| a.iter_mut().zip(b).for_each(|(a, b)| *a = b - *a);
        self.blocks.par_iter_mut().zip(&other.blocks).for_each(difference);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_the_matrix_in_other_order() {
        for width in [1, 31, 32, 33, 100] {
            let numbers: Vec<f32> = (0..3 * width).map(|n| n as f32).collect();
            let blocks = Blocks::of(&numbers, width);
            assert_eq!(blocks.blocks.len(), width.div_ceil(WIDTH));
            assert_eq!(blocks.joined(), numbers);
            let mut row = vec![0.0; width];
            blocks.copy_row(2, &mut row);
            assert_eq!(row, numbers[2 * width..]);
            let exact: f32 = numbers.iter().map(|x| x * x).sum();
            assert!((blocks.dot(&blocks) - f64::from(exact)).abs() <= f64::from(exact) * 1e-6);
        }
        assert_eq!(Blocks::of(&[], 0).joined(), [0.0; 0]);
    }
}
