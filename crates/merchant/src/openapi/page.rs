//! `GET /docs`: the same table for people. No script, nothing from elsewhere.

use std::fmt::Write;

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::operation::{Key, Operation};
use super::table::OPERATIONS;

const POLICY: &str = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'";

const STYLE: &str = include_str!("docs.css");

const HEAD: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Florin merchant server</title>\
    <link rel=\"stylesheet\" href=\"/docs/docs.css\"></head><body><main><h1>Florin merchant server</h1>\
    <p>What a shop’s server and its shoppers’ browsers can ask. Amounts are integers of minor units; ids are made here. \
    The same as data: <a href=\"/openapi.json\">openapi.json</a>.</p>";

/// The page.
pub(super) async fn page() -> Response {
    let mut html = String::from(HEAD);
    for (key, title) in [
        (Key::Shop, "The shop’s server, with its key"),
        (Key::Browser, "A shopper’s browser, with a session"),
        (Key::Gateway, "The gateway"),
        (Key::Anybody, "Anybody"),
    ] {
        // Writing to a String can not fail.
        let _ = write!(html, "<h2>{title}</h2>");
        for operation in OPERATIONS.iter().filter(|operation| operation.key == key) {
            section(&mut html, operation);
        }
    }
    html.push_str("</main></body></html>");
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY)];
    (headers, html).into_response()
}

/// `GET /docs/docs.css`
pub(super) async fn stylesheet() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

fn section(html: &mut String, operation: &Operation) {
    let (id, method, path) = (operation.id(), operation.method, escaped(operation.bare_path()));
    let _ = write!(html, "<section id=\"{id}\"><h3><b>{method}</b> {path}</h3>");
    let _ = write!(html, "<p>{}.</p><dl>", escaped(operation.summary));
    if !operation.query.is_empty() {
        let _ = write!(html, "<dt>Query</dt><dd>{}</dd>", operation.query.join(", "));
    }
    match operation.idempotency_key() {
        Some(true) => html.push_str("<dt>Header</dt><dd>Idempotency-Key, required</dd>"),
        Some(false) => html.push_str("<dt>Header</dt><dd>Idempotency-Key, if you like</dd>"),
        None => {}
    }
    let answer = operation.answer.map(|schema| format!(" {schema}")).unwrap_or_default();
    let _ = write!(html, "<dt>Done</dt><dd>{}{answer}</dd>", operation.status);
    let refusals: Vec<_> = operation.refusals().iter().map(|(status, code)| format!("{status} {code}")).collect();
    if !refusals.is_empty() {
        let _ = write!(html, "<dt>Refused</dt><dd>{}</dd>", refusals.join(", "));
    }
    html.push_str("</dl>");
    if let Some(body) = operation.body() {
        let _ = write!(html, "<pre>{}</pre>", escaped(&format!("{:#}", body.example)));
    }
    html.push_str("</section>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
