//! The demo's folder: its record, and who uses it at the moment.
//!
//! Locks belong to the process, so that a killed demo leaves none behind.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use florin_store::Randomness;

use super::flags::Part;
use super::record::Record;

/// The record's file name.
const RECORD: &str = "demo.json";

/// An open folder.
pub(crate) struct Folder {
    path: PathBuf,
    /// Made by this process under the system's temporary folder.
    is_ours: bool,
}

/// Held while it lives.
pub(crate) struct Lock(#[expect(dead_code, reason = "a file's lock ends when the file is closed")] File);

impl Folder {
    /// Opens or makes the folder, for its owner only; without a path a fresh one.
    pub(crate) fn open(path: Option<&Path>, randomness: &Randomness) -> Result<Self> {
        let mut builder = DirBuilder::new();
        builder.mode(0o700);
        let (path, is_ours) = match path {
            Some(path) => {
                let path = std::path::absolute(path).context("--data")?;
                builder.recursive(true).create(&path).with_context(|| format!("--data {}", path.display()))?;
                (path, false)
            }
            None => {
                let name = format!("florin-demo-{:016x}", u64::from_be_bytes(randomness.bytes()));
                let path = std::env::temp_dir().join(name);
                // Not recursive: a folder that is already there may be a trap.
                builder.create(&path).with_context(|| format!("could not make {}", path.display()))?;
                (path, true)
            }
        };
        builder
            .recursive(true)
            .create(path.join("locks"))
            .with_context(|| format!("could not write into {}", path.display()))?;
        Ok(Self { path, is_ours })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where its record is.
    pub(crate) fn record_path(&self) -> PathBuf {
        self.path.join(RECORD)
    }

    /// Waits until no other process is starting on this folder, and keeps others waiting.
    pub(crate) fn take_turn(&self) -> Result<Lock> {
        let file = self.lock_file("start")?;
        file.lock().context("could not lock the folder")?;
        Ok(Lock(file))
    }

    /// Claims a part for this process. Two servers of one kind on one database would both be right.
    pub(crate) fn claim(&self, part: Part) -> Result<Lock> {
        let file = self.lock_file(part.flag())?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => {
                bail!("the {part} of {} already runs; stop it first, or give another --data", self.path.display())
            }
            Err(TryLockError::Error(error)) => Err(error).context("could not lock the folder"),
        }
    }

    /// The record, unless the folder is new.
    pub(crate) fn read_record(&self) -> Result<Option<Record>> {
        let path = self.record_path();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return self.refuse_orphans().map(|()| None);
            }
            Err(error) => {
                return Err(error).with_context(|| format!("could not read {}", path.display()));
            }
        };
        Record::parse(&text).map(Some).with_context(|| format!("{} can't be used", path.display()))
    }

    /// Writes the record: all of it or nothing, readable by its owner only.
    pub(crate) fn write_record(&self, record: &Record) -> Result<()> {
        let path = self.record_path();
        let draft = self.path.join(format!("{RECORD}.draft"));
        // A draft is left behind only by a crash, and we hold the turn.
        let _ = fs::remove_file(&draft);
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).and_then(|mut file| {
            file.write_all(record.to_text()?.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            File::open(&self.path)?.sync_all()
        });
        written.with_context(|| format!("could not write {}", path.display()))
    }

    /// Removes the folder if this process made it and nothing came of it.
    pub(crate) fn discard_if_unused(&self) {
        if self.is_ours && !self.record_path().exists() {
            let _ = fs::remove_dir_all(&self.path);
        }
    }

    /// Databases whose keys are gone are of no use, and new keys would not fit them.
    fn refuse_orphans(&self) -> Result<()> {
        for name in ["merchant.db", "gateway.db"] {
            if self.path.join(name).exists() {
                bail!("{} holds {name} but no {RECORD}; give another --data", self.path.display());
            }
        }
        Ok(())
    }

    fn lock_file(&self, name: &str) -> Result<File> {
        let path = self.path.join("locks").join(name);
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("could not open {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::demo::flags::Collect;
    use crate::demo::fresh::{Origins, fresh_record};

    /// A folder of its own for each test, gone afterwards.
    struct Scratch(Folder);

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(self.0.path());
        }
    }

    fn scratch() -> Scratch {
        Scratch(Folder::open(None, &Randomness::system()).unwrap())
    }

    fn record(folder: &Folder) -> Record {
        let origins = Origins {
            shop: "http://localhost:4241".into(),
            merchant: "http://127.0.0.1:4242".into(),
            gateway: "http://127.0.0.1:4243".into(),
            frame: "http://127.0.0.1:4244".into(),
        };
        fresh_record(origins, Collect::Confirm, folder.path(), None, &Randomness::seeded(1)).unwrap()
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_record_is_kept_for_its_owner_only_and_read_back() {
        let folder = scratch();
        assert!(folder.0.read_record().unwrap().is_none());
        let written = record(&folder.0);
        folder.0.write_record(&written).unwrap();
        assert_eq!(mode(&folder.0.record_path()), 0o600);
        assert_eq!(mode(folder.0.path()), 0o700);
        let read = folder.0.read_record().unwrap().unwrap();
        assert_eq!(read.to_text().unwrap(), written.to_text().unwrap());
    }

    #[test]
    fn a_draft_left_by_a_crash_is_no_obstacle_and_no_record() {
        let folder = scratch();
        fs::write(folder.0.path().join("demo.json.draft"), "{").unwrap();
        assert!(folder.0.read_record().unwrap().is_none());
        folder.0.write_record(&record(&folder.0)).unwrap();
        assert!(folder.0.read_record().unwrap().is_some());
    }

    #[test]
    fn a_part_runs_once_a_folder() {
        let folder = scratch();
        let first = folder.0.claim(Part::Merchant).unwrap();
        let refused = folder.0.claim(Part::Merchant).err().unwrap().to_string();
        assert!(refused.starts_with("the merchant server of "), "{refused}");
        assert!(folder.0.claim(Part::Gateway).is_ok());
        drop(first);
        assert!(folder.0.claim(Part::Merchant).is_ok());
    }

    #[test]
    fn databases_without_their_keys_are_refused() {
        let folder = scratch();
        fs::write(folder.0.path().join("gateway.db"), "").unwrap();
        let refused = folder.0.read_record().err().unwrap().to_string();
        assert!(refused.contains("gateway.db but no demo.json"), "{refused}");
    }

    #[test]
    fn a_spoilt_record_is_refused_and_left_alone() {
        let folder = scratch();
        fs::write(folder.0.record_path(), "{}").unwrap();
        assert!(folder.0.read_record().is_err());
        assert_eq!(fs::read_to_string(folder.0.record_path()).unwrap(), "{}");
    }

    #[test]
    fn an_unused_fresh_folder_is_removed_and_a_used_one_stays() {
        let unused = scratch();
        unused.0.discard_if_unused();
        assert!(!unused.0.path().exists());
        let used = scratch();
        used.0.write_record(&record(&used.0)).unwrap();
        used.0.discard_if_unused();
        assert!(used.0.path().exists());
    }
}
