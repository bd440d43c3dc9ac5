//! A copy of the tree to break things in, so that nobody's work is touched.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::run;
use crate::workshop::Workshop;

/// The copy.
pub(super) struct Scratch {
    pub(super) root: PathBuf,
}

impl Scratch {
    /// Brings the copy up to the tree as it stands, uncommitted changes included. Files that are the
    /// same are left alone, so that cargo builds only what differs.
    pub(super) fn bring(workshop: &Workshop) -> Result<Self> {
        let root = workshop.target.join("controls/tree");
        let mut git = workshop.command("git");
        let listed = run::answer(git.args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
        let wanted: Vec<&str> = listed.lines().filter(|file| workshop.root.join(file).is_file()).collect();
        remove_others(&root, &root, &wanted)?;
        for file in wanted {
            copy(&workshop.root.join(file), &root.join(file))?;
        }
        Ok(Self { root })
    }

    /// Replaces a file's text; answers the text it had.
    pub(super) fn replace(&self, file: &str, text: &str) -> Result<String> {
        let path = self.root.join(file);
        let before = fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
        fs::write(&path, text)?;
        Ok(before)
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let new = fs::read(from).with_context(|| format!("can't read {}", from.display()))?;
    if fs::read(to).is_ok_and(|old| old == new) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(to, new).with_context(|| format!("can't write {}", to.display()))
}

/// A file that the tree no longer has would still be compiled.
fn remove_others(root: &Path, folder: &Path, wanted: &[&str]) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(root, &path, wanted)?;
        } else if path.strip_prefix(root).is_ok_and(|file| !wanted.iter().any(|wanted| Path::new(wanted) == file)) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
