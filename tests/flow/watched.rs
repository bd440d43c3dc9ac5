//! What people on duty see: metrics, readiness, and errors that are ours.

use reqwest::StatusCode;
use secrecy::SecretString;
use serde_json::json;

use crate::browser::{APPROVED, DECLINED};
use crate::world::{SHOP_KEY, Wish, World};

const METRICS_KEY: &str = "demo_metrics_key_of_a_test";

impl World {
    async fn metrics(&self, key: &str) -> (StatusCode, String) {
        let request = self.http.get(format!("{}/metrics", self.merchant_url)).bearer_auth(key);
        let response = request.send().await.unwrap();
        (response.status(), response.text().await.unwrap())
    }
}

/// The value of a series, 0 when it is not there.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0.0, |number| number.parse().unwrap())
}

#[tokio::test]
async fn metrics_count_what_happened() {
    let world = World::with(Wish {
        tune: |settings| settings.metrics_key = Some(SecretString::from(METRICS_KEY)),
        ..Wish::default()
    })
    .await;
    let (paid, declined) = (world.order().await, world.order().await);
    world.pay_with(&paid, APPROVED).await;
    world.pay_with(&declined, DECLINED).await;
    let review = world.order().await;
    let opened = world.attempt(&review).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    world.fault("POST /payments/{payment_id}/confirm", "wrong_amount").await;
    world.pay(&review, &opened, APPROVED).await;
    world.eventually("the shop hears", async |world| world.told().len() == 3).await;
    world
        .eventually("all is counted", async |world| {
            let (_, text) = world.metrics(METRICS_KEY).await;
            value(&text, "florin_merchant_shop_deliveries_total{result=\"delivered\"}") == 3.0
        })
        .await;
    let (status, text) = world.metrics(METRICS_KEY).await;
    assert_eq!(status, StatusCode::OK);
    for (series, expected) in [
        ("florin_merchant_orders_total", 3.0),
        ("florin_merchant_attempts_total", 3.0),
        ("florin_merchant_order_events_total{event=\"order.paid\"}", 1.0),
        ("florin_merchant_order_events_total{event=\"order.payment_failed\"}", 1.0),
        ("florin_merchant_order_events_total{event=\"order.review\"}", 1.0),
        ("florin_merchant_orders_in_review", 1.0),
        ("florin_merchant_attempts_unknown", 0.0),
        ("florin_merchant_gateway_call_seconds_count{call=\"create\",answer=\"done\"}", 3.0),
        ("florin_merchant_gateway_call_seconds_count{call=\"confirm\",answer=\"done\"}", 3.0),
    ] {
        assert_eq!(value(&text, series), expected, "{series} in {text}");
    }
    assert!(text.contains("florin_merchant_request_seconds_bucket"), "{text}");
    for secret in ["ord_", "cs_", "pay_", "att_", METRICS_KEY, SHOP_KEY, "client_secret"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(text.contains("route=\"/checkout/{session}/pay\""));
}

#[tokio::test]
async fn metrics_are_for_those_with_a_key() {
    let world = World::start().await;
    for (key, status) in [("", 401), ("x", 401), (METRICS_KEY, 401), (SHOP_KEY, 200)] {
        assert_eq!(world.metrics(key).await.0.as_u16(), status, "{key}");
    }
}

#[tokio::test]
async fn both_secrets_of_a_rotation_sign_every_event() {
    const NEXT: &str = "whsec_bmV4dCBzZWNyZXQgb2YgYSB0ZXN0LCBsb25nIGVub3VnaA==";
    let rotating = Wish {
        tune: |settings| {
            let webhook = settings.shop_webhook.as_mut().unwrap();
            webhook.secrets.insert(0, florin_signing::standard_webhooks::Secret::parse(NEXT).unwrap());
        },
        ..Wish::default()
    };
    // The shop's receiver knows the old secret alone, and refuses what it can't verify.
    let world = World::with(rotating).await;
    world.paid_order().await;
    world.eventually("the shop hears", async |world| world.told() == ["order.paid"]).await;
}

#[tokio::test]
async fn a_fault_of_ours_is_a_503_that_may_be_tried_again() {
    let world = World::start().await;
    world.close_merchant_store().await;
    let (status, error) = world.shop(reqwest::Method::GET, "/v1/orders", None).await;
    assert_eq!((status, &error["error"]["type"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("internal")), "{error}");
    assert_eq!((&error["error"]["code"], &error["error"]["retryable"]), (&json!("internal"), &json!(true)));
    let ready = world.http.get(format!("{}/ready", world.merchant_url)).send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    let health = world.http.get(format!("{}/health", world.merchant_url)).send().await.unwrap();
    assert_eq!(health.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_server_that_stops_is_not_ready_and_keeps_nobody_waiting() {
    let world = World::start().await;
    let order = world.order().await;
    let ready = async || world.http.get(format!("{}/ready", world.merchant_url)).send().await.unwrap().status();
    assert_eq!(ready().await, StatusCode::OK);
    let session = order["checkout"]["session"].as_str().unwrap();
    let url = format!("{}/checkout/{session}/status?wait=20", world.merchant_url);
    let begin = tokio::time::Instant::now();
    let waiting = tokio::spawn(world.http.get(url).send());
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    world.stop_workers();
    world.eventually("it is not ready", async |_| ready().await == StatusCode::SERVICE_UNAVAILABLE).await;
    let answer: serde_json::Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(answer["status"], "open");
    assert!(begin.elapsed() < std::time::Duration::from_secs(15), "the wait went on");
}

#[tokio::test]
async fn whoever_waits_for_an_open_order_hears_when_somebody_pays_it() {
    let world = World::start().await;
    let order = world.order().await;
    let session = order["checkout"]["session"].as_str().unwrap();
    let url = format!("{}/checkout/{session}/status?wait=20", world.merchant_url);
    let waiting = tokio::spawn(world.http.get(&url).send());
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    world.pay_with(&order, APPROVED).await;
    let answer: serde_json::Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(answer["status"], "paid");
}
