//! 5xx: topics, sources and lexicon.

use super::super::lexicon;

lints! {
    SETTINGS_SYNTAX = "FAQ501" "settings-syntax" Error,
        why "A slip of the keyboard in a settings file. The lines that can be read are used.",
        bad "=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = Pay survey\n[[source]]\nid = \"b\"\ntitle = \"B\"\n[[source]]\nid = \"c\"\ntitle = 'Coder's pay'\n",
        good "=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    SETTING_UNKNOWN_KEY = "FAQ502" "unknown-setting" Warning,
        why "Nobody reads this key: what it says is lost.",
        bad "=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\nlink = \"https://example.org\"\n",
        good "=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\nurl = \"https://example.org\"\n";
    SETTING_WRONG_TYPE = "FAQ503" "wrong-setting-type" Warning,
        why "The value is not of the kind the key takes, so it is ignored.",
        bad "=== lexicon.toml\nprotected = \"CPC\"\n",
        good "=== lexicon.toml\nprotected = [\"CPC\"]\n";
    SETTING_WITHOUT_ID = "FAQ504" "missing-setting-id" Warning,
        why "A topic or source without an id cannot be named by an entry.",
        bad "=== topics.toml\n[[topic]]\ntitle = \"Money\"\n",
        good "=== topics.toml\n[[topic]]\nid = \"money\"\ntitle = \"Money\"\n";
    DUPLICATE_TOPIC = "FAQ505" "duplicate-topic" Warning,
        why "The same topic twice; the second one is left out.",
        bad "=== topics.toml\n[[topic]]\nid = \"money\"\n[[topic]]\nid = \"money\"\ntitle = \"Money\"\n",
        good "=== topics.toml\n[[topic]]\nid = \"money\"\ntitle = \"Money\"\n";
    DUPLICATE_SOURCE = "FAQ506" "duplicate-source" Warning,
        why "Two sources of the same name: entries would link to the first only.",
        bad "=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n[[source]]\nid = \"survey\"\ntitle = \"Exam survey\"\n",
        good "=== sources.toml\n[[source]]\nid = \"pay-survey\"\ntitle = \"Pay survey\"\n[[source]]\nid = \"exam-survey\"\ntitle = \"Exam survey\"\n";
    SOURCE_WITHOUT_TITLE = "FAQ507" "source-without-title" Warning,
        why "The title is what students see and tap. Without one they see the id.",
        bad "=== sources.toml\n[[source]]\nid = \"survey\"\n",
        good "=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\n";
    BAD_URL = "FAQ508" "bad-url" Warning,
        why "Telegram would not make a link of this address.",
        bad "=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\nurl = \"www.example.org\"\n",
        good "=== sources.toml\n[[source]]\nid = \"survey\"\ntitle = \"Pay survey\"\nurl = \"https://www.example.org\"\n";
    SYNONYM_IN_TWO_GROUPS = "FAQ509" "synonym-in-two-groups" Warning by lexicon::synonym_in_two_groups,
        why "A word stands for one meaning only. In two groups it would make all their words mean the same, or count for the first group only.",
        bad "=== lexicon.toml\nsynonyms = [[\"pay\", \"salary\"], [\"pay\", \"fee\"]]\n",
        good "=== lexicon.toml\nsynonyms = [[\"pay\", \"salary\"], [\"price\", \"fee\"]]\n";
    PROTECTED_TOGETHER = "FAQ510" "protected-together" Warning by lexicon::protected_together,
        why "Two protected names in one group of synonyms mean the same to the bot: a question on one would get the answer on the other.",
        bad "=== lexicon.toml\nprotected = [\"CPC\", \"CCS\"]\nsynonyms = [[\"CPC\", \"CCS\"]]\n",
        good "=== lexicon.toml\nprotected = [\"CPC\", \"CCS\"]\nsynonyms = [[\"CPC\", \"certified professional coder\"]]\n";
    EMPTY_GROUP = "FAQ511" "empty-group" Warning,
        why "A group of synonyms says that words mean the same. With fewer than two words it says nothing.",
        bad "=== lexicon.toml\nsynonyms = [[\"pay\", \"salary\"], [\"exam\"]]\n",
        good "=== lexicon.toml\nsynonyms = [[\"pay\", \"salary\"], [\"exam\", \"test\"]]\n";
    REPEATED_ABBREVIATION = "FAQ512" "repeated-abbreviation" Warning,
        why "A short form stands for one thing only; capitals make no difference.",
        bad "=== lexicon.toml\nabbreviations = { hr = \"hour\", HR = \"human resources\" }\n",
        good "=== lexicon.toml\nabbreviations = { hr = \"hour\" }\n";
    MISPLACED_SETTING = "FAQ513" "misplaced-setting" Warning,
        why "Below the line `[abbreviations]` every line is a short form with its long form, until the file ends. What belongs to the whole file stands above it.",
        bad "=== lexicon.toml\n[abbreviations]\nhr = \"hour\"\n\nprotected = [\"CPC\"]\n",
        good "=== lexicon.toml\nprotected = [\"CPC\"]\n\n[abbreviations]\nhr = \"hour\"\n";
}
