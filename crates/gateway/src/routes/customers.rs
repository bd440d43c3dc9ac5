//! Customers and their saved cards.

use axum::routing::{delete, get, post};

use super::operation::{
    EXPIRED, FORMAT, INVALID, Key, MISMATCH, MISSING, NONE, NOT_FOUND, Operation, REDACTED, STATE, op,
};
use crate::accounts::ephemeral_keys;
use crate::{customers, payment_methods};

pub(super) static OPERATIONS: &[Operation] = &[
    op(
        "POST",
        "/customers",
        "Makes a customer",
        Key::Secret,
        || post(customers::create),
        r#"{"customer_id": "cus_docs", "name": "Ada Lovelace", "email": "ada@example.com"}"#,
        &[(400, "IR_12"), FORMAT],
    ),
    op(
        "GET",
        "/customers/{customer_id}",
        "Reads a customer",
        Key::OwnCustomer,
        || get(customers::retrieve),
        NONE,
        &[NOT_FOUND, REDACTED],
    ),
    op(
        "POST",
        "/customers/{customer_id}",
        "Changes a customer",
        Key::Secret,
        || post(customers::update),
        r#"{"phone": "5551234"}"#,
        &[NOT_FOUND, REDACTED, INVALID],
    ),
    op("GET", "/customers/list?limit=5", "Lists customers", Key::Secret, || get(customers::list), NONE, &[INVALID]),
    op(
        "GET",
        "/customers/list_with_count?limit=5",
        "Lists and counts customers",
        Key::Secret,
        || get(customers::list_with_count),
        NONE,
        &[INVALID],
    ),
    op(
        "POST",
        "/payment_methods",
        "Makes the place a browser brings a card to",
        Key::Secret,
        || post(payment_methods::create),
        r#"{"customer_id": "cus_docs", "payment_method": "card"}"#,
        &[NOT_FOUND, MISSING, INVALID],
    ),
    op(
        "POST",
        "/payment_methods/{payment_method_id}/save",
        "Brings the card, once",
        Key::Publishable,
        || post(payment_methods::save),
        r#"{"client_secret": "<client_secret>", "payment_method": "card", "payment_method_data": {"card":
            {"card_number": "4242424242424242", "card_exp_month": "10", "card_exp_year": "30"}}}"#,
        &[NOT_FOUND, MISSING, EXPIRED, MISMATCH],
    ),
    op(
        "GET",
        "/payment_methods/{payment_method_id}",
        "Reads a saved card",
        Key::Secret,
        || get(payment_methods::retrieve),
        NONE,
        &[NOT_FOUND],
    ),
    op(
        "POST",
        "/payment_methods/{payment_method_id}/update",
        "Names a saved card",
        Key::Secret,
        || post(payment_methods::update),
        r#"{"card": {"nick_name": "work"}}"#,
        &[NOT_FOUND, STATE],
    ),
    op(
        "POST",
        "/customers/{customer_id}/payment_methods/{payment_method_id}/default",
        "Offers a card first",
        Key::OwnCustomer,
        || post(payment_methods::make_default),
        NONE,
        &[NOT_FOUND, STATE, REDACTED],
    ),
    op(
        "GET",
        "/customers/{customer_id}/payment_methods",
        "Lists a customer's cards, each with a token",
        Key::OwnCustomer,
        || get(payment_methods::list),
        NONE,
        &[NOT_FOUND, REDACTED],
    ),
    op(
        "POST",
        "/ephemeral_keys",
        "Makes a key of one customer, for an hour",
        Key::Secret,
        || post(ephemeral_keys::create),
        r#"{"customer_id": "cus_docs"}"#,
        &[NOT_FOUND, REDACTED],
    ),
    op(
        "DELETE",
        "/ephemeral_keys/{id}",
        "Ends such a key",
        Key::Secret,
        || delete(ephemeral_keys::delete),
        NONE,
        &[NOT_FOUND],
    ),
];
