//! Every operation, in the order in which its example can run.

use super::operation::{Key, Operation};

const NO_QUERY: &[&str] = &[];
const NO_BODY: (&str, &str) = ("", "");

/// A call of the shop's that is answered with 200.
const DEFAULTS: Operation = Operation {
    method: "GET",
    path: "",
    summary: "",
    key: Key::Shop,
    status: 200,
    query: NO_QUERY,
    body: NO_BODY,
    answer: None,
    refusals: &[],
};

const fn page(path: &'static str, summary: &'static str) -> Operation {
    Operation { path, summary, key: Key::Anybody, ..DEFAULTS }
}

/// Every operation.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/v1/orders",
        summary: "Makes an order; the same request again answers with the same order",
        status: 201,
        body: (
            "NewOrder",
            r#"{"amount": 4200, "currency": "EUR", "capture": "manual", "reference": "no. 17",
                "description": "A notebook", "items": [{"name": "Notebook", "quantity": 1, "amount": 4200}],
                "customer": {"reference": "ada", "email": "ada@example.com", "name": "Ada Lovelace"},
                "shipping": {"name": "Ada Lovelace", "line1": "12 St James's Square", "city": "London",
                             "postal_code": "SW1Y 4JH", "country": "GB"},
                "result_url": "http://localhost:4241/thanks", "expires_in": 3600, "metadata": {"cart": "42"}}"#,
        ),
        answer: Some("Order"),
        refusals: &[
            (422, "missing_field"),
            (422, "invalid_text"),
            (422, "unknown_currency"),
            (422, "amount_out_of_range"),
            (422, "expires_in_out_of_range"),
            (422, "result_url_not_allowed"),
            (422, "metadata_too_large"),
            (422, "too_many_items"),
            (422, "items_do_not_add_up"),
            (409, "reference_taken"),
        ],
        ..DEFAULTS
    },
    Operation { path: "/v1/orders/{id}", summary: "Reads an order", answer: Some("Order"), ..DEFAULTS },
    Operation {
        path: "/v1/orders?limit=5",
        summary: "Lists orders, the newest first",
        query: &["limit", "starting_after", "status", "reference", "created_gte", "created_lt"],
        answer: Some("Orders"),
        refusals: &[(422, "limit_out_of_range"), (422, "invalid_text")],
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/v1/orders/{id}",
        summary: "Changes the price, while no payment is open",
        body: ("OrderChange", r#"{"amount": 4300, "items": []}"#),
        answer: Some("Order"),
        refusals: &[
            (422, "missing_field"),
            (422, "amount_out_of_range"),
            (422, "too_many_items"),
            (422, "items_do_not_add_up"),
            (409, "payment_open"),
            (409, "order_closed"),
            (503, "gateway_unavailable"),
        ],
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/v1/orders/{id}/sessions",
        summary: "Makes a new handle for a browser on the same order",
        body: ("Nothing", "{}"),
        answer: Some("Order"),
        ..DEFAULTS
    },
    Operation {
        path: "/checkout/{session}",
        summary: "What is sold, for how much",
        key: Key::Browser,
        answer: Some("CheckoutView"),
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/checkout/{session}/attempts",
        summary: "Opens a payment, or finds the open one; says how to hand the card over",
        key: Key::Browser,
        body: ("AttemptRequest", r#"{"seen_amount": 4300}"#),
        answer: Some("OpenedAttempt"),
        refusals: &[
            (409, "amount_changed"),
            (409, "order_changing"),
            (409, "payment_in_progress"),
            (409, "order_closed"),
            (429, "too_many_attempts"),
            (503, "gateway_unavailable"),
        ],
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/checkout/{session}/pay",
        summary: "Pays with the token, within 25 s; on an attempt already submitted, waits for its Result",
        key: Key::Browser,
        body: ("PayRequest", r#"{"attempt": "<attempt>", "token": "<token>", "presentation": "dialog"}"#),
        answer: Some("Result"),
        refusals: &[
            (422, "missing_field"),
            (422, "token_missing"),
            (422, "token_unexpected"),
            (409, "attempt_closed"),
            (429, "too_many_attempts"),
        ],
        ..DEFAULTS
    },
    Operation {
        path: "/checkout/{session}/status?wait=0",
        summary: "How the newest attempt stands; waits up to 20 s for news",
        key: Key::Browser,
        query: &["wait"],
        answer: Some("Result"),
        refusals: &[(422, "wait_out_of_range")],
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/checkout/{session}/abandon",
        summary: "Leaves an attempt, once it can definitely never pay",
        key: Key::Browser,
        body: ("AbandonRequest", r#"{"attempt": "<attempt>"}"#),
        answer: Some("Result"),
        refusals: &[(422, "missing_field")],
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/v1/orders/{id}/capture",
        summary: "Takes what is held, or a part; the rest is let go of",
        body: ("Capture", r#"{"amount": 4000}"#),
        answer: Some("Order"),
        refusals: &[
            (422, "amount_out_of_range"),
            (422, "amount_too_large"),
            (422, "several_captures_unsupported"),
            (409, "wrong_status"),
            (409, "operation_in_progress"),
            (409, "capture_refused"),
        ],
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/v1/orders/{id}/refunds",
        summary: "Gives money back; what is on its way back counts as given",
        status: 201,
        body: ("NewRefund", r#"{"amount": 500, "reason": "a bent corner"}"#),
        answer: Some("Refund"),
        refusals: &[
            (422, "amount_out_of_range"),
            (422, "amount_too_large"),
            (422, "invalid_text"),
            (409, "wrong_status"),
            (409, "operation_in_progress"),
        ],
        ..DEFAULTS
    },
    Operation {
        path: "/v1/orders/{id}/timeline",
        summary: "Everything that happened to an order, with its cause",
        answer: Some("Timeline"),
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/v1/orders/{id}/void",
        summary: "Lets go of what is held",
        body: ("Nothing", "{}"),
        answer: Some("Order"),
        refusals: &[(409, "wrong_status"), (409, "operation_in_progress"), (409, "void_refused")],
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/v1/orders/{id}/cancel",
        summary: "Ends an order that is not paid; its open payment first",
        body: ("Nothing", "{}"),
        answer: Some("Order"),
        refusals: &[
            (409, "payment_submitted"),
            (409, "payment_in_progress"),
            (409, "order_closed"),
            (503, "gateway_unavailable"),
        ],
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/v1/orders/{id}/review",
        summary: "A person decides about an order whose facts disagree",
        body: ("Review", r#"{"decision": "return", "note": "the gateway took another amount"}"#),
        answer: Some("Order"),
        refusals: &[
            (422, "missing_field"),
            (422, "invalid_text"),
            (409, "wrong_status"),
            (409, "payment_undecided"),
            (409, "payment_differs"),
            (409, "payment_submitted"),
            (409, "payment_in_progress"),
            (503, "gateway_unavailable"),
        ],
        ..DEFAULTS
    },
    Operation {
        path: "/v1/events?limit=5",
        summary: "The events of the shop, the oldest first; waits up to 20 s for the next. In test mode alone",
        query: &["after", "limit", "wait"],
        answer: Some("Events"),
        refusals: &[(422, "limit_out_of_range"), (422, "wait_out_of_range")],
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/sandbox/clock",
        summary: "Lets time pass, and wakes timers. In test mode alone",
        body: ("Advance", r#"{"advance_seconds": 1}"#),
        answer: Some("Now"),
        refusals: &[(422, "missing_field")],
        ..DEFAULTS
    },
    Operation {
        path: "/checkout/return",
        summary: "Where the gateway sends a browser back to; answers with a page that goes on",
        key: Key::Gateway,
        query: &["order"],
        status: 303,
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/checkout/return",
        summary: "The same, where a browser was made to send the parameters as a form",
        key: Key::Gateway,
        query: &["order"],
        status: 303,
        ..DEFAULTS
    },
    Operation {
        method: "POST",
        path: "/webhooks/gateway",
        summary: "Takes an event of the gateway, signed over its exact bytes",
        key: Key::Gateway,
        body: ("GatewayEvent", r#"{"event_id": "evt_1", "event_type": "payment_succeeded"}"#),
        refusals: &[(400, "malformed"), (401, "bad_signature")],
        ..DEFAULTS
    },
    Operation {
        path: "/pay/{session}",
        summary: "The built-in payment page; where there is none, a page says so with 404",
        key: Key::Browser,
        ..DEFAULTS
    },
    Operation {
        path: "/receipt/{session}",
        summary: "The built-in receipt; where there is none, a page says so with 404",
        key: Key::Browser,
        ..DEFAULTS
    },
    page("/receipt", "Where a browser comes back to from the bank: how the order it names stands"),
    page("/pages.css", "The style of the built-in pages"),
    page("/pages.js", "Their one script"),
    page("/openapi.json", "This document"),
    page("/docs", "The same for people"),
    page("/docs/docs.css", "The style of that page"),
    page("/health", "Whether this process lives"),
    Operation { path: "/metrics", summary: "Counts and times for Prometheus", ..DEFAULTS },
    page("/ready", "Whether it takes requests; 503 while not"),
];
