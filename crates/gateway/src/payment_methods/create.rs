//! `POST /payment_methods`: saves a card, or makes the place that a browser will bring one to.

use axum::Json;
use axum::extract::State;
use florin_store::Tx;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use super::record::{ACTIVE, AWAITING_DATA, Saved};
use crate::accounts::SecretKey;
use crate::customers::Customer;
use crate::gateway::Gateway;
use crate::vault::{self, VaultKeys};
use crate::wire::card::CardData;
use crate::wire::document::Document;
use crate::wire::request::{PaymentMethod, PaymentMethodType};
use crate::wire::{ApiError, AppJson};

/// `POST /payment_methods`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPaymentMethod {
    #[serde(rename = "payment_method")]
    _payment_method: PaymentMethod,
    payment_method_type: Option<PaymentMethodType>,
    customer_id: Option<String>,
    card: Option<CardData>,
    metadata: Option<Map<String, Value>>,
    #[serde(rename = "payment_method_issuer")]
    _payment_method_issuer: Option<IgnoredAny>,
    #[serde(rename = "payment_method_issuer_code")]
    _payment_method_issuer_code: Option<IgnoredAny>,
    #[serde(rename = "card_network")]
    _card_network: Option<IgnoredAny>,
    client_secret: Option<IgnoredAny>,
    #[serde(rename = "billing")]
    _billing: Option<IgnoredAny>,
    #[serde(rename = "network_transaction_id")]
    _network_transaction_id: Option<IgnoredAny>,
}

/// Cards are kept only by a gateway that has keys to seal them.
pub(super) fn keys(gateway: &Gateway) -> Result<&VaultKeys, ApiError> {
    gateway.settings.vault_keys.as_ref().ok_or(ApiError::NotSupported("saving cards without a vault key"))
}

/// `POST /payment_methods`
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    AppJson(request): AppJson<NewPaymentMethod>,
) -> Result<Json<Value>, ApiError> {
    if request.client_secret.is_some() {
        return Err(ApiError::InvalidData("client_secret is not a valid parameter".to_owned()));
    }
    let customer_id = request.customer_id.ok_or(ApiError::MissingParam("customer_id"))?;
    let keys = keys(&gateway)?;
    let now = gateway.clock.now();
    let id = gateway.id("pm_");
    let sealed = match request.card {
        None => None,
        Some(card) => {
            let card = card.check_without_code(now)?;
            Some(vault::seal_card(keys, &merchant.id, &card, now, &gateway.randomness)?)
        }
    };
    let mut details = Document::default();
    if let Some(metadata) = request.metadata {
        details.set("metadata", metadata);
    }
    if let Some(kind) = request.payment_method_type {
        details.set("payment_method_type", kind.as_str());
    }
    let place = Saved {
        merchant_id: merchant.id,
        client_secret: Some(gateway.client_secret(&id)),
        id,
        customer_id,
        status: AWAITING_DATA.to_owned(),
        card_id: None,
        card: None,
        details,
        created_at: now,
        last_used_at: now,
    };
    let unit = move |tx: &mut Tx<'_>| {
        Customer::hold(tx, &place.merchant_id, &place.customer_id)?;
        let mut saved = place.clone();
        if let Some(sealed) = &sealed {
            if let Some(mut earlier) = Saved::same_card(tx, &saved, &sealed.fingerprint)? {
                earlier.renew(tx, &saved, &sealed.summary)?;
                return Ok(earlier.show());
            }
            saved.take(tx, sealed, ACTIVE)?;
        }
        saved.insert(tx)?;
        let mut shown = saved.show();
        shown["client_secret"] = json!(saved.client_secret);
        Ok::<_, ApiError>(shown)
    };
    Ok(Json(gateway.store.write(unit).await?))
}
