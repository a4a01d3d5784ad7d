//! `telefaq encoder check`, and what the other commands do with an encoder that is configured.

use serde_json::json;

use super::Place;
use crate::encoder::tiny;

const QUESTIONS: &str = "{\"query\": \"novel vanished\", \"id\": \"lost-book\"}\n\
                         {\"query\": \"library opening\", \"id\": \"opening-hours\"}\n\
                         {\"query\": \"who won the match\", \"id\": null}\n";

fn place() -> Place {
    let place = Place::library();
    let table = json!({"model_type": "model2vec"});
    tiny::write(&place.path().join("models/tiny"), &table, false, &tiny::table_tensors());
    place.write("questions.jsonl", QUESTIONS);
    place
}

#[test]
fn a_check_says_what_the_encoder_is_and_what_it_changes() {
    let place = place();
    let said = place.call(&["encoder", "check", "models/tiny", "questions.jsonl"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    for part in [
        "tiny: token table, vectors of 8 numbers, 41 tokens",
        "a question takes",
        "tests that fail",
        "accuracy@1                100.0 %  100.0 %",
        "answered                   33.3 %   66.7 %",
        "out_of_scope_answered       0.0 %    0.0 %",
    ] {
        assert!(said.out.contains(part), "{part}\n{}", said.out);
    }
    let value = place.call(&["encoder", "check", "models/tiny", "questions.jsonl", "--json"]).json();
    assert_eq!((&value["kind"], &value["dimensions"]), (&json!("token table"), &json!(8)));
    assert_eq!((&value["without"]["answered"], &value["with"]["answered"]), (&json!(0.3333), &json!(0.6667)));
    assert_eq!((&value["gained"], &value["lost"], &value["goldens_broken"]), (&json!([]), &json!([]), &json!([])));
    assert!(value["question_microseconds"]["p50"].is_u64());
}

#[test]
fn a_test_that_fails_only_with_it_is_a_finding() {
    let place = place();
    // To the table a novel is a book, and the entry's owner says that it is none.
    let never = super::LIBRARY.replace("\"my book is gone\"]", "\"my book is gone\"], \"not\": [\"novel vanished\"]");
    place.write("faq/library.json", &never);
    place.write("config.toml", "[answering]\nanswer_at = 40\n");
    assert_eq!(place.call(&["check"]).code, 0);
    let said = place.call(&["encoder", "check", "models/tiny"]);
    assert_eq!(said.code, 1, "{}", said.out);
    let broken = "Tests that fail with it only: telefaq check says why once it is configured\n  FAQ602 /lost-book novel vanished\n";
    assert!(said.out.contains(broken), "{}", said.out);
}

#[test]
fn a_folder_that_is_no_encoder_is_one_clear_line() {
    let place = place();
    place.write("models/half/config.json", "{\"model_type\": \"bert\"}");
    for (folder, why) in
        [("models/half", "it has no tokenizer.json"), ("models/none", "there is no folder models/none")]
    {
        let checked = place.call(&["encoder", "check", folder]);
        place.write("config.toml", &format!("[matching]\nencoder = \"{folder}\"\n"));
        let asked = place.call(&["ask", "lost a book"]);
        for said in [checked, asked] {
            assert_eq!((said.code, said.out.as_str()), (2, ""), "{}", said.err);
            assert!(said.err.contains(&format!("the encoder in {folder}/ cannot be used: {why}")), "{}", said.err);
            assert!(said.err.contains("docs/encoder.md") && !said.err.contains("panicked"), "{}", said.err);
        }
    }
}

#[test]
fn every_command_answers_with_the_encoder_that_is_configured() {
    let place = place();
    let words = place.call(&["ask", "--json", "novel vanished"]).json();
    assert_eq!(words["decision"], "decline");
    place.write("config.toml", "[matching]\nencoder = \"models/tiny\"\n");
    let said = place.call(&["ask", "--json", "novel vanished"]);
    assert_eq!(said.err, "");
    assert_eq!(said.json()["candidates"][0]["id"], "lost-book");
    assert_ne!(said.json()["decision"], "decline");
    let kept = std::fs::read_dir(place.path().join("data")).unwrap().map(|file| file.unwrap().file_name());
    let kept: Vec<String> = kept.map(|name| name.to_string_lossy().into_owned()).collect();
    assert!(kept.iter().any(|name| name.starts_with("encoded-") && name.ends_with(".bin")), "{kept:?}");
    let explained = place.call(&["explain", "novel vanished"]).out;
    assert!(explained.contains("meaning") && explained.contains("likeness"), "{explained}");
    let shares = place.call(&["explain", "--json", "novel vanished"]).out;
    assert!(shares.contains("\"likeness\""), "{shares}");
    assert_eq!(place.call(&["check"]).code, 0);
    // Without it everything is as it was.
    place.write("config.toml", "");
    assert_eq!(place.call(&["ask", "--json", "novel vanished"]).json(), words);
}
