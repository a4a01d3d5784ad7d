//! From the bytes of a file that another program saved to its text.
//!
//! Owns which encodings are understood, and what is said about those that are not. Guesses only where the guess can be shown.

use super::Unreadable;
use crate::slips;

/// What stands at the codes 0x80 to 0x9f in Windows-1252; the rest is as in Unicode. Five codes stand for nothing.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// In which part of a text in a Latin script letters outside ASCII may be: French has 5 in a hundred, Vietnamese 25.
const MOST_ACCENTS: f64 = 0.3;

/// The longest word that is shown as an example.
const LONGEST_EXAMPLE: usize = 30;

/// The text of a file, without a byte-order mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// What somebody should look at, if it had to be guessed.
    pub note: Option<String>,
}

/// The text of these bytes: UTF-8, UTF-16 of either kind, or else Windows-1252, as Excel saves it in Western countries.
///
/// # Errors
///
/// When it is none of them, or would be guessed from too little; with what to do.
pub fn decode(bytes: &[u8]) -> Result<Decoded, Unreadable> {
    if slips::is_utf16(bytes) {
        let text = utf16(bytes).ok_or_else(|| unreadable("this file looks like UTF-16 and is broken"))?;
        return Ok(Decoded { text, note: None });
    }
    let without_mark = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(without_mark) {
        Ok(text) => Ok(Decoded { text: text.to_owned(), note: None }),
        Err(_) => windows_1252(without_mark),
    }
}

fn unreadable(what: impl Into<String>) -> Unreadable {
    let help = "save it as UTF-8 (in Excel: Save as, \"CSV UTF-8\"; in LibreOffice: Save as, \"Edit filter settings\", \
                Unicode (UTF-8); in an editor: Save as, Encoding)";
    Unreadable { what: what.into(), help: help.to_owned() }
}

/// The text of UTF-16, with a mark or with the zeros of Latin letters on the side they have; `None` when it is broken.
fn utf16(bytes: &[u8]) -> Option<String> {
    let zeros = |side: usize| bytes.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (bytes, little) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, true),
        [0xfe, 0xff, rest @ ..] => (rest, false),
        _ => (bytes, zeros(1) > zeros(0)),
    };
    let unit = |pair: &[u8]| match *pair {
        [one, other] => Some(if little { u16::from_le_bytes([one, other]) } else { u16::from_be_bytes([one, other]) }),
        _ => None,
    };
    let units: Option<Vec<u16>> = bytes.chunks(2).map(unit).collect();
    String::from_utf16(&units?).ok()
}

fn windows_1252(bytes: &[u8]) -> Result<Decoded, Unreadable> {
    let table = |byte: u8| match byte {
        0x80..=0x9f => WINDOWS_1252.get(usize::from(byte - 0x80)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::from(byte),
    };
    let text: String = bytes.iter().map(|byte| table(*byte)).collect();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let foreign = text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    let strange = text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'));
    // More accents than any language of it has: another script in an encoding of its own, or no text at all.
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than a few digits")]
    if strange || foreign as f64 > MOST_ACCENTS * letters as f64 {
        return Err(unreadable("this file is not saved as UTF-8, and it cannot be told how"));
    }
    let example = text.split_whitespace().find(|word| !word.is_ascii()).unwrap_or_default();
    let example: String = example.chars().take(LONGEST_EXAMPLE).collect();
    let note = format!(
        "the file is not UTF-8 and was read as Windows-1252: if {example:?} is not as it should be, save the file as UTF-8 \
         (in Excel: Save as, \"CSV UTF-8\")"
    );
    Ok(Decoded { text, note: Some(note) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str, little: bool, mark: bool) -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn what_programs_save_is_read() {
        let text = "question;answer\r\nGebühr “spät” 😀;5 €\r\n";
        let utf8 = text.as_bytes().to_vec();
        let marked = [b"\xef\xbb\xbf".as_slice(), &utf8].concat();
        let files = [
            utf8,
            marked,
            wide(text, true, true),
            wide(text, false, true),
            wide(text, true, false),
            wide(text, false, false),
        ];
        for bytes in files {
            assert_eq!(decode(&bytes), Ok(Decoded { text: text.into(), note: None }), "{bytes:?}");
        }
        assert_eq!(decode(b"").map(|decoded| decoded.text), Ok(String::new()));
    }

    #[test]
    fn windows_1252_is_shown_to_be_a_guess() {
        let decoded =
            decode(b"question,answer\nHow much?,The fee (Geb\xfchr) is 5 \x80 \x96 or \x93free\x94\n").unwrap();
        assert!(decoded.text.ends_with("The fee (Gebühr) is 5 € – or “free”\n"), "{}", decoded.text);
        assert!(decoded.note.unwrap().contains("if \"(Gebühr)\" is not as it should be"));
    }

    #[test]
    fn what_cannot_be_told_is_refused_with_what_to_do() {
        // Russian in Windows-1251; a picture; UTF-16 cut in the middle of a sign.
        for bytes in [
            b"\xc2\xee\xef\xf0\xee\xf1,\xce\xf2\xe2\xe5\xf2\n".as_slice(),
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff",
            b"\xff\xfea\0b",
        ] {
            let refused = decode(bytes).unwrap_err();
            assert!(refused.help.contains("CSV UTF-8"), "{}", refused.help);
        }
    }
}
