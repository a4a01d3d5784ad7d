//! Integration tests: one binary, one module a feature.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests are tests, which clippy cannot see")]

mod app;
mod chatter;
mod check;
mod cli;
mod config;
mod conversations;
mod digest;
#[cfg(feature = "encoder")]
mod encoder;
mod fake_telegram;
mod names;
mod parts;
mod shipped;
mod store;
mod telegram;
mod tidy;
mod web;
