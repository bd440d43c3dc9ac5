//! `GET /checkout/{session}/status?wait=0..20`: the truth, for whoever comes back.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::checkout::{CheckoutResult, ResultStatus};
use florin_domain::flow::open;
use florin_domain::ids::AttemptId;
use serde::Deserialize;

use super::outcome;
use crate::extract::{Search, SessionInPath};
use crate::storage::AttemptRow;
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
    let result = outcome::news(&merchant, &session, Duration::from_secs(wait)).await?;
    if result.status == ResultStatus::Open
        && let Some(attempt) = &result.attempt
    {
        note_question(&merchant, attempt).await?;
    }
    Ok(Json(result))
}

/// A browser that hands its card to the gateway itself, and is refused there, tells us of it by this question.
async fn note_question(merchant: &Merchant, attempt: &AttemptId) -> Result<(), ApiError> {
    let id = attempt.clone();
    let row = merchant.store().read(move |tx| Ok::<_, ApiError>(AttemptRow::find(tx, &id)?)).await?;
    match row.filter(|row| open::may_be_refused_unheard(&row.attempt) && !row.asked_again) {
        Some(row) => merchant.store().write(move |tx| Ok::<_, ApiError>(row.note_question(tx)?)).await,
        None => Ok(()),
    }
}
