//! What those who keep the FAQ can do by writing to the bot. To everybody else there is none of it.
//!
//! Owns the commands; what they look at is in the modules below.

mod digest;
mod edits;
mod gaps;
mod stats;
mod why;

use super::moment::Moment;
use super::reload::Reloaded;
use super::roles::Right;
use super::{App, ChatKey, Command, Elsewhere, Inbound, Outbound, Replied, Scene, Step, Surface};
use jiff::civil::Date;

use crate::engine::reply::{self, Reply, admin};
use crate::store::{Change, StoreError};

pub use digest::DigestSettings;
pub use gaps::{Gap, find_complaints, find_gaps};
pub use stats::count_stats;

/// What a command for editors comes to.
#[derive(Default)]
pub(super) struct Told {
    /// What is said to them, in private.
    pub replies: Vec<Reply>,
    /// A file that goes with it.
    pub file: Option<(String, Vec<u8>)>,
    /// What is to be remembered.
    pub changes: Vec<Change>,
}

impl From<Reply> for Told {
    fn from(reply: Reply) -> Self {
        Self { replies: vec![reply], ..Self::default() }
    }
}

impl Command {
    /// Who may give it, if not everybody.
    fn right(self) -> Option<Right> {
        match self {
            Self::Why | Self::Test => Some(Right::Why),
            Self::Gaps => Some(Right::Gaps),
            Self::Teach => Some(Right::Teach),
            Self::Stale | Self::Stats => Some(Right::Stats),
            Self::Reload => Some(Right::Reload),
            Self::Export => Some(Right::Export),
            _ => None,
        }
    }
}

impl App {
    /// What a command that is for editors comes to; `None`: whoever gave it is none, or it is for everybody.
    pub(super) async fn for_editors(
        &self,
        inbound: &Inbound,
        (command, words): (Command, &str),
        replied: Option<&Replied>,
        moment: &Moment,
    ) -> Result<Option<Told>, StoreError> {
        let Some(right) = command.right().filter(|right| self.may(inbound, *right)) else { return Ok(None) };
        tracing::info!(command = command.name(), right = ?right, "an editor's command");
        Ok(Some(match command {
            Command::Why => self.why(inbound, replied, moment).await?.into(),
            Command::Test => self.test(words, moment).await,
            Command::Gaps => self.gaps(0, moment).await?.into(),
            Command::Teach => self.teach(inbound, words, replied, moment).await.into(),
            Command::Stale => admin::stale(&stats::stale(moment)).into(),
            Command::Stats => admin::stats(&self.stats(moment, stats::DAYS).await?).into(),
            Command::Reload => self.reloaded(inbound, words).await.into(),
            Command::Export => edits::export(words, moment).await,
            _ => return Ok(None),
        }))
    }

    /// What is done about what an editor is told: in a group, too, they are told in private.
    pub(super) async fn tell(&self, inbound: &Inbound, told: Told, (id, edited): (super::MessageId, bool)) -> Outbound {
        let Told { replies, file, changes } = told;
        let mut outbound = Outbound::default();
        outbound.memo.changes = changes;
        outbound.steps = match inbound.scene {
            Scene::Private => self.say(inbound.chat, replies, Vec::new(), id, edited).await,
            Scene::Group(_) => {
                let chat = inbound.person();
                replies.into_iter().map(|reply| Elsewhere::new(chat, reply).into()).collect()
            }
        };
        outbound.steps.extend(file.map(|(name, bytes)| Step::SendFile { chat: inbound.person(), name, bytes }));
        outbound
    }

    /// What the page for admins shows: titles, and below them Telegram's HTML.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn overview(&self, today: Date, now: i64) -> Result<Vec<(&'static str, String)>, StoreError> {
        let chat = ChatKey { surface: Surface::Web, id: 0 };
        let moment = self.moment_for(chat, None, None, today, now);
        let corpus = moment.engine.corpus();
        let mut folder = admin::served(corpus.entries.len(), self.folder_state().map(|state| state.since)).html;
        if let Some((_, refusal)) = self.folder_state().and_then(|state| state.refused) {
            let entries = corpus.entries.len();
            let news = reply::FolderNews::Refused { findings: &refusal.findings, lost: &refusal.lost, entries };
            folder += &format!("\n\n{}", reply::folder_news(&news).html);
        }
        let (gaps, complaints) = self.all_gaps(&moment).await?;
        let gaps: Vec<(String, usize)> =
            gaps.iter().filter_map(|gap| Some((gap.questions.first()?.clone(), gap.times))).collect();
        let stats = self.stats(&moment, stats::DAYS).await?;
        Ok(vec![
            ("The FAQ", folder),
            ("Not answered", admin::listed(&gaps, &complaints).html),
            ("Asked", admin::stats(&stats).html),
            ("To check", admin::stale(&stats::stale(&moment)).html),
        ])
    }

    async fn reloaded(&self, inbound: &Inbound, words: &str) -> Reply {
        let anyway = words.trim().eq_ignore_ascii_case("anyway") && self.may(inbound, Right::ReloadAnyway);
        match self.reload(anyway).await {
            Reloaded::Served(differences) => {
                let super::reload::Differences { entries, added, changed, gone } = &differences;
                reply::reloaded(*entries, added, changed, gone)
            }
            Reloaded::Refused(refusal) => {
                let entries = self.engine().corpus().entries.len();
                let news = reply::FolderNews::Refused { findings: &refusal.findings, lost: &refusal.lost, entries };
                reply::folder_news(&news)
            }
            Reloaded::Failed => Reply::plain(admin::FOLDER_FAILED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_for_editors_are_those_that_take_a_right() {
        for command in Command::ALL {
            assert_eq!(command.right().is_some(), command.is_for_editors(), "{}", command.name());
        }
    }
}
