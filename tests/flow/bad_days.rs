//! Lost requests, lost answers, a gateway that is down or lies.

use std::time::Duration;

use florin_domain::checkout::CollectMode;
use reqwest::StatusCode;
use serde_json::json;

use crate::browser::{APPROVED, DECLINED};
use crate::world::{Wish, World};

/// Where the answer is meant not to come in time.
const SHORT: Duration = Duration::from_secs(2);

const CONFIRM: &str = "POST /payments/{payment_id}/confirm";

#[tokio::test]
async fn an_answer_lost_after_the_effect_ends_paid_once() {
    let world = World::with(Wish { pay_deadline: SHORT, ..Wish::default() }).await;
    let order = world.order().await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    world.fault(CONFIRM, "drop_after").await;
    let result = world.pay_with(&order, APPROVED).await;
    assert_eq!((result["status"].as_str(), result["error"]["advice"].as_str()), (Some("unknown"), Some("wait")));
    assert_eq!(world.status_of(&order).await, "processing");
    assert_eq!(world.try_attempt(&order).await.0, StatusCode::CONFLICT, "no second payment while one is unknown");
    world.wait(1);
    world.eventually_status(&order, "paid").await;
    assert_eq!(world.read(&order).await["amount_captured"], 4200);
}

#[tokio::test]
async fn a_request_lost_before_the_effect_is_sent_again_and_paid_once() {
    let world = World::with(Wish { pay_deadline: SHORT, ..Wish::default() }).await;
    let order = world.order().await;
    world.fault(CONFIRM, "drop_before").await;
    let result = world.pay_with(&order, APPROVED).await;
    assert_eq!(result["status"], "unknown");
    world.wait(1);
    world.eventually_status(&order, "paid").await;
    world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
    assert_eq!(world.told(), ["order.paid"]);
}

#[tokio::test]
async fn a_decline_whose_answer_was_lost_is_told_as_a_decline() {
    let world = World::with(Wish { pay_deadline: SHORT, ..Wish::default() }).await;
    let order = world.order().await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    world.fault(CONFIRM, "drop_after").await;
    world.pay_with(&order, DECLINED).await;
    world
        .eventually("the order is open", async |world| {
            // The loss may be noticed later than the browser is answered.
            world.wait(1);
            world.status_of(&order).await == "open"
        })
        .await;
    assert_eq!(world.result(&order).await["status"], "declined");
}

#[tokio::test]
async fn a_gateway_in_trouble_at_opening_says_try_again_and_the_order_stays_open() {
    let world = World::start().await;
    let order = world.order().await;
    for fault in ["drop_before", "drop_after"] {
        world.fault("POST /payments", fault).await;
        let (status, error) = world.try_attempt(&order).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{error}");
        assert_eq!(
            (error["error"]["retryable"].as_bool(), error["error"]["advice"].as_str()),
            (Some(true), Some("try_again"))
        );
        assert_eq!(world.status_of(&order).await, "open");
    }
    // The same payment is asked for again; that it exists by now is no obstacle.
    assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
}

#[tokio::test]
async fn in_confirm_mode_a_card_that_never_arrived_is_asked_for_again() {
    let world = World::collecting(CollectMode::Confirm).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let (_, result) = world.try_pay(&order, &opened["attempt"], None).await;
    assert_eq!(
        (result["status"].as_str(), world.read(&order).await["last_error"]["code"].as_str()),
        (Some("open"), Some("card_not_received"))
    );
    assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
}

#[tokio::test]
async fn a_wrong_amount_is_never_a_sale() {
    for collect in [CollectMode::Token, CollectMode::Confirm] {
        let world = World::with(Wish { collect, pay_deadline: SHORT, ..Wish::default() }).await;
        let order = world.order().await;
        let opened = world.attempt(&order).await;
        world.sandbox("webhooks", json!({ "mode": "hold" })).await;
        for route in [CONFIRM, "GET /payments/{payment_id}"] {
            world.sandbox("faults", json!({ "route": route, "fault": "wrong_amount", "times": 9 })).await;
        }
        let result = world.pay(&order, &opened, APPROVED).await;
        assert_eq!(result["status"], "processing", "to the shopper a review is somebody at work");
        assert_eq!(world.status_of(&order).await, "review");
        world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
        assert_eq!(world.told(), ["order.review"]);
    }
}

#[tokio::test]
async fn a_token_of_another_payment_charges_nothing() {
    let world = World::start().await;
    let (order, other) = (world.order().await, world.order().await);
    let (opened, foreign) = (world.attempt(&order).await, world.attempt(&other).await);
    let token = world.token(&foreign, APPROVED).await;
    let (_, result) = world.try_pay(&order, &opened["attempt"], Some(&token)).await;
    assert_eq!(
        (result["status"].as_str(), world.read(&order).await["last_error"]["code"].as_str()),
        (Some("open"), Some("card_not_received"))
    );
    assert_eq!(world.read(&order).await["amount_captured"], 0);
    assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
}
