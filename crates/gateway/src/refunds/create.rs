//! `POST /refunds`.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::ids::RefundId;
use florin_domain::money::Money;
use florin_domain::payment::PaymentState;
use florin_store::{Tx, params};

use super::record::{self, NewRefund};
use crate::accounts::SecretKey;
use crate::connector::{self, RefundConduct};
use crate::gateway::{Fresh, Gateway};
use crate::ledger;
use crate::payments::{Payment, PaymentKey, load};
use crate::webhooks;
use crate::wire::refund::{RefundRequest, RefundResponse};
use crate::wire::text::{check_id, check_length};
use crate::wire::{ApiError, AppJson};

/// OwnGateway's limits: so many refunds a payment, and none after so long.
const MOST_REFUNDS: i64 = 10;
const REFUNDABLE_FOR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What the merchant asked for.
struct Wish {
    id: String,
    amount: Option<i64>,
    reason: Option<String>,
    metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

/// `POST /refunds`
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    AppJson(request): AppJson<RefundRequest>,
) -> Result<Json<RefundResponse>, ApiError> {
    if request.merchant_id.is_some_and(|id| id != merchant.id) {
        return Err(ApiError::InvalidData("merchant_id is not the one of this api-key".to_owned()));
    }
    // Both kinds are carried out at once here.
    let _ = request.refund_type;
    request.refund_id.as_deref().map_or(Ok(()), |id| check_id("refund_id", id))?;
    check_length("reason", request.reason.as_deref().unwrap_or_default(), record::LONGEST_REASON)?;
    let fresh = gateway.fresh();
    let fresh_id = RefundId::new(fresh.now, gateway.randomness.bytes());
    let wish = Wish {
        id: request.refund_id.unwrap_or_else(|| fresh_id.to_string()),
        amount: request.amount,
        reason: request.reason,
        metadata: request.metadata,
    };
    let key = PaymentKey { merchant_id: merchant.id, payment_id: request.payment_id };
    let refund = gateway.store.write(move |tx| refund(tx, &key, &wish, &fresh)).await?;
    gateway.outbox_bell.notify_one();
    gateway.sandbox.pending_bell().notify_one();
    Ok(Json(refund))
}

fn refund(tx: &mut Tx<'_>, key: &PaymentKey, wish: &Wish, fresh: &Fresh) -> Result<RefundResponse, ApiError> {
    let (payment, profile) = load(tx, key)?;
    let amount = refundable(&payment, wish, fresh)?;
    let is_at_once = payment.conduct().refund == RefundConduct::AtOnce;
    let refund = NewRefund {
        id: wish.id.clone(),
        amount,
        reason: wish.reason.clone(),
        metadata: wish.metadata.clone(),
        status: if is_at_once { record::SUCCEEDED } else { record::PENDING },
        now: fresh.now,
    };
    if !record::insert(tx, &payment, &refund)? {
        return Err(ApiError::Duplicate("refund"));
    }
    reserve(tx, &payment, amount)?;
    if is_at_once {
        ledger::refunded(tx, &payment, amount, fresh.now)?;
    } else {
        connector::expect_refund(tx, &payment.merchant_id, &refund.id, fresh.now)?;
    }
    let row = record::find(tx, &payment.merchant_id, &refund.id)?;
    let row = row.ok_or_else(|| ApiError::Internal("a refund that was just written is gone".to_owned()))?;
    let response = record::read(&row, &profile)?;
    webhooks::tell_refund(tx, &payment.merchant_id, &response, &profile, fresh)?;
    Ok(response)
}

/// What may be asked at all; whether so much is left, the reservation decides.
fn refundable(payment: &Payment, wish: &Wish, fresh: &Fresh) -> Result<Money, ApiError> {
    let PaymentState::Captured { captured, .. } = payment.state else {
        return Err(ApiError::UnexpectedState {
            flow: "refund",
            field: "status",
            status: payment.state.status(),
            expected: "succeeded, partially_captured",
        });
    };
    let captured_at = payment.captured_at.unwrap_or(payment.created_at);
    if fresh.now.since(captured_at) > REFUNDABLE_FOR {
        return Err(ApiError::InvalidFormat { field: "created_at", expected: "a payment of the last 365 days" });
    }
    match wish.amount {
        None if captured.is_zero() => Err(ApiError::RefundExceedsCapture),
        None => Ok(captured),
        Some(..=0) => Err(ApiError::InvalidFormat { field: "amount", expected: "more than 0" }),
        Some(amount) => Money::new(amount, captured.currency()).map_err(|_| ApiError::RefundExceedsCapture),
    }
}

/// Takes the money aside in the one statement that also looks whether it is there.
fn reserve(tx: &mut Tx<'_>, payment: &Payment, amount: Money) -> Result<(), ApiError> {
    let touched = tx.execute(
        // The version tells a cancel that looks at the same row; the status keeps one that was faster.
        "UPDATE payments SET refunded = refunded + $3, refund_count = refund_count + 1, version = version + 1
         WHERE merchant_id = $1 AND payment_id = $2 AND refunded + $3 <= captured AND refund_count < $4
             AND status IN ('succeeded', 'partially_captured')",
        params![&payment.merchant_id, &payment.id, amount.minor_units(), MOST_REFUNDS],
    )?;
    match touched {
        1 => Ok(()),
        _ if payment.refund_count >= MOST_REFUNDS => Err(ApiError::TooManyRefunds),
        _ => Err(ApiError::RefundExceedsCapture),
    }
}
