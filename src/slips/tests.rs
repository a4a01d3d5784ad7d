use proptest::prelude::*;

use super::*;

const LAYOUT: Layout<'static> = Layout {
    shape: |key| match key {
        "question" | "owner" | "title" => Some(Shape::Text),
        "phrasings" | "sources" => Some(Shape::List),
        "synonyms" => Some(Shape::Groups),
        "abbreviations" => Some(Shape::Pairs),
        "reviewed" => Some(Shape::Date),
        "review_days" => Some(Shape::Number),
        "admins" => Some(Shape::Numbers),
        "required" => Some(Shape::Switch),
        _ => None,
    },
    tables: &["abbreviations", "web"],
    repeated: &["source"],
    is_secret: |text| text.contains("token"),
    stray: "begin a note with #",
};

/// What was typed, a part of the message, and a part of the help, which is the line as it should be when it has an `=`.
const SLIPS: &[(&str, &str, &str)] = &[
    // A colon.
    ("question: What: now?", "followed by :", "question = \"What: now?\""),
    ("sources: [\"a\"]", "followed by :", "sources = [\"a\"]"),
    ("sources: a, b", "followed by :", "sources = [\"a\", \"b\"]"),
    ("reviewed: 2026-11-22", "followed by :", "reviewed = 2026-11-22"),
    ("reviewed: \"22.11.2026\"", "followed by :", "reviewed = 2026-11-22"),
    ("review_days: 60", "followed by :", "review_days = 60"),
    ("required: yes", "followed by :", "required = true"),
    ("phrasings:\n  - a b\n  - \"c\"", "followed by :", "phrasings = [\"a b\", \"c\"]"),
    ("phrasings: [\n  \"a\",\n  \"b\"\n]", "followed by :", "phrasings = [\n  \"a\",\n  \"b\"\n]"),
    ("synonyms: [[\"a\", \"b\"]]", "followed by :", "synonyms = [[\"a\", \"b\"]]"),
    ("question := \"x\"", "a : before the =", "question = \"x\""),
    // No quotes, whatever the word begins with.
    ("owner = Tina", "no quotes", "owner = \"Tina\""),
    ("owner = Frank", "no quotes", "owner = \"Frank\""),
    ("owner = true story", "no quotes", "owner = \"true story\""),
    ("owner = Nina", "no quotes", "owner = \"Nina\""),
    ("owner = infrared", "no quotes", "owner = \"infrared\""),
    ("owner = no", "no quotes", "owner = \"no\""),
    ("owner = None", "no quotes", "owner = \"None\""),
    ("owner = it's", "no quotes", "owner = \"it's\""),
    ("owner = _x", "no quotes", "owner = \"_x\""),
    ("owner = +49 123", "no quotes", "owner = \"+49 123\""),
    ("owner = 10 things", "no quotes", "owner = \"10 things\""),
    ("owner = C:\\temp", "no quotes", "owner = 'C:\\temp'"),
    ("owner = x # a note", "no quotes", "owner = \"x\""),
    ("title=T", "no quotes", "title = \"T\""),
    ("sources = house-rules", "no quotes", "sources = [\"house-rules\"]"),
    ("phrasings = [a, b]", "no quotes", "phrasings = [\"a\", \"b\"]"),
    ("unheard = of", "no quotes", "unheard = \"of\""),
    // Other values.
    ("reviewed = 1.2.2026", "not a date", "reviewed = 2026-02-01"),
    ("reviewed = November", "not a date", "reviewed = 2026-11-22"),
    ("review_days = 30 days", "not a number", "review_days = 30"),
    ("required = off", "neither true nor false", "required = false"),
    ("admins = 12, 34", "not a list of numbers", "admins = [12, 34]"),
    ("admins = me", "not a list of numbers", "admins = [123456789]"),
    ("question =", "has no value", "question = \"...\""),
    ("question = #1", "is a note", "question = \"#1\""),
    ("question", "has no value", "question = \"...\""),
    ("phrasings =\n[\"a\"]", "does not begin on its line", "phrasings = [\"a\"]"),
    ("phrasings =\n- \"a\"\n- \"b\"", "dashes", "phrasings = [\"a\", \"b\"]"),
    ("phrasings = (\"a\", \"b\")", "not in ( )", "phrasings = [\"a\", \"b\"]"),
    ("phrasings = {\"a\", \"b\"}", "not in { }", "phrasings = [\"a\", \"b\"]"),
    ("owner = {x}", "cannot be used", "owner = \"x\""),
    ("phrasings = \"a\", \"b\"", "has brackets", "phrasings = [\"a\", \"b\"]"),
    ("phrasings = \"a\", \"b\"]", "has brackets", "phrasings = [\"a\", \"b\"]"),
    // Keys.
    ("question == \"x\"", "one = too many", "question = \"x\""),
    ("question = = \"x\"", "one = too many", "question = \"x\""),
    ("question \"x\"", "no = after `question`", "question = \"x\""),
    ("question is \"x\"", "no = after `question`", "question = \"x\""),
    ("- question = \"x\"", "before the key", "question = \"x\""),
    ("review days = 60", "one word", "review_days = 60"),
    ("question = \"x\" sources = [\"a\"]", "two keys", "question = \"x\"\nsources = [\"a\"]"),
    ("question = \"x\", sources = [\"a\"]", "two keys", "question = \"x\"\nsources = [\"a\"]"),
    ("two words = \"x\"", "cannot be a key", "one word before"),
    ("// question = \"x\"", "a note begins with #", "type # in place"),
    ("= \"x\"", "no key", "write key"),
    ("some words", "not of the form", "begin a note with #"),
    ("]", "closes nothing", "take it out"),
    ("owner = \"x\",", "a , after the value", "take it out"),
    ("owner = \"x\".", "a . after the value", "take it out"),
    ("phrasings = [\"a\"]]", "a ] after the value", "take it out"),
    // Quotes.
    ("question = \"What", "a quote is missing", "closing \" at the end"),
    ("question = \"What\nis it?\"", "does not end on its line", "three quotes"),
    ("question = \"What?\\\"", "makes it part", "take the \\ out"),
    ("question = \"C:\\path\"", "backslash", "type \\\\"),
    ("question = \"a \"b\" c\"", "a quote inside", "'a \"b\" c'"),
    ("question = 'what's it'", "an apostrophe", "\"what's it\""),
    ("question = “What?”", "curly quotes (“)", "straight quotes"),
    ("question = \"What?”", "curly quotes (”)", "straight quotes"),
    ("question = ＂What?＂", "a wide sign", "type \" in its place"),
    ("question ＝ \"What?\"", "a wide sign", "type = in its place"),
    ("phrasings = [\n  \"what does \"CPC\" mean\",\n  \"x\",\n]", "a quote inside", "'what does \"CPC\" mean'"),
    ("phrasings = [\n  'what's it',\n  'x',\n]", "an apostrophe", "\"what's it\""),
    ("phrasings = [\"where, \"hall\"]", "does not end before the comma", "closing \" before the comma"),
    ("phrasings = [\"what”, \"x\"]", "curly quotes (”)", "straight quotes"),
    ("phrasings = [where is\", \"x\"]", "at the beginning", "straight quotes"),
    ("phrasings = [\n  \"a,\n  \"b\"\n]", "a quote is missing", "before the comma"),
    // Commas and brackets.
    ("phrasings = [\"a\" \"b\"]", "a comma is missing", "after each text"),
    ("phrasings = [\"a\"\n  \"b\"\n]", "a comma is missing", "after each text"),
    ("phrasings = [\n  \"a\"\n  \"b\"\n  \"c\"\n  \"d\"\n]", "a comma is missing", "after each text"),
    ("phrasings = [\"a\",, \"b\"]", "a comma too many", "take it out"),
    ("phrasings = [, \"a\"]", "a comma too many", "take it out"),
    ("phrasings = [\"a\"; \"b\"]", "a ; where a comma", "type a comma"),
    ("phrasings = [\n- \"a\"\n- \"b\"\n]", "a dash", "take the dashes out"),
    ("phrasings = [\"a\"\nreviewed = 2026-11-22", "does not end", "close the list with ]"),
    ("synonyms = [\n[\"a\", \"b\"]\n[\"c\", \"d\"]\n]", "between two lists", "after each list"),
    ("synonyms = [\n[\"a, \"b\"],\n[\"c\", \"d\"]\n]\nowner = \"x\"", "before the comma", "before the comma"),
    // What nobody sees.
    ("question =\u{a0}\"x\"", "a no-break space", "type a space"),
    ("question\u{a0}= \"x\"", "a no-break space", "type a space"),
    ("\u{200b}question = \"x\"", "without width", "delete it"),
    ("question = \"x\"\u{a0}", "a no-break space", "type a space"),
    ("\u{a0}", "a no-break space", "type a space"),
    ("phrasings = [\"a\",\u{a0}\"b\"]", "a no-break space", "type a space"),
    ("phrasings = [\n\u{a0}\u{a0}\"a\",\n]", "a no-break space", "type a space"),
    ("question = \"a\u{0}b\"", "a control character", "delete it"),
    ("# note \u{7}", "a control character", "delete it"),
    ("question = \"x\"\rowner = \"y\"\r", "end in an old way", "line ends"),
    // Tables.
    ("[source]\nid = \"a\"", "brackets of [[source]]", "[[source]] with two"),
    ("[source]]\nid = \"a\"", "brackets of [[source]]", "[[source]] with two"),
    ("[[source]\nid = \"a\"", "brackets of [[source]]", "[[source]] with two"),
    ("[[source\nid = \"a\"", "brackets of [[source]]", "[[source]] with two"),
    ("[[source)\nid = \"a\"", "brackets of [[source]]", "[[source]] with two"),
    ("[[web]]\na = 1", "brackets of [web]", "[web] with one"),
    ("[web\na = 1", "brackets of [web]", "[web] with one"),
    ("[sources]]\nid = \"a\"", "a bracket is missing", "[[source]]"),
    ("[web] a = 1", "on a line of its own", "next line"),
    ("[web]\na = 1\n[web]\nb = 2", "[web] is given twice", "move the lines"),
    ("owner = \"a\"\nowner = \"b\"", "given twice", "keep one"),
];

fn slips(text: &str) -> Vec<Slip> {
    find(text, &LAYOUT).map(|broken| broken.slips).unwrap_or_default()
}

#[test]
fn each_slip_is_explained_once_in_words() {
    for (text, message, help) in SLIPS {
        // What stands around it makes no difference, and is kept.
        let around = format!("first = \"1\"\n{text}\n[[source]]\nid = \"last\"\n");
        let around = if text.contains('\r') { text.to_string() } else { around };
        for text in [*text, &around] {
            let found = slips(text);
            let [slip] = found.as_slice() else { panic!("{text:?}: {found:?}") };
            assert!(slip.message.contains(message) && slip.help.contains(help), "{text:?}: {slip:?}");
            for parser in ["expected", "invalid", "literal", "array", "unquoted", "newline"] {
                assert!(!slip.message.contains(parser) && !slip.help.contains(parser), "{text:?}: {slip:?}");
            }
            assert!(text.is_char_boundary(slip.span.start) && text.is_char_boundary(slip.span.end), "{text:?}");
        }
        let Some(broken) = find(&around, &LAYOUT).filter(|_| !text.contains('\r')) else { continue };
        assert!(broken.readable.contains("first = \"1\"") && broken.readable.contains("id = \"last\""), "{text:?}");
    }
}

#[test]
fn what_is_suggested_is_right() {
    for (text, _, help) in SLIPS.iter().filter(|(_, _, help)| help.contains(" = ") && !help.starts_with("type")) {
        assert_eq!(slips(help), [], "{text:?}");
        // It is said in full: nothing of the line stands outside of it.
        let said = &slips(text)[0].help;
        assert!(said.ends_with(help) || said.contains(&format!("{help}, or")), "{text:?}: {said}");
    }
}

#[test]
fn the_lines_of_a_table_with_a_slip_in_its_name_are_its_own() {
    let broken = find("[[source]]\nid = \"a\"\n[source]]\nid = \"b\"\n[[source]]\nid = \"c\"\n", &LAYOUT).unwrap();
    let ids: Vec<&str> = broken.sections.iter().map(|section| broken.readable[section.body.clone()].trim()).collect();
    assert_eq!(ids, ["", "id = \"a\"", "id = \"b\"", "id = \"c\""]);
    assert!(broken.sections[1..].iter().all(|section| section.repeated));
    assert!(broken.slips.iter().all(|slip| !slip.lost));
}

#[test]
fn slips_on_several_lines_are_all_found() {
    let text = "question: x\nphrasings = [\n  \"a\" \"b\",\n  c,\n  \"d,\n]\nowner = Tina\nsources = [\"a\"]\n";
    let lines: Vec<usize> = slips(text).iter().map(|slip| text[..slip.span.start].matches('\n').count() + 1).collect();
    assert_eq!(lines, [1, 3, 4, 5, 7]);
}

#[test]
fn what_must_not_be_shown_is_not_repeated() {
    for text in ["token: 1:secret", "token = secret", "token = \"secret", "token = (secret)", "my token secret = 1"] {
        for slip in slips(text) {
            assert!(slip.secret && !slip.message.contains("secret") && !slip.help.contains("secret"), "{slip:?}");
        }
    }
}

#[test]
fn long_texts_take_no_longer_than_they_are() {
    for scrap in [
        "\"\"\"\\",
        "a = \"\"\"\n",
        "[",
        "a = [\n",
        "a = [\"b\n",
        "- a\n",
        "a:\n- b\n",
        "\u{a0}\n",
        "x\u{0}\n",
        "a = '\n",
    ] {
        let text = scrap.repeat(500_000 / scrap.len());
        assert!(slips(&text).len() <= MOST_SLIPS, "{scrap:?}");
    }
}

proptest! {
    /// What is left is right, as long as the text was, and nothing is lost in silence.
    #[test]
    fn what_is_left_of_any_text_can_be_read(
        scraps in prop::collection::vec(prop::sample::select(vec![
            "a = ", "\"", "'", "[", "]", "{", "}", "=", ":", ",", "\n", "\n", "[[source]]\n", "[web]\n", "# x", "b", "“",
            "\u{a0}", "\u{200b}", "\"x\"", "'y'", "\\", "\"\"\"", "\r\n", "- ", "é", "＝", "\u{0}", ".", "1", "a", ";",
        ]), 0..30),
    ) {
        let text = scraps.concat();
        match find(&text, &LAYOUT) {
            None => prop_assert!(is_right(&text)),
            Some(broken) => {
                prop_assert!(!broken.slips.is_empty());
                prop_assert_eq!(broken.readable.len(), text.len());
                for section in &broken.sections {
                    prop_assert!(is_right(&broken.readable[section.body.clone()]), "{:?}", broken);
                }
                for slip in &broken.slips {
                    prop_assert!(text.get(slip.span.clone()).is_some(), "{:?}", slip);
                }
            }
        }
    }
}
