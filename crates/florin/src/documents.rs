//! Documents that are written from the code, and stand in the repository to be read there.

use std::fs;
use std::path::{Path, PathBuf};

/// Set to anything, tests write the documents instead of comparing them.
const REWRITE: &str = "FLORIN_REWRITE_DOCS";

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Fails when the committed document says something else than the code.
#[track_caller]
pub(crate) fn check(path: &str, wanted: &str) {
    let file = workspace().join(path);
    if std::env::var_os(REWRITE).is_some() {
        fs::write(&file, wanted).unwrap();
        return;
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    let differs = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
    assert!(
        found == wanted,
        "{path} is not what the code says (first difference: {differs:?}); write it anew with\n  \
         {REWRITE}=1 cargo test --package florin --bin florin"
    );
}
