//! The rows of [`LINTS`], grouped by the hundreds of their codes.

use super::Lint;

/// Declares the lints of a group once: each as a constant, and all of them as `ROWS`.
macro_rules! lints {
    ($(
        $name:ident = $code:literal $kebab:literal $severity:ident $(by $check:path)?,
        why $why:literal $(, bad $bad:expr, good $good:expr)?;
    )*) => {
        $(
            #[doc = $why]
            pub const $name: $crate::engine::lint::Lint = $crate::engine::lint::Lint {
                rule: $crate::diagnostic::Rule {
                    code: $code,
                    name: $kebab,
                    severity: $crate::diagnostic::Severity::$severity,
                    why: $why,
                    bad: lints!(@text $($bad)?),
                    good: lints!(@text $($good)?),
                },
                check: lints!(@check $($check)?),
            };
        )*
        /// All of the above.
        pub(super) const ROWS: &[$crate::engine::lint::Lint] = &[$($name),*];
    };
    (@text) => { "" };
    (@text $text:expr) => { $text };
    (@check) => { None };
    (@check $check:path) => { Some($check) };
}

mod files;
mod goldens;
mod header;
mod markup;
mod references;
mod settings;
mod wording;

pub use files::*;
pub use goldens::*;
pub use header::*;
pub use markup::*;
pub use references::*;
pub use settings::*;
pub use wording::*;

/// Every lint, by code.
pub const LINTS: &[Lint] = &all();

const GROUPS: [&[Lint]; 7] =
    [files::ROWS, header::ROWS, references::ROWS, wording::ROWS, markup::ROWS, settings::ROWS, goldens::ROWS];

const fn count() -> usize {
    let (mut count, mut group) = (0, 0);
    while group < GROUPS.len() {
        count += GROUPS[group].len();
        group += 1;
    }
    count
}

const fn all() -> [Lint; count()] {
    let mut all = [FOLDER_MISSING; count()];
    let (mut at, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut row = 0;
        while row < GROUPS[group].len() {
            all[at] = GROUPS[group][row];
            (at, row) = (at + 1, row + 1);
        }
        group += 1;
    }
    all
}
