//! 2xx: names of something else.

use super::super::checks;

lints! {
    UNKNOWN_SOURCE = "FAQ201" "unknown-source" Warning by checks::unknown_source,
        why "The entry names a source that sources.toml does not have, so students do not see it.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"sources\": [\"survay\"]}]\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"sources\": [\"survey\"]}]\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    UNKNOWN_RELATED = "FAQ202" "unknown-related" Warning by checks::unknown_related,
        why "The entry offers another one that does not exist, so the button is left out.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"related\": [\"exam-fees\"]}, {\"id\": \"exam-fee\", \"question\": \"Who pays for the exam?\", \"answer\": \"You do.\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"related\": [\"exam-fee\"]}, {\"id\": \"exam-fee\", \"question\": \"Who pays for the exam?\", \"answer\": \"You do.\"}]\n";
    UNKNOWN_TOPIC = "FAQ203" "unknown-topic" Warning,
        why "The folder is not listed in topics.toml. Its entries are served, and the topic is shown last, under the folder's name.",
        bad "=== data.json\n[{\"id\": \"pay\", \"topic\": \"mony\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n=== topics.toml\n[[topic]]\nid = \"money\"\ntitle = \"Money\"\n",
        good "=== data.json\n[{\"id\": \"pay\", \"topic\": \"money\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}, {\"id\": \"hello\", \"topic\": \"chat\", \"kind\": \"smalltalk\", \"question\": \"Hello!\", \"answer\": \"Hi.\"}]\n=== topics.toml\n[[topic]]\nid = \"money\"\ntitle = \"Money\"\n";
    RELATED_TO_ITSELF = "FAQ204" "related-to-itself" Warning by checks::related_to_itself,
        why "An entry offers itself as the next question.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"related\": [\"pay\"]}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"related\": []}]\n";
    REPEATED_REFERENCE = "FAQ205" "repeated-reference" Warning by checks::repeated_reference,
        why "The same source or related entry is named twice in one list; it would be shown twice.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"sources\": [\"survey\", \"survey\"]}]\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"sources\": [\"survey\"]}]\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    MORE_THAN_SHOWN = "FAQ206" "more-than-shown" Warning by checks::more_than_shown,
        why "Under an answer there is room for four sources and for four related questions. What is named after those is not shown.",
        bad "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"related\": [\"fee\", \"book\", \"job\", \"home\", \"degree\"]}, {\"id\": \"fee\", \"question\": \"Who pays for the exam?\", \"answer\": \"You do.\"}, {\"id\": \"book\", \"question\": \"May I bring books?\", \"answer\": \"Yes.\"}, {\"id\": \"job\", \"question\": \"Where are the jobs?\", \"answer\": \"Online.\"}, {\"id\": \"home\", \"question\": \"Is remote work common?\", \"answer\": \"Yes.\"}, {\"id\": \"degree\", \"question\": \"Need I study first?\", \"answer\": \"No.\"}]\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\", \"related\": [\"fee\", \"book\", \"job\", \"home\"]}, {\"id\": \"fee\", \"question\": \"Who pays for the exam?\", \"answer\": \"You do.\"}, {\"id\": \"book\", \"question\": \"May I bring books?\", \"answer\": \"Yes.\"}, {\"id\": \"job\", \"question\": \"Where are the jobs?\", \"answer\": \"Online.\"}, {\"id\": \"home\", \"question\": \"Is remote work common?\", \"answer\": \"Yes.\"}]\n";
}
