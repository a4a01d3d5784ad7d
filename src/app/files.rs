//! Writing text files so that nobody ever sees half of one.

use std::io::{self, Write};
use std::path::Path;

/// Puts `text` in the place of what is at `path`, or at `path` where nothing is: whoever reads it, and whatever happens
/// meanwhile, finds the old text or the new. A file keeps its permissions.
///
/// # Errors
///
/// When it cannot be written; what was there is there still.
pub fn write_atomically(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = folder.join(format!(".{name}.{}-{:08x}.new", std::process::id(), fastrand::u32(..)));
    let written = (|| {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&aside)?;
        file.write_all(text.as_bytes())?;
        if let Ok(metadata) = std::fs::metadata(path) {
            file.set_permissions(metadata.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&aside, path)?;
        std::fs::File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&aside);
    }
    written
}
