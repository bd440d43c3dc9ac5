//! What a shopper sees whose session is nobody's: a sentence, not the Error that a program would be told.

use axum::http::StatusCode;
use axum::response::Response;

use super::document::{Document, escape};
use super::words::Words;
use crate::{ApiError, Merchant};

/// The page that was asked for, or one that says that there is none.
pub(super) fn or_absent(
    page: Result<Response, ApiError>,
    merchant: &Merchant,
    words: &'static Words,
) -> Result<Response, ApiError> {
    match page {
        Err(ApiError::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(absent(merchant, words)),
        page => page,
    }
}

fn absent(merchant: &Merchant, words: &'static Words) -> Response {
    let body = format!(
        "<main class=\"receipt\"><section class=\"bill\"><h1>{}</h1><p>{}</p></section></main>",
        escape(&merchant.settings().merchant_name),
        words.absent,
    );
    let mut response = Document { words, title: words.pay_title, body, frame: None, again_in: None }.answer();
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
