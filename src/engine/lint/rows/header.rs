//! 1xx: the header of an entry.

use super::super::checks;

lints! {
    HEADER_MISSING = "FAQ101" "header-missing" Error,
        why "The header between two +++ lines holds the question. Without it the bot does not know what the text answers.",
        bad "=== pay.md\nCoders earn different sums.\n",
        good "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nCoders earn different sums.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    HEADER_UNTERMINATED = "FAQ102" "header-unterminated" Error,
        why "Without the second +++ line the answer would be read as part of the header.",
        bad "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\n++\nThat depends.\n",
        good "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    YAML_HEADER = "FAQ103" "yaml-header" Error,
        why "Many programs fence their headers with --- and write key: value. This one uses +++ and key = \"value\", in which a colon inside a question can do no harm.",
        bad "=== pay.md\n---\nquestion: What does a coder earn?\n---\nThat depends.\n",
        good "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    HEADER_SYNTAX = "FAQ104" "header-syntax" Error,
        why "A slip of the keyboard in the header: a quote, a comma or a bracket. The entry is left out, because what was meant can only be guessed.",
        bad "=== pay.md\n+++\nquestion = “What does a coder earn?”\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n",
        good "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    QUESTION_MISSING = "FAQ105" "question-missing" Error,
        why "The question is shown above the answer, so that students see what was understood.",
        bad "=== pay.md\n+++\nphrasings = [\"coder pay\"]\nsources   = [\"survey\"]\nreviewed  = 2026-11-22\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n",
        good "=== pay.md\n+++\nquestion  = \"What does a coder earn?\"\nphrasings = [\"coder pay\"]\nsources   = [\"survey\"]\nreviewed  = 2026-11-22\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    ANSWER_MISSING = "FAQ106" "answer-missing" Error,
        why "There is nothing below the header to answer with (or nothing that can be shown).",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n";
    BAD_ID = "FAQ107" "bad-id" Error,
        why "The id travels in links and buttons, where Telegram allows few characters.",
        bad "=== data.json\n[{\"id\": \"coder pay?\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n",
        good "=== data.json\n[{\"id\": \"coder-pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n";
    DUPLICATE_ID = "FAQ108" "duplicate-id" Error,
        why "An id names one entry. The second one of the same name can never be shown.",
        bad "=== data.json\n[\n  {\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"},\n  {\"id\": \"pay\", \"question\": \"Who pays for the exam?\", \"answer\": \"You do.\"}\n]\n",
        good "=== data.json\n[\n  {\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"},\n  {\"id\": \"fee\", \"question\": \"Who pays for the exam?\", \"answer\": \"You do.\"}\n]\n";
    WRONG_REQUIRED_TYPE = "FAQ109" "wrong-required-type" Error,
        why "Question, id and answer are texts; an entry cannot be served without them.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": [\"What does a coder earn?\"], \"answer\": \"That depends.\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n";
    WRONG_TYPE = "FAQ110" "wrong-type" Warning,
        why "The value is not of the kind the key takes, so the key is ignored and the entry served without it.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"phrasings\": \"coder pay\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"phrasings\": [\"coder pay\"]}]\n";
    UNKNOWN_KEY = "FAQ111" "unknown-key" Warning,
        why "Nobody reads this key: what it says is lost. Mostly it is a spelling mistake in another key's name.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"phrasing\": [\"coder pay\"]}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"phrasings\": [\"coder pay\"]}]\n";
    UNKNOWN_CLAIM = "FAQ112" "unknown-claim" Warning,
        why "The claim chooses the caveat under the answer; an unknown one adds none.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"claim\": \"pay\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"claim\": \"salary\", \"sources\": [\"survey\"]}]\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\nas_of = 2025\n";
    UNKNOWN_KIND = "FAQ113" "unknown-kind" Warning,
        why "An entry is an answer (faq) or small talk. With another word it is taken as an answer.",
        bad "=== data.json\n[{\"id\": \"thanks\", \"question\": \"Thank you!\", \"answer\": \"You are welcome.\", \"kind\": \"small talk\"}]\n",
        good "=== data.json\n[{\"id\": \"thanks\", \"question\": \"Thank you!\", \"answer\": \"You are welcome.\", \"kind\": \"smalltalk\"}]\n";
    REVIEWED_MISSING = "FAQ114" "reviewed-missing" Warning by checks::reviewed_missing,
        why "Students see when an answer was last checked, and the bot reminds you when it is time again. Without a date it can do neither.",
        bad "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n",
        good "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    STALE = "FAQ115" "stale" Warning by checks::stale,
        why "The answer was last checked too long ago. It is still given, with a note that asks students to confirm it.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"reviewed\": \"2020-01-01\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"reviewed\": \"2026-11-22\"}]\n";
    REVIEWED_IN_FUTURE = "FAQ116" "reviewed-in-future" Warning by checks::reviewed_in_future,
        why "Nobody has checked the answer on a day that is still to come. Mostly day and month, or a digit of the year, are mixed up.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"reviewed\": \"2062-11-22\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"reviewed\": \"2026-11-22\"}]\n";
    SOURCE_MISSING = "FAQ117" "source-missing" Warning by checks::source_missing,
        why "Every answer names its source, so that students can check it. Small talk needs none.",
        bad "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\nreviewed = 2026-11-22\n+++\nThat depends.\n",
        good "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    CLAIM_UNDATED = "FAQ118" "claim-undated" Warning by checks::claim_undated,
        why "Pay, prices, exam rules and laws change. A figure without the date it is of cannot be judged.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"$1.\", \"claim\": \"salary\", \"sources\": [\"survey\"]}]\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"$1.\", \"claim\": \"salary\", \"sources\": [\"survey\"]}]\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\nas_of = \"May 2024\"\n";
    JSON_NOT_AN_ENTRY = "FAQ119" "json-not-an-entry" Error,
        why "Each element of a JSON file is one entry, in curly brackets.",
        bad "=== data.json\n[\"What does a coder earn?\", {\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n";
    REPEATED_KEY = "FAQ120" "repeated-key" Warning,
        why "The same key twice in one entry: only the first one counts.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"question\": \"Coder pay?\", \"answer\": \"That depends.\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"phrasings\": [\"Coder pay?\"], \"answer\": \"That depends.\"}]\n";
    EMPTY_TEXT = "FAQ121" "empty-text" Warning,
        why "A list holds a text with nothing in it. It is passed over.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"phrasings\": [\"\", \"coder pay\"]}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"phrasings\": [\"coder pay\"]}]\n";
    ODD_ID = "FAQ122" "odd-id" Warning,
        why "Buttons and links cannot carry this id and use a number in its place. The entry is served.",
        bad "=== data.json\n[{\"id\": \"coder-pay?\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n",
        good "=== data.json\n[{\"id\": \"coder-pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n";
    SECOND_HEADER = "FAQ123" "second-header" Warning,
        why "A file holds one entry. What looks like the header of a second one is shown to students as a part of the answer.",
        bad "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nThat depends.\n\n+++\nquestion = \"Who pays for the exam?\"\n+++\nYou do.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n",
        good "=== pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nThat depends.\n=== fee.md\n+++\nquestion = \"Who pays for the exam?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nYou do.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
}
