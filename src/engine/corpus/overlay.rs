//! What a cohort gets: its overlay over the base.
//!
//! Owns what takes whose place. What is in an overlay is read as the base is; what is wrong with it is for others.

use std::collections::BTreeSet;

use super::{Corpus, Lexicon};
use crate::diagnostic::Span;

/// Whose overlay it is, and what of a corpus is from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay {
    /// The cohort: 1-64 of `A-Za-z0-9_.-`.
    pub name: String,
    /// How many entries are its own.
    pub entries: usize,
    /// Its files, by their numbers in [`Corpus::files`].
    files: BTreeSet<u32>,
}

impl Overlay {
    /// Whether what stands at `span` is the cohort's own.
    pub fn has(&self, span: Span) -> bool {
        self.files.contains(&span.file)
    }
}

/// `base` with what the cohort `name` has of its own, from these files, over it: an entry, a topic and a source takes the
/// place of the one with the same id, a short form that of the same short form; everything else is added.
///
/// An entry of the overlay that had to be left out takes the base's entry with it. That one is not what this cohort was to
/// be told, and a wrong answer is worse than none.
pub(super) fn lay(base: &Corpus, name: &str, files: BTreeSet<u32>, own: Corpus) -> Corpus {
    let stays = |id: &str| own.position(id).is_none() && !own.left_out.contains(id);
    let overlay = Overlay { name: name.to_owned(), entries: own.entries.len(), files };
    let mut corpus = Corpus {
        language: base.language,
        entries: base.entries.iter().filter(|entry| stays(&entry.id)).cloned().collect(),
        topics: base.topics.clone(),
        sources: base.sources.clone(),
        sources_incomplete: base.sources_incomplete || own.sources_incomplete,
        lexicon: base.lexicon.clone(),
        left_out: base.left_out.iter().filter(|id| stays(id)).cloned().collect(),
        overlay: Some(overlay),
        files: base.files.clone(),
    };
    corpus.entries.extend(own.entries);
    corpus.entries.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    for topic in own.topics {
        match corpus.topics.iter_mut().find(|other| other.id == topic.id) {
            Some(other) => *other = topic,
            None => corpus.topics.push(topic),
        }
    }
    corpus.sources.extend(own.sources);
    corpus.lexicon.extend(own.lexicon);
    corpus.left_out.extend(own.left_out);
    corpus
}

impl Lexicon {
    /// Adds what `more` has. A short form stands for one thing only: the later one.
    pub(super) fn extend(&mut self, more: Self) {
        let replaced: BTreeSet<String> = more.abbreviations.iter().map(|(short, _)| short.to_lowercase()).collect();
        self.abbreviations.retain(|(short, _)| !replaced.contains(&short.to_lowercase()));
        self.synonyms.extend(more.synonyms);
        self.abbreviations.extend(more.abbreviations);
        self.protected.extend(more.protected);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Folder, parse_folder};
    use crate::diagnostic::SourceFile;
    use crate::engine::{Audience, Engine, Settings};

    const BASE: &str = r#"=== faq.json
[{"id": "b", "question": "What does a coder earn?", "answer": "$1.", "topic": "money", "sources": ["s"]},
{"id": "a", "question": "How long is the exam?", "answer": "Four hours.", "topic": "exams", "tests": ["exam length"]},
{"id": "c", "question": "", "answer": "No question."}]
=== topics.toml
[[topic]]
id = "money"
title = "Money"
emoji = "💵"
=== sources.toml
[[source]]
id = "s"
title = "Survey"
[[source]]
id = "t"
title = "Table"
=== lexicon.toml
protected = ["CPC"]
synonyms = [["pay", "salary"]]
abbreviations = { hr = "hour", wk = "week" }
"#;

    fn folder(overlay: &str) -> Folder {
        let files = format!("{BASE}{overlay}");
        let files = files.split("=== ").skip(1).filter_map(|part| part.split_once('\n'));
        let files = files.map(|(path, text)| SourceFile { path: path.into(), text: text.into() });
        parse_folder("", files.collect(), &[]).0
    }

    #[test]
    fn what_has_the_same_name_takes_the_place_and_the_rest_is_added() {
        let Folder { base, cohorts } = folder(
            r#"=== cohorts/spring/money/b.md
+++
question = "What will we earn?"
+++
$2.
=== cohorts/spring/rooms/d.md
+++
question = "Where do we meet?"
+++
In 12.
=== cohorts/spring/topics.toml
[[topic]]
id = "dates"
title = "Dates"
[[topic]]
id = "money"
title = "Our money"
=== cohorts/spring/sources.toml
[[source]]
id = "s"
title = "Our survey"
=== cohorts/spring/lexicon.toml
protected = ["CCS"]
synonyms = [["exam", "test"]]
abbreviations = { HR = "human resources" }
=== cohorts/fall/c.md
+++
question = "Is there an answer now?"
+++
Yes.
"#,
        );
        let spring = &cohorts["spring"];
        let ids = |corpus: &super::Corpus| corpus.entries.iter().map(|e| e.id.value.clone()).collect::<Vec<_>>();
        assert_eq!(
            (ids(&base), ids(spring), ids(&cohorts["fall"])),
            (
                vec!["a".into(), "b".into()],
                vec!["a".into(), "b".into(), "d".into()],
                vec!["a".into(), "b".into(), "c".into()],
            )
        );
        assert_eq!((base.entry("b").unwrap().text.as_str(), spring.entry("b").unwrap().text.as_str()), ("$1.", "$2."));
        let topics = |corpus: &super::Corpus| corpus.topics.iter().map(|t| t.title.clone()).collect::<Vec<_>>();
        assert_eq!(
            (topics(&base), topics(spring)),
            (
                vec!["Money".into(), "Exams".into()],
                vec!["Our money".into(), "Exams".into(), "Dates".into(), "Rooms".into()],
            )
        );
        assert_eq!(spring.topics[0].emoji, None);
        assert_eq!((spring.sources["s"].title.as_str(), spring.sources["t"].title.as_str()), ("Our survey", "Table"));
        let lexicon = &spring.lexicon;
        assert_eq!((lexicon.synonyms.len(), lexicon.protected.len()), (2, 2));
        let short: Vec<_> = lexicon.abbreviations.iter().map(|(short, long)| (short.as_str(), long.as_str())).collect();
        assert_eq!(short, [("wk", "week"), ("HR", "human resources")]);
        // An entry that could not be served is there for the cohort that has one, and only for that.
        assert!(base.left_out.contains("c") && spring.left_out.contains("c"));
        assert!(cohorts["fall"].left_out.is_empty());
        let overlay = spring.overlay.as_ref().unwrap();
        assert_eq!((overlay.name.as_str(), overlay.entries), ("spring", 2));
        assert!(overlay.has(spring.entry("b").unwrap().id.span) && !overlay.has(spring.entry("a").unwrap().id.span));
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_not_answered_with_what_it_replaces() {
        for broken in ["=== cohorts/s/a.md\n+++\nquestion = 7\n+++\nFive hours.\n", "=== cohorts/s/a.md\n"] {
            let Folder { base, cohorts } = folder(broken);
            assert!(base.entry("a").is_some() && cohorts["s"].entry("a").is_none());
            assert!(cohorts["s"].left_out.contains("a"));
        }
        // Nor if not even the parser got to see it.
        let (folder, _) = parse_folder(
            "faq",
            vec![SourceFile { path: "faq/a.md".into(), text: "+++\nquestion = \"A?\"\n+++\nA.".into() }],
            &["faq/cohorts/s/a.md".into(), "faq/b.md".into()],
        );
        assert!(folder.base.left_out.contains("b") && folder.cohorts["s"].entries.is_empty());
    }

    #[test]
    fn an_empty_overlay_answers_exactly_as_the_base() {
        for nothing in ["=== cohorts/s/\n", "=== cohorts/s/lexicon.toml\n", "=== cohorts/s/a.json\n[]\n"] {
            let Folder { base, mut cohorts } = folder(nothing);
            let cohort = cohorts.remove("s").unwrap();
            assert_eq!(
                (&cohort.topics, &cohort.sources, &cohort.left_out),
                (&base.topics, &base.sources, &base.left_out)
            );
            let (base, cohort) = (Engine::build(base, Settings::default()), Engine::build(cohort, Settings::default()));
            for question in ["what is the salary", "exam length", "is tea free", "the exam and the pay", ""] {
                let (one, other) =
                    (base.answer(question, Audience::Private), cohort.answer(question, Audience::Private));
                assert_eq!(one, other, "{question}");
            }
        }
    }
}
