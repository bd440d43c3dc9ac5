//! The `api-key` header, as proofs a handler asks for.
//!
//! A secret key may do everything. A publishable key may do what a browser must, and only beside
//! the payment's client secret. The admin key drives the sandbox.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, params};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::gateway::Gateway;
use crate::payments::Payment;
use crate::wire::ApiError;
use crate::wire::text::SecretText;

/// What publishable keys begin with.
pub(super) const PUBLISHABLE_PREFIX: &str = "pk_";

/// A merchant account.
#[derive(Debug, Clone)]
pub(crate) struct Merchant {
    pub(crate) id: String,
}

/// The secret key was valid.
pub(crate) struct SecretKey(pub(crate) Merchant);

/// The admin key was valid.
pub(crate) struct Admin;

/// A secret or a publishable key was valid.
pub(crate) enum Caller {
    Secret(Merchant),
    Publishable(Merchant),
}

/// The secret key was valid, and is the key of the merchant that the address names.
pub(crate) struct OwnMerchant(pub(crate) String);

/// The admin key was valid, or the secret key of the merchant that the address names.
pub(crate) struct OwnMerchantOrAdmin(pub(crate) String);

impl Caller {
    pub(crate) fn merchant(&self) -> &Merchant {
        match self {
            Self::Secret(merchant) | Self::Publishable(merchant) => merchant,
        }
    }

    pub(crate) fn is_publishable(&self) -> bool {
        matches!(self, Self::Publishable(_))
    }

    /// A browser must bring the client secret, a server must not.
    pub(crate) fn check_client_secret_presence(&self, given: Option<&SecretText>) -> Result<(), ApiError> {
        match (self, given) {
            (Self::Publishable(_), None) => Err(ApiError::MissingParam("client_secret")),
            (Self::Secret(_), Some(_)) => {
                Err(ApiError::InvalidData("client_secret is not a valid parameter".to_owned()))
            }
            _ => Ok(()),
        }
    }
}

/// Whether `given` opens this payment now.
pub(crate) fn check_client_secret(given: &SecretText, payment: &Payment, now: Timestamp) -> Result<(), ApiError> {
    if !bool::from(given.0.as_bytes().ct_eq(payment.client_secret.as_bytes())) {
        return Err(ApiError::ClientSecretMismatch);
    }
    if payment.session_is_over(now) {
        return Err(ApiError::ClientSecretExpired);
    }
    Ok(())
}

/// How a secret key is kept and looked up.
pub(super) fn key_hash(key: &str) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
}

impl FromRequestParts<Gateway> for SecretKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, ApiError> {
        by_secret_key(gateway, &api_key(parts)?).await.map(Self)
    }
}

impl FromRequestParts<Gateway> for OwnMerchant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, ApiError> {
        let SecretKey(merchant) = SecretKey::from_request_parts(parts, gateway).await?;
        let is_own = merchant_named(parts, gateway).await? == merchant.id;
        if is_own { Ok(Self(merchant.id)) } else { Err(ApiError::Unauthenticated) }
    }
}

impl FromRequestParts<Gateway> for OwnMerchantOrAdmin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, ApiError> {
        if Admin::from_request_parts(parts, gateway).await.is_ok() {
            return merchant_named(parts, gateway).await.map(Self);
        }
        OwnMerchant::from_request_parts(parts, gateway).await.map(|OwnMerchant(id)| Self(id))
    }
}

/// The merchant in the address.
async fn merchant_named(parts: &mut Parts, gateway: &Gateway) -> Result<String, ApiError> {
    let params = RawPathParams::from_request_parts(parts, gateway).await;
    let params = params.map_err(|error| ApiError::Internal(error.to_string()))?;
    let named = params.iter().find(|(name, _)| *name == "merchant_id");
    named.map(|(_, id)| id.to_owned()).ok_or(ApiError::Unauthenticated)
}

impl FromRequestParts<Gateway> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, ApiError> {
        let key = api_key(parts)?;
        if key.starts_with(PUBLISHABLE_PREFIX) {
            by_publishable_key(gateway, key).await.map(Self::Publishable)
        } else {
            by_secret_key(gateway, &key).await.map(Self::Secret)
        }
    }
}

impl FromRequestParts<Gateway> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, ApiError> {
        let key = api_key(parts)?;
        let expected = gateway.settings.admin_key.expose_secret();
        if bool::from(key.as_bytes().ct_eq(expected.as_bytes())) { Ok(Self) } else { Err(ApiError::Unauthenticated) }
    }
}

pub(super) fn api_key(parts: &Parts) -> Result<String, ApiError> {
    let mut keys = parts.headers.get_all("api-key").iter();
    match (keys.next().and_then(|key| key.to_str().ok()), keys.next()) {
        (Some(key), None) if !key.is_empty() => Ok(key.to_owned()),
        _ => Err(ApiError::Unauthenticated),
    }
}

async fn by_secret_key(gateway: &Gateway, key: &str) -> Result<Merchant, ApiError> {
    let (hash, now) = (key_hash(key), gateway.clock.now());
    let found = gateway.store.read(move |tx| {
        tx.first(
            "SELECT merchant_id FROM secret_keys WHERE key_hash = $1 AND (expires_at IS NULL OR expires_at > $2)",
            params![&hash, now],
        )
    });
    merchant(found.await?)
}

async fn by_publishable_key(gateway: &Gateway, key: String) -> Result<Merchant, ApiError> {
    let found = gateway.store.read(move |tx| {
        let sql = "SELECT merchant_id FROM merchants WHERE publishable_key = $1 AND deleted = 0";
        tx.first(sql, params![&key])
    });
    merchant(found.await?)
}

fn merchant(row: Option<Row>) -> Result<Merchant, ApiError> {
    let row = row.ok_or(ApiError::Unauthenticated)?;
    Ok(Merchant { id: row.get("merchant_id")? })
}
