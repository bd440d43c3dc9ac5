//! `POST /refunds/sync`: reads a refund; the processor has told everything it knows.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::retrieve::one;
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::refund::RefundResponse;
use crate::wire::{ApiError, AppJson};

/// Which refund.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SyncRequest {
    refund_id: String,
    #[serde(rename = "force_sync")]
    _force_sync: Option<bool>,
    #[serde(rename = "merchant_connector_details")]
    _merchant_connector_details: Option<IgnoredAny>,
}

/// `POST /refunds/sync`
pub(crate) async fn sync(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    AppJson(request): AppJson<SyncRequest>,
) -> Result<Json<RefundResponse>, ApiError> {
    Ok(Json(gateway.store.read(move |tx| one(tx, &merchant.id, &request.refund_id)).await?))
}
