use proptest::prelude::*;

use super::*;
use crate::engine::html::visible_units;

fn html(markdown: &str) -> String {
    render(markdown).html
}

fn problems(markdown: &str) -> Vec<(&str, Problem)> {
    render(markdown).problems.into_iter().map(|(range, problem)| (&markdown[range], problem)).collect()
}

#[test]
fn what_telegram_can_show_is_shown() {
    insta::assert_snapshot!(html(
        "# The *exam*\nIt has **100** questions, ~~150~~ `ICD-10`.\nSame paragraph\\\nnew line.\n\n\
         - one **two**\n- three\n  1. deep\n  2. deeper\n\n  more of three\n\n\
         7. seven\n8. eight\n\n> a quote\n> goes on\n\n---\n\n```rust\nlet a = 1 < 2;\n```\n\n\
         [AAPC](https://aapc.com/?a=1&b=\"2\") or <mail@aapc.com>\n"
    ));
}

#[test]
fn a_small_table_is_aligned_and_a_wide_one_becomes_lines() {
    insta::assert_snapshot!(html("| Exam | Cost |\n|---|---:|\n| CPC | $425 |\n| **CCS-P** | $5 |\n"));
    let wide = "| Exam | What it is about |\n|---|---|\n| CPC | everything that happens in a doctor's office |\n";
    insta::assert_snapshot!(html(wide));
    assert!(matches!(problems(wide)[..], [(_, Problem::TableTooWide(50))]), "{:?}", problems(wide));
}

#[test]
fn characters_of_html_are_escaped() {
    assert_eq!(html("1 < 2 & \"3\" > 2"), "1 &lt; 2 &amp; &quot;3&quot; &gt; 2");
    assert_eq!(html("[x](https://a.b/?q=%22><b>)"), "<a href=\"https://a.b/?q=%22&gt;&lt;b&gt;\">x</a>");
}

#[test]
fn what_telegram_cannot_show_becomes_text_and_a_problem() {
    assert_eq!(html("see ![the *form*](a.png) here"), "see the <i>form</i> here");
    assert_eq!(problems("see ![the form](a.png)"), [("![the form](a.png)", Problem::Unsupported(IMAGE))]);
    assert_eq!(html("a <u>b</u>"), "a &lt;u&gt;b&lt;/u&gt;");
    assert_eq!(problems("<div>\nx\n</div>").len(), 1);
    assert_eq!(problems("a[^1]\n\n[^1]: note")[0].1, Problem::Unsupported(FOOTNOTE));
    assert_eq!(html("a <!-- note to self --> b"), "a  b");
    assert!(problems("<!-- note\nto self -->\n\ntext").is_empty());
}

#[test]
fn a_link_to_elsewhere_is_its_text() {
    assert_eq!(html("[x](javascript:alert(1)) [y](other.md)"), "x y");
    assert_eq!(problems("[y](other.md)"), [("[y](other.md)", Problem::LinkTarget("other.md".to_owned()))]);
    for (target, help) in [
        ("www.aapc.com", "type the whole address: https://www.aapc.com"),
        ("aapc.com/a b", "type the whole address: https://aapc.com/a%20b"),
        ("http//e.org", "type the address like this: http://e.org"),
        ("https:/e.org/x", "type the address like this: https://e.org/x"),
        ("HTTPS:e.org", "type the address like this: https://e.org"),
        ("https://e.org/a b", "type the address like this: https://e.org/a%20b"),
        ("a@b.org", "write the address as text, without brackets, and students can tap it: a@b.org"),
        ("mailto:a@b.org?subject=x", "write the address as text, without brackets, and students can tap it: a@b.org"),
        ("form.pdf", "put the file on a web page and link to it there: an address that begins with https://"),
        ("../fees.md#cpc", "link to an address that begins with https:// (or http://, tg://)"),
        ("ftp://e.org", "link to an address that begins with https:// (or http://, tg://)"),
        ("http", "link to an address that begins with https:// (or http://, tg://)"),
    ] {
        let markdown = format!("[y](<{target}>)");
        assert_eq!(problems(&markdown), [(markdown.as_str(), Problem::LinkTarget(target.to_owned()))]);
        assert_eq!(Problem::LinkTarget(target.to_owned()).words().2, help, "{target}");
    }
    assert_eq!(html("Write to <a@b.org>."), "Write to a@b.org.");
    assert_eq!(problems("Write to <a@b.org>, see <https://b.org> or [us](tg://resolve?domain=x)."), []);
}

#[test]
fn what_is_lost_or_half_typed_is_noticed() {
    for (markdown, written, problem) in [
        ("Come.\n\n[Note]: bring-your-card", "[Note]: bring-your-card", Problem::Unseen),
        ("See [the form][form].", "[the form][form]", Problem::NoAddress),
        ("See [the form][].", "[the form]", Problem::NoAddress),
        ("See ![map].", "![map]", Problem::Unsupported(IMAGE)),
        ("See ![map][m].", "![map][m]", Problem::Unsupported(IMAGE)),
        ("It is **important to come.", "**", Problem::Unclosed),
        ("It is **important **to come.", "**", Problem::Unclosed),
        ("**Note:**come", "**", Problem::Unclosed),
        ("Fees\n| CPC | $1 |\n| CCS | $2 |\n\nEnd.", "| CPC | $1 |", Problem::NoTable),
        ("Yes.\n\n+++\nquestion = \"Why?\"\n+++\nNo.", "+++", Problem::Fence),
        ("a\u{1b}[31mb\u{0}", "\u{1b}", Problem::Control('\u{1b}')),
    ] {
        let found = problems(markdown);
        let shown = |s: &str| s.trim_start_matches('!').to_owned();
        let found: Vec<_> = found.into_iter().map(|(text, problem)| (shown(text), problem)).collect();
        assert_eq!(found, [(shown(written), problem)], "{markdown}");
    }
    for fine in [
        "[sic] (x)",
        "(555)[1]",
        "x<y",
        "2*3*4",
        "a * b",
        "2**10",
        "\\**no bold",
        "\\*\\*no bold",
        "$425**\n\n** before tax",
        "`**a` and\n\n    ![x] **b\n",
        "matrix[1][2], done [x], wow![1]",
        "[a][b]\n\n[B]: https://e.org",
        "[//]: # (a note to self)",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "a | b",
        "|x| is a number",
        "```\n+++\n| a | b |\n```",
        "one\r\ntwo\tthree",
    ] {
        assert_eq!(problems(fine), [], "{fine:?}");
    }
    assert_eq!(render("a\u{1b}[31mb\u{0}").text, "a[31mb");
}

#[test]
fn links_that_are_none_are_noticed() {
    for broken in
        ["[AAPC] (https://aapc.com)", "[AAPC](https://aapc.com", "(AAPC)[https://aapc.com]", "[AAPC](https://a b.com)"]
    {
        assert_eq!(problems(&format!("See {broken}")), [(broken, Problem::BrokenLink)], "{broken}");
    }
    for fine in ["`[a](b`", "[1] (see below)", "a list [x] and (y)", "f(x)[0]", "\\[a](b", "[a](https://b.c)"] {
        assert_eq!(problems(fine), [], "{fine}");
    }
}

#[test]
fn the_first_paragraph_is_found_behind_headings_and_lists() {
    assert_eq!(
        render("# Head\n\n- item\n\n> quote\n\nThe **first**.\n\nNext.").first_paragraph_html,
        "The <b>first</b>."
    );
    assert_eq!(render("- only\n- a <list>").first_paragraph_html, "• only\n• a &lt;list&gt;");
}

#[test]
fn a_long_answer_is_cut_between_blocks_and_says_so() {
    let long = "A sentence of some words. ".repeat(40);
    let answer = format!("{long}\n\n").repeat(6);
    let rendered = render(&answer);
    assert!(visible_units(&rendered.html) <= ANSWER_BUDGET);
    assert!(rendered.html.ends_with("words.\n…"), "{}", &rendered.html[rendered.html.len() - 40..]);
    assert!(matches!(rendered.problems[..], [(_, Problem::TooLong(_))]));
    let one = format!("Short.\n\n**{}end**", "word ".repeat(2_000));
    let rendered = render(&one).html;
    assert!(rendered.ends_with("word…</b>"), "{}", &rendered[rendered.len() - 40..]);
    assert!(visible_units(&rendered) > ANSWER_BUDGET - 20);
}

#[test]
fn a_long_quote_is_folded() {
    assert!(html(&format!("> {}", "word ".repeat(100))).starts_with("<blockquote expandable>"));
}

#[test]
fn length_is_counted_as_telegram_does() {
    assert_eq!(visible_units("<b>a&amp;b</b>😀"), 5);
    assert_eq!(cut_html("<b>one two</b> three", 6), "<b>one…</b>");
    assert_eq!(cut_html("&lt;&lt;&lt;", 2), "&lt;…");
}

/// Checks that tags are known and balanced, and that nothing is left unescaped.
fn assert_valid(html: &str) {
    const KNOWN: [&str; 9] = ["b", "i", "u", "s", "code", "pre", "a", "blockquote", "blockquote expandable"];
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>', '&']) {
        rest = &rest[at..];
        if rest.starts_with('&') {
            assert!(["&amp;", "&lt;", "&gt;", "&quot;"].iter().any(|e| rest.starts_with(e)), "bare & in {html:?}");
            rest = &rest[1..];
            continue;
        }
        assert!(rest.starts_with('<'), "bare > in {html:?}");
        let end = rest.find('>').unwrap_or_else(|| panic!("tag without end in {html:?}"));
        let tag = &rest[1..end];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{html:?}");
        } else {
            let name = tag.strip_prefix("a href=\"").map_or(tag, |url| {
                assert!(url.ends_with('"') && !url[..url.len() - 1].contains('"'), "{html:?}");
                "a"
            });
            assert!(KNOWN.contains(&name), "<{tag}> in {html:?}");
            open.push(name.split(' ').next().unwrap_or_default().to_owned());
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{open:?} open in {html:?}");
}

fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```\n",
        "[",
        "]",
        "(",
        ")",
        "https://a.b",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "# ",
        "|",
        "|---|\n",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "&",
        "&lt;",
        "![",
        "[^1]",
        "[^1]: ",
        "   ",
        "\t",
        "word",
        "é😀",
        "\"",
        "\\",
        "---\n",
        "<a@b.c>",
    ]);
    prop::collection::vec(scrap, 0..60).prop_map(|scraps| scraps.concat())
}

proptest! {
    #[test]
    fn any_text_gives_valid_html(text in prop_oneof![any::<String>(), scraps()]) {
        let rendered = render(&text);
        for html in [&rendered.html, &rendered.first_paragraph_html] {
            assert_valid(html);
            prop_assert!(visible_units(html) <= ANSWER_BUDGET);
        }
        for (range, problem) in &rendered.problems {
            prop_assert!(text.get(range.clone()).is_some(), "{problem:?}");
        }
    }

    #[test]
    fn a_cut_keeps_the_limit_and_the_balance(text in scraps(), limit in 0_usize..80) {
        let html = render(&text).html;
        let cut = cut_html(&html, limit);
        assert_valid(&cut);
        prop_assert!(visible_units(&cut) <= limit);
    }
}
