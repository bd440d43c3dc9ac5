//! `GET /checkout/{session}/status?wait=0..20`: the truth, for whoever comes back.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use florin_domain::checkout::CheckoutResult;
use serde::Deserialize;

use super::outcome;
use crate::extract::SessionInPath;
use crate::{ApiError, Merchant};

/// How long to wait for something to happen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wait {
    /// In seconds.
    #[serde(default)]
    wait: u64,
}

/// `GET /checkout/{session}/status`
pub(super) async fn status(
    State(merchant): State<Merchant>,
    SessionInPath(session): SessionInPath,
    query: Result<Query<Wait>, QueryRejection>,
) -> Result<Json<CheckoutResult>, ApiError> {
    let Query(Wait { wait }) = query.map_err(|_| ApiError::malformed("wait must be a number of seconds"))?;
    if wait > 20 {
        return Err(ApiError::invalid("wait_out_of_range", "wait", "wait must be 0 to 20 seconds"));
    }
    outcome::settled(&merchant, &session, Duration::from_secs(wait)).await.map(Json)
}
