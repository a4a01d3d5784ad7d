//! The configuration, from text and variables to values or findings.

use telefaq::config::{self, Config, Environment, options};
use telefaq::diagnostic::{Diagnostic, SourceFile};

/// The configuration and findings of this file with these variables.
fn read(text: &str, variables: &[(&str, &str)]) -> (Config, Vec<Diagnostic>) {
    let file = SourceFile { path: "config.toml".into(), text: text.into() };
    let (raw, mut findings) = config::parse(Some(&file), &Environment::of(variables));
    let (config, more) = raw.validate();
    findings.extend(more);
    findings.sort_by(|a, b| a.place.cmp(&b.place));
    (config, findings)
}

/// All findings as a person sees them.
fn findings(text: &str, variables: &[(&str, &str)]) -> String {
    read(text, variables).1.iter().map(|d| d.render(false)).collect::<Vec<_>>().join("\n")
}

/// The configuration, which has nothing wrong.
fn good(text: &str, variables: &[(&str, &str)]) -> Config {
    let (config, findings) = read(text, variables);
    assert!(findings.is_empty(), "{findings:?}");
    config
}

/// To write it anew: `cargo run -- config --defaults > config.new && mv config.new config.toml`.
#[test]
fn the_shipped_file_shows_every_option_with_its_default() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config.toml");
    let shipped = std::fs::read_to_string(path).expect("config.toml is there");
    assert_eq!(shipped, options::reference());
    assert_eq!(good(&shipped, &[]), Config::default());
    for option in options::OPTIONS {
        let shown = |line: &str| line.trim_start_matches("# ").starts_with(&format!("{} = ", option.key));
        assert!(shipped.lines().any(shown), "{option:?}");
    }
}

#[test]
fn every_option_is_known_in_the_file_and_in_the_environment() {
    let defaults = Config::default();
    for option in options::OPTIONS {
        let value = option.shown(&defaults).unwrap_or(option.example.to_owned());
        let in_file = read(&format!("[{}]\n{} = {value}\n", option.section, option.key), &[]).1;
        let in_environment = read("", &[(&option.variable(), &value)]).1;
        let found: Vec<String> = in_file.iter().chain(&in_environment).map(ToString::to_string).collect();
        assert!(found.is_empty(), "{option:?}: {found:?}");
    }
}

#[test]
fn nothing_written_is_the_defaults() {
    let config = good("", &[]);
    assert_eq!(config, Config::default());
    assert_eq!(config.faq.dir, std::path::Path::new("faq"));
    assert_eq!(config.answering.thresholds.answer_at, 70.0);
    assert_eq!(config.web.listen.map(|l| l.to_string()).as_deref(), Some("127.0.0.1:8080"));
}

#[test]
fn the_environment_wins_over_the_file() {
    let text = "[web]\nlisten = \"127.0.0.1:1\"\n[telegram]\ntoken = \"1:a\"\nworkers = 3\n";
    let config = good(
        text,
        &[
            ("TELEFAQ_WEB__LISTEN", "127.0.0.1:0"),
            ("TELOXIDE_TOKEN", "2:b"),
            ("TELOXIDE_API_URL", "http://127.0.0.1:9"),
            ("TELEFAQ_FAQ__DIR", "2024"),
            ("TELEFAQ_TELEGRAM__ADMINS", "[5, 6]"),
            ("TELEFAQ_ANSWERING__CONTACT", "\"ask = Ms X\""),
        ],
    );
    assert_eq!(config.web.listen.map(|l| l.port), Some(0));
    assert_eq!(config.telegram.token.map(|t| t.reveal().to_owned()).as_deref(), Some("2:b"));
    assert_eq!(config.telegram.workers, 3);
    assert_eq!(config.telegram.api_url.map(|u| u.to_string()).as_deref(), Some("http://127.0.0.1:9/"));
    assert_eq!(config.faq.dir, std::path::Path::new("2024"), "a number where text belongs is text");
    assert_eq!(config.telegram.admins, [5, 6]);
    assert_eq!(config.answering.contact.as_deref(), Some("ask = Ms X"), "quotes may be written and are taken off");
}

#[test]
fn a_value_the_environment_replaces_is_not_a_problem() {
    good("[web]\nlisten = 7\n", &[("TELEFAQ_WEB__LISTEN", "")]);
}

#[test]
fn empty_variables_of_teloxide_are_not_set_and_those_of_the_tests_are_no_options() {
    let config = good("[telegram]\ntoken = \"1:a\"\n", &[("TELOXIDE_TOKEN", ""), ("TELOXIDE_API_URL", " ")]);
    assert!(config.telegram.token.is_some());
}

#[test]
fn the_page_can_be_turned_off() {
    for (text, variables) in [
        ("[web]\nlisten = false\n", &[][..]),
        ("[web]\nlisten = \"\"\n", &[]),
        ("", &[("TELEFAQ_WEB__LISTEN", "false")]),
        ("", &[("TELEFAQ_WEB__LISTEN", "")]),
    ] {
        assert_eq!(good(text, variables).web.listen, None, "{text:?} {variables:?}");
    }
}

#[test]
fn office_hours_are_days_and_hours() {
    let config =
        good("[mentors]\nhours = [\"Mon-Fri 9:00-17:00\", \" Sat 10:00-12:00\"]\ntime_zone = \"Europe/Berlin\"\n", &[]);
    assert_eq!(config.mentors.hours, ["Mon-Fri 9:00-17:00", "Sat 10:00-12:00"]);
    assert_eq!(good("[mentors]\nhours = \"Mon 09:00-10:00\"\n", &[]).mentors.hours, ["Mon 09:00-10:00"]);
    assert_eq!(good("", &[("TELEFAQ_MENTORS__HOURS", "[\"Mon 09:00-10:00\"]")]).mentors.hours, ["Mon 09:00-10:00"]);
    let wrong = "[mentors]\nhours = [\"Mon-Fri 09:00-17:00\", \"Monday morning\"]\ntime_zone = \"Berlin\"\nremind_hours = 9999\n";
    insta::assert_snapshot!(findings(wrong, &[]));
    assert!(findings("[mentors]\nhours = [9, 17]\n", &[]).contains("something that is not text"));
}

#[test]
fn all_problems_are_reported_at_once() {
    let text = r#"
dir = "faq"
banana = 1
[fqa]
dir = "faq"
[faq]
dri = "elsewhere"
watch = "yes"
review_days = 0
token = "x"
[telegram]
mode = "webhook"
admins = [1, "two"]
api_url = "ftp://example.org"
token = 123456
[answering]
answer_at = 170
suggest_at = "low"
[matching]
encoder = "models/small"
[web]
listen = "8080"
[store]
url = "postgres://me:hunter2@db/telefaq"
"#;
    let shown = findings(text, &[("TELEFAQ_WEB__LISTN", "x"), ("TELEFAQ_STORE__RETENTION_DAYS", "soon")]);
    assert!(!shown.contains("hunter2"));
    insta::assert_snapshot!(shown);
}

#[test]
fn thresholds_that_contradict_each_other_point_at_both() {
    insta::assert_snapshot!(findings("[answering]\nanswer_at = 40\nsuggest_at = 60\nambient_at = 30\n", &[]));
    insta::assert_snapshot!(findings("[answering]\nanswer_at = 20\n", &[]));
}

#[test]
fn a_threshold_that_does_nothing_yet_is_no_concern_of_who_has_not_set_it() {
    good("[answering]\nanswer_at = 95\n", &[]);
    assert_eq!(read("[answering]\nanswer_at = 95\nambient_at = 90\n", &[]).1[0].code, "CFG010");
}

#[test]
fn a_file_that_is_not_toml_names_every_place_and_never_the_token() {
    let shown = findings("[telegram]\ntoken = 123456:AAbbCCddEEff\nrequired = yes\n[web\n", &[]);
    assert!(!shown.contains("AAbb"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn slips_of_the_keyboard_are_explained_once_each() {
    let text = "[telegram]\ntoken: \"123456:secret\"\nrequired: yes\nadmins = 123, 456\n[answering\nanswer_at = 80%\n\
                contact = Ms X\n[web]\nlisten = 127.0.0.1:8080\nlisten = \"127.0.0.1:8081\"\n[[faq]]\ndir = my-faq\n";
    let shown = findings(text, &[]);
    assert!(!shown.contains("secret"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_token_is_never_shown() {
    for text in [
        "[telegram]\ntoken: \"secret words\"\n",
        "[telegram]\ntoken \"secret words\"\n",
        "[telegram] token = \"secret words\"\n",
        "[telegram]\ntoken =\n\"secret words\"\n",
        "[telegram]\ntoken = [\n\"secret\n\"secret words\n",
        "[telegram]\n\u{a0}token = secret words, required = true\n",
        "[telegram]\rtoken = \"123456:secret\"\r",
        "[telegram]\ntoken = \"1:secret\" \u{7}\n",
        "[telegram]\ntoken = \"\"\"\nsecret words\u{7}\"\"\"\n",
        "[telegram]\ntoken = \"secret\nwords, secret\"\n",
        "[telegram]\ntoken = \"not:a:token-but-secret\"\n",
        "telegram = { required = true, token = \"secret words\" }\n",
        "telegram = { tokn = \"123456:secret_words\" }\n",
        "[telegram]\ntoken = \"\"\"\n123456:secret words\"\"\"\n",
        "[telegram]\ntoken = \"123456:\nsecret_key\"\n",
        "[telegram]\ntoken =\n\"123456:\nsecret_key\"\n[web\n",
        "[telegram]\nTokn = \"secret\"\n",
        "[telegram]\nbot_token = \"secret\"\n",
        "[123456789:secret_key]\n",
        "[telegram]\n\"123456789:secret_key\" = 1\n",
        "[store]\nulr = \"postgres://user:s3cret@et:secret/w@db/x\"\n",
        "token = \"secret\"\n",
        "[telegram]\ntoken = secret\n",
    ] {
        let shown = findings(text, &[]);
        let words = shown.replace("webhook_secret", "");
        assert!(!shown.is_empty() && !words.contains("secret"), "{shown}");
    }
    let shown = findings("", &[("TELEFAQ_TELEGRAM__WEBHOOK_SECRET", "my_secret words")]);
    assert!(shown.contains("WEBHOOK_SECRET") && !shown.contains("my_"), "{shown}");
    let shown = findings("", &[("TELOXIDE_TOKEN", "secret words")]);
    assert!(shown.contains("TELOXIDE_TOKEN") && !shown.contains("secret"), "{shown}");
    let config = good("", &[("TELOXIDE_TOKEN", "123456:secret")]);
    assert!(!format!("{config:?}").contains("123456"));
}

#[test]
fn the_secret_of_a_webhook_is_never_shown() {
    for text in [
        "[telegram]\nwebhook_secret = \"sword fish\"\n",
        "[telegram]\nwebhook_secret = \"sword, not a secret = fish\"\n",
        "[telegram]\nwebhook_secret =\n\"a=sword_secret fish\"\n",
        "[telegram]\nwebhook_secret = \"\"\"\nsword fish\"\"\"\n",
        "[telegram]\nwebhook_secret = sword fish\n",
        "[telegram]\nwebhook_secret: \"sword fish\"\n",
        "[telegram]\nwebhok_secrt = \"sword fish\"\n",
        "telegram = { token = \"sword fish\", webhook_secret = \"sword fish\" }\n",
        "[web]\nwebhook_secret = \"sword fish\"\n",
    ] {
        let shown = findings(text, &[]);
        assert!(!shown.is_empty() && !shown.contains("fish") && !shown.contains("sword"), "{text}{shown}");
    }
    let shown = findings("[telegram]\nwebhook_secret = 17\n", &[]);
    assert!(shown.contains("CFG005") && !shown.contains("17"), "{shown}");
    let config = good("", &[("TELEFAQ_TELEGRAM__WEBHOOK_SECRET", "12345678")]);
    assert_eq!(config.telegram.webhook_secret.as_ref().map(|s| s.reveal()), Some("12345678"), "digits are text there");
    assert!(!format!("{config:?}").contains("12345678"));
}

#[test]
fn a_webhook_needs_an_address_with_a_path_and_somebody_who_listens() {
    let mode = "[telegram]\nmode = \"webhook\"\n";
    let url = |url: &str| format!("{mode}webhook_url = \"{url}\"\n");
    insta::assert_snapshot!(findings(&format!("{mode}[web]\nlisten = false\n"), &[]));
    insta::assert_snapshot!(findings(&url("http://faq.example.org/telegram"), &[]));
    insta::assert_snapshot!(findings(&url("https://faq.example.org"), &[]));
    for (wrong, code) in
        [("faq.example.org/x", "CFG006"), ("https:///", "CFG006"), ("https://e.org/?x=/y", "CFG006"), ("", "CFG011")]
    {
        let codes: Vec<_> = read(&url(wrong), &[]).1.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [code], "{wrong}");
    }
    for connections in [0, 101] {
        let text = format!("{}webhook_connections = {connections}\n", url("https://e.org/x"));
        assert_eq!(read(&text, &[]).1[0].code, "CFG006");
    }
    let telegram = good(&url("https://e.org:8443/a/b?c=d"), &[]).telegram;
    assert_eq!(telegram.webhook_url.as_ref().map(|url| url.path()), Some("/a/b"));
    assert_eq!((telegram.mode, telegram.webhook_connections), (config::Mode::Webhook, 40));
    good("[telegram]\nwebhook_url = \"https://e.org/x\"\n[web]\nlisten = false\n", &[]);
}

proptest::proptest! {
    /// Nothing anybody writes into the file or the environment panics.
    #[test]
    fn any_text_is_a_configuration_or_findings(text in "(\\[(faq|telegram|web|store)\\]\n)?([a-z_]{1,9} ?= ?[^\n]{0,12}\n){0,3}", value in ".*") {
        findings(&text, &[("TELEFAQ_WEB__LISTEN", &value), ("TELEFAQ_STORE__URL", &value), ("TELOXIDE_TOKEN", &value)]);
    }
}

#[test]
fn a_language_is_written_as_its_name_or_its_code() {
    use telefaq::engine::Language;
    for language in Language::all() {
        for written in [language.word(), language.code(), language.name()] {
            let config = good(&format!("[faq]\nlanguage = \"{written}\"\n"), &[]);
            assert_eq!(config.faq.language, language, "{written}");
        }
    }
    assert_eq!(good("", &[("TELEFAQ_FAQ__LANGUAGE", "de")]).faq.language, Language::German);
    assert_eq!(good("", &[]).faq.language, Language::English);
    insta::assert_snapshot!(findings("[faq]\nlanguage = \"germn\"\n", &[]));
    insta::assert_snapshot!(findings("[faq]\nlanguage = \"klingon\"\n", &[]));
}
