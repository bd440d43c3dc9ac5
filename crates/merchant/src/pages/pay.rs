//! `GET /pay/{session}`: the bill, and the form.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use florin_domain::ids::SessionId;

use super::absent::of_a_session;
use super::bill::bill;
use super::document::{Document, escape};
use super::receipt::address_of_the_result;
use super::words::Words;
use crate::checkout::order_of;
use crate::extract::SessionInPath;
use crate::{ApiError, Merchant};

/// `GET /pay/{session}`
pub(super) async fn pay(
    State(merchant): State<Merchant>,
    headers: HeaderMap,
    session: Result<SessionInPath, ApiError>,
) -> Result<Response, ApiError> {
    of_a_session(merchant, &headers, session, page).await
}

async fn page(merchant: Merchant, session: SessionId, words: &'static Words) -> Result<Response, ApiError> {
    let handle = session.clone();
    let row = merchant.store().read(move |tx| order_of(tx, &handle)).await?;
    if !row.order.status.is_undecided() {
        // Nothing to pay any more: a reload of this page shows what became of it.
        return Ok(see_other(&format!("/receipt/{session}")));
    }
    let frame = merchant.settings().frame_origin.as_str();
    let next = address_of_the_result(&row, &session);
    let body = format!(
        "<main class=\"pay\" data-next=\"{}\">{}<section class=\"form\">\
         <florin-checkout session=\"{session}\"></florin-checkout><noscript><p>{}</p></noscript></section></main>\
         <script src=\"{}/v1/florin.js\" crossorigin></script><script src=\"/pages.js\"></script>",
        escape(&next),
        bill(&merchant, &row, words),
        words.needs_scripts,
        escape(frame),
    );
    Ok(Document { words, title: words.pay_title, body, frame: Some(frame), again_in: None }.answer())
}

fn see_other(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(location) = HeaderValue::from_str(address) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
