//! Integration tests: one binary, one module a feature.

mod cli;
mod config;
mod tidy;
