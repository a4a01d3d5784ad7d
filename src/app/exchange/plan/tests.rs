//! Tests of what becomes of rows.

use super::*;
use crate::app::exchange::read;
use crate::diagnostic::SourceFile;
use crate::engine::corpus::{Folder, parse_folder};

const FOLDER: &str = "=== faq/library/late-fees.md
+++
question = \"What does it cost to be late?\"
phrasings = [\"overdue fine\"] # more to come
sources = [\"rules\"]
+++
20 cents.
=== faq/library/broken.md
+++
question = 7
+++
?
=== faq/bulk.json
[{\"id\": \"hours\", \"topic\": \"library\", \"question\": \"When are you open?\", \"answer\": \"Always.\"}]
=== faq/topics.toml
[[topic]]
id = \"library\"
title = \"The library\"
=== faq/sources.toml
[[source]]
id = \"rules\"
title = \"House rules\"
url = \"https://library.example/rules/\"
=== faq/cohorts/spring/library/night.md
+++
question = \"Is it open at night?\"
+++
Yes.
";

fn corpus() -> Corpus {
    let files = FOLDER.split("=== ").skip(1).filter_map(|part| part.split_once('\n'));
    let files = files.map(|(path, text)| SourceFile { path: path.into(), text: text.into() }).collect();
    let (Folder { base, .. }, _) = parse_folder("faq", files, &[]);
    base
}

fn planned(csv: &str, wishes: &Wishes) -> Plan {
    let table = read(csv.as_bytes(), "x.csv", None).unwrap_or_else(|why| panic!("{why:?}"));
    plan(&table, &corpus(), "faq", wishes)
}

/// One line a row.
fn told(plan: &Plan) -> String {
    let line = |row: &Planned| {
        let fate = match &row.fate {
            Fate::New { path } => format!("new {path}"),
            Fate::Same { id } => format!("same {id}"),
            Fate::Changed { path, keys } => format!("changed {path}: {}", keys.join(" ")),
            Fate::Skipped { why } => format!("skipped: {why}"),
        };
        format!("{} {fate}{}", row.row, row.notes.iter().map(|note| format!("\n    {note}")).collect::<String>())
    };
    plan.rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_row_has_a_fate() {
    let csv = "id,topic,question,answer,sources\n\
               ,library,How much is a copy?,10 cents.,rules\n\
               ,The Library,Where are the toilets?,Downstairs.,https://library.example/rules\n\
               late-fees,,What does it cost to be late?,20 cents.,rules\n\
               ,,what does it cost to be late,20 cents.,rules\n\
               late-fees,library,What does it cost to be late?,30 cents.,rules\n\
               hours,library,When are you open?,Always.,\n\
               hours,library,When are you open?,Never.,\n\
               ,,,An answer,\n\
               ,,A question?,,\n\
               copies,,How much is a copy?,11 cents.,\n\
               broken,,What is broken?,Nothing.,\n\
               Late Fees!,,Is being late bad?,No.,\n\
               LATE-FEES,,Is it loud?,No.,\n\
               readme,,What is to be read?,This.,\n\
               other,,When ARE you open,Often.,\n\
               ,,Is it open at night?,No.,\n\
               night,,Is it dark?,Yes.,\n\
               ,Drafts & more,Is it new?,\"Yes, it is.\",\"Letter, page 3\"\n\
               ,музей,Где?,Там.,\n";
    insta::assert_snapshot!(told(&planned(csv, &Wishes::default())));
}

#[test]
fn with_replace_entries_in_files_of_their_own_change() {
    let wishes = Wishes { replace: true, topic: Some("elsewhere".into()) };
    let csv = "id,topic,question,phrasings,answer,url\n\
               late-fees,money,What does it cost to be late?,overdue fine\n,30 cents.,https://other.example\n\
               hours,library,When are you open?,,Never.,\n\
               ,library,Is it new?,,Yes.,https://other.example\n";
    let plan = planned(&csv.replace("overdue fine\n", "\"overdue fine\nfine for lateness\""), &wishes);
    insta::assert_snapshot!(told(&plan), @r#"
    2 changed library/late-fees.md: phrasings answer
        sources.toml has no "https://other.example"; it is left out
        it keeps the topic `library`: to change that, move its file
    3 skipped: it differs from `hours` in answer, and that entry is in faq/bulk.json, which import does not change: change it there
    4 new elsewhere/is-it-new.md
        sources.toml has no "https://other.example"; it is a note in the file
    "#);
    let [changed, new] = plan.edits.as_slice() else { panic!("{plan:?}") };
    assert!(FOLDER.contains(changed.before.as_deref().unwrap()));
    insta::assert_snapshot!(changed.text.as_deref().unwrap(), @r#"
    +++
    question = "What does it cost to be late?"
    phrasings = ["overdue fine", "fine for lateness"] # more to come
    sources = ["rules"]
    +++
    30 cents.
    "#);
    assert_eq!(new.before, None);
    insta::assert_snapshot!(new.text.as_deref().unwrap(), @r#"
    +++
    # Source: https://other.example
    question = "Is it new?"
    +++
    Yes.
    "#);
}

#[test]
fn what_a_file_does_not_speak_of_stays() {
    let wishes = Wishes { replace: true, topic: None };
    for (csv, fate) in [
        ("id,answer\nlate-fees,20 cents.\n", "2 same late-fees"),
        ("id,answer\nlate-fees,\n", "2 skipped: it has no answer"),
        ("id,question\nlate-fees,\n", "2 skipped: it has no question"),
        ("id,answer\nunknown,x\n", "2 skipped: it has no question"),
        ("id,question\nlate-fees,What is late?\n", "2 changed library/late-fees.md: question"),
        ("id,question\nlate-fees,When are you open?\n", "2 skipped: it would ask the same as `hours`"),
        (
            "id,question,phrasings\nlate-fees,What does it cost to be late?,\n",
            "2 changed library/late-fees.md: phrasings",
        ),
        (
            "id,question,url\nlate-fees,What does it cost to be late?,https://library.example/rules\n",
            "2 same late-fees",
        ),
        (
            "id,question,reviewed\nlate-fees,What does it cost to be late?,soon\n",
            "2 same late-fees\n    `reviewed` is left as it is: \"soon\" is no date without doubt; write year-month-day, as in 2026-11-22",
        ),
    ] {
        assert_eq!(told(&planned(csv, &wishes)), fate, "{csv}");
    }
}

#[test]
fn importing_again_does_nothing_more() {
    let csv = "id,question,answer\nNo. 7,Where is room 7?,Upstairs.\n,Где?,Там.\n,How much is a copy?,10 cents.\n";
    let first = planned(csv, &Wishes::default());
    let mut files: Vec<SourceFile> = corpus().files.files().to_vec();
    files.extend(
        first
            .edits
            .iter()
            .map(|edit| SourceFile { path: format!("faq/{}", edit.path), text: edit.text.clone().unwrap_or_default() }),
    );
    let (Folder { base, .. }, _) = parse_folder("faq", files, &[]);
    let table = read(csv.as_bytes(), "x.csv", None).unwrap();
    let again = plan(&table, &base, "faq", &Wishes::default());
    assert_eq!(told(&again), "2 same no-7\n3 same question\n4 same how-much-is-a-copy");
    assert!(again.edits.is_empty());
}
