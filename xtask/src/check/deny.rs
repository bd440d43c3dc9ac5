//! What may come into the build: `deny.toml`, held by cargo-deny.

use std::process::Command;

use anyhow::{Result, bail};

use crate::run;
use crate::setup;
use crate::summary::Outcome;
use crate::workshop::Workshop;

/// What cargo-deny says when its database of advisories can't be had.
const OUT_OF_REACH: &str = "failed to fetch advisory database";

/// Licenses, sources and bans. Only what breaks a rule is shown.
pub(super) fn held(workshop: &Workshop) -> Result<Outcome> {
    setup::bring_cargo_deny(workshop)?;
    run::shown(deny(workshop).args(["bans", "licenses", "sources"]))?;
    Ok(Outcome::Held)
}

/// Known holes in what is built in. The database comes from elsewhere; where it is out of reach, nobody knows.
pub(super) fn advisories(workshop: &Workshop) -> Result<Outcome> {
    let output = deny(workshop).arg("advisories").output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return Ok(Outcome::Held);
    }
    if said.contains(OUT_OF_REACH) {
        return Ok(Outcome::Skipped("the database of advisories is out of reach from here".to_owned()));
    }
    bail!("{}", said.trim())
}

/// The tool itself: cargo would look for it on PATH, where another version may be.
fn deny(workshop: &Workshop) -> Command {
    let mut command = workshop.command(workshop.cargo_deny_root().join("bin/cargo-deny"));
    command.args(["--workspace", "--log-level", "error", "check", "--hide-inclusion-graph"]);
    command
}
