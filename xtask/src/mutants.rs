//! `cargo xtask mutants`: changes one rule of the pure crates at a time and demands that a test notices.
//!
//! Which tests must notice, `.cargo/mutants.toml` says.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::setup;
use crate::workshop::Workshop;

/// Runs all of it, or the files that fit the pattern `file`. More than an hour of two cores for all.
pub(crate) fn run(workshop: &Workshop, file: Option<&str>) -> Result<ExitCode> {
    setup::bring_cargo_mutants(workshop)?;
    let output = workshop.target.join("mutants");
    fs::create_dir_all(&output).with_context(|| format!("can't make {}", output.display()))?;
    let mut tool = workshop.command(workshop.cargo_mutants_root().join("bin/cargo-mutants"));
    tool.args(["mutants", "--package", "florin-domain", "--package", "florin-signing", "--output"]).arg(&output);
    tool.args(file.into_iter().flat_map(|file| ["--file", file]));
    // The copy must be built, not the tree that this program was started from; a compiler that is quick is all.
    tool.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_TARGET_DIR").env("CARGO_PROFILE_DEV_DEBUG", "false");
    let status = tool.status().context("can't run cargo-mutants")?;
    println!("all of it is in {}", output.join("mutants.out").display());
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
