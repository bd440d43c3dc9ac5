//! `POST /refunds/{refund_id}`: changes what is said about a refund, never its money.

use axum::Json;
use axum::extract::{Path, State};
use florin_store::params;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{record, retrieve};
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::refund::RefundResponse;
use crate::wire::text::check_length;
use crate::wire::{ApiError, AppJson};

/// What may change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefundChange {
    reason: Option<String>,
    metadata: Option<Map<String, Value>>,
}

/// `POST /refunds/{refund_id}`
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(refund_id): Path<String>,
    AppJson(request): AppJson<RefundChange>,
) -> Result<Json<RefundResponse>, ApiError> {
    check_length("reason", request.reason.as_deref().unwrap_or_default(), record::LONGEST_REASON)?;
    let now = gateway.clock.now();
    let metadata = request.metadata.map(|metadata| Value::Object(metadata).to_string());
    let changed = gateway.store.write(move |tx| {
        tx.execute(
            "UPDATE refunds SET reason = COALESCE($3, reason), metadata = COALESCE($4, metadata), updated_at = $5
             WHERE merchant_id = $1 AND refund_id = $2",
            params![&merchant.id, &refund_id, &request.reason, metadata.as_deref(), now],
        )?;
        retrieve::one(tx, &merchant.id, &refund_id)
    });
    Ok(Json(changed.await?))
}
