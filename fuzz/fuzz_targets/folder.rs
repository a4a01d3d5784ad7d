//! Any text as the files of an FAQ folder: each begins after a line `=== path`, and what stands before the first such line
//! is `a.md`. The first byte is the language, and whether the folder is built twice and lies in another.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telefaq::diagnostic::{Diagnostic, Place, SourceFile, SourceMap, Spanned};
use telefaq::engine::corpus::{self, Corpus, Entry, Folder, Kind};
use telefaq::engine::html::MESSAGE_UNITS;
use telefaq::engine::markdown::ANSWER_BUDGET;
use telefaq::engine::{Engine, Language, Settings};
use telefaq_fuzz::{AUDIENCES, check_explanation, check_html, check_reply, check_verdict, reply, timed, voice};

/// More is parsed, but not built: learning takes its time.
const MOST_ENTRIES: usize = 6;
const MOST_BYTES: usize = 3_000;

/// Bits of the first byte.
const TWICE: u8 = 0x20;
const IN_FOLDER: u8 = 0x40;

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let root = if first & IN_FOLDER == 0 { "" } else { "the/faq" };
    let files = files(&text, root);
    let (Folder { base, cohorts }, findings) = timed("parse", data, || corpus::parse_folder(root, files.clone(), &[]));
    for finding in &findings {
        check_finding(finding, &files);
    }
    check_corpus(&base);
    for (name, cohort) in &cohorts {
        check_corpus(cohort);
        assert!(cohort.overlay.as_ref().is_some_and(|overlay| overlay.name == *name), "the overlay of another");
    }
    // One engine is enough for one input: a cohort's corpus is one like any other.
    let mut corpus = cohorts.into_values().next().unwrap_or(base);
    let languages: Vec<Language> = Language::all().collect();
    corpus.language = languages[usize::from(first % 32) % languages.len()];
    if corpus.entries.len() > MOST_ENTRIES || text.len() > MOST_BYTES {
        return;
    }
    let engine = timed("build", data, || Engine::build(corpus.clone(), Settings::default()));
    let again = (first & TWICE != 0).then(|| Engine::build(corpus.clone(), Settings::default()));
    check_engine(&engine, again.as_ref(), data);
});

/// The files of a folder, each path once, as there.
fn files(text: &str, root: &str) -> Vec<SourceFile> {
    let mut files: Vec<SourceFile> = Vec::new();
    let whole = format!("=== a.md\n{text}");
    for part in whole.split("=== ").skip(1) {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        let path = if root.is_empty() { path.to_owned() } else { format!("{root}/{path}") };
        if !files.iter().any(|file| file.path == path) {
            files.push(SourceFile { path, text: text.to_owned() });
        }
    }
    files
}

/// It can be printed, and its places are places in the files.
fn check_finding(finding: &Diagnostic, files: &[SourceFile]) {
    assert!(!finding.message.is_empty() && !finding.message.contains('\n'), "not one line: {:?}", finding.message);
    assert!(finding.count > 0, "a finding of nothing");
    for place in finding.place.iter().chain(finding.related.iter().map(|(place, _)| place)) {
        check_place(place, files);
    }
    for shown in [finding.render(false), finding.render(true), finding.to_string(), finding.to_json().to_string()] {
        assert!(!shown.is_empty());
    }
}

fn check_place(place: &Place, files: &[SourceFile]) {
    let file = files.iter().find(|file| file.path == place.file).expect("a file that is there");
    let line = file.text.split('\n').nth(place.line - 1).unwrap_or_else(|| panic!("no such line: {place:?}"));
    let most = line.chars().count();
    assert!(place.column >= 1 && place.column - 1 + place.length <= most, "outside of {line:?}: {place:?}");
}

/// What is documented about [`Corpus`] and [`Entry`] holds.
fn check_corpus(corpus: &Corpus) {
    let ids: Vec<&str> = corpus.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    assert!(corpus.left_out.iter().all(|id| corpus.entry(id).is_none()), "left out and there");
    for entry in &corpus.entries {
        // An `id` in JSON may have other characters, which is a warning.
        let fits = |c: char| !c.is_whitespace() && !c.is_control();
        assert!((1..=64).contains(&entry.id.len()) && entry.id.chars().all(fits), "the id {:?}", *entry.id);
        check_html(&entry.html, ANSWER_BUDGET);
        check_html(&entry.short_html, ANSWER_BUDGET);
        for text in spanned(entry) {
            check_span(text, &corpus.files);
        }
    }
    let lexicon = &corpus.lexicon;
    let words = lexicon.synonyms.iter().flatten().chain(&lexicon.protected);
    for text in words.chain(lexicon.abbreviations.iter().map(|(short, _)| short)) {
        check_span(text, &corpus.files);
    }
    assert!(corpus.sources.iter().all(|(id, source)| *id == source.id), "a source under another id");
}

fn spanned(entry: &Entry) -> impl Iterator<Item = &Spanned<String>> {
    let lists = [&entry.phrasings, &entry.tests, &entry.not, &entry.sources, &entry.related];
    [&entry.id, &entry.question, &entry.answer].into_iter().chain(&entry.topic).chain(lists.into_iter().flatten())
}

fn check_span(text: &Spanned<String>, files: &SourceMap) {
    let file = files.files().get(text.span.file as usize).expect("a file that is there");
    let written = file.text.get(text.span.start as usize..text.span.end as usize);
    assert!(written.is_some(), "{:?} is not in the {} bytes of {}", text, file.text.len(), file.path);
}

/// It answers, and what it says can be sent.
fn check_engine(engine: &Engine, again: Option<&Engine>, data: &[u8]) {
    let corpus = engine.corpus();
    let own = corpus.entries.iter().flat_map(|entry| std::iter::once(&entry.question).chain(&entry.tests));
    let own = own.map(|text| text.value.as_str()).take(8);
    for question in own.chain(["What is it and how much is the CPC exam?", ""]) {
        for audience in AUDIENCES {
            let verdict = timed("answer", data, || engine.answer(question, audience));
            check_verdict(engine, &verdict, audience);
            if let Some(reply) = reply(engine, &verdict) {
                check_reply(engine, &reply);
            }
            if let Some(again) = again {
                assert_eq!(again.answer(question, audience), verdict, "two engines of one corpus");
            }
        }
        check_explanation(engine, &engine.explain(question, AUDIENCES[0]));
    }
    let voice = voice(engine);
    check_reply(engine, &voice.topics());
    for topic in &corpus.topics {
        if let Some(page) = voice.topic(&topic.id, 0) {
            check_reply(engine, &page);
        }
    }
    for (number, entry) in corpus.entries.iter().enumerate() {
        check_reply(engine, &voice.suggest(&[number], None));
        for reply in [voice.answer(entry), voice.opened(entry), voice.ask_reason(entry, true)] {
            check_reply(engine, &reply);
        }
        check_html(&voice.answer(entry).html, MESSAGE_UNITS);
        if entry.kind == Kind::Smalltalk {
            assert!(voice.answer(entry).buttons.is_empty(), "small talk leads nowhere");
        }
    }
}
