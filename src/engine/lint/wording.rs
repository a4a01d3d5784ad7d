//! Wordings.
