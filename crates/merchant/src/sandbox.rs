//! `POST /sandbox/clock`: lets time pass, in test mode only, so that a wait of a day can be rehearsed.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use crate::extract::{Body, Shop};
use crate::{ApiError, Merchant};

/// A year: enough for any deadline there is.
const FURTHEST_SECONDS: u64 = 366 * 24 * 60 * 60;

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
    merchant.clock().advance(Duration::from_secs(request.advance_seconds));
    merchant.wake_workers();
    Ok(Json(Now { now: merchant.clock().now() }))
}
