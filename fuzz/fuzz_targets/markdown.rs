//! Any text as the answer of an entry, and as HTML to be cut. The first two bytes are the number of units to cut it to.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telefaq::engine::html::{cut_html, cut_line, cut_text, escape, link, to_text, visible_units};
use telefaq::engine::markdown::{ANSWER_BUDGET, render};
use telefaq_fuzz::{check_html, timed};

fuzz_target!(|data: &[u8]| {
    let Some((&[high, low], rest)) = data.split_first_chunk() else { return };
    let text = String::from_utf8_lossy(rest);
    check_rendered(&text, data);
    check_cut(&text, usize::from(u16::from_be_bytes([high, low])) % 5_000, data);
});

fn check_rendered(markdown: &str, data: &[u8]) {
    let rendered = timed("render", data, || render(markdown));
    for html in [&rendered.html, &rendered.first_paragraph_html] {
        for nest in check_html(html, ANSWER_BUDGET) {
            let again = |(i, name): (usize, &&str)| nest[..i].contains(name);
            assert!(!nest.iter().enumerate().any(again), "a tag inside itself, {nest:?}: {html:?}");
        }
        assert_eq!(cut_html(html, ANSWER_BUDGET), **html, "what is right is not changed");
        to_text(html, Some(['(', ')']));
    }
    for (range, problem) in &rendered.problems {
        assert!(markdown.get(range.clone()).is_some(), "{problem:?} at {range:?} of {}", markdown.len());
        let (rule, words, help) = problem.words();
        assert!(!rule.code.is_empty() && !words.is_empty() && !help.is_empty(), "{problem:?} without words");
    }
    assert_eq!(render(markdown), rendered, "rendered otherwise the second time");
}

fn check_cut(text: &str, units: usize, data: &[u8]) {
    let html = timed("cut_html", data, || cut_html(text, units));
    check_html(&html, units);
    assert_eq!(cut_html(&html, units), html, "what is right is not changed");
    timed("to_text", data, || to_text(text, Some(['[', ']'])));

    let escaped = escape(text);
    check_html(&escaped, usize::MAX);
    check_html(&link(Some(text), text), usize::MAX);
    check_html(&link(Some(&format!("https://{text}")), text), usize::MAX);

    let head = cut_text(text, units);
    assert!(text.starts_with(head) && head.encode_utf16().count() <= units, "cut to {units}: {head:?}");
    let line = cut_line(text, units);
    let most = units.max(1);
    assert!(!line.contains('\n') && line.encode_utf16().count() <= most, "cut to a line of {units}: {line:?}");
    assert!(visible_units(&escaped) <= text.encode_utf16().count(), "longer than before");
}
