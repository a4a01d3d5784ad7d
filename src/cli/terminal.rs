//! A reply as terminal text: Telegram's HTML without tags, links with their address, buttons as numbered choices.
//!
//! Pure. Owns no wording.

use crate::engine::reply::{Action, Reply};

/// `html` as plain text: entities decoded, `<a>` as `text <url>`, quotes behind `> `, list and line structure as it is.
/// Control characters are dropped, because a terminal would obey them. What is no tag is kept as written.
pub fn text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut links: Vec<(String, usize)> = Vec::new();
    let mut quotes: Vec<usize> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out += &plain(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('&') {
            let (decoded, length) = entity(after);
            out += &plain(&decoded);
            rest = &after[length..];
            continue;
        }
        let Some(end) = rest.find('>') else { break };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        match tag.split_whitespace().next().unwrap_or_default() {
            "a" => links.push((attribute(tag, "href"), out.len())),
            "/a" => {
                if let Some((url, start)) = links.pop().filter(|(url, _)| !url.is_empty()) {
                    let label = out.get(start..).unwrap_or_default().trim();
                    if label.is_empty() {
                        out += &url;
                    } else if label != url {
                        out += &format!(" <{url}>");
                    }
                }
            }
            "blockquote" => quotes.push(out.len()),
            "/blockquote" => {
                if let Some(start) = quotes.pop().filter(|&start| out.is_char_boundary(start)) {
                    let quoted = out.split_off(start);
                    out += &quoted.trim_end().lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
                }
            }
            "br" | "br/" => out.push('\n'),
            _ => {}
        }
    }
    out += &plain(rest);
    out.trim_end().to_owned()
}

/// `text` without what a terminal would obey.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// What the entity after a `&` stands for, and how long it is; an unknown one stands for itself.
fn entity(after: &str) -> (String, usize) {
    let end = after.find(';').filter(|&end| end <= 8);
    let name = end.map_or("", |end| &after[..end]);
    let number = name.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => n.parse().ok(),
    });
    let decoded = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => number.and_then(char::from_u32),
    };
    match (decoded, end) {
        (Some(c), Some(end)) => (c.to_string(), end + 1),
        _ => ("&".into(), 0),
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let value = tag.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
    text(value)
}

/// The buttons, numbered from 1, in reading order.
pub fn choices(reply: &Reply) -> Vec<(String, &Action)> {
    reply.buttons.iter().flatten().map(|b| (plain(&b.label), &b.action)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_their_meaning_stays() {
        assert_eq!(
            text("<b>CPC &amp; CCS</b>\n• one\n• <i>two</i> &lt;3 &#39;x&#x27;"),
            "CPC & CCS\n• one\n• two <3 'x'"
        );
        assert_eq!(text("See <a href=\"https://a.org/?a=1&amp;b=2\">A</a>."), "See A <https://a.org/?a=1&b=2>.");
        assert_eq!(text("<a href=\"https://a.org\">https://a.org</a>"), "https://a.org");
        assert_eq!(text("<blockquote expandable>one\n<b>two</b></blockquote>\nend"), "> one\n> two\nend");
    }

    #[test]
    fn what_is_no_markup_is_kept_and_what_a_terminal_obeys_is_not() {
        assert_eq!(text("a & b &unknown; &"), "a & b &unknown; &");
        assert_eq!(text("x < y"), "x < y");
        assert_eq!(text("\u{1b}[31mred&#27;[0m"), "[31mred[0m");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_shown_without_panic(html in "[<>/&;#xabhref= \"quot\n]{0,60}") {
            text(&html);
        }
    }
}
