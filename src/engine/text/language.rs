//! The languages a corpus can be in: one row each, and a file of words beside this one.
//!
//! Owns what depends on the language in reading words: which have no subject of their own, which letters are written in
//! two ways, and stems. Snowball's rules want the accents that [`super::split`] has taken off, because students on phones
//! leave them out. So that `certificación`, `certificacion` and `certificaciones` meet, every word of entries and
//! questions goes one way: accents off, those put back that the rules look for and the letters give away, stemmed, accents
//! off again.

use std::borrow::Cow;
use std::sync::OnceLock;

use compact_str::CompactString;
use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashSet;
use unicode_normalization::UnicodeNormalization;

use super::script::Script;

/// Language of a corpus and its questions: those with a Snowball stemmer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Language {
    Arabic,
    Danish,
    Dutch,
    #[default]
    English,
    Finnish,
    French,
    German,
    Greek,
    Hungarian,
    Italian,
    Norwegian,
    Portuguese,
    Romanian,
    Russian,
    Spanish,
    Swedish,
    Tamil,
    Turkish,
}

/// What there is to know of a language.
struct Row {
    language: Language,
    /// In English, as the bot says it.
    name: &'static str,
    /// As the configuration calls it.
    word: &'static str,
    /// ISO 639-1.
    code: &'static str,
    algorithm: Algorithm,
    words: &'static str,
}

macro_rules! rows {
    ($($language:ident $word:literal $code:literal,)*) => {
        [$(Row {
            language: Language::$language,
            name: stringify!($language),
            word: $word,
            code: $code,
            algorithm: Algorithm::$language,
            words: include_str!(concat!("language/", $word, ".txt")),
        },)*]
    };
}

/// In the order of [`Language`].
static ROWS: [Row; 18] = rows! {
    Arabic "arabic" "ar",
    Danish "danish" "da",
    Dutch "dutch" "nl",
    English "english" "en",
    Finnish "finnish" "fi",
    French "french" "fr",
    German "german" "de",
    Greek "greek" "el",
    Hungarian "hungarian" "hu",
    Italian "italian" "it",
    Norwegian "norwegian" "no",
    Portuguese "portuguese" "pt",
    Romanian "romanian" "ro",
    Russian "russian" "ru",
    Spanish "spanish" "es",
    Swedish "swedish" "sv",
    Tamil "tamil" "ta",
    Turkish "turkish" "tr",
};

/// Languages that are told from that of the corpus, but that no corpus can be in: they have no stemmer.
static OTHERS: &[(&str, &str)] = &[
    ("Hindi", include_str!("language/hindi.txt")),
    ("Indonesian", include_str!("language/indonesian.txt")),
    ("Polish", include_str!("language/polish.txt")),
    ("Tagalog", include_str!("language/tagalog.txt")),
    ("Vietnamese", include_str!("language/vietnamese.txt")),
];

/// Name and file of words of every language, those that a corpus can be in first and in the order of [`Language`].
pub(in crate::engine) fn tables() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROWS.iter().map(|row| (row.name, row.words)).chain(OTHERS.iter().copied())
}

/// The words of a file: those without a subject, or those that only tell the language.
pub(in crate::engine) fn listed(file: &'static str, telling: bool) -> impl Iterator<Item = &'static str> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter(move |line| line.starts_with('+') == telling).flat_map(|line| line.split(' ').filter(|w| *w != "+"))
}

impl Language {
    /// All of them, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.language)
    }

    fn row(self) -> &'static Row {
        // A test holds the rows to the order.
        ROWS.get(self as usize).unwrap_or(&ROWS[0])
    }

    /// In English: `German`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// As the configuration calls it: `german`.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// Its ISO 639-1 code: `de`.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// Whether the word, as a token has it, carries no subject of its own: a message of nothing else asks for nothing in
    /// particular.
    pub(in crate::engine) fn is_function_word(self, word: &str) -> bool {
        static WORDS: [OnceLock<FxHashSet<CompactString>>; ROWS.len()] = [const { OnceLock::new() }; ROWS.len()];
        let folded = || listed(self.row().words, false).flat_map(move |word| super::words(word, self));
        WORDS.get(self as usize).is_some_and(|words| words.get_or_init(|| folded().collect()).contains(word))
    }

    /// The script its words are in.
    pub(in crate::engine) fn script(self) -> Script {
        match self {
            Self::Arabic => Script::Arabic,
            Self::Greek => Script::Greek,
            Self::Russian => Script::Cyrillic,
            Self::Tamil => Script::Tamil,
            _ => Script::Latin,
        }
    }

    /// Whether an apostrophe stands between two words (`l'examen`, `CPC'nin`) and not within one (`don't`).
    pub(super) fn parts_at_apostrophes(self) -> bool {
        matches!(self, Self::French | Self::Italian | Self::Turkish)
    }

    /// Whether this mark may be left out, and so is: accents; in Arabic vowel signs and the hamza on a letter.
    pub(super) fn leaves_out(self, mark: char) -> bool {
        let of_arabic = matches!(mark, '\u{64b}'..='\u{65f}' | '\u{670}');
        ('\u{300}'..='\u{36f}').contains(&mark) || (self == Self::Arabic && of_arabic)
    }

    /// What people write for a letter that their keyboard does not have; compatibility forms have been taken apart.
    /// English has no such letter, and stays as it is.
    pub(super) fn plain_letter(self, letter: char) -> Option<&'static str> {
        if self == Self::English || letter.is_ascii() {
            return None;
        }
        Some(match letter {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'ł' => "l",
            'đ' => "d",
            'ı' => "i",
            'ς' => "σ",
            'ى' if self == Self::Arabic => "ي",
            // The line that stretches a word says nothing.
            '\u{640}' => "",
            _ => return None,
        })
    }

    /// The stem of a word. What is not all letters of the language's script stays as it is: names, numbers, other
    /// languages.
    pub(in crate::engine) fn stem(self, word: &str) -> CompactString {
        let stemmer = || Stemmer::create(self.row().algorithm);
        if self == Self::English {
            let is_plain = word.len() >= 3 && word.bytes().all(|b| b.is_ascii_lowercase());
            return if is_plain { stemmer().stem(word).into() } else { word.into() };
        }
        if word.chars().count() < 3 || !word.chars().all(|c| Script::of(c) == Some(self.script())) {
            return word.into();
        }
        let stem: CompactString = match self.accented(word) {
            Cow::Borrowed(word) => stemmer().stem(word).into(),
            Cow::Owned(word) if self == Self::Tamil => stemmer().stem(&word).into(),
            Cow::Owned(word) => {
                let stem = stemmer().stem(&word).nfkd().collect::<String>();
                let stem = stem.chars().filter(|c| !self.leaves_out(*c));
                stem.map(|c| if c == 'ı' { 'i' } else { c }).collect()
            }
        };
        // Of some short words Snowball leaves nothing.
        if stem.is_empty() { word.into() } else { stem }
    }

    /// The word with the accents that the stemmer's rules look for, where the letters give them away. Not the word as it
    /// is spelled: both sides get the same, right or wrong.
    fn accented(self, word: &str) -> Cow<'_, str> {
        match self {
            // "Prüfung" is typed "Pruefung" too. Not the ue of "neue" and "Quelle".
            Self::German => Cow::Owned(without_umlauts(word)),
            Self::Turkish => Cow::Owned(in_harmony(word)),
            // Its signs were taken apart with the accents.
            Self::Tamil => Cow::Owned(word.nfc().collect()),
            Self::French => {
                ending(word, &[("ees", "ées"), ("ee", "ée"), ("ites", "ités"), ("ite", "ité"), ("iere", "ière")])
            }
            Self::Spanish => ending(word, &[("cion", "ción"), ("sion", "sión")]),
            Self::Portuguese => ending(
                word,
                &[
                    ("cao", "ção"),
                    ("coes", "ções"),
                    ("avel", "ável"),
                    ("ivel", "ível"),
                    ("ancia", "ância"),
                    ("encia", "ência"),
                    ("encias", "ências"),
                ],
            ),
            Self::Romanian => ending(
                word,
                &[
                    ("tie", "ţie"),
                    ("tia", "ţia"),
                    ("tii", "ţii"),
                    ("tiei", "ţiei"),
                    ("tiile", "ţiile"),
                    ("tiilor", "ţiilor"),
                ],
            ),
            Self::Hungarian => ending(
                word,
                &[
                    ("bol", "ból"),
                    ("rol", "ról"),
                    ("tol", "tól"),
                    ("nal", "nál"),
                    ("nel", "nél"),
                    ("ert", "ért"),
                    ("kent", "ként"),
                    ("ak", "ák"),
                    ("ek", "ék"),
                ],
            ),
            _ => Cow::Borrowed(word),
        }
    }
}

/// The word with the first of these endings that it has replaced.
fn ending<'a>(word: &'a str, endings: &[(&str, &str)]) -> Cow<'a, str> {
    let accented = |(plain, accented): &(&str, &str)| Some(format!("{}{accented}", word.strip_suffix(plain)?));
    endings.iter().find_map(accented).map_or(Cow::Borrowed(word), Cow::Owned)
}

/// German with `ae`, `oe` and `ue` for umlauts: without them.
fn without_umlauts(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    let mut before = [' '; 2];
    for c in word.chars() {
        let [second, first] = before;
        let stands_for_umlaut = c == 'e'
            && matches!(first, 'a' | 'o' | 'u')
            && !matches!(second, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
            && !(second == 'q' && first == 'u');
        if !stands_for_umlaut {
            plain.push(c);
        }
        before = [first, c];
    }
    plain
}

/// Turkish with its dots and dotless letters back where the harmony of vowels says so, for the stemmer looks at it: beside
/// a the vowels are ı, o, u, beside e they are i, ö, ü. The nearest a or e before a vowel counts, or else the next after.
fn in_harmony(word: &str) -> String {
    let next_back = |from: usize| word.get(from..).and_then(|rest| rest.chars().find(|c| matches!(c, 'a' | 'e')));
    let mut written = String::with_capacity(word.len() + 4);
    let mut back: Option<bool> = None;
    for (at, c) in word.char_indices() {
        if matches!(c, 'a' | 'e') {
            back = Some(c == 'a');
        }
        let is_back = |unless_known: bool| back.or(next_back(at).map(|c| c == 'a')).unwrap_or(unless_known);
        written.push(match c {
            'i' if is_back(false) => 'ı',
            'o' if !is_back(true) => 'ö',
            'u' if !is_back(true) => 'ü',
            c => c,
        });
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As a token has it.
    fn word(language: Language, text: &str) -> CompactString {
        super::super::words(text, language).next().unwrap_or_default()
    }

    #[test]
    fn the_rows_are_in_order() {
        for (language, row) in Language::all().zip(&ROWS) {
            assert_eq!(language, row.language);
            assert_eq!(language.row().word, row.name.to_lowercase());
            let words = listed(row.words, false).count();
            assert!((40..=210).contains(&words), "{words} {language:?}");
        }
        assert_eq!((ROWS.len(), Language::default().name()), (18, "English"));
    }

    #[test]
    fn function_words_are_known_without_their_accents() {
        for (language, yes, no) in [
            (Language::English, "how", "cost"),
            (Language::German, "für", "prüfung"),
            (Language::German, "fur", "prufung"),
            (Language::French, "où", "examen"),
            (Language::Spanish, "qué", "examen"),
            (Language::Turkish, "nasıl", "sınav"),
            (Language::Turkish, "nasil", "sinav"),
            (Language::Russian, "мой", "экзамен"),
            (Language::Greek, "πόσο", "εξέταση"),
            (Language::Arabic, "أين", "امتحان"),
            (Language::Tamil, "எப்படி", "தேர்வு"),
        ] {
            assert!(language.is_function_word(&word(language, yes)), "{yes}");
            assert!(!language.is_function_word(&word(language, no)), "{no}");
        }
    }

    #[test]
    fn forms_of_a_word_meet_with_accents_and_without() {
        let mut apart = Vec::new();
        for (language, forms) in [
            (Language::English, &["certification", "certifications"][..]),
            (Language::German, &["Prüfung", "Prüfungen", "prufung", "pruefungen"]),
            (Language::German, &["Straße", "strasse", "Straßen"]),
            (Language::Spanish, &["certificación", "certificacion", "certificaciones"]),
            (Language::Spanish, &["examen", "exámen"]),
            (Language::Portuguese, &["certificação", "certificacao", "certificações", "certificacoes"]),
            (Language::French, &["diplômé", "diplomee", "diplômés", "diplômées", "diplome"]),
            (Language::Italian, &["esame", "esami"]),
            (Language::Dutch, &["opleiding", "opleidingen"]),
            (Language::Swedish, &["lön", "lönen", "lonen", "löner"]),
            (Language::Danish, &["prøve", "prøven", "proven"]),
            (Language::Norwegian, &["prøve", "prøven", "proven", "prøver"]),
            (Language::Finnish, &["kokeessa", "kokeesta"]),
            (Language::Romanian, &["certificație", "certificatie", "certificații"]),
            (Language::Hungarian, &["vizsga", "vizsgát", "vizsgat"]),
            (Language::Turkish, &["sınav", "sinav", "sınavlar", "sinavlari", "sınavları"]),
            (Language::Turkish, &["ücret", "ucret", "ücretler", "ucretleri"]),
            (Language::Turkish, &["gün", "gun", "günler", "gunler"]),
            (Language::Russian, &["экзамен", "экзамены", "экзамена"]),
            (Language::Russian, &["платёж", "платеж", "платежи"]),
            (Language::Russian, &["платный", "платная", "платные"]),
            (Language::Greek, &["εξέταση", "εξεταση", "ΕΞΕΤΑΣΗ"]),
            (Language::Greek, &["μισθός", "ΜΙΣΘΟΣ", "μισθοί"]),
            (Language::Arabic, &["امتحان", "الامتحان", "إمتحان", "اِمْتِحَان"]),
            (Language::Tamil, &["தேர்வு", "தேர்வுகள்"]),
        ] {
            let stems: Vec<CompactString> = forms.iter().map(|form| language.stem(&word(language, form))).collect();
            if stems.iter().any(|stem| Some(stem) != stems.first()) {
                apart.push(format!("{forms:?} {stems:?}"));
            }
        }
        assert!(apart.is_empty(), "{apart:#?}");
    }

    #[test]
    fn what_is_no_word_of_the_language_stays() {
        for (language, word) in [
            (Language::German, "99213"),
            (Language::German, "экзаменов"),
            (Language::Russian, "certifications"),
            (Language::Tamil, "examinations"),
            (Language::English, "naïvely"),
        ] {
            assert_eq!(language.stem(word), word);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_word_in_any_language_has_a_stem(
            any in "\\PC{1,12}",
            latin in "[a-zà-ÿąćęłńśźżăâîșțşğıőű]{3,14}",
            cyrillic in "[а-яё]{3,14}",
            greek in "[α-ωά-ώ]{3,14}",
            arabic in "[ء-يٱ-ە]{3,14}",
            tamil in "[அ-ஹா-்]{3,14}",
        ) {
            for language in Language::all() {
                for text in [&any, &latin, &cyrillic, &greek, &arabic, &tamil] {
                    prop_assert!(!language.stem(text).is_empty() || text.is_empty(), "{text} {language:?}");
                    for word in super::super::words(text, language) {
                        prop_assert!(!language.stem(&word).is_empty(), "{word} {language:?}");
                    }
                }
            }
        }
    }
}
