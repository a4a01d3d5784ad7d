//! The phrasings as vectors, to find the one that is most like a question.
//!
//! Cost of a comparison: one look-up per term of the entry's phrasings, whatever the question's length.

use super::learn::Sparse;

/// The term vectors of all phrasings, entry after entry, each of length 1.
#[derive(Debug)]
pub struct Phrasings {
    /// First phrasing of each entry, and one past the last.
    entries: Vec<u32>,
    /// First term of each phrasing, and one past the last.
    phrasings: Vec<u32>,
    terms: Sparse,
}

impl Default for Phrasings {
    fn default() -> Self {
        Self { entries: vec![0], phrasings: vec![0], terms: Sparse::new() }
    }
}

impl Phrasings {
    /// Adds a phrasing to the entry that is under way.
    pub fn push(&mut self, terms: &[(u32, f32)]) {
        self.terms.extend_from_slice(terms);
        self.phrasings.push(self.terms.len() as u32);
    }

    /// The entry that is under way has all its phrasings.
    pub fn end_entry(&mut self) {
        self.entries.push(self.phrasings.len() as u32 - 1);
    }

    /// Cosine of the question to the nearest phrasing of an entry; 0 for an entry without any.
    pub fn nearest(&self, entry: usize, question: &Lookup) -> f32 {
        let between = |starts: &[u32], at: usize| Some((*starts.get(at)? as usize, *starts.get(at + 1)? as usize));
        let (first, last) = between(&self.entries, entry).unwrap_or_default();
        let terms = (first..last).filter_map(|p| between(&self.phrasings, p)).filter_map(|(a, b)| self.terms.get(a..b));
        terms.map(|terms| terms.iter().map(|&(term, value)| value * question.get(term)).sum()).fold(0.0, f32::max)
    }
}

/// How many slots a [`Lookup`] has: a power of two well above the number of terms in [`super::reading::MAX_WORDS`] words
/// and their pairs.
const SLOTS: usize = 1024;
const EMPTY: u32 = u32::MAX;

/// The terms of one question, found by number in a step or two: a hash table with open addressing. Term numbers are
/// dense, so their low bits are as good as a hash.
pub struct Lookup {
    terms: [u32; SLOTS],
    values: [f32; SLOTS],
}

impl Lookup {
    /// A look-up of these terms. Those beyond half of the slots are left out.
    pub fn new(terms: &[(u32, f32)]) -> Self {
        let mut lookup = Self { terms: [EMPTY; SLOTS], values: [0.0; SLOTS] };
        for &(term, value) in terms.iter().take(SLOTS / 2) {
            let at = lookup.slot(term);
            lookup.terms[at] = term;
            lookup.values[at] = value;
        }
        lookup
    }

    /// The slot that has the term, or the empty one where it would be.
    #[inline]
    fn slot(&self, term: u32) -> usize {
        let mut at = term as usize % SLOTS;
        // Ends: at least half of the slots are empty.
        while self.terms[at] != term && self.terms[at] != EMPTY {
            at = (at + 1) % SLOTS;
        }
        at
    }

    #[inline]
    fn get(&self, term: u32) -> f32 {
        // An empty slot has the value 0.
        self.values[self.slot(term)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_phrasing_of_each_entry() {
        let mut phrasings = Phrasings::default();
        phrasings.push(&[(1, 1.0)]);
        phrasings.push(&[(1, 0.6), (1025, 0.8)]);
        phrasings.end_entry();
        phrasings.end_entry();
        phrasings.push(&[(7, 1.0)]);
        phrasings.end_entry();
        // Two terms that want the same slot.
        let question = Lookup::new(&[(1, 0.6), (1025, 0.8)]);
        let found: Vec<f32> = (0..4).map(|entry| phrasings.nearest(entry, &question)).collect();
        assert!((found[0] - 1.0).abs() < 1e-6);
        assert_eq!(found[1..], [0.0, 0.0, 0.0], "no phrasing, nothing in common, no such entry");
    }

    #[test]
    fn more_terms_than_it_can_hold_are_no_failure() {
        let terms: Sparse = (0..5000).map(|term| (term, 1.0)).collect();
        let lookup = Lookup::new(&terms);
        assert_eq!((lookup.get(0), lookup.get(4999)), (1.0, 0.0));
    }
}
