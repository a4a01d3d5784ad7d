//! What a score is worth on this corpus: confidence by self-questioning.
//!
//! At load the engine asks itself questions whose truth it knows: phrasings left out of the index, with and without
//! typos, and phrasings of entries left out as a whole, which are honest out-of-scope questions. A logistic curve is
//! fitted to how often the top hit was right (Platt 1999), so that a confidence of 70 means 70 in 100 on any corpus.

use super::learn::Coefficients;
use super::matcher::{Matcher, Prepared, Ranking};
use super::text::{Analyzer, Token};

/// Into how many parts the phrasings are divided; each is asked of an index of the others.
const FOLDS: usize = 5;
/// Above this many phrasings a sample of them is asked: the curve has a handful of parameters.
const MAX_ASKED: usize = 3_000;
/// Share of questions taken to be out of scope *and* as near to the corpus as a missing entry of it. More are asked that
/// have nothing to do with it, but those score so low that they do not move the curve.
const OUT_OF_SCOPE_SHARE: f64 = 0.15;
/// What a question with typos counts beside a clean one.
const TYPO_WEIGHT: f64 = 0.5;
/// Strength of the pull towards [`Calibration::PRIOR`], in questions: it decides for a corpus of a few entries only.
const PRIOR_STRENGTH: f64 = 20.0;

/// Confidence is at most this often the share of the question that is in known words.
const UNDERSTOOD: f64 = 1.5;

/// How many signals the curve has, the constant included.
const SIGNALS: usize = 4;

/// From a ranking to a chance of being right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    weights: [f64; SIGNALS],
}

/// One self-question's outcome.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    signals: [f64; SIGNALS],
    right: bool,
    weight: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self::PRIOR
    }
}

impl Calibration {
    /// Fitted over public data sets; what a corpus too small to ask itself starts from.
    const PRIOR: Self = Self { weights: [-8.0, 0.5, 0.2, -1.0] };

    /// The chance, 0-100, that the top candidate of `ranking` is the right entry.
    pub fn confidence(&self, ranking: &Ranking) -> f64 {
        let Some(signals) = signals(ranking) else { return 0.0 };
        // What is mostly unknown words is not understood, however much the rest resembles an entry: a corpus of a few
        // entries cannot learn that from itself.
        let understood = (UNDERSTOOD * (1.0 - ranking.unknown)).min(1.0);
        100.0 * logistic(product(&self.weights, &signals)).min(understood)
    }

    /// Asks `entries` of themselves and fits. `learned` are the coefficients learned from all of them.
    pub fn fit(analyzer: &Analyzer, entries: &[Prepared], learned: &Coefficients) -> Self {
        use rayon::prelude::*;
        let total: usize = entries.iter().map(|e| e.phrasings.len()).sum();
        let every = total.div_ceil(MAX_ASKED).max(1);
        let outcomes: Vec<Outcome> =
            (0..FOLDS).into_par_iter().flat_map_iter(|fold| ask(analyzer, entries, learned, fold, every)).collect();
        Self { weights: fit_logistic(outcomes) }
    }
}

/// What the curve looks at. `None` without a candidate that could be an answer.
fn signals(ranking: &Ranking) -> Option<[f64; SIGNALS]> {
    let mut candidates = ranking.candidates.iter().filter(|c| !c.vetoed);
    // Without a word in common it is no candidate, however the letters fall.
    let top = candidates.next().filter(|c| c.evidence.coverage > 0.0)?;
    let margin = candidates.next().map_or(4.0, |second| (top.hit.score - second.hit.score).min(4.0));
    Some([1.0, top.hit.score, margin, ranking.unknown])
}

/// One fold: entries whose number falls into it are left out whole, of the others the phrasings that do.
fn ask(analyzer: &Analyzer, entries: &[Prepared], learned: &Coefficients, fold: usize, every: usize) -> Vec<Outcome> {
    let left_out_whole = |entry: usize| entry % FOLDS == fold;
    // A shift by entry, so that the question itself is not always in the same fold.
    let left_out = |entry: usize, phrasing: usize| {
        let single = entries.get(entry).is_none_or(|e| e.phrasings.len() < 2);
        !single && (entry / FOLDS + phrasing) % FOLDS == fold
    };
    let warm = (!learned.is_empty()).then_some(learned);
    let (matcher, _) = Matcher::build(entries, &|e, p| !left_out_whole(e) && !left_out(e, p), warm);
    let mut outcomes = Vec::new();
    let mut asked = 0usize;
    for (number, entry) in entries.iter().enumerate() {
        for (p, tokens) in entry.phrasings.iter().enumerate() {
            if !left_out_whole(number) && !left_out(number, p) {
                continue;
            }
            asked += 1;
            if !asked.is_multiple_of(every) {
                continue;
            }
            let mut record = |tokens: &[Token], weight: f64| {
                let ranking = matcher.rank(analyzer, tokens);
                let Some(signals) = signals(&ranking) else { return };
                let top = ranking.candidates.iter().find(|c| !c.vetoed);
                let right = !left_out_whole(number) && top.is_some_and(|c| c.hit.entry == number);
                // Weighted below, once it is known how many of either kind there are.
                let weight = if left_out_whole(number) { -weight } else { weight };
                outcomes.push(Outcome { signals, right, weight });
            };
            record(tokens, 1.0);
            record(&with_typos(tokens, (number * 31 + p) as u64), TYPO_WEIGHT);
        }
    }
    outcomes
}

/// One slip about every eight letters: a letter left out, doubled, swapped with the next or replaced. Names stay.
fn with_typos(tokens: &[Token], seed: u64) -> Vec<Token> {
    let mut random = Xorshift(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let typo = |token: &Token, random: &mut Xorshift| {
        let mut letters: Vec<char> = token.word.chars().collect();
        if token.protected || letters.len() < 3 || random.below(8) >= letters.len() as u64 {
            return token.clone();
        }
        let at = random.below(letters.len() as u64 - 1) as usize;
        match random.below(4) {
            0 => _ = letters.remove(at),
            1 => letters.insert(at, letters[at]),
            2 => letters.swap(at, at + 1),
            _ => letters[at] = char::from(b'a' + random.below(26) as u8),
        }
        Token { word: letters.into_iter().collect(), protected: false }
    };
    tokens.iter().map(|token| typo(token, &mut random)).collect()
}

/// Marsaglia's 64-bit xorshift: the same noise at every load.
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound.max(1)
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

fn product(a: &[f64; SIGNALS], b: &[f64; SIGNALS]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Weighted logistic regression with a pull towards the prior, by Newton's method.
fn fit_logistic(mut outcomes: Vec<Outcome>) -> [f64; SIGNALS] {
    let prior = Calibration::PRIOR.weights;
    let mass =
        |inside: bool| -> f64 { outcomes.iter().filter(|o| (o.weight > 0.0) == inside).map(|o| o.weight.abs()).sum() };
    let (inside, outside) = (mass(true), mass(false));
    if inside == 0.0 {
        return prior;
    }
    let outside_weight = inside * OUT_OF_SCOPE_SHARE / (1.0 - OUT_OF_SCOPE_SHARE) / outside.max(1.0);
    for outcome in &mut outcomes {
        if outcome.weight < 0.0 {
            outcome.weight *= -outside_weight;
        }
    }
    let mut weights = prior;
    for _ in 0..50 {
        let mut gradient = [0.0; SIGNALS];
        let mut hessian = [[0.0; SIGNALS]; SIGNALS];
        for outcome in &outcomes {
            let p = logistic(product(&weights, &outcome.signals));
            let error = outcome.weight * (f64::from(u8::from(outcome.right)) - p);
            let curvature = outcome.weight * p * (1.0 - p);
            for (i, x) in outcome.signals.iter().enumerate() {
                gradient[i] += error * x;
                for (j, y) in outcome.signals.iter().enumerate() {
                    hessian[i][j] += curvature * x * y;
                }
            }
        }
        for i in 0..SIGNALS {
            // The constant moves freely, the slopes are held.
            let pull = if i == 0 { 0.01 } else { PRIOR_STRENGTH / 4.0 };
            gradient[i] -= pull * (weights[i] - prior[i]);
            hessian[i][i] += pull;
        }
        let step = solve(hessian, gradient);
        let size = step.iter().map(|s| s.abs()).fold(0.0, f64::max);
        let damping = if size > 4.0 { 4.0 / size } else { 1.0 };
        for (weight, step) in weights.iter_mut().zip(step) {
            *weight += damping * step;
        }
        if size < 1e-9 {
            break;
        }
    }
    // More score can never mean less confidence, whatever a few odd outcomes say.
    for slope in &mut weights[1..3] {
        *slope = slope.max(0.0);
    }
    if weights.iter().all(|w| w.is_finite()) { weights } else { prior }
}

/// Solves a small symmetric positive definite system by elimination with pivoting.
fn solve(mut a: [[f64; SIGNALS]; SIGNALS], mut b: [f64; SIGNALS]) -> [f64; SIGNALS] {
    for column in 0..SIGNALS {
        let pivot = (column..SIGNALS).max_by(|&i, &j| a[i][column].abs().total_cmp(&a[j][column].abs()));
        let pivot = pivot.unwrap_or(column);
        a.swap(column, pivot);
        b.swap(column, pivot);
        if a[column][column].abs() < 1e-12 {
            continue;
        }
        for row in column + 1..SIGNALS {
            let factor = a[row][column] / a[column][column];
            let pivot_row = a[column];
            for (x, p) in a[row].iter_mut().zip(pivot_row).skip(column) {
                *x -= factor * p;
            }
            b[row] -= factor * b[column];
        }
    }
    let mut x = [0.0; SIGNALS];
    for row in (0..SIGNALS).rev() {
        let known: f64 = (row + 1..SIGNALS).map(|k| a[row][k] * x[k]).sum();
        x[row] = if a[row][row].abs() < 1e-12 { 0.0 } else { (b[row] - known) / a[row][row] };
    }
    x
}
