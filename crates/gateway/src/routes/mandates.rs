//! Leave to charge a saved card again.

use axum::routing::{get, post};

use super::operation::{Key, NONE, NOT_FOUND, Operation, REDACTED, STATE, op};
use crate::mandates;

pub(super) static OPERATIONS: &[Operation] = &[
    op("GET", "/mandates/{mandate_id}", "Reads a mandate", Key::Secret, || get(mandates::retrieve), NONE, &[NOT_FOUND]),
    op("GET", "/mandates/list", "Lists mandates", Key::Secret, || get(mandates::list), NONE, &[]),
    op(
        "GET",
        "/customers/{customer_id}/mandates",
        "Lists a customer's mandates",
        Key::OwnCustomer,
        || get(mandates::list_of_customer),
        NONE,
        &[NOT_FOUND, REDACTED],
    ),
    op(
        "POST",
        "/mandates/revoke/{mandate_id}",
        "Ends a mandate: nothing is charged by it any more",
        Key::Secret,
        || post(mandates::revoke),
        NONE,
        &[NOT_FOUND, STATE],
    ),
];
