//! A connection that broke in a commit: the server is asked what became of the transaction.
//!
//! A server that crashed says it too, once it is back: what was not committed by then never will be.

use std::time::Duration;

use tokio::time::Instant;

use super::workers::Shared;
use super::{Tuning, opening};
use crate::error::StoreError;
use crate::tx::Session;
use crate::value::Value;

/// How long the server is waited for, all in all: shorter than what a caller waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long one answer may take: a server that swallows every packet must not use up all the patience.
const LOOK: Duration = Duration::from_secs(1);
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    Committed,
    /// Nothing of it is there, nor will be.
    RolledBack,
    /// Nobody could say.
    Open,
}

/// The one error after which a unit may have been kept.
pub(super) fn unknown() -> StoreError {
    StoreError::Engine(
        "the connection to the database was lost in a commit; whether it was kept is not known".to_owned(),
    )
}

/// Asks on a new connection, until there is an answer or it takes too long.
pub(super) fn resolve(shared: &Shared, transaction: Option<&str>) -> Doubt {
    let Some(transaction) = transaction else { return Doubt::Open };
    let over = Instant::now() + PATIENCE;
    loop {
        let left = over.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Doubt::Open;
        }
        // What cut this one has cut the others too, so it is asked on a new one.
        match ask(shared, transaction, LOOK.min(left)).as_deref() {
            Ok("committed") => return Doubt::Committed,
            Ok("aborted") => return Doubt::RolledBack,
            Ok(state) => tracing::warn!(state, "a commit in doubt is still under way"),
            Err(error) => tracing::warn!(%error, "a commit in doubt can't be asked about"),
        }
        std::thread::sleep(BETWEEN_LOOKS.min(over.saturating_duration_since(Instant::now())));
    }
}

fn ask(shared: &Shared, transaction: &str, deadline: Duration) -> Result<String, StoreError> {
    let tuning = Tuning { deadline, ..shared.tuning };
    let mut session = opening::connect(&shared.address, shared.role, &tuning)?;
    session.begin("BEGIN READ ONLY");
    let sql = "SELECT pg_xact_status(CAST(CAST($1 AS TEXT) AS xid8)) AS state";
    let rows = session.rows(sql, &[Value::from(transaction)], 1);
    session.abandon();
    let state: Option<String> = rows?.first().map_or(Ok(None), |row| row.get("state"))?;
    Ok(state.unwrap_or_else(|| "forgotten".to_owned()))
}
