//! `GET /checkout/{session}/status?wait=0..20`: the truth, for whoever comes back.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::checkout::CheckoutResult;
use serde::Deserialize;

use super::outcome;
use crate::extract::{Search, SessionInPath};
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
    Search(Wait { wait }): Search<Wait>,
) -> Result<Json<CheckoutResult>, ApiError> {
    if wait > 20 {
        return Err(ApiError::invalid("wait_out_of_range", "wait", "wait must be 0 to 20 seconds"));
    }
    outcome::news(&merchant, &session, Duration::from_secs(wait)).await.map(Json)
}
