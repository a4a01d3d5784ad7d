//! What the engine costs: one question, and loading a folder. `cargo bench --bench engine` prints a table.
//!
//! A question is measured without the rendering of its reply. Nothing here asserts a time: machines differ and drift.
#![expect(clippy::unwrap_used, reason = "a bench that cannot run should say where")]

use std::cell::Cell;
use std::fmt::Write as _;
use std::path::Path;

use divan::{Bencher, black_box};
use telefaq::app::load::load;
use telefaq::engine::corpus::Corpus;
use telefaq::engine::{Audience, Engine, Settings};

/// A student's questions about the shipped corpus, from `tests/eval/questions.jsonl`.
fn questions() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval/questions.jsonl");
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.map(|line| line["query"].as_str().unwrap().to_owned()).collect()
}

fn corpus_in(dir: &Path) -> Corpus {
    load(dir, jiff::civil::date(2026, 11, 22), 180, telefaq::engine::Language::English).corpus
}

fn shipped() -> Corpus {
    corpus_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("faq"))
}

/// The next number of a fixed sequence: the corpora below are the same in every run.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

/// A word of two to four syllables.
fn word(number: usize) -> String {
    const SYLLABLES: [&str; 24] = [
        "ba", "co", "der", "fi", "gu", "ha", "in", "jo", "ka", "lo", "mi", "nex", "or", "pa", "qui", "ro", "sta", "te",
        "ul", "vo", "wen", "xi", "ya", "zo",
    ];
    let mut rest = number;
    let mut text = String::new();
    while text.len() < 4 || rest > 0 {
        text.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    text
}

/// A phrasing: words of the entry among words that all entries use.
fn phrasing(entry: usize, state: &mut u64) -> String {
    let mut text = String::new();
    for position in 0..4 + next(state) % 5 {
        let number = if position % 2 == 0 { 100 + entry * 9 + next(state) % 14 } else { next(state) % 100 };
        let _ = write!(text, "{} ", word(number));
    }
    text.trim_end().to_owned()
}

/// A folder of Markdown files with so many entries, each asked in so many ways.
fn folder(entries: usize, phrasings: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let state = &mut 1;
    for entry in 0..entries {
        let quoted: Vec<String> = (1..phrasings).map(|_| format!("{:?}", phrasing(entry, state))).collect();
        let answer: Vec<String> = (0..15).map(|_| phrasing(entry, state)).collect();
        let (question, phrasings, answer) = (phrasing(entry, state), quoted.join(", "), answer.join(". "));
        let text =
            format!("+++\nquestion = {question:?}\nphrasings = [{phrasings}]\nreviewed = 2026-11-01\n+++\n{answer}.\n");
        std::fs::write(dir.path().join(format!("entry-{entry}.md")), text).unwrap();
    }
    dir
}

/// The questions one after the other, over and over.
fn endless(characters: usize) -> String {
    questions().join(" ").chars().cycle().take(characters).collect()
}

/// Asks the questions in turn.
fn ask(bencher: Bencher, engine: &Engine, questions: &[String]) {
    let at = Cell::new(0);
    bencher.bench_local(|| {
        let question = &questions[at.get() % questions.len()];
        at.set(at.get() + 1);
        black_box(engine.answer(black_box(question), Audience::Private))
    });
}

mod one_question {
    use super::*;

    /// Students' own words, typos included; the shipped corpus.
    #[divan::bench(sample_count = 500, sample_size = 20)]
    fn shipped_corpus(bencher: Bencher) {
        ask(bencher, &Engine::build(shipped(), Settings::default()), &questions());
    }

    /// Made entries, 20 phrasings each.
    #[divan::bench(args = [110, 500, 2_000, 10_000], sample_count = 200, sample_size = 10)]
    fn made_entries(bencher: Bencher, entries: usize) {
        let dir = folder(entries, 20);
        let state = &mut 7;
        let questions: Vec<String> = (0..200).map(|q| phrasing(q % entries, state)).collect();
        ask(bencher, &Engine::build(corpus_in(dir.path()), Settings::default()), &questions);
    }

    /// The longest message Telegram delivers.
    #[divan::bench(sample_count = 100)]
    fn of_4096_characters(bencher: Bencher) {
        ask(bencher, &Engine::build(shipped(), Settings::default()), &[endless(4096)]);
    }

    /// What only the page or a program can send: the beginning is read.
    #[divan::bench(sample_count = 100)]
    fn of_a_million_characters(bencher: Bencher) {
        ask(bencher, &Engine::build(shipped(), Settings::default()), &[endless(1_000_000)]);
    }
}

mod loading {
    use super::*;

    /// Reading, checking, indexing, learning and calibrating.
    #[divan::bench(sample_count = 5, sample_size = 1)]
    fn shipped_corpus() -> Engine {
        Engine::build(shipped(), Settings::default())
    }

    /// The same for entries times phrasings.
    #[divan::bench(args = [(110, 15), (150, 20), (500, 20), (2_000, 5), (10_000, 1)], sample_count = 3, sample_size = 1)]
    fn made_entries(bencher: Bencher, (entries, phrasings): (usize, usize)) {
        let dir = folder(entries, phrasings);
        bencher.bench_local(|| Engine::build(corpus_in(dir.path()), Settings::default()));
    }
}

fn main() {
    divan::main();
}
