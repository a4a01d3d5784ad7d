//! A group's chatter over some days, heard by the bot: how often it speaks, and how often it had better not have.
//!
//! `tests/eval/chatter.jsonl` has 150 lines; `id` is the entry that a thoughtful teacher would answer with unasked, if any.
//! Lines come twenty seconds apart.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use serde::Deserialize;
use telefaq::app::load::load;
use telefaq::app::{
    App, AppSettings, Beside, ChatKey, Event, Group, GroupSettings, HashKey, Heard, Inbound, MessageId, Mode, Replied,
    Rights, Said, Scene, Step, Surface, Trigger,
};
use telefaq::engine::{Engine, Language, Settings};
use telefaq::store::{MemoryStore, Store};

#[derive(Deserialize)]
struct Line {
    n: i32,
    from: String,
    text: String,
    reply_to: Option<i32>,
    id: Option<Ids>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Ids {
    One(String),
    Several(Vec<String>),
}

impl Ids {
    fn has(&self, entry: &str) -> bool {
        match self {
            Self::One(id) => id == entry,
            Self::Several(ids) => ids.iter().any(|id| id == entry),
        }
    }
}

/// What the bot said to which line: the line's number and the entry.
type Spoken = Vec<(i32, String)>;

const TODAY: jiff::civil::Date = date(2026, 11, 26);
const SECONDS_BETWEEN: i64 = 20;

fn lines(file: &str) -> Vec<Line> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval").join(file);
    let text = std::fs::read_to_string(path).expect("the file is there");
    text.lines().map(|line| serde_json::from_str(line).expect("a line")).collect()
}

fn shipped() -> Arc<Engine> {
    let faq = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
    Arc::new(Engine::build(load(&faq, TODAY, 36_500, Language::English).corpus, Settings::default()))
}

/// What the bot says in a group of this mode while these lines are written.
async fn heard(engine: &Arc<Engine>, lines: &[Line], mode: Mode) -> Spoken {
    let store = Arc::new(MemoryStore::new());
    let settings = AppSettings {
        bot_name: "FAQ".into(),
        review_days: 36_500,
        // The cool-down and the budgets would only make it say less.
        groups: GroupSettings { mode, cooldown_secs: 0, ..GroupSettings::default() },
        ..AppSettings::with_key(HashKey::new([5; 32]))
    };
    let app = App::new(Arc::clone(engine), Arc::clone(&store) as Arc<dyn Store>, settings);
    let mut people: BTreeMap<&str, i64> = BTreeMap::new();
    let key = |id| ChatKey { surface: Surface::Telegram, id };
    let mut spoken = Vec::new();
    let mut now = 1_790_000_000;
    for line in lines {
        now += SECONDS_BETWEEN;
        spoken.extend(due(&app, store.as_ref(), now).await);
        let count = people.len() as i64;
        let person = key(*people.entry(&line.from).or_insert(count + 100));
        let replied = line.reply_to.map(|to| {
            let writer = lines.iter().find(|line| line.n == to).map(|line| key(people[line.from.as_str()]));
            Replied { id: MessageId(to), person: writer, text: None, author: None }
        });
        let to_others = replied.is_some() || line.text.contains('@');
        let heard = Heard {
            said: Said::Question(line.text.clone()),
            id: MessageId(line.n),
            edited: false,
            trigger: Trigger::None,
            to_others,
            replied,
            beside: Beside::default(),
        };
        let scene = Scene::Group(Group {
            person,
            rights: Rights::Unknown,
            username: "FaqBot".into(),
            title: "Cohort".into(),
            link: None,
        });
        let event = Event::Heard(heard);
        let inbound =
            Inbound { chat: key(-1001), topic: None, scene, bot_name: None, name: None, at: Some(now), event };
        let outbound = app.handle(&inbound, TODAY, now).await.expect("a store in memory");
        assert!(outbound.steps.is_empty(), "nothing is said at once");
        app.remember(outbound.memo, now).await;
    }
    spoken.extend(due(&app, store.as_ref(), now + 3600).await);
    spoken
}

async fn due(app: &App, store: &dyn Store, now: i64) -> Spoken {
    let mut spoken = Vec::new();
    for due in app.due(TODAY, now, 50, |_| false).await.expect("a store in memory") {
        for step in &due.outbound.steps {
            let Step::Send { answers: Some(answers), .. } = step else { panic!("an answer") };
            let entry = answers.about.as_ref().and_then(|about| about.entry.clone()).expect("an entry");
            spoken.push((answers.question.0, entry));
        }
        store.note(due.outbound.memo, now).await.expect("a store in memory");
        assert!(due.id > 0);
    }
    spoken
}

/// What the bot would say at this confidence, were nobody else to answer: how many lines, and how many of them fit.
fn would_say(engine: &Engine, lines: &[Line], confidence: f64) -> (usize, usize) {
    let open = lines.iter().filter(|line| line.reply_to.is_none() && !line.text.contains('@'));
    let said = open.filter_map(|line| {
        let (number, sure) = engine.overhear(&line.text)?;
        let entry = engine.entry(number).filter(|_| sure >= confidence)?;
        Some(line.id.as_ref().is_some_and(|ids| ids.has(&entry.id.value)))
    });
    let said: Vec<bool> = said.collect();
    (said.len(), said.iter().filter(|fits| **fits).count())
}

fn fits(lines: &[Line], spoken: &Spoken) -> usize {
    let fits = |(n, entry): &&(i32, String)| {
        lines.iter().any(|line| line.n == *n && line.id.as_ref().is_some_and(|ids| ids.has(entry)))
    };
    spoken.iter().filter(fits).count()
}

#[tokio::test]
async fn addressed_the_bot_says_not_one_word_and_ambient_it_says_little_and_what_fits() {
    let engine = shipped();
    let mut table = String::from(
        "| group | questions to all | at 70 | at 80 | at 90 | said in the end |\n|---|---|---|---|---|---|\n",
    );
    for file in ["chatter.jsonl", "chatter-2.jsonl", "chatter-3.jsonl"] {
        let lines = lines(file);
        assert_eq!(lines.len(), 150);
        for mode in [Mode::Off, Mode::Addressed] {
            assert_eq!(heard(&engine, &lines, mode).await, [], "{mode:?}");
        }
        let spoken = heard(&engine, &lines, Mode::Ambient).await;
        let fitting = fits(&lines, &spoken);
        let open = lines.iter().filter(|line| line.id.is_some()).count();
        let at = [70.0, 80.0, 90.0].map(|confidence| would_say(&engine, &lines, confidence));
        let shown = at.map(|(said, fit)| format!("{fit} of {said}"));
        table += &format!("| `{file}` | {open} | {} | {fitting} of {} |\n", shown.join(" | "), spoken.len());
        // The promise of the mode: silence costs less than one word too many.
        assert_eq!(fitting, spoken.len(), "{file}: {spoken:?}");
        let [(said_70, fit_70), (said_80, fit_80), (said_90, fit_90)] = at;
        assert_eq!(said_90, fit_90, "{file}: {at:?}");
        assert!(said_80 - fit_80 <= 1 && fit_70 * 5 >= said_70 * 4, "{file}: {at:?}");
        assert!(at[0].1 * 5 >= open, "{file}: it would hardly ever speak: {at:?}");
    }
    crate::cli::documents::keep_block("docs/telegram.md", "chatter", &table);
}
