//! What is wrong with a text before its letters mean anything: how it was saved, and characters that nobody sees.

use std::ops::Range;

use super::{Slip, tokens};

/// Whether these are the bytes of UTF-16: with its mark, or with a zero in most pairs of bytes, always on the same side,
/// as letters have.
pub fn is_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return true;
    }
    let beginning = &bytes[..bytes.len().min(4_096)];
    let pairs = beginning.len() / 2;
    let mostly_zero =
        |at: usize| pairs >= 2 && beginning.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count() * 2 > pairs;
    mostly_zero(0) != mostly_zero(1)
}

/// What is wrong with a file whose lines end as on the first Macintosh, and what to do: its text is one line.
pub const OLD_LINE_ENDS: (&str, &str) = (
    "the lines of this file end in an old way that the bot does not read (CR)",
    "open the file in your editor and save it with the line ends LF or CRLF (in Notepad++: Edit, EOL Conversion; in \
     Visual Studio Code: click CR at the bottom)",
);

/// Whether all lines of a text end in that way.
pub fn has_old_line_ends(text: &str) -> bool {
    text.trim_end().contains('\r') && !text.contains('\n')
}

/// Characters that no editor shows and TOML does not take, in texts and notes too: reported once a line. The text with
/// blanks in their place; `None` when there is none of them.
pub(super) fn without_controls(text: &str, slips: &mut Vec<Slip>) -> Option<String> {
    let mut slip = |span: Range<usize>, (message, help): (&str, &str)| {
        slips.push(Slip {
            span,
            message: message.into(),
            help: help.into(),
            related: None,
            lost: false,
            // Nobody has looked yet at what the line belongs to.
            secret: true,
        });
    };
    if has_old_line_ends(text) {
        slip(0..0, OLD_LINE_ENDS);
        return Some(text.replace('\r', "\n"));
    }
    let mut cleaned: Option<Vec<u8>> = None;
    let mut reported = None;
    for (at, c) in text.char_indices() {
        if c != '\r' && !c.is_ascii_control() || !tokens::is_control(c, text[at + 1..].chars().next()) {
            continue;
        }
        let line = text[..at].rfind('\n');
        if reported.replace(line) != Some(line) {
            let message =
                format!("there is an invisible character here (a control character, number {})", u32::from(c));
            slip(at..at + 1, (&message, "delete it (or delete the line and type it anew)"));
        }
        if let Some(byte) = cleaned.get_or_insert_with(|| text.as_bytes().to_vec()).get_mut(at) {
            *byte = b' ';
        }
    }
    cleaned.and_then(|bytes| String::from_utf8(bytes).ok())
}
