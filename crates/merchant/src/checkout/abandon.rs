//! `POST /checkout/{session}/abandon`: the shopper gives up a challenge. The fence decides.

use axum::Json;
use axum::extract::State;
use florin_domain::checkout::{AbandonRequest, CheckoutResult, ResultStatus};
use florin_domain::flow::abandon as flow;
use florin_domain::order::outcome_of_abandon;

use super::outcome;
use super::view::case_of;
use crate::conversation::converse_for_a_browser;
use crate::extract::{Body, SessionInPath};
use crate::storage::{Fresh, Source};
use crate::{ApiError, Merchant};

/// `POST /checkout/{session}/abandon`
pub(super) async fn abandon(
    State(merchant): State<Merchant>,
    SessionInPath(session): SessionInPath,
    Body(request): Body<AbandonRequest>,
) -> Result<Json<CheckoutResult>, ApiError> {
    let (fresh, handle, id) = (Fresh::draw(&merchant), session.clone(), request.attempt.clone());
    let applied = merchant
        .store()
        .write(move |tx| {
            let mut record = case_of(tx, &handle, &id)?;
            let step = flow::requested(record.case());
            Ok::<_, ApiError>(record.apply(tx, step, Source::Shopper, &fresh)?)
        })
        .await?;
    converse_for_a_browser(&merchant, &request.attempt, applied.send).await?;
    let mut result = outcome::now(&merchant, &session, Some(&request.attempt)).await?;
    if result.status == ResultStatus::Open {
        // Another tab may have begun the next attempt by now.
        result = outcome::now(&merchant, &session, None).await?;
    }
    Ok(Json(outcome_of_abandon(result)))
}
