//! Brings what a build or a test run is missing: each tool only when missing, with one line saying
//! what and why. With nothing missing it says nothing and needs no network.

mod apt;
mod browser;
mod cargo_tools;
mod debian_rust;
mod engines;
mod node;
mod postgres;
mod rust_source;
mod wasm_target;

use std::fs::{self, File};

use anyhow::{Context, Result};
use clap::ValueEnum;

pub(crate) use browser::Browser;
pub(crate) use engines::{Firefox, Webkit};
pub(crate) use node::npm_tool;
pub(crate) use wasm_target::TARGET;

use crate::turn;
use crate::workshop::Workshop;

/// What the tools are for; `Test` includes `Build`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Purpose {
    Build,
    Test,
}

/// Brings everything `purpose` needs, and settles which toolchain the children use.
pub(crate) fn bring(workshop: &mut Workshop, purpose: Purpose) -> Result<()> {
    let _only_one = lock(workshop)?;
    wasm_target::bring(workshop)?;
    node::bring_runtime(workshop)?;
    node::bring_build_tools(workshop)?;
    cargo_tools::bring_wasm_bindgen(workshop)?;
    if purpose == Purpose::Test {
        cargo_tools::bring_wasm_pack(workshop)?;
        browser::bring(workshop)?;
        node::bring_playwright(workshop)?;
        node::bring_react_example(workshop)?;
        postgres::bring(workshop);
        engines::bring(workshop);
    }
    Ok(())
}

/// Brings the form's compilation target alone.
pub(crate) fn bring_target(workshop: &mut Workshop) -> Result<()> {
    let _only_one = lock(workshop)?;
    wasm_target::bring(workshop)
}

/// Brings cargo-deny alone.
pub(crate) fn bring_cargo_deny(workshop: &Workshop) -> Result<()> {
    let _only_one = lock(workshop)?;
    cargo_tools::bring_cargo_deny(workshop)
}

/// Brings cargo-mutants alone.
pub(crate) fn bring_cargo_mutants(workshop: &Workshop) -> Result<()> {
    let _only_one = lock(workshop)?;
    cargo_tools::bring_cargo_mutants(workshop)
}

/// Brings PostgreSQL alone, where it can be brought.
pub(crate) fn bring_postgres(workshop: &Workshop) -> Result<()> {
    let _only_one = lock(workshop)?;
    postgres::bring(workshop);
    Ok(())
}

/// Brings the source of the standard library alone, where it can be brought.
pub(crate) fn bring_rust_source(workshop: &Workshop) -> Result<()> {
    let _only_one = lock(workshop)?;
    rust_source::bring(workshop)
}

/// One line for one missing tool: what it is, and why it is needed.
fn announce(what: &str, why: &str) {
    println!("setup: {what}: {why}");
}

/// Holds the tool folder, which clones share, for one set-up at a time.
fn lock(workshop: &Workshop) -> Result<File> {
    let folder = &workshop.tools;
    fs::create_dir_all(folder)
        .with_context(|| format!("can't make {}; set FLORIN_TOOLS to a folder you may write to", folder.display()))?;
    turn::take(&folder.join("lock"), "set-up")
}
