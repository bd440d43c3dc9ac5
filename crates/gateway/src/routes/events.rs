//! What was told to merchants.

use axum::routing::{get, post};

use super::operation::{INVALID, Key, NONE, NOT_FOUND, Operation, STATE, op};
use crate::webhooks;

pub(super) static OPERATIONS: &[Operation] = &[
    op(
        "POST",
        "/events/{merchant_id}",
        "Lists what was told",
        Key::Admin,
        || post(webhooks::list_events),
        r#"{"limit": 5}"#,
        &[INVALID],
    ),
    op(
        "GET",
        "/events/{merchant_id}/{event_id}/attempts",
        "How often an event was sent",
        Key::Admin,
        || get(webhooks::event_attempts),
        NONE,
        &[NOT_FOUND],
    ),
    op(
        "POST",
        "/events/{merchant_id}/{event_id}/retry",
        "Sends an event again, word for word",
        Key::Admin,
        || post(webhooks::retry_event),
        NONE,
        &[NOT_FOUND, STATE],
    ),
];
