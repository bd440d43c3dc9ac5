//! What ends things that other examples need.

use axum::routing::delete;

use super::operation::{Key, NONE, NOT_FOUND, Operation, REDACTED, op};
use crate::{customers, payment_methods};

/// The customer can still be charged by a mandate.
const MANDATE: (u16, &str) = (400, "IR_10");

pub(super) static OPERATIONS: &[Operation] = &[
    op(
        "DELETE",
        "/payment_methods/{payment_method_id}",
        "Destroys a saved card",
        Key::OwnCustomer,
        || delete(payment_methods::delete),
        NONE,
        &[NOT_FOUND],
    ),
    op(
        "DELETE",
        "/customers/{customer_id}",
        "Forgets a customer for good",
        Key::Secret,
        || delete(customers::delete),
        NONE,
        &[NOT_FOUND, REDACTED, MANDATE],
    ),
];
