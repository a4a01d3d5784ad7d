//! The phrasings as vectors, to find the one that is most like a question, and what an entry says of its words.
//!
//! Kept entry by entry, each with its terms in order: to look closely at an entry costs a search in its terms for each term
//! of the question, and a step for each phrasing that has it. Nothing is looked at of which the question does not speak.

use super::learn::Sparse;

/// Where a term's phrasings are in the entry that has it.
#[derive(Debug, Clone, Copy)]
struct Place {
    term: u32,
    /// First of [`Phrasings::values`]; those of the next place follow.
    first: u32,
}

/// The term vectors of all phrasings, entry after entry, each of length 1.
#[derive(Debug)]
pub struct Phrasings {
    /// First place of each entry, and one past the last.
    entries: Vec<u32>,
    /// Of each entry its terms in order, and one past the last of all.
    places: Vec<Place>,
    /// Phrasing of the entry, and the term's share in it.
    values: Vec<(u16, f32)>,
    /// The phrasings of the entry that is under way.
    open: Vec<(u32, u16, f32)>,
    phrasings: u16,
}

impl Default for Phrasings {
    fn default() -> Self {
        Self {
            entries: vec![0],
            places: vec![Place { term: u32::MAX, first: 0 }],
            values: Vec::new(),
            open: Vec::new(),
            phrasings: 0,
        }
    }
}

impl Phrasings {
    /// Adds a phrasing to the entry that is under way. Beyond 65,535 they are not looked at.
    pub fn push(&mut self, terms: &[(u32, f32)]) {
        if let Some(next) = self.phrasings.checked_add(1) {
            self.open.extend(terms.iter().map(|&(term, value)| (term, self.phrasings, value)));
            self.phrasings = next;
        }
    }

    /// The entry that is under way has all its phrasings.
    pub fn end_entry(&mut self) {
        self.open.sort_unstable_by_key(|&(term, phrasing, _)| (term, phrasing));
        // The last place only says where the values end.
        self.places.pop();
        for same in self.open.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(term, _, _)) = same.first() else { continue };
            self.places.push(Place { term, first: self.values.len() as u32 });
            self.values.extend(same.iter().map(|&(_, phrasing, value)| (phrasing, value)));
        }
        self.entries.push(self.places.len() as u32);
        self.places.push(Place { term: u32::MAX, first: self.values.len() as u32 });
        self.open.clear();
        self.phrasings = 0;
    }

    /// Gives back what adding needed.
    pub fn finish(&mut self) {
        self.open = Vec::new();
        self.entries.shrink_to_fit();
        self.places.shrink_to_fit();
        self.values.shrink_to_fit();
    }

    /// Cosine of the question, whose terms are in order, to the nearest phrasing of an entry; 0 for an entry without any.
    /// `sums` is room to add up in.
    pub fn nearest(&self, entry: usize, question: &Sparse, sums: &mut Vec<f32>) -> f32 {
        let range = self.entries.get(entry).zip(self.entries.get(entry + 1));
        let Some((first, last)) = range.map(|(from, to)| (*from as usize, *to as usize)) else { return 0.0 };
        sums.clear();
        let mut from = first;
        for &(term, value) in question {
            let left = self.places.get(from..last).unwrap_or_default();
            from += left.partition_point(|place| place.term < term);
            let Some((place, next)) = self.places.get(from).zip(self.places.get(from + 1)) else { break };
            if from >= last || place.term != term {
                continue;
            }
            let values = self.values.get(place.first as usize..next.first as usize).unwrap_or_default();
            for &(phrasing, share) in values {
                let phrasing = phrasing as usize;
                if sums.len() <= phrasing {
                    sums.resize(phrasing + 1, 0.0);
                }
                if let Some(sum) = sums.get_mut(phrasing) {
                    *sum += value * share;
                }
            }
        }
        sums.iter().copied().fold(0.0, f32::max)
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
        phrasings.push(&[(1025, 0.6), (1026, 0.8)]);
        phrasings.end_entry();
        phrasings.finish();
        let question = vec![(1, 0.6), (1025, 0.8)];
        let found: Vec<f32> = (0..5).map(|entry| phrasings.nearest(entry, &question, &mut Vec::new())).collect();
        assert!((found[0] - 1.0).abs() < 1e-6);
        assert_eq!(found[1..3], [0.0, 0.0], "no phrasing, nothing in common");
        assert!((found[3] - 0.48).abs() < 1e-6);
        assert_eq!(found[4], 0.0, "no such entry");
    }

    #[test]
    fn more_phrasings_than_it_can_hold_are_no_failure() {
        let mut phrasings = Phrasings::default();
        (0..70_000).for_each(|_| phrasings.push(&[(3, 0.5)]));
        phrasings.end_entry();
        assert_eq!(phrasings.nearest(0, &vec![(3, 1.0)], &mut Vec::new()), 0.5);
    }
}
