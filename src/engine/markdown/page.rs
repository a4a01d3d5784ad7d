//! An answer as HTML for the pages of others.
//!
//! Owns what of an answer a web page gets to see: what a chat shows, and as little that could do harm.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::{links, without_comments};

/// The answer as HTML for a web page. Only what Markdown makes is in it: tags in the answer are shown as text, and what
/// leads to no address a chat would link to is words.
pub fn page_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut links: Vec<bool> = Vec::new();
    let shown = Parser::new_ext(markdown, options).filter_map(|event| match event {
        Event::Html(tags) | Event::InlineHtml(tags) => Some(Event::Text(CowStr::from(without_comments(&tags)))),
        Event::FootnoteReference(label) => Some(Event::Text(format!("[{label}]").into())),
        Event::Start(Tag::FootnoteDefinition(label)) => Some(Event::Text(format!("[{label}] ").into())),
        Event::End(TagEnd::FootnoteDefinition) => None,
        // A picture is linked to.
        Event::Start(Tag::Link { dest_url, link_type, title, id } | Tag::Image { dest_url, link_type, title, id }) => {
            let is_link = links::can_be_linked(&dest_url);
            links.push(is_link);
            is_link.then_some(Event::Start(Tag::Link { dest_url, link_type, title, id }))
        }
        Event::End(TagEnd::Link | TagEnd::Image) => (links.pop() == Some(true)).then_some(Event::End(TagEnd::Link)),
        event => Some(event),
    });
    let mut page = String::new();
    html::push_html(&mut page, shown);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_what_a_chat_shows() {
        for (markdown, html) in [
            ("One **two** *three* `a < b`.", "<p>One <strong>two</strong> <em>three</em> <code>a &lt; b</code>.</p>"),
            (
                "- a\n- [b](https://x.org/?a=1&b=2)",
                "<ul>\n<li>a</li>\n<li><a href=\"https://x.org/?a=1&amp;b=2\">b</a></li>\n</ul>",
            ),
            ("[a](javascript:alert(1)) [b](pay.pdf) <me@x.org>", "<p>a b me@x.org</p>"),
            ("![the chart](https://x.org/c.png)", "<p><a href=\"https://x.org/c.png\">the chart</a></p>"),
            (
                "<script>alert(1)</script> & <b>x</b>",
                "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;x&lt;/b&gt;",
            ),
            ("a <!-- a note --> b", "<p>a  b</p>"),
            ("> a\n\n# b", "<blockquote>\n<p>a</p>\n</blockquote>\n<h1>b</h1>"),
        ] {
            assert_eq!(page_html(markdown).trim(), html, "{markdown}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_but_the_tags_of_markdown_comes_out(markdown in "[<>/!a-z\\[\\](){}\"'=:*_#|\n -]{0,80}") {
            let html = page_html(&markdown);
            for (at, _) in html.match_indices('<') {
                let tag = html[at + 1..].trim_start_matches('/');
                let known = ["p>", "em>", "strong>", "del>", "code", "pre>", "ul>", "ol", "li>", "a href=\"http", "a>", "blockquote>",
                             "h", "table>", "thead>", "tbody>", "tr>", "th", "td", "br", "hr"];
                proptest::prop_assert!(known.iter().any(|known| tag.starts_with(known)), "{html}");
            }
        }
    }
}
