//! Guards against programs that try out stolen cards, and against asking a gateway in vain.

use florin_domain::flow::open::Limits;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::browser::{APPROVED, DECLINED};
use crate::world::{Wish, World};

/// Opens an attempt as a proxy passes it on for this address.
async fn attempt_from(world: &World, order: &Value, said: &str) -> reqwest::Response {
    let session = order["checkout"]["session"].as_str().unwrap();
    let url = format!("{}/checkout/{session}/attempts", world.merchant_url);
    world.http.post(url).header("x-forwarded-for", said).json(&json!({})).send().await.unwrap()
}

fn behind_a_proxy(limits: Limits) -> Wish {
    Wish { limits, tune: |settings| settings.proxies = vec!["127.0.0.0/8".parse().unwrap()], ..Wish::default() }
}

#[tokio::test]
async fn a_network_opens_sixty_attempts_in_ten_minutes() {
    let world = World::start().await;
    for number in 0..60 {
        world.attempt(&world.order().await).await;
        if number == 0 {
            world.wait(60);
        }
    }
    let order = world.order().await;
    let refused = attempt_from(&world, &order, "198.51.100.7").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS, "what a stranger says of itself is not believed");
    assert_eq!(refused.headers()["retry-after"], "540", "until the first is ten minutes old");
    let error: Value = refused.json().await.unwrap();
    assert_eq!((&error["error"]["code"], &error["error"]["advice"]), (&json!("too_many_attempts"), &json!("wait")));
    world.wait(539);
    assert_eq!(world.try_attempt(&order).await.0, StatusCode::TOO_MANY_REQUESTS);
    world.wait(1);
    world.attempt(&order).await;
    let next = world.order().await;
    assert_eq!(world.try_attempt(&next).await.0, StatusCode::TOO_MANY_REQUESTS, "one left, one came");
}

#[tokio::test]
async fn the_attempt_that_is_open_is_no_new_one() {
    let limits = Limits { network: 1, ..Limits::default() };
    let world = World::with(Wish { limits, ..Wish::default() }).await;
    let order = world.order().await;
    let first = world.attempt(&order).await;
    for _ in 0..5 {
        assert_eq!(world.attempt(&order).await["attempt"], first["attempt"]);
    }
    assert_eq!(world.pay(&order, &first, APPROVED).await["status"], "paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_counted_one_by_one() {
    let limits = Limits { network: 10, ..Limits::default() };
    let world = World::with(Wish { limits, ..Wish::default() }).await;
    let mut orders = Vec::new();
    for _ in 0..40 {
        orders.push(world.order().await);
    }
    let answers = futures_util::future::join_all(orders.iter().map(|order| world.try_attempt(order))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == StatusCode::OK).count(), 10);
    assert_eq!(answers.iter().filter(|(status, _)| *status == StatusCode::TOO_MANY_REQUESTS).count(), 30);
}

#[tokio::test]
async fn behind_a_declared_proxy_each_network_has_its_own_count() {
    let world = World::with(behind_a_proxy(Limits { network: 1, ..Limits::default() })).await;
    for (said, status) in [
        ("198.51.100.7", StatusCode::OK),
        ("198.51.100.200", StatusCode::TOO_MANY_REQUESTS),
        ("1.1.1.1, 198.51.100.9", StatusCode::TOO_MANY_REQUESTS),
        ("198.51.101.7", StatusCode::OK),
        ("2001:db8:0:1::7", StatusCode::OK),
        ("2001:db8:0:1:ffff::8", StatusCode::TOO_MANY_REQUESTS),
        ("2001:db8:0:2::7", StatusCode::OK),
    ] {
        let order = world.order().await;
        assert_eq!(attempt_from(&world, &order, said).await.status(), status, "{said}");
    }
}

#[tokio::test]
async fn an_account_under_attack_serves_sessions_that_are_ten_seconds_old() {
    let limits = Limits { declined_of: 10, declined: 100, ..Limits::default() };
    let world = World::with(Wish { limits, ..Wish::default() }).await;
    let (a, d) = (APPROVED, DECLINED);
    for card in [a, d, d, d, d, d, d, a, a, a] {
        world.pay_with(&world.order().await, card).await;
        world.wait(1);
    }
    // Six of ten are not yet more than sixty percent; the oldest approval gives way to a seventh.
    world.pay_with(&world.order().await, DECLINED).await;
    world.wait(1);
    let order = world.order().await;
    let (status, error) = world.try_attempt(&order).await;
    assert_eq!((status, &error["error"]["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("too_many_attempts")));
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("This payment can't be begun just yet"), "not this order's: {message}");
    world.wait(9);
    assert_eq!(world.try_attempt(&order).await.0, StatusCode::TOO_MANY_REQUESTS);
    world.wait(1);
    assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
    let next = world.order().await;
    assert_eq!(world.try_attempt(&next).await.0, StatusCode::OK, "sixty percent again");
}

#[tokio::test]
async fn lifted_limits_limit_nothing() {
    let world = World::with(Wish { limits: Limits::lifted(), ..Wish::default() }).await;
    for _ in 0..61 {
        world.attempt(&world.order().await).await;
    }
    let order = world.order().await;
    for _ in 0..21 {
        assert_eq!(world.pay_with(&order, DECLINED).await["status"], "declined");
    }
}

#[tokio::test]
async fn a_gateway_that_refuses_to_open_is_not_asked_again_at_once() {
    let world = World::start().await;
    let order = world.order().await;
    let refuse = json!({ "route": "POST /payments", "fault": "status", "status": 401, "times": 1 });
    world.sandbox("faults", refuse).await;
    for _ in 0..3 {
        // From the second time on the gateway would open it; nobody asks.
        assert_eq!(world.try_attempt(&order).await.0, StatusCode::SERVICE_UNAVAILABLE);
    }
    world.wait(10);
    assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
}
