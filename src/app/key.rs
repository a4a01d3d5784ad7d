//! The key that hides ids at rest.
//!
//! Owns the key file, the keyed hash, and keys derived from it for other purposes. Without the file, the hashes in the database lead to nobody.

use std::io::{self, Write};
use std::path::Path;

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{ChatKey, Surface};
use crate::store::Hashed;

/// Bytes of a key.
const LENGTH: usize = 32;
/// Bytes of a block of SHA-256, to which HMAC pads a key.
const BLOCK: usize = 64;

/// A secret of 32 bytes.
#[derive(Clone)]
pub struct HashKey([u8; LENGTH]);

/// Hides the secret.
impl std::fmt::Debug for HashKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashKey(***)")
    }
}

impl HashKey {
    /// This secret.
    pub fn new(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    /// A new secret.
    ///
    /// # Panics
    ///
    /// When the operating system has no random numbers, which leaves nothing to run on.
    pub fn random() -> Self {
        let mut bytes = [0; LENGTH];
        #[expect(clippy::expect_used, reason = "a guessable key would be worse than none")]
        getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
        Self(bytes)
    }

    /// HMAC-SHA256 of the chat, the first 16 bytes of it. The front is part of the input: equal ids of two fronts are
    /// two chats.
    pub fn hash(&self, chat: ChatKey) -> Hashed {
        self.hash_topic(chat, None)
    }

    /// The same of a topic of the chat; without one it is the chat's.
    pub fn hash_topic(&self, chat: ChatKey, topic: Option<i32>) -> Hashed {
        let topic = topic.map(i32::to_be_bytes);
        self.hashed(&[&[number_of(chat.surface)], &chat.id.to_be_bytes(), topic.as_ref().map_or(&[], |topic| topic)])
    }

    /// The same of somebody within a chat or a topic of it.
    pub fn hash_member(&self, chat: ChatKey, topic: Option<i32>, person: ChatKey) -> Hashed {
        let [chat_id, person] = [chat.id, person.id].map(i64::to_be_bytes);
        self.hashed(&[b"member:", &[number_of(chat.surface)], &chat_id, &topic.unwrap_or(0).to_be_bytes(), &person])
    }

    /// What stands for a cohort in a link: eight digits that nobody finds by guessing.
    pub fn tag(&self, cohort: &str) -> String {
        let full = self.mac(&[b"telefaq cohort: ", cohort.as_bytes()]);
        full.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }

    /// A positive number that stands for these bytes.
    pub fn number(&self, parts: &[&[u8]]) -> i64 {
        let full = self.mac(&[b"telefaq number: ", &parts.concat()]);
        let number = full.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        i64::try_from(number >> 1).unwrap_or(i64::MAX).max(1)
    }

    fn hashed(&self, parts: &[&[u8]]) -> Hashed {
        let full = self.mac(parts);
        let mut hashed = [0; 16];
        hashed.copy_from_slice(&full[..16]);
        Hashed(hashed)
    }

    /// Another secret for this purpose, which says nothing about this one. The purpose is longer than what [`Self::hash`]
    /// is made of, so the two never meet.
    pub fn derive(&self, purpose: &str) -> [u8; LENGTH] {
        self.mac(&[b"telefaq: ", purpose.as_bytes()])
    }

    /// The same in hexadecimal digits.
    pub fn derive_word(&self, purpose: &str) -> String {
        self.derive(purpose).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// HMAC-SHA256 of these parts, one after the other.
    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC pads a key to a block with zeros; doing it here makes the length right by type.
        let mut block = [0; BLOCK];
        block[..LENGTH].copy_from_slice(&self.0);
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// What stands for a front in a hash, for ever.
fn number_of(surface: Surface) -> u8 {
    match surface {
        Surface::Telegram => 1,
        Surface::Web => 2,
        Surface::Terminal => 3,
    }
}

/// Reads the key at `path`; writes a new one, readable by its owner only, when there is none.
///
/// # Errors
///
/// When the file cannot be read or written, or is not 32 bytes long (`InvalidData`). A damaged key is not replaced: what is stored
/// under it would be lost silently.
pub fn load_or_create_key(path: &Path) -> io::Result<HashKey> {
    match std::fs::read(path) {
        Ok(bytes) => from_bytes(&bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path),
        Err(error) => Err(error),
    }
}

fn from_bytes(bytes: &[u8]) -> io::Result<HashKey> {
    <[u8; LENGTH]>::try_from(bytes).map(HashKey).map_err(|_| {
        let problem = format!("it holds {} bytes instead of {LENGTH}", bytes.len());
        io::Error::new(io::ErrorKind::InvalidData, problem)
    })
}

/// Written aside and linked into place, so that a crash leaves a whole key or none, and of two processes that start for
/// the first time at once the second takes the key of the first.
fn create(path: &Path) -> io::Result<HashKey> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let key = HashKey::random();
    let mut aside = path.as_os_str().to_owned();
    aside.push(format!(".{}-{:08x}.new", std::process::id(), fastrand::u32(..)));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside)?;
    let placed = file.write_all(&key.0).and_then(|()| file.sync_all()).and_then(|()| std::fs::hard_link(&aside, path));
    let made = match placed {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => from_bytes(&std::fs::read(path)?),
        // A file system without links; a whole key is worth more there than the race of two first starts.
        Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => {
            return std::fs::rename(&aside, path).map(|()| key);
        }
        Err(error) => Err(error),
    };
    // Left behind it would be a second name of the key and nothing worse.
    let _ = std::fs::remove_file(&aside);
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(surface: Surface, id: i64) -> ChatKey {
        ChatKey { surface, id }
    }

    #[test]
    fn hashes_depend_on_key_front_and_id() {
        let key = HashKey::new([7; 32]);
        let base = key.hash(chat(Surface::Telegram, 1));
        assert_eq!(base, key.clone().hash(chat(Surface::Telegram, 1)));
        assert_ne!(base, key.hash(chat(Surface::Web, 1)));
        assert_ne!(base, key.hash(chat(Surface::Telegram, 2)));
        assert_eq!(base, key.hash_topic(chat(Surface::Telegram, 1), None));
        let topics = [Some(0), Some(1), None].map(|topic| key.hash_topic(chat(Surface::Telegram, 1), topic));
        assert!(topics[0] != topics[1] && topics[0] != topics[2] && topics[1] != topics[2]);
        assert_ne!(base, HashKey::new([8; 32]).hash(chat(Surface::Telegram, 1)));
    }

    /// Fixed for ever: another construction would orphan every stored row.
    #[test]
    fn the_hash_is_hmac_sha256_of_front_and_id() {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&[7; 32]).unwrap();
        mac.update(&[1, 0, 0, 0, 0, 0, 0, 0, 42]);
        assert_eq!(HashKey::new([7; 32]).hash(chat(Surface::Telegram, 42)).0, mac.finalize().into_bytes()[..16]);
    }

    #[test]
    fn a_derived_word_is_the_same_for_the_same_key_and_purpose_only() {
        let word = HashKey::new([7; 32]).derive_word("a");
        assert!(word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit()), "{word}");
        assert_eq!(word, HashKey::new([7; 32]).derive_word("a"));
        assert!(word != HashKey::new([8; 32]).derive_word("a") && word != HashKey::new([7; 32]).derive_word("b"));
    }

    #[test]
    fn a_key_file_is_made_once_for_its_owner_only_and_never_replaced_when_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/telefaq.key");
        let made = load_or_create_key(&path).unwrap();
        assert_eq!(made.0, load_or_create_key(&path).unwrap().0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let names = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(names, 1, "nothing is left beside it");
        std::fs::write(&path, b"short").unwrap();
        let error = load_or_create_key(&path).unwrap_err().to_string();
        assert!(error.contains("5 bytes instead of 32"), "{error}");
    }

    #[test]
    fn first_starts_at_the_same_time_agree_on_one_key() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("telefaq.key");
            let together = std::sync::Barrier::new(8);
            let keys: Vec<[u8; LENGTH]> = std::thread::scope(|scope| {
                let start = || {
                    together.wait();
                    load_or_create_key(&path).unwrap().0
                };
                let starts: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
                starts.into_iter().map(|start| start.join().unwrap()).collect()
            });
            assert!(keys.iter().all(|key| *key == keys[0]));
            assert_eq!(load_or_create_key(&path).unwrap().0, keys[0]);
        }
    }
}
