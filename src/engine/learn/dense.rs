//! Rows in which every number counts, as the vectors of an encoder: products of many of them with a block of entries.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::engine::numeric::add_scaled;

/// Rows of numbers, one below the other, all of the length of the first.
#[derive(Debug, Default, Clone)]
pub struct Dense {
    width: usize,
    rows: usize,
    numbers: Vec<f32>,
}

impl Dense {
    /// Adds a row: zeros for one that there is not.
    pub fn push(&mut self, row: Option<&[f32]>) {
        self.rows += 1;
        if let Some(row) = row {
            if self.width == 0 {
                self.width = row.len();
                self.numbers.resize((self.rows - 1) * self.width, 0.0);
            }
            self.numbers.extend(row.iter().take(self.width));
        }
        self.numbers.resize(self.rows * self.width, 0.0);
    }

    /// How many there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How long they are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// A row; nothing for one that there is not.
    pub fn row(&self, row: usize) -> &[f32] {
        self.numbers.get(row * self.width..(row + 1) * self.width).unwrap_or_default()
    }

    /// Takes the mean off all rows and multiplies them; the mean is what comes back.
    pub fn centre(&mut self, factor: f32) -> Vec<f32> {
        let mut mean = vec![0.0; self.width];
        let share = 1.0 / self.rows.max(1) as f32;
        self.numbers.chunks_exact(self.width.max(1)).for_each(|row| add_scaled(&mut mean, share, row));
        for row in self.numbers.chunks_exact_mut(self.width.max(1)) {
            row.iter_mut().zip(&mean).for_each(|(x, mean)| *x = factor * (*x - mean));
        }
        mean
    }

    /// Adds to each row of `to`, one for each position in ours, the sum of `rows`, one for each of ours, times what ours have
    /// there.
    pub(super) fn add_products(&self, rows: &[f32], to: &mut [f32]) {
        if let Some(ours) = matrix(&self.numbers, self.rows) {
            add_product(&ours.t(), rows, to);
        }
    }

    /// Adds to each row of `to`, one for each of ours, the sum of `rows`, one for each position, times what ours has there.
    pub(super) fn add_scores(&self, rows: &[f32], to: &mut [f32]) {
        if let Some(ours) = matrix(&self.numbers, self.rows) {
            add_product(&ours, rows, to);
        }
    }
}

/// Numbers as so many rows; nothing if there are none.
fn matrix(numbers: &[f32], rows: usize) -> Option<ArrayView2<'_, f32>> {
    let columns = numbers.len().checked_div(rows).filter(|columns| *columns > 0)?;
    ArrayView2::from_shape((rows, columns), numbers).ok()
}

/// `to += left * right`.
fn add_product(left: &ArrayView2<f32>, right: &[f32], to: &mut [f32]) {
    let Some(right) = matrix(right, left.ncols()) else { return };
    if let Ok(mut to) = ArrayViewMut2::from_shape((left.nrows(), right.ncols()), to) {
        general_mat_mul(1.0, left, &right, 1.0, &mut to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_scores_are_sums_whatever_the_sizes() {
        for (count, width, columns) in [(1, 1, 1), (3, 5, 2), (4, 4, 7), (9, 6, 64), (6, 9, 3)] {
            let number = |i: usize| ((i * 37 + 11) % 19) as f32 - 9.0;
            let mut dense = Dense::default();
            for row in 0..count {
                let numbers: Vec<f32> = (0..width).map(|at| number(row * width + at)).collect();
                dense.push(Some(&numbers));
            }
            let rows: Vec<f32> = (0..count * columns).map(|i| number(i + 5)).collect();
            let mut products = vec![1.0; width * columns];
            dense.add_products(&rows, &mut products);
            let table: Vec<f32> = (0..width * columns).map(|i| number(i + 3)).collect();
            let mut scores = vec![1.0; count * columns];
            dense.add_scores(&table, &mut scores);
            for column in 0..columns {
                for at in 0..width {
                    let sum: f32 = (0..count).map(|row| dense.row(row)[at] * rows[row * columns + column]).sum();
                    assert_eq!(products[at * columns + column], 1.0 + sum);
                }
                for row in 0..count {
                    let sum: f32 = (0..width).map(|at| dense.row(row)[at] * table[at * columns + column]).sum();
                    assert_eq!(scores[row * columns + column], 1.0 + sum);
                }
            }
        }
    }

    #[test]
    fn centred_rows_add_up_to_nothing() {
        let mut dense = Dense::default();
        [[1.0, 5.0], [3.0, 1.0]].iter().for_each(|row| dense.push(Some(row)));
        assert_eq!(dense.centre(2.0), [2.0, 3.0]);
        assert_eq!((dense.row(0), dense.row(1)), (&[-2.0, 4.0][..], &[2.0, -4.0][..]));
    }

    #[test]
    fn rows_that_there_are_not_are_zeros() {
        let mut dense = Dense::default();
        [None, Some(&[1.0, 2.0][..]), None].into_iter().for_each(|row| dense.push(row));
        let rows: Vec<&[f32]> = (0..4).map(|row| dense.row(row)).collect();
        assert_eq!(rows, [&[0.0, 0.0][..], &[1.0, 2.0], &[0.0, 0.0], &[]]);
    }
}
