//! Every kind of chat, everything that can be written there, every mode: what happens. The table in docs/telegram.md is
//! what this test sees.

use serde_json::{Value, json};
use telefaq::app::{ChatKey, Mode, Surface};
use telefaq::store::{Change, Memo};

use super::world::World;
use crate::fake_telegram::Group;

const OWNER: i64 = 1;
const ANN: i64 = 7;
const ASKED: &str = "what is the CPC?";

/// What is written, by whom, and how it is called in the table.
struct Trigger {
    name: &'static str,
    text: &'static str,
    by: i64,
    fields: fn(&Group, i32) -> Value,
}

fn nothing(_: &Group, _: i32) -> Value {
    json!({})
}

const TRIGGERS: &[Trigger] = &[
    Trigger { name: "`/ask` and a question", text: "/ask what is the CPC?", by: ANN, fields: nothing },
    Trigger { name: "`/ask@bot` and a question", text: "/ask@TestFaqBot what is the CPC?", by: ANN, fields: nothing },
    Trigger { name: "a mention and a question", text: "@TestFaqBot what is the CPC?", by: ANN, fields: nothing },
    Trigger {
        name: "a reply to the bot that asks",
        text: ASKED,
        by: ANN,
        fields: |group, bots| json!({"reply_to_message": group.quoted(bots)}),
    },
    Trigger {
        name: "a reply to the bot that asks nothing",
        text: "ok, good to know",
        by: ANN,
        fields: |group, bots| json!({"reply_to_message": group.quoted(bots)}),
    },
    Trigger { name: "a question to nobody in particular", text: ASKED, by: ANN, fields: nothing },
    Trigger { name: "a question to somebody by name", text: "@bob_b what is the CPC?", by: ANN, fields: nothing },
    Trigger {
        name: "a reply to somebody else",
        text: ASKED,
        by: ANN,
        fields: |group, _| {
            let theirs = group.member(8, "Bob").says("see you on thursday");
            json!({"reply_to_message": group.quoted(theirs)})
        },
    },
    Trigger { name: "a statement", text: "the CPC is what I want", by: ANN, fields: nothing },
    Trigger {
        name: "forwarded words",
        text: ASKED,
        by: ANN,
        fields: |_, _| json!({"forward_origin": {"type": "hidden_user", "sender_user_name": "X", "date": 1}}),
    },
    Trigger {
        name: "another bot",
        text: "/ask what is the CPC?",
        by: ANN,
        fields: |_, _| json!({"from": {"id": 9, "is_bot": true, "first_name": "Other"}}),
    },
    Trigger { name: "a command for another bot", text: "/ask@OtherBot what is the CPC?", by: ANN, fields: nothing },
    Trigger { name: "an unknown command", text: "/nonsense", by: ANN, fields: nothing },
    Trigger { name: "`/help`", text: "/help", by: ANN, fields: nothing },
    Trigger { name: "`/topics`, `/sources`, `/privacy`", text: "/topics", by: ANN, fields: nothing },
    Trigger {
        name: "a patient's data, to nobody in particular",
        text: "patient Jane Featherstone, MRN 5561207, was denied",
        by: ANN,
        fields: nothing,
    },
    Trigger { name: "`/person`", text: "/person", by: ANN, fields: nothing },
    Trigger { name: "`/settings` by a member", text: "/settings", by: ANN, fields: nothing },
    Trigger { name: "`/settings` by an admin", text: "/settings", by: OWNER, fields: nothing },
];

/// What the bot did, in a word or two.
fn outcome(said: &[String]) -> String {
    let words = [
        ("coding certification", "answers"),
        ("When I speak", "shows the settings"),
        ("Only the admins", "says: admins only, seldom"),
        ("too long for a group", "links the private chat"),
        ("How to use me", "explains itself"),
        ("Settings are for groups", "says: for groups"),
        ("I don't know that command", "lists its commands"),
        ("<b>Topics</b>", "shows them"),
        ("take out patient data", "asks to take them out, once a day"),
        ("That is between you and a person", "links the private chat"),
        ("To reach a person", "asks for the question, or says how to reach one"),
        ("How does", "answers"),
    ];
    match said {
        [] => "silence".to_owned(),
        [one] => {
            let found = words.iter().find(|(text, _)| one.contains(text));
            found.map_or_else(|| format!("? {one}"), |(_, outcome)| (*outcome).to_owned())
        }
        several => format!("? {} messages", several.len()),
    }
}

async fn in_group(world: &World, id: i64, kind: &str, mode: Mode, trigger: &Trigger) -> String {
    let group = world.fake.group(id, &[OWNER]).with_topics(if kind == "topic" { &[4] } else { &[] });
    let member = |person: i64| {
        let member = group.member(person, "Somebody");
        if kind == "topic" { member.in_topic(4) } else { member }
    };
    member(ANN).says("/ask can I retake the exam?");
    let bots = group.expect("once without a new fee").await.message;
    let hashed = world.app.hashed(ChatKey { surface: Surface::Telegram, id });
    let changes = vec![Change::Mode(hashed, Some(mode.word().to_owned()))];
    world.store.note(Memo { changes, ..Memo::default() }, 0).await.unwrap();
    let mut fields = json!({"text": trigger.text});
    if kind == "comments" {
        let post = group.service(json!({
            "text": "News of the day", "is_automatic_forward": true,
            "from": {"id": 777_000, "is_bot": false, "first_name": "Telegram"},
            "sender_chat": {"id": -1_009, "type": "channel", "title": "News"},
        }));
        fields["reply_to_message"] = group.quoted(post);
    }
    let more = (trigger.fields)(&group, bots);
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    member(trigger.by).sends(fields);
    world.fake.all_confirmed().await;
    while !world.waiting(id).await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let said: Vec<String> =
        group.sent().into_iter().skip(1).map(|shown| shown.html.replace("<b>coding</b>", "coding")).collect();
    outcome(&said)
}

#[tokio::test]
async fn the_table_shows_what_happens_everywhere() {
    let world = World::start().await;
    let modes = [Mode::Off, Mode::Addressed, Mode::Ambient];
    let kinds = ["supergroup", "group", "topic", "comments"];
    let mut table = String::from(
        "| what is written | private chat | group, `off` | group, `addressed` | group, `ambient` |\n|---|---|---|---|---|\n",
    );
    let mut number = 0;
    for trigger in TRIGGERS {
        number += 1;
        let student = world.fake.student(10_000 + number);
        let text = match trigger.name {
            name if name.contains("reply to") || name.contains("forwarded") => trigger.text,
            "another bot" => "",
            _ => trigger.text,
        };
        let private = if text.is_empty() {
            "silence".to_owned()
        } else {
            student.says(text);
            student.next().await;
            world.fake.all_confirmed().await;
            let said: Vec<String> =
                student.sent().into_iter().map(|shown| shown.html.replace("<b>coding</b>", "coding")).collect();
            if trigger.name.contains("asks nothing")
                || ["a statement", "a patient's data, to nobody in particular"].contains(&trigger.name)
            {
                "answers, or says that it does not know".to_owned()
            } else {
                outcome(&said)
            }
        };
        let mut row = format!("| {} | {private} |", trigger.name);
        for mode in modes {
            let mut outcomes = Vec::new();
            for kind in kinds {
                // A reply goes to one message: in comments that of the post is taken by it.
                number += 1;
                let id = if kind == "group" { -number } else { -1_001_000_000_000 - number };
                outcomes.push(in_group(&world, id, kind, mode, trigger).await);
            }
            assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{} {mode:?}: {outcomes:?}", trigger.name);
            row += &format!(" {} |", outcomes[0]);
        }
        assert!(!row.contains('?') || row.matches("| ?").count() == 0, "{row}");
        table += &row;
        table += "\n";
    }
    crate::cli::documents::keep_block("docs/telegram.md", "everywhere", &table);
}
