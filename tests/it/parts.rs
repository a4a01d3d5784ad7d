//! Several questions in one message, and questions that follow on from an answer.

use std::sync::Arc;

use telefaq::app::{ChatKey, Command, Engines, MessageId, Outbound, ReplyTo, Said, Step, Surface};
use telefaq::engine::corpus::{Corpus, Entry, Kind};
use telefaq::engine::reply::{Action, Press, Reply};
use telefaq::engine::{Engine, Settings, Thresholds};
use telefaq::store::{Outcome, Store};

use super::app::{Chat, entry, sent};

/// Two exams and what each costs, a few other matters, and a greeting.
pub fn engine() -> Arc<Engine> {
    engine_without("")
}

fn engine_without(id: &str) -> Arc<Engine> {
    engine_that(Settings::default(), id)
}

fn engine_that(settings: Settings, without: &str) -> Arc<Engine> {
    let mut entries: Vec<Entry> = [
        ("ccs", "What is the CCS exam?"),
        ("ccs-cost", "How much does the CCS exam cost?"),
        ("cpc", "What is the CPC exam?"),
        ("cpc-cost", "How much does the CPC exam cost?"),
        ("degree", "Do I need a college degree?"),
        ("remote", "Can coders work from home?"),
        ("salary", "What does a medical coder earn in a year?"),
        ("voucher", "Is there financial aid for veterans?"),
    ]
    .map(|(id, question)| entry(id, "exams", question))
    .to_vec();
    entries.push(Entry { kind: Kind::Smalltalk, ..entry("hello", "manners", "hello") });
    entries.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    entries.retain(|entry| entry.id.value != without);
    Arc::new(Engine::build(Corpus { entries, ..Corpus::default() }, settings))
}

const EXAM: &str = "what is the CPC exam?";
const COST: &str = "how much does the CCS exam cost?";
const DEGREE: &str = "do I need a college degree?";
/// Means something only beside an answer.
const FOLLOW_UP: &str = "and how much does it cost?";

fn replies(outbound: &Outbound) -> Vec<&Reply> {
    let replies = outbound.steps.iter().filter_map(|step| match step {
        Step::Send { reply, .. } | Step::Edit { reply, .. } => Some(reply),
        _ => None,
    });
    replies.collect()
}

/// What is done, in order: `send 0`, `edit 11 as 0`, `delete 12 as 1`.
fn done(outbound: &Outbound) -> Vec<String> {
    let steps = outbound.steps.iter().map(|step| match step {
        Step::Send { answers: Some(ReplyTo { position, .. }), .. } => format!("send {position}"),
        Step::Edit { message: MessageId(message), answers: Some(ReplyTo { position, .. }), .. } => {
            format!("edit {message} as {position}")
        }
        Step::Delete { message: MessageId(message), answers: ReplyTo { position, .. } } => {
            format!("delete {message} as {position}")
        }
        other => format!("{other:?}"),
    });
    steps.collect()
}

/// Whether a question was read as one about what the CPC costs, and not about what anything else does.
fn is_about_the_cpc(outbound: &Outbound) -> bool {
    let html = &sent(outbound).html;
    html.contains("How much does the CPC exam cost?") && !html.contains("CCS")
}

#[tokio::test]
async fn several_questions_get_an_answer_each_in_their_order() {
    let chat = Chat::with(engine());
    for text in [format!("{EXAM}\n{COST}"), format!("{EXAM} {COST}"), format!("hello\n{EXAM}\n\n{COST}\n")] {
        let outbound = chat.writes(&text).await;
        assert_eq!(done(&outbound), ["send 0", "send 1"], "{text}");
        let [exam, cost] = replies(&outbound)[..] else { panic!("{outbound:?}") };
        assert!(exam.html.contains("The answer of <b>cpc</b>") && cost.html.contains("The answer of <b>ccs-cost</b>"));
        let log = chat.store.last_questions(2).await.unwrap();
        let logged: Vec<_> = log.iter().map(|record| (record.text.as_str(), record.top.as_deref())).collect();
        assert_eq!(logged, [(COST, Some("ccs-cost")), (EXAM, Some("cpc"))], "the newest first");
    }
}

#[tokio::test]
async fn an_entry_is_the_answer_to_two_questions_once() {
    let chat = Chat::with(engine());
    let outbound = chat.writes(&format!("{EXAM}\n{EXAM}")).await;
    assert!(sent(&outbound).html.contains("The answer of <b>cpc</b>"));
}

#[tokio::test]
async fn each_of_several_suggestions_says_what_it_is_about_and_is_noted_by_itself() {
    // Never sure, so that it always asks.
    let thresholds = Thresholds { answer_at: 101.0, suggest_at: 1.0, ..Thresholds::default() };
    let chat = Chat::with(engine_that(Settings { thresholds }, ""));
    let cost = "how much does the <CCS> exam cost?";
    let outbound = chat.writes(&format!("{DEGREE}\n{cost}")).await;
    let [degree, of_cost] = replies(&outbound)[..] else { panic!("{outbound:?}") };
    for (suggestion, words) in [(degree, DEGREE), (of_cost, "how much does the &lt;CCS&gt; exam cost?")] {
        let start = format!("<blockquote>{words}</blockquote>\nI am not sure");
        assert!(suggestion.html.starts_with(&start), "{}", suggestion.html);
    }
    let no = of_cost.buttons.iter().flatten().last().unwrap();
    let Action::Press(no @ Press::NoneOfThese { ticket: Some(_) }) = &no.action else { panic!("{of_cost:?}") };
    chat.presses(no.clone()).await;
    let log = chat.store.last_questions(2).await.unwrap();
    let outcomes: Vec<_> = log.iter().map(|record| (record.text.as_str(), record.outcome.clone())).collect();
    assert_eq!(outcomes, [(cost, Some(Outcome::Rejected)), (DEGREE, None)]);
}

#[tokio::test]
async fn a_question_that_follows_on_is_read_in_the_light_of_the_answer_for_ten_minutes() {
    for (waited, is_read_so) in [(0, true), (600, true), (601, false), (-5, true)] {
        let mut chat = Chat::with(engine());
        chat.writes(EXAM).await;
        chat.now += waited;
        assert_eq!(is_about_the_cpc(&chat.writes(FOLLOW_UP).await), is_read_so, "after {waited} seconds");
    }
}

#[tokio::test]
async fn what_was_answered_elsewhere_is_no_light_to_read_by() {
    let mut chat = Chat::with(engine());
    assert!(!is_about_the_cpc(&chat.writes(FOLLOW_UP).await), "nothing was answered yet");
    chat.writes(EXAM).await;
    let here = chat.chat;
    for (place, topic) in
        [(ChatKey { id: 43, ..here }, None), (ChatKey { surface: Surface::Web, ..here }, None), (here, Some(1))]
    {
        (chat.chat, chat.topic) = (place, topic);
        assert!(!is_about_the_cpc(&chat.writes(FOLLOW_UP).await), "{topic:?}");
    }
    (chat.chat, chat.topic) = (here, None);
    assert!(is_about_the_cpc(&chat.writes(FOLLOW_UP).await));
}

#[tokio::test]
async fn the_last_answer_counts_however_it_came_and_nothing_else_does() {
    let chat = Chat::with(engine());
    let last = async || chat.store.last_answer(chat.app.hashed(chat.chat)).await.unwrap().map(|(entry, _)| entry);
    chat.writes("hello").await;
    assert_eq!(last().await, None, "small talk is about nothing");
    chat.writes(&format!("{EXAM}\n{COST}")).await;
    assert_eq!(last().await.as_deref(), Some("ccs-cost"), "the last of several");
    for (press, entry) in [
        (Press::Entry("degree".into()), "degree"),
        (Press::Choose { entry: "cpc".into(), ticket: None }, "cpc"),
        (Press::Open("remote".into()), "remote"),
    ] {
        chat.presses(press).await;
        assert_eq!(last().await.as_deref(), Some(entry));
    }
    chat.says(Said::Command(Command::Start, "e_cpc".into())).await;
    assert_eq!(last().await.as_deref(), Some("cpc"), "a link leads to an answer, too");
    for text in ["hello", "xyzzy", "/topics", "👍"] {
        chat.says(Said::from_text(text, None)).await;
    }
    for press in [
        Press::Vote { entry: "degree".into(), up: true, opened: false },
        Press::Entry("gone".into()),
        Press::Topics,
        Press::NoneOfThese { ticket: None },
    ] {
        chat.presses(press).await;
    }
    assert_eq!(last().await.as_deref(), Some("cpc"));
    assert!(is_about_the_cpc(&chat.writes(FOLLOW_UP).await));
}

#[tokio::test]
async fn an_answer_that_has_left_the_folder_is_no_light_to_read_by() {
    let chat = Chat::with(engine());
    chat.writes(EXAM).await;
    chat.app.swap_engine(engine_without("cpc"));
    let fresh = Chat::with(engine_without("cpc"));
    let (read, by_itself) = (chat.writes(FOLLOW_UP).await, fresh.writes(FOLLOW_UP).await);
    assert_eq!(sent(&read).html, sent(&by_itself).html);
}

#[tokio::test]
async fn an_edit_changes_as_many_answers_as_there_are_and_adds_or_takes_away_the_rest() {
    let both = format!("{EXAM}\n{COST}");
    let three = format!("{both}\n{DEGREE}");
    for (earlier, text, expected) in [
        (&[][..], both.as_str(), &["send 0", "send 1"][..]),
        (&[11], &both, &["edit 11 as 0", "send 1"]),
        (&[11, 12], &both, &["edit 11 as 0", "edit 12 as 1"]),
        (&[11, 12], &three, &["edit 11 as 0", "edit 12 as 1", "send 2"]),
        (&[11, 12, 13], DEGREE, &["edit 11 as 0", "delete 12 as 1", "delete 13 as 2"]),
        (&[11, 12], "/help", &["edit 11 as 0", "delete 12 as 1"]),
        (&[11, 12], "xyzzy", &["edit 11 as 0", "delete 12 as 1"]),
    ] {
        let chat = Chat::with(engine());
        chat.has_answered(10, earlier).await;
        assert_eq!(done(&chat.edits(10, text).await), expected, "{text}");
        // Carried out, the same edit changes what is there now.
        let now = [11, 12, 13];
        chat.has_answered(10, &now[..expected.iter().filter(|step| !step.starts_with("delete")).count()]).await;
        for step in expected.iter().filter_map(|step| step.strip_prefix("delete ")) {
            let position = step.rsplit(' ').next().unwrap().parse().unwrap();
            let answers = ReplyTo { question: MessageId(10), position, about: None, trace: None };
            chat.app.sent(chat.chat, answers, None, chat.now).await.unwrap();
        }
        let again = done(&chat.edits(10, text).await);
        assert!(again.iter().all(|step| step.starts_with("edit")), "{again:?}");
    }
}

#[tokio::test]
async fn a_message_that_comes_again_gets_the_answers_that_are_missing() {
    let chat = Chat::with(engine());
    // The process ended after the first of two.
    chat.has_answered(10, &[11]).await;
    let outbound = chat.writes(&format!("{EXAM}\n{COST}")).await;
    assert_eq!(done(&outbound), ["edit 11 as 0", "send 1"]);
}

#[tokio::test]
async fn the_engines_of_all_cohorts_are_swapped_together() {
    let chat = Chat::with(engine());
    assert_eq!(chat.app.engines().names().len(), 0);
    let cohorts = [("spring".to_owned(), engine_without("ccs"))].into();
    chat.app.swap_engine(Engines::new(engine_without("cpc"), cohorts));
    let engines = chat.app.engines();
    assert_eq!(engines.names().collect::<Vec<_>>(), ["spring"]);
    let has = |cohort, id| engines.of(cohort).corpus().entry(id).is_some();
    assert!(
        has(Some("spring"), "cpc") && !has(None, "cpc") && has(Some("gone"), "ccs-cost") && !has(Some("gone"), "cpc")
    );
    assert!(Arc::ptr_eq(&chat.app.engine(), engines.of(None)), "without a cohort it is the base");
    chat.app.swap_engine(engine());
    assert_eq!((chat.app.engines().names().len(), engines.names().len()), (0, 1), "who took them keeps them");
}
