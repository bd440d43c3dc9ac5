//! Bad days inside a gateway: too many calls, a processor that hangs, a cancel that was not, late events.

use std::time::Duration;

use florin_gateway::Switches;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{APPROVED, Receiver, SECRET_KEY, TestGateway, refused};

const CANCEL: &str = "POST /payments/{payment_id}/cancel";
const CONFIRM: &str = "POST /payments/{payment_id}/confirm";

async fn fault(gateway: &TestGateway, fault: Value) {
    gateway.order("/sandbox/faults", fault).await;
}

#[tokio::test]
async fn too_many_calls_are_told_when_to_come_back() {
    let gateway = TestGateway::start().await;
    fault(&gateway, json!({ "route": "POST /payments", "fault": "status", "status": 429, "times": 1 })).await;
    let retry = json!({ "route": "POST /payments", "fault": "status", "status": 503, "retry_after": 7, "times": 1 });
    fault(&gateway, retry).await;
    let body = json!({ "payment_id": "pay_1", "amount": 4200, "currency": "EUR" });
    for (status, seconds) in [(429, "1"), (503, "7")] {
        let answer = gateway.request(Method::POST, "/payments", SECRET_KEY).json(&body).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (status, seconds));
    }
    gateway.open("pay_1").await;
}

#[tokio::test]
async fn a_processor_that_hangs_leaves_the_payment_processing_until_it_answers() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let token = gateway.token(&payment, APPROVED).await;
    let hang =
        json!({ "route": CONFIRM, "match": { "payment_id": "pay_1" }, "fault": "hang", "ms": 60_000, "times": 1 });
    fault(&gateway, hang).await;
    let (status, hanging) = gateway.confirm("pay_1", &token).await;
    assert_eq!((status, &hanging["status"], &hanging["amount_received"]), (200, &json!("processing"), &json!(null)));
    gateway.order("/sandbox/clock", json!({ "advance_seconds": 59 })).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(gateway.read("pay_1").await["status"], "processing");
    gateway.order("/sandbox/clock", json!({ "advance_seconds": 1 })).await;
    let settled = async {
        while gateway.read("pay_1").await["status"] != "succeeded" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), settled).await.unwrap();
    assert_eq!(gateway.pay("pay_2", APPROVED, json!({})).await["status"], "succeeded", "other payments are well");
}

#[tokio::test]
async fn an_ignored_cancel_says_cancelled_and_the_payment_can_still_succeed() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let token = gateway.token(&payment, APPROVED).await;
    fault(&gateway, json!({ "route": CANCEL, "fault": "ignored_cancel", "times": 1 })).await;
    let (status, said) = gateway.post("/payments/pay_1/cancel", SECRET_KEY, &json!({})).await;
    assert_eq!((status, &said["status"]), (200, &json!("cancelled")));
    assert_eq!(gateway.read("pay_1").await["status"], "requires_payment_method");
    assert_eq!(gateway.confirm("pay_1", &token).await.1["status"], "succeeded");
    // What would have been refused is refused on a bad day too.
    fault(&gateway, json!({ "route": CANCEL, "fault": "ignored_cancel", "times": 1 })).await;
    assert_eq!(gateway.post("/payments/pay_1/cancel", SECRET_KEY, &json!({})).await.0, 400);
}

#[tokio::test]
async fn faults_that_fit_no_such_call_are_refused() {
    let gateway = TestGateway::start().await;
    for (wrong, named) in [
        (json!({ "route": CONFIRM, "fault": "ignored_cancel" }), "this fault is for /payments/{payment_id}/cancel"),
        (json!({ "route": CANCEL, "fault": "hang" }), "this fault is for /payments/{payment_id}/confirm and /payments"),
        (json!({ "route": CONFIRM, "fault": "hang", "ms": 86_400_001_u64 }), "ms must be at most 86400000"),
        (json!({ "route": CONFIRM, "fault": "hang", "times": 0 }), "times must be at least 1"),
        (json!({ "route": CANCEL, "fault": "ignore", "retry_after": 1 }), "retry_after goes with the fault status"),
    ] {
        let answer = gateway.post("/sandbox/faults", crate::harness::ADMIN_KEY, &wrong).await;
        assert_eq!(refused(&answer), (422, "IR_06", named));
    }
}

#[tokio::test]
async fn one_payments_webhooks_are_late_while_the_others_are_not() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    let late = json!({ "mode": "delay", "delay_seconds": 300, "match": { "payment_id": "pay_late" } });
    gateway.order("/sandbox/webhooks", late).await;
    gateway.pay("pay_late", APPROVED, json!({})).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let ids = |events: Vec<crate::harness::Received>| -> Vec<String> {
        let id = |event: &crate::harness::Received| {
            event.json()["content"]["object"]["payment_id"].as_str().unwrap().to_owned()
        };
        events.iter().map(id).collect()
    };
    assert_eq!(ids(receiver.wait_for(1).await), ["pay_1"]);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(receiver.received().len(), 1);
    gateway.order("/sandbox/clock", json!({ "advance_seconds": 300 })).await;
    assert_eq!(ids(receiver.wait_for(2).await), ["pay_1", "pay_late"]);
}

#[tokio::test]
async fn one_payments_webhooks_come_twice_or_badly_signed() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    let twice = json!({ "mode": "duplicate", "match": { "payment_id": "pay_1" } });
    gateway.order("/sandbox/webhooks", twice).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let events = receiver.wait_for(2).await;
    assert_eq!(events[0].body, events[1].body);
    let normal = json!({ "mode": "deliver", "match": { "payment_id": "pay_1" } });
    gateway.order("/sandbox/webhooks", normal).await;
    gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1", "amount": 1 })).await;
    gateway.pay("pay_2", APPROVED, json!({})).await;
    receiver.wait_for(4).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(receiver.received().len(), 4, "once again");
}

#[tokio::test]
async fn webhook_modes_that_make_no_sense_are_refused() {
    let gateway = TestGateway::start().await;
    for (wrong, named) in [
        (json!({ "mode": "delay" }), "delay needs delay_seconds from 1 to 86400"),
        (json!({ "mode": "delay", "delay_seconds": 86_401 }), "delay needs delay_seconds from 1 to 86400"),
        (json!({ "mode": "stale", "delay_seconds": 1 }), "delay_seconds goes with the mode delay"),
        (
            json!({ "mode": "hold", "match": { "payment_id": "pay_1" } }),
            "hold and shuffle are for all webhooks; delay one payment's instead",
        ),
    ] {
        let answer = gateway.post("/sandbox/webhooks", crate::harness::ADMIN_KEY, &wrong).await;
        assert_eq!(refused(&answer), (422, "IR_06", named));
    }
    assert_eq!(gateway.get("/sandbox/webhooks", crate::harness::ADMIN_KEY).await.1["mode"], "deliver");
}
