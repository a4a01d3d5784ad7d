//! Telegram's HTML, as strict as Telegram.

/// The text without markup, or what Telegram says is wrong with it.
pub fn text_of(html: &str) -> Result<String, String> {
    let wrong = |what: String| Err(format!("Bad Request: can't parse entities: {what}"));
    let mut text = String::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let at = html.len() - rest.len();
        if c == '<' {
            let Some(end) = rest.find('>') else { return wrong(format!("Unclosed start tag at byte offset {at}")) };
            let tag = &rest[1..end];
            rest = &rest[end + 1..];
            if let Some(name) = tag.strip_prefix('/') {
                match open.pop() {
                    Some(opened) if opened == name.trim() => {}
                    _ => return wrong(format!("Unexpected end tag at byte offset {at}")),
                }
                continue;
            }
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            let known = match name {
                "b" | "strong" | "i" | "em" | "u" | "ins" | "s" | "strike" | "del" | "tg-spoiler" | "pre" => {
                    attributes.is_empty()
                }
                "code" => attributes.is_empty() || attributes.starts_with("class=\"language-"),
                "blockquote" => attributes.is_empty() || attributes == "expandable",
                "span" => attributes == "class=\"tg-spoiler\"",
                "a" => {
                    attributes.starts_with("href=\"")
                        && attributes.ends_with('"')
                        && attributes.matches('"').count() == 2
                }
                _ => false,
            };
            if !known {
                return wrong(format!("Unsupported start tag \"{name}\" at byte offset {at}"));
            }
            open.push(name.to_owned());
        } else if c == '&' {
            let entity = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')]
                .into_iter()
                .find(|(written, _)| rest.starts_with(written));
            match entity {
                Some((written, meant)) => {
                    text.push(meant);
                    rest = &rest[written.len()..];
                }
                None => {
                    text.push('&');
                    rest = &rest[1..];
                }
            }
        } else {
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    match open.pop() {
        Some(name) => wrong(format!("Can't find end tag corresponding to start tag \"{name}\"")),
        None => Ok(text),
    }
}

#[test]
fn it_is_as_strict_as_telegram() {
    assert_eq!(text_of("<b>a &lt; b</b> &amp; <a href=\"https://x.y\">c</a>").as_deref(), Ok("a < b & c"));
    for wrong in ["<b>a", "a</b>", "<b><i>a</b></i>", "1 < 2", "<p>a</p>", "<a href=x>a</a>", "<br>"] {
        assert!(text_of(wrong).is_err(), "{wrong}");
    }
}
