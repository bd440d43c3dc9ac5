//! Proofs that a handler asks for: a readable body, a valid shop key, an id of the right shape.

use std::net::{IpAddr, SocketAddr};

use axum::body::Bytes;

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request};
use axum::http::header;
use axum::http::request::Parts;
use florin_domain::ids::{OrderId, SessionId};
use secrecy::{ExposeSecret, SecretString};
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::broken_rule::broken_rule;
use crate::by_name::Object;
use crate::keys::KeyKind;
use crate::network::{is_undeclared_proxy, shopper_address};
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
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        let bytes = Bytes::from_request(request, merchant).await.map_err(|_| ApiError::Unreadable)?;
        if bytes.is_empty() {
            return read(b"{}").map(Self);
        }
        if !is_json {
            return Err(ApiError::malformed("Content-Type must be application/json"));
        }
        read(&bytes).map(Self)
    }
}

/// What a request says that has nothing to say: no body, or `{}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// A query string that is a `T`, which says what it does with unknown parameters.
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
    // What is no JSON is told first: after that, whatever is wrong is wrong with a field.
    serde_json::from_slice::<Value>(bytes).map_err(|_| ApiError::malformed("the body is not one JSON value"))?;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let read = Object::new().deserialize(serde_path_to_error::Deserializer::new(&mut reader, &mut track));
    read.map_err(|error: serde_json::Error| broken_rule(&track.path().to_string(), &error.to_string()))
}

/// Proof that the request carried a shop key.
pub(crate) struct Shop;

impl FromRequestParts<Merchant> for Shop {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, merchant: &Merchant) -> Result<Self, ApiError> {
        let place = check_bearer(parts, &merchant.settings().shop_keys)?;
        merchant.keys().used(KeyKind::Shop, Some(place), merchant.clock().now());
        Ok(Self)
    }
}

/// Which of the keys was sent.
fn check_bearer<'a>(parts: &Parts, keys: impl IntoIterator<Item = &'a SecretString>) -> Result<usize, ApiError> {
    let mut said = parts.headers.get_all(header::AUTHORIZATION).iter();
    // Of two, somebody on the way may have looked at the other.
    let only = said.next().filter(|_| said.next().is_none());
    let given = only
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key)
        .ok_or_else(ApiError::unauthenticated)?;
    let is = |key: &SecretString| bool::from(key.expose_secret().as_bytes().ct_eq(given.as_bytes()));
    // Every key is compared, so that the time says nothing about which one is near.
    let same: Vec<bool> = keys.into_iter().map(is).collect();
    same.iter().position(|same| *same).ok_or_else(ApiError::unauthenticated)
}

/// Proof that the request carried the metrics key, or a shop key, which opens more.
pub(crate) struct Watcher;

impl FromRequestParts<Merchant> for Watcher {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, merchant: &Merchant) -> Result<Self, ApiError> {
        let settings = merchant.settings();
        let keys = settings.shop_keys.iter().chain(&settings.metrics_key);
        let place = check_bearer(parts, keys)?;
        let (kind, place) = match place.checked_sub(settings.shop_keys.len()) {
            None => (KeyKind::Shop, place),
            Some(place) => (KeyKind::Metrics, place),
        };
        merchant.keys().used(kind, Some(place), merchant.clock().now());
        Ok(Self)
    }
}

/// The shopper's network address. Absent where the server can't know it.
pub(crate) struct ShopperAddress(pub(crate) Option<IpAddr>);

impl FromRequestParts<Merchant> for ShopperAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, merchant: &Merchant) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let proxies = &merchant.settings().proxies;
        Ok(Self(peer.map(|ConnectInfo(peer)| {
            if is_undeclared_proxy(peer.ip(), &parts.headers, proxies) {
                merchant.tell_of_proxy(peer.ip());
            }
            shopper_address(peer.ip(), &parts.headers, proxies)
        })))
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
