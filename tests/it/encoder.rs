//! Sentence encoders: what is opened, what it makes of texts, what the answers become with it, and without it when it fails.

pub mod tiny;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use telefaq::app::{Encoding, Work};
use telefaq::diagnostic::SourceFile;
use telefaq::encoder::Model;
use telefaq::engine::corpus::{self, Corpus};
use telefaq::engine::{Audience, Decision, Embedding, Encoder, Engine, Settings};

use tiny::{HEADS, INNER, LAYERS, Numbers, WIDTH};

const ENTRIES: &str = r#"[
  {"id": "opening-hours", "question": "When is the library open?", "answer": "Every day from 8 to 20.",
   "phrasings": ["library opening hours", "when do you open"]},
  {"id": "lost-book", "question": "What do I do when I lost a book?", "answer": "Tell the desk.",
   "phrasings": ["lost a book", "my book is gone"]},
  {"id": "borrow-limit", "question": "How many books may I borrow at once?", "answer": "Five.",
   "phrasings": ["how many books can I take home", "maximum number of loans"]}
]"#;

/// With words of the entries, with none of them, with typos, and about something else.
const QUESTIONS: &[&str] = &[
    "when is the library open",
    "building unlocked when",
    "paperback vanished",
    "my novel vanished",
    "lsot a bok",
    "maximum number",
    "who won the match",
    "",
];

fn corpus() -> Corpus {
    parse(ENTRIES)
}

fn parse(entries: &str) -> Corpus {
    corpus::parse(vec![SourceFile { path: "library.json".to_owned(), text: entries.to_owned() }]).0
}

fn encoder(dir: &Path) -> Arc<dyn Encoder> {
    Arc::new(Encoding::new(Model::open(dir).unwrap(), None)).unhurried()
}

/// One that knows what is in the entries, and to which every question is this text: `None`, it fails at every question.
#[derive(Debug)]
struct OneTrack(Arc<dyn Encoder>, Option<&'static str>);

impl Encoder for OneTrack {
    fn encode(&self, _: &str) -> Option<Embedding> {
        self.0.encode(self.1?)
    }

    fn knows(&self, word: &str) -> bool {
        self.0.knows(word)
    }

    fn encode_all(&self, texts: &[String]) -> Vec<Option<Embedding>> {
        self.0.encode_all(texts)
    }
}

#[test]
fn a_folder_that_is_no_model_says_what_is_wrong_and_what_to_do() {
    type Spoil = fn(&Path);
    let change = |dir: &Path, key: &str, value: Value| {
        let mut config = tiny::bert_config();
        config[key] = value;
        std::fs::write(dir.join("config.json"), config.to_string()).unwrap();
    };
    fn numbers(dir: &Path, change: fn(&mut Numbers)) {
        let mut tensors = tiny::bert_tensors();
        change(&mut tensors);
        std::fs::write(dir.join("model.safetensors"), tiny::safetensors(&tensors)).unwrap();
    }
    let by_hand: &[(&str, Spoil)] = &[
        ("has no config.json", |dir| std::fs::remove_file(dir.join("config.json")).unwrap()),
        ("has no tokenizer.json", |dir| std::fs::remove_file(dir.join("tokenizer.json")).unwrap()),
        ("has no model.safetensors", |dir| std::fs::remove_file(dir.join("model.safetensors")).unwrap()),
        ("config.json cannot be read", |dir| std::fs::write(dir.join("config.json"), "{").unwrap()),
        ("tokenizer.json cannot be read", |dir| std::fs::write(dir.join("tokenizer.json"), "{}").unwrap()),
        ("damaged: it is cut off", |dir| {
            let path = dir.join("model.safetensors");
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() - 9]).unwrap();
        }),
        ("damaged: it is cut off", |dir| std::fs::write(dir.join("model.safetensors"), "abc").unwrap()),
        ("damaged: it does not begin", |dir| {
            std::fs::write(dir.join("model.safetensors"), [3, 0, 0, 0, 0, 0, 0, 0, b'a', b'b', b'c']).unwrap();
        }),
        ("has a value that is no number", |dir| numbers(dir, |tensors| tensors[6].2[3] = f32::NAN)),
        ("has the shape [41, 7], not [41, 8]", |dir| {
            numbers(dir, |tensors| {
                tensors[0].1[1] = 7;
                tensors[0].2.truncate(41 * 7);
            });
        }),
        ("no tensor `encoder.layer.1.output.dense.bias`", |dir| {
            numbers(dir, |tensors| tensors.retain(|(name, ..)| name != "encoder.layer.1.output.dense.bias"));
        }),
        ("makes no vector", |dir| {
            numbers(dir, |tensors| tensors.iter_mut().for_each(|(.., numbers)| numbers.fill(0.0)));
        }),
        ("tokenizer.json has 41 tokens and the model 40", |dir| {
            numbers(dir, |tensors| {
                tensors[0].1[0] = 40;
                tensors[0].2.truncate(40 * WIDTH);
            });
            let mut config = tiny::bert_config();
            config["vocab_size"] = json!(40);
            std::fs::write(dir.join("config.json"), config.to_string()).unwrap();
        }),
        ("has 2048 MB, and more than", |dir| {
            std::fs::File::create(dir.join("model.safetensors")).unwrap().set_len(2 << 30).unwrap();
        }),
        ("has a module \"Dense\"", |dir| {
            std::fs::write(dir.join("modules.json"), r#"[{"type": "sentence_transformers.models.Dense"}]"#).unwrap();
        }),
        ("another pooling", |dir| {
            std::fs::create_dir(dir.join("1_Pooling")).unwrap();
            std::fs::write(dir.join("1_Pooling/config.json"), r#"{"pooling_mode_max_tokens": true}"#).unwrap();
            let modules = r#"[{"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]"#;
            std::fs::write(dir.join("modules.json"), modules).unwrap();
        }),
    ];
    for (why, spoil) in by_hand {
        let dir = tiny::bert();
        spoil(dir.path());
        let error = Model::open(dir.path()).unwrap_err().to_string();
        assert!(error.contains(why) && !error.contains('\n'), "{error}\n{why}");
    }
    for (key, value, why) in [
        ("model_type", json!("roberta"), "of the kind \"roberta\""),
        ("hidden_act", json!("relu"), "hidden_act is \"relu\""),
        ("num_attention_heads", json!(3), "no multiple"),
        ("num_attention_heads", json!(0), "num_attention_heads is 0"),
        ("vocab_size", json!(1u64 << 40), "vocab_size is"),
        ("hidden_size", json!("wide"), "config.json cannot be read"),
        ("position_embedding_type", json!("relative_key"), "position_embedding_type"),
    ] {
        let dir = tiny::bert();
        change(dir.path(), key, value);
        let error = Model::open(dir.path()).unwrap_err().to_string();
        assert!(error.contains(why), "{error}\n{why}");
    }
    let nowhere = Model::open(Path::new("/nowhere/at/all")).unwrap_err().to_string();
    assert!(nowhere.contains("there is no folder /nowhere/at/all"), "{nowhere}");
}

/// The same network worked out slowly, in double precision and straight from the definitions.
fn slowly(tensors: &Numbers, tokens: &[usize]) -> Vec<f64> {
    type Rows = Vec<Vec<f64>>;
    let tensor = |name: &str| -> Rows {
        let (_, shape, numbers) = tensors.iter().find(|(known, ..)| known == name).unwrap();
        numbers.chunks(*shape.last().unwrap()).map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect()
    };
    let norm = |rows: Rows, name: &str| -> Rows {
        let (scale, shift) = (&tensor(&format!("{name}.weight"))[0], &tensor(&format!("{name}.bias"))[0]);
        let normed = |row: Vec<f64>| {
            let mean = row.iter().sum::<f64>() / row.len() as f64;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row.len() as f64;
            row.iter().enumerate().map(|(i, x)| (x - mean) / variance.sqrt() * scale[i] + shift[i]).collect()
        };
        rows.into_iter().map(normed).collect()
    };
    let linear = |rows: &Rows, name: &str| -> Rows {
        let (weights, bias) = (tensor(&format!("{name}.weight")), &tensor(&format!("{name}.bias"))[0]);
        let out = |row: &Vec<f64>| {
            let product = |weights: &Vec<f64>| weights.iter().zip(row).map(|(w, x)| w * x).sum::<f64>();
            weights.iter().zip(bias).map(|(weights, bias)| product(weights) + bias).collect()
        };
        rows.iter().map(out).collect()
    };
    let sum = |a: &Rows, b: &Rows| -> Rows {
        a.iter().zip(b).map(|(a, b)| a.iter().zip(b).map(|(a, b)| a + b).collect()).collect()
    };
    let (words, places) =
        (tensor("embeddings.word_embeddings.weight"), tensor("embeddings.position_embeddings.weight"));
    let kinds = tensor("embeddings.token_type_embeddings.weight");
    let start = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| (0..WIDTH).map(|i| words[*token][i] + places[at][i] + kinds[0][i]).collect());
    let mut states = norm(start.collect(), "embeddings.LayerNorm");
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let [q, k, v] = ["query", "key", "value"].map(|part| linear(&states, &name(&format!("attention.self.{part}"))));
        let size = WIDTH / HEADS;
        let mut mixed = vec![vec![0.0; WIDTH]; tokens.len()];
        for head in 0..HEADS {
            for (at, mixed) in mixed.iter_mut().enumerate() {
                let part = head * size..(head + 1) * size;
                let product =
                    |other: &Vec<f64>| part.clone().map(|i| q[at][i] * other[i]).sum::<f64>() / (size as f64).sqrt();
                let shares: Vec<f64> = k.iter().map(|other| product(other).exp()).collect();
                let all: f64 = shares.iter().sum();
                part.clone().for_each(|i| mixed[i] = shares.iter().zip(&v).map(|(share, v)| share / all * v[i]).sum());
            }
        }
        states =
            norm(sum(&states, &linear(&mixed, &name("attention.output.dense"))), &name("attention.output.LayerNorm"));
        let mut inner = linear(&states, &name("intermediate.dense"));
        assert_eq!(inner[0].len(), INNER);
        inner.iter_mut().flatten().for_each(|x| *x *= 0.5 * (1.0 + libm::erf(*x / 2f64.sqrt())));
        states = norm(sum(&states, &linear(&inner, &name("output.dense"))), &name("output.LayerNorm"));
    }
    let mean: Vec<f64> = (0..WIDTH).map(|i| states.iter().map(|state| state[i]).sum()).collect();
    let length = mean.iter().map(|x| x * x).sum::<f64>().sqrt();
    mean.iter().map(|x| x / length).collect()
}

#[test]
fn the_network_is_what_the_definitions_say() {
    let dir = tiny::bert();
    let model = Model::open(dir.path()).unwrap();
    // [CLS] when is the library open [SEP]; [CLS] book ##s lost [UNK] [SEP]
    for (text, tokens) in [
        ("When is the library open", &[2, 4, 5, 6, 7, 8, 3][..]),
        ("book lost xyzzy", &[2, 15, 13, 1, 3]),
        ("", &[2, 3]),
    ] {
        let got = model.encode(text).unwrap();
        let wanted = slowly(&tiny::bert_tensors(), tokens);
        let cosine: f64 = got.sentence().iter().zip(&wanted).map(|(a, b)| f64::from(*a) * b).sum();
        assert!(cosine > 0.999, "{text}: {cosine}\n{:?}\n{wanted:?}", got.sentence());
    }
    let long = "when is the library open ".repeat(40);
    assert!(model.encode(&long).is_some(), "what is too long is cut");
    assert!(model.knows("library") && !model.knows("libraries") && !model.knows("xyzzy"));
    let again = Model::open(dir.path()).unwrap();
    assert_eq!(model.encode("my book"), again.encode("my book"), "the same bytes");
    assert_eq!(model.fingerprint(), again.fingerprint());
    // The same network whose vector is that of the first token: what was kept of the other one is of no use to it.
    std::fs::create_dir(dir.path().join("1_Pooling")).unwrap();
    std::fs::write(dir.path().join("1_Pooling/config.json"), r#"{"pooling_mode_cls_token": true}"#).unwrap();
    let modules = r#"[{"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]"#;
    std::fs::write(dir.path().join("modules.json"), modules).unwrap();
    let first = Model::open(dir.path()).unwrap();
    assert_ne!(model.encode("my book"), first.encode("my book"));
    assert_ne!(model.fingerprint(), first.fingerprint());
}

#[test]
fn a_table_is_the_mean_of_its_words_and_says_nothing_of_others() {
    let dir = tiny::table();
    let model = Model::open(dir.path()).unwrap();
    let cosine = |a: &str, b: &str| -> f32 {
        let (a, b) = (model.encode(a).unwrap(), model.encode(b).unwrap());
        a.sentence().iter().zip(b.sentence()).map(|(a, b)| a * b).sum()
    };
    assert!(cosine("paperback vanished", "lost book") > 0.95);
    assert!(cosine("paperback vanished", "when open") < 0.3);
    assert!((cosine("book", "book xyzzy") - 1.0).abs() < 1e-6, "an unknown word changes nothing");
    assert_eq!(model.encode("xyzzy plugh"), None);
    let mut weighted = tiny::table_tensors();
    let words = weighted[0].1[0];
    weighted.push((
        "weights".into(),
        vec![words],
        (0..words).map(|word| if word == 15 { 100.0 } else { 1.0 }).collect(),
    ));
    let mapping = (0..words).map(|word| if word == 13 { 15.0 } else { word as f32 }).collect();
    weighted.push(("mapping".into(), vec![words], mapping));
    let other = tempfile::tempdir().unwrap();
    tiny::write(other.path(), &json!({"model_type": "model2vec"}), false, &weighted);
    let other = Model::open(other.path()).unwrap();
    let (both, book, lost) =
        (other.encode("lost open").unwrap(), other.encode("book").unwrap(), other.encode("lost").unwrap());
    for (lost, book) in lost.sentence().iter().zip(book.sentence()) {
        assert!((lost - book).abs() < 1e-6, "`lost` is mapped to the row of `book`");
    }
    assert_ne!(both, book);
}

#[test]
fn what_means_the_same_is_found_though_no_word_is_the_same() {
    let dir = tiny::table();
    let without = Engine::build(corpus(), Settings::default());
    let with = Engine::build_with(corpus(), Settings::default(), Some(&encoder(dir.path())));
    let top = |engine: &Engine, question: &str| {
        let verdict = engine.answer(question, Audience::Private);
        (verdict.hits.first().map(|hit| engine.entry(hit.entry).unwrap().id.value.clone()), verdict.confidence)
    };
    for (question, id) in [("paperback vanished", "lost-book"), ("building unlocked", "opening-hours")] {
        let (found, confidence) = top(&with, question);
        assert_eq!(found.as_deref(), Some(id), "{question}");
        assert!(confidence > top(&without, question).1, "{question}: {confidence}");
    }
    let known = |question: &&&str| encoder(dir.path()).encode(question).is_some();
    for question in QUESTIONS.iter().filter(known) {
        for candidate in with.explain(question, Audience::Private).candidates {
            let sum: f64 = candidate.shares.iter().map(|(_, share)| share).sum();
            assert!((sum - candidate.hit.score).abs() < 1e-9, "{question}");
            assert!(candidate.shares.iter().any(|(name, _)| *name == "likeness"), "{question}");
        }
    }
    let names = |engine: &Engine| -> Vec<&str> {
        let explained = engine.explain("lost a book", Audience::Private);
        explained.candidates[0].shares.iter().map(|(name, _)| *name).collect()
    };
    assert_eq!(names(&without), ["learned", "coverage", "nearest", "names", "negation"]);
    assert_eq!(names(&with)[..2], ["meaning", "likeness"]);
}

#[test]
fn the_same_folder_and_model_give_the_same_answers() {
    for dir in [tiny::table(), tiny::bert()] {
        let build = || Engine::build_with(corpus(), Settings::default(), Some(&encoder(dir.path())));
        let (one, other) = (build(), build());
        for question in QUESTIONS {
            let ask = |engine: &Engine| {
                (engine.answer(question, Audience::Private), engine.explain(question, Audience::Private))
            };
            assert_eq!(ask(&one), ask(&other), "{question}");
        }
    }
}

#[test]
fn an_encoder_that_fails_leaves_the_answers_as_they_were_without_it() {
    let dir = tiny::table();
    let without = Engine::build(corpus(), Settings::default());
    let failing: Arc<dyn Encoder> = Arc::new(OneTrack(encoder(dir.path()), None));
    let with = Engine::build_with(corpus(), Settings::default(), Some(&failing));
    for question in QUESTIONS {
        for audience in [Audience::Private, Audience::Pipeline] {
            assert_eq!(
                with.converse(question, audience, None),
                without.converse(question, audience, None),
                "{question}"
            );
        }
    }
}

#[test]
fn small_talk_is_known_by_its_words_whatever_it_means_to_an_encoder() {
    let thanks = r#"[{"id": "thanks", "kind": "smalltalk", "question": "Thank you!", "answer": "You are welcome.",
        "phrasings": ["thanks", "thanks a lot", "thank you very much", "cheers", "many thanks"]},"#;
    let corpus = || parse(&ENTRIES.replacen('[', thanks, 1));
    let dir = tiny::table();
    let encoder: Arc<dyn Encoder> = Arc::new(OneTrack(encoder(dir.path()), Some("my book is gone")));
    let with = Engine::build_with(corpus(), Settings::default(), Some(&encoder));
    let without = Engine::build(corpus(), Settings::default());
    for question in ["thank you so much", "thnks", "thanks very much", "thank you a lot"] {
        let decide = |engine: &Engine| engine.answer(question, Audience::Private).decision;
        let Decision::Answer(number) = decide(&without) else { panic!("{question}: {:?}", decide(&without)) };
        assert_eq!(without.entry(number).unwrap().id.value, "thanks");
        assert_eq!(decide(&with), decide(&without), "{question}");
    }
    let asked = with.answer("building unlocked when", Audience::Private);
    assert_eq!(with.entry(asked.hits[0].entry).unwrap().id.value, "lost-book", "else it has its part");
}

#[test]
fn entries_are_encoded_once_and_after_a_change_only_what_is_new() {
    let dir = tiny::table();
    let folder = tempfile::tempdir().unwrap();
    let build = |corpus: Corpus| {
        let done = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&done);
        let model = Model::open(dir.path()).unwrap();
        let encoding = Encoding::new(model, Some(folder.path().to_owned()));
        assert_eq!(encoding.complaint(), None);
        let encoding = Arc::new(encoding.telling(Box::new(move |_, all| count.store(all, Ordering::Relaxed))));
        let engine =
            Engine::build_with(corpus, Settings::default(), Some(&(Arc::clone(&encoding) as Arc<dyn Encoder>)));
        encoding.save();
        let answers: Vec<_> = QUESTIONS.iter().map(|question| engine.answer(question, Audience::Private)).collect();
        (done.load(Ordering::Relaxed), answers)
    };
    let (first, answers) = build(corpus());
    assert!(first >= 9, "all phrasings: {first}");
    let (second, again) = build(corpus());
    assert_eq!((second, again), (0, answers), "from the file, with the same answers");
    let changed = ENTRIES.replace("my book is gone", "where has my book gone");
    let (third, _) = build(parse(&changed));
    assert!((1..=4).contains(&third), "the phrasing that is new, and what it is asked as: {third}");
    let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(7).any(|part| part == b"library"), "no text is in it");
    std::fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    let damaged = Encoding::new(Model::open(dir.path()).unwrap(), Some(folder.path().to_owned()));
    assert!(damaged.complaint().is_some_and(|why| why.contains("is damaged: the phrasings are encoded again")));
}

/// One that takes longer for any question than it may.
fn slow_encoding(dir: &Path, folder: Option<PathBuf>) -> Encoding {
    Encoding::new(Model::open(dir).unwrap(), folder).waiting(Duration::ZERO)
}

#[test]
fn who_takes_too_long_is_done_without_and_that_is_counted() {
    let dir = tiny::bert();
    let slow = slow_encoding(dir.path(), None);
    assert!(
        slow.encode("when is the library open").is_some(),
        "the first one is waited for: who knows how long it takes"
    );
    assert_eq!(slow.encode("my book"), None, "now it rests");
    assert!(slow.encode("when is the library open").is_some(), "what is known costs nothing");
    assert_eq!(slow.work(), Work { encoded: 1, late: 1, failed: 0 });
    let kept = tempfile::tempdir().unwrap();
    let encoding = Arc::new(slow_encoding(dir.path(), Some(kept.path().to_owned())));
    encoding.encode("my book");
    let patient = [encoding.unhurried(), encoding.for_folder()];
    let texts = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..16 {
            let (patient, texts) = (&patient[number % 2], &texts);
            scope.spawn(move || texts.lock().unwrap().push(patient.encode(&"book ".repeat(number + 2)).is_some()));
        }
    });
    assert!(texts.into_inner().unwrap().into_iter().all(|made| made), "who waits gets a turn");
    assert_eq!(encoding.work(), Work { encoded: 1, late: 0, failed: 0 }, "they are no questions of people");
    encoding.save();
    let again = slow_encoding(dir.path(), Some(kept.path().to_owned()));
    again.encode("my book");
    let known = (2..18).filter(|number| again.encode(&"book ".repeat(*number)).is_some()).count();
    assert_eq!(known, 8, "what stands in the folder is kept, and nothing else");
    let table = tiny::table();
    let table = Encoding::new(Model::open(table.path()).unwrap(), None);
    assert_eq!(table.encode("xyzzy"), None);
    assert_eq!(table.work(), Work { encoded: 0, late: 0, failed: 1 });
}

/// all-MiniLM-L6-v2 as others run it: the first numbers of three vectors, by candle 0.11 in 32 bits.
#[test]
fn a_real_model_gives_what_others_get_from_it() {
    let Some(dir) = std::env::var_os("TELEFAQ_TEST_ENCODER") else {
        eprintln!("skipped: set TELEFAQ_TEST_ENCODER to a folder of all-MiniLM-L6-v2");
        return;
    };
    let model = Model::open(Path::new(&dir)).unwrap();
    assert_eq!(model.description().dimensions, 384);
    for (text, numbers) in [
        ("can I do this in my pyjamas?", [-0.018_760, 0.094_818, -0.017_262, 0.007_311]),
        ("how much does the CPC exam cost", [0.020_273, 0.016_324, -0.068_003, -0.002_928]),
        ("is it worth it", [-0.046_763, 0.115_528, 0.019_343, 0.000_302]),
    ] {
        let made = model.encode(text).unwrap();
        for (got, wanted) in made.sentence().iter().zip(numbers) {
            assert!((got - wanted).abs() < 0.006, "{text}: {got} {wanted}");
        }
    }
    let cosine = |a: &str, b: &str| -> f32 {
        let (a, b) = (model.encode(a).unwrap(), model.encode(b).unwrap());
        a.sentence().iter().zip(b.sentence()).map(|(a, b)| a * b).sum()
    };
    assert!(
        cosine("can I do this in my pyjamas?", "can I work from home?")
            > cosine("can I do this in my pyjamas?", "what does the exam cost?")
    );
}
