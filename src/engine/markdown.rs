//! Markdown.
use crate::engine::lint::{self, Lint};
use std::ops::Range;

/// x
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// x
    Unsupported(&'static str),
}
impl Problem {
    /// x
    pub fn words(&self) -> (Lint, String, String) {
        let Self::Unsupported(w) = self;
        (lint::UNSUPPORTED_MARKDOWN, (*w).to_owned(), String::new())
    }
}
/// What Markdown becomes.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    /// x
    pub html: String,
    /// x
    pub text: String,
    /// x
    pub first_paragraph_html: String,
    /// x
    pub problems: Vec<(Range<usize>, Problem)>,
}
/// For now: the text as it is.
pub fn render(markdown: &str) -> Rendered {
    let escape = |s: &str| s.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let cut: String = markdown.chars().take(3000).collect();
    Rendered {
        html: escape(&cut),
        text: markdown.to_owned(),
        first_paragraph_html: escape(cut.split("\n\n").next().unwrap_or_default()),
        problems: Vec::new(),
    }
}
