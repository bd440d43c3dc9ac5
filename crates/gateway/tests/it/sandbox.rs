//! Bad days on demand: each does what it says, and the effect is there or not as it says.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::time::Instant;

use crate::harness::{ADMIN_KEY, APPROVED, SECRET_KEY, TestGateway, refused};

const CANCEL: &str = "POST /payments/{payment_id}/cancel";

async fn fault(gateway: &TestGateway, fault: serde_json::Value) -> String {
    let fault = gateway.order("/sandbox/faults", fault).await;
    fault["id"].as_str().unwrap().to_owned()
}

/// Cancels; none when no answer came.
async fn cancel(gateway: &TestGateway, payment_id: &str) -> Option<u16> {
    let request = gateway.request(Method::POST, &format!("/payments/{payment_id}/cancel"), SECRET_KEY);
    let answer = request.json(&json!({})).timeout(Duration::from_millis(1500)).send().await;
    answer.ok().map(|answer| answer.status().as_u16())
}

#[tokio::test]
async fn an_answer_can_be_lost_before_and_after_its_effect() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let before = fault(&gateway, json!({ "route": CANCEL, "fault": "drop_before", "times": 1 })).await;
    let started = Instant::now();
    assert_eq!(cancel(&gateway, "pay_1").await, None);
    assert!(started.elapsed() < Duration::from_millis(1000), "the connection ends; nobody waits for a time-out");
    assert_eq!(gateway.read("pay_1").await["status"], "requires_payment_method");
    let (_, used) = gateway.get(&format!("/sandbox/faults/{before}"), ADMIN_KEY).await;
    assert_eq!((&used["times"], &used["struck"]), (&json!(0), &json!(1)));

    fault(&gateway, json!({ "route": CANCEL, "fault": "drop_after", "times": 1 })).await;
    assert_eq!(cancel(&gateway, "pay_1").await, None);
    assert_eq!(gateway.read("pay_1").await["status"], "cancelled");
    assert_eq!(cancel(&gateway, "pay_1").await, Some(400), "both faults are used up");
}

#[tokio::test]
async fn a_dropped_connection_sends_not_one_byte() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    fault(&gateway, json!({ "route": CANCEL, "fault": "drop_after" })).await;
    let mut stream = tokio::net::TcpStream::connect(gateway.url.strip_prefix("http://").unwrap()).await.unwrap();
    let request = format!(
        "POST /payments/pay_1/cancel HTTP/1.1\r\nhost: g\r\napi-key: {SECRET_KEY}\r\n\
         content-type: application/json\r\ncontent-length: 2\r\n\r\n{{}}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "");
    assert_eq!(gateway.read("pay_1").await["status"], "cancelled");
}

#[tokio::test]
async fn a_status_stands_for_an_answer_and_nothing_happens() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let id = fault(&gateway, json!({ "route": CANCEL, "fault": "status", "status": 503 })).await;
    assert_eq!(cancel(&gateway, "pay_1").await, Some(503));
    assert_eq!(gateway.read("pay_1").await["status"], "requires_payment_method");
    let removed = gateway.request(Method::DELETE, &format!("/sandbox/faults/{id}"), ADMIN_KEY).send().await.unwrap();
    assert_eq!(removed.status(), 204);
    assert_eq!(cancel(&gateway, "pay_1").await, Some(200));
}

#[tokio::test]
async fn an_ignored_call_is_never_answered_and_nothing_happens() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    fault(&gateway, json!({ "route": CANCEL, "fault": "ignore", "times": 1 })).await;
    assert_eq!(cancel(&gateway, "pay_1").await, None);
    assert_eq!(gateway.read("pay_1").await["status"], "requires_payment_method");
}

#[tokio::test]
async fn a_delay_comes_after_the_effect() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    fault(&gateway, json!({ "route": CANCEL, "fault": "delay", "ms": 60_000 })).await;
    assert_eq!(cancel(&gateway, "pay_1").await, None, "longer than this caller waits");
    assert_eq!(gateway.read("pay_1").await["status"], "cancelled");
}

#[tokio::test]
async fn a_wrong_amount_is_in_the_answer_alone() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let route = "GET /payments/{payment_id}";
    fault(&gateway, json!({ "route": route, "fault": "wrong_amount", "times": 1 })).await;
    assert_eq!(gateway.read("pay_1").await["amount"], 4201);
    assert_eq!(gateway.read("pay_1").await["amount"], 4200);
}

#[tokio::test]
async fn a_fault_can_be_for_one_payment() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    gateway.open("pay_2").await;
    let one =
        |route: &str| json!({ "route": route, "match": { "payment_id": "pay_2" }, "fault": "status", "status": 500 });
    fault(&gateway, one(CANCEL)).await;
    assert_eq!(cancel(&gateway, "pay_1").await, Some(200));
    assert_eq!(cancel(&gateway, "pay_2").await, Some(500));
    // Where the address does not name the payment, the body does.
    fault(&gateway, one("POST /refunds")).await;
    assert_eq!(gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1" })).await.0, 400);
    assert_eq!(gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_2" })).await.0, 500);
}

#[tokio::test]
async fn a_seeded_fault_strikes_some_calls_and_the_same_ones_again() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let mut runs = Vec::new();
    for _ in 0..2 {
        let route = "GET /payments/{payment_id}";
        fault(&gateway, json!({ "route": route, "fault": "status", "status": 500, "seed": 7 })).await;
        let mut run = Vec::new();
        for _ in 0..16 {
            run.push(gateway.get("/payments/pay_1", SECRET_KEY).await.0);
        }
        assert!(run.contains(&200) && run.contains(&500), "{run:?}");
        runs.push(run);
        let cleared = gateway.request(Method::DELETE, "/sandbox/faults", ADMIN_KEY).send().await.unwrap();
        assert_eq!(cleared.status(), 204);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_fault_that_could_never_strike_is_refused() {
    let gateway = TestGateway::start().await;
    for body in [
        json!({ "route": "POST /payment", "fault": "drop_before" }),
        json!({ "route": "PAY /payments", "fault": "drop_before" }),
        json!({ "route": "/sandbox/clock", "fault": "drop_before" }),
        json!({ "route": CANCEL, "fault": "delay" }),
        json!({ "route": CANCEL, "fault": "delay", "ms": 120_001 }),
        json!({ "route": CANCEL, "fault": "status" }),
        json!({ "route": CANCEL, "fault": "status", "status": 200 }),
        json!({ "route": CANCEL, "fault": "drop_after", "times": 0 }),
    ] {
        let answer = gateway.post("/sandbox/faults", ADMIN_KEY, &body).await;
        assert_eq!((answer.0, refused(&answer).1), (422, "IR_06"), "{body}");
    }
    let (_, faults) = gateway.get("/sandbox/faults", ADMIN_KEY).await;
    assert_eq!(faults, json!({ "data": [] }));
}

#[tokio::test]
async fn reads_of_a_payment_are_counted() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let count = async || gateway.get("/sandbox/requests?payment_id=pay_1", ADMIN_KEY).await.1;
    assert_eq!(count().await["reads"], 0);
    gateway.read("pay_1").await;
    gateway.read("pay_1").await;
    let counted = count().await;
    assert_eq!(counted["reads"], 2);
    assert_eq!(counted["routes"]["POST /payments/{payment_id}/confirm"], 1);
}

#[tokio::test]
async fn time_can_be_moved() {
    let gateway = TestGateway::start().await;
    let now = gateway.order("/sandbox/clock", json!({ "advance_seconds": 90 })).await;
    assert_eq!(now, json!({ "now": "2026-06-25T10:01:30.000Z" }));
}

#[tokio::test]
async fn a_restart_does_not_set_the_clock_back() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    for seconds in [600, 299] {
        gateway.order("/sandbox/clock", json!({ "advance_seconds": seconds })).await;
    }
    let again = gateway.restart(None).await;
    let now = again.order("/sandbox/clock", json!({ "advance_seconds": 0 })).await;
    assert_eq!(now["now"], "2026-06-25T10:14:59.000Z");
    assert_eq!(again.open("pay_2").await["created"], "2026-06-25T10:14:59.000Z");
    again.order("/sandbox/clock", json!({ "advance_seconds": 1 })).await;
    let answer = again.post("/payments/pay_1/confirm", SECRET_KEY, &json!({ "payment_token": "token_x" })).await;
    assert_eq!(refused(&answer).1, "IR_16", "its session is over");
}

#[tokio::test]
async fn the_clock_goes_a_year_at_a_time_and_fifty_in_all() {
    const YEAR: u64 = 366 * 24 * 60 * 60;
    let gateway = TestGateway::start().await;
    let advance = async |gateway: &TestGateway, seconds: u64| {
        gateway.post("/sandbox/clock", ADMIN_KEY, &json!({ "advance_seconds": seconds })).await
    };
    let words = (422, "IR_06", "advance_seconds must be at most a year");
    for seconds in [YEAR + 1, u64::from(u32::MAX) + 1] {
        assert_eq!(refused(&advance(&gateway, seconds).await), words);
    }
    for _ in 0..50 {
        assert_eq!(advance(&gateway, YEAR).await.0, 200);
    }
    let (_, now) = advance(&gateway, 0).await;
    let words = (422, "IR_06", "the clock can be moved ahead by at most 50 years in all");
    assert_eq!(refused(&advance(&gateway, 1).await), words);
    assert_eq!(advance(&gateway, 0).await.1, now, "what is refused moves nothing");

    // An older version let it run further.
    let further = "UPDATE sandbox_clock SET ahead_ms = 9000000000000000";
    gateway.store.write(move |tx| tx.execute(further, &[])).await.unwrap();
    let again = gateway.restart(None).await;
    assert_eq!(again.open("pay_1").await["created"], now["now"]);
}
