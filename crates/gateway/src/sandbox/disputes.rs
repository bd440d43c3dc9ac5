//! `POST /sandbox/disputes`: what a shopper's bank does, on demand.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use crate::accounts::Admin;
use crate::disputes::{self, DisputeOrder};
use crate::gateway::Gateway;
use crate::wire::{ApiError, AppJson};

/// Opens the dispute of a captured payment, or moves it on.
pub(crate) async fn order(
    State(gateway): State<Gateway>,
    _: Admin,
    AppJson(order): AppJson<DisputeOrder>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(disputes::open_or_move(&gateway, order).await?))
}
