//! `GET /metrics`, and the measure of every request.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx};
use prometheus_client::encoding::text::encode;
use tokio::time::Instant;
use tracing::Instrument;

use super::labels;
use crate::extract::Watcher;
use crate::{ApiError, Merchant};

/// Source: the OpenMetrics specification.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What only the database knows.
struct Counted {
    in_review: i64,
    unknown: i64,
    inbox: i64,
    /// Since when the oldest of those waits.
    inbox_since: Option<Timestamp>,
    outbox: i64,
}

/// `GET /metrics`
pub(crate) async fn metrics(_: Watcher, State(merchant): State<Merchant>) -> Result<Response, ApiError> {
    let counted = merchant.store().read(|tx| Ok::<_, ApiError>(count(tx)?)).await?;
    let metrics = merchant.metrics();
    metrics.in_review.set(counted.in_review);
    metrics.unknown.set(counted.unknown);
    metrics.inbox.set(counted.inbox);
    let lag = counted.inbox_since.map_or(Duration::ZERO, |since| merchant.clock().now().since(since));
    metrics.inbox_lag.set(lag.as_secs_f64());
    metrics.outbox.set(counted.outbox);
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

/// Each over a partial index.
fn count(tx: &mut Tx<'_>) -> Result<Counted, StoreError> {
    let oldest = tx.first("SELECT MIN(received_at) AS since FROM inbox WHERE wake_at IS NOT NULL", &[])?;
    let inbox_since = oldest.map_or(Ok(None), |row| row.get("since"))?;
    let mut number = |sql| tx.first(sql, &[])?.map_or(Ok(0), |row| row.get("n"));
    Ok(Counted {
        in_review: number("SELECT COUNT(*) AS n FROM orders WHERE status = 'review'")?,
        unknown: number("SELECT COUNT(*) AS n FROM attempts WHERE state = 'unknown'")?,
        inbox: number("SELECT COUNT(*) AS n FROM inbox WHERE wake_at IS NOT NULL")?,
        inbox_since,
        outbox: number("SELECT COUNT(*) AS n FROM outbox WHERE state = 'waiting'")?,
    })
}

/// Times every request, and gives what is logged meanwhile its route. Of the address only the template is
/// told: it may hold a session, which is a key to an order.
pub(crate) async fn observe_request(State(merchant): State<Merchant>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().as_str().to_owned();
    let span = tracing::info_span!("request", method, route, order = tracing::field::Empty);
    let begin = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let (took, status) = (begin.elapsed(), response.status().as_u16());
    span.in_scope(|| tracing::info!(status, micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX), "answered"));
    let labels = labels::Request { method: known(method), route, status };
    merchant.metrics().requests.get_or_create(&labels).observe(took.as_secs_f64());
    response
}

/// A client may invent methods; a series each would be without end.
fn known(method: String) -> String {
    match method.as_str() {
        "GET" | "POST" | "HEAD" | "OPTIONS" => method,
        _ => "other".to_owned(),
    }
}
