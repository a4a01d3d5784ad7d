//! From the command line to an engine: configuration, FAQ folder, index. What the commands that answer have in common.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::{Context, Failure, output};
use crate::app::{AppSettings, HashKey};
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

/// The engine over the configured folder. Findings that leave entries to serve are one line on standard error.
pub fn engine(context: &Context) -> Result<Served, Failure> {
    engine_for(config(context)?.config)
}

/// The same with a configuration that was read before.
pub fn engine_for(config: Config) -> Result<Served, Failure> {
    let Folder { engine, findings } = folder(&config);
    if engine.corpus().entries.is_empty() {
        return Err(Failure::NothingToServe(findings));
    }
    if !findings.is_empty() {
        let findings = output::count(findings.len(), "finding", "findings");
        output::complain(&format!("{findings} in {}: run `telefaq check`", shown(&config.faq.dir)));
    }
    Ok(Served { engine: Arc::new(engine), config })
}

/// What a folder comes to.
pub struct Folder {
    /// The engine over what can be served, which may be nothing.
    pub engine: Engine,
    /// Everything wrong with the folder, failing goldens included, in the order of the files.
    pub findings: Vec<Diagnostic>,
}

/// Reads and checks the configured folder, builds its engine and asks it the goldens. Every load does all of it: asking
/// some hundred goldens takes less time than reading their files.
pub fn folder(config: &Config) -> Folder {
    let mut loaded = crate::app::load::load(&config.faq.dir, today(), config.faq.review_days);
    let engine = Engine::build(std::mem::take(&mut loaded.corpus), settings(config));
    loaded.add(lint::goldens(&engine));
    Folder { engine, findings: loaded.diagnostics }
}

/// What the engine is told of the configuration.
pub fn settings(config: &Config) -> Settings {
    Settings { thresholds: config.answering.thresholds }
}

/// What the bot behind every front is told of the configuration.
pub fn app_settings(config: &Config, key: HashKey) -> AppSettings {
    AppSettings {
        contact: config.answering.contact.clone(),
        review_days: config.faq.review_days,
        retention_days: config.store.retention_days,
        key,
        ..AppSettings::default()
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
