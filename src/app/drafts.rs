//! Drafts: entries in the folder `drafts`, which is not served.
//!
//! Owns where they lie, their names, and what one lacks before it can be served. A draft may be anything, down to an empty
//! file: it is looked at and never complained of by [`super::load`]. What becomes of a draft is decided by others.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::entry_text::{NewEntry, entry_text, id_from_question, numbered};
use super::{files, folder};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::engine::corpus::{self, Corpus, Entry};
use crate::engine::lint::{self, Known};
use crate::engine::reply::UNWRITTEN;

/// The folder of the drafts, at the top of the FAQ folder; letters of either case are the same.
const FOLDER: &str = "drafts";

/// The longest id with a number behind it.
const LONGEST_ID: usize = 64;

/// A file in the folder of the drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The file's name without `.md`, as the id of the entry would be.
    pub id: String,
    /// Where it is.
    pub path: PathBuf,
    /// What is in it, under the path that people read. What is not UTF-8 is replaced by signs that say so.
    pub file: SourceFile,
    /// Since when it waits: the first date in a note of its header, or else the day on which the file was last written.
    pub since: Option<Date>,
}

/// Writes `draft` into the folder of the drafts below `faq_dir`, which is created if it is missing. Never overwrites: if its
/// id is taken by another draft, cannot be an id or is empty, it gets another one, made of it or of its question.
///
/// Gives the path of the file.
///
/// # Errors
///
/// Those of the file system. The path, and so what is in the draft, is in none of them.
pub fn save(faq_dir: &Path, draft: &NewEntry) -> io::Result<PathBuf> {
    let folder = folder_of(faq_dir);
    let text = entry_text(draft);
    loop {
        let taken = taken(&folder)?;
        let is_taken = |id: &str| taken.iter().any(|name| name.eq_ignore_ascii_case(&format!("{id}.md")));
        let id = match draft.id.as_str() {
            "" => id_from_question(&draft.question, is_taken),
            id => numbered(id, LONGEST_ID, is_taken),
        };
        let path = folder.join(format!("{id}.md"));
        match files::create_new(&path, &text) {
            // Somebody was faster: see again what is taken.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.exists() => {}
            written => return written.map(|()| path),
        }
    }
}

/// The names of all files in `folder`, which may be missing.
fn taken(folder: &Path) -> io::Result<Vec<String>> {
    match fs::read_dir(folder) {
        Ok(items) => items.map(|item| Ok(item?.file_name().to_string_lossy().into_owned())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The folder of the drafts below `faq_dir` (or beside it, if that is one file), whether or not it is there.
pub fn folder_of(faq_dir: &Path) -> PathBuf {
    let dir = if faq_dir.is_file() { faq_dir.parent().unwrap_or(Path::new("")) } else { faq_dir };
    let named = |item: &fs::DirEntry| item.file_name().to_string_lossy().eq_ignore_ascii_case(FOLDER);
    let mut found: Vec<PathBuf> =
        fs::read_dir(dir).into_iter().flatten().flatten().filter(named).map(|item| item.path()).collect();
    found.sort();
    // On most systems "Drafts" may lie beside it.
    found.pop().unwrap_or_else(|| dir.join(FOLDER))
}

/// All drafts below `faq_dir`, those that have waited longest first. None if there is no folder of them.
///
/// Only what lies in that folder itself is a draft, ends in `.md` and is small enough for an entry; `README.md` is none.
///
/// # Errors
///
/// When the folder, or one of its files, cannot be read.
pub fn list(faq_dir: &Path) -> io::Result<Vec<Draft>> {
    let folder = folder_of(faq_dir);
    let mut names = taken(&folder)?;
    names.retain(|name| {
        let id = name.strip_suffix(".md").filter(|id| !id.starts_with('.') && !id.eq_ignore_ascii_case("readme"));
        id.is_some_and(|id| !id.is_empty())
    });
    names.sort();
    let mut drafts = Vec::new();
    for name in names {
        let path = folder.join(&name);
        // A link that leads nowhere is no draft.
        let Ok(metadata) = fs::metadata(&path) else { continue };
        if metadata.is_file() && metadata.len() <= folder::LARGEST_TEXT {
            drafts.push(read(path, &name, metadata.modified().ok())?);
        }
    }
    drafts.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
    Ok(drafts)
}

fn read(path: PathBuf, name: &str, modified: Option<std::time::SystemTime>) -> io::Result<Draft> {
    let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
    let written = modified.and_then(|time| jiff::Timestamp::try_from(time).ok());
    let since = noted_date(&text).or_else(|| written.map(|time| time.to_zoned(TimeZone::UTC).date()));
    let id = name.strip_suffix(".md").unwrap_or(name).to_owned();
    Ok(Draft { id, file: SourceFile { path: folder::shown(&path), text }, path, since })
}

/// The first date (year-month-day) in the notes above the first key of a header.
fn noted_date(text: &str) -> Option<Date> {
    let notes = text.lines().map(str::trim).skip_while(|line| matches!(*line, "" | "+++"));
    notes.take_while(|line| line.starts_with('#')).find_map(|note| {
        note.split(|c: char| !c.is_ascii_digit() && c != '-').find_map(|word| {
            let word = word.trim_matches('-');
            (word.len() == 10).then(|| word.parse().ok()).flatten()
        })
    })
}

/// What a draft is so far.
#[derive(Debug, Clone, Default)]
pub struct Outlook {
    /// Its question, if it has one.
    pub question: Option<String>,
    /// What would be wrong with it as an entry: errors keep it from being served.
    pub findings: Vec<Diagnostic>,
}

impl Draft {
    /// Looks at the draft as an entry beside those of `base`. `today` and `review_days` are those of [`super::load::load`].
    ///
    /// What depends on more than this draft (an id or a question that is taken, a golden that fails) is not looked at.
    pub fn outlook(&self, base: &Corpus, today: Date, review_days: u32) -> Outlook {
        let (mut corpus, mut findings) = self.parse(&self.file.text);
        corpus.language = base.language;
        // What it may name is there.
        corpus.sources.clone_from(&base.sources);
        corpus.sources_incomplete = base.sources_incomplete;
        corpus.left_out.extend(base.entries.iter().map(|entry| entry.id.value.clone()));
        findings.extend(lint::check(&corpus, &Known::default(), today, review_days).0);
        findings.extend(corpus.entries.iter().filter(|entry| entry.answer.trim() == UNWRITTEN).map(|entry| {
            let place = corpus.files.place(entry.answer.span);
            lint::ANSWER_MISSING
                .finding("nobody has written this answer yet")
                .at(place)
                .with_help("write it in place of this line")
        }));
        findings.sort_by(|a, b| (&a.place, a.code).cmp(&(&b.place, b.code)));
        let question = match corpus.entries.into_iter().next() {
            Some(entry) => Some(entry),
            // An entry without an answer is none; so that its question can be read, one is lent to it.
            None => self.parse(&format!("{}\n\n-\n", self.file.text)).0.entries.into_iter().next(),
        };
        Outlook { question: question.map(|entry: Entry| entry.question.value), findings }
    }

    fn parse(&self, text: &str) -> (Corpus, Vec<Diagnostic>) {
        let root = self.file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        corpus::parse_in(root, vec![SourceFile { path: self.file.path.clone(), text: text.to_owned() }])
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn draft(id: &str, question: &str) -> NewEntry {
        NewEntry { id: id.into(), question: question.into(), ..NewEntry::default() }
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names = taken(&dir.join("drafts")).unwrap();
        names.sort();
        names
    }

    #[test]
    fn no_draft_takes_the_place_of_another() {
        let dir = tempfile::tempdir().unwrap();
        for (id, question, name) in [
            ("fees", "What are the fees?", "fees.md"),
            ("fees", "What else?", "fees-2.md"),
            ("FEES", "And more?", "FEES-3.md"),
            ("", "What are the fees?", "what-are-the-fees.md"),
            ("no id", "What are the fees?", "no-id.md"),
            ("../../etc", "", "etc.md"),
            ("", "", "question.md"),
            ("readme", "", "readme-2.md"),
        ] {
            let path = save(dir.path(), &draft(id, question)).unwrap();
            assert_eq!(path, dir.path().join("drafts").join(name));
            assert!(fs::read_to_string(path).unwrap().contains(&format!("question = \"{question}\"")));
        }
        assert_eq!(names(dir.path()).len(), 8);
    }

    #[test]
    fn drafts_saved_at_the_same_time_are_all_there() {
        let dir = tempfile::tempdir().unwrap();
        let together = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for n in 0..8 {
                let (dir, together) = (dir.path(), &together);
                scope.spawn(move || {
                    together.wait();
                    save(dir, &draft("", &format!("Is it number {n}?").replace(char::is_numeric, ""))).unwrap();
                });
            }
        });
        let many: Vec<String> = (2..=8).map(|n| format!("is-it-number-{n}.md")).collect();
        assert_eq!(names(dir.path()), [many, vec!["is-it-number.md".to_owned()]].concat());
    }

    #[test]
    fn drafts_are_listed_by_age_and_what_is_none_is_not() {
        let dir = tempfile::tempdir().unwrap();
        assert!(list(dir.path()).unwrap().is_empty());
        let write = |path: &str, text: &[u8]| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("Drafts/new.md", b"+++\n# from a chat (2026-11-20), by ...\nquestion = \"New?\"\n+++\n");
        write("Drafts/old.md", b"+++\n# 2026-02-31 is no day, 2025-01-02 is\n# 2024-01-01\n+++\n");
        write("Drafts/latin.md", b"# 2026-01-01\ncaf\xe9");
        write("Drafts/notes.txt", b"x");
        write("Drafts/.telefaq-1.tmp", b"x");
        write("Drafts/.hidden.md", b"x");
        write("Drafts/README.md", b"x");
        write("Drafts/folder.md/inner.md", b"x");
        write("fees.md", b"x");
        let found = list(dir.path()).unwrap();
        let shown: Vec<(&str, Option<Date>)> = found.iter().map(|draft| (draft.id.as_str(), draft.since)).collect();
        let days = [("old", date(2025, 1, 2)), ("latin", date(2026, 1, 1)), ("new", date(2026, 11, 20))];
        assert_eq!(shown, days.map(|(id, day)| (id, Some(day))));
        assert_eq!(found[2].path, dir.path().join("Drafts/new.md"));
        // Without a note it is the day of the file, which is long past none of the above.
        write("Drafts/today.md", b"+++\nquestion = \"2020-01-01\"\n+++\n");
        let found = list(dir.path()).unwrap();
        assert!(found.iter().any(|draft| draft.id == "today" && draft.since > Some(date(2026, 1, 1))));
    }

    #[test]
    fn a_draft_shows_its_question_and_what_it_lacks() {
        let base = "=== faq/fees.md\n+++\nquestion = \"What are the fees?\"\n+++\nNone.\n=== faq/sources.toml\n[[source]]\nid = \"rules\"\ntitle = \"Rules\"\n";
        let files = base.split("=== ").skip(1).filter_map(|part| part.split_once('\n'));
        let files = files.map(|(path, text)| SourceFile { path: path.into(), text: text.into() });
        let (base, _) = corpus::parse_in("faq", files.collect());
        for (text, question, codes) in [
            ("", None, &["FAQ101"][..]),
            ("just a thought", None, &["FAQ101"]),
            ("+++\nquestion = \"How?\"\n+++\n", Some("How?"), &["FAQ106"]),
            ("+++\n+++\nLike this.\n", None, &["FAQ105"]),
            (
                "+++\nquestion = \"How?\"\nsources = [\"rules\"]\nreviewed = 2026-11-01\n+++\nThis answer is still being written.\n",
                Some("How?"),
                &["FAQ106"],
            ),
            ("+++\nquestion = \"How?\"\n+++\nLike this.\n", Some("How?"), &["FAQ114", "FAQ117"]),
            (
                "+++\nquestion = \"How?\"\nsources = [\"rule\"]\nreviewed = 2026-11-01\n+++\nSo.\n",
                Some("How?"),
                &["FAQ201"],
            ),
            (
                "+++\nquestion = \"How?\"\nsources = [\"rules\"]\nrelated = [\"fees\"]\nreviewed = 2026-11-01\n+++\nSo.\n",
                Some("How?"),
                &[],
            ),
            (
                "+++\nquestion = \"How?\"\nsources = [\"rules\"]\nreviewed = 2020-11-01\n+++\nSo.\n",
                Some("How?"),
                &["FAQ115"],
            ),
        ] {
            let file = SourceFile { path: "faq/drafts/how.md".into(), text: text.into() };
            let draft = Draft { id: "how".into(), path: PathBuf::from("faq/drafts/how.md"), file, since: None };
            let outlook = draft.outlook(&base, date(2026, 11, 26), 180);
            assert_eq!(outlook.question.as_deref(), question, "{text}");
            assert_eq!(outlook.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), codes, "{text}");
            let places = outlook.findings.iter().filter_map(|finding| finding.place.as_ref());
            assert!(places.into_iter().all(|place| place.file == "faq/drafts/how.md"), "{text}");
        }
    }
}
