//! Builds the form into a folder and then the `florin` binary, which embeds that folder.

mod form;
mod loader;
mod names;
mod size;
mod themes;
mod www;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

pub(crate) use www::files as files_under;

use crate::run;
use crate::sizes;
use crate::turn;
use crate::workshop::Workshop;

/// Tells the build script of the frame host where the form to embed is.
pub(crate) const FORM_DIR_VARIABLE: &str = "FLORIN_FORM_DIR";

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Optimise the binary (the form always is)
    #[arg(long)]
    release: bool,
    /// Rebuild the standard library for size under the form: about 10 kB less to load
    #[arg(long)]
    size: bool,
}

/// Builds what has changed and answers with the binary's path.
pub(crate) fn everything(workshop: &Workshop, options: &Options) -> Result<PathBuf> {
    let _only_one = turn::take(&workshop.target.join("xtask-build-lock"), "build")?;
    form::build(workshop, options.size)?;
    if options.size {
        sizes::check(&workshop.form_dir(), sizes::SIZE_BUDGET)?;
    }
    binary(workshop, options.release)
}

fn binary(workshop: &Workshop, release: bool) -> Result<PathBuf> {
    let mut cargo = workshop.cargo();
    cargo
        .args(["build", "--package", "florin"])
        .args(release.then_some("--release"))
        .env(FORM_DIR_VARIABLE, workshop.form_dir());
    run::shown(&mut cargo)?;
    let profile = if release { "release" } else { "debug" };
    Ok(workshop.target.join(profile).join(format!("florin{}", std::env::consts::EXE_SUFFIX)))
}
