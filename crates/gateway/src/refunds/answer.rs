//! A pending refund hears from the processor.

use florin_domain::money::Money;
use florin_store::{StoreError, Tx, params};

use super::record;
use crate::connector::RefundConduct;
use crate::gateway::{Fresh, Gateway};
use crate::ledger;
use crate::payments::{PaymentKey, load};
use crate::webhooks;
use crate::wire::ApiError;

/// Carries a pending refund out, or lets go what was reserved for it. One that is not pending stays.
pub(crate) async fn answer(gateway: &Gateway, merchant: &str, refund: &str) -> Result<(), ApiError> {
    let (merchant, refund, fresh) = (merchant.to_owned(), refund.to_owned(), gateway.fresh());
    gateway.store.write(move |tx| settle(tx, &merchant, &refund, &fresh)).await?;
    gateway.outbox_bell.notify_one();
    Ok(())
}

fn settle(tx: &mut Tx<'_>, merchant: &str, refund: &str, fresh: &Fresh) -> Result<(), ApiError> {
    let Some(row) = record::find(tx, merchant, refund)? else { return Ok(()) };
    let key = PaymentKey { merchant_id: merchant.to_owned(), payment_id: row.get("payment_id")? };
    let (payment, profile) = load(tx, &key)?;
    let succeeds = payment.conduct().refund != RefundConduct::LaterNo;
    let status = if succeeds { record::SUCCEEDED } else { record::FAILED };
    let settled = tx.execute(
        "UPDATE refunds SET status = $3, updated_at = $5 WHERE merchant_id = $1 AND refund_id = $2 AND status = $4",
        params![merchant, refund, status, record::PENDING, fresh.now],
    )?;
    if settled == 0 {
        return Ok(());
    }
    let amount: i64 = row.get("amount")?;
    if succeeds {
        let amount =
            Money::new(amount, payment.amount.currency()).map_err(|error| ApiError::Internal(error.to_string()))?;
        ledger::refunded(tx, &payment, amount, fresh.now)?;
    } else {
        release(tx, &key, amount)?;
    }
    let row = record::find(tx, merchant, refund)?.ok_or(ApiError::NotFound("refund"))?;
    let response = record::read(&row, &profile)?;
    Ok(webhooks::tell_refund(tx, merchant, &response, &profile, fresh)?)
}

/// What a refund that failed had reserved may be refunded again.
fn release(tx: &mut Tx<'_>, key: &PaymentKey, amount: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE payments SET refunded = refunded - $3 WHERE merchant_id = $1 AND payment_id = $2",
        params![&key.merchant_id, &key.payment_id, amount],
    )?;
    Ok(())
}
