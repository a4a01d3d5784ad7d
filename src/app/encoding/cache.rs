//! What a model has made of texts, in memory and in a file.
//!
//! Owns the file: one for each model, with hashes of texts and their numbers, no text. It is written aside and put in its
//! place whole. One that is damaged, or another model's, is made anew, and that is said.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use sha2::{Digest, Sha256};

use crate::app::files;
use crate::engine::Embedding;

/// What a text is known by.
pub type Key = [u8; 16];

/// How the file begins; the number changes with its layout.
const MAGIC: &[u8] = b"telefaq encoded 1\n";
/// Hash of everything before, at the end.
const CHECK: usize = 32;
/// So many times something is kept though nobody asked for it: a folder that was refused comes again, put right.
const MOST_SAVES_UNUSED: u8 = 8;
/// A larger file is none of ours.
const LARGEST: u64 = 1 << 32;

/// The key of a text.
pub fn key(text: &str) -> Key {
    let hash = Sha256::digest(text.as_bytes());
    let mut key = Key::default();
    key.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    key
}

/// What has been made of texts.
#[derive(Debug)]
pub struct Cache {
    rows: RwLock<HashMap<Key, Row>>,
    path: Option<PathBuf>,
    fingerprint: String,
    changed: AtomicBool,
    complaint: Option<String>,
}

#[derive(Debug)]
struct Row {
    embedding: Option<Embedding>,
    /// Whether it was asked for since the last save.
    used: AtomicBool,
    /// How many saves ago it was.
    unused: u8,
}

impl Row {
    fn new(embedding: Option<Embedding>) -> Self {
        Self { embedding, used: AtomicBool::new(true), unused: 0 }
    }
}

impl Cache {
    /// What is in the file of the model with this fingerprint, in `folder`; empty without a folder or file.
    pub fn open(folder: Option<PathBuf>, fingerprint: &str) -> Self {
        let path = folder.map(|folder| folder.join(format!("encoded-{fingerprint}.bin")));
        let mut complaint = None;
        let rows = match &path {
            None => HashMap::new(),
            Some(path) => read(path, fingerprint).unwrap_or_else(|why| {
                complaint = Some(format!("{} {why}: the phrasings are encoded again", path.display()));
                HashMap::new()
            }),
        };
        let rows = rows.into_iter().map(|(key, embedding)| (key, Row::new(embedding))).collect();
        Self {
            rows: RwLock::new(rows),
            path,
            fingerprint: fingerprint.to_owned(),
            changed: AtomicBool::new(false),
            complaint,
        }
    }

    /// What was wrong with the file.
    pub fn complaint(&self) -> Option<&str> {
        self.complaint.as_deref()
    }

    /// Whether a text is known.
    pub fn has(&self, key: &Key) -> bool {
        self.read().contains_key(key)
    }

    /// What was made of a text: outside `None`, that is not known; inside, nothing was.
    pub fn get(&self, key: &Key) -> Option<Option<Embedding>> {
        let rows = self.read();
        let row = rows.get(key)?;
        row.used.store(true, Ordering::Relaxed);
        Some(row.embedding.clone())
    }

    /// Adds what was made of texts.
    pub fn add(&self, made: Vec<(Key, Option<Embedding>)>) {
        self.write().extend(made.into_iter().map(|(key, embedding)| (key, Row::new(embedding))));
        self.changed.store(true, Ordering::Relaxed);
    }

    /// Writes the file, if there is something new.
    ///
    /// # Errors
    ///
    /// It cannot be written. What is in memory stays.
    pub fn save(&self) -> io::Result<()> {
        self.write().retain(|_, row| {
            row.unused = if row.used.swap(false, Ordering::Relaxed) { 0 } else { row.unused.saturating_add(1) };
            row.unused <= MOST_SAVES_UNUSED
        });
        let Some(path) = &self.path else { return Ok(()) };
        if !self.changed.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let bytes = self.bytes();
        files::write_atomically(path, &bytes).inspect_err(|_| self.changed.store(true, Ordering::Relaxed))
    }

    fn bytes(&self) -> Vec<u8> {
        let rows = self.read();
        let mut keys: Vec<&Key> = rows.keys().collect();
        keys.sort_unstable();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.fingerprint.bytes());
        bytes.push(b'\n');
        for key in keys {
            let embedding = rows.get(key).and_then(|row| row.embedding.as_ref());
            let (sentence, all) = embedding.map_or((&[][..], &[][..]), |made| (made.sentence(), made.all()));
            bytes.extend(key);
            for length in [sentence.len(), all.len()] {
                bytes.extend((length as u32).to_le_bytes());
            }
            all.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
        }
        let check = Sha256::digest(&bytes);
        bytes.extend(check);
        bytes
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<Key, Row>> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<Key, Row>> {
        self.rows.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is in a file; empty if there is none. An error says what is wrong with it.
fn read(path: &std::path::Path, fingerprint: &str) -> Result<HashMap<Key, Option<Embedding>>, String> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => return Err(format!("cannot be read ({error})")),
        Ok(about) if about.len() > LARGEST => return Err("is too large".to_owned()),
        Ok(_) => {}
    }
    let bytes = std::fs::read(path).map_err(|error| format!("cannot be read ({error})"))?;
    let damaged = || "is damaged".to_owned();
    let end = bytes.len().checked_sub(CHECK).ok_or_else(damaged)?;
    let (content, check) = bytes.split_at(end);
    if Sha256::digest(content).as_slice() != check {
        return Err(damaged());
    }
    let rest = content.strip_prefix(MAGIC).ok_or_else(|| "is of another version".to_owned())?;
    let rest = rest.strip_prefix(fingerprint.as_bytes()).and_then(|rest| rest.strip_prefix(b"\n"));
    let mut rest = rest.ok_or_else(|| "is another model's".to_owned())?;
    let mut rows = HashMap::new();
    while !rest.is_empty() {
        let row = take(&mut rest).and_then(|key: Key| {
            let sentence = u32::from_le_bytes(take(&mut rest)?) as usize;
            let all = u32::from_le_bytes(take(&mut rest)?) as usize;
            let (numbers, after) = rest.split_at_checked(all.checked_mul(4)?)?;
            rest = after;
            let numbers: Vec<f32> = numbers.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            let (sentence, more) = numbers.split_at_checked(sentence)?;
            Some((key, (all > 0).then(|| Embedding::new(sentence.to_vec(), more.to_vec()))))
        });
        let (key, embedding) = row.ok_or_else(damaged)?;
        rows.insert(key, embedding);
    }
    Ok(rows)
}

/// The first bytes, which are taken off.
fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(folder: &std::path::Path) -> Cache {
        let cache = Cache::open(Some(folder.to_owned()), "abc");
        let made = Some(Embedding::new(vec![0.6, 0.8], vec![1.0]));
        cache.add(vec![(key("one"), made), (key("two"), None)]);
        cache.save().unwrap();
        cache
    }

    #[test]
    fn what_is_kept_is_there_after_a_start() {
        let dir = tempfile::tempdir().unwrap();
        let cache = filled(dir.path());
        let again = Cache::open(Some(dir.path().to_owned()), "abc");
        assert_eq!(again.complaint(), None);
        for text in ["one", "two", "three"] {
            assert_eq!(again.get(&key(text)), cache.get(&key(text)), "{text}");
        }
        assert_eq!(again.get(&key("two")), Some(None));
        assert_eq!(again.bytes(), cache.bytes(), "the same bytes for the same content");
        assert_eq!(Cache::open(None, "abc").get(&key("one")), None);
    }

    #[test]
    fn a_file_that_is_damaged_or_anothers_is_made_anew_and_that_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("encoded-abc.bin");
        filled(dir.path());
        let whole = std::fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[30] ^= 1;
        let signed = |text: &[u8]| [text, Sha256::digest(text).as_slice()].concat();
        for (bytes, why) in [
            (whole[..whole.len() - 5].to_vec(), "is damaged"),
            (flipped, "is damaged"),
            (Vec::new(), "is damaged"),
            (signed(b"something else"), "is of another version"),
            (signed(b"telefaq encoded 1\nxyz\n"), "is another model's"),
            (signed(b"telefaq encoded 1\nabc\n0123456789abcdef\xff\xff\xff\xff\xff\xff\xff\xff"), "is damaged"),
        ] {
            std::fs::write(&path, &bytes).unwrap();
            let cache = Cache::open(Some(dir.path().to_owned()), "abc");
            let complaint = cache.complaint().unwrap_or_default();
            assert!(complaint.contains(why), "{complaint}: {why}");
            assert!(!cache.has(&key("one")));
            cache.add(vec![(key("one"), None)]);
            cache.save().unwrap();
            assert_eq!(Cache::open(Some(dir.path().to_owned()), "abc").complaint(), None);
        }
    }

    #[test]
    fn what_nobody_asks_for_is_forgotten_in_the_end() {
        let cache = Cache::open(None, "abc");
        cache.add(vec![(key("old"), None), (key("asked"), None)]);
        for _ in 0..=usize::from(MOST_SAVES_UNUSED) + 1 {
            cache.get(&key("asked"));
            cache.save().unwrap();
        }
        assert!(cache.has(&key("asked")) && !cache.has(&key("old")));
    }
}
