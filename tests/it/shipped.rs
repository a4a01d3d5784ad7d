//! The FAQ that comes with the program, as an example for others: nothing in it is there for show.

use std::collections::HashSet;
use std::path::Path;

use jiff::civil::date;
use telefaq::app::load::load;
use telefaq::diagnostic::Spanned;
use telefaq::engine::corpus::{Corpus, Lexicon};
use telefaq::engine::{Audience, Decision, Engine, Settings};

fn corpus() -> Corpus {
    load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("faq"), date(2026, 11, 25), 36_500).corpus
}

/// The goldens under `tests` that do not reach their entry.
fn missed(corpus: Corpus) -> HashSet<String> {
    let engine = Engine::build(corpus, Settings::default());
    let entries = engine.corpus().entries.iter().enumerate();
    let goldens = entries.flat_map(|(number, entry)| entry.tests.iter().map(move |golden| (number, golden)));
    let missed = goldens.filter(|(number, golden)| match engine.answer(golden, Audience::Private).decision {
        Decision::Answer(reached) => reached != *number,
        Decision::Suggest(offered) => !offered.contains(number),
        Decision::Decline | Decision::Silent => true,
    });
    missed.map(|(_, golden)| golden.value.to_lowercase()).collect()
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

/// Loading the FAQ once for each line would take minutes. So several lines are left out at a time: each must then be
/// missed by a golden of its own, one that has a word of that line in it.
#[test]
fn every_line_of_the_lexicon_is_needed_by_a_golden() {
    const AT_A_TIME: usize = 12;
    let corpus = corpus();
    assert_eq!(missed(corpus.clone()), HashSet::new());
    let synonyms = corpus.lexicon.synonyms.iter().cloned().map(Line::Synonyms);
    let abbreviations =
        corpus.lexicon.abbreviations.iter().cloned().map(|(short, long)| Line::Abbreviation(short, long));
    let lines: Vec<Line> = synonyms.chain(abbreviations).collect();
    let batches = lines.len().div_ceil(AT_A_TIME);
    let mut idle = Vec::new();
    for batch in 0..batches {
        // Neighbours in the file are about the same things: a batch takes one here, one there.
        let (left_out, kept): (Vec<_>, Vec<_>) =
            lines.iter().enumerate().partition(|(position, _)| position % batches == batch);
        let mut lexicon = Lexicon { protected: corpus.lexicon.protected.clone(), ..Lexicon::default() };
        for (_, line) in kept {
            match line.clone() {
                Line::Synonyms(group) => lexicon.synonyms.push(group),
                Line::Abbreviation(short, long) => lexicon.abbreviations.push((short, long)),
            }
        }
        let missed = missed(Corpus { lexicon, ..corpus.clone() });
        let needed =
            |line: &Line| line.replaced().iter().any(|word| missed.iter().any(|golden| has_word(golden, word)));
        idle.extend(left_out.into_iter().filter(|(_, line)| !needed(line)).map(|(_, line)| line.replaced().join(", ")));
    }
    assert!(
        idle.is_empty(),
        "no golden needs these lines of faq/lexicon.toml; give them one, or take them out:\n{}",
        idle.join("\n")
    );
}
