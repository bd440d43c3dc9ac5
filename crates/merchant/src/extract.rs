//! Proofs that a handler asks for: a readable body, a valid shop key, an id of the right shape.

use std::net::SocketAddr;

use axum::body::Bytes;

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request};
use axum::http::header;
use axum::http::request::Parts;
use florin_domain::ids::{OrderId, SessionId};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use subtle::{Choice, ConstantTimeEq};

use crate::{ApiError, Merchant};

/// A JSON body that is a `T`, without unknown fields. An empty body is `{}`.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Merchant> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, merchant: &Merchant) -> Result<Self, ApiError> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.split(';').next().is_some_and(|kind| kind.trim() == "application/json"));
        let bytes = Bytes::from_request(request, merchant).await.map_err(|_| ApiError::unreadable())?;
        if bytes.is_empty() {
            return read(b"{}").map(Self);
        }
        if !is_json {
            return Err(ApiError::malformed("Content-Type must be application/json"));
        }
        read(&bytes).map(Self)
    }
}

/// A query string that is a `T`, without unknown parameters.
pub(crate) struct Search<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Merchant> for Search<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Merchant) -> Result<Self, ApiError> {
        let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(query)).map(Self).map_err(|error| {
            let field = error.path().to_string();
            broken_rule(&field, &error.into_inner().to_string())
        })
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.into_inner();
        if !inner.is_data() {
            return ApiError::malformed("the body is not JSON");
        }
        broken_rule(&field, &inner.to_string())
    })?;
    reader.end().map_err(|_| ApiError::malformed("the body is not one JSON value"))?;
    Ok(value)
}

/// serde names an unknown or missing field in its message; the path leads to its parent or itself.
fn broken_rule(path: &str, message: &str) -> ApiError {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("unknown field") {
        return ApiError::invalid("unknown_field", quoted, &format!("there is no field {quoted}"));
    }
    if message.starts_with("missing field") {
        return ApiError::invalid("missing_field", quoted, &format!("{quoted} is required"));
    }
    // What serde says of a wrong value may quote it; the reader knows what was sent.
    ApiError::invalid("invalid_value", path, &format!("{path} has a value that is not allowed"))
}

/// Proof that the request carried a shop key.
pub(crate) struct Shop;

impl FromRequestParts<Merchant> for Shop {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, merchant: &Merchant) -> Result<Self, ApiError> {
        let given = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(ApiError::unauthenticated)?;
        // Every key is compared, so that the time says nothing about which one is near.
        let known = merchant
            .settings()
            .shop_keys
            .iter()
            .fold(Choice::from(0), |found, key| found | key.expose_secret().as_bytes().ct_eq(given.as_bytes()));
        if bool::from(known) { Ok(Self) } else { Err(ApiError::unauthenticated()) }
    }
}

/// The shopper's network address, for the bank's risk check. Absent where the server can't know it.
pub(crate) struct ShopperAddress(pub(crate) Option<String>);

impl FromRequestParts<Merchant> for ShopperAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Merchant) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map(|ConnectInfo(address)| address.ip().to_string())))
    }
}

macro_rules! id_in_path {
    ($($name:ident $id:ident $what:literal;)*) => {$(
        /// The id in the path; one of another shape is as absent as an unknown one.
        pub(crate) struct $name(pub(crate) $id);

        impl FromRequestParts<Merchant> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, merchant: &Merchant) -> Result<Self, ApiError> {
                let Path(text) = Path::<String>::from_request_parts(parts, merchant)
                    .await
                    .map_err(|_| ApiError::not_found($what))?;
                $id::parse(&text).map(Self).map_err(|_| ApiError::not_found($what))
            }
        }
    )*};
}

id_in_path! {
    OrderInPath OrderId "order";
    SessionInPath SessionId "checkout session";
}
