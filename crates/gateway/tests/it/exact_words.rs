//! What the interface fixes to the letter: statuses, codes, shapes, and the sentences that clients compare.

use florin_gateway::Switches;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{APPROVED, CHALLENGED, DECLINED, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, card, merge, refused};

/// A payment that is created and confirmed in one call.
fn paying(more: Value) -> Value {
    let mut body = json!({
        "amount": 4200, "currency": "EUR", "confirm": true, "payment_method": "card",
        "payment_method_data": { "card": card(APPROVED) },
    });
    merge(&mut body, more);
    body
}

fn with_card(change: Value) -> Value {
    let mut card = card(APPROVED);
    merge(&mut card, change);
    json!({ "payment_method_data": { "card": card } })
}

fn without(body: Value, name: &str) -> Value {
    let mut body = body;
    body.as_object_mut().unwrap().remove(name);
    body
}

#[tokio::test]
async fn every_sentence_of_the_interface_is_said_to_the_letter() {
    let gateway = TestGateway::start().await;
    let opened = gateway.open("pay_opened").await;
    gateway.pay("pay_paid", APPROVED, json!({})).await;
    gateway.pay("pay_failed", DECLINED, json!({})).await;
    gateway.pay("pay_asked", CHALLENGED, json!({})).await;
    gateway.pay("pay_held", APPROVED, json!({ "capture_method": "manual" })).await;
    gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
    let confirming = without(without(paying(json!({})), "amount"), "currency");
    let long_url = format!("https://shop.example/{}", "a".repeat(2048 - 21 + 2));
    let secret = opened["client_secret"].clone();

    for (path, key, body, expected) in [
        (
            "/payments/pay_opened/confirm",
            PUBLISHABLE_KEY,
            confirming.clone(),
            (400, "IR_04", "Missing required param: client_secret"),
        ),
        (
            "/payments/pay_opened/confirm",
            SECRET_KEY,
            json!({ "client_secret": secret }),
            (422, "IR_06", "client_secret is not a valid parameter"),
        ),
        (
            "/payments/pay_paid",
            SECRET_KEY,
            json!({ "description": "x" }),
            (400, "IR_16", "You cannot update this payment because it has status succeeded"),
        ),
        (
            "/payments/pay_asked/confirm",
            SECRET_KEY,
            confirming.clone(),
            (400, "IR_16", "You cannot confirm this payment because it has status requires_customer_action"),
        ),
        (
            "/payments/pay_failed/confirm",
            SECRET_KEY,
            confirming.clone(),
            (
                400,
                "IR_16",
                "You cannot confirm this payment because it has status failed, \
                            you can enable `manual_retry` in profile to try this payment again",
            ),
        ),
        (
            "/payments/pay_opened/confirm",
            SECRET_KEY,
            json!({}),
            (422, "IR_06", "A payment token or payment method data or ctp service details is required"),
        ),
        (
            "/payments/pay_paid/capture",
            SECRET_KEY,
            json!({}),
            (
                400,
                "IR_14",
                "This Payment could not be captured because it has a payment.status of succeeded. \
                            The expected state is requires_capture, partially_captured_and_capturable, processing",
            ),
        ),
        (
            "/payments/pay_held/capture",
            SECRET_KEY,
            json!({ "amount_to_capture": 4201 }),
            (422, "IR_06", "amount_to_capture is greater than amount"),
        ),
        (
            "/payments/pay_paid/cancel",
            SECRET_KEY,
            json!({}),
            (400, "IR_16", "You cannot cancel this payment because it has status succeeded"),
        ),
        (
            "/refunds",
            SECRET_KEY,
            json!({ "payment_id": "pay_opened" }),
            (
                400,
                "IR_14",
                "This Payment could not be refund because it has a status of requires_payment_method. \
                            The expected state is succeeded, partially_captured",
            ),
        ),
        (
            "/customers",
            SECRET_KEY,
            json!({ "customer_id": "cus_1" }),
            (400, "IR_12", "Customer with the given `customer_id` already exists"),
        ),
        (
            "/payments",
            SECRET_KEY,
            paying(with_card(json!({ "card_cvc": "12" }))),
            (400, "IR_16", "Invalid card_cvc length"),
        ),
        (
            "/payments",
            SECRET_KEY,
            paying(with_card(json!({ "card_exp_month": "13" }))),
            (400, "IR_16", "Invalid Expiry Month"),
        ),
        (
            "/payments",
            SECRET_KEY,
            paying(with_card(json!({ "card_exp_year": "25" }))),
            (400, "IR_16", "Invalid Expiry Year"),
        ),
        (
            "/payments",
            SECRET_KEY,
            paying(with_card(json!({ "card_exp_month": "05", "card_exp_year": "26" }))),
            (400, "IR_16", "Card Expired"),
        ),
        (
            "/payments",
            SECRET_KEY,
            paying(json!({ "return_url": long_url })),
            (400, "IR_06", "return_url must be at most 2048 characters long. Received 2050 characters"),
        ),
        (
            "/payments",
            SECRET_KEY,
            paying(json!({ "mandate_id": "m".repeat(67), "off_session": true })),
            (400, "IR_06", "mandate_id must be at most 64 characters long. Received 67 characters"),
        ),
        (
            "/payments",
            SECRET_KEY,
            paying(json!({ "amount": 1_000_000_000 })),
            (400, "IR_16", "amount should not be more than 999999999"),
        ),
        (
            "/payments",
            SECRET_KEY,
            without(paying(json!({})), "payment_method"),
            (400, "IR_04", "Missing required param: payment_method"),
        ),
        (
            "/payments",
            SECRET_KEY,
            without(paying(json!({})), "payment_method_data"),
            (400, "IR_04", "Missing required param: payment_method_data"),
        ),
    ] {
        let answer = gateway.post(path, key, &body).await;
        assert_eq!(refused(&answer), expected, "{path} {body}");
        assert_eq!(answer.1["error"]["type"], "invalid_request", "{path} {body}");
    }
    assert_eq!(gateway.get("/health", "").await, (200, json!("health is good")));
}

#[tokio::test]
async fn a_field_that_does_not_parse_is_refused_like_a_body_that_does_not() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let mut without_code = card(APPROVED);
    without_code.as_object_mut().unwrap().remove("card_cvc");
    let country = |code: &str| json!({ "address": { "country": code } });
    for (path, body) in [
        ("/payments", paying(json!({ "amount": -5 }))),
        ("/payments/pay_1", json!({ "amount": -5 })),
        ("/payments", paying(json!({ "email": "not-an-email" }))),
        ("/payments", paying(json!({ "customer": { "id": "cus_1", "email": "not-an-email" } }))),
        ("/payments", paying(json!({ "billing": country("Italy") }))),
        ("/payments", paying(json!({ "shipping": country("XX") }))),
        ("/payments", paying(json!({ "billing": "Firenze" }))),
        ("/payments", {
            let data = json!({ "card": card(APPROVED), "billing": country("Italy") });
            paying(json!({ "payment_method_data": data }))
        }),
        ("/payments", paying(json!({ "payment_method_data": { "card": without_code } }))),
        ("/payments", paying(json!({ "payment_id": "pay bad!" }))),
        ("/payments", paying(json!({ "customer_id": "cu s!" }))),
        ("/payments", paying(json!({ "order_details": [{ "quantity": 1, "amount": 4200 }] }))),
        ("/customers", json!({ "email": "not-an-email" })),
        ("/customers", json!({ "customer_id": "cu s!" })),
        ("/customers", json!({ "address": { "country": "Italy" } })),
    ] {
        let (status, answer) = gateway.post(path, SECRET_KEY, &body).await;
        let error = &answer["error"];
        let shape = (status, &error["error_type"], &error["code"], error.get("type"));
        assert_eq!(shape, (400, &json!("invalid_request"), &json!("IR_06"), None), "{path} {body}: {answer}");
        assert!(error["message"].as_str().unwrap().starts_with("Json deserialize error: "), "{answer}");
    }
}

#[tokio::test]
async fn codes_say_what_was_missing() {
    let gateway = TestGateway::start().await;
    let kept = |more: Value| {
        let mut body = paying(json!({ "setup_future_usage": "off_session" }));
        merge(&mut body, more);
        body
    };
    let code = |answer: &(u16, Value)| (answer.0, refused(answer).1.to_owned());
    for usage in ["off_session", "on_session"] {
        let answer = gateway.post("/payments", SECRET_KEY, &kept(json!({ "setup_future_usage": usage }))).await;
        assert_eq!(code(&answer), (400, "IR_16".to_owned()), "a card that is nobody's: {usage}");
    }
    let (status, _) = gateway.post("/payments", SECRET_KEY, &kept(json!({ "customer_id": "cus_1" }))).await;
    assert_eq!(status, 200);
    let two = json!({ "customer_id": "cus_1", "customer": { "id": "cus_2" } });
    assert_eq!(code(&gateway.post("/payments", SECRET_KEY, &paying(two)).await), (400, "IR_16".to_owned()));
    let two = json!({ "phone_country_code": "+39", "customer": { "phone_country_code": "+41" } });
    assert_eq!(code(&gateway.post("/payments", SECRET_KEY, &paying(two)).await), (400, "IR_16".to_owned()));
    for letters in [json!({ "card_cvc": "abc" }), json!({ "card_exp_month": "aa" }), json!({ "card_exp_year": "aa" })] {
        let answer = gateway.post("/payments", SECRET_KEY, &paying(with_card(letters))).await;
        assert_eq!(code(&answer), (400, "IR_07".to_owned()));
    }
    for (method, path, body) in [
        (Method::GET, "/disputes/dp_none", Value::Null),
        (Method::POST, "/disputes/accept/dp_none", Value::Null),
        (Method::GET, "/disputes/evidence/dp_none", Value::Null),
        (Method::POST, "/disputes/evidence", json!({ "dispute_id": "dp_none" })),
    ] {
        let answer = gateway.request(method, path, SECRET_KEY).json(&body).send().await.unwrap();
        assert_eq!(code(&crate::harness::answer(answer).await), (404, "HE_04".to_owned()), "{path}");
    }
    for path in ["/mandates/man_none", "/payments/pay_none", "/refunds/ref_none", "/customers/cus_none"] {
        assert_eq!(code(&gateway.get(path, SECRET_KEY).await), (404, "HE_02".to_owned()), "{path}");
    }
    let nobody = "UPDATE profiles SET connector_name = ''";
    gateway.store.write(move |tx| tx.execute(nobody, &[])).await.unwrap();
    let answer = gateway.post("/payments", SECRET_KEY, &paying(json!({}))).await;
    assert_eq!(code(&answer), (400, "IR_39".to_owned()));
}

#[tokio::test]
async fn what_a_merchant_believes_of_a_card_is_passed_over() {
    let gateway = TestGateway::start_with(None, Switches::default()).await;
    let believed = with_card(json!({ "card_issuer": "x", "nick_name": "mine", "anything": 1, "card_network": "Star" }));
    let (status, paid) = gateway.post("/payments", SECRET_KEY, &paying(believed)).await;
    assert_eq!((status, &paid["payment_method_data"]["card"]["card_network"]), (200, &json!("Star")), "{paid}");
}
