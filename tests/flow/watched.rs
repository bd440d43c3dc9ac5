//! What people on duty see: metrics, readiness, and errors that are ours.

use florin_domain::mode::Mode;
use florin_merchant::ReturnScheme;
use florin_signing::sealed::SealingKey;
use florin_store::Store;
use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use serde_json::json;

use crate::browser::{APPROVED, CHALLENGED, DECLINED};
use crate::world::{ADMIN_KEY, SHOP_KEY, Wish, World};

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
async fn what_people_and_time_do_to_orders_is_counted_too() {
    let world = World::start().await;
    let canceled = world.order().await;
    let path = format!("/v1/orders/{}/cancel", canceled["id"].as_str().unwrap());
    for _ in 0..2 {
        world.shop(Method::POST, &path, None).await;
    }
    let review = world.order().await;
    let opened = world.attempt(&review).await;
    world.fault("POST /payments/{payment_id}/confirm", "wrong_amount").await;
    world.pay(&review, &opened, APPROVED).await;
    let path = format!("/v1/orders/{}/review", review["id"].as_str().unwrap());
    let body = json!({ "decision": "accept", "note": "the bank called" });
    let (status, _) = world.shop(Method::POST, &path, Some(body)).await;
    assert_eq!(status, StatusCode::OK);
    let expiring = json!({ "amount": 4200, "currency": "EUR", "expires_in": 60 });
    let expiring = world.order_of(expiring).await;
    world.wait(61);
    world.eventually_status(&expiring, "expired").await;
    let series = |event: &str| format!("florin_merchant_order_events_total{{event=\"order.{event}\"}}");
    for (event, times) in [("canceled", 1.0), ("review", 1.0), ("paid", 1.0), ("expired", 1.0)] {
        world.eventually(event, async |world| value(&world.metrics(SHOP_KEY).await.1, &series(event)) == times).await;
    }
    // Whatever was still under way may count nothing a second time.
    world.eventually("the shop hears", async |world| world.told().len() == 4).await;
    while world.merchant.run_due().await.unwrap() {}
    let (_, text) = world.metrics(SHOP_KEY).await;
    for event in ["canceled", "review", "paid", "expired"] {
        assert_eq!(value(&text, &series(event)), 1.0, "{event} in {text}");
    }
}

#[tokio::test]
async fn webhooks_that_wait_are_seen_to_lag_and_are_dealt_with_once() {
    let world = World::idle().await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    let (lag, work) = ("florin_merchant_webhooks_lag_seconds", "florin_merchant_webhook_work_seconds_count");
    let seen = async || {
        let (_, text) = world.metrics(SHOP_KEY).await;
        (value(&text, lag), value(&text, work))
    };
    // The news of the challenge.
    while world.merchant.run_due().await.unwrap() {}
    let before = seen().await.1;
    let all = world.gateway_events();
    let (body, signature) = all.iter().find(|(body, _)| body.contains("payment_succeeded")).unwrap();
    world.deliver(&world.merchant_url, body, signature).await;
    world.wait(30);
    assert_eq!(seen().await, (30.0, before));
    let fault = json!({ "route": "GET /payments/{payment_id}", "fault": "drop_before", "times": 99 });
    world.sandbox("faults", fault).await;
    world.merchant.run_due().await.unwrap();
    assert_eq!(seen().await, (30.0, before), "a read that failed has dealt with nothing");
    let faults = world.http.delete(format!("{}/sandbox/faults", world.gateway_url));
    assert!(faults.header("api-key", ADMIN_KEY).send().await.unwrap().status().is_success());
    world.wait(60);
    while world.merchant.run_due().await.unwrap() {}
    assert_eq!(world.status_of(&order).await, "paid");
    let (lag, work) = seen().await;
    assert_eq!(lag, 0.0);
    assert!(work > before);
}

#[tokio::test]
async fn the_inventory_names_every_kind_of_key_and_its_last_use() {
    const SEALING: &[u8; 32] = b"thirty-two bytes of a sealing ke";
    let world = World::with(Wish {
        no_workers: true,
        tune: |settings| {
            settings.metrics_key = Some(SecretString::from(METRICS_KEY));
            settings.account.returns = ReturnScheme::Sealed { keys: vec![SealingKey::from_random(*SEALING).unwrap()] };
        },
        ..Wish::default()
    })
    .await;
    let kinds = async || {
        world.wait(61);
        while world.merchant.run_due().await.unwrap() {}
        let store = Store::open_existing(&world.merchant_database(), &florin_merchant::SCHEMA, Mode::Test).await;
        let keys = florin_merchant::key_inventory(&store.unwrap()).await.unwrap();
        let told = keys.into_iter().map(|key| (key.kind, key.last_used_at.is_some()));
        told.filter(|(kind, _)| ["metrics key", "return sealing key"].contains(&kind.as_str())).collect::<Vec<_>>()
    };
    let expected = |used| [("metrics key".to_owned(), used), ("return sealing key".to_owned(), false)];
    assert_eq!(kinds().await, expected(false));
    world.metrics(SHOP_KEY).await;
    assert_eq!(kinds().await, expected(false), "a shop key opens metrics too, and is another");
    world.metrics(METRICS_KEY).await;
    assert_eq!(kinds().await, expected(true));
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
