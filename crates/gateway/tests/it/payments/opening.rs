//! Opening a payment, and what may not be opened.

use serde_json::json;

use super::pick;
use crate::harness::{APPROVED, SECRET_KEY, TestGateway, card, refused};

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
        json!({ "amount": 1, "currency": "EUR",
            "payment_method": "card", "payment_method_data": { "card": card("4242424242424241") } }),
        json!({ "amount": 1, "currency": "EUR",
            "payment_method": "card", "payment_method_data": { "card": 4_242_424_242_424_242_i64 } }),
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
async fn a_part_to_capture_is_at_most_the_amount_and_all_of_it_unless_captured_by_hand() {
    let gateway = TestGateway::start().await;
    let too_much = "amount_to_capture contains invalid data. Expected format is at most the amount";
    let nothing = "amount_to_capture contains invalid data. Expected format is more than 0";
    let not_all = "amount_to_capture must be equal to amount when capture_method is automatic";
    let body = |part: i64, method: &str| {
        json!({ "payment_id": "pay_1", "amount": 100, "currency": "EUR", "capture_method": method,
                "amount_to_capture": part })
    };
    for (part, method, expected) in [
        (101, "manual", (422, "IR_05", too_much)),
        (101, "automatic", (422, "IR_05", too_much)),
        (0, "manual", (422, "IR_05", nothing)),
        (-5, "manual", (422, "IR_05", nothing)),
        (99, "automatic", (400, "IR_16", not_all)),
    ] {
        assert_eq!(refused(&gateway.post("/payments", SECRET_KEY, &body(part, method)).await), expected);
    }
    assert_eq!(gateway.post("/payments", SECRET_KEY, &body(99, "manual")).await.0, 200);
    for (path, change, expected) in [
        ("/payments/pay_1", json!({ "amount": 50, "amount_to_capture": 51 }), (422, "IR_05", too_much)),
        ("/payments/pay_1", json!({ "capture_method": "automatic", "amount_to_capture": 99 }), (400, "IR_16", not_all)),
        ("/payments/pay_1/confirm", json!({ "amount_to_capture": 101 }), (422, "IR_05", too_much)),
    ] {
        assert_eq!(refused(&gateway.post(path, SECRET_KEY, &change).await), expected, "{path}");
    }
    assert_eq!(gateway.read("pay_1").await["amount"], 100);
    let confirm = json!({ "amount_to_capture": 60, "payment_method": "card",
                          "payment_method_data": { "card": card(APPROVED) } });
    let (status, held) = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &confirm).await;
    assert_eq!((status, &held["status"], &held["amount_capturable"]), (200, &json!("requires_capture"), &json!(100)));
}

#[tokio::test]
async fn words_that_change_nothing_here_are_taken_and_others_are_not() {
    let gateway = TestGateway::start().await;
    let body = json!({
        "payment_id": "pay_1", "amount": 100, "currency": "EUR", "installment_options": [], "installment_data": {},
        "partner_merchant_identifier_details": {}, "tokenization": "skip_psp", "ctp_service_details": {},
        "three_ds_data": {}, "profile_acquirer_id": "acq_1", "external_surcharge_strategy": "none",
    });
    assert_eq!(gateway.post("/payments", SECRET_KEY, &body).await.0, 200);
    let misspelt = json!({ "amount": 100, "currency": "EUR", "capture_metod": "manual" });
    let answer = gateway.post("/payments", SECRET_KEY, &misspelt).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_06"), "it would take money at once");
}
