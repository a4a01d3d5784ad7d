//! Models small enough to be made by a test: a network of two layers, and a table in which words that mean the same have the
//! same vector.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Words that the tokenizers know, each with the number of what it means; 0: nothing.
const WORDS: &[(&str, usize)] = &[
    ("[PAD]", 0),
    ("[UNK]", 0),
    ("[CLS]", 0),
    ("[SEP]", 0),
    ("when", 1),
    ("is", 0),
    ("the", 0),
    ("library", 2),
    ("open", 3),
    ("opening", 3),
    ("hours", 3),
    ("unlocked", 3),
    ("building", 2),
    ("lost", 4),
    ("vanished", 4),
    ("book", 5),
    ("books", 5),
    ("novel", 5),
    ("paperback", 5),
    ("how", 0),
    ("many", 6),
    ("may", 0),
    ("borrow", 7),
    ("take", 7),
    ("home", 7),
    ("i", 0),
    ("my", 0),
    ("a", 0),
    ("do", 0),
    ("what", 0),
    ("has", 0),
    ("at", 0),
    ("once", 0),
    ("maximum", 6),
    ("number", 6),
    ("of", 0),
    ("loans", 7),
    ("gone", 4),
    ("you", 0),
    ("can", 0),
    ("##s", 0),
];

pub const WIDTH: usize = 8;
pub const LAYERS: usize = 2;
pub const HEADS: usize = 2;
pub const INNER: usize = 12;
pub const POSITIONS: usize = 16;

/// A file of tensors: names, shapes and numbers.
pub type Numbers = Vec<(String, Vec<usize>, Vec<f32>)>;

/// Numbers between -1 and 1, the same ones every time.
fn numbers(count: usize, seed: u32, scale: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state as f32 / u32::MAX as f32 * 2.0 - 1.0) * scale
    };
    (0..count).map(|_| next()).collect()
}

/// The bytes of a file of tensors in 32 bits.
pub fn safetensors(tensors: &Numbers) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut data = Vec::new();
    for (name, shape, numbers) in tensors {
        let start = data.len();
        numbers.iter().for_each(|number| data.extend(number.to_le_bytes()));
        header.insert(name.clone(), json!({"dtype": "F32", "shape": shape, "data_offsets": [start, data.len()]}));
    }
    let header = Value::Object(header).to_string();
    let padded = format!("{header}{}", " ".repeat((8 - header.len() % 8) % 8));
    [(padded.len() as u64).to_le_bytes().as_slice(), padded.as_bytes(), &data].concat()
}

fn tokenizer(special: bool) -> Value {
    let vocabulary: serde_json::Map<String, Value> =
        WORDS.iter().enumerate().map(|(number, (word, _))| ((*word).to_owned(), number.into())).collect();
    let processor = json!({"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                   {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                           "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}});
    json!({"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": if special { processor } else { Value::Null },
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocabulary}})
}

pub fn bert_config() -> Value {
    json!({"model_type": "bert", "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
           "intermediate_size": INNER, "vocab_size": WORDS.len(), "max_position_embeddings": POSITIONS,
           "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu"})
}

/// The tensors of the network, as `transformers` names them.
pub fn bert_tensors() -> Numbers {
    let mut tensors = Numbers::new();
    let mut seed = 1;
    let mut add = |name: String, shape: Vec<usize>, scale: f32, around: f32| {
        seed += 1;
        let numbers = numbers(shape.iter().product(), seed, scale).into_iter().map(|x| x + around).collect();
        tensors.push((name, shape, numbers));
    };
    let norm = |add: &mut dyn FnMut(String, Vec<usize>, f32, f32), name: &str| {
        add(format!("{name}.weight"), vec![WIDTH], 0.2, 1.0);
        add(format!("{name}.bias"), vec![WIDTH], 0.1, 0.0);
    };
    let linear = |add: &mut dyn FnMut(String, Vec<usize>, f32, f32), name: &str, to: usize, from: usize| {
        add(format!("{name}.weight"), vec![to, from], 0.6, 0.0);
        add(format!("{name}.bias"), vec![to], 0.1, 0.0);
    };
    add("embeddings.word_embeddings.weight".into(), vec![WORDS.len(), WIDTH], 1.0, 0.0);
    add("embeddings.position_embeddings.weight".into(), vec![POSITIONS, WIDTH], 0.2, 0.0);
    add("embeddings.token_type_embeddings.weight".into(), vec![2, WIDTH], 0.2, 0.0);
    norm(&mut add, "embeddings.LayerNorm");
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        for part in ["query", "key", "value"] {
            linear(&mut add, &name(&format!("attention.self.{part}")), WIDTH, WIDTH);
        }
        linear(&mut add, &name("attention.output.dense"), WIDTH, WIDTH);
        norm(&mut add, &name("attention.output.LayerNorm"));
        linear(&mut add, &name("intermediate.dense"), INNER, WIDTH);
        linear(&mut add, &name("output.dense"), WIDTH, INNER);
        norm(&mut add, &name("output.LayerNorm"));
    }
    tensors
}

/// The tensor of a table: one direction for each meaning, and a little of their own for words without one.
pub fn table_tensors() -> Numbers {
    let row = |(number, (_, meaning)): (usize, &(&str, usize))| -> Vec<f32> {
        let mut row = numbers(WIDTH, 100 + number as u32, 0.05);
        if *meaning > 0 {
            row[*meaning] += 1.0;
        }
        row
    };
    vec![("embeddings".into(), vec![WORDS.len(), WIDTH], WORDS.iter().enumerate().flat_map(row).collect())]
}

/// Writes a model's folder.
pub fn write(dir: &Path, config: &Value, special: bool, tensors: &Numbers) {
    std::fs::create_dir_all(dir).unwrap();
    std::fs::write(dir.join("config.json"), config.to_string()).unwrap();
    std::fs::write(dir.join("tokenizer.json"), tokenizer(special).to_string()).unwrap();
    std::fs::write(dir.join("model.safetensors"), safetensors(tensors)).unwrap();
}

/// The folder of the network.
pub fn bert() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &bert_config(), true, &bert_tensors());
    dir
}

/// The folder of the table.
pub fn table() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &json!({"model_type": "model2vec", "normalize": true}), false, &table_tensors());
    dir
}
