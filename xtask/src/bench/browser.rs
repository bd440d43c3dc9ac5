//! `cargo xtask bench browser`: the form as it ships, in a throttled Chromium, beside plain HTML.

use anyhow::{Context, Result};

use crate::build;
use crate::run;
use crate::setup::Browser;
use crate::workshop::Workshop;

/// Builds what ships and measures it.
pub(super) fn run(workshop: &Workshop) -> Result<()> {
    let browser = Browser::find().context("no browser; run `cargo xtask setup test`")?;
    let binary = build::everything(workshop, &build::Options::OPTIMISED)?;
    let mut node = workshop.command("node");
    node.arg("tests/bench/browser.mjs").current_dir(&workshop.root);
    run::shown(node.env("FLORIN_BIN", binary).env("CHROMIUM", browser.chromium))
}
