//! `POST /sandbox/clock`: moves the gateway's time ahead and wakes what waits for it.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use crate::accounts::Admin;
use crate::gateway::Gateway;
use crate::wire::{ApiError, AppJson};

/// How far.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    advance_seconds: u32,
}

/// What time it is then.
#[derive(Serialize)]
pub(crate) struct Now {
    now: Timestamp,
}

/// `POST /sandbox/clock`
pub(crate) async fn advance(
    State(gateway): State<Gateway>,
    _: Admin,
    AppJson(request): AppJson<Advance>,
) -> Result<Json<Now>, ApiError> {
    gateway.clock.advance(Duration::from_secs(request.advance_seconds.into()));
    Ok(Json(Now { now: gateway.clock.now() }))
}
