//! Products of rows and matrices, for models.
//!
//! Weights are kept as bytes with a scale for each row: a question has ten words or so, and what it costs is to go through
//! all weights once, so a quarter of the memory is a third of the time. What that does to the vectors of a real model is
//! measured in docs/encoder.md. On a machine with vector instructions they are used ([`pulp`] asks the processor).

use pulp::{Arch, Simd, WithSimd};

/// Rows that are worked out side by side: their weights, made numbers again, stay in the nearest cache.
const SIDE_BY_SIDE: usize = 4;

/// The largest byte in size.
const MOST: f32 = 127.0;

/// Rows of numbers, each kept as bytes and one scale: what is read differs by at most half a 127th of the row's largest.
#[derive(Debug)]
pub struct Bytes {
    bytes: Vec<i8>,
    scales: Vec<f32>,
    width: usize,
}

impl Bytes {
    /// These rows, `width` numbers each.
    pub fn of(numbers: &[f32], width: usize) -> Self {
        let mut rows = Self { bytes: Vec::with_capacity(numbers.len()), scales: Vec::new(), width };
        for row in numbers.chunks_exact(width.max(1)) {
            let largest = row.iter().fold(0f32, |largest, number| largest.max(number.abs()));
            let scale = largest / MOST;
            let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
            rows.bytes.extend(row.iter().map(|number| (number * inverse).round() as i8));
            rows.scales.push(scale);
        }
        rows
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.scales.len()
    }

    /// Adds `factor` times a row; nothing for one that there is not.
    pub fn add_row(&self, row: usize, factor: f32, to: &mut [f32]) {
        let Some(scale) = self.scales.get(row) else { return };
        let bytes = self.bytes.get(row * self.width..(row + 1) * self.width).unwrap_or_default();
        to.iter_mut().zip(bytes).for_each(|(sum, byte)| *sum += factor * scale * f32::from(*byte));
    }
}

/// A linear layer: of each row of inputs a row of outputs.
#[derive(Debug)]
pub struct Linear {
    weights: Bytes,
    bias: Vec<f32>,
}

impl Linear {
    /// With these weights, one row for each output, and a bias for each.
    pub fn new(weights: &[f32], bias: Vec<f32>) -> Self {
        Self { weights: Bytes::of(weights, weights.len() / bias.len().max(1)), bias }
    }

    /// The outputs for rows of inputs, all of one length.
    pub fn apply(&self, inputs: &[f32]) -> Vec<f32> {
        let rows = inputs.len() / self.weights.width.max(1);
        let mut outputs = vec![0.0; rows * self.bias.len()];
        Arch::new().dispatch(Apply { layer: self, inputs, outputs: &mut outputs });
        outputs
    }
}

struct Apply<'a> {
    layer: &'a Linear,
    inputs: &'a [f32],
    outputs: &'a mut [f32],
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { layer: Linear { weights, bias }, inputs, outputs } = self;
        let (width, many) = (weights.width, bias.len());
        if width == 0 || many == 0 {
            return;
        }
        let mut numbers = vec![0f32; SIDE_BY_SIDE * width];
        let blocks = weights.bytes.chunks(SIDE_BY_SIDE * width).zip(weights.scales.chunks(SIDE_BY_SIDE));
        for (number, ((bytes, scales), bias)) in blocks.zip(bias.chunks(SIDE_BY_SIDE)).enumerate() {
            numbers.iter_mut().zip(bytes).for_each(|(number, byte)| *number = f32::from(*byte));
            let first = number * SIDE_BY_SIDE;
            let mut sides = numbers.chunks_exact(width);
            let sides: [&[f32]; SIDE_BY_SIDE] = std::array::from_fn(|_| sides.next().unwrap_or_default());
            let mut write = |row: usize, sums: [f32; SIDE_BY_SIDE]| {
                let out = outputs.get_mut(row * many + first..).unwrap_or_default();
                let parts = sums.iter().zip(scales).zip(bias);
                out.iter_mut().zip(parts).for_each(|(out, ((sum, scale), bias))| *out = sum * scale + bias);
            };
            let pairs = inputs.chunks(2 * width);
            for (pair, rows) in pairs.enumerate() {
                let (one, other) = rows.split_at(width.min(rows.len()));
                if other.is_empty() {
                    write(2 * pair, products(simd, one, sides));
                } else {
                    let (one, other) = products_of_two(simd, one, other, sides);
                    write(2 * pair, one);
                    write(2 * pair + 1, other);
                }
            }
        }
    }
}

/// The products of one row with each of the others.
#[inline(always)]
fn products<S: Simd>(simd: S, row: &[f32], others: [&[f32]; SIDE_BY_SIDE]) -> [f32; SIDE_BY_SIDE] {
    let (head, tail) = S::as_simd_f32s(row);
    let split = others.map(|other| S::as_simd_f32s(other));
    let mut sums = [simd.splat_f32s(0.0); SIDE_BY_SIDE];
    for (at, part) in head.iter().enumerate() {
        for (sum, (other, _)) in sums.iter_mut().zip(&split) {
            if let Some(other) = other.get(at) {
                *sum = simd.mul_add_f32s(*part, *other, *sum);
            }
        }
    }
    let mut products = sums.map(|sum| simd.reduce_sum_f32s(sum));
    for (product, (_, other)) in products.iter_mut().zip(&split) {
        *product += tail.iter().zip(*other).map(|(a, b)| a * b).sum::<f32>();
    }
    products
}

/// The same for two rows at once: each part of the others is fetched once.
#[inline(always)]
fn products_of_two<S: Simd>(
    simd: S,
    one: &[f32],
    two: &[f32],
    others: [&[f32]; SIDE_BY_SIDE],
) -> ([f32; SIDE_BY_SIDE], [f32; SIDE_BY_SIDE]) {
    let ((one, one_tail), (two, two_tail)) = (S::as_simd_f32s(one), S::as_simd_f32s(two));
    let [a, b, c, d] = others.map(|other| S::as_simd_f32s(other));
    let zero = simd.splat_f32s(0.0);
    let (mut ones, mut twos) = ([zero; SIDE_BY_SIDE], [zero; SIDE_BY_SIDE]);
    for (((((one, two), a), b), c), d) in one.iter().zip(two).zip(a.0).zip(b.0).zip(c.0).zip(d.0) {
        ones[0] = simd.mul_add_f32s(*one, *a, ones[0]);
        ones[1] = simd.mul_add_f32s(*one, *b, ones[1]);
        ones[2] = simd.mul_add_f32s(*one, *c, ones[2]);
        ones[3] = simd.mul_add_f32s(*one, *d, ones[3]);
        twos[0] = simd.mul_add_f32s(*two, *a, twos[0]);
        twos[1] = simd.mul_add_f32s(*two, *b, twos[1]);
        twos[2] = simd.mul_add_f32s(*two, *c, twos[2]);
        twos[3] = simd.mul_add_f32s(*two, *d, twos[3]);
    }
    let whole = |sums: [S::f32s; SIDE_BY_SIDE], tail: &[f32]| {
        let mut products = sums.map(|sum| simd.reduce_sum_f32s(sum));
        for (product, (_, other)) in products.iter_mut().zip([a, b, c, d]) {
            *product += tail.iter().zip(other).map(|(a, b)| a * b).sum::<f32>();
        }
        products
    };
    (whole(ones, one_tail), whole(twos, two_tail))
}

/// Brings each row to mean 0 and variance 1, then scales and shifts it (layer normalisation, Ba et al. 2016).
pub fn normalise_rows(rows: &mut [f32], scale: &[f32], shift: &[f32], epsilon: f32) {
    for row in rows.chunks_exact_mut(scale.len().max(1)) {
        let length = row.len() as f32;
        let mean = row.iter().sum::<f32>() / length;
        let variance = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / length;
        let inverse = 1.0 / (variance + epsilon).sqrt();
        for ((x, scale), shift) in row.iter_mut().zip(scale).zip(shift) {
            *x = (*x - mean) * inverse * scale + shift;
        }
    }
}

/// Gaussian error linear unit (Hendrycks and Gimpel 2016) of each number, by the error function as Abramowitz and Stegun
/// 7.1.28 approximate it: within 3e-7.
pub fn gelu(numbers: &mut [f32]) {
    Arch::new().dispatch(|| {
        for x in numbers {
            let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
            let root = 1.0
                + z * (0.070_523_076
                    + z * (0.042_282_01
                        + z * (0.009_270_527 + z * (0.000_152_014_3 + z * (0.000_276_567_2 + z * 0.000_043_063_8)))));
            let (second, power) = (root * root, |x: f32| x * x);
            let erf = 1.0 - 1.0 / power(power(power(second)));
            *x *= 0.5 * (1.0 + erf.copysign(*x));
        }
    });
}

/// The product of two rows.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_left), (b, b_left)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0f32; 8];
    for (a, b) in a.iter().zip(b) {
        sums.iter_mut().zip(a).zip(b).for_each(|((sum, a), b)| *sum += a * b);
    }
    sums.iter().sum::<f32>() + a_left.iter().zip(b_left).map(|(a, b)| a * b).sum::<f32>()
}

/// Brings a row to length 1; false for one that has none.
pub fn to_unit(row: &mut [f32]) -> bool {
    let square = dot(row, row);
    let has_length = square.is_finite() && square > 0.0;
    if has_length {
        let inverse = 1.0 / square.sqrt();
        row.iter_mut().for_each(|x| *x *= inverse);
    }
    has_length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed.wrapping_mul(2_654_435_761) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as f32 / u32::MAX as f32 * 2.0 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn a_layer_is_the_sum_of_products_whatever_its_size() {
        for (rows, inputs, outputs) in [(1, 1, 1), (1, 7, 3), (2, 8, 4), (3, 33, 5), (5, 64, 9), (8, 100, 12)] {
            let (weights, bias, x) = (numbers(inputs * outputs, 1), numbers(outputs, 2), numbers(rows * inputs, 3));
            let got = Linear::new(&weights, bias.clone()).apply(&x);
            assert_eq!(got.len(), rows * outputs);
            for row in 0..rows {
                for out in 0..outputs {
                    let products = (0..inputs).map(|i| x[row * inputs + i] * weights[out * inputs + i]);
                    let exact = products.sum::<f32>() + bias[out];
                    // Bytes: each weight is off by half a step at most.
                    let bound = 1e-5 + inputs as f32 * 0.5 / MOST;
                    assert!((got[row * outputs + out] - exact).abs() <= bound, "{rows} {inputs} {outputs}");
                }
            }
        }
    }

    #[test]
    fn weights_that_are_whole_127ths_are_kept_exactly() {
        let weights = [127.0, -64.0, 0.0, 1.0, -127.0, 3.0];
        let got = Linear::new(&weights, vec![0.5, -0.5]).apply(&[1.0, 2.0, 3.0]);
        assert_eq!(got, [127.0 - 128.0 + 0.5, 1.0 - 254.0 + 9.0 - 0.5]);
    }

    #[test]
    fn gelu_is_the_share_of_the_normal_distribution_below() {
        let mut got = [-3.0f32, -1.0, -0.1, 0.0, 0.1, 0.5, 1.0, 2.0, 6.0, 80.0];
        let wanted = got.map(|x| {
            let erf = libm::erf(f64::from(x) / 2f64.sqrt());
            (0.5 * f64::from(x) * (1.0 + erf)) as f32
        });
        gelu(&mut got);
        for (got, wanted) in got.iter().zip(wanted) {
            assert!((got - wanted).abs() < 2e-6, "{got} {wanted}");
        }
    }

    #[test]
    fn normalised_rows_have_mean_0_and_variance_1() {
        let mut rows = numbers(32, 5);
        normalise_rows(&mut rows, &[1.0; 16], &[0.0; 16], 1e-12);
        for row in rows.chunks(16) {
            assert!(row.iter().sum::<f32>().abs() < 1e-4);
            assert!((dot(row, row) / 16.0 - 1.0).abs() < 1e-4);
        }
        let mut none = [0.0, 0.0];
        assert!(!to_unit(&mut none) && !to_unit(&mut [f32::NAN]));
        let mut some = [3.0, 4.0];
        assert!(to_unit(&mut some));
        assert!((some[0] - 0.6).abs() < 1e-6 && (some[1] - 0.8).abs() < 1e-6);
    }
}
