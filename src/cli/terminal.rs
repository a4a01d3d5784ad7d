//! A reply as terminal text: Telegram's HTML without tags, links with their address, buttons as numbered choices.
//!
//! Pure. Owns no wording.

use crate::engine::html::to_text;
use crate::engine::reply::{Action, Reply};

/// `html` as plain text: entities decoded, `<a>` as `text <url>`, quotes behind `> `, list and line structure as it is.
/// Control characters are dropped, because a terminal would obey them. What is no tag is kept as written.
pub fn text(html: &str) -> String {
    to_text(html, Some(['<', '>']))
}

/// `text` without what a terminal would obey.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
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
