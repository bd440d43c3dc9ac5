//! Ends what is past its time: payments that nobody has confirmed, and money that was held for too long.

use florin_domain::payment::PaymentEvent;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};

use super::{PaymentKey, change, forbidden};
use crate::gateway::Gateway;
use crate::wire::ApiError;

/// Ends at most this many in one go, so that a long pause does not become one long unit.
const BATCH: u32 = 100;

const SESSIONS_OVER: &str = "SELECT merchant_id, payment_id FROM payments
     WHERE status IN ('requires_payment_method', 'requires_confirmation', 'requires_customer_action')
         AND expires_at <= $1
     ORDER BY expires_at LIMIT $2";

const HOLDS_OVER: &str = "SELECT merchant_id, payment_id FROM payments
     WHERE status IN ('requires_capture', 'partially_captured_and_capturable') AND capture_before <= $1
     ORDER BY capture_before LIMIT $2";

/// Ends what is over; answers how many were looked at.
pub(crate) async fn expire_due(gateway: &Gateway) -> Result<usize, ApiError> {
    let now = gateway.clock.now();
    let due =
        gateway.store.read(move |tx| Ok::<_, StoreError>((over(tx, SESSIONS_OVER, now)?, over(tx, HOLDS_OVER, now)?)));
    let (sessions, holds) = due.await?;
    for key in &sessions {
        let_go(gateway, key.clone(), PaymentEvent::Expire).await?;
    }
    for key in &holds {
        let_go(gateway, key.clone(), PaymentEvent::HoldEnded).await?;
    }
    Ok(sessions.len() + holds.len())
}

fn over(tx: &mut Tx<'_>, sql: &'static str, now: Timestamp) -> Result<Vec<PaymentKey>, StoreError> {
    let rows = tx.all(sql, params![now, BATCH])?;
    let keys = rows
        .iter()
        .map(|row| Ok(PaymentKey { merchant_id: row.get("merchant_id")?, payment_id: row.get("payment_id")? }));
    keys.collect()
}

async fn let_go(gateway: &Gateway, key: PaymentKey, event: PaymentEvent) -> Result<(), ApiError> {
    let ended = change(gateway, key, move |payment, _, now| {
        // Another call may have given it more time, or been faster.
        let is_over = match event {
            PaymentEvent::HoldEnded => payment.capture_before.is_some_and(|before| now >= before),
            _ => payment.session_is_over(now),
        };
        if !is_over {
            return Err(ApiError::Precondition("its time is not over".to_owned()));
        }
        payment.state = payment.state.apply(event).map_err(forbidden("expire"))?;
        Ok(())
    });
    match ended.await {
        Ok(_) | Err(ApiError::Precondition(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// When the next one is over.
pub(crate) async fn next_expiry(gateway: &Gateway) -> Result<Option<Timestamp>, StoreError> {
    let next = gateway.store.read(|tx| {
        let session = tx.first(
            "SELECT MIN(expires_at) AS next FROM payments
             WHERE status IN ('requires_payment_method', 'requires_confirmation', 'requires_customer_action')",
            params![],
        )?;
        let hold = tx.first(
            "SELECT MIN(capture_before) AS next FROM payments
             WHERE status IN ('requires_capture', 'partially_captured_and_capturable')",
            params![],
        )?;
        let moments = [session, hold].into_iter().flatten().map(|row| row.get::<Option<Timestamp>>("next"));
        Ok::<_, StoreError>(moments.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().min())
    });
    next.await
}
