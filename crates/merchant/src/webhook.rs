//! `POST /webhooks/gateway`: verified on the raw body, kept durably, acknowledged, worked on later.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use florin_domain::ids::PaymentId;
use florin_domain::timestamp::Timestamp;
use florin_signing::own_gateway::webhook::{self, HEADER};
use florin_store::{Row, StoreError, Tx, params};
use serde::Deserialize;

use crate::{ApiError, Merchant};

/// What we read of an event: a hint that names a payment.
#[derive(Deserialize)]
struct EventOnWire {
    event_id: String,
    event_type: String,
    content: Content,
}

#[derive(Deserialize)]
struct Content {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    payment_id: PaymentId,
}

/// `POST /webhooks/gateway`
///
/// Acknowledged only after the inbox row is on disk. A repeated event is acknowledged without effect.
pub(crate) async fn receive(
    State(merchant): State<Merchant>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    let body = body.map_err(|_| ApiError::unreadable())?;
    let account = &merchant.settings().account;
    let signature = headers.get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    webhook::verify(&body, signature, &account.webhook_keys).map_err(|refusal| {
        tracing::warn!(%refusal, "a webhook was not believed");
        ApiError::unsigned()
    })?;
    let Ok(event) = serde_json::from_slice::<EventOnWire>(&body) else {
        // Signed by the gateway, but not about a payment: nothing here waits for it.
        return Ok(StatusCode::OK);
    };
    let (now, source) = (merchant.clock().now(), account.name.clone());
    let new = merchant.store().write(move |tx| insert(tx, &source, &event, now)).await?;
    if new {
        merchant.wake_workers();
    }
    Ok(StatusCode::OK)
}

fn insert(tx: &mut Tx<'_>, source: &str, event: &EventOnWire, now: Timestamp) -> Result<bool, ApiError> {
    let rows = tx.execute(
        "INSERT INTO inbox (source, event_id, event_type, payment_id, received_at, tries, epoch, wake_at)
         VALUES ($1, $2, $3, $4, $5, 0, 0, $5)
         ON CONFLICT DO NOTHING",
        params![source, &event.event_id, &event.event_type, &event.content.object.payment_id, now],
    )?;
    Ok(rows == 1)
}

/// An event that was kept and is being worked on.
#[derive(Debug, Clone)]
pub(crate) struct InboxRow {
    pub(crate) source: String,
    pub(crate) event_id: String,
    pub(crate) event_type: String,
    pub(crate) payment: PaymentId,
    pub(crate) tries: u32,
    epoch: i64,
}

impl InboxRow {
    /// Takes those that are due; until `lease_end` nobody else does.
    pub(crate) fn claim(
        tx: &mut Tx<'_>,
        now: Timestamp,
        lease_end: Timestamp,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
        tx.all(
            "UPDATE inbox SET epoch = epoch + 1, tries = tries + 1, wake_at = $2
             WHERE (source, event_id) IN
                 (SELECT source, event_id FROM inbox WHERE wake_at <= $1 ORDER BY wake_at LIMIT $3
                  FOR UPDATE SKIP LOCKED)
             RETURNING *",
            params![now, lease_end, limit],
        )?
        .iter()
        .map(Self::read)
        .collect()
    }

    /// Dealt with: `None`. To be tried again: then. `false` when somebody claimed it since.
    pub(crate) fn settle(&self, tx: &mut Tx<'_>, wake_at: Option<Timestamp>) -> Result<bool, StoreError> {
        let rows = tx.execute(
            "UPDATE inbox SET wake_at = $4 WHERE source = $1 AND event_id = $2 AND epoch = $3",
            params![&self.source, &self.event_id, self.epoch, wake_at],
        )?;
        Ok(rows == 1)
    }

    /// Forgets those that were dealt with and came before `time`.
    pub(crate) fn purge(tx: &mut Tx<'_>, time: Timestamp) -> Result<(), StoreError> {
        tx.execute("DELETE FROM inbox WHERE wake_at IS NULL AND received_at <= $1", params![time]).map(|_| ())
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            source: row.get("source")?,
            event_id: row.get("event_id")?,
            event_type: row.get("event_type")?,
            payment: row.get("payment_id")?,
            tries: row.get("tries")?,
            epoch: row.get("epoch")?,
        })
    }
}
