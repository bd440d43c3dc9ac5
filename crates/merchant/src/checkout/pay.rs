//! `POST /checkout/{session}/pay`: the shopper pays with a token, or says that the browser confirmed.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use florin_domain::checkout::{CheckoutResult, PayRequest};
use florin_domain::flow::Request;
use florin_domain::flow::pay::{self, PayError, Paying};
use florin_domain::ids::{OrderId, SessionId};
use florin_domain::order::AttemptState;
use florin_store::Tx;

use super::outcome;
use super::view::case_of;
use crate::conversation::converse;
use crate::extract::{Body, SessionInPath, ShopperAddress};
use crate::storage::{Fresh, Source};
use crate::{ApiError, Merchant};

/// `POST /checkout/{session}/pay`
///
/// The claim is durable before the token leaves. On an attempt that was submitted before, the token
/// is ignored and that attempt's Result is the answer.
pub(super) async fn pay(
    State(merchant): State<Merchant>,
    SessionInPath(session): SessionInPath,
    ShopperAddress(address): ShopperAddress,
    Body(request): Body<PayRequest>,
) -> Result<Json<CheckoutResult>, ApiError> {
    let (fresh, attempt, handle) = (Fresh::draw(&merchant), request.attempt.clone(), session.clone());
    let (order, send) = merchant.store().write(move |tx| claim(tx, &handle, &request, address, &fresh)).await?;
    merchant.after_commit(&order, None);
    // Not awaited: the answer is waited for below, and no longer than the deadline.
    let (server, id) = (merchant.clone(), attempt.clone());
    merchant.tasks().spawn(async move {
        if let Err(error) = converse(&server, &id, Source::Shopper, send).await {
            tracing::error!(?error, attempt.id = %id, "paying broke off; the sweep goes on");
        }
    });
    outcome::settled(&merchant, &session, Some(&attempt), merchant.settings().pay_deadline).await.map(Json)
}

fn claim(
    tx: &mut Tx<'_>,
    session: &SessionId,
    request: &PayRequest,
    address: Option<IpAddr>,
    fresh: &Fresh,
) -> Result<(OrderId, Option<Request>), ApiError> {
    let mut record = case_of(tx, session, &request.attempt)?;
    let order = record.order.order.id.clone();
    match pay::requested(record.case(), request.token.clone(), fresh.now).map_err(refusal)? {
        Paying::Already(_) => {
            // In confirm mode a webhook may have told of the challenge first; how it is shown, only the page knows.
            // A dialog that does not work, or another device, shows it in another way than the one before.
            let state = &record.attempt.attempt.state;
            let shown = &mut record.attempt.circumstances.presentation;
            let may_change =
                matches!(state, AttemptState::Challenged { .. }) || (state.is_submitted() && shown.is_none());
            if may_change && request.presentation.is_some() && *shown != request.presentation {
                *shown = request.presentation;
                record.attempt.save(tx)?;
            }
            Ok((order, None))
        }
        Paying::Step(step) => {
            record.attempt.circumstances.presentation = request.presentation;
            if let Some(address) = address {
                record.attempt.circumstances.shopper_address = Some(address.to_string());
            }
            let applied = record.apply(tx, step, Source::Shopper, fresh)?;
            Ok((order, applied.send))
        }
    }
}

fn refusal(error: PayError) -> ApiError {
    match error {
        PayError::TokenMissing => ApiError::invalid("token_missing", "token", "this gateway needs a card token"),
        PayError::TokenUnexpected => ApiError::invalid("token_unexpected", "token", "this gateway takes no card token"),
        PayError::AttemptClosed => ApiError::conflict("attempt_closed", "This attempt is closed; open a new one."),
    }
}
