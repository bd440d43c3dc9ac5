//! Sessions end by themselves.

use std::time::Duration;

use serde_json::json;

use crate::harness::{APPROVED, CHALLENGED, PATIENCE, PUBLISHABLE_KEY, TestGateway, refused, token_request};

/// Waits until the sweep has come by.
async fn wait_for_status(gateway: &TestGateway, payment_id: &str, status: &str) {
    let waiting = async {
        while gateway.read(payment_id).await["status"] != status {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "{payment_id} never became {status}");
}

#[tokio::test]
async fn what_nobody_confirmed_expires_and_what_was_paid_does_not() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_open").await;
    gateway.pay("pay_asked", CHALLENGED, json!({})).await;
    gateway.pay("pay_held", APPROVED, json!({ "capture_method": "manual" })).await;
    gateway.open_with("pay_later", json!({ "session_expiry": 7200 })).await;
    gateway.clock.advance(Duration::from_secs(15 * 60));
    wait_for_status(&gateway, "pay_open", "expired").await;
    wait_for_status(&gateway, "pay_asked", "expired").await;
    assert_eq!(gateway.read("pay_held").await["status"], "requires_capture");
    assert_eq!(gateway.read("pay_later").await["status"], "requires_payment_method");
}

#[tokio::test]
async fn a_session_that_is_over_takes_no_card() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open_with("pay_1", json!({ "session_expiry": 600 })).await;
    let token = gateway.token(&payment, APPROVED).await;
    gateway.clock.advance(Duration::from_secs(600));
    // Whether the sweep has come by or not, the answer is the same.
    let answer = gateway.confirm("pay_1", &token).await;
    assert_eq!(refused(&answer), (400, "IR_16", "You cannot confirm this payment because it has status expired"));
    let answer = gateway.post("/tokens", PUBLISHABLE_KEY, &token_request(&payment, APPROVED)).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_08"));
    let secret = payment["client_secret"].as_str().unwrap();
    let answer = gateway.get(&format!("/payments/pay_1?client_secret={secret}"), PUBLISHABLE_KEY).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_08"));
}
