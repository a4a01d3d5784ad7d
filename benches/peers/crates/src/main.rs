//! telefaq, tantivy and a scan with strsim on one core, each asked the same questions in one run, round after
//! round: times on a busy or a slow machine change all of them alike, and the ratios stay.
//!
//!     data.py make corpus_k20.jsonl /tmp/peers/10000 --phrasings 10000
//!     cargo run --release --manifest-path benches/peers/crates/Cargo.toml -- /tmp/peers/10000
//!
//! With `alone` behind the folder only telefaq is asked. For Linux: it reads `/proc`.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::{Index, TantivyDocument, Term, doc};
use telefaq::app::load::load;
use telefaq::engine::corpus::Corpus;
use telefaq::engine::{Audience, Engine, Language, Settings};

/// Every peer is asked so many of the questions; a scan a tenth of that.
const QUESTIONS: usize = 500;

/// How often all of them are asked, peer after peer: what changes in the course of a run changes for all.
const ROUNDS: usize = 3;

/// Something that names an entry for a question.
struct Peer<'a> {
    name: &'static str,
    /// Of the questions one in so many is asked.
    every: usize,
    find: Box<dyn Fn(&str) -> Option<String> + 'a>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        std::env::args().nth(1).ok_or("name a folder that data.py has made, with `faq` and `queries.jsonl` in it")?;
    let folder = Path::new(&folder);
    let corpus = load(&folder.join("faq"), jiff::civil::date(2026, 11, 26), 180, Language::English).corpus;
    let texts: Vec<(String, String)> = corpus.entries.iter().flat_map(phrasings).collect();
    let questions = std::fs::read_to_string(folder.join("queries.jsonl"))?;
    let questions: Vec<serde_json::Value> = questions.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let questions: Vec<(&str, &str)> = questions
        .iter()
        .filter_map(|question| Some((question["query"].as_str()?, question["id"].as_str()?)))
        .take(QUESTIONS)
        .collect();
    println!("{} entries, {} phrasings, {} questions", corpus.entries.len(), texts.len(), questions.len());

    let start = Instant::now();
    let mut peers = vec![telefaq(corpus)];
    println!("telefaq is ready after {:.1} s; highest use of memory {} MB", start.elapsed().as_secs_f64(), peak()?);
    if std::env::args().nth(2).is_none_or(|word| word != "alone") {
        peers.push(tantivy_with("tantivy, BM25", &texts, false)?);
        peers.push(tantivy_with("tantivy, fuzzy terms", &texts, true)?);
        peers.push(scan("strsim, Sorensen-Dice", &texts, strsim::sorensen_dice));
        peers.push(scan("strsim, Jaro-Winkler", &texts, strsim::jaro_winkler));
        peers.push(scan("strsim, Damerau-Levenshtein", &texts, strsim::normalized_damerau_levenshtein));
    }
    let mut times: Vec<Vec<Duration>> = peers.iter().map(|_| Vec::new()).collect();
    let mut right = vec![0usize; peers.len()];
    for _ in 0..ROUNDS {
        for ((peer, times), right) in peers.iter().zip(&mut times).zip(&mut right) {
            for (question, id) in questions.iter().step_by(peer.every) {
                let start = Instant::now();
                let found = (peer.find)(question);
                times.push(start.elapsed());
                *right += usize::from(found.as_deref() == Some(id));
            }
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        (micros(times, 50), micros(times, 99))
    };
    let mut first = None;
    println!("{:<30} {:>12} {:>12} {:>12} {:>12}", "", "median µs", "p99 µs", "times", "accuracy@1");
    for ((peer, times), right) in peers.iter().zip(&mut times).zip(&right) {
        let (middle, slow) = median(times);
        let times_as_long = middle / *first.get_or_insert(middle);
        let accuracy = 100.0 * *right as f64 / times.len().max(1) as f64;
        println!("{:<30} {middle:>12.1} {slow:>12.1} {times_as_long:>12.1} {accuracy:>12.1}", peer.name);
    }
    Ok(())
}

/// The most memory that this process has had, in MB.
fn peak() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("/proc/self/status has no VmHWM")?;
    Ok(line.trim_end_matches("kB").trim().parse::<u64>()? / 1024)
}

/// The so many hundredth of sorted times, in microseconds.
fn micros(times: &[Duration], hundredth: usize) -> f64 {
    times.get(times.len() * hundredth / 100).map_or(0.0, |time| time.as_secs_f64() * 1e6)
}

/// Every wording of an entry, with its id.
fn phrasings(entry: &telefaq::engine::corpus::Entry) -> Vec<(String, String)> {
    let wordings = std::iter::once(&entry.question).chain(&entry.phrasings);
    wordings.map(|wording| (wording.value.clone(), entry.id.value.clone())).collect()
}

fn telefaq(corpus: Corpus) -> Peer<'static> {
    let engine = Engine::build(corpus, Settings::default());
    let find = move |question: &str| {
        let verdict = engine.answer(question, Audience::Private);
        verdict.hits.first().and_then(|hit| engine.entry(hit.entry)).map(|entry| entry.id.value.clone())
    };
    Peer { name: "telefaq", every: 1, find: Box::new(find) }
}

/// An index of phrasings with English stems; with `fuzzy` a term may also be one slip away, from five letters on two.
fn tantivy_with(name: &'static str, texts: &[(String, String)], fuzzy: bool) -> Result<Peer<'static>, Box<dyn Error>> {
    let mut fields = Schema::builder();
    let indexing = TextFieldIndexing::default().set_tokenizer("en_stem").set_index_option(IndexRecordOption::WithFreqs);
    let text = fields.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let id = fields.add_text_field("id", STORED);
    let index = Index::create_in_ram(fields.build());
    let mut writer = index.writer_with_num_threads(1, 50_000_000)?;
    for (phrasing, entry) in texts {
        writer.add_document(doc!(text => phrasing.as_str(), id => entry.as_str()))?;
    }
    writer.commit()?;
    let searcher = index.reader()?.searcher();
    let analyzer = index.tokenizers().get("en_stem").ok_or("tantivy has no English stemmer")?;
    let find = move |question: &str| {
        let mut analyzer = analyzer.clone();
        let mut stream = analyzer.token_stream(question);
        let mut parts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        stream.process(&mut |token| {
            let term = Term::from_field_text(text, &token.text);
            if fuzzy && token.text.len() > 2 {
                let slips = if token.text.len() < 5 { 1 } else { 2 };
                parts.push((Occur::Should, Box::new(FuzzyTermQuery::new(term.clone(), slips, true))));
            }
            parts.push((Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))));
        });
        let found = searcher.search(&BooleanQuery::new(parts), &TopDocs::with_limit(10).order_by_score()).ok()?;
        let document: TantivyDocument = searcher.doc(found.first()?.1).ok()?;
        document.get_first(id)?.as_str().map(str::to_owned)
    };
    Ok(Peer { name, every: 1, find: Box::new(find) })
}

/// Compares the question, in lower case, with every phrasing.
fn scan<'a>(name: &'static str, texts: &'a [(String, String)], likeness: fn(&str, &str) -> f64) -> Peer<'a> {
    let texts: Vec<(String, &str)> = texts.iter().map(|(text, id)| (text.to_lowercase(), id.as_str())).collect();
    let find = move |question: &str| {
        let question = question.to_lowercase();
        let likenesses = texts.iter().map(|(text, id)| (likeness(&question, text), *id));
        let best = likenesses.fold((-1.0, ""), |best, next| if next.0 > best.0 { next } else { best });
        Some(best.1.to_owned())
    };
    Peer { name, every: 10, find: Box::new(find) }
}
