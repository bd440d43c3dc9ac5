//! Whatever meets whatever else: the order and the gateway agree on the money in the end.

use florin_domain::checkout::CollectMode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::{APPROVED, CHALLENGED};
use crate::world::World;

/// Enough for every order of two requests to come up.
const TRIES: u64 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_meets_a_payment_ends_as_one_of_the_two() {
    for collect in [CollectMode::Token, CollectMode::Confirm] {
        let world = World::collecting(collect).await;
        for wait in 0..TRIES {
            let order = world.order().await;
            let opened = world.attempt(&order).await;
            let token = match collect {
                CollectMode::Token => Some(world.token(&opened, APPROVED).await),
                _ => None,
            };
            let pay = async {
                if token.is_none() {
                    // Refused where the cancel was quicker.
                    world.confirm_in_browser(&opened, APPROVED).await;
                }
                world.try_pay(&order, &opened["attempt"], token.as_deref()).await
            };
            let cancel = async {
                tokio::time::sleep(std::time::Duration::from_micros(700 * wait)).await;
                world.shop(Method::POST, &cancel_of(&order), None).await
            };
            let _ = tokio::join!(pay, cancel);
            settle(&world, &order, &opened).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_a_webhook_a_sweep_and_a_cancel_at_once_end_as_one() {
    let world = World::start().await;
    for wait in 0..TRIES {
        let order = world.order().await;
        let opened = world.attempt(&order).await;
        let result = world.pay(&order, &opened, CHALLENGED).await;
        let back = world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
        let others = async {
            tokio::time::sleep(std::time::Duration::from_micros(700 * wait)).await;
            world.wait(61);
            let cancel = cancel_of(&order);
            tokio::join!(world.shop(Method::POST, &cancel, None), world.abandon(&order, &result["attempt"]))
        };
        tokio::join!(world.follow(&back), others);
        settle(&world, &order, &opened).await;
    }
}

fn cancel_of(order: &Value) -> String {
    format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap())
}

/// Waits until both sides are done, and compares them.
async fn settle(world: &World, order: &Value, opened: &Value) {
    world
        .eventually("the order is decided", async |world| {
            let status = world.status_of(order).await;
            if status == "open" {
                // The fence was quicker than the cancel's own look, and nothing was paid.
                let (status, _) = world.shop(Method::POST, &cancel_of(order), None).await;
                assert!([StatusCode::OK, StatusCode::CONFLICT].contains(&status), "{status}");
            }
            ["paid", "canceled"].contains(&status.as_str())
        })
        .await;
    let order = world.read(order).await;
    let payment = world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await;
    let (expected, captured) = if order["status"] == "paid" { ("succeeded", 4200) } else { ("cancelled", 0) };
    assert_eq!((&payment["status"], &order["amount_captured"]), (&json!(expected), &json!(captured)), "{order}");
}
