//! Work that nobody waits for: due attempts, kept webhooks, money to move, events to the shop.
//!
//! Each round claims rows under a lease, calls, and settles under the claim's epoch, so that any
//! number of servers may do it at once and a crash only delays it.

mod expiry;
mod housekeeping;
mod inbox;
mod missed;
mod operations;
mod sweep;
mod watchman;

use std::time::Duration;

use tokio::sync::watch;

use crate::{ApiError, Merchant, events};

pub(crate) use operations::run_operation;
pub(crate) use watchman::Watched;

/// How long work may lie unseen when another process made it.
const LOOK_EVERY: Duration = Duration::from_millis(1000);

/// How many rows one round takes of each kind.
const AT_ONCE: u32 = 32;

/// Works until `shutdown` says true, or nobody is left to say it; then finishes the rounds at hand.
///
/// Each kind of work goes at its own pace: a shop that answers slowly delays its own events alone.
pub(crate) async fn run(merchant: Merchant, shutdown: watch::Receiver<bool>) {
    tokio::join!(
        keep(&merchant, shutdown.clone(), || inbox::round(&merchant)),
        keep(&merchant, shutdown.clone(), || sweep::round(&merchant)),
        keep(&merchant, shutdown.clone(), || operations::round(&merchant)),
        keep(&merchant, shutdown.clone(), || expiry::round(&merchant)),
        keep(&merchant, shutdown.clone(), || missed::round(&merchant)),
        keep(&merchant, shutdown.clone(), || watchman::round(&merchant)),
        keep(&merchant, shutdown.clone(), || housekeeping::round(&merchant)),
        keep(&merchant, shutdown, || events::deliver_due(&merchant)),
    );
}

async fn keep<F>(merchant: &Merchant, mut shutdown: watch::Receiver<bool>, round: impl Fn() -> F)
where
    F: Future<Output = Result<bool, ApiError>>,
{
    while !*shutdown.borrow() {
        let woken = merchant.woken();
        // Counted from before the round, so that time that passes during it is not slept again.
        let look = merchant.clock().now().plus(LOOK_EVERY);
        match round().await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(?error, "a round of work broke off"),
        }
        tokio::select! {
            () = woken => {}
            () = merchant.clock().sleep_until(look) => {}
            _ = shutdown.wait_for(|stop| *stop) => break,
        }
    }
}

/// One round of everything that is due now; says whether anything was done.
pub(crate) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    let inbox = inbox::round(merchant);
    let sweep = sweep::round(merchant);
    let operations = operations::round(merchant);
    let expiry = expiry::round(merchant);
    let missed = missed::round(merchant);
    let tidied = housekeeping::round(merchant);
    let events = events::deliver_due(merchant);
    let (inbox, sweep, operations, expiry, missed, tidied, events) =
        tokio::join!(inbox, sweep, operations, expiry, missed, tidied, events);
    tidied?;
    watchman::round(merchant).await?;
    Ok(inbox? | sweep? | operations? | expiry? | missed? | events?)
}

/// Runs one piece of work per row side by side, and waits for all of them; says whether any was done.
async fn each<T, F>(rows: Vec<T>, work: impl Fn(T) -> F) -> Result<bool, ApiError>
where
    F: Future<Output = Result<(), ApiError>> + Send + 'static,
{
    let running: Vec<_> = rows.into_iter().map(|row| tokio::spawn(work(row))).collect();
    let mut done = false;
    for one in running {
        match one.await.map_err(|error| ApiError::Internal(error.to_string()))? {
            Ok(()) => done = true,
            // It may still be due, on a full disk for one: without a pause it would be tried without end.
            Err(error) => tracing::error!(?error, "a piece of work failed"),
        }
    }
    Ok(done)
}
