//! The size build: the standard library is compiled again, for size, under the form.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::run;
use crate::workshop::Workshop;

/// Toolchains that may have the standard library's source: the one in use, then Debian's.
const CANDIDATES: [Option<&str>; 2] = [None, Some("system")];

/// A panic ends the form at once, without the code that words it.
pub(super) const FLAGS: [&str; 2] = ["-Zunstable-options", "-Cpanic=immediate-abort"];

/// Turns a build of the form into a size build, and answers with its target folder.
///
/// A folder of its own, for its flags would make cargo compile the ordinary build anew each time.
pub(super) fn prepare(workshop: &Workshop, cargo: &mut Command) -> Result<PathBuf> {
    let Some(toolchain) = CANDIDATES.into_iter().find(|it| has_source(workshop, *it)) else {
        bail!(
            "a size build compiles the standard library, whose source this toolchain lacks; \
             run `rustup component add rust-src`, or build without --size"
        );
    };
    if let Some(toolchain) = toolchain {
        println!("form: the source of the standard library is that of toolchain {toolchain}");
        cargo.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    let target = workshop.target.join("size");
    cargo
        .args(["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"])
        // Unstable flags of a stable compiler: this build is measured and tested like the other.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", &target);
    Ok(target)
}

fn has_source(workshop: &Workshop, toolchain: Option<&str>) -> bool {
    let mut rustc = workshop.command("rustc");
    if let Some(toolchain) = toolchain {
        rustc.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    run::answer(rustc.args(["--print", "sysroot"]))
        .is_ok_and(|sysroot| Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
}
