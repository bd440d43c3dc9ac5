//! Rows that nobody was promised any more: old idempotency keys, events dealt with, events delivered.

use std::time::Duration;

use florin_store::Tx;

use crate::storage::{IdempotencyRow, InboxRow, purge_event_log, purge_networks};
use crate::{ApiError, Merchant, keys};

/// Longer than any gateway re-sends an event.
const KEPT_FOR: Duration = Duration::from_secs(35 * 24 * 60 * 60);

/// The log is for people who look into what happened: for a year, and the month in which they notice.
const LOGGED_FOR: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// One round; says whether anything is left to do, which it never is.
pub(super) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    keys::note(merchant).await?;
    let now = merchant.clock().now();
    if !merchant.is_time_to_tidy(now) {
        return Ok(false);
    }
    merchant
        .store()
        .write(move |tx: &mut Tx<'_>| {
            IdempotencyRow::purge(tx, now)?;
            InboxRow::purge(tx, now.minus(KEPT_FOR))?;
            purge_networks(tx, now.minus(KEPT_FOR))?;
            purge_event_log(tx, now.minus(LOGGED_FOR))?;
            tx.execute(
                "DELETE FROM outbox WHERE state = 'delivered' AND settled_at <= $1",
                florin_store::params![now.minus(KEPT_FOR)],
            )?;
            tx.execute(
                "DELETE FROM listening WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id = listening.event_id)
                     AND position > 0 AND position < (SELECT MAX(position) FROM listening)",
                &[],
            )?;
            Ok::<_, ApiError>(false)
        })
        .await
}
