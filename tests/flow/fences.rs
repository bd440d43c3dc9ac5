//! Giving up: believed when the gateway says so, and not before.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::browser::CHALLENGED;
use crate::world::World;

#[tokio::test]
async fn a_challenge_whose_cancel_is_lost_is_processing() {
    let world = World::start().await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    world.fault("POST /payments/{payment_id}/cancel", "drop_before").await;
    let abandoned = world.abandon(&order, &result["attempt"]).await;
    assert_eq!((&abandoned["status"], &abandoned["ok"]), (&json!("processing"), &json!(false)), "{abandoned}");
    assert!(abandoned.get("action").is_none() && abandoned["retry_after_ms"].is_number());
    let abandoned = world.abandon(&order, &result["attempt"]).await;
    assert_eq!(abandoned["status"], "open", "now the gateway has said so");
}

#[tokio::test]
async fn a_cancel_brings_a_payment_whose_opening_was_lost_to_its_end() {
    for (fault, at_the_gateway) in [("drop_after", "cancelled"), ("drop_before", "cancelled")] {
        let world = World::start().await;
        let order = world.order().await;
        world.fault("POST /payments", fault).await;
        let (status, _) = world.try_attempt(&order).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        let path = format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap());
        let (status, canceled) = world.shop(Method::POST, &path, None).await;
        assert_eq!((status, &canceled["status"]), (StatusCode::OK, &json!("canceled")), "{fault}: {canceled}");
        let payment = world.payment(canceled["payment"]["id"].as_str().unwrap()).await;
        assert_eq!(payment["status"], at_the_gateway, "{fault}");
    }
}
