//! The sandbox's own controls. A gateway with real money has none of these.

use axum::routing::{delete, get, post};

use super::operation::{INVALID, Key, MISSING, NONE, NOT_FOUND, Operation, op};
use crate::sandbox;

const HTML: &str = "text/html";

pub(super) static OPERATIONS: &[Operation] = &[
    op("GET", "/sandbox", "Test cards and bad days for people", Key::None, || get(sandbox::show_page), NONE, &[])
        .of_media(HTML),
    op("GET", "/sandbox/page.css", "That page's style", Key::None, || get(sandbox::page_stylesheet), NONE, &[])
        .of_media("text/css"),
    // A form without the admin key changes nothing and shows the page again.
    op("POST", "/sandbox/form", "What a person asks for there", Key::None, || post(sandbox::submit_form), NONE, &[])
        .answering(400)
        .of_media(HTML),
    op("GET", "/sandbox/cards", "The test cards as data", Key::None, || get(sandbox::cards), NONE, &[]),
    op(
        "POST",
        "/sandbox/faults",
        "Lets calls go wrong",
        Key::Admin,
        || post(sandbox::add_fault),
        r#"{"route": "POST /refunds", "fault": "status", "status": 503, "times": 1}"#,
        &[INVALID],
    )
    .answering(201),
    op("GET", "/sandbox/faults", "What goes wrong at the moment", Key::Admin, || get(sandbox::list_faults), NONE, &[]),
    op("GET", "/sandbox/faults/{id}", "One of them", Key::Admin, || get(sandbox::one_fault), NONE, &[NOT_FOUND]),
    op("DELETE", "/sandbox/faults/{id}", "Ends one", Key::Admin, || delete(sandbox::remove_fault), NONE, &[NOT_FOUND])
        .answering(204),
    op("DELETE", "/sandbox/faults", "Ends all", Key::Admin, || delete(sandbox::clear_faults), NONE, &[]).answering(204),
    op(
        "POST",
        "/sandbox/webhooks",
        "How webhooks are sent from now on",
        Key::Admin,
        || post(sandbox::set_webhooks),
        r#"{"mode": "deliver"}"#,
        &[INVALID],
    ),
    op("GET", "/sandbox/webhooks", "How webhooks are sent", Key::Admin, || get(sandbox::show_webhooks), NONE, &[]),
    op(
        "POST",
        "/sandbox/clock",
        "Moves the gateway's clock ahead",
        Key::Admin,
        || post(sandbox::advance),
        r#"{"advance_seconds": 1}"#,
        &[INVALID],
    ),
    op(
        "GET",
        "/sandbox/requests?payment_id=pay_docs",
        "How often a payment was called",
        Key::Admin,
        || get(sandbox::requests),
        NONE,
        &[MISSING],
    ),
];
