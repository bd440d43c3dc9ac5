//! The straight way, in both modes.

use florin_domain::checkout::CollectMode;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::browser::APPROVED;
use crate::world::World;

async fn an_approved_card_pays_the_order(collect: CollectMode) {
    let world = World::collecting(collect).await;
    let order = world.order().await;
    let result = world.pay_with(&order, APPROVED).await;
    assert_eq!((result["status"].as_str(), result["ok"].as_bool()), (Some("paid"), Some(true)), "{result}");

    let paid = world.read(&order).await;
    assert_eq!(paid["status"], "paid");
    assert_eq!(paid["amount_captured"], 4200);
    assert_eq!(paid["payment"]["card"]["last4"], "4242");
    assert_eq!(paid["paid_at"], "2026-06-25T10:00:00.000Z");
    world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
    assert_eq!(world.told(), ["order.paid"]);
    let event = &world.events()[0];
    assert_eq!((&event["data"]["order"]["id"], &event["mode"]), (&order["id"], &json!("test")));
    assert_eq!(world.timeline(&order).await, ["created", "payment_opened", "submitted", "paid"]);
}

#[tokio::test]
async fn an_approved_card_pays_the_order_by_token() {
    an_approved_card_pays_the_order(CollectMode::Token).await;
}

#[tokio::test]
async fn an_approved_card_pays_the_order_by_confirm() {
    an_approved_card_pays_the_order(CollectMode::Confirm).await;
}

#[tokio::test]
async fn the_webhook_that_follows_changes_nothing_more() {
    let world = World::start().await;
    let order = world.order().await;
    world.pay_with(&order, APPROVED).await;
    let payment = world.read(&order).await["payment"]["id"].as_str().unwrap().to_owned();
    world.sandbox("webhooks", json!({ "mode": "duplicate" })).await;
    world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
    let reads = world.reads(&payment).await;
    world.wait(120);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(world.told(), ["order.paid"]);
    assert_eq!(world.reads(&payment).await, reads, "an event that brings no news causes no read");
}

#[tokio::test]
async fn a_manual_order_is_authorized_and_not_captured() {
    let world = World::start().await;
    let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "capture": "manual" })).await;
    let result = world.pay_with(&order, APPROVED).await;
    assert_eq!(result["status"], "authorized");
    let authorized = world.read(&order).await;
    assert_eq!((&authorized["amount_authorized"], &authorized["amount_captured"]), (&json!(4200), &json!(0)));
}

#[tokio::test]
async fn paying_again_answers_the_same_and_charges_nothing() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let token = world.token(&opened, APPROVED).await;
    let (_, first) = world.try_pay(&order, &opened["attempt"], Some(&token)).await;
    let (status, second) = world.try_pay(&order, &opened["attempt"], Some(&token)).await;
    assert_eq!((status, &second), (StatusCode::OK, &first));
    assert_eq!(world.read(&order).await["amount_captured"], 4200);
}

#[tokio::test]
async fn nothing_secret_reaches_the_browser() {
    let world = World::start().await;
    let order = world.order().await;
    let session = order["checkout"]["session"].as_str().unwrap();
    let view = world.http.get(format!("{}/checkout/{session}", world.merchant_url)).send().await.unwrap();
    let opened = world.attempt(&order).await;
    let result = world.pay(&order, &opened, APPROVED).await;
    for said in [view.text().await.unwrap(), opened.to_string(), result.to_string()] {
        for secret in [crate::world::SECRET_KEY, crate::world::SHOP_KEY, crate::world::RETURN_KEY, APPROVED, "token_"] {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
}

#[tokio::test]
async fn the_frame_alone_may_call_from_a_browser() {
    let world = World::start().await;
    let order = world.order().await;
    let session = order["checkout"]["session"].as_str().unwrap();
    for (origin, allowed) in [(crate::world::FRAME, true), ("http://evil.example", false), ("null", false)] {
        let url = format!("{}/checkout/{session}/pay", world.merchant_url);
        let response = world
            .http
            .request(Method::OPTIONS, url)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
            .send()
            .await
            .unwrap();
        let granted = response.headers().get("access-control-allow-origin");
        assert_eq!(granted.is_some_and(|value| value == origin), allowed, "{origin}");
        assert!(response.headers().get("access-control-allow-credentials").is_none());
    }
}
