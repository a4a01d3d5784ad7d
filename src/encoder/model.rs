//! A model's folder, opened: which kind it is, and what becomes of a text.

use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokenizers::Tokenizer;

use super::bert::Bert;
use super::files::{self, CONFIG, TOKENIZER, WEIGHTS};
use super::table::{self, Table};
use super::tensors::Tensors;
use super::{Description, OpenError};
use crate::engine::Embedding;

/// A model, ready to be used.
#[derive(Debug)]
pub struct Model {
    name: String,
    tokenizer: Tokenizer,
    network: Network,
    fingerprint: String,
    /// The token of a word that the tokenizer does not know.
    unknown: Option<u32>,
}

#[derive(Debug)]
enum Network {
    Bert(Box<Bert>),
    Table(Table),
}

impl Model {
    /// The model in this folder.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: it is none, or none that can be used here.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        #[derive(Deserialize)]
        struct Kind {
            #[serde(default)]
            model_type: Option<String>,
        }
        if !dir.is_dir() {
            return Err(OpenError::NoFolder(dir.to_owned()));
        }
        let Kind { model_type } = files::json(dir, CONFIG)?;
        let tokens = files::bytes(dir, TOKENIZER)?;
        let mut tokenizer = Tokenizer::from_bytes(&tokens)
            .map_err(|error| OpenError::Unread { name: TOKENIZER.to_owned(), why: error.to_string() })?;
        // How long a text may be is for the network; and there are no others beside it to be as long as.
        _ = tokenizer.with_truncation(None);
        tokenizer.with_padding(None);
        let weights = files::bytes(dir, WEIGHTS)?;
        let tensors = Tensors::of(&weights)?;
        let mut hash = Sha256::new();
        for part in [&tokens, &weights] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let unknown = unknown_token(&tokens, &tokenizer);
        let network = match model_type.as_deref() {
            Some("bert") => Network::Bert(Box::new(Bert::open(dir, tensors)?)),
            Some("model2vec") => Network::Table(Table::open(&tensors, unknown)?),
            // Older tables do not say what they are.
            None if tensors.has(table::ROWS) => Network::Table(Table::open(&tensors, unknown)?),
            other => return Err(OpenError::Kind { kind: other.unwrap_or_default().to_owned() }),
        };
        let name = dir.file_name().unwrap_or(dir.as_os_str()).to_string_lossy().into_owned();
        // What the bytes are made into is part of what a vector depends on.
        hash.update(concat!("bytes ", env!("CARGO_PKG_VERSION")));
        hash.update(files::bytes(dir, CONFIG)?);
        if let Network::Bert(bert) = &network {
            // It is said in files beside.
            hash.update(format!("{:?}", bert.pooling()));
        }
        let fingerprint = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let model = Self { name, tokenizer, network, fingerprint, unknown };
        let (tokens, vocabulary) = (model.tokenizer.get_vocab_size(true), model.description().vocabulary);
        if tokens > vocabulary {
            return Err(OpenError::Tokens { tokens, vocabulary });
        }
        let plain = ["What does it cost?", "what"];
        plain.into_iter().find_map(|text| model.encode(text)).ok_or(OpenError::NoVector)?;
        Ok(model)
    }

    /// What it is.
    pub fn description(&self) -> Description {
        let (kind, dimensions, vocabulary) = match &self.network {
            Network::Bert(bert) => (format!("BERT, {} layers", bert.layers()), bert.dimensions(), bert.vocabulary()),
            Network::Table(table) => ("token table".to_owned(), table.dimensions(), table.vocabulary()),
        };
        Description { name: self.name.clone(), kind, dimensions, vocabulary }
    }

    /// The same for the same model: of its files, and of how they are read.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The vector of a text; `None` for one of which nothing is known.
    pub fn encode(&self, text: &str) -> Option<Embedding> {
        let special = matches!(self.network, Network::Bert(_));
        let tokens = self.tokenizer.encode_fast(text, special).ok()?;
        match &self.network {
            Network::Bert(bert) => bert.encode(tokens.get_ids()),
            Network::Table(table) => table.encode(tokens.get_ids()).map(|vector| Embedding::new(vector, Vec::new())),
        }
    }

    /// Whether it has this word whole.
    pub fn knows(&self, word: &str) -> bool {
        self.tokenizer.encode_fast(word, false).is_ok_and(|tokens| match tokens.get_ids() {
            [token] => Some(*token) != self.unknown,
            _ => false,
        })
    }
}

/// The token of a word that the tokenizer does not know, if it has one.
fn unknown_token(tokenizer: &[u8], known: &Tokenizer) -> Option<u32> {
    #[derive(Deserialize)]
    struct File {
        model: ModelPart,
    }
    #[derive(Deserialize)]
    struct ModelPart {
        #[serde(default)]
        unk_token: Option<String>,
        #[serde(default)]
        unk_id: Option<u32>,
    }
    let File { model } = serde_json::from_slice(tokenizer).ok()?;
    model.unk_id.or_else(|| known.token_to_id(&model.unk_token?))
}
