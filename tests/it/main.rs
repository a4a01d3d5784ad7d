//! Integration tests: one binary, one module a feature.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy cannot see")]

mod check;
