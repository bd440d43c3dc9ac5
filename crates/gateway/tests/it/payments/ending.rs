//! Capturing what is held, and cancelling.

use serde_json::json;

use super::{MONEY, pick};
use crate::harness::{APPROVED, CHALLENGED, DECLINED, SECRET_KEY, TestGateway, refused};

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
