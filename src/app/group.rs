//! What the bot does in a group: when it speaks, to whom, and how little.
//!
//! Reading order: [`Here`] is what is known of the place; `heard` decides what a message is to the bot; `answers` answers
//! it; `ambient` has what is answered unasked, later; `presses` and `settings` what buttons do; `trial` what became of a
//! silent trial; `warnings` what is said to whoever writes a patient's data.

mod ambient;
mod answers;
mod presses;
mod settings;
mod trial;
mod warnings;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::budget::Budget;
use super::moment::Moment;
use super::{App, ChatKey, Command, Event, Group, Heard, Inbound, Outbound, ReplyTo, Rights, Said, Step, Trigger};
use crate::engine::reply::{Mode, Reply, Room};
use crate::store::{About, Change, ChatSettings, Hashed, StoreError};

pub use ambient::Due;
pub(super) use ambient::Later;
pub(super) use answers::linkable;

/// What holds in groups that have not set it otherwise.
#[derive(Debug, Clone)]
pub struct GroupSettings {
    /// When the bot speaks.
    pub mode: Mode,
    /// For how long (seconds) an answer in a topic is pointed to instead of being given again.
    pub cooldown_secs: i64,
    /// How long (seconds) a person may answer first.
    pub grace_secs: i64,
    /// How many answers somebody gets in an hour, in each group.
    pub person_answers_per_hour: u32,
    /// How many answers a group gets in an hour.
    pub chat_answers_per_hour: u32,
    /// Up to how old (seconds) a question is answered that had to wait, because the bot was off.
    pub latest_secs: i64,
    /// Whether new members are greeted.
    pub greet: bool,
    /// How many days a trial lasts.
    pub trial_days: u32,
    /// Whether somebody is warned who writes a patient's data.
    pub warn_patient_data: bool,
    /// Cohorts by the ids of chats that are bound to them whatever their admins set.
    pub cohorts: BTreeMap<i64, String>,
}

impl Default for GroupSettings {
    fn default() -> Self {
        Self {
            mode: Mode::Addressed,
            cooldown_secs: 60 * 60,
            grace_secs: 60,
            person_answers_per_hour: 10,
            chat_answers_per_hour: 60,
            latest_secs: 60 * 60,
            greet: false,
            trial_days: 7,
            warn_patient_data: true,
            cohorts: BTreeMap::new(),
        }
    }
}

/// At most once in so many seconds a group is greeted, or somebody told that it is enough.
const NOTICE_SECS: i64 = 60 * 60;

/// Where something happened, and what holds there.
pub(super) struct Here<'a> {
    inbound: &'a Inbound,
    group: &'a Group,
    /// The chat, and the topic of it, as the store knows them.
    chat: Hashed,
    place: Hashed,
    settings: ChatSettings,
    /// In a topic: what is set for it.
    topic: Option<Option<Mode>>,
    /// When the bot speaks here.
    mode: Mode,
    cohort: Option<String>,
    /// What stands for the cohort in links.
    tag: Option<String>,
    moment: Moment,
}

impl Here<'_> {
    fn room(&self) -> Room<'_> {
        Room { username: &self.group.username, cohort: self.tag.as_deref() }
    }

    fn is_admin(&self) -> bool {
        self.group.rights == Rights::Admin
    }

    fn now(&self) -> i64 {
        self.moment.now
    }

    /// How long ago it happened, in seconds.
    fn age(&self) -> i64 {
        self.inbound.at.map_or(0, |at| self.now().saturating_sub(at))
    }

    fn trial_is_on(&self) -> bool {
        self.settings.trial_until.is_some_and(|until| until > self.now())
    }

    /// A message below the one that was heard, which concerns whoever wrote that and nobody else.
    fn below(&self, heard: &Heard, reply: Reply) -> Step {
        let answers = Some(reply_to(heard.id, 0, self.about(None, self.group.person)));
        Step::Send { reply, answers, below: Some(heard.id), only_for: Some(self.group.person) }
    }

    fn about(&self, entry: Option<&str>, asker: ChatKey) -> About {
        About { place: self.place, asker: self.moment.settings.key.hash(asker), entry: entry.map(str::to_owned) }
    }
}

fn reply_to(question: super::MessageId, position: u32, about: About) -> ReplyTo {
    ReplyTo { question, position, about: Some(about), trace: None }
}

impl App {
    /// What to do about something that happened in a group.
    pub(super) async fn in_group(
        &self,
        inbound: &Inbound,
        group: &Group,
        today: Date,
        now: i64,
    ) -> Result<Outbound, StoreError> {
        match &inbound.event {
            Event::Moved(to) => {
                return Ok(changes(self.moved(inbound.chat, *to).await?));
            }
            Event::Reachable(reachable) => return Ok(changes([Change::Gone(self.hashed(inbound.chat), !reachable)])),
            _ => {}
        }
        let here = self.here(inbound, group, today, now).await?;
        let mut outbound = match &inbound.event {
            Event::Heard(heard) => match self.mentor_in_group(inbound, heard).await? {
                Some(outbound) => outbound,
                None => self.heard(&here, heard).await?,
            },
            Event::Press { data, on } => self.press_in_group(&here, data, *on).await?,
            Event::Joined { id } => self.joined(&here, *id),
            Event::Post { words, id } => self.post(&here, words, *id),
            Event::Message { .. } | Event::Moved(_) | Event::Reachable(_) => Outbound::default(),
        };
        if here.settings.gone {
            outbound.memo.changes.push(Change::Gone(here.chat, false));
        }
        Ok(outbound)
    }

    /// Whether a message that nobody has addressed to the bot matters to it: most do not, and need not be noted.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn listens(&self, inbound: &Inbound, now: i64) -> Result<bool, StoreError> {
        if self.is_mentors_chat(inbound.chat) {
            return Ok(true);
        }
        let settings = self.store.chat_settings(self.hashed(inbound.chat)).await?;
        if settings.trial_until.is_some_and(|until| until > now) || settings.gone {
            return Ok(true);
        }
        let (_, mode) = self.mode_in(inbound, &settings).await?;
        Ok(match mode {
            Mode::Ambient => true,
            Mode::Addressed => self.is_to_be_warned_of(inbound, now),
            Mode::Off => false,
        })
    }

    /// What is set for the topic, if it is one, and when the bot speaks there.
    async fn mode_in(
        &self,
        inbound: &Inbound,
        settings: &ChatSettings,
    ) -> Result<(Option<Option<Mode>>, Mode), StoreError> {
        let topic = match inbound.topic {
            Some(_) => Some(self.store.chat_settings(self.place(inbound)).await?.mode.as_deref().and_then(Mode::of)),
            None => None,
        };
        let of_chat = settings.mode.as_deref().and_then(Mode::of);
        Ok((topic, topic.flatten().or(of_chat).unwrap_or(self.settings.groups.mode)))
    }

    async fn here<'a>(
        &self,
        inbound: &'a Inbound,
        group: &'a Group,
        today: Date,
        now: i64,
    ) -> Result<Here<'a>, StoreError> {
        let (chat, place) = (self.hashed(inbound.chat), self.place(inbound));
        let settings = self.store.chat_settings(chat).await?;
        let (topic, mode) = self.mode_in(inbound, &settings).await?;
        let cohort = self.cohort_of(inbound.chat, &settings);
        let tag = cohort.as_deref().map(|cohort| self.settings.key.tag(cohort));
        let moment = self.moment(inbound, cohort.as_deref(), today, now);
        Ok(Here { inbound, group, chat, place, settings, topic, mode, cohort, tag, moment })
    }

    /// The cohort that a chat is bound to, if there still is one of that name.
    pub(super) fn cohort_of(&self, chat: ChatKey, settings: &ChatSettings) -> Option<String> {
        let bound = self.settings.groups.cohorts.get(&chat.id).or(settings.cohort.as_ref())?;
        self.cohorts().contains(bound).then(|| bound.clone())
    }

    /// What is to be remembered when a group becomes another chat: settings and samples go along, and so does the end of a
    /// trial. What waited to be answered does not, for messages have other numbers there.
    pub(super) async fn moved(&self, from: ChatKey, to: ChatKey) -> Result<Vec<Change>, StoreError> {
        self.mentors_moved(from, to);
        let (old, new) = (self.hashed(from), self.hashed(to));
        let mut changes = vec![Change::Moved { from: old, to: new }];
        for waiting in self.store.waiting_in(old).await? {
            changes.push(Change::Happened(waiting.id));
            if let Some(Later::TrialEnd { title, owner, until, .. }) = self.opened(&waiting) {
                let owner_key = ChatKey { id: owner, ..to };
                let end = Later::TrialEnd { chat: to.id, title, owner, until };
                changes.extend(self.wait(&end, waiting.due, new, waiting.message, owner_key));
            }
        }
        Ok(changes)
    }

    async fn heard(&self, here: &Here<'_>, heard: &Heard) -> Result<Outbound, StoreError> {
        let mut outbound = if matches!(heard.said, Said::Command(Command::Settings, _)) {
            self.show_settings(here, heard)
        } else if let Said::Command(command, words) = &heard.said
            && command.is_for_editors()
        {
            // Told in private, so wherever the bot keeps quiet, too.
            let replied = heard.replied.as_ref().filter(|_| !heard.edited);
            match self.for_editors(here.inbound, (*command, words), replied, &here.moment).await? {
                Some(told) if !heard.edited => self.tell(here.inbound, told, (heard.id, false)).await,
                _ => Outbound::default(),
            }
        } else if heard.trigger == Trigger::None {
            self.overheard(here, heard).await
        } else if here.mode == Mode::Off || here.age() > self.settings.groups.latest_secs {
            Outbound::default()
        } else {
            self.addressed(here, heard).await?
        };
        outbound.memo.changes.extend(self.called_off(here, heard).await);
        // Last, for it is noted that it is said: nothing may fail behind it.
        outbound.steps.extend(self.warning(here, heard).await);
        Ok(outbound)
    }

    /// Whether somebody may have one more answer here; if not, what is said about it, if anything.
    fn allowance(&self, here: &Here<'_>) -> Result<(), Option<Reply>> {
        let voice = here.moment.voice();
        match self.budgets.take(here.inbound.chat, here.group.person, here.now(), &self.settings.groups) {
            Budget::Fine => Ok(()),
            Budget::Notice => Err(Some(voice.enough(here.room()))),
            Budget::Spent => Err(None),
        }
    }

    fn joined(&self, here: &Here<'_>, id: super::MessageId) -> Outbound {
        let wanted = self.settings.groups.greet && here.mode != Mode::Off && here.age() <= NOTICE_SECS;
        if !wanted || !self.budgets.once("greeting", here.inbound.chat, here.now(), NOTICE_SECS) {
            return Outbound::default();
        }
        let reply = here.moment.voice().greeting(here.room());
        Step::Send { reply, answers: None, below: Some(id), only_for: None }.into()
    }

    /// Posts an entry to the channel that somebody wrote its id in.
    fn post(&self, here: &Here<'_>, words: &str, id: super::MessageId) -> Outbound {
        let voice = here.moment.voice();
        let Some(entry) = voice.corpus.entry(words.trim()) else {
            // Everybody who reads the channel would see a complaint: the command stays, which says enough.
            return Outbound::default();
        };
        let reply = voice.post(entry, here.room());
        let mut outbound: Outbound = Step::say(reply).into();
        outbound.steps.push(Step::TidyUp(id));
        outbound.memo.changes.push(Change::Posted(here.chat, entry.id.value.clone()));
        outbound
    }
}

/// Nothing but what is to be remembered.
fn changes(changes: impl IntoIterator<Item = Change>) -> Outbound {
    let mut outbound = Outbound::default();
    outbound.memo.changes.extend(changes);
    outbound
}
