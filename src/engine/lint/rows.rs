//! The rows of [`LINTS`].

use super::Lint;
use crate::diagnostic::Severity::{Error, Warning};

/// folder-missing
pub const FOLDER_MISSING: Lint =
    Lint { code: "FAQ001", name: "folder-missing", severity: Error, why: "", bad: "", good: "", check: None };
/// unreadable
pub const UNREADABLE: Lint =
    Lint { code: "FAQ002", name: "unreadable", severity: Error, why: "", bad: "", good: "", check: None };
/// not-utf8
pub const NOT_UTF8: Lint =
    Lint { code: "FAQ003", name: "not-utf8", severity: Error, why: "", bad: "", good: "", check: None };
/// too-large
pub const TOO_LARGE: Lint =
    Lint { code: "FAQ004", name: "too-large", severity: Error, why: "", bad: "", good: "", check: None };
/// link-loop
pub const LINK_LOOP: Lint =
    Lint { code: "FAQ005", name: "link-loop", severity: Warning, why: "", bad: "", good: "", check: None };
/// too-deep
pub const TOO_DEEP: Lint =
    Lint { code: "FAQ006", name: "too-deep", severity: Error, why: "", bad: "", good: "", check: None };
/// misnamed-file
pub const MISNAMED_FILE: Lint =
    Lint { code: "FAQ007", name: "misnamed-file", severity: Warning, why: "", bad: "", good: "", check: None };
/// json-syntax
pub const JSON_SYNTAX: Lint =
    Lint { code: "FAQ008", name: "json-syntax", severity: Error, why: "", bad: "", good: "", check: None };
/// json-not-a-list
pub const JSON_NOT_A_LIST: Lint =
    Lint { code: "FAQ009", name: "json-not-a-list", severity: Error, why: "", bad: "", good: "", check: None };
/// no-entries
pub const NO_ENTRIES: Lint =
    Lint { code: "FAQ010", name: "no-entries", severity: Error, why: "", bad: "", good: "", check: None };
/// header-missing
pub const HEADER_MISSING: Lint =
    Lint { code: "FAQ101", name: "header-missing", severity: Error, why: "", bad: "", good: "", check: None };
/// header-unterminated
pub const HEADER_UNTERMINATED: Lint =
    Lint { code: "FAQ102", name: "header-unterminated", severity: Error, why: "", bad: "", good: "", check: None };
/// yaml-header
pub const YAML_HEADER: Lint =
    Lint { code: "FAQ103", name: "yaml-header", severity: Error, why: "", bad: "", good: "", check: None };
/// header-syntax
pub const HEADER_SYNTAX: Lint =
    Lint { code: "FAQ104", name: "header-syntax", severity: Error, why: "", bad: "", good: "", check: None };
/// question-missing
pub const QUESTION_MISSING: Lint =
    Lint { code: "FAQ105", name: "question-missing", severity: Error, why: "", bad: "", good: "", check: None };
/// answer-missing
pub const ANSWER_MISSING: Lint =
    Lint { code: "FAQ106", name: "answer-missing", severity: Error, why: "", bad: "", good: "", check: None };
/// bad-id
pub const BAD_ID: Lint =
    Lint { code: "FAQ107", name: "bad-id", severity: Error, why: "", bad: "", good: "", check: None };
/// duplicate-id
pub const DUPLICATE_ID: Lint =
    Lint { code: "FAQ108", name: "duplicate-id", severity: Error, why: "", bad: "", good: "", check: None };
/// wrong-required-type
pub const WRONG_REQUIRED_TYPE: Lint =
    Lint { code: "FAQ109", name: "wrong-required-type", severity: Error, why: "", bad: "", good: "", check: None };
/// wrong-type
pub const WRONG_TYPE: Lint =
    Lint { code: "FAQ110", name: "wrong-type", severity: Warning, why: "", bad: "", good: "", check: None };
/// unknown-key
pub const UNKNOWN_KEY: Lint =
    Lint { code: "FAQ111", name: "unknown-key", severity: Warning, why: "", bad: "", good: "", check: None };
/// unknown-claim
pub const UNKNOWN_CLAIM: Lint =
    Lint { code: "FAQ112", name: "unknown-claim", severity: Warning, why: "", bad: "", good: "", check: None };
/// unknown-kind
pub const UNKNOWN_KIND: Lint =
    Lint { code: "FAQ113", name: "unknown-kind", severity: Warning, why: "", bad: "", good: "", check: None };
/// json-not-an-entry
pub const JSON_NOT_AN_ENTRY: Lint =
    Lint { code: "FAQ119", name: "json-not-an-entry", severity: Error, why: "", bad: "", good: "", check: None };
/// repeated-key
pub const REPEATED_KEY: Lint =
    Lint { code: "FAQ120", name: "repeated-key", severity: Warning, why: "", bad: "", good: "", check: None };
/// empty-text
pub const EMPTY_TEXT: Lint =
    Lint { code: "FAQ121", name: "empty-text", severity: Warning, why: "", bad: "", good: "", check: None };
/// unknown-topic
pub const UNKNOWN_TOPIC: Lint =
    Lint { code: "FAQ203", name: "unknown-topic", severity: Warning, why: "", bad: "", good: "", check: None };
/// unsupported-markdown
pub const UNSUPPORTED_MARKDOWN: Lint =
    Lint { code: "FAQ401", name: "unsupported-markdown", severity: Warning, why: "", bad: "", good: "", check: None };
/// broken-link
pub const BROKEN_LINK: Lint =
    Lint { code: "FAQ402", name: "broken-link", severity: Warning, why: "", bad: "", good: "", check: None };
/// link-target
pub const LINK_TARGET: Lint =
    Lint { code: "FAQ403", name: "link-target", severity: Warning, why: "", bad: "", good: "", check: None };
/// answer-too-long
pub const ANSWER_TOO_LONG: Lint =
    Lint { code: "FAQ404", name: "answer-too-long", severity: Warning, why: "", bad: "", good: "", check: None };
/// table-too-wide
pub const TABLE_TOO_WIDE: Lint =
    Lint { code: "FAQ405", name: "table-too-wide", severity: Warning, why: "", bad: "", good: "", check: None };
/// settings-syntax
pub const SETTINGS_SYNTAX: Lint =
    Lint { code: "FAQ501", name: "settings-syntax", severity: Error, why: "", bad: "", good: "", check: None };
/// setting-unknown-key
pub const SETTING_UNKNOWN_KEY: Lint =
    Lint { code: "FAQ502", name: "setting-unknown-key", severity: Warning, why: "", bad: "", good: "", check: None };
/// setting-wrong-type
pub const SETTING_WRONG_TYPE: Lint =
    Lint { code: "FAQ503", name: "setting-wrong-type", severity: Warning, why: "", bad: "", good: "", check: None };
/// setting-without-id
pub const SETTING_WITHOUT_ID: Lint =
    Lint { code: "FAQ504", name: "setting-without-id", severity: Warning, why: "", bad: "", good: "", check: None };
/// duplicate-topic
pub const DUPLICATE_TOPIC: Lint =
    Lint { code: "FAQ505", name: "duplicate-topic", severity: Warning, why: "", bad: "", good: "", check: None };
/// duplicate-source
pub const DUPLICATE_SOURCE: Lint =
    Lint { code: "FAQ506", name: "duplicate-source", severity: Warning, why: "", bad: "", good: "", check: None };
/// source-without-title
pub const SOURCE_WITHOUT_TITLE: Lint =
    Lint { code: "FAQ507", name: "source-without-title", severity: Warning, why: "", bad: "", good: "", check: None };
/// bad-url
pub const BAD_URL: Lint =
    Lint { code: "FAQ508", name: "bad-url", severity: Warning, why: "", bad: "", good: "", check: None };
/// empty-group
pub const EMPTY_GROUP: Lint =
    Lint { code: "FAQ511", name: "empty-group", severity: Warning, why: "", bad: "", good: "", check: None };
/// repeated-abbreviation
pub const REPEATED_ABBREVIATION: Lint =
    Lint { code: "FAQ512", name: "repeated-abbreviation", severity: Warning, why: "", bad: "", good: "", check: None };
/// golden-missed
pub const GOLDEN_MISSED: Lint =
    Lint { code: "FAQ601", name: "golden-missed", severity: Error, why: "", bad: "", good: "", check: None };
/// golden-forbidden
pub const GOLDEN_FORBIDDEN: Lint =
    Lint { code: "FAQ602", name: "golden-forbidden", severity: Error, why: "", bad: "", good: "", check: None };
/// All.
pub const LINTS: &[Lint] = &[
    FOLDER_MISSING,
    UNREADABLE,
    NOT_UTF8,
    TOO_LARGE,
    LINK_LOOP,
    TOO_DEEP,
    MISNAMED_FILE,
    JSON_SYNTAX,
    JSON_NOT_A_LIST,
    NO_ENTRIES,
    HEADER_MISSING,
    HEADER_UNTERMINATED,
    YAML_HEADER,
    HEADER_SYNTAX,
    QUESTION_MISSING,
    ANSWER_MISSING,
    BAD_ID,
    DUPLICATE_ID,
    WRONG_REQUIRED_TYPE,
    WRONG_TYPE,
    UNKNOWN_KEY,
    UNKNOWN_CLAIM,
    UNKNOWN_KIND,
    JSON_NOT_AN_ENTRY,
    REPEATED_KEY,
    EMPTY_TEXT,
    UNKNOWN_TOPIC,
    UNSUPPORTED_MARKDOWN,
    BROKEN_LINK,
    LINK_TARGET,
    ANSWER_TOO_LONG,
    TABLE_TOO_WIDE,
    SETTINGS_SYNTAX,
    SETTING_UNKNOWN_KEY,
    SETTING_WRONG_TYPE,
    SETTING_WITHOUT_ID,
    DUPLICATE_TOPIC,
    DUPLICATE_SOURCE,
    SOURCE_WITHOUT_TITLE,
    BAD_URL,
    EMPTY_GROUP,
    REPEATED_ABBREVIATION,
    GOLDEN_MISSED,
    GOLDEN_FORBIDDEN,
];
