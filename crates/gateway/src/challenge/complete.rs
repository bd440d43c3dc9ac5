//! `GET /dummy-connector/complete/{attempt_id}?confirm=true|false`: the shopper has answered.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use florin_domain::payment::{PaymentEvent, PaymentState};
use serde::Deserialize;

use super::bank::payment_of_attempt;
use super::{page, returns};
use crate::gateway::Gateway;
use crate::payments::{Payment, change};
use crate::wire::ApiError;

/// The shopper's answer.
#[derive(Deserialize)]
pub(crate) struct Answer {
    confirm: bool,
}

/// Settles the payment, once, and sends the shopper back. A second answer changes nothing.
pub(crate) async fn complete(
    State(gateway): State<Gateway>,
    method: Method,
    headers: HeaderMap,
    Path(attempt_id): Path<String>,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(answer) = answer.map_err(|_| ApiError::MissingParam("confirm"))?;
    let payment = payment_of_attempt(&gateway, &attempt_id).await?;
    if is_a_person(&method, &headers) {
        settle(&gateway, &payment, answer.confirm).await?;
    }
    Ok(page::see(&returns::address(&gateway, &payment).await?))
}

/// A HEAD request, or a browser that fetches ahead, is nobody's answer.
fn is_a_person(method: &Method, headers: &HeaderMap) -> bool {
    let fetched_ahead = ["sec-purpose", "purpose"]
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok())
        .any(|purpose| purpose.contains("prefetch"));
    *method == Method::GET && !fetched_ahead
}

async fn settle(gateway: &Gateway, payment: &Payment, passed: bool) -> Result<(), ApiError> {
    let attempt = payment.attempt_count;
    let settled = change(gateway, payment.key(), move |payment, _, now| {
        let event = match (payment.session_is_over(now), passed) {
            (true, _) => PaymentEvent::Expire,
            (false, true) => PaymentEvent::ChallengePassed,
            (false, false) => PaymentEvent::ChallengeRefused,
        };
        // Answered before, cancelled meanwhile, or of an earlier attempt: as it stands, it stands.
        if payment.attempt_count != attempt || !matches!(payment.state, PaymentState::AwaitingChallenge { .. }) {
            return Err(ApiError::Precondition("no challenge is open".to_owned()));
        }
        payment.state = payment.state.apply(event).map_err(|error| ApiError::Internal(error.to_string()))?;
        payment.captured_at = matches!(payment.state, PaymentState::Captured { .. }).then_some(now);
        Ok(())
    });
    match settled.await {
        Ok(_) | Err(ApiError::Precondition(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
