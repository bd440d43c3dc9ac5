//! `/checkout/return`: the browser coming back from the bank.
//!
//! What it brings is a hint that names a payment. A good one leads to at most one read; a bad or missing
//! one to none. Either way the browser goes on to the same clean address.

mod address;
mod dialog;
mod hint;

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::Response;
use florin_domain::flow::Request;
use florin_domain::ids::{AttemptId, OrderId, PaymentId};
use florin_domain::timestamp::Timestamp;

use crate::Merchant;
use crate::conversation::converse;
use crate::keys::KeyKind;
use crate::storage::{AttemptRow, Source};

pub(crate) use address::with_order;
use hint::Hint;

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
    let looks_ahead = method != Method::GET || is_prefetch(&headers);
    go_on(&merchant, &headers, &query.unwrap_or_default(), looks_ahead).await
}

/// `POST /checkout/return`: the same parameters, in a form that the browser was made to send.
pub(crate) async fn returned_by_post(
    State(merchant): State<Merchant>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let form = body.ok().filter(|_| is_form(&headers)).unwrap_or_default();
    let mut all = query.unwrap_or_default();
    // A form that is not text says nothing.
    if let Ok(form) = str::from_utf8(&form)
        && !form.is_empty()
    {
        all.push('&');
        all.push_str(form);
    }
    go_on(&merchant, &headers, &all, false).await
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim() == "application/x-www-form-urlencoded")
}

async fn go_on(merchant: &Merchant, headers: &HeaderMap, query: &str, looks_ahead: bool) -> Response {
    let order = named_order(query);
    if !looks_ahead {
        follow_hint(merchant, query, order.as_ref()).await;
    }
    if dialog::is_in_a_frame(headers) && dialog::was_shown_in_one(merchant, order.clone()).await {
        return dialog::told(&merchant.settings().frame_origin);
    }
    address::see_other(&address::clean(merchant, order).await)
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

/// Reads the payment that a good hint names: one of this order's, signed by the gateway.
async fn follow_hint(merchant: &Merchant, query: &str, order: Option<&OrderId>) {
    let settings = merchant.settings();
    let audience = hint::Audience {
        mode: settings.mode,
        account: &settings.account,
        public_url: &merchant.sender().viewer.public_url,
    };
    let now = merchant.clock().now();
    let Some(Hint { order, payment, opened_by }) = hint::read(query, order, &audience, now) else { return };
    if opened_by.is_some() {
        merchant.keys().used(KeyKind::Sealing, opened_by, now);
    }
    let Some(attempt) = bound_attempt(merchant, order, payment.clone()).await else { return };
    if !merchant.returns().may_read(payment, now) {
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
