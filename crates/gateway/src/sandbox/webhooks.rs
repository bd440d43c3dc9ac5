//! `POST /sandbox/webhooks`: how webhooks are sent from now on.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

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
}

/// What may be asked for: a mode, or to let go what was held.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wish {
    Deliver,
    Hold,
    Release,
    Duplicate,
    Shuffle,
    BadSignature,
    Stale,
}

/// `{mode}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModeRequest {
    mode: Wish,
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
    let mode = match request.mode {
        Wish::Deliver | Wish::Release => WebhookMode::Deliver,
        Wish::Hold => WebhookMode::Hold,
        Wish::Duplicate => WebhookMode::Duplicate,
        Wish::Shuffle => WebhookMode::Shuffle,
        Wish::BadSignature => WebhookMode::BadSignature,
        Wish::Stale => WebhookMode::Stale,
    };
    gateway.sandbox.lock().webhooks = mode;
    gateway.outbox_bell.notify_one();
    Ok(Json(ModeResponse { mode }))
}

/// `GET /sandbox/webhooks`
pub(crate) async fn show_webhooks(State(gateway): State<Gateway>, _: Admin) -> Json<ModeResponse> {
    Json(ModeResponse { mode: gateway.sandbox.webhook_mode() })
}
