//! The shop changes the price before anybody pays.

use florin_domain::checkout::CollectMode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::{APPROVED, CHALLENGED};
use crate::world::World;

impl World {
    async fn update(&self, order: &Value, body: Value) -> (StatusCode, Value) {
        self.shop(Method::POST, &format!("/v1/orders/{}", order["id"].as_str().unwrap()), Some(body)).await
    }
}

#[tokio::test]
async fn an_open_payment_is_fenced_and_the_new_price_is_paid() {
    for collect in [CollectMode::Token, CollectMode::Confirm] {
        let world = World::collecting(collect).await;
        let order = world.order().await;
        let opened = world.attempt(&order).await;
        let items = json!([{ "name": "paper", "quantity": 2, "amount": 5000 }]);
        let (status, dearer) = world.update(&order, json!({ "amount": 5000, "items": items })).await;
        assert_eq!((status, &dearer["amount"]), (StatusCode::OK, &json!(5000)), "{dearer}");
        let old = world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await;
        assert_eq!(old["status"], "cancelled");
        let (status, error) = world.try_attempt(&order).await;
        assert_eq!((status, &error["error"]["code"]), (StatusCode::CONFLICT, &json!("amount_changed")));
        assert_eq!(world.pay_with(&dearer, APPROVED).await["status"], "paid");
        assert_eq!(world.read(&order).await["amount_captured"], 5000);
        assert!(world.timeline(&order).await.contains(&"amount_changed".to_owned()));
    }
}

#[tokio::test]
async fn a_payment_that_has_a_card_keeps_its_price() {
    let world = World::start().await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    let (status, error) = world.update(&order, json!({ "amount": 1 })).await;
    assert_eq!((status, &error["error"]["code"]), (StatusCode::CONFLICT, &json!("payment_open")));
    assert_eq!(world.result(&order).await["status"], "requires_action", "the shopper is not disturbed");
    world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    world.eventually_status(&order, "paid").await;
    assert_eq!(world.read(&order).await["amount_captured"], 4200);
    let (status, error) = world.update(&order, json!({ "amount": 1 })).await;
    assert_eq!((status, &error["error"]["code"]), (StatusCode::CONFLICT, &json!("order_closed")));
}

#[tokio::test]
async fn a_price_whose_fence_is_lost_stays() {
    let world = World::start().await;
    let order = world.order().await;
    world.attempt(&order).await;
    let fault = json!({ "route": "POST /payments/{payment_id}/cancel", "fault": "drop_before", "times": 2 });
    world.sandbox("faults", fault).await;
    let (status, error) = world.update(&order, json!({ "amount": 5000 })).await;
    assert_eq!((status, &error["error"]["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("gateway_unavailable")));
    assert_eq!(world.read(&order).await["amount"], 4200);
    let (status, _) = world.update(&order, json!({ "amount": 5000 })).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_price_that_makes_no_sense_changes_and_fences_nothing() {
    let world = World::start().await;
    let items = json!([{ "name": "paper", "quantity": 1, "amount": 4200 }]);
    let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "items": items })).await;
    let opened = world.attempt(&order).await;
    for (body, code) in [
        (json!({}), "missing_field"),
        (json!({ "amount": 0 }), "amount_out_of_range"),
        (json!({ "amount": -1 }), "amount_out_of_range"),
        (json!({ "amount": 1_000_000_000 }), "amount_out_of_range"),
        (json!({ "amount": 5000 }), "items_do_not_add_up"),
        (json!({ "items": [{ "name": "", "quantity": 1, "amount": 4200 }] }), "invalid_text"),
        (json!({ "currency": "USD" }), "unknown_field"),
    ] {
        let (status, error) = world.update(&order, body.clone()).await;
        assert_eq!((status.as_u16(), error["error"]["code"].as_str()), (422, Some(code)), "{body}");
    }
    assert_eq!(world.read(&order).await["amount"], 4200);
    let again = world.attempt(&order).await;
    assert_eq!(again["attempt"], opened["attempt"], "the open payment is still there");
}
