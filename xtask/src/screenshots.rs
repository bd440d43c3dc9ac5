//! `cargo xtask screenshots`: the pictures of the documentation, taken anew.

use anyhow::{Result, anyhow};

use crate::build::{self, Options};
use crate::run;
use crate::setup::{self, Browser, Purpose};
use crate::workshop::Workshop;

/// Takes them of the real form, on the real servers, in Chromium.
pub(crate) fn take(workshop: &mut Workshop) -> Result<()> {
    setup::bring(workshop, Purpose::Test)?;
    let binary = build::everything(workshop, &Options::default())?;
    let browser = Browser::find().ok_or_else(|| anyhow!("no browser; run `cargo xtask setup test`"))?;
    let mut node = workshop.command("node");
    node.arg("tests/e2e/screenshots.mjs").arg(workshop.root.join("docs/images"));
    // Where Inter is installed, as system-ui: a bare machine has no font that a person would have.
    node.env("FONTCONFIG_FILE", workshop.root.join("tests/e2e/fonts.conf"));
    run::shown(node.env("FLORIN_BIN", binary).env("CHROMIUM", browser.chromium))
}
