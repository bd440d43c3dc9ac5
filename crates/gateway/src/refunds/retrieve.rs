//! `GET /refunds/{refund_id}`.

use axum::Json;
use axum::extract::{Path, State};

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
    let found = gateway.store.read(move |tx| {
        let row = record::find(tx, &merchant.id, &refund_id)?.ok_or(ApiError::NotFound("refund"))?;
        let key = PaymentKey { merchant_id: merchant.id.clone(), payment_id: row.get("payment_id")? };
        let (_, profile) = load(tx, &key)?;
        Ok::<_, ApiError>(record::read(&row, &profile)?)
    });
    Ok(Json(found.await?))
}
