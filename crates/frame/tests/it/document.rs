//! The frame's document: its configuration, its policy, its freshness.

use axum::http::{Method, StatusCode};
use florin_frame::{Frame, router};

use crate::host::{DOCUMENT, ask, assets, get, host, origin, settings};

#[tokio::test]
async fn the_document_carries_the_configuration_and_versioned_files() {
    let document = get(&host(), "/v1/frame").await;
    assert_eq!(document.status, StatusCode::OK);
    assert_eq!(document.header("content-type"), "text/html; charset=utf-8");
    let text = document.text();
    assert!(!text.contains("__"), "{text}");
    let start = text.find("florin-config\">").unwrap() + "florin-config\">".len();
    let length = text[start..].find("</script>").unwrap();
    let config: serde_json::Value = serde_json::from_str(&text[start..start + length]).unwrap();
    assert_eq!(
        config,
        serde_json::json!({
            "merchant": "http://127.0.0.1:4242",
            "gateways": ["http://127.0.0.1:4243", "https://gateway.example"],
            "shops": ["http://localhost:4241"],
        })
    );
    let boot = get(&host(), &format!("{}/boot.js", document.assets_folder())).await;
    assert_eq!(boot.text(), "import init from './form.js';");
}

#[tokio::test]
async fn the_policy_names_exactly_the_configured_origins() {
    let document = get(&host(), "/v1/frame").await;
    assert_eq!(
        document.header("content-security-policy"),
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self' http://127.0.0.1:4242 http://127.0.0.1:4243 https://gateway.example; \
         base-uri 'none'; form-action 'none'; frame-ancestors http://localhost:4241; \
         require-trusted-types-for 'script'"
    );
    assert_eq!(document.header("cross-origin-embedder-policy"), "require-corp");
    assert_eq!(document.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(document.header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(document.header("referrer-policy"), "no-referrer");
    assert_eq!(document.header("x-content-type-options"), "nosniff");
    assert!(document.header("permissions-policy").contains("camera=()"));
    assert!(document.headers.get("strict-transport-security").is_none());
}

#[tokio::test]
async fn without_shops_nobody_may_frame_the_form() {
    let mut settings = settings();
    settings.shops.clear();
    let host = router(Frame::new(&settings, assets(DOCUMENT)).unwrap());
    let document = get(&host, "/v1/frame").await;
    assert!(document.header("content-security-policy").contains("frame-ancestors 'none';"));
}

#[tokio::test]
async fn behind_tls_browsers_are_asked_to_insist_on_it() {
    let mut settings = settings();
    settings.https = true;
    let host = router(Frame::new(&settings, assets(DOCUMENT)).unwrap());
    for path in ["/v1/frame", "/v1/florin.js", "/nothing"] {
        assert!(get(&host, path).await.header("strict-transport-security").starts_with("max-age=63072000"), "{path}");
    }
}

#[tokio::test]
async fn an_unchanged_document_is_not_sent_again() {
    let host = host();
    let first = get(&host, "/v1/frame").await;
    assert_eq!(first.header("cache-control"), "no-cache");
    let again = ask(&host, Method::GET, "/v1/frame", &[("if-none-match", first.header("etag"))]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(again.header("content-security-policy"), first.header("content-security-policy"));
}

#[tokio::test]
async fn another_configuration_is_another_document() {
    let first = get(&host(), "/v1/frame").await;
    let mut settings = settings();
    settings.merchant = origin("https://pay.example");
    let other = router(Frame::new(&settings, assets(DOCUMENT)).unwrap());
    let again = ask(&other, Method::GET, "/v1/frame", &[("if-none-match", first.header("etag"))]).await;
    assert_eq!(again.status, StatusCode::OK);
}
