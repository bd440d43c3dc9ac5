//! Rows that nobody was promised any more: old idempotency keys, events dealt with, events delivered.

use std::time::Duration;

use florin_store::Tx;

use crate::storage::IdempotencyRow;
use crate::webhook::InboxRow;
use crate::{ApiError, Merchant};

/// Longer than any gateway re-sends an event.
const KEPT_FOR: Duration = Duration::from_secs(35 * 24 * 60 * 60);

/// One round; says whether anything is left to do, which it never is.
pub(super) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    let now = merchant.clock().now();
    if !merchant.is_time_to_tidy(now) {
        return Ok(false);
    }
    merchant
        .store()
        .write(move |tx: &mut Tx<'_>| {
            IdempotencyRow::purge(tx, now)?;
            InboxRow::purge(tx, now.minus(KEPT_FOR))?;
            tx.execute(
                "DELETE FROM outbox WHERE state = 'delivered' AND settled_at <= $1",
                florin_store::params![now.minus(KEPT_FOR)],
            )?;
            Ok::<_, ApiError>(false)
        })
        .await
}
