//! `POST /payments/{payment_id}/extend_authorization`: the issuer is asked to hold the money longer.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::payment::{PaymentState, TransitionError};

use super::record::HELD_LONGER_FOR;
use super::{PaymentKey, change, forbidden};
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::ApiError;
use crate::wire::payment::PaymentsResponse;

/// `POST /payments/{payment_id}/extend_authorization`
pub(crate) async fn extend(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(payment_id): Path<String>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    let key = PaymentKey { merchant_id: merchant.id, payment_id };
    let extended = change(&gateway, key, |payment, _, now| {
        let PaymentState::Authorized { .. } = payment.state else {
            let status = payment.state.status();
            return Err(forbidden("extend authorization")(TransitionError::NotAllowed { status }));
        };
        let longer = now.plus(HELD_LONGER_FOR);
        payment.capture_before = Some(payment.capture_before.map_or(longer, |before| before.max(longer)));
        payment.details.extended_at = Some(now);
        Ok(())
    });
    Ok(Json(extended.await?))
}
