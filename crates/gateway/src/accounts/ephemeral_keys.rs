//! `/ephemeral_keys`: a key for one customer's own app, for an hour. Shown once, kept as a hash.

use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use florin_domain::timestamp::Timestamp;
use florin_store::{Tx, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::authenticate::{Merchant, SecretKey, api_key, key_hash};
use crate::customers::Customer;
use crate::gateway::Gateway;
use crate::wire::{ApiError, AppJson};

const PREFIX: &str = "epk_";

/// OwnGateway's.
const VALID_FOR: Duration = Duration::from_secs(60 * 60);

/// For whom.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEphemeralKey {
    customer_id: String,
}

/// `POST /ephemeral_keys`
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    AppJson(request): AppJson<NewEphemeralKey>,
) -> Result<Json<Value>, ApiError> {
    let (id, key, now) = (gateway.id("eki_"), format!("{PREFIX}{}", gateway.secret()), gateway.clock.now());
    let expires = now.plus(VALID_FOR);
    let seconds = |at: Timestamp| at.as_millis().div_euclid(1000);
    let made = json!({
        "id": id, "merchant_id": merchant.id, "customer_id": request.customer_id,
        "created_at": seconds(now), "expires": seconds(expires), "secret": key,
    });
    let unit = move |tx: &mut Tx<'_>| {
        Customer::find(tx, &merchant.id, &request.customer_id)?;
        tx.execute("DELETE FROM ephemeral_keys WHERE expires_at <= $1", params![now])?;
        tx.execute(
            "INSERT INTO ephemeral_keys (key_hash, key_id, merchant_id, customer_id, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            params![key_hash(&key), &id, &merchant.id, &request.customer_id, now, expires],
        )?;
        Ok::<_, ApiError>(())
    };
    gateway.store.write(unit).await?;
    Ok(Json(made))
}

/// `DELETE /ephemeral_keys/{ephemeral_key_id}`: it stops working at once.
pub(crate) async fn delete(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let ended = gateway.store.write(move |tx| {
        let row = tx
            .first("SELECT * FROM ephemeral_keys WHERE merchant_id = $1 AND key_id = $2", params![&merchant.id, &id])?;
        let row = row.ok_or(ApiError::NotFound("ephemeral key"))?;
        tx.execute("DELETE FROM ephemeral_keys WHERE key_id = $1", params![&id])?;
        let seconds = |at: Timestamp| at.as_millis().div_euclid(1000);
        Ok::<_, ApiError>(json!({
            "id": &id, "merchant_id": &merchant.id, "customer_id": row.get::<String>("customer_id")?,
            "created_at": seconds(row.get("created_at")?), "expires": seconds(row.get("expires_at")?),
            "deleted": true,
        }))
    });
    Ok(Json(ended.await?))
}

/// A secret key, or a customer's own ephemeral key.
pub(crate) struct OwnCustomer {
    merchant: Merchant,
    /// The only customer whose things may be seen.
    only: Option<String>,
}

impl OwnCustomer {
    /// The merchant, if this caller may see that customer's things.
    pub(crate) fn may_see(&self, customer_id: &str) -> Result<&Merchant, ApiError> {
        match &self.only {
            Some(only) if only != customer_id => Err(ApiError::Unauthenticated),
            _ => Ok(&self.merchant),
        }
    }

    pub(crate) fn merchant(&self) -> &Merchant {
        &self.merchant
    }
}

impl FromRequestParts<Gateway> for OwnCustomer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, ApiError> {
        let key = api_key(parts)?;
        if !key.starts_with(PREFIX) {
            let SecretKey(merchant) = SecretKey::from_request_parts(parts, gateway).await?;
            return Ok(Self { merchant, only: None });
        }
        let (hash, now) = (key_hash(&key), gateway.clock.now());
        let found = gateway.store.read(move |tx| {
            tx.first(
                "SELECT merchant_id, customer_id FROM ephemeral_keys WHERE key_hash = $1 AND expires_at > $2",
                params![&hash, now],
            )
        });
        let row = found.await?.ok_or(ApiError::Unauthenticated)?;
        Ok(Self { merchant: Merchant { id: row.get("merchant_id")? }, only: Some(row.get("customer_id")?) })
    }
}
