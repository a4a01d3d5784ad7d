//! The search for the best coefficients: L-BFGS with the Gram matrix in place of the weights.

use super::{Coefficients, Model, Tables};
use crate::engine::numeric::{add_scaled, dot, softmax};

/// Weight of the fit against the size of the weights. Between 8 and 50 nothing moves by more than .3 points.
pub(super) const INVERSE_REGULARISATION: f32 = 12.0;
/// Gradient norm, relative to the start, at which the search has converged.
const TOLERANCE: f64 = 2e-3;
/// It takes 20 to 30.
const MAX_ITERATIONS: usize = 200;
/// Steps from a warm start. Three were too few for the same confidence as at the optimum, six were enough.
const WARM_ITERATIONS: usize = 8;
/// Pairs of steps that L-BFGS remembers. With six it is a sixth faster, and takes a half more memory.
const MEMORY: usize = 4;

/// A direction in the space of weights: its coefficients, and its scores on the examples.
#[derive(Clone)]
struct Vector {
    coefficients: Vec<f32>,
    scores: Vec<f32>,
}

impl Vector {
    fn zeros(size: usize) -> Self {
        Self { coefficients: vec![0.0; size], scores: vec![0.0; size] }
    }

    /// The product of the two weight vectors, through the Gram matrix.
    fn product(&self, other: &Self) -> f64 {
        dot(&self.coefficients, &other.scores)
    }

    fn add(&mut self, factor: f64, other: &Self) {
        add_scaled(&mut self.coefficients, factor as f32, &other.coefficients);
        add_scaled(&mut self.scores, factor as f32, &other.scores);
    }
}

struct Search<'a> {
    model: &'a Model<'a>,
    labels: &'a [u32],
    tables: Tables,
    at: Vector,
}

/// Searches from zeros until converged, or some steps on from `start`.
pub(super) fn run(model: &Model, labels: &[u32], start: Option<Coefficients>) -> Coefficients {
    let iterations = if start.is_some() { WARM_ITERATIONS } else { MAX_ITERATIONS };
    let start = start.unwrap_or_else(|| vec![0.0; labels.len() * model.width]);
    Search::new(model, labels, start).run(iterations)
}

impl<'a> Search<'a> {
    fn new(model: &'a Model<'a>, labels: &'a [u32], start: Coefficients) -> Self {
        let mut tables = Tables::new(model);
        let mut at = Vector { scores: vec![0.0; start.len()], coefficients: start };
        model.scores(&at.coefficients, &mut tables, &mut at.scores);
        Self { model, labels, tables, at }
    }

    /// Loss at `point`; `residuals` becomes what the gradient is made of, probability minus truth.
    fn loss(&self, point: &Vector, residuals: &mut [f32]) -> f64 {
        let n = self.model.width;
        residuals.copy_from_slice(&point.scores);
        let mut loss = 0.0;
        for (row, &label) in residuals.chunks_exact_mut(n).zip(self.labels) {
            let right = row.get(label as usize).copied().unwrap_or_default();
            loss += softmax(row) - f64::from(right);
            if let Some(p) = row.get_mut(label as usize) {
                *p -= 1.0;
            }
        }
        loss + 0.5 * f64::from(1.0 / INVERSE_REGULARISATION) * dot(&point.coefficients, &point.scores)
    }

    fn gradient(&mut self, residuals: &[f32], to: &mut Vector) {
        let decay = 1.0 / INVERSE_REGULARISATION;
        for ((g, r), a) in to.coefficients.iter_mut().zip(residuals).zip(&self.at.coefficients) {
            *g = r + decay * a;
        }
        self.model.scores(&to.coefficients, &mut self.tables, &mut to.scores);
    }

    fn run(mut self, iterations: usize) -> Coefficients {
        let size = self.at.coefficients.len();
        let mut residuals = vec![0.0; size];
        let mut loss = self.loss(&self.at, &mut residuals);
        let mut gradient = Vector::zeros(size);
        self.gradient(&residuals, &mut gradient);
        // Relative to the gradient of the empty model, so that a warm start near the optimum stops at once.
        let goal = TOLERANCE * libm::sqrt(self.labels.len() as f64);
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
            let mut next = self.at.clone();
            next.add(step, &direction);
            let mut next_loss = self.loss(&next, &mut residuals);
            // Backtracking (Armijo); scores are linear in the step, so a trial costs no pass over the features.
            let mut halvings = 0;
            while next_loss > loss + 1e-4 * step * along && halvings < 30 {
                next.add(-0.5 * step, &direction);
                step *= 0.5;
                halvings += 1;
                next_loss = self.loss(&next, &mut residuals);
            }
            if halvings == 30 {
                break;
            }
            loss = next_loss;
            self.at = next;
            let mut next_gradient = Vector::zeros(size);
            self.gradient(&residuals, &mut next_gradient);
            for (d, scale) in [(&mut direction.coefficients, step), (&mut direction.scores, step)] {
                d.iter_mut().for_each(|x| *x *= scale as f32);
            }
            gradient.coefficients.iter_mut().zip(&next_gradient.coefficients).for_each(|(g, n)| *g = n - *g);
            gradient.scores.iter_mut().zip(&next_gradient.scores).for_each(|(g, n)| *g = n - *g);
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
    for x in direction.coefficients.iter_mut().chain(&mut direction.scores) {
        *x *= scale as f32;
    }
    for ((step, change, curvature), factor) in history.iter().zip(factors.iter().rev()) {
        let correction = change.product(&direction) / curvature;
        direction.add(factor - correction, step);
    }
    for x in direction.coefficients.iter_mut().chain(&mut direction.scores) {
        *x = -*x;
    }
    direction
}
