//! The phrasings as vectors, to find the one that is most like a question, and what an entry says of its words.
//!
//! Kept entry by entry, each a small hash table of its terms: to look closely at an entry costs one look into its table for
//! each term of the question, and a step for each phrasing that has the term. Nothing is looked at of which the question
//! does not speak.

use super::learn::Sparse;

/// The hash in a slot with nothing in it: none is higher.
const NOTHING: u32 = u32::MAX;
/// Shares are kept as so many parts of 1.
const PARTS: f32 = 65_535.0;

/// A slot of an entry's table. Its values end where those of the next slot begin.
#[derive(Debug, Clone, Copy)]
struct Slot {
    /// Of the term; no two terms have the same.
    hash: u32,
    /// First of [`Phrasings::values`].
    first: u32,
}

/// A phrasing of the entry that has the term, and the term's share in it, of [`PARTS`].
#[derive(Debug, Clone, Copy)]
struct Value {
    phrasing: u16,
    share: u16,
}

/// A term that has less of a question makes it like a phrasing only beside all others.
const LEAST_SHARE: f32 = 0.1;
/// From this cosine on a question may be the very phrasing.
const ALMOST_ALL: f32 = 0.998;

/// A question, ready to be compared: hashes of its terms with their values.
#[derive(Debug)]
pub struct Question {
    heavy: Sparse,
    /// Those that count only for what may be the very phrasing.
    light: Sparse,
    /// The part of the length that is in these.
    left: f32,
}

/// Where the table of an entry is in all slots.
#[derive(Debug, Clone, Copy)]
struct Table {
    first: u32,
    /// How many places a term may have by its hash; some slots more are behind them.
    places: u32,
    phrasings: u16,
}

/// The term vectors of all phrasings, entry after entry, each of length 1.
#[derive(Debug, Default)]
pub struct Phrasings {
    tables: Vec<Table>,
    /// Of each table the slots, in order of hash and each as near to its place as the ones before leave it, and an empty
    /// one at the end.
    slots: Vec<Slot>,
    values: Vec<Value>,
    /// The phrasings of the entry that is under way.
    open: Vec<(u32, u16, f32)>,
    phrasings: u16,
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
        self.open.sort_unstable_by_key(|&(term, phrasing, _)| (hash(term), term, phrasing));
        let terms = self.open.chunk_by(|a, b| a.0 == b.0).count();
        let table =
            Table { first: self.slots.len() as u32, places: (terms + terms / 2) as u32 + 1, phrasings: self.phrasings };
        self.tables.push(table);
        for same in self.open.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(term, _, _)) = same.first() else { continue };
            let first = self.values.len() as u32;
            let hash = hash(term);
            while self.slots.len() < table.place_of(hash) {
                self.slots.push(Slot { hash: NOTHING, first });
            }
            self.slots.push(Slot { hash, first });
            let value =
                |&(_, phrasing, share): &(u32, u16, f32)| Value { phrasing, share: (share * PARTS).round() as u16 };
            self.values.extend(same.iter().map(value));
        }
        let first = self.values.len() as u32;
        let end = (table.first + table.places) as usize;
        while self.slots.len() < end {
            self.slots.push(Slot { hash: NOTHING, first });
        }
        self.slots.push(Slot { hash: NOTHING, first });
        self.open.clear();
        self.phrasings = 0;
    }

    /// Gives back what adding needed.
    pub fn finish(&mut self) {
        self.open = Vec::new();
        self.tables.shrink_to_fit();
        self.slots.shrink_to_fit();
        self.values.shrink_to_fit();
    }

    /// Cosine of the question to the nearest phrasing of an entry; 0 for an entry without any. `sums` is room to add up in.
    pub fn nearest(&self, entry: usize, question: &Question, sums: &mut Vec<f32>) -> f32 {
        let Some(table) = self.tables.get(entry) else { return 0.0 };
        sums.clear();
        sums.resize(usize::from(table.phrasings), 0.0);
        let highest = |sums: &[f32]| sums.iter().copied().fold(0.0, f32::max) / PARTS;
        question.heavy.iter().for_each(|&term| self.add(*table, term, sums));
        let nearest = highest(sums);
        if nearest + question.left < ALMOST_ALL {
            return nearest;
        }
        question.light.iter().for_each(|&term| self.add(*table, term, sums));
        highest(sums)
    }

    /// Adds to the sum of each phrasing what it has of the term with this hash.
    #[inline]
    fn add(&self, table: Table, (hash, value): (u32, f32), sums: &mut [f32]) {
        let slots = self.slots.get(table.place_of(hash)..).unwrap_or_default();
        let Some(at) = slots.iter().position(|slot| slot.hash >= hash) else { return };
        let (Some(slot), Some(next)) = (slots.get(at), slots.get(at + 1)) else { return };
        if slot.hash != hash {
            return;
        }
        for of in self.values.get(slot.first as usize..next.first as usize).unwrap_or_default() {
            if let Some(sum) = sums.get_mut(usize::from(of.phrasing)) {
                *sum += value * f32::from(of.share);
            }
        }
    }
}

impl Question {
    /// That of these terms, together of length 1.
    pub fn new(terms: &Sparse) -> Self {
        let hashed = terms.iter().map(|&(term, value)| (hash(term), value));
        let (light, heavy): (Sparse, Sparse) = hashed.partition(|&(_, value)| value < LEAST_SHARE);
        let left = light.iter().map(|(_, value)| value * value).sum();
        Self { heavy, light, left }
    }
}

impl Table {
    /// The first of all slots that may have the term with this hash.
    fn place_of(self, hash: u32) -> usize {
        let place = (u64::from(hash) * u64::from(self.places)) >> 32;
        self.first as usize + place as usize
    }
}

/// Spreads terms, which are numbered in order, over 32 bits, each to a number of its own (Knuth's multiplicative hashing).
fn hash(term: u32) -> u32 {
    term.wrapping_mul(0x9e37_79b1)
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
        let question = Question::new(&vec![(1, 0.6), (1025, 0.8)]);
        let found: Vec<f32> = (0..5).map(|entry| phrasings.nearest(entry, &question, &mut Vec::new())).collect();
        assert!((found[0] - 1.0).abs() < 1e-4);
        assert_eq!(found[1..3], [0.0, 0.0], "no phrasing, nothing in common");
        assert!((found[3] - 0.48).abs() < 1e-4);
        assert_eq!(found[4], 0.0, "no such entry");
    }

    #[test]
    fn the_very_phrasing_is_known_however_many_terms_it_has() {
        let share = 1.0 / 300f32.sqrt();
        let many: Sparse = (0..300).map(|term| (term, share)).collect();
        let mut phrasings = Phrasings::default();
        phrasings.push(&many);
        phrasings.end_entry();
        assert!(phrasings.nearest(0, &Question::new(&many), &mut Vec::new()) > 0.999);
    }

    #[test]
    fn more_phrasings_than_it_can_hold_are_no_failure() {
        let mut phrasings = Phrasings::default();
        (0..70_000).for_each(|_| phrasings.push(&[(3, 0.5)]));
        phrasings.end_entry();
        assert!((phrasings.nearest(0, &Question::new(&vec![(3, 1.0)]), &mut Vec::new()) - 0.5).abs() < 1e-4);
    }
}
