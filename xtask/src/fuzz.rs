//! `cargo xtask fuzz`: every parser, each for so many seconds, one after the other.

use anyhow::Result;

use crate::build::FORM_DIR_VARIABLE;
use crate::run;
use crate::workshop::Workshop;

/// Runs all targets, or those whose names contain `only`.
pub(crate) fn run(workshop: &Workshop, seconds: u32, only: Option<&str>) -> Result<()> {
    // What is behind HTTP stands with the servers' own tests.
    for (package, target, part) in [("florin-fuzz", "it", None), ("florin", "flow", Some("fuzz::"))] {
        let mut cargo = workshop.cargo();
        cargo.args(["test", "--package", package, "--test", target, "--"]).args(part.filter(|_| only.is_none()));
        cargo.args(only.map(|only| format!("{}{only}", part.unwrap_or_default())));
        // One at a time, so that each has the machine for its seconds; shown, because the counts are the result.
        cargo.args(["--test-threads=1", "--nocapture"]);
        cargo.env("FLORIN_FUZZ_SECONDS", seconds.to_string()).env(FORM_DIR_VARIABLE, workshop.form_dir());
        run::shown(&mut cargo)?;
    }
    Ok(())
}
