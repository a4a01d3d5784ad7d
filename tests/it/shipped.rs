//! The FAQ that comes with the program, as an example for others: nothing in it is there for show.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::date;
use telefaq::app::load::load;
use telefaq::diagnostic::Spanned;
use telefaq::engine::corpus::{Corpus, Lexicon};
use telefaq::engine::{Audience, Decision, Engine, Settings};

fn corpus() -> Corpus {
    load(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("faq"),
        date(2026, 11, 25),
        36_500,
        telefaq::engine::Language::English,
    )
    .corpus
}

/// How a golden under `tests` or `not` goes, better ones greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Failed,
    Offered,
    Good,
}

/// How every golden goes, by entry and wording.
fn outcomes(corpus: Corpus) -> BTreeMap<(String, String), Outcome> {
    let engine = Engine::build(corpus, Settings::default());
    let mut outcomes = BTreeMap::new();
    for (number, entry) in engine.corpus().entries.iter().enumerate() {
        let mut note =
            |golden: &str, outcome| outcomes.insert((entry.id.value.clone(), golden.to_lowercase()), outcome);
        for golden in &entry.tests {
            let outcome = match engine.answer(golden, Audience::Private).decision {
                Decision::Answer(reached) if reached == number => Outcome::Good,
                Decision::Suggest(offered) if offered.contains(&number) => Outcome::Offered,
                _ => Outcome::Failed,
            };
            note(golden, outcome);
        }
        for golden in &entry.not {
            let answered = engine.answer(golden, Audience::Private).decision == Decision::Answer(number);
            note(golden, if answered { Outcome::Failed } else { Outcome::Good });
        }
    }
    outcomes
}

/// A line of the lexicon.
#[derive(Clone)]
enum Line {
    Synonyms(Vec<Spanned<String>>),
    Abbreviation(Spanned<String>, String),
}

impl Line {
    /// What a golden that needs this line has in it: a word that the line makes into another one.
    fn replaced(&self) -> Vec<String> {
        match self {
            Line::Synonyms(group) => group.iter().skip(1).map(|word| word.to_lowercase()).collect(),
            Line::Abbreviation(short, _) => vec![short.to_lowercase()],
        }
    }
}

fn has_word(text: &str, word: &str) -> bool {
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word)
        .any(|(start, _)| ends(text[..start].chars().next_back()) && ends(text[start + word.len()..].chars().next()))
}

/// A line is needed when without it some golden goes worse: it fails, or is only offered its answer where it got it. Such
/// a golden has a word of the line in it.
///
/// Groups of a protected name are needed in any case: by its long name and its other spellings no question may be taken
/// for one about another name.
///
/// Loading the FAQ once for each line would take minutes: several are left out at a time.
#[test]
fn every_line_of_the_lexicon_is_needed_by_a_golden() {
    const AT_A_TIME: usize = 10;
    let corpus = corpus();
    let with_all = outcomes(corpus.clone());
    let failed: Vec<_> = with_all.iter().filter(|(_, outcome)| **outcome == Outcome::Failed).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let synonyms = corpus.lexicon.synonyms.iter().cloned().map(Line::Synonyms);
    let abbreviations =
        corpus.lexicon.abbreviations.iter().cloned().map(|(short, long)| Line::Abbreviation(short, long));
    let is_name = |line: &Line| match line {
        Line::Synonyms(group) => group
            .first()
            .is_some_and(|first| corpus.lexicon.protected.iter().any(|name| name.eq_ignore_ascii_case(first))),
        Line::Abbreviation(..) => false,
    };
    let (names, lines): (Vec<Line>, Vec<Line>) = synonyms.chain(abbreviations).partition(is_name);
    let batches = lines.len().div_ceil(AT_A_TIME);
    let mut idle = Vec::new();
    for batch in 0..batches {
        // Neighbours in the file are about the same things: a batch takes one here, one there.
        let (left_out, kept): (Vec<_>, Vec<_>) =
            lines.iter().enumerate().partition(|(position, _)| position % batches == batch);
        let mut lexicon = Lexicon { protected: corpus.lexicon.protected.clone(), ..Lexicon::default() };
        for line in names.iter().chain(kept.into_iter().map(|(_, line)| line)) {
            match line.clone() {
                Line::Synonyms(group) => lexicon.synonyms.push(group),
                Line::Abbreviation(short, long) => lexicon.abbreviations.push((short, long)),
            }
        }
        let without = outcomes(Corpus { lexicon, ..corpus.clone() });
        let worse = without.iter().filter(|(golden, outcome)| with_all.get(golden) > Some(outcome));
        let worse: Vec<&str> = worse.map(|((_, golden), _)| golden.as_str()).collect();
        let is_needed =
            |line: &Line| line.replaced().iter().any(|word| worse.iter().any(|golden| has_word(golden, word)));
        idle.extend(
            left_out.into_iter().filter(|(_, line)| !is_needed(line)).map(|(_, line)| line.replaced().join(", ")),
        );
    }
    assert!(
        idle.is_empty(),
        "no golden needs these lines of faq/lexicon.toml; give them one, or take them out:\n{}",
        idle.join("\n")
    );
}

#[test]
fn questions_in_other_languages_are_declined_and_greetings_are_not() {
    let engine = Engine::build(corpus(), Settings::default());
    for question in [
        "que es el CPC exam?",
        "combien coute le cpc",
        "wie teuer ist das examen",
        "magkano po ang exam",
        "medical coding kya hota hai",
        "сколько стоит CPC",
    ] {
        let verdict = engine.answer(question, Audience::Private);
        assert!(verdict.decision == Decision::Decline && verdict.foreign.is_some(), "{question}: {verdict:?}");
    }
    for greeting in ["hola", "que tal", "kaise ho"] {
        let verdict = engine.answer(greeting, Audience::Private);
        assert!(matches!(verdict.decision, Decision::Answer(_)), "{greeting}: {verdict:?}");
    }
}
