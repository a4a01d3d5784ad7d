//! Integration tests: one binary, one module a feature.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod cli;
mod config;
mod fake_telegram;
mod telegram;
mod tidy;
