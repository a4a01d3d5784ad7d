//! Integration tests: one binary, one module a feature.

mod app;
mod cli;
mod config;
mod fake_telegram;
mod store;
mod tidy;
mod web;
