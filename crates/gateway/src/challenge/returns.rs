//! `/payments/{payment_id}/{merchant_id}/redirect/response/{connector}`: back to the shop, with a
//! signed or sealed URL. Works in any state, as OwnGateway's does: the URL says how the payment stands.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_signing::own_gateway::return_url::{self, ReturnParams};
use florin_signing::sealed::{Audience, Claims, LONGEST_LIFE, SealError, SealingKey, seal};
use serde_json::json;
use url::Url;

use super::page;
use crate::accounts::Profile;
use crate::connector;
use crate::gateway::Gateway;
use crate::payments::{Payment, PaymentKey, find_with_profile};
use crate::wire::ApiError;
use crate::wire::payment::manual_retry_allowed;

/// Where a shopper goes who is done with the bank. Named by the connector that the profile sends its cards to.
pub(super) async fn address(gateway: &Gateway, payment: &Payment) -> Result<String, ApiError> {
    let (_, profile) = find_with_profile(gateway, payment.key()).await?;
    let (base, id, merchant) = (&gateway.settings.public_url, &payment.id, &payment.merchant_id);
    // A connector that was removed meanwhile leaves no name; the shopper still has to come back.
    let name = Some(profile.connector_name.as_str()).filter(|name| !name.is_empty());
    let name = name.unwrap_or(connector::NAMES[0]);
    Ok(format!("{base}/payments/{id}/{merchant}/redirect/response/{name}"))
}

/// Sends the shopper back to the shop.
pub(crate) async fn give_back(
    State(gateway): State<Gateway>,
    Path((payment_id, merchant_id, connector)): Path<(String, String, String)>,
) -> Result<Response, ApiError> {
    // Any of them: the profile may have got another since the shopper left.
    if !connector::NAMES.contains(&connector.as_str()) {
        return Err(ApiError::UnknownRoute);
    }
    let (payment, profile) = find_with_profile(&gateway, PaymentKey { merchant_id, payment_id }).await?;
    let base = payment.details.return_url.clone().or_else(|| profile.return_url.clone());
    let base = base.ok_or(ApiError::NoReturnUrl)?;
    let url = match &profile.sealing_key {
        Some(key) => sealed(&base, &payment, key, gateway.clock.now())?,
        None => return_to(&base, &payment, &profile)?,
    };
    redirection(&base, &url)
}

/// The same, with credentials named in the address: there is one set of them here.
pub(crate) async fn give_back_for(
    state: State<Gateway>,
    Path((payment_id, merchant_id, connector, _)): Path<(String, String, String, String)>,
) -> Result<Response, ApiError> {
    give_back(state, Path((payment_id, merchant_id, connector))).await
}

/// The sealed URL, for merchants who chose that: it says the same, to nobody else.
fn sealed(base: &str, payment: &Payment, key: &SealingKey, now: Timestamp) -> Result<String, ApiError> {
    let order = payment.details.metadata.as_ref().and_then(|metadata| metadata.get("order")?.as_str());
    let claims = Claims {
        payment: payment.id.clone(),
        order: order.unwrap_or_default().to_owned(),
        attempt: payment.attempt_id(),
        amount: payment.order_amount(),
        currency: payment.amount.currency().code().to_owned(),
        status: payment.state.status().as_str().to_owned(),
        issued: now,
        expires: now.plus(LONGEST_LIFE),
    };
    let audience = Audience {
        mode: Mode::Test,
        merchant_id: &payment.merchant_id,
        profile_id: &payment.profile_id,
        return_address: base,
    };
    seal(&claims, &audience, key).map_err(|error| match error {
        SealError::NameTaken => ApiError::InvalidData(error.to_string()),
        other => ApiError::Internal(other.to_string()),
    })
}

fn return_to(base: &str, payment: &Payment, profile: &Profile) -> Result<String, ApiError> {
    let params = ReturnParams {
        status: payment.state.status().as_str().to_owned(),
        payment_id: payment.id.clone(),
        client_secret: payment.client_secret.clone(),
        amount: (!profile.return_with_http_post).then_some(payment.order_amount()),
        manual_retry_allowed: manual_retry_allowed(payment, profile).unwrap_or(false),
    };
    let signed = return_url::sign(base, &params, &profile.return_hash_key);
    let signed = signed.map_err(|error| ApiError::Internal(error.to_string()))?;
    if profile.sign_returns { Ok(signed) } else { without_signature(&signed) }
}

/// A profile that does not sign sends the same URL without the last two parameters, and without a mark.
fn without_signature(signed: &str) -> Result<String, ApiError> {
    let mut url = Url::parse(signed).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    pairs.truncate(pairs.len().saturating_sub(2));
    url.query_pairs_mut().clear().extend_pairs(pairs);
    Ok(url.into())
}

/// The redirect, with OwnGateway's body for those who do not follow it.
fn redirection(base: &str, url: &str) -> Result<Response, ApiError> {
    let parsed = Url::parse(url).map_err(|error| ApiError::Internal(error.to_string()))?;
    let params: Vec<_> = parsed.query_pairs().collect();
    let body = Json(json!({
        "return_url": base,
        "params": params,
        "return_url_with_query_params": url,
        "http_method": "GET",
        "headers": [],
    }));
    let (status, headers) = page::see_headers(url)?;
    Ok((status, headers, body).into_response())
}
