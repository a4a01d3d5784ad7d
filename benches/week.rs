//! An admin's week, really lived: `cargo bench --bench week` prints what docs/admin-week.md tells.
//!
//! A young FAQ, the shipped one with a single wording an entry, is asked 300 questions by students who choose from
//! suggestions when theirs is among them. Then its admin goes through `/gaps` with the buttons that Telegram would show.
//! How good the answers are is measured before and after with questions that nobody has asked in that week.
#![expect(clippy::unwrap_used, reason = "a bench that cannot run should say where")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use jiff::civil::date;
use serde_json::Value;
use telefaq::app::gate::{Candidate, Gate};
use telefaq::app::{
    App, AppSettings, Beside, ChatKey, Event, HashKey, Inbound, Keeper, MessageId, People, Said, Scene, Step, Surface,
};
use telefaq::engine::reply::{Action, GapPress, Press, Reply};
use telefaq::engine::{Audience, Decision, Engine, Language, Settings};
use telefaq::store::{MemoryStore, Store};

const OWNER: i64 = 1;
/// Monday, 23 November 2026, eight o'clock in UTC.
const MONDAY: i64 = 1_795_420_800;
const DAY: i64 = 24 * 60 * 60;
/// Questions of the week.
const ASKED: usize = 300;
/// More decisions than there are gaps.
const DECISIONS: usize = 1_000;

/// A question and the entries any of which answers it; none: nothing does.
#[derive(Clone)]
struct Case {
    query: String,
    right: Vec<String>,
}

fn cases(file: &str) -> Vec<Case> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval").join(file)).unwrap();
    let read = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let right = match &value["id"] {
            Value::String(id) => vec![id.clone()],
            Value::Array(ids) => ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect(),
            _ => Vec::new(),
        };
        Case { query: value["query"].as_str().unwrap().to_owned(), right }
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(read).collect()
}

/// Copies the shipped folder with a single wording an entry and without goldens.
fn young_faq(to: &Path) -> usize {
    let mut entries = 0;
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("faq")];
    let from = folders[0].clone();
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = item.path();
            let target = to.join(path.strip_prefix(&from).unwrap());
            if path.is_dir() {
                fs::create_dir_all(&target).unwrap();
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let is_entry = path.extension().is_some_and(|ending| ending == "md") && text.starts_with("+++");
            entries += usize::from(is_entry);
            fs::write(target, if is_entry { bare(&text) } else { text }).unwrap();
        }
    }
    entries
}

/// The entry with its question, answer and sources alone.
fn bare(text: &str) -> String {
    ["phrasings", "tests", "not"].iter().fold(text.to_owned(), |text, key| without_list(&text, key))
}

/// The entry without the list of this key.
fn without_list(text: &str, key: &str) -> String {
    let Some((before, list)) = text.split_once(&format!("\n{key} = [")) else { return text.to_owned() };
    let after = match list.lines().next() {
        Some(line) if line.trim_end().ends_with(']') => list.split_once('\n').unwrap().1,
        _ => list.split_once("\n]\n").unwrap().1,
    };
    format!("{before}\n{after}")
}

struct Week {
    app: App,
    now: i64,
    message: i32,
}

impl Week {
    fn chat(id: i64) -> ChatKey {
        ChatKey { surface: Surface::Telegram, id }
    }

    async fn does(&mut self, chat: i64, event: Event) -> Vec<Reply> {
        let inbound = Inbound {
            chat: Self::chat(chat),
            topic: None,
            scene: Scene::Private,
            bot_name: None,
            name: None,
            at: None,
            event,
        };
        let outbound = self.app.handle(&inbound, date(2026, 11, 27), self.now).await.unwrap();
        self.app.remember(outbound.memo, self.now).await;
        let words = |step| match step {
            Step::Send { reply, .. } | Step::Edit { reply, .. } => Some(reply),
            _ => None,
        };
        outbound.steps.into_iter().filter_map(words).collect()
    }

    async fn says(&mut self, chat: i64, text: &str) -> Vec<Reply> {
        self.message += 1;
        let event = Event::Message {
            said: Said::from_text(text, None),
            id: MessageId(self.message),
            edited: false,
            replied: None,
            beside: Beside::default(),
        };
        self.does(chat, event).await
    }

    async fn presses(&mut self, chat: i64, press: &Press) -> Vec<Reply> {
        // Each is another message: the same button twice within a moment would be one press.
        self.message += 1;
        self.does(chat, Event::Press { data: press.encode(), on: Some(MessageId(self.message)) }).await
    }
}

fn presses(reply: &Reply) -> impl Iterator<Item = &Press> {
    reply.buttons.iter().flatten().filter_map(|button| match &button.action {
        Action::Press(press) => Some(press),
        Action::Url(_) => None,
    })
}

/// Shares of what can be answered that are: answered with the right entry, with a wrong one, met with the right one among
/// the suggestions; and of what nothing answers, how much is answered all the same.
fn measure(engine: &Engine, held_out: &[Case]) -> [f64; 4] {
    let (mut right, mut wrong, mut offered, mut outside) = (0, 0, 0, 0);
    for case in held_out {
        let is_right = |number: &usize| case.right.contains(&engine.entry(*number).unwrap().id.value);
        match engine.answer(&case.query, Audience::Private).decision {
            Decision::Answer(_) if case.right.is_empty() => outside += 1,
            Decision::Answer(number) if is_right(&number) => right += 1,
            Decision::Answer(_) => wrong += 1,
            Decision::Suggest(numbers) if numbers.iter().any(is_right) => offered += 1,
            _ => {}
        }
    }
    let inside = held_out.iter().filter(|case| !case.right.is_empty()).count();
    let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    [share(right, inside), share(wrong, inside), share(offered, inside), share(outside, held_out.len() - inside)]
}

#[tokio::main]
async fn main() {
    let dir = tempfile::tempdir().unwrap();
    let entries = young_faq(dir.path());
    let gate = Gate {
        dir: dir.path().to_owned(),
        review_days: 3650,
        language: Language::English,
        engine: Settings::default(),
        encoding: None,
    };
    let stamp = telefaq::app::folder::stamp(dir.path());
    let Candidate { engines, faults, .. } = gate.look(&[], date(2026, 11, 23));
    let settings = AppSettings {
        people: People { owners: vec![OWNER], editors: Vec::new() },
        ..AppSettings::with_key(HashKey::new([1; 32]))
    };
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let app = App::new(engines.unwrap(), store, settings).keeping(Keeper::new(gate, stamp, faults, MONDAY));
    let mut week = Week { app, now: MONDAY, message: 0 };

    // Every second question of both files is asked, as far as the week goes; the others are held out.
    let all: Vec<Case> = cases("questions.jsonl").into_iter().chain(cases("hard.jsonl")).collect();
    let asked: Vec<Case> = all.iter().step_by(2).take(ASKED).cloned().collect();
    let held_out: Vec<Case> = all.iter().skip(1).step_by(2).cloned().collect();
    let before = measure(&week.app.engine(), &held_out);
    println!(
        "{entries} entries with one wording each; {} questions asked, {} held out.\n",
        asked.len(),
        held_out.len()
    );

    let mut right_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut answered, mut chosen, mut rejected, mut declined) = (0, 0, 0, 0);
    for (number, case) in asked.iter().enumerate() {
        week.now = MONDAY + (number / 60) as i64 * DAY + (number % 60) as i64 * 600;
        right_of.insert(case.query.clone(), case.right.clone());
        let student = 1_000 + number as i64;
        let replies = week.says(student, &case.query).await;
        let mut is_suggestion = false;
        for reply in &replies {
            let offers: Vec<Press> = presses(reply).cloned().collect();
            let meant =
                offers.iter().find(|press| matches!(press, Press::Choose { entry, .. } if case.right.contains(entry)));
            let none = offers.iter().find(|press| matches!(press, Press::NoneOfThese { .. }));
            if let Some(press) = meant.or(none) {
                is_suggestion = true;
                chosen += usize::from(meant.is_some());
                rejected += usize::from(meant.is_none());
                week.presses(student, press).await;
            }
        }
        let is_answer = replies.iter().any(|reply| presses(reply).any(|press| matches!(press, Press::Vote { .. })));
        answered += usize::from(is_answer && !is_suggestion);
        declined += usize::from(!is_answer && !is_suggestion);
    }
    println!(
        "Monday to Friday: answered {answered}, suggestions one of which was meant {chosen}, none of which was {rejected}, \
         declined {declined}.\n"
    );

    week.now = MONDAY + 4 * DAY + 9 * 60 * 60;
    let started = Instant::now();
    let (mut added, mut by_hand, mut dismissed, mut refused) = (0, 0, 0, 0);
    let mut slowest = 0.0_f64;
    let mut page = 0;
    let mut first = None;
    for _ in 0..DECISIONS {
        let shown = week.presses(OWNER, &Press::Gap(GapPress::Page(page))).await.remove(0);
        first.get_or_insert_with(|| shown.html.clone());
        // Behind the complaints, which name entries.
        let questions = shown.html.lines().filter_map(|line| line.strip_prefix("• "));
        let question = questions.filter(|line| !line.starts_with("<code>")).map(unescaped).next();
        let Some(question) = question else { break };
        // A long one is shown in part.
        let begin = question.trim_end_matches('…').trim_end();
        let right =
            right_of.iter().find(|(asked, _)| one_line(asked).starts_with(begin)).map(|(_, right)| right.clone());
        let right = right.unwrap_or_default();
        let offers: Vec<Press> = presses(&shown).cloned().collect();
        let add = offers
            .iter()
            .find(|press| matches!(press, Press::Gap(GapPress::Add { entry, .. }) if right.contains(entry)));
        let key = offers.iter().find_map(|press| match press {
            Press::Gap(GapPress::Dismiss { key }) => Some(key.clone()),
            _ => None,
        });
        let press = match (add, right.first(), key) {
            (Some(add), _, _) => add.clone(),
            // The entry is another one: its admin knows which, and types the question into its file.
            (None, Some(entry), Some(key)) => Press::Gap(GapPress::Add { key, entry: entry.clone() }),
            (None, None, Some(key)) => Press::Gap(GapPress::Dismiss { key }),
            _ => break,
        };
        let at = Instant::now();
        let done = week.presses(OWNER, &press).await.remove(0);
        slowest = slowest.max(at.elapsed().as_secs_f64());
        if done.html.starts_with('⚠') {
            refused += 1;
            page += 1;
        } else if done.html.starts_with('✅') {
            match add {
                Some(_) => added += 1,
                None => by_hand += 1,
            }
        } else {
            dismissed += 1;
        }
    }
    let after = measure(&week.app.engine(), &held_out);
    println!("The first of them:\n\n{}\n", first.unwrap_or_default());
    println!(
        "Friday: added with the button {added}, added to another entry {by_hand}, dismissed \
         {dismissed}, refused by the gate {refused}. The bot took {:.0} s for all, {slowest:.1} s for the slowest.\n",
        started.elapsed().as_secs_f64()
    );
    println!("| held-out questions, per cent | before | after |\n|---|--:|--:|");
    let rows = ["answered right", "answered wrong", "the right one among the suggestions", "out of scope, answered"];
    for ((row, before), after) in rows.iter().zip(before).zip(after) {
        println!("| {row} | {before:.1} | {after:.1} |");
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
