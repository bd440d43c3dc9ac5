//! Time runs out: for an order nobody paid, and for one whose payment is still open.

use reqwest::StatusCode;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn an_order_that_nobody_pays_expires() {
    let world = World::start().await;
    let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "expires_in": 60 })).await;
    world.wait(61);
    world.eventually_status(&order, "expired").await;
    world.eventually("the shop hears", async |world| world.told() == ["order.expired"]).await;
    assert_eq!(world.try_attempt(&order).await.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_open_payment_is_fenced_before_its_order_expires() {
    let world = World::start().await;
    let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "expires_in": 60 })).await;
    let opened = world.attempt(&order).await;
    world.wait(61);
    world.eventually_status(&order, "expired").await;
    let payment = world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await;
    assert!(["cancelled", "expired"].contains(&payment["status"].as_str().unwrap()), "{}", payment["status"]);
}
