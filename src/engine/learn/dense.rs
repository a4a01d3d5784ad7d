//! Rows in which every number counts, as the vectors of an encoder: products of many of them with a block of entries.

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
        let Some(columns) = to.len().checked_div(self.width).filter(|columns| *columns > 0) else { return };
        let ours = Strided { numbers: &self.numbers, row: 1, step: self.width };
        padded(ours, rows, columns, to);
    }

    /// Adds to each row of `to`, one for each of ours, the sum of `rows`, one for each position, times what ours has there.
    pub(super) fn add_scores(&self, rows: &[f32], to: &mut [f32]) {
        let Some(columns) = to.len().checked_div(self.rows).filter(|columns| *columns > 0) else { return };
        let ours = Strided { numbers: &self.numbers, row: self.width, step: 1 };
        padded(ours, rows, columns, to);
    }
}

/// A matrix that is read by rows, or by columns as if they were rows.
#[derive(Clone, Copy)]
struct Strided<'a> {
    numbers: &'a [f32],
    /// From a row to the next.
    row: usize,
    /// From a number of a row to the next.
    step: usize,
}

/// A multiple of twice the numbers that one instruction takes, on every processor so far.
const COLUMNS: usize = 32;

/// `to += left * right`, where `right` and `to` have so many columns.
fn padded(left: Strided, right: &[f32], columns: usize, to: &mut [f32]) {
    let wide = columns.next_multiple_of(COLUMNS);
    if wide == columns {
        return multiply(left, right, columns, to);
    }
    let widened = |numbers: &[f32]| {
        let mut all = vec![0.0; numbers.len() / columns * wide];
        let rows = all.chunks_exact_mut(wide).zip(numbers.chunks_exact(columns));
        rows.for_each(|(to, from)| to.iter_mut().zip(from).for_each(|(to, from)| *to = *from));
        all
    };
    let mut out = widened(to);
    multiply(left, &widened(right), wide, &mut out);
    let rows = to.chunks_exact_mut(columns).zip(out.chunks_exact(wide));
    rows.for_each(|(to, from)| to.iter_mut().zip(from).for_each(|(to, from)| *to = *from));
}

#[cfg(feature = "encoder")]
fn multiply(left: Strided, right: &[f32], columns: usize, to: &mut [f32]) {
    use pulp::{Arch, Simd, WithSimd};

    /// Rows that are worked out side by side, with two instructions' numbers each: the sums stay in the processor.
    const ROWS: usize = 4;
    /// Rows of the right side that are gone through before the next rows of the left: they stay in the nearest cache.
    const DEPTH: usize = 256;

    struct Multiply<'a> {
        left: Strided<'a>,
        right: &'a [f32],
        columns: usize,
        to: &'a mut [f32],
    }

    impl WithSimd for Multiply<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self { left, right, columns, to } = self;
            let lanes = 2 * S::F32_LANES;
            for (deep, right) in right.chunks(DEPTH * columns).enumerate() {
                for (block, to) in to.chunks_mut(ROWS * columns).enumerate() {
                    let start = block * ROWS * left.row + deep * DEPTH * left.step;
                    for column in (0..columns).step_by(lanes) {
                        let mut sums = [[simd.splat_f32s(0.0); 2]; ROWS];
                        for (at, right) in right.chunks_exact(columns).enumerate() {
                            let part = right.get(column..column + lanes).unwrap_or_default();
                            let ([one, two], _) = S::as_simd_f32s(part) else { continue };
                            for (row, sums) in sums.iter_mut().enumerate() {
                                let place = start + row * left.row + at * left.step;
                                let factor = simd.splat_f32s(left.numbers.get(place).copied().unwrap_or_default());
                                sums[0] = simd.mul_add_e_f32s(factor, *one, sums[0]);
                                sums[1] = simd.mul_add_e_f32s(factor, *two, sums[1]);
                            }
                        }
                        for (to, sums) in to.chunks_exact_mut(columns).zip(sums) {
                            let part = to.get_mut(column..column + lanes).unwrap_or_default();
                            let (parts, _) = S::as_mut_simd_f32s(part);
                            parts.iter_mut().zip(sums).for_each(|(to, sum)| *to = simd.add_f32s(*to, sum));
                        }
                    }
                }
            }
        }
    }

    Arch::new().dispatch(Multiply { left, right, columns, to });
}

/// Without encoders there is nothing to multiply but in tests.
#[cfg(not(feature = "encoder"))]
fn multiply(left: Strided, right: &[f32], columns: usize, to: &mut [f32]) {
    for (row, to) in to.chunks_exact_mut(columns).enumerate() {
        for (at, right) in right.chunks_exact(columns).enumerate() {
            let factor = left.numbers.get(row * left.row + at * left.step).copied().unwrap_or_default();
            add_scaled(to, factor, right);
        }
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
