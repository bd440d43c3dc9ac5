//! How often was tried: from one network, and at one account. Counted in rows, in the unit that adds one.

use std::time::Duration;

use florin_domain::flow::open::Limits;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};

use crate::network::Network;

/// How long until this network may open another attempt; `None` when it may now.
pub(crate) fn network_must_wait(
    tx: &mut Tx<'_>,
    network: &Network,
    limits: &Limits,
    now: Timestamp,
) -> Result<Option<Duration>, StoreError> {
    if limits.network == u32::MAX {
        return Ok(None);
    }
    let name = network.to_string();
    // Holds the row until the commit: the count below misses nobody who counts at the same time.
    tx.execute(
        "INSERT INTO networks (network, touched_at) VALUES ($1, $2)
         ON CONFLICT (network) DO UPDATE SET touched_at = $2",
        params![&name, now],
    )?;
    let since = now.minus(limits.network_window);
    let last_allowed = tx.first(
        "SELECT created_at FROM attempts WHERE network = $1 AND created_at > $2
         ORDER BY created_at DESC LIMIT 1 OFFSET $3",
        params![&name, since, limits.network.saturating_sub(1)],
    )?;
    let Some(row) = last_allowed else { return Ok(None) };
    let at: Timestamp = row.get("created_at")?;
    Ok(Some(at.plus(limits.network_window).since(now)))
}

/// Forgets networks that have not tried for longer than any window.
pub(crate) fn purge_networks(tx: &mut Tx<'_>, time: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM networks WHERE touched_at <= $1", params![time]).map(|_| ())
}

/// Whether too many of the account's newest attempts were declined: somebody tries out stolen cards.
pub(crate) fn is_under_attack(tx: &mut Tx<'_>, account: &str, limits: &Limits) -> Result<bool, StoreError> {
    if limits.declined_of == u32::MAX {
        return Ok(false);
    }
    let row = tx.first(
        "SELECT COUNT(*) AS tried, COUNT(CASE WHEN state = 'declined' THEN 1 END) AS declined
         FROM (SELECT state FROM attempts
               WHERE account = $1 AND state <> 'opening' AND state <> 'open' AND state <> 'canceled'
               ORDER BY id DESC LIMIT $2) AS newest",
        params![account, limits.declined_of],
    )?;
    let Some(row) = row else { return Ok(false) };
    let (tried, declined): (i64, i64) = (row.get("tried")?, row.get("declined")?);
    Ok(tried >= i64::from(limits.declined_of) && declined * 100 > tried * i64::from(limits.declined_percent))
}
