//! `Idempotency-Key`: the first answer to a call is kept, and given again to the same call.
//!
//! OwnGateway has no such header; calls without it behave as there. For secret keys alone: a browser's
//! confirm is guarded by the payment's state.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use florin_domain::timestamp::Timestamp;
use florin_store::{Tx, params};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::Value;
use sha2::Sha256;

use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::routes;
use crate::sandbox;
use crate::wire::ApiError;

const HEADER: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// As long as a merchant may try again.
const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

const LONGEST_KEY: usize = 255;

/// Bodies in and out are smaller by far.
const LARGEST: usize = 2 * 1024 * 1024;

/// Calls of one key wait for each other. Cheap to clone; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<HashMap<CallKey, Arc<tokio::sync::Mutex<()>>>>>);

/// Whose key.
#[derive(Clone, PartialEq, Eq, Hash)]
struct CallKey {
    merchant_id: String,
    key: String,
}

impl Running {
    fn turn(&self, key: &CallKey) -> Arc<tokio::sync::Mutex<()>> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever holds a turn has a second handle to it.
        running.retain(|_, turn| Arc::strong_count(turn) > 1);
        running.entry(key.clone()).or_default().clone()
    }
}

/// What is known of a call before it runs.
enum Claim {
    /// It is the first.
    Ours,
    Answered {
        status: i64,
        body: String,
    },
    AnotherCall,
    /// The first was cut off: whether it did anything, nobody here knows.
    CutOff,
}

/// The middleware in front of the handlers.
pub(crate) async fn replay(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_for_us = parts.method == Method::POST && !parts.uri.path().starts_with(routes::SANDBOX);
    let Some(key) = parts.headers.get(HEADER).filter(|_| is_for_us).cloned() else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    // Anybody else is the handler's to refuse.
    let Ok(SecretKey(merchant)) = SecretKey::from_request_parts(&mut parts, &gateway).await else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let key = match key.to_str() {
        Ok(key) if (1..=LONGEST_KEY).contains(&key.len()) => CallKey { merchant_id: merchant.id, key: key.to_owned() },
        _ => {
            let expected = "1 to 255 visible ASCII characters";
            return ApiError::InvalidFormat { field: "Idempotency-Key", expected }.into_response();
        }
    };
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return ApiError::BodyTooLarge(LARGEST).into_response();
    };
    // In a task of its own: a caller that goes away leaves an answer for its next try.
    let work = sandbox::bring_bad_day(once(gateway, key, parts, body, next));
    tokio::spawn(work).await.unwrap_or_else(|error| ApiError::Internal(error.to_string()).into_response())
}

/// Carries the call out and keeps its answer, or gives the answer that was kept.
async fn once(gateway: Gateway, key: CallKey, parts: Parts, body: Bytes, next: Next) -> Response {
    let fingerprint = fingerprint(&gateway, &parts, &body);
    let turn = gateway.running.turn(&key);
    let _held = turn.lock().await;
    match claim(&gateway, &key, fingerprint).await {
        Ok(Claim::Ours) => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            keep(&gateway, &key, response).await.unwrap_or_else(IntoResponse::into_response)
        }
        Ok(Claim::Answered { status, body }) => again(status, body),
        Ok(Claim::AnotherCall) => {
            ApiError::InvalidData("This Idempotency-Key was used for another call".to_owned()).into_response()
        }
        Ok(Claim::CutOff) => ApiError::Locked.into_response(),
        Err(error) => error.into_response(),
    }
}

/// Keyed, for a body may hold a card, and a plain hash of a card is the card.
fn fingerprint(gateway: &Gateway, parts: &Parts, body: &Bytes) -> String {
    let key = gateway.settings.admin_key.expose_secret().as_bytes();
    let mac = Hmac::<Sha256>::new_from_slice(key)
        .expect("HMAC takes keys of any length")
        .chain_update(b"idempotency\0")
        .chain_update(parts.uri.to_string())
        .chain_update(b"\0")
        .chain_update(body);
    hex::encode(mac.finalize().into_bytes())
}

async fn claim(gateway: &Gateway, key: &CallKey, fingerprint: String) -> Result<Claim, ApiError> {
    let (key, now) = (key.clone(), gateway.clock.now());
    gateway.store.write(move |tx| claim_in(tx, &key, &fingerprint, now)).await
}

fn claim_in(tx: &mut Tx<'_>, key: &CallKey, fingerprint: &str, now: Timestamp) -> Result<Claim, ApiError> {
    tx.execute("DELETE FROM first_answers WHERE created_at < $1", params![now.minus(KEPT_FOR)])?;
    let touched = tx.execute(
        "INSERT INTO first_answers (merchant_id, idempotency_key, fingerprint, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        params![&key.merchant_id, &key.key, fingerprint, now],
    )?;
    if touched == 1 {
        return Ok(Claim::Ours);
    }
    let row = tx.first(
        "SELECT fingerprint, status, body FROM first_answers WHERE merchant_id = $1 AND idempotency_key = $2",
        params![&key.merchant_id, &key.key],
    )?;
    let row = row.ok_or_else(|| ApiError::Internal("a claim that is there is gone".to_owned()))?;
    if row.get::<String>("fingerprint")? != fingerprint {
        return Ok(Claim::AnotherCall);
    }
    match (row.get("status")?, row.get("body")?) {
        (Some(status), Some(body)) => Ok(Claim::Answered { status, body }),
        _ => Ok(Claim::CutOff),
    }
}

/// Keeps the answer; one that says "not now" is forgotten, so that the call may be tried again.
async fn keep(gateway: &Gateway, key: &CallKey, response: Response) -> Result<Response, ApiError> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LARGEST).await.map_err(|error| ApiError::Internal(error.to_string()))?;
    let text = std::str::from_utf8(&body).unwrap_or_default().to_owned();
    let status = parts.status;
    let is_final = !status.is_server_error()
        && status != StatusCode::UNAUTHORIZED
        && status != StatusCode::TOO_MANY_REQUESTS
        && !is_locked(status, &body);
    let key = key.clone();
    let kept = gateway.store.write(move |tx| {
        if is_final {
            tx.execute(
                "UPDATE first_answers SET status = $3, body = $4 WHERE merchant_id = $1 AND idempotency_key = $2",
                params![&key.merchant_id, &key.key, status.as_u16(), &text],
            )
        } else {
            tx.execute(
                "DELETE FROM first_answers WHERE merchant_id = $1 AND idempotency_key = $2",
                params![&key.merchant_id, &key.key],
            )
        }
    });
    kept.await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Somebody else was changing the same payment, and nothing happened. Only an error's own code says so: a
/// merchant may write the same word into metadata.
fn is_locked(status: StatusCode, body: &Bytes) -> bool {
    let error = || serde_json::from_slice::<Value>(body).ok()?.pointer("/error/code").cloned();
    status == StatusCode::UNPROCESSABLE_ENTITY && error().is_some_and(|code| code == "HE_00")
}

fn again(status: i64, body: String) -> Response {
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
