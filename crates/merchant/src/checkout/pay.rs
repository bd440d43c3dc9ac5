//! `POST /checkout/{session}/pay`: the shopper pays with a token, or says that the browser confirmed.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use florin_domain::checkout::{CheckoutResult, PayRequest};
use florin_domain::flow::pay::{self, PayError, Paying};
use florin_domain::flow::{Answer, Request};
use florin_domain::ids::{AttemptId, OrderId, SessionId};
use florin_domain::order::AttemptState;
use florin_store::Tx;
use tracing::Instrument;

use super::outcome;
use super::view::case_of;
use crate::conversation::{converse, converse_for_a_browser, hear, load};
use crate::extract::{Body, SessionInPath, ShopperAddress};
use crate::gateways::Urgency;
use crate::storage::{Fresh, Record, Source};
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
    let attempt = request.attempt.clone();
    let (server, handle) = (merchant.clone(), session.clone());
    // In a task of its own: a browser that goes away meanwhile does not leave a charge unnoticed.
    let task =
        merchant.tasks().spawn(async move { claimed(&server, &handle, &request, address).await }.in_current_span());
    let Some((order, send)) = task.await.map_err(|broken| ApiError::Internal(broken.to_string()))?? else {
        return outcome::now(&merchant, &session, Some(&attempt)).await.map(Json);
    };
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

/// What was claimed, and is to be asked of the gateway; `None` where a look at the payment has told enough.
async fn claimed(
    merchant: &Merchant,
    session: &SessionId,
    request: &PayRequest,
    address: Option<IpAddr>,
) -> Result<Option<(OrderId, Option<Request>)>, ApiError> {
    let claim_it = async |may_look| {
        let (handle, request, fresh) = (session.clone(), request.clone(), Fresh::draw(merchant));
        merchant.store().write(move |tx| claim(tx, &handle, &request, address, may_look, &fresh)).await
    };
    match claim_it(true).await? {
        None if look(merchant, &request.attempt).await? => Ok(None),
        // Nobody can say whether the card was charged: that is followed, whatever the shop is about to do.
        None => claim_it(false).await,
        claimed => Ok(claimed),
    }
}

/// Reads the payment and stores what that means; `false` when the gateway did not say.
async fn look(merchant: &Merchant, attempt: &AttemptId) -> Result<bool, ApiError> {
    let id = attempt.clone();
    let record = merchant.store().read(move |tx| load(tx, &id)).await?;
    let answer = merchant.gateway().read(&record.attempt.attempt, Urgency::AtOnce).await;
    if !matches!(answer, Answer::Done(_)) {
        return Ok(false);
    }
    let (id, fresh, account) = (attempt.clone(), Fresh::draw(merchant), merchant.gateway().identity().clone());
    let (order, applied) = merchant
        .store()
        .write(move |tx| {
            let mut record = load(tx, &id)?;
            let applied = hear(tx, &mut record, &account, &Request::Read, answer.clone(), Source::Shopper, &fresh)?;
            Ok::<_, ApiError>((record.order.order.id, applied))
        })
        .await?;
    merchant.metrics().happened(&applied.events);
    merchant.after_commit(&order, applied.alert.as_deref());
    converse_for_a_browser(merchant, attempt, applied.send).await?;
    Ok(true)
}

/// Durable, if anything changed, and what is to be asked of the gateway; `None` where a look comes first.
fn claim(
    tx: &mut Tx<'_>,
    session: &SessionId,
    request: &PayRequest,
    address: Option<IpAddr>,
    may_look: bool,
    fresh: &Fresh,
) -> Result<Option<(OrderId, Option<Request>)>, ApiError> {
    let mut record = case_of(tx, session, &request.attempt)?;
    let order = record.order.order.id.clone();
    // A token is kept back all the same: nothing is known to have been charged with it.
    let closing = record.order.is_closing(fresh.now) && (may_look || request.token.is_some());
    match pay::requested(record.case(), request.token.clone(), closing, fresh.now).map_err(refusal)? {
        Paying::Look(_) => {
            note_circumstances(&mut record, request, address);
            record.attempt.save(tx)?;
            Ok(None)
        }
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
            Ok(Some((order, None)))
        }
        Paying::Step(step) => {
            note_circumstances(&mut record, request, address);
            let applied = record.apply(tx, step, Source::Shopper, fresh)?;
            Ok(Some((order, applied.send)))
        }
    }
}

/// How the page would show a challenge, and from where the shopper pays.
fn note_circumstances(record: &mut Record, request: &PayRequest, address: Option<IpAddr>) {
    let circumstances = &mut record.attempt.circumstances;
    circumstances.presentation = request.presentation;
    if let Some(address) = address {
        circumstances.shopper_address = Some(address.to_string());
    }
}

fn refusal(error: PayError) -> ApiError {
    match error {
        PayError::TokenMissing => ApiError::invalid("token_missing", "token", "this gateway needs a card token"),
        PayError::TokenUnexpected => ApiError::invalid("token_unexpected", "token", "this gateway takes no card token"),
        PayError::AttemptClosed => ApiError::conflict("attempt_closed", "This attempt is closed; open a new one."),
    }
}
