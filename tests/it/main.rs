//! Integration tests: one binary, one module per feature.

mod app;
mod store;
mod web;
