//! Work that nobody waits for: due attempts, kept webhooks, money to move, events to the shop.
//!
//! Each round claims rows under a lease, calls, and settles under the claim's epoch, so that any
//! number of servers may do it at once and a crash only delays it.

mod expiry;
mod inbox;
mod operations;
mod sweep;

use std::time::Duration;

use tokio::sync::watch;

use crate::{ApiError, Merchant, events};

/// How long work may lie unseen when another process made it.
const LOOK_EVERY: Duration = Duration::from_millis(1000);

/// How many rows one round takes of each kind.
const AT_ONCE: u32 = 32;

/// Works until `shutdown` says true, then finishes the round at hand.
pub(crate) async fn run(merchant: Merchant, mut shutdown: watch::Receiver<bool>) {
    while !*shutdown.borrow() {
        let woken = merchant.woken();
        // Counted from before the round, so that time that passes during it is not slept again.
        let look = merchant.clock().now().plus(LOOK_EVERY);
        match merchant.run_due().await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(?error, "a round of work broke off"),
        }
        tokio::select! {
            () = woken => {}
            () = merchant.clock().sleep_until(look) => {}
            _ = shutdown.changed() => {}
        }
    }
}

/// One round of everything that is due now; says whether there was anything.
pub(crate) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    let inbox = inbox::round(merchant);
    let sweep = sweep::round(merchant);
    let operations = operations::round(merchant);
    let expiry = expiry::round(merchant);
    let events = events::deliver_due(merchant);
    let (inbox, sweep, operations, expiry, events) = tokio::join!(inbox, sweep, operations, expiry, events);
    Ok(inbox? | sweep? | operations? | expiry? | events?)
}

/// Runs one piece of work per row side by side, and waits for all of them.
async fn each<T, F>(rows: Vec<T>, work: impl Fn(T) -> F) -> Result<bool, ApiError>
where
    F: Future<Output = Result<(), ApiError>> + Send + 'static,
{
    let found = !rows.is_empty();
    let running: Vec<_> = rows.into_iter().map(|row| tokio::spawn(work(row))).collect();
    for one in running {
        if let Err(error) = one.await.map_err(|error| ApiError::Internal(error.to_string()))? {
            // The row wakes again when its lease ends; the others are not its fault.
            tracing::error!(?error, "a piece of work failed");
        }
    }
    Ok(found)
}
