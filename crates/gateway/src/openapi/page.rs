//! `GET /docs`: the same table for people. No script, nothing from elsewhere.

use std::fmt::Write;

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::routes::{self, Operation};

const POLICY: &str = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'";

const STYLE: &str = include_str!("docs.css");

/// The page.
pub(crate) async fn page() -> Response {
    let mut html = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Florin sandbox gateway</title>\
         <link rel=\"stylesheet\" href=\"/docs/docs.css\"></head><body><main><h1>Florin sandbox gateway</h1>\
         <p>OwnGateway’s API for cards. The same as data: <a href=\"/openapi.json\">openapi.json</a>.</p>",
    );
    for operation in routes::operations() {
        section(&mut html, operation);
    }
    html.push_str("</main></body></html>");
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY)];
    (headers, html).into_response()
}

/// `GET /docs/docs.css`
pub(crate) async fn stylesheet() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

fn section(html: &mut String, operation: &Operation) {
    let keys = operation.key.names();
    let keys = if keys.is_empty() { "none".to_owned() } else { keys.join(" or ") };
    let refusals: Vec<_> = operation.refusals().iter().map(|(status, code)| format!("{status} {code}")).collect();
    // Writing to a String can not fail.
    let _ = write!(
        html,
        "<section id=\"{}\"><h2><b>{}</b> {}</h2><p>{}</p><dl><dt>Key</dt><dd>{}</dd><dt>Done</dt><dd>{}</dd>\
         <dt>Refused</dt><dd>{}</dd></dl>",
        operation.id(),
        operation.method,
        escaped(operation.example_path()),
        escaped(operation.summary),
        keys,
        operation.status,
        refusals.join(", "),
    );
    if let Some(example) = operation.example() {
        let _ = write!(html, "<pre>{}</pre>", escaped(&format!("{example:#}")));
    }
    html.push_str("</section>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
