//! Full payments, on each engine.

use anyhow::Result;
use florin_test_postgres::{Server, VARIABLE};

use crate::run;
use crate::setup;
use crate::workshop::Workshop;

pub(super) fn run(workshop: &Workshop) -> Result<()> {
    setup::bring_postgres(workshop)?;
    let bench = || {
        let mut cargo = workshop.cargo();
        cargo.args(["bench", "--package", "florin", "--bench", "payments"]);
        cargo
    };
    run::shown(bench().env("FLORIN_TEST_DATABASE", "sqlite"))?;
    // It lives until the benchmark has ended.
    match Server::start() {
        Ok(server) => run::shown(bench().env("FLORIN_TEST_DATABASE", "postgres").env(VARIABLE, server.socket_folder())),
        Err(missing) => {
            println!("SKIPPED PostgreSQL: {missing}");
            Ok(())
        }
    }
}
