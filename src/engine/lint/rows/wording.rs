//! 3xx: wordings that are in each other's way.

use super::super::wording;

lints! {
    DUPLICATE_WORDING = "FAQ301" "duplicate-wording" Warning by wording::duplicate_wording,
        why "Two entries are asked for in the same words. The bot cannot know which one is meant.",
        bad "=== data.json\n[\n  {\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"phrasings\": [\"coder pay\"], \"answer\": \"That depends.\"},\n  {\"id\": \"raise\", \"question\": \"How do I get a raise?\", \"phrasings\": [\"Coder pay?\"], \"answer\": \"Ask.\"}\n]\n",
        good "=== data.json\n[\n  {\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"phrasings\": [\"coder pay\"], \"answer\": \"That depends.\"},\n  {\"id\": \"raise\", \"question\": \"How do I get a raise?\", \"phrasings\": [\"get more pay\"], \"answer\": \"Ask.\"}\n]\n";
    REPEATED_WORDING = "FAQ302" "repeated-wording" Warning by wording::repeated_wording,
        why "The same words twice in one entry add nothing; capitals, punctuation and short forms make no difference.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"phrasings\": [\"coder pay\", \"Coder pay?\"], \"answer\": \"That depends.\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"phrasings\": [\"coder pay\", \"how much in my pocket\"], \"answer\": \"That depends.\"}]\n";
    NEAR_DUPLICATE = "FAQ303" "near-duplicate" Warning by wording::near_duplicate,
        why "Two entries ask nearly the same: the same words but for their order, endings and the smallest ones. Students will get one or the other by chance.",
        bad "=== data.json\n[\n  {\"id\": \"a\", \"question\": \"How much does the first exam cost?\", \"answer\": \"$1.\"},\n  {\"id\": \"b\", \"question\": \"How much do first exams cost?\", \"answer\": \"$2.\"}\n]\n",
        good "=== data.json\n[\n  {\"id\": \"a\", \"question\": \"How much does the first exam cost?\", \"answer\": \"$1.\"},\n  {\"id\": \"b\", \"question\": \"How much does the second exam cost?\", \"answer\": \"$2.\"}\n]\n";
}
