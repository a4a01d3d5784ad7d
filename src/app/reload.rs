//! Keeps what is served in step with the FAQ folder: looks at it, has the gate judge what has changed, swaps or keeps.
//!
//! Owns when that happens and what the admins are told about it, once. The folder is looked at several times a second, by
//! names, sizes and times alone. Being told by the system would cost less and miss more: mounted and shared folders say
//! nothing, and a folder that is deleted and comes back is another one to the system.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::clock::{now, today};
use super::folder::{self, Stamp};
use super::gate::{Candidate, Faults, Gate, Refusal, Ruling};
use super::load::Edit;
use super::{App, Engines};
use crate::engine::corpus::Entry;
use crate::engine::reply::{self, FolderNews, Reply};
use crate::store::{Change, Memo};

/// How often the folder is looked at. Once it looks the same twice, what was being saved has been saved.
const LOOK: Duration = Duration::from_millis(150);
/// A look may take this share of the time at most, so that a large folder on a slow disk is looked at less often.
const SHARE: u32 = 20;
/// When a folder that never rests is judged all the same.
const RESTLESS: Duration = Duration::from_secs(10);
/// How long a refused change must stay as it is until the admins are told: a slow upload is half a file for a while.
const TELL_AFTER: Duration = Duration::from_secs(3);
/// How often a folder is read that changes while it is being read, before it is judged as it is.
const READS: usize = 3;
/// The mark that says which refusal the admins were told of.
const TOLD: &str = "refusal told";

/// The folder that is served, and how that stands.
pub struct Keeper {
    gate: Gate,
    turn: Mutex<Turn>,
    state: ArcSwap<FolderState>,
}

/// What only one at a time may look at and change.
struct Turn {
    /// What the folder looked like when it was judged last.
    judged: Option<Stamp>,
    /// The errors of what is served.
    faults: Faults,
}

/// How what is served stands to the folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderState {
    /// Since when (seconds since 1970) this is served.
    pub since: i64,
    /// Why the folder is not served as it is now, and since when that is so.
    pub refused: Option<(i64, Refusal)>,
}

/// What came of taking over a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reloaded {
    /// It is served as it is now.
    Served(Differences),
    /// It is not: what was served before still is.
    Refused(Refusal),
    /// The bot has no folder to look at, or fell over it.
    Failed,
}

/// What came of changing files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// They are changed, and served so.
    Served,
    /// They are as they were: changed, they would be refused.
    Refused(Refusal),
    /// They are as they were: somebody else has changed one of them in the meantime.
    Overtaken,
    /// One of them could not be written, for this reason.
    Unwritten(String),
    /// The bot has no folder to look at, or fell over it.
    Failed,
}

/// Which entries everybody gets that they did not get before, and so on; by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differences {
    /// How many entries there are now.
    pub entries: usize,
    /// New ones.
    pub added: Vec<String>,
    /// Those that say or ask something else.
    pub changed: Vec<String>,
    /// Those that there are no more.
    pub gone: Vec<String>,
}

impl Differences {
    fn between(before: &Engines, after: &Engines) -> Self {
        let (before, after) = (before.of(None).corpus(), after.of(None).corpus());
        let mut differences = Self { entries: after.entries.len(), ..Self::default() };
        for entry in &after.entries {
            match before.entry(&entry.id) {
                None => differences.added.push(entry.id.value.clone()),
                Some(old) if !old.says_the_same(entry) => differences.changed.push(entry.id.value.clone()),
                Some(_) => {}
            }
        }
        let gone = before.entries.iter().filter(|entry| after.entry(&entry.id).is_none());
        differences.gone.extend(gone.map(|entry| entry.id.value.clone()));
        differences
    }
}

impl Keeper {
    /// Keeps the folder of this gate, which looked like `stamp` before it was read, and of which these are the errors that
    /// are served with.
    pub fn new(gate: Gate, stamp: Stamp, faults: Faults, now: i64) -> Self {
        let state = FolderState { since: now, refused: None };
        let turn = Mutex::new(Turn { judged: Some(stamp), faults });
        Self { gate, turn, state: ArcSwap::from_pointee(state) }
    }

    /// How what is served stands to the folder.
    pub fn state(&self) -> FolderState {
        FolderState::clone(&self.state.load())
    }

    /// How changes are judged.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    async fn stamp(&self) -> Option<Stamp> {
        let dir = self.gate.dir.clone();
        tokio::task::spawn_blocking(move || folder::stamp(&dir)).await.ok()
    }

    /// Keeps on disk what an encoder has made of the folder.
    async fn save_encoded(&self) {
        if let Some(encoding) = self.gate.encoding.clone() {
            // It says itself what went wrong.
            _ = tokio::task::spawn_blocking(move || encoding.save()).await;
        }
    }

    /// What the folder would be served as with these edits, and what it looked like before and after that was found out.
    async fn look(&self, edits: Vec<Edit>) -> Option<(Stamp, Candidate, Stamp)> {
        let gate = self.gate.clone();
        let look = move || settled(|| folder::stamp(&gate.dir), || gate.look(&edits, today()));
        let looked = tokio::task::spawn_blocking(look).await;
        if looked.is_err() {
            // Not in its own words: they may quote what somebody wrote.
            tracing::error!("reading the FAQ folder fell over; going on with what is served");
        }
        looked.ok()
    }
}

impl App {
    /// How what is served stands to the folder; `None`: there is none that is looked at.
    pub fn folder_state(&self) -> Option<FolderState> {
        Some(self.keeper.as_ref()?.state())
    }

    /// Looks at the folder again and again and takes over what has changed. Never returns.
    pub async fn watch_folder(&self) {
        let Some(keeper) = &self.keeper else { return std::future::pending().await };
        let mut seen = None;
        let mut steady_since = Instant::now();
        let mut restless_since = Instant::now();
        let mut told: Option<Arc<FolderState>> = None;
        let mut pause = LOOK;
        self.tell_of_start(keeper).await;
        loop {
            tokio::time::sleep(pause).await;
            let began = Instant::now();
            let Some(stamp) = keeper.stamp().await else { continue };
            pause = LOOK.max(began.elapsed().saturating_mul(SHARE));
            let has_moved = seen.replace(stamp) != Some(stamp);
            if has_moved {
                steady_since = Instant::now();
            }
            let judged = keeper.turn.lock().await.judged;
            if judged == Some(stamp) {
                restless_since = Instant::now();
                // Whoever had it judged: another admin may have been faster than this look, with /reload.
                let state = keeper.state.load_full();
                let is_news = told.as_ref().is_none_or(|told| !Arc::ptr_eq(told, &state));
                if is_news && steady_since.elapsed() >= TELL_AFTER {
                    self.tell_of_state(keeper, &state).await;
                    told = Some(state);
                }
                continue;
            }
            if has_moved && restless_since.elapsed() < RESTLESS {
                continue;
            }
            restless_since = Instant::now();
            if let Reloaded::Served(differences) = self.take_over(keeper, false).await {
                self.tell_of_success(keeper, &differences).await;
            }
        }
    }

    /// Takes the folder over as it is now. `anyhow`: even if most entries are gone.
    pub async fn reload(&self, anyhow: bool) -> Reloaded {
        let Some(keeper) = &self.keeper else { return Reloaded::Failed };
        self.take_over(keeper, anyhow).await
    }

    async fn take_over(&self, keeper: &Keeper, anyhow: bool) -> Reloaded {
        let mut turn = keeper.turn.lock().await;
        let reloaded = self.look_and_rule(keeper, &mut turn, anyhow).await;
        // Whatever is served now is served already.
        keeper.save_encoded().await;
        reloaded
    }

    async fn look_and_rule(&self, keeper: &Keeper, turn: &mut Turn, anyhow: bool) -> Reloaded {
        let Some((before, candidate, after)) = keeper.look(Vec::new()).await else {
            turn.judged = keeper.stamp().await;
            return Reloaded::Failed;
        };
        // Where it still changes, it is judged again in a moment.
        turn.judged = Some(before).filter(|before| *before == after);
        let faults = candidate.faults.clone();
        match candidate.rule(&turn.faults, &self.entry_ids(), anyhow) {
            Ruling::Fine(engines) => {
                let differences = Differences::between(&self.engines(), &engines);
                self.swap_engine(engines);
                turn.faults = faults;
                keeper.state.store(FolderState { since: now(), refused: None }.into());
                self.note_entries().await;
                tracing::info!(
                    entries = differences.entries,
                    added = differences.added.len(),
                    changed = differences.changed.len(),
                    gone = differences.gone.len(),
                    "took over the FAQ folder"
                );
                Reloaded::Served(differences)
            }
            Ruling::Refused(refusal) => {
                let state = keeper.state();
                let known = state.refused.filter(|(_, known)| *known == refusal);
                tracing::warn!(
                    findings = refusal.findings.len(),
                    lost = refusal.lost.len(),
                    "the changed FAQ folder is not taken over"
                );
                let since = known.map_or_else(now, |(since, _)| since);
                keeper.state.store(FolderState { refused: Some((since, refusal.clone())), ..state }.into());
                Reloaded::Refused(refusal)
            }
        }
    }

    /// Changes files of the folder if they may be served so, all of them or none as far as a disk allows.
    pub async fn edit_folder(&self, edits: Vec<Edit>) -> Edited {
        let Some(keeper) = &self.keeper else { return Edited::Failed };
        let mut turn = keeper.turn.lock().await;
        let Some((seen, candidate, _)) = keeper.look(edits.clone()).await else { return Edited::Failed };
        let faults = candidate.faults.clone();
        let engines = match candidate.rule(&turn.faults, &self.entry_ids(), false) {
            Ruling::Fine(engines) => engines,
            Ruling::Refused(refusal) => return Edited::Refused(refusal),
        };
        let gate = keeper.gate.clone();
        match tokio::task::spawn_blocking(move || write(&gate, &edits, seen)).await {
            Ok(Written::All) => {
                // What others have saved while this was written is in no judgement yet.
                turn.judged = None;
                self.swap_engine(engines);
                turn.faults = faults;
                keeper.state.store(FolderState { since: now(), refused: None }.into());
                self.note_entries().await;
                keeper.save_encoded().await;
                Edited::Served
            }
            Ok(Written::Overtaken) => Edited::Overtaken,
            Ok(Written::Failed(why)) => Edited::Unwritten(why),
            Err(_) => Edited::Failed,
        }
    }

    /// Notes what the entries say now, where somebody is to be told what is new.
    pub async fn note_entries(&self) {
        if self.settings.digest.as_ref().is_none_or(|digest| digest.news_to.is_empty()) {
            return;
        }
        let engine = self.engine();
        let content = |entry: &Entry| {
            let parts: [&[u8]; 3] = [entry.question.as_bytes(), entry.html.as_bytes(), entry.short_html.as_bytes()];
            (entry.id.value.clone(), self.settings.key.number(&parts))
        };
        let entries = engine.corpus().entries.iter().map(content).collect();
        self.remember(Memo { changes: vec![Change::Entries(entries)], ..Memo::default() }, now()).await;
    }

    /// The ids of the entries that everybody gets.
    fn entry_ids(&self) -> Vec<String> {
        self.engine().corpus().entries.iter().map(|entry| entry.id.value.clone()).collect()
    }

    /// What the start has left out is told as a refused change is.
    async fn tell_of_start(&self, keeper: &Keeper) {
        let faults = keeper.turn.lock().await.faults.clone();
        let news = (!faults.is_empty()).then_some(FolderNews::LeftOut { findings: faults.len() });
        let name = news.as_ref().map_or_else(String::new, |_| format!("start\n{}", faults.name()));
        self.tell_once(news, name).await;
    }

    async fn tell_of_state(&self, keeper: &Keeper, state: &FolderState) {
        let entries = self.engine().corpus().entries.len();
        let Some((_, refusal)) = &state.refused else {
            let nothing_new = Differences { entries, ..Differences::default() };
            return self.tell_of_success(keeper, &nothing_new).await;
        };
        let news = FolderNews::Refused { findings: &refusal.findings, lost: &refusal.lost, entries };
        self.tell_once(Some(news), refusal.name()).await;
    }

    async fn tell_of_success(&self, keeper: &Keeper, differences: &Differences) {
        let was_told = !self.mark(TOLD).await.is_empty();
        let still_faulty = !keeper.turn.lock().await.faults.is_empty();
        let in_order = was_told && !still_faulty;
        if in_order {
            self.tell_once(None, String::new()).await;
        }
        if in_order || !differences.gone.is_empty() {
            let news = FolderNews::TakenOver { entries: differences.entries, gone: &differences.gone, in_order };
            let changes = self.to_admins(&reply::folder_news(&news), now());
            self.remember(Memo { changes, ..Memo::default() }, now()).await;
        }
    }

    /// Tells the admins, unless they were told the same last.
    async fn tell_once(&self, news: Option<FolderNews<'_>>, name: String) {
        // The name quotes what admins wrote: only a number made of it is kept.
        let name = if name.is_empty() { name } else { format!("{:x}", self.settings.key.number(&[name.as_bytes()])) };
        if self.mark(TOLD).await == name {
            return;
        }
        let mut changes = vec![Change::Mark(TOLD.to_owned(), name)];
        changes.extend(news.iter().flat_map(|news| self.to_admins(&reply::folder_news(news), now())));
        self.remember(Memo { changes, ..Memo::default() }, now()).await;
    }

    /// What is kept under this name.
    pub(super) async fn mark(&self, name: &str) -> String {
        match self.store.mark(name).await {
            Ok(mark) => mark.map(|(value, _)| value).unwrap_or_default(),
            Err(error) => {
                tracing::error!(%error, "cannot look up what the admins were told");
                String::new()
            }
        }
    }

    /// Has every owner and editor be told this, now.
    pub(super) fn to_admins(&self, reply: &Reply, now: i64) -> Vec<Change> {
        let people = self.settings.people.all();
        people.into_iter().filter_map(|id| self.later_message(id, None, reply, now)).collect()
    }
}

/// What came of writing.
enum Written {
    All,
    /// The folder was not what it was taken for, before anything was written.
    Overtaken,
    /// For this reason; what was written before is as it was.
    Failed(String),
}

/// Reads until nothing has changed meanwhile, or it is no use: half of what is being saved may look whole. With what the
/// folder looked like before and after.
fn settled<T>(stamp: impl Fn() -> Stamp, mut read: impl FnMut() -> T) -> (Stamp, T, Stamp) {
    let mut before = stamp();
    for _ in 1..READS {
        let candidate = read();
        let after = stamp();
        if before == after {
            return (before, candidate, after);
        }
        before = after;
    }
    (before, read(), stamp())
}

/// Makes the edits in a folder that looks as it was `seen` when they were judged.
fn write(gate: &Gate, edits: &[Edit], seen: Stamp) -> Written {
    let now_there = |edit: &Edit| std::fs::read_to_string(gate.path_of(&edit.path)).ok();
    if folder::stamp(&gate.dir) != seen || edits.iter().any(|edit| now_there(edit) != edit.before) {
        return Written::Overtaken;
    }
    match gate.make(edits) {
        Ok(()) => Written::All,
        Err(why) => Written::Failed(why.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;

    use super::*;
    use crate::engine::{Language, Settings};

    #[test]
    fn what_changes_while_it_is_read_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        // How often somebody else saves, and how often the folder is read because of it.
        for (saves, reads, settles) in [(0, 1, true), (1, 2, true), (2, 3, true), (9, 3, false)] {
            let read = Cell::new(0);
            let (before, last, after) = settled(
                || folder::stamp(dir.path()),
                || {
                    read.set(read.get() + 1);
                    if read.get() <= saves {
                        fs::write(dir.path().join(format!("{saves}-{}.md", read.get())), "half").unwrap();
                    }
                    read.get()
                },
            );
            assert_eq!((last, before == after), (reads, settles), "{saves} saves");
        }
    }

    #[test]
    fn nothing_is_written_beside_what_somebody_else_has_just_saved() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().to_owned();
        let gate = Gate {
            dir: folder,
            review_days: 365,
            language: Language::English,
            engine: Settings::default(),
            encoding: None,
        };
        let new = |path: &str| [Edit { path: path.to_owned(), before: None, text: Some("text".to_owned()) }];
        let seen = folder::stamp(dir.path());
        fs::write(dir.path().join("other.md"), "theirs").unwrap();
        assert!(matches!(write(&gate, &new("mine.md"), seen), Written::Overtaken));
        assert!(!dir.path().join("mine.md").exists());
        assert!(matches!(write(&gate, &new("mine.md"), folder::stamp(dir.path())), Written::All));
    }
}
