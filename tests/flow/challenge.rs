//! 3-D Secure by redirect: approved, refused, abandoned.

use florin_domain::checkout::CollectMode;
use reqwest::StatusCode;
use serde_json::Value;

use crate::browser::{APPROVED, CHALLENGED};
use crate::world::{SHOP, World};

const BOTH: [CollectMode; 2] = [CollectMode::Token, CollectMode::Confirm];

async fn challenged(collect: CollectMode) -> (World, Value, Value) {
    let world = World::collecting(collect).await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    assert_eq!(result["status"], "requires_action", "{result}");
    // `status` holds nobody's line for a challenge: whoever asks is told to pause.
    assert!(world.result(&order).await["retry_after_ms"].is_number());
    assert_eq!(world.status_of(&order).await, "requires_action");
    (world, order, result)
}

fn url(result: &Value) -> &str {
    result["action"]["url"].as_str().unwrap()
}

#[tokio::test]
async fn an_approved_challenge_pays_on_return() {
    for collect in BOTH {
        let (world, order, result) = challenged(collect).await;
        let back = world.at_the_bank(url(&result), true).await;
        let (status, next) = world.follow(&back).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert_eq!(next, format!("{SHOP}/thanks?order={}", order["id"].as_str().unwrap()));
        assert_eq!(world.status_of(&order).await, "paid");
        world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
        assert_eq!(world.told(), ["order.paid"]);
    }
}

#[tokio::test]
async fn a_refused_challenge_leaves_the_order_open() {
    for collect in BOTH {
        let (world, order, result) = challenged(collect).await;
        let back = world.at_the_bank(url(&result), false).await;
        world.follow(&back).await;
        assert_eq!(world.status_of(&order).await, "open");
        assert_eq!(world.result(&order).await["status"], "declined");
        assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
    }
}

#[tokio::test]
async fn an_abandoned_challenge_is_offered_again_and_can_be_given_up() {
    for collect in BOTH {
        let (world, order, result) = challenged(collect).await;
        // Another tab, or a reload: the same challenge, and no second payment.
        assert_eq!(world.result(&order).await["action"], result["action"]);
        assert_eq!(world.try_attempt(&order).await.0, StatusCode::CONFLICT);

        let given_up = world.abandon(&order, &result["attempt"]).await;
        assert_eq!(given_up["status"], "open", "{given_up}");
        assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
        assert_eq!(world.read(&order).await["amount_captured"], 4200);
    }
}

/// Two tabs: one gave the challenge up and is at the bank again; the other one closes its dialog only now.
#[tokio::test]
async fn giving_up_what_another_tab_has_replaced_is_no_open_order() {
    for collect in BOTH {
        let (world, order, first) = challenged(collect).await;
        assert_eq!(world.abandon(&order, &first["attempt"]).await["status"], "open");
        let second = world.pay_with(&order, CHALLENGED).await;
        let given_up = world.abandon(&order, &first["attempt"]).await;
        assert_eq!(
            (&given_up["status"], &given_up["attempt"]),
            (&"processing".into(), &second["attempt"]),
            "{given_up}"
        );
        assert_eq!(world.status_of(&order).await, "requires_action");
    }
}

#[tokio::test]
async fn giving_up_after_the_bank_approved_means_paid() {
    let (world, order, result) = challenged(CollectMode::Token).await;
    world.sandbox("webhooks", serde_json::json!({ "mode": "hold" })).await;
    world.at_the_bank(url(&result), true).await;
    let given_up = world.abandon(&order, &result["attempt"]).await;
    assert_eq!(given_up["status"], "paid", "{given_up}");
    assert_eq!(world.status_of(&order).await, "paid");
}

#[tokio::test]
async fn a_closed_tab_is_paid_by_the_webhook() {
    for collect in BOTH {
        let (world, order, result) = challenged(collect).await;
        world.at_the_bank(url(&result), true).await;
        world.eventually_status(&order, "paid").await;
    }
}

#[tokio::test]
async fn without_return_and_webhook_the_sweep_asks() {
    let (world, order, result) = challenged(CollectMode::Token).await;
    world.sandbox("webhooks", serde_json::json!({ "mode": "hold" })).await;
    world.at_the_bank(url(&result), true).await;
    assert_eq!(world.status_of(&order).await, "requires_action");
    world.wait(60);
    world.eventually_status(&order, "paid").await;
}

/// In confirm mode the gateway's webhook can tell of the challenge before the browser has called `pay`.
#[tokio::test]
async fn a_webhook_that_overtakes_pay_does_not_lose_how_the_challenge_is_shown() {
    let world = World::collecting(CollectMode::Confirm).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let (status, _) = world.confirm_in_browser(&opened, CHALLENGED).await;
    assert_eq!(status, StatusCode::OK);
    world.eventually_status(&order, "requires_action").await;

    let result = world.pay_in_a_dialog(&order, &opened["attempt"]).await;
    assert_eq!(result["status"], "requires_action");
    let back = world.at_the_bank(url(&result), true).await;
    let in_the_dialog = world.http.get(&back).header("sec-fetch-dest", "iframe").send().await.unwrap();
    assert_eq!(in_the_dialog.status(), StatusCode::OK, "the dialog is told; the shop's page is not loaded inside it");
    assert_eq!(world.status_of(&order).await, "paid");
}
