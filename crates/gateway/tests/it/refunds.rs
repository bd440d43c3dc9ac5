//! Giving money back: never more than was taken.

use std::time::Duration;

use serde_json::json;

use crate::harness::{APPROVED, DECLINED, SECRET_KEY, TestGateway, refused};

#[tokio::test]
async fn a_refund_is_carried_out_and_shown_with_its_payment() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let body = json!({ "payment_id": "pay_1", "refund_id": "ref_1", "amount": 1200, "reason": "returned",
                       "metadata": { "note": "n" } });
    let (status, refund) = gateway.post("/refunds", SECRET_KEY, &body).await;
    assert_eq!(status, 200);
    for (name, value) in [
        ("refund_id", json!("ref_1")),
        ("payment_id", json!("pay_1")),
        ("amount", json!(1200)),
        ("currency", json!("EUR")),
        ("status", json!("succeeded")),
        ("reason", json!("returned")),
        ("metadata", json!({ "note": "n" })),
        ("error_code", json!(null)),
        ("created_at", json!("2026-06-25T10:00:00.000Z")),
        ("profile_id", json!("pro_1")),
    ] {
        assert_eq!(refund[name], value, "{name}");
    }
    assert_eq!(gateway.get("/refunds/ref_1", SECRET_KEY).await, (200, refund.clone()));
    assert_eq!(gateway.read("pay_1").await["refunds"], json!([refund]));
}

#[tokio::test]
async fn no_refund_gives_back_more_than_is_left() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let part = json!({ "payment_id": "pay_1", "amount": 4000 });
    assert_eq!(gateway.post("/refunds", SECRET_KEY, &part).await.0, 200);
    for body in [part, json!({ "payment_id": "pay_1" }), json!({ "payment_id": "pay_1", "amount": i64::MAX })] {
        let answer = gateway.post("/refunds", SECRET_KEY, &body).await;
        assert_eq!((answer.0, refused(&answer).1), (400, "IR_13"), "{body}");
    }
    let rest = json!({ "payment_id": "pay_1", "amount": 200 });
    assert_eq!(gateway.post("/refunds", SECRET_KEY, &rest).await.0, 200);
    assert_eq!(gateway.read("pay_1").await["refunds"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_can_not_be_refunded_is_named() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_failed", DECLINED, json!({})).await;
    gateway.pay("pay_paid", APPROVED, json!({})).await;
    let words = "This Payment could not be refund because it has a status of failed. \
                 The expected state is succeeded, partially_captured";
    let answer = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_failed" })).await;
    assert_eq!(refused(&answer), (400, "IR_14", words));
    let answer = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_none" })).await;
    assert_eq!((answer.0, refused(&answer).1), (404, "HE_02"));
    for amount in [0, -1] {
        let answer = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_paid", "amount": amount })).await;
        assert_eq!((answer.0, refused(&answer).1), (422, "IR_05"));
    }
    let answer = gateway.get("/refunds/ref_none", SECRET_KEY).await;
    assert_eq!((answer.0, refused(&answer).1), (404, "HE_02"));
}

#[tokio::test]
async fn a_refund_id_is_used_once() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let body = json!({ "payment_id": "pay_1", "refund_id": "ref_1", "amount": 100 });
    assert_eq!(gateway.post("/refunds", SECRET_KEY, &body).await.0, 200);
    let again = gateway.post("/refunds", SECRET_KEY, &body).await;
    assert_eq!((again.0, refused(&again).1), (400, "HE_01"));
    assert_eq!(gateway.read("pay_1").await["refunds"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn ten_refunds_are_enough_and_a_year_is_long_enough() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    gateway.pay("pay_2", APPROVED, json!({})).await;
    let body = json!({ "payment_id": "pay_1", "amount": 1 });
    for _ in 0..10 {
        assert_eq!(gateway.post("/refunds", SECRET_KEY, &body).await.0, 200);
    }
    let answer = gateway.post("/refunds", SECRET_KEY, &body).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_12"));
    gateway.clock.advance(Duration::from_secs(366 * 24 * 60 * 60));
    let answer = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_2" })).await;
    assert_eq!((answer.0, refused(&answer).1), (422, "IR_05"));
}

#[tokio::test]
async fn a_partial_capture_is_refunded_up_to_what_was_captured() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({ "capture_method": "manual" })).await;
    let body = json!({ "amount_to_capture": 1500 });
    gateway.post("/payments/pay_1/capture", SECRET_KEY, &body).await;
    let answer = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1", "amount": 1501 })).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_13"));
    let (status, refund) = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1" })).await;
    assert_eq!((status, &refund["amount"]), (200, &json!(1500)));
}

#[tokio::test]
async fn a_refund_takes_words_that_change_nothing_here_and_no_others() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let body = json!({ "payment_id": "pay_1", "amount": 1, "merchant_connector_details": {}, "split_refunds": {},
                       "all_keys_required": true });
    assert_eq!(gateway.post("/refunds", SECRET_KEY, &body).await.0, 200);
    let misspelt = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1", "amont": 1 })).await;
    assert_eq!((misspelt.0, refused(&misspelt).1), (400, "IR_06"), "it would give back everything");
}
