//! `POST /payments/{payment_id}/capture`.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::money::Money;
use florin_domain::payment::{PaymentEvent, TransitionError};
use serde::Deserialize;

use super::{Payment, PaymentKey, change};
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::payment::PaymentsResponse;
use crate::wire::{ApiError, AppJson};

/// What a capture may say; without an amount it takes all. OwnGateway passes over what it does not
/// know here, and so does this.
#[derive(Deserialize)]
pub(crate) struct CaptureRequest {
    payment_id: Option<String>,
    merchant_id: Option<String>,
    amount_to_capture: Option<i64>,
    statement_descriptor_suffix: Option<String>,
}

/// `POST /payments/{payment_id}/capture`
pub(crate) async fn capture(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(payment_id): Path<String>,
    AppJson(request): AppJson<CaptureRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    let same_payment = request.payment_id.is_none_or(|id| id == payment_id);
    let same_merchant = request.merchant_id.is_none_or(|id| id == merchant.id);
    if !same_payment || !same_merchant {
        return Err(ApiError::InvalidData("payment_id or merchant_id is not the one of this call".to_owned()));
    }
    let (amount, suffix) = (request.amount_to_capture, request.statement_descriptor_suffix);
    let key = PaymentKey { merchant_id: merchant.id, payment_id };
    let captured = change(&gateway, key, move |payment, _, now| {
        let part = part(payment, amount)?;
        let event = if payment.multiple { PaymentEvent::CapturePart(part) } else { PaymentEvent::Capture(part) };
        let captured = payment.state.apply(event).map_err(refused)?;
        if payment.conduct().capture_fails {
            payment.state = payment.state.apply(PaymentEvent::CaptureFailed).map_err(refused)?;
            return Ok(());
        }
        payment.state = captured;
        payment.captured_at = Some(now);
        if suffix.is_some() {
            payment.details.statement_descriptor_suffix.clone_from(&suffix);
        }
        Ok(())
    });
    Ok(Json(captured.await?))
}

/// How much to take. The status is looked at first: OwnGateway says so before it looks at amounts.
fn part(payment: &Payment, amount: Option<i64>) -> Result<Money, ApiError> {
    let probe = payment.state.apply(PaymentEvent::CaptureFailed);
    let holds = payment.state.held() > 0;
    if !holds {
        probe.map_err(refused)?;
    }
    let Some(amount) = amount else {
        if payment.multiple {
            return Err(ApiError::MissingParam("amount_to_capture"));
        }
        return Ok(payment.amount);
    };
    match amount {
        ..=0 => Err(ApiError::InvalidFormat { field: "amount_to_capture", expected: "more than 0" }),
        _ => Money::new(amount, payment.amount.currency()).map_err(|_| refused(TransitionError::CaptureExceedsHold)),
    }
}

fn refused(error: TransitionError) -> ApiError {
    match error {
        TransitionError::NotAllowed { status } => ApiError::UnexpectedState {
            flow: "captured",
            field: "payment.status",
            status,
            expected: "requires_capture, partially_captured_and_capturable, processing",
        },
        TransitionError::CaptureExceedsHold => {
            ApiError::InvalidData("amount_to_capture is greater than amount".to_owned())
        }
        TransitionError::NothingToCapture => {
            ApiError::InvalidFormat { field: "amount_to_capture", expected: "more than 0" }
        }
        TransitionError::CurrencyMismatch | TransitionError::HoldNotIncreased => ApiError::Internal(error.to_string()),
    }
}
