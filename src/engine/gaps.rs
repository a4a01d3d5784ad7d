//! Gaps: clusters of questions that got no answer, so that an admin sees five that ask the same as one.
//!
//! Owns what makes two questions alike: the words that carry their meaning, as the engine reads them (corrected, stemmed,
//! synonyms put together), each with its weight. Single-pass leader clustering by cosine, in the order given, which is
//! deterministic and fast enough for tens of thousands (Manning, Raghavan and Schütze, *Introduction to Information
//! Retrieval*, 2008, chapters 6 and 16; an inverted index instead of a scan).

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use strsim::osa_distance;

use super::{Audience, Engine, Verdict};

/// How alike (cosine, 0..=1) a question must be to a cluster's middle. Below, "how much is the exam" and "how long is the
/// exam" fall together; above, two ways to ask the same with one word in common stay apart.
const ALIKE: f32 = 0.5;
/// Words that no entry has are the same word from so many letters on with one slip, and from so many on with two.
const ONE_SLIP: usize = 5;
const TWO_SLIPS: usize = 9;

/// What the engine makes of a question that was not answered.
#[derive(Debug, Clone)]
pub struct Reread {
    /// What it would do now.
    pub verdict: Verdict,
    /// Its words with their weights.
    words: Vec<(Key, f32)>,
}

/// What stands for a word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    /// One of the corpus, by its stem.
    Known(u32),
    /// One that no entry has.
    Unknown(String),
}

impl Engine {
    /// Reads questions again, on all cores: what it would do with each now, and what it is about.
    pub fn reread(&self, questions: &[&str]) -> Vec<Reread> {
        questions.par_iter().map(|question| self.reread_one(question)).collect()
    }

    fn reread_one(&self, question: &str) -> Reread {
        let (ranking, _) = self.rank(&self.wording(question), Audience::Private);
        let words = ranking.reading.words.iter().filter(|word| word.content && word.weight > 0.0);
        let words = words.map(|word| {
            let key = word.stem.map_or_else(|| Key::Unknown(word.typed.to_string()), Key::Known);
            (key, word.weight)
        });
        Reread { words: words.collect(), verdict: self.answer(question, Audience::Private) }
    }
}

/// Which of the questions ask the same, by their positions: clusters in the order of their first questions. A question
/// without words that carry meaning is alone.
pub fn clusters(questions: &[&Reread]) -> Vec<Vec<usize>> {
    let mut unknown = Unknown::default();
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    let mut middles: Vec<FxHashMap<Key, f32>> = Vec::new();
    let mut having: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
    for (position, question) in questions.iter().enumerate() {
        let vector = unit(question.words.iter().map(|(key, weight)| (unknown.canonical(key), *weight)));
        let mut near: Vec<usize> = vector.keys().filter_map(|key| having.get(key)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        let cosine = |cluster: &usize| middles.get(*cluster).map_or(0.0, |middle| cosine(&vector, middle));
        let best = near
            .iter()
            .map(|cluster| (*cluster, cosine(cluster)))
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let cluster = match best.filter(|(_, alike)| *alike >= ALIKE) {
            Some((cluster, _)) => cluster,
            None => {
                clusters.push(Vec::new());
                middles.push(FxHashMap::default());
                clusters.len() - 1
            }
        };
        for (key, weight) in vector {
            having.entry(key.clone()).or_default().push(cluster);
            if let Some(middle) = middles.get_mut(cluster) {
                *middle.entry(key).or_default() += weight;
            }
        }
        if let Some(members) = clusters.get_mut(cluster) {
            members.push(position);
        }
    }
    clusters
}

/// Words that no entry has, each with those that are slips of it.
#[derive(Default)]
struct Unknown(Vec<String>);

impl Unknown {
    /// The word that this one stands for: the first that is the same but for slips.
    fn canonical(&mut self, key: &Key) -> Key {
        let Key::Unknown(word) = key else { return key.clone() };
        let letters = word.chars().count();
        let slips = if letters >= TWO_SLIPS { 2 } else { usize::from(letters >= ONE_SLIP) };
        let is_same = |known: &&String| **known == *word || (slips > 0 && osa_distance(known, word) <= slips);
        if let Some(known) = self.0.iter().find(is_same) {
            return Key::Unknown(known.clone());
        }
        self.0.push(word.clone());
        key.clone()
    }
}

fn unit(words: impl Iterator<Item = (Key, f32)>) -> FxHashMap<Key, f32> {
    let mut vector: FxHashMap<Key, f32> = FxHashMap::default();
    for (key, weight) in words {
        vector.insert(key, weight);
    }
    let length = length(&vector);
    vector.values_mut().for_each(|weight| *weight /= length.max(f32::MIN_POSITIVE));
    vector
}

fn cosine(vector: &FxHashMap<Key, f32>, middle: &FxHashMap<Key, f32>) -> f32 {
    let mut keys: Vec<&Key> = vector.keys().collect();
    // Sums of floats depend on their order.
    keys.sort_unstable();
    let product: f32 = keys.iter().filter_map(|key| Some(vector.get(*key)? * middle.get(*key)?)).sum();
    product / length(middle).max(f32::MIN_POSITIVE)
}

fn length(vector: &FxHashMap<Key, f32>) -> f32 {
    let mut squares: Vec<f32> = vector.values().map(|weight| weight * weight).collect();
    squares.sort_unstable_by(f32::total_cmp);
    squares.iter().sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::engine::{Settings, corpus};

    fn clustered(questions: &[&str]) -> Vec<Vec<usize>> {
        let text = r#"[{"id": "remote", "question": "Can coders work from home?", "answer": "Some can."},
            {"id": "fee", "question": "How much is the exam?", "answer": "$300."},
            {"id": "long", "question": "How long is the exam?", "answer": "Four hours."}]"#;
        let file = SourceFile { path: "a.json".into(), text: text.into() };
        let engine = Engine::build(corpus::parse(vec![file]).0, Settings::default());
        let read = engine.reread(questions);
        clusters(&read.iter().collect::<Vec<_>>())
    }

    #[test]
    fn questions_that_ask_the_same_are_one_gap() {
        let found = clustered(&[
            "does my insurance pay for the course",
            "is parking free at the campus",
            "will insurance pay the course?",
            "free parking at campus",
            "is parkng free at the campuss",
            "what about refunds",
            "???",
            "!!!",
        ]);
        assert_eq!(found, [vec![0, 2], vec![1, 3, 4], vec![5], vec![6], vec![7]]);
    }

    #[test]
    fn nothing_is_no_gap_and_order_decides_only_the_order() {
        assert_eq!(clustered(&[]), Vec::<Vec<usize>>::new());
        let same = clustered(&["refund policy", "library hours", "what is the refund policy"]);
        assert_eq!(same, [vec![0, 2], vec![1]]);
    }
}
