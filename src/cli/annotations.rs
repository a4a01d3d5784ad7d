//! Findings as GitHub shows them beside the lines of a pull request: one workflow command each.
//!
//! Pure. Owns the form of such a command and its escapes.

use std::path::Path;

use super::check;
use crate::diagnostic::{Diagnostic, Severity};

/// The workflow command for a finding. GitHub knows files by their path below `here`, the root of the repository.
pub fn annotation(finding: &Diagnostic, here: &Path) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let name = check::rule(finding.code).map_or("", |rule| rule.name);
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        properties.push(("file", below(here, &place.file)));
        properties.push(("line", place.line.to_string()));
        if place.excerpt.is_some() {
            properties.push(("col", place.column.to_string()));
            properties.push(("endLine", place.line.to_string()));
            properties.push(("endColumn", (place.column + place.length).to_string()));
        }
    }
    properties.push(("title", format!("{} {name}", finding.code).trim_end().to_owned()));
    let properties: Vec<String> =
        properties.into_iter().map(|(name, value)| format!("{name}={}", property(&value))).collect();
    let related = finding
        .related
        .iter()
        .map(|(place, words)| format!("{words}: {}:{}:{}", below(here, &place.file), place.line, place.column));
    let lines: Vec<String> =
        std::iter::once(finding.message.clone()).chain(finding.help.clone()).chain(related).collect();
    format!("::{level} {}::{}", properties.join(","), data(&lines.join("\n")))
}

/// The path from `here` on, if the file is below it.
fn below(here: &Path, file: &str) -> String {
    let path = Path::new(file).strip_prefix(here).unwrap_or(Path::new(file));
    path.to_string_lossy().replace('\\', "/")
}

/// A text as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as the value of a property, of which some signs end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    #[test]
    fn a_finding_is_one_line_with_its_place_escaped() {
        let text = "+++\nquestion = \"x\"\nphrasing = [\"100%\"]\n";
        let finding = Diagnostic::new("FAQ111", Severity::Warning, "unknown key `phrasing`, 100%\r\nwrong")
            .at(Place::in_text("/repo/faq/a,b: c.md", text, 19..27))
            .with_related(Some(Place::whole_file("/repo/faq/d.md")), "see here")
            .with_help("did you mean\n`phrasings`?");
        assert_eq!(
            annotation(&finding, Path::new("/repo")),
            "::warning file=faq/a%2Cb%3A c.md,line=3,col=1,endLine=3,endColumn=9,title=FAQ111 unknown-key::unknown key \
             `phrasing`, 100%25\\r\\nwrong%0Adid you mean%0A`phrasings`?%0Asee here: faq/d.md:1:1"
        );
    }

    #[test]
    fn what_has_no_line_or_no_place_has_none() {
        let finding = Diagnostic::new("FAQ101", Severity::Error, "this file has no header");
        assert_eq!(
            annotation(&finding, Path::new("/repo")),
            "::error title=FAQ101 header-missing::this file has no header"
        );
        let finding = finding.at(Place::whole_file("faq/a.md"));
        assert_eq!(
            annotation(&finding, Path::new("/repo")),
            "::error file=faq/a.md,line=1,title=FAQ101 header-missing::this file has no header"
        );
    }
}
