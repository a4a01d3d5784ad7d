//! The search for the best coefficients: L-BFGS with the Gram matrix in place of the weights.

use rayon::prelude::*;

use super::blocks::Blocks;
use super::{Coefficients, Examples, Model, Tables};
use crate::engine::numeric::softmax;

/// Weight of the fit against the size of the weights. Between 8 and 50 nothing moves by more than .3 points.
pub(super) const INVERSE_REGULARISATION: f32 = 12.0;
/// Gradient norm, relative to the start, at which the search has converged.
const TOLERANCE: f64 = 5e-3;
/// It takes 20 to 30.
const MAX_ITERATIONS: usize = 200;
/// Steps from a warm start. Three were too few for the same confidence as at the optimum, six were enough.
const WARM_ITERATIONS: usize = 8;
/// Pairs of steps that L-BFGS remembers. With six it is a sixth faster, and takes a half more memory.
const MEMORY: usize = 4;

/// Examples whose probabilities one core works out at a time.
const EXAMPLES_A_TASK: usize = 256;

/// A direction in the space of weights: its coefficients, and its scores on the examples.
#[derive(Clone)]
struct Vector {
    coefficients: Blocks,
    scores: Blocks,
}

impl Vector {
    /// The product of the two weight vectors, through the Gram matrix.
    fn product(&self, other: &Self) -> f64 {
        self.coefficients.dot(&other.scores)
    }

    fn add(&mut self, factor: f64, other: &Self) {
        self.coefficients.add(factor as f32, &other.coefficients);
        self.scores.add(factor as f32, &other.scores);
    }

    fn scale(&mut self, factor: f64) {
        self.coefficients.scale(factor as f32);
        self.scores.scale(factor as f32);
    }
}

struct Search<'a> {
    model: &'a Model<'a>,
    labels: &'a [u32],
    tables: Vec<Tables>,
    at: Vector,
}

/// Searches from zeros until converged, or some steps on from `start`.
pub(super) fn run(model: &Model, examples: &Examples, start: Option<Coefficients>) -> Blocks {
    let labels = examples.labels.as_slice();
    let iterations = match start {
        None => MAX_ITERATIONS,
        // Half the steps for what needs half of them from the start, too.
        Some(_) if examples.tolerance.is_some() => WARM_ITERATIONS / 2,
        Some(_) => WARM_ITERATIONS,
    };
    let zeros = || Blocks::zeros(labels.len(), model.width);
    let start = start.map_or_else(zeros, |start| Blocks::of(&start, model.width));
    Search::new(model, labels, start).run(iterations, examples.tolerance.unwrap_or(TOLERANCE))
}

impl<'a> Search<'a> {
    fn new(model: &'a Model<'a>, labels: &'a [u32], start: Blocks) -> Self {
        let mut tables = model.tables();
        let mut at = Vector { scores: Blocks::zeros(labels.len(), model.width), coefficients: start };
        model.scores(&at.coefficients, &mut tables, &mut at.scores);
        Self { model, labels, tables, at }
    }

    /// Loss at `point`; `residuals`, a row for each example, becomes what the gradient is made of: probability minus
    /// truth.
    fn loss(&self, point: &Vector, residuals: &mut [f32]) -> f64 {
        let width = self.model.width;
        let tasks = residuals.par_chunks_mut(width * EXAMPLES_A_TASK).zip(self.labels.par_chunks(EXAMPLES_A_TASK));
        let losses = tasks.enumerate().map(|(task, (rows, labels))| {
            let mut loss = 0.0;
            for (number, (row, &label)) in rows.chunks_exact_mut(width).zip(labels).enumerate() {
                point.scores.copy_row(task * EXAMPLES_A_TASK + number, row);
                let right = row.get(label as usize).copied().unwrap_or_default();
                loss += softmax(row) - f64::from(right);
                if let Some(p) = row.get_mut(label as usize) {
                    *p -= 1.0;
                }
            }
            loss
        });
        let losses: Vec<f64> = losses.collect();
        losses.iter().sum::<f64>() + 0.5 * f64::from(1.0 / INVERSE_REGULARISATION) * point.product(point)
    }

    fn gradient(&mut self, residuals: &[f32]) -> Vector {
        let width = self.model.width;
        let mut gradient = self.at.clone();
        gradient.coefficients.scale(1.0 / INVERSE_REGULARISATION);
        gradient.coefficients.add_rows(residuals, width);
        self.model.scores(&gradient.coefficients, &mut self.tables, &mut gradient.scores);
        gradient
    }

    fn run(mut self, iterations: usize, tolerance: f64) -> Blocks {
        let mut residuals = vec![0.0; self.labels.len() * self.model.width];
        let mut loss = self.loss(&self.at, &mut residuals);
        let mut gradient = self.gradient(&residuals);
        // Relative to the gradient of the empty model, so that a warm start near the optimum stops at once.
        let goal = tolerance * libm::sqrt(self.labels.len() as f64);
        let mut history: Vec<(Vector, Vector, f64)> = Vec::new();
        for _ in 0..iterations {
            let slope = gradient.product(&gradient);
            if !slope.is_finite() || libm::sqrt(slope.max(0.0)) <= goal {
                break;
            }
            let mut direction = descent(&gradient, &history);
            let mut along = direction.product(&gradient);
            if along >= 0.0 {
                history.clear();
                direction = descent(&gradient, &history);
                along = -slope;
            }
            let mut step = if history.is_empty() { 1.0 / libm::sqrt(slope).max(1.0) } else { 1.0 };
            self.at.add(step, &direction);
            let mut next_loss = self.loss(&self.at, &mut residuals);
            // Backtracking (Armijo); scores are linear in the step, so a trial costs no pass over the features.
            let mut halvings = 0;
            while next_loss > loss + 1e-4 * step * along && halvings < 30 {
                self.at.add(-0.5 * step, &direction);
                step *= 0.5;
                halvings += 1;
                next_loss = self.loss(&self.at, &mut residuals);
            }
            if halvings == 30 {
                self.at.add(-step, &direction);
                break;
            }
            loss = next_loss;
            let next_gradient = self.gradient(&residuals);
            direction.scale(step);
            gradient.coefficients.subtract_from(&next_gradient.coefficients);
            gradient.scores.subtract_from(&next_gradient.scores);
            let curvature = direction.product(&gradient);
            let change = std::mem::replace(&mut gradient, next_gradient);
            if curvature > 1e-10 {
                if history.len() == MEMORY {
                    history.remove(0);
                }
                history.push((direction, change, curvature));
            }
        }
        self.at.coefficients
    }
}

/// Minus the inverse Hessian's estimate times the gradient (the two loops of L-BFGS).
fn descent(gradient: &Vector, history: &[(Vector, Vector, f64)]) -> Vector {
    let mut direction = gradient.clone();
    let mut factors = Vec::with_capacity(history.len());
    for (step, change, curvature) in history.iter().rev() {
        let factor = step.product(&direction) / curvature;
        direction.add(-factor, change);
        factors.push(factor);
    }
    let scale = history.last().map_or(1.0, |(_, change, curvature)| curvature / change.product(change).max(1e-12));
    direction.scale(scale);
    for ((step, change, curvature), factor) in history.iter().zip(factors.iter().rev()) {
        let correction = change.product(&direction) / curvature;
        direction.add(factor - correction, step);
    }
    direction.scale(-1.0);
    direction
}
