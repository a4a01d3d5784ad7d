//! Writing files of the FAQ folder so that nobody ever reads half of one.
//!
//! Owns the order of the steps: the text goes into a temporary file in the same folder, is flushed to disk, and only then
//! gets its name. A process that is killed in between leaves a file whose name begins with a dot, which the folder reader
//! passes over. Never decides what is written, and never keeps who owned a file, only who may read and write it.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How often another name is tried for a temporary file before giving up: with 64 random bits the first is free.
const NAMES_TRIED: usize = 8;

/// Writes `text`, or bytes, to `path`, whether or not there is such a file. Whoever reads it gets what it was or what it is, whole. A
/// file that is replaced keeps its permissions; a link stays, and what it leads to is replaced. Folders that are missing
/// are created.
///
/// # Errors
///
/// Those of the file system; `PermissionDenied` too when the file is write-protected, though its folder is not. What was
/// there then still is, and no temporary file is.
pub fn write_atomically(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    let path = behind_links(path);
    let mut folders = Folders::default();
    folders.make_for(&path)?;
    Staged::new(&path, text.as_ref())?.replace()?;
    folders.keep()
}

/// Writes `text` to `path`, where nothing may be yet. Folders that are missing are created.
///
/// # Errors
///
/// `AlreadyExists` when there is something of that name; it is left alone. Otherwise as with [`write_atomically`].
pub fn create_new(path: &Path, text: &str) -> io::Result<()> {
    let mut folders = Folders::default();
    folders.make_for(path)?;
    Staged::new(path, text.as_bytes())?.create()?;
    folders.keep()
}

/// One of several files that are changed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which file.
    pub path: PathBuf,
    /// What is in it as far as the author of the change knows; `None` when it is new.
    pub before: Option<String>,
    /// What is to be in it; `None` when it is to go.
    pub text: Option<String>,
}

/// Why nothing was changed.
#[derive(Debug)]
pub struct NotWritten {
    /// The file that could not be.
    pub path: PathBuf,
    /// Whether it was to go.
    pub goes: bool,
    /// What the file system says.
    pub error: io::Error,
    /// Files that had been changed and could not be put back as they were: empty unless the disk fails twice.
    pub left: Vec<PathBuf>,
}

impl fmt::Display for NotWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.goes { "deleted" } else { "written" };
        write!(f, "{} cannot be {what}: {}", self.path.display(), self.error)?;
        for path in &self.left {
            write!(f, "; {} could not be put back as it was", path.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for NotWritten {}

/// Makes all of `changes`, or none as far as a file system allows: first every text is on disk, then the files get their
/// names one after the other, and last of all go those that are to. If one fails, those before it are put back. Only a
/// process that is killed in the instant of naming leaves some done and others not, and each of them whole.
///
/// # Errors
///
/// The first file that could not be changed. A file that is no longer as it was `before`, or has come into being, is not
/// replaced or deleted: somebody else has worked on it.
pub fn write_all(changes: &[Change]) -> Result<(), NotWritten> {
    let at = |change: &Change, error| NotWritten {
        path: change.path.clone(),
        goes: change.text.is_none(),
        error,
        left: Vec::new(),
    };
    let mut folders = Folders::default();
    let mut staged = Vec::new();
    for change in changes {
        let Some(text) = &change.text else { continue };
        let path = behind_links(&change.path);
        let stage = folders.make_for(&path).and_then(|()| Staged::new(&path, text.as_bytes()));
        staged.push((change, Some(stage.map_err(|error| at(change, error))?)));
    }
    staged.extend(changes.iter().filter(|change| change.text.is_none()).map(|change| (change, None)));
    let mut done: Vec<&Change> = Vec::new();
    for (change, staged) in staged {
        if let Err(error) = put(change, staged) {
            let left = done.into_iter().rev().filter(|change| undo(change).is_err());
            return Err(NotWritten { left: left.map(|change| change.path.clone()).collect(), ..at(change, error) });
        }
        done.push(change);
    }
    // All files are there; that their folders may not survive a power cut changes nothing about that.
    let _ = folders.keep();
    Ok(())
}

/// Without a text that is staged, the file goes.
fn put(change: &Change, staged: Option<Staged>) -> io::Result<()> {
    if let Some(before) = &change.before
        && fs::read(&change.path)? != before.as_bytes()
    {
        return Err(io::Error::other("somebody else has changed it meanwhile"));
    }
    match staged {
        Some(staged) if change.before.is_some() => staged.replace(),
        Some(staged) => staged.create(),
        None => fs::remove_file(&change.path),
    }
}

fn undo(change: &Change) -> io::Result<()> {
    match &change.before {
        Some(before) => write_atomically(&change.path, before),
        None => fs::remove_file(&change.path),
    }
}

/// Where a link leads in the end; any other path as it is. Renaming would put a file in the place of the link.
fn behind_links(path: &Path) -> PathBuf {
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    if is_link { fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()) } else { path.to_owned() }
}

/// The folder of a file.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A text that is on disk beside the file it is meant for. Dropped before it is in its place, it is gone.
struct Staged {
    temporary: PathBuf,
    target: PathBuf,
}

impl Staged {
    fn new(target: &Path, text: &[u8]) -> io::Result<Self> {
        let replaced = fs::metadata(target).ok().map(|metadata| metadata.permissions());
        // A rename asks for no right but the folder's.
        if replaced.as_ref().is_some_and(fs::Permissions::readonly) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is write-protected"));
        }
        let (mut file, temporary) = temporary(folder_of(target))?;
        let staged = Self { temporary, target: target.to_owned() };
        file.write_all(text)?;
        if let Some(permissions) = replaced {
            file.set_permissions(permissions)?;
        }
        file.sync_all()?;
        Ok(staged)
    }

    fn replace(self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.target)?;
        sync_folder(folder_of(&self.target))
    }

    fn create(self) -> io::Result<()> {
        match fs::hard_link(&self.temporary, &self.target) {
            // A file system without links, such as that of a memory stick. The name is taken first, so that nobody's file
            // is replaced; for an instant it is empty.
            Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => {
                OpenOptions::new().write(true).create_new(true).open(&self.target)?;
                if let Err(error) = fs::rename(&self.temporary, &self.target) {
                    let _ = fs::remove_file(&self.target);
                    return Err(error);
                }
            }
            linked => linked?,
        }
        sync_folder(folder_of(&self.target))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a rename there is nothing of that name.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A new file in `folder` that the folder reader passes over, and its path.
fn temporary(folder: &Path) -> io::Result<(File, PathBuf)> {
    let mut outcome = Err(io::Error::from(io::ErrorKind::AlreadyExists));
    for _ in 0..NAMES_TRIED {
        let path = folder.join(format!(".telefaq-{:016x}.tmp", fastrand::u64(..)));
        outcome = OpenOptions::new().write(true).create_new(true).open(&path).map(|file| (file, path));
        if !matches!(&outcome, Err(error) if error.kind() == io::ErrorKind::AlreadyExists) {
            break;
        }
    }
    outcome
}

/// Makes sure that the names in `folder` are on disk.
fn sync_folder(folder: &Path) -> io::Result<()> {
    // Not every system opens folders, and not every file system can be asked this: the names are then as safe as they get.
    let Ok(folder) = File::open(folder) else { return Ok(()) };
    match folder.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        Err(error) if cfg!(not(unix)) && error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        other => other,
    }
}

/// Folders that were created for files, outer ones first. Dropped before they are kept, those with nothing in them are gone.
#[derive(Default)]
struct Folders(Vec<PathBuf>);

impl Folders {
    /// Creates what is missing of the folder of `file`.
    fn make_for(&mut self, file: &Path) -> io::Result<()> {
        let missing =
            folder_of(file).ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let missing: Vec<&Path> = missing.collect();
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                Ok(()) => self.0.push(folder.to_owned()),
                // Somebody else has just made it.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn keep(mut self) -> io::Result<()> {
        std::mem::take(&mut self.0).iter().try_for_each(|folder| sync_folder(folder_of(folder)))
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::app::folder;

    /// All files below `folder`, with what is in them.
    fn files(folder: &Path) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(inner) = folders.pop() {
            for item in fs::read_dir(inner).unwrap() {
                let path = item.unwrap().path();
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                if path.is_dir() {
                    found.insert(format!("{name}/"), String::new());
                    folders.push(path);
                } else {
                    found.insert(name, fs::read_to_string(path).unwrap());
                }
            }
        }
        found
    }

    fn listed(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_file_is_written_with_its_folders_and_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/c.md");
        write_atomically(&path, "one").unwrap();
        write_atomically(&path, "").unwrap();
        assert_eq!(files(dir.path()), listed(&[("a/", ""), ("a/b/", ""), ("a/b/c.md", "")]));
        write_atomically(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(files(dir.path()).len(), 3, "nothing is left beside it");
    }

    #[test]
    fn a_new_file_never_takes_the_place_of_another() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        create_new(&path, "one").unwrap();
        assert_eq!(create_new(&path, "two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        fs::create_dir(dir.path().join("b.md")).unwrap();
        assert!(create_new(&dir.path().join("b.md"), "two").is_err());
        assert_eq!(files(dir.path()), listed(&[("a.md", "one"), ("b.md/", "")]));
    }

    #[test]
    fn of_many_who_create_the_same_file_one_does() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("topic/a.md");
        let together = std::sync::Barrier::new(8);
        let made = std::thread::scope(|scope| {
            let create = |n: usize| {
                together.wait();
                create_new(&path, &n.to_string().repeat(10_000)).is_ok()
            };
            let threads: Vec<_> = (0..8).map(|n| scope.spawn(move || create(n))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).filter(|made| *made).count()
        });
        assert_eq!(made, 1);
        assert_eq!((files(dir.path()).len(), fs::read(&path).unwrap().len()), (2, 10_000));
    }

    #[test]
    fn what_fails_leaves_everything_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.md"), "one").unwrap();
        fs::create_dir(dir.path().join("folder.md")).unwrap();
        let before = files(dir.path());
        // A file is no folder, and a folder no file.
        for path in ["a.md/new/b.md", "folder.md"] {
            assert!(write_atomically(&dir.path().join(path), "two").is_err(), "{path}");
            assert!(create_new(&dir.path().join(path), "two").is_err(), "{path}");
        }
        assert_eq!(files(dir.path()), before);
    }

    #[test]
    fn a_write_protected_file_is_not_replaced_and_other_permissions_stay() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        fs::write(&path, "one").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            write_atomically(&path, "two").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        }
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert_eq!(write_atomically(&path, "three").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_ne!(fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(files(dir.path()).len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("real")).unwrap();
        fs::write(dir.path().join("real/a.md"), "one").unwrap();
        let link = dir.path().join("a.md");
        std::os::unix::fs::symlink("real/a.md", &link).unwrap();
        write_atomically(&link, "two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(dir.path().join("real/a.md")).unwrap(), "two");
        assert_eq!(create_new(&link, "three").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn several_files_are_written_together_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let change = |path: &str, before: Option<&str>, text: &str| Change {
            path: dir.path().join(path),
            before: before.map(str::to_owned),
            text: Some(text.to_owned()),
        };
        fs::write(dir.path().join("old.md"), "old").unwrap();
        fs::write(dir.path().join("theirs.md"), "theirs").unwrap();
        fs::write(dir.path().join("draft.md"), "1").unwrap();
        let before = files(dir.path());
        let goes = |path: &str, text: &str| Change { text: None, ..change(path, Some(text), "") };
        let fine =
            || vec![goes("draft.md", "1"), change("new/one.md", None, "1"), change("old.md", Some("old"), "newer")];
        for bad in [
            change("theirs.md", None, "mine"),
            change("theirs.md", Some("mine"), "mine"),
            change("gone.md", Some("mine"), "mine"),
            change("old.md/two.md", None, "mine"),
            change("new/one.md", None, "twice"),
            goes("theirs.md", "mine"),
            goes("gone.md", "mine"),
        ] {
            let (path, what) = (bad.path.clone(), if bad.text.is_some() { "written" } else { "deleted" });
            let error = write_all(&[fine(), vec![bad]].concat()).unwrap_err();
            assert_eq!((&error.path, error.left.len()), (&path, 0));
            assert!(error.to_string().starts_with(&format!("{} cannot be {what}: ", path.display())), "{error}");
            assert_eq!(files(dir.path()), before, "{}", path.display());
        }
        write_all(&fine()).unwrap();
        let after = [("new/", ""), ("new/one.md", "1"), ("old.md", "newer"), ("theirs.md", "theirs")];
        assert_eq!(files(dir.path()), listed(&after));
        write_all(&[]).unwrap();
    }

    #[test]
    fn what_a_killed_process_leaves_is_no_file_of_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("topic")).unwrap();
        fs::write(dir.path().join("topic/a.md"), "+++\nquestion = \"A?\"\n+++\nA.").unwrap();
        for folder in [dir.path().to_owned(), dir.path().join("topic")] {
            let (mut file, _) = temporary(&folder).unwrap();
            file.write_all(b"+++\nquestion = \"Half").unwrap();
        }
        assert_eq!(files(dir.path()).len(), 4, "they are there");
        let (read, findings) = folder::read(dir.path());
        assert_eq!((read.len(), findings.len()), (1, 0));
    }
}
