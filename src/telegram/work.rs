//! One update from its first try to its end.
//!
//! Owns what counts as a try, what a panic or a time limit means, and that an update is marked as handled only after
//! its answer has gone out. What is to be said comes from [`App::handle`]; saying it is [`super::send`]'s.
//!
//! Failures of the world (Telegram, the store) are waited out and never count against an update. A panic, running out of
//! time or an answer that Telegram keeps failing on does: after the second time the update is skipped, for otherwise it
//! would hold up everybody behind it for ever. Whoever wrote it is told so, unless sending is what fails.
//!
//! Across starts only thinking counts: a process that is killed while an answer waits to be sent says nothing about the
//! question.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::TelegramSettings;
use super::health::BackOff;
use super::intake::Kind;
use super::rights::RightsOf;
use super::route::{Myself, Task, chat_key};
use super::send::{Carried, Doubts, Link, Place, Sender, Trouble};
use crate::app::clock::{now, today};
use crate::app::{App, Event, Heard, Inbound, MessageId, Outbound, ReplyTo, Rights, Scene, Step, Trigger};
use crate::engine::reply::{LEFT_OUT, Reply, SORRY};
use crate::store::{Memo, StoreError, UpdateState};

/// After how many failed tries in this process an update is skipped.
const TRIES: u32 = 2;
/// After how many tries an update is skipped that took the whole process down, or was thought about when it was killed.
const TRIES_EVER: u32 = 5;
/// How many tries more there are to say so.
const APOLOGIES: u32 = 3;
/// After how many failures in a row a store that otherwise works is taken to fail because of this update.
const STORE_TRIES: u32 = 20;
/// How long it is tried to say something that is not an answer.
const NOTICE_LIMIT: Duration = Duration::from_secs(15);
/// When a person is told that the bot is at work, after how long again, and how often at most: what takes longer than
/// that waits for something else.
const TYPING_AFTER: Duration = Duration::from_millis(500);
const TYPING_EVERY: Duration = Duration::from_millis(4500);
const TYPINGS: u32 = 5;
/// When a press is answered with nothing rather than later with words: Telegram waits about 15 seconds.
const PRESS_PATIENCE: Duration = Duration::from_secs(5);

/// One update to be worked on.
#[derive(Debug)]
pub struct Job {
    /// Its number.
    pub update: i64,
    task: Task,
    answered: Arc<Once>,
    /// Its chat has too many others: nothing is said about it there.
    left_out: bool,
}

impl Job {
    /// A job that nobody has begun.
    pub fn new(update: i64, task: Task) -> Self {
        Self { update, task, answered: Arc::default(), left_out: false }
    }

    /// The same without an answer in the chat: a message is not looked at; a press is, for it may be a vote, and gets its
    /// notice.
    pub fn left_out(self) -> Self {
        Self { left_out: true, ..self }
    }

    /// What it is to its chat.
    pub fn kind(&self) -> Kind {
        match &self.task {
            Task::Press { .. } | Task::DismissPress { .. } => Kind::Press,
            Task::LeftOut { .. } => Kind::Notice,
            Task::Event(inbound) if is_overheard(inbound) => Kind::Overheard,
            Task::Event(_) | Task::Inline { .. } | Task::Picked { .. } | Task::Guest { .. } | Task::Ignore(_) => {
                Kind::Message
            }
        }
    }

    /// Where something is to be said.
    fn place(&self) -> Option<Place> {
        match &self.task {
            Task::Event(inbound) | Task::Press { inbound, .. } => {
                Some(Place { chat: inbound.chat, topic: inbound.topic })
            }
            Task::LeftOut { chat } => Some(Place { chat: chat_key(*chat), topic: None }),
            Task::DismissPress { .. }
            | Task::Inline { .. }
            | Task::Picked { .. }
            | Task::Guest { .. }
            | Task::Ignore(_) => None,
        }
    }

    /// The press that waits for an answer, if this is one.
    fn press(&self) -> Option<&str> {
        match &self.task {
            Task::Press { query, .. } | Task::DismissPress { query } => Some(query),
            _ => None,
        }
    }
}

/// Whether it is a message in a group that nobody has addressed to the bot.
fn is_overheard(inbound: &Inbound) -> bool {
    matches!(&inbound.event, Event::Heard(Heard { trigger: Trigger::None, .. }))
}

/// The message that was written to the bot, if one was.
fn written(inbound: &Inbound) -> Option<MessageId> {
    match &inbound.event {
        Event::Message { id, .. } => Some(*id),
        Event::Heard(Heard { id, trigger, .. }) if *trigger != Trigger::None => Some(*id),
        _ => None,
    }
}

/// Lets one caller through.
#[derive(Debug, Default)]
struct Once(AtomicBool);

impl Once {
    fn claim(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

/// How far the work on an update has come; kept between tries, so that nothing is said twice.
#[derive(Default)]
struct Progress {
    plan: Option<Outbound>,
    next: usize,
    /// Those about the next step.
    doubts: Doubts,
    /// Said, but not noted yet.
    link: Option<Link>,
}

impl Progress {
    /// What is to be remembered. A conversation is not about what has not been shown in it, all of it and in order.
    fn memo(&mut self, left_out: bool) -> Memo {
        let Some(plan) = self.plan.take() else { return Memo::default() };
        let shown = !left_out && self.next >= plan.steps.len();
        Memo { last: plan.memo.last.filter(|_| shown), ..plan.memo }
    }
}

/// How a try ended that did not fail.
enum Attempt {
    Done,
    /// It had been handled already.
    HandledBefore,
    /// There is nothing to be noted about it.
    Overheard,
    /// So many tries came to no end that there is to be no other.
    TooMuch {
        tries: u32,
    },
}

/// Where updates are worked on.
pub struct Desk {
    app: Arc<App>,
    sender: Arc<Sender>,
    myself: Myself,
    rights: RightsOf,
    handler_limit: Duration,
    inline_cache_secs: u32,
    guest_mode: bool,
    permits: Semaphore,
}

impl Desk {
    /// A desk at which as many updates are thought about at a time, and as long, as these settings say.
    pub fn new(app: Arc<App>, sender: Arc<Sender>, myself: Myself, settings: &TelegramSettings) -> Self {
        Self {
            app,
            sender,
            myself,
            rights: RightsOf::default(),
            handler_limit: settings.handler_limit,
            inline_cache_secs: settings.inline_cache_secs,
            guest_mode: settings.guest_mode,
            permits: Semaphore::new(settings.workers.clamp(1, Semaphore::MAX_PERMITS)),
        }
    }

    /// Whether mentions in chats that the bot is not in are answered.
    pub fn guest_mode(&self) -> bool {
        self.guest_mode
    }

    /// The bot behind it.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Who the bot is.
    pub fn myself(&self) -> &Myself {
        &self.myself
    }

    /// Makes sure that a press is answered in time even if its turn comes late: the chat may be waiting for Telegram.
    pub fn promise_answer(&self, job: &Job) {
        let Some(query) = job.press().map(str::to_owned) else { return };
        let sender = Arc::clone(&self.sender);
        let answered = Arc::clone(&job.answered);
        tokio::spawn(async move {
            tokio::time::sleep(PRESS_PATIENCE).await;
            if answered.claim() {
                sender.answer_press(query, None).await;
            }
        });
    }

    /// Works on an update until it is done: answered, or found to have been, or skipped.
    pub async fn work(&self, job: &Job) {
        tokio::select! {
            biased;
            () = self.see_through(job) => {}
            () = self.show_typing(job) => {}
        }
    }

    async fn see_through(&self, job: &Job) {
        let mut progress = Progress::default();
        let mut pause = BackOff::new();
        let (mut failures, mut store_failures) = (0, 0);
        loop {
            let tried = AssertUnwindSafe(self.attempt(job, &mut progress)).catch_unwind().await;
            // What the bot thinks has been guarded by `handle`: this was in sending.
            match tried.unwrap_or(Err(Trouble::Unsent("it panicked"))) {
                Ok(Attempt::Done) => break,
                Ok(Attempt::Overheard) => return,
                Ok(Attempt::HandledBefore) => {
                    // A press that was handled before a crash was answered then.
                    job.answered.claim();
                    return;
                }
                Ok(Attempt::TooMuch { tries }) => {
                    tracing::error!(update = job.update, tries, "skipped an update that never came to an end");
                    // Should it be sending that takes the process down, that comes to an end, too.
                    if tries < TRIES_EVER + APOLOGIES {
                        self.apologize(job, &mut progress).await;
                    }
                    break;
                }
                Err(Trouble::Failed(why)) => {
                    failures += 1;
                    tracing::error!(update = job.update, why, failures, "handling an update failed");
                    if failures >= TRIES {
                        self.apologize(job, &mut progress).await;
                        break;
                    }
                }
                Err(Trouble::Unsent(why)) => {
                    failures += 1;
                    tracing::error!(update = job.update, why, failures, "sending an answer failed");
                    if failures >= TRIES {
                        break;
                    }
                }
                Err(Trouble::Store(error)) => {
                    store_failures += 1;
                    tracing::error!(%error, "the store failed; trying again");
                    if store_failures >= STORE_TRIES {
                        self.apologize(job, &mut progress).await;
                        break;
                    }
                    self.release(job).await;
                    pause.wait().await;
                }
            }
        }
        let memo = progress.memo(job.left_out);
        // Side by side: the less time between an answer and its note, the fewer answers a crash doubles.
        tokio::join!(self.settle(job, progress), self.finish(job, memo));
    }

    /// Notes what was said last.
    async fn settle(&self, job: &Job, mut progress: Progress) {
        job.answered.claim();
        if let Some(link) = progress.link.take() {
            self.sender.link(link).await;
        }
    }

    /// Whether Telegram wants nothing to be sent to this chat at present.
    pub fn is_paused(&self, chat: i64) -> bool {
        !self.sender.pause_left(chat).is_zero()
    }

    /// Whether Telegram wants nothing to be sent to the chat of this job until then, or longer.
    pub fn cannot_send(&self, job: &Job, until: Instant) -> bool {
        job.place().is_some_and(|place| Instant::now() + self.sender.pause_left(place.chat.id) > until)
    }

    /// Says that there will be no answer, as well as that can be said now.
    async fn apologize(&self, job: &Job, progress: &mut Progress) {
        let (inbound, answers) = match &job.task {
            Task::Press { .. } if job.answered.claim() => {
                if let Some(query) = job.press() {
                    self.sender.answer_press(query.to_owned(), Some(SORRY.to_owned())).await;
                }
                return;
            }
            Task::Event(inbound) => {
                // What nobody has asked for needs no apology; nor does a group of which it is not known whether it wants to hear
                // anything.
                let Some(question) = written(inbound) else { return };
                if inbound.scene != Scene::Private && progress.plan.is_none() {
                    return;
                }
                let position = u32::try_from(progress.next).unwrap_or(u32::MAX);
                (inbound, Some(ReplyTo { question, position, about: None, trace: None }))
            }
            Task::Press { inbound, .. } if inbound.scene == Scene::Private => (inbound, None),
            _ => return,
        };
        let below = answers.as_ref().filter(|_| inbound.scene != Scene::Private).map(|answers| answers.question);
        let place = Place { chat: inbound.chat, topic: inbound.topic };
        let step = Step::Send { reply: Reply::plain(SORRY), answers, below, only_for: None };
        progress.link = self.try_to_say(place, &step).await;
    }

    async fn try_to_say(&self, place: Place, step: &Step) -> Option<Link> {
        let mut doubts = Doubts::default();
        let saying = AssertUnwindSafe(self.sender.carry_out(place, step, &mut doubts)).catch_unwind();
        match tokio::time::timeout(NOTICE_LIMIT, saying).await {
            Ok(Ok(Ok(Carried::Done(link)))) => link,
            _ => {
                tracing::warn!("could not tell somebody that there is no answer");
                None
            }
        }
    }

    /// What has begun is not to be finished now, and not for a fault of its own.
    pub async fn give_up(&self, job: &Job) {
        self.release(job).await;
    }

    async fn release(&self, job: &Job) {
        if let Err(error) = self.app.store().release_update(job.update).await {
            tracing::warn!(%error, "a try was counted that should not be");
        }
    }

    /// Marks the update as handled and remembers what belongs to it, however long the store takes to take it.
    async fn finish(&self, job: &Job, memo: Memo) {
        let mut pause = BackOff::new();
        while let Err(error) = self.app.store().finish_update(job.update, now(), memo.clone()).await {
            tracing::error!(%error, "cannot mark an update as handled; trying again");
            pause.wait().await;
        }
    }

    /// Shows whoever wrote something that it is being worked on, when that takes a while. Never returns.
    async fn show_typing(&self, job: &Job) {
        if let Task::Event(inbound) = &job.task
            && inbound.scene == Scene::Private
            && !job.left_out
        {
            tokio::time::sleep(TYPING_AFTER).await;
            for _ in 0..TYPINGS {
                self.sender.typing(inbound.chat);
                tokio::time::sleep(TYPING_EVERY).await;
            }
        }
        std::future::pending().await
    }

    /// One try, going on from where the last one stopped.
    async fn attempt(&self, job: &Job, progress: &mut Progress) -> Result<Attempt, Trouble> {
        if matches!(job.task, Task::Ignore(_)) || (job.left_out && job.press().is_none()) {
            return Ok(Attempt::Done);
        }
        match &job.task {
            // Of both nothing is kept, and nothing is lost: whoever types on asks again.
            Task::Inline { id, query } => {
                let _permit = self.permits.acquire().await.ok();
                let (query, app) = (query.clone(), Arc::clone(&self.app));
                let answer = self.within_limit(async move { app.inline(&query, today(), now()).await }).await?;
                self.sender.answer_inline(id.clone(), answer, self.inline_cache_secs).await;
                return Ok(Attempt::Overheard);
            }
            Task::Event(inbound) if is_overheard(inbound) && !self.app.listens(inbound, now()).await? => {
                return Ok(Attempt::Overheard);
            }
            _ => {}
        }
        if progress.plan.is_some() {
            return self.carry_out(job, progress).await.map(|()| Attempt::Done);
        }
        if let Some(end) = self.think(job, progress).await? {
            return Ok(end);
        }
        // Beside the sending, which it is not to hold up.
        let ((), sent) = tokio::join!(self.release(job), self.carry_out(job, progress));
        sent.map(|()| Attempt::Done)
    }

    /// Has the bot think about an update: that is what counts as a try, and waiting for a place at the desk does not.
    /// Says so when there is nothing to think about any more.
    async fn think(&self, job: &Job, progress: &mut Progress) -> Result<Option<Attempt>, Trouble> {
        // Closed never: a missing permit only means more at a time.
        let _permit = self.permits.acquire().await.ok();
        let mut pause = BackOff::new();
        let state = loop {
            match self.app.store().begin_update(job.update, now()).await {
                Ok(state) => break state,
                Err(error) => tracing::error!(%error, "cannot begin an update; trying again"),
            }
            pause.wait().await;
        };
        match state {
            UpdateState::Handled => return Ok(Some(Attempt::HandledBefore)),
            UpdateState::Open { tries } if tries >= TRIES_EVER => return Ok(Some(Attempt::TooMuch { tries })),
            UpdateState::Open { .. } => {}
        }
        progress.plan = Some(match &job.task {
            Task::Event(inbound) | Task::Press { inbound, .. } => self.handle(inbound.clone()).await?,
            Task::LeftOut { .. } => Step::say(Reply::plain(LEFT_OUT)).into(),
            Task::Picked { result, words } => {
                Outbound { memo: self.app.picked(result, words, now()), ..Outbound::default() }
            }
            Task::Guest { id, query } if self.guest_mode => {
                let (query, app) = (query.clone(), Arc::clone(&self.app));
                let (reply, memo) = self.within_limit(async move { app.guest(&query, today(), now()).await }).await?;
                self.sender.answer_guest(id.clone(), &reply).await;
                Outbound { memo, ..Outbound::default() }
            }
            Task::Guest { .. } | Task::Inline { .. } | Task::DismissPress { .. } | Task::Ignore(_) => {
                Outbound::default()
            }
        });
        Ok(None)
    }

    /// Does what is planned, from where it stopped.
    async fn carry_out(&self, job: &Job, progress: &mut Progress) -> Result<(), Trouble> {
        let Some(plan) = progress.plan.as_mut() else { return Ok(()) };
        if job.press().is_some() {
            let toast = plan.steps.iter().find_map(|step| match step {
                Step::Toast(text) => Some(text.clone()),
                _ => None,
            });
            self.answer_press(job, toast).await;
        }
        let Some(place) = job.place().filter(|_| !job.left_out) else { return Ok(()) };
        while let Some(step) = plan.steps.get(progress.next) {
            if let Some(earlier) = progress.link.take() {
                self.sender.link(earlier).await;
            }
            match self.sender.carry_out(place, step, &mut progress.doubts).await? {
                Carried::Done(link) => progress.link = link,
                Carried::NotDelivered => {
                    progress.doubts = Doubts::default();
                    plan.fail_at(progress.next);
                    progress.next = 0;
                    continue;
                }
            }
            progress.next += 1;
            progress.doubts = Doubts::default();
            if let (Task::Press { inbound, .. }, Step::Send { .. }) = (&job.task, step) {
                self.app.has_sent(inbound, now());
            }
        }
        Ok(())
    }

    async fn answer_press(&self, job: &Job, toast: Option<String>) {
        if let Some(query) = job.press()
            && job.answered.claim()
        {
            self.sender.answer_press(query.to_owned(), toast).await;
        }
    }

    /// What the bot does about it.
    async fn handle(&self, mut inbound: Inbound) -> Result<Outbound, Trouble> {
        if inbound.needs_rights()
            && let Scene::Group(group) = &mut inbound.scene
        {
            group.rights = match self.rights.is_admin(&self.sender, inbound.chat, group.person).await {
                Some(true) => Rights::Admin,
                Some(false) => Rights::Member,
                None => Rights::Unknown,
            };
        }
        let app = Arc::clone(&self.app);
        self.within_limit(async move { app.handle(&inbound, today(), now()).await }).await
    }

    /// Does this within the time limit. In a task of its own, so that a panic reaches nobody else; the engine thinks on a
    /// thread for blocking work, so that even an endless loop in it costs others no more than a core.
    async fn within_limit<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, Trouble> {
        let mut handling = JoinSet::new();
        handling.spawn(work);
        let handled = tokio::select! {
            handled = handling.join_next() => handled,
            () = tokio::time::sleep(self.handler_limit) => return Err(Trouble::Failed("it took too long")),
        };
        match handled {
            Some(Ok(done)) => Ok(done?),
            _ => Err(Trouble::Failed("it panicked")),
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
