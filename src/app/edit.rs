//! Changes of an entry's file that a command asks for: text in, text out, with comments and layout kept.
//!
//! Owns where in the header something is put. Opens no file; whether the change is good is the gate's business.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::engine::MAX_CHARS;
use crate::engine::corpus::header_of;

/// Why a file cannot be changed as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The header cannot be read.
    #[error("its header cannot be read: run `telefaq check`")]
    Header,
    /// It stands there already.
    #[error("it has that phrasing already")]
    Known,
    /// There is nothing to add.
    #[error("there are no words in it")]
    Empty,
}

/// The entry's file with one phrasing more, after those that it has. The phrasing is written as one line, without control
/// characters, and cut to what an entry may have.
///
/// # Errors
///
/// See [`EditError`].
pub fn add_phrasing(text: &str, phrasing: &str) -> Result<String, EditError> {
    let phrasing = one_line(phrasing);
    if !phrasing.chars().any(char::is_alphanumeric) {
        return Err(EditError::Empty);
    }
    let header = header_of(text).ok_or(EditError::Header)?;
    let source = text.get(header.clone()).ok_or(EditError::Header)?;
    let table = DeTable::parse(source).map_err(|_| EditError::Header)?;
    let table = table.get_ref();
    let question = table.get("question").ok_or(EditError::Header)?;
    let is_same = |value: &DeValue<'_>| value.as_str().is_some_and(|known| one_line(known) == phrasing);
    if is_same(question.get_ref()) {
        return Err(EditError::Known);
    }
    let new = quoted(&phrasing);
    let end = line_end(text);
    let changed = match table.get("phrasings") {
        None => {
            let at = end_of_line(source, question.span().end);
            spliced(source, at..at, &format!("{end}phrasings = [{new}]"))
        }
        Some(list) => {
            let items = list.get_ref().as_array().ok_or(EditError::Header)?;
            if items.iter().any(|item| is_same(item.get_ref())) {
                return Err(EditError::Known);
            }
            let last = items.iter().next_back().map(|item| item.span());
            appended(source, list.span(), last, &new, end)
        }
    };
    Ok(spliced(text, header, &changed))
}

/// The header with one item more in the list at `list`, whose last item is at `last`.
fn appended(source: &str, list: Range<usize>, last: Option<Range<usize>>, new: &str, end: &str) -> String {
    let Some(last) = last else {
        let at = list.start + 1;
        return spliced(source, at..at, new);
    };
    let tail = source.get(last.end..list.end).unwrap_or_default();
    let Some(line) = tail.find('\n') else {
        return spliced(source, last.end..last.end, &format!(", {new}"));
    };
    // One item a line: the new one gets a line of its own, and a comment behind the last one stays behind it.
    let start_of_line = source.get(..last.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let before = source.get(start_of_line..last.start).unwrap_or_default();
    let indent: String = before.chars().take_while(|c| *c == ' ' || *c == '\t').collect();
    let behind = tail.get(..line).unwrap_or_default();
    let has_comma = behind.split('#').next().is_some_and(|code| code.contains(','));
    let (comma, trailing) = if has_comma { ("", ",") } else { (",", "") };
    let rest = behind.trim_end_matches('\r');
    spliced(source, last.end..last.end + rest.len(), &format!("{comma}{rest}{end}{indent}{new}{trailing}"))
}

/// `text` with this in place of the range.
fn spliced(text: &str, range: Range<usize>, new: &str) -> String {
    let (before, after) = (text.get(..range.start).unwrap_or_default(), text.get(range.end..).unwrap_or_default());
    [before, new, after].concat()
}

/// The end of the line that byte `at` is in, before its line break.
fn end_of_line(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    at + line.trim_end_matches('\r').len()
}

/// How lines end in this text.
fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// What somebody wrote as one line that an entry may have.
fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(MAX_CHARS).collect()
}

/// As a basic string of TOML, which people find easiest to read.
fn quoted(line: &str) -> String {
    format!("\"{}\"", line.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "\n+++\nIt depends. # no comment\n";

    fn edited(header: &str, phrasing: &str) -> Result<String, EditError> {
        let text = add_phrasing(&format!("+++\n{header}{BODY}"), phrasing)?;
        let inner = text.strip_prefix("+++\n").and_then(|text| text.strip_suffix(BODY));
        Ok(inner.expect("fences and body stay").to_owned())
    }

    #[test]
    fn a_phrasing_goes_behind_the_others_and_nothing_else_moves() {
        for (before, after) in [
            ("question = \"Q?\"", "question = \"Q?\"\nphrasings = [\"new\"]"),
            ("question = \"Q?\"   # why\nx = 1", "question = \"Q?\"   # why\nphrasings = [\"new\"]\nx = 1"),
            ("question = \"Q?\"\nphrasings = []", "question = \"Q?\"\nphrasings = [\"new\"]"),
            ("phrasings = [\"a\"]\nquestion = 'Q?'", "phrasings = [\"a\", \"new\"]\nquestion = 'Q?'"),
            ("question = \"Q?\"\nphrasings = [\"a\", 'b',]", "question = \"Q?\"\nphrasings = [\"a\", 'b', \"new\",]"),
            (
                "question = \"Q?\"\nphrasings = [\n  \"a\",\n  \"b\", # said in May\n]\ntests = []",
                "question = \"Q?\"\nphrasings = [\n  \"a\",\n  \"b\", # said in May\n  \"new\",\n]\ntests = []",
            ),
            (
                "question = \"Q?\"\nphrasings = [\n\t\"a\",\n\t\"b\" # the last, for now\n]",
                "question = \"Q?\"\nphrasings = [\n\t\"a\",\n\t\"b\", # the last, for now\n\t\"new\"\n]",
            ),
            (
                "question = \"Q?\"\nphrasings = [\n  \"a\", \"b\"\n]",
                "question = \"Q?\"\nphrasings = [\n  \"a\", \"b\",\n  \"new\"\n]",
            ),
            (
                "question = \"Q?\"\nphrasings = [\n  # none yet\n]",
                "question = \"Q?\"\nphrasings = [\"new\"\n  # none yet\n]",
            ),
            (
                "question = \"\"\"\nQ?\"\"\"\nphrasings = [\"a, ]\"]",
                "question = \"\"\"\nQ?\"\"\"\nphrasings = [\"a, ]\", \"new\"]",
            ),
        ] {
            assert_eq!(edited(before, "new").as_deref(), Ok(after));
        }
    }

    #[test]
    fn line_ends_and_byte_order_marks_stay() {
        let text = "\u{feff}+++\r\nquestion = \"Q?\"\r\nphrasings = [\r\n  \"a\"\r\n]\r\n+++\r\nA.\r\n";
        let wanted = "\u{feff}+++\r\nquestion = \"Q?\"\r\nphrasings = [\r\n  \"a\",\r\n  \"new\"\r\n]\r\n+++\r\nA.\r\n";
        assert_eq!(add_phrasing(text, "new").as_deref(), Ok(wanted));
    }

    #[test]
    fn what_cannot_be_added_is_said() {
        let known = "question = \"Is it  far?\"\nphrasings = [\"how far\"]";
        assert_eq!(edited(known, "how far"), Err(EditError::Known));
        assert_eq!(edited(known, "Is it far?"), Err(EditError::Known));
        assert_eq!(edited(known, " \u{7}?! "), Err(EditError::Empty));
        for broken in ["question = ", "question = \"Q?\"\nphrasings = \"a\"", "x = 1"] {
            assert_eq!(edited(broken, "new"), Err(EditError::Header), "{broken}");
        }
        assert_eq!(add_phrasing("no header", "new"), Err(EditError::Header));
        assert_eq!(add_phrasing("", "new"), Err(EditError::Header));
    }

    proptest::proptest! {
        #[test]
        fn any_words_come_back_as_one_line(phrasing in "\\PC{0,80}|[\"\\\\\n\r\t+=#a]{0,40}", items in "[a-z]{1,5}") {
            let text = format!("+++\nquestion = \"Q?\"\nphrasings = [\"{items} x\"]\n+++\nA.\n");
            if let Ok(text) = add_phrasing(&text, &phrasing) {
                let file = crate::diagnostic::SourceFile { path: "a.md".into(), text };
                let (corpus, findings) = crate::engine::corpus::parse(vec![file]);
                let errors = findings.iter().filter(|f| f.severity == crate::diagnostic::Severity::Error).count();
                proptest::prop_assert_eq!(errors, 0);
                let added = corpus.entries[0].phrasings.last().map(|added| added.value.clone());
                proptest::prop_assert_eq!(added, Some(one_line(&phrasing)));
            }
        }
    }
}
