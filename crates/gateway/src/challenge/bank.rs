//! `GET /dummy-connector/authorize/{attempt_id}`: the page of a small bank that does not exist.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use florin_domain::payment::PaymentState;
use florin_store::{StoreError, params};

use super::{page, returns};
use crate::gateway::Gateway;
use crate::payments::Payment;
use crate::wire::ApiError;

const PAGE: &str = include_str!("bank.html");
const STYLE: &str = include_str!("bank.css");

/// The bank's question, or the way back when it was answered.
pub(crate) async fn authorize(
    State(gateway): State<Gateway>,
    Path(attempt_id): Path<String>,
) -> Result<Response, ApiError> {
    let payment = payment_of_attempt(&gateway, &attempt_id).await?;
    let PaymentState::AwaitingChallenge { .. } = payment.state else {
        return Ok(page::see(&returns::address(&gateway, &payment).await?));
    };
    let shop = shop_name(&gateway, &payment).await?;
    let card = payment.card().map_or_else(String::new, |card| format!("•••• {}", card.last4));
    let body = filled(&[
        ("amount", &payment.amount.to_string()),
        ("shop", &shop),
        ("card", &card),
        ("attempt", &attempt_id),
        ("back", &returns::address(&gateway, &payment).await?),
    ]);
    page::html(StatusCode::OK, &gateway.settings.framing_origins, body)
}

/// The page's style.
pub(crate) async fn stylesheet() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("max-age=300")),
    ];
    (headers, STYLE).into_response()
}

/// The payment that an attempt's id names.
pub(super) async fn payment_of_attempt(gateway: &Gateway, attempt_id: &str) -> Result<Payment, ApiError> {
    let attempt_id = attempt_id.to_owned();
    let found = gateway.store.read(move |tx| Payment::find_by_attempt(tx, &attempt_id)).await;
    found?.ok_or(ApiError::NotFound("payment"))
}

async fn shop_name(gateway: &Gateway, payment: &Payment) -> Result<String, StoreError> {
    let merchant = payment.merchant_id.clone();
    let name = gateway.store.read(move |tx| {
        let row = tx.first("SELECT name FROM merchants WHERE merchant_id = $1", params![&merchant])?;
        row.map_or(Ok(merchant.clone()), |row| row.get("name"))
    });
    name.await
}

/// The page with its gaps filled, each in one pass, so that no filling is read as a gap.
fn filled(gaps: &[(&str, &str)]) -> String {
    let mut pieces = PAGE.split("{{");
    let mut body = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        let filling = gaps.iter().find(|(gap, _)| *gap == name).map_or("", |(_, text)| *text);
        body.push_str(&page::escaped(filling));
        body.push_str(rest);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gap_is_filled_and_no_filling_is_read_as_a_gap() {
        let body = filled(&[
            ("amount", "42.00 EUR"),
            ("shop", "{{attempt}} <b>"),
            ("card", "•••• 0446"),
            ("attempt", "pay_1_1"),
            ("back", "http://localhost/back"),
        ]);
        assert!(body.contains("42.00 EUR") && body.contains("{{attempt}} &lt;b&gt;") && body.contains("•••• 0446"));
        assert!(body.contains("/dummy-connector/complete/pay_1_1?confirm=true"));
        assert!(body.contains("/dummy-connector/complete/pay_1_1?confirm=false"));
        assert!(body.contains("http://localhost/back"));
        assert_eq!(body.matches("{{").count(), 1, "only the shop's own braces are left");
    }
}
