//! Everything a contributor runs: set-up, build, demo, test, check.
//!
//! Knows the tools and the order of the steps; knows nothing of payments.

#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

mod bench;
mod build;
mod check;
mod controls;
mod demo;
mod fuzz;
mod lockfile;
mod mutants;
mod run;
mod screenshots;
mod setup;
mod sizes;
mod stopwatch;
mod summary;
mod test;
mod turn;
mod workshop;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workshop::Workshop;

/// Everything a contributor runs. Start with `cargo xtask demo`.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Bring the tools that are missing; the other commands do this by themselves
    Setup {
        /// What the tools are for
        #[arg(default_value = "test")]
        purpose: setup::Purpose,
    },
    /// Build the form and then the `florin` binary with the form inside
    Build(build::Options),
    /// Set up, build, and run a shop that takes test cards
    Demo {
        /// Passed to `florin demo`; try `cargo xtask demo -- --help`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Set up, build, and run every test
    Test {
        /// Run this step alone
        #[arg(long, value_name = "NAME")]
        only: Option<test::Step>,
    },
    /// Measure; prints ratios and asserts nothing about time
    Bench {
        /// What to measure
        subject: bench::Subject,
    },
    /// Take one check away at a time, on a copy of the tree, and demand that the tests notice
    Controls {
        /// Run those alone whose names contain this
        #[arg(long, value_name = "NAME")]
        only: Option<String>,
    },
    /// Change one rule of the pure crates at a time, on a copy of the tree, and demand that a test notices
    Mutants {
        /// Only in the files that fit this pattern, such as `crates/signing/**`
        #[arg(long, value_name = "GLOB")]
        file: Option<String>,
    },
    /// Feed every parser with what nobody would send
    Fuzz {
        /// How long each of them
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// Those alone whose tests are named like this
        #[arg(long, value_name = "NAME")]
        only: Option<String>,
    },
    /// Take the pictures of the documentation anew
    Screenshots,
    /// Formatting and lints
    Check,
}

fn main() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(task: Task) -> Result<ExitCode> {
    let mut workshop = Workshop::open()?;
    match task {
        Task::Setup { purpose } => setup::bring(&mut workshop, purpose)?,
        Task::Build(options) => {
            setup::bring(&mut workshop, setup::Purpose::Build)?;
            let binary = build::everything(&workshop, &options)?;
            println!("built {}", binary.display());
        }
        Task::Demo { arguments } => demo::start(&mut workshop, &arguments)?,
        Task::Test { only } => return test::run(&mut workshop, only),
        Task::Bench { subject } => bench::run(&workshop, subject)?,
        Task::Controls { only } => return controls::run(&workshop, only.as_deref()),
        Task::Mutants { file } => return mutants::run(&workshop, file.as_deref()),
        Task::Fuzz { seconds, only } => fuzz::run(&workshop, seconds, only.as_deref())?,
        Task::Screenshots => screenshots::take(&mut workshop)?,
        Task::Check => return check::run(&mut workshop),
    }
    Ok(ExitCode::SUCCESS)
}
