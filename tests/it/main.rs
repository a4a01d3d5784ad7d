//! Integration tests: one binary, one module per feature.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy cannot see")]

mod app;
mod store;
mod web;
