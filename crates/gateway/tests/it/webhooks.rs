//! Events: signed, delivered, held, sent again word for word.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use florin_gateway::Switches;
use florin_signing::SigningKey;
use florin_signing::own_gateway::webhook;
use serde_json::{Value, json};

use crate::harness::{
    ADMIN_KEY, APPROVED, CHALLENGED, DECLINED, PATIENCE, RETURN_KEY, Received, Receiver, SECRET_KEY, TestGateway,
};

async fn start() -> (TestGateway, Receiver) {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    (gateway, receiver)
}

/// Long enough for a webhook that should not come to come.
async fn nothing_more() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

fn types(received: &[Received]) -> Vec<Value> {
    received.iter().map(|received| received.json()["event_type"].clone()).collect()
}

#[track_caller]
fn is_signed(received: &Received) -> bool {
    let keys = [SigningKey::new(RETURN_KEY.to_owned()).unwrap()];
    webhook::verify(&received.body, received.signature(), &keys).is_ok()
}

#[tokio::test]
async fn a_payment_is_told_of_with_a_signature_over_the_exact_bytes() {
    let (gateway, receiver) = start().await;
    let paid = gateway.pay("pay_1", APPROVED, json!({})).await;
    let received = receiver.wait_for(1).await;
    assert!(is_signed(&received[0]));
    let event = received[0].json();
    assert_eq!(event["event_type"], "payment_succeeded");
    assert!(event["event_id"].as_str().unwrap().starts_with("evt_"));
    assert_eq!(event["merchant_id"], "merchant_1");
    assert_eq!(event["timestamp"], "2026-06-25T10:00:00.000Z");
    assert_eq!(event["content"], json!({ "type": "payment_details", "object": paid }));
    assert_eq!(received[0].headers["content-type"], "application/json");
}

#[tokio::test]
async fn each_status_has_its_event_and_the_unconfirmed_have_none() {
    let (gateway, receiver) = start().await;
    let manual = || json!({ "capture_method": "manual" });
    gateway.open("pay_open").await;
    gateway.pay("pay_failed", DECLINED, json!({})).await;
    receiver.wait_for(1).await;
    gateway.pay("pay_asked", CHALLENGED, json!({})).await;
    receiver.wait_for(2).await;
    gateway.pay("pay_held", APPROVED, manual()).await;
    receiver.wait_for(3).await;
    gateway.post("/payments/pay_held/capture", SECRET_KEY, &json!({ "amount_to_capture": 1 })).await;
    receiver.wait_for(4).await;
    gateway.post("/payments/pay_asked/cancel", SECRET_KEY, &json!({})).await;
    receiver.wait_for(5).await;
    gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_held", "refund_id": "ref_1" })).await;
    let received = receiver.wait_for(6).await;
    assert_eq!(
        types(&received),
        [
            "payment_failed",
            "action_required",
            "payment_authorized",
            "payment_captured",
            "payment_cancelled",
            "refund_succeeded"
        ]
    );
    let refund = received[5].json()["content"].clone();
    assert_eq!((&refund["type"], &refund["object"]["refund_id"]), (&json!("refund_details"), &json!("ref_1")));
    gateway.clock.advance(Duration::from_secs(900));
    assert_eq!(types(&receiver.wait_for(7).await)[6], "payment_expired");
}

/// Waits until the end of so many tries is on record: only then does the next wait begin.
async fn settled(gateway: &TestGateway, tries: i64) {
    let waiting = async {
        loop {
            let row = gateway.store.read(|tx| tx.first("SELECT epoch FROM outbox", &[])).await.unwrap();
            // A claim raises the epoch, and so does its end.
            if row.unwrap().get::<i64>("epoch").unwrap() == 2 * tries {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "try {tries} has no end");
}

#[tokio::test]
async fn an_event_that_was_not_taken_is_sent_again_word_for_word() {
    let (gateway, receiver) = start().await;
    receiver.answer_next(&[500, 302, 200]);
    gateway.pay("pay_1", APPROVED, json!({})).await;
    settled(&gateway, 1).await;
    gateway.clock.advance(Duration::from_secs(59));
    nothing_more().await;
    assert_eq!(receiver.received().len(), 1, "the first retry waits a minute");
    gateway.clock.advance(Duration::from_secs(1));
    settled(&gateway, 2).await;
    gateway.clock.advance(Duration::from_secs(5 * 60));
    settled(&gateway, 3).await;
    let received = receiver.received();
    for again in &received[1..] {
        assert_eq!(again.body, received[0].body);
        assert_eq!(again.signature(), received[0].signature());
    }
    gateway.clock.advance(Duration::from_secs(24 * 60 * 60));
    nothing_more().await;
    assert_eq!(receiver.received().len(), 3, "taken is taken");
}

#[tokio::test]
async fn a_receiver_that_never_answers_well_is_given_up_on() {
    let (gateway, receiver) = start().await;
    receiver.answer_next(&[500; 20]);
    gateway.pay("pay_1", APPROVED, json!({})).await;
    for tries in 1..=17 {
        settled(&gateway, tries).await;
        gateway.clock.advance(Duration::from_secs(6 * 60 * 60));
    }
    nothing_more().await;
    assert_eq!(receiver.received().len(), 17, "one try and sixteen retries");
}

#[tokio::test]
async fn held_events_wait_and_released_they_come() {
    let (gateway, receiver) = start().await;
    gateway.order("/sandbox/webhooks", json!({ "mode": "hold" })).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    gateway.pay("pay_2", DECLINED, json!({})).await;
    nothing_more().await;
    assert!(receiver.received().is_empty());
    gateway.order("/sandbox/webhooks", json!({ "mode": "release" })).await;
    let mut told = types(&receiver.wait_for(2).await);
    told.sort_by_key(ToString::to_string);
    assert_eq!(told, ["payment_failed", "payment_succeeded"]);
}

#[tokio::test]
async fn the_sandbox_can_duplicate_spoil_and_repeat_old_news() {
    let (gateway, receiver) = start().await;
    gateway.order("/sandbox/webhooks", json!({ "mode": "duplicate" })).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let received = receiver.wait_for(2).await;
    assert_eq!(received[0].body, received[1].body);

    gateway.order("/sandbox/webhooks", json!({ "mode": "bad_signature" })).await;
    gateway.pay("pay_2", APPROVED, json!({})).await;
    let spoiled = &receiver.wait_for(3).await[2];
    assert!(!is_signed(spoiled) && spoiled.signature().len() == 128);

    gateway.order("/sandbox/webhooks", json!({ "mode": "stale" })).await;
    gateway.pay("pay_3", APPROVED, json!({ "capture_method": "manual" })).await;
    receiver.wait_for(5).await;
    // The first event is the one of the earliest millisecond.
    gateway.clock.advance(Duration::from_secs(1));
    gateway.post("/payments/pay_3/capture", SECRET_KEY, &json!({})).await;
    let received = receiver.wait_for(7).await;
    assert_eq!(types(&received[5..]), ["payment_succeeded", "payment_authorized"]);
    assert_eq!(received[6].body, received[3].body);
    assert!(is_signed(&received[6]));
}

#[tokio::test]
async fn an_event_survives_a_crash_of_the_gateway() {
    let (gateway, receiver) = start().await;
    gateway.order("/sandbox/webhooks", json!({ "mode": "hold" })).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let _after = gateway.restart(Some(receiver.url.clone())).await;
    assert_eq!(types(&receiver.wait_for(1).await), ["payment_succeeded"]);
}

#[tokio::test]
async fn one_event_for_a_payment_and_a_type_ever() {
    let receiver = Receiver::start().await;
    let switches = Switches { manual_retry: true, ..Switches::default() };
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), switches).await;
    gateway.pay("pay_1", DECLINED, json!({})).await;
    receiver.wait_for(1).await;
    let body = json!({ "payment_method": "card", "payment_method_data": { "card": crate::harness::card(DECLINED) } });
    let (status, again) = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    assert_eq!((status, &again["status"], &again["attempt_count"]), (200, &json!("failed"), &json!(2)));
    nothing_more().await;
    assert_eq!(types(&receiver.received()), ["payment_failed"]);
}

/// A receiver that answers what it is told to, and notes how often each of its addresses was called.
async fn odd_receiver() -> (String, Arc<AtomicUsize>) {
    let elsewhere = Arc::new(AtomicUsize::new(0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (target, counted) = (format!("{url}/elsewhere"), elsewhere.clone());
    let app = axum::Router::new()
        .route("/moved", axum::routing::any(async move || (axum::http::StatusCode::FOUND, [("location", target)])))
        .route(
            "/endless",
            axum::routing::any(async || {
                let chunk = || Ok::<_, std::io::Error>(axum::body::Bytes::from(vec![b'x'; 4096]));
                axum::body::Body::from_stream(futures_util::stream::repeat_with(chunk))
            }),
        )
        .route("/elsewhere", axum::routing::any(async move || counted.fetch_add(1, Ordering::Relaxed).to_string()));
    tokio::spawn(async { axum::serve(listener, app).await });
    (url, elsewhere)
}

async fn is_delivered(gateway: &TestGateway) -> bool {
    let tried = async {
        loop {
            let (_, list) = gateway.post("/events/merchant_1", ADMIN_KEY, &json!({})).await;
            let id = list["events"][0]["event_id"].as_str().unwrap().to_owned();
            let (_, tries) = gateway.get(&format!("/events/merchant_1/{id}/attempts"), ADMIN_KEY).await;
            if let Some(first) = tries.as_array().unwrap().first() {
                return first["is_delivery_successful"] == true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, tried).await.unwrap()
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (url, elsewhere) = odd_receiver().await;
    let gateway = TestGateway::start_with(Some(format!("{url}/moved")), Switches::default()).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    assert!(!is_delivered(&gateway).await);
    assert_eq!(elsewhere.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn an_answer_without_an_end_is_an_answer() {
    let (url, _) = odd_receiver().await;
    let gateway = TestGateway::start_with(Some(format!("{url}/endless")), Switches::default()).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    assert!(is_delivered(&gateway).await);
}

#[tokio::test]
async fn a_profile_adds_headers_and_replaces_none() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    let own = json!({ "outgoing_webhook_custom_http_headers": {
        "x-shop": "florence", "X-Webhook-Signature-512": "mine", "webhook-id": "mine", "Host": "elsewhere",
    } });
    gateway.post("/account/merchant_1/business_profile/pro_1", SECRET_KEY, &own).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let event = &receiver.wait_for(1).await[0];
    assert_eq!(event.headers["x-shop"], "florence");
    assert_eq!(event.headers.get_all("x-webhook-signature-512").iter().count(), 1);
    assert_ne!(event.signature(), "mine");
    assert!(event.headers.get("webhook-id").is_none());
}
