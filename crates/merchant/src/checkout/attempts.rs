//! `POST /checkout/{session}/attempts`: the order's one open payment, or a new one.

use axum::Json;
use axum::extract::State;
use florin_domain::checkout::{AttemptRequest, Collect, OpenedAttempt};
use florin_domain::flow::{Request, close, open};
use florin_domain::ids::{AttemptId, OrderId, PaymentId};
use florin_domain::order::{Attempt, AttemptState};
use florin_store::Tx;

use super::view::order_of;
use crate::conversation::converse_for_a_browser;
use crate::extract::{Body, SessionInPath, ShopperAddress};
use crate::storage::{AttemptRow, Circumstances, Fresh, News, OrderRow, Record, Source, save_order};
use crate::{ApiError, Merchant};

/// What the unit found or made.
enum Found {
    Ready(Box<Attempt>),
    /// Durable; the gateway is to be asked.
    Ask(AttemptId, Option<Request>),
    /// Too many tries: the order ended.
    Ended(OrderId),
}

/// `POST /checkout/{session}/attempts`
pub(super) async fn open(
    State(merchant): State<Merchant>,
    SessionInPath(session): SessionInPath,
    ShopperAddress(shopper_address): ShopperAddress,
    Body(request): Body<AttemptRequest>,
) -> Result<Json<OpenedAttempt>, ApiError> {
    let fresh = Fresh::draw(&merchant);
    let new = open::Fresh {
        attempt: AttemptId::new(fresh.now, merchant.randomness().bytes()),
        payment: PaymentId::new(fresh.now, merchant.randomness().bytes()),
        account: merchant.settings().account.name.clone(),
        collect: merchant.settings().account.collect,
    };
    let limits = merchant.settings().limits;
    let circumstances = Circumstances { presentation: None, shopper_address };
    let found = merchant
        .store()
        .write(move |tx| {
            let row = order_of(tx, &session)?;
            find_or_begin(tx, row, new.clone(), &limits, request.seen_amount, &circumstances, &fresh)
        })
        .await?;
    let attempt = match found {
        Found::Ready(attempt) => *attempt,
        Found::Ask(attempt, send) => {
            converse_for_a_browser(&merchant, &attempt, send).await?;
            reload(&merchant, attempt).await?
        }
        Found::Ended(order) => {
            merchant.after_commit(&order, None);
            return Err(ApiError::conflict("order_closed", "the order was canceled after too many attempts"));
        }
    };
    collect(&merchant, attempt).map(Json)
}

fn find_or_begin(
    tx: &mut Tx<'_>,
    mut row: OrderRow,
    new: open::Fresh,
    limits: &open::Limits,
    seen_amount: Option<i64>,
    circumstances: &Circumstances,
    fresh: &Fresh,
) -> Result<Found, ApiError> {
    let current = AttemptRow::holding(tx, &row.order.id)?;
    if limits.are_used_up(&row.order) && current.is_none() {
        return end(tx, row, fresh);
    }
    let known = current.as_ref().map(|row| row.attempt.clone());
    let opening = open::requested(row.order.clone(), known, new, limits, seen_amount, fresh.now).map_err(refusal)?;
    match (opening, current) {
        (open::Opening::Ready(attempt), _) => Ok(Found::Ready(Box::new(attempt))),
        (open::Opening::Step(step), Some(attempt)) => {
            let id = attempt.attempt.id.clone();
            let applied = Record { order: row, attempt }.apply(tx, step, Source::Shopper, fresh)?;
            Ok(Found::Ask(id, applied.send))
        }
        (open::Opening::Step(step), None) => {
            let attempt = step.case.attempt;
            row.order = step.case.order;
            let id = attempt.id.clone();
            let payment = Some(attempt.payment.clone());
            let attempt = AttemptRow { attempt, circumstances: circumstances.clone(), version: 1 };
            attempt.insert(tx)?;
            // Raises the order's version, so that nobody who saw no attempt can close the order meanwhile.
            let news = News { timeline: &step.timeline, events: &step.events, payment, source: Source::Shopper };
            save_order(tx, &mut row, &news, Some(&attempt), fresh)?;
            Ok(Found::Ask(id, step.send))
        }
    }
}

/// An order that was tried too often takes no more.
fn end(tx: &mut Tx<'_>, mut row: OrderRow, fresh: &Fresh) -> Result<Found, ApiError> {
    let id = row.order.id.clone();
    let Some(closed) = close::cancel(row.order.clone(), None, "too many attempts") else {
        return Err(refusal(open::OpenError::OrderClosed));
    };
    row.order = closed.order;
    let news = News { timeline: &[closed.entry], events: &[closed.event], payment: None, source: Source::Shopper };
    save_order(tx, &mut row, &news, None, fresh)?;
    Ok(Found::Ended(id))
}

fn refusal(error: open::OpenError) -> ApiError {
    use open::OpenError as E;
    match error {
        E::AmountChanged => ApiError::conflict("amount_changed", "The amount has changed. Please look at it again."),
        E::PaymentInProgress => ApiError::conflict("payment_in_progress", "A payment is in progress."),
        E::OrderClosed => ApiError::conflict("order_closed", "There is nothing more to pay here."),
        E::TooMany { wait_seconds } => ApiError::too_many_attempts(wait_seconds),
    }
}

async fn reload(merchant: &Merchant, attempt: AttemptId) -> Result<Attempt, ApiError> {
    let row = merchant.store().read(move |tx| Ok::<_, ApiError>(AttemptRow::find(tx, &attempt)?)).await?;
    row.map(|row| row.attempt).ok_or_else(|| ApiError::not_found("attempt"))
}

fn collect(merchant: &Merchant, attempt: Attempt) -> Result<OpenedAttempt, ApiError> {
    let account = &merchant.settings().account;
    match attempt.state {
        AttemptState::Open(opened) => Ok(OpenedAttempt {
            attempt: attempt.id,
            collect: Collect {
                mode: attempt.collect,
                gateway: account.browser_origin.clone(),
                publishable_key: account.publishable_key.clone(),
                payment_id: attempt.payment,
                client_secret: opened.client_secret,
                expires_at: opened.expires_at,
            },
        }),
        // The gateway is down, or its answer was lost: the same payment is asked for next time.
        AttemptState::Opening | AttemptState::Canceled => Err(ApiError::gateway_unavailable()),
        _ => Err(ApiError::conflict("payment_in_progress", "A payment is in progress.")),
    }
}
