//! Who may do what.

use reqwest::Method;
use serde_json::json;

use crate::harness::{
    ADMIN_KEY, APPROVED, BROWSER_ORIGIN, OTHER_SECRET_KEY, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, answer, card,
    refused,
};

#[tokio::test]
async fn a_publishable_key_can_not_move_money() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    for (path, body) in [
        ("/payments", json!({ "amount": 1, "currency": "EUR" })),
        ("/payments/pay_1", json!({ "amount": 1 })),
        ("/payments/pay_1/capture", json!({})),
        ("/payments/pay_1/cancel", json!({})),
        ("/refunds", json!({ "payment_id": "pay_1" })),
        ("/sandbox/clock", json!({ "advance_seconds": 1 })),
    ] {
        let answer = gateway.post(path, PUBLISHABLE_KEY, &body).await;
        assert_eq!((answer.0, refused(&answer).1), (401, "IR_01"), "{path}");
    }
}

#[tokio::test]
async fn a_key_is_needed_and_must_be_known() {
    let gateway = TestGateway::start().await;
    for key in ["", "snd_unknown", "pk_snd_unknown", ADMIN_KEY] {
        let answer = gateway.post("/payments", key, &json!({ "amount": 1, "currency": "EUR" })).await;
        assert_eq!((answer.0, refused(&answer).1), (401, "IR_01"), "{key:?}");
    }
    let answer = gateway.post("/sandbox/clock", SECRET_KEY, &json!({ "advance_seconds": 1 })).await;
    assert_eq!((answer.0, refused(&answer).1), (401, "IR_01"));
    let twice = gateway.request(Method::GET, "/payments/pay_1", SECRET_KEY).header("api-key", SECRET_KEY);
    assert_eq!(answer_status(twice).await, 401);
}

async fn answer_status(request: reqwest::RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_browser_brings_the_client_secret_and_a_server_does_not() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let other = gateway.open("pay_2").await;
    let secret = payment["client_secret"].as_str().unwrap();
    let foreign = other["client_secret"].as_str().unwrap();

    let missing = gateway.get("/payments/pay_1", PUBLISHABLE_KEY).await;
    assert_eq!(refused(&missing), (400, "IR_04", "Missing required param: client_secret"));
    let wrong = gateway.get(&format!("/payments/pay_1?client_secret={foreign}"), PUBLISHABLE_KEY).await;
    assert_eq!((wrong.0, refused(&wrong).1), (400, "IR_09"));
    let right = gateway.get(&format!("/payments/pay_1?client_secret={secret}"), PUBLISHABLE_KEY).await;
    assert_eq!((right.0, &right.1["payment_id"]), (200, &json!("pay_1")));
    let server = gateway.get(&format!("/payments/pay_1?client_secret={secret}"), SECRET_KEY).await;
    assert_eq!(refused(&server), (422, "IR_06", "client_secret is not a valid parameter"));

    let body = json!({ "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let missing = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &body).await;
    assert_eq!(refused(&missing), (400, "IR_04", "Missing required param: client_secret"));
    let body = json!({ "client_secret": foreign,
        "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let wrong = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &body).await;
    assert_eq!((wrong.0, refused(&wrong).1), (400, "IR_09"));
    assert_eq!(gateway.read("pay_1").await["status"], "requires_payment_method");
}

#[tokio::test]
async fn another_merchants_payment_is_not_found() {
    let gateway = TestGateway::start().await;
    let payment = gateway.pay("pay_1", APPROVED, json!({})).await;
    for (path, body) in [
        ("/payments/pay_1/cancel", json!({})),
        ("/payments/pay_1/capture", json!({})),
        ("/refunds", json!({ "payment_id": "pay_1" })),
    ] {
        let answer = gateway.post(path, OTHER_SECRET_KEY, &body).await;
        assert_eq!((answer.0, refused(&answer).1), (404, "HE_02"), "{path}");
    }
    let answer = gateway.get("/payments/pay_1", OTHER_SECRET_KEY).await;
    assert_eq!((answer.0, refused(&answer).1), (404, "HE_02"));
    assert_eq!(gateway.read("pay_1").await, payment);
}

#[tokio::test]
async fn only_the_frame_host_may_call_from_a_browser() {
    let gateway = TestGateway::start().await;
    for (origin, path, allowed) in [
        (BROWSER_ORIGIN, "/tokens", true),
        (BROWSER_ORIGIN, "/payments/pay_1", true),
        (BROWSER_ORIGIN, "/payments/pay_1/confirm", true),
        (BROWSER_ORIGIN, "/refunds", false),
        ("http://127.0.0.1:42440", "/tokens", false),
        ("null", "/tokens", false),
    ] {
        let preflight = gateway
            .client
            .request(Method::OPTIONS, format!("{}{path}", gateway.url))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "api-key,content-type");
        let headers = preflight.send().await.unwrap().headers().clone();
        let allowed_origin = headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap());
        assert_eq!(allowed_origin, allowed.then_some(origin), "{origin} {path}");
        if allowed {
            assert_eq!(headers["access-control-max-age"], "7200");
            assert_eq!(headers["access-control-allow-headers"], "api-key,content-type");
            assert!(!headers.contains_key("access-control-allow-credentials"));
        }
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_errors_of_the_same_shape() {
    let gateway = TestGateway::start().await;
    let nowhere = gateway.get("/nowhere", SECRET_KEY).await;
    assert_eq!((nowhere.0, refused(&nowhere).1), (404, "IR_02"));
    let response = gateway.request(Method::DELETE, "/payments", SECRET_KEY).send().await.unwrap();
    let wrong = answer(response).await;
    assert_eq!((wrong.0, refused(&wrong).1), (405, "IR_03"));
    let health = gateway.get("/health", "").await;
    assert_eq!(health, (200, json!("health is good")));
    assert_eq!(gateway.get("/ready", "").await, (200, json!("ready")));
}

#[tokio::test]
async fn a_large_body_is_refused() {
    let gateway = TestGateway::start().await;
    let body = json!({ "amount": 1, "currency": "EUR", "description": "x".repeat(70_000) });
    let answer = gateway.post("/payments", SECRET_KEY, &body).await;
    assert_eq!((answer.0, refused(&answer).1), (413, "IR_06"));
}

#[tokio::test]
async fn every_answer_has_a_number_of_its_own() {
    let gateway = TestGateway::start().await;
    let mut seen = std::collections::HashSet::new();
    for _ in 0..3 {
        let request = gateway.request(Method::GET, "/payments/pay_1", SECRET_KEY).header("x-request-id", "mine");
        let id = request.send().await.unwrap().headers()["x-request-id"].to_str().unwrap().to_owned();
        assert!(id != "mine" && seen.insert(id));
    }
}
