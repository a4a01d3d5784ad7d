//! Names of tables: `[name]` and `[[name]]`.

use std::ops::Range;

use super::Slip;
use super::explain::{Explainer, invisible};
use super::statement::is_key_letter;
use super::tokens::is_invisible;

/// The name of a table.
pub(super) struct Header {
    pub name: String,
    pub span: Range<usize>,
    pub repeated: bool,
    /// Nobody can say which table is meant.
    pub lost: bool,
}

/// What the line says, or was meant to say; `None` when it is no name of a table at all.
pub(super) fn read(explainer: &Explainer<'_>) -> Option<(Header, Option<Slip>)> {
    let start = explainer.statement.tokens.first()?.span.start;
    let end = explainer.statement.tokens.last()?.span.end;
    let line = explainer.get(start..end);
    let opening = line.len() - line.trim_start_matches('[').len();
    let name = line[opening..].trim_start();
    let name_at = line.len() - name.len();
    let name = &name[..name.find(|c| !(is_key_letter(c) || c == '.')).unwrap_or(name.len())];
    let rest = line[name_at + name.len()..].trim_start();
    let closing = rest.len() - rest.trim_start_matches(']').len();
    let rest = rest[closing..].trim_start();
    let layout = explainer.layout;
    let (once, repeated) = (layout.tables.contains(&name), layout.repeated.contains(&name));
    let span = start + name_at..start + name_at + name.len();
    let header = |repeated: bool, lost: bool| Header { name: name.to_owned(), span: span.clone(), repeated, lost };
    if once || repeated {
        let brackets = if repeated { 2 } else { 1 };
        let right = format!("{}{name}{}", "[".repeat(brackets), "]".repeat(brackets));
        let slip = if !rest.is_empty() && closing > 0 {
            let message = format!("{right} stands on a line of its own");
            Some(explainer.slip(explainer.statement.span.clone(), message, "write what follows it on the next line"))
        } else if (opening, closing) != (brackets, brackets) {
            let side = if repeated { "with two brackets on each side" } else { "with one bracket on each side" };
            let message = format!("the brackets of {right} are not right");
            let mut slip = explainer.slip(explainer.statement.span.clone(), message, format!("write {right} {side}"));
            slip.lost = false;
            Some(slip)
        } else {
            unseen(explainer)
        };
        return Some((header(repeated, false), slip));
    }
    if super::is_right(line) {
        return Some((header(opening == 2, false), unseen(explainer)));
    }
    if name.is_empty() || !rest.is_empty() || line.contains(',') {
        return None;
    }
    let known: Vec<String> = layout
        .repeated
        .iter()
        .map(|name| format!("[[{name}]]"))
        .chain(layout.tables.iter().map(|name| format!("[{name}]")))
        .collect();
    let message = "a bracket is missing or too many in this name";
    let help = if known.is_empty() { layout.stray.to_owned() } else { format!("write {}", known.join(" or ")) };
    Some((header(opening == 2, true), Some(explainer.slip(explainer.statement.span.clone(), message, help))))
}

/// An invisible character beside a name that is right.
fn unseen(explainer: &Explainer<'_>) -> Option<Slip> {
    let (at, c) = explainer.written().char_indices().find(|(_, c)| is_invisible(*c))?;
    let at = explainer.statement.span.start + at;
    let mut slip = invisible(explainer, at..at + c.len_utf8(), c);
    slip.lost = false;
    Some(slip)
}
