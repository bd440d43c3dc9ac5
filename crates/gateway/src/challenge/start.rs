//! `GET /payments/redirect/{payment_id}/{merchant_id}/{attempt_id}`: where `next_action` leads.

use axum::extract::{Path, State};
use axum::response::Response;

use super::page;
use crate::gateway::Gateway;
use crate::payments::{PaymentKey, find_payment};
use crate::wire::ApiError;

/// Sends the shopper on to the bank.
pub(crate) async fn start(
    State(gateway): State<Gateway>,
    Path((payment_id, merchant_id, attempt_id)): Path<(String, String, String)>,
) -> Result<Response, ApiError> {
    let payment = find_payment(&gateway, PaymentKey { merchant_id, payment_id }).await?;
    if payment.attempt_id() != attempt_id {
        return Err(ApiError::NotFound("payment"));
    }
    Ok(page::see(&format!("{}/dummy-connector/authorize/{attempt_id}", gateway.settings.public_url)))
}
