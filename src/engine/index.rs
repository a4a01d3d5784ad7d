//! The inverted index: BM25 over whole entries, and the phrasings as vectors.
//!
//! Cost of a search grows with the postings of the question's stems, not with the corpus. Knows no weights of features.

use super::vocabulary::Vocabulary;

/// Saturation of repeated words and normalisation by length (Robertson and Zaragoza 2009); b is lower than usual because
/// an entry with many phrasings is not a long document about something else.
const K1: f32 = 1.2;
const B: f32 = 0.5;
/// What a word of the answer counts beside one of the phrasings.
const ANSWER_WEIGHT: f32 = 0.5;

/// Stems of one entry: its phrasings, and its answer.
#[derive(Debug, Default)]
pub struct Document {
    /// Stems of all phrasings, repeated as they are.
    pub phrasings: Vec<u32>,
    /// Stems of the answer.
    pub answer: Vec<u32>,
}

/// Postings by stem.
#[derive(Debug, Default)]
pub struct Index {
    /// First posting of each stem, and one past the last.
    starts: Vec<u32>,
    postings: Vec<Posting>,
    /// Inverse document frequency by stem; the last one is that of an unknown stem.
    idf: Vec<f32>,
    entries: usize,
}

#[derive(Debug, Clone, Copy)]
struct Posting {
    entry: u32,
    /// The BM25 share of the stem in this entry's score, idf included.
    impact: f32,
}

impl Index {
    /// Indexes the documents; their position is the entry number.
    pub fn new(vocabulary: &Vocabulary, documents: &[Document]) -> Self {
        let (stems, _, _) = vocabulary.sizes();
        let lengths: Vec<f32> =
            documents.iter().map(|d| d.phrasings.len() as f32 + ANSWER_WEIGHT * d.answer.len() as f32).collect();
        let mean = (lengths.iter().sum::<f32>() / documents.len().max(1) as f32).max(1.0);
        let mut counted: Vec<(u32, u32, f32)> = Vec::new();
        for (entry, document) in documents.iter().enumerate() {
            let mut stems: Vec<(u32, f32)> = document.phrasings.iter().map(|&s| (s, 1.0)).collect();
            stems.extend(document.answer.iter().map(|&s| (s, ANSWER_WEIGHT)));
            stems.sort_by_key(|&(stem, _)| stem);
            for same in stems.chunk_by(|a, b| a.0 == b.0) {
                if let Some(&(stem, _)) = same.first() {
                    counted.push((stem, entry as u32, same.iter().map(|&(_, weight)| weight).sum()));
                }
            }
        }
        counted.sort_by_key(|&(stem, entry, _)| (stem, entry));
        let mut starts = vec![0u32; stems + 1];
        for &(stem, _, _) in &counted {
            if let Some(start) = starts.get_mut(stem as usize + 1) {
                *start += 1;
            }
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let idf_of = |with: u32| {
            let (all, with) = (documents.len() as f64, f64::from(with));
            libm::log(1.0 + (all - with + 0.5) / (with + 0.5)) as f32
        };
        let mut idf: Vec<f32> = starts.windows(2).map(|w| idf_of(w[1] - w[0])).collect();
        idf.push(idf_of(0));
        let postings = counted
            .into_iter()
            .map(|(stem, entry, count)| {
                let length = lengths.get(entry as usize).copied().unwrap_or(mean);
                let saturated = count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length / mean));
                Posting { entry, impact: saturated * idf.get(stem as usize).copied().unwrap_or_default() }
            })
            .collect();
        Self { starts, postings, idf, entries: documents.len() }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries
    }

    /// Inverse document frequency of a stem; `None`: of one that no entry has.
    pub fn idf(&self, stem: Option<u32>) -> f32 {
        let unknown = self.idf.last().copied().unwrap_or_default();
        stem.map_or(unknown, |s| self.idf.get(s as usize).copied().unwrap_or(unknown))
    }

    /// Calls back with every entry that has the stem and the stem's BM25 share in it.
    pub fn visit(&self, stem: u32, mut each: impl FnMut(u32, f32)) {
        for posting in self.postings(stem) {
            each(posting.entry, posting.impact);
        }
    }

    /// How many entries have the stem.
    pub fn count(&self, stem: u32) -> usize {
        self.postings(stem).len()
    }

    /// The stem's BM25 share in an entry; 0 if the entry does not have it.
    pub fn impact(&self, stem: u32, entry: u32) -> f32 {
        let postings = self.postings(stem);
        let found = postings.binary_search_by_key(&entry, |posting| posting.entry).ok();
        found.and_then(|at| postings.get(at)).map_or(0.0, |posting| posting.impact)
    }

    fn postings(&self, stem: u32) -> &[Posting] {
        let range = self.starts.get(stem as usize..).and_then(|s| Some(*s.first()? as usize..*s.get(1)? as usize));
        range.and_then(|r| self.postings.get(r)).unwrap_or_default()
    }

    /// The highest BM25 score a question of this idf mass could reach.
    pub fn ceiling(idf_mass: f32) -> f32 {
        idf_mass * (K1 + 1.0)
    }
}
