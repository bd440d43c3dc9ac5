//! `POST /v1/orders/{id}`: the shop changes what an order costs, before anybody pays it.

use axum::Json;
use axum::extract::State;
use florin_domain::checkout::Item;
use florin_domain::flow::reprice::{self, RepriceError};
use florin_domain::ids::OrderId;
use florin_store::Tx;
use serde::Deserialize;

use super::cancel::{fence_what_waits_for_a_card, in_the_way, let_none_begin, let_some_begin, waits_for_a_card};
use super::create::price;
use super::{OrderJson, check};
use crate::extract::{Body, OrderInPath, Shop};
use crate::storage::{AttemptRow, Fresh, News, OrderRow, Source, save_order};
use crate::{ApiError, Merchant, by_name};

/// What may change.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateOrder {
    #[serde(default)]
    amount: Option<i64>,
    #[serde(default, deserialize_with = "by_name::optional_list")]
    items: Option<Vec<Item>>,
}

/// `POST /v1/orders/{id}`
///
/// A payment that waits for a card is fenced first. One that has a card is 409 `payment_open`.
pub(super) async fn update(
    _: Shop,
    State(merchant): State<Merchant>,
    OrderInPath(id): OrderInPath,
    Body(request): Body<UpdateOrder>,
) -> Result<Json<OrderJson>, ApiError> {
    // Asked before anything is fenced: a request that makes no sense changes nothing.
    let (now, order, wish) = (merchant.clock().now(), id.clone(), request.clone());
    merchant
        .store()
        .read(move |tx| {
            let mut row = find(tx, &order)?;
            wish.put_into(&mut row)?;
            let holder = AttemptRow::holding(tx, &order)?.map(|row| row.attempt);
            let submitted = holder.filter(|attempt| !waits_for_a_card(&attempt.state));
            reprice::requested(row.order.clone(), submitted.as_ref(), row.order.amount, now).map_err(refusal)?;
            Ok::<_, ApiError>(())
        })
        .await?;
    let held = let_none_begin(&merchant, &id).await?;
    let changed = reprice(&merchant, &id, request).await;
    let_some_begin(&merchant, &id, held).await;
    let view = changed?;
    merchant.after_commit(&id, None);
    Ok(Json(view))
}

async fn reprice(merchant: &Merchant, id: &OrderId, request: UpdateOrder) -> Result<OrderJson, ApiError> {
    fence_what_waits_for_a_card(merchant, id).await?;
    let (fresh, order) = (Fresh::draw(merchant), id.clone());
    merchant.store().write(move |tx| change(tx, &order, &request, &fresh)).await
}

fn change(tx: &mut Tx<'_>, id: &OrderId, request: &UpdateOrder, fresh: &Fresh) -> Result<OrderJson, ApiError> {
    let mut row = find(tx, id)?;
    let before = row.order.clone();
    request.put_into(&mut row)?;
    let holder = AttemptRow::holding(tx, id)?.map(|row| row.attempt);
    let asked = reprice::requested(before, holder.as_ref(), row.order.amount, fresh.now);
    let (order, entry) = asked.map_err(|error| match (error, &holder) {
        (RepriceError::PaymentOpen, Some(holder)) if waits_for_a_card(&holder.state) => in_the_way(&holder.state),
        (error, _) => refusal(error),
    })?;
    row.order = order;
    row.save_words(tx)?;
    let news = News { timeline: &[entry], events: &[], payment: None, source: Source::Shop };
    save_order(tx, &mut row, &news, None, fresh)?;
    Ok(fresh.server.viewer.view(tx, &row, None)?)
}

fn find(tx: &mut Tx<'_>, id: &OrderId) -> Result<OrderRow, ApiError> {
    OrderRow::find(tx, id)?.ok_or_else(|| ApiError::not_found("order"))
}

impl UpdateOrder {
    /// Writes itself over what the order said, and checks the bill as a whole.
    fn put_into(&self, row: &mut OrderRow) -> Result<(), ApiError> {
        if self.amount.is_none() && self.items.is_none() {
            return Err(ApiError::invalid("missing_field", "amount", "send amount, items, or both"));
        }
        if let Some(amount) = self.amount {
            row.order.amount = price(amount, row.order.amount.currency())?;
        }
        if let Some(items) = &self.items {
            row.details.items.clone_from(items);
        }
        check::items(&row.details.items, row.order.amount.minor_units())
    }
}

fn refusal(error: RepriceError) -> ApiError {
    match error {
        RepriceError::PaymentOpen => ApiError::conflict("payment_open", "a payment of this order is open"),
        RepriceError::OrderClosed => ApiError::conflict("order_closed", "there is nothing more to pay here"),
    }
}
