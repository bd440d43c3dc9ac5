//! Disputes, and what a merchant says to them.

use axum::routing::{delete, get, post, put};

use super::operation::{INVALID, Key, MISSING, NO_DISPUTE, NONE, NOT_FOUND, Operation, STATE, op};
use crate::{disputes, sandbox};

pub(super) static OPERATIONS: &[Operation] = &[
    op(
        "POST",
        "/sandbox/disputes",
        "Opens the dispute of a captured payment, or moves it on",
        Key::Admin,
        || post(sandbox::order_dispute),
        r#"{"merchant_id": "merchant_1", "payment_id": "pay_docs_4", "reason": "not_received"}"#,
        &[NOT_FOUND, STATE],
    ),
    op("GET", "/disputes/list?limit=10", "Lists disputes", Key::Secret, || get(disputes::list), NONE, &[INVALID]),
    op(
        "GET",
        "/disputes/{dispute_id}",
        "Reads a dispute",
        Key::Secret,
        || get(disputes::retrieve),
        NONE,
        &[NO_DISPUTE],
    ),
    op(
        "POST",
        "/disputes/evidence",
        "Answers a dispute",
        Key::Secret,
        || post(disputes::add_evidence),
        r#"{"dispute_id": "<dispute_id>", "product_description": "Two tickets", "receipt": "file_1"}"#,
        &[NO_DISPUTE, MISSING, STATE],
    ),
    op(
        "GET",
        "/disputes/evidence/{dispute_id}",
        "What was said to it",
        Key::Secret,
        || get(disputes::read_evidence),
        NONE,
        &[NO_DISPUTE],
    ),
    op(
        "DELETE",
        "/disputes/evidence",
        "Takes a piece of evidence back",
        Key::Secret,
        || delete(disputes::remove_evidence),
        r#"{"dispute_id": "<dispute_id>", "evidence_type": "receipt"}"#,
        &[NO_DISPUTE, STATE],
    ),
    op(
        "PUT",
        "/disputes/evidence",
        "Attaches a file: the sandbox keeps none",
        Key::Secret,
        || put(disputes::attach_file),
        NONE,
        &[],
    )
    .answering(501),
    op(
        "POST",
        "/disputes/accept/{dispute_id}",
        "Lets the money go",
        Key::Secret,
        || post(disputes::accept),
        NONE,
        &[NO_DISPUTE, STATE],
    ),
];
