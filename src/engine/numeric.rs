//! Arithmetic that gives the same bits on every platform: no system `exp`, fixed order of sums.

/// `e^x` for `x <= 0` within 2e-7 relative error, in plain multiplications so that a loop over it vectorises and every
/// platform agrees to the last bit. Below -87 it is 0.
#[inline]
pub fn exp_nonpositive(x: f32) -> f32 {
    /// Adding and subtracting it rounds to the nearest integer: 1.5 * 2^23.
    const ROUND: f32 = 12_582_912.0;
    let x = if x > -87.0 { x } else { -87.0 };
    let t = x * std::f32::consts::LOG2_E;
    let rounded = t + ROUND;
    let n = rounded - ROUND;
    // e^x = 2^n * e^(x - n ln 2); ln 2 in two parts keeps the remainder exact.
    let r = (x - n * 0.693_359_4) - n * -2.121_944_4e-4;
    let p = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    // The low bits of `rounded` are n in two's complement: they become the exponent.
    let exponent = rounded.to_bits().wrapping_shl(23).wrapping_add(127 << 23);
    if x > -86.9 { p * f32::from_bits(exponent) } else { 0.0 }
}

/// Sum of products, in eight running sums: fast, and the same order everywhere.
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    let mut sums = [0f32; 8];
    let mut total = 0f64;
    // A block is short enough for f32 sums; blocks are summed in f64.
    for (a, b) in a.chunks(1024).zip(b.chunks(1024)) {
        sums.fill(0.0);
        let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
        let tail: f32 = a8.remainder().iter().zip(b8.remainder()).map(|(x, y)| x * y).sum();
        for (x, y) in a8.zip(b8) {
            for ((s, x), y) in sums.iter_mut().zip(x).zip(y) {
                *s += x * y;
            }
        }
        total += f64::from(tail) + sums.iter().map(|s| f64::from(*s)).sum::<f64>();
    }
    total
}

/// `y += a * x`.
#[inline]
pub fn add_scaled(y: &mut [f32], a: f32, x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// Softmax in place; returns `ln` of the sum of exponentials of what was there (the log-partition).
pub fn softmax(row: &mut [f32]) -> f64 {
    let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0f64;
    for block in row.chunks_mut(64) {
        for x in block.iter_mut() {
            *x = exp_nonpositive(*x - max);
        }
        sum += block_sum(block);
    }
    let scale = (1.0 / sum) as f32;
    for x in row.iter_mut() {
        *x *= scale;
    }
    f64::from(max) + libm::log(sum)
}

/// `ln` of the sum of exponentials.
pub fn log_partition(row: &[f32]) -> f64 {
    let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0f64;
    for block in row.chunks(64) {
        let mut exponentials = [0f32; 64];
        for (e, x) in exponentials.iter_mut().zip(block) {
            *e = exp_nonpositive(*x - max);
        }
        sum += block_sum(&exponentials);
    }
    f64::from(max) + libm::log(sum)
}

/// Sum of up to 64 numbers, in eight running sums.
fn block_sum(block: &[f32]) -> f64 {
    let mut sums = [0f32; 8];
    for part in block.chunks(8) {
        for (sum, x) in sums.iter_mut().zip(part) {
            *sum += x;
        }
    }
    sums.iter().map(|sum| f64::from(*sum)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close_to_the_exact_one() {
        for i in 0..86_000 {
            let x = -(i as f32) / 1000.0;
            let exact = libm::exp(f64::from(x));
            assert!((f64::from(exp_nonpositive(x)) / exact - 1.0).abs() < 1e-6, "{x}");
        }
        assert_eq!(exp_nonpositive(0.0), 1.0);
        assert_eq!(exp_nonpositive(-1e30), 0.0);
        assert_eq!(exp_nonpositive(f32::NEG_INFINITY), 0.0);
    }

    #[test]
    fn dot_of_any_length() {
        for n in [0, 1, 7, 8, 9, 1023, 1024, 1025, 5000] {
            let a: Vec<f32> = (0..n).map(|i| (i % 7) as f32).collect();
            let exact: f64 = a.iter().map(|x| f64::from(x * x)).sum();
            assert!((dot(&a, &a) - exact).abs() <= exact * 1e-6);
        }
    }

    #[test]
    fn softmax_sums_to_one_and_returns_the_log_partition() {
        let mut row = [1.0, 2.0, 3.0, -50.0];
        let log_partition = softmax(&mut row);
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((log_partition - 3.407_606).abs() < 1e-5);
        assert_eq!(super::log_partition(&[1.0, 2.0, 3.0, -50.0]), log_partition);
    }
}
