//! Money that is not a sale goes back; money that is not asked for is not taken.

use florin_domain::checkout::CollectMode;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::browser::{APPROVED, CHALLENGED, DECLINED};
use crate::world::World;

#[tokio::test]
async fn an_order_whose_cancel_was_lost_is_not_canceled_and_the_approval_pays_it() {
    let world = World::start().await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    world.fault("POST /payments/{payment_id}/cancel", "drop_before").await;
    let path = format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap());
    let (status, error) = world.shop(Method::POST, &path, None).await;
    assert_eq!((status.as_u16(), error["error"]["code"].as_str()), (503, Some("gateway_unavailable")));
    world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    world.eventually_status(&order, "paid").await;
    assert_eq!(world.read(&order).await["amount_captured"], 4200);
}

#[tokio::test]
async fn a_browser_that_turns_capture_into_a_hold_is_captured_all_the_same() {
    let world = World::collecting(CollectMode::Confirm).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    world.confirm_with(&opened, APPROVED, json!({ "capture_method": "manual" })).await;
    world.try_pay(&order, &opened["attempt"], None).await;
    world.eventually_status(&order, "paid").await;
    let payment = world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await;
    assert_eq!((payment["status"].as_str(), payment["amount_received"].as_i64()), (Some("succeeded"), Some(4200)));
}

#[tokio::test]
async fn a_browser_that_turns_a_hold_into_a_capture_gets_it_back() {
    let world = World::collecting(CollectMode::Confirm).await;
    let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "capture": "manual" })).await;
    let opened = world.attempt(&order).await;
    world.confirm_with(&opened, APPROVED, json!({ "capture_method": "automatic" })).await;
    world.try_pay(&order, &opened["attempt"], None).await;
    world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
    assert_eq!(world.told(), ["order.payment_returned"]);
    assert_eq!(world.events()[0]["data"]["reason"], "late");
    assert_eq!(world.status_of(&order).await, "open");
}

/// The gateway refuses once, as one does whose account holds too little, or whose key was put in wrong.
#[tokio::test]
async fn unwanted_money_that_the_gateway_refuses_to_give_back_is_asked_for_again() {
    let world = World::collecting(CollectMode::Confirm).await;
    let unfinished = "SELECT id FROM merchant.operations WHERE wake_at IS NOT NULL AND tries = 0";
    let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "capture": "manual" })).await;
    let opened = world.attempt(&order).await;
    world.confirm_with(&opened, APPROVED, json!({ "capture_method": "automatic" })).await;
    let refused = json!({ "route": "POST /refunds", "fault": "status", "status": 403, "times": 1 });
    world.sandbox("faults", refused).await;
    world.try_pay(&order, &opened["attempt"], None).await;
    world
        .eventually("the refund is refused", async |world| {
            world.timeline(&order).await.contains(&"operation_refused".to_owned())
        })
        .await;
    world.wait(3590);
    while world.merchant.run_due().await.unwrap() {}
    assert_eq!(world.told(), [] as [&str; 0], "nothing went back");
    assert_eq!(world.books().column(unfinished).len(), 1, "and nothing was asked before its time");
    world.wait(20);
    world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
    assert_eq!(world.told(), ["order.payment_returned"]);
    world.assert_books_agree().await;
}

/// With the publishable key a browser can say more at its confirm than our form does; it decides none of it.
#[tokio::test]
async fn where_a_browser_changes_address_or_order_a_person_decides() {
    for (change, decision, captured) in [
        (json!({ "return_url": "https://evil.example/thanks" }), "accept", 4200),
        (json!({ "metadata": { "order": "ord_of_somebody_else" } }), "return", 0),
        (json!({ "metadata": { "note": "no order at all" } }), "accept", 4200),
    ] {
        let world = World::collecting(CollectMode::Confirm).await;
        let order = world.order().await;
        let opened = world.attempt(&order).await;
        let (status, confirmed) = world.confirm_with(&opened, APPROVED, change.clone()).await;
        assert_eq!(status.as_u16(), 200, "{confirmed}");
        world.try_pay(&order, &opened["attempt"], None).await;
        world.eventually_status(&order, "review").await;
        assert_eq!(world.read(&order).await["amount_captured"], 0, "{change}");
        let path = format!("/v1/orders/{}/review", order["id"].as_str().unwrap());
        let decided = json!({ "decision": decision, "note": "looked at" });
        assert_eq!(world.shop(Method::POST, &path, Some(decided)).await.0.as_u16(), 200, "{change}");
        assert_eq!(world.read(&order).await["amount_captured"], captured, "{change}");
        world.assert_books_agree().await;
    }
}

/// Whoever changes something and pays nothing keeps no order from its shop.
#[tokio::test]
async fn where_a_browser_changes_the_address_and_pays_nothing_the_shop_still_cancels() {
    let change = json!({ "return_url": "https://evil.example/thanks" });
    for (card, told) in [(CHALLENGED, "requires_action"), (DECLINED, "declined")] {
        let world = World::collecting(CollectMode::Confirm).await;
        let order = world.order().await;
        let opened = world.attempt(&order).await;
        let (status, confirmed) = world.confirm_with(&opened, card, change.clone()).await;
        assert_eq!(status.as_u16(), 200, "{confirmed}");
        assert_eq!(world.try_pay(&order, &opened["attempt"], None).await.1["status"], told);
        let path = format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap());
        assert_eq!(world.shop(Method::POST, &path, None).await.0, StatusCode::OK, "{told}");
        assert_eq!(world.status_of(&order).await, "canceled");
        world.assert_books_agree().await;
    }
}

#[tokio::test]
async fn where_a_browser_changes_the_address_a_person_decides_also_once_the_bank_has_seen_the_shopper() {
    let world = World::collecting(CollectMode::Confirm).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let change = json!({ "return_url": format!("{}/checkout/return?order=ord_other", world.merchant_url) });
    let (status, confirmed) = world.confirm_with(&opened, CHALLENGED, change).await;
    assert_eq!(status.as_u16(), 200, "{confirmed}");
    let (_, result) = world.try_pay(&order, &opened["attempt"], None).await;
    assert_eq!(result["status"], "requires_action", "{result}");
    world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    world.eventually_status(&order, "review").await;
    assert_eq!(world.read(&order).await["amount_captured"], 0);
}

#[tokio::test]
async fn an_address_in_another_spelling_and_a_word_beside_the_order_are_no_change() {
    for more in ["return_url", "metadata", "both"] {
        let world = World::collecting(CollectMode::Confirm).await;
        let order = world.order().await;
        let opened = world.attempt(&order).await;
        let payment = world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await;
        let mut said = json!({});
        if more != "metadata" {
            said["return_url"] = json!(payment["return_url"].as_str().unwrap().replace("http://", "HTTP://"));
        }
        if more != "return_url" {
            said["metadata"] = json!({ "order": order["id"], "color": "red" });
        }
        let (status, confirmed) = world.confirm_with(&opened, APPROVED, said.clone()).await;
        assert_eq!(status.as_u16(), 200, "{confirmed}");
        assert_eq!(world.try_pay(&order, &opened["attempt"], None).await.1["status"], "paid", "{said}");
        world.assert_books_agree().await;
    }
}
