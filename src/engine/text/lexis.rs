//! The lexicon made ready: phrases to replace, longest first.

use compact_str::{CompactString, format_compact};
use rustc_hash::{FxHashMap, FxHashSet};

use super::language::Language;
use super::{RawWord, Token, split};
use crate::diagnostic::Spanned;
use crate::engine::corpus::Lexicon;

/// English short forms that lost their apostrophe, spelled out: negation counts, so it must be a word of its own.
const CONTRACTIONS: &[(&str, &str)] = &[
    ("aint", "is not"),
    ("arent", "are not"),
    ("cannot", "can not"),
    ("cant", "can not"),
    ("couldnt", "could not"),
    ("couldve", "could have"),
    ("didnt", "did not"),
    ("doesnt", "does not"),
    ("dont", "do not"),
    ("gonna", "going to"),
    ("hadnt", "had not"),
    ("hasnt", "has not"),
    ("havent", "have not"),
    ("hows", "how is"),
    ("im", "i am"),
    ("isnt", "is not"),
    ("itll", "it will"),
    ("ive", "i have"),
    ("shouldnt", "should not"),
    ("shouldve", "should have"),
    ("thats", "that is"),
    ("theres", "there is"),
    ("theyre", "they are"),
    ("wanna", "want to"),
    ("wasnt", "was not"),
    ("werent", "were not"),
    ("wat", "what"),
    ("wats", "what is"),
    ("whats", "what is"),
    ("whens", "when is"),
    ("wheres", "where is"),
    ("whos", "who is"),
    ("wont", "will not"),
    ("wouldnt", "would not"),
    ("wouldve", "would have"),
    ("youll", "you will"),
    ("youre", "you are"),
    ("youve", "you have"),
];

/// One-letter and very common words: a protected term with such a part must be written with its hyphen (`CPC-A`), or
/// "is the CPC a good start" would name it. So may a capital (`CPC A`), and the end of the text, where no article stands.
const NEEDS_HYPHEN: &[&str] = &["a", "i", "an", "the", "is", "or", "and", "of", "in", "on", "to"];

/// What a sequence of words is replaced by.
#[derive(Debug, Clone)]
struct Rule {
    /// The words after the first.
    rest: Vec<RawWord>,
    /// Every word but the first must be joined to the one before as in `rest`, or be told from a common word otherwise.
    strict: bool,
    replacement: Vec<Token>,
}

/// Replaces abbreviations, synonyms and protected terms in a sequence of words.
#[derive(Debug, Default)]
pub(super) struct Lexis {
    /// By first word; longest rule first.
    rules: FxHashMap<CompactString, Vec<Rule>>,
    words: FxHashSet<CompactString>,
    language: Language,
}

impl Lexis {
    pub(super) fn new(lexicon: &Lexicon, language: Language) -> Self {
        let mut lexis = Self { language, ..Self::default() };
        let split = |text: &str| split(text, language);
        let protected = |name: &str| protected(name, language);
        let same_name = |a: &str, b: &str| protected(a).word == protected(b).word;
        // Later rules win, so that a declared synonym of a protected term beats a plain one.
        for group in &lexicon.synonyms {
            let Some((canonical, others)) = group.split_first() else { continue };
            let name = group.iter().find(|member| lexicon.protected.iter().any(|p| same_name(p, member)));
            let replacement = name.map_or_else(|| plain(split(canonical)), |name| vec![protected(name)]);
            for member in others.iter().chain(name.map(|_| canonical)) {
                lexis.add(split(member), false, replacement.clone());
            }
            let is_name = |member: &&Spanned<String>| name.is_some_and(|name| same_name(name, member));
            for plural in
                group.iter().filter(|member| !is_name(member)).filter_map(|member| plural(split(member), language))
            {
                if !lexis.has(&plural) {
                    lexis.add(plural, false, replacement.clone());
                }
            }
        }
        for name in &lexicon.protected {
            let words = split(name);
            let strict = words.iter().skip(1).any(|w| NEEDS_HYPHEN.contains(&w.word.as_str()));
            let mut several = words.clone();
            // Names take the English plural in other languages as well: "CPCs".
            several.iter_mut().next_back().into_iter().for_each(|last| last.word.push('s'));
            lexis.add(words, strict, vec![protected(name)]);
            if !lexis.has(&several) {
                lexis.add(several, strict, vec![protected(name)]);
            }
        }
        lexis.sort();
        // Last, so that what they stand for is read as if it had been written out.
        let declared = lexicon.abbreviations.iter().map(|(short, long)| (short.as_str(), long.as_str()));
        for (short, long) in declared.chain(contractions(language).iter().copied()) {
            let pattern = split(short);
            if !lexis.has(&pattern) {
                lexis.add(pattern, false, lexis.apply(split(long)));
            }
        }
        lexis.sort();
        lexis
    }

    /// Longest rule first.
    fn sort(&mut self) {
        for rules in self.rules.values_mut() {
            rules.sort_by_key(|rule| std::cmp::Reverse(rule.rest.len()));
        }
    }

    fn has(&self, pattern: &[RawWord]) -> bool {
        let Some((first, rest)) = pattern.split_first() else { return true };
        self.rules.get(&first.word).is_some_and(|rules| rules.iter().any(|rule| rule.is_for(rest)))
    }

    fn add(&mut self, pattern: Vec<RawWord>, strict: bool, replacement: Vec<Token>) {
        self.words.extend(pattern.iter().map(|w| w.word.clone()));
        let mut pattern = pattern.into_iter();
        let Some(first) = pattern.next() else { return };
        let rest: Vec<RawWord> = pattern.collect();
        let rules = self.rules.entry(first.word).or_default();
        rules.retain(|rule| !rule.is_for(&rest));
        rules.push(Rule { rest, strict, replacement });
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    pub(super) fn knows(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    pub(super) fn apply(&self, words: Vec<RawWord>) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(words.len());
        let mut at = 0;
        while let Some(first) = words.get(at) {
            let rule = self.rules.get(&first.word).and_then(|rules| {
                let following = words.get(at + 1..).unwrap_or_default();
                rules.iter().find(|rule| rule.matches(following))
            });
            if let Some(rule) = rule {
                tokens.extend(rule.replacement.iter().cloned());
                at += 1 + rule.rest.len();
            } else {
                let capitals = first.capitals;
                tokens.push(Token { word: first.word.clone(), protected: false, capitals });
                at += 1;
            }
        }
        tokens
    }
}

impl Rule {
    /// Whether it replaces its first word followed by just these.
    fn is_for(&self, rest: &[RawWord]) -> bool {
        self.rest.iter().map(|w| &w.word).eq(rest.iter().map(|w| &w.word))
    }

    fn matches(&self, following: &[RawWord]) -> bool {
        let ends_the_text = following.len() == self.rest.len();
        following.len() >= self.rest.len()
            && self.rest.iter().zip(following).all(|(want, is)| {
                want.word == is.word && (!self.strict || is.joined || (!is.apart && (is.capitals || ends_the_text)))
            })
    }
}

/// The English plural, of the last word: whoever declares "wage" means "wages" too, but not the other way round
/// ("earnings" are pay, "earning" need not be). `None` for what ends in "s" already, and in other languages.
fn plural(mut pattern: Vec<RawWord>, language: Language) -> Option<Vec<RawWord>> {
    if language != Language::English {
        return None;
    }
    let word = &mut pattern.last_mut()?.word;
    if word.ends_with('s') {
        return None;
    }
    match word.strip_suffix('y') {
        Some(start) if !start.ends_with(['a', 'e', 'o', 'u']) => *word = format_compact!("{start}ies"),
        _ if ["x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) => word.push_str("es"),
        _ => word.push('s'),
    }
    Some(pattern)
}

/// The short forms of a language.
fn contractions(language: Language) -> &'static [(&'static str, &'static str)] {
    if language == Language::English { CONTRACTIONS } else { &[] }
}

fn plain(words: Vec<RawWord>) -> Vec<Token> {
    words.into_iter().map(|w| Token { word: w.word, ..Token::default() }).collect()
}

/// One token for the whole name, its parts joined by hyphens: `ICD 10` and `ICD-10` are one name.
fn protected(name: &str, language: Language) -> Token {
    let words: Vec<CompactString> = split(name, language).into_iter().map(|w| w.word).collect();
    Token { word: words.join("-").into(), protected: true, capitals: false }
}
