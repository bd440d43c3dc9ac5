//! `POST /webhooks/gateway`: verified on the raw body, kept durably, acknowledged, worked on later.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use florin_domain::ids::PaymentId;
use florin_domain::timestamp::Timestamp;
use florin_signing::SigningKey;
use florin_signing::own_gateway::webhook::{self, HEADER};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::keys::KeyKind;
use crate::storage::Arrival;
use crate::{ApiError, Merchant};

/// What we read of an event: a hint that names a payment.
#[derive(Deserialize)]
struct EventOnWire {
    event_id: String,
    event_type: String,
    content: Content,
    #[serde(default)]
    timestamp: Value,
}

#[derive(Deserialize)]
struct Content {
    object: Object,
}

/// All but the payment's id is for the log alone, and may be anything.
#[derive(Deserialize)]
struct Object {
    payment_id: PaymentId,
    #[serde(default)]
    status: Value,
    #[serde(default)]
    amount: Value,
    #[serde(default)]
    currency: Value,
    #[serde(default)]
    updated: Value,
    #[serde(default)]
    refund_id: Value,
    #[serde(default)]
    error_code: Value,
}

/// During a rotation, which of the two it was.
fn key_fits(key: &SigningKey, body: &[u8], signature: &str) -> bool {
    webhook::verify(body, signature, std::slice::from_ref(key)).is_ok()
}

/// `POST /webhooks/gateway`
///
/// Acknowledged only after the inbox row is on disk. A repeated event is acknowledged without effect.
pub(crate) async fn receive(
    State(merchant): State<Merchant>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    let body = body.map_err(|_| ApiError::Unreadable)?;
    let account = &merchant.settings().account;
    let signature = headers.get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    webhook::verify(&body, signature, &account.webhook_keys).map_err(|refusal| {
        merchant.metrics().webhook_came("refused", None);
        tracing::warn!(%refusal, "a webhook was not believed");
        ApiError::unsigned()
    })?;
    let signed_by = account.webhook_keys.iter().position(|key| key_fits(key, &body, signature));
    merchant.keys().used(KeyKind::Hash, signed_by, merchant.clock().now());
    let Ok(event) = serde_json::from_slice::<EventOnWire>(&body) else {
        // Signed by the gateway, but not about a payment: nothing here waits for it.
        return Ok(StatusCode::OK);
    };
    let now = merchant.clock().now();
    let said_at = event.timestamp.as_str().and_then(|text| Timestamp::parse(text).ok());
    let arrival = event.arrival(&account.name, &body);
    let new = merchant.store().write(move |tx| Ok::<_, ApiError>(arrival.keep(tx, now)?)).await?;
    // One that comes again, or was held back for a day, says nothing of the way here.
    merchant
        .metrics()
        .webhook_came(if new { "new" } else { "repeated" }, said_at.filter(|_| new).map(|at| now.since(at)));
    if new {
        merchant.wake_workers();
    }
    Ok(StatusCode::OK)
}

impl EventOnWire {
    fn arrival(self, account: &str, body: &[u8]) -> Arrival {
        let object = self.content.object;
        let said = json!({
            "timestamp": short(self.timestamp),
            "status": short(object.status),
            "amount": short(object.amount),
            "currency": short(object.currency),
            "updated": short(object.updated),
            "refund_id": short(object.refund_id),
            "error_code": short(object.error_code),
        });
        Arrival {
            source: account.to_owned(),
            event_id: self.event_id,
            event_type: self.event_type,
            payment: object.payment_id,
            said: said.to_string(),
            digest: hex::encode(Sha256::digest(body)),
        }
    }
}

/// A word or a number; whatever is longer or deeper is not what it is said to be, and may be anything.
fn short(value: Value) -> Value {
    match value {
        Value::Number(_) => value,
        Value::String(ref text) if text.len() <= 64 => value,
        _ => Value::Null,
    }
}
