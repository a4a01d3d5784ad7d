//! Which features are worth a row of a table.

use super::Sparse;

/// Where the weights of a feature are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Feature {
    /// Nowhere: no row has it.
    Unused,
    /// One row has it, with this value: its weights are that row's times the value.
    Once(u32, f32),
    /// Several have it: this is its place in the table.
    Shared(u32),
}

/// Sparse rows whose features are told apart by how many rows share them.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// By feature.
    pub(super) features: Vec<Feature>,
    /// The shared features of each row, by their place in the table.
    pub(super) rows: Vec<Sparse>,
    /// Per row, the sum of squares of what only it has: what these features add to its product with itself.
    pub(super) own: Vec<f32>,
    /// How many features are shared.
    pub(super) shared: usize,
}

impl Layout {
    /// The layout of `rows`, whose features are numbered below `features` and occur once in a row.
    pub(super) fn new(rows: &[Sparse], features: usize) -> Self {
        let mut layout = Self { features: vec![Feature::Unused; features], ..Self::default() };
        for (number, row) in rows.iter().enumerate() {
            for &(feature, value) in row {
                let Some(place) = layout.features.get_mut(feature as usize) else { continue };
                match place {
                    Feature::Unused => *place = Feature::Once(number as u32, value),
                    Feature::Once(..) => {
                        *place = Feature::Shared(layout.shared as u32);
                        layout.shared += 1;
                    }
                    Feature::Shared(_) => {}
                }
            }
        }
        for row in rows {
            let (mut shared, mut own) = (Sparse::new(), 0.0);
            for &(feature, value) in row {
                match layout.features.get(feature as usize) {
                    Some(Feature::Shared(place)) => shared.push((*place, value)),
                    _ => own += value * value,
                }
            }
            layout.rows.push(shared);
            layout.own.push(own);
        }
        layout
    }
}
