//! `POST /sandbox/clock`: moves the gateway's time ahead and wakes what waits for it. A restart does not set it back:
//! what was paid tomorrow would be there today.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, params};
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
    move_ahead(&gateway, request.advance_seconds).await?;
    Ok(Json(Now { now: gateway.clock.now() }))
}

/// Moves the clock ahead, once that is written down.
pub(super) async fn move_ahead(gateway: &Gateway, seconds: u32) -> Result<(), ApiError> {
    let span = Duration::from_secs(seconds.into());
    let written = gateway.store.write(move |tx| {
        tx.execute(
            "INSERT INTO sandbox_clock (id, ahead_ms) VALUES (1, $1)
             ON CONFLICT (id) DO UPDATE SET ahead_ms = sandbox_clock.ahead_ms + $1",
            params![i64::from(seconds) * 1000],
        )
    });
    written.await?;
    gateway.clock.advance(span);
    Ok(())
}

/// Sets the clock of a gateway that was just opened as far ahead as it was moved before. Call it once, before
/// anything is served.
///
/// # Errors
/// The database can't be read.
pub async fn resume_clock(gateway: &Gateway) -> Result<(), StoreError> {
    let row = gateway.store.read(|tx| tx.first("SELECT ahead_ms FROM sandbox_clock", params![])).await?;
    let ahead = row.map_or(Ok(0), |row| row.get::<i64>("ahead_ms"))?;
    gateway.clock.advance(Duration::from_millis(u64::try_from(ahead).unwrap_or(0)));
    Ok(())
}
