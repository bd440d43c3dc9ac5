//! Creating, confirming, capturing, cancelling: what a status allows, and how it is refused.

use florin_gateway::Switches;
use serde_json::{Value, json};

use crate::harness::{
    APPROVED, CHALLENGED, DECLINED, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, browser, card, refused,
};

fn pick(payment: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), payment[name].clone())).collect::<serde_json::Map<_, _>>().into()
}

const MONEY: &[&str] = &["status", "amount", "net_amount", "amount_capturable", "amount_received"];

#[tokio::test]
async fn an_approved_card_is_captured_at_once() {
    let gateway = TestGateway::start().await;
    let opened = gateway.open("pay_demo1").await;
    assert_eq!(
        pick(&opened, MONEY),
        json!({ "status": "requires_payment_method", "amount": 4200, "net_amount": 4200,
                "amount_capturable": 4200, "amount_received": null })
    );
    assert_eq!(opened["created"], "2026-06-25T10:00:00.000Z");
    assert_eq!(opened["expires_on"], "2026-06-25T10:15:00.000Z");
    assert!(opened["client_secret"].as_str().unwrap().starts_with("pay_demo1_secret_"));

    let token = gateway.token(&opened, APPROVED).await;
    assert!(token.starts_with("token_"));
    let (status, paid) = gateway.confirm("pay_demo1", &token).await;

    assert_eq!(status, 200);
    assert_eq!(
        pick(&paid, MONEY),
        json!({ "status": "succeeded", "amount": 4200, "net_amount": 4200,
                "amount_capturable": 0, "amount_received": 4200 })
    );
    assert_eq!(
        pick(
            &paid,
            &[
                "merchant_id",
                "profile_id",
                "currency",
                "capture_method",
                "payment_method",
                "connector",
                "attempt_count",
                "manual_retry_allowed",
                "error_code",
                "next_action",
                "mandate_id"
            ]
        ),
        json!({ "merchant_id": "merchant_1", "profile_id": "pro_1", "currency": "EUR", "capture_method": "automatic",
                "payment_method": "card", "connector": "fauxpay", "attempt_count": 1, "manual_retry_allowed": null,
                "error_code": null, "next_action": null, "mandate_id": null })
    );
    let shown = &paid["payment_method_data"]["card"];
    assert_eq!(
        pick(shown, &["last4", "card_network", "card_isin", "card_exp_month", "card_exp_year", "card_holder_name"]),
        json!({ "last4": "4242", "card_network": "Visa", "card_isin": "424242", "card_exp_month": "10",
                "card_exp_year": "30", "card_holder_name": "Ada Lovelace" })
    );
    assert_eq!(gateway.read("pay_demo1").await, paid);
}

#[tokio::test]
async fn properties_without_a_value_are_null_not_absent() {
    let gateway = TestGateway::start().await;
    let opened = gateway.open("pay_1").await;
    let properties = opened.as_object().unwrap();
    assert!(properties.len() >= 95, "{}", properties.len());
    for name in ["refunds", "payment_method", "payment_method_data", "error_message", "customer_id", "mandate_data"] {
        assert_eq!(properties.get(name), Some(&Value::Null), "{name}");
    }
}

#[tokio::test]
async fn each_declined_card_is_an_answer_with_its_reason() {
    let gateway = TestGateway::start().await;
    let again = "Payment declined: Internal Server Error from Connector, Please try again later";
    for (place, (number, code, message, unified)) in [
        (DECLINED, "DC_08", "Payment declined: Card declined", "UE_1000"),
        ("4000000000009995", "DC_08", again, "UE_3000"),
        ("4000000000009987", "DC_08", "Payment declined: Lost card", "UE_1000"),
        ("4000000000009979", "DC_08", "Payment declined: Stolen card", "UE_1000"),
        ("4012888888881881", "DC_04", "Card not supported. Please use test cards", "UE_9000"),
    ]
    .into_iter()
    .enumerate()
    {
        let payment = gateway.pay(&format!("pay_{place}"), number, json!({})).await;
        assert_eq!(
            pick(&payment, &["status", "error_code", "error_message", "unified_code", "amount_received"]),
            json!({ "status": "failed", "error_code": code, "error_message": message, "unified_code": unified,
                    "amount_received": null }),
            "{number}"
        );
    }
}

#[tokio::test]
async fn one_call_may_create_and_confirm() {
    let gateway = TestGateway::start().await;
    let more = json!({ "confirm": true, "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let paid = gateway.open_with("pay_1", more).await;
    assert_eq!(paid["status"], "succeeded");
}

#[tokio::test]
async fn a_card_without_confirm_waits_for_it() {
    let gateway = TestGateway::start().await;
    let more = json!({ "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let opened = gateway.open_with("pay_1", more).await;
    assert_eq!(opened["status"], "requires_confirmation");
    let (status, paid) = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &json!({})).await;
    assert_eq!((status, &paid["status"]), (200, &json!("succeeded")));
}

#[tokio::test]
async fn an_id_is_used_once() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let body = json!({ "payment_id": "pay_1", "amount": 1, "currency": "USD" });
    let again = gateway.post("/payments", SECRET_KEY, &body).await;
    let (status, code, _) = refused(&again);
    assert_eq!((status, code), (400, "HE_01"));
    assert_eq!(again.1["error"]["type"], "invalid_request");
    assert_eq!(gateway.read("pay_1").await["amount"], 4200);
}

#[tokio::test]
async fn a_payment_without_an_id_gets_one() {
    let gateway = TestGateway::start().await;
    let (status, payment) = gateway.post("/payments", SECRET_KEY, &json!({ "amount": 1, "currency": "JPY" })).await;
    assert_eq!(status, 200);
    assert!(payment["payment_id"].as_str().unwrap().starts_with("pay_"));
}

#[tokio::test]
async fn bad_input_is_named_and_changes_nothing() {
    let gateway = TestGateway::start().await;
    let long = "p".repeat(65);
    let too_much = "amount should not be more than 999999999";
    for (body, expected) in [
        (json!({ "currency": "EUR" }), (400, "IR_04", "Missing required param: amount")),
        (json!({ "amount": 1 }), (400, "IR_04", "Missing required param: currency")),
        (json!({ "amount": 1_000_000_000, "currency": "EUR" }), (400, "IR_16", too_much)),
        (
            json!({ "amount": 0, "currency": "EUR" }),
            (422, "IR_05", "amount contains invalid data. Expected format is more than 0"),
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "payment_id": long }),
            (400, "IR_06", "payment_id must be at most 64 characters long. Received 65 characters"),
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "payment_id": "a/b" }),
            (422, "IR_05", "payment_id contains invalid data. Expected format is 1 to 64 letters, digits, _ and -"),
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "capture_method": "scheduled" }),
            (501, "IR_00", "scheduled for the dummy connector is not implemented"),
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "client_secret": "x" }),
            (422, "IR_06", "client_secret is not a valid parameter"),
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "confirm": true }),
            (422, "IR_06", "A payment token or payment method data or ctp service details is required"),
        ),
        (json!({ "amount": 1, "currency": "EUR", "profile_id": "pro_2" }), (404, "HE_02", "There is no such profile")),
    ] {
        let answer = gateway.post("/payments", SECRET_KEY, &body).await;
        assert_eq!(refused(&answer), expected, "{body}");
    }
    let count = gateway.store.read(|tx| tx.first("SELECT COUNT(*) AS n FROM payments", &[])).await.unwrap().unwrap();
    assert_eq!(count.get::<i64>("n").unwrap(), 0);
}

#[tokio::test]
async fn a_body_that_does_not_parse_is_refused_in_its_own_shape() {
    let gateway = TestGateway::start().await;
    for body in [
        json!({ "amount": "1", "currency": "EUR" }),
        json!({ "amount": 1, "currency": "EURO" }),
        json!({ "amount": 1, "currency": "EUR", "capture_metod": "manual" }),
        json!({ "amount": 1, "currency": "EUR", "return_url": "javascript:alert(1)" }),
        json!({ "amount": 1, "currency": "EUR", "payment_method_data": { "card": card("4242424242424241") } }),
        json!({ "amount": 1, "currency": "EUR", "payment_method_data": { "card": 4_242_424_242_424_242_i64 } }),
    ] {
        let (status, answer) = gateway.post("/payments", SECRET_KEY, &body).await;
        let error = &answer["error"];
        assert_eq!((status, &error["error_type"], &error["code"]), (400, &json!("invalid_request"), &json!("IR_06")));
        assert!(error.get("type").is_none());
        let message = error["message"].as_str().unwrap();
        assert!(message.starts_with("Json deserialize error: "), "{message}");
        assert!(!message.contains("4242"), "{message}");
    }
}

#[tokio::test]
async fn a_card_is_checked_before_anybody_is_asked() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    for (change, expected) in [
        (json!({ "card_cvc": "12" }), "Invalid card_cvc length"),
        (json!({ "card_exp_month": "13" }), "Invalid Expiry Month"),
        (json!({ "card_exp_year": "25" }), "Invalid Expiry Year"),
        (json!({ "card_exp_month": "05", "card_exp_year": "2026" }), "Card Expired"),
        (json!({ "card_holder_name": "4242 4242 4242 4242" }), "Invalid card_holder_name"),
    ] {
        let mut body = crate::harness::token_request(&payment, APPROVED);
        crate::harness::merge(&mut body["card"], change);
        let answer = gateway.post("/tokens", PUBLISHABLE_KEY, &body).await;
        assert_eq!(refused(&answer), (400, "IR_16", expected));
    }
    let mut body = crate::harness::token_request(&payment, APPROVED);
    crate::harness::merge(&mut body["card"], json!({ "card_exp_month": "6", "card_exp_year": "26" }));
    assert_eq!(gateway.post("/tokens", PUBLISHABLE_KEY, &body).await.0, 201, "a card pays in its last month");
}

#[tokio::test]
async fn a_submitted_payment_takes_no_second_card() {
    let gateway = TestGateway::start().await;
    for (id, number, more, status) in [
        ("pay_paid", APPROVED, json!({}), "succeeded"),
        ("pay_held", APPROVED, json!({ "capture_method": "manual" }), "requires_capture"),
        ("pay_asked", CHALLENGED, json!({}), "requires_customer_action"),
    ] {
        let payment = gateway.pay(id, number, more).await;
        assert_eq!(payment["status"], status);
        let body = json!({ "payment_method_data": { "card": card(APPROVED) } });
        let answer = gateway.post(&format!("/payments/{id}/confirm"), SECRET_KEY, &body).await;
        let words = format!("You cannot confirm this payment because it has status {status}");
        assert_eq!(refused(&answer), (400, "IR_16", words.as_str()));
        let answer = gateway.post(&format!("/payments/{id}"), SECRET_KEY, &json!({ "amount": 1 })).await;
        let words = format!("You cannot update this payment because it has status {status}");
        assert_eq!(refused(&answer), (400, "IR_16", words.as_str()));
        assert_eq!(gateway.read(id).await, payment);
    }
}

#[tokio::test]
async fn a_declined_payment_takes_another_card_only_where_the_profile_says_so() {
    let strict = TestGateway::start().await;
    strict.pay("pay_1", DECLINED, json!({})).await;
    let body = json!({ "payment_method_data": { "card": card(APPROVED) } });
    let answer = strict.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    let words = "You cannot confirm this payment because it has status failed, \
                 you can enable `manual_retry` in profile to try this payment again";
    assert_eq!(refused(&answer), (400, "IR_16", words));

    let lenient = TestGateway::start_with(None, Switches { manual_retry: true, ..Switches::default() }).await;
    let declined = lenient.pay("pay_1", DECLINED, json!({})).await;
    assert_eq!(declined["manual_retry_allowed"], true);
    let (status, paid) = lenient.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    assert_eq!((status, &paid["status"], &paid["attempt_count"]), (200, &json!("succeeded"), &json!(2)));
}

#[tokio::test]
async fn a_hold_is_captured_in_full_or_in_part_once() {
    let gateway = TestGateway::start().await;
    let manual = || json!({ "capture_method": "manual" });
    let held = gateway.pay("pay_all", APPROVED, manual()).await;
    assert_eq!(
        pick(&held, MONEY),
        json!({ "status": "requires_capture", "amount": 4200, "net_amount": 4200,
                "amount_capturable": 4200, "amount_received": 0 })
    );
    let (status, all) = gateway.post("/payments/pay_all/capture", SECRET_KEY, &json!({})).await;
    assert_eq!((status, &all["status"], &all["amount_received"]), (200, &json!("succeeded"), &json!(4200)));

    gateway.pay("pay_part", APPROVED, manual()).await;
    for (amount, expected) in [
        (4201, (422, "IR_06", "amount_to_capture is greater than amount")),
        (0, (422, "IR_05", "amount_to_capture contains invalid data. Expected format is more than 0")),
    ] {
        let body = json!({ "amount_to_capture": amount });
        let answer = gateway.post("/payments/pay_part/capture", SECRET_KEY, &body).await;
        assert_eq!(refused(&answer), expected);
    }
    let body = json!({ "amount_to_capture": 1500 });
    let (status, part) = gateway.post("/payments/pay_part/capture", SECRET_KEY, &body).await;
    assert_eq!(status, 200);
    assert_eq!(
        pick(&part, MONEY),
        json!({ "status": "partially_captured", "amount": 4200, "net_amount": 4200,
                "amount_capturable": 0, "amount_received": 1500 })
    );
    let again = gateway.post("/payments/pay_part/capture", SECRET_KEY, &body).await;
    let words = "This Payment could not be captured because it has a payment.status of partially_captured. \
                 The expected state is requires_capture, partially_captured_and_capturable, processing";
    assert_eq!(refused(&again), (400, "IR_14", words));
}

#[tokio::test]
async fn a_cancel_is_a_definite_answer() {
    let gateway = TestGateway::start().await;
    let reason = json!({ "cancellation_reason": "abandoned" });
    gateway.open("pay_open").await;
    gateway.pay("pay_held", APPROVED, json!({ "capture_method": "manual" })).await;
    gateway.pay("pay_asked", CHALLENGED, json!({})).await;
    for id in ["pay_open", "pay_held", "pay_asked"] {
        let (status, payment) = gateway.post(&format!("/payments/{id}/cancel"), SECRET_KEY, &reason).await;
        assert_eq!(
            (status, pick(&payment, &["status", "cancellation_reason", "amount_capturable", "next_action"])),
            (
                200,
                json!({ "status": "cancelled", "cancellation_reason": "abandoned", "amount_capturable": 0,
                          "next_action": null })
            )
        );
    }
    gateway.pay("pay_paid", APPROVED, json!({})).await;
    gateway.pay("pay_failed", DECLINED, json!({})).await;
    for (id, status) in [("pay_open", "cancelled"), ("pay_paid", "succeeded"), ("pay_failed", "failed")] {
        let answer = gateway.post(&format!("/payments/{id}/cancel"), SECRET_KEY, &reason).await;
        let words = format!("You cannot cancel this payment because it has status {status}");
        assert_eq!(refused(&answer), (400, "IR_16", words.as_str()));
    }
}

#[tokio::test]
async fn an_unconfirmed_payment_can_be_changed() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let body = json!({ "amount": 100, "metadata": { "order": "ord_1" }, "email": "ada@example.com" });
    let (status, changed) = gateway.post("/payments/pay_1", SECRET_KEY, &body).await;
    assert_eq!(status, 200);
    assert_eq!(
        pick(&changed, &["status", "amount", "amount_capturable", "currency", "metadata", "email"]),
        json!({ "status": "requires_payment_method", "amount": 100, "amount_capturable": 100, "currency": "EUR",
                "metadata": { "order": "ord_1" }, "email": "ada@example.com" })
    );
}

#[tokio::test]
async fn a_browser_confirms_with_its_client_secret_and_a_card() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let body = json!({
        "client_secret": payment["client_secret"], "payment_method": "card",
        "payment_method_data": { "card": card(APPROVED) }, "browser_info": browser(),
    });
    let (status, paid) = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &body).await;
    assert_eq!((status, &paid["status"]), (200, &json!("succeeded")));
    assert_eq!(paid["browser_info"]["ip_address"], "127.0.0.1", "the connection's address stands in");
}

#[tokio::test]
async fn a_browser_can_override_what_owngateway_lets_it_and_nothing_else() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open_with("pay_1", json!({ "metadata": { "order": "ord_1" } })).await;
    let mut body = json!({
        "client_secret": payment["client_secret"], "payment_method_data": { "card": card(APPROVED) },
        "capture_method": "manual", "metadata": { "order": "ord_2" },
    });
    for (field, value) in [("amount", json!(1)), ("currency", json!("USD")), ("customer_id", json!("cus_1"))] {
        let mut forged = body.clone();
        forged[field] = value;
        let answer = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &forged).await;
        assert_eq!((answer.0, refused(&answer).1), (422, "IR_06"), "{field}");
    }
    body["return_url"] = json!("https://elsewhere.example/back");
    let (status, held) = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &body).await;
    assert_eq!(status, 200);
    assert_eq!(
        pick(&held, &["status", "capture_method", "metadata", "return_url", "amount"]),
        json!({ "status": "requires_capture", "capture_method": "manual", "metadata": { "order": "ord_2" },
                "return_url": "https://elsewhere.example/back", "amount": 4200 })
    );
}

#[tokio::test]
async fn an_update_that_confirms_pays_what_it_says() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let body = json!({ "amount": 5000, "confirm": true, "payment_method_data": { "card": card(APPROVED) } });
    let (status, paid) = gateway.post("/payments/pay_1", SECRET_KEY, &body).await;
    assert_eq!((status, &paid["status"], &paid["amount_received"]), (200, &json!("succeeded"), &json!(5000)));
    let again = gateway.post("/payments/pay_1", SECRET_KEY, &body).await;
    assert_eq!(refused(&again), (400, "IR_16", "You cannot update this payment because it has status succeeded"));
    gateway.open("pay_2").await;
    let without = gateway.post("/payments/pay_2", SECRET_KEY, &json!({ "amount": 1, "confirm": true })).await;
    assert_eq!(refused(&without).1, "IR_06");
    assert_eq!(gateway.read("pay_2").await["amount"], 4200, "a refused confirm changes nothing");
}

#[tokio::test]
async fn every_answer_has_the_headers_of_owngateway() {
    let gateway = TestGateway::start().await;
    for path in ["/payments/list", "/nowhere", "/health"] {
        let answer = gateway.request(reqwest::Method::GET, path, SECRET_KEY).send().await.unwrap();
        let headers = answer.headers();
        assert_eq!(
            (&headers["via"], &headers["strict-transport-security"]),
            (&"HyperSwitch".parse().unwrap(), &"max-age=31536000".parse().unwrap()),
            "{path}"
        );
        assert_eq!(headers.contains_key("x-request-id"), path == "/payments/list", "{path}");
    }
}

#[tokio::test]
async fn a_payment_the_merchant_rejected_takes_no_other_card() {
    let gateway = TestGateway::start_with(None, Switches { manual_retry: true, ..Switches::default() }).await;
    gateway.pay("pay_1", "4000000000000143", json!({})).await;
    let (_, rejected) = gateway.post("/payments/pay_1/reject", SECRET_KEY, &json!({})).await;
    assert_eq!((&rejected["status"], &rejected["manual_retry_allowed"]), (&json!("failed"), &json!(false)));
    let body = json!({ "payment_method_data": { "card": card(APPROVED) } });
    let answer = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    assert_eq!(refused(&answer), (400, "IR_16", "You cannot confirm this payment because it has status failed"));
    assert_eq!(gateway.read("pay_1").await, rejected);
}
