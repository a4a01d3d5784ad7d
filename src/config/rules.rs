//! Everything that can be wrong with the configuration: one row each.

use crate::diagnostic::{Rule, Severity};

/// Every finding about the configuration, by code. An example's variables stand after `=== environment`.
pub const RULES: &[Rule] = &[
    UNREADABLE,
    NOT_TOML,
    UNKNOWN_SECTION,
    UNKNOWN_OPTION,
    WRONG_TYPE,
    WRONG_VALUE,
    UNKNOWN_VARIABLE,
    CROSSED_THRESHOLDS,
    NOT_YET,
    AMBIENT_BELOW_ANSWER,
    WEBHOOK_WITHOUT_URL,
    WEBHOOK_WITHOUT_LISTEN,
];

pub(super) const UNREADABLE: Rule = Rule {
    code: "CFG001",
    name: "config-unreadable",
    severity: Severity::Error,
    why: "The configuration file is not where --config says, cannot be opened, or is not text saved as UTF-8. Nobody \
          knows what it would have changed, so telefaq does not start.",
    bad: "",
    good: "",
};

pub(super) const NOT_TOML: Rule = Rule {
    code: "CFG002",
    name: "config-syntax",
    severity: Severity::Error,
    why: "A slip of the keyboard: a quote, a bracket or an equals sign. Text stands in quotes; true, false and numbers \
          stand without; a section stands in square brackets on a line of its own.",
    bad: "=== config.toml\n[faq]\ndir = my-faq\n",
    good: "=== config.toml\n[faq]\ndir = \"my-faq\"\n",
};

pub(super) const UNKNOWN_SECTION: Rule = Rule {
    code: "CFG003",
    name: "unknown-section",
    severity: Severity::Error,
    why: "Nobody reads this section, so what stands below it would be lost. Mostly it is a spelling mistake.",
    bad: "=== config.toml\n[answring]\nanswer_at = 80\n",
    good: "=== config.toml\n[answering]\nanswer_at = 80\n",
};

pub(super) const UNKNOWN_OPTION: Rule = Rule {
    code: "CFG004",
    name: "unknown-option",
    severity: Severity::Error,
    why: "There is no such option in this section. It is misspelt, or stands below another section than its own.",
    bad: "=== config.toml\n[answering]\nanswerat = 80\n",
    good: "=== config.toml\n[answering]\nanswer_at = 80\n",
};

pub(super) const WRONG_TYPE: Rule = Rule {
    code: "CFG005",
    name: "wrong-option-type",
    severity: Severity::Error,
    why: "The option takes another kind of value: a number instead of text, say. Numbers, true and false stand without \
          quotes.",
    bad: "=== config.toml\n[answering]\nanswer_at = \"80\"\n",
    good: "=== config.toml\n[answering]\nanswer_at = 80\n",
};

pub(super) const WRONG_VALUE: Rule = Rule {
    code: "CFG006",
    name: "wrong-option-value",
    severity: Severity::Error,
    why: "The value is of the right kind, but it is out of range or not one of those that mean something.",
    bad: "=== config.toml\n[answering]\nanswer_at = 800\n",
    good: "=== config.toml\n[answering]\nanswer_at = 80\n",
};

pub(super) const UNKNOWN_VARIABLE: Rule = Rule {
    code: "CFG007",
    name: "unknown-variable",
    severity: Severity::Error,
    why: "An environment variable that begins with TELEFAQ_ names no option, so it would change nothing. The names are \
          TELEFAQ_SECTION__KEY, with two underscores in the middle.",
    bad: "=== environment\nTELEFAQ_WEB_LISTEN=127.0.0.1:0\n",
    good: "=== environment\nTELEFAQ_WEB__LISTEN=127.0.0.1:0\n",
};

pub(super) const CROSSED_THRESHOLDS: Rule = Rule {
    code: "CFG008",
    name: "crossed-thresholds",
    severity: Severity::Error,
    why: "The bot suggests when it is less sure than it must be to answer. With `suggest_at` above `answer_at` it could \
          do neither.",
    bad: "=== config.toml\n[answering]\nanswer_at = 40\nsuggest_at = 60\n",
    good: "=== config.toml\n[answering]\nanswer_at = 60\nsuggest_at = 40\n",
};

pub(super) const NOT_YET: Rule = Rule {
    code: "CFG009",
    name: "not-in-this-version",
    severity: Severity::Error,
    why: "The option or value is planned and does nothing yet. Started all the same, the bot would not do what the file \
          says.",
    bad: "=== config.toml\n[store]\nurl = \"postgres://db/telefaq\"\n",
    good: "=== config.toml\n[store]\nurl = \"sqlite://data/telefaq.db\"\n",
};

pub(super) const AMBIENT_BELOW_ANSWER: Rule = Rule {
    code: "CFG010",
    name: "ambient-below-answer",
    severity: Severity::Warning,
    why: "Unasked in a group, the bot should be surer than when it was asked. Here it is the other way round.",
    bad: "=== config.toml\n[answering]\nanswer_at = 70\nambient_at = 50\n",
    good: "=== config.toml\n[answering]\nanswer_at = 70\nambient_at = 90\n",
};

pub(super) const WEBHOOK_WITHOUT_URL: Rule = Rule {
    code: "CFG011",
    name: "webhook-without-url",
    severity: Severity::Error,
    why: "In webhook mode Telegram calls the bot, and nobody but you knows under which address it can be reached from \
          the internet. Without one no message would ever come in.",
    bad: "=== config.toml\n[telegram]\nmode = \"webhook\"\n",
    good: "=== config.toml\n[telegram]\nmode = \"webhook\"\nwebhook_url = \"https://faq.example.org/telegram\"\n",
};

pub(super) const WEBHOOK_WITHOUT_LISTEN: Rule = Rule {
    code: "CFG012",
    name: "webhook-without-listen",
    severity: Severity::Error,
    why: "Telegram's calls arrive where the page is served. With `listen = false` nobody is there to take them.",
    bad: "=== config.toml\n[telegram]\nmode = \"webhook\"\nwebhook_url = \"https://faq.example.org/telegram\"\n[web]\n\
          listen = false\n",
    good: "=== config.toml\n[telegram]\nmode = \"webhook\"\nwebhook_url = \"https://faq.example.org/telegram\"\n[web]\n\
           listen = \"127.0.0.1:8080\"\n",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Environment};
    use crate::diagnostic::{Diagnostic, SourceFile};

    fn findings(example: &'static str) -> Vec<Diagnostic> {
        let (mut file, mut environment) = (None, Environment::default());
        for (path, text) in Rule::files(example) {
            match path {
                "environment" => {
                    environment = Environment::of(&text.lines().filter_map(|l| l.split_once('=')).collect::<Vec<_>>());
                }
                _ => file = Some(SourceFile { path: path.into(), text: text.into() }),
            }
        }
        let (raw, mut findings) = config::parse(file.as_ref(), &environment);
        findings.extend(raw.validate().1);
        findings
    }

    #[test]
    fn every_bad_example_shows_its_finding_and_nothing_else_and_every_good_one_is_silent() {
        assert!(RULES.is_sorted_by_key(|rule| rule.code));
        for rule in RULES.iter().filter(|rule| !rule.bad.is_empty()) {
            let bad = findings(rule.bad);
            assert_eq!(bad.iter().map(|finding| finding.code).collect::<Vec<_>>(), [rule.code]);
            assert!(bad.iter().all(|finding| finding.severity == rule.severity && finding.help.is_some()), "{bad:?}");
            assert!(findings(rule.good).is_empty(), "{}", rule.code);
        }
    }
}
