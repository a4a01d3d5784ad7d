//! What becomes of a gap: a phrasing of an entry, a draft, nothing.

use std::path::{Path, PathBuf};

use super::Told;
use super::gaps::Gap;
use crate::app::edit::add_phrasing;
use crate::app::entry_text::{NewEntry, id_from_question};
use crate::app::exchange::{self, Format};
use crate::app::load::Edit;
use crate::app::moment::Moment;
use crate::app::redact::redact;
use crate::app::reload::Edited;
use crate::app::{App, Inbound, MessageId, Outbound, Replied, Scene, drafts, folder, show, toast};
use crate::engine::corpus::{Corpus, Entry, relative};
use crate::engine::reply::{GapPress, Reply, admin};
use crate::engine::{Decision, Engine};
use crate::store::{Change, StoreError};

impl App {
    /// What a button below a gap does, pressed by somebody who may.
    pub(in crate::app) async fn gap_pressed(
        &self,
        press: &GapPress,
        on: Option<MessageId>,
        moment: &Moment,
    ) -> Result<Outbound, StoreError> {
        let key = match press {
            GapPress::Page(at) => return Ok(show(on, self.gaps(usize::from(*at), moment).await?)),
            GapPress::Add { key, .. } | GapPress::Draft { key } | GapPress::Dismiss { key } => key,
        };
        let (gaps, _) = self.all_gaps(moment).await?;
        let Some(gap) = gaps.into_iter().find(|gap| self.key_of(gap) == *key) else {
            return Ok(toast(admin::GAP_GONE));
        };
        let Some(question) = gap.questions.first() else { return Ok(toast(admin::GAP_GONE)) };
        let settled = Change::Settled(gap.lines.clone());
        let (reply, changes) = match press {
            GapPress::Add { entry, .. } => (self.add(question, entry, &gap, moment).await, Vec::new()),
            GapPress::Draft { .. } => match self.draft_of(&gap, moment).await {
                Ok(file) => (admin::draft_made(&file), vec![settled]),
                Err(why) => (admin::not_changed(&why), Vec::new()),
            },
            GapPress::Dismiss { .. } | GapPress::Page(_) => (admin::dismissed(question), vec![settled]),
        };
        let mut outbound = show(on, reply);
        outbound.memo.changes = changes;
        Ok(outbound)
    }

    /// Adds the question of a gap to an entry.
    async fn add(&self, question: &str, id: &str, gap: &Gap, moment: &Moment) -> Reply {
        let Some(entry) = moment.engine.corpus().entry(id) else { return admin::not_changed("that entry is gone") };
        let edit = match self.phrasing_edit(question, entry, moment).await {
            Ok(edit) => edit,
            Err(why) => return admin::not_changed(&why),
        };
        match self.edit_folder(vec![edit]).await {
            Edited::Served => {
                let questions = gap.questions.clone();
                let moment = Moment { engine: self.engine(), ..moment.clone() };
                let left = moment.think(move |engine| unanswered(engine, &questions)).await;
                tracing::info!(entry = id, "added a phrasing");
                admin::phrasing_added(question, id, (left, gap.questions.len()))
            }
            edited => refused(edited),
        }
    }

    async fn phrasing_edit(&self, question: &str, entry: &Entry, moment: &Moment) -> Result<Edit, String> {
        let nowhere = || "I don't know which file that entry is in".to_owned();
        let keeper = self.keeper.as_ref().ok_or_else(nowhere)?;
        let shown = moment.engine.corpus().file_of(entry).ok_or_else(nowhere)?;
        if !shown.ends_with(".md") {
            return Err(format!(
                "that entry is in {shown}, which I do not edit: add {question:?} to its phrasings there"
            ));
        }
        let path = relative(&folder::root(&keeper.gate().dir), shown).to_owned();
        let file = keeper.gate().path_of(&path);
        let before = tokio::task::spawn_blocking(move || std::fs::read_to_string(file)).await;
        let before = before.ok().and_then(Result::ok).ok_or_else(|| format!("{shown} cannot be read"))?;
        let text = add_phrasing(&before, question).map_err(|why| format!("{shown}: {why}"))?;
        Ok(Edit { path, before: Some(before), text: Some(text) })
    }
}

impl App {
    /// Starts a draft of an entry that closes a gap, and says where it is.
    async fn draft_of(&self, gap: &Gap, moment: &Moment) -> Result<String, String> {
        let mut questions = gap.questions.iter().cloned();
        let question = questions.next().unwrap_or_default();
        let times = if gap.times == 1 { "once".to_owned() } else { format!("{} times", gap.times) };
        let draft = NewEntry {
            notes: vec![format!("{}: asked {times} and not answered.", moment.today)],
            phrasings: questions.collect(),
            question,
            ..NewEntry::default()
        };
        Ok(shown(&self.save_draft(draft, moment.engine.corpus()).await?))
    }

    /// `/teach`: keeps somebody's answer, to which the command replies, as a draft.
    pub(super) async fn teach(
        &self,
        inbound: &Inbound,
        words: &str,
        replied: Option<&Replied>,
        moment: &Moment,
    ) -> Reply {
        let answer = replied.and_then(|replied| Some((replied, replied.text.as_deref()?)));
        let Some((replied, answer)) = answer.filter(|_| words.chars().any(char::is_alphanumeric)) else {
            return Reply::plain(admin::TEACH_WHAT);
        };
        let link = match &inbound.scene {
            Scene::Group(group) => group.link.as_ref().map(|link| format!("{link}{}", replied.id.0)),
            Scene::Private => None,
        };
        let author = replied.author.as_deref().unwrap_or("somebody");
        let mut notes =
            vec![format!("{}: what {author} answered, kept with /teach. Check it before it is served.", moment.today)];
        notes.extend(link);
        let draft = NewEntry { notes, question: redact(words.trim()), answer: redact(answer), ..NewEntry::default() };
        match self.save_draft(draft, moment.engine.corpus()).await {
            Ok(path) => admin::draft_made(&shown(&path)),
            Err(why) => admin::not_changed(&why),
        }
    }

    /// Writes a draft into the FAQ folder, under an id that no entry of the corpus has: into which file, or why not. The
    /// reason has nothing of the draft in it.
    pub(in crate::app) async fn save_draft(&self, draft: NewEntry, corpus: &Corpus) -> Result<PathBuf, String> {
        let keeper = self.keeper.as_ref().ok_or("I was started without a folder of files")?;
        let dir = keeper.gate().dir.clone();
        let id = id_from_question(&draft.question, |id| corpus.entry(id).is_some());
        let draft = NewEntry { id, ..draft };
        // Files are slow, and nobody else is to wait for them.
        match tokio::task::spawn_blocking(move || drafts::save(&dir, &draft)).await {
            Ok(Ok(path)) => Ok(path),
            Ok(Err(why)) => Err(format!("the draft cannot be written: {why}")),
            Err(_) => Err("the draft could not be made".to_owned()),
        }
    }
}

/// `/export`: everything in a file, in the format that is asked for.
pub(super) async fn export(words: &str, moment: &Moment) -> Told {
    let (format, ending) = match words.trim().to_ascii_lowercase().as_str() {
        "" | "json" => (Format::Json, "json"),
        "csv" => (Format::Csv, "csv"),
        "faqpage" => (Format::FaqPage, "jsonld"),
        _ => return Reply::plain(admin::EXPORT_WHAT).into(),
    };
    let text = moment.think(move |engine| exchange::export_file(engine.corpus(), format)).await;
    let file = Some((format!("faq-{}.{ending}", moment.today), text.into_bytes()));
    Told { file, ..Reply::plain(admin::EXPORTED).into() }
}

/// A file as people read its path.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// What is said when files were not changed.
fn refused(edited: Edited) -> Reply {
    match edited {
        Edited::Refused(refusal) => admin::change_refused(&refusal.findings),
        Edited::Overtaken => admin::not_changed("somebody else has just changed the FAQ folder; please try again"),
        Edited::Unwritten(why) => {
            admin::not_changed(&format!("{why}. Look at the disk and at the permissions of the folder"))
        }
        Edited::Served | Edited::Failed => Reply::plain(admin::FOLDER_FAILED),
    }
}

/// How many of the questions get no answer.
fn unanswered(engine: &Engine, questions: &[String]) -> usize {
    let texts: Vec<&str> = questions.iter().map(String::as_str).collect();
    let is_open = |decision: &Decision| !matches!(decision, Decision::Answer(_));
    engine.reread(&texts).iter().filter(|reread| is_open(&reread.verdict.decision)).count()
}
