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

#[tokio::test]
async fn an_order_is_still_payable_after_the_gateway_would_not_ask_for_3_d_secure() {
    let world = World::start().await;
    let order = world.order().await;
    world.pay_with(&order, WANTS_THE_SHOPPER).await;
    let asking = world.attempt(&order).await;
    // An acquirer takes no challenge without it; whatever else is wanted and missing is refused alike.
    let token = world.token_without_browser_info(&asking, APPROVED).await;
    let (_, refused) = world.try_pay(&order, &asking["attempt"], Some(&token)).await;
    let told = (&refused["status"], &refused["error"]["code"], &refused["error"]["retryable"]);
    assert_eq!(told, (&json!("open"), &json!("card_not_received"), &json!(true)), "{refused}");
    let fenced = world.payment(asking["collect"]["payment_id"].as_str().unwrap()).await;
    assert_eq!(fenced["status"], "cancelled");
    let plain = world.attempt(&order).await;
    assert_ne!(plain["attempt"], asking["attempt"]);
    let token = world.token_without_browser_info(&plain, APPROVED).await;
    let (_, result) = world.try_pay(&order, &plain["attempt"], Some(&token)).await;
    assert_eq!(result["status"], "paid", "{result}");
    world.assert_books_agree().await;
}
