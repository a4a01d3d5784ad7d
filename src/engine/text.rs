//! Text as the matcher sees it: one path for entries and questions.
//!
//! [`Analyzer::analyze`] turns any string into [`Token`]s: Unicode folded, lexicon applied. Owns the rules of what a word
//! is, and in [`language`] what depends on the language; knows nothing of entries, weights or scores.

pub(super) mod language;
mod lexis;
mod numbers;
pub(super) mod script;

use std::hash::{Hash, Hasher};

use compact_str::CompactString;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::corpus::Lexicon;
use language::Language;
use lexis::Lexis;

/// How many characters of a message are read; what follows is ignored. A question is in the first page of a message or
/// not at all, and the bound keeps the cost of any message bounded.
pub const MAX_CHARS: usize = 4_000;

/// How many characters of one word are read: longer "words" are noise, and an edit-distance search over them is not free.
const MAX_WORD_CHARS: usize = 40;

/// One word of a question or phrasing. Two are equal that are the same word, however they were typed.
#[derive(Debug, Clone, Default)]
pub struct Token {
    /// Folded word, after the lexicon: `certifications`, `cpc-a`.
    pub word: CompactString,
    /// A name that matches exactly or not at all. Never spelled differently, never stemmed.
    pub protected: bool,
    /// Typed in capitals, in a text that is not: if no entry has the word, it is a name that nobody declared (`LSAT`).
    pub capitals: bool,
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        (&self.word, self.protected) == (&other.word, other.protected)
    }
}

impl Eq for Token {}

impl Hash for Token {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.word, self.protected).hash(state);
    }
}

/// Splits and applies a lexicon. Built once per corpus.
#[derive(Debug)]
pub struct Analyzer {
    lexis: Lexis,
}

/// The words of a text as they were typed, folded, before the lexicon.
pub struct Words(Vec<RawWord>);

impl Words {
    /// Each of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|word| word.word.as_str())
    }
}

impl Analyzer {
    /// An analyzer for this lexicon of a corpus in this language.
    pub fn new(lexicon: &Lexicon, language: Language) -> Self {
        Self { lexis: Lexis::new(lexicon, language) }
    }

    /// The language it reads.
    pub fn language(&self) -> Language {
        self.lexis.language()
    }

    /// The tokens of `text`, in order. At most [`MAX_CHARS`] characters are read.
    pub fn analyze(&self, text: &str) -> Vec<Token> {
        self.apply(self.words(text))
    }

    /// The words of `text`, in order. At most [`MAX_CHARS`] characters are read.
    pub fn words(&self, text: &str) -> Words {
        Words(split(text, self.language()))
    }

    /// What the lexicon makes of words: [`Analyzer::analyze`] in two steps, for those who want to see both.
    pub fn apply(&self, words: Words) -> Vec<Token> {
        self.lexis.apply(words.0)
    }

    /// Whether the lexicon or the language's table of short forms has this word, so that it is no typo.
    pub fn knows(&self, word: &str) -> bool {
        self.lexis.knows(word)
    }
}

/// The words of a text, folded as the language is.
pub fn words(text: &str, language: Language) -> impl Iterator<Item = CompactString> + use<> {
    split(text, language).into_iter().map(|word| word.word)
}

/// A word as split from the text, before the lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RawWord {
    word: CompactString,
    /// Only a hyphen, slash, dot or ampersand stands between it and the word before.
    joined: bool,
    /// More than spaces stand between it and the word before.
    apart: bool,
    /// Typed in capitals, in a text that is not.
    capitals: bool,
    /// Single letters with dots between them: `C.P.C.`, or one letter.
    letters: bool,
}

/// Folds and splits: compatibility forms, case, accents, apostrophes and invisible characters go; everything that is not
/// a letter or digit separates. `1,200` is one number, `C.P.C.` one word.
fn split(text: &str, language: Language) -> Vec<RawWord> {
    // Before NFKD, which takes an acute accent used as an apostrophe for a space, and a trade mark for two letters.
    let parts = language.parts_at_apostrophes();
    let written = text.chars().take(MAX_CHARS).map(|c| if parts && is_apostrophe(c) { '\'' } else { c });
    let written = written.filter(|c| (parts || !is_apostrophe(*c)) && !is_mark_of_trade(*c));
    // ASCII is NFKD already.
    let words = if text.is_ascii() { split_folded(written, language) } else { split_folded(written.nfkd(), language) };
    if language == Language::English { numbers::written_out(words) } else { words }
}

/// The same of characters that are NFKD.
fn split_folded(chars: impl Iterator<Item = char>, language: Language) -> Vec<RawWord> {
    let mut words: Vec<RawWord> = Vec::new();
    let mut word = Spelled::default();
    // What stands between the last word and the next: nothing yet, a joiner, or anything else.
    let mut gap = Gap::Wide;
    let mut chars = chars.peekable();
    let mut any_small = false;
    while let Some(c) = chars.next() {
        // First, for to Unicode some marks are letters.
        if language.leaves_out(c) {
            if c == BREVE && word.text.ends_with('и') {
                word.text.pop();
                word.text.push('й');
            }
            continue;
        }
        if c.is_alphanumeric() {
            any_small |= c.is_lowercase();
            word.push(c, language);
            continue;
        }
        // Other combining marks belong to their letter in every script.
        if !c.is_ascii() && is_combining_mark(c) {
            word.push_mark(c);
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        let inside_number = matches!(c, ',' | '.')
            && word.text.ends_with(|d: char| d.is_ascii_digit())
            && chars.peek().is_some_and(char::is_ascii_digit);
        if inside_number && c == ',' {
            continue;
        }
        if !word.text.is_empty() {
            std::mem::take(&mut word).finish(gap, &mut words);
            gap = Gap::None;
        }
        gap = match (gap, c) {
            (Gap::None, '.') if !inside_number => Gap::Dot,
            (Gap::None | Gap::Dot, '-' | '\u{2010}'..='\u{2013}' | '/' | '.' | '&' | '_') => Gap::Joined,
            (Gap::None | Gap::Space, c) if c.is_whitespace() => Gap::Space,
            _ => Gap::Wide,
        };
    }
    if !word.text.is_empty() {
        word.finish(gap, &mut words);
    }
    // In a text all in capitals they say nothing.
    words.iter_mut().for_each(|word| word.capitals &= any_small);
    words
}

/// Makes another letter of one in Russian, and is no accent there: и, й.
const BREVE: char = '\u{306}';

/// A word as far as it has been read.
#[derive(Default)]
struct Spelled {
    text: CompactString,
    characters: usize,
    /// It has a letter that is not a capital.
    small: bool,
}

impl Spelled {
    fn push(&mut self, c: char, language: Language) {
        self.characters += 1;
        self.small |= !c.is_uppercase();
        if self.characters <= MAX_WORD_CHARS {
            if c.is_ascii() {
                return self.text.push(c.to_ascii_lowercase());
            }
            // Lower case may have marks of its own: "İ".
            for c in c.to_lowercase().filter(|c| c.is_alphanumeric()) {
                match language.plain_letter(c) {
                    Some(plain) => self.text.push_str(plain),
                    None => self.text.push(c),
                }
            }
        }
    }

    fn push_mark(&mut self, mark: char) {
        if !self.text.is_empty() && self.characters < MAX_WORD_CHARS {
            self.text.push(mark);
        }
    }

    /// Adds it to `words`: as a word of its own or, as a letter with a dot before it, to the letters before.
    fn finish(self, gap: Gap, words: &mut Vec<RawWord>) {
        let is_letter = self.characters == 1 && self.text.chars().all(char::is_alphabetic);
        if let (Gap::Dot, true, Some(last)) = (gap, is_letter, words.last_mut())
            && last.letters
        {
            last.word.push_str(&self.text);
            last.capitals &= !self.small;
            return;
        }
        let joined = matches!(gap, Gap::Joined | Gap::Dot);
        let apart = gap == Gap::Wide;
        words.push(RawWord { word: self.text, joined, apart, capitals: !self.small, letters: is_letter });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Dot,
    Joined,
    Space,
    Wide,
}

fn is_mark_of_trade(c: char) -> bool {
    matches!(c, '™' | '℠' | '®' | '©')
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
        Analyzer::new(&lexicon(), Language::English)
            .analyze(text)
            .into_iter()
            .map(|t| if t.protected { format!("<{}>", t.word) } else { t.word.to_string() })
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
            ("U.S. at 9 a.m. e.g. v1.2.3 p.s", "us at 9 am eg v1 2 3 ps"),
            ("a.b. c. d", "ab c d"),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn function_words_are_known_in_any_form_of_writing() {
        assert!(words("HOW  do I…?").iter().all(|word| Language::English.is_function_word(word)));
        assert!(!Language::English.is_function_word("cost") && !Language::English.is_function_word(""));
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
            ("the CPC as a title", "the <cpc> as a title"),
            ("is the CPC as good as the CCS-P", "is the <cpc> as good as the <ccs-p>"),
            ("is the cpc a good start", "is the <cpc> a good start"),
            ("IS THE CPC A GOOD START", "is the <cpc> a good start"),
            ("what does CPC A mean", "what does <cpc-a> mean"),
            ("i passed the cpc a", "i passed the <cpc-a>"),
            ("Take the CPC? A guide says so", "take the <cpc> a guide says so"),
            ("the CPC. A", "the <cpc> a"),
            ("the CPC-As and CPCs", "the <cpc-a> and <cpc>"),
            ("CCS-Ps vs CCS-P’s", "<ccs-p> vs <ccs-p>"),
            ("C.P.C., C.P.C.-A. or c.c.s.-p?", "<cpc> <cpc-a> or <ccs-p>"),
            ("CPC™ or CCS-P®", "<cpc> or <ccs-p>"),
            ("ICD-10-CM vs icd-10", "<icd-10-cm> vs <icd-10>"),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn capitals_stand_out_where_not_all_are() {
        let capitals = |text: &str| -> Vec<String> {
            let tokens = Analyzer::new(&lexicon(), Language::English).analyze(text);
            tokens.into_iter().filter(|token| token.capitals).map(|token| token.word.to_string()).collect()
        };
        assert_eq!(capitals("Is the CNA exam harder than the L.S.A.T. or Gre?"), ["cna", "lsat"]);
        assert_eq!(capitals("IS THE CNA EXAM HARD"), [""; 0]);
    }

    #[test]
    fn a_long_message_is_cut_and_a_long_word_too() {
        assert!(words(&"word ".repeat(200_000)).len() <= MAX_CHARS / 5 + 1);
        assert_eq!(words(&"x".repeat(100_000)), ["x".repeat(MAX_WORD_CHARS)]);
    }

    proptest! {
        #[test]
        fn any_text_gives_clean_words(text in "\\PC*") {
            for token in Analyzer::new(&lexicon(), Language::English).analyze(&text) {
                prop_assert!(!token.word.is_empty());
                prop_assert!(!token.word.contains(char::is_whitespace));
                prop_assert!(!Language::English.stem(&token.word).is_empty());
            }
        }

        #[test]
        fn case_and_surrounding_punctuation_do_not_matter(text in "[a-z ]{0,40}") {
            prop_assert_eq!(words(&text), words(&format!("  ¿{}?! ", text.to_uppercase())));
        }
    }
}
