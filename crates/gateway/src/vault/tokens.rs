//! `POST /tokens`: trades a card for a token of one payment. OwnGateway has no such route.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use florin_domain::ids::TokenId;
use florin_domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{HeldCard, TOKEN_VALID_FOR};
use crate::accounts::{Caller, check_client_secret};
use crate::gateway::Gateway;
use crate::payments::payment_of_secret;
use crate::wire::address::check_address;
use crate::wire::card::CardData;
use crate::wire::text::SecretText;
use crate::wire::{ApiError, AppJson};

/// What the frame sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    client_secret: Option<SecretText>,
    card: CardData,
    browser_info: Option<Map<String, Value>>,
    billing: Option<Value>,
}

/// What it gets.
#[derive(Serialize)]
pub(crate) struct TokenResponse {
    token: TokenId,
    card: TokenCard,
    expires_at: Timestamp,
}

#[derive(Serialize)]
struct TokenCard {
    brand: Option<String>,
    last4: String,
    exp_month: String,
    exp_year: String,
}

/// `POST /tokens`. Does the same work for every card: nobody is asked about it here.
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    caller: Caller,
    AppJson(request): AppJson<TokenRequest>,
) -> Result<(StatusCode, Json<TokenResponse>), ApiError> {
    if !caller.is_publishable() {
        return Err(ApiError::Unauthenticated);
    }
    let now = gateway.clock.now();
    let client_secret = request.client_secret.as_ref().ok_or(ApiError::MissingParam("client_secret"))?;
    let payment = payment_of_secret(&gateway, &caller, client_secret).await?;
    check_client_secret(client_secret, &payment, now)?;
    if !payment.state.takes_a_card() {
        let words = format!("You cannot make a token for this payment because it has status {}", payment.state);
        return Err(ApiError::Precondition(words));
    }
    request.billing.as_ref().map_or(Ok(()), |billing| check_address("billing", billing))?;
    let card = request.card.check(now)?;
    let summary = card.summary();
    let expires_at = now.plus(TOKEN_VALID_FOR);
    let token = TokenId::new(now, gateway.randomness.bytes());
    let held = HeldCard { card, browser_info: request.browser_info, billing: request.billing, expires_at };
    gateway.vault.put(payment.key(), &token, held, gateway.settings.tokens_per_payment, payment.expires_at)?;
    let card = TokenCard {
        brand: summary.network,
        last4: summary.last4,
        exp_month: summary.exp_month,
        exp_year: summary.exp_year,
    };
    Ok((StatusCode::CREATED, Json(TokenResponse { token, card, expires_at })))
}
