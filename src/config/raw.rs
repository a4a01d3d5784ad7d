//! What was written, in the file and in the environment, and what it comes to.

mod assign;

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::options::{self, Kind, OPTIONS, Opt};
use super::values::{behind_name, hide_secrets, is_inside_secret};
use super::{Config, Environment, Mode, rules};
use crate::diagnostic::{Diagnostic, Excerpt, Place, SourceFile, nearest};
use crate::slips::{self, Layout, Shape, Slip};
use assign::assign;

/// What was written: for each option at most one value, that of the environment if it has one.
#[derive(Debug, Clone, Default)]
pub struct RawConfig {
    settings: Vec<Setting>,
}

#[derive(Debug, Clone)]
struct Setting {
    option: &'static Opt,
    value: Written,
    place: Place,
    origin: String,
}

/// A value as written, before anybody asked whether it fits.
#[derive(Debug, Clone, PartialEq)]
enum Written {
    Switch(bool),
    Whole(i64),
    Number(f64),
    Text(String),
    List(Vec<Self>),
    Table(Vec<(String, Self)>),
    /// What no option takes: a date, a number too large.
    Other(&'static str),
}

impl Written {
    fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::Boolean(b) => Self::Switch(*b),
            DeValue::String(text) => Self::Text(text.to_string()),
            DeValue::Integer(n) => {
                i64::from_str_radix(n.as_str(), n.radix()).map_or(Self::Other("a number so large"), Self::Whole)
            }
            DeValue::Float(x) => x.as_str().parse().map_or(Self::Other("a number so large"), Self::Number),
            DeValue::Array(items) => Self::List(items.iter().map(|item| Self::of(item.get_ref())).collect()),
            DeValue::Datetime(_) => Self::Other("a date"),
            DeValue::Table(table) => {
                let row = |(key, value): (&toml::Spanned<std::borrow::Cow<'_, str>>, &toml::Spanned<DeValue<'_>>)| {
                    (key.get_ref().to_string(), Self::of(value.get_ref()))
                };
                Self::Table(table.iter().map(row).collect())
            }
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Switch(_) => "true or false",
            Self::Whole(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(name) => name,
        }
    }
}

/// Reads the file, if there is one, and the environment, whose values replace the file's. All problems are reported;
/// what has none is in the result.
pub fn parse(file: Option<&SourceFile>, environment: &Environment) -> (RawConfig, Vec<Diagnostic>) {
    let mut raw = RawConfig::default();
    let mut diagnostics = Vec::new();
    if let Some(file) = file {
        raw.read_file(file, &mut diagnostics);
    }
    raw.read_environment(environment, &mut diagnostics);
    (raw, diagnostics)
}

impl RawConfig {
    /// Where the values come from, in the order of [`OPTIONS`].
    pub fn origins(&self) -> Vec<(&'static Opt, String)> {
        OPTIONS
            .iter()
            .filter_map(|o| Some((o, self.settings.iter().find(|s| std::ptr::eq(s.option, o))?.origin.clone())))
            .collect()
    }

    /// Sets `option`, replacing what a weaker place said. The place of the weaker one is not looked at again: its value
    /// does not hold, so it cannot be wrong.
    fn set(&mut self, setting: Setting) {
        self.settings.retain(|s| !std::ptr::eq(s.option, setting.option));
        self.settings.push(setting);
    }

    fn read_file(&mut self, file: &SourceFile, diagnostics: &mut Vec<Diagnostic>) {
        let sections = options::sections();
        let layout = Layout { tables: &sections, ..LAYOUT };
        match slips::find(&file.text, &layout) {
            None => {
                let (table, _) = DeTable::parse_recoverable(&file.text);
                self.read_root(file, table.get_ref(), 0, diagnostics);
            }
            Some(broken) => {
                diagnostics.extend(broken.slips.into_iter().map(|slip| explained(file, slip)));
                for section in broken.sections {
                    let offset = section.body.start;
                    let body = broken.readable.get(section.body).unwrap_or_default();
                    let (table, _) = DeTable::parse_recoverable(body);
                    match section.name {
                        None => self.read_root(file, table.get_ref(), offset, diagnostics),
                        Some((name, _)) if sections.contains(&name.as_str()) => {
                            self.read_section(file, &name, table.get_ref(), offset, diagnostics);
                        }
                        Some((name, at)) => {
                            let at = hidden(&file.path, &file.text, at, false);
                            diagnostics.push(unknown_section(&name).at(at));
                        }
                    }
                }
            }
        }
        // A table has the order of its names; people read from top to bottom.
        diagnostics.sort_by_key(|d| d.place.as_ref().map(|p| (p.line, p.column)));
    }

    /// Reads what is not below a section, in a text that begins at byte `offset` of the file.
    fn read_root(&mut self, file: &SourceFile, table: &DeTable<'_>, offset: usize, diagnostics: &mut Vec<Diagnostic>) {
        for (section, value) in table.iter() {
            let name: &str = section.get_ref();
            let at = hidden(&file.path, &file.text, shift(section.span(), offset), false);
            let known = options::sections().contains(&name);
            match value.get_ref() {
                DeValue::Table(keys) if known => self.read_section(file, name, keys, offset, diagnostics),
                DeValue::Table(_) => diagnostics.push(unknown_section(name).at(at)),
                _ if known => {
                    let message = format!("`{name}` is a section, not an option");
                    let help = format!("write [{name}] on a line of its own and its options below");
                    diagnostics.push(rules::UNKNOWN_SECTION.finding(message).at(at).with_help(help));
                }
                _ => diagnostics.push(unknown_key("", name).at(at)),
            }
        }
    }

    fn read_section(
        &mut self,
        file: &SourceFile,
        name: &str,
        keys: &DeTable<'_>,
        offset: usize,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let place = |range, secret: bool| hidden(&file.path, &file.text, shift(range, offset), secret);
        for (key, value) in keys.iter() {
            let word: &str = key.get_ref();
            let Some(option) = options::find(name, word) else {
                diagnostics.push(unknown_key(name, word).at(place(key.span(), false)));
                continue;
            };
            let at = if option.kind.is_secret() {
                secret_value(&file.path, &file.text, shift(value.span(), offset))
            } else {
                place(value.span(), false)
            };
            let origin = format!("{}:{}", file.path, at.line);
            self.set(Setting { option, value: Written::of(value.get_ref()), place: at, origin });
        }
    }

    fn read_environment(&mut self, environment: &Environment, diagnostics: &mut Vec<Diagnostic>) {
        // The last one holds: TELEFAQ_TELEGRAM__TOKEN is more particular than TELOXIDE_TOKEN.
        let mut variables: Vec<_> = environment.options().collect();
        variables.sort_by_key(|(name, _)| name.starts_with("TELEFAQ_"));
        for (name, value) in variables {
            let Some(option) = option_of(name) else {
                let all: Vec<String> = OPTIONS.iter().map(Opt::variable).collect();
                let message = format!("there is no option for the environment variable {name}");
                let help = match nearest(name, all.iter().map(String::as_str)) {
                    Some(meant) => format!("did you mean {meant}?"),
                    None => "options are named TELEFAQ_SECTION__KEY, as in TELEFAQ_WEB__LISTEN; `telefaq config` \
                             lists them"
                        .into(),
                };
                diagnostics.push(rules::UNKNOWN_VARIABLE.finding(message).with_help(help));
                continue;
            };
            let Some(value) = value else {
                let message = format!("the environment variable {name} is not Unicode text");
                diagnostics.push(rules::WRONG_TYPE.finding(message).with_help("set it anew, or unset it"));
                continue;
            };
            let shown = if option.kind.is_secret() { "***" } else { value };
            let place = hidden(name, shown, 0..shown.len(), false);
            let plain = Written::Text(value.to_owned());
            let written = match DeValue::parse(value) {
                Ok(parsed) => Written::of(parsed.get_ref()),
                Err(_) => plain.clone(),
            };
            let written = if fits(&option.kind, &written) { written } else { plain };
            self.set(Setting { option, value: written, place, origin: name.to_owned() });
        }
    }

    /// The values with defaults for the rest, and everything that is wrong with them. The values are to be used only
    /// when no finding is an error: what is wrong is left at its default.
    pub fn validate(&self) -> (Config, Vec<Diagnostic>) {
        let mut config = Config::default();
        let mut diagnostics = Vec::new();
        let mut wrong = Vec::new();
        for setting in &self.settings {
            if let Err(finding) = assign(setting, &mut config) {
                diagnostics.push(finding.at(setting.place.clone()));
                wrong.push((setting.option.section, setting.option.key));
            }
        }
        if diagnostics.is_empty() {
            self.check_thresholds(&config, &mut diagnostics);
        }
        self.check_webhook(&config, &wrong, &mut diagnostics);
        diagnostics.sort_by(|a, b| a.place.cmp(&b.place));
        (config, diagnostics)
    }

    /// Where the value of this option was written.
    fn place(&self, section: &str, key: &str) -> Option<Place> {
        let setting = self.settings.iter().find(|s| (s.option.section, s.option.key) == (section, key))?;
        Some(setting.place.clone())
    }

    /// Whether a webhook has what it needs. What is `wrong` has its finding already.
    fn check_webhook(&self, config: &Config, wrong: &[(&str, &str)], diagnostics: &mut Vec<Diagnostic>) {
        if config.telegram.mode != Mode::Webhook {
            return;
        }
        let mode = self.place("telegram", "mode");
        if config.telegram.webhook_url.is_none() && !wrong.contains(&("telegram", "webhook_url")) {
            let message = "mode = \"webhook\" needs `webhook_url`: the address that Telegram is to call";
            let help = "write webhook_url = \"https://your.host/telegram\" below [telegram], or mode = \"polling\", which needs \
                        no address";
            let at = self.place("telegram", "webhook_url").or_else(|| mode.clone());
            diagnostics.push(rules::WEBHOOK_WITHOUT_URL.finding(message).at(at).with_help(help));
        }
        if config.web.listen.is_none() {
            let message = "mode = \"webhook\" needs `listen`: Telegram's calls arrive where the page is";
            let help = "write listen = \"127.0.0.1:8080\" below [web], or mode = \"polling\" below [telegram]";
            let finding = rules::WEBHOOK_WITHOUT_LISTEN.finding(message).at(self.place("web", "listen"));
            diagnostics.push(finding.with_help(help).with_related(mode, "the mode"));
        }
    }

    fn check_thresholds(&self, config: &Config, diagnostics: &mut Vec<Diagnostic>) {
        let place = |key: &str| self.place("answering", key);
        let thresholds = &config.answering.thresholds;
        let rows = [
            ("suggest_at", thresholds.suggest_at, "answer_at", thresholds.answer_at, rules::CROSSED_THRESHOLDS),
            ("answer_at", thresholds.answer_at, "ambient_at", thresholds.ambient_at, rules::AMBIENT_BELOW_ANSWER),
        ];
        for (low, at_most, high, limit, rule) in rows {
            // A limit that does nothing yet is no concern of somebody who has not set it.
            let unset = rule == rules::AMBIENT_BELOW_ANSWER && place(high).is_none();
            if at_most <= limit || unset {
                continue;
            }
            let message = format!("`{low}` ({at_most}) is above `{high}` ({limit})");
            let help = format!("lower `{low}` to at most {limit}, or raise `{high}` to at least {at_most}");
            let (first, second) = (place(low), place(high));
            let finding = rule.finding(message).with_help(help);
            diagnostics.push(match first {
                Some(first) => finding.at(first).with_related(second, "the other one"),
                None => finding.at(second),
            });
        }
    }
}

/// What may stand in the file, but for the sections, which are those of [`OPTIONS`].
const LAYOUT: Layout<'static> = Layout {
    shape: |key| OPTIONS.iter().find(|option| option.key == key).map(|option| shape(&option.kind)),
    tables: &[],
    repeated: &[],
    // What stands beside a token or an address may be one of their secrets.
    is_secret: |text| behind_name(text).is_some() || text.contains("://") || hide_secrets(text) != text,
    stray: "write key = value below a [section], or begin the line with # to make it a note",
};

fn shape(kind: &Kind) -> Shape {
    match kind {
        Kind::Switch(_) => Shape::Switch,
        Kind::Whole(..) | Kind::Percent(_) | Kind::Chat(_) => Shape::Number,
        Kind::Users(_) | Kind::Chats(_) | Kind::Cohorts(_) => Shape::Numbers,
        Kind::Text(_)
        | Kind::Choice(..)
        | Kind::Language(_)
        | Kind::Path(_)
        | Kind::Token(_)
        | Kind::Secret(_)
        | Kind::Url(_)
        | Kind::Webhook(_)
        | Kind::Listen(_)
        | Kind::Store(_)
        | Kind::Texts(_)
        | Kind::Hours(_)
        | Kind::Places(_)
        | Kind::Cron(_)
        | Kind::TimeZone(_)
        | Kind::MaybePath(_) => Shape::Text,
    }
}

/// A slip as a finding, with nothing of a secret in it.
fn explained(file: &SourceFile, slip: Slip) -> Diagnostic {
    let place = |range: Range<usize>| match range {
        Range { start: 0, end: 0 } => Place::whole_file(&file.path),
        range => hidden(&file.path, &file.text, range, slip.secret),
    };
    let finding = rules::NOT_TOML.finding(hide_secrets(&slip.message)).at(place(slip.span.clone()));
    let finding = finding.with_help(hide_secrets(&slip.help));
    match &slip.related {
        Some((range, words)) => finding.with_related(Some(place(range.clone())), *words),
        None => finding,
    }
}

fn shift(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// Whether a value written in the environment has the type of the option; if not, it was meant as text.
fn fits(kind: &Kind, value: &Written) -> bool {
    match value {
        Written::Text(_) => shape(kind) == Shape::Text,
        value => matches!(
            (kind, value),
            (Kind::Switch(_), Written::Switch(_))
                | (Kind::Listen(_), Written::Switch(false))
                | (Kind::Whole(..) | Kind::Chat(_) | Kind::Percent(_) | Kind::Users(_), Written::Whole(_))
                | (Kind::Percent(_), Written::Number(_))
                | (Kind::Users(_), Written::List(_))
                | (Kind::Chats(_), Written::Whole(_) | Written::List(_))
                | (Kind::Texts(_) | Kind::Hours(_) | Kind::Places(_), Written::List(_))
                | (Kind::Cohorts(_), Written::Table(_))
        ),
    }
}

fn option_of(variable: &str) -> Option<&'static Opt> {
    match variable {
        "TELOXIDE_TOKEN" => options::find("telegram", "token"),
        "TELOXIDE_API_URL" => options::find("telegram", "api_url"),
        _ => OPTIONS.iter().find(|o| o.variable() == variable),
    }
}

fn unknown_section(name: &str) -> Diagnostic {
    let finding = rules::UNKNOWN_SECTION.finding(format!("there is no section `{}`", hide_secrets(name)));
    match nearest(name, options::sections()) {
        Some(meant) => finding.with_help(format!("did you mean [{meant}]?")),
        None => finding.with_help(format!("the sections are [{}]", options::sections().join("], ["))),
    }
}

fn unknown_key(section: &str, key: &str) -> Diagnostic {
    let place = if section.is_empty() { "outside the sections".into() } else { format!("in [{section}]") };
    let finding = rules::UNKNOWN_OPTION.finding(format!("there is no option `{}` {place}", hide_secrets(key)));
    if let Some(elsewhere) = OPTIONS.iter().find(|o| o.key == key) {
        return finding.with_help(format!("it belongs in [{}]", elsewhere.section));
    }
    let here: Vec<&str> = OPTIONS.iter().filter(|o| o.section == section).map(|o| o.key).collect();
    match nearest(key, here.iter().copied()) {
        Some(meant) => finding.with_help(format!("did you mean `{meant}`?")),
        None if here.is_empty() => finding.with_help("options stand below their [section]"),
        None => finding.with_help(format!("[{section}] knows {}", here.join(", "))),
    }
}

/// The byte at which a line begins, counted from 1.
fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}

/// The place of a range, its line fit to be shown: nothing of a secret's value.
fn hidden(path: &str, text: &str, range: Range<usize>, secret: bool) -> Place {
    let mut place = Place::in_text(path, text, range);
    // Of a part of a line nobody can say whether it is a secret's.
    let Some(line) = place.excerpt.take().filter(|excerpt| !excerpt.is_part()).map(|excerpt| excerpt.text) else {
        return place;
    };
    let kept = match behind_name(&line) {
        _ if is_inside_secret(&text[..line_start(text, place.line)], &line) => Some(String::new()),
        Some(name) => {
            let value = line[name..].find(|c: char| !" \t=:".contains(c));
            let value = value.map(|value| name + value);
            // The name may stand in a secret itself.
            let earlier = hide_secrets(&line).find("***");
            let kept = value.map(|value| earlier.map_or(value, |earlier| earlier.min(value)));
            kept.and_then(|kept| line.get(..kept)).map(str::to_owned)
        }
        _ if secret => Some(String::new()),
        _ => None,
    };
    match kept {
        Some(kept) => cut(&mut place, kept),
        None => {
            let text = hide_secrets(&line);
            if text != line {
                let at = place.column.saturating_sub(1);
                place.length = place.length.min(text.chars().count().saturating_sub(at));
            }
            place.excerpt = Some(Excerpt { text, skipped: 0 });
        }
    }
    place
}

/// The place of a value that is secret as a whole: of its line no more is shown than what stands before it.
fn secret_value(path: &str, text: &str, range: Range<usize>) -> Place {
    let mut place = Place::in_text(path, text, range);
    let Some(line) = place.excerpt.take().filter(|excerpt| !excerpt.is_part()).map(|excerpt| excerpt.text) else {
        return place;
    };
    let before: String = line.chars().take(place.column.saturating_sub(1)).collect();
    // In a table on one line another secret may stand there.
    let shown = hide_secrets(&before);
    let kept = shown.split("***").next().unwrap_or_default().to_owned();
    cut(&mut place, kept);
    place
}

/// Shows no more of a place's line than this beginning.
fn cut(place: &mut Place, kept: String) {
    let length = kept.chars().count();
    if place.column > length {
        place.column = length + 1;
        place.length = 3;
    }
    place.excerpt = Some(Excerpt { text: kept + "***", skipped: 0 });
}
