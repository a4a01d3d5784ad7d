//! What English words mean, as far as their company tells: a table of vectors of the general language.
//!
//! Words that are used alike have vectors that point alike ("fee" and "price"), so a question can resemble a phrasing
//! with which it has no word in common. The table is data ([`README.md`](meaning/README.md) says where it comes from) and
//! knows nothing of entries: what speaks for which entry is learned from the phrasings as for every other feature.

use std::sync::OnceLock;

/// One word a line, sorted.
const WORDS: &str = include_str!("meaning/words.txt");
/// For each of [`WORDS`] how telling it is, one unsigned byte, and its vector, [`DIMENSIONS`] signed ones.
static VECTORS: &[u8] = include_bytes!("meaning/vectors.bin");

/// Length of a vector.
pub const DIMENSIONS: usize = 64;
const RECORD: usize = DIMENSIONS + 1;
/// What 1 is in [`VECTORS`].
const SCALE: f32 = 1.0 / 254.0;

/// The frequency at which a weight is a half (Arora et al. 2017).
const SMOOTH: f32 = 1e-3;

/// A word's place in the table.
pub type Meaning = u32;

/// The place of a word; `None` for one that the table does not have.
pub fn of(word: &str) -> Option<Meaning> {
    static SORTED: OnceLock<Vec<&'static str>> = OnceLock::new();
    let sorted = SORTED.get_or_init(|| WORDS.lines().collect());
    sorted.binary_search(&word).ok().map(|place| place as Meaning)
}

/// How telling a word is in general, 0..=1: "the" hardly is.
pub fn weight(meaning: Meaning) -> f32 {
    record(meaning).first().map_or(0.0, |&weight| f32::from(weight) / 255.0)
}

/// How frequent a word is in general, 0..=1, as far as [`weight`] tells: of most words no more than that they are rare.
pub fn frequency(meaning: Meaning) -> f32 {
    // The inverse of how the weights were made.
    SMOOTH * (1.0 / weight(meaning).max(f32::MIN_POSITIVE) - 1.0)
}

/// Adds `factor` times the word's vector, which has length 1.
pub fn add(to: &mut [f32; DIMENSIONS], factor: f32, meaning: Meaning) {
    let factor = factor * SCALE;
    for (sum, byte) in to.iter_mut().zip(record(meaning).iter().skip(1)) {
        *sum += factor * f32::from(byte.cast_signed());
    }
}

fn record(meaning: Meaning) -> &'static [u8] {
    let start = meaning as usize * RECORD;
    VECTORS.get(start..start + RECORD).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str) -> f32 {
        let vector = |word| {
            let mut vector = [0.0; DIMENSIONS];
            add(&mut vector, 1.0, of(word).unwrap());
            vector
        };
        vector(a).iter().zip(vector(b)).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn the_table_is_whole() {
        let words: Vec<&str> = WORDS.lines().collect();
        assert!(words.is_sorted());
        assert_eq!(VECTORS.len(), words.len() * RECORD);
        assert!(of("zzzz").is_none() && of("").is_none());
        for word in words {
            let meaning = of(word).unwrap();
            // The rounding cuts long components.
            assert!((0.6..1.05).contains(&likeness(word, word)), "{word} {}", likeness(word, word));
            assert!((0.0..=1.0).contains(&weight(meaning)), "{word}");
        }
        assert_eq!(record(Meaning::MAX), [0u8; 0]);
    }

    #[test]
    fn words_used_alike_have_vectors_that_point_alike() {
        for (word, alike, other) in [("fee", "price", "doctor"), ("nurse", "doctor", "exam"), ("big", "large", "fee")] {
            assert!(likeness(word, alike) > likeness(word, other) + 0.2, "{word}");
        }
        assert!(weight(of("the").unwrap()) < 0.1 && weight(of("doctor").unwrap()) > 0.9);
    }
}
