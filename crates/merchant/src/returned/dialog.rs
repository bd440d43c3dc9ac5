//! The answer to a return inside the dialog of a checkout: a page that tells the frame host's page around it.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use florin_domain::checkout::Presentation;
use florin_domain::ids::OrderId;

use crate::Merchant;
use crate::storage::AttemptRow;

/// Browsers say so themselves, and pages can't change it.
pub(super) fn is_in_a_frame(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_some_and(|destination| destination == "iframe")
}

/// Whether the order's newest challenge was shown in a dialog.
pub(super) async fn was_shown_in_one(merchant: &Merchant, order: Option<OrderId>) -> bool {
    let Some(order) = order else { return false };
    let newest = merchant.store().read(move |tx| AttemptRow::newest(tx, &order)).await.ok().flatten();
    newest.is_some_and(|row| row.circumstances.presentation == Some(Presentation::Dialog))
}

/// Says "returned" to the frame host's page around it, and to no other origin. Holds no fact: how the
/// order stands, the form asks.
const RETURNED_SCRIPT: &str = "parent.postMessage({florin:1,returned:true},document.body.dataset.frame)";

/// SHA-256 of exactly that script.
const RETURNED_POLICY: &str = "default-src 'none'; script-src 'sha256-mugAnOf5qdjO1Lu5OR/Vp2aCtLnizbEs5xcUe+GLyos='; base-uri 'none'; form-action 'none'";

pub(super) fn told(frame_origin: &str) -> Response {
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

#[cfg(test)]
mod tests {
    use base64::Engine;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_lets_exactly_that_script_run() {
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(RETURNED_SCRIPT));
        assert!(RETURNED_POLICY.contains(&format!("script-src 'sha256-{digest}'")), "sha256-{digest}");
        assert!(RETURNED_POLICY.starts_with("default-src 'none'"));
    }

    #[tokio::test]
    async fn the_page_tells_one_origin_and_holds_no_fact() {
        let response = told("https://pay.example/\"><script>");
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!((header("cache-control"), header("referrer-policy")), ("no-store".into(), "no-referrer".into()));
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let page = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(page.contains("data-frame=\"https://pay.example/&quot;>"), "{page}");
        assert!(!page.contains("ord_") && !page.contains("pay_") && !page.contains("\"*\""), "{page}");
    }
}
