//! `GET /payments/{payment_id}`.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::{PaymentKey, attempts, load, view};
use crate::accounts::{Caller, check_client_secret};
use crate::disputes;
use crate::gateway::Gateway;
use crate::wire::ApiError;
use crate::wire::payment::PaymentsResponse;
use crate::wire::text::SecretText;

/// What a read may ask. The issuer answers at once here, so that `force_sync` finds nothing newer.
#[derive(Deserialize)]
pub(crate) struct RetrieveQuery {
    client_secret: Option<SecretText>,
    #[serde(default, rename = "force_sync")]
    _force_sync: Option<bool>,
    expand_attempts: Option<bool>,
    expand_captures: Option<bool>,
}

/// `GET /payments/{payment_id}`
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(payment_id): Path<String>,
    query: Result<Query<RetrieveQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::InvalidData("the query does not parse".to_owned()))?;
    caller.check_client_secret_presence(query.client_secret.as_ref())?;
    let now = gateway.clock.now();
    let key = PaymentKey { merchant_id: caller.merchant().id.clone(), payment_id };
    let public_url = gateway.settings.public_url.clone();
    let response = gateway.store.read(move |tx| {
        let (payment, profile) = load(tx, &key)?;
        if let Some(given) = &query.client_secret {
            check_client_secret(given, &payment, now)?;
        }
        let mut response = view(tx, &payment, &profile, &public_url)?;
        response.disputes = disputes::of_payment(tx, &payment)?;
        if query.expand_attempts == Some(true) {
            response.attempts = Some(attempts::of_payment(tx, &payment, &profile)?);
        }
        if query.expand_captures == Some(true) {
            response.captures = attempts::captures(tx, &payment, &profile)?;
        }
        Ok::<_, ApiError>(response)
    });
    Ok(Json(response.await?))
}
