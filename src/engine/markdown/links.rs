//! Links: which can be shown, and what looks like one but is none.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{LinkType, RefDefs};

use super::Problem;
use super::literal::Prose;
use crate::diagnostic::floor_char_boundary;

/// What a link in a chat may lead to. Telegram makes `mailto:` an address of the web, which leads nowhere.
const SCHEMES: [&str; 3] = ["http", "https", "tg"];

/// Endings of files that people try to link to.
const FILES: [&str; 12] = ["csv", "doc", "docx", "html", "jpg", "md", "pdf", "png", "pptx", "txt", "xlsx", "zip"];

/// How far from its middle a broken link is looked at, in bytes: enough for any address, and no line is read twice over
/// because of its length.
const LONGEST: usize = 2_000;

/// Whether Telegram shows a link to `target`.
pub(super) fn can_be_linked(target: &str) -> bool {
    target.split_once("://").is_some_and(|(scheme, rest)| {
        SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
            && rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
            && !target.contains(char::is_whitespace)
    })
}

/// What to type in place of a link to `target`, which cannot be shown.
pub(super) fn instead_of(target: &str) -> String {
    let mail = target.strip_prefix("mailto:").unwrap_or(target);
    if let Some((name, host)) = mail.split_once('@')
        && !name.contains([':', '/'])
        && host.contains('.')
    {
        let mail = mail.split('?').next().unwrap_or(mail);
        return format!("write the address as text, without brackets, and students can tap it: {mail}");
    }
    // "http//", "https:/", "http:": the beginning was meant, and one of its signs is missing.
    let lower = target.to_ascii_lowercase();
    let typed = ["https", "http"].into_iter().find_map(|scheme| {
        let rest = target.get(scheme.len()..).filter(|_| lower.starts_with(scheme))?;
        let address = rest.trim_start_matches([':', '/']);
        (address.len() < rest.len() && !address.is_empty()).then(|| format!("{scheme}://{address}"))
    });
    let whole = typed.unwrap_or_else(|| target.to_owned());
    let spaceless = whole.replace(char::is_whitespace, "%20");
    if spaceless != target && can_be_linked(&spaceless) {
        return format!("type the address like this: {spaceless}");
    }
    let name = target.split(['/', '?', '#']).next().unwrap_or_default();
    let file = name.rsplit_once('.').is_some_and(|(_, ending)| FILES.contains(&ending.to_ascii_lowercase().as_str()));
    if name.contains('.') && !file && !name.starts_with('.') && !target.contains(':') {
        return format!("type the whole address: https://{}", target.replace(char::is_whitespace, "%20"));
    }
    if file {
        return "put the file on a web page and link to it there: an address that begins with https://".to_owned();
    }
    "link to an address that begins with https:// (or http://, tg://)".to_owned()
}

/// The addresses that stand apart from their links: name and bytes of each. Those that cannot lead anywhere are a way to
/// write a note that nobody is to see (`[//]: # (a note)`).
pub(super) fn addresses(definitions: &RefDefs<'_>) -> Vec<(String, Range<usize>)> {
    let meant = definitions.iter().filter(|(_, address)| !matches!(address.dest.as_ref(), "" | "#"));
    meant.map(|(name, address)| (folded(name), address.span.clone())).collect()
}

/// Where the addresses are that none of the names that links use leads to.
pub(super) fn unseen(
    addresses: Vec<(String, Range<usize>)>,
    named: &[String],
) -> impl Iterator<Item = Range<usize>> + use<> {
    let named: BTreeSet<String> = named.iter().map(|name| folded(name)).collect();
    addresses.into_iter().filter(move |(name, _)| !named.contains(name)).map(|(_, range)| range)
}

/// A name as Markdown compares it.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What is wrong with a link whose address is missing, if it is meant to be one: a word in brackets alone may be just
/// that, and two pairs of brackets behind a word are no prose.
pub(super) fn missing(markdown: &str, range: &Range<usize>, link: LinkType) -> Option<Problem> {
    let written = markdown.get(range.clone())?;
    let before = markdown.get(..range.start)?;
    let exclaimed = before.strip_suffix('!');
    let picture = written.starts_with('!') || exclaimed.is_some();
    let apart = !exclaimed.unwrap_or(before).ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | ']' | '\\'));
    match link {
        _ if !apart => None,
        _ if picture => Some(Problem::Unsupported(super::IMAGE)),
        LinkType::ReferenceUnknown | LinkType::Reference | LinkType::CollapsedUnknown | LinkType::Collapsed => {
            Some(Problem::NoAddress)
        }
        _ => None,
    }
}

/// Places outside `not_prose` (in any order) where somebody meant to write a link: `[text](address` that does not
/// end, `[text] (address)`, `(text)[address]`.
pub(super) fn broken<'a>(
    markdown: &'a str,
    not_prose: &[Range<usize>],
) -> impl Iterator<Item = Range<usize>> + use<'a> {
    let prose = Prose::around(not_prose);
    markdown.match_indices([']', ')']).filter_map(move |(at, closing)| {
        let rest = markdown.get(at + 1..)?;
        let escaped = markdown.get(..at)?.ends_with('\\');
        let gap = rest.len() - rest.trim_start_matches(' ').len();
        let inner = rest.get(gap + 1..)?;
        let meant = match (closing, rest.as_bytes().get(gap)?) {
            ("]", b'(') => gap == 0 || (gap <= 2 && is_address(inner)),
            (")", b'[') => gap <= 1 && is_address(inner),
            _ => false,
        };
        if !meant || escaped || !prose.holds(at) {
            return None;
        }
        // From the bracket that opens it to the one that closes it, on the same line.
        let window = floor_char_boundary(markdown, at.saturating_sub(LONGEST));
        let line_start = markdown.get(window..at)?.rfind('\n').map_or(window, |i| window + i + 1);
        let start = markdown.get(line_start..at)?.rfind(['[', '(']).map(|i| line_start + i)?;
        if markdown.get(..start)?.ends_with('\\') {
            return None;
        }
        let inner = inner.get(..floor_char_boundary(inner, LONGEST))?;
        let end = inner.find([')', ']', '\n']).map_or(at + 1 + gap + 1 + inner.len(), |i| {
            let stop = at + 1 + gap + 1 + i;
            if markdown.as_bytes().get(stop) == Some(&b'\n') { stop } else { stop + 1 }
        });
        Some(start..end)
    })
}

fn is_address(text: &str) -> bool {
    ["http://", "https://", "www.", "mailto:", "tg://"].iter().any(|start| text.starts_with(start))
}
