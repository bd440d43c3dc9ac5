//! The size build: the standard library is compiled again, for size, under the form.

use std::fmt;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::run;
use crate::setup;
use crate::workshop::Workshop;

/// Toolchains that may have the standard library's source: the one in use, then Debian's.
const CANDIDATES: [Option<&str>; 2] = [None, Some("system")];

/// A panic ends the form at once, without the code that words it.
pub(super) const FLAGS: [&str; 2] = ["-Zunstable-options", "-Cpanic=immediate-abort"];

/// There is no source of the standard library, and none could be had.
#[derive(Debug)]
pub(crate) struct NoSource(String);

impl std::error::Error for NoSource {}

impl fmt::Display for NoSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a size build compiles the standard library, whose source is missing: {}", self.0)
    }
}

/// Turns a build of the form into a size build.
///
/// # Errors
/// [`NoSource`], and what keeps a toolchain from being asked.
pub(super) fn prepare(workshop: &Workshop, cargo: &mut Command) -> Result<()> {
    if let Some(toolchain) = toolchain(workshop)? {
        println!("form: the source of the standard library is that of toolchain {toolchain}");
        cargo.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    cargo
        .args(["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"])
        // Unstable flags of a stable compiler: this build is weighed, and pays in a browser, like the other.
        .env("RUSTC_BOOTSTRAP", "1");
    Ok(())
}

/// The toolchain to build with where it is not the one in use.
fn toolchain(workshop: &Workshop) -> Result<Option<&'static str>> {
    let with_source = || CANDIDATES.into_iter().find(|it| has_source(workshop, *it));
    if let Some(found) = with_source() {
        return Ok(found);
    }
    setup::bring_rust_source(workshop)?;
    with_source().ok_or_else(|| {
        NoSource("no toolchain has it, and `rustup component add rust-src` brought none".to_owned()).into()
    })
}

fn has_source(workshop: &Workshop, toolchain: Option<&str>) -> bool {
    let mut rustc = workshop.command("rustc");
    if let Some(toolchain) = toolchain {
        rustc.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    run::answer(rustc.args(["--print", "sysroot"]))
        .is_ok_and(|sysroot| Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
}
