//! Text as the matcher sees it: one path for entries and questions.
//!
//! [`Analyzer::analyze`] turns any string into [`Token`]s: Unicode folded, lexicon applied, stemmed. Owns the rules of
//! what a word is; knows nothing of entries, weights or scores.

mod lexis;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::corpus::Lexicon;
use lexis::Lexis;
pub(super) use lexis::is_function_word;

/// How many characters of a message are read; what follows is ignored. A question is in the first page of a message or
/// not at all, and the bound keeps the cost of any message bounded.
pub const MAX_CHARS: usize = 4_000;

/// How many characters of one word are read: longer "words" are noise, and an edit-distance search over them is not free.
const MAX_WORD_CHARS: usize = 40;

/// One word of a question or phrasing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Token {
    /// Folded word, after the lexicon: `certifications`, `cpc-a`.
    pub word: String,
    /// A name that matches exactly or not at all. Never spelled differently, never stemmed.
    pub protected: bool,
}

/// Applies a lexicon and stems. Built once per corpus.
#[derive(Debug)]
pub struct Analyzer {
    lexis: Lexis,
}

impl Analyzer {
    /// An analyzer for this lexicon.
    pub fn new(lexicon: &Lexicon) -> Self {
        Self { lexis: Lexis::new(lexicon) }
    }

    /// The tokens of `text`, in order. At most [`MAX_CHARS`] characters are read.
    pub fn analyze(&self, text: &str) -> Vec<Token> {
        self.lexis.apply(split(text))
    }

    /// Whether the lexicon or the language's table of short forms has this word, so that it is no typo.
    pub fn knows(&self, word: &str) -> bool {
        self.lexis.knows(word)
    }
}

/// The stem of a word (Snowball English, Porter 2). Words with digits, hyphens or non-ASCII letters stay as they are.
pub fn stem(word: &str) -> String {
    if word.len() < 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word.to_owned();
    }
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

/// A word as split from the text, before the lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RawWord {
    word: String,
    /// Only a hyphen, slash, dot or ampersand stands between it and the word before.
    joined: bool,
}

/// Folds and splits: compatibility forms, case, accents, apostrophes and invisible characters go; everything that is not
/// a letter or digit separates. `1,200` is one number.
fn split(text: &str) -> Vec<RawWord> {
    let mut words: Vec<RawWord> = Vec::new();
    let mut word = String::new();
    let mut word_chars = 0usize;
    // What stands between the last word and the next: nothing yet, a joiner, or anything else.
    let mut gap = Gap::Wide;
    // Before NFKD, which takes an acute accent used as an apostrophe for a space.
    let written = text.chars().take(MAX_CHARS).filter(|c| !is_apostrophe(*c));
    let mut chars = written.nfkd().flat_map(char::to_lowercase).peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() {
            word_chars += 1;
            if word_chars <= MAX_WORD_CHARS {
                word.push(c);
            }
            continue;
        }
        // Combining marks belong to their letter in every script; Latin, Greek and Cyrillic accents are folded away.
        if is_combining_mark(c) {
            if !('\u{300}'..='\u{36f}').contains(&c) && !word.is_empty() && word_chars < MAX_WORD_CHARS {
                word.push(c);
            }
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        let inside_number = matches!(c, ',' | '.')
            && word.ends_with(|d: char| d.is_ascii_digit())
            && chars.peek().is_some_and(char::is_ascii_digit);
        if inside_number && c == ',' {
            continue;
        }
        if !word.is_empty() {
            words.push(RawWord { word: std::mem::take(&mut word), joined: gap == Gap::Joined });
            word_chars = 0;
            gap = Gap::None;
        }
        gap = match (gap, c) {
            (Gap::None, '-' | '\u{2010}'..='\u{2013}' | '/' | '.' | '&' | '_') => Gap::Joined,
            _ => Gap::Wide,
        };
    }
    if !word.is_empty() {
        words.push(RawWord { word, joined: gap == Gap::Joined });
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Joined,
    Wide,
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{ff07}' | '`' | '\u{b4}')
}

/// Format characters that people paste without seeing them: zero-width spaces and joiners, direction marks, soft hyphens.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Spanned;
    use proptest::prelude::*;

    fn spanned(s: &str) -> Spanned<String> {
        Spanned { value: s.to_owned(), span: Default::default() }
    }

    fn lexicon() -> Lexicon {
        Lexicon {
            synonyms: vec![
                ["pay", "salary", "wage", "how much money"].map(spanned).to_vec(),
                ["CPC-A", "cpca", "cpc apprentice"].map(spanned).to_vec(),
            ],
            abbreviations: [
                ("w/o", "without"),
                ("u", "you"),
                ("gr8", "great"),
                ("wkg hrs", "wages hours"),
                ("ca", "CPC-A"),
            ]
            .map(|(short, long)| (spanned(short), long.to_owned()))
            .to_vec(),
            protected: ["CPC", "CPC-A", "CCS-P", "ICD-10-CM", "ICD-10"].map(spanned).to_vec(),
        }
    }

    fn words(text: &str) -> Vec<String> {
        Analyzer::new(&lexicon())
            .analyze(text)
            .into_iter()
            .map(|t| if t.protected { format!("<{}>", t.word) } else { t.word })
            .collect()
    }

    #[test]
    fn folding() {
        for (text, expected) in [
            ("What’s  the CAFÉ?", "what is the cafe"),
            ("I can't", "i can not"),
            ("I can´t, can`t, can\u{ff07}t", "i can not can not can not"),
            ("cost: $1,200.50", "cost 1200 50"),
            ("zero\u{200b}width", "zerowidth"),
            ("ｆｕｌｌ width", "full width"),
            ("how r u", "how r you"),
            ("W/O a degree", "without a degree"),
            ("salaries & Salary & pays", "pay pay pay"),
            ("gr8 wkg hrs", "great pay hours"),
            ("how much money do they get", "pay do they get"),
            ("", ""),
            ("🙂🙂", ""),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn function_words_are_known_in_any_form_of_writing() {
        assert!(words("HOW  do I…?").iter().all(|word| is_function_word(word)));
        assert!(!is_function_word("cost") && !is_function_word(""));
    }

    #[test]
    fn protected_names() {
        for (text, expected) in [
            ("is cpc a good cert", "is <cpc> a good cert"),
            ("is the CPC-A good", "is the <cpc-a> good"),
            ("cpca", "<cpc-a>"),
            ("ca", "<cpc-a>"),
            ("CPC apprentice", "<cpc-a>"),
            ("ccs p", "<ccs-p>"),
            ("icd 10 cm", "<icd-10-cm>"),
            ("ICD-10-CM vs icd-10", "<icd-10-cm> vs <icd-10>"),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_long_message_is_cut_and_a_long_word_too() {
        assert!(words(&"word ".repeat(200_000)).len() <= MAX_CHARS / 5 + 1);
        assert_eq!(words(&"x".repeat(100_000)), ["x".repeat(MAX_WORD_CHARS)]);
    }

    proptest! {
        #[test]
        fn any_text_gives_clean_words(text in "\\PC*") {
            for token in Analyzer::new(&lexicon()).analyze(&text) {
                prop_assert!(!token.word.is_empty());
                prop_assert!(!token.word.contains(char::is_whitespace));
                prop_assert!(!stem(&token.word).is_empty());
            }
        }

        #[test]
        fn case_and_surrounding_punctuation_do_not_matter(text in "[a-z ]{0,40}") {
            prop_assert_eq!(words(&text), words(&format!("  ¿{}?! ", text.to_uppercase())));
        }
    }
}
