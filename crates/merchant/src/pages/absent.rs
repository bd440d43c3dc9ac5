//! What a shopper sees whose session is nobody's: a sentence, not the Error that a program would be told.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use florin_domain::ids::SessionId;

use super::document::{Document, escape};
use super::words::Words;
use crate::extract::SessionInPath;
use crate::{ApiError, Merchant};

/// The page of a session, in the browser's language, or one that says that there is no such session.
pub(super) async fn of_a_session<F: Future<Output = Result<Response, ApiError>>>(
    merchant: Merchant,
    headers: &HeaderMap,
    session: Result<SessionInPath, ApiError>,
    page: impl FnOnce(Merchant, SessionId, &'static Words) -> F,
) -> Result<Response, ApiError> {
    let words = Words::of(headers);
    let answer = match session {
        Ok(SessionInPath(session)) => page(merchant.clone(), session, words).await,
        Err(no_session) => Err(no_session),
    };
    match answer {
        Err(ApiError::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(absent(&merchant, words)),
        answer => answer,
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
