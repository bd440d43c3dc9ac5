//! `cargo xtask demo`: from nothing to a shop that takes test cards.

use std::os::unix::process::CommandExt;

use anyhow::{Error, Result};

use crate::build::{self, Options};
use crate::setup::{self, Purpose};
use crate::workshop::Workshop;

/// Ends by becoming `florin demo`, so that Ctrl-C and signals go straight to it.
///
/// The binary is the development build, the one the tests use as well: nothing is compiled twice,
/// the first start waits for no optimiser, and the second takes as long as cargo needs to see that
/// nothing changed. One person paying does not notice the difference.
pub(crate) fn start(workshop: &mut Workshop, arguments: &[String]) -> Result<()> {
    setup::bring(workshop, Purpose::Build)?;
    let binary = build::everything(workshop, &Options::default())?;
    let mut florin = workshop.command(binary);
    // Paths in the arguments are meant from where the contributor stands.
    florin.current_dir(std::env::current_dir()?);
    let failure = florin.arg("demo").args(arguments).exec();
    Err(Error::new(failure).context("can't start florin"))
}
