//! Protected terms: which names an entry is about, and whether a question that names some can be meant for it.
//!
//! Owns the comparison of names. Exact or not at all: how a name is written is [`super::text`]'s business.

use std::collections::BTreeMap;

/// The number of a name; two names are the same if their numbers are.
pub type Name = u32;

/// No entry has this name.
const FOREIGN: Name = Name::MAX;

/// The names of all entries.
#[derive(Debug, Default)]
pub struct Names {
    numbers: BTreeMap<String, Name>,
    /// By entry: the names in its question, which is what it is about.
    about: Vec<Vec<Name>>,
    /// By entry: the names in its question and phrasings, by which it is asked.
    asked_by: Vec<Vec<Name>>,
    /// By entry: the names in its question, phrasings and answer.
    mentioned: Vec<Vec<Name>>,
}

impl Names {
    /// Adds the next entry: the names in its question, in its question and phrasings, and in its answer.
    pub fn add<'a>(
        &mut self,
        about: impl Iterator<Item = &'a str>,
        asked_by: impl Iterator<Item = &'a str>,
        answered: impl Iterator<Item = &'a str>,
    ) {
        let mut number = |name: &str| {
            let next = self.numbers.len() as Name;
            *self.numbers.entry(name.to_owned()).or_insert(next)
        };
        let about = distinct(about.map(&mut number).collect());
        let asked_by = distinct(asked_by.map(&mut number).collect());
        let mentioned = distinct(answered.map(&mut number).chain(asked_by.iter().copied()).collect());
        self.about.push(about);
        self.asked_by.push(asked_by);
        self.mentioned.push(mentioned);
    }

    /// The names of a question, each once.
    pub fn in_question<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<Name> {
        distinct(names.map(|name| self.numbers.get(name).copied().unwrap_or(FOREIGN)).collect())
    }

    /// How well the names of a question fit an entry: of all names that either has, the share that both have. `None` if
    /// one of the two names nothing.
    pub fn fit(&self, question: &[Name], entry: usize) -> Option<f64> {
        let about = self.about.get(entry).map_or(&[][..], Vec::as_slice);
        if question.is_empty() || about.is_empty() {
            return None;
        }
        let shared = question.iter().filter(|name| about.contains(name)).count();
        Some(shared as f64 / (question.len() + about.len() - shared) as f64)
    }

    /// Whether a question names something of which the entry says nothing: about that it may be no answer.
    pub fn is_strange(&self, question: &[Name], entry: usize) -> bool {
        let mentioned = self.mentioned.get(entry).map_or(&[][..], Vec::as_slice);
        question.iter().any(|name| !mentioned.contains(name))
    }

    /// Whether an entry is about nothing but names that a question rules out: "any but the CPC".
    pub fn rules_out(&self, excluded: &[Name], entry: usize) -> bool {
        let about = self.about.get(entry).map_or(&[][..], Vec::as_slice);
        !about.is_empty() && about.iter().all(|name| excluded.contains(name))
    }

    /// Whether an entry is about names and never asked by any of the question's: then it is no answer to it.
    pub fn forbid(&self, question: &[Name], entry: usize) -> bool {
        let about = self.about.get(entry).is_some_and(|names| !names.is_empty());
        let asked_by = self.asked_by.get(entry).map_or(&[][..], Vec::as_slice);
        about && !question.is_empty() && !question.iter().any(|name| asked_by.contains(name))
    }
}

fn distinct(mut names: Vec<Name>) -> Vec<Name> {
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_about_another_name_is_no_answer() {
        let mut names = Names::default();
        for (about, asked_by) in [("cpc", "cpc"), ("cpc-a", "cpc-a cpc"), ("ccs cpc", "ccs cpc"), ("", "ccs")] {
            names.add(about.split_whitespace(), asked_by.split_whitespace(), ["aapc"].into_iter());
        }
        let table = [
            // A question's names, how they fit each entry, which entries they forbid.
            ("", [None, None, None, None], [false, false, false, false]),
            ("cpc", [Some(1.0), Some(0.0), Some(0.5), None], [false, false, false, false]),
            ("cpc-a", [Some(0.0), Some(1.0), Some(0.0), None], [true, false, true, false]),
            ("cpc ccs cpc", [Some(0.5), Some(0.0), Some(1.0), None], [false, false, false, false]),
            ("nclex", [Some(0.0), Some(0.0), Some(0.0), None], [true, true, true, false]),
        ];
        for (question, fits, forbidden) in table {
            let question = names.in_question(question.split_whitespace());
            for (entry, (fit, forbid)) in fits.into_iter().zip(forbidden).enumerate() {
                assert_eq!(names.fit(&question, entry), fit, "{question:?} {entry}");
                assert_eq!(names.forbid(&question, entry), forbid, "{question:?} {entry}");
            }
        }
    }

    #[test]
    fn what_is_ruled_out_is_no_answer() {
        let mut names = Names::default();
        for about in ["cpc", "cpc ccs", ""] {
            names.add(about.split_whitespace(), about.split_whitespace(), [].into_iter());
        }
        let excluded = names.in_question(["cpc"].into_iter());
        assert_eq!([0, 1, 2].map(|entry| names.rules_out(&excluded, entry)), [true, false, false]);
        assert_eq!([0, 1, 2].map(|entry| names.rules_out(&[], entry)), [false; 3]);
    }

    #[test]
    fn what_an_entry_never_mentions_is_strange_to_it() {
        let mut names = Names::default();
        names.add(["cpc"].into_iter(), ["cpc", "ccs"].into_iter(), ["aapc"].into_iter());
        names.add(["cca"].into_iter(), ["cca"].into_iter(), [].into_iter());
        for (question, strange) in
            [("", [false, false]), ("cpc aapc ccs", [false, true]), ("cpc cca", [true, true]), ("nclex", [true, true])]
        {
            let question = names.in_question(question.split_whitespace());
            assert_eq!([0, 1].map(|entry| names.is_strange(&question, entry)), strange, "{question:?}");
        }
    }
}
