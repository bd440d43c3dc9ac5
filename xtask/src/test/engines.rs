//! Journeys over W3C WebDriver, one row for each engine, and the form's components in Firefox.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::{found_browser, tally};
use crate::build::FORM_DIR_VARIABLE;
use crate::setup::{Firefox, Webkit};
use crate::summary::Outcome;
use crate::workshop::Workshop;

/// An engine that journeys run in.
#[derive(Clone, Copy)]
pub(super) enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

impl Engine {
    /// What the names of its tests begin with.
    fn filter(self) -> &'static str {
        match self {
            Self::Chromium => "chromium::",
            Self::Firefox => "firefox::",
            Self::Webkit => "webkit::",
        }
    }

    /// The variables that lead the tests to browser and driver; or what is missing.
    fn programs(self, workshop: &Workshop) -> Result<Vec<(&'static str, PathBuf)>, String> {
        Ok(match self {
            Self::Chromium => {
                let found = found_browser().map_err(|missing| missing.to_string())?;
                vec![("CHROMIUM", found.chromium), ("CHROMEDRIVER", found.chromedriver)]
            }
            Self::Firefox => {
                let found = Firefox::find(workshop)?;
                vec![("FIREFOX", found.firefox), ("GECKODRIVER", found.geckodriver)]
            }
            Self::Webkit => {
                let found = Webkit::find()?;
                vec![("MINIBROWSER", found.minibrowser), ("WEBKITDRIVER", found.driver), ("XVFB", found.xvfb)]
            }
        })
    }
}

/// Each journey has servers and a browser of its own; two at once keep two cores busy.
pub(super) fn journeys(engine: Engine, workshop: &Workshop, binary: &Path) -> Result<Outcome> {
    let programs = match engine.programs(workshop) {
        Ok(programs) => programs,
        Err(missing) => return Ok(Outcome::Skipped(missing)),
    };
    let named = |arguments: &[&str]| {
        let mut cargo = workshop.cargo();
        cargo.args(["test", "--package", "florin-test-browsers", "--test", "engines", "--", "--include-ignored"]);
        cargo.args(["--test-threads", "2"]).args(arguments);
        cargo.envs(programs.clone()).env("FLORIN_BIN", binary).env(FORM_DIR_VARIABLE, workshop.form_dir());
        cargo
    };
    tally::run_with_second_try(&mut named(&[engine.filter()]), |name| named(&["--exact", name]))
}

/// The form's components in Chromium; in Firefox where there is one.
pub(super) fn components(engine: Engine, workshop: &Workshop) -> Result<Outcome> {
    let programs = match engine.programs(workshop) {
        Ok(programs) => programs,
        Err(missing) => return Ok(Outcome::Skipped(missing)),
    };
    let (browser, driver) = match engine {
        Engine::Firefox => ("--firefox", "--geckodriver"),
        Engine::Chromium | Engine::Webkit => ("--chrome", "--chromedriver"),
    };
    let mut wasm_pack: Command = workshop.command("wasm-pack");
    wasm_pack.args(["test", "--headless", browser, "--mode", "no-install", driver]);
    wasm_pack.arg(&programs[1].1).env("CARGO_TARGET_DIR", &workshop.target);
    tally::run(&mut wasm_pack)
}
