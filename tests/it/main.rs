//! One binary, one module per feature.
#![allow(missing_docs)]

mod fake_telegram;
mod telegram;
