//! The table `rounds`: work that is due every so often, for one server of many.

use std::time::Duration;

use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};

/// Takes a round that is due; the next one is due `every` from now. The first is due then, too.
pub(crate) fn take_round(
    tx: &mut Tx<'_>,
    name: &'static str,
    every: Duration,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let next = now.plus(every);
    tx.execute("INSERT INTO rounds (name, due_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", params![name, next])?;
    let rows =
        tx.execute("UPDATE rounds SET due_at = $3 WHERE name = $1 AND due_at <= $2", params![name, now, next])?;
    Ok(rows == 1)
}

/// Whether [`take_round`] would take it, for a look that writes nothing.
pub(crate) fn is_round_due(tx: &mut Tx<'_>, name: &'static str, now: Timestamp) -> Result<bool, StoreError> {
    let row = tx.first("SELECT due_at FROM rounds WHERE name = $1", params![name])?;
    let due_at: Option<Timestamp> = row.map(|row| row.get("due_at")).transpose()?;
    Ok(due_at.is_none_or(|at| at <= now))
}
