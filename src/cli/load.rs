//! From the command line to engines: configuration, FAQ folder, index. What the commands that answer have in common.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use clap::Args;

use super::{Context, Failure, output, terminal};
use crate::app::clock::{now, today};
use crate::app::gate::{Candidate, Gate};
use crate::app::load::Loaded;
use crate::app::{
    AppSettings, DigestSettings, Encoding, Engines, GroupSettings, HashKey, Keeper, OfficeHours, People,
    PersonSettings, PostSettings, Schedule, build_each,
};
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, nearest};
use crate::encoder::Model;
use crate::engine::corpus::Corpus;
use crate::engine::lint::{self, Failed};
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

/// For commands that answer as a member of a cohort would be answered.
#[derive(Debug, Args)]
pub struct CohortArgs {
    /// Answer as in a chat that is bound to this cohort: with what is in cohorts/NAME of the FAQ folder
    #[arg(long, value_name = "NAME")]
    pub cohort: Option<String>,
}

/// The engine over the configured folder, or that of one cohort. Findings that leave entries to serve are one line on
/// standard error. To count them the goldens are asked, some hundred of which take less time than reading their files; not
/// those of other cohorts, each of which needs an engine of its own.
pub fn engine(context: &Context, cohort: Option<&str>) -> Result<Served, Failure> {
    let Read { mut corpus, findings, config } = corpus(context, cohort)?;
    // From here on findings are counted, not shown.
    corpus.forget_files();
    let encoding = encoding(&config)?.map(Arc::new);
    let engine = Engine::build_with(corpus, settings(&config), encoding.as_ref().map(Encoding::for_folder).as_ref());
    complain_of(findings + lint::goldens(&engine).count(), &config);
    encoding.iter().for_each(|encoding| encoding.save());
    let engine = engine.asking(encoding.as_ref().map(Encoding::unhurried));
    Ok(Served { engine: Arc::new(engine), config })
}

/// Entries, and where they are from.
pub struct Read {
    /// What everybody gets, or one cohort.
    pub corpus: Corpus,
    /// How much is wrong with the folder, but for goldens that fail.
    pub findings: usize,
    /// The configuration.
    pub config: Config,
}

/// What the configured folder holds for everybody, or for one cohort; at least one entry.
pub fn corpus(context: &Context, cohort: Option<&str>) -> Result<Read, Failure> {
    let config = config(context)?.config;
    let Loaded { mut corpus, mut cohorts, diagnostics, .. } = folder(&config);
    if let Some(name) = cohort {
        corpus = match cohorts.remove(name) {
            Some(corpus) => corpus,
            // Of a folder that is missing or has nothing in it, that is what there is to say.
            None if corpus.entries.is_empty() => return Err(Failure::NothingToServe(diagnostics)),
            None => return Err(no_cohort(name, cohorts.keys(), &config)),
        };
    }
    if corpus.entries.is_empty() {
        return Err(Failure::NothingToServe(diagnostics));
    }
    Ok(Read { corpus, findings: count(&diagnostics), config })
}

/// The engines over the configured folder, for everybody and for each cohort, and what keeps them in step with it. Findings
/// are one line on standard error.
pub fn engines_for(config: &Config) -> Result<(Engines, Keeper), Failure> {
    let gate = gate(config)?;
    // Before it is read: what changes meanwhile is seen to have changed.
    let stamp = crate::app::folder::stamp(&gate.dir);
    let Candidate { engines, findings, faults, .. } = gate.look(&[], today());
    gate.encoding.iter().for_each(|encoding| encoding.save());
    let Some(engines) = engines else { return Err(Failure::NothingToServe(findings)) };
    complain_of(count(&findings), config);
    complain_of_settings(&engines, config);
    Ok((engines, Keeper::new(gate, stamp, faults, now())))
}

/// What the configuration names and the folder does not have, each a line on standard error: the bot goes on without.
fn complain_of_settings(engines: &Engines, config: &Config) {
    let base = engines.of(None).corpus();
    let bound: BTreeSet<&String> = config.groups.cohorts.values().collect();
    for name in bound.into_iter().filter(|name| !engines.names().any(|known| known == *name)) {
        let near = nearest(name, engines.names());
        let help = near
            .map_or_else(|| "its chats get what is for everybody".to_owned(), |near| format!("did you mean `{near}`?"));
        output::complain(&format!("there is no cohort `{name}`, which `cohorts` in [groups] binds chats to: {help}"));
    }
    for topic in &config.channels.topics {
        if !base.topics.iter().any(|known| known.id == *topic) {
            let near = nearest(topic, base.topics.iter().map(|topic| topic.id.as_str()));
            let help = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
            output::complain(&format!("there is no topic `{topic}`, which `topics` in [channels] names{help}"));
        }
    }
}

fn no_cohort<'a>(name: &str, known: impl ExactSizeIterator<Item = &'a String> + Clone, config: &Config) -> Failure {
    let dir = shown(&config.faq.dir);
    let help = match (nearest(name, known.clone().map(String::as_str)), known.len()) {
        (Some(near), _) => format!("did you mean `{near}`? "),
        (None, 0) => format!("there is none yet: put what is different for it into a folder {dir}cohorts/NAME"),
        (None, _) => String::new(),
    };
    let known: Vec<&str> = known.map(String::as_str).collect();
    let list = if known.is_empty() { String::new() } else { format!("the cohorts are {}", known.join(", ")) };
    Failure::new(format!("there is no cohort `{}` in {dir}", terminal::plain(name)), help + &list)
}

/// What the configured folder holds, with everything wrong with it but failing goldens.
pub fn folder(config: &Config) -> Loaded {
    crate::app::load::load(&config.faq.dir, today(), config.faq.review_days, config.faq.language)
}

fn count(findings: &[Diagnostic]) -> usize {
    findings.iter().map(|finding| finding.count).sum()
}

/// How much is wrong with the folder, in one line on standard error, if anything is.
pub fn complain_of(findings: usize, config: &Config) {
    if findings > 0 {
        let findings = output::count(findings, "finding", "findings");
        output::complain(&format!("{findings} in {}: run `telefaq check`", shown(&config.faq.dir)));
    }
}

/// What is in a folder, and everything wrong with it.
pub struct Checked {
    /// How many entries everybody gets.
    pub entries: usize,
    /// The cohorts, each with how many entries of its own it has.
    pub cohorts: Vec<(String, usize)>,
    /// What is wrong, in the order of the files.
    pub findings: Vec<Diagnostic>,
}

/// Looks through the configured folder. An engine is built only if there are goldens to ask it: of bulk data that takes
/// many times as long as all other checks.
pub fn findings(config: &Config) -> Result<Checked, Failure> {
    let encoding = encoding(config)?.map(Arc::new);
    let encoder = encoding.as_ref().map(Encoding::for_folder);
    let mut loaded = folder(config);
    let entries = loaded.corpus.entries.len();
    let own = |(name, corpus): (&String, &Corpus)| {
        (name.clone(), corpus.overlay.as_ref().map_or(0, |overlay| overlay.entries))
    };
    let cohorts: Vec<(String, usize)> = loaded.cohorts.iter().map(own).collect();
    let has_goldens = |corpus: &Corpus| corpus.entries.iter().any(|e| !e.tests.is_empty() || !e.not.is_empty());
    let ask = |corpus: &mut Corpus| {
        if !has_goldens(corpus) {
            return Failed::default();
        }
        lint::goldens(&Engine::build_with(std::mem::take(corpus), settings(config), encoder.as_ref()))
    };
    let corpora = std::iter::once(&mut loaded.corpus).chain(loaded.cohorts.values_mut());
    let mut asked = build_each(encoding.as_deref(), corpora.collect(), ask).into_iter();
    encoding.iter().for_each(|encoding| encoding.save());
    let base = asked.next().unwrap_or_default();
    let mut failed: Vec<Diagnostic> = asked.flat_map(|in_cohort| in_cohort.beyond(&base).findings()).collect();
    failed.extend(base.findings());
    loaded.add(failed);
    Ok(Checked { entries, cohorts, findings: loaded.diagnostics })
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
            warn_patient_data: config.groups.warn_patient_data,
            cohorts: config.groups.cohorts.clone(),
        },
        posts: posts(config),
        person: person(config),
        people: People { owners: config.telegram.admins.clone(), editors: config.telegram.editors.clone() },
        digest: digest(config),
        key,
    }
}

/// Which channels are posted to by themselves, if any are.
fn posts(config: &Config) -> Option<PostSettings> {
    let channels = &config.channels;
    let schedule = Schedule::parse(channels.post_at.as_deref()?, &channels.time_zone).ok()?;
    let topics = channels.topics.clone();
    (!channels.post_to.is_empty()).then(|| PostSettings { channels: channels.post_to.clone(), schedule, topics })
}

/// The mentors that questions are passed on to, if there are any.
fn person(config: &Config) -> Option<PersonSettings> {
    let mentors = &config.mentors;
    let remind_secs = i64::from(mentors.remind_hours) * 60 * 60;
    Some(PersonSettings {
        chat: config.telegram.mentors_chat?,
        hours: OfficeHours::parse(&mentors.hours, &mentors.time_zone).ok()?,
        answer_within_hours: Some(mentors.answer_within_hours).filter(|hours| *hours > 0),
        remind_secs: Some(remind_secs).filter(|secs| *secs > 0),
        mentor_names: mentors.mentor_names,
    })
}

/// When the digest is sent, if it is.
fn digest(config: &Config) -> Option<DigestSettings> {
    let digest = &config.digest;
    let schedule = Schedule::parse(digest.at.as_deref()?, &digest.time_zone).ok()?;
    Some(DigestSettings { schedule, chat: digest.chat, news_to: digest.news_to.clone() })
}

/// How the folder is read and what its engines are told.
///
/// # Errors
///
/// The encoder that is configured cannot be used.
pub fn gate(config: &Config) -> Result<Gate, Failure> {
    let faq = &config.faq;
    Ok(Gate {
        dir: faq.dir.clone(),
        review_days: faq.review_days,
        language: faq.language,
        engine: settings(config),
        encoding: encoding(config)?.map(Arc::new),
    })
}

/// The encoder that is configured, if one is.
///
/// # Errors
///
/// It cannot be used.
pub fn encoding(config: &Config) -> Result<Option<Encoding>, Failure> {
    config.matching.encoder.as_deref().map(|dir| Ok(encoding_of(open_model(dir)?, config))).transpose()
}

/// The encoder in this folder.
///
/// # Errors
///
/// There is none, or none that can be used.
pub fn open_model(dir: &Path) -> Result<Model, Failure> {
    Model::open(dir).map_err(|error| {
        let help = "docs/encoder.md says how to get one; without `encoder` in [matching] the bot does without";
        Failure::new(format!("the encoder in {} cannot be used: {error}", shown(dir)), help)
    })
}

/// A model at work. What it makes of entries is kept beside the store.
pub fn encoding_of(model: Model, config: &Config) -> Encoding {
    let beside = config.store.url.file().map(|file| file.parent().unwrap_or(Path::new("")).to_owned());
    let encoding = Encoding::new(model, beside).telling(Box::new(tell_progress));
    encoding.complaint().into_iter().for_each(output::complain);
    encoding
}

/// Texts that are encoded before anybody is told how far it is.
const MANY_TEXTS: usize = 400;

/// Says how far it is with so many texts that somebody may wonder, some ten times.
fn tell_progress(done: usize, all: usize) {
    let step = (all / 10).max(1);
    if all >= MANY_TEXTS && (done / step != done.saturating_sub(Encoding::A_STEP) / step || done == all) {
        output::complain(&format!("encoding phrasings: {done} of {all}"));
    }
}

/// A folder as people write it: with a slash at the end.
pub fn shown(dir: &Path) -> String {
    let text = dir.to_string_lossy().replace('\\', "/");
    if dir.is_file() || text.ends_with('/') { text } else { text + "/" }
}
