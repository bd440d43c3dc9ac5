//! `POST /sandbox/clock`: lets time pass, in test mode only, so that a wait of a day can be rehearsed. How much of it
//! is written down, for a server that is to go on where it was.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};
use serde::{Deserialize, Serialize};

use crate::extract::{Body, Shop};
use crate::{ApiError, Merchant};

/// A year: enough for any deadline there is.
const FURTHEST_SECONDS: u64 = 366 * 24 * 60 * 60;

/// How far in all, in milliseconds: fifty years. The clock is never set back, so far ahead would be for good.
const FURTHEST_AHEAD_MS: i64 = 50 * 366 * 24 * 60 * 60 * 1000;

/// How far.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    advance_seconds: u64,
}

/// What time it is now.
#[derive(Debug, Serialize)]
pub(crate) struct Now {
    now: Timestamp,
}

/// `POST /sandbox/clock`
pub(crate) async fn advance_clock(
    _: Shop,
    State(merchant): State<Merchant>,
    Body(request): Body<Advance>,
) -> Result<Json<Now>, ApiError> {
    if request.advance_seconds > FURTHEST_SECONDS {
        let message = "advance_seconds must be at most a year";
        return Err(ApiError::invalid("invalid_value", "advance_seconds", message));
    }
    let span = Duration::from_secs(request.advance_seconds);
    let span_ms = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    let written = merchant.store().write(move |tx| {
        let ahead = ahead_ms(tx)?.saturating_add(span_ms);
        if ahead > FURTHEST_AHEAD_MS {
            let message = "the clock can be moved ahead by at most 50 years in all";
            return Err(ApiError::invalid("invalid_value", "advance_seconds", message));
        }
        tx.execute(
            "INSERT INTO sandbox_clock (id, ahead_ms) VALUES (1, $1)
             ON CONFLICT (id) DO UPDATE SET ahead_ms = sandbox_clock.ahead_ms + $1",
            params![span_ms],
        )?;
        Ok(())
    });
    written.await?;
    merchant.clock().advance(span);
    merchant.wake_workers();
    Ok(Json(Now { now: merchant.clock().now() }))
}

/// Sets the clock of a server that was just opened as far ahead as it was moved before. Call it once, before anything
/// is served, where the gateway's clock is resumed too.
///
/// # Errors
/// The database can't be read.
pub async fn resume_clock(merchant: &Merchant) -> Result<(), StoreError> {
    let ahead = merchant.store().read(ahead_ms).await?.min(FURTHEST_AHEAD_MS);
    merchant.clock().advance(Duration::from_millis(u64::try_from(ahead).unwrap_or(0)));
    Ok(())
}

fn ahead_ms(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let row = tx.first("SELECT ahead_ms FROM sandbox_clock", params![])?;
    row.map_or(Ok(0), |row| row.get("ahead_ms"))
}
