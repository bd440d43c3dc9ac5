//! `cargo xtask test`: set-up, build, then every runner and every gate, each with its seconds.

mod tally;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use florin_test_postgres::{Missing, Server, VARIABLE};

use crate::build::{self, FORM_DIR_VARIABLE};
use crate::run;
use crate::setup::{self, Browser, Purpose};
use crate::sizes;
use crate::summary::{Outcome, Summary};
use crate::workshop::Workshop;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Tests on the host, the servers without a browser among them
    Unit,
    /// The store's promises and the servers without a browser, on PostgreSQL
    Postgres,
    /// The form's components in a headless browser
    Browser,
    /// A real browser against the real servers
    E2e,
    /// The loader's declarations, against the loader and against wrong uses
    Types,
    /// Bytes that a checkout loads
    Sizes,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Postgres => "postgres",
            Self::Browser => "browser",
            Self::E2e => "e2e",
            Self::Types => "types",
            Self::Sizes => "sizes",
        }
    }

    fn purpose(self) -> Purpose {
        match self {
            Self::Unit | Self::Postgres | Self::Sizes => Purpose::Build,
            Self::Browser | Self::E2e | Self::Types => Purpose::Test,
        }
    }
}

/// Runs all steps, or one; a failing step does not keep the next from running.
pub(crate) fn run(workshop: &mut Workshop, only: Option<Step>) -> Result<ExitCode> {
    let steps = only.map_or_else(|| Step::value_variants().to_vec(), |step| vec![step]);
    let needs_browser = steps.iter().any(|step| step.purpose() == Purpose::Test);
    let purpose = if needs_browser { Purpose::Test } else { Purpose::Build };

    let mut summary = Summary::begin();
    let mut binary = PathBuf::new();
    let ready = summary.step("setup", || {
        setup::bring(workshop, purpose)?;
        Ok(Outcome::Held)
    }) && summary.step("build", || {
        binary = build::everything(workshop, &build::Options::default())?;
        Ok(Outcome::Held)
    });
    if ready {
        for step in steps {
            summary.step(step.name(), || perform(step, workshop, &binary));
        }
    }
    summary.leave()
}

fn perform(step: Step, workshop: &Workshop, binary: &Path) -> Result<Outcome> {
    match step {
        Step::Unit => unit(workshop),
        Step::Postgres => postgres(workshop),
        Step::Browser => browser(workshop),
        Step::E2e => end_to_end(workshop, binary),
        Step::Types => types(workshop),
        Step::Sizes => {
            sizes::check(&workshop.form_dir(), sizes::ORDINARY_BUDGET)?;
            Ok(Outcome::Held)
        }
    }
}

fn unit(workshop: &Workshop) -> Result<Outcome> {
    let mut cargo = workshop.cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    // The same setting as in the build before, so that nothing is compiled twice.
    tally::run(cargo.env(FORM_DIR_VARIABLE, workshop.form_dir()))
}

/// One server for all test binaries, started here and gone afterwards.
fn postgres(workshop: &Workshop) -> Result<Outcome> {
    setup::bring_postgres(workshop)?;
    let server = match Server::start() {
        Ok(server) => server,
        Err(missing @ Missing::Programs) => return Ok(Outcome::Skipped(missing.to_string())),
        Err(failed) => return Err(failed.into()),
    };
    let mut cargo = workshop.cargo();
    // What is about SQLite alone ran before, with the rest.
    cargo.args(["test", "--package", "florin-store", "--package", "florin", "--test", "it", "--test", "flow"]);
    cargo.args(["--no-fail-fast", "--", "--include-ignored", "--skip", "sqlite::", "--skip", "failing_disk::"]);
    cargo.env(VARIABLE, server.socket_folder()).env("FLORIN_TEST_DATABASE", "postgres");
    tally::run(cargo.env(FORM_DIR_VARIABLE, workshop.form_dir()))
}

fn browser(workshop: &Workshop) -> Result<Outcome> {
    if files_ending(&workshop.root.join("tests/browser"), ".rs")?.is_empty() {
        return Ok(Outcome::Skipped("tests/browser holds no tests".to_owned()));
    }
    let mut wasm_pack = workshop.command("wasm-pack");
    wasm_pack
        .args(["test", "--headless", "--chrome", "--mode", "no-install", "--chromedriver"])
        .arg(found_browser()?.chromedriver)
        .env("CARGO_TARGET_DIR", &workshop.target);
    tally::run(&mut wasm_pack)
}

fn end_to_end(workshop: &Workshop, binary: &Path) -> Result<Outcome> {
    let tests = files_ending(&workshop.root.join("tests/e2e"), ".test.mjs")?;
    if tests.is_empty() {
        return Ok(Outcome::Skipped("tests/e2e holds no tests".to_owned()));
    }
    let browser = found_browser()?;
    let mut node = workshop.command("node");
    node.args(["--test", "--test-reporter=spec"]).args(tests);
    node.env("FLORIN_BIN", binary);
    node.env("CHROMIUM", browser.chromium).env("CHROMEDRIVER", browser.chromedriver);
    tally::run(&mut node)
}

fn types(workshop: &Workshop) -> Result<Outcome> {
    let mut tsc = workshop.command("node");
    tsc.args(["tests/e2e/node_modules/typescript/bin/tsc", "--project", "tests/e2e/types"]);
    run::shown(tsc.current_dir(&workshop.root))?;
    Ok(Outcome::Held)
}

fn found_browser() -> Result<Browser> {
    Browser::find().ok_or_else(|| anyhow!("no browser; run `cargo xtask setup test`"))
}

/// The files of one folder whose names end so, sorted.
fn files_ending(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
