//! What the gateway does by itself: sends webhooks, ends sessions, wipes cards.

use std::time::Duration;

use florin_domain::timestamp::Timestamp;

use crate::connector;
use crate::gateway::Gateway;
use crate::payments::{expire_due, next_expiry};
use crate::vault;
use crate::webhooks;
use crate::wire::ApiError;

/// New payments and cards are not announced to the sweep: it looks again at least this often.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// How long to rest when the database does not answer.
const REST: Duration = Duration::from_secs(1);

/// Runs all workers until `shutdown` is done. What was in the middle is taken up again at the next start.
pub async fn run_workers(gateway: Gateway, shutdown: impl Future<Output = ()> + Send) {
    tokio::select! {
        () = shutdown => {}
        _ = async { tokio::join!(webhooks::run(gateway.clone()), sweep(gateway.clone()), connector::run(gateway.clone()), rotate(gateway.clone())) } => {}
    }
}

/// Moves stored cards to the newest master key, once: keys change with the configuration, at a start.
async fn rotate(gateway: Gateway) {
    match vault::rotate(&gateway).await {
        Ok(rotation) if rotation.rewrapped == 0 => {}
        Ok(rotation) => tracing::info!(rewrapped = rotation.rewrapped, cards = ?rotation.cards_by_key, "vault rotated"),
        Err(error) => tracing::error!(%error, "the vault was not rotated to its end"),
    }
}

/// Ends what is past its time.
async fn sweep(gateway: Gateway) {
    loop {
        match expire_all(&gateway).await {
            Ok(next) => {
                let look_again = gateway.clock.now().plus(LOOK_EVERY);
                let next = [gateway.vault.sweep(gateway.clock.now()), next].into_iter().flatten().min();
                gateway.clock.sleep_until(next.map_or(look_again, |next| next.min(look_again))).await;
            }
            Err(error) => {
                tracing::error!(%error, "sessions wait for the database");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// Ends every session that is over; answers when the next will be.
async fn expire_all(gateway: &Gateway) -> Result<Option<Timestamp>, ApiError> {
    while expire_due(gateway).await? > 0 {}
    Ok(next_expiry(gateway).await?)
}
