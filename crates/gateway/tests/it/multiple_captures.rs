//! Several captures of one hold, voids after the capture, and earlier attempts.

use florin_gateway::Switches;
use serde_json::{Value, json};

use crate::harness::{APPROVED, DECLINED, SECRET_KEY, TestGateway, card, refused};

async fn capture(gateway: &TestGateway, amount: i64) -> (u16, Value) {
    gateway.post("/payments/pay_1/capture", SECRET_KEY, &json!({ "amount_to_capture": amount })).await
}

#[tokio::test]
async fn a_hold_is_captured_in_several_parts() {
    let gateway = TestGateway::start().await;
    let held = gateway.pay("pay_1", APPROVED, json!({ "capture_method": "manual_multiple" })).await;
    assert_eq!((&held["status"], &held["capture_method"]), (&json!("requires_capture"), &json!("manual_multiple")));
    let all = gateway.post("/payments/pay_1/capture", SECRET_KEY, &json!({})).await;
    assert_eq!(refused(&all), (400, "IR_04", "Missing required param: amount_to_capture"));

    let (status, part) = capture(&gateway, 1000).await;
    assert_eq!(status, 200);
    assert_eq!(
        [&part["status"], &part["amount_received"], &part["amount_capturable"]],
        [&json!("partially_captured_and_capturable"), &json!(1000), &json!(3200)]
    );
    let too_much = capture(&gateway, 3201).await;
    assert_eq!(refused(&too_much), (422, "IR_06", "amount_to_capture is greater than amount"));
    let refund = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1" })).await;
    assert_eq!((refund.0, refused(&refund).1), (400, "IR_14"), "not while more may be captured");
    assert_eq!(capture(&gateway, 3200).await.1["status"], "succeeded");
    let (_, read) = gateway.get("/payments/pay_1?expand_captures=true", SECRET_KEY).await;
    let amounts: Vec<_> = read["captures"].as_array().unwrap().iter().map(|part| &part["amount"]).collect();
    assert_eq!(amounts, [&json!(1000), &json!(3200)]);
    assert_eq!(read["captures"][1]["capture_sequence"], 2);
}

#[tokio::test]
async fn a_cancel_after_a_part_releases_the_rest_alone() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({ "capture_method": "manual_multiple" })).await;
    capture(&gateway, 1000).await;
    let (status, ended) = gateway.post("/payments/pay_1/cancel", SECRET_KEY, &json!({})).await;
    assert_eq!(
        (status, &ended["status"], &ended["amount_received"]),
        (200, &json!("partially_captured"), &json!(1000))
    );
    let refund = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1" })).await;
    assert_eq!((refund.0, &refund.1["amount"]), (200, &json!(1000)));
}

#[tokio::test]
async fn what_was_captured_goes_back_whole_unless_some_of_it_did() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let reason = json!({ "cancellation_reason": "typo" });
    let (status, voided) = gateway.post("/payments/pay_1/cancel_post_capture", SECRET_KEY, &reason).await;
    assert_eq!((status, &voided["status"]), (200, &json!("cancelled_post_capture")), "{voided}");
    let refund = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1" })).await;
    assert_eq!((refund.0, refused(&refund).1), (400, "IR_14"), "it went back already");
    let again = gateway.post("/payments/pay_1/cancel_post_capture", SECRET_KEY, &reason).await;
    assert_eq!((again.0, refused(&again).1), (400, "IR_16"));

    gateway.pay("pay_2", APPROVED, json!({})).await;
    gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_2", "amount": 1 })).await;
    let late = gateway.post("/payments/pay_2/cancel_post_capture", SECRET_KEY, &reason).await;
    assert_eq!((late.0, refused(&late).1), (400, "IR_16"));
    gateway.open("pay_3").await;
    let early = gateway.post("/payments/pay_3/cancel_post_capture", SECRET_KEY, &reason).await;
    assert_eq!((early.0, refused(&early).1), (400, "IR_16"));
}

#[tokio::test]
async fn every_attempt_is_shown_the_latest_first() {
    let gateway = TestGateway::start_with(None, Switches { manual_retry: true, ..Switches::default() }).await;
    gateway.pay("pay_1", DECLINED, json!({})).await;
    let body = json!({ "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    gateway.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    let (_, read) = gateway.get("/payments/pay_1?expand_attempts=true", SECRET_KEY).await;
    let attempts = read["attempts"].as_array().unwrap();
    let shown: Vec<_> = attempts.iter().map(|one| (one["attempt_id"].clone(), one["status"].clone())).collect();
    assert_eq!(shown, [(json!("pay_1_2"), json!("charged")), (json!("pay_1_1"), json!("failure"))]);
    assert_eq!(attempts[1]["error_code"], "DC_08");
    assert_eq!(gateway.read("pay_1").await.get("attempts"), None, "only where it is asked for");
}

#[tokio::test]
async fn a_payment_that_was_declined_too_often_takes_no_more_cards() {
    let gateway = TestGateway::start_with(None, Switches { manual_retry: true, ..Switches::default() }).await;
    gateway.pay("pay_1", DECLINED, json!({})).await;
    let body = |number| json!({ "payment_method": "card", "payment_method_data": { "card": card(number) } });
    for _ in 1..10 {
        let (status, again) = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &body(DECLINED)).await;
        assert_eq!((status, &again["status"]), (200, &json!("failed")), "{again}");
    }
    for number in [DECLINED, APPROVED] {
        let answer = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &body(number)).await;
        assert_eq!((answer.0, refused(&answer).1), (429, "decline_limit"), "whatever the card");
    }
    assert_eq!(gateway.read("pay_1").await["attempt_count"], 10);
}
