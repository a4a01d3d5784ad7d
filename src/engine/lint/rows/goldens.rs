//! 6xx: goldens, the questions in `tests` and `not`.

use super::super::wording;

lints! {
    GOLDEN_MISSED = "FAQ601" "golden-missed" Error,
        why "A question under `tests` must be answered with its entry, or at least be met with \"Did you mean\" and the entry among the suggestions. It is not, so students who ask like this get something else, or nothing.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"tests\": [\"how do I brew tea\"], \"answer\": \"That depends.\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"tests\": [\"what do coders earn\"], \"answer\": \"That depends.\"}]\n";
    GOLDEN_FORBIDDEN = "FAQ602" "golden-forbidden" Error,
        why "A question under `not` must not be answered with this entry. It is, so students who ask like this get the wrong answer.",
        bad "=== data.json\n[\n  {\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"not\": [\"what does a trained coder earn\"], \"answer\": \"That depends.\"},\n  {\"id\": \"exam\", \"question\": \"How long is the exam?\", \"answer\": \"Four hours.\"}\n]\n",
        good "=== data.json\n[\n  {\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"not\": [\"how long is the exam for coders\"], \"answer\": \"That depends.\"},\n  {\"id\": \"exam\", \"question\": \"How long is the exam?\", \"answer\": \"Four hours.\"}\n]\n";
    GOLDEN_IS_PHRASING = "FAQ603" "golden-is-phrasing" Warning by wording::golden_is_phrasing,
        why "A test question that is also a phrasing always succeeds: the bot knows it by heart. It should be words the bot has never seen.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"phrasings\": [\"coder pay\"], \"tests\": [\"Coder pay?\"], \"answer\": \"That depends.\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"phrasings\": [\"coder pay\"], \"tests\": [\"how much will i make\"], \"answer\": \"That depends.\"}]\n";
    GOLDEN_CONTRADICTION = "FAQ604" "golden-contradiction" Warning by wording::golden_contradiction,
        why "The same question is asked for and forbidden, or must reach two entries. One of the two will always fail.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"tests\": [\"coder pay\"], \"not\": [\"Coder pay?\"], \"answer\": \"That depends.\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"tests\": [\"coder pay\"], \"not\": [\"biller pay\"], \"answer\": \"That depends.\"}]\n";
}
