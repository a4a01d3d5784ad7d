//! The engines of one moment: the base's, and one for each cohort.
//!
//! Owns which engine answers whom. Building them is for others; they are swapped together, so that no question ever
//! meets the base of today with the cohort of yesterday.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::Engine;

/// An engine for everybody, and others for chats that are bound to a cohort.
#[derive(Debug, Clone)]
pub struct Engines {
    base: Arc<Engine>,
    cohorts: BTreeMap<String, Arc<Engine>>,
}

impl Engines {
    /// `base` for everybody, and for the cohorts those by their names.
    pub fn new(base: Arc<Engine>, cohorts: BTreeMap<String, Arc<Engine>>) -> Self {
        Self { base, cohorts }
    }

    /// The engine for a chat bound to `cohort`. One that there is not (any more) gets what everybody gets: a bot that has
    /// gone quiet would help nobody.
    pub fn of(&self, cohort: Option<&str>) -> &Arc<Engine> {
        cohort.and_then(|name| self.cohorts.get(name)).unwrap_or(&self.base)
    }

    /// The names of the cohorts, sorted.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.cohorts.keys().map(String::as_str)
    }
}

impl From<Arc<Engine>> for Engines {
    fn from(base: Arc<Engine>) -> Self {
        Self::new(base, BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Settings;
    use crate::engine::corpus::Corpus;

    #[test]
    fn a_cohort_has_its_engine_and_everybody_else_the_base() {
        let engine = || Arc::new(Engine::build(Corpus::default(), Settings::default()));
        let (base, spring) = (engine(), engine());
        let engines = Engines::new(Arc::clone(&base), BTreeMap::from([("spring".to_owned(), Arc::clone(&spring))]));
        for (cohort, wanted) in [(None, &base), (Some("spring"), &spring), (Some("Spring"), &base), (Some(""), &base)] {
            assert!(Arc::ptr_eq(engines.of(cohort), wanted), "{cohort:?}");
        }
        assert_eq!(engines.names().collect::<Vec<_>>(), ["spring"]);
        assert_eq!(Engines::from(base).names().len(), 0);
    }
}
