//! A process that is killed while it writes files of the FAQ folder.

use std::collections::BTreeMap;

use super::Place;

const ENTRIES: usize = 40;

fn entry(number: usize, answer: &str) -> String {
    format!("+++\nquestion = \"Who lives in room {number}?\"\nreviewed = 2026-11-01\n+++\n{answer}\n")
}

/// The files of the folder that are read, by their names.
fn files(place: &Place) -> BTreeMap<String, String> {
    let items = std::fs::read_dir(place.path().join("faq")).expect("the folder").map(|item| item.expect("an item"));
    let read = items.filter(|item| !item.file_name().to_string_lossy().starts_with('.'));
    read.map(|item| {
        let text = std::fs::read_to_string(item.path()).expect("a text");
        (item.file_name().to_string_lossy().into_owned(), text)
    })
    .collect()
}

#[test]
fn whatever_is_killed_in_the_middle_leaves_every_file_whole() {
    let place = Place::with(&[]);
    for number in 0..ENTRIES {
        place.write(&format!("faq/room-{number}.md"), &entry(number, "Nobody."));
    }
    let rows: String = (0..ENTRIES).map(|n| format!("room-{n},Who lives in room {n}?,A guest.\n")).collect();
    place.write("rows.csv", &format!("id,question,answer\n{rows}"));
    let mut interrupted = 0;
    // Killed as soon as so many files are new: at the first, in the middle, near the end.
    for least in [1, 2, 5, 10, 20, 30, 38] {
        for number in 0..ENTRIES {
            place.write(&format!("faq/room-{number}.md"), &entry(number, "Nobody."));
        }
        let mut import = place.command(&["import", "rows.csv", "--replace"]).spawn().expect("it starts");
        let is_new = |text: &String| text.contains("A guest.");
        while import.try_wait().expect("it can be asked").is_none() {
            if files(&place).values().filter(|text| is_new(text)).count() >= least {
                import.kill().expect("it can be killed");
                break;
            }
        }
        import.wait().expect("it has ended");
        let after = files(&place);
        assert_eq!(after.len(), ENTRIES);
        for (name, text) in &after {
            let number: usize = name.trim_start_matches("room-").trim_end_matches(".md").parse().expect("a number");
            let whole = [entry(number, "Nobody."), entry(number, "A guest.")];
            assert!(whole.contains(text), "{name} is neither the old nor the new one: {text:?}");
        }
        interrupted += usize::from(!after.values().all(is_new));
    }
    println!("interrupted in the middle: {interrupted} of 7");
    // What is left behind disturbs nobody, and the same import ends what was begun.
    assert_eq!(place.call(&["import", "rows.csv", "--replace"]).code, 0);
    assert!(files(&place).values().all(|text| text.contains("A guest.")));
    assert!(place.call(&["ask", "who lives in room 7"]).out.contains("A guest."));
}
