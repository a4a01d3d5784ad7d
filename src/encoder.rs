//! Models that turn a text into a vector: sentence encoders, run on the processor of this machine.
//!
//! Owns how a model's folder is opened, what becomes of a text, and every way in which a folder can be none. Names no entry
//! and no question: what the vectors are good for is decided in [`crate::engine`].
//!
//! Two kinds: a network of the BERT family, and a table of tokens. Tokens are made by the `tokenizers` library, numbers are
//! read by `safetensors`; the network itself is here, because the library that has one took twice the time for a question
//! (docs/encoder.md has the figures). Without the feature `encoder` there is a model that cannot be opened.

#[cfg(not(feature = "encoder"))]
mod absent;
#[cfg(feature = "encoder")]
mod bert;
#[cfg(feature = "encoder")]
mod files;
#[cfg(feature = "encoder")]
mod model;
#[cfg(feature = "encoder")]
mod numbers;
#[cfg(feature = "encoder")]
mod table;
#[cfg(feature = "encoder")]
mod tensors;

use std::path::PathBuf;

#[cfg(not(feature = "encoder"))]
pub use absent::Model;
#[cfg(feature = "encoder")]
pub use model::Model;

/// Why a folder cannot be used as a model. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such folder.
    #[error("there is no folder {}: give the folder that has config.json, tokenizer.json and model.safetensors", .0.display())]
    NoFolder(PathBuf),
    /// A file is missing.
    #[error("it has no {name}: a model is config.json, tokenizer.json and model.safetensors, in one folder")]
    Missing {
        /// The file.
        name: String,
    },
    /// A file cannot be read, or is not what its name says.
    #[error("{name} cannot be read: {why}")]
    Unread {
        /// The file.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// The tensors cannot be read.
    #[error("model.safetensors is damaged: {why}; copy it again")]
    Damaged {
        /// What is wrong.
        why: String,
    },
    /// The model is too large.
    #[error("{name} has {} MB, and more than {} MB are too much for this machine: take a smaller model", size >> 20, most >> 20)]
    TooLarge {
        /// The file.
        name: String,
        /// Its size in bytes.
        size: u64,
        /// What it may have at most.
        most: u64,
    },
    /// It is a model of another kind.
    #[error("config.json says it is a model of the kind \"{kind}\": only \"bert\" and \"model2vec\" can be used")]
    Kind {
        /// What it says.
        kind: String,
    },
    /// It is of the right kind but not made as others are.
    #[error("{what}, which is not supported: take another model, such as all-MiniLM-L6-v2")]
    Unsupported {
        /// What is unusual.
        what: String,
    },
    /// A tensor is missing.
    #[error("model.safetensors has no tensor `{name}`, which config.json asks for: the files are of different models")]
    NoTensor {
        /// The tensor.
        name: String,
    },
    /// A tensor has another shape.
    #[error("in model.safetensors `{name}` has the shape {is}, not {wanted}: the files are of different models")]
    Shape {
        /// The tensor.
        name: String,
        /// Its shape.
        is: String,
        /// What config.json makes it.
        wanted: String,
    },
    /// A tensor has another type.
    #[error("in model.safetensors `{name}` is of the type {is}, which is not supported: take a model in 32 or 16 bits")]
    Type {
        /// The tensor.
        name: String,
        /// Its type.
        is: String,
    },
    /// A tensor has something in it that is no number.
    #[error("in model.safetensors `{name}` has a value that is no number: the model is broken")]
    NotANumber {
        /// The tensor.
        name: String,
    },
    /// The tokenizer makes tokens that the model does not have.
    #[error("tokenizer.json has {tokens} tokens and the model {vocabulary}: the files are of different models")]
    Tokens {
        /// Of the tokenizer.
        tokens: usize,
        /// Of the model.
        vocabulary: usize,
    },
    /// This program cannot use any.
    #[error("this telefaq was built without encoders: build it with `--features encoder`, or leave `encoder` out")]
    NotBuilt,
    /// It makes nothing of a sentence.
    #[error("it makes no vector of a plain sentence: the model is broken")]
    NoVector,
}

/// What a model is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The name of its folder.
    pub name: String,
    /// What kind of network.
    pub kind: String,
    /// Length of its vectors.
    pub dimensions: usize,
    /// How many tokens it knows.
    pub vocabulary: usize,
}
