//! A gateway that hangs slows nobody who does not need it, and is left alone for a while.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::browser::APPROVED;
use crate::world::{ADMIN_KEY, Wish, World};

#[tokio::test(flavor = "multi_thread")]
async fn while_payments_hang_the_rest_of_the_server_answers_as_ever() {
    let world = World::with(Wish { pay_deadline: Duration::from_millis(300), ..Wish::default() }).await;
    let paid = world.paid_order().await;
    let mut open = Vec::new();
    for _ in 0..12 {
        let order = world.order().await;
        let opened = world.attempt(&order).await;
        let token = world.token(&opened, APPROVED).await;
        open.push((order, opened, token));
    }
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    let route = "POST /payments/{payment_id}/confirm";
    world.sandbox("faults", json!({ "route": route, "fault": "delay", "ms": 15_000, "times": 12 })).await;
    let pays = open.iter().map(|(order, opened, token)| world.try_pay(order, &opened["attempt"], Some(token)));
    for (status, result) in futures_util::future::join_all(pays).await {
        // The deadline came first: the shopper is told how it stands.
        assert_eq!((status, &result["status"]), (StatusCode::OK, &json!("processing")));
    }
    let begin = Instant::now();
    for _ in 0..50 {
        world.read(&paid).await;
        world.result(&paid).await;
        world.order().await;
    }
    // Not one of them waited for the gateway.
    assert!(begin.elapsed() < Duration::from_secs(14), "150 calls took {:?}", begin.elapsed());

    // After five seconds each of the twelve counts as failed: no other payment is sent after them. What is
    // sent all the same, before or as a probe, fails too: however slow the machine, nothing closes it again.
    world.sandbox("faults", json!({ "route": "POST /payments", "fault": "drop_before" })).await;
    tokio::time::sleep_until(begin + Duration::from_secs(6)).await;
    world
        .eventually_within(Duration::from_secs(20), "the breaker opens", async |world| {
            tokio::time::sleep(Duration::from_millis(400)).await;
            let (late, before) = (world.order().await, dropped(world).await);
            let (status, _) = world.try_attempt(&late).await;
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
            dropped(world).await == before
        })
        .await;
    // Too few to have opened it: the hung ones did.
    assert!(dropped(&world).await < 8, "{} payments were sent", dropped(&world).await);
    let faults = world.http.delete(format!("{}/sandbox/faults", world.gateway_url));
    assert!(faults.header("api-key", ADMIN_KEY).send().await.unwrap().status().is_success());
    // When their answers come the gateway is called again, and each was paid once.
    world
        .eventually_within(Duration::from_secs(60), "all are paid", async |world| {
            for (order, ..) in &open {
                if world.status_of(order).await != "paid" {
                    return false;
                }
            }
            true
        })
        .await;
    let next = world.order().await;
    world
        .eventually_within(Duration::from_secs(20), "the breaker closes", async |world| {
            world.try_attempt(&next).await.0 == StatusCode::OK
        })
        .await;
}

/// How many calls the sandbox dropped.
async fn dropped(world: &World) -> u64 {
    let faults = world.http.get(format!("{}/sandbox/faults", world.gateway_url)).header("api-key", ADMIN_KEY);
    let faults: Value = faults.send().await.unwrap().json().await.unwrap();
    let all = faults["data"].as_array().or(faults.as_array()).unwrap();
    all.iter().filter(|fault| fault["fault"] == "drop_before").map(|fault| fault["struck"].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn news_of_one_payment_that_comes_at_once_is_read_at_most_twice_at_a_time() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let payment = opened["collect"]["payment_id"].as_str().unwrap();
    let before = world.reads(payment).await;
    let slow = json!({ "route": "GET /payments/{payment_id}", "fault": "delay", "ms": 500, "times": 99 });
    world.sandbox("faults", slow).await;
    // Thirty events about it, each new: each wants to know how it stands.
    for number in 0..30 {
        let body = json!({ "event_id": format!("evt_{number}"), "event_type": "payment_failed",
            "content": { "object": { "payment_id": payment } } })
        .to_string();
        let key = florin_signing::SigningKey::new(secrecy::SecretString::from(crate::world::RETURN_KEY)).unwrap();
        let signature = florin_signing::own_gateway::webhook::sign(body.as_bytes(), &key);
        let request = world.http.post(format!("{}/webhooks/gateway", world.merchant_url));
        request.header("x-webhook-signature-512", signature).body(body).send().await.unwrap();
    }
    world
        .eventually("all are dealt with", async |world| {
            let (_, text) = world.shop_text(Method::GET, "/metrics").await;
            text.contains("florin_merchant_webhooks_waiting 0")
        })
        .await;
    let reads = world.reads(payment).await - before;
    assert!((1..=6).contains(&reads), "{reads} reads for thirty events");
}
