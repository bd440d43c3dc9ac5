//! `POST /payment_methods/{payment_method_id}/save`: a browser brings the card, once.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use florin_store::Tx;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use subtle::ConstantTimeEq;

use super::create::keys;
use super::record::{ACTIVE, AWAITING_DATA, Saved};
use crate::accounts::Caller;
use crate::gateway::Gateway;
use crate::vault;
use crate::wire::card::PaymentMethodData;
use crate::wire::request::{PaymentMethod, PaymentMethodType};
use crate::wire::text::SecretText;
use crate::wire::{ApiError, AppJson};

/// As long as a payment's client secret.
const SECRET_VALID_FOR: Duration = Duration::from_secs(900);

/// What the browser sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaveRequest {
    client_secret: Option<SecretText>,
    #[serde(rename = "payment_method")]
    _payment_method: Option<PaymentMethod>,
    #[serde(rename = "payment_method_type")]
    _payment_method_type: Option<PaymentMethodType>,
    payment_method_data: Option<PaymentMethodData>,
    #[serde(rename = "payment_method_issuer")]
    _payment_method_issuer: Option<IgnoredAny>,
    #[serde(rename = "customer_acceptance")]
    _customer_acceptance: Option<IgnoredAny>,
}

/// `POST /payment_methods/{payment_method_id}/save`
pub(crate) async fn save(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(id): Path<String>,
    AppJson(request): AppJson<SaveRequest>,
) -> Result<Json<Value>, ApiError> {
    if !caller.is_publishable() {
        return Err(ApiError::Unauthenticated);
    }
    let given = request.client_secret.ok_or(ApiError::MissingParam("client_secret"))?;
    let merchant_id = caller.merchant().id.clone();
    let now = gateway.clock.now();
    // Looked at before the card, so that nobody without the secret learns what a card needs.
    let (merchant, method) = (merchant_id.clone(), id.clone());
    let place = gateway.store.read(move |tx| Saved::find(tx, &merchant, &method)).await?;
    let expected = place.client_secret.as_deref().unwrap_or_default();
    if !bool::from(given.0.as_bytes().ct_eq(expected.as_bytes())) {
        return Err(ApiError::ClientSecretMismatch);
    }
    if place.status != AWAITING_DATA || now >= place.created_at.plus(SECRET_VALID_FOR) {
        return Err(ApiError::ClientSecretExpired);
    }
    let card = request.payment_method_data.and_then(|data| data.card);
    let card = card.ok_or(ApiError::MissingParam("payment_method_data.card"))?.check_without_code(now)?;
    let sealed = vault::seal_card(keys(&gateway)?, &merchant_id, &card, now, &gateway.randomness)?;
    let unit = move |tx: &mut Tx<'_>| {
        let mut saved = Saved::hold(tx, &merchant_id, &id)?;
        // Another call may have brought a card meanwhile.
        if saved.status != AWAITING_DATA {
            return Err(ApiError::ClientSecretExpired);
        }
        saved.take(tx, &sealed, ACTIVE)?;
        saved.update(tx)?;
        Ok(saved.show())
    };
    Ok(Json(gateway.store.write(unit).await?))
}
