//! What speaks for a candidate: one row per feature, and an explanation that sums to the score.

/// What a feature may look at: how one entry fits one reading of a question.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Evidence {
    /// Natural log of the learned probability of the entry; `None` when the corpus is too large to learn from.
    pub log_probability: Option<f64>,
    /// BM25 of the whole entry over the highest possible for the question's idf mass, unknown words included.
    pub coverage: f64,
    /// Cosine to the nearest phrasing.
    pub nearest: f64,
    /// Protected terms that the question names and the entry is about, of all that either names; `None` when one of the
    /// two names none.
    pub names: Option<f64>,
    /// Whether the entry rules out what the question does; `None` when neither rules out what the other speaks of.
    pub restriction: Option<bool>,
    /// How near the two are in meaning, to an encoder; `None` without one, or where it made nothing of the question.
    pub sense: Option<Sense>,
}

/// How one entry fits a question to an encoder.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sense {
    /// Natural log of the probability of the entry, learned from the vectors of all phrasings; `None` when the corpus is too
    /// large to learn from.
    pub log_probability: Option<f64>,
    /// Cosine to the vector of the nearest phrasing, 0..=1.
    pub nearest: f64,
}

/// One feature of the ranking.
#[derive(Debug)]
pub struct Feature {
    /// Short name, shown by `explain`.
    pub name: &'static str,
    /// What it is worth: the score is the sum of weight times measure.
    pub weight: f64,
    /// Why it is there, with two questions it separates.
    pub why: &'static str,
    /// 0..=1.
    pub measure: fn(&Evidence) -> f64,
}

/// Natural-log probabilities below this are all the same: hopeless.
const HOPELESS: f64 = -12.0;

/// Weights of the two features that every entry is measured by.
const LEARNED: f32 = 12.0;
const COVERAGE: f32 = 6.0;
/// The same of the one that every entry is measured by to an encoder.
const SENSE: f32 = 36.0;

/// The features of the ranking. Weights were chosen once over several public sets (docs/matching.md), never per corpus.
pub const FEATURES: &[Feature] = &[
    Feature {
        name: "learned",
        weight: LEARNED as f64,
        why: "Which words, pairs and letter groups speak for which entry, learned from all phrasings: \"what does it \
              cost\" and \"what does it cover\" share all words but the one that counts.",
        measure: |e| e.log_probability.map_or(0.0, |p| 1.0 - p.max(HOPELESS) / HOPELESS),
    },
    Feature {
        name: "coverage",
        weight: COVERAGE as f64,
        why: "How much of what the question says the entry says anywhere, answer included: \"exam fee\" is covered, \
              \"exam fee in Canada\" is not.",
        measure: |e| e.coverage,
    },
    Feature {
        name: "nearest",
        weight: 2.0,
        why: "The one phrasing that is most like the question: asked as somebody has asked before beats a mixture of \
              other phrasings' words.",
        measure: |e| e.nearest,
    },
    Feature {
        name: "names",
        weight: 3.0,
        why: "The entry is about the very names in the question: \"CPC or CCS\" is the comparison, not either of the two.",
        measure: |e| e.names.unwrap_or(0.5),
    },
    Feature {
        name: "negation",
        weight: 2.0,
        why: "The entry rules out what the question rules out: \"jobs without experience\" is not \"pay by experience\".",
        measure: |e| match e.restriction {
            Some(true) => 1.0,
            Some(false) => 0.0,
            None => 0.5,
        },
    },
];

/// The features that an encoder adds, where it has a part. Weights were chosen over the same sets, see docs/encoder.md.
pub const SENSE_FEATURES: &[Feature] = &[
    Feature {
        name: "meaning",
        weight: SENSE as f64,
        why: "Which way of meaning something speaks for which entry, learned from the vectors of all phrasings: \"can I do \
              this in my pyjamas\" has no word in common with \"can I work from home\".",
        measure: |e| e.sense.and_then(|sense| sense.log_probability).map_or(0.0, |p| 1.0 - p.max(HOPELESS) / HOPELESS),
    },
    Feature {
        name: "likeness",
        weight: 12.0,
        why: "The one phrasing that means most nearly the same: \"how much is the test\" and \"what does the exam cost\" are \
              one question, \"how hard is the test\" is another.",
        measure: |e| e.sense.map_or(0.0, |sense| sense.nearest),
    },
];

/// The features that have a part where this is known, an encoder's first.
pub fn features(evidence: &Evidence) -> impl Iterator<Item = &'static Feature> {
    let sense = if evidence.sense.is_some() { SENSE_FEATURES } else { &[] };
    sense.iter().chain(FEATURES)
}

/// The part of the score that an encoder gives.
pub fn sense_score(evidence: &Evidence) -> f64 {
    SENSE_FEATURES.iter().map(|f| f.weight * (f.measure)(evidence)).sum()
}

/// What an encoder's learned log-probability is worth, for the same choice.
pub fn rough_sense(log_probability: f32) -> f32 {
    SENSE * (1.0 - log_probability.max(HOPELESS as f32) / HOPELESS as f32)
}

/// What learned log-probability and coverage alone are worth: enough to choose whom to look at closely.
pub fn rough_score(log_probability: f32, coverage: f32) -> f32 {
    LEARNED * (1.0 - log_probability.max(HOPELESS as f32) / HOPELESS as f32) + COVERAGE * coverage
}

/// The sum of all features' shares.
pub fn score(evidence: &Evidence) -> f64 {
    features(evidence).map(|f| f.weight * (f.measure)(evidence)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_complete_and_measures_between_0_and_1() {
        let extremes = [
            Evidence::default(),
            Evidence {
                log_probability: Some(0.0),
                coverage: 1.0,
                nearest: 1.0,
                names: Some(1.0),
                restriction: Some(true),
                sense: Some(Sense { log_probability: Some(0.0), nearest: 1.0 }),
            },
            Evidence {
                log_probability: Some(-1e9),
                coverage: 0.0,
                nearest: 0.0,
                names: Some(0.0),
                restriction: Some(false),
                sense: Some(Sense { log_probability: Some(-1e9), nearest: 0.0 }),
            },
        ];
        for feature in FEATURES.iter().chain(SENSE_FEATURES) {
            assert!(!feature.why.is_empty() && feature.weight > 0.0, "{}", feature.name);
            for evidence in &extremes {
                let value = (feature.measure)(evidence);
                assert!((0.0..=1.0).contains(&value), "{} {value}", feature.name);
            }
        }
        let mut names: Vec<_> = FEATURES.iter().chain(SENSE_FEATURES).map(|f| f.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FEATURES.len() + SENSE_FEATURES.len());
    }
}
