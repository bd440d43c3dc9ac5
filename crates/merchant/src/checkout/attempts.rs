//! `POST /checkout/{session}/attempts`: the order's one open payment, or a new one.

use std::net::IpAddr;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::checkout::{AttemptRequest, Collect, OpenedAttempt};
use florin_domain::flow::{Request, ShopEvent, close, open};
use florin_domain::ids::{AttemptId, OrderId, PaymentId, SessionId};
use florin_domain::order::{Attempt, AttemptState};
use florin_domain::timestamp::Timestamp;
use florin_store::Tx;

use super::view::order_of;
use crate::api_error::TooMany;
use crate::conversation::converse_for_a_browser;
use crate::extract::{Body, SessionInPath, ShopperAddress};
use crate::network::Network;
use crate::storage::{
    AttemptRow, CLOSING_STILL_FOR, Circumstances, Fresh, News, OrderRow, Record, SessionRow, Source, is_under_attack,
    network_must_wait, save_order,
};
use crate::{ApiError, Merchant};

/// A refused opening is not tried again before; a person may mend it meanwhile.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_secs(10);

/// What the unit found or made.
enum Found {
    Ready(Box<Attempt>),
    /// Durable; the gateway is to be asked.
    Ask(AttemptId, Option<Request>),
    /// The same, with a new payment.
    Begun(AttemptId, Option<Request>),
    /// The same for the open one, whose card may have come to nothing: afterwards the order may take another.
    Doubted(AttemptId, Option<Request>),
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
    let mut found = find(&merchant, &session, &request, shopper_address).await?;
    if let Found::Doubted(attempt, send) = found {
        converse_for_a_browser(&merchant, &attempt, send).await?;
        found = find(&merchant, &session, &request, shopper_address).await?;
    }
    let attempt = match found {
        Found::Ready(attempt) => *attempt,
        Found::Ask(attempt, send) | Found::Doubted(attempt, send) => {
            converse_for_a_browser(&merchant, &attempt, send).await?;
            reload(&merchant, attempt).await?
        }
        Found::Begun(attempt, send) => {
            merchant.metrics().attempt_begun();
            converse_for_a_browser(&merchant, &attempt, send).await?;
            reload(&merchant, attempt).await?
        }
        Found::Ended(order) => {
            merchant.metrics().happened(&[ShopEvent::Canceled]);
            merchant.after_commit(&order, None);
            return Err(ApiError::conflict("order_closed", "the order was canceled after too many attempts"));
        }
    };
    collect(&merchant, attempt).map(Json)
}

async fn find(
    merchant: &Merchant,
    session: &SessionId,
    request: &AttemptRequest,
    shopper_address: Option<IpAddr>,
) -> Result<Found, ApiError> {
    let (fresh, session, seen_amount) = (Fresh::draw(merchant), session.clone(), request.seen_amount);
    let new = open::Fresh {
        attempt: AttemptId::new(fresh.now, merchant.randomness().bytes()),
        payment: PaymentId::new(fresh.now, merchant.randomness().bytes()),
        account: merchant.settings().account.name.clone(),
        collect: merchant.settings().account.collect,
    };
    let limits = merchant.settings().limits;
    merchant
        .store()
        .write(move |tx| {
            let row = order_of(tx, &session)?;
            let found = find_or_begin(tx, row, new.clone(), &limits, seen_amount, shopper_address, &fresh)?;
            check_attack(tx, &session, &new.account, &limits, fresh.now)?;
            Ok::<_, ApiError>(found)
        })
        .await
}

fn find_or_begin(
    tx: &mut Tx<'_>,
    mut row: OrderRow,
    new: open::Fresh,
    limits: &open::Limits,
    seen_amount: Option<i64>,
    shopper_address: Option<IpAddr>,
    fresh: &Fresh,
) -> Result<Found, ApiError> {
    let current = AttemptRow::holding(tx, &row.order.id)?;
    if limits.are_used_up(&row.order) && current.is_none() {
        return end(tx, row, fresh);
    }
    let known = current.as_ref().map(|row| row.attempt.clone());
    let asked_again = current.as_ref().is_some_and(|row| row.asked_again);
    let question = open::Question { seen_amount, asked_again, closing: row.is_closing(fresh.now) };
    let opening = open::requested(row.order.clone(), known, question, new, limits, fresh.now);
    match (opening.map_err(|error| refusal(error, row.closing_for(fresh.now)))?, current) {
        (open::Opening::Ready(attempt), current) => {
            if let Some(current) = current.filter(|row| open::may_be_refused_unheard(&row.attempt)) {
                current.note_question(tx)?;
            }
            Ok(Found::Ready(Box::new(attempt)))
        }
        (open::Opening::Doubted(step), Some(attempt)) => {
            let id = attempt.attempt.id.clone();
            let applied = Record { order: row, attempt }.apply(tx, step, Source::Shopper, fresh)?;
            Ok(Found::Doubted(id, applied.send))
        }
        (open::Opening::Step(step), Some(attempt)) => {
            let id = attempt.attempt.id.clone();
            let applied = Record { order: row, attempt }.apply(tx, step, Source::Shopper, fresh)?;
            Ok(Found::Ask(id, applied.send))
        }
        (open::Opening::Step(step) | open::Opening::Doubted(step), None) => {
            check_last_opening(tx, &row.order.id, fresh.now)?;
            let circumstances = check_network(tx, shopper_address, limits, fresh.now)?;
            let attempt = step.case.attempt;
            row.order = step.case.order;
            let id = attempt.id.clone();
            let payment = Some(attempt.payment.clone());
            let attempt = AttemptRow { attempt, circumstances, asked_again: false, version: 1 };
            attempt.insert(tx)?;
            // Raises the order's version, so that nobody who saw no attempt can close the order meanwhile.
            let news = News { timeline: &step.timeline, events: &step.events, payment, source: Source::Shopper };
            save_order(tx, &mut row, &news, Some(&attempt), fresh)?;
            Ok(Found::Begun(id, step.send))
        }
    }
}

/// The gateway would not open the last one: the same again at once would only be refused again.
fn check_last_opening(tx: &mut Tx<'_>, order: &OrderId, now: Timestamp) -> Result<(), ApiError> {
    let last = AttemptRow::newest(tx, order)?.map(|row| row.attempt);
    let refused = last.filter(|last| last.state == AttemptState::Canceled && last.seen_at_gateway.is_none());
    match refused {
        Some(last) if now.since(last.created_at) < PAUSE_AFTER_REFUSAL => Err(ApiError::gateway_unavailable()),
        _ => Ok(()),
    }
}

/// A network that tries too often, with whatever orders, has to wait.
fn check_network(
    tx: &mut Tx<'_>,
    address: Option<IpAddr>,
    limits: &open::Limits,
    now: Timestamp,
) -> Result<Circumstances, ApiError> {
    let network = address.map(Network::of);
    if let Some(network) = &network
        && let Some(wait) = network_must_wait(tx, network, limits, now)?
    {
        return Err(ApiError::too_many_attempts(TooMany::Network, seconds(wait)));
    }
    let (network, shopper_address) = (network.map(|it| it.to_string()), address.map(|it| it.to_string()));
    Ok(Circumstances { presentation: None, shopper_address, network })
}

/// While somebody tries out stolen cards, only sessions that a program would not wait for are served.
fn check_attack(
    tx: &mut Tx<'_>,
    session: &SessionId,
    account: &str,
    limits: &open::Limits,
    now: Timestamp,
) -> Result<(), ApiError> {
    let Some(session) = SessionRow::find(tx, session)? else { return Ok(()) };
    let old_enough_at = session.created_at.plus(limits.young);
    if now < old_enough_at && is_under_attack(tx, account, limits)? {
        return Err(ApiError::too_many_attempts(TooMany::Account, seconds(old_enough_at.since(now))));
    }
    Ok(())
}

/// Whole seconds; whoever waits that long has waited long enough.
fn seconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}

/// An order that was tried too often takes no more.
fn end(tx: &mut Tx<'_>, mut row: OrderRow, fresh: &Fresh) -> Result<Found, ApiError> {
    let id = row.order.id.clone();
    let Some(closed) = close::cancel(row.order.clone(), None, close::TOO_MANY) else {
        return Err(refusal(open::OpenError::OrderClosed, Duration::ZERO));
    };
    row.order = closed.order;
    let news = News { timeline: &[closed.entry], events: &[closed.event], payment: None, source: Source::Shopper };
    save_order(tx, &mut row, &news, None, fresh)?;
    Ok(Found::Ended(id))
}

fn refusal(error: open::OpenError, closing_for: Duration) -> ApiError {
    use open::OpenError as E;
    match error {
        E::AmountChanged => ApiError::conflict("amount_changed", "The amount has changed. Please look at it again."),
        E::PaymentInProgress => ApiError::conflict("payment_in_progress", "A payment is in progress."),
        // Not known to last for all of that, and no longer than this once the shop has been answered.
        E::Closing => ApiError::order_changing(seconds(closing_for.min(CLOSING_STILL_FOR))),
        E::OrderClosed => ApiError::conflict("order_closed", "There is nothing more to pay here."),
        E::TooMany { wait_seconds } => ApiError::too_many_attempts(TooMany::Order, wait_seconds),
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
