//! What is kept, and for how long; what another account's payments are to us; what is fenced.

use reqwest::StatusCode;
use serde_json::json;

use crate::browser::{APPROVED, CHALLENGED};
use crate::webhook::{post, sign};
use crate::world::World;

const DAY: u64 = 24 * 60 * 60;

fn count(world: &World, table: &str) -> usize {
    let rows = world.books().column(&format!("SELECT COUNT(*) || '' FROM merchant.{table}"));
    rows[0].parse().unwrap()
}

/// The merchant server's workers do nothing by themselves here.
async fn tidy(world: &World) {
    world.wait(2 * 60 * 60);
    while world.merchant.run_due().await.unwrap() {}
}

#[tokio::test]
async fn what_was_dealt_with_is_kept_for_thirty_five_days_and_the_log_of_events_for_longer() {
    let world = World::idle().await;
    let order = world.order().await;
    world.pay_with(&order, APPROVED).await;
    world.eventually("the webhook is here", async |world| count(world, "inbox") == 1).await;
    tidy(&world).await;
    assert_eq!((count(&world, "inbox"), count(&world, "outbox"), count(&world, "event_log")), (1, 1, 1));
    world.wait(34 * DAY);
    tidy(&world).await;
    assert_eq!((count(&world, "inbox"), count(&world, "outbox"), count(&world, "event_log")), (1, 1, 1));
    world.wait(DAY);
    tidy(&world).await;
    assert_eq!((count(&world, "inbox"), count(&world, "outbox"), count(&world, "event_log")), (0, 0, 1));
    world.wait(400 * DAY);
    tidy(&world).await;
    assert_eq!(count(&world, "event_log"), 0);
    assert_eq!(world.status_of(&order).await, "paid");
}

#[tokio::test]
async fn an_event_that_comes_again_once_it_is_only_in_the_log_is_old_news() {
    let world = World::idle().await;
    let opened = world.attempt(&world.order().await).await;
    let object = json!({ "payment_id": opened["collect"]["payment_id"] });
    let body = json!({ "event_id": "evt_7", "event_type": "payment_succeeded", "content": { "object": object } });
    let (body, expected) = (body.to_string(), [(1, 1), (0, 1)]);
    for (inbox, log) in expected {
        assert_eq!(post(&world, &body, Some(&sign(&body))).await, StatusCode::OK);
        let kept = |table: &str| count(&world, &format!("{table} WHERE event_id = 'evt_7'"));
        assert_eq!((kept("inbox"), kept("event_log")), (inbox, log));
        tidy(&world).await;
        world.wait(36 * DAY);
        tidy(&world).await;
    }
}

#[tokio::test]
async fn the_log_of_events_holds_no_secret_and_nothing_of_a_person() {
    let world = World::idle().await;
    let order = world
        .order_of(
            json!({ "amount": 4200, "currency": "EUR", "customer": { "email": "ada@shop.example", "name": "Ada" } }),
        )
        .await;
    let opened = world.attempt(&order).await;
    world.pay(&order, &opened, APPROVED).await;
    world.eventually("the webhook is here", async |world| count(world, "event_log") == 1).await;
    let said = world.books().column("SELECT said FROM merchant.event_log").remove(0);
    assert!(said.contains("\"status\":\"succeeded\"") && said.contains("4200"), "{said}");
    for secret in ["_secret_", "ada@", "Ada", "4242", opened["collect"]["client_secret"].as_str().unwrap()] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[tokio::test]
async fn payments_of_another_account_are_neither_read_nor_touched() {
    let world = World::idle().await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    let payment = world.read(&order).await["payment"]["id"].as_str().unwrap().to_owned();
    world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    let mut settings = world.merchant_settings();
    settings.account.name = "another".to_owned();
    let another = world.another_server_with(settings, false).await;
    let before = world.reads(&payment).await;
    for _ in 0..3 {
        world.wait(120);
        while another.merchant.run_due().await.unwrap() {}
    }
    assert_eq!(world.reads(&payment).await, before, "another account's key asked about it");
    assert_eq!(world.status_of(&order).await, "requires_action");
    world.wait(120);
    while world.merchant.run_due().await.unwrap() {}
    assert_eq!(world.status_of(&order).await, "paid", "its own account finds it");
}

#[tokio::test]
async fn when_an_old_payment_pays_the_order_the_one_that_waits_for_a_card_is_fenced() {
    let world = World::start().await;
    let order = world.order().await;
    let challenged = world.pay_with(&order, CHALLENGED).await;
    let ignore = json!({ "route": "POST /payments/{payment_id}/cancel", "fault": "ignored_cancel", "times": 1 });
    world.sandbox("faults", ignore).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    assert_eq!(world.abandon(&order, &challenged["attempt"]).await["status"], "open", "the gateway said so");
    let second = world.attempt(&order).await;
    let waits = second["collect"]["payment_id"].as_str().unwrap().to_owned();
    let (status, _) = world.try_attempt(&order).await;
    assert_eq!(status, StatusCode::OK);
    // The bank was not told of the cancel, and approves.
    world.at_the_bank(challenged["action"]["url"].as_str().unwrap(), true).await;
    world.sandbox("webhooks", json!({ "mode": "release" })).await;
    world
        .eventually("one of the two is the order's", async |world| {
            let (paid, fenced) = (world.status_of(&order).await, world.payment(&waits).await["status"].clone());
            let returned = world.timeline(&order).await.contains(&"returned".to_owned());
            // Money that came after a definite cancel goes back, or pays; never both, and never beside an open one.
            (paid == "paid" && fenced == "cancelled") || (paid == "open" && returned)
        })
        .await;
}
