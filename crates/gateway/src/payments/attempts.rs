//! Attempts and captures of a payment, as `expand_attempts` and `expand_captures` show them.

use florin_domain::payment::{DeclineReason, PaymentState};
use florin_store::{StoreError, Tx, params};
use serde_json::{Value, json};

use super::Payment;
use crate::accounts::Profile;
use crate::connector::decline_on_wire;
use crate::wire::payment_parts::{capture_method, method_type};

/// OwnGateway's `AttemptStatus`: finer than the payment's.
fn status(state: PaymentState) -> &'static str {
    match state {
        PaymentState::AwaitingCard => "payment_method_awaited",
        PaymentState::AwaitingConfirmation => "confirmation_awaited",
        PaymentState::AwaitingChallenge { .. } => "authentication_pending",
        PaymentState::Processing { .. } => "pending",
        PaymentState::AwaitingMerchant { .. } => "unresolved",
        PaymentState::Authorized { .. } => "authorized",
        PaymentState::PartlyCaptured { .. } => "partial_charged_and_chargeable",
        PaymentState::Captured { authorized, captured } if authorized == captured => "charged",
        PaymentState::Captured { .. } => "partial_charged",
        PaymentState::Declined { reason: DeclineReason::ChallengeRefused } => "authentication_failed",
        PaymentState::Declined { reason: DeclineReason::CaptureFailed } => "capture_failed",
        PaymentState::Declined { reason: DeclineReason::RejectedByMerchant } => "router_declined",
        PaymentState::Declined { .. } => "failure",
        PaymentState::Cancelled => "voided",
        PaymentState::CancelledPostCapture { .. } => "voided_post_charge",
        PaymentState::Expired => "expired",
    }
}

/// The running attempt.
pub(super) fn show(payment: &Payment, profile: &Profile) -> Value {
    let decline = match payment.state {
        PaymentState::Declined { reason } => Some(decline_on_wire(reason)),
        _ => None,
    };
    let attempt = payment.attempt.as_ref();
    json!({
        "attempt_id": payment.attempt_id(),
        "status": status(payment.state),
        "amount": payment.order_amount(),
        "order_tax_amount": payment.details.order_tax_amount,
        "currency": payment.amount.currency(),
        "connector": attempt.map(|_| &profile.connector_name),
        "error_message": decline.map(|decline| decline.message),
        "payment_method": attempt.map(|_| "card"),
        "connector_transaction_id": attempt.map(|attempt| &attempt.transaction_id),
        "capture_method": capture_method(payment),
        "authentication_type": payment.details.authentication_type,
        "created_at": payment.created_at,
        "modified_at": payment.updated_at,
        "cancellation_reason": payment.details.cancellation_reason,
        "mandate_id": payment.details.mandate_id,
        "error_code": decline.map(|decline| decline.code),
        "payment_token": null,
        "connector_metadata": null,
        "payment_experience": null,
        "payment_method_type": attempt.map(|_| method_type(payment)),
        "reference_id": null,
        "unified_code": decline.map(|decline| decline.unified_code),
        "unified_message": decline.map(|decline| decline.unified_message),
        "client_source": null,
        "client_version": null,
    })
}

/// Every attempt, the latest first.
pub(super) fn of_payment(tx: &mut Tx<'_>, payment: &Payment, profile: &Profile) -> Result<Vec<Value>, StoreError> {
    let rows = tx.all(
        "SELECT body FROM attempts WHERE merchant_id = $1 AND payment_id = $2 ORDER BY number DESC",
        params![&payment.merchant_id, &payment.id],
    )?;
    let mut all = vec![show(payment, profile)];
    for row in rows {
        let body: String = row.get("body")?;
        all.push(serde_json::from_str(&body).map_err(|_| StoreError::Corrupt("attempts.body".to_owned()))?);
    }
    Ok(all)
}

/// The parts of a payment that is captured in several; none of any other.
pub(super) fn captures(
    tx: &mut Tx<'_>,
    payment: &Payment,
    profile: &Profile,
) -> Result<Option<Vec<Value>>, StoreError> {
    if !payment.multiple {
        return Ok(None);
    }
    let rows = tx.all(
        "SELECT number, amount FROM captures WHERE merchant_id = $1 AND payment_id = $2 ORDER BY number",
        params![&payment.merchant_id, &payment.id],
    )?;
    let attempt = payment.attempt_id();
    let shown = rows.iter().map(|row| {
        let number: i64 = row.get("number")?;
        Ok(json!({
            "capture_id": format!("{attempt}_{number}"),
            "status": "charged",
            "amount": row.get::<i64>("amount")?,
            "currency": payment.amount.currency(),
            "connector": profile.connector_name,
            "authorized_attempt_id": attempt,
            "connector_capture_id": format!("dummy_capture_{attempt}_{number}"),
            "capture_sequence": number,
            "error_message": null,
            "error_code": null,
            "error_reason": null,
            "reference_id": null,
        }))
    });
    shown.collect::<Result<Vec<_>, StoreError>>().map(Some)
}
