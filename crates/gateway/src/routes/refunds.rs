//! Money that goes back.

use axum::routing::{get, post};

use super::operation::{DUPLICATE, FORMAT, INVALID, Key, NONE, NOT_FOUND, Operation, STATE, op};
use crate::{payments, refunds};

pub(super) static OPERATIONS: &[Operation] = &[
    op(
        "POST",
        "/refunds",
        "Gives money back",
        Key::Secret,
        || post(refunds::create),
        r#"{"payment_id": "pay_docs", "refund_id": "ref_docs", "amount": 400, "reason": "returned"}"#,
        &[NOT_FOUND, DUPLICATE, (400, "IR_12"), (400, "IR_13"), (400, "IR_14"), FORMAT, INVALID],
    ),
    op("GET", "/refunds/{refund_id}", "Reads a refund", Key::Secret, || get(refunds::retrieve), NONE, &[NOT_FOUND]),
    op(
        "POST",
        "/refunds/{refund_id}",
        "Changes what is said of a refund",
        Key::Secret,
        || post(refunds::update),
        r#"{"metadata": {"rma": "7"}}"#,
        &[NOT_FOUND],
    ),
    op(
        "POST",
        "/refunds/sync",
        "Reads a refund",
        Key::Secret,
        || post(refunds::sync),
        r#"{"refund_id": "ref_docs"}"#,
        &[NOT_FOUND],
    ),
    op(
        "POST",
        "/refunds/list",
        "Filters refunds",
        Key::Secret,
        || post(refunds::list),
        r#"{"payment_id": "pay_docs"}"#,
        &[INVALID],
    ),
    op(
        "POST",
        "/payments/{payment_id}/cancel_post_capture",
        "Gives a whole capture back before settlement",
        Key::Secret,
        || post(payments::cancel_post_capture),
        r#"{"cancellation_reason": "typo"}"#,
        &[NOT_FOUND, STATE],
    ),
];
