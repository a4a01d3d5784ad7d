//! What every button is made of: its label, short enough for a phone, and what it tells the bot.

use super::{Action, Button, Press};
use crate::engine::corpus::Entry;
use crate::engine::html::{cut_line, escape, is_blank};

/// UTF-16 units of a button's label: more is not readable on a phone.
pub(super) const LABEL_UNITS: usize = 60;

/// A button that tells the bot something.
pub(super) fn button(label: &str, press: Press) -> Button {
    Button { label: label.to_owned(), action: Action::Press(press) }
}

/// The entry's question in at most so many UTF-16 units, or its id where the question shows nothing.
pub fn question(entry: &Entry, units: usize) -> String {
    let question = cut_line(&entry.question, units);
    if is_blank(&escape(&question)) { cut_line(&entry.id, units) } else { question }
}

/// The entry's question, short enough for a button.
pub(super) fn label(entry: &Entry) -> String {
    question(entry, LABEL_UNITS)
}
