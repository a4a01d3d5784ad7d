//! Names that differ by a letter and mean different things: every pair of protected terms of the shipped lexicon, with and
//! without typos in the words around them.

use std::collections::BTreeSet;
use std::path::Path;

use telefaq::diagnostic::SourceFile;
use telefaq::engine::corpus::{self, Corpus};
use telefaq::engine::{Audience, Decision, Engine, Settings};

/// So many of the names have an entry for each pair of them as well.
const COMPARED: usize = 12;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

fn parsed(entries: &str) -> Corpus {
    let file = |path: &str, text: String| SourceFile { path: path.to_owned(), text };
    corpus::parse(vec![file("faq.json", entries.to_owned()), file("lexicon.toml", read("faq/lexicon.toml"))]).0
}

/// What it is and what it costs for every name, and which of two to take for some pairs.
fn engine() -> (Engine, Vec<String>) {
    let names: Vec<String> = parsed("[]").lexicon.protected.iter().map(|name| name.value.clone()).collect();
    let mut entries = Vec::new();
    for (number, name) in names.iter().enumerate() {
        entries.push(serde_json::json!({"id": format!("what.{name}"), "answer": format!("The {name} is a name."),
            "question": format!("What is the {name}?"), "phrasings": [format!("tell me what {name} means")]}));
        entries.push(serde_json::json!({"id": format!("cost.{name}"), "answer": format!("The {name} costs {number}."),
            "question": format!("How much does the {name} cost?"), "phrasings": [format!("price of the {name} exam")]}));
    }
    for (number, a) in names.iter().take(COMPARED).enumerate() {
        for b in names.iter().take(number) {
            entries.push(serde_json::json!({"id": format!("{a}.{b}"), "answer": format!("{a} before {b}."),
                "question": format!("{a} or {b}: which one is better?"),
                "phrasings": [format!("should i take {a} or {b} first")]}));
        }
    }
    let corpus = parsed(&serde_json::Value::from(entries).to_string());
    (Engine::build(corpus, Settings::default()), names)
}

/// The names in an id as they are made above.
fn names_of(id: &str) -> BTreeSet<&str> {
    id.split('.').filter(|part| !["what", "cost"].contains(part)).collect()
}

#[test]
fn no_protected_term_is_taken_for_another() {
    let (engine, names) = engine();
    let first = |question: &str| {
        let verdict = engine.answer(question, Audience::Private);
        let id = verdict.hits.first().and_then(|hit| engine.entry(hit.entry)).map(|entry| entry.id.value.clone());
        (id.unwrap_or_default(), verdict.decision)
    };
    for name in &names {
        for (question, kind) in [
            (format!("what is the {name}"), "what"),
            (format!("wat si teh {}", name.to_lowercase()), "what"),
            (format!("how much does {name} cost"), "cost"),
            (format!("hwo mcuh deos the {} csot", name.to_lowercase()), "cost"),
        ] {
            let (id, _) = first(&question);
            assert_eq!(id, format!("{kind}.{name}"), "{question}");
        }
    }
    for (number, a) in names.iter().enumerate() {
        for (other, b) in names.iter().enumerate().filter(|(other, _)| *other != number) {
            for question in [
                format!("{a} vs {b}"),
                format!("is {} better than {b}", a.to_lowercase()),
                format!("wich oen is bettr {a} or {b}"),
                format!("shuold i tkae {a} or {} frist", b.to_lowercase()),
            ] {
                let (id, decision) = first(&question);
                let expected = BTreeSet::from([a.as_str(), b.as_str()]);
                if number.max(other) < COMPARED {
                    assert_eq!(names_of(&id), expected, "{question}");
                } else {
                    // Nobody compared them: what is offered has to do with one of them.
                    assert!(!names_of(&id).is_disjoint(&expected), "{question}: {id}");
                    assert!(!matches!(decision, Decision::Answer(_)), "{question}: {id}");
                }
            }
        }
    }
}

/// The names in a text, of the shipped lexicon's groups.
fn mentioned(text: &str, corpus: &Corpus) -> BTreeSet<String> {
    let mut spellings: Vec<(String, &str)> = Vec::new();
    for name in &corpus.lexicon.protected {
        spellings.push((name.to_lowercase(), name));
        let is_own =
            |group: &&Vec<telefaq::diagnostic::Spanned<String>>| group.iter().any(|member| member.value == name.value);
        for group in corpus.lexicon.synonyms.iter().filter(is_own) {
            spellings.extend(group.iter().map(|member| (member.to_lowercase(), name.as_str())));
        }
    }
    spellings.sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
    let mut text = format!(" {} ", text.to_lowercase().replace(|c: char| !(c.is_alphanumeric() || c == '-'), " "));
    let mut found = BTreeSet::new();
    for (spelling, name) in spellings {
        for end in ["", "s"] {
            let written = format!(" {spelling}{end} ");
            if text.contains(&written) {
                found.insert(name.to_owned());
                text = text.replace(&written, "   ");
            }
        }
    }
    found
}

#[test]
fn the_shipped_faq_answers_about_no_other_name_than_the_question_s() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
    let corpus = telefaq::app::load::load(&dir, jiff::civil::date(2026, 11, 25), 36_500, Default::default()).corpus;
    let engine = Engine::build(corpus, Settings::default());
    let corpus = engine.corpus();
    let names: Vec<&str> = corpus.lexicon.protected.iter().map(|name| name.as_str()).collect();
    let mut answered = 0;
    let mut check = |question: String, asked: &[&str]| {
        let Decision::Answer(number) = engine.answer(&question, Audience::Private).decision else { return };
        answered += 1;
        let entry = &corpus.entries[number];
        let about = mentioned(&entry.question, corpus);
        let phrasings = entry.phrasings.iter().map(|phrasing| phrasing.as_str());
        let wordings = phrasings.chain([entry.question.as_str()]).collect::<Vec<_>>().join(" . ");
        let asked_by = mentioned(&wordings, corpus);
        let all = mentioned(&format!("{wordings} . {} . {}", entry.answer.value, entry.text), corpus);
        let is_asked = |name: &String| asked.contains(&name.as_str());
        assert!(about.is_empty() || asked_by.iter().any(is_asked), "{question}: {} is about {about:?}", entry.id.value);
        for name in asked {
            assert!(all.contains(*name), "{question}: {} never mentions {name}", entry.id.value);
        }
    };
    for (number, a) in names.iter().enumerate() {
        for question in
            ["what is the {}", "waht is teh {}", "how much does the {} exam cost", "hwo hrad is the {} exma"]
        {
            check(question.replace("{}", a), &[a]);
        }
        for b in names.iter().take(number) {
            for (a, b) in [(a, b), (b, a)] {
                check(format!("is {a} better than {b}"), &[a, b]);
                check(format!("{a} or {b} wich is bettr"), &[a, b]);
                check(format!("i have the {a}, how much more do i ern with the {b}"), &[a, b]);
            }
        }
    }
    assert!(answered > 50, "only {answered} were answered: this tells nothing");
}
