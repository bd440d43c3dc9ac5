//! `POST /checkout/{session}/abandon`: the shopper gives up a challenge. The fence decides.

use axum::Json;
use axum::extract::State;
use florin_domain::checkout::{AbandonRequest, CheckoutResult};
use florin_domain::flow::abandon as flow;

use super::outcome;
use super::view::order_of;
use crate::conversation::converse_for_a_browser;
use crate::extract::{Body, SessionInPath};
use crate::storage::{Fresh, Record, Source};
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
            let order = order_of(tx, &handle)?.order.id;
            let mut record = Record::load(tx, &id)?
                .filter(|record| record.order.order.id == order)
                .ok_or_else(|| ApiError::not_found("attempt"))?;
            let step = flow::requested(record.case());
            Ok::<_, ApiError>(record.apply(tx, step, Source::Shopper, &fresh)?)
        })
        .await?;
    converse_for_a_browser(&merchant, &request.attempt, applied.send).await?;
    outcome::now(&merchant, &session, None).await.map(Json)
}
