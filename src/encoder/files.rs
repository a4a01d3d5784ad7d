//! The files of a model's folder.
//!
//! Owns how they are read: what is missing, too large for this machine or no JSON is said of the very file.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::OpenError;

/// Describes the network.
pub const CONFIG: &str = "config.json";
/// Says how a text becomes tokens.
pub const TOKENIZER: &str = "tokenizer.json";
/// Has the numbers.
pub const WEIGHTS: &str = "model.safetensors";

/// Larger models are not opened: no question could wait for one without a graphics card.
const LARGEST: u64 = 1 << 30;
/// While it is opened a model takes so many times the memory of its file.
const TAKES: u64 = 3;

/// A file, whole.
pub fn bytes(dir: &Path, name: &str) -> Result<Vec<u8>, OpenError> {
    let path = dir.join(name);
    let unread = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => OpenError::Missing { name: name.to_owned() },
        _ => OpenError::Unread { name: name.to_owned(), why: error.to_string() },
    };
    let size = std::fs::metadata(&path).map_err(unread)?.len();
    if size > LARGEST {
        return Err(OpenError::TooLarge { name: name.to_owned(), size, most: LARGEST });
    }
    if let Some(free) = free_memory()
        && size.saturating_mul(TAKES) > free
    {
        return Err(OpenError::TooLarge { name: name.to_owned(), size, most: free / TAKES });
    }
    std::fs::read(path).map_err(unread)
}

/// What a file of JSON says.
pub fn json<T: DeserializeOwned>(dir: &Path, name: &str) -> Result<T, OpenError> {
    serde_json::from_slice(&bytes(dir, name)?)
        .map_err(|error| OpenError::Unread { name: name.to_owned(), why: error.to_string() })
}

/// The same of a file that need not be there.
pub fn json_if_any<T: DeserializeOwned>(dir: &Path, name: &str) -> Result<Option<T>, OpenError> {
    match json(dir, name) {
        Err(OpenError::Missing { .. }) => Ok(None),
        other => other.map(Some),
    }
}

/// How much memory the machine can give, in bytes, where it says so (Linux).
fn free_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
