//! Sentence encoders of the BERT family: from the tokens of a text to its vector.
//!
//! Owns the forward pass of Devlin et al. 2018, as Sentence-BERT (Reimers and Gurevych 2019) uses it: the states of all
//! tokens, or of the first, become one vector of length 1. Reads what `transformers` and `sentence-transformers` write.

use std::path::Path;

use serde::Deserialize;

use super::OpenError;
use super::files::{self, CONFIG};
use super::numbers::{Bytes, Linear, dot, gelu, normalise_rows, to_unit};
use super::tensors::Tensors;
use crate::engine::Embedding;

/// More tokens of a text are not read: what a question asks is in its first sentence or two, and every token costs.
const MOST_TOKENS: usize = 64;
/// A network with more than this of anything is none that a question could wait for.
const LARGEST: usize = 1 << 16;

/// What `config.json` says of the network.
#[derive(Debug, Deserialize)]
struct Config {
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    #[serde(default = "two")]
    type_vocab_size: usize,
    #[serde(default = "epsilon")]
    layer_norm_eps: f32,
    #[serde(default = "gelu_name")]
    hidden_act: String,
    #[serde(default)]
    position_embedding_type: Option<String>,
}

fn two() -> usize {
    2
}

fn epsilon() -> f32 {
    1e-12
}

fn gelu_name() -> String {
    "gelu".to_owned()
}

/// How the states of the tokens become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    Mean,
    First,
}

/// Scale and shift of a normalised row.
#[derive(Debug)]
struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

#[derive(Debug)]
struct Layer {
    /// Queries, keys and values, one below the other.
    attention: Linear,
    attended: Linear,
    attended_norm: Norm,
    wider: Linear,
    narrower: Linear,
    out_norm: Norm,
}

/// A network of this family, ready to be used.
#[derive(Debug)]
pub struct Bert {
    words: Bytes,
    /// Position and token type, added up: a text by itself has one type.
    places: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
    width: usize,
    epsilon: f32,
    pooling: Pooling,
    most_tokens: usize,
}

impl Bert {
    /// The network in this folder, whose tensors these are.
    ///
    /// # Errors
    ///
    /// The folder describes another kind of network, or the tensors are not what it describes.
    pub fn open(dir: &Path, tensors: Tensors) -> Result<Self, OpenError> {
        let config: Config = files::json(dir, CONFIG)?;
        let tensors = tensors.below("bert.", "embeddings.word_embeddings.weight");
        config.check()?;
        let pooling = pooling(dir)?;
        let width = config.hidden_size;
        let norm = |name: &str| -> Result<Norm, OpenError> {
            Ok(Norm {
                scale: tensors.numbers(&format!("{name}.weight"), &[width])?,
                shift: tensors.numbers(&format!("{name}.bias"), &[width])?,
            })
        };
        let words =
            Bytes::of(&tensors.numbers("embeddings.word_embeddings.weight", &[config.vocab_size, width])?, width);
        let most_tokens = MOST_TOKENS.min(config.max_position_embeddings);
        let positions = [config.max_position_embeddings, width];
        let mut places = tensors.numbers("embeddings.position_embeddings.weight", &positions)?;
        places.truncate(most_tokens * width);
        let types = tensors.numbers("embeddings.token_type_embeddings.weight", &[config.type_vocab_size, width])?;
        for place in places.chunks_exact_mut(width) {
            place.iter_mut().zip(&types).for_each(|(place, kind)| *place += kind);
        }
        let linear = |names: &[String], outputs: usize, inputs: usize| -> Result<Linear, OpenError> {
            let (mut weights, mut bias) = (Vec::new(), Vec::new());
            for name in names {
                weights.extend(tensors.numbers(&format!("{name}.weight"), &[outputs, inputs])?);
                bias.extend(tensors.numbers(&format!("{name}.bias"), &[outputs])?);
            }
            Ok(Linear::new(&weights, bias))
        };
        let layer = |number: usize| -> Result<Layer, OpenError> {
            let name = |part: &str| format!("encoder.layer.{number}.{part}");
            let attention = ["query", "key", "value"].map(|part| name(&format!("attention.self.{part}")));
            Ok(Layer {
                attention: linear(&attention, width, width)?,
                attended: linear(&[name("attention.output.dense")], width, width)?,
                attended_norm: norm(&name("attention.output.LayerNorm"))?,
                wider: linear(&[name("intermediate.dense")], config.intermediate_size, width)?,
                narrower: linear(&[name("output.dense")], width, config.intermediate_size)?,
                out_norm: norm(&name("output.LayerNorm"))?,
            })
        };
        Ok(Self {
            norm: norm("embeddings.LayerNorm")?,
            layers: (0..config.num_hidden_layers).map(layer).collect::<Result<_, _>>()?,
            words,
            places,
            heads: config.num_attention_heads,
            width,
            epsilon: config.layer_norm_eps,
            pooling,
            most_tokens,
        })
    }

    /// Length of the vectors.
    pub fn dimensions(&self) -> usize {
        self.width
    }

    /// Number of layers.
    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// How the vector of a text is made of those of its tokens.
    pub fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// How many tokens it knows.
    pub fn vocabulary(&self) -> usize {
        self.words.rows()
    }

    /// What it makes of a text of these tokens; `None` for a text without any. More than so many tokens are cut off before the
    /// last, which ends the text.
    pub fn encode(&self, tokens: &[u32]) -> Option<Embedding> {
        let width = self.width;
        let cut = match tokens {
            [first @ .., last] if tokens.len() > self.most_tokens => {
                first.iter().take(self.most_tokens - 1).chain([last]).copied().collect()
            }
            _ => tokens.to_vec(),
        };
        let count = cut.len();
        let mut states = self.places.get(..count * width)?.to_vec();
        for (token, state) in cut.iter().zip(states.chunks_exact_mut(width)) {
            self.words.add_row(*token as usize, 1.0, state);
        }
        self.normalise(&self.norm, &mut states);
        let mut middle = Vec::new();
        for (number, layer) in self.layers.iter().enumerate() {
            let mixed = self.attend(&layer.attention.apply(&states), count);
            add(&mut states, &layer.attended.apply(&mixed));
            self.normalise(&layer.attended_norm, &mut states);
            let mut inner = layer.wider.apply(&states);
            gelu(&mut inner);
            add(&mut states, &layer.narrower.apply(&inner));
            self.normalise(&layer.out_norm, &mut states);
            if (number + 1) * 3 == self.layers.len() * 2 {
                middle = mean(&states, width)?;
            }
        }
        let sentence = match self.pooling {
            Pooling::Mean => mean(&states, width)?,
            Pooling::First => {
                let mut first = states.get(..width)?.to_vec();
                to_unit(&mut first).then_some(first)?
            }
        };
        Some(Embedding::new(sentence, middle))
    }

    fn normalise(&self, norm: &Norm, rows: &mut [f32]) {
        normalise_rows(rows, &norm.scale, &norm.shift, self.epsilon);
    }

    /// Scaled dot-product attention of `count` tokens, head by head, over rows of queries, keys and values.
    fn attend(&self, rows: &[f32], count: usize) -> Vec<f32> {
        let (width, size) = (self.width, self.width / self.heads);
        let part = |token: usize, kind: usize, head: usize| {
            let start = (3 * token + kind) * width + head * size;
            rows.get(start..start + size).unwrap_or_default()
        };
        let scale = 1.0 / (size as f32).sqrt();
        let mut mixed = vec![0.0; count * width];
        let mut shares = vec![0f32; count];
        for head in 0..self.heads {
            for token in 0..count {
                let query = part(token, 0, head);
                for (other, share) in shares.iter_mut().enumerate() {
                    *share = scale * dot(query, part(other, 1, head));
                }
                let most = shares.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                shares.iter_mut().for_each(|share| *share = libm::expf(*share - most));
                let sum: f32 = shares.iter().sum();
                let start = token * width + head * size;
                let out = mixed.get_mut(start..start + size).unwrap_or_default();
                for (other, share) in shares.iter().enumerate() {
                    let share = share / sum;
                    out.iter_mut().zip(part(other, 2, head)).for_each(|(out, value)| *out += share * value);
                }
            }
        }
        mixed
    }
}

impl Config {
    fn check(&self) -> Result<(), OpenError> {
        let sizes = [
            ("hidden_size", self.hidden_size, LARGEST),
            ("num_hidden_layers", self.num_hidden_layers, 1_000),
            ("num_attention_heads", self.num_attention_heads, LARGEST),
            ("intermediate_size", self.intermediate_size, LARGEST),
            ("vocab_size", self.vocab_size, 1 << 22),
            ("max_position_embeddings", self.max_position_embeddings, LARGEST),
            ("type_vocab_size", self.type_vocab_size, LARGEST),
        ];
        if let Some((name, is, _)) = sizes.iter().find(|(_, is, most)| *is == 0 || is > most) {
            return Err(OpenError::Unsupported { what: format!("{name} is {is}") });
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            let what = format!(
                "hidden_size {} is no multiple of num_attention_heads {}",
                self.hidden_size, self.num_attention_heads
            );
            return Err(OpenError::Unsupported { what });
        }
        if self.max_position_embeddings < 2 {
            return Err(OpenError::Unsupported { what: "max_position_embeddings is 1".to_owned() });
        }
        if self.hidden_act != "gelu" {
            return Err(OpenError::Unsupported {
                what: format!("hidden_act is \"{}\", not \"gelu\"", self.hidden_act),
            });
        }
        match self.position_embedding_type.as_deref() {
            None | Some("absolute") => Ok(()),
            Some(other) => Err(OpenError::Unsupported { what: format!("position_embedding_type is \"{other}\"") }),
        }
    }
}

/// How the folder says that vectors are made: by `modules.json` and what it names. A folder without it, which is that of a
/// network alone, is taken for the mean of all tokens.
fn pooling(dir: &Path) -> Result<Pooling, OpenError> {
    #[derive(Deserialize)]
    struct Module {
        #[serde(rename = "type")]
        kind: String,
        #[serde(default)]
        path: String,
    }
    #[derive(Deserialize)]
    struct How {
        #[serde(default)]
        pooling_mode_cls_token: bool,
        #[serde(default)]
        pooling_mode_mean_tokens: bool,
    }
    let Some(modules) = files::json_if_any::<Vec<Module>>(dir, "modules.json")? else { return Ok(Pooling::Mean) };
    let mut pooling = Pooling::Mean;
    for module in modules {
        match module.kind.rsplit('.').next().unwrap_or_default() {
            "Transformer" | "Normalize" => {}
            "Pooling" => {
                let name = format!("{}/{CONFIG}", module.path);
                let how: How = files::json(dir, &name)?;
                pooling = match (how.pooling_mode_mean_tokens, how.pooling_mode_cls_token) {
                    (true, false) => Pooling::Mean,
                    (false, true) => Pooling::First,
                    _ => {
                        return Err(OpenError::Unsupported {
                            what: format!("{name} wants another pooling than the mean or the first token"),
                        });
                    }
                };
            }
            other => return Err(OpenError::Unsupported { what: format!("modules.json has a module \"{other}\"") }),
        }
    }
    Ok(pooling)
}

/// The mean of rows, of length 1; `None` where they add up to nothing.
fn mean(rows: &[f32], width: usize) -> Option<Vec<f32>> {
    let mut mean = vec![0.0; width];
    rows.chunks_exact(width).for_each(|row| add(&mut mean, row));
    to_unit(&mut mean).then_some(mean)
}

fn add(to: &mut [f32], other: &[f32]) {
    to.iter_mut().zip(other).for_each(|(a, b)| *a += b);
}
