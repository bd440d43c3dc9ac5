//! `cargo xtask bench`: measures, prints ratios, asserts nothing about time.

mod browser;
mod parts;
mod payments;

use anyhow::Result;
use clap::ValueEnum;
use florin_test_postgres::{Server, VARIABLE};

use crate::run;
use crate::setup;
use crate::workshop::Workshop;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// Units in group commit against units one by one, on SQLite and PostgreSQL
    Store,
    /// Full payments a second over HTTP, on SQLite and PostgreSQL
    Payments,
    /// The form in Chromium beside a hand-written HTML form: bytes, first key, keystroke to paint, shift
    Browser,
    /// By how much the size build's WebAssembly would be less without each of its parts
    Parts,
}

/// Runs one benchmark.
pub(crate) fn run(workshop: &Workshop, subject: Subject) -> Result<()> {
    match subject {
        Subject::Store => store(workshop),
        Subject::Payments => payments::run(workshop),
        Subject::Browser => browser::run(workshop),
        Subject::Parts => parts::run(workshop),
    }
}

fn store(workshop: &Workshop) -> Result<()> {
    setup::bring_postgres(workshop)?;
    let mut cargo = workshop.cargo();
    cargo.args(["bench", "--package", "florin-store", "--bench", "pay"]);
    // It lives until the benchmark has ended.
    let server = Server::start();
    match &server {
        Ok(server) => cargo.env(VARIABLE, server.socket_folder()),
        Err(missing) => cargo.env("FLORIN_BENCH_NO_POSTGRES", missing.to_string()),
    };
    run::shown(&mut cargo)
}
