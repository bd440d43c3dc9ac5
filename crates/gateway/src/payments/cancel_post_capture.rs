//! `POST /payments/{payment_id}/cancel_post_capture`: gives all of it back before it is settled.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::payment::PaymentEvent;

use super::cancel::CancelRequest;
use super::{PaymentKey, change, forbidden};
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::payment::PaymentsResponse;
use crate::wire::{ApiError, AppJson};

/// `POST /payments/{payment_id}/cancel_post_capture`
pub(crate) async fn cancel_post_capture(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(payment_id): Path<String>,
    AppJson(request): AppJson<CancelRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    let reason = request.cancellation_reason;
    let key = PaymentKey { merchant_id: merchant.id, payment_id };
    let cancelled = change(&gateway, key, move |payment, _, _| {
        let state = payment.state.apply(PaymentEvent::CancelPostCapture).map_err(forbidden("cancel"))?;
        // A part is on its way back already; the whole can't follow it.
        if payment.refund_count > 0 {
            let words = "You cannot cancel this payment because it has refunds";
            return Err(ApiError::Precondition(words.to_owned()));
        }
        payment.state = state;
        payment.details.cancellation_reason.clone_from(&reason);
        Ok(())
    });
    Ok(Json(cancelled.await?))
}
