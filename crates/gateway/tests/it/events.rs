//! Events: which were told, how often, and told again; both modes, and the headers beside.

use florin_domain::timestamp::Timestamp;
use florin_gateway::Switches;
use florin_signing::standard_webhooks::{Headers, Secret, verify};
use serde_json::{Value, json};

use crate::harness::{ADMIN_KEY, APPROVED, DECLINED, Received, Receiver, SECRET_KEY, TestGateway, card, refused};

const STANDARD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async fn start() -> (TestGateway, Receiver) {
    let receiver = Receiver::start().await;
    let switches = Switches { manual_retry: true, ..Switches::default() };
    (TestGateway::start_with(Some(receiver.url.clone()), switches).await, receiver)
}

async fn switch(gateway: &TestGateway, body: Value) {
    let (status, answer) = gateway.post("/account/merchant_1/business_profile/pro_1", SECRET_KEY, &body).await;
    assert_eq!(status, 200, "{answer}");
}

async fn list(gateway: &TestGateway, filter: Value) -> Value {
    let (status, list) = gateway.post("/events/merchant_1", ADMIN_KEY, &filter).await;
    assert_eq!(status, 200, "{list}");
    list
}

/// Waits until the worker has noted what became of an event.
async fn wait_until_noted(gateway: &TestGateway, delivered: usize) {
    let waiting = async {
        while list(gateway, json!({ "is_delivered": true })).await["total_count"] != json!(delivered) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(crate::harness::PATIENCE, waiting).await.unwrap();
}

#[tokio::test]
async fn events_are_listed_by_what_they_are_about() {
    let (gateway, receiver) = start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    gateway.pay("pay_2", DECLINED, json!({})).await;
    gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1", "refund_id": "ref_1" })).await;
    receiver.wait_for(3).await;
    wait_until_noted(&gateway, 3).await;
    for (filter, expected) in [
        (json!({}), 3),
        (json!({ "object_id": "pay_1" }), 1),
        (json!({ "event_classes": ["refunds"] }), 1),
        (json!({ "event_types": ["payment_failed", "payment_succeeded"] }), 2),
        (json!({ "is_delivered": false }), 0),
        (json!({ "profile_id": "pro_1" }), 3),
        (json!({ "created_after": "2026-06-26T00:00:00.000Z" }), 0),
    ] {
        assert_eq!(list(&gateway, filter.clone()).await["total_count"], expected, "{filter}");
    }
    let all = list(&gateway, json!({ "object_id": "ref_1" })).await;
    let event = &all["events"][0];
    assert_eq!(
        [&event["event_type"], &event["event_class"], &event["is_delivery_successful"], &event["profile_id"]],
        [&json!("refund_succeeded"), &json!("refunds"), &json!(true), &json!("pro_1")]
    );
    assert_eq!(event["initial_attempt_id"], event["event_id"]);
    let foreign = gateway.post("/events/merchant_2", ADMIN_KEY, &json!({})).await;
    assert_eq!(foreign.1["total_count"], 0);
    let secret = gateway.post("/events/merchant_1", SECRET_KEY, &json!({})).await;
    assert_eq!((secret.0, refused(&secret).1), (401, "IR_01"));
}

#[tokio::test]
async fn an_event_told_again_by_hand_is_the_same_bytes() {
    let (gateway, receiver) = start().await;
    receiver.answer_next(&[500]);
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let first = receiver.wait_for(1).await[0].clone();
    let id = first.json()["event_id"].as_str().unwrap().to_owned();
    let path = format!("/events/merchant_1/{id}");
    let attempts = async || gateway.get(&format!("{path}/attempts"), ADMIN_KEY).await.1;
    while attempts().await.as_array().unwrap().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let (status, retried) = gateway.post(&format!("{path}/retry"), ADMIN_KEY, &json!({})).await;
    assert_eq!((status, &retried["is_delivery_successful"]), (200, &json!(true)), "{retried}");
    let again = &receiver.received()[1];
    assert_eq!((&again.body, again.signature()), (&first.body, first.signature()));
    let tried = attempts().await;
    let kinds: Vec<_> = tried.as_array().unwrap().iter().map(|one| &one["delivery_attempt"]).collect();
    assert_eq!(kinds, [&json!("initial_attempt"), &json!("manual_retry")]);
    assert_eq!(tried[0]["response"]["status_code"], 500);
    assert_eq!(list(&gateway, json!({})).await["events"][0]["is_delivery_successful"], true);
    assert_eq!(gateway.get("/events/merchant_1/evt_none/attempts", ADMIN_KEY).await.0, 404);
}

#[tokio::test]
async fn every_change_is_told_where_the_profile_says_so() {
    let (gateway, receiver) = start().await;
    switch(&gateway, json!({ "webhook_mode": "every_change" })).await;
    gateway.pay("pay_1", DECLINED, json!({})).await;
    let body = json!({ "payment_method": "card", "payment_method_data": { "card": card(DECLINED) } });
    gateway.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    let received = receiver.wait_for(2).await;
    let told: Vec<_> = received.iter().map(|event| event.json()["event_type"].clone()).collect();
    assert_eq!(told, [json!("payment_failed"), json!("payment_failed")]);
    assert_ne!(received[0].json()["event_id"], received[1].json()["event_id"]);
}

#[tokio::test]
async fn a_profile_names_the_statuses_it_wants_to_hear_of() {
    let (gateway, receiver) = start().await;
    let details = json!({ "webhook_url": receiver.url, "payment_statuses_enabled": ["succeeded"],
                          "refund_statuses_enabled": ["failure"] });
    switch(&gateway, json!({ "webhook_details": details })).await;
    gateway.pay("pay_1", DECLINED, json!({})).await;
    gateway.pay("pay_2", APPROVED, json!({})).await;
    gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_2" })).await;
    let received = receiver.wait_for(1).await;
    assert_eq!(received[0].json()["event_type"], "payment_succeeded");
    assert_eq!(list(&gateway, json!({})).await["total_count"], 1);
}

fn header<'a>(received: &'a Received, name: &str) -> &'a str {
    received.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn standard_webhooks_stand_beside_owngateways_header() {
    let (gateway, receiver) = start().await;
    let headers = json!({ "x-shop": "till 7" });
    switch(
        &gateway,
        json!({ "standard_webhooks_secret": STANDARD_SECRET, "outgoing_webhook_custom_http_headers": headers }),
    )
    .await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let received = &receiver.wait_for(1).await[0];
    let sent = Headers {
        id: header(received, "webhook-id"),
        timestamp: header(received, "webhook-timestamp"),
        signature: header(received, "webhook-signature"),
    };
    let now = Timestamp::parse("2026-06-25T10:00:00Z").unwrap();
    let secret = Secret::parse(STANDARD_SECRET).unwrap();
    assert_eq!(verify(&sent, &received.body, now, &[secret]), Ok(()));
    assert_eq!(sent.id, received.json()["event_id"]);
    assert_eq!(received.signature().len(), 128);
    assert_eq!(header(received, "x-shop"), "till 7");
    let profile = gateway.get("/account/merchant_1/business_profile/pro_1", SECRET_KEY).await.1;
    assert_eq!(profile["standard_webhooks_secret"], "set", "a secret is not read back");
}

#[tokio::test]
async fn a_receiver_finds_a_webhook_fresh_however_far_the_gateways_clock_was_moved() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_in_real_time(Some(receiver.url.clone())).await;
    switch(&gateway, json!({ "standard_webhooks_secret": STANDARD_SECRET })).await;
    gateway.order("/sandbox/clock", json!({ "advance_seconds": 86_400 })).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let received = &receiver.wait_for(1).await[0];
    let sent = Headers {
        id: header(received, "webhook-id"),
        timestamp: header(received, "webhook-timestamp"),
        signature: header(received, "webhook-signature"),
    };
    let secret = Secret::parse(STANDARD_SECRET).unwrap();
    assert_eq!(verify(&sent, &received.body, florin_store::Clock::system().now(), &[secret]), Ok(()));
}

#[tokio::test]
async fn no_webhook_leads_to_a_closed_address() {
    let (gateway, receiver) = start().await;
    // The unspecified address reaches this machine's receiver, if anybody calls it.
    let closed = receiver.url.replace("127.0.0.1", "0.0.0.0");
    switch(&gateway, json!({ "webhook_details": { "webhook_url": closed } })).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let id = list(&gateway, json!({})).await["events"][0]["event_id"].as_str().unwrap().to_owned();
    let (status, tried) = gateway.post(&format!("/events/merchant_1/{id}/retry"), ADMIN_KEY, &json!({})).await;
    assert_eq!((status, &tried["is_delivery_successful"]), (200, &json!(false)));
    assert_eq!(tried["response"]["status_code"], Value::Null);
    assert!(receiver.received().is_empty());
}
