//! What stands in the place of a model in a program that was built without the feature `encoder`.

use std::path::Path;

use super::{Description, OpenError};
use crate::engine::Embedding;

/// A model that there is never one of.
#[derive(Debug)]
pub enum Model {}

impl Model {
    /// No model.
    ///
    /// # Errors
    ///
    /// [`OpenError::NotBuilt`], always.
    pub fn open(_: &Path) -> Result<Self, OpenError> {
        Err(OpenError::NotBuilt)
    }

    /// What it is.
    pub fn description(&self) -> Description {
        match *self {}
    }

    /// The same for the same model.
    pub fn fingerprint(&self) -> &str {
        match *self {}
    }

    /// The vector of a text.
    pub fn encode(&self, _: &str) -> Option<Embedding> {
        match *self {}
    }

    /// Whether it has this word whole.
    pub fn knows(&self, _: &str) -> bool {
        match *self {}
    }
}
