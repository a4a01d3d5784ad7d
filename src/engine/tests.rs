//! What the engine promises, as data: a small FAQ, questions, and what becomes of each.

mod languages;

use super::*;
use crate::diagnostic::{SourceFile, Spanned};

/// A school of driving: nothing in the engine knows what the shipped FAQ is about.
const FAQ: &str = r#"[
    {"id": "hello", "kind": "smalltalk", "question": "Hello!", "answer": "Hello.", "phrasings": ["hi", "good morning"]},
    {"id": "class-b", "question": "What may I drive with class B?", "answer": "Cars up to 3.5 tons.",
     "phrasings": ["class b what vehicles", "is a van allowed in class b", "heaviest car for the B licence class"]},
    {"id": "class-be", "question": "What may I drive with class BE?", "answer": "A car with a heavy trailer.",
     "phrasings": ["class be what vehicles", "trailer licence be", "who needs class BE for a caravan"]},
    {"id": "b-or-be", "question": "Class B or class BE: which one do I need?", "answer": "BE for heavy trailers only.",
     "phrasings": ["difference between class b and class be", "is class be better than class b"]},
    {"id": "price", "question": "How much does a lesson cost?", "answer": "60 euros for 45 minutes.",
     "phrasings": ["price of lessons", "what do you charge", "is it expensive to learn driving", "money for one hour"]},
    {"id": "length", "question": "How long does a lesson take?", "answer": "45 minutes.",
     "phrasings": ["duration of lessons", "how many minutes is one lesson", "when does a lesson end"]},
    {"id": "glasses", "question": "Can I take the test with glasses?", "answer": "Yes, and you must wear them.",
     "phrasings": ["i wear glasses, may i drive", "contact lenses at the test", "test with poor eyesight"]},
    {"id": "no-glasses", "question": "Can I take the test without glasses?", "answer": "If you see well enough.",
     "phrasings": ["i do not wear glasses, may i drive", "test without an eye exam", "forgot my glasses on test day"]},
    {"id": "form-10", "question": "What is form 10 for?", "answer": "The eye exam.",
     "phrasings": ["where do i get form 10", "form 10 eye doctor"]},
    {"id": "form-20", "question": "What is form 20 for?", "answer": "The first-aid course.",
     "phrasings": ["where do i get form 20", "form 20 first aid"]}
]"#;

const LEXICON: &str = r#"
protected = ["class B", "class BE"]
synonyms = [["price", "cost", "fee"], ["class BE", "BE class", "B96"]]
[abbreviations]
"lsn" = "lesson"
"#;

fn corpus(faq: &str) -> Corpus {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    corpus::parse(vec![file("faq.json", faq), file("lexicon.toml", LEXICON)]).0
}

fn engine() -> Engine {
    Engine::build(corpus(FAQ), Settings::default())
}

/// The best hit for each question.
fn check_first(table: &[(&str, &str)]) {
    let engine = engine();
    for (question, expected) in table {
        let verdict = engine.answer(question, Audience::Private);
        let first = verdict.hits.first().and_then(|hit| engine.entry(hit.entry)).map(|entry| entry.id.as_str());
        assert_eq!(first, Some(*expected), "{question}");
    }
}

#[test]
fn other_words_other_forms_and_typos_lead_to_the_same_entry() {
    check_first(&[
        ("How much does a lesson cost?", "price"),
        ("whats the fee for lesons", "price"),
        ("fees pls", "price"),
        ("lsn minutes", "length"),
        ("DURATION OF LESSON??", "length"),
        ("durtaion", "length"),
    ]);
}

#[test]
fn greetings_around_a_question_change_nothing() {
    let engine = engine();
    let plain = engine.answer("How long does a lesson take?", Audience::Private);
    let polite = engine.answer("Hi, good morning! How long does a lesson take? Hello…", Audience::Private);
    assert_eq!(polite, plain);
}

#[test]
fn a_name_never_stands_for_another() {
    check_first(&[
        ("what can i drive with class b", "class-b"),
        ("what can i drive with class be", "class-be"),
        ("what can i drvie wiht class-be", "class-be"),
        ("be class vehicles", "class-be"),
        ("b96 vehicles", "class-be"),
    ]);
    // Named, but not an answer: not even a candidate.
    let engine = engine();
    let hits = engine.answer("heaviest car for class be", Audience::Private).hits;
    let ids: Vec<&str> = hits.iter().filter_map(|hit| engine.entry(hit.entry)).map(|e| e.id.as_str()).collect();
    assert!(ids.contains(&"class-be") && !ids.contains(&"class-b"), "{ids:?}");
}

#[test]
fn two_names_want_the_comparison() {
    check_first(&[
        ("class b or class be", "b-or-be"),
        ("class be vs class b", "b-or-be"),
        ("is class b better than be class for me", "b-or-be"),
    ]);
}

#[test]
fn negations_and_numbers_count() {
    check_first(&[
        ("may I drive with glasses", "glasses"),
        ("may I drive without glasses", "no-glasses"),
        ("can't i wear glasses, may i drive", "no-glasses"),
        ("form 10", "form-10"),
        ("form 20", "form-20"),
        ("where to get form 20 please", "form-20"),
    ]);
}

#[test]
fn the_very_words_of_a_phrasing_are_answered_and_foreign_ones_are_not() {
    let engine = engine();
    for entry in &engine.corpus().entries {
        for question in std::iter::once(&entry.question).chain(&entry.phrasings) {
            let verdict = engine.answer(question, Audience::Private);
            let Decision::Answer(number) = verdict.decision else { panic!("{}: {verdict:?}", question.value) };
            assert_eq!(engine.entry(number).map(|e| &e.id), Some(&entry.id), "{}", question.value);
        }
    }
    for foreign in ["", "🙂", "zebra", "why is the sky blue", "прывітанне", "the", "لماذا", "\u{0}", "12345 6789"]
    {
        let verdict = engine.answer(foreign, Audience::Private);
        assert_eq!(verdict.decision, Decision::Decline, "{foreign:?} {}", verdict.confidence);
    }
}

#[test]
fn a_name_that_no_entry_speaks_of_is_not_answered_for() {
    let engine = engine();
    for question in [
        "class b or ADR, which one do I need?",
        "what is the price of the ADR",
        "Where do I get form CMR?",
        "is the CLASS BE or the HGV for a caravan",
    ] {
        let verdict = engine.answer(question, Audience::Private);
        assert!(!matches!(verdict.decision, Decision::Answer(_)), "{question}: {verdict:?}");
    }
    // What is vetoed fits better than what is left.
    let verdict = engine.answer("heaviest car for class be", Audience::Private);
    assert!(!matches!(verdict.decision, Decision::Answer(_)), "{verdict:?}");
    // The same without capitals is a typo as often as not, and shouting names nothing.
    let verdict = engine.answer("WHAT IS THE PRICE OF A LESSON", Audience::Private);
    assert!(matches!(verdict.decision, Decision::Answer(_)), "{verdict:?}");
}

#[test]
fn when_small_talk_is_not_sure_enough_the_confidence_is_that_of_another_entry() {
    let engine = engine();
    let first = |question: &str| {
        let verdict = engine.answer(question, Audience::Private);
        verdict.hits.first().and_then(|hit| engine.entry(hit.entry)).map(|entry| entry.id.value.clone())
    };
    assert_eq!(first("good morning").as_deref(), Some("hello"));
    assert_eq!(first("good form").as_deref(), Some("form-20"), "it has half a greeting in it");
}

#[test]
fn what_cannot_be_meant_is_not_suggested() {
    let engine = Engine::build(
        corpus(FAQ),
        Settings { thresholds: Thresholds { answer_at: 101.0, suggest_at: 0.0, ambient_at: 101.0 } },
    );
    let Decision::Suggest(numbers) = engine.answer("durtaion", Audience::Private).decision else { panic!() };
    assert_eq!(numbers.len(), 1, "no other entry has the word");
    let Decision::Suggest(numbers) = engine.answer("good lesson", Audience::Private).decision else { panic!() };
    let ids: Vec<&str> = numbers.iter().filter_map(|n| engine.entry(*n)).map(|e| e.id.as_str()).collect();
    assert!(!ids.is_empty() && ids.len() <= 3 && !ids.contains(&"hello"), "{ids:?}");
}

#[test]
fn small_talk_is_for_private_chats() {
    let engine = engine();
    assert!(matches!(engine.answer("good morning", Audience::Private).decision, Decision::Answer(_)));
    for audience in [Audience::GroupAddressed, Audience::Inline, Audience::Guest, Audience::Pipeline] {
        let verdict = engine.answer("good morning", audience);
        assert_eq!((verdict.decision, verdict.hits.len()), (Decision::Decline, 0), "{audience:?}");
    }
    assert_eq!(engine.answer("good morning", Audience::GroupAmbient).decision, Decision::Silent);
}

#[test]
fn what_wants_something_done_is_no_sure_answer() {
    let engine = engine();
    let verdict = |question: &str| engine.answer(question, Audience::Private);
    let asked = verdict("where do i get form 10 from the eye doctor");
    let requested = verdict("good morning please send me form 10 from the eye doctor");
    assert_eq!(asked.hits.first().map(|hit| hit.entry), requested.hits.first().map(|hit| hit.entry));
    assert!(matches!(asked.decision, Decision::Answer(_)), "{asked:?}");
    assert!(matches!(requested.decision, Decision::Suggest(_)), "{requested:?}");
}

#[test]
fn what_is_like_small_talk_and_speaks_of_lessons_is_no_small_talk() {
    let engine = engine();
    let verdict = engine.answer("one morning lesson and a good morning trailer", Audience::Private);
    let first = verdict.hits.first().and_then(|hit| engine.entry(hit.entry));
    assert_ne!(first.map(|entry| entry.kind), Some(Kind::Smalltalk), "{verdict:?}");
}

#[test]
fn the_same_corpus_and_question_give_the_same_bits() {
    let (one, other) = (engine(), engine());
    for question in ["how much is it", "class b trailer", "glases", "form"] {
        assert_eq!(one.answer(question, Audience::Private), other.answer(question, Audience::Private));
    }
}

#[test]
fn ties_break_by_id() {
    let twins = r#"[{"id": "b", "question": "Where is the gate?", "answer": "Left."},
                    {"id": "a", "question": "Where is the gate?", "answer": "Left."}]"#;
    let engine = Engine::build(corpus(twins), Settings::default());
    let hits = engine.answer("where is the gate", Audience::Private).hits;
    let ids: Vec<&str> = hits.iter().filter_map(|hit| engine.entry(hit.entry)).map(|e| e.id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(hits[0].score, hits[1].score);
}

#[test]
fn a_corpus_too_large_to_learn_from_still_answers() {
    let word = |n: usize| {
        format!("{}{}", ["gate", "park", "lane", "mile", "road"][n % 5], "abcdefghij".split_at(n / 5 % 10).0)
    };
    let entries: Vec<String> = (0..1700)
        .map(|n| {
            format!(
                r#"{{"id": "e{n:04}", "question": "Where is number {n} of {} {}?", "answer": "There."}}"#,
                word(n),
                word(n / 7)
            )
        })
        .collect();
    let engine = Engine::build(corpus(&format!("[{}]", entries.join(","))), Settings::default());
    assert!(engine.matcher.learned().is_none());
    for n in [0, 77, 1299] {
        let question = &engine.corpus().entries[n].question;
        assert_eq!(engine.answer(question, Audience::Private).decision, Decision::Answer(n), "{}", question.value);
    }
    assert_eq!(engine.answer("why is the sky blue", Audience::Private).decision, Decision::Decline);
}

#[test]
fn what_nobody_would_write_is_answered_and_changes_no_other_answer() {
    let engine = engine();
    let questions = ["how much is a lesson", "i wear glasses, may i drive", "what is form 20 for", "is the sea blue"];
    let ask = || questions.map(|question| engine.converse(question, Audience::Private, Some(1)));
    let before = ask();
    let megabyte = |text: &str| text.repeat(1_000_000 / text.len());
    for monster in [
        megabyte("lesson "),
        megabyte("how much? "),
        megabyte("lseson pirce glases "),
        megabyte("e\u{301}\u{302}\u{303}"),
        megabyte("\u{301}"),
        megabyte("ｌｅｓｓｏｎ\u{202e} \u{200b}"),
        // Letters that look alike, Cyrillic and Greek.
        megabyte("lеssоn рriсe νan "),
        megabyte("x"),
        megabyte("\n"),
        megabyte("? ! . , ; : "),
        megabyte("12 hundred thousand k "),
        megabyte("not without no other than "),
        megabyte("class-b class-be "),
    ] {
        // The beginning is read, the rest is not: it costs what the beginning costs.
        let beginning: String = monster.chars().take(MAX_CHARS).collect();
        let parts = engine.converse(&monster, Audience::Private, Some(1));
        let verdicts = |parts: Vec<Part>| parts.into_iter().map(|part| part.verdict).collect::<Vec<_>>();
        assert_eq!(verdicts(parts), verdicts(engine.converse(&beginning, Audience::Private, Some(1))));
        assert_eq!(ask(), before);
    }
}

#[test]
fn a_name_that_is_ruled_out_is_not_answered_with() {
    let mut exams = corpus(
        r#"[{"id": "abc", "question": "How much does the ABC exam cost?", "phrasings": ["price of the ABC exam"], "answer": "1"},
            {"id": "xyz", "question": "How much does the XYZ exam cost?", "phrasings": ["price of the XYZ exam"], "answer": "2"},
            {"id": "open", "question": "When is the office open?", "phrasings": ["opening hours"], "answer": "3"}]"#,
    );
    exams.lexicon.protected =
        ["ABC", "XYZ"].map(|name| Spanned { value: name.to_owned(), span: Default::default() }).to_vec();
    let engine = Engine::build(exams, Settings::default());
    let first = |question: &str| engine.answer(question, Audience::Private).hits.first().map(|hit| hit.entry);
    assert_eq!(first("not the ABC, how much is the exam"), Some(2));
    assert_eq!(first("how much is an exam other than the XYZ"), Some(0));
    assert_eq!(first("is the ABC not cheap"), Some(0));
}

#[test]
fn what_is_told_beside_the_question_tells_entries_apart() {
    check_first(&[
        (
            "Hello, my eye doctor has sent me here, he was friendly but in a hurry and so I did not ask him anything else. \
             Now I stand in the hall with two others. Where do I get the form?",
            "form-10",
        ),
        (
            "Hello, I was at the first aid evening, they were friendly but in a hurry and so I did not ask them anything else. \
             Now I stand in the hall with two others. Where do I get the form?",
            "form-20",
        ),
    ]);
}

#[test]
fn the_shares_of_an_explanation_sum_to_the_score() {
    let engine = engine();
    let explanation = engine.explain("lesson duratoin zebra priced", Audience::Private);
    let taken_for: Vec<Option<&str>> = explanation.words.iter().map(|(_, word)| word.as_deref()).collect();
    assert_eq!(taken_for, [Some("lesson"), Some("duration"), None, Some("price")]);
    assert!(!explanation.candidates.is_empty());
    for candidate in &explanation.candidates {
        let sum: f64 = candidate.shares.iter().map(|(_, share)| share).sum();
        assert!((sum - candidate.hit.score).abs() < 1e-9);
    }
}

#[test]
fn an_engine_of_nothing_declines() {
    let engine = Engine::build(Corpus::default(), Settings::default());
    assert_eq!(engine.answer("anything", Audience::Private).decision, Decision::Decline);
}
