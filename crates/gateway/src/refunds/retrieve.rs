//! `GET /refunds/{refund_id}`.

use axum::Json;
use axum::extract::{Path, State};

use florin_store::Tx;

use super::record;
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::payments::{PaymentKey, load};
use crate::wire::ApiError;
use crate::wire::refund::RefundResponse;

/// `GET /refunds/{refund_id}`
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(refund_id): Path<String>,
) -> Result<Json<RefundResponse>, ApiError> {
    Ok(Json(gateway.store.read(move |tx| one(tx, &merchant.id, &refund_id)).await?))
}

/// One refund of a merchant.
pub(super) fn one(tx: &mut Tx<'_>, merchant_id: &str, refund_id: &str) -> Result<RefundResponse, ApiError> {
    let row = record::find(tx, merchant_id, refund_id)?.ok_or(ApiError::NotFound("refund"))?;
    let key = PaymentKey { merchant_id: merchant_id.to_owned(), payment_id: row.get("payment_id")? };
    let (_, profile) = load(tx, &key)?;
    Ok(record::read(&row, &profile)?)
}
