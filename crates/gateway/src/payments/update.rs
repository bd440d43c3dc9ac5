//! `POST /payments/{payment_id}`: changes an unconfirmed payment.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::payment::PaymentEvent;

use super::details::Details;
use super::submit::card_of;
use super::{PaymentKey, change, find_payment, forbidden};
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::payment::PaymentsResponse;
use crate::wire::request::{PaymentsRequest, money};
use crate::wire::{ApiError, AppJson};

/// `POST /payments/{payment_id}`
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(payment_id): Path<String>,
    AppJson(mut request): AppJson<PaymentsRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    check(&request, &payment_id)?;
    let key = PaymentKey { merchant_id: merchant.id, payment_id };
    let now = gateway.clock.now();
    let payment = find_payment(&gateway, key.clone()).await?;
    let event = if request.has_card() { PaymentEvent::AttachCard } else { PaymentEvent::Update };
    payment.state.apply(event).map_err(forbidden("update"))?;
    let held = if request.has_card() {
        let found = card_of(&gateway, &key, payment.details.customer_id.as_deref(), &mut request, now).await?;
        Some(found.held)
    } else {
        None
    };
    let capture = request.capture()?;
    let (amount, currency, session) = (request.amount, request.currency, request.session_expiry);
    let details = Details::take(&mut request);
    let changed = change(&gateway, key.clone(), move |payment, _, now| {
        payment.state = payment.state.apply(event).map_err(forbidden("update"))?;
        if amount.is_some() || currency.is_some() {
            let amount = amount.unwrap_or(payment.amount.minor_units());
            payment.amount = money(amount, currency.unwrap_or(payment.amount.currency()))?;
        }
        if let Some(capture) = capture {
            (payment.capture, payment.multiple) = (capture.method, capture.multiple);
        }
        if let Some(seconds) = session {
            payment.expires_at = now.plus(Duration::from_secs(seconds.into()));
        }
        payment.details.lay_over(&details);
        Ok(())
    });
    let response = changed.await?;
    if let Some(held) = held {
        gateway.vault.attach(key, held, response.expires_on);
    }
    Ok(Json(response))
}

fn check(request: &PaymentsRequest, payment_id: &str) -> Result<(), ApiError> {
    request.check()?;
    if request.client_secret.is_some() {
        return Err(ApiError::InvalidData("client_secret is not a valid parameter".to_owned()));
    }
    if request.payment_id.as_ref().is_some_and(|id| id != payment_id) {
        return Err(ApiError::InvalidData("payment_id is not the one in the address".to_owned()));
    }
    if request.confirm == Some(true) {
        return Err(ApiError::NotSupported("confirm in an update"));
    }
    Ok(())
}
