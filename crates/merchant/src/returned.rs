//! `GET /checkout/return`: the browser coming back from the bank, with a signed URL.
//!
//! The URL is a hint that names a payment. A good signature leads to at most one read; a bad or
//! missing one to none. Either way the browser goes on to the same clean address.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use florin_domain::checkout::Presentation;
use florin_domain::flow::Request;
use florin_domain::ids::{AttemptId, OrderId, PaymentId};
use florin_domain::timestamp::Timestamp;
use florin_signing::own_gateway::return_url::{self, AmountExpected};
use url::Url;

use crate::Merchant;
use crate::conversation::converse;
use crate::storage::{AttemptRow, OrderRow, Source};

/// A payment is read at most this often on the word of return URLs, however many come.
const ONE_READ_IN: Duration = Duration::from_secs(2);

/// The browser is sent on after this long, read or not.
const PATIENCE: Duration = Duration::from_secs(8);

/// `GET /checkout/return?order=ord_…&status=…&signature=…`
pub(crate) async fn returned(
    State(merchant): State<Merchant>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let order = named_order(&query);
    if method == Method::GET && !is_prefetch(&headers) {
        follow_hint(&merchant, &query).await;
    }
    if is_in_a_frame(&headers) && was_shown_in_a_dialog(&merchant, order.clone()).await {
        return told_to_the_dialog(&merchant.settings().frame_origin);
    }
    let address = clean_address(&merchant, order).await;
    see_other(&address)
}

/// Browsers say so themselves, and pages can't change it.
fn is_in_a_frame(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_some_and(|destination| destination == "iframe")
}

async fn was_shown_in_a_dialog(merchant: &Merchant, order: Option<OrderId>) -> bool {
    let Some(order) = order else { return false };
    let newest = merchant.store().read(move |tx| AttemptRow::newest(tx, &order)).await.ok().flatten();
    newest.is_some_and(|row| row.circumstances.presentation == Some(Presentation::Dialog))
}

/// Says "returned" to the frame host's page around it, and to no other origin. Holds no fact: how the
/// order stands, the form asks.
const RETURNED_SCRIPT: &str = "parent.postMessage({florin:1,returned:true},document.body.dataset.frame)";

/// SHA-256 of exactly that script.
const RETURNED_POLICY: &str = "default-src 'none'; script-src 'sha256-mugAnOf5qdjO1Lu5OR/Vp2aCtLnizbEs5xcUe+GLyos='; base-uri 'none'; form-action 'none'";

fn told_to_the_dialog(frame_origin: &str) -> Response {
    let frame = frame_origin.replace('&', "&amp;").replace('"', "&quot;");
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Back</title>\
         <body data-frame=\"{frame}\"><script>{RETURNED_SCRIPT}</script></body></html>"
    );
    let mut response = Html(page).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(RETURNED_POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A browser that only looks ahead has not come back.
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-moz"].iter().any(|name| {
        headers.get(*name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("prefetch"))
    })
}

/// The order the URL names, believed by nobody: it only decides which page is shown.
fn named_order(query: &str) -> Option<OrderId> {
    let mut named = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "order");
    let (_, first) = named.next()?;
    if named.next().is_some() {
        return None;
    }
    OrderId::parse(&first).ok()
}

async fn follow_hint(merchant: &Merchant, query: &str) {
    let keys = &merchant.settings().account.return_keys;
    let hint = match return_url::verify(query, keys, AmountExpected::Required) {
        Ok(hint) => hint,
        Err(refusal) => {
            tracing::info!(%refusal, "a return URL was not believed");
            return;
        }
    };
    let (Ok(order), Ok(payment)) = (OrderId::parse(&hint.order), PaymentId::parse(&hint.payment_id)) else {
        return;
    };
    let Some(attempt) = bound_attempt(merchant, order, payment.clone()).await else { return };
    if !merchant.returns().may_read(payment, merchant.clock().now()) {
        return;
    }
    let reading = converse(merchant, &attempt, Source::Return, Some(Request::Read));
    match tokio::time::timeout(PATIENCE, reading).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::error!(?error, "a return was not followed; the webhook or the sweep will be")
        }
        Err(_) => tracing::info!("the gateway is slow; the browser goes on"),
    }
}

/// The attempt whose payment this is, if our own row binds it to that order.
async fn bound_attempt(merchant: &Merchant, order: OrderId, payment: PaymentId) -> Option<AttemptId> {
    let account = merchant.settings().account.name.clone();
    let found =
        merchant.store().read(move |tx| AttemptRow::find_by_payment(tx, &account, &payment)).await.ok().flatten()?;
    (found.attempt.order == order).then_some(found.attempt.id)
}

/// The shop's own address with exactly `order=…` more, or our receipt.
async fn clean_address(merchant: &Merchant, order: Option<OrderId>) -> String {
    let receipt = format!("{}/receipt", merchant.sender().viewer.public_url);
    let Some(order) = order else { return receipt };
    let id = order.clone();
    let row = merchant.store().read(move |tx| OrderRow::find(tx, &id)).await.ok().flatten();
    let result_url = row.and_then(|row| row.details.result_url).and_then(|address| Url::parse(&address).ok());
    match result_url {
        Some(url) => with_order(url, &order),
        None => receipt,
    }
}

/// The address as the shop wrote it; only an `order` of its own gives way to ours.
fn with_order(mut url: Url, order: &OrderId) -> String {
    let query = url.query().unwrap_or_default();
    let mut parts: Vec<&str> = query.split('&').filter(|part| !part.is_empty() && !names_an_order(part)).collect();
    let ours = format!("order={order}");
    parts.push(&ours);
    let query = parts.join("&");
    url.set_query(Some(&query));
    url.into()
}

fn names_an_order(part: &str) -> bool {
    url::form_urlencoded::parse(part.as_bytes()).any(|(name, _)| name == "order")
}

fn see_other(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(address) {
        headers.insert(header::LOCATION, location);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// When each payment was last read on the word of a return URL.
#[derive(Default)]
pub(crate) struct Returns {
    read_at: Mutex<HashMap<PaymentId, Timestamp>>,
}

impl Returns {
    /// Claims the read, unless somebody had it a moment ago.
    pub(crate) fn may_read(&self, payment: PaymentId, now: Timestamp) -> bool {
        let mut read_at = self.read_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        read_at.retain(|_, at| now.since(*at) < ONE_READ_IN);
        if read_at.contains_key(&payment) {
            return false;
        }
        read_at.insert(payment, now);
        true
    }
}
