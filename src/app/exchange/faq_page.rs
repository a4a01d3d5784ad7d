//! The questions of a web page, as schema.org writes them down for search engines (FAQPage, in JSON-LD).

use serde_json::{Value as Json, json};

use super::columns::{Key, Value};
use super::{Row, Table, Unreadable, markup};
use crate::app::entry_text::NewEntry;
use crate::engine::corpus::{Kind, json_slip};
use crate::engine::markdown::page_html;

/// The kind of script that holds the data in a page.
const SCRIPT: &str = "application/ld+json";

/// The page's data with these entries. Small talk is nothing that people look for.
pub fn write(entries: &[NewEntry]) -> String {
    let question = |entry: &NewEntry| {
        json!({
            "@type": "Question",
            "name": entry.question,
            "acceptedAnswer": {"@type": "Answer", "text": page_html(&entry.answer).trim()},
        })
    };
    let questions: Vec<Json> = entries.iter().filter(|entry| entry.kind == Kind::Faq).map(question).collect();
    let page = json!({"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": questions});
    // Texts can always be written. Within a page no answer may end the script that it stands in.
    serde_json::to_string_pretty(&page).unwrap_or_default().replace('<', "\\u003c") + "\n"
}

/// The questions in a page's HTML.
///
/// # Errors
///
/// When there are none.
pub fn of_page(html: &str) -> Result<Table, Unreadable> {
    let mut questions = Vec::new();
    let mut notes = Vec::new();
    for (at, script) in markup::scripts(html, SCRIPT).iter().enumerate() {
        match serde_json::from_str(without_wrapping(script)) {
            Ok(data) => collect(&data, &mut questions),
            Err(error) => {
                let (line, what, _) = json_slip(script, &error);
                notes.push(format!(
                    "the data of the page (script {}, line {line} of it) cannot be read: {what}",
                    at + 1
                ));
            }
        }
    }
    if questions.is_empty() {
        let mut none = none_found();
        if let Some(note) = notes.first() {
            none.what = format!("{}; {note}", none.what);
        }
        return Err(none);
    }
    Ok(Table { notes, ..table(questions) })
}

/// The questions in this JSON; `None` when it is none, or has none.
pub fn of_json(text: &str) -> Option<Table> {
    let mut questions = Vec::new();
    collect(&serde_json::from_str(text).ok()?, &mut questions);
    (!questions.is_empty()).then(|| table(questions))
}

/// What is said where no question is.
pub fn none_found() -> Unreadable {
    Unreadable {
        what: "there are no questions of an FAQPage (schema.org) in this file".into(),
        help: "a page has them in <script type=\"application/ld+json\">; if they only appear in the browser, copy them into a \
               table with the columns question and answer, and import that"
            .into(),
    }
}

/// What stands between what people put around a script so that old browsers do not show it.
fn without_wrapping(script: &str) -> &str {
    const CDATA: &str = "<![CDATA[";
    let script = script.split_once(CDATA).map_or(script, |(_, rest)| rest);
    let begins = script.find(['{', '[']).unwrap_or(0);
    let rest = script.get(begins..).unwrap_or_default();
    let ends = rest.rfind(['}', ']']).map_or(rest.len(), |at| at + 1);
    // The end of CDATA has two of these.
    rest.get(..ends).unwrap_or_default().trim_end_matches("]]").trim_end_matches(['/', '*', ' ', '\n', '\r', '\t'])
}

/// Finds the questions in what is in a page or a part of it. JSON that has been read does not nest deep.
fn collect<'a>(data: &'a Json, questions: &mut Vec<Json>) {
    match data {
        Json::Array(items) => items.iter().for_each(|item| collect(item, questions)),
        Json::Object(object) if is_question(data) => questions.push(Json::Object(object.clone())),
        Json::Object(object) => {
            // The question first, wherever else it is mentioned.
            let main = object.get("mainEntity").into_iter();
            let others = object.iter().filter(|(key, _)| *key != "mainEntity").map(|(_, value)| value);
            main.chain(others).for_each(|value: &'a Json| collect(value, questions));
        }
        _ => {}
    }
}

/// Whether it says that it is a question. One that is only mentioned by its address has nothing else.
fn is_question(data: &Json) -> bool {
    let named = |kind: &Json| {
        let kind = kind.as_str().unwrap_or_default();
        kind.rsplit(['/', ':', '#']).next() == Some("Question")
    };
    let kind = data.get("@type");
    let is_one = kind.is_some_and(|kind| kind.as_array().map_or_else(|| named(kind), |kinds| kinds.iter().any(named)));
    is_one && data.as_object().is_some_and(|object| object.keys().any(|key| !key.starts_with('@')))
}

fn table(questions: Vec<Json>) -> Table {
    let row = |(at, question): (usize, Json)| {
        let mut row = Row { number: at + 1, ..Row::default() };
        let name = ["name", "headline", "text"].iter().find_map(|key| text(question.get(key)?));
        row.values.extend(name.map(|name| (Key::Question, Value::Text(markup::to_line(&name)))));
        let answer = ["acceptedAnswer", "suggestedAnswer"].iter().find_map(|key| answer(question.get(key)?));
        row.values.extend(answer.map(|answer| (Key::Answer, Value::Text(answer))));
        let url = question.get("url").and_then(text);
        row.values.extend(url.map(|url| (Key::Url, Value::Text(url))));
        row
    };
    let rows = questions.into_iter().enumerate().map(row).collect();
    Table { rows, unknown: Vec::new(), notes: Vec::new(), unit: "question" }
}

/// The first answer, as Markdown.
fn answer(value: &Json) -> Option<String> {
    let value = value.as_array().and_then(|answers| answers.first()).unwrap_or(value);
    let text = ["text", "articleBody", "name"].iter().find_map(|key| text(value.get(key)?)).or_else(|| text(value))?;
    // Without a tag it is the text as it is to be read, with its line breaks.
    Some(if markup::is_html(&text) { markup::to_markdown(&text) } else { plain(&text) })
}

/// A text that may have signs written as entities, line by line.
fn plain(text: &str) -> String {
    text.lines().map(markup::to_line).collect::<Vec<_>>().join("\n")
}

fn text(value: &Json) -> Option<String> {
    // A text in a certain language stands in an object.
    let value = value.get("@value").unwrap_or(value);
    value.as_str().map(str::to_owned)
}
