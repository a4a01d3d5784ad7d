//! 0xx: files and folders.

lints! {
    FOLDER_MISSING = "FAQ001" "folder-missing" Error,
        why "The folder with the entries is not where the bot looks for it, so there is nothing to answer with.";
    UNREADABLE = "FAQ002" "unreadable" Error,
        why "A file or folder cannot be opened, often because it belongs to another user. What is in it is not served.";
    NOT_UTF8 = "FAQ003" "not-utf8" Error,
        why "The bot reads text saved as UTF-8, which every editor can write. In another encoding letters like é or – would turn into other signs in front of students.";
    TOO_LARGE = "FAQ004" "too-large" Error,
        why "A text file of this size is no entry. Bulk data belongs into a JSON file, which may be larger.";
    LINK_LOOP = "FAQ005" "link-loop" Warning,
        why "A folder links back to a folder that is already being read. Its files are read once.";
    TOO_DEEP = "FAQ006" "too-deep" Error,
        why "Folders inside folders inside folders: below this depth nothing is read. Topics need one level.";
    MISNAMED_FILE = "FAQ007" "misnamed-file" Warning,
        why "The bot reads files that end in .md or .json, and three settings files by their names. Windows and word processors like to add another ending: the text is there, and no student ever sees it.",
        bad "=== money/pay.md.txt\n+++\nquestion = \"What does a coder earn?\"\n+++\nThat depends.\n",
        good "=== money/pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    JSON_SYNTAX = "FAQ008" "json-syntax" Error,
        why "The rest of the file cannot be read, because nobody can say where the next entry begins.",
        bad "=== data.json\n[\n  {\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"},\n]\n",
        good "=== data.json\n[\n  {\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}\n]\n";
    JSON_NOT_A_LIST = "FAQ009" "json-not-a-list" Error,
        why "A JSON file holds a list of entries in square brackets, even when there is only one.",
        bad "=== data.json\n{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}\n",
        good "=== data.json\n[{\"id\": \"pay\", \"question\": \"What does a coder earn?\", \"answer\": \"That depends.\"}]\n";
    NO_ENTRIES = "FAQ010" "no-entries" Error,
        why "Without a single entry the bot could only say that it does not know.",
        bad "=== topics.toml\n[[topic]]\nid = \"money\"\ntitle = \"Money\"\n",
        good "=== topics.toml\n[[topic]]\nid = \"money\"\ntitle = \"Money\"\n=== money/pay.md\n+++\nquestion = \"What does a coder earn?\"\nsources  = [\"survey\"]\nreviewed = 2026-11-22\n+++\nThat depends.\n=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    NESTED_DRAFTS = "FAQ011" "nested-drafts" Warning,
        why "A folder named drafts is not served, and one named cohorts has its place at the top of the FAQ folder. Inside a topic both are easily overlooked, and so are the answers in them.",
        bad "=== money/drafts/pay.md\n+++\nquestion = \"What does a coder earn?\"\n+++\nThat depends.\n",
        good "=== drafts/pay.md\n+++\nquestion = \"What does a coder earn?\"\n+++\nThat depends.\n";
    BAD_COHORT_NAME = "FAQ012" "bad-cohort-name" Error,
        why "The name of its folder is how a cohort is chosen for a chat, where it travels in buttons. What is in a folder with another name is not served.",
        bad "=== cohorts/spring 2027/exam.md\n+++\nquestion = \"When is the exam?\"\nsources  = [\"rules\"]\nreviewed = 2026-11-22\n+++\nOn 3 May.\n",
        good "=== cohorts/spring-2027/exam.md\n+++\nquestion = \"When is the exam?\"\nsources  = [\"rules\"]\nreviewed = 2026-11-22\n+++\nOn 3 May.\n=== sources.toml\n[[source]]\nid = \"rules\"\ntitle = \"Exam rules\"\n";
    NO_COHORT = "FAQ013" "no-cohort" Warning,
        why "The folder cohorts has one folder for each cohort. A file beside them belongs to none, so no student ever sees what is in it.",
        bad "=== cohorts/exam.md\n+++\nquestion = \"When is the exam?\"\nsources  = [\"rules\"]\nreviewed = 2026-11-22\n+++\nOn 3 May.\n",
        good "=== cohorts/2027-spring/exam.md\n+++\nquestion = \"When is the exam?\"\nsources  = [\"rules\"]\nreviewed = 2026-11-22\n+++\nOn 3 May.\n=== sources.toml\n[[source]]\nid = \"rules\"\ntitle = \"Exam rules\"\n";
    EMPTY_COHORT = "FAQ014" "empty-cohort" Warning,
        why "The folder of a cohort holds what is different for it. With nothing in it that the bot reads, the cohort gets what everybody gets.",
        bad "=== cohorts/2027-spring/\n",
        good "=== cohorts/2027-spring/exam.md\n+++\nquestion = \"When is the exam?\"\nsources  = [\"rules\"]\nreviewed = 2026-11-22\n+++\nOn 3 May.\n=== sources.toml\n[[source]]\nid = \"rules\"\ntitle = \"Exam rules\"\n";
}
