//! The inverted index: BM25 over whole entries.
//!
//! Cost of a search grows with the postings of the question's stems, not with the corpus. Knows no weights of features.

use super::numeric::add_scaled;
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

/// A stem that one entry in so many has is kept as a row of all entries: to add a row to sums costs less than to follow a
/// posting for each.
const COMMON: usize = 4;
/// How many numbers of a row are added in the time of one posting.
const ROW_STEPS: usize = 8;

/// Postings by stem.
#[derive(Debug, Default)]
pub struct Index {
    places: Vec<Place>,
    postings: Vec<Posting>,
    /// Rows of impacts by entry, one after another.
    rows: Vec<f32>,
    /// Inverse document frequency by stem; the last one is that of an unknown stem.
    idf: Vec<f32>,
    entries: usize,
}

/// Where the postings of a stem are.
#[derive(Debug, Clone, Copy)]
enum Place {
    Postings {
        first: u32,
        count: u32,
    },
    /// Number of the row.
    Row(u32),
}

/// The entries that have a stem.
enum Having<'a> {
    Some(&'a [Posting]),
    Most(&'a [f32]),
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
        let mut counts = vec![0u32; stems];
        for &(stem, _, _) in &counted {
            if let Some(count) = counts.get_mut(stem as usize) {
                *count += 1;
            }
        }
        let idf_of = |with: u32| {
            let (all, with) = (documents.len() as f64, f64::from(with));
            libm::log(1.0 + (all - with + 0.5) / (with + 0.5)) as f32
        };
        let mut idf: Vec<f32> = counts.iter().map(|&count| idf_of(count)).collect();
        idf.push(idf_of(0));
        let mut index = Self { idf, entries: documents.len(), ..Self::default() };
        let mut rest = counted.as_slice();
        for (stem, count) in counts.into_iter().enumerate() {
            let (same, others) = rest.split_at_checked(count as usize).unwrap_or((rest, &[]));
            rest = others;
            let idf = index.idf(Some(stem as u32));
            let postings = same.iter().map(|&(_, entry, count)| {
                let length = lengths.get(entry as usize).copied().unwrap_or(mean);
                let saturated = count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length / mean));
                Posting { entry, impact: saturated * idf }
            });
            if same.len() * COMMON < documents.len() {
                index.places.push(Place::Postings { first: index.postings.len() as u32, count });
                index.postings.extend(postings);
            } else {
                index.places.push(Place::Row((index.rows.len() / documents.len().max(1)) as u32));
                let start = index.rows.len();
                index.rows.resize(start + documents.len(), 0.0);
                postings.for_each(|posting| {
                    index.rows.get_mut(start + posting.entry as usize).into_iter().for_each(|i| *i = posting.impact);
                });
            }
        }
        index.postings.shrink_to_fit();
        index.rows.shrink_to_fit();
        index
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

    /// Adds to the sum of each entry `scale` times the stem's BM25 share in it. `touched` gets those that were 0 before;
    /// the result is false if it does not, for most may have been.
    pub fn add(&self, stem: u32, scale: f32, sums: &mut [f32], touched: &mut Vec<u32>) -> bool {
        match self.having(stem) {
            Having::Most(row) => add_scaled(sums, scale, row),
            Having::Some(postings) => {
                for posting in postings {
                    let Some(sum) = sums.get_mut(posting.entry as usize) else { continue };
                    if *sum == 0.0 {
                        touched.push(posting.entry);
                    }
                    *sum += posting.impact * scale;
                }
                return true;
            }
        }
        false
    }

    /// What [`Self::add`] costs, in postings.
    pub fn cost(&self, stem: u32) -> usize {
        match self.having(stem) {
            Having::Some(postings) => postings.len(),
            Having::Most(row) => row.len() / ROW_STEPS,
        }
    }

    /// The stem's BM25 share in an entry; 0 if the entry does not have it.
    pub fn impact(&self, stem: u32, entry: u32) -> f32 {
        match self.having(stem) {
            Having::Most(row) => row.get(entry as usize).copied().unwrap_or_default(),
            Having::Some(postings) => {
                let found = postings.binary_search_by_key(&entry, |posting| posting.entry).ok();
                found.and_then(|at| postings.get(at)).map_or(0.0, |posting| posting.impact)
            }
        }
    }

    fn having(&self, stem: u32) -> Having<'_> {
        match self.places.get(stem as usize) {
            Some(&Place::Postings { first, count }) => {
                let (first, count) = (first as usize, count as usize);
                Having::Some(self.postings.get(first..first + count).unwrap_or_default())
            }
            Some(&Place::Row(number)) => {
                let start = number as usize * self.entries;
                Having::Most(self.rows.get(start..start + self.entries).unwrap_or_default())
            }
            None => Having::Some(&[]),
        }
    }

    /// The highest BM25 score a question of this idf mass could reach.
    pub fn ceiling(idf_mass: f32) -> f32 {
        idf_mass * (K1 + 1.0)
    }
}
