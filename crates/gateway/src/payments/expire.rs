//! Ends payments whose session is over and that nobody has confirmed.

use florin_domain::payment::PaymentEvent;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, params};

use super::{PaymentKey, change, forbidden};
use crate::gateway::Gateway;
use crate::wire::ApiError;

/// Ends at most this many in one go, so that a long pause does not become one long unit.
const BATCH: u32 = 100;

/// Ends what is over; answers how many were looked at.
pub(crate) async fn expire_due(gateway: &Gateway) -> Result<usize, ApiError> {
    let now = gateway.clock.now();
    let due = gateway.store.read(move |tx| {
        let rows = tx.all(
            "SELECT merchant_id, payment_id FROM payments
             WHERE status IN ('requires_payment_method', 'requires_confirmation', 'requires_customer_action')
                 AND expires_at <= $1
             ORDER BY expires_at LIMIT $2",
            params![now, BATCH],
        )?;
        let keys = rows
            .iter()
            .map(|row| Ok(PaymentKey { merchant_id: row.get("merchant_id")?, payment_id: row.get("payment_id")? }));
        keys.collect::<Result<Vec<_>, StoreError>>()
    });
    let due = due.await?;
    for key in &due {
        expire(gateway, key.clone()).await?;
    }
    Ok(due.len())
}

async fn expire(gateway: &Gateway, key: PaymentKey) -> Result<(), ApiError> {
    let ended = change(gateway, key, |payment, _, now| {
        // An update may have given it more time, a confirm may have been faster.
        if !payment.session_is_over(now) {
            return Err(ApiError::Precondition("the session is not over".to_owned()));
        }
        payment.state = payment.state.apply(PaymentEvent::Expire).map_err(forbidden("expire"))?;
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
        let row = tx.first(
            "SELECT MIN(expires_at) AS expires_at FROM payments
             WHERE status IN ('requires_payment_method', 'requires_confirmation', 'requires_customer_action')",
            params![],
        )?;
        row.map_or(Ok(None), |row| row.get("expires_at"))
    });
    next.await
}
