//! Work that nobody waits for: it neither spins, nor queues up behind a slow receiver, nor outlives its server.

use std::time::Duration;

use florin_domain::mode::Mode;
use florin_store::{Store, StoreError, params};
use serde_json::json;
use tokio::sync::watch;

use crate::browser::{APPROVED, CHALLENGED};
use crate::world::{Wish, World};

#[tokio::test]
async fn a_row_that_makes_no_sense_is_not_tried_without_a_pause_and_stops_no_other() {
    let world = World::start().await;
    let body = json!({ "amount": 4200, "currency": "EUR", "expires_in": 60 });
    let (broken, sound) = (world.order_of(body.clone()).await, world.order_of(body).await);
    let id = broken["id"].as_str().unwrap().to_owned();
    let store = Store::open(&world.merchant_database(), &florin_merchant::SCHEMA, Mode::Test).await.unwrap();
    let sql = "UPDATE orders SET currency = 'nonsense' WHERE id = $1";
    let changed: Result<u64, StoreError> = store.write(move |tx| tx.execute(sql, params![&id])).await;
    assert_eq!(changed, Ok(1));
    world.wait(61);
    world.eventually_status(&sound, "expired").await;
    let mut rounds = 0;
    while world.merchant.run_due().await.unwrap() {
        rounds += 1;
        assert!(rounds < 100, "the broken row is tried again and again");
    }
}

#[tokio::test]
async fn a_shop_that_does_not_answer_holds_up_no_webhook_of_the_gateway() {
    let world = World::with(Wish { shop_is_deaf: true, ..Wish::default() }).await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    world.pay_with(&world.order().await, APPROVED).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    world.eventually_status(&order, "paid").await;
}

#[tokio::test]
async fn workers_end_when_nobody_is_left_to_stop_them() {
    let world = World::start().await;
    let (stop, stopped) = watch::channel(false);
    drop(stop);
    let ended = florin_merchant::run_workers(world.merchant.clone(), stopped);
    tokio::time::timeout(Duration::from_secs(5), ended).await.expect("the workers ended");
}
