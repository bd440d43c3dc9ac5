//! What a shopper's browser opens: to the bank, and back to the shop.

use axum::routing::{get, post};

use super::operation::{Key, MISSING, NONE, NOT_FOUND, Operation, op};
use crate::challenge;

const HTML: &str = "text/html";

pub(super) static OPERATIONS: &[Operation] = &[
    op(
        "GET",
        "/payments/redirect/{payment_id}/{merchant_id}/{attempt_id}",
        "Where next_action leads: on to the bank",
        Key::None,
        || get(challenge::start),
        NONE,
        &[NOT_FOUND],
    )
    .answering(302)
    .of_media(HTML),
    op(
        "GET",
        "/dummy-connector/authorize/{attempt_id}",
        "The bank's question",
        Key::None,
        || get(challenge::authorize),
        NONE,
        &[NOT_FOUND],
    )
    .of_media(HTML),
    op("GET", "/dummy-connector/bank.css", "The bank's style", Key::None, || get(challenge::stylesheet), NONE, &[])
        .of_media("text/css"),
    op(
        "GET",
        "/dummy-connector/complete/{attempt_id}?confirm=true",
        "The shopper's answer, once; sends the shopper back",
        Key::None,
        || get(challenge::complete),
        NONE,
        &[NOT_FOUND, MISSING],
    )
    .answering(302)
    .of_media(HTML),
    op(
        "GET",
        "/payments/{payment_id}/{merchant_id}/redirect/response/{connector}",
        "Back to the shop, with a signed or sealed URL",
        Key::None,
        || get(challenge::give_back),
        NONE,
        &[NOT_FOUND, NO_CONNECTOR, NO_RETURN_URL],
    )
    .answering(302),
    op(
        "POST",
        "/payments/{payment_id}/{merchant_id}/redirect/response/{connector}",
        "The same, for banks that post",
        Key::None,
        || post(challenge::give_back),
        NONE,
        &[NOT_FOUND, NO_CONNECTOR, NO_RETURN_URL],
    )
    .answering(302),
    op(
        "GET",
        "/payments/{payment_id}/{merchant_id}/redirect/response/{connector}/{creds_identifier}",
        "The same, for merchants with several accounts at a connector",
        Key::None,
        || get(challenge::give_back_for),
        NONE,
        &[NOT_FOUND, NO_CONNECTOR, NO_RETURN_URL],
    )
    .answering(302),
    op(
        "GET",
        "/payments/{payment_id}/{merchant_id}/redirect/complete/{connector}",
        "Back to the shop from banks that need one step more",
        Key::None,
        || get(challenge::give_back),
        NONE,
        &[NOT_FOUND, NO_CONNECTOR, NO_RETURN_URL],
    )
    .answering(302),
    op(
        "POST",
        "/payments/{payment_id}/{merchant_id}/redirect/complete/{connector}",
        "The same, for banks that post",
        Key::None,
        || post(challenge::give_back),
        NONE,
        &[NOT_FOUND, NO_CONNECTOR, NO_RETURN_URL],
    )
    .answering(302),
];

/// The connector's name in the address is not this gateway's.
const NO_CONNECTOR: (u16, &str) = (404, "IR_02");
const NO_RETURN_URL: (u16, &str) = (404, "HE_03");
