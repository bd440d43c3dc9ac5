//! The wasm32-unknown-unknown target: by rustup, or where that can't download, from Debian's Rust.

use std::fs;

use anyhow::Result;

use super::{announce, debian_rust};
use crate::run;
use crate::workshop::{Workshop, on_path};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn bring(workshop: &mut Workshop) -> Result<()> {
    if present(workshop) || debian_rust::adopt(workshop) {
        return Ok(());
    }
    let why = "the form is compiled to WebAssembly";
    if on_path("rustup").is_none() {
        announce("wasm target", &format!("{why} (Debian's Rust, for there is no rustup)"));
        return debian_rust::bring(workshop);
    }
    announce("wasm target", &format!("{why} (rustup target add {TARGET})"));
    if added_by_rustup(workshop)? && present(workshop) {
        return Ok(());
    }
    println!("    rustup could not bring it; taking Debian's Rust instead");
    debian_rust::bring(workshop)
}

/// Whether the toolchain in use has the target's standard library.
pub(super) fn present(workshop: &Workshop) -> bool {
    let mut rustc = workshop.command("rustc");
    let Ok(folder) = run::answer(rustc.args(["--print", "target-libdir", "--target", TARGET])) else {
        return false;
    };
    fs::read_dir(folder)
        .is_ok_and(|files| files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libcore-")))
}

fn added_by_rustup(workshop: &Workshop) -> Result<bool> {
    let log = workshop.tools.join("log/rustup.log");
    run::tried(workshop.command("rustup").args(["target", "add", TARGET]), &log)
}
