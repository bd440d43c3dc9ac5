//! What a merchant may do to a payment that is held, odd, or done.

use std::time::Duration;

use florin_gateway::Switches;
use serde_json::{Value, json};

use crate::harness::{ADMIN_KEY, APPROVED, PATIENCE, Receiver, SECRET_KEY, TestGateway, refused};

const ODD: &str = "4000000000000143";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn held(gateway: &TestGateway, id: &str, more: Value) -> Value {
    let mut body = json!({ "capture_method": "manual", "request_incremental_authorization": true });
    crate::harness::merge(&mut body, more);
    gateway.pay(id, APPROVED, body).await
}

/// Waits until the workers have seen what time it is.
async fn until_status(gateway: &TestGateway, id: &str, status: &str) {
    let waiting = async {
        while gateway.read(id).await["status"] != status {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "{id} did not become {status}");
}

#[tokio::test]
async fn more_is_held_and_all_of_it_can_be_captured() {
    let gateway = TestGateway::start().await;
    let payment = held(&gateway, "pay_1", json!({})).await;
    assert_eq!(
        (&payment["incremental_authorization_allowed"], &payment["incremental_authorizations"]),
        (&json!(true), &json!(null))
    );
    let path = "/payments/pay_1/incremental_authorization";
    for (body, expected) in [
        (json!({ "amount": 4200 }), (400, "IR_16", "Amount should be greater than original authorized amount")),
        (json!({ "amount": 4199 }), (400, "IR_16", "Amount should be greater than original authorized amount")),
        (json!({ "amount": 1_000_000_000 }), (400, "IR_16", "amount should not be more than 999999999")),
    ] {
        assert_eq!(refused(&gateway.post(path, SECRET_KEY, &body).await), expected);
    }
    let (status, payment) = gateway.post(path, SECRET_KEY, &json!({ "amount": 5000, "reason": "breakfast" })).await;
    assert_eq!((status, &payment["status"]), (200, &json!("requires_capture")));
    for name in ["amount", "net_amount", "amount_capturable"] {
        assert_eq!(payment[name], 5000, "{name}");
    }
    let step = &payment["incremental_authorizations"][0];
    assert_eq!(
        (&step["amount"], &step["previously_authorized_amount"], &step["status"]),
        (&json!(5000), &json!(4200), &json!("success"))
    );
    assert_eq!(payment["authorization_count"], 1);
    let (_, payment) = gateway.post("/payments/pay_1/capture", SECRET_KEY, &json!({ "amount_to_capture": 5000 })).await;
    assert_eq!((&payment["status"], &payment["amount_received"]), (&json!("succeeded"), &json!(5000)));
    let again = gateway.post(path, SECRET_KEY, &json!({ "amount": 6000 })).await;
    assert_eq!(
        refused(&again),
        (400, "IR_16", "You cannot increment authorization this payment because it has status succeeded")
    );
}

#[tokio::test]
async fn more_is_held_only_where_that_was_asked_for() {
    let gateway = TestGateway::start().await;
    let payment = held(&gateway, "pay_1", json!({ "request_incremental_authorization": false })).await;
    assert_eq!(payment["incremental_authorization_allowed"], false);
    let answer =
        gateway.post("/payments/pay_1/incremental_authorization", SECRET_KEY, &json!({ "amount": 5000 })).await;
    assert_eq!(refused(&answer).1, "IR_16");
    assert_eq!(gateway.read("pay_1").await["amount"], 4200);
}

#[tokio::test]
async fn what_is_held_for_a_week_is_let_go_and_what_was_taken_stays() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    held(&gateway, "pay_1", json!({})).await;
    held(&gateway, "pay_2", json!({ "capture_method": "manual_multiple" })).await;
    gateway.post("/payments/pay_2/capture", SECRET_KEY, &json!({ "amount_to_capture": 1000 })).await;
    held(&gateway, "pay_3", json!({})).await;
    let (_, extended) = gateway.post("/payments/pay_3/extend_authorization", SECRET_KEY, &Value::Null).await;
    assert_eq!(extended["extended_authorization_applied"], true);
    assert_eq!(extended["capture_before"], "2026-07-25T10:00:00.000Z");
    let asked_at_once = held(&gateway, "pay_4", json!({ "request_extended_authorization": true })).await;
    assert_eq!(asked_at_once["capture_before"], extended["capture_before"]);

    gateway.clock.advance(7 * DAY - Duration::from_secs(1));
    assert_eq!(gateway.read("pay_1").await["status"], "requires_capture");
    gateway.clock.advance(Duration::from_secs(1));
    until_status(&gateway, "pay_1", "cancelled").await;
    until_status(&gateway, "pay_2", "partially_captured").await;
    assert_eq!(gateway.read("pay_2").await["amount_received"], 1000);
    assert_eq!(gateway.read("pay_3").await["status"], "requires_capture");
    gateway.clock.advance(23 * DAY);
    until_status(&gateway, "pay_3", "cancelled").await;
    until_status(&gateway, "pay_4", "cancelled").await;
    let told: Vec<_> = receiver.wait_for(8).await.iter().map(|event| event.json()["event_type"].clone()).collect();
    assert_eq!(told.iter().filter(|kind| **kind == "payment_cancelled").count(), 3, "{told:?}");
}

#[tokio::test]
async fn an_odd_payment_waits_for_the_merchant() {
    let gateway = TestGateway::start().await;
    for id in ["pay_yes", "pay_no"] {
        let payment = gateway.pay(id, ODD, json!({ "capture_method": "manual" })).await;
        assert_eq!(payment["status"], "requires_merchant_action");
        for step in ["capture", "confirm"] {
            let answer = gateway.post(&format!("/payments/{id}/{step}"), SECRET_KEY, &json!({})).await;
            assert_eq!(answer.0, 400, "{step}: {}", answer.1);
        }
    }
    let (status, approved) = gateway.post("/payments/pay_yes/approve", SECRET_KEY, &json!({})).await;
    assert_eq!((status, &approved["status"]), (200, &json!("requires_capture")));
    let (status, rejected) = gateway.post("/payments/pay_no/reject", SECRET_KEY, &json!({})).await;
    assert_eq!((status, &rejected["status"]), (200, &json!("failed")));
    assert_eq!(rejected["error_message"], "Payment declined: Rejected by the merchant");
    let again = gateway.post("/payments/pay_no/approve", SECRET_KEY, &json!({})).await;
    assert_eq!(refused(&again), (400, "IR_16", "You cannot approve this payment because it has status failed"));
}

#[tokio::test]
async fn metadata_is_added_to_what_is_there() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({ "metadata": { "order": "42", "shelf": "6" } })).await;
    let body = json!({ "metadata": { "shelf": "7" } });
    let (status, answer) = gateway.post("/payments/pay_1/update_metadata", SECRET_KEY, &body).await;
    assert_eq!((status, answer), (200, json!({ "payment_id": "pay_1", "metadata": { "order": "42", "shelf": "7" } })));
    gateway.open("pay_2").await;
    let early = gateway.post("/payments/pay_2/update_metadata", SECRET_KEY, &body).await;
    let words = "You cannot update_metadata this payment because it has status requires_payment_method";
    assert_eq!(refused(&early), (400, "IR_16", words));
}

#[tokio::test]
async fn a_sequential_capture_is_captured_and_keeps_its_name() {
    let gateway = TestGateway::start().await;
    let payment = gateway.pay("pay_1", APPROVED, json!({ "capture_method": "sequential_automatic" })).await;
    let shown = (&payment["status"], &payment["capture_method"], &payment["amount_received"]);
    assert_eq!(shown, (&json!("succeeded"), &json!("sequential_automatic"), &json!(4200)));
}

#[tokio::test]
async fn one_dummy_connector_approves_the_card_whose_bank_can_not_be_reached() {
    let gateway = TestGateway::start().await;
    let card = "4000000000009995";
    assert_eq!(gateway.pay("pay_1", card, json!({})).await["status"], "failed");
    let (_, profile) = gateway.post("/account/merchant_1/business_profile", SECRET_KEY, &json!({})).await;
    let connector = json!({
        "connector_type": "payment_processor", "connector_name": "stripe_test", "profile_id": profile["profile_id"],
        "connector_account_details": { "auth_type": "HeaderKey", "api_key": "any" },
    });
    gateway.post("/account/merchant_1/connectors", SECRET_KEY, &connector).await;
    let payment = gateway.pay("pay_2", card, json!({ "profile_id": profile["profile_id"] })).await;
    assert_eq!((&payment["status"], &payment["connector"]), (&json!("succeeded"), &json!("stripe_test")));
}

#[tokio::test]
async fn what_a_later_step_does_not_know_it_passes_over() {
    let gateway = TestGateway::start().await;
    let manual = json!({ "capture_method": "manual", "request_incremental_authorization": true });
    gateway.pay("pay_1", APPROVED, manual.clone()).await;
    gateway.pay("pay_2", APPROVED, manual).await;
    for (path, body) in [
        ("/payments/pay_1/incremental_authorization", json!({ "amount": 5000, "no_such": 1 })),
        ("/payments/pay_1/capture", json!({ "amount_to_capture": 5000, "no_such": 1 })),
        ("/payments/pay_2/cancel", json!({ "cancellation_reason": "changed their mind", "no_such": 1 })),
        ("/refunds/list", json!({ "no_such": 1 })),
        ("/payments/list", json!({ "no_such": 1 })),
        ("/customers", json!({ "customer_id": "cus_1", "no_such": 1 })),
        ("/customers/cus_1", json!({ "name": "Ada", "no_such": 1 })),
    ] {
        let (status, answer) = gateway.post(path, SECRET_KEY, &body).await;
        assert_eq!((status, answer.get("no_such")), (200, None), "{path}: {answer}");
    }
    let (status, events) = gateway.post("/events/merchant_1", ADMIN_KEY, &json!({ "no_such": 1 })).await;
    assert_eq!(status, 200, "{events}");
}
