//! What a browser's payment form asks beside the payment itself. For cards the answers are short.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::money::Money;
use florin_domain::payment::{PaymentState, TransitionError};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::{Payment, PaymentKey, find_payment, find_with_profile, forbidden, view};
use crate::accounts::{Caller, check_client_secret};
use crate::gateway::Gateway;
use crate::wire::payment::PaymentsResponse;
use crate::wire::text::SecretText;
use crate::wire::{ApiError, AppJson};

/// `POST /payments/session_tokens`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionTokensRequest {
    payment_id: String,
    client_secret: Option<SecretText>,
    #[serde(rename = "wallets")]
    _wallets: Option<Vec<IgnoredAny>>,
    #[serde(rename = "merchant_connector_details")]
    _merchant_connector_details: Option<IgnoredAny>,
}

/// `POST /payments/session_tokens`: what wallets need to begin. A card needs nothing.
pub(crate) async fn session_tokens(
    State(gateway): State<Gateway>,
    caller: Caller,
    AppJson(request): AppJson<SessionTokensRequest>,
) -> Result<Json<Value>, ApiError> {
    let payment = opened_by(&gateway, &caller, request.payment_id, request.client_secret.as_ref()).await?;
    Ok(Json(json!({ "payment_id": payment.id, "client_secret": payment.client_secret, "session_token": [] })))
}

/// `POST /payments/{payment_id}/eligibility`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EligibilityRequest {
    client_secret: Option<SecretText>,
    #[serde(rename = "payment_method_type")]
    _payment_method_type: Option<IgnoredAny>,
    #[serde(rename = "payment_method_subtype")]
    _payment_method_subtype: Option<IgnoredAny>,
    #[serde(rename = "payment_method_data")]
    _payment_method_data: Option<IgnoredAny>,
    #[serde(rename = "browser_info")]
    _browser_info: Option<IgnoredAny>,
}

/// `POST /payments/{payment_id}/eligibility`: the same answer for every card, so that it tells nothing of
/// the card.
pub(crate) async fn eligibility(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(payment_id): Path<String>,
    AppJson(request): AppJson<EligibilityRequest>,
) -> Result<Json<Value>, ApiError> {
    let payment = opened_by(&gateway, &caller, payment_id, request.client_secret.as_ref()).await?;
    if !payment.state.takes_a_card() {
        let status = payment.state.status();
        return Err(forbidden("check eligibility for")(TransitionError::NotAllowed { status }));
    }
    Ok(Json(json!({ "payment_id": payment.id, "sdk_next_action": { "next_action": "confirm" } })))
}

/// `POST /payments/{payment_id}/calculate_tax`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaxRequest {
    client_secret: Option<SecretText>,
    #[serde(rename = "shipping")]
    _shipping: IgnoredAny,
    #[serde(rename = "payment_method_type")]
    _payment_method_type: IgnoredAny,
    #[serde(rename = "session_id")]
    _session_id: Option<IgnoredAny>,
}

/// `POST /payments/{payment_id}/calculate_tax`: no tax processor is set up, so none is added.
pub(crate) async fn calculate_tax(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(payment_id): Path<String>,
    AppJson(request): AppJson<TaxRequest>,
) -> Result<Json<Value>, ApiError> {
    let payment = opened_by(&gateway, &caller, payment_id, request.client_secret.as_ref()).await?;
    if !payment.state.takes_a_card() {
        let status = payment.state.status();
        return Err(forbidden("calculate tax for")(TransitionError::NotAllowed { status }));
    }
    let (tax, shipping) = (payment.details.order_tax_amount, payment.details.shipping_cost);
    let display = |cost: Option<i64>| {
        cost.map(|cost| {
            Money::new(cost, payment.amount.currency()).map_or_else(|_| cost.to_string(), |cost| cost.to_string())
        })
    };
    Ok(Json(json!({
        "payment_id": payment.id, "net_amount": payment.amount.minor_units(), "order_tax_amount": tax,
        "shipping_cost": shipping,
        "display_amount": {
            "net_amount": payment.amount.to_string(), "order_tax_amount": display(tax),
            "shipping_cost": display(shipping),
        },
    })))
}

/// `POST /payments/{payment_id}/complete_authorize`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompleteRequest {
    client_secret: Option<SecretText>,
    #[serde(rename = "shipping")]
    _shipping: Option<IgnoredAny>,
    #[serde(rename = "threeds_method_comp_ind")]
    _threeds_method_comp_ind: Option<IgnoredAny>,
}

/// `POST /payments/{payment_id}/complete_authorize`: after a redirect. The shopper has answered the bank or
/// not; that alone decides, so the payment is shown as it stands.
pub(crate) async fn complete_authorize(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(payment_id): Path<String>,
    AppJson(request): AppJson<CompleteRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    let payment = opened_by(&gateway, &caller, payment_id, request.client_secret.as_ref()).await?;
    if let PaymentState::Declined { .. } | PaymentState::Captured { .. } = payment.state {
        let status = payment.state.status();
        return Err(forbidden("complete authorization of")(TransitionError::NotAllowed { status }));
    }
    let (payment, profile) = find_with_profile(&gateway, payment.key()).await?;
    let public_url = gateway.settings.public_url.clone();
    Ok(Json(gateway.store.read(move |tx| view(tx, &payment, &profile, &public_url)).await?))
}

/// Steps of wallets and of other companies' 3-D Secure servers. No dummy connector has them.
pub(crate) async fn not_for_cards(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(payment_id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    find_payment(&gateway, PaymentKey { merchant_id: caller.merchant().id.clone(), payment_id }).await?;
    Err(ApiError::NotImplemented("This step for the dummy connector"))
}

/// The payment, for a server, or for a browser that brings its client secret.
async fn opened_by(
    gateway: &Gateway,
    caller: &Caller,
    payment_id: String,
    given: Option<&SecretText>,
) -> Result<Payment, ApiError> {
    caller.check_client_secret_presence(given)?;
    let key = PaymentKey { merchant_id: caller.merchant().id.clone(), payment_id };
    let payment = find_payment(gateway, key).await?;
    if let Some(given) = given {
        check_client_secret(given, &payment, gateway.clock.now())?;
    }
    Ok(payment)
}
