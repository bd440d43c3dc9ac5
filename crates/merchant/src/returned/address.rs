//! Where a browser goes on to: an address of the shop's, with the order and nothing else of ours.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use florin_domain::ids::OrderId;
use url::Url;

use crate::Merchant;
use crate::storage::OrderRow;

/// The shop's own address with exactly `order=…` more, or our receipt with the same.
///
/// Whoever comes back is led to the same place, whether what they brought was believed or not.
pub(super) async fn clean(merchant: &Merchant, order: Option<OrderId>) -> String {
    let receipt = format!("{}/receipt", merchant.sender().viewer.public_url);
    let Some(order) = order else { return receipt };
    let id = order.clone();
    let row = merchant.store().read(move |tx| OrderRow::find(tx, &id)).await.unwrap_or_default();
    let result_url = row.and_then(|row| row.details.result_url).and_then(|address| Url::parse(&address).ok());
    match result_url {
        Some(url) => with_order(url, &order),
        None => format!("{receipt}?order={order}"),
    }
}

/// The address as the shop wrote it; only an `order` of its own gives way to ours.
pub(crate) fn with_order(mut url: Url, order: &OrderId) -> String {
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

pub(super) fn see_other(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(address) {
        headers.insert(header::LOCATION, location);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
