//! A bank that refuses until it sees the shopper: the same order, and a second payment that asks for 3-D Secure.

use florin_domain::checkout::CollectMode;
use serde_json::json;

use crate::browser::{APPROVED, DECLINED};
use crate::world::World;

/// Refused unless 3-D Secure is asked for; then the shopper confirms with the bank.
const WANTS_THE_SHOPPER: &str = "4000002760003184";

async fn a_soft_decline_is_followed_by_one_challenge(collect: CollectMode) {
    let world = World::collecting(collect).await;
    let order = world.order().await;
    let declined = world.pay_with(&order, WANTS_THE_SHOPPER).await;
    assert_eq!(declined["status"], "declined");
    let error = &declined["error"];
    assert_eq!((&error["code"], &error["advice"]), (&json!("authentication_required"), &json!("authenticate")));
    assert_eq!(error["retryable"], true);
    assert_eq!(world.status_of(&order).await, "open");

    let asked = world.pay_with(&order, WANTS_THE_SHOPPER).await;
    assert_eq!(asked["status"], "requires_action", "{asked}");
    assert_ne!(asked["attempt"], declined["attempt"]);
    let back = world.at_the_bank(asked["action"]["url"].as_str().unwrap(), true).await;
    world.follow(&back).await;
    world.eventually_status(&order, "paid").await;
    assert_eq!(world.read(&order).await["amount_captured"], 4200);
    world.eventually("the shop hears", async |world| world.told().len() == 2).await;
    assert_eq!(world.told(), ["order.payment_failed", "order.paid"]);
    world.assert_books_agree().await;
}

#[tokio::test]
async fn a_soft_decline_is_followed_by_one_challenge_by_token() {
    a_soft_decline_is_followed_by_one_challenge(CollectMode::Token).await;
}

#[tokio::test]
async fn a_soft_decline_is_followed_by_one_challenge_by_confirm() {
    a_soft_decline_is_followed_by_one_challenge(CollectMode::Confirm).await;
}

#[tokio::test]
async fn three_ds_is_asked_for_after_a_soft_decline_alone_and_once() {
    for collect in [CollectMode::Token, CollectMode::Confirm] {
        let world = World::collecting(collect).await;
        let asks = async |order: &serde_json::Value| {
            let opened = world.attempt(order).await;
            let payment = world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await;
            (opened, payment["authentication_type"].clone())
        };
        let order = world.order().await;
        assert_eq!(asks(&order).await.1, json!(null));
        world.pay_with(&order, DECLINED).await;
        let (opened, asked) = asks(&order).await;
        assert_eq!(asked, json!(null), "{collect:?}: a plain decline");
        world.pay(&order, &opened, WANTS_THE_SHOPPER).await;
        let (opened, asked) = asks(&order).await;
        assert_eq!(asked, "three_ds", "{collect:?}");
        // The shopper refuses at the bank: that was the one try.
        let result = world.pay(&order, &opened, WANTS_THE_SHOPPER).await;
        let back = world.at_the_bank(result["action"]["url"].as_str().unwrap(), false).await;
        world.follow(&back).await;
        world.eventually_status(&order, "open").await;
        let (opened, asked) = asks(&order).await;
        assert_eq!(asked, json!(null), "{collect:?}: asked for twice");
        assert_eq!(world.pay(&order, &opened, APPROVED).await["status"], "paid");
        world.assert_books_agree().await;
    }
}
