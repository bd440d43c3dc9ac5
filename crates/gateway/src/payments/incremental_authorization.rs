//! `POST /payments/{payment_id}/incremental_authorization`: holds more than before.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::payment::{PaymentEvent, TransitionError};
use serde::Deserialize;

use super::details::Increment;
use super::{PaymentKey, change, forbidden};
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::amount::money;
use crate::wire::payment::PaymentsResponse;
use crate::wire::text::check_length;
use crate::wire::{ApiError, AppJson};

const LONGEST_REASON: usize = 255;

/// OwnGateway's limit.
const MOST_INCREMENTS: usize = 10;

/// All that is to be held from then on, and why; the rest is passed over.
#[derive(Deserialize)]
pub(crate) struct IncrementRequest {
    amount: i64,
    reason: Option<String>,
}

/// `POST /payments/{payment_id}/incremental_authorization`
pub(crate) async fn increase(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(payment_id): Path<String>,
    AppJson(request): AppJson<IncrementRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    check_length("reason", request.reason.as_deref().unwrap_or_default(), LONGEST_REASON)?;
    let id = gateway.id("auth_");
    let key = PaymentKey { merchant_id: merchant.id, payment_id };
    let increased = change(&gateway, key, move |payment, _, _| {
        let total = money(request.amount, payment.amount.currency())?;
        let next = payment.state.apply(PaymentEvent::IncreaseHold(total)).map_err(refused)?;
        if payment.details.request_incremental_authorization != Some(true) {
            let words = "You cannot increment authorization this payment because it is not allowed for \
                         incremental_authorization";
            return Err(ApiError::Precondition(words.to_owned()));
        }
        if payment.details.increments.len() >= MOST_INCREMENTS {
            return Err(ApiError::Precondition("No more increments for this payment".to_owned()));
        }
        payment.details.increments.push(Increment {
            authorization_id: id.clone(),
            amount: request.amount,
            previously_authorized_amount: payment.amount.minor_units(),
            reason: request.reason.clone(),
        });
        (payment.amount, payment.state) = (total, next);
        Ok(())
    });
    Ok(Json(increased.await?))
}

fn refused(error: TransitionError) -> ApiError {
    match error {
        TransitionError::HoldNotIncreased => {
            ApiError::Precondition("Amount should be greater than original authorized amount".to_owned())
        }
        other => forbidden("increment authorization")(other),
    }
}
