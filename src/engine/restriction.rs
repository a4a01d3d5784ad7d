//! What a question rules out: "without a degree", "not remote", "no experience".
//!
//! A word that is ruled out is the opposite of the word, though all letters are the same. For each entry it is known
//! which words its wordings rule out; a question that rules out other ones asks something else. The words are English.

use super::text::Token;
use super::text::language::Language;

/// Words that rule out what follows, sorted.
const NEGATORS: &[&str] = &["besides", "except", "lack", "never", "no", "non", "not", "without", "zero"];
/// "Do not work" is about working; "do not have a degree" rules out the degree. Both kinds sorted.
const AUXILIARIES: &[&str] = &[
    "am", "are", "can", "could", "did", "do", "does", "had", "has", "have", "is", "should", "was", "were", "will",
    "would",
];
const POSSESSION: &[&str] = &["get", "got", "had", "has", "have", "having", "need", "require", "want"];
/// How many words after a negator may stand before what it rules out: "without having a".
const REACH: usize = 4;

/// The positions of words that are ruled out.
pub fn ruled_out(tokens: &[Token], language: Language) -> Vec<usize> {
    if language != Language::English {
        return Vec::new();
    }
    let word = |at: usize| tokens.get(at).map(|token| token.word.as_str());
    let is = |table: &[&str], at: usize| word(at).is_some_and(|word| table.binary_search(&word).is_ok());
    let mut found = Vec::new();
    let rules_out = |&at: &usize| {
        is(NEGATORS, at) || (word(at) == Some("than") && at.checked_sub(1).and_then(word) == Some("other"))
    };
    for at in (0..tokens.len()).filter(rules_out) {
        // "Is not the CPC enough": whoever asks so thinks it is.
        if at == 1 && word(at) == Some("not") && is(AUXILIARIES, 0) {
            continue;
        }
        // "Can I not work", "I do not work": only what is not had, needed or wanted.
        let is_helped =
            |back: usize| at.checked_sub(back).is_some_and(|before| is(AUXILIARIES, before) && !is_to_be(word(before)));
        let verb = word(at) == Some("not") && (is_helped(1) || is_helped(2));
        if verb && !is(POSSESSION, at + 1) {
            continue;
        }
        let skipped = |at: &usize| is(POSSESSION, *at) || word(*at).is_some_and(|word| language.is_function_word(word));
        found.extend((at + 1..tokens.len().min(at + 1 + REACH)).find(|at| !skipped(at)));
    }
    found
}

fn is_to_be(word: Option<&str>) -> bool {
    matches!(word, Some("am" | "are" | "is" | "was" | "were"))
}

/// What the wordings of each entry rule out.
#[derive(Debug, Default)]
pub struct Restrictions {
    /// By entry: the stems that are ruled out somewhere, few or none, and whether they always are.
    entries: Vec<Vec<(u32, bool)>>,
}

/// How the restrictions of a question and of an entry go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// They rule out the same.
    Same,
    /// One of them rules out what the other speaks of.
    Opposite,
}

impl Restrictions {
    /// Adds the next entry, by the stems of its wordings and whether each is ruled out.
    pub fn add(&mut self, stems: impl Iterator<Item = (u32, bool)>) {
        let (mut out, mut plain) = (Vec::new(), Vec::new());
        for (stem, is_out) in stems {
            if is_out { &mut out } else { &mut plain }.push(stem);
        }
        plain.sort_unstable();
        out.sort_unstable();
        out.dedup();
        let always = |stem: &u32| plain.binary_search(stem).is_err();
        self.entries.push(out.into_iter().map(|stem| (stem, always(&stem))).collect());
    }

    /// How a question's stems, each with whether it is ruled out, go together with an entry; `has` says whether the entry
    /// has a stem at all. `None`: nothing is ruled out, or nothing that both speak of.
    pub fn agreement(&self, stems: &[(u32, bool)], entry: usize, has: impl Fn(u32) -> bool) -> Option<Agreement> {
        let out = self.entries.get(entry)?;
        let is_opposite = |&(stem, always): &(u32, bool)| always && stems.contains(&(stem, false));
        if out.iter().any(is_opposite) {
            return Some(Agreement::Opposite);
        }
        let mut same = false;
        for &(stem, _) in stems.iter().filter(|(_, is_out)| *is_out) {
            if out.iter().any(|(own, _)| *own == stem) {
                same = true;
            } else if has(stem) {
                return Some(Agreement::Opposite);
            }
        }
        same.then_some(Agreement::Same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        text.split(' ').map(|word| Token { word: word.into(), ..Token::default() }).collect()
    }

    #[test]
    fn what_is_ruled_out() {
        for table in [NEGATORS, AUXILIARIES, POSSESSION] {
            assert!(table.is_sorted(), "{table:?}");
        }
        for (text, expected) in [
            ("jobs without a degree", &["degree"][..]),
            ("without having any experience", &["experience"]),
            ("i do not have a degree", &["degree"]),
            ("jobs that are not remote", &["remote"]),
            ("no experience and no money", &["experience", "money"]),
            ("a certificate other than the cpc", &["cpc"]),
            ("not the cpc how much are the others", &["cpc"]),
            ("is not the cpc enough", &[]),
            ("i can not find a job", &[]),
            ("do you not work", &[]),
            ("why not", &[]),
            ("without", &[]),
            ("a degree", &[]),
        ] {
            let tokens = tokens(text);
            let found = ruled_out(&tokens, Language::English);
            assert_eq!(found.iter().map(|&at| tokens[at].word.as_str()).collect::<Vec<_>>(), expected, "{text}");
        }
        assert_eq!(ruled_out(&tokens("no experience"), Language::Spanish), [0; 0]);
    }

    #[test]
    fn opposites_do_not_agree() {
        let mut restrictions = Restrictions::default();
        restrictions.add([(1, true), (2, false)].into_iter());
        restrictions.add([(1, false), (2, false)].into_iter());
        restrictions.add([(1, true), (1, false)].into_iter());
        let agreement = |stems: &[(u32, bool)]| [0, 1, 2].map(|entry| restrictions.agreement(stems, entry, |_| true));
        let (same, opposite) = (Some(Agreement::Same), Some(Agreement::Opposite));
        assert_eq!(agreement(&[(1, true)]), [same, opposite, same]);
        assert_eq!(agreement(&[(1, false)]), [opposite, None, None]);
        assert_eq!(agreement(&[(2, false)]), [None, None, None]);
        assert_eq!(restrictions.agreement(&[(3, true)], 1, |_| false), None);
    }
}
