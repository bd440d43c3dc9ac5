//! `cargo xtask check`: formatting, lints for the host and for the form's target, and what may come into the build.

mod deny;

use std::process::ExitCode;

use anyhow::Result;

use crate::build::FORM_DIR_VARIABLE;
use crate::run;
use crate::setup::{self, TARGET};
use crate::summary::{Outcome, Summary};
use crate::workshop::Workshop;

pub(crate) fn run(workshop: &mut Workshop) -> Result<ExitCode> {
    let mut summary = Summary::begin();
    summary.step("format", || {
        run::shown(workshop.cargo().args(["fmt", "--all", "--check"]))?;
        Ok(Outcome::Held)
    });
    summary.step("clippy", || {
        let mut cargo = workshop.cargo();
        cargo.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
        run::shown(cargo.env(FORM_DIR_VARIABLE, workshop.form_dir()))?;
        Ok(Outcome::Held)
    });
    summary.step("clippy-form", || clippy_form(workshop));
    summary.step("deny", || deny::held(workshop));
    summary.step("advisories", || deny::advisories(workshop));
    summary.close()
}

fn clippy_form(workshop: &mut Workshop) -> Result<Outcome> {
    setup::bring_target(workshop)?;
    if let Some(toolchain) = &workshop.toolchain {
        return Ok(Outcome::Skipped(format!("the target comes from toolchain {toolchain}, which has no clippy")));
    }
    let mut cargo = workshop.cargo();
    cargo.args(["clippy", "--package", "florin-form", "--target", TARGET, "--all-targets"]);
    run::shown(cargo.args(["--", "-D", "warnings"]))?;
    Ok(Outcome::Held)
}
