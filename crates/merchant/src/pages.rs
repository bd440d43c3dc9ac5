//! The built-in payment page and receipt: for shops without a page of their own. No scripts of ours.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use crate::checkout::order_of;
use crate::extract::SessionInPath;
use crate::{ApiError, Merchant};

const STYLE: &str = include_str!("pages.css");

/// `GET /pay/{session}`: the form, alone on a page.
pub(crate) async fn pay(
    State(merchant): State<Merchant>,
    SessionInPath(session): SessionInPath,
) -> Result<Response, ApiError> {
    let handle = session.clone();
    merchant.store().read(move |tx| order_of(tx, &handle)).await?;
    let frame = &merchant.settings().frame_origin;
    let body = format!(
        "<h1>{}</h1><florin-checkout session=\"{session}\"></florin-checkout>\
         <script src=\"{frame}/v1/florin.js\"></script>",
        escape(&merchant.settings().merchant_name),
    );
    Ok(page(frame, &body))
}

/// `GET /receipt`: where a browser lands whose shop named no page. Says nothing it does not know.
pub(crate) async fn receipt(State(merchant): State<Merchant>) -> Response {
    let body = format!(
        "<h1>{}</h1><p>Thank you. The shop has been told how your payment went, and will be in touch.</p>",
        escape(&merchant.settings().merchant_name),
    );
    page(&merchant.settings().frame_origin, &body)
}

/// `GET /pages.css`
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

fn page(frame: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>Payment</title><link rel=\"stylesheet\" href=\"/pages.css\"><main>{body}</main></html>"
    );
    let policy = format!(
        "default-src 'none'; script-src {frame}; frame-src {frame}; style-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
