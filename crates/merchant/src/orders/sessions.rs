//! `POST /v1/orders/{id}/sessions`: a new browser handle on the same order.

use axum::Json;
use axum::extract::State;
use florin_domain::ids::SessionId;

use super::OrderJson;
use crate::extract::{Body, Nothing, OrderInPath, Shop};
use crate::storage::{OrderRow, SessionRow};
use crate::{ApiError, Merchant};

/// `POST /v1/orders/{id}/sessions`
pub(super) async fn create(
    _: Shop,
    State(merchant): State<Merchant>,
    OrderInPath(order): OrderInPath,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<OrderJson>, ApiError> {
    let now = merchant.clock().now();
    let id = SessionId::new(now, merchant.randomness().bytes());
    let sender = merchant.sender();
    let view = merchant
        .store()
        .write(move |tx| {
            let row = OrderRow::find(tx, &order)?.ok_or_else(|| ApiError::not_found("order"))?;
            let session =
                SessionRow { id: id.clone(), order: order.clone(), created_at: now, expires_at: row.order.expires_at };
            session.insert(tx)?;
            Ok::<_, ApiError>(sender.viewer.view_in(tx, &row, session)?)
        })
        .await?;
    Ok(Json(view))
}
