//! `POST /v1/orders/{id}/cancel`: the shop ends an order that nobody has paid.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::flow::{ShopEvent, abandon, close};
use florin_domain::ids::{AttemptId, OrderId};
use florin_domain::order::{AttemptState, OrderStatus};
use florin_store::Tx;

use super::OrderJson;
use crate::conversation::converse;
use crate::extract::{Body, Nothing, OrderInPath, Shop};
use crate::storage::{
    AttemptRow, CLOSING_FOR, CLOSING_STILL_FOR, Fresh, HeldOff, News, OrderRow, Record, Source, save_order,
};
use crate::{ApiError, Merchant};

/// How long a cancel waits for the answer to a card that was just handed over. No card is handed over meanwhile: so a
/// browser that keeps asking has no other to put in the way.
const PATIENCE: Duration = Duration::from_secs(5);

/// Another process may hear the answer: looked at this often while waiting.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What a cancel comes to.
enum Canceling {
    /// The order, and what the shop hears of it, if this canceled it.
    Done(Box<OrderJson>, Option<ShopEvent>),
    /// A card was handed over, and there is no answer yet.
    Submitted,
}

/// `POST /v1/orders/{id}/cancel`
///
/// An open payment is fenced first. If the fence meets a success, the order is paid and stays so.
pub(super) async fn cancel(
    _: Shop,
    State(merchant): State<Merchant>,
    OrderInPath(id): OrderInPath,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<OrderJson>, ApiError> {
    let held = let_none_begin(&merchant, &id).await?;
    let canceled = fence_and_close(&merchant, &id).await;
    if canceled.is_err() {
        // What is in the way now is over when the shop asks again: not taken back before it has had the time to.
        let until = merchant.clock().now().plus(CLOSING_STILL_FOR);
        let order = id.clone();
        let shorter = move |tx: &mut Tx<'_>| Ok(OrderRow::hold_off_instead(tx, &order, held, Some(until))?);
        or_a_while_longer(&id, merchant.store().write(shorter).await);
    }
    let (view, event) = canceled?;
    merchant.metrics().happened(event.as_slice());
    merchant.after_commit(&id, None);
    Ok(Json(view))
}

async fn fence_and_close(merchant: &Merchant, id: &OrderId) -> Result<(OrderJson, Option<ShopEvent>), ApiError> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let mut listener = merchant.changes().listen(id.clone());
    let last_call = merchant.last_call();
    tokio::pin!(last_call);
    loop {
        fence_the_order(merchant, id, |_| true).await?;
        let (fresh, order) = (Fresh::draw(merchant), id.clone());
        match merchant.store().write(move |tx| close_order(tx, &order, &fresh)).await? {
            Canceling::Done(view, event) => return Ok((*view, event)),
            Canceling::Submitted if tokio::time::Instant::now() >= deadline => {
                return Err(ApiError::payment_submitted());
            }
            Canceling::Submitted => {}
        }
        let look = (tokio::time::Instant::now() + LOOK_EVERY).min(deadline);
        tokio::select! {
            () = listener.changed() => {}
            () = tokio::time::sleep_until(look) => {}
            () = &mut last_call => return Err(ApiError::payment_submitted()),
        }
    }
}

/// From now on no browser begins a payment of the order; one that asks often enough would have the next payment open
/// whenever the last one is fenced. Answers what [`let_some_begin`] takes back.
pub(super) async fn let_none_begin(merchant: &Merchant, order: &OrderId) -> Result<HeldOff, ApiError> {
    let (id, until) = (order.clone(), merchant.clock().now().plus(CLOSING_FOR));
    merchant.store().write(move |tx| Ok::<_, ApiError>(OrderRow::hold_off(tx, &id, until)?)).await
}

/// Browsers may again, unless another request has meanwhile held them off for itself.
pub(super) async fn let_some_begin(merchant: &Merchant, order: &OrderId, held: HeldOff) {
    let (id, now) = (order.clone(), merchant.clock().now());
    let written = merchant.store().write(move |tx| Ok(OrderRow::hold_off_no_more(tx, &id, held, now)?)).await;
    or_a_while_longer(order, written);
}

/// The request is answered by now; browsers may begin again when the time is over.
fn or_a_while_longer(order: &OrderId, written: Result<(), ApiError>) {
    if let Err(error) = written {
        tracing::warn!(?error, order.id = %order, "payments are held off a while longer");
    }
}

/// Fences the order's open payment, if it has one and `may` says so. What was being opened is open
/// afterwards, and waits for a card: that is fenced by the second turn.
pub(super) async fn fence_the_order(
    merchant: &Merchant,
    order: &OrderId,
    may: fn(&AttemptState) -> bool,
) -> Result<(), ApiError> {
    for may in [may, waits_for_a_card] {
        let Some(attempt) = holding(merchant, order.clone()).await? else { break };
        fence(merchant, attempt, may).await?;
    }
    Ok(())
}

/// The same, but a payment that has a card is left alone.
pub(super) async fn fence_what_waits_for_a_card(merchant: &Merchant, order: &OrderId) -> Result<(), ApiError> {
    fence_the_order(merchant, order, waits_for_a_card).await
}

/// Such a payment is fenced before anything else is done with its order.
pub(super) fn waits_for_a_card(state: &AttemptState) -> bool {
    !state.is_submitted()
}

async fn holding(merchant: &Merchant, order: OrderId) -> Result<Option<AttemptId>, ApiError> {
    merchant
        .store()
        .read(move |tx| {
            OrderRow::find(tx, &order)?.ok_or_else(|| ApiError::not_found("order"))?;
            Ok::<_, ApiError>(AttemptRow::holding(tx, &order)?.map(|row| row.attempt.id))
        })
        .await
}

/// Sees to it that the open payment definitely never pays, or learns that it did.
async fn fence(merchant: &Merchant, attempt: AttemptId, may: fn(&AttemptState) -> bool) -> Result<(), ApiError> {
    let (fresh, id) = (Fresh::draw(merchant), attempt.clone());
    let send = merchant
        .store()
        .write(move |tx| {
            let mut record = Record::load(tx, &id)?.ok_or_else(|| ApiError::not_found("attempt"))?;
            if !may(&record.attempt.attempt.state) {
                return Ok(None);
            }
            let step = abandon::requested(record.case());
            Ok::<_, ApiError>(record.apply(tx, step, Source::Shop, &fresh)?.send)
        })
        .await?;
    converse(merchant, &attempt, Source::Shop, send).await
}

fn close_order(tx: &mut Tx<'_>, id: &OrderId, fresh: &Fresh) -> Result<Canceling, ApiError> {
    let mut row = OrderRow::find(tx, id)?.ok_or_else(|| ApiError::not_found("order"))?;
    if row.order.status == OrderStatus::Canceled {
        // A retried cancel already happened: agree, do not complain.
        return Ok(Canceling::Done(Box::new(fresh.server.viewer.view(tx, &row, None)?), None));
    }
    let holder = AttemptRow::holding(tx, id)?.map(|row| row.attempt);
    match holder.as_ref().map(|holder| &holder.state) {
        Some(AttemptState::Submitted { .. }) => return Ok(Canceling::Submitted),
        Some(state) => return Err(in_the_way(state)),
        None => {}
    }
    let Some(closed) = close::cancel(row.order.clone(), holder.as_ref(), "the shop canceled the order") else {
        return Err(ApiError::conflict("order_closed", &why_not(row.order.status)));
    };
    row.order = closed.order;
    let news = News { timeline: &[closed.entry], events: &[closed.event], payment: None, source: Source::Shop };
    save_order(tx, &mut row, &news, None, fresh)?;
    Ok(Canceling::Done(Box::new(fresh.server.viewer.view(tx, &row, None)?), Some(closed.event)))
}

/// What keeps an order from ending: a card on its way to the bank, or a gateway that did not say that the payment,
/// which it was asked to cancel, is over.
pub(super) fn in_the_way(state: &AttemptState) -> ApiError {
    match state {
        AttemptState::Submitted { .. } => ApiError::payment_submitted(),
        AttemptState::Processing => {
            let message = "a payment is in progress; ask again when it has ended, or refund it";
            ApiError::conflict("payment_in_progress", message)
        }
        _ => ApiError::gateway_silent("the gateway did not say that the open payment is over; ask again"),
    }
}

/// Why an order without an open payment can't be canceled, and what to ask for instead.
fn why_not(status: OrderStatus) -> String {
    let instead = if status == OrderStatus::Authorized { "; void lets go of what is held" } else { "" };
    format!("the order is {}{instead}", status.as_str())
}
