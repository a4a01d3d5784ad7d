//! Reading the FAQ folder: the only place where its files are opened.
//!
//! Owns walking, limits, and what can be wrong before a text can be parsed. What a file means is the parser's business;
//! which files it would look at at all it says itself ([`Role`]).

use std::collections::BTreeSet;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHasher;

use crate::diagnostic::{Diagnostic, Place, SourceFile};
use crate::engine::corpus::{Role, is_cohort_folder};
use crate::engine::lint::{self, Lint};
use crate::slips;

/// The largest `.md` or `.toml` file, in bytes.
pub const LARGEST_TEXT: u64 = 1 << 20;

/// The largest `.json` file, in bytes.
pub const LARGEST_JSON: u64 = 1 << 30;

/// How many folders deep files are read.
pub const DEEPEST: usize = 16;

/// How many folders are looked at by [`stamp`]: somebody may have named the whole disk.
const MOST_FOLDERS: usize = 10_000;

/// The folder as it stands in front of the paths of its files, for [`crate::engine::corpus::parse_in`]: as it was
/// given, without a leading `./`, with `/` on every platform. Of a single file, the folder it is in.
pub fn root(dir: &Path) -> String {
    let folder = if is_single_file(dir) { dir.parent().unwrap_or(Path::new("")) } else { dir };
    shown(folder)
}

/// All files below `dir` that the parser would look at, sorted by path, and what could not be read. `dir` may also be
/// one `.md` or `.json` file. Paths begin with [`root`]. Misnamed files come without their text, and the folder of a
/// cohort with nothing in it as one file without text, whose path ends with `/`. Characters that a terminal would obey are
/// shown as pictures.
///
/// Folders and files that begin with a dot, and `drafts` at the top (of the folder or of a cohort's), are passed over. What
/// lies in a folder of that name further down, or where a cohort's folder has no name or place for one, comes without its
/// text: it is not served either, but its admin may not know.
pub fn read(dir: &Path) -> (Vec<SourceFile>, Vec<Diagnostic>) {
    let mut walk = Walk::default();
    match fs::metadata(dir) {
        Ok(metadata) if metadata.is_dir() => walk.folder(dir, &shown(dir), "", 0),
        Ok(_) => {
            let name = dir.file_name().map(|name| visible(&name.to_string_lossy())).unwrap_or_default();
            walk.file(dir, &shown(dir), &name);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let here = std::env::current_dir().map(|here| format!(" in {}", here.display())).unwrap_or_default();
            let message = format!("there is no FAQ folder `{}`{here}", dir.display());
            walk.findings.push(lint::FOLDER_MISSING.finding(message).with_help(
                "start telefaq in the directory where the folder is, or name it: --faq DIR, or dir = \"...\" below \
                 [faq] in config.toml; for a new one, create it and put a file my-question.md into it",
            ));
        }
        Err(error) => walk.unreadable("folder", &shown(dir), &error),
    }
    walk.files.sort_by(|a, b| a.path.cmp(&b.path));
    (walk.files, walk.findings)
}

/// What the folder looks like from outside: another one when any file that would be read has come, gone or been written to.
/// Files are not opened. That a folder cannot be looked at is a look of its own.
pub fn stamp(dir: &Path) -> Stamp {
    let mut hasher = FxHasher::default();
    match fs::metadata(dir) {
        Ok(metadata) if metadata.is_dir() => stamp_folder(dir, "", &mut BTreeSet::new(), &mut hasher),
        Ok(metadata) => stamp_file(&metadata, &mut hasher),
        Err(error) => ("unseen", error.kind()).hash(&mut hasher),
    }
    Stamp(hasher.finish())
}

/// See [`stamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64);

fn stamp_folder(path: &Path, relative: &str, seen: &mut BTreeSet<PathBuf>, hasher: &mut FxHasher) {
    // Links may lead in a circle.
    let is_news = path.canonicalize().is_ok_and(|real| seen.insert(real));
    let listing = match fs::read_dir(path) {
        Ok(listing) if is_news && seen.len() <= MOST_FOLDERS => listing,
        Ok(_) => return,
        Err(error) => return ("unseen", error.kind()).hash(hasher),
    };
    let mut names: Vec<(String, PathBuf)> =
        listing.flatten().map(|item| (item.file_name().to_string_lossy().into_owned(), item.path())).collect();
    names.sort();
    for (name, path) in names {
        let relative = if relative.is_empty() { name } else { format!("{relative}/{name}") };
        let Ok(metadata) = fs::metadata(&path) else {
            (&relative, "unseen").hash(hasher);
            continue;
        };
        let probe = if metadata.is_dir() { format!("{relative}/entry.md") } else { relative.clone() };
        if Role::of(&probe) == Role::Ignored {
            continue;
        }
        relative.hash(hasher);
        if metadata.is_dir() {
            stamp_folder(&path, &relative, seen, hasher);
        } else {
            stamp_file(&metadata, hasher);
        }
    }
}

fn stamp_file(metadata: &fs::Metadata, hasher: &mut FxHasher) {
    metadata.len().hash(hasher);
    metadata.modified().ok().hash(hasher);
    // A file that took the place of another may have its time and its length.
    #[cfg(unix)]
    std::os::unix::fs::MetadataExt::ino(metadata).hash(hasher);
    // Whether it may be read.
    #[cfg(unix)]
    std::os::unix::fs::MetadataExt::mode(metadata).hash(hasher);
}

fn is_single_file(dir: &Path) -> bool {
    fs::metadata(dir).is_ok_and(|metadata| !metadata.is_dir())
}

/// `path` as people write it, with `/` on every platform, without `./` before it and without characters that a terminal obeys.
pub fn shown(path: &Path) -> String {
    let text = visible(&path.to_string_lossy()).replace('\\', "/");
    let text = text.strip_prefix("./").unwrap_or(&text);
    if text == "." { String::new() } else { text.trim_end_matches('/').to_owned() }
}

/// `name` with pictures in place of control characters (␛ for Escape), which a file's name may have.
fn visible(name: &str) -> String {
    let picture = |c: char| match u32::from(c) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or(char::REPLACEMENT_CHARACTER),
        0x7f => '␡',
        _ if c.is_control() => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    name.chars().map(picture).collect()
}

#[derive(Default)]
struct Walk {
    files: Vec<SourceFile>,
    findings: Vec<Diagnostic>,
    /// Folders read so far, by their real paths.
    seen: BTreeSet<PathBuf>,
}

impl Walk {
    /// Reads the folder at `path`, shown as `display`, which is `relative` to the FAQ folder.
    fn folder(&mut self, path: &Path, display: &str, relative: &str, depth: usize) {
        if depth > DEEPEST {
            self.report(&lint::TOO_DEEP, display, "this folder lies too deep and is not read", |finding| {
                finding.with_help(format!("move its files up: at most {DEEPEST} folders inside each other are read"))
            });
            return;
        }
        match path.canonicalize() {
            Ok(real) if !self.seen.insert(real.clone()) => {
                self.report(&lint::LINK_LOOP, display, "this link leads to a folder that is read already", |finding| {
                    finding.with_help("take the link out; the files are read once")
                });
                return;
            }
            Ok(_) => {}
            Err(error) => return self.unreadable("folder", display, &error),
        }
        let listing = match fs::read_dir(path) {
            Ok(listing) => listing,
            Err(error) => return self.unreadable("folder", display, &error),
        };
        let mut names: Vec<(String, PathBuf)> = Vec::new();
        for item in listing {
            match item {
                Ok(item) => names.push((visible(&item.file_name().to_string_lossy()), item.path())),
                Err(error) => self.unreadable("folder", display, &error),
            }
        }
        names.sort();
        let found_before = (self.files.len(), self.findings.len());
        for (name, path) in names {
            let join = |front: &str| if front.is_empty() { name.clone() } else { format!("{front}/{name}") };
            let (display, relative) = (join(display), join(relative));
            if path.is_dir() {
                // What the parser would not look at below this folder need not be read: ask for a file in it.
                if Role::of(&format!("{relative}/entry.md")) != Role::Ignored {
                    self.folder(&path, &display, &relative, depth + 1);
                }
            } else {
                self.file(&path, &display, &relative);
            }
        }
        if is_cohort_folder(relative) && found_before == (self.files.len(), self.findings.len()) {
            self.files.push(SourceFile { path: format!("{display}/"), text: String::new() });
        }
    }

    fn file(&mut self, path: &Path, display: &str, relative: &str) {
        let limit = match Role::of(relative) {
            // No file is an empty folder.
            Role::Ignored | Role::EmptyCohort => return,
            Role::Misnamed(_) | Role::Shelved | Role::Homeless | Role::Nameless => {
                self.files.push(SourceFile { path: display.to_owned(), text: String::new() });
                return;
            }
            Role::Json => LARGEST_JSON,
            Role::Entry | Role::Topics | Role::Sources | Role::Lexicon => LARGEST_TEXT,
        };
        match fs::metadata(path) {
            // A pipe or device would keep the reader waiting.
            Ok(metadata) if !metadata.is_file() => {
                self.report(&lint::UNREADABLE, display, "this is not a file that can be read", |finding| {
                    finding.with_help("replace it by a plain text file")
                });
            }
            Ok(metadata) if metadata.len() > limit => {
                let message = format!("this file is too large ({} bytes, at most {limit})", metadata.len());
                self.report(&lint::TOO_LARGE, display, message, |finding| {
                    finding.with_help(if limit == LARGEST_TEXT {
                        "split it into several entries; bulk data goes into a .json file"
                    } else {
                        "split it into several files"
                    })
                });
            }
            Ok(_) => match fs::read(path) {
                Ok(bytes) => self.text(bytes, display),
                Err(error) => self.unreadable("file", display, &error),
            },
            Err(error) => self.unreadable("file", display, &error),
        }
    }

    fn text(&mut self, bytes: Vec<u8>, display: &str) {
        let utf16 = slips::is_utf16(&bytes);
        match String::from_utf8(bytes) {
            Ok(text) if !utf16 => self.files.push(SourceFile { path: display.to_owned(), text }),
            Err(error) if !utf16 => {
                let at = error.utf8_error().valid_up_to();
                // Up to there the text is as it was written, so that the place is right.
                let text = String::from_utf8_lossy(error.as_bytes());
                let place = Place::in_text(display, &text, at..at + 3);
                let message =
                    format!("this file is not saved as UTF-8: line {}, byte {} of the file", place.line, at + 1);
                self.not_utf8(message, place);
            }
            _ => self.not_utf8("this file is saved as UTF-16, not as UTF-8".to_owned(), Place::whole_file(display)),
        }
    }

    fn not_utf8(&mut self, message: String, place: Place) {
        self.findings.push(lint::NOT_UTF8.finding(message).at(place).with_help(
            "open the file in your editor and save it with the encoding UTF-8 (in Notepad: Save as, Encoding)",
        ));
    }

    fn unreadable(&mut self, what: &str, display: &str, error: &io::Error) {
        let (reason, help) = match error.kind() {
            io::ErrorKind::PermissionDenied => {
                ("access is denied", "give the user the bot runs as the right to read it: chmod -R a+rX FOLDER")
            }
            io::ErrorKind::NotFound => ("the link leads nowhere", "take the link out or correct where it leads"),
            _ => ("reading failed", "see whether you can open it, and whether the disk is in order"),
        };
        let message = format!("this {what} cannot be read: {reason} ({error})");
        self.report(&lint::UNREADABLE, display, message, |finding| finding.with_help(help));
    }

    fn report(
        &mut self,
        lint: &Lint,
        display: &str,
        message: impl Into<String>,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        self.findings.push(more(lint.finding(message).at(Place::whole_file(display))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(findings: &[Diagnostic]) -> Vec<&str> {
        findings.iter().map(|finding| finding.code).collect()
    }

    fn paths(files: &[SourceFile], dir: &Path) -> Vec<String> {
        files.iter().map(|file| file.path.trim_start_matches(&shown(dir)).to_owned()).collect()
    }

    #[test]
    fn files_come_sorted_and_what_is_not_served_is_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &[u8]| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for file in ["z.md", "b/a.md", ".git/x.md", "Drafts/d.md", "cohorts/spring/c.md", "README.md", "p.png"] {
            write(file, b"text");
        }
        for passed_over in ["cohorts/spring/drafts/d.md", "cohorts/README.md", "cohorts/.git/x.md"] {
            write(passed_over, b"\xff");
        }
        for shelved in ["notes.txt", "b/drafts/e.md", "cohorts/x.md", "cohorts/a b/c.md", "cohorts/drafts/d.md"] {
            write(shelved, b"\xff");
        }
        write("cohorts/fall/drafts/d.md", b"text");
        fs::create_dir_all(dir.path().join("cohorts/ /exams")).unwrap();
        let (files, findings) = read(dir.path());
        let found = [
            "/b/a.md",
            "/b/drafts/e.md",
            "/cohorts/ /",
            "/cohorts/a b/c.md",
            "/cohorts/drafts/d.md",
            "/cohorts/fall/",
            "/cohorts/spring/c.md",
            "/cohorts/x.md",
            "/notes.txt",
            "/z.md",
        ];
        assert_eq!(paths(&files, dir.path()), found);
        assert!(findings.is_empty(), "{findings:?}");
        let with_text = files.iter().filter(|file| !file.text.is_empty()).count();
        assert_eq!(with_text, 3);
    }

    #[test]
    fn the_stamp_is_another_one_after_what_is_read_has_changed_and_only_then() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("a/one.md", "1");
        let mut last = stamp(dir.path());
        assert_eq!(last, stamp(dir.path()));
        for ignored in [".git/index", "drafts/d.md", "README.md", "a/.one.md.swp", "a/one.md~"] {
            write(ignored, "x");
            assert_eq!(last, stamp(dir.path()), "{ignored}");
        }
        let mut differs = |what: &str| {
            let now = stamp(dir.path());
            assert_ne!(last, now, "{what}");
            last = now;
        };
        write("a/two.md", "2");
        differs("a new file");
        write("a/two.md", "22");
        differs("a longer file");
        fs::rename(dir.path().join("a/two.md"), dir.path().join("a/three.md")).unwrap();
        differs("a renamed file");
        fs::remove_file(dir.path().join("a/three.md")).unwrap();
        differs("a file less");
        fs::rename(dir.path().join("a"), dir.path().join("b")).unwrap();
        differs("a renamed folder");
        fs::remove_dir_all(dir.path().join("b")).unwrap();
        differs("a folder less");
        fs::remove_dir_all(dir.path()).unwrap();
        differs("no folder");
    }

    #[test]
    fn a_missing_folder_says_how_to_go_on() {
        let (files, findings) = read(Path::new("no/such/folder"));
        assert!(files.is_empty());
        assert_eq!(codes(&findings), ["FAQ001"]);
        assert!(findings[0].help.as_deref().unwrap().contains("--faq"));
    }

    #[test]
    fn one_file_is_a_folder_of_one() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("data.json");
        fs::write(&file, "[]").unwrap();
        let (files, findings) = read(&file);
        assert_eq!((files.len(), findings.len()), (1, 0));
        assert_eq!(root(&file), shown(dir.path()));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_shown_with_their_line() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("latin.md"), b"+++\nquestion = \"caf\xe9\"\n").unwrap();
        fs::write(dir.path().join("wide.md"), b"\xff\xfe+\0").unwrap();
        fs::write(dir.path().join("wide-without-mark.md"), b"+\0+\0+\0\n\0").unwrap();
        fs::write(dir.path().join("wide-the-other-way.md"), b"\0+\0+\0+\0\n").unwrap();
        let (files, findings) = read(dir.path());
        assert!(files.is_empty());
        assert_eq!(codes(&findings), ["FAQ003"; 4]);
        let place = findings[0].place.as_ref().unwrap();
        assert_eq!((place.line, place.column), (2, 16));
        assert!(findings[1..].iter().all(|finding| finding.message.contains("UTF-16")));
    }

    #[test]
    fn a_file_that_is_too_large_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        fs::File::create(dir.path().join("large.md")).unwrap().set_len(LARGEST_TEXT + 1).unwrap();
        fs::File::create(dir.path().join("large.json")).unwrap().set_len(LARGEST_TEXT + 1).unwrap();
        let (files, findings) = read(dir.path());
        assert_eq!(paths(&files, dir.path()), ["/large.json"]);
        assert_eq!(codes(&findings), ["FAQ004"]);
    }

    #[test]
    fn folders_too_deep_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("d/".repeat(DEEPEST + 1));
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("a.md"), "x").unwrap();
        let (files, findings) = read(dir.path());
        assert!(files.is_empty());
        assert_eq!(codes(&findings), ["FAQ006"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_and_into_nowhere_are_found() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("a")).unwrap();
        fs::write(dir.path().join("a/entry.md"), "x").unwrap();
        symlink(dir.path(), dir.path().join("a/up")).unwrap();
        symlink("nowhere.md", dir.path().join("gone.md")).unwrap();
        symlink(dir.path().join("a/entry.md"), dir.path().join("linked.md")).unwrap();
        let (files, findings) = read(dir.path());
        assert_eq!(paths(&files, dir.path()), ["/a/entry.md", "/linked.md"]);
        assert_eq!(codes(&findings), ["FAQ005", "FAQ002"]);
        assert!(findings[1].message.contains("leads nowhere"), "{}", findings[1].message);
    }

    #[cfg(unix)]
    #[test]
    fn the_name_of_a_file_commands_no_terminal() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("red\u{1b}[31m\nnew\u{7f}line.md"), "x").unwrap();
        let (files, _) = read(dir.path());
        assert_eq!(paths(&files, dir.path()), ["/red␛[31m␊new␡line.md"]);
    }

    #[cfg(unix)]
    #[test]
    fn something_that_is_no_file_does_not_keep_the_reader_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("pipe.md")).unwrap();
        let (files, findings) = read(dir.path());
        assert!(files.is_empty());
        assert_eq!(codes(&findings), ["FAQ002"]);
    }
}
