//! The file of an entry with other values of some keys, and everything else in it as it was written.

use std::ops::Range;

use toml::de::DeTable;

use super::columns::Key;
use crate::app::entry_text::{NewEntry, entry_text, value_text};
use crate::diagnostic::SourceFile;
use crate::engine::corpus::{self, header_of};

/// The file `text` with what `entry`, a cleaned one, has for `keys`. Notes and layout stay, save where that would make
/// another entry of it: then the file is written anew, below the notes that it had.
pub fn with_keys(text: &str, entry: &NewEntry, keys: &[Key]) -> String {
    let changed = header_of(text).and_then(|header| changed(text, header, entry, keys));
    match changed.filter(|changed| is(entry, changed)) {
        Some(changed) => changed,
        None => {
            let header = header_of(text).and_then(|header| text.get(header)).unwrap_or_default();
            let note = |line: &str| Some(line.trim().strip_prefix('#')?.trim().to_owned());
            let notes = header.lines().filter_map(note).collect();
            entry_text(&NewEntry { notes, ..entry.clone() })
        }
    }
}

/// Whether the file holds just this entry.
fn is(entry: &NewEntry, text: &str) -> bool {
    let file = SourceFile { path: format!("{}.md", entry.id), text: text.to_owned() };
    let (corpus, _) = corpus::parse(vec![file]);
    let read = corpus.entries.first().map(|read| NewEntry::from(read).cleaned());
    read.is_some_and(|read| {
        NewEntry { topic: entry.topic.clone(), ..read } == NewEntry { notes: Vec::new(), ..entry.clone() }
    })
}

/// `None` when the header cannot be read.
fn changed(text: &str, header: Range<usize>, entry: &NewEntry, keys: &[Key]) -> Option<String> {
    let source = text.get(header.clone())?;
    let table = DeTable::parse(source).ok()?;
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    let mut more = String::new();
    for key in keys.iter().map(|key| key.name()) {
        let Some(value) = value_text(entry, key).or_else(|| (key == Key::Answer.name()).then(String::new)) else {
            changes.extend(statement(&table, source, key).map(|range| (range, String::new())));
            continue;
        };
        match table.get_ref().get(key) {
            _ if key == Key::Answer.name() => {}
            Some(old) => changes.push((old.span(), value)),
            None => more.push_str(&format!("{key} = {value}\n")),
        }
    }
    changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut new_header = source.to_owned();
    for (range, value) in changes {
        new_header.replace_range(range, &value);
    }
    if !more.is_empty() && !new_header.is_empty() && !new_header.ends_with('\n') {
        new_header.push('\n');
    }
    new_header.push_str(&more);
    let behind = text.get(header.end..)?;
    let fence = behind.find('\n').map_or(behind.len(), |at| at + 1);
    let body = if keys.contains(&Key::Answer) {
        let end = if behind.get(..fence)?.ends_with('\n') { "" } else { "\n" };
        format!("{}{end}{}\n", behind.get(..fence)?, entry.answer)
    } else {
        behind.to_owned()
    };
    let changed = format!("{}{new_header}{body}", text.get(..header.start)?);
    // In a file from Windows new lines end as the others do.
    Some(if text.contains("\r\n") { changed.replace("\r\n", "\n").replace('\n', "\r\n") } else { changed })
}

/// The lines of a key with its value.
fn statement(table: &toml::Spanned<DeTable<'_>>, source: &str, key: &str) -> Option<Range<usize>> {
    let (name, value) = table.get_ref().iter().find(|(name, _)| name.get_ref().as_ref() == key)?;
    let start = source.get(..name.span().start)?.rfind('\n').map_or(0, |at| at + 1);
    let end = value.span().end;
    Some(start..source.get(end..)?.find('\n').map_or(source.len(), |at| end + at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "+++\n# A note.\nquestion  = \"What?\" # asked often\nphrasings = [\n  \"one\", # the first\n  \"two\",\n]\nowner = \"me\"\n\
                        reviewed  = 2026-01-02\n+++\n\nOld\n\nanswer.\n\n";

    fn entry(text: &str) -> NewEntry {
        let (corpus, _) = corpus::parse(vec![SourceFile { path: "an-id.md".into(), text: text.into() }]);
        NewEntry::from(&corpus.entries[0]).cleaned()
    }

    #[test]
    fn what_is_not_changed_stays_as_it_was_written() {
        let with = |change: &dyn Fn(&mut NewEntry), keys: &[Key]| {
            let mut entry = entry(FILE);
            change(&mut entry);
            with_keys(FILE, &entry, keys)
        };
        assert_eq!(with(&|_| {}, &[]), FILE);
        assert_eq!(
            with(&|entry| entry.question = "Why \"that\"?".into(), &[Key::Question]),
            FILE.replace("\"What?\"", "\"Why \\\"that\\\"?\"")
        );
        assert_eq!(
            with(&|entry| entry.answer = "New.".into(), &[Key::Answer]),
            FILE.replace("\nOld\n\nanswer.\n\n", "New.\n")
        );
        assert_eq!(with(&|entry| entry.owner = None, &[Key::Owner]), FILE.replace("owner = \"me\"\n", ""));
        assert_eq!(
            with(&|entry| entry.tests = vec!["three".into()], &[Key::Tests]),
            FILE.replace("01-02\n", "01-02\ntests = [\"three\"]\n")
        );
        assert_eq!(
            with(&|entry| entry.phrasings = vec!["one".into()], &[Key::Phrasings]),
            FILE.replace("[\n  \"one\", # the first\n  \"two\",\n]", "[\"one\"]")
        );
    }

    #[test]
    fn line_ends_stay_too() {
        let windows = FILE.replace('\n', "\r\n");
        let mut entry = entry(&windows);
        entry.answer = "New\n\nanswer.".into();
        entry.tests = vec!["three".into()];
        let changed = with_keys(&windows, &entry, &[Key::Answer, Key::Tests]);
        assert!(changed.contains("tests = [\"three\"]\r\n+++\r\nNew\r\n\r\nanswer.\r\n"), "{changed}");
        assert!(!changed.replace("\r\n", "").contains(['\r', '\n']));
    }

    #[test]
    fn where_keys_cannot_be_replaced_the_file_is_written_anew_with_its_notes() {
        let odd = "+++\n# A note.\nquestion = \"What?\"\nkind = \"joke\"\n# Another one.\n+++\nOld.";
        let mut entry = entry(odd);
        entry.kind = crate::engine::corpus::Kind::Smalltalk;
        assert_eq!(
            with_keys(odd, &entry, &[]),
            "+++\n# A note.\n# Another one.\nquestion = \"What?\"\nkind = \"smalltalk\"\n+++\nOld.\n"
        );
        assert_eq!(
            with_keys("no header", &entry, &[Key::Kind]),
            "+++\nquestion = \"What?\"\nkind = \"smalltalk\"\n+++\nOld.\n"
        );
    }
}
