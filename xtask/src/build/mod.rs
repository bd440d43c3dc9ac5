//! Builds the form into a folder and then the `florin` binary, which embeds that folder.

mod form;
mod loader;
mod module;
mod names;
mod size;
mod themes;
mod uncalled;
mod www;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

pub(crate) use size::NoSource;
pub(crate) use www::files as files_under;

use crate::run;
use crate::sizes;
use crate::turn;
use crate::workshop::Workshop;

/// Tells the build script of the frame host where the form to embed is.
pub(crate) const FORM_DIR_VARIABLE: &str = "FLORIN_FORM_DIR";

/// The two ways to compile the form. Each has folders of its own: its flags would make cargo compile the
/// other anew each time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    /// With the standard library that came with the compiler.
    Ordinary,
    /// With one compiled for size.
    Size,
}

impl Flavour {
    fn target(self, workshop: &Workshop) -> PathBuf {
        match self {
            Self::Ordinary => workshop.target.clone(),
            Self::Size => workshop.target.join("size"),
        }
    }

    fn form_dir(self, workshop: &Workshop) -> PathBuf {
        match self {
            Self::Ordinary => workshop.form_dir(),
            Self::Size => self.target(workshop).join("shipped-form"),
        }
    }
}

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Optimise the binary (the form always is)
    #[arg(long)]
    release: bool,
    /// Rebuild the standard library for size under the form: about 10 kB less to load
    #[arg(long)]
    size: bool,
}

impl Options {
    /// What a shop runs: measured is nothing else.
    pub(crate) const OPTIMISED: Self = Self { release: true, size: false };
}

/// Builds what has changed and answers with the binary's path.
pub(crate) fn everything(workshop: &Workshop, options: &Options) -> Result<PathBuf> {
    let _only_one = turn(workshop)?;
    let flavour = if options.size { Flavour::Size } else { Flavour::Ordinary };
    let form = form::build(workshop, flavour)?;
    if options.size {
        sizes::check(&form, sizes::SIZE_BUDGET)?;
    }
    binary(workshop, options.release, &form)
}

/// Builds the form for size, where that has changed, and answers with its folder. The binary stays as it is.
///
/// # Errors
/// [`NoSource`] where this machine can't; and what keeps a build from ending.
pub(crate) fn form_for_size(workshop: &Workshop) -> Result<PathBuf> {
    let _only_one = turn(workshop)?;
    form::build(workshop, Flavour::Size)
}

/// The size build's WebAssembly, built before, as it would be without the functions whose names `is_out` knows.
pub(crate) fn form_for_size_without(workshop: &Workshop, is_out: impl Fn(&str) -> bool) -> Result<Vec<u8>> {
    let _only_one = turn(workshop)?;
    form::without(workshop, Flavour::Size, is_out)
}

/// The binary with that form in it, beside the ordinary one, which stays as it is.
pub(crate) fn binary_for_size(workshop: &Workshop) -> Result<PathBuf> {
    let _only_one = turn(workshop)?;
    // Its own target folder would compile every server anew: it is built in the ordinary one's place.
    let built = binary(workshop, false, &Flavour::Size.form_dir(workshop))?;
    let kept = Flavour::Size.target(workshop).join("florin").with_extension(std::env::consts::EXE_EXTENSION);
    fs::copy(built, &kept).with_context(|| format!("can't write {}", kept.display()))?;
    binary(workshop, false, &workshop.form_dir())?;
    Ok(kept)
}

fn turn(workshop: &Workshop) -> Result<File> {
    turn::take(&workshop.target.join("xtask-build-lock"), "build")
}

fn binary(workshop: &Workshop, release: bool, form: &Path) -> Result<PathBuf> {
    let mut cargo = workshop.cargo();
    cargo.args(["build", "--package", "florin"]).args(release.then_some("--release")).env(FORM_DIR_VARIABLE, form);
    run::shown(&mut cargo)?;
    let profile = if release { "release" } else { "debug" };
    Ok(workshop.target.join(profile).join(format!("florin{}", std::env::consts::EXE_SUFFIX)))
}
