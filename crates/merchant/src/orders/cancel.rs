//! `POST /v1/orders/{id}/cancel`: the shop ends an order that nobody has paid.

use axum::Json;
use axum::extract::State;
use florin_domain::flow::{ShopEvent, abandon, close};
use florin_domain::ids::{AttemptId, OrderId};
use florin_domain::order::{AttemptState, OrderStatus};

use super::OrderJson;
use crate::conversation::converse;
use crate::extract::{Body, Nothing, OrderInPath, Shop};
use crate::storage::{AttemptRow, CLOSING_FOR, Fresh, HeldOff, News, OrderRow, Record, Source, save_order};
use crate::{ApiError, Merchant};

/// `POST /v1/orders/{id}/cancel`
///
/// An open payment is fenced first. If the fence meets a success, the order is paid and stays so.
pub(super) async fn cancel(
    _: Shop,
    State(merchant): State<Merchant>,
    OrderInPath(id): OrderInPath,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<OrderJson>, ApiError> {
    // Not taken back, whatever comes of it: what is in the way now is over when the shop asks again.
    let_none_begin(&merchant, &id).await?;
    fence_the_order(&merchant, &id, |_| true).await?;
    let (fresh, order) = (Fresh::draw(&merchant), id.clone());
    let (view, event) = merchant.store().write(move |tx| close_order(tx, &order, &fresh)).await?;
    merchant.metrics().happened(event.as_slice());
    merchant.after_commit(&id, None);
    Ok(Json(view))
}

/// From now on no browser begins a payment of the order; one that asks often enough would have the next payment open
/// whenever the last one is fenced. Answers what [`let_some_begin`] takes back.
pub(super) async fn let_none_begin(merchant: &Merchant, order: &OrderId) -> Result<HeldOff, ApiError> {
    let (id, until) = (order.clone(), merchant.clock().now().plus(CLOSING_FOR));
    merchant.store().write(move |tx| Ok::<_, ApiError>(OrderRow::hold_off(tx, &id, until)?)).await
}

/// Browsers may again, unless another request has meanwhile held them off for itself.
pub(super) async fn let_some_begin(merchant: &Merchant, order: &OrderId, held: HeldOff) {
    let id = order.clone();
    let done = merchant.store().write(move |tx| Ok::<_, ApiError>(OrderRow::hold_off_no_more(tx, &id, held)?)).await;
    if let Err(error) = done {
        // The request is answered by now; browsers may begin again when the time is over.
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

fn waits_for_a_card(state: &AttemptState) -> bool {
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

/// The order, and what the shop hears of it, if this canceled it.
fn close_order(
    tx: &mut florin_store::Tx<'_>,
    id: &OrderId,
    fresh: &Fresh,
) -> Result<(OrderJson, Option<ShopEvent>), ApiError> {
    let mut row = OrderRow::find(tx, id)?.ok_or_else(|| ApiError::not_found("order"))?;
    if row.order.status == OrderStatus::Canceled {
        // A retried cancel already happened: agree, do not complain.
        return Ok((fresh.server.viewer.view(tx, &row, None)?, None));
    }
    let holder = AttemptRow::holding(tx, id)?.map(|row| row.attempt);
    if holder.is_some() {
        let message = "a payment is in progress; cancel again when it has ended, or refund it";
        return Err(ApiError::conflict("payment_in_progress", message));
    }
    let Some(closed) = close::cancel(row.order.clone(), holder.as_ref(), "the shop canceled the order") else {
        return Err(ApiError::conflict("order_closed", &why_not(row.order.status)));
    };
    row.order = closed.order;
    let news = News { timeline: &[closed.entry], events: &[closed.event], payment: None, source: Source::Shop };
    save_order(tx, &mut row, &news, None, fresh)?;
    Ok((fresh.server.viewer.view(tx, &row, None)?, Some(closed.event)))
}

/// Why an order without an open payment can't be canceled, and what to ask for instead.
fn why_not(status: OrderStatus) -> String {
    let instead = if status == OrderStatus::Authorized { "; void lets go of what is held" } else { "" };
    format!("the order is {}{instead}", status.as_str())
}
