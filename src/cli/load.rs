//! From the command line to an engine: configuration, FAQ folder, index. What the commands that answer have in common.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::{Context, Failure, output};
use crate::app::{AppSettings, HashKey};
use crate::config::{self, Config};
use crate::engine::{Engine, Settings};

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

/// The engine over the configured folder. Findings that leave entries to serve are one line on standard error.
pub fn engine(context: &Context) -> Result<Served, Failure> {
    engine_for(config(context)?.config)
}

/// The same with a configuration that was read before.
pub fn engine_for(config: Config) -> Result<Served, Failure> {
    let folder = folder(&config)?;
    let dir = shown(&config.faq.dir);
    if folder.corpus.entries.is_empty() {
        return Err(Failure::Findings(folder.diagnostics));
    }
    if !folder.diagnostics.is_empty() {
        let findings = output::count(folder.diagnostics.len(), "finding", "findings");
        output::complain(&format!("{findings} in {dir}: run `telefaq check`"));
    }
    let settings = settings(&config);
    Ok(Served { engine: Arc::new(Engine::build(folder.corpus, settings)), config })
}

/// What the folder holds, with everything wrong with it.
pub fn folder(config: &Config) -> Result<crate::app::load::Loaded, Failure> {
    let dir = &config.faq.dir;
    if let Err(error) = std::fs::metadata(dir) {
        let here = std::env::current_dir().map(|d| d.display().to_string()).unwrap_or_default();
        let what = match error.kind() {
            io::ErrorKind::NotFound => format!("there is no FAQ folder {} in {here}", shown(dir)),
            _ => format!("cannot read the FAQ folder {}: {error}", shown(dir)),
        };
        let help =
            "start telefaq where the folder is, or name it: --faq DIR, or dir = \"...\" below [faq] in config.toml";
        return Err(Failure::new(what, help));
    }
    Ok(crate::app::load::load(dir, today(), config.faq.review_days))
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
