//! Reading orders: one, many, and what happened to one.

use axum::Json;
use axum::extract::State;
use florin_domain::ids::OrderId;
use florin_domain::order::OrderStatus;
use florin_domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use super::{OrderJson, check};
use crate::extract::{OrderInPath, Search, Shop};
use crate::storage::{OrderFilter, OrderRow, TimelineEntry};
use crate::{ApiError, Merchant};

/// A page of a listing.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    data: Vec<T>,
    has_more: bool,
}

/// A listing that is always whole.
#[derive(Debug, Serialize)]
pub(super) struct Whole<T> {
    data: Vec<T>,
}

/// `GET /v1/orders/{id}`
pub(super) async fn get(
    _: Shop,
    State(merchant): State<Merchant>,
    OrderInPath(id): OrderInPath,
) -> Result<Json<OrderJson>, ApiError> {
    let sender = merchant.sender();
    let order = merchant
        .store()
        .read(move |tx| {
            let row = OrderRow::find(tx, &id)?.ok_or_else(|| ApiError::not_found("order"))?;
            Ok::<_, ApiError>(sender.viewer.view(tx, &row, None)?)
        })
        .await?;
    Ok(Json(order))
}

/// `GET /v1/orders/{id}/timeline`
pub(super) async fn timeline(
    _: Shop,
    State(merchant): State<Merchant>,
    OrderInPath(id): OrderInPath,
) -> Result<Json<Whole<TimelineEntry>>, ApiError> {
    let data = merchant
        .store()
        .read(move |tx| {
            OrderRow::find(tx, &id)?.ok_or_else(|| ApiError::not_found("order"))?;
            Ok::<_, ApiError>(TimelineEntry::of_order(tx, &id)?)
        })
        .await?;
    Ok(Json(Whole { data }))
}

/// Which orders, newest first.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListOrders {
    limit: Option<u32>,
    starting_after: Option<String>,
    status: Option<OrderStatus>,
    reference: Option<String>,
    created_gte: Option<Timestamp>,
    created_lt: Option<Timestamp>,
}

/// `GET /v1/orders`
pub(super) async fn list(
    _: Shop,
    State(merchant): State<Merchant>,
    Search(query): Search<ListOrders>,
) -> Result<Json<Page<OrderJson>>, ApiError> {
    let limit = query.limit.unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return Err(ApiError::invalid("limit_out_of_range", "limit", "limit must be 1 to 100"));
    }
    check::text("reference", query.reference.as_deref())?;
    let after = query.starting_after.as_deref().map(OrderId::parse).transpose();
    let filter = OrderFilter {
        before: after.map_err(|_| ApiError::invalid("invalid_value", "starting_after", "not an order id"))?,
        status: query.status,
        reference: query.reference,
        created_gte: query.created_gte,
        created_lt: query.created_lt,
    };
    let sender = merchant.sender();
    let mut data = merchant
        .store()
        .read(move |tx| {
            if let Some(order) = &filter.before {
                let absent = || ApiError::invalid("invalid_value", "starting_after", "starting_after names no order");
                OrderRow::find(tx, order)?.ok_or_else(absent)?;
            }
            // One more than asked for tells whether there are more.
            let rows = OrderRow::list(tx, &filter, limit + 1)?;
            rows.iter().map(|row| Ok(sender.viewer.view(tx, row, None)?)).collect::<Result<Vec<_>, ApiError>>()
        })
        .await?;
    let has_more = data.len() > limit as usize;
    data.truncate(limit as usize);
    Ok(Json(Page { data, has_more }))
}
