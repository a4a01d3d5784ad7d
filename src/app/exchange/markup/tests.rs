//! Tests of the Markdown made of HTML.

use proptest::prelude::*;

use super::*;
use crate::engine::markdown::{page_html, render};

#[test]
fn what_a_chat_can_show_is_kept() {
    for (html, markdown) in [
        ("Plain &amp; simple &lt;3 &eacute;&#8217;", "Plain & simple \\<3 é’"),
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\\\nthree"),
        ("One<br><br/>Two", "One\n\nTwo"),
        (
            "<div>One <b>two</b>, <em>three</em> and <strong><i>four</i></strong>.</div>",
            "One **two**, *three* and ***four***.",
        ),
        ("<b> spaced </b>words <b></b><b> </b>end", "**spaced** words end"),
        ("un<b>believ</b>able, <b>(so)</b>it is", "un**believ**able, (so)it is"),
        ("<s>old</s> <del>older</del>", "~~old~~ ~~older~~"),
        ("Type <code>a * b</code> or <kbd>`</kbd>", "Type `a * b` or `` ` ``"),
        ("<pre>  one\n\n  two &lt;x&gt;\n</pre>after", "```\n  one\n\n  two <x>\n```\n\nafter"),
        ("<h3>Costs <b>now</b></h3>$5", "## Costs now\n\n$5"),
        ("<ul><li>one</li><li>two <ul><li>a<li>b</ul></li></ul>", "- one\n- two\n  - a\n  - b"),
        ("<ol start=3><li><p>one</p><p>more</p></li><li>two</li></ol>", "3. one\n\n   more\n4. two"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul><ol><li>c</li></ol><ol><li>d</li></ol>", "- a\n\n* b\n\n1. c\n\n1) d"),
        ("<blockquote><p>One</p><p>Two</p></blockquote><blockquote>Three</blockquote>", "> One\n>\n> Two\n\n> Three"),
        ("<blockquote><ul><li>a<li>b</ul></blockquote>", "> - a\n> - b"),
        ("a<hr>b", "a\n\n---\n\nb"),
        ("<dl><dt>CPC</dt><dd>A credential</dd></dl>", "**CPC**\n\nA credential"),
    ] {
        assert_eq!(to_markdown(html), markdown, "{html}");
    }
}

#[test]
fn links_lead_to_pages_of_the_web() {
    for (html, markdown) in [
        ("See <a href=\"https://x.org/a?b=1&amp;c=2\">the page</a>!", "See [the page](https://x.org/a?b=1&c=2)!"),
        ("<a href='//x.org/a b(c)'> here </a>.", "[here](https://x.org/a%20b%28c%29) ."),
        ("<a href=\"https://x.org\">https://x.org</a>", "<https://x.org>"),
        (
            "<a href=\"mailto:me@x.org\">me@x.org</a> <a href=\"#top\">up</a> <a href=\"page.html\">more</a>",
            "me@x.org up more",
        ),
        ("<a href=\"javascript:alert(1)\">x</a>", "x"),
        ("<a href=\"https://x.org\">a <b>b</b></a>", "[a **b**](https://x.org)"),
        ("<b>Now: <a href=\"https://x.org\">a</a></b>", "**Now:** [**a**](https://x.org)"),
        ("Look!<a href=\"https://x.org\">here</a>", "Look\\![here](https://x.org)"),
        ("<a href=\"https://x.org/?a=1&amp;copy;=2\">c</a>", "[c](https://x.org/?a=1\\&copy;=2)"),
        (
            "<img src=\"https://x.org/c.png\" alt=\"the chart\"><img src=\"https://x.org/line.png\">",
            "[the chart](https://x.org/c.png)",
        ),
        ("<iframe src=\"https://x.org/v\">no frames</iframe>", "<https://x.org/v>"),
    ] {
        assert_eq!(to_markdown(html), markdown, "{html}");
    }
}

#[test]
fn what_is_no_markup_stays_what_it_is() {
    for (html, shown) in [
        ("2 * 3 * 4 = 24, a_b_c, _x_ and ~5~", "2 * 3 * 4 = 24, a_b_c, _x_ and ~5~"),
        ("[1] [x](y) `no` **no** \\*", "[1] [x](y) `no` **no** \\*"),
        (
            "<p># no heading</p><p>- no item</p><p>+++</p><p>1. no list</p><p>> no quote</p>",
            "# no heading\n\n- no item\n\n+++\n\n1. no list\n\n> no quote",
        ),
        ("<p>a | b</p><p>| a | b |</p><p>---|---</p>", "a | b\n\n| a | b |\n\n---|---"),
        ("a<br>===<br>---<br>-5 degrees, 3.5 hours, #1", "a\n===\n---\n-5 degrees, 3.5 hours, #1"),
        ("&amp;copy; &amp;amp; AT&amp;T; R&D", "&copy; &amp; AT&T; R&D"),
        ("<script>alert('x')</script><style>p{}</style><!-- note --><p>seen</p><svg><title>t</title></svg>", "seen"),
    ] {
        let rendered = render(&to_markdown(html));
        assert_eq!(rendered.text, shown, "{html}");
        assert!(rendered.problems.is_empty(), "{html}: {:?}", rendered.problems);
    }
}

#[test]
fn a_table_is_one_where_a_phone_can_show_it() {
    let row = |cells: [&str; 2], tag: &str| format!("<tr><{tag}>{}</{tag}><{tag}>{}</{tag}></tr>", cells[0], cells[1]);
    let table = |rows: &[[&str; 2]]| {
        let rows: Vec<String> =
            rows.iter().enumerate().map(|(n, cells)| row(*cells, if n == 0 { "th" } else { "td" })).collect();
        format!("<p>Fees:</p><table><tbody>{}</tbody></table>", rows.concat())
    };
    assert_eq!(
        to_markdown(&table(&[["Who", "How much"], ["<b>Members</b>", "$5 | $6"], ["Others", ""]])),
        "Fees:\n\n| Who | How much |\n|---|---|\n| Members | $5 \\| $6 |\n| Others |  |"
    );
    assert_eq!(
        to_markdown(&table(&[
            ["Who", "How much"],
            ["Members of a society", "<b>$5</b>, see <a href=\"https://x.org\">prices</a>"]
        ])),
        "Fees:\n\n- Who: Members of a society; How much: **$5**, see [prices](https://x.org)"
    );
    assert_eq!(to_markdown("<table><tr><td><p>a</p><p>b</p></td></tr><tr><td>c</td></tr></table>d"), "a b\n\nc\n\nd");
    assert_eq!(to_markdown("<table><tr><td>a<table><tr><td>b<td>c</table></td></tr></table>"), "a b c");
}

#[test]
fn questions_are_one_line_of_words() {
    assert_eq!(to_line(" What&#8217;s <b>the</b> f<i>ee</i>?\n<br>Now"), "What’s the fee? Now");
    assert_eq!(to_line("a < b & c"), "a < b & c");
}

#[test]
fn html_is_told_from_text() {
    for html in ["<p>x", "x<br>", "</B>", "<ul><li>", "a <a href=x>b</a>", "<h2>x</h2>"] {
        assert!(is_html(html), "{html}");
    }
    for text in ["", "a < b > c", "<https://x.org>", "<me@x.org>", "<name>", "x <3 y", "**bold**", "h7 <h7>"] {
        assert!(!is_html(text), "{text}");
    }
}

#[test]
fn scripts_of_a_page_are_found_by_their_type() {
    let page = "<html><script>no</script><SCRIPT type='application/LD+json; charset=utf-8'>{\"a\": \"<p>x</p> </b>\"}</SCRIPT>\
                <script type=text/javascript>no</script><script type=\"application/ld+json\">[2]</script><p>no";
    assert_eq!(scripts(page, "application/ld+json"), ["{\"a\": \"<p>x</p> </b>\"}", "[2]"]);
}

#[test]
fn nothing_nests_too_deep() {
    for part in [
        "<ul><li>",
        "<blockquote>",
        "<b>",
        "<table><tr><td>",
        "<div>",
        "<a href=https://x.org>",
        "<h1>",
        "<pre>",
        "<svg>",
    ] {
        let html = format!("{}word{}", part.repeat(50_000), "</ul></li></blockquote></p></table>".repeat(50_000));
        let markdown = to_markdown(&html);
        assert!(markdown.len() < 1_000_000, "{part}: {}", markdown.len());
        render(&markdown);
    }
}

/// Tags of which no sign is seen, and signs that mean something in Markdown.
const PARTS: &[&str] = &[
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<s>",
    "</s>",
    "<code>",
    "</code>",
    "</li>",
    "<blockquote>",
    "</blockquote>",
    "<h2>",
    "</h2>",
    "<br>",
    "<a href='https://x.org'>",
    "</a>",
    "<img alt=z src='https://x.org/i'>",
    " ",
    "\n",
    "word",
    "two words ",
    "(",
    ")",
    "*",
    "**",
    "_",
    "`",
    "[",
    "]",
    "](",
    "!",
    "~",
    "#",
    "# ",
    "- ",
    "+",
    "+++",
    "1. ",
    "&gt; ",
    "|",
    "---",
    "===",
    "&amp;lt;",
    "&lt;",
    "\\",
    ".",
    ",",
    "é",
    "😀",
    "“",
    "\"",
];

/// Tags that bring signs along or stand in the way of a comparison: bullets, lines, code as it is written.
const BLOCK_PARTS: &[&str] = &[
    "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "<hr>", "<pre>", "</pre>", "<table>", "</table>", "<tr>", "<td>", "<th>",
];

fn any_html(parts: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    let part = prop_oneof![prop::sample::select(parts.to_vec()).prop_map(str::to_owned), "[a-z]{1,3}",];
    prop::collection::vec(part, 0..16).prop_map(|parts| parts.concat())
}

/// All signs but blanks, in order.
fn signs(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// What students see has the words of the page: no sign of Markdown shows, and no word is lost.
    #[test]
    fn students_see_the_words_of_the_page(html in any_html(PARTS)) {
        let markdown = to_markdown(&html);
        let rendered = render(&markdown);
        let words = to_line(&html.replace("<img alt=z src='https://x.org/i'>", "z"));
        prop_assert_eq!(signs(&rendered.text), signs(&words), "{} -> {}", html, markdown);
        prop_assert!(rendered.problems.is_empty(), "{} -> {}: {:?}", html, markdown, rendered.problems);
    }

    #[test]
    fn any_html_becomes_markdown_of_a_finite_kind(html in any_html(&[PARTS, BLOCK_PARTS].concat())) {
        let markdown = to_markdown(&html);
        prop_assert!(markdown.len() < 100 + 20 * html.len());
        // What is Markdown already stays what it is for students.
        let again = to_markdown(&page_html(&markdown));
        prop_assert_eq!(signs(&render(&again).text), signs(&render(&markdown).text), "{} -> {} -> {}", html, markdown, again);
    }
}
