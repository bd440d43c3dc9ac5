//! `POST /sandbox/webhooks`: how webhooks are sent from now on.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::faults::Matching;
use crate::accounts::Admin;
use crate::gateway::Gateway;
use crate::wire::{ApiError, AppJson};

/// How webhooks are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WebhookMode {
    /// As a gateway should.
    #[default]
    Deliver,
    /// Not at all; they wait.
    Hold,
    /// Each twice.
    Duplicate,
    /// Those that wait together in any order, one by one.
    Shuffle,
    /// With a signature that is wrong.
    BadSignature,
    /// Each followed by the object's first event again.
    Stale,
    /// Each so many seconds late.
    Delay,
}

/// A mode with what belongs to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WebhookDay {
    pub(crate) mode: WebhookMode,
    /// How late, in the mode `delay`.
    pub(crate) delay: Duration,
}

/// No receiver waits longer for a late event than the retry schedule would take.
const LONGEST_DELAY_SECONDS: u32 = 24 * 60 * 60;

/// More would be a mistake of a test.
const MOST_PAYMENTS: usize = 1000;

/// What may be asked for: a mode, or to let go what was held.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wish {
    Deliver,
    Hold,
    Release,
    Duplicate,
    Shuffle,
    BadSignature,
    Stale,
    Delay,
}

/// `{mode}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModeRequest {
    pub(super) mode: Wish,
    pub(super) delay_seconds: Option<u32>,
    /// The events of this payment alone.
    #[serde(default, rename = "match")]
    pub(super) matching: Matching,
}

/// `{mode}`
#[derive(Serialize)]
pub(crate) struct ModeResponse {
    mode: WebhookMode,
}

/// `POST /sandbox/webhooks`
pub(crate) async fn set_webhooks(
    State(gateway): State<Gateway>,
    _: Admin,
    AppJson(request): AppJson<ModeRequest>,
) -> Result<Json<ModeResponse>, ApiError> {
    Ok(Json(ModeResponse { mode: set(&gateway, request)?.mode }))
}

/// Sets how webhooks are sent, all of them or a payment's.
pub(super) fn set(gateway: &Gateway, request: ModeRequest) -> Result<WebhookDay, ApiError> {
    let invalid = |words: &str| Err(ApiError::InvalidData(words.to_owned()));
    let mode = match request.mode {
        Wish::Deliver | Wish::Release => WebhookMode::Deliver,
        Wish::Hold => WebhookMode::Hold,
        Wish::Duplicate => WebhookMode::Duplicate,
        Wish::Shuffle => WebhookMode::Shuffle,
        Wish::BadSignature => WebhookMode::BadSignature,
        Wish::Stale => WebhookMode::Stale,
        Wish::Delay => WebhookMode::Delay,
    };
    let delay = match (mode, request.delay_seconds) {
        (WebhookMode::Delay, Some(seconds @ 1..=LONGEST_DELAY_SECONDS)) => Duration::from_secs(seconds.into()),
        (WebhookMode::Delay, _) => return invalid("delay needs delay_seconds from 1 to 86400"),
        (_, Some(_)) => return invalid("delay_seconds goes with the mode delay"),
        (_, None) => Duration::ZERO,
    };
    let day = WebhookDay { mode, delay };
    let mut orders = gateway.sandbox.lock();
    match request.matching.payment_id {
        None => orders.webhooks = day,
        Some(_) if matches!(mode, WebhookMode::Hold | WebhookMode::Shuffle) => {
            return invalid("hold and shuffle are for all webhooks; delay one payment's instead");
        }
        Some(payment) if mode == WebhookMode::Deliver => drop(orders.webhooks_by_payment.remove(&payment)),
        Some(_) if orders.webhooks_by_payment.len() >= MOST_PAYMENTS => return invalid("too many payments"),
        Some(payment) => drop(orders.webhooks_by_payment.insert(payment, day)),
    }
    drop(orders);
    gateway.outbox_bell.notify_one();
    Ok(day)
}

/// `GET /sandbox/webhooks`
pub(crate) async fn show_webhooks(State(gateway): State<Gateway>, _: Admin) -> Json<ModeResponse> {
    Json(ModeResponse { mode: gateway.sandbox.webhook_mode() })
}
