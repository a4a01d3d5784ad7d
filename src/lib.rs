//! telefaq: a Telegram bot that answers students' questions from a folder of text files.
//!
//! Reading order, which is also the path of one question:
//!
//! 1. [`diagnostic`]: findings with a place; everything below speaks of problems in them.
//!    `slips`: what a slip of the keyboard in TOML is in words, for entries and for the configuration.
//! 2. [`engine`]: the pure part. Corpus, matching, decision, and the words of the reply.
//!    `encoder`: models that it may ask what a text means.
//! 3. [`app`]: one [`app::App::handle`] for Telegram, the page and the terminal.
//! 4. [`store`]: what is remembered.
//! 5. `eval`: how good the answers are.
//! 6. [`telegram`], [`web`]: the outside.
//! 7. [`config`], [`cli`]: how it is set up and started.
//!
//! Invariants: `engine` does no I/O and knows no clock; only `telegram` names teloxide, only `store` names SQL, only
//! `config` reads the environment; nothing points back towards `main`.

pub mod app;
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod encoder;
pub mod engine;
mod eval;
mod slips;
pub mod store;
pub mod telegram;
pub mod web;
