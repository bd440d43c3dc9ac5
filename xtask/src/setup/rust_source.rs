//! The source of the standard library, for size builds: by rustup, where that can download.

use anyhow::Result;

use super::announce;
use crate::run;
use crate::workshop::{Workshop, on_path};

/// Tries; whether the source is there afterwards is the caller's to see.
pub(super) fn bring(workshop: &Workshop) -> Result<()> {
    if on_path("rustup").is_none() {
        return Ok(());
    }
    announce("rust-src", "a size build compiles the standard library (rustup component add rust-src)");
    let log = workshop.tools.join("log/rust-src.log");
    run::tried(workshop.command("rustup").args(["component", "add", "rust-src"]), &log)?;
    Ok(())
}
