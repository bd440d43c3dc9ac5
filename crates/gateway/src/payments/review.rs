//! `POST /payments/{payment_id}/approve` and `/reject`: the merchant has looked at a payment that was odd.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::payment::{PaymentEvent, PaymentState};
use serde::Deserialize;

use super::{PaymentKey, change, forbidden};
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::payment::PaymentsResponse;
use crate::wire::{ApiError, AppJson};

/// The payment once more, if the merchant likes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewRequest {
    payment_id: Option<String>,
}

/// `POST /payments/{payment_id}/approve`
pub(crate) async fn approve(
    State(gateway): State<Gateway>,
    key: SecretKey,
    Path(payment_id): Path<String>,
    AppJson(request): AppJson<ReviewRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    decide(&gateway, key, payment_id, request, PaymentEvent::Approve, "approve").await
}

/// `POST /payments/{payment_id}/reject`
pub(crate) async fn reject(
    State(gateway): State<Gateway>,
    key: SecretKey,
    Path(payment_id): Path<String>,
    AppJson(request): AppJson<ReviewRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    decide(&gateway, key, payment_id, request, PaymentEvent::Reject, "reject").await
}

async fn decide(
    gateway: &Gateway,
    SecretKey(merchant): SecretKey,
    payment_id: String,
    request: ReviewRequest,
    event: PaymentEvent,
    act: &'static str,
) -> Result<Json<PaymentsResponse>, ApiError> {
    if request.payment_id.is_some_and(|id| id != payment_id) {
        return Err(ApiError::InvalidData("payment_id is not the one in the address".to_owned()));
    }
    let key = PaymentKey { merchant_id: merchant.id, payment_id };
    let decided = change(gateway, key, move |payment, _, now| {
        payment.state = payment.state.apply(event).map_err(forbidden(act))?;
        payment.captured_at = matches!(payment.state, PaymentState::Captured { .. }).then_some(now);
        Ok(())
    });
    Ok(Json(decided.await?))
}
