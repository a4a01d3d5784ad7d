//! The file that a new entry begins with: every key, and what to write there.
//!
//! Owns the words that an admin reads in it. What students read until the answer is there is [`crate::engine::reply`]'s.

use jiff::civil::Date;

use super::entry_text::{NewEntry, value_text};
use crate::engine::reply::UNWRITTEN;

/// A key as the template shows it: what to write there, and an example that the author takes the `#` away from. Lists stand
/// there empty, so that the first item has a place.
const KEYS: [(&str, &str, &str); 10] = [
    (
        "phrasings",
        "Other ways to ask it. The bot learns from them: write what students write, short and long, with other words.",
        "[\n]",
    ),
    (
        "tests",
        "Questions that must lead here, in the words of somebody else. The bot does not learn from them: `telefaq check` asks them.",
        "[\n]",
    ),
    ("not", "Questions that must not be answered with this entry, though they look like it.", "[]"),
    (
        "sources",
        "Where the answer is from: ids from sources.toml. They become the links under the answer, at most 4.",
        "[]",
    ),
    (
        "related",
        "Ids of other entries, that is, names of their files without .md. They become buttons, at most 4.",
        "[]",
    ),
    ("review_days", "After so many days without a check the answer says that it may be out of date.", "# 60"),
    (
        "claim",
        "\"salary\", \"outlook\", \"exam\", \"cost\" or \"legal\": adds a word of caution, and asks for a source with a date.",
        "# \"cost\"",
    ),
    ("short", "A shorter answer for groups; without it they get the first paragraph.", "# \"...\""),
    ("owner", "Who looks after this entry.", "# \"...\""),
    ("kind", "\"smalltalk\" for greetings and thanks: such an entry needs no sources.", "# \"smalltalk\""),
];

/// The text of a new entry's file with this question, checked `today`.
pub fn template(question: &str, today: Date) -> String {
    let entry = NewEntry { question: question.to_owned(), reviewed: Some(today), ..NewEntry::default() }.cleaned();
    let written = |key: &str| value_text(&entry, key).unwrap_or_default();
    let mut text =
        format!("+++\n# The question, as the bot shows it above the answer.\nquestion = {}\n", written("question"));
    for (key, about, value) in KEYS {
        if key == "review_days" {
            let reviewed = "The day on which somebody last compared the answer with its sources.";
            text.push_str(&format!("# {reviewed}\nreviewed = {}\n", written("reviewed")));
        }
        let line = match value.strip_prefix("# ") {
            Some(example) => format!("# {key} = {example}"),
            None => format!("{key} = {value}"),
        };
        text.push_str(&format!("# {about}\n{line}\n"));
    }
    text.push_str(&format!("+++\n{UNWRITTEN}\n"));
    text
}

/// A question made of an id, for whoever has not said one: `late-fees` is "Late fees?".
pub fn question_of(id: &str) -> String {
    let words = id.replace(['-', '_'], " ");
    let mut signs = words.chars();
    let first = signs.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}?", signs.as_str())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::app::entry_text::HEADER_KEYS;
    use crate::diagnostic::SourceFile;
    use crate::engine::corpus::parse;

    fn read(text: String) -> (NewEntry, usize) {
        let (corpus, findings) = parse(vec![SourceFile { path: "library/late-fees.md".into(), text }]);
        (NewEntry::from(&corpus.entries[0]), findings.len())
    }

    #[test]
    fn the_template_is_an_entry_that_says_what_belongs_where() {
        let text = template("What does \"late\" cost?", date(2026, 11, 26));
        insta::assert_snapshot!(text);
        let (entry, findings) = read(text.clone());
        assert_eq!(
            (entry.question.as_str(), entry.reviewed, findings),
            ("What does \"late\" cost?", Some(date(2026, 11, 26)), 0)
        );
        for key in HEADER_KEYS {
            let shown = |line: &str| line.trim_start_matches("# ").starts_with(&format!("{key} = "));
            assert_eq!(text.lines().filter(|line| shown(line)).count(), 1, "{key}");
        }
    }

    #[test]
    fn the_examples_can_be_used() {
        let text = template("What?", date(2026, 11, 26));
        let used: String = text
            .lines()
            .map(|line| {
                match line
                    .strip_prefix("# ")
                    .filter(|rest| HEADER_KEYS.iter().any(|key| rest.starts_with(&format!("{key} = "))))
                {
                    Some(example) => format!("{example}\n"),
                    None => format!("{line}\n"),
                }
            })
            .collect();
        let (entry, findings) = read(used);
        assert_eq!((entry.review_days, entry.owner.as_deref(), findings), (Some(60), Some("..."), 0));
        assert_eq!((entry.claim.map(|claim| claim.name()), entry.kind.name()), (Some("cost"), "smalltalk"));
    }

    #[test]
    fn an_id_makes_a_question() {
        for (id, question) in [("late-fees", "Late fees?"), ("a_b", "A b?"), ("é", "É?"), ("", "?")] {
            assert_eq!(question_of(id), question);
        }
    }
}
