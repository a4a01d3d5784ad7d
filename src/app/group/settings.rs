//! `/settings`: what the admins of a group change with buttons.

use super::Here;
use super::ambient::Later;
use crate::app::{App, ChatKey, Elsewhere, Heard, MessageId, Outbound, Rights, Step, Surface, clock, show, toast};
use crate::engine::reply::{self, Mode, Setting, Settings};
use crate::store::{Change, ChatSettings, StoreError};

/// Of a trial's end, in place of the message that something else is about.
const TRIAL: i32 = 0;
/// Seconds of a day.
const DAY_SECS: i64 = 24 * 60 * 60;

impl App {
    pub(super) fn show_settings(&self, here: &Here<'_>, heard: &Heard) -> Outbound {
        if heard.edited {
            return Outbound::default();
        }
        let voice = here.moment.voice();
        if !here.is_admin() {
            // Where the bot is to keep quiet it does so here, too.
            let told = here.mode != Mode::Off && self.budgets.once("admins only", here.inbound.chat, here.now(), 600);
            let unknown = here.group.rights == Rights::Unknown;
            let reply =
                told.then(|| if unknown { reply::Reply::plain(reply::CANNOT_CHECK) } else { voice.admins_only() });
            return reply.map(|reply| here.below(heard, reply).into()).unwrap_or_default();
        }
        let reply = voice.settings(&self.settings_of(here, &here.settings, here.topic));
        Step::Send { reply, answers: None, below: Some(heard.id), only_for: None }.into()
    }

    fn settings_of<'a>(
        &'a self,
        here: &'a Here<'_>,
        settings: &ChatSettings,
        topic: Option<Option<Mode>>,
    ) -> Settings<'a> {
        let mode = settings.mode.as_deref().and_then(Mode::of).unwrap_or(self.settings.groups.mode);
        let until = settings.trial_until.filter(|until| *until > here.now());
        Settings {
            mode,
            topic,
            ambient_at: settings.ambient_at,
            cohort: here.cohort.as_deref(),
            // What the configuration binds is not for the chat to change.
            has_cohorts: !self.cohorts().is_empty()
                && !self.settings.groups.cohorts.contains_key(&here.inbound.chat.id),
            trial: (self.settings.groups.trial_days, until.map(day)),
        }
    }

    pub(super) async fn set(
        &self,
        here: &Here<'_>,
        setting: Setting,
        on: Option<MessageId>,
    ) -> Result<Outbound, StoreError> {
        let voice = here.moment.voice();
        let mut settings = here.settings.clone();
        let mut topic = here.topic;
        let mut outbound = Outbound::default();
        let changed = &mut outbound.memo.changes;
        match setting {
            Setting::Close => return Ok(on.map(|message| Step::TidyUp(message).into()).unwrap_or_default()),
            Setting::Show => {}
            // Pressed twice, or on settings of yesterday.
            Setting::Trial(begins) if begins == here.trial_is_on() => {}
            Setting::UsualConfidence => {
                settings.ambient_at = None;
                changed.push(Change::AmbientAt(here.chat, None));
            }
            Setting::Mode(mode) => {
                settings.mode = Some(mode.word().to_owned());
                changed.push(Change::Mode(here.chat, settings.mode.clone()));
            }
            Setting::TopicMode(mode) => {
                if here.topic.is_none() {
                    return Ok(toast(reply::OLD_BUTTON));
                }
                topic = Some(mode);
                changed.push(Change::Mode(here.place, mode.map(|mode| mode.word().to_owned())));
            }
            Setting::Cohorts => {
                let names = self.cohorts();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                return Ok(show(on, voice.cohorts(&names, here.cohort.as_deref())));
            }
            Setting::Cohort(chosen) => {
                let cohort = match chosen {
                    None => None,
                    Some(chosen) => match self.cohorts().into_iter().find(|name| reply::cohort_ref(name) == chosen) {
                        Some(name) => Some(name),
                        None => return Ok(toast(reply::OLD_BUTTON)),
                    },
                };
                changed.push(Change::Cohort(here.chat, cohort.clone()));
                let mut now_bound = self.settings_of(here, &settings, topic);
                now_bound.cohort = cohort.as_deref();
                outbound.steps = show(on, voice.settings(&now_bound)).steps;
                return Ok(outbound);
            }
            Setting::Trial(true) => {
                let until = here.now().saturating_add(i64::from(self.settings.groups.trial_days) * DAY_SECS);
                settings.trial_until = Some(until);
                let owner = here.group.person;
                let end = Later::TrialEnd {
                    chat: here.inbound.chat.id,
                    title: here.group.title.clone(),
                    owner: owner.id,
                    until,
                };
                changed.push(Change::CallOff(here.chat, TRIAL));
                changed.push(Change::NoSamples(here.chat));
                changed.push(Change::TrialUntil(here.chat, Some(until)));
                changed.extend(self.wait(&end, until, here.chat, TRIAL, owner));
                let reply = voice.trial_begins(&here.group.title, &day(until));
                outbound.steps.push(Elsewhere::new(owner, reply).into());
            }
            Setting::Trial(false) => {
                settings.trial_until = None;
                let owner = self.owner_of_trial(here).await?.unwrap_or(here.group.person);
                changed.push(Change::CallOff(here.chat, TRIAL));
                changed.push(Change::TrialUntil(here.chat, None));
                let report = self.trial_report(here.inbound.chat, &here.group.title, here.moment.today, here.now());
                for step in report.await?.steps {
                    if let Step::Send { reply, .. } = step {
                        outbound.steps.push(Elsewhere::new(owner, reply).into());
                    }
                }
            }
        }
        let shown = show(on, voice.settings(&self.settings_of(here, &settings, topic)));
        outbound.steps.splice(0..0, shown.steps);
        Ok(outbound)
    }
}

impl App {
    /// Who began the trial that is on.
    async fn owner_of_trial(&self, here: &Here<'_>) -> Result<Option<ChatKey>, StoreError> {
        let waiting = self.store.waiting_in(here.chat).await?;
        Ok(waiting.iter().find_map(|waiting| match self.opened(waiting)? {
            Later::TrialEnd { owner, .. } => Some(ChatKey { surface: Surface::Telegram, id: owner }),
            _ => None,
        }))
    }
}

/// "22 Nov 2026", in UTC.
pub(super) fn day(at: i64) -> String {
    clock::day(at).map(|day| day.strftime("%-d %b %Y").to_string()).unwrap_or_default()
}
