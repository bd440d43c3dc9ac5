//! Turns: of two commands that would work in one folder at once, the second waits.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use anyhow::{Context, Result};

/// Holds `path` until what it answers is dropped; says so once where it has to wait for another `work`.
pub(crate) fn take(path: &Path, work: &str) -> Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
    }
    let file = File::create(path).with_context(|| format!("can't write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("{work}: waiting for another {work} to finish");
            file.lock().with_context(|| format!("can't wait for {}", path.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("can't lock {}", path.display()));
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_lasts_until_it_is_dropped() {
        let folder = std::env::temp_dir().join(format!("florin-turn-{}", std::process::id()));
        let path = folder.join("lock");
        let held = take(&path, "build").unwrap();
        let other = File::open(&path).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(held);
        other.try_lock().unwrap();
        fs::remove_dir_all(folder).unwrap();
    }
}
