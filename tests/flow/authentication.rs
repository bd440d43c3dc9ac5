//! A bank that refuses until it sees the shopper: the same order, and a second payment that asks for 3-D Secure.

use florin_domain::checkout::CollectMode;
use reqwest::StatusCode;
use serde_json::{Value, json};

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
    let why = &world.read(&order).await["last_error"];
    let told = (&refused["status"], &why["code"], &why["retryable"]);
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

#[tokio::test]
async fn an_expired_token_leaves_the_wish_for_3_d_secure() {
    let world = World::start().await;
    let order = world.order().await;
    world.pay_with(&order, WANTS_THE_SHOPPER).await;
    let asking = world.attempt(&order).await;
    let (_, refused) = world.try_pay(&order, &asking["attempt"], Some("token_of_nobody")).await;
    assert_eq!(refused["status"], "open", "{refused}");
    assert_eq!(world.attempt(&order).await, asking, "the same payment takes the next card");
    let asked = world.pay(&order, &asking, WANTS_THE_SHOPPER).await;
    assert_eq!(asked["status"], "requires_action", "{asked}");
}

/// An order whose bank wants to see the shopper, and the payment that was opened with that wish, in a browser
/// that hands cards to the gateway itself.
async fn handed_out() -> (World, Value, Value) {
    let world = World::collecting(CollectMode::Confirm).await;
    let order = world.order().await;
    world.pay_with(&order, WANTS_THE_SHOPPER).await;
    let asking = world.attempt(&order).await;
    (world, order, asking)
}

impl World {
    /// As the gateway refuses any 3-D Secure payment of a browser that tells nothing of itself.
    async fn is_refused_in_the_browser(&self, opened: &Value) {
        let (status, error) = self.confirm_with(opened, APPROVED, json!({ "browser_info": null })).await;
        assert_eq!((status, &error["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("IR_04")), "{error}");
    }

    async fn gateway_status_of(&self, opened: &Value) -> Value {
        self.payment(opened["collect"]["payment_id"].as_str().unwrap()).await["status"].clone()
    }
}

#[tokio::test]
async fn an_order_is_still_payable_after_a_browser_was_refused_3_d_secure() {
    let (world, order, asking) = handed_out().await;
    world.is_refused_in_the_browser(&asking).await;
    // What a browser does then: it asks how things stand, and when the shopper tries again, for an attempt.
    assert_eq!(world.result(&order).await["status"], "open");
    let plain = world.attempt(&order).await;
    assert_ne!(plain["attempt"], asking["attempt"]);
    assert_eq!(world.gateway_status_of(&asking).await, "cancelled");
    let (status, _) = world.confirm_with(&plain, APPROVED, json!({ "browser_info": null })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(world.try_pay(&order, &plain["attempt"], None).await.1["status"], "paid");
    world.assert_books_agree().await;
}

#[tokio::test]
async fn whoever_never_asks_how_things_stand_is_given_the_same_payment_once_more_and_then_another() {
    let (world, order, asking) = handed_out().await;
    for _ in 0..2 {
        world.is_refused_in_the_browser(&asking).await;
        let next = world.attempt(&order).await;
        if next["attempt"] != asking["attempt"] {
            assert_eq!(world.pay(&order, &next, APPROVED).await["status"], "paid");
            world.assert_books_agree().await;
            return;
        }
    }
    panic!("the wish is asked for again and again");
}

#[tokio::test]
async fn a_payment_that_is_handed_out_twice_keeps_its_wish() {
    let (world, order, asking) = handed_out().await;
    assert_eq!(world.attempt(&order).await, asking, "once when the form is complete, and once when it is sent");
    let asked = world.pay(&order, &asking, WANTS_THE_SHOPPER).await;
    assert_eq!(asked["status"], "requires_action", "{asked}");
    for _ in 0..3 {
        assert_eq!(world.result(&order).await["status"], "requires_action");
        assert_eq!(world.try_attempt(&order).await.0, StatusCode::CONFLICT);
    }
    assert_eq!(world.gateway_status_of(&asking).await, "requires_customer_action");
}

#[tokio::test]
async fn a_doubted_payment_that_took_the_card_after_all_is_not_fenced() {
    for (at_the_bank, stands, told) in
        [(false, "requires_customer_action", "payment_in_progress"), (true, "succeeded", "order_closed")]
    {
        let (world, order, asking) = handed_out().await;
        world.is_refused_in_the_browser(&asking).await;
        world.result(&order).await;
        // Another tab is luckier, and dies before it can say so.
        world.sandbox("webhooks", json!({ "mode": "hold" })).await;
        let (_, confirmed) = world.confirm_in_browser(&asking, APPROVED).await;
        if at_the_bank {
            world.at_the_bank(confirmed["next_action"]["redirect_to_url"].as_str().unwrap(), true).await;
        }
        let (status, error) = world.try_attempt(&order).await;
        assert_eq!((status, &error["error"]["code"]), (StatusCode::CONFLICT, &json!(told)), "{error}");
        assert_eq!(world.gateway_status_of(&asking).await, stands);
        world.sandbox("webhooks", json!({ "mode": "release" })).await;
        world.assert_books_agree().await;
    }
}

#[tokio::test]
async fn a_doubted_payment_of_which_nobody_can_say_anything_is_not_fenced() {
    for route in ["GET /payments/{payment_id}", "POST /payments/{payment_id}/cancel"] {
        let (world, order, asking) = handed_out().await;
        world.is_refused_in_the_browser(&asking).await;
        world.result(&order).await;
        world.fault(route, "drop_before").await;
        let (status, error) = world.try_attempt(&order).await;
        assert_eq!((status, &error["error"]["code"]), (StatusCode::CONFLICT, &json!("payment_in_progress")), "{route}");
        assert_eq!(world.gateway_status_of(&asking).await, "requires_payment_method");
        assert_eq!(world.result(&order).await["status"], "unknown", "{route}");
        // The sweep asks again, and hears.
        world
            .eventually("the doubt is over", async |world| {
                world.wait(2);
                world.status_of(&order).await == "open"
            })
            .await;
        assert_eq!(world.gateway_status_of(&asking).await, "cancelled");
        assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
        world.assert_books_agree().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_doubt_one_payment_at_once_open_one_other() {
    let (world, order, asking) = handed_out().await;
    let other = world.another_server(true).await;
    world.is_refused_in_the_browser(&asking).await;
    world.result(&order).await;
    let session = order["checkout"]["session"].as_str().unwrap();
    let tabs = (0..16).map(|tab| {
        let server = if tab % 2 == 0 { &world.merchant_url } else { &other.url };
        world.http.post(format!("{server}/checkout/{session}/attempts")).json(&json!({})).send()
    });
    for answer in futures_util::future::join_all(tabs).await {
        let status = answer.unwrap().status();
        assert!([StatusCode::OK, StatusCode::CONFLICT].contains(&status), "{status}");
    }
    let next = world.attempt(&order).await;
    let attempts = world.books().column("SELECT state FROM merchant.attempts ORDER BY number");
    assert_eq!(attempts, ["declined", "canceled", "open"]);
    assert_eq!(world.pay(&order, &next, APPROVED).await["status"], "paid");
    world.assert_books_agree().await;
}
