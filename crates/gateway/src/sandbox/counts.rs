//! `GET /sandbox/requests?payment_id=`: how often a payment was asked for, by route.

use std::collections::{BTreeMap, HashMap, VecDeque};

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};

use crate::accounts::Admin;
use crate::gateway::Gateway;
use crate::routes;
use crate::wire::ApiError;

/// The oldest payments are forgotten beyond so many: this is for tests, and memory is not free.
const PAYMENTS_REMEMBERED: usize = 10_000;

/// Calls by payment and route.
#[derive(Default)]
pub(super) struct Counts {
    by_payment: HashMap<String, BTreeMap<String, u64>>,
    order: VecDeque<String>,
}

impl Counts {
    pub(super) fn count(&mut self, payment_id: &str, route: &str) {
        if !self.by_payment.contains_key(payment_id) {
            self.order.push_back(payment_id.to_owned());
            if self.order.len() > PAYMENTS_REMEMBERED
                && let Some(oldest) = self.order.pop_front()
            {
                self.by_payment.remove(&oldest);
            }
        }
        let routes = self.by_payment.entry(payment_id.to_owned()).or_default();
        *routes.entry(route.to_owned()).or_default() += 1;
    }
}

/// Which payment.
#[derive(Deserialize)]
pub(crate) struct CountsQuery {
    payment_id: String,
}

/// How often.
#[derive(Serialize)]
pub(crate) struct CountsResponse {
    payment_id: String,
    /// `GET /payments/{payment_id}`
    reads: u64,
    /// Every call that named the payment, by method and route.
    routes: BTreeMap<String, u64>,
}

/// `GET /sandbox/requests`
pub(crate) async fn requests(
    State(gateway): State<Gateway>,
    _: Admin,
    query: Result<Query<CountsQuery>, QueryRejection>,
) -> Result<Json<CountsResponse>, ApiError> {
    let Query(CountsQuery { payment_id }) = query.map_err(|_| ApiError::MissingParam("payment_id"))?;
    let routes = gateway.sandbox.lock().counts.by_payment.get(&payment_id).cloned().unwrap_or_default();
    let reads = routes.get(&format!("GET {}", routes::PAYMENT)).copied().unwrap_or(0);
    Ok(Json(CountsResponse { payment_id, reads, routes }))
}
