//! What a private chat is like, read as a conversation with [`App::handle`].

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, date};
use telefaq::app::{
    App, AppSettings, Beside, ChatKey, Command, Event, HashKey, Inbound, MessageId, Outbound, ReplyTo, Said, Scene,
    Step, Surface,
};
use telefaq::diagnostic::{Span, Spanned};
use telefaq::engine::corpus::{Corpus, Entry, Kind, Source, Topic};
use telefaq::engine::reply::{Action, Press, Reply};
use telefaq::engine::{Engine, Settings, Thresholds};
use telefaq::store::{MemoryStore, Outcome, Store};

pub const TODAY: Date = date(2026, 11, 22);

pub fn spanned(text: &str) -> Spanned<String> {
    Spanned::new(text.to_owned(), Span::default())
}

pub fn entry(id: &str, topic: &str, question: &str) -> Entry {
    Entry {
        id: spanned(id),
        topic: Some(spanned(topic)),
        question: spanned(question),
        sources: vec![spanned("guide")],
        reviewed: Some(TODAY),
        html: format!("The answer of <b>{id}</b>."),
        text: format!("The answer of {id}."),
        ..Entry::default()
    }
}

/// Ten questions about exams, one about cost, and a greeting.
pub fn engine() -> Arc<Engine> {
    engine_that(Settings::default())
}

fn engine_that(settings: Settings) -> Arc<Engine> {
    let mut entries: Vec<_> =
        (0..10).map(|n| entry(&format!("exam-{n}"), "exams", &format!("exam question alpha{n} beta{n}?"))).collect();
    let mut cost = entry("cost", "cost", "how much does it cost");
    cost.related = vec![spanned("exam-1"), spanned("gone"), spanned("cost")];
    entries.push(cost);
    entries.push(Entry { kind: Kind::Smalltalk, ..entry("hello", "manners", "hello") });
    entries.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    let topic = |id: &str, title: &str| Topic { id: id.into(), title: title.into(), emoji: None };
    let guide = Source { id: "guide".into(), title: "The Guide".into(), ..Source::default() };
    let corpus = Corpus {
        entries,
        topics: vec![topic("exams", "Exams"), topic("cost", "Cost"), topic("manners", "Manners")],
        sources: BTreeMap::from([("guide".to_owned(), guide)]),
        ..Corpus::default()
    };
    Arc::new(Engine::build(corpus, settings))
}

pub fn settings() -> AppSettings {
    AppSettings {
        bot_name: "School bot".into(),
        contact: Some("desk@school.example".into()),
        review_days: 365,
        retention_days: 90,
        ..AppSettings::with_key(HashKey::new([3; 32]))
    }
}

/// One chat with a bot of its own.
pub struct Chat {
    pub app: App,
    pub store: Arc<MemoryStore>,
    pub chat: ChatKey,
    pub topic: Option<i32>,
    /// Seconds since 1970.
    pub now: i64,
}

impl Chat {
    pub fn new() -> Self {
        Self::with(engine())
    }

    pub fn with(engine: Arc<Engine>) -> Self {
        let store = Arc::new(MemoryStore::new());
        let app = App::new(engine, Arc::clone(&store) as Arc<dyn Store>, settings());
        Self { app, store, chat: ChatKey { surface: Surface::Telegram, id: 42 }, topic: None, now: 1_000 }
    }

    /// As a front does it: what is to be remembered is remembered.
    pub async fn does(&self, event: Event) -> Outbound {
        let inbound = Inbound {
            chat: self.chat,
            topic: self.topic,
            scene: Scene::Private,
            bot_name: None,
            name: None,
            at: None,
            event,
        };
        let outbound = self.app.handle(&inbound, TODAY, self.now).await.unwrap();
        self.app.remember(outbound.memo.clone(), self.now).await;
        outbound
    }

    /// The replies to this message have become messages of these numbers.
    pub async fn has_answered(&self, question: i32, messages: &[i32]) {
        for (position, message) in (0..).zip(messages) {
            let answers = ReplyTo { question: MessageId(question), position, about: None, trace: None };
            self.app.sent(self.chat, answers, Some(MessageId(*message)), self.now).await.unwrap();
        }
    }

    pub async fn says(&self, said: Said) -> Outbound {
        self.does(Event::Message { said, id: MessageId(10), edited: false, replied: None, beside: Beside::default() })
            .await
    }

    pub async fn writes(&self, text: &str) -> Outbound {
        self.says(Said::Question(text.into())).await
    }

    /// Changes the message of this number to these words.
    pub async fn edits(&self, message: i32, text: &str) -> Outbound {
        let said = Said::from_text(text, None);
        self.does(Event::Message {
            said,
            id: MessageId(message),
            edited: true,
            replied: None,
            beside: Beside::default(),
        })
        .await
    }

    pub async fn presses(&self, press: Press) -> Outbound {
        self.does(Event::Press { data: press.encode(), on: Some(MessageId(11)) }).await
    }
}

pub fn sent(outbound: &Outbound) -> &Reply {
    match outbound.steps.as_slice() {
        [Step::Send { reply, .. }] => reply,
        other => panic!("expected one message, got {other:?}"),
    }
}

fn edited(outbound: &Outbound) -> &Reply {
    match outbound.steps.as_slice() {
        [Step::Edit { message: MessageId(11), reply, .. }] => reply,
        other => panic!("expected an edit of message 11, got {other:?}"),
    }
}

fn labels(reply: &Reply) -> Vec<&str> {
    reply.buttons.iter().flatten().map(|b| b.label.as_str()).collect()
}

/// What the button with this label does.
fn behind(reply: &Reply, label: &str) -> Press {
    let button = reply.buttons.iter().flatten().find(|b| b.label == label);
    match button.map(|b| &b.action) {
        Some(Action::Press(press)) => press.clone(),
        other => panic!("no button {label:?} among {:?}: {other:?}", labels(reply)),
    }
}

#[tokio::test]
async fn a_question_is_answered_and_logged_without_personal_data() {
    let chat = Chat::new();
    let outbound = chat.writes("how much does it cost").await;
    assert!(sent(&outbound).html.contains("The answer of <b>cost</b>."));
    assert_eq!(labels(sent(&outbound)), ["👍", "👎", "exam question alpha1 beta1?", "All topics"]);
    chat.writes("how much does it cost bo@example.org").await;
    let log = chat.store.last_questions(5).await.unwrap();
    assert_eq!(log[0].text, "how much does it cost [email]");
    assert_eq!((log[1].decision, log[1].top.as_deref(), log[1].at), ("answer", Some("cost"), 0), "to the hour");
}

#[tokio::test]
async fn nothing_is_logged_when_the_owner_does_not_want_it() {
    let store = Arc::new(MemoryStore::new());
    let app = App::new(engine(), Arc::clone(&store) as Arc<dyn Store>, AppSettings { keep_log: false, ..settings() });
    let event = Event::Message {
        said: Said::Question("how much".into()),
        id: MessageId(1),
        edited: false,
        replied: None,
        beside: Beside::default(),
    };
    let chat = ChatKey { surface: Surface::Web, id: 1 };
    let outbound = app
        .handle(
            &Inbound { chat, topic: None, scene: Scene::Private, bot_name: None, name: None, at: None, event },
            TODAY,
            1,
        )
        .await
        .unwrap();
    assert_eq!((outbound.steps.len(), outbound.memo.questions), (1, Vec::new()));
}

#[tokio::test]
async fn no_more_is_logged_than_is_read() {
    let chat = Chat::new();
    let endless = format!("how much does it cost {}", "very ".repeat(13_000));
    let record = chat.writes(&endless).await.memo.questions.remove(0);
    assert_eq!(record.text, endless[..telefaq::engine::MAX_CHARS]);
}

#[tokio::test]
async fn an_edited_question_edits_its_answer_even_to_the_same_words() {
    let chat = Chat::new();
    chat.writes("how much does it cost").await;
    chat.has_answered(10, &[11]).await;
    for text in ["hello", "hello"] {
        assert!(edited(&chat.edits(10, text).await).html.contains("hello"));
    }
    sent(&chat.edits(99, "hello").await);
    let elsewhere = Chat { chat: ChatKey { surface: Surface::Web, id: 42 }, ..chat };
    sent(&elsewhere.edits(10, "hello").await);
}

#[tokio::test]
async fn an_edited_command_edits_its_answer_too() {
    let chat = Chat::new();
    sent(&chat.says(Said::Command(Command::Help, String::new())).await);
    chat.has_answered(10, &[11]).await;
    for (text, words) in
        [("/topics", "Pick one"), ("/start", "a bot"), ("/what", "don't know that command"), ("/ask cost", "cost")]
    {
        assert!(edited(&chat.edits(10, text).await).html.contains(words), "{text}");
    }
}

#[tokio::test]
async fn the_bot_goes_by_the_name_that_people_see() {
    let chat = Chat::new();
    let start = || Event::Message {
        said: Said::from_text("/start", None),
        id: MessageId(1),
        edited: false,
        replied: None,
        beside: Beside::default(),
    };
    assert!(sent(&chat.does(start()).await).html.contains("I am School bot"));
    let inbound = Inbound {
        chat: chat.chat,
        topic: None,
        scene: Scene::Private,
        bot_name: Some("Ask & know".into()),
        name: None,
        at: None,
        event: start(),
    };
    assert!(sent(&chat.app.handle(&inbound, TODAY, 1).await.unwrap()).html.contains("I am Ask &amp; know, a bot"));
}

#[tokio::test]
async fn suggestions_become_the_answer_or_a_way_on() {
    // Never sure, so that it always asks.
    let thresholds = Thresholds { answer_at: 101.0, suggest_at: 1.0, ..Thresholds::default() };
    let chat = Chat::with(engine_that(Settings { thresholds }));
    let outbound = chat.writes("exam question cost").await;
    let suggestions = sent(&outbound);
    assert!(labels(suggestions).ends_with(&["None of these"]), "{suggestions:?}");
    let answer = chat.presses(behind(suggestions, "1. how much does it cost")).await;
    assert!(edited(&answer).html.contains("The answer of <b>cost</b>."));
    let noted = async || chat.store.last_questions(1).await.unwrap().remove(0).outcome;
    assert_eq!(noted().await, Some(Outcome::Chosen("cost".into())));
    let declined = chat.presses(behind(suggestions, "None of these")).await;
    assert_eq!(noted().await, Some(Outcome::Rejected));
    // Of suggestions made before questions had tickets nothing can be noted.
    assert_eq!(chat.presses(Press::NoneOfThese { ticket: None }).await, declined);
    assert_eq!(labels(edited(&declined)), ["Exams (10)", "Cost (1)", "Ask a person"]);
    let person = chat.presses(behind(edited(&declined), "Ask a person")).await;
    assert!(sent(&person).html.contains("desk@school.example"));
}

#[tokio::test]
async fn what_is_unknown_is_declined() {
    let chat = Chat::new();
    let outbound = chat.writes("xyzzy").await;
    assert_eq!(labels(sent(&outbound)), ["Exams (10)", "Cost (1)", "Ask a person"]);
    assert_eq!(chat.store.last_questions(1).await.unwrap()[0].decision, "decline");
}

#[tokio::test]
async fn topics_are_browsed_in_one_message() {
    let chat = Chat::new();
    let topics = chat.says(Said::Command(Command::Topics, String::new())).await;
    assert_eq!(labels(sent(&topics)), ["Exams (10)", "Cost (1)"], "small talk is no topic");
    let first = chat.presses(behind(sent(&topics), "Exams (10)")).await;
    assert_eq!(labels(edited(&first)).len(), 8 + 3);
    let second = chat.presses(behind(edited(&first), "Next ›")).await;
    let shown = labels(edited(&second));
    assert_eq!(
        shown,
        [
            "exam question alpha8 beta8?",
            "exam question alpha9 beta9?",
            "‹ Prev",
            "🔎 Search in this topic",
            "‹ Back to topics"
        ]
    );
    let answer = chat.presses(behind(edited(&second), "exam question alpha9 beta9?")).await;
    let back = chat.presses(behind(edited(&answer), "‹ Back to Exams")).await;
    assert_eq!(back, second);
    let all = chat.presses(behind(edited(&back), "‹ Back to topics")).await;
    assert_eq!(edited(&all), sent(&topics));
}

#[tokio::test]
async fn related_questions_and_all_topics_leave_the_answer_where_it_is() {
    let chat = Chat::new();
    let outbound = chat.writes("how much does it cost").await;
    let related = chat.presses(behind(sent(&outbound), "exam question alpha1 beta1?")).await;
    assert!(sent(&related).html.contains("exam-1"));
    sent(&chat.presses(behind(sent(&outbound), "All topics")).await);
}

#[tokio::test]
async fn a_vote_can_be_changed_and_a_bad_one_explained() {
    let chat = Chat::new();
    let answer = chat.writes("how much does it cost").await;
    let answer = sent(&answer);
    let toasts = |outbound: &Outbound| match outbound.steps.first() {
        Some(Step::Toast(words)) => words.clone(),
        other => panic!("expected a toast, got {other:?}"),
    };
    let up = chat.presses(behind(answer, "👍")).await;
    assert!(toasts(&up).starts_with("Thanks") && up.steps.len() == 1);
    let down = chat.presses(behind(answer, "👎")).await;
    let [Step::Toast(_), Step::EditButtons { message: MessageId(11), reply: why }] = down.steps.as_slice() else {
        panic!("{down:?}")
    };
    assert_eq!(labels(why).len(), 5);
    let skipped = chat.presses(behind(why, "Skip")).await;
    let [Step::EditButtons { message: MessageId(11), reply: back }] = skipped.steps.as_slice() else {
        panic!("{skipped:?}")
    };
    assert_eq!(back.buttons, answer.buttons);
    let reason = chat.presses(behind(why, "Outdated")).await;
    let [Step::Toast(_), Step::EditButtons { reply: again, .. }] = reason.steps.as_slice() else {
        panic!("{reason:?}")
    };
    assert_eq!(again.buttons, answer.buttons);
    assert!(toasts(&chat.presses(behind(again, "👍")).await).contains("changed"));
    // On a message too old to be changed the reasons come with a new one.
    let old = chat.does(Event::Press { data: behind(answer, "👎").encode(), on: None }).await;
    let [Step::Toast(_), Step::Send { reply: fresh, .. }] = old.steps.as_slice() else { panic!("{old:?}") };
    assert_eq!(fresh, why);
}

#[tokio::test]
async fn a_double_tap_sends_one_message() {
    let chat = Chat::new();
    let outbound = chat.writes("how much does it cost").await;
    for label in ["exam question alpha1 beta1?", "All topics"] {
        let press = behind(sent(&outbound), label);
        sent(&chat.presses(press.clone()).await);
        let again = chat.presses(press.clone()).await;
        assert!(matches!(again.steps.as_slice(), [Step::Toast(_)]), "{again:?}");
        let elsewhere = chat.does(Event::Press { data: press.encode(), on: Some(MessageId(12)) }).await;
        sent(&elsewhere);
    }
    // A change of the message may be repeated: nothing appears twice.
    edited(&chat.presses(Press::BackToTopics).await);
    edited(&chat.presses(Press::BackToTopics).await);
}

#[tokio::test]
async fn nobody_is_sent_to_a_person_who_is_not_there() {
    let app = App::new(engine(), Arc::new(MemoryStore::new()), AppSettings { contact: None, ..settings() });
    let event = Event::Message {
        said: Said::Question("xyzzy".into()),
        id: MessageId(1),
        edited: false,
        replied: None,
        beside: Beside::default(),
    };
    let chat = ChatKey { surface: Surface::Web, id: 1 };
    let declined = app
        .handle(
            &Inbound { chat, topic: None, scene: Scene::Private, bot_name: None, name: None, at: None, event },
            TODAY,
            1,
        )
        .await
        .unwrap();
    assert_eq!(labels(sent(&declined)), ["Exams (10)", "Cost (1)"]);
    assert!(!sent(&declined).html.contains("person"));
}

#[tokio::test]
async fn an_answer_from_a_topic_keeps_its_way_back() {
    let chat = Chat::new();
    let opened = chat.presses(Press::Open("exam-9".into())).await;
    let down = chat.presses(behind(edited(&opened), "👎")).await;
    let Some(Step::EditButtons { reply: why, .. }) = down.steps.last() else { panic!("{down:?}") };
    let reason = chat.presses(behind(why, "It is wrong")).await;
    let Some(Step::EditButtons { reply: again, .. }) = reason.steps.last() else { panic!("{reason:?}") };
    assert_eq!(again.buttons, edited(&opened).buttons);
    assert!(labels(again).contains(&"‹ Back to Exams"));
}

#[tokio::test]
async fn buttons_of_yesterday_are_refused_kindly() {
    let chat = Chat::new();
    for data in [
        "0from an earlier version".to_owned(),
        Press::Entry("gone".into()).encode(),
        Press::Choose { entry: "gone".into(), ticket: None }.encode(),
        Press::Open("gone".into()).encode(),
        Press::Vote { entry: "gone".into(), up: true, opened: false }.encode(),
    ] {
        let outbound = chat.does(Event::Press { data, on: Some(MessageId(11)) }).await;
        assert!(matches!(outbound.steps.as_slice(), [Step::Toast(_)]), "{outbound:?}");
    }
    let topic = chat.presses(Press::Topic { id: "gone".into(), page: 0 }).await;
    assert!(matches!(topic.steps.as_slice(), [Step::Toast(_), Step::Edit { .. }]), "{topic:?}");
    let far = chat.presses(Press::Topic { id: "exams".into(), page: u16::MAX }).await;
    assert!(edited(&far).html.contains("page 2 of 2"));
}

#[tokio::test]
async fn deep_links_open_entries_or_start() {
    let chat = Chat::new();
    let start = async |payload: &str| chat.says(Said::Command(Command::Start, payload.into())).await;
    let opened = start("e_cost").await;
    assert!(sent(&opened).html.contains("The answer of <b>cost</b>."));
    let plain = start("").await;
    let dead = start("e_gone").await;
    assert!(sent(&dead).html.ends_with(&sent(&plain).html) && sent(&dead).html.contains("no longer leads"));
    assert!(sent(&plain).html.contains("Exams (10)") && sent(&plain).html.contains("desk@school.example"));
}

#[tokio::test]
async fn the_name_of_a_command_alone_is_the_command_unless_it_is_a_question_of_the_faq() {
    let chat = Chat::new();
    for (text, part) in [
        ("help", "How to use me"),
        ("Help!", "How to use me"),
        ("menu", "Pick one"),
        ("TOPICS", "Pick one"),
        ("start", "I am School bot"),
        ("privacy?", "What I keep"),
    ] {
        let outbound = chat.writes(text).await;
        assert!(sent(&outbound).html.contains(part) && outbound.memo.questions.is_empty(), "{text}: {outbound:?}");
    }
    for text in ["ask", "help me", "the privacy of it"] {
        assert!(!chat.writes(text).await.memo.questions.is_empty(), "{text} is a question");
    }
    let mut about = entry("own", "exams", "What happens with my data?");
    about.phrasings = vec![spanned("Privacy?"), spanned("data protection")];
    let corpus = Corpus { entries: vec![about], ..Corpus::default() };
    let chat = Chat::with(Arc::new(Engine::build(corpus, Settings::default())));
    assert!(sent(&chat.writes("privacy").await).html.contains("The answer of <b>own</b>."));
}

#[tokio::test]
async fn nobody_is_told_to_edit_what_cannot_be_edited() {
    let chat = Chat::new();
    let help = || Said::Command(Command::Help, String::new());
    assert!(sent(&chat.says(help()).await).html.contains("If you edit it"));
    let elsewhere = Chat { chat: ChatKey { surface: Surface::Web, id: 42 }, ..chat };
    assert!(!sent(&elsewhere.says(help()).await).html.contains("edit"));
}

#[tokio::test]
async fn everything_else_gets_one_polite_message() {
    let chat = Chat::new();
    let ask = |text: &str| Said::Command(Command::Ask, text.into());
    assert!(sent(&chat.says(ask("  ")).await).html.contains("What is your question"));
    assert!(sent(&chat.says(ask("how much does it cost")).await).html.contains("The answer of <b>cost</b>."));
    assert!(sent(&chat.says(Said::UnknownCommand).await).html.contains("/topics"));
    assert!(sent(&chat.says(Said::Wordless).await).html.contains("text"));
    for nothing in ["", " \n", "👍👍", "?!", "\u{200b}"] {
        assert_eq!(chat.writes(nothing).await.steps.len(), 1);
        assert!(sent(&chat.writes(nothing).await).html.contains("I can only read text"), "{nothing:?}");
    }
    let hello = chat.writes("hello").await;
    assert!(sent(&hello).buttons.is_empty() && !sent(&hello).html.contains("Source"));
}

#[tokio::test]
async fn a_swapped_engine_answers_at_once() {
    let chat = Chat::new();
    chat.app.swap_engine(Arc::new(Engine::build(Corpus::default(), Settings::default())));
    assert_eq!(labels(sent(&chat.writes("how much does it cost").await)), ["Ask a person"]);
}
