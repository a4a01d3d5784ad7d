//! From the command line to an engine: configuration, FAQ folder, index. What the commands that answer have in common.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::{Context, Failure, output};
use crate::app::load::Loaded;
use crate::app::{AppSettings, GroupSettings, HashKey};
use crate::config::{self, Config};
use crate::diagnostic::Diagnostic;
use crate::engine::{Engine, Settings, lint};

/// The configuration; its warnings go to standard error.
pub fn config(context: &Context) -> Result<config::Loaded, Failure> {
    let mut loaded =
        config::load(context.globals.config.as_deref(), &context.environment).map_err(Failure::Findings)?;
    if !loaded.diagnostics.is_empty() {
        output::complain(&output::rendered(&loaded.diagnostics, context.color(&io::stderr())));
    }
    if let Some(dir) = &context.globals.faq {
        loaded.config.faq.dir.clone_from(dir);
        if let Some(option) = config::options::find("faq", "dir") {
            loaded.origins.retain(|(o, _)| !std::ptr::eq(*o, option));
            loaded.origins.push((option, "--faq".into()));
        }
    }
    Ok(loaded)
}

/// An engine that can answer, and what it was made with.
pub struct Served {
    /// The engine.
    pub engine: Arc<Engine>,
    /// The configuration.
    pub config: Config,
}

/// The engine over the configured folder. Findings that leave entries to serve are one line on standard error; to count
/// them the goldens are asked, some hundred of which take less time than reading their files.
pub fn engine(context: &Context) -> Result<Served, Failure> {
    engine_for(config(context)?.config)
}

/// The same with a configuration that was read before.
pub fn engine_for(config: Config) -> Result<Served, Failure> {
    let Loaded { mut corpus, diagnostics, .. } = folder(&config);
    if corpus.entries.is_empty() {
        return Err(Failure::NothingToServe(diagnostics));
    }
    // From here on findings are counted, not shown.
    corpus.forget_files();
    let engine = Engine::build(corpus, settings(&config));
    let findings = diagnostics.iter().map(|d| d.count).sum::<usize>() + lint::goldens(&engine).len();
    if findings > 0 {
        let findings = output::count(findings, "finding", "findings");
        output::complain(&format!("{findings} in {}: run `telefaq check`", shown(&config.faq.dir)));
    }
    Ok(Served { engine: Arc::new(engine), config })
}

/// What the configured folder holds, with everything wrong with it but failing goldens.
fn folder(config: &Config) -> Loaded {
    crate::app::load::load(&config.faq.dir, today(), config.faq.review_days, config.faq.language)
}

/// How many entries the configured folder has, and everything wrong with it in the order of the files. An engine is
/// built only if there are goldens to ask it: of bulk data that takes many times as long as all other checks.
pub fn findings(config: &Config) -> (usize, Vec<Diagnostic>) {
    let mut loaded = folder(config);
    let entries = loaded.corpus.entries.len();
    if loaded.corpus.entries.iter().any(|entry| !entry.tests.is_empty() || !entry.not.is_empty()) {
        let engine = Engine::build(std::mem::take(&mut loaded.corpus), settings(config));
        loaded.add(lint::goldens(&engine));
    }
    (entries, loaded.diagnostics)
}

/// What the engine is told of the configuration.
pub fn settings(config: &Config) -> Settings {
    Settings { thresholds: config.answering.thresholds }
}

/// What the bot behind every front is told of the configuration.
pub fn app_settings(config: &Config, key: HashKey) -> AppSettings {
    AppSettings {
        bot_name: "telefaq".to_owned(),
        contact: config.answering.contact.clone(),
        review_days: config.faq.review_days,
        keep_log: true,
        retention_days: config.store.retention_days,
        latest_secs: i64::from(config.answering.latest_hours) * 60 * 60,
        groups: GroupSettings {
            mode: config.groups.mode,
            cooldown_secs: i64::from(config.groups.cooldown_minutes) * 60,
            grace_secs: i64::from(config.groups.grace_secs),
            person_answers_per_hour: config.groups.person_answers_per_hour,
            chat_answers_per_hour: config.groups.chat_answers_per_hour,
            latest_secs: i64::from(config.groups.latest_minutes) * 60,
            greet: config.groups.greet,
            trial_days: config.groups.trial_days,
            cohorts: config.groups.cohorts.clone(),
        },
        key,
    }
}

/// Seconds since 1970.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Today, in UTC.
pub fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// A folder as people write it: with a slash at the end.
fn shown(dir: &Path) -> String {
    let text = dir.to_string_lossy().replace('\\', "/");
    if dir.is_file() || text.ends_with('/') { text } else { text + "/" }
}
