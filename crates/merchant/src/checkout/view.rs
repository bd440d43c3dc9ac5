//! `GET /checkout/{session}`: what is sold, for how much.

use axum::Json;
use axum::extract::State;
use florin_domain::checkout::{CheckoutView, OrderView};
use florin_domain::ids::{AttemptId, SessionId};
use florin_domain::order::OrderStatus;
use florin_domain::timestamp::Timestamp;
use florin_store::Tx;

use crate::extract::SessionInPath;
use crate::storage::{OrderRow, Record, SessionRow};
use crate::{ApiError, Merchant};

/// `GET /checkout/{session}`
pub(super) async fn view(
    State(merchant): State<Merchant>,
    SessionInPath(session): SessionInPath,
) -> Result<Json<CheckoutView>, ApiError> {
    let now = merchant.clock().now();
    let row = merchant.store().read(move |tx| order_of(tx, &session)).await?;
    let status = shown(&row, now);
    Ok(Json(CheckoutView {
        order: OrderView {
            id: row.order.id,
            reference: row.reference,
            description: row.details.description,
            price: row.order.amount,
            items: row.details.items,
        },
        status,
        mode: merchant.settings().mode,
        locale: None,
        merchant_name: merchant.settings().merchant_name.clone(),
    }))
}

/// The order a session opens.
pub(crate) fn order_of(tx: &mut Tx<'_>, session: &SessionId) -> Result<OrderRow, ApiError> {
    let session = SessionRow::find(tx, session)?.ok_or_else(|| ApiError::not_found("checkout session"))?;
    OrderRow::find(tx, &session.order)?.ok_or_else(|| ApiError::not_found("checkout session"))
}

/// The case of an attempt at the order that a session opens.
pub(super) fn case_of(tx: &mut Tx<'_>, session: &SessionId, attempt: &AttemptId) -> Result<Record, ApiError> {
    let order = order_of(tx, session)?.order.id;
    Record::load(tx, attempt)?
        .filter(|record| record.order.order.id == order)
        .ok_or_else(|| ApiError::not_found("attempt"))
}

/// Time may be over before the sweep has said so; that a person has to decide is nothing for a shopper to see.
fn shown(row: &OrderRow, now: Timestamp) -> OrderStatus {
    if row.order.status == OrderStatus::Review {
        return OrderStatus::Processing;
    }
    if row.order.status == OrderStatus::Open && row.order.is_over(now) {
        return OrderStatus::Expired;
    }
    row.order.status
}
