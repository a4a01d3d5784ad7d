//! A day in a cohort's group, as docs/cohort-day.md shows it: what people write is in `day.txt`, what the bot says it says.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use telefaq::app::load::load;
use telefaq::engine::Language;
use telefaq::engine::corpus::Corpus;
use telefaq::store::{Change, Memo, Waiting};

use super::world::World;
use crate::fake_telegram::{Group, Happening, Shown, What};

const GROUP: i64 = -1_001_234_567_890;
/// By their places: General has no number.
const TOPICS: [&str; 3] = ["General", "Exams", "Jobs"];
const PEOPLE: [&str; 5] = ["Mr Ortiz", "Ann", "Bob", "Carla", "Dev"];

/// A line of the script.
#[derive(Default)]
struct Line {
    time: String,
    name: String,
    text: String,
    reply: Option<String>,
    press: Option<String>,
    topic: usize,
}

fn script() -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for line in include_str!("day.txt").lines() {
        if let Some((what, value)) = line.strip_prefix("  ").and_then(|line| line.split_once(": ")) {
            let last = lines.last_mut().expect("a line before");
            match what {
                "reply" => last.reply = Some(value.to_owned()),
                "press" => last.press = Some(value.to_owned()),
                "topic" => last.topic = TOPICS.iter().position(|topic| *topic == value).expect("a topic"),
                other => panic!("{other}"),
            }
            continue;
        }
        let (time, rest) = line.split_once(' ').expect("a time");
        let (name, text) = rest.split_once(':').expect("a name");
        let (time, name, text) = (time.to_owned(), name.to_owned(), text.trim().to_owned());
        lines.push(Line { time, name, text, ..Line::default() });
    }
    lines
}

fn minutes(time: &str) -> i64 {
    let (hours, minutes) = time.split_once(':').expect("a time");
    hours.parse::<i64>().expect("hours") * 60 + minutes.parse::<i64>().expect("minutes")
}

fn corpus() -> Corpus {
    let faq = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
    let mut corpus = load(&faq, jiff::civil::date(2026, 11, 26), 36_500, Language::English).corpus;
    corpus.forget_files();
    corpus
}

/// What is written down: bubbles, as a phone shows them.
#[derive(Default)]
struct Transcript {
    text: String,
    topic: usize,
    /// Who wrote which message.
    writers: BTreeMap<i32, String>,
}

impl Transcript {
    fn bubble(&mut self, topic: usize, head: &str, words: &str, buttons: &str) {
        if topic != self.topic {
            self.topic = topic;
            self.text += &format!("### In the topic {}\n\n", TOPICS[topic]);
        }
        self.text += &format!("{head}\n");
        for line in words.lines() {
            self.text += &format!("> {}\n", if line.is_empty() { "<br>" } else { line });
        }
        if !buttons.is_empty() {
            self.text += &format!(">\n> {buttons}\n");
        }
        self.text.push('\n');
    }

    fn note(&mut self, words: &str) {
        self.text += &format!("*{words}*\n\n");
    }

    fn bot(&mut self, time: &str, shown: &Shown, verb: &str) {
        let topic = match shown.topic {
            Some(4) => 1,
            Some(9) => 2,
            _ => 0,
        };
        let to = shown.below.and_then(|below| self.writers.get(&below)).map(|name| format!(" ↩ {name}"));
        let head = format!("**{time} FAQ**{}{verb}", to.unwrap_or_default());
        let words = shown.html.replace("<b>", "**").replace("</b>", "**").replace("<i>", "_").replace("</i>", "_");
        let buttons: Vec<String> = shown.buttons.iter().map(|(label, _)| format!("`{label}`")).collect();
        self.writers.insert(shown.message, "FAQ".to_owned());
        self.bubble(topic, &head, &words, &buttons.join(" "));
    }
}

/// Writes down what the bot has done since.
async fn look(world: &World, group: &Group, seen: &mut usize, time: &str, transcript: &mut Transcript) -> Option<i32> {
    world.fake.all_confirmed().await;
    let mut last = None;
    let happenings: Vec<Happening> = world.fake.happenings(group.id);
    for happening in happenings.iter().skip(*seen) {
        match (&happening.what, &happening.shown) {
            (What::Sent, Some(shown)) => {
                transcript.bot(time, shown, "");
                last = Some(shown.message);
            }
            (What::Edited | What::ButtonsEdited, Some(shown)) => transcript.bot(time, shown, " (changed in place)"),
            (What::Deleted(message), _) => {
                let whose = transcript.writers.get(message).cloned().unwrap_or_default();
                transcript.note(&format!("The bot takes a message of {whose} away."));
            }
            (What::Toast(words), _) if !words.is_empty() => transcript.note(&format!("A notice pops up: {words}")),
            _ => {}
        }
    }
    *seen = happenings.len();
    last
}

/// A minute and more has passed: what waited for people has had its time.
async fn pass(world: &World, now: i64, written: &BTreeMap<i32, i64>) {
    for waiting in world.waiting(GROUP).await {
        if written.get(&waiting.message).is_some_and(|at| *at + 1 < now) {
            let changes = vec![Change::Happened(waiting.id), Change::Wait(Waiting { due: 0, ..waiting })];
            let sent = world.fake.happenings(GROUP).len();
            world.store.note(Memo { changes, ..Memo::default() }, 0).await.unwrap();
            world.fake.until("it is said", |fake| (fake.happenings(GROUP).len() > sent).then_some(())).await;
        }
    }
}

#[tokio::test]
async fn a_day_in_a_group_is_as_the_documentation_shows_it() {
    let world = World::start_with(|setup| {
        setup.corpus = corpus();
        setup.groups.grace_secs = 3600;
    })
    .await;
    let group = world.fake.group(GROUP, &[1]).with_topics(&[4, 9]).with_bot_as_admin();
    let mut transcript = Transcript::default();
    let (mut seen, mut last_of_bot) = (0, BTreeMap::new());
    // By time: the message; by message: the minute.
    let (mut numbers, mut written) = (BTreeMap::new(), BTreeMap::new());
    for line in script() {
        let now = minutes(&line.time);
        pass(&world, now, &written).await;
        if let Some(message) = look(&world, &group, &mut seen, &line.time, &mut transcript).await {
            last_of_bot.insert(line.topic, message);
        }
        let person = PEOPLE.iter().position(|name| *name == line.name).expect("somebody known") as i64 + 1;
        let member = group.member(person, &line.name);
        let member = match line.topic {
            1 => member.in_topic(4),
            2 => member.in_topic(9),
            _ => member,
        };
        let head = format!("**{} {}**", line.time, line.name);
        if let Some(label) = &line.press {
            transcript.note(&format!("{} {} presses `{label}`.", line.time, line.name));
            member.presses(last_of_bot[&line.topic], label);
        } else if line.text == "(joined)" {
            transcript.note(&format!("{} {} joins the group.", line.time, line.name));
            group.service(json!({"new_chat_members": [{"id": person, "is_bot": false, "first_name": line.name}]}));
        } else {
            let to = line.reply.as_ref().map(|reply| match reply.as_str() {
                "bot" => last_of_bot[&line.topic],
                time => numbers[time],
            });
            let below = to.map(|to| format!(" ↩ {}", transcript.writers[&to])).unwrap_or_default();
            transcript.bubble(line.topic, &format!("{head}{below}"), &line.text, "");
            let message = match to {
                Some(to) => member.replies(to, &line.text),
                None => member.says(&line.text),
            };
            transcript.writers.insert(message, line.name.clone());
            numbers.insert(line.time.clone(), message);
            written.insert(message, now);
        }
        if let Some(message) = look(&world, &group, &mut seen, &line.time, &mut transcript).await {
            last_of_bot.insert(line.topic, message);
        }
    }
    crate::cli::documents::keep_block("docs/cohort-day.md", "day", &transcript.text);
}
