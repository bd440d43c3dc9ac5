//! Captures and refunds whose answers are lost: done once, and told once.

use florin_domain::checkout::CollectMode;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::browser::APPROVED;
use crate::world::World;

const FAULTS: [&str; 3] = ["drop_before", "drop_after", "status"];

async fn confirmed_otherwise(capture: &str, asked: &str, route: &str, fault: &str) -> (World, Value, Value) {
    let world = World::collecting(CollectMode::Confirm).await;
    let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "capture": capture })).await;
    let opened = world.attempt(&order).await;
    world.sandbox("faults", json!({ "route": route, "fault": fault, "status": 503, "times": 2 })).await;
    world.confirm_with(&opened, APPROVED, json!({ "capture_method": asked })).await;
    let (status, _) = world.try_pay(&order, &opened["attempt"], None).await;
    assert_eq!(status, StatusCode::OK);
    (world, order, opened)
}

/// Lets a minute pass in small steps, so that every timer has its turn.
async fn a_minute(world: &World) {
    for _ in 0..12 {
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        world.wait(5);
    }
}

#[tokio::test]
async fn a_refund_is_given_once() {
    for fault in FAULTS {
        let (world, order, opened) = confirmed_otherwise("manual", "automatic", "POST /refunds", fault).await;
        a_minute(&world).await;
        world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
        assert_eq!(world.told(), ["order.payment_returned"], "{fault}");
        assert_eq!(world.status_of(&order).await, "open", "{fault}");
        let payment = world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await;
        let refunds = payment["refunds"].as_array().unwrap();
        assert_eq!((refunds.len(), &refunds[0]["amount"]), (1, &json!(4200)), "{fault}");
    }
}

#[tokio::test]
async fn a_capture_is_taken_once() {
    for fault in FAULTS {
        let route = "POST /payments/{payment_id}/capture";
        let (world, order, _) = confirmed_otherwise("automatic", "manual", route, fault).await;
        a_minute(&world).await;
        world.eventually_status(&order, "paid").await;
        assert_eq!(world.read(&order).await["amount_captured"], 4200);
        world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
        assert_eq!(world.told(), ["order.paid"], "{fault}");
        let told = world.timeline(&order).await;
        let ordered = told.iter().filter(|kind| *kind == "capture_ordered").count();
        assert_eq!(ordered, 1, "{fault}: {told:?}");
    }
}
