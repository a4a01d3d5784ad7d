//! Kinds of findings.

use std::fmt::Write as _;

use super::{Diagnostic, Severity};

/// Of a longer line of an example only the beginning is shown.
const LONGEST_EXAMPLE_LINE: usize = 200;

/// One kind of finding: its code and what there is to say about it. Rows of tables: `engine::lint::LINTS`,
/// `config::RULES`, `eval::RULES`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable, never reused: three letters for who finds it, and three digits.
    pub code: &'static str,
    /// Describes the problem, in kebab-case.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Why it matters, in words for people who do not program.
    pub why: &'static str,
    /// Files in which it is found and nothing else is, each after a line `=== path`. Empty when it takes more than text
    /// to show it: a symbolic link, a missing file.
    pub bad: &'static str,
    /// The same put right.
    pub good: &'static str,
}

impl Rule {
    /// A finding of this kind, without place or help yet.
    pub fn finding(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.code, self.severity, message)
    }

    /// Whether this is its code (`FAQ111`, in any case) or its name (`unknown-key`).
    pub fn is_called(&self, code_or_name: &str) -> bool {
        let wanted = code_or_name.trim();
        self.code.eq_ignore_ascii_case(wanted) || self.name.eq_ignore_ascii_case(wanted)
    }

    /// What the code means: why it matters, an example, and the example put right.
    pub fn explain(&self) -> String {
        let mut text = format!("{} {} ({})\n\n{}\n", self.code, self.name, self.severity, self.why);
        for (title, example) in [("Wrong", self.bad), ("Right", self.good)] {
            if example.is_empty() {
                continue;
            }
            // Writing into a string does not fail.
            let _ = write!(text, "\n{title}:\n\n");
            for (path, lines) in Self::files(example) {
                let _ = writeln!(text, "  {path}");
                for line in lines.lines() {
                    let mut shown: String = line.chars().take(LONGEST_EXAMPLE_LINE).collect();
                    if shown.len() < line.len() {
                        let _ = write!(shown, "… ({} characters)", line.chars().count());
                    }
                    text.push_str(format!("    {shown}").trim_end());
                    text.push('\n');
                }
            }
        }
        text
    }

    /// The files of an example: path and text of each.
    pub fn files(example: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
        example.split("=== ").skip(1).filter_map(|part| part.split_once('\n'))
    }
}
