//! `cargo xtask controls`: takes one check away at a time and demands that the tests notice.
//!
//! A test that stays green without the check it is about proves nothing. Each control is run on a
//! copy of the tree: green with the check, red without it, and red by a test, not by the compiler.

mod control;
mod scratch;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::build::FORM_DIR_VARIABLE;
use crate::run;
use crate::stopwatch::Stopwatch;
use crate::workshop::Workshop;
use control::{Control, Question};
use scratch::Scratch;

/// What `cargo test` came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tests {
    Green,
    Red,
    NotBuilt,
    /// Nothing of that name: a green that means nothing.
    NoneRan,
}

/// Runs the controls whose names contain `only`.
pub(crate) fn run(workshop: &Workshop, only: Option<&str>) -> Result<ExitCode> {
    let mut controls: Vec<Control> = control::all(&workshop.root)?
        .into_iter()
        .filter(|control| only.is_none_or(|part| control.name.contains(part)))
        .collect();
    if controls.is_empty() {
        bail!("no control of that name");
    }
    // What the next one compiles anew is then mostly what the last one broke.
    controls.sort_by(|one, other| one.file.cmp(&other.file));
    let scratch = Scratch::bring(workshop)?;
    let with_all_checks = with_all_checks(workshop, &scratch, &controls)?;
    let mut held = 0;
    for control in &controls {
        let watch = Stopwatch::start();
        let said = judge(workshop, &scratch, control, with_all_checks[&control.question()])?;
        held += usize::from(said.is_none());
        let verdict = said.unwrap_or_else(|| "red without it".to_owned());
        println!("{:<34} {verdict:<28} {:>8}  {}", control.name, watch.elapsed().to_string(), control.never);
    }
    println!("{held} of {} controls held", controls.len());
    Ok(if held == controls.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What each test says while no check is missing. Asked before the first is taken away, so that the tree is
/// compiled once for all of them.
fn with_all_checks<'a>(
    workshop: &Workshop,
    scratch: &Scratch,
    controls: &'a [Control],
) -> Result<BTreeMap<Question<'a>, Tests>> {
    let watch = Stopwatch::start();
    let mut said = BTreeMap::new();
    for control in controls {
        if let Entry::Vacant(unasked) = said.entry(control.question()) {
            unasked.insert(tests(workshop, scratch, control)?);
        }
    }
    println!("{} tests with all checks: {}", said.len(), watch.elapsed());
    Ok(said)
}

/// What is wrong with a control, if anything.
fn judge(workshop: &Workshop, scratch: &Scratch, control: &Control, before: Tests) -> Result<Option<String>> {
    match before {
        Tests::Green => {}
        Tests::Red => return Ok(Some("RED WITH IT".to_owned())),
        Tests::NotBuilt => return Ok(Some("NOT BUILT WITH IT".to_owned())),
        Tests::NoneRan => return Ok(Some("NO SUCH TEST".to_owned())),
    }
    let whole = fs::read_to_string(scratch.root.join(&control.file))
        .with_context(|| format!("{}: there is no {}", control.name, control.file))?;
    let without = match control.applied(&whole) {
        Ok(without) => without,
        Err(error) => return Ok(Some(error.to_string())),
    };
    let whole = scratch.replace(&control.file, &without)?;
    let after = tests(workshop, scratch, control);
    scratch.replace(&control.file, &whole)?;
    Ok(match after? {
        Tests::Red => None,
        Tests::Green | Tests::NoneRan => Some("STILL GREEN WITHOUT IT".to_owned()),
        Tests::NotBuilt => Some("NOT BUILT WITHOUT IT".to_owned()),
    })
}

fn tests(workshop: &Workshop, scratch: &Scratch, control: &Control) -> Result<Tests> {
    let cargo = |no_run: bool| {
        let mut cargo = workshop.command("cargo");
        cargo.arg("test").args(no_run.then_some("--no-run")).args(&control.test);
        cargo.current_dir(&scratch.root).env("CARGO_TARGET_DIR", workshop.target.join("controls/target"));
        // The child must look at the copy, not at the tree that this program was started from.
        cargo.env_remove("CARGO_MANIFEST_DIR");
        // No control is about the form: without it, it need not be built either.
        cargo.env_remove(FORM_DIR_VARIABLE);
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "false");
        if control.on_postgres {
            cargo.env("FLORIN_TEST_DATABASE", "postgres");
        }
        cargo
    };
    let log = workshop.target.join("controls/log").join(format!("{}.log", control.name));
    if !run::tried(&mut cargo(true), &log)? {
        return Ok(Tests::NotBuilt);
    }
    if !run::tried(&mut cargo(false), &log)? {
        return Ok(Tests::Red);
    }
    let ran = fs::read_to_string(&log)?.lines().any(|line| line.starts_with("test ") && line.ends_with("... ok"));
    Ok(if ran { Tests::Green } else { Tests::NoneRan })
}
