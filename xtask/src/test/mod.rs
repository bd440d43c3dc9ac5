//! `cargo xtask test`: set-up, build, then every runner and every gate, each with its seconds.

mod engines;
mod failures;
mod tally;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use florin_test_postgres::{Missing, Server, VARIABLE};

use crate::build::{self, FORM_DIR_VARIABLE, NoSource};
use crate::run;
use crate::setup::{self, Browser, Purpose};
use crate::sizes;
use crate::summary::{Outcome, Summary};
use crate::workshop::Workshop;
use engines::Engine;

/// What the size build has to pass.
const SMALL_JOURNEYS: [&str; 3] = ["startup.test.mjs", "pay.test.mjs", "challenge.test.mjs"];

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Tests on the host, the servers without a browser among them
    Unit,
    /// The store's promises and the servers without a browser, on PostgreSQL
    Postgres,
    /// The form's components in headless Chromium and Firefox
    Browser,
    /// A real browser against the real servers
    E2e,
    /// Journeys of a shopper in Chromium, Firefox and WebKit, their privacy settings included
    Engines,
    /// The loader's declarations, against the loader and against wrong uses
    Types,
    /// Bytes that a checkout loads, in both builds; and journeys with the size build
    Sizes,
}

impl Step {
    fn purpose(self) -> Purpose {
        match self {
            Self::Unit | Self::Postgres => Purpose::Build,
            Self::Browser | Self::E2e | Self::Engines | Self::Types | Self::Sizes => Purpose::Test,
        }
    }

    /// The rows of the summary: one for each runner, so that each has its seconds and may be skipped alone.
    fn rows(self, workshop: &Workshop, binary: &Path, summary: &mut Summary) {
        match self {
            Self::Unit => summary.step("unit", || unit(workshop)),
            Self::Postgres => summary.step("postgres", || postgres(workshop)),
            Self::Browser => {
                summary.step("browser", || engines::components(Engine::Chromium, workshop));
                summary.step("browser-ff", || engines::components(Engine::Firefox, workshop))
            }
            Self::E2e => summary.step("e2e", || end_to_end(workshop, binary)),
            Self::Engines => {
                summary.step("in-chromium", || engines::journeys(Engine::Chromium, workshop, binary));
                summary.step("in-firefox", || engines::journeys(Engine::Firefox, workshop, binary));
                summary.step("in-webkit", || engines::journeys(Engine::Webkit, workshop, binary))
            }
            Self::Types => summary.step("types", || types(workshop)),
            Self::Sizes => {
                summary.step("sizes", || {
                    sizes::check(&workshop.form_dir(), sizes::ORDINARY_BUDGET)?;
                    Ok(Outcome::Held)
                });
                let mut small = None;
                summary.step("sizes-small", || size_build(workshop, &mut small));
                summary.step("e2e-small", || small_journeys(workshop, small.as_deref()))
            }
        };
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
            step.rows(workshop, &binary, &mut summary);
        }
    }
    summary.leave()
}

/// The size build's bytes, where this machine can make it; `small` is its binary then.
fn size_build(workshop: &Workshop, small: &mut Option<PathBuf>) -> Result<Outcome> {
    let form = match build::form_for_size(workshop) {
        Ok(form) => form,
        Err(missing) if missing.is::<NoSource>() => return Ok(Outcome::Skipped(missing.to_string())),
        Err(failed) => return Err(failed),
    };
    *small = Some(build::binary_for_size(workshop)?);
    sizes::check(&form, sizes::SIZE_BUDGET)?;
    Ok(Outcome::Held)
}

/// Other code than the ordinary form's, from the standard library up: it has to start, pay and survive too.
fn small_journeys(workshop: &Workshop, binary: Option<&Path>) -> Result<Outcome> {
    let Some(binary) = binary else { return Ok(Outcome::Skipped("there is no size build".to_owned())) };
    let tests = SMALL_JOURNEYS.map(|name| workshop.root.join("tests/e2e").join(name));
    in_chromium(workshop, binary, &tests)
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
    let cargo = || {
        let mut cargo = workshop.cargo();
        cargo.arg("test").env(VARIABLE, server.socket_folder()).env("FLORIN_TEST_DATABASE", "postgres");
        cargo.env(FORM_DIR_VARIABLE, workshop.form_dir());
        cargo
    };
    let mut whole = cargo();
    // What is about SQLite or no database at all ran before, with the rest.
    whole.args(["--package", "florin-store", "--package", "florin", "--test", "it", "--test", "flow"]);
    whole.args(["--test", "killed", "--no-fail-fast", "--", "--include-ignored"]);
    whole.args(["--skip", "sqlite", "--skip", "failing_disk::", "--skip", "fuzz::"]);
    // Of the gateway's own, those that move money, or sealed cards, at the same time.
    let mut gateway = cargo();
    gateway.args(["--package", "florin-gateway", "--lib", "--test", "it", "--no-fail-fast", "--"]);
    gateway.args(["races::", "idempotency::", "refunds::", "multiple_captures::", "payment_methods::"]);
    gateway.args(["canary::", "ephemeral_keys::", "accounts::", "disputes::"]);
    gateway.args(["vault::stored::", "--skip", "the_files_hold"]);
    Ok(tally::run(&mut whole)?.and(tally::run(&mut gateway)?))
}

fn end_to_end(workshop: &Workshop, binary: &Path) -> Result<Outcome> {
    let tests = files_ending(&workshop.root.join("tests/e2e"), ".test.mjs")?;
    if tests.is_empty() {
        return Ok(Outcome::Skipped("tests/e2e holds no tests".to_owned()));
    }
    in_chromium(workshop, binary, &tests)
}

fn in_chromium(workshop: &Workshop, binary: &Path, tests: &[PathBuf]) -> Result<Outcome> {
    let browser = found_browser()?;
    let node = || {
        let mut node = workshop.command("node");
        node.args(["--test", "--test-reporter=spec"]).current_dir(&workshop.root).env("FLORIN_BIN", binary);
        node.env("CHROMIUM", &browser.chromium).env("CHROMEDRIVER", &browser.chromedriver);
        node
    };
    let again = |file: &str| {
        let mut node = node();
        node.arg(file);
        node
    };
    tally::run_with_second_try(node().args(tests), again)
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
