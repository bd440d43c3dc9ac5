//! `POST /payments/{payment_id}/update_metadata`: more for the merchant's own books, later.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::payment::{IntentStatus, TransitionError};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{PaymentKey, change, forbidden};
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::{ApiError, AppJson};

/// What is laid over the metadata.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetadataRequest {
    metadata: Map<String, Value>,
}

/// Before, an update says it; of what is not to be paid any more, nobody keeps books.
const ALLOWED: &[IntentStatus] = &[
    IntentStatus::Succeeded,
    IntentStatus::Failed,
    IntentStatus::PartiallyCaptured,
    IntentStatus::PartiallyCapturedAndCapturable,
    IntentStatus::RequiresCapture,
];

/// `POST /payments/{payment_id}/update_metadata`
pub(crate) async fn update_metadata(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(payment_id): Path<String>,
    AppJson(request): AppJson<MetadataRequest>,
) -> Result<Json<Value>, ApiError> {
    let key = PaymentKey { merchant_id: merchant.id, payment_id };
    let changed = change(&gateway, key, move |payment, _, _| {
        let status = payment.state.status();
        if !ALLOWED.contains(&status) {
            return Err(forbidden("update_metadata")(TransitionError::NotAllowed { status }));
        }
        payment.details.metadata.get_or_insert_default().extend(request.metadata.clone());
        Ok(())
    });
    let payment = changed.await?;
    Ok(Json(json!({ "payment_id": payment.payment_id, "metadata": payment.metadata })))
}
