//! Telegram's HTML: escaping, measuring, cutting and reading, so that no message is refused.
//!
//! Owns what is valid markup and how long it is; everything that reads such HTML does so through `pieces`. Knows no
//! sentence. Telegram counts a message after entities, in UTF-16 units, and refuses the whole of it for one bad tag; so
//! whatever is cut here comes out balanced and escaped.

/// The most UTF-16 units of text in one message.
pub const MESSAGE_UNITS: usize = 4096;
/// The longest address that is made a link.
const URL_BYTES: usize = 2000;

/// `text` with the characters escaped that mean something in HTML, in attributes too; control characters are dropped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push_escaped(&mut out, c);
    }
    out
}

/// `text` on one line, at most `units` UTF-16 units, cut at a word with an ellipsis. Plain text, not escaped.
pub fn cut_line(text: &str, units: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.encode_utf16().count() <= units {
        return line;
    }
    // Room for the ellipsis.
    let head = cut_text(&line, units.saturating_sub(1));
    let next_is_space = line.get(head.len()..).is_some_and(|rest| rest.starts_with(' '));
    // A word is kept whole unless that would cost more than half of the room.
    let words = match head.rfind(' ') {
        Some(space) if !next_is_space && space * 2 >= head.len() => head.get(..space).unwrap_or(head),
        _ => head,
    };
    format!("{}…", words.trim_end_matches([' ', ',', ';', ':', '-']))
}

/// The longest beginning of plain `text` with at most so many UTF-16 units.
pub fn cut_text(text: &str, units: usize) -> &str {
    let mut left = units;
    let end = text.char_indices().find(|(_, c)| match left.checked_sub(c.len_utf16()) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    });
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// `html` as plain text: tags gone, entities decoded, quotes behind `> `. `brackets` stand around the address of a link,
/// which follows its words (`words (address)`); without them addresses are left out.
pub fn to_text(html: &str, brackets: Option<[char; 2]>) -> String {
    let mut out = String::with_capacity(html.len());
    // Where the links and quotes begin that are open.
    let mut links: Vec<(usize, String)> = Vec::new();
    let mut quotes: Vec<usize> = Vec::new();
    for piece in pieces(html) {
        match piece {
            Piece::Char(c) => out.push(c),
            Piece::Open { name: "a", tag } => links.push((out.len(), address(tag))),
            Piece::Open { name: "blockquote", .. } => quotes.push(out.len()),
            Piece::Close("a") => {
                let Some((start, address)) = links.pop() else { continue };
                let words = out.get(start..).unwrap_or_default().trim();
                match brackets {
                    _ if words.is_empty() => out.push_str(&address),
                    Some([open, close]) if words != address => out.push_str(&format!(" {open}{address}{close}")),
                    _ => {}
                }
            }
            Piece::Close("blockquote") => {
                let Some(start) = quotes.pop() else { continue };
                let quoted = out.split_off(start.min(out.len()));
                let lines: Vec<String> = quoted.trim_end().lines().map(|line| format!("> {line}")).collect();
                out.push_str(&lines.join("\n"));
            }
            Piece::Open { .. } | Piece::Close(_) => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// UTF-16 units of the text that a reader of `html` sees. `html` is valid: the work of this module.
pub fn visible_units(html: &str) -> usize {
    pieces(html).map(|piece| if let Piece::Char(c) = piece { c.len_utf16() } else { 0 }).sum()
}

/// Whether a reader would see nothing.
pub fn is_blank(html: &str) -> bool {
    !pieces(html).any(|piece| matches!(piece, Piece::Char(c) if is_visible(c)))
}

/// `html` with everything made valid that is not, and cut to `units` UTF-16 units of visible text, at a word, with an
/// ellipsis and all tags closed.
pub fn cut_html(html: &str, units: usize) -> String {
    let whole = visible_units(html) <= units;
    if !whole && units == 0 {
        return String::new();
    }
    let room = if whole { units } else { units.saturating_sub(1) };
    let mut out = String::with_capacity(html.len());
    let mut open: Vec<&str> = Vec::new();
    let mut last_space: Option<(usize, Vec<&str>)> = None;
    let mut used = 0;
    for piece in pieces(html) {
        match piece {
            Piece::Char(c) => {
                used += c.len_utf16();
                if used > room {
                    if let Some((end, tags)) = last_space.take().filter(|(end, _)| end * 2 >= out.len()) {
                        out.truncate(end);
                        open = tags;
                    }
                    break;
                }
                if c.is_whitespace() {
                    last_space = Some((out.len(), open.clone()));
                }
                push_escaped(&mut out, c);
            }
            Piece::Open { name, tag } => {
                out.push_str(tag);
                open.push(name);
            }
            Piece::Close(name) => {
                // A tag closed out of order takes the ones inside it along; one that was never opened is dropped.
                if open.contains(&name) {
                    while let Some(inner) = open.pop() {
                        close(&mut out, inner);
                        if inner == name {
                            break;
                        }
                    }
                }
            }
        }
    }
    if !whole {
        out.push('…');
    }
    while let Some(name) = open.pop() {
        close(&mut out, name);
    }
    out
}

/// `label` (plain text) as a link, or just as text when `url` is not an address of the web.
pub fn link(url: Option<&str>, label: &str) -> String {
    let usable = |url: &&str| {
        let scheme = url.get(..8).is_some_and(|s| s.eq_ignore_ascii_case("https://"))
            || url.get(..7).is_some_and(|s| s.eq_ignore_ascii_case("http://"));
        scheme && url.len() <= URL_BYTES && !url.chars().any(|c| c.is_whitespace() || c.is_control())
    };
    match url.filter(usable) {
        Some(url) => format!("<a href=\"{}\">{}</a>", escape(url), escape(label)),
        None => escape(label),
    }
}

/// What HTML is made of.
enum Piece<'a> {
    /// A character to see, entities decoded.
    Char(char),
    /// An opening tag that Telegram knows, as written.
    Open { name: &'a str, tag: &'a str },
    /// A closing tag that Telegram knows.
    Close(&'a str),
}

/// Splits into pieces; what is no tag or entity of Telegram's is text.
fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let c = rest.chars().next()?;
            if c == '<'
                && let Some((piece, after)) = tag(rest)
            {
                rest = after;
                return Some(piece);
            }
            if c == '&'
                && let Some((decoded, after)) = entity(rest)
            {
                rest = after;
                if is_dropped(decoded) {
                    continue;
                }
                return Some(Piece::Char(decoded));
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            if !is_dropped(c) {
                return Some(Piece::Char(c));
            }
        }
    })
}

/// Tags without attributes. Telegram knows synonyms (`strong`, `em`...) too; the parser writes these.
const PLAIN_TAGS: &[&str] =
    &["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "tg-spoiler"];

/// The tag at the start of `html`, and what follows it.
fn tag(html: &str) -> Option<(Piece<'_>, &str)> {
    let end = html.find('>')?;
    let whole = html.get(..=end)?;
    let after = html.get(end + 1..)?;
    let inside = html.get(1..end)?;
    if let Some(name) = inside.strip_prefix('/') {
        return (name == "a" || PLAIN_TAGS.contains(&name)).then_some((Piece::Close(name), after));
    }
    let (name, attribute) = inside.split_once(' ').unwrap_or((inside, ""));
    let quoted = |prefix: &str| {
        attribute.strip_prefix(prefix)?.strip_suffix('"').filter(|value| !value.contains(['"', '<', '\n']))
    };
    let known = match (name, attribute) {
        (_, "") => PLAIN_TAGS.contains(&name),
        ("blockquote", "expandable") => true,
        ("a", _) => quoted("href=\"").is_some_and(|url| !url.is_empty()),
        ("code", _) => quoted("class=\"language-").is_some(),
        _ => false,
    };
    known.then_some((Piece::Open { name, tag: whole }, after))
}

/// The address in the opening tag of a link.
fn address(tag: &str) -> String {
    let quoted = tag.strip_prefix("<a href=\"").and_then(|rest| rest.strip_suffix("\">")).unwrap_or_default();
    let address = pieces(quoted).filter_map(|piece| if let Piece::Char(c) = piece { Some(c) } else { None });
    address.collect()
}

/// The entity at the start of `html`, decoded, and what follows it.
fn entity(html: &str) -> Option<(char, &str)> {
    let end = html.bytes().take(12).position(|b| b == b';')?;
    let decoded = match html.get(1..end)? {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((decoded, html.get(end + 1..)?))
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '"' => out.push_str("&quot;"),
        c if is_dropped(c) => {}
        c => out.push(c),
    }
}

fn close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Whether a character is left out of what is shown.
pub(super) fn is_dropped(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// Telegram takes a message of invisible characters for empty.
fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !is_dropped(c)
        && !matches!(c, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_html_closes_tags_and_keeps_words() {
        assert_eq!(cut_html("<b>one <i>two three</i></b> four", 10), "<b>one <i>two…</i></b>");
        assert_eq!(cut_html("<b>fits</b>", 4), "<b>fits</b>");
        assert_eq!(cut_html("aaaaaaaa", 4), "aaa…");
    }

    #[test]
    fn what_telegram_would_refuse_becomes_text() {
        assert_eq!(cut_html("a < b & c", 50), "a &lt; b &amp; c");
        assert_eq!(cut_html("<script>x</script>", 50), "&lt;script&gt;x&lt;/script&gt;");
        assert_eq!(cut_html("<b>open", 50), "<b>open</b>");
        assert_eq!(cut_html("closed</b>", 50), "closed");
        assert_eq!(cut_html("<b><i>x</b></i>", 50), "<b><i>x</i></b>");
        assert_eq!(cut_html("&lt;&#60;&nbsp;", 50), "&lt;&lt;&amp;nbsp;");
        assert_eq!(
            cut_html("<a href=\"https://x.org/?a=1&amp;b\">x</a>", 9),
            "<a href=\"https://x.org/?a=1&amp;b\">x</a>"
        );
    }

    #[test]
    fn as_text_tags_go_and_their_meaning_stays() {
        let text = |html: &str| to_text(html, Some(['(', ')']));
        assert_eq!(
            text("<b>CPC &amp; CCS</b>\n• <i>two</i> &lt;3 &#39;x&#x27; &amp;lt;"),
            "CPC & CCS\n• two <3 'x' &lt;"
        );
        let link = "See <a href=\"https://a.org/?a=1&amp;b=2\">A</a>.";
        assert_eq!(text(link), "See A (https://a.org/?a=1&b=2).");
        assert_eq!(to_text(link, None), "See A.");
        assert_eq!(text("<a href=\"https://a.org\">https://a.org</a>"), "https://a.org");
        assert_eq!(text("<blockquote expandable>one\n<b>two</b></blockquote>\nend"), "> one\n> two\nend");
        assert_eq!(text("1 < 2 & <x> \u{1b}[31mred&#27;[0m </a></blockquote>"), "1 < 2 & <x> [31mred[0m");
    }

    #[test]
    fn plain_text_is_cut_between_characters() {
        assert_eq!(cut_text("abc", 5), "abc");
        assert_eq!(cut_text("abc", 2), "ab");
        assert_eq!(cut_text("a😀b", 2), "a");
        assert_eq!(cut_text("a😀b", 3), "a😀");
    }

    #[test]
    fn entities_and_emoji_count_as_telegram_counts() {
        assert_eq!(visible_units("<b>&lt;</b>"), 1);
        assert_eq!(visible_units("👍"), 2);
        assert!(is_blank("<b> \u{200b}</b>"));
    }

    #[test]
    fn lines_are_cut_at_words() {
        assert_eq!(cut_line("  one\n two ", 20), "one two");
        assert_eq!(cut_line("one two three", 9), "one two…");
        assert_eq!(cut_line("one two three", 8), "one two…");
        assert_eq!(cut_line("onetwothree", 4), "one…");
        assert_eq!(cut_line("👍👍👍", 4), "👍…");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(link(Some("https://x.org/\"><b>"), "X"), "<a href=\"https://x.org/&quot;&gt;&lt;b&gt;\">X</a>");
        assert_eq!(link(Some("javascript:alert(1)"), "X & Y"), "X &amp; Y");
        assert_eq!(link(None, "X"), "X");
    }
}
