//! 4xx: Markdown that a chat does not show as written.

/// Ten sentences, 450 characters.
macro_rules! ten_sentences {
    () => {
        concat!(
            "A coder earns more after some years of work. ",
            "A coder earns more after some years of work. ",
            "A coder earns more after some years of work. ",
            "A coder earns more after some years of work. ",
            "A coder earns more after some years of work. ",
            "A coder earns more after some years of work. ",
            "A coder earns more after some years of work. ",
            "A coder earns more after some years of work. ",
            "A coder earns more after some years of work. ",
            "A coder earns more after some years of work. ",
        )
    };
}

lints! {
    UNSUPPORTED_MARKDOWN = "FAQ401" "unsupported-markdown" Warning,
        why "Telegram shows bold, italic, code, links, lists and quotes. Pictures, footnotes and HTML come out as plain text.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"See ![the chart](https://example.org/chart.png).\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"See [the chart](https://example.org/chart.png).\"}]\n";
    BROKEN_LINK = "FAQ402" "broken-link" Warning,
        why "Something is typed like a link but is none; students would see the brackets.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"See [the survey] (https://example.org).\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"See [the survey](https://example.org).\"}]\n";
    LINK_TARGET = "FAQ403" "link-target" Warning,
        why "A link in a chat needs a whole web address. Others, to files or parts of a page, lead nowhere.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"See [the survey](www.example.org).\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"See [the survey](https://www.example.org).\"}]\n";
    ANSWER_TOO_LONG = "FAQ404" "answer-too-long" Warning,
        why "A message has at most 4096 characters, and question, sources and date need some of them. What is longer is cut, at the end of a paragraph if possible.",
        bad concat!(
            "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"",
            ten_sentences!(), ten_sentences!(), ten_sentences!(), ten_sentences!(),
            ten_sentences!(), ten_sentences!(), ten_sentences!(), ten_sentences!(),
            "\"}]\n"
        ),
        good concat!(
            "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"",
            "A coder earns more after some years of work.\"}]\n"
        );
    TABLE_TOO_WIDE = "FAQ405" "table-too-wide" Warning,
        why "A table wider than a phone breaks into a jumble. It is shown as a list instead.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"| Where | How much |\\n|---|---|\\n| In a very large hospital | A bit more than elsewhere |\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"| Where | How much |\\n|---|---|\\n| Hospital | More |\"}]\n";
    HALF_MARKUP = "FAQ406" "half-markup" Warning,
        why "Bold text without its end, or a table without the line below its first: what is typed there is shown as it is typed.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"It depends on **where you work.\\n\\n| Where | How much |\\n| Hospital | More |\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"It depends on **where you work**.\\n\\n| Where | How much |\\n|---|---|\\n| Hospital | More |\"}]\n";
    UNSEEN_LINE = "FAQ407" "unseen-line" Warning,
        why "A line that begins with words in brackets and a colon gives links elsewhere in the answer their address. There is no such link, so the line is nowhere to be seen.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\\n\\n[Note]: ask-again-in-May\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends, says [the survey].\\n\\nNote: ask-again-in-May\\n\\n[the survey]: https://example.org\"}]\n";
    CONTROL_CHARACTER = "FAQ408" "control-character" Warning,
        why "Some characters command a terminal or a printer and show nothing. They come along when text is copied; in an answer they are left out.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That\\u001b depends.\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n";
}
