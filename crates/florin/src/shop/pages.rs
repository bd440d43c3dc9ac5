//! The shop's pages: files embedded from www/shop, under a strict policy.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::{Shop, refusal};

/// One file of the shop.
struct File {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/shop_files.rs"));

/// What the page asks for first.
#[derive(Serialize)]
struct Config<'a> {
    florin_js: String,
    merchant_name: &'static str,
    collect_mode: &'a str,
}

/// `GET /`
pub(super) async fn index(State(shop): State<Shop>) -> Response {
    serve(&shop, "index.html")
}

/// `GET /{file}`
pub(super) async fn file(State(shop): State<Shop>, Path(name): Path<String>) -> Response {
    serve(&shop, &name)
}

/// `GET /config.json`
pub(super) async fn config(State(shop): State<Shop>) -> Response {
    let settings = shop.settings();
    Json(Config {
        florin_js: format!("{}/v1/florin.js", settings.frame_url),
        merchant_name: super::NAME,
        collect_mode: &settings.collect_mode,
    })
    .into_response()
}

fn serve(shop: &Shop, name: &str) -> Response {
    let Some(file) = FILES.iter().find(|file| file.name == name) else {
        return refusal::not_found();
    };
    let mut response = file.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy(&shop.settings().frame_url)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The strictest policy a shop can have: the checkout needs nothing but the frame host.
fn content_security_policy(frame_url: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' {frame_url}; frame-src {frame_url}; style-src 'self'; \
         connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}
