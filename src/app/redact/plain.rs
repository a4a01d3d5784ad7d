//! A text as it reads: without what is invisible or only dresses it up, so that no rule has to know of that.
//!
//! Owns which characters stand for the same sign. Each byte knows the place in the text that it comes from, for what is
//! found is replaced there and everything else stays as it was written.

use std::ops::Range;

/// What a rule has taken is filled with this, byte for byte: no rule finds it, and places stay what they are.
const TAKEN: char = '\u{1}';
/// The same for what is to stay.
const KEPT: char = '\u{2}';
/// What stands in a shape for a byte of a sign that is no letter.
const OTHER: &str = "\u{3}";

/// The first digits (0) of other scripts and styles, each with its nine followers.
const ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
    0x17e0, 0x1810, 0x2070, 0x2080, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
];
/// The bold, italic, ... letters of mathematics: alphabets of 52 one after the other.
const STYLED_LETTERS: Range<u32> = 0x1d400..0x1d6a4;
/// Signs in pairs that Markdown marks words with.
const MARKS: &[&str] = &["**", "__", "~~", "||", "```", "`"];
/// Names of HTML that mark words within a line; others begin a new one.
const INLINE_TAGS: &[&str] =
    &["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "span", "a", "tg-spoiler", "font"];
const BLOCK_TAGS: &[&str] = &["br", "p", "div", "li", "ul", "ol", "td", "tr", "table", "blockquote", "h1", "h2", "h3"];
/// Names of signs in HTML.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("nbsp", ' '),
    ("commat", '@'),
    ("period", '.'),
    ("hyphen", '-'),
    ("ndash", '-'),
    ("quot", '"'),
    ("apos", '\''),
    ("lt", '<'),
    ("gt", '>'),
];

/// A text as it reads.
pub struct Plain {
    /// It; what was found so far is filled.
    pub text: String,
    /// The same in ASCII, byte for byte: a letter of another alphabet is some letter. Patterns are looked for in this. In
    /// anything but ASCII `\b` keeps them from the fast way to look, which makes that fifty times as slow.
    pub shape: String,
    /// For each byte of it where that what it stands for begins in the text as it was written, and where it ends.
    places: Vec<(usize, usize)>,
}

impl Plain {
    /// How `written` reads.
    pub fn of(written: &str) -> Self {
        let mut plain = Self {
            text: String::with_capacity(written.len()),
            shape: String::with_capacity(written.len()),
            places: Vec::with_capacity(written.len()),
        };
        let mut at = 0;
        while let Some(rest) = written.get(at..).filter(|rest| !rest.is_empty()) {
            let (signs, length) = read(rest, plain.text.chars().next_back());
            if let Some(sign) = signs {
                plain.text.push(sign);
                push_shape(&mut plain.shape, sign);
                plain.places.resize(plain.text.len(), (at, at + length));
            }
            at += length;
        }
        plain
    }

    /// Where this part of it stands in the text as it was written.
    pub fn place(&self, part: &Range<usize>) -> Option<Range<usize>> {
        let (start, _) = self.places.get(part.start)?;
        let (_, end) = self.places.get(part.end.checked_sub(1)?)?;
        Some(*start..*end)
    }

    /// This part of the shape, but with all of the letters that it begins and ends in.
    pub fn whole(&self, part: Range<usize>) -> Range<usize> {
        let is_edge = |at: &usize| self.text.is_char_boundary(*at);
        let start = (0..=part.start).rev().find(is_edge).unwrap_or_default();
        start..(part.end..self.text.len()).find(is_edge).unwrap_or(self.text.len())
    }

    /// Fills a part of it that goes, so that no rule finds it again.
    pub fn take(&mut self, part: Range<usize>) {
        self.fill(part, TAKEN);
    }

    /// The same for a part that stays.
    pub fn keep(&mut self, part: Range<usize>) {
        self.fill(part, KEPT);
    }

    fn fill(&mut self, part: Range<usize>, sign: char) {
        if self.text.get(part.clone()).is_some() {
            let filled = sign.to_string().repeat(part.len());
            self.shape.replace_range(part.clone(), &filled);
            self.text.replace_range(part, &filled);
        }
    }
}

/// Adds a sign to a shape, in as many bytes as it has.
fn push_shape(shape: &mut String, sign: char) {
    let more = sign.len_utf8().saturating_sub(1);
    match sign {
        _ if more == 0 => shape.push(sign),
        'ß' => shape.push_str("ss"),
        // The last byte is what stands before a price.
        '€' | '£' => shape.extend(std::iter::repeat_n(OTHER, more).chain(["$"])),
        // An accent that is a sign of its own belongs to its letter.
        _ if sign.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&sign) => {
            shape.push(if sign.is_uppercase() { 'Q' } else { 'q' });
            shape.extend(std::iter::repeat_n('q', more));
        }
        _ => shape.extend(std::iter::repeat_n(OTHER, more + 1)),
    }
}

/// The sign that `rest` begins with as it reads, if it reads as any, and how many bytes it takes. Never none.
fn read(rest: &str, before: Option<char>) -> (Option<char>, usize) {
    let Some(first) = rest.chars().next() else { return (None, 1) };
    let bytes = first.len_utf8();
    let dressed = match first {
        '&' => entity(rest),
        '<' => tag(rest),
        '%' if rest.get(..3) == Some("%40") => Some((Some('@'), 3)),
        // `\-`: a sign that is to mean itself in Markdown.
        '\\' if rest.get(1..).and_then(|rest| rest.chars().next()).is_some_and(|next| next.is_ascii_punctuation()) => {
            Some((None, 1))
        }
        '*' | '_' | '~' | '|' | '`' => mark(rest, before),
        _ => None,
    };
    dressed.unwrap_or_else(|| (sign(first), bytes))
}

/// The sign that a character reads as; `None`: it cannot be seen.
fn sign(c: char) -> Option<char> {
    let code = u32::from(c);
    if let Some(zero) = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)) {
        return char::from_digit(code - zero, 10);
    }
    match code {
        // Line ends stay; the filling is nobody's to write.
        0x0a => Some('\n'),
        0x00..=0x08 | 0x0e..=0x1f | 0x7f => Some(' '),
        0xb9 => Some('1'),
        0xb2 | 0xb3 => char::from_digit(code - 0xb0, 10),
        // ASCII in full width.
        0xff01..=0xff5e => char::from_u32(code - 0xfee0),
        // ① to ⑨.
        0x2460..=0x2468 => char::from_digit(code - 0x245f, 10),
        _ if STYLED_LETTERS.contains(&code) => {
            let letter = u8::try_from((code - STYLED_LETTERS.start) % 52).unwrap_or_default();
            Some(char::from(if letter < 26 { b'A' + letter } else { b'a' + letter - 26 }))
        }
        // Hyphens and dashes.
        0x2010..=0x2015 | 0x2212 | 0xfe58 | 0xfe63 => Some('-'),
        // Apostrophes.
        0x2018 | 0x2019 | 0x02bc | 0x00b4 | 0x2032 => Some('\''),
        0x201c | 0x201d => Some('"'),
        // Slashes, dots, at signs.
        0x2044 | 0x2215 => Some('/'),
        0x2024 | 0xfe52 => Some('.'),
        0xfe6b => Some('@'),
        _ if is_unseen(code) => None,
        _ if c.is_whitespace() => Some(' '),
        _ => Some(c),
    }
}

/// Characters without width: joiners, marks of direction, fillers, selectors of style.
fn is_unseen(code: u32) -> bool {
    matches!(
        code,
        0xad | 0x34f
            | 0x61c
            | 0x115f
            | 0x1160
            | 0x17b4
            | 0x17b5
            | 0x180b..=0x180e
            | 0x200b..=0x200f
            | 0x202a..=0x202e
            | 0x2060..=0x206f
            | 0x20e3
            | 0x3164
            | 0xfe00..=0xfe0f
            | 0xfeff
            | 0xffa0
            | 0xe0000..=0xe0fff
    )
}

/// A mark of Markdown. One sign alone is one only at the edge of a word: `5*3` is no mark, and neither is `first_last`.
fn mark(rest: &str, before: Option<char>) -> Option<(Option<char>, usize)> {
    if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
        return Some((None, mark.len()));
    }
    let after = rest.chars().nth(1);
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_edge = rest.starts_with(['*', '_']) && !(is_word(before) && is_word(after));
    is_edge.then_some((None, 1))
}

/// A sign by its name or number: `&nbsp;`, `&#64;`, `&#x40;`.
fn entity(rest: &str) -> Option<(Option<char>, usize)> {
    let name = up_to(rest.strip_prefix('&')?, ';').filter(|name| name.len() >= 2)?;
    let length = name.len() + 2;
    let code = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        },
        None => match ENTITIES.iter().find(|(known, _)| *known == name) {
            Some((_, sign)) => u32::from(*sign),
            None => return ["shy", "zwnj", "zwj"].contains(&name).then_some((None, length)),
        },
    };
    Some((sign(char::from_u32(code)?), length))
}

/// A tag of HTML that says nothing itself. One with an address in it is read like words.
fn tag(rest: &str) -> Option<(Option<char>, usize)> {
    let inside = up_to(rest.strip_prefix('<')?, '>')?;
    let name = inside.trim_start_matches('/').trim_end_matches('/').trim().to_ascii_lowercase();
    let length = inside.len() + 2;
    if INLINE_TAGS.contains(&name.as_str()) {
        Some((None, length))
    } else if BLOCK_TAGS.contains(&name.as_str()) {
        Some((Some('\n'), length))
    } else {
        None
    }
}

/// What stands before the first `end`, if that comes soon: however long a text is, it is read once.
fn up_to(text: &str, end: char) -> Option<&str> {
    let (at, _) = text.char_indices().take(16).find(|(_, c)| *c == end)?;
    text.get(..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_reads_as_a_person_reads_it() {
        for (written, reads) in [
            ("5\u{200b}5\u{ad}5-\u{feff}12", "555-12"),
            ("a\u{a0}b\u{2009}c\td\ne", "a b c d\ne"),
            ("５５５－１２３４ ＠ Ｍａｒｉａ", "555-1234 @ Maria"),
            ("٥٥٥ ५५५ 𝟓𝟝 1️⃣2️⃣ ①②", "555 555 55 12 12"),
            ("𝐌𝐚𝐫𝐢𝐚 𝑴𝒂", "Maria Ma"),
            ("555–123—4567 O’Brien", "555-123-4567 O'Brien"),
            ("**555**-__123__ `x` ||y|| ~~z~~", "555-123 x y z"),
            ("*Maria* _Lopez_ 5*3 first_last", "Maria Lopez 5*3 first_last"),
            ("<b>555</b>-<i>1</i><br>x</p>y", "555-1\nx\ny"),
            ("<ann@example.org> <a href=\"tel:5\">", "<ann@example.org> <a href=\"tel:5\">"),
            ("a&#64;b&commat;c&nbsp;d&#x2d;e&amp;f &x; &", "a@b@c d-e&f &x; &"),
            (r"555\-123\.4 \n", r"555-123.4 \n"),
            ("ann%40example.org 40%", "ann@example.org 40%"),
            ("\u{1}x\u{0}", " x "),
        ] {
            let plain = Plain::of(written);
            assert_eq!(plain.text, reads, "{written:?}");
        }
    }

    #[test]
    fn every_place_leads_back_to_what_was_written() {
        let written = "é 5\u{200b}5&#45;５ <b>x</b>";
        let plain = Plain::of(written);
        let place = |part: &str| {
            let start = plain.text.find(part).expect("it is there");
            plain.place(&(start..start + part.len())).and_then(|place| written.get(place))
        };
        assert_eq!(plain.text, "é 55-5 x");
        assert_eq!(place("é"), Some("é"));
        assert_eq!(place("55-5"), Some("5\u{200b}5&#45;５"));
        assert_eq!(place("x"), Some("x"));
        assert_eq!(plain.place(&(0..0)), None);
        assert_eq!(plain.place(&(0..99)), None);
    }

    #[test]
    fn a_shape_is_ascii_with_letters_where_letters_are() {
        for (written, shape) in [
            ("Zoë, heiße", "Zoqq, heisse"),
            ("É 中1", "Qq qqq1"),
            ("e\u{301}t", "eqqt"),
            ("😀x", "\u{3}\u{3}\u{3}\u{3}x"),
            ("€5 £6 $7", "\u{3}\u{3}$5 \u{3}$6 $7"),
        ] {
            let plain = Plain::of(written);
            assert_eq!((plain.shape.as_str(), plain.shape.len()), (shape, plain.text.len()));
        }
        let plain = Plain::of("aé中");
        for (part, whole) in [(0..1, 0..1), (2..3, 1..3), (1..2, 1..3), (4..5, 3..6), (1..4, 1..6), (6..6, 6..6)] {
            assert_eq!(plain.whole(part), whole);
        }
    }

    #[test]
    fn what_is_taken_is_filled_and_the_rest_stays() {
        let mut plain = Plain::of("é5x");
        plain.take(0..3);
        assert_eq!(plain.text, "\u{1}\u{1}\u{1}x");
        assert_eq!(plain.shape, plain.text);
        plain.take(2..99);
        assert_eq!(plain.text.len(), 4, "a part that is none");
    }
}
