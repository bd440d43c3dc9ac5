//! `POST /payments/{payment_id}/cancel`: its answer, yes or no, is definite.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::payment::PaymentEvent;
use serde::Deserialize;

use super::{PaymentKey, change, forbidden};
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::payment::PaymentsResponse;
use crate::wire::{ApiError, AppJson};

/// What a cancel may say; the rest is passed over.
#[derive(Deserialize)]
pub(crate) struct CancelRequest {
    pub(super) cancellation_reason: Option<String>,
}

/// `POST /payments/{payment_id}/cancel`
pub(crate) async fn cancel(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(payment_id): Path<String>,
    AppJson(request): AppJson<CancelRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    let reason = request.cancellation_reason;
    let key = PaymentKey { merchant_id: merchant.id, payment_id };
    let cancelled = change(&gateway, key, move |payment, _, _| {
        payment.state = payment.state.apply(PaymentEvent::Cancel).map_err(forbidden("cancel"))?;
        payment.details.cancellation_reason.clone_from(&reason);
        Ok(())
    });
    Ok(Json(cancelled.await?))
}
