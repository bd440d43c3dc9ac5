//! `POST /sandbox/clock`: moves the gateway's time ahead and wakes what waits for it. A restart does not set it back:
//! what was paid tomorrow would be there today.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};
use serde::{Deserialize, Serialize};

use crate::accounts::Admin;
use crate::gateway::Gateway;
use crate::wire::{ApiError, AppJson};

/// How far at a time: a year, enough for any deadline there is.
const FURTHEST_SECONDS: u64 = 366 * 24 * 60 * 60;

/// How far in all, in milliseconds: fifty years. The clock is never set back, so far ahead would be for good.
const FURTHEST_AHEAD_MS: i64 = 50 * 366 * 24 * 60 * 60 * 1000;

/// How far.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    advance_seconds: u64,
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
pub(super) async fn move_ahead(gateway: &Gateway, seconds: u64) -> Result<(), ApiError> {
    if seconds > FURTHEST_SECONDS {
        return Err(ApiError::InvalidData("advance_seconds must be at most a year".to_owned()));
    }
    let span = Duration::from_secs(seconds);
    let written = gateway.store.write(move |tx| {
        tx.execute(
            "INSERT INTO sandbox_clock (id, ahead_ms) VALUES (1, $1)
             ON CONFLICT (id) DO UPDATE SET ahead_ms = sandbox_clock.ahead_ms + $1",
            params![i64::try_from(span.as_millis()).unwrap_or(i64::MAX)],
        )?;
        if ahead_ms(tx)? > FURTHEST_AHEAD_MS {
            return Err(ApiError::InvalidData("the clock can be moved ahead by at most 50 years in all".to_owned()));
        }
        Ok(())
    });
    written.await?;
    gateway.clock.advance(span);
    Ok(())
}

fn ahead_ms(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let row = tx.first("SELECT ahead_ms FROM sandbox_clock", params![])?;
    row.map_or(Ok(0), |row| row.get("ahead_ms"))
}

/// Sets the clock of a gateway that was just opened as far ahead as it was moved before. Call it once, before
/// anything is served.
///
/// # Errors
/// The database can't be read.
pub async fn resume_clock(gateway: &Gateway) -> Result<(), StoreError> {
    let ahead = gateway.store.read(ahead_ms).await?.min(FURTHEST_AHEAD_MS);
    gateway.clock.advance(Duration::from_millis(u64::try_from(ahead).unwrap_or(0)));
    Ok(())
}
